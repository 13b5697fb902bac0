"""Why: a report walks from a run's store to a document, a page and a workbook, its steps in one visible tuple.

Both editions go the same way. What the published one hides is hidden in the first step, so that nothing made after it can know.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from casetally import __version__, owner_only
from casetally.definitions.authorities import Authority
from casetally.definitions.library import Library
from casetally.definitions.reports import Report, View
from casetally.errors import CallError
from casetally.figures.behind import Behind, behind
from casetally.figures.spc import control_chart
from casetally.periods import Period
from casetally.reports.commentary import drafted, introduction, own_words, unused_words
from casetally.reports.document import Definition, LineShown, ReportDocument, Section
from casetally.reports.headlines import summarise
from casetally.reports.lines import Edition, ReportRow, report_rows
from casetally.reports.open_data.beside import Published
from casetally.reports.outputs import in_no_run
from casetally.store import Store

if TYPE_CHECKING:
    from casetally.reports.charts import LineCharts

Tell = Callable[[str], None]
_CHANGES = ("change_on_year", "fall_on_year")  # figures that can lie below nought though none has yet


@dataclass(frozen=True)
class ReportRequest:
    """What a report is asked for: `covered` are the months of the run, `words` is a folder of an analyst's own Markdown."""

    name: str
    month: Period
    covered: Sequence[Period]
    label: str
    authority: Authority | None = None
    edition: Edition = "internal"
    words: Path | None = None
    beside: Published | None = None


@dataclass
class Making:
    """A report on its way: each step adds what it made."""

    store: Store
    library: Library
    request: ReportRequest
    report: Report = field(init=False)
    rows: list[ReportRow] = field(init=False)
    behind: Mapping[tuple[View, Period], Behind] = field(default_factory=dict)
    document: ReportDocument = field(init=False)
    charts: Mapping[str, LineCharts] = field(default_factory=dict)

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be told of the published tables that stand beside the figures."""
        return tuple(self.request.beside.told_of(self.rows)) if self.request.beside else ()

    @property
    def notes_on_words(self) -> tuple[str, ...]:
        """What is to be told of an analyst's files that no line takes."""
        words = self.request.words
        return tuple(unused_words(words, self.request.month, self.document)) if words is not None else ()


def fill(making: Making) -> None:
    """The rows of the report, in the published edition without what is hidden."""
    asked = making.request
    making.report = making.library.report(asked.name)
    making.rows = report_rows(
        making.store, making.library, making.report, asked.month, authority=asked.authority, label=asked.label,
        covered=asked.covered, published=asked.beside.compared if asked.beside else None, edition=asked.edition,
    )  # fmt: skip


def look_behind(making: Making) -> None:
    """The children and families behind the shares that fall short; the published edition knows nothing of them."""
    if making.request.edition == "internal":
        poor = {
            (row.view, row.period): row.good for row in making.rows if row.is_main and row.rating in ("red", "amber")
        }
        making.behind = behind(making.store, making.library, poor, good=poor)


def put_together(making: Making) -> None:
    """The document: lines with definitions, control charts and commentary, in sections, and the summary that follows from them."""
    asked, store = making.request, making.store
    sections = tuple(_sections(making))
    lines = [line for section in sections for line in section.lines]
    making.document = ReportDocument(
        asked.name, making.report.title, asked.authority.name if asked.authority else asked.label, asked.month, store.as_at,
        asked.edition, sections, summarise(lines), str(store.about.get("edition") or ""), __version__,
        notes=making.notes,
        introduction=introduction(asked.words, asked.month, asked.edition) if asked.words else None,
    )  # fmt: skip


def draw_charts(making: Making) -> None:
    """The charts of every line."""
    from casetally.reports.charts import draw

    making.charts = draw(making.document)


Step = tuple[str, Callable[[Making], None]]
FIGURES: tuple[Step, ...] = (("calculating the lines", fill),)
STEPS: tuple[Step, ...] = (
    *FIGURES,
    ("looking behind what falls short", look_behind),
    ("drafting the commentary", put_together),
    ("drawing the charts", draw_charts),
)

WRITING = ("writing the page", "writing the workbook")


def make_report(
    store: Store,
    library: Library,
    request: ReportRequest,
    tell: Tell = lambda _: None,
    *,
    steps: tuple[Step, ...] = STEPS,
) -> Making:
    """A report with its charts; its rows alone with `steps=FIGURES`.

    Raises CallError for what can't be meant, InputError for words that can't be read.
    """
    making = Making(store, library, request)
    for name, step in steps:
        tell(name)
        step(making)
    return making


def file_stem(document: ReportDocument) -> str:
    """What a report's files are called; the edition stands in the name, so that the wrong one is not sent by mistake."""
    return f"{document.name}_{document.month.name}_{document.edition}"


def write_report(making: Making, out: Path, tell: Tell = lambda _: None) -> list[Path]:
    """Write page and workbook to a folder, each whole or not at all. Raises CallError where the folder is a file."""
    from casetally.reports.page import page_html
    from casetally.reports.workbook import write_workbook

    if out.exists() and not out.is_dir():
        raise CallError(f"'{out}' is not a folder.", hint="Name a folder with --out.")
    in_no_run(out, "--out")
    document = making.document
    page, workbook = (out / f"{file_stem(document)}.{kind}" for kind in ("html", "xlsx"))
    tell(WRITING[0])
    text = page_html(document, making.charts)
    _whole(page, lambda path: path.write_text(text, encoding="utf-8", newline="\n"))
    tell(WRITING[1])
    _whole(workbook, lambda path: write_workbook(document, path))
    return [page, workbook]


def _whole(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file beside its place and rename it there."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.stem}.writing-{os.getpid()}{path.suffix}")
        try:
            write(beside)
            owner_only.settle(beside)
            os.replace(beside, path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as fault:
        raise CallError(
            f"'{path}' can't be written: {fault.strerror or fault}.", hint="Name another folder with --out."
        ) from fault


def _sections(making: Making) -> Iterator[Section]:
    anchors: set[str] = set()
    for title, rows in groupby(making.rows, key=lambda row: row.section):
        lines = tuple(_lines(making, rows, anchors))
        yield Section(title, _anchor(f"section {title}", anchors), lines)


def _lines(making: Making, rows: Iterator[ReportRow], anchors: set[str]) -> Iterator[LineShown]:
    for (ref, title), found in groupby(rows, key=lambda row: (row.ref, row.title)):
        of_line = tuple(found)
        main = of_line[0]
        shown = LineShown(
            main.section, _anchor(ref or title, anchors), ref, title, of_line, _definition(making.library, main),
            control_chart(main.monthly, main.monthly_targets, main.good, is_change=main.view.shows in _CHANGES),
        )  # fmt: skip
        yield _with_words(making, shown)


def _with_words(making: Making, line: LineShown) -> LineShown:
    asked, main = making.request, line.main
    words = own_words(asked.words, main.indicator, line.ref, asked.month, asked.edition) if asked.words else None
    behind_it = making.behind.get((main.view, main.period))
    return replace(line, drafted=drafted(line, behind_it, asked.edition), own_words=words)


def _definition(library: Library, row: ReportRow) -> Definition:
    text = library.indicator(row.indicator).text
    return Definition(row.indicator, text.title, text.meaning, text.source, text.good)


def _anchor(text: str, taken: set[str]) -> str:
    """A name for links: letters, figures and hyphens, unlike those taken."""
    slug = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "line"
    slug = slug if slug[0].isalpha() else f"line-{slug}"
    name, number = slug, 2
    while name in taken:
        name, number = f"{slug}-{number}", number + 1
    taken.add(name)
    return name
