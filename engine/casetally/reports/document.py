"""Why: page, workbook and commentary show one and the same report, put together here once, so that they can't differ.

A document holds figures, words and how far to trust them; it never holds more of a child than a count. In the published edition
every part is made from the figures that are shown and from nothing else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from casetally.figures.spc import ControlChart
from casetally.periods import Period
from casetally.reports.lines import Edition, ReportRow


@dataclass(frozen=True)
class Definition:
    """What an indicator means, for whoever asks: in words, where its rule comes from, what is counted and which way is better."""

    indicator: str
    title: str
    meaning: str
    source: str
    good: str


@dataclass(frozen=True)
class OwnWords:
    """What an analyst wrote beside a line for a month: Markdown as it stands in `file`."""

    text: str
    file: str


@dataclass(frozen=True)
class LineShown:
    """A line of a report with all that is said of it. `anchor` is its name in links, unlike that of any other line.

    `rows`: the line on its first basis, then on its others, then its groups; the first is `main`.
    """

    section: str
    anchor: str
    ref: str
    title: str
    rows: tuple[ReportRow, ...]
    definition: Definition
    control: ControlChart
    drafted: tuple[str, ...] = ()
    own_words: OwnWords | None = None

    @property
    def main(self) -> ReportRow:
        return self.rows[0]

    @property
    def code(self) -> str:
        """The code that readers know: a ref may go on after a # to tell two lines of one code apart."""
        return self.ref.partition("#")[0]

    @property
    def other_bases(self) -> tuple[ReportRow, ...]:
        """The line itself on its other bases."""
        return tuple(row for row in self.rows[1:] if row.group == self.main.group)

    @property
    def groups(self) -> tuple[ReportRow, ...]:
        """The groups of the line, on every basis."""
        return tuple(row for row in self.rows[1:] if row.group != self.main.group)


@dataclass(frozen=True)
class Headline:
    """A line that the summary names, and why in a few words."""

    line: LineShown
    because: str


@dataclass(frozen=True)
class Summary:
    """What a reader should know first. `ratings`: how many lines are green, amber, red and not rated."""

    ratings: dict[str, int]
    going_well: tuple[Headline, ...]
    to_watch: tuple[Headline, ...]
    to_do_better: tuple[Headline, ...]


@dataclass(frozen=True)
class Section:
    title: str
    anchor: str
    lines: tuple[LineShown, ...]


@dataclass(frozen=True)
class ReportDocument:
    """A report for a month, ready to be shown. `as_at` is the day that the records speak for, `records` the edition of what was
    read; `notes` are for whoever reads it, `introduction` is an analyst's own.
    """

    name: str
    title: str
    authority: str
    month: Period
    as_at: dt.date
    edition: Edition
    sections: tuple[Section, ...]
    summary: Summary
    records: str
    version: str
    notes: tuple[str, ...] = ()
    introduction: OwnWords | None = None

    @property
    def lines(self) -> Iterator[LineShown]:
        return (line for section in self.sections for line in section.lines)

    @property
    def hidden(self) -> int:
        """How many of the figures shown for the report's own period are hidden."""
        return sum(row.now.status == "suppressed" for line in self.lines for row in line.rows)
