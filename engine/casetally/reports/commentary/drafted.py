"""Why: an analyst should begin with the facts already written down, the same way for every line and every month."""

from __future__ import annotations

from casetally.figures.behind import Behind
from casetally.reports.commentary.compared import compared
from casetally.reports.commentary.control import variation
from casetally.reports.commentary.sentences import Rule, Told, change, few, latest_shown, level, months, target
from casetally.reports.commentary.those_behind import those_behind
from casetally.reports.document import LineShown
from casetally.reports.lines import Edition

MOST = 6  # sentences of a line; what more there is to say stands in its tables
RULES: tuple[Rule, ...] = (level, latest_shown, target, those_behind, change, variation, few, compared, months)
_GIVE_WAY: tuple[Rule, ...] = (few, months)  # the first of them first, where there are too many


def drafted(line: LineShown, behind: Behind | None, edition: Edition) -> tuple[str, ...]:
    """A few factual sentences on a line in its period, in plain text.

    In the published edition they are made from the rows alone, without `behind`.
    """
    told = Told(line, behind if edition == "internal" else None, edition)
    said = {rule: text for rule in RULES if (text := rule(told)) is not None}
    for rule in _GIVE_WAY:
        if len(said) > MOST:
            said.pop(rule, None)
    return tuple(said.values())
