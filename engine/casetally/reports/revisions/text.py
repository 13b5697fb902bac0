"""Why: the terminal shows a figure's history, the parts of its difference and the children behind them, in the order one asks."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from casetally.figures.revisions import CAUSES, FigureSplit, KnownState, Split
from casetally.figures.revisions.split import frame_of
from casetally.periods import period_words
from casetally.reports.revisions.words import (
    as_data,
    figure_text,
    forgotten_words,
    number_text,
    plain,
    points_text,
    rows_of,
)
from casetally.reports.terminal import console, note, print_frame, print_json, rich_table
from casetally.reports.terminal import figure_text as as_shown

_SHOWN = 40
_PAST = ("edition", "known on", "as at", "numerator", "denominator", "figure", "maturity", "definition")


def show_split(
    history: pl.DataFrame, split: Split, first: KnownState, last: KnownState, *, as_json: bool, csv: bool
) -> None:
    """One figure: its history, what moved it between two editions, and the children behind that."""
    before, after = first.label, last.label
    if forgotten := forgotten_words(first, last):
        note(forgotten)
    if as_json:
        print_json(
            {"history": history.to_dicts(), "from": before, "to": after, "split": [_data(one) for one in _all(split)]}
        )
        return
    if csv:
        children = [one.frame().insert_column(0, pl.Series("indicator", [one.figure.indicator] * one.frame().height, pl.String))
                    for one in _all(split)]  # fmt: skip
        print_frame(pl.concat(children), csv=True)
        return
    to = console()
    to.print(f"{split.figure.indicator}, {period_words(split.figure.period)}", style="bold", markup=False)
    if history.height:
        to.print("\nits history", style="bold")
        to.print(rich_table(_PAST, _past(history, split.figure.after.unit), ("figure",)), markup=False)
    for one in _all(split):
        _show_one(one, before, after)


def _past(history: pl.DataFrame, unit: str) -> list[tuple[object, ...]]:
    return [
        (row["edition"], row["known_on"], row["as_at"], *(_whole(row[name]) for name in ("numerator", "denominator")),
         as_shown({**row, "unit": unit}), row["maturity"].replace("_", " "), row["definition"])
        for row in history.iter_rows(named=True)
    ]  # fmt: skip


def _whole(number: float | None) -> str:
    return "" if number is None else f"{number:,.6f}".rstrip("0").rstrip(".")


def _show_one(split: Split, before: str, after: str) -> None:
    to = console()
    to.print(f"\nwhy it moved: {split.figure.indicator}", style="bold", markup=False)
    columns = ("", "numerator", "denominator", "value")
    to.print(rich_table(columns, rows_of(split.figure, before, after), columns[1:]), markup=False)
    if not split.figure.parts:
        note(
            "Nothing that it counts changed between the two."
            if not split.figure.moved
            else "There is nothing to split."
        )
    if split.children:
        to.print("\nchild by child", style="bold")
        rows = [(CAUSES[one.cause], one.key or "(no child)", number_text(one.numerator, signed=True),
                 number_text(one.denominator, signed=True), one.why()) for one in split.children]  # fmt: skip
        heads = ("cause", split.keyed_by.replace("person_id", "child_id"), "numerator", "denominator", "why")
        to.print(rich_table(heads, rows[:_SHOWN], ("numerator", "denominator")), markup=False)
        if len(rows) > _SHOWN:
            note(f"{len(rows) - _SHOWN} more: --csv or --json gives all.")
    if split.note:
        note(split.note)


def show_all(splits: Sequence[FigureSplit], first: KnownState, last: KnownState, *, as_json: bool, csv: bool) -> None:
    """Every figure that moved between two editions, the largest differences first."""
    before, after = first.label, last.label
    if forgotten := forgotten_words(first, last):
        note(forgotten)
    if as_json:
        print_json({"from": before, "to": after, "figures": [as_data(one) for one in splits]})
    elif csv:
        print_frame(frame_of(splits), csv=True)
    else:
        columns = ("indicator", "period", "before", "after", "difference", "why")
        rows = [(one.indicator, one.period.name, figure_text(one.before), figure_text(one.after),
                 points_text(one.difference, one.after.unit), causes_text(one)) for one in splits[:_SHOWN]]  # fmt: skip
        console().print(rich_table(columns, rows, ("before", "after", "difference")), markup=False)
        note(f"{len(splits)} figure{'' if len(splits) == 1 else 's'} moved from {before} to {after}.")
        if len(splits) > _SHOWN:
            note(f"{len(splits) - _SHOWN} more: --csv, --json or --out FILE.html gives all.")


def causes_text(split: FigureSplit) -> str:
    """The causes of a difference with what each moved, in one line."""
    return "; ".join(f"{CAUSES[one.cause]} {points_text(one, split.after.unit)}".strip() for one in split.parts)


def _all(split: Split) -> tuple[Split, ...]:
    return (split, *split.parts_of)


def _data(split: Split) -> dict[str, object]:
    children = [{"cause": one.cause, "key": one.key, "numerator": plain(one.numerator), "denominator": plain(one.denominator),
                 "why": one.why(), "records": [vars(record) for record in one.records]} for one in split.children]  # fmt: skip
    return {**as_data(split.figure), "counted_by": split.keyed_by, "children": children, "note": split.note}
