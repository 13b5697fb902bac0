"""Why: a director, an inspector and a team manager read the report on a screen, a phone, on paper or by ear, from one file.

The page is a single HTML file that asks for nothing else: no script, no font, no request. Whatever comes from data is escaped;
only the drawings and an analyst's words, made harmless where they are made, go in as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from casetally.periods import day_words, period_words
from casetally.reports.document import Headline, ReportDocument
from casetally.reports.lines import MONTHS_SHOWN
from casetally.reports.page import notes, words
from casetally.reports.page.cards import Card, card, names_of

if TYPE_CHECKING:
    from casetally.reports.charts import LineCharts

_TEMPLATES = Path(__file__).parent / "templates"
_SHOWN_AT_ONCE = 6  # headlines of a kind; the rest is folded away
_MONTHS_IN_ALL = (
    2200  # single months in the tables of all lines: less than half a megabyte of the two that a page may have
)


@dataclass(frozen=True)
class _SectionShown:
    title: str
    anchor: str
    cards: tuple[Card, ...]
    red: int


@dataclass(frozen=True)
class _Headlines:
    """A list of the summary: those shown at once, and those folded away."""

    title: str
    none: str
    count: int
    first: tuple[Headline, ...]
    more: tuple[Headline, ...]


def page_html(document: ReportDocument, charts: Mapping[str, LineCharts]) -> str:
    """The report as one HTML file. `charts` are the drawings by a line's anchor; the same document gives the same bytes."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    from casetally.reports.charts import icon_rating
    from casetally.reports.commentary import as_html

    rooms = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined,
                        trim_blocks=True, lstrip_blocks=True)  # fmt: skip
    running = f"{document.authority}: {period_words(document.month)}"
    style = (_TEMPLATES / "style.css").read_text(encoding="utf-8").replace('"RUNNING-TITLE"', _css_string(running))
    return rooms.get_template("page.html").render(
        document=document,
        style=Markup(style),  # noqa: S704 - our own, the title in it written as escapes
        month=period_words(document.month),
        as_at=day_words(document.as_at),
        is_published=document.edition == "published",
        provisional=_how_many(document, "provisional"), settling=_how_many(document, "settling"),
        introduction=Markup(as_html(document.introduction) if document.introduction else ""),  # noqa: S704 - made harmless there
        ratings=[(words.RATINGS.get(name, "Not rated"), count) for name, count in document.summary.ratings.items()],  # type: ignore[call-overload]
        headlines=_headlines(document),
        sections=_sections(document, charts),
        icons={words.RATINGS[one]: Markup(icon_rating(one)) for one in words.RATINGS},  # noqa: S704 - drawn by us
        meanings=tuple(notes.meanings(document)), rating_notes=tuple(notes.rating_notes(document)),
        reading=notes.READING, comparing=notes.COMPARING,
    )  # fmt: skip


def _sections(document: ReportDocument, charts: Mapping[str, LineCharts]) -> tuple[_SectionShown, ...]:
    names = names_of(tuple(document.lines))
    most_months = max(MONTHS_SHOWN, _MONTHS_IN_ALL // max(sum(1 for _ in document.lines), 1))
    return tuple(
        _SectionShown(
            section.title,
            section.anchor,
            tuple(card(line, names[line.anchor], charts.get(line.anchor), most_months) for line in section.lines),
            sum(line.main.rating == "red" for line in section.lines),
        )
        for section in document.sections
    )


def _headlines(document: ReportDocument) -> tuple[_Headlines, ...]:
    found = document.summary
    return tuple(
        _Headlines(title, none, len(lines), *_parted(lines))
        for title, none, lines in (
            ("Going well", "No measure stands out as going well.", found.going_well),
            ("Ones to watch", "No measure needs watching.", found.to_watch),
            ("To do better", "No measure is rated red.", found.to_do_better),
        )
    )


def _parted(lines: tuple[Headline, ...]) -> tuple[tuple[Headline, ...], tuple[Headline, ...]]:
    """Those to show at once and the others; a list that is hardly longer stays whole."""
    if len(lines) <= _SHOWN_AT_ONCE + 2:
        return lines, ()
    return lines[:_SHOWN_AT_ONCE], lines[_SHOWN_AT_ONCE:]


def _how_many(document: ReportDocument, maturity: str) -> int:
    """How many measures have a figure of this maturity for the report's own period."""
    mains = [line.main.now for line in document.lines]
    return sum(now.maturity == maturity and now.value is not None for now in mains)


def _css_string(text: str) -> str:
    """A text as a string of a style sheet: whatever is no plain letter or figure as an escape, so that nothing can end it."""
    return '"' + "".join(one if one.isascii() and one.isalnum() else f"\\{ord(one):06x}" for one in text) + '"'
