"""Why: the evidence rows of a pass, dated and grouped, are one query text; sums, case lists and due lists all start from it.

A flow's row stands on its day. A stock's row is unfolded by the stock days it covers: what is calculated is exactly the
case lists of those days and nothing between them (`docs/adr/0003-evidence-by-as-at-day.md`).
"""

from __future__ import annotations

from casetally.definitions.record_sets import RecordSet
from casetally.engines.duckdb.prepare import UNKNOWN, Workspace, unfolded
from casetally.evidence import Pass
from casetally.language import Lookups, render

GROUP_COLUMNS = {"age_band": "group_age_band", "ethnicity": "group_ethnicity", "sex": "group_sex", "team": "group_team"}

# An alias may be used by what follows it in the same select, so the age is written once.
_AGE = (
    "(year({day}) - year(c.child_born) "
    "- (month({day}) * 100 + day({day}) < month(c.child_born) * 100 + day(c.child_born))::INT) AS group_age"
)
_AGE_BAND = f"""CASE WHEN group_age IS NULL THEN '{UNKNOWN}' WHEN group_age < 1 THEN 'under 1'
  WHEN group_age < 5 THEN '1 to 4' WHEN group_age < 10 THEN '5 to 9' WHEN group_age < 16 THEN '10 to 15'
  ELSE '16 and over' END"""


def dated_rows(work: Workspace, one: Pass, *, by_period: bool = False) -> str:
    """SQL of the pass's rows with their group columns and `position`.

    `position` is the segment of a flow's day, the number of a stock's day, or with `by_period` the number of the period; a
    stock's row also has `as_at`, a row by period `period_start`, `period_end` and `as_at`.
    """
    if one.is_stock:
        return _stock_rows(work, one)
    return _flow_rows(work, one, by_period=by_period)


def _flow_rows(work: Workspace, one: Pass, *, by_period: bool) -> str:
    lookups = Lookups("dating", work.limits)
    assert one.when is not None
    when = render(one.when, lookups, run_as_at=work.run_as_at)
    where_it_falls = "d.segment AS position"
    join = "JOIN flow_days AS d ON d.day = r.dated_on"
    if by_period:
        where_it_falls = "p.period AS position, p.period_start, p.period_end, p.as_at"
        join += " JOIN flow_periods AS p ON r.dated_on BETWEEN p.period_start AND p.period_end"
    return f"""
SELECT r.*, {where_it_falls}, {_groups(one.record_set, "r.dated_on", stock=False)}
FROM (SELECT *, {when} AS dated_on FROM {one.record_set.table} {lookups.joins()}) AS r
{join}
LEFT JOIN child_groups AS c ON c.child_id = r.child_id"""


def _stock_rows(work: Workspace, one: Pass) -> str:
    lookups = Lookups("dating", work.limits)
    assert one.open is not None
    first, last = (render(day, lookups, run_as_at=work.run_as_at) for day in one.open)
    spells = f"SELECT *, {first} AS open_from, {last} AS open_until FROM {one.record_set.table} {lookups.joins()}"
    return f"""
SELECT r.*, r.day_number AS position, s.as_at, {_groups(one.record_set, "s.as_at", stock=True)}
FROM ({unfolded(work.grid, spells)}) AS r
JOIN stock_days AS s ON s.day_number = r.day_number
LEFT JOIN child_groups AS c ON c.child_id = r.child_id
LEFT JOIN team_on_day AS t ON t.day_number = r.day_number AND t.person_id = r.person_id"""


def _groups(record_set: RecordSet, day: str, *, stock: bool) -> str:
    """An event belongs to the team on its own row, a stock to the team allocated on the day, else the team on the row."""
    own_team = "r.team" if "team" in record_set.types else "NULL"
    team = f"coalesce(t.team, {own_team}, '{UNKNOWN}')" if stock else f"coalesce({own_team}, '{UNKNOWN}')"
    written = {
        "age_band": _AGE_BAND,
        "ethnicity": f"coalesce(c.child_ethnicity, '{UNKNOWN}')",
        "sex": f"coalesce(c.child_sex, '{UNKNOWN}')",
        "team": team,
    }
    groups = [f"{sql} AS {GROUP_COLUMNS[name]}" for name, sql in written.items()]
    return ",\n  ".join([_AGE.format(day=day), *groups])
