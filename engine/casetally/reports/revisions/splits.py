"""Why: the figures that moved are a few of many, so only their indicators and periods are split, in one walk along the steps."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from casetally.figures.revisions import FigureSplit, KnownState, split_exactly, telescope
from casetally.reports.revisions.known import Moved
from casetally.reports.revisions.words import largest_first


def splits_of(
    before: KnownState, after: KnownState, moved: Iterable[Moved], compared: Callable[[], None] = lambda: None
) -> list[FigureSplit]:
    """The figures that moved, split by cause, in the order of `largest_first`. `compared`: called once the records are compared.

    Of a figure that moved by nothing but children forgotten since there is nothing to split: it is left out (`forgotten_words`).
    """
    wanted = set(moved)
    if not wanted:
        return []
    indicators, periods = {one for one, _ in wanted}, {period for _, period in wanted}
    way = telescope(before, after, indicators)
    compared()
    found = split_exactly(way, indicators, periods)
    splits = (one for one in found if (one.indicator, one.period) in wanted)
    if before.forgotten or after.forgotten:
        splits = (one for one in splits if one.moved)
    return largest_first(splits, way.day)
