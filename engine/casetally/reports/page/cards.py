"""Why: all that is known of a line stands together on the page: its figure, what it means, its chart and the numbers behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from casetally.figures.spc import ChartPoint, sentence
from casetally.figures.views import Seen
from casetally.periods import Period, month_words
from casetally.reports.document import Definition, LineShown
from casetally.reports.lines import MONTHS_SHOWN, ReportRow
from casetally.reports.page import words
from casetally.reports.page.cells import counted, derived, with_status
from casetally.reports.page.rows import Glance, Groups, facts, glance, groups_of, known_periods

if TYPE_CHECKING:
    from markupsafe import Markup

    from casetally.reports.charts import LineCharts


@dataclass(frozen=True)
class Past:
    """A period of a line: its figure, the numbers behind it, the target of the time and what is unusual about it."""

    period: str
    figure: Markup
    counted: Markup
    target: str
    unusual: str


@dataclass(frozen=True)
class History:
    """A line over time, the oldest period first. `missing`: what to say of the periods before."""

    caption: str
    past: tuple[Past, ...]
    missing: str = ""
    limits: tuple[Markup, ...] = ()

    def has(self, cell: str) -> bool:
        """Whether any period has something in a cell: 'counted', 'target', 'unusual'."""
        return any(getattr(one, cell) for one in self.past)


@dataclass(frozen=True)
class Chart:
    """The control chart as a figure: the drawing, the icons (each with its own words) and the sentence under it."""

    drawing: Markup
    icons: tuple[Markup, ...]
    says: str


@dataclass(frozen=True)
class Card:
    """A line with everything that is said of it. `called`: its name in captions, which no other line of the page has."""

    anchor: str
    code: str
    called: str
    title: str
    small: Markup
    glance: Glance
    unit: str
    is_other_period: bool
    rating_words: str
    facts: tuple[tuple[str, Markup], ...]
    drafted: str
    own_words: Markup
    chart: Chart | None
    histories: tuple[History, ...]
    other_bases: tuple[Glance, ...]
    groups: Groups | None
    definition: Definition
    good: str
    target_notes: tuple[str, ...]

    @property
    def is_long(self) -> bool:
        """Whether a table of its periods is too long to stand beside the chart on paper."""
        return any(len(one.past) > MONTHS_SHOWN for one in self.histories)


def card(line: LineShown, called: str, charts: LineCharts | None, most_months: int) -> Card:
    """A line as the page shows it; `charts` are its drawings, `most_months` how many single months its tables may have."""
    from markupsafe import Markup

    from casetally.reports.commentary import as_html

    main = line.main
    return Card(
        line.anchor, line.code, called, line.title,
        small=Markup(charts.small if charts else ""),  # noqa: S704 - drawn by us, its texts escaped
        glance=glance(main, main.group),
        unit=words.unit_after(main.now.unit) if main.now.value is not None else "",
        is_other_period=main.basis != "month",
        rating_words=words.rating_words(main),
        facts=tuple(facts(main)),
        drafted=" ".join(line.drafted),
        own_words=Markup(as_html(line.own_words) if line.own_words else ""),  # noqa: S704 - made harmless there
        chart=_chart(line, charts),
        histories=tuple(_histories(line, most_months)),
        other_bases=tuple(glance(row, words.basis_name(row.basis)) for row in line.other_bases),
        groups=groups_of(line),
        definition=line.definition,
        good=words.way_round(main.good),
        target_notes=_target_notes(main),
    )  # fmt: skip


def names_of(lines: Sequence[LineShown]) -> dict[str, str]:
    """What each line is called in captions, by its anchor: the shortest of its names that it has for itself."""
    told = {
        line.anchor: (line.code or line.title, f"{line.code}, {line.title}" if line.code else f"{line.section}: {line.title}",
                      f"{line.code or line.section}, {line.title} ({line.anchor})")
        for line in lines
    }  # fmt: skip
    times = Counter(name for names in told.values() for name in names)
    return {anchor: next((name for name in names if times[name] == 1), anchor) for anchor, names in told.items()}


def _chart(line: LineShown, charts: LineCharts | None) -> Chart | None:
    from markupsafe import Markup

    from casetally.reports.charts import icon_assurance, icon_variation

    if charts is None or not charts.control:
        return None
    icons = tuple(Markup(one) for one in (icon_variation(line.control), icon_assurance(line.control)) if one)  # noqa: S704
    return Chart(Markup(charts.control), icons, sentence(line.control, line.main.places))  # noqa: S704 - drawn by us


def _histories(line: LineShown, most_months: int) -> list[History]:
    """The line's own periods, and the single months of its chart; one table where these are the same."""
    main = line.main
    points = {one.period: one for one in line.control.points}
    months = _from_the_first(main, [one for one in points if one in main.monthly])
    own = known_periods([main])
    if main.basis == "month":
        months = sorted({*months, *own})
    kept = months[-most_months:]
    missing = "Earlier months are in the chart alone." if len(kept) < len(months) else ""
    if main.basis == "month":
        missing = missing or _nothing_before(main, kept)
        return [_history(line, "Month by month", kept, points, missing)] if len(kept) > 1 else []
    by = f"{words.basis_name(main.basis)}, by the month it ends with"
    found = (
        _history(line, by, own, {}, _nothing_before(main, own)),
        _history(line, "Single months behind the chart", kept, points, missing),
    )
    return [one for one in found if len(one.past) > 1]


