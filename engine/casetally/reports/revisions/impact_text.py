"""Why: what a proposed definition changes is told in the definition's words first, then month by month, then child by child."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from casetally.figures.revisions.impact import Impact, frame_of
from casetally.periods import period_words
from casetally.reports.revisions.words import figure_text, number_text, plain
from casetally.reports.terminal import console, note, print_frame, print_json, rich_table

_CHILDREN_SCHEMA: dict[str, type[pl.DataType]] = {
    "indicator": pl.String, "month": pl.String, "counted_by": pl.String, "counted": pl.String, "how": pl.String,
    "numerator": pl.Float64, "denominator": pl.Float64,
}  # fmt: skip


def show_impacts(found: Sequence[Impact], *, children: bool, as_json: bool, csv: bool) -> None:
    """What proposed definitions do, on the terminal or as data. `children`: whom they move as well."""
    if as_json:
        print_json([_data(one, children=children) for one in found])
    elif csv:
        print_frame(_children(found) if children else frame_of(found), csv=True)
    elif not found:
        note("No indicator counts otherwise by these definitions.")
    else:
        for one in found:
            _show(one)
        if children:
            console().print("\nchild by child", style="bold")
            print_frame(_children(found))
        note(
            f"{len(found)} indicator{'' if len(found) == 1 else 's'} would count otherwise; nothing is changed by this."
        )


def _show(one: Impact) -> None:
    to = console()
    to.print(f"\n{one.indicator}: {one.change}", style="bold", markup=False)
    if one.differences:
        parts = [(part.part, part.first, part.second) for part in one.differences]
        to.print(rich_table(("part", "now", "proposed"), parts), markup=False)
    rows = [
        (period_words(month.period), number_text(month.now.numerator), number_text(month.now.denominator), figure_text(month.now),
         number_text(month.proposed.numerator), number_text(month.proposed.denominator), figure_text(month.proposed),
         *("" if month.moved is None else str(month.number_of(how)) for how in ("come", "go", "otherwise")))
        for month in one.months
    ]  # fmt: skip
    columns = (
        "month",
        "numerator",
        "denominator",
        "now",
        "new numerator",
        "new denominator",
        "proposed",
        "come",
        "go",
        "otherwise",
    )
    to.print(rich_table(columns, rows, columns[1:]), markup=False)
    same = sum(month.alike for month in one.months)
    if same:
        note(f"{same} of {len(one.months)} months stay as they are.")


def _children(found: Sequence[Impact]) -> pl.DataFrame:
    rows = [
        (one.indicator, month.period.name, one.keyed_by.replace("person_id", "child_id"), moved.key or "", moved.how,
         float(moved.numerator), float(moved.denominator))
        for one in found for month in one.months for moved in month.moved or ()
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=_CHILDREN_SCHEMA, orient="row")


def _data(one: Impact, *, children: bool) -> dict[str, object]:
    months = []
    for month in one.months:
        told: dict[str, object] = {"month": month.period.name}
        for name, seen in (("now", month.now), ("proposed", month.proposed)):
            told[name] = {"numerator": plain(seen.numerator), "denominator": plain(seen.denominator),
                          "value": plain(seen.value), "status": seen.status}  # fmt: skip
        told |= {how: month.number_of(how) for how in ("come", "go", "otherwise")}
        if children:
            told["children"] = [{"counted": moved.key, "how": moved.how, "numerator": plain(moved.numerator),
                                 "denominator": plain(moved.denominator)} for moved in month.moved or ()]  # fmt: skip
        months.append(told)
    return {"indicator": one.indicator, "change": one.change, "differences": [vars(part) for part in one.differences],
            "counted_by": one.keyed_by, "months": months}  # fmt: skip
