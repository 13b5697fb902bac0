"""Why: a report that was printed and the records behind it are held against each other, figure by figure, and none is left out.

Every row of the published file ends with one outcome. What can't be compared says why: no number or no period printed, a period
that the records do not cover, a line that nothing calculated answers to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl

from casetally.definitions.library import Library
from casetally.definitions.reports import Line, NoView, Report, View, lines_of, view_of
from casetally.errors import did_you_mean
from casetally.figures.calculate import calculate_figures
from casetally.figures.published import Published, PublishedFinding, to_period
from casetally.figures.reconcile.movers import movers
from casetally.figures.reconcile.outcomes import Outcome, PrintedFigure, compare, half_up
from casetally.figures.views import FigureBook, Seen, first_day_needed, is_stock, months_in, see
from casetally.periods import Grid, Period, grid_of, month, period_of
from casetally.store import Store

RECONCILED: dict[str, type[pl.DataType]] = {
    "file_row": pl.Int64, "ref": pl.String, "title": pl.String, "basis": pl.String, "period": pl.String, "breakdown": pl.String,
    "printed": pl.String, "calculated": pl.String, "outcome": pl.String, "says": pl.String, "cause": pl.String,
    "moves": pl.Int64, "indicator": pl.String, "maturity": pl.String, "note": pl.String,
}  # fmt: skip

Place = tuple[str, str, str, str]  # ref, basis, period, breakdown


@dataclass(frozen=True)
class Reconciliation:
    """One row for each published figure (RECONCILED), what is wrong with the published file, and who would have to move.

    `children` has, by row of the file, the records nearest to moving, for the first lines that differ without a known cause.
    """

    rows: pl.DataFrame
    findings: tuple[PublishedFinding, ...]
    children: Mapping[int, list[str]]

    @property
    def unexplained(self) -> pl.DataFrame:
        """The figures that differ or can't be attained and for which no cause is given."""
        return self.rows.filter(pl.col("outcome").is_in(["differs", "not_attainable"]) & (pl.col("cause") == ""))


@dataclass(frozen=True)
class _Asked:
    """A published figure with the line it belongs to and what answers to it, or the reason why nothing does."""

    row: Mapping[str, Any]
    line: Line | None
    view: View | None = None
    period: Period | None = None
    reason: str = ""


def reconcile(
    store: Store,
    library: Library,
    report: Report,
    published: Published,
    covered: Iterable[Period],
    *,
    authority: str,
    vintage: str | None = None,
    tolerance: Fraction = Fraction(0),
    causes: Mapping[Place, str] | None = None,
    name_children: int = 10,
) -> Reconciliation:
    """Hold published figures against what the records of a store give.

    `covered` are the months that the records are said to cover. `causes` explains known differences. For the first
    `name_children` lines that differ without a cause the records nearest to moving are named.
    """
    lines = {one.line.ref: one.line for one in lines_of(report) if one.line.ref}
    months = sorted(covered)
    asked = [_ask(row, lines, library, months) for row in published.frame.iter_rows(named=True)]
    book = FigureBook(_figures(store, library, asked, authority, vintage))
    outcomes = [_outcome(one, book, tolerance) for one in asked]
    rows = [_row(one, seen, outcome, causes or {}) for one, (seen, outcome) in zip(asked, outcomes, strict=True)]
    frame = pl.DataFrame(rows, schema=RECONCILED, orient="row")
    findings = [*published.findings, *_unknown_refs(published, lines)]
    return Reconciliation(
        frame,
        tuple(sorted(findings, key=lambda one: (one.line, one.rule))),
        _children(store, library, asked, outcomes, causes or {}, name_children),
    )


def _ask(row: Mapping[str, Any], lines: Mapping[str, Line], library: Library, months: list[Period]) -> _Asked:
    line = lines.get(row["ref"])
    if line is None:
        return _Asked(row, None, reason="the report has no such line")
    nothing_printed = _nothing_printed(row)
    if nothing_printed:
        return _Asked(row, line, reason=nothing_printed)
    view = view_of(line, row["breakdown"], row["basis"], row["period"])
    if isinstance(view, NoView):
        return _Asked(row, line, reason=view.reason)
    period = _period_of(view, row)
    if period is None:
        return _Asked(row, line, view, reason="no calendar period answers to the printed one")
    if not _covered(library, view, period, months):
        return _Asked(row, line, view, reason="the records are not said to cover this period")
    return _Asked(row, line, view, period)


def _nothing_printed(row: Mapping[str, Any]) -> str:
    if row["value"] is None and row["numerator"] is None:
        return "no number is printed"
    return "" if row["period"] else "no period is printed"


def _covered(library: Library, view: View, period: Period, months: list[Period]) -> bool:
    if not months:
        return False
    stock = is_stock(library, library.indicator(view.indicator))
    first, last = first_day_needed(view, period, is_stock=stock), month(period.end)
    read_in = months[-1] if _still_running(period, months) else last
    return first >= months[0].start and read_in in months


