"""Why: a published table is a report like any other, so `reconcile` must take it, for the right authority and year."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest
from casetally.definitions.library import Library, load_library
from casetally.definitions.reports import lines_of
from casetally.errors import CallError
from casetally.figures.open_data.printed import is_open_data, open_data_report, read_printed
from casetally.figures.reconcile import reconcile
from casetally.reports.published_run import label_of, months_of, names_of
from casetally.reports.run import RunRequest, run_all
from casetally.store import Store, open_store
from making import DARLINGTON, ENGLAND, GATESHEAD, referrals, row, table


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, library: Library) -> Store:
    """Eight referrals of the year to 31 March 2024, two of them again within 12 months, one of a year before."""
    folder = tmp_path_factory.mktemp("records")
    days = ["2022-06-01", "2023-04-01", "2023-05-01", "2023-05-02", "2023-06-01", "2023-07-01", "2023-08-01", "2024-01-15",
            "2024-03-31"]  # fmt: skip
    children = ["a", "b", "c", "d", "e", "f", "b", "g", "c"]
    rows = [f"r{at},{child},{day}" for at, (child, day) in enumerate(zip(children, days, strict=True))]
    (folder / "referrals.csv").write_text("\n".join(["referral_id,child_id,received_on", *rows]) + "\n")
    (folder / "children.csv").write_text("child_id,date_of_birth\n" + "".join(f"{c},2015-01-01\n" for c in "abcdefg"))
    out = tmp_path_factory.mktemp("run") / "out"
    with pytest.MonkeyPatch.context() as patch:  # a run notes itself in the working folder
        patch.chdir(folder)
        run_all(RunRequest((folder,), dt.date(2024, 3, 31), 24, out, "Darlington", indicators=("referrals_received",)))
    return open_store(out / "store.duckdb", library.schemas)


def held(store: Store, library: Library, path: Path, data: bytes) -> pl.DataFrame:
    path.write_bytes(data)
    printed = read_printed(path, library, ["Darlington"])
    report = open_data_report(library)
    return reconcile(store, library, report, printed, months_of(store), authority=label_of(store, None)).rows


def of_year(rows: pl.DataFrame, year: str) -> dict[str, tuple[str, str]]:
    chosen = rows.filter(pl.col("period") == year)
    return {
        ref: (outcome, calculated)
        for ref, outcome, calculated in chosen.select("ref", "outcome", "calculated").iter_rows()
    }


def test_figures_that_agree_and_differ_are_told_apart(store: Store, library: Library, tmp_path: Path) -> None:
    data = table(["category", "referral_count", "rereferral_count", "rereferral_percent"],
                 row("2024", ENGLAND, "R", "621880", "139080", "22.4"), row("2024", GATESHEAD, "R", "1", "1", "100"),
                 row("2024", DARLINGTON, "R", "8", "2", "25"), row("2023", DARLINGTON, "R", "3", "c", "c"))  # fmt: skip
    rows = held(store, library, tmp_path / "c1.csv", data)
    assert of_year(rows, "2023-24") == {"dfe_referrals": ("equal", "8"), "dfe_rereferrals": ("equal", "25.0 (2 / 8)")}
    assert of_year(rows, "2022-23") == {"dfe_referrals": ("differs", "1"), "dfe_rereferrals": ("not_comparable", "")}
    assert rows["file_row"].to_list() == [4, 5, 4, 5]


def test_a_percentage_without_its_nought_is_held_to_one_decimal(store: Store, library: Library, tmp_path: Path) -> None:
    data = table(["category", "referral_count", "no_further_action_count", "no_further_action_percent", "rereferral_count",
                  "rereferral_percent"], row("2024", DARLINGTON, "R", "8", "0", "0", "2", "25.4"))  # fmt: skip
    printed = (tmp_path / "c1.csv", data)
    rows = held(store, library, *printed)
    assert of_year(rows, "2023-24")["dfe_rereferrals"][0] == "not_attainable"  # 25.4 is no eighth


@pytest.mark.parametrize("name", ["Darlington", "E06000005", "841", "darlington"])
def test_the_authority_is_found_by_name_and_by_either_code(library: Library, tmp_path: Path, name: str) -> None:
    (tmp_path / "c1.csv").write_bytes(referrals())
    found = read_printed(tmp_path / "c1.csv", library, [name]).frame.filter(pl.col("ref") == "dfe_referrals")
    assert list(found.select("file_row", "period", "value", "printed").iter_rows()) == [
        (4, "2023-24", "1000", "1000"),
        (7, "2022-23", "1100", "1100"),
    ]


def test_a_hidden_figure_is_a_line_without_a_number(library: Library, tmp_path: Path) -> None:
    (tmp_path / "c1.csv").write_bytes(referrals())
    found = read_printed(tmp_path / "c1.csv", library, ["Hartlepool"]).frame
    line = found.filter(pl.col("ref") == "dfe_rereferrals").row(0, named=True)
    assert (line["numerator"], line["denominator"], line["value"], line["note"]) == (
        None,
        "900",
        None,
        "published as c",
    )


def test_an_authority_that_the_table_does_not_have_is_told_with_the_nearest(library: Library, tmp_path: Path) -> None:
    (tmp_path / "c1.csv").write_bytes(referrals())
    with pytest.raises(CallError, match="Did you mean 'Hartlepool'"):
        read_printed(tmp_path / "c1.csv", library, ["Hartlepol"])
    with pytest.raises(CallError, match="does not name"):
        read_printed(tmp_path / "c1.csv", library, [])


def test_only_a_published_table_is_taken_for_one(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(referrals())
    (tmp_path / "figures.csv").write_text("report,ref,basis,period,breakdown,value\n")
    assert is_open_data(tmp_path / "a.csv")
    assert not is_open_data(tmp_path / "figures.csv")
    assert not is_open_data(tmp_path)


def test_every_line_of_its_report_is_one_of_the_map_and_by_year(library: Library) -> None:
    lines = [one.line for one in lines_of(open_data_report(library))]
    assert len({line.ref for line in lines}) == len(lines) > 30
    assert {line.basis for line in lines} == {("year",)}


def test_a_run_is_known_under_every_name_it_has(store: Store) -> None:
    assert "Darlington" in names_of(store, None)
