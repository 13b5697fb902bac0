"""Why: what a good analyst would paste into every query (groups, periods, the team of the day) stands here once.

A query is text for DuckDB that answers one indicator alone. Two forms are made from the same rows:

- `all_months`: one query for every period of the grid. A flow is summed by month and group and the months are then added up to
  periods (for weeks, summed by week); a stock is joined to the month ends it is open on.
- `one_month`: one query for the periods that end in one month, as monthly reports do it.

Columns of the answer: basis, period_end, breakdown, group, numerator, denominator (null for a count; for a rate the
population). Only what occurs has a line.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Measure = Literal["count", "share", "average", "distinct"]

_MEASURES: dict[str, str] = {
    "count": "count(*) AS numerator, NULL::BIGINT AS denominator",
    "share": "count(*) FILTER (WHERE holds) AS numerator, count(*) AS denominator",
    "average": "sum(amount) AS numerator, count(amount) AS denominator",
    "distinct": "count(DISTINCT key) AS numerator, NULL::BIGINT AS denominator",
}
_WANTED = {"count": "", "share": ", holds", "average": ", amount", "distinct": ", key"}
OF_THE_CHILD = ("age_band", "ethnicity", "sex")
BUILT_IN = (*OF_THE_CHILD, "team")


@dataclass(frozen=True)
class Month:
    """What a monthly report asks for: `periods` (SQL of basis, period_start, period_end) that end in the month.

    `day` is the month's last day, or the run's as-at day; `first` and `last` are the first and last day of any of its periods.
    """

    day: dt.date
    first: dt.date
    last: dt.date
    periods: str


@dataclass(frozen=True)
class Query:
    """One indicator by hand, for all months at once and for one."""

    all_months: str
    one_month: Callable[[Month], str]


def _labels(groups: tuple[str, ...]) -> str:
    whens = " ".join(f"WHEN grouping({name}) = 0 THEN '{name}'" for name in groups)
    return f"""CASE {whens} ELSE 'all' END AS breakdown, coalesce({", ".join(groups)}, 'all') AS "group\""""


def _sets(by: str, groups: tuple[str, ...]) -> str:
    return f"GROUPING SETS (({by}), " + ", ".join(f"({by}, {name})" for name in groups) + ")"


def _child_groups(day: str) -> str:
    return (
        f"coalesce(c.sex, 'unknown') AS sex, coalesce(c.ethnicity, 'unknown') AS ethnicity, "
        f"age_band(c.date_of_birth, {day}) AS age_band"
    )


def _row_groups(row: str, groups: tuple[str, ...]) -> str:
    """The groups that stand on the row itself, such as its outcome."""
    return "".join(f", coalesce({row}.{name}, 'unknown') AS {name}" for name in groups if name not in OF_THE_CHILD)


def _with(*tables: str) -> str:
    return "WITH " + ",\n".join(table.strip() for table in tables if table.strip())


def flow(
    rows: str,
    *,
    tables: str = "",
    measure: Measure = "count",
    groups: tuple[str, ...] = BUILT_IN,
    weeks: bool = False,
) -> Query:
    """A flow. `rows` gives day, child_id, what the measure needs (holds, amount or key) and the `groups` not of the child."""
    dated = f"""rows AS ({rows}),
dated AS (
  SELECT r.day{_WANTED[measure]}{_row_groups("r", groups)}, {_child_groups("r.day")}
  FROM rows AS r LEFT JOIN children AS c ON c.child_id = r.child_id
)"""

    def one_month(month: Month) -> str:
        return f"""{_with(tables, dated)}
SELECT basis, period_end, {_labels(groups)}, {_MEASURES[measure]}
FROM dated JOIN ({month.periods}) AS p ON day BETWEEN period_start AND period_end
WHERE day BETWEEN DATE '{month.first}' AND DATE '{month.last}'
GROUP BY {_sets("basis, period_end", groups)}"""

    if measure == "distinct":
        whole = f"""{_with(tables, dated)}
SELECT basis, period_end, {_labels(groups)}, {_MEASURES[measure]}
FROM dated JOIN month_periods AS p ON p.month = date_trunc('month', day)
GROUP BY {_sets("basis, period_end", groups)}"""
        return Query(whole, one_month)
    months = f"""months AS (
  SELECT date_trunc('month', day)::DATE AS month, {_labels(groups)}, {_MEASURES[measure]}
  FROM dated GROUP BY {_sets("date_trunc('month', day)::DATE", groups)}
)"""
    summed = f"""{_with(tables, dated, months)}
SELECT p.basis, p.period_end, breakdown, "group", sum(numerator)::BIGINT AS numerator, sum(denominator)::BIGINT AS denominator
FROM months JOIN month_periods AS p ON p.month = months.month
GROUP BY ALL"""
    if weeks:
        summed += f"""
UNION ALL
SELECT p.basis, p.period_end, {_labels(groups)}, {_MEASURES[measure]}
FROM dated JOIN week_periods AS p ON p.period_start = date_trunc('week', day)
GROUP BY {_sets("p.basis, p.period_end", groups)}"""
    return Query(summed, one_month)


