"""Why: behind a percentage that falls short are children and families, and whoever reads it should see how many, and with which
teams.

The rows are those of `cases` for the same figure: where higher is better those counted below the line and not above it, where
lower is better those above it. They are counted in one query a figure, without being listed, so that a report can ask for all
its poor shares at once. Only counts leave this module.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from casetally.definitions.indicators import Indicator
from casetally.definitions.library import Library
from casetally.definitions.reports import View
from casetally.engines.duckdb import at_once, prepare
from casetally.engines.duckdb.dated import dated_rows, group_column
from casetally.engines.duckdb.prepare import UNKNOWN, Workspace
from casetally.evidence import Measure, Pass
from casetally.figures.cases import pass_of
from casetally.figures.lacks import lacks
from casetally.figures.ratings import Good
from casetally.language import Lookups, render
from casetally.periods import Period, grid_of
from casetally.store import Store

Asked = tuple[View, Period]

# the sides of a share that say how it stands; a group's share of all falls short of nothing
_SIDES = ("value", "fraction", "numerator", "remainder")
_OF_YOUNG_PEOPLE = ("care_leaver", "care_experienced")  # record sets
_FAMILIES = "SELECT person_id, min(family_id) AS family_id FROM children GROUP BY person_id"
_NO_FAMILIES = "SELECT NULL::VARCHAR AS person_id, NULL::VARCHAR AS family_id WHERE FALSE"


@dataclass(frozen=True)
class Behind:
    """Who stands behind a poor share, in counts.

    `number`: what the share counts (rows, or distinct children or families where it tells those apart), above the line where
    lower is better and else the rest of those below it; `unsettled` are the ones of them whose answer may still change. `families`
    is None where the records tell of none; `no_family` are the children whose family is not recorded. `teams`: how many of
    `number` each team has, the most first and 'unknown' last; empty where the indicator has no teams.
    """

    number: int
    children: int
    families: int | None
    no_family: int
    teams: tuple[tuple[str, int], ...]
    unsettled: int
    is_rest: bool  # of those below the line the ones not above it
    are_young_people: bool = False  # care leavers, who are no children any more


def behind(
    store: Store, library: Library, wanted: Iterable[Asked], *, good: Mapping[Asked, Good] | None = None
) -> Mapping[Asked, Behind]:
    """Who stands behind each of these figures: of what is no share, or has no better and worse, nothing is said.

    `good` says for some of them which way is better for what is shown, where a target and not the definition decides it.
    """
    kept: list[tuple[Asked, Indicator, bool]] = []
    for asked in dict.fromkeys(wanted):
        indicator = library.indicator(asked[0].indicator)
        better = _of_the_value(asked[0], (good or {}).get(asked)) or indicator.text.good
        if _has_any_behind(asked[0], indicator, better) and not lacks(store, library, indicator):
            kept.append((asked, indicator, better == "higher"))
    if not kept:
        return {}
    names = {one.record_set.name for _, one, _ in kept if one.record_set is not None}
    grid = grid_of(store.as_at, (period for (_, period), _, _ in kept))
    work = prepare(store, library, grid, library.record_sets_for(sorted(names)))
    counts = at_once(lambda one: _count(work, *one), kept)
    return {asked: found for (asked, _, _), found in zip(kept, counts, strict=True)}


def _of_the_value(view: View, better: Good | None) -> Good | None:
    """Which way is better for the share itself, given which is for the side of it that is shown."""
    if view.shows != "remainder" or better in (None, "neither"):
        return better
    return "lower" if better == "higher" else "higher"


def _has_any_behind(view: View, indicator: Indicator, good: Good) -> bool:
    if indicator.kind != "share" or view.shows not in _SIDES:
        return False
    return good == "lower" or (good == "higher" and view.shows != "numerator")


def _count(work: Workspace, asked: Asked, indicator: Indicator, is_rest: bool) -> Behind:
    view, period = asked
    one, measure = pass_of(indicator)
    found = work.store.rows(_query(work, one, measure, view, period, is_rest=is_rest))
    (whole,) = (row for row in found if row[0])
    _, _, number, children, families, no_family, unsettled = whole
    by_team = [(str(team), int(count)) for is_whole, team, count, *_ in found if not is_whole]
    return Behind(
        number, children, families or None, no_family,
        tuple(sorted(by_team, key=lambda held: (held[0] == UNKNOWN, -held[1], held[0]))),
        unsettled, is_rest, one.record_set.name.startswith(_OF_YOUNG_PEOPLE),
    )  # fmt: skip


def _query(work: Workspace, one: Pass, measure: Measure, view: View, period: Period, *, is_rest: bool) -> str:
    """One line for all (`is_whole`), then one a team: number, children, families, children without one, unsettled."""
    key = f'"{measure.distinct}"' if measure.distinct else "NULL"
    counted = "count(DISTINCT unit)" if measure.distinct else "count(*)"
    has_teams = "team" in measure.indicator.breakdowns
    return f"""
WITH counted AS ({_counted_rows(work, one, measure, view, period, key)}),
behind AS (SELECT * FROM counted WHERE {_those_behind(measure, is_rest=is_rest)})
SELECT {"GROUPING(team) = 1" if has_teams else "TRUE"} AS is_whole, {"team" if has_teams else "NULL AS team"},
  {counted}, count(DISTINCT b.person_id), count(DISTINCT f.family_id),
  count(DISTINCT b.person_id) FILTER (WHERE f.family_id IS NULL), {counted} FILTER (WHERE unsettled)
FROM behind AS b
LEFT JOIN ({_FAMILIES if _tells_families(work.store) else _NO_FAMILIES}) AS f ON f.person_id = b.person_id
GROUP BY GROUPING SETS ((){", (team)" if has_teams else ""})"""


def _counted_rows(work: Workspace, one: Pass, measure: Measure, view: View, period: Period, key: str) -> str:
    """The rows below the line: those that `cases` lists for the figure."""
    lookups = Lookups("looked_up", work.limits)

    def written(tree: object, otherwise: str) -> str:
        return render(tree, lookups, run_as_at=work.run_as_at) if tree is not None else otherwise  # type: ignore[arg-type]

    grid = work.grid
    position = grid.as_at_days.index(period.as_at(grid.run_as_at)) if one.is_stock else grid.periods.index(period)
    conditions = [f"position = {position}", written(measure.counted, "TRUE"), _of_groups(view)]
    if measure.distinct:
        conditions.append(f"{key} IS NOT NULL")
    team = group_column("team") if "team" in measure.indicator.breakdowns else "NULL"
    return f"""
SELECT person_id, {key} AS unit, {team} AS team, coalesce({written(measure.holds, "FALSE")}, FALSE) AS holds,
  coalesce({written(measure.unsettled, "FALSE")}, FALSE) AS unsettled
FROM ({dated_rows(work, one, by_period=not one.is_stock)}) AS dated
{lookups.joins()}
WHERE {" AND ".join(f"({condition})" for condition in conditions)}"""


def _those_behind(measure: Measure, *, is_rest: bool) -> str:
    if not is_rest:
        return "holds"
    # a child with one row that holds counts above the line, whatever the others say
    return "unit NOT IN (SELECT unit FROM counted WHERE holds)" if measure.distinct else "NOT holds"


def _of_groups(view: View) -> str:
    if view.breakdown == "all":
        return "TRUE"
    named = ", ".join("'" + group.replace("'", "''") + "'" for group in view.groups)
    return f"{group_column(view.breakdown)} IN ({named})"


def _tells_families(store: Store) -> bool:
    return "family_id" in store.present.get("children", ())
