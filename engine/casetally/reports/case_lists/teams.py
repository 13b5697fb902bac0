"""Why: each team gets its own children and nobody else's; what no team is recorded for stands apart, so that it is not lost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from casetally.engines.duckdb.prepare import UNKNOWN
from casetally.errors import CallError, did_you_mean
from casetally.reports.case_lists.columns import TEAM
from casetally.reports.case_lists.red_lines import RedLine
from casetally.store import Store

NO_TEAM = "no team recorded"


@dataclass(frozen=True)
class TeamLists:
    """What one team gets: its rows of each red line of the report, in the report's order, and of the due work."""

    team: str
    red: tuple[tuple[RedLine, pl.DataFrame], ...]
    due: pl.DataFrame

    @property
    def is_nobodys(self) -> bool:
        return self.team == UNKNOWN

    @property
    def name(self) -> str:
        return NO_TEAM if self.is_nobodys else self.team

    @property
    def frames(self) -> tuple[pl.DataFrame, ...]:
        return (*(rows for _, rows in self.red), self.due)

    @property
    def rows(self) -> int:
        return sum(one.height for one in self.frames)

    @property
    def children(self) -> frozenset[str]:
        return frozenset(child for one in self.frames for child in one["child_id"].drop_nulls().to_list())


def by_team(red: Sequence[RedLine], due: pl.DataFrame, wanted: Iterable[str], store: Store) -> list[TeamLists]:
    """The lists of each team that has a row in one, in order of their names, what has no team at the end.

    With teams `wanted` theirs alone, whether or not they have a row. Raises CallError for a team that nobody knows.
    """
    found = {str(team) for one in (*(line.rows for line in red), due) for team in one[TEAM].drop_nulls().unique()}
    chosen = _chosen(list(wanted), found | _allocated(store)) or found
    return [
        TeamLists(team, tuple((line, _of(line.rows, team)) for line in red), _of(due, team))
        for team in sorted(chosen, key=lambda one: (one == UNKNOWN, one))
    ]


def _of(rows: pl.DataFrame, team: str) -> pl.DataFrame:
    return rows.filter(pl.col(TEAM) == team).drop(TEAM)


def _chosen(wanted: Sequence[str], known: set[str]) -> set[str]:
    chosen = {UNKNOWN if team == NO_TEAM and team not in known else team for team in wanted}
    for team in sorted(chosen - known - {UNKNOWN}):
        some = ", ".join(sorted(known - {UNKNOWN})[:12])
        raise CallError(f"There is no team '{team}'.", hint=did_you_mean(team, known, else_say=f"Teams: {some}."))
    return chosen


def _allocated(store: Store) -> set[str]:
    """The teams of all allocations, whether or not they have a row here."""
    return {str(row[0]) for row in store.rows("SELECT DISTINCT team FROM allocations WHERE team IS NOT NULL")}
