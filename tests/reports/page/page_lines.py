"""Why: a page is held against figures that are known to the last digit, so its tests make their rows by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from casetally.definitions.authorities import Compared, Target
from casetally.definitions.reports import View
from casetally.figures.ratings import period_before, rating_of, travel_of
from casetally.figures.spc import control_chart
from casetally.figures.views import NOT_THERE, Seen
from casetally.periods import Period, month, period_of
from casetally.reports.charts import LineCharts
from casetally.reports.document import Definition, Headline, LineShown, ReportDocument, Section, Summary
from casetally.reports.lines import ReportRow
from casetally.reports.page import page_html
from lxml import html

SEPTEMBER = month(dt.date(2023, 9, 1))
HIDDEN = Seen(None, None, None, "percent", "suppressed")
DRAWN = LineCharts(
    small='<svg role="img" aria-label="small"><path d="M0,0"/></svg>',
    control='<svg role="img" aria-label="control"><path d="M0,0"/></svg>',
)


def share(top: int, below: int, maturity: str = "final") -> Seen:
    """A percentage with its two whole numbers."""
    value = Fraction(top * 100, below) if below else None
    status = "calculated" if below else "not_applicable"
    return Seen(Fraction(top), Fraction(below), value, "percent", status, maturity)


def count(number: int, maturity: str = "final") -> Seen:
    return Seen(Fraction(number), None, Fraction(number), "number", "calculated", maturity)


def periods(basis: str, number: int) -> list[Period]:
    """The last periods of a basis up to September 2023, the oldest first."""
    found = [period_of(basis, SEPTEMBER.start)]
    while len(found) < number:
        found.append(period_before(found[-1]))
    return found[::-1]


def row(values: Sequence[Seen], *, basis: str = "month", target: Target | None = None, good: Any = "higher",
        places: int = 1, before: Seen | None = None, **more: Any) -> ReportRow:  # fmt: skip
    """A row of these figures, the oldest first."""
    series = dict(zip(periods(basis, len(values)), values, strict=True))
    now = values[-1]
    earlier = before if before is not None else values[-2] if len(values) > 1 else NOT_THERE
    monthly: Mapping[Period, Seen] = series if basis == "month" else {}
    filled: dict[str, Any] = {
        "section": "Front door", "ref": "", "title": "Decided in a day", "group": "", "is_main": True,
        "indicator": "decided_1wd", "view": View("decided_1wd", "value"), "monthly": monthly,
        "monthly_targets": dict.fromkeys(monthly, target) if target else {},
        "rating": rating_of(now.value, target, good, SEPTEMBER.end) if target and now.value is not None else None,
        "travel": travel_of(now, earlier, good), "a_year_before": values[0] if len(values) == 13 else None,
        "averages": {}, "compared": (), "before": before,
    }  # fmt: skip
    return ReportRow(series=series, basis=basis, places=places, good=good, target=target, **{**filled, **more})


def line(*rows: ReportRow, ref: str = "R1", **more: Any) -> LineShown:
    """A line with its rows; its anchor is its ref in small letters."""
    named = tuple(replace(one, ref=ref) for one in rows)
    main = named[0]
    filled: dict[str, Any] = {
        "section": main.section, "anchor": ref.lower(), "ref": ref, "title": main.title, "rows": named,
        "definition": Definition(main.indicator, "Decided", "Decided on the first day.", "Working Together", "higher"),
        "control": control_chart(main.monthly, main.monthly_targets, main.good),
    }  # fmt: skip
    return LineShown(**{**filled, **more})


def document(*lines: LineShown, edition: Any = "internal", **more: Any) -> ReportDocument:
    """A report of these lines, in the sections that they name."""
    titles = list(dict.fromkeys(one.section for one in lines))
    sections = tuple(Section(title, f"section-{at}", tuple(one for one in lines if one.section == title))
                     for at, title in enumerate(titles))  # fmt: skip
    filled: dict[str, Any] = {
        "name": "quarterly", "title": "Children's services, quarter 2", "authority": "Sampleshire", "month": SEPTEMBER,
        "as_at": dt.date(2023, 9, 30), "edition": edition, "sections": sections, "records": "ab12cd34", "version": "2.0",
        "summary": Summary({"green": 1, "amber": 0, "red": 0, "not rated": 2}, headlines(lines[:1]), (), ()),
    }  # fmt: skip
    return ReportDocument(**{**filled, **more})


def headlines(lines: Sequence[LineShown]) -> tuple[Headline, ...]:
    return tuple(Headline(one, "on target") for one in lines)


def target(value: float | None = None, **more: Any) -> Target:
    return Target.model_validate({"from": dt.date(2022, 4, 1), "target": value, **more})


def compared(value: float, comparator: str = "england", **more: Any) -> Compared:
    return Compared.model_validate({"comparator": comparator, "value": value, **more})


def parsed(report: ReportDocument, charts: Mapping[str, LineCharts] | None = None) -> html.HtmlElement:
    """The page as a browser reads it."""
    return html.document_fromstring(page_html(report, charts or {}))


def text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def texts(page: html.HtmlElement, path: str) -> list[str]:
    return [text(one) for one in page.xpath(path)]