def _still_running(period: Period, months: list[Period]) -> bool:
    """A quarter or year that is not over on the last day covered is read on that day, as a part-year column is."""
    return period.basis in ("year", "quarter") and period.start <= months[-1].end < period.end


def _period_of(view: View, row: Mapping[str, Any]) -> Period | None:
    printed = to_period(row["basis"], view.period or row["period"])
    if view.basis is None:
        return printed
    if view.period is not None:
        return to_period(view.basis, view.period)
    return period_of(view.basis, printed.end) if printed is not None else None


def _figures(
    store: Store, library: Library, asked: Iterable[_Asked], authority: str, vintage: str | None
) -> pl.DataFrame:
    wanted = [one for one in asked if one.period is not None and one.view is not None]
    periods = {one.period for one in wanted if one.period is not None}
    for one in wanted:  # views that look over months, or a year back
        assert one.period is not None
        assert one.view is not None
        if one.view.shows in ("mean_of_months", "highest_of_months", "lowest_of_months"):
            periods |= set(months_in(one.period))
        if one.view.shows in ("change_on_year", "fall_on_year"):
            periods |= {month(one.period.end), month(one.period.end.replace(year=one.period.end.year - 1, day=1))}
    grid: Grid = grid_of(store.as_at, periods or {month(store.as_at)})
    names = {one.view.indicator for one in wanted if one.view is not None}
    return calculate_figures(store, library, grid, authority=authority, indicators=names, vintage=vintage)


def _outcome(one: _Asked, book: FigureBook, tolerance: Fraction) -> tuple[Seen | None, Outcome]:
    if one.period is None or one.view is None:
        return None, Outcome("not_comparable", one.reason)
    seen = see(book, one.view, one.period)
    return seen, compare(_printed(one.row), seen, tolerance)


def _printed(row: Mapping[str, Any]) -> PrintedFigure:
    numbers = {
        name: Decimal(row[name]) if row[name] is not None else None for name in ("numerator", "denominator", "value")
    }
    return PrintedFigure(numbers["numerator"], numbers["denominator"], numbers["value"], row["places"] or 0)


def _row(one: _Asked, seen: Seen | None, outcome: Outcome, causes: Mapping[Place, str]) -> dict[str, Any]:
    row = one.row
    return {
        **{name: row[name] for name in ("file_row", "ref", "basis", "period", "breakdown", "note")},
        "title": one.line.title if one.line else "",
        "printed": row["printed"] or _fraction(row["numerator"], row["denominator"]) or row["value"] or "",
        "calculated": _shown(seen, row) if seen is not None else "",
        "outcome": outcome.kind,
        "says": outcome.says,
        "cause": causes.get(_place(row), "") if outcome.kind not in ("equal", "not_comparable") else "",
        "moves": outcome.moves,
        "indicator": one.view.indicator if one.view else one.line.indicator if one.line else "",
        "maturity": seen.maturity if seen is not None else "",
    }  # fmt: skip


def _place(row: Mapping[str, Any]) -> Place:
    return row["ref"], row["basis"], row["period"], row["breakdown"]


def _fraction(top: str | None, below: str | None) -> str:
    return f"{top} / {below}" if top and below else top or ""


def _shown(seen: Seen, row: Mapping[str, Any]) -> str:
    value = "" if seen.value is None else f"{half_up(seen.value, row['places'] or 0):,}"
    if (
        seen.numerator is None or seen.denominator is None or seen.scale > 100
    ):  # a rate's population is no part of a fraction
        return value
    return f"{value} ({float(seen.numerator):,.0f} / {float(seen.denominator):,.0f})".strip()


def _unknown_refs(published: Published, lines: Mapping[str, Line]) -> list[PublishedFinding]:
    found = []
    for number, ref in published.frame.select("file_row", "ref").iter_rows():
        if ref and ref not in lines:  # a row without a ref was found when the file was read
            hint = did_you_mean(ref, lines, else_say="The report's lines are in definitions/reports.")
            says = f"The report has no line '{ref}'. {hint}"
            found.append(PublishedFinding(str(published.path), number, "unknown_ref", says, ref))
    return found


def _children(
    store: Store,
    library: Library,
    asked: list[_Asked],
    outcomes: list[tuple[Seen | None, Outcome]],
    causes: Mapping[Place, str],
    most: int,
) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for one, (_, outcome) in zip(asked, outcomes, strict=True):
        if len(found) >= most:
            break
        if outcome.kind != "differs" or _place(one.row) in causes:
            continue
        if outcome.moves and one.view is not None and one.period is not None:
            named = movers(store, library, one.view, one.period, outcome.moves)
            if named:
                found[one.row["file_row"]] = named
    return found
