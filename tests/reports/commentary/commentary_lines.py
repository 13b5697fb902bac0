"""Why: the sentences of this room are worked out by hand, so its lines are made by hand, as briefly as they can be said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from casetally.definitions.authorities import Compared, Target
from casetally.definitions.reports import View
from casetally.figures.behind import Behind
from casetally.figures.ratings import averages, period_before, rating_of, travel_of
from casetally.figures.reconcile.outcomes import half_up
from casetally.figures.spc import ChartPoint, ControlChart
from casetally.figures.views import NOT_THERE, Seen, a_year_before
from casetally.periods import Period, month, period_of
from casetally.reports.document import Definition, LineShown
from casetally.reports.lines import ReportRow

Given = tuple[int, int] | int | str | Seen | Fraction  # '3 of 8', a count, a status, or as it stands


def seen_of(given: Given, unit: str) -> Seen:
    if isinstance(given, Seen):
        return given
    if isinstance(given, str):
        return Seen(None, None, None, unit, given)
    if isinstance(given, tuple):
        top, below = Fraction(given[0]), Fraction(given[1])
        scale = {"percent": 100, "per_10000": 10000}.get(unit, 1)
        return Seen(top, below, top * scale / below, unit)
    return Seen(Fraction(given), None, Fraction(given), unit)


def months_to(last: str, count: int) -> list[Period]:
    year, number = (int(part) for part in last.split("-"))
    found = [month(dt.date(year, number, 1))]
    while len(found) < count:
        found.append(period_before(found[-1]))
    return found[::-1]


def a_row(
    values: Sequence[Given],
    *,
    last: str = "2023-09",
    basis: str = "month",
    unit: str = "percent",
    good: str = "higher",
    places: int = 1,
    target: Target | None = None,
    compared: Sequence[Compared] = (),
    shows: Any = "value",
    group: str = "",
    maturity: str = "final",
    section: str = "A section",
) -> ReportRow:
    """A row with these figures, the oldest first, filled in as the report does."""
    months = months_to(last, max(len(values), 26))
    seen = [seen_of(one, unit) for one in values]
    seen[-1] = replace(seen[-1], maturity=maturity)
    periods = [period_of(basis, one.start) for one in months[-len(values) :]]
    there = dict(zip(periods, seen, strict=True))
    now, period = seen[-1], periods[-1]

    def look(one: Period) -> Seen:
        return there.get(one, NOT_THERE)

    year_before = look(a_year_before(period)) if basis == "month" else None
    shown = Fraction(half_up(now.value, places)) if now.value is not None else None
    return ReportRow(
        section=section, ref="R 1", title="A line", group=group, is_main=True, basis=basis, places=places, indicator="an_indicator",
        view=View("an_indicator", shows), series=dict(list(there.items())[-13:]),
        monthly=there if basis == "month" else {}, monthly_targets={}, good=good,  # type: ignore[arg-type]
        target=target, rating=rating_of(shown, target, good, period.end) if target and shown is not None else None,  # type: ignore[arg-type]
        travel=travel_of(now, look(period_before(period)), good),  # type: ignore[arg-type]
        a_year_before=year_before if year_before and year_before.value is not None else None,
        averages=averages(look, period) if basis == "month" and now.value is not None else {}, compared=tuple(compared),
    )  # fmt: skip


NO_CHART = ControlChart((), "percent", "higher", None, None, None, "no_chart", "none", is_trial=True)


def chart_of(
    months: int, variation: str = "common_cause", *, signals: Sequence[str] = (), assurance: str = "none",
    last: str = "2023-09", maturity: str = "final", no_last: bool = False,
) -> ControlChart:  # fmt: skip
    """A control chart with this verdict on its last month."""
    points = [ChartPoint(one, Fraction(50), None, variation="common_cause") for one in months_to(last, months)]
    points[-1] = replace(
        points[-1], signals=tuple(signals), variation=variation, maturity=maturity, value=None if no_last else Fraction(50)  # type: ignore[arg-type]
    )  # fmt: skip
    return ControlChart(
        tuple(points), "percent", "higher", Fraction(50), Fraction(40), Fraction(60), variation, assurance,  # type: ignore[arg-type]
        is_trial=months < 12,
    )  # fmt: skip


def a_line(row: ReportRow, chart: ControlChart = NO_CHART, *others: ReportRow) -> LineShown:
    definition = Definition("an_indicator", "An indicator", "What it means.", "A source", row.good)
    return LineShown(row.section, "r-1", row.ref, row.title, (row, *others), definition, chart)


def those(number: int, children: int, families: int | None, *teams: tuple[str, int], **more: Any) -> Behind:
    """Who stands behind a figure."""
    return Behind(number, children, families, more.pop("no_family", 0), teams, more.pop("unsettled", 0),
                  is_rest=more.pop("is_rest", True), **more)  # fmt: skip


def a_target(value: float | None = None, **more: Any) -> Target:
    return Target.model_validate({"from": dt.date(2020, 4, 1), "target": value, **more})


def beside(comparator: str, value: float, period: str = "", **more: Any) -> Compared:
    return Compared.model_validate({"comparator": comparator, "value": value, "period": period, **more})


def by_month(row: ReportRow) -> Mapping[str, Seen]:
    return {period.name: seen for period, seen in row.series.items()}
