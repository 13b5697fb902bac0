"""Why: a reader has the files and not the code: what one sheet hides, no other sheet, page, chart or average may show.

Only the page and the workbook are read, as they were written. That no hidden count follows from what is shown is asked next door;
here, that what is hidden is hidden in every place, and that means and limits are made of months that are shown.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple

import lxml.html
import openpyxl
import pytest
from cli.calling import call

RECORDS = Path(__file__).parents[2] / "sample_data" / "darlington"
NAME = "darlington-2023-09"
PARTS = ("indicator", "basis", "period", "breakdown", "group", "shows")
Key = tuple[str, ...]
Row = dict[str, Any]


class Files(NamedTuple):
    """A published edition as a reader has it."""

    figures: list[tuple[Key, str, str]]  # which figure, its value, the word that stands there
    data: list[Row]
    months: list[Row]


def table(path: Path, sheet: str) -> list[Row]:
    """The one table of a worksheet; its heads stand in the first row with more than five cells."""
    rows = list(openpyxl.load_workbook(path, read_only=False)[sheet].iter_rows(values_only=True))
    head = next(at for at, cells in enumerate(rows) if sum(cell is not None for cell in cells) > 5)
    return [dict(zip(map(str, rows[head]), cells, strict=True)) for cells in rows[head + 1 :]]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    folder = tmp_path_factory.mktemp("edition")
    made = call(
        "run", str(RECORDS), "--as-at", "2023-09-30", "--months", "6", "--report", NAME, "--out", str(folder / "run")
    )
    assert made.code == 0, made.err
    made = call("report", NAME, "--month", "2023-09", "--edition", "published", "--out", str(folder / "reports"),
                "--store", str(folder / "run" / "store.duckdb"))  # fmt: skip
    assert made.code == 0, made.err
    stem = folder / "reports" / f"{NAME}_2023-09_published"
    page = lxml.html.fromstring(stem.with_suffix(".html").read_text(encoding="utf-8"))
    figures = [
        (
            tuple(one.get(f"data-{part}", "") for part in PARTS),
            one.get("value", ""),
            one.text_content(),
        )
        for one in page.xpath("//data[contains(@class, 'figure')]")
    ]
    book = stem.with_suffix(".xlsx")
    return Files(figures, table(book, "Data"), table(book, "Chart_data"))


def places(files: Files) -> tuple[set[Key], set[Key]]:
    """Figures that are hidden somewhere, and figures that are shown somewhere."""
    hidden = {key for key, _, word in files.figures if word == "suppressed"}
    shown = {key for key, value, _ in files.figures if value}
    lines: dict[str, set[Key]] = defaultdict(set)
    for row in files.data:
        what = (row["indicator"], row["breakdown"] or "", row["figure_group"] or "", row["shows"])
        if row["is_main"] == "yes":
            lines[row["line"]].add(what)
        key = (what[0], row["basis"], row["period"], *what[1:])
        (hidden if row["status"] == "suppressed" else shown if row["value"] is not None else set()).add(key)
    for row in files.months:
        if len(lines[row["line"]]) == 1:  # else several groups are one line, and the chart does not say whose it is
            ((indicator, *rest),) = lines[row["line"]]
            key = (indicator, "month", row["period"], *rest)
            (hidden if row["status"] == "suppressed" else shown if row["value"] is not None else set()).add(key)
    return hidden, shown


def test_a_figure_that_is_hidden_in_one_place_is_shown_in_none(files: Files) -> None:
    hidden, shown = places(files)
    assert len(hidden) > 200
    assert len(shown) > 500
    assert hidden & shown == set()


def test_no_row_of_the_workbook_holds_a_number_beside_the_word_suppressed(files: Files) -> None:
    rows = [row for row in files.data if row["status"] == "suppressed"]
    assert rows
    assert {(row["value"], row["numerator"], row["denominator"], row["rating"]) for row in rows} == {(None,) * 4}


def test_the_mean_of_a_chart_is_that_of_its_last_shown_months_and_of_no_hidden_one(files: Files) -> None:
    """A mean over a hidden month would tell the month: it is the mean times their number, less those shown."""
    charts: dict[str, list[Row]] = defaultdict(list)
    for row in files.months:
        charts[row["line"]].append(row)
    drawn = {line: rows for line, rows in charts.items() if rows[-1]["mean"] is not None}
    assert len(drawn) > 20
    for line, rows in drawn.items():
        last_hidden = max((at for at, row in enumerate(rows) if row["status"] == "suppressed"), default=-1)
        since = [row["value"] for row in rows[last_hidden + 1 :] if row["value"] is not None]
        means = [sum(since[at:]) / len(since[at:]) for at in range(len(since))]
        assert rows[-1]["mean"] in [pytest.approx(mean) for mean in means], line
