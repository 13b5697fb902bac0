"""Why: a line, its other bases and its groups are all told by the same cells, so that they read alike wherever they stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from casetally.figures.ratings import period_before
from casetally.figures.views import Seen, a_year_before
from casetally.periods import Period, month_words, period_words
from casetally.reports.document import LineShown
from casetally.reports.lines import ReportRow, shown
from casetally.reports.page import words
from casetally.reports.page.cells import counted, derived, figure, with_status

if TYPE_CHECKING:
    from markupsafe import Markup

MOST_GROUPS_OPEN = 12  # more of them are folded away
MOST_GROUPS_BY_MONTH = 10  # more of them would not be read, and swell the page


@dataclass(frozen=True)
class Glance:
    """One row for its own period: what it is now, was before, ought to be, and how it is rated."""

    name: str
    period: str
    now: Markup
    counted: Markup
    before: Markup
    change: Markup
    target: str
    rating: str
    compared: str

    @property
    def rating_class(self) -> str:
        return self.rating.lower().replace(" ", "-")


@dataclass(frozen=True)
class GroupLine:
    """A group of a line: on the first basis, and its figures on the others."""

    glance: Glance
    on_others: tuple[Markup, ...]


@dataclass(frozen=True)
class Groups:
    """The groups of a line. `bases`: the first with what it is before, then the others; `by_month` has a row for each group."""

    count: int
    now: str
    before: str
    others: tuple[str, ...]
    lines: tuple[GroupLine, ...]
    months: tuple[str, ...]
    by_month: tuple[tuple[str, tuple[Markup, ...]], ...]

    @property
    def are_many(self) -> bool:
        return self.count > MOST_GROUPS_OPEN

    def has(self, cell: str) -> bool:
        """Whether any group has something in a cell: 'counted', 'target', 'compared'."""
        return any(getattr(line.glance, cell) for line in self.lines)


def glance(row: ReportRow, name: str) -> Glance:
    """A row told at a glance, under a name."""
    compared = (" ".join(words.compared_words(one, row.now.unit)) for one in row.compared)
    return Glance(
        name, period_words(row.period), with_status(row, row.period, row.now), counted(row, row.period, row.now),
        before_cell(row), change_cell(row), words.target_words(row), words.RATINGS[row.rating],
        "; ".join(dict.fromkeys(compared)),
    )  # fmt: skip


def before_of(row: ReportRow) -> Seen | None:
    """What a row showed of the period before; None where nothing is said of it."""
    series = list(row.series.values())
    return row.before if row.before is not None else series[-2] if len(series) > 1 else None


def before_cell(row: ReportRow) -> Markup:
    from markupsafe import Markup

    before = before_of(row)
    return Markup("not available") if before is None else with_status(row, period_before(row.period), before)


def change_cell(row: ReportRow) -> Markup:
    """The change from the period before, with an arrow that repeats it, and whether it is for the better."""
    from markupsafe import Markup

    if row.travel is None:
        return Markup("not compared")
    size, verdict = words.change_words(row.travel, row.places)
    text = Markup('<span class="arrow" aria-hidden="true">{}</span> {}').format(
        words.arrow(row.travel, row.places), derived("change", row.travel.change, size)
    )
    return text + (Markup(', <span class="verdict">{}</span>').format(verdict) if verdict else Markup(""))


def facts(row: ReportRow) -> Iterator[tuple[str, Markup]]:
    """What stands beside a row's figure: (what it is, what it says)."""
    from markupsafe import Markup, escape

    if row.target is not None and (target := words.target_words(row, sentence=True)):
        yield "Target", escape(target)
    if before_of(row) is not None:
        yield period_words(period_before(row.period)), before_cell(row)
    if row.travel is not None:
        yield "Change", change_cell(row)
    if row.a_year_before is not None:
        then = a_year_before(row.period)
        beside = counted(row, then, row.a_year_before)
        of = Markup(" ({})").format(beside) if beside else Markup("")
        yield period_words(then), with_status(row, then, row.a_year_before) + of
    found = [
        Markup("{} {}").format(words.AVERAGES[name], derived(name, mean.value, shown(mean, max(row.places, 1))))
        for name, mean in row.averages.items()
        if mean.value is not None
    ]
    if found:
        yield "Average of", Markup("; ").join(found)
    stated: dict[str, dict[str, None]] = {}  # a report may state one twice
    for one in row.compared:
        who, what = words.compared_words(one, row.now.unit)
        stated.setdefault(who, {})[what] = None
    yield from ((who, Markup("; ").join(what)) for who, what in stated.items())


def groups_of(line: LineShown) -> Groups | None:
    """The groups of a line as a table; None where it has none. Of a line that is shown by its groups alone, each is one."""
    rows = [row for row in line.rows if row.group] if line.main.group else list(line.groups)
    if not rows:
        return None
    by_basis: dict[str, dict[str, ReportRow]] = {}
    for row in rows:
        by_basis.setdefault(row.basis, {})[row.group] = row
    first, *others = by_basis.values()
    some = next(iter(first.values()))
    names = list(dict.fromkeys(row.group for row in rows))
    lines = tuple(GroupLine(glance(first[name], name), tuple(_on(other, name) for other in others))
                  for name in names if name in first)  # fmt: skip
    return Groups(
        len(names), period_words(some.period), period_words(period_before(some.period)),
        tuple(period_words(next(iter(other.values())).period) for other in others), lines, *_by_month(list(first.values())),
    )  # fmt: skip


def _on(other: dict[str, ReportRow], name: str) -> Markup:
    from markupsafe import Markup

    row = other.get(name)
    return with_status(row, row.period, row.now) if row is not None else Markup("none")


def _by_month(rows: list[ReportRow]) -> tuple[tuple[str, ...], tuple[tuple[str, tuple[Markup, ...]], ...]]:
    """(the periods, the oldest first; by group its figures): nothing where there are too many groups or one period only."""
    periods = known_periods(rows)
    if len(rows) > MOST_GROUPS_BY_MONTH or len(periods) < 2:
        return (), ()
    cells = tuple((row.group, tuple(figure(row, one, row.series[one]) for one in periods)) for row in rows)
    return tuple(month_words(one.end, short=True) for one in periods), cells


def known_periods(rows: list[ReportRow]) -> list[Period]:
    """The periods of a series from the first on that any of the rows has something of."""
    periods = list(rows[0].series)
    known = [number for number, one in enumerate(periods) if any(_is_known(row.series[one]) for row in rows)]
    return periods[known[0] :] if known else periods[-1:]


def _is_known(seen: Seen) -> bool:
    return seen.status != "not_available"