def _from_the_first(row: ReportRow, months: list[Period]) -> list[Period]:
    """Single months from the first on that has anything to show."""
    known = [number for number, one in enumerate(months) if row.monthly[one].status != "not_available"]
    return months[known[0] :] if known else []


def _nothing_before(row: ReportRow, periods: list[Period]) -> str:
    return f"Before {month_words(periods[0].end)} there are no figures." if len(periods) < len(row.series) else ""


def _history(
    line: LineShown, caption: str, periods: list[Period], points: Mapping[Period, ChartPoint], missing: str
) -> History:
    main = line.main
    past = tuple(_past(main, one, _seen(main, one), points.get(one), in_full=one in main.series) for one in periods)
    return History(caption, past, missing, _limits(line) if points else ())


def _seen(row: ReportRow, period: Period) -> Seen:
    return row.series[period] if period in row.series else row.monthly[period]


def _past(row: ReportRow, period: Period, seen: Seen, point: ChartPoint | None, *, in_full: bool) -> Past:
    from markupsafe import Markup

    return Past(
        month_words(period.end, short=True), with_status(row, period, seen),
        counted(row, period, seen, short=True) if in_full else Markup(""),
        words.point_target(point, row.places, row.now.unit) if point else "",
        words.signals_words(point) if point else "",
    )  # fmt: skip


def _limits(line: LineShown) -> tuple[Markup, ...]:
    """The average and the limits of the chart, as it draws them."""
    from markupsafe import Markup

    chart, places = line.control, max(line.main.places, 1)
    named = (
        ("average", "mean", chart.mean),
        ("lower limit", "lower", chart.drawn_lower),
        ("upper limit", "upper", chart.drawn_upper),
    )
    sign = "%" if chart.unit == "percent" else ""
    return tuple(
        Markup("{} {}").format(says, derived(kind, value, words.rounded(value, places) + sign))
        for says, kind, value in named
        if value is not None
    )


def _target_notes(row: ReportRow) -> tuple[str, ...]:
    """Where a target was printed, and what is to be known of it."""
    if row.target is None:
        return ()
    printed = f"Printed as {row.target.printed}." if row.target.printed else ""
    note = row.target.note if row.target.note != "no more than" else ""
    return tuple(one for one in (printed, f"{note[:1].upper()}{note[1:]}." if note else "") if one)
