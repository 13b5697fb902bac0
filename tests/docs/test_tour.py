"""Why: the tour is what a newcomer believes first, so its figures and children are those of the records that ship."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from casetally.calendar import Calendar
from casetally.definitions.library import load_library
from casetally.figures.cases import CaseList, list_cases
from casetally.periods import month, read_month
from casetally.reports.run import RunRequest, run_all
from casetally.samples.planted import write_planted
from casetally.schemas import load_schemas
from casetally.store import open_store

ROOT = Path(__file__).parents[2]
TOUR = (ROOT / "docs" / "tour.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def september(tmp_path_factory: pytest.TempPathFactory) -> CaseList:
    out = tmp_path_factory.mktemp("tour") / "out"
    last = month(read_month("2023-09"))
    run_all(RunRequest((ROOT / "sample_data" / "darlington",), last.end, 6, out, report="darlington-2023-09"))
    library = load_library()
    return list_cases(open_store(out / "store.duckdb", load_schemas()), library, library.indicator("icpc_15wd"), last)


def test_the_printed_figure_is_26_of_31(september: CaseList) -> None:
    assert "**26 / 31, 83.9%**" in TOUR
    assert (september.numerator, september.denominator) == (26, 31)


def test_the_five_children_are_those_who_were_late(september: CaseList) -> None:
    told = re.findall(r"^\| (C\d+) \| (\w+) \| ([\d-]+) \| ([\d-]+) \| ([\d-]+) \| (\d+) \|$", TOUR, re.MULTILINE)
    late = september.rows.filter(~september.rows["in_numerator"])
    columns = ("child_id", "conference_id", "clock_starts_on", "clock_due_on", "clock_met_on", "working_days_taken")
    assert [tuple(row) for row in told] == [
        tuple(str(value) for value in row) for row in late.select(columns).iter_rows()
    ]


def test_the_working_days_counted_by_hand_are_19() -> None:
    calendar = Calendar.england()
    start, held = read_month("2023-09"), read_month("2023-09").replace(day=28)
    assert calendar.working_days(start, held) == 19
    assert str(calendar.add_working_days(start, 15)) == "2023-09-22"


def test_the_records_that_ship_are_those_that_the_command_plants(tmp_path: Path) -> None:
    write_planted(ROOT / "sample_data" / "published" / "darlington-2023-09", tmp_path / "darlington")
    shipped = ROOT / "sample_data" / "darlington"
    files = sorted(path.relative_to(shipped) for path in shipped.rglob("*.csv"))
    assert files == sorted(
        path.relative_to(tmp_path / "darlington") for path in (tmp_path / "darlington").rglob("*.csv")
    )
    assert [
        name for name in files if (shipped / name).read_bytes() != (tmp_path / "darlington" / name).read_bytes()
    ] == []
