"""Why: a percentage that falls short is of children in families, and whoever answers for it wants to know with which teams."""

from __future__ import annotations

from itertools import accumulate

from casetally.engines.duckdb.prepare import UNKNOWN
from casetally.figures.behind import Behind
from casetally.reports.commentary.sentences import Told
from casetally.reports.commentary.words import clean, counted_words, listed
from casetally.reports.lines import ReportRow

_MOST_NAMED, _TWO = 3, 2


def those_behind(told: Told) -> str | None:
    """How many children and families lie behind a poor percentage, and which teams hold most of them. Internal edition only."""
    found = told.behind
    if found is None or told.edition != "internal" or not found.number or not found.children:
        return None
    verb = "concerns" if found.number == 1 else "concern"
    parts = [f"{_subject(told.row, found)} {verb} {_children(found)}", _teams(found), _unsettled(found)]
    return "; ".join(part for part in parts if part) + "."


def _subject(row: ReportRow, found: Behind) -> str:
    """'The other 26 of the 139' are those that the figure leaves over; those that it counts itself are 'the 26'."""
    number = "one" if found.number == 1 else f"{found.number:,}"
    if found.is_rest is (row.view.shows == "remainder"):
        return f"The {number}{' counted' if found.number == 1 else ''}"
    below = row.now.denominator
    return f"The other {number}{f' of the {int(below):,}' if below is not None else ''}"


def _children(found: Behind) -> str:
    words = ("young person", "young people") if found.are_young_people else ("child", "children")
    children = counted_words(found.children, *words)
    if found.families is None or found.children == 1:
        return children
    without = f" (no family is recorded for {found.no_family:,} of them)" if found.no_family else ""
    return f"{children} of {counted_words(found.families, 'family', 'families')}{without}"


def _teams(found: Behind) -> str:
    """The fewest teams that hold more than half; where that takes more than three, how far it is spread."""
    known = [(clean(team), count) for team, count in found.teams if team != UNKNOWN]
    if not known:
        return ""
    if found.number == 1:
        return f"it is with {known[0][0]}"
    if len(found.teams) == 1:
        return f"{'both' if found.number == _TWO else 'all'} are with {known[0][0]}"
    named = _most(known, found.number)
    if not 0 < len(named) <= _MOST_NAMED:
        return _unknown_or_spread(found, known)
    held = sum(count for _, count in named)
    teams = named[0][0] if len(named) == 1 else listed([f"{team} ({count:,})" for team, count in named])
    return f"{'they' if held == found.number else f'{held:,} of the {found.number:,}'} are with {teams}"


def _most(known: list[tuple[str, int]], number: int) -> list[tuple[str, int]]:
    """The fewest teams that hold more than half, and whoever holds as many as the last of them; none where all do not."""
    for needed, held in enumerate(accumulate(count for _, count in known), 1):
        if 2 * held > number:
            return [one for one in known if one[1] >= known[needed - 1][1]]
    return []


def _unknown_or_spread(found: Behind, known: list[tuple[str, int]]) -> str:
    unknown = dict(found.teams).get(UNKNOWN, 0)
    if 2 * unknown > found.number:
        return f"for {unknown:,} of the {found.number:,} no team is recorded"
    return f"they are spread over {counted_words(len(known), 'team', 'teams')}, none with more than {known[0][1]:,}"


def _unsettled(found: Behind) -> str:
    """A clock that still runs may yet be met."""
    if not found.unsettled:
        return ""
    if found.number == 1:
        return "its outcome may still change"
    if found.unsettled == found.number:
        return "for all of them the outcome may still change"
    return f"for {'one' if found.unsettled == 1 else f'{found.unsettled:,}'} of them the outcome may still change"