def _rate(counted: str, periods: str, by: str) -> str:
    """Counts beside the population of the mid-year estimate that serves each period, the last vintage of it."""
    return f"""
SELECT p.basis, p.period_end, 'all' AS breakdown, 'all' AS "group", coalesce(numerator, 0) AS numerator,
  e.population AS denominator
FROM (SELECT *, year(period_end) - (month(period_end) < 4)::INT AS year FROM {periods}) AS p
LEFT JOIN {counted} AS n ON {by}
ASOF JOIN (SELECT mid_year, arg_max(population, coalesce(vintage, '')) AS population FROM populations GROUP BY mid_year) AS e
  ON e.mid_year <= p.year"""


def flow_rate(rows: str) -> Query:
    """A flow for every 10,000 children: `rows` gives day. A population is known for the whole authority only."""
    same = "n.basis = p.basis AND n.period_end = p.period_end"
    by_month = "months AS (SELECT date_trunc('month', day)::DATE AS month, count(*) AS number FROM rows GROUP BY ALL)"
    whole = f"""{_with(f"rows AS ({rows})", by_month)},
counted AS (
  SELECT basis, period_end, sum(number)::BIGINT AS numerator
  FROM months JOIN month_periods AS p ON p.month = months.month GROUP BY ALL
){_rate("counted", "month_end_periods", same)}"""

    def one_month(month: Month) -> str:
        return f"""{_with(f"rows AS ({rows})")},
counted AS (
  SELECT basis, period_end, count(*) AS numerator
  FROM rows JOIN ({month.periods}) AS p ON day BETWEEN period_start AND period_end
  WHERE day BETWEEN DATE '{month.first}' AND DATE '{month.last}'
  GROUP BY ALL
){_rate("counted", f"({month.periods})", same)}"""

    return Query(whole, one_month)


# The social worker's allocation on the day decides the team: the latest started of several.
_TEAMS = """teams AS (
  SELECT o.person_id, o.as_at, arg_max(a.team, (a.started_on, a.allocation_id)) AS team
  FROM (SELECT DISTINCT person_id, as_at FROM open_rows) AS o
  JOIN allocations AS a
    ON a.person_id = o.person_id AND a.started_on <= o.as_at AND (a.ended_on IS NULL OR a.ended_on > o.as_at)
  WHERE a.role = 'social_worker' AND a.team IS NOT NULL
  GROUP BY ALL
)"""

STOCK_DAYS = "stock_days"


def _one_day(day: dt.date) -> str:
    return f"(SELECT * FROM stock_days WHERE as_at = DATE '{day}')"


def stock(rows: str, *, tables: str = "", measure: Measure = "count", groups: tuple[str, ...] = BUILT_IN) -> Query:
    """A stock. `rows` reads {days} and gives as_at, child_id, person_id, team, what the measure needs (holds or key) and
    the `groups` that are not built in."""
    on_row = tuple(name for name in groups if name != "team")
    grouped = f"""grouped AS (
  SELECT o.as_at{_WANTED[measure]}, coalesce(t.team, o.team, 'unknown') AS team{_row_groups("o", on_row)},
    {_child_groups("o.as_at")}
  FROM open_rows AS o
  LEFT JOIN children AS c ON c.child_id = o.child_id
  LEFT JOIN teams AS t ON t.person_id = o.person_id AND t.as_at = o.as_at
),
summed AS (
  SELECT as_at, {_labels(groups)}, {_MEASURES[measure]}
  FROM grouped GROUP BY {_sets("as_at", groups)}
)"""

    def made(days: str, periods: str, same_day: str) -> str:
        asked = "open_rows AS (" + rows.replace("{days}", days) + ")"
        return f"""{_with(tables.replace("{days}", days), asked, _TEAMS, grouped)}
SELECT p.basis, p.period_end, breakdown, "group", numerator, denominator FROM summed {same_day.format(periods=periods)}"""

    return Query(
        made(STOCK_DAYS, "month_end_periods", "JOIN {periods} AS p ON p.as_at = summed.as_at"),
        lambda month: made(_one_day(month.day), f"({month.periods})", "CROSS JOIN {periods} AS p"),
    )


def stock_rate(rows: str, *, tables: str = "", counts: str = "count(*)") -> Query:
    """A stock for every 10,000 children: `rows` reads {days} and gives as_at and what `counts` reads."""

    def made(days: str, periods: str, same: str) -> str:
        on_days = rows.replace("{days}", days)
        asked = f"counted AS (SELECT as_at, {counts} AS numerator FROM ({on_days}) GROUP BY as_at)"
        return _with(tables, asked) + _rate("counted", periods, same)

    return Query(
        made(STOCK_DAYS, "month_end_periods", "n.as_at = p.as_at"),
        lambda month: made(_one_day(month.day), f"({month.periods})", "TRUE"),
    )


def open_on(spell: str, first: str = "started_on", last: str = "ended_on") -> str:
    """The condition that a spell is open on the stock day `d`."""
    return f"{spell}.{first} <= d.as_at AND ({spell}.{last} IS NULL OR {spell}.{last} > d.as_at)"
