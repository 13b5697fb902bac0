"""Why: the evidence rows of a pass, dated and grouped, are one query text; sums, case lists and due lists all start from it.

A flow's row stands on its day. A stock's row is unfolded by the stock days it covers: what is calculated is exactly the
case lists of those days and nothing between them (`docs/adr/0003-evidence-by-as-at-day.md`).
"""

from __future__ import annotations

from casetally.definitions.lineage import lacking, needs_of_columns
from casetally.definitions.models import ACROSS
from casetally.engines.duckdb.prepare import UNKNOWN, Workspace, unfolded
from casetally.evidence import Pass
from casetally.language import Lookups, render

# An alias may be used by what follows it in the same select, so the age is written once.
_AGE = (
    "(year({day}) - year(c.child_born) "
    "- (month({day}) * 100 + day({day}) < month(c.child_born) * 100 + day(c.child_born))::INT) AS group_age"
)
_AGE_BAND = f"""CASE WHEN group_age IS NULL THEN '{UNKNOWN}' WHEN group_age < 1 THEN 'under 1'
  WHEN group_age < 5 THEN '1 to 4' WHEN group_age < 10 THEN '5 to 9' WHEN group_age < 16 THEN '10 to 15'
  ELSE '16 and over' END"""


def group_column(breakdown: str) -> str:
    """The column of dated rows that holds a breakdown's groups, quoted where a cross-tabulation's name asks for it."""
    return f'"group_{breakdown}"'


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
    own = _own_groups(work, one, lookups)
    if by_period:
        where_it_falls = "p.period AS position, p.period_start, p.period_end, p.as_at"
        join += " JOIN flow_periods AS p ON r.dated_on BETWEEN p.period_start AND p.period_end"
    return f"""
SELECT r.*, {where_it_falls}, {_groups(one, "r.dated_on")}
FROM (SELECT *, {when} AS dated_on{own} FROM {one.record_set.table} {lookups.joins()}) AS r
{join}
LEFT JOIN child_groups AS c ON c.child_id = r.child_id"""


def _stock_rows(work: Workspace, one: Pass) -> str:
    lookups = Lookups("dating", work.limits)
    assert one.open is not None
    first, last = (render(day, lookups, run_as_at=work.run_as_at) for day in one.open)
    own = _own_groups(work, one, lookups)
    spells = f"SELECT *, {first} AS open_from, {last} AS open_until{own} FROM {one.record_set.table} {lookups.joins()}"
    return f"""
SELECT r.*, r.day_number AS position, s.as_at, {_groups(one, "s.as_at")}
FROM ({unfolded(work.grid, spells)}) AS r
JOIN stock_days AS s ON s.day_number = r.day_number
LEFT JOIN child_groups AS c ON c.child_id = r.child_id
LEFT JOIN team_on_day AS t ON t.day_number = r.day_number AND t.person_id = r.person_id"""


def _own_groups(work: Workspace, one: Pass, lookups: Lookups) -> str:
    """The groups that the record set declares, as further columns of the select that dates its rows."""
    wanted = sorted({name for measure in one.measures for name in measure.indicator.own_breakdowns()})
    return "".join(f", {_own_group(work, one, name, lookups)} AS {group_column(name)}" for name in wanted)


def _own_group(work: Workspace, one: Pass, name: str, lookups: Lookups) -> str:
    """A group is unknown where the source lacks a column that it rests on: no other group may be guessed."""
    expression = one.record_set.breakdowns[name]
    if lacking(needs_of_columns(work.library, one.record_set, expression.columns), work.store.present):
        return f"'{UNKNOWN}'"
    return f"coalesce({render(expression, lookups, run_as_at=work.run_as_at)}, '{UNKNOWN}')"


def _groups(one: Pass, day: str) -> str:
    """An event belongs to the team on its own row, a stock to the team allocated on the day, else the team on the row."""
    own_team = "r.team" if "team" in one.record_set.types else "NULL"
    team = f"coalesce(t.team, {own_team}, '{UNKNOWN}')" if one.is_stock else f"coalesce({own_team}, '{UNKNOWN}')"
    written = {
        "age_band": _AGE_BAND,
        "ethnicity": f"coalesce(c.child_ethnicity, '{UNKNOWN}')",
        "sex": f"coalesce(c.child_sex, '{UNKNOWN}')",
        "team": team,
    }
    named = {name for measure in one.measures for name in measure.indicator.breakdowns}
    for name in sorted(name for name in named if ACROSS in name):  # an alias may be used by what follows it
        written[name] = f" || '{ACROSS}' || ".join(group_column(part) for part in name.split(ACROSS))
    groups = [f"{sql} AS {group_column(name)}" for name, sql in written.items()]
    return ",\n  ".join([_AGE.format(day=day), *groups])
