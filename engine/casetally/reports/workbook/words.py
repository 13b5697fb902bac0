"""Why: what is said of the measures, by the rules and by people, stands beside their figures and can be copied from there."""

from __future__ import annotations

from collections.abc import Iterator

from casetally.periods import month_words
from casetally.reports.document import LineShown, OwnWords, ReportDocument
from casetally.reports.workbook.about import of_lines, sheet_of
from casetally.reports.workbook.cells import GOOD_WORDS, NOT_APPLICABLE
from casetally.reports.workbook.model import Column, Sheet
from casetally.reports.workbook.texts import paragraphs, pieces

SUMMARY, COMMENTARY, DEFINITIONS = "Summary", "Commentary", "Definitions"
BY_RULES, BY_PEOPLE = "Drafted from the figures", "Written by an analyst"


def summary(document: ReportDocument) -> Sheet:
    """A row for each measure that the summary names."""
    parts = (
        ("To do better", document.summary.to_do_better),
        ("To watch", document.summary.to_watch),
        ("Going well", document.summary.going_well),
    )
    named = [(heading, one) for heading, headlines in parts for one in headlines]
    return sheet_of(
        SUMMARY,
        f"Summary, {month_words(document.month.end)}",
        "What to know first: what should do better, what to watch and what is going well.",
        ("The measures are chosen by rule: what they all show is on the worksheet Measures.",),
        [
            (Column("Summary", 16), [heading for heading, _ in named]),
            *of_lines([one.line for _, one in named]),
            (Column("Why", 90), [one.because for _, one in named]),
        ],
    )


def commentary(document: ReportDocument) -> Sheet:
    """A row for what is drafted of each line, and one for each paragraph of what an analyst wrote."""
    rows = list(_commentary(document))
    names = (("Ref", 14), ("Measure", 44), ("Section", 28), ("By", 20), ("Text", 100))
    return sheet_of(
        COMMENTARY,
        f"Commentary, {month_words(document.month.end)}",
        "What the figures say in sentences, and what an analyst wrote beside them.",
        ("Drafted sentences follow from the figures by rule. A long text goes on in the next row.",),
        [(Column(name, width), [row[at] for row in rows]) for at, (name, width) in enumerate(names)],
    )


def _commentary(document: ReportDocument) -> Iterator[tuple[str, ...]]:
    for text in _written(document.introduction):
        yield NOT_APPLICABLE, "The report as a whole", NOT_APPLICABLE, BY_PEOPLE, text
    for line in document.lines:
        names = (line.code or NOT_APPLICABLE, line.title or line.definition.title, line.section)
        for text in pieces(" ".join(line.drafted)):
            yield *names, BY_RULES, text
        for text in _written(line.own_words):
            yield *names, BY_PEOPLE, text


def _written(words: OwnWords | None) -> Iterator[str]:
    return (piece for text in paragraphs(words.text) for piece in pieces(text)) if words is not None else iter(())


def definitions(document: ReportDocument) -> Sheet:
    """A row for each line: what its indicator means."""
    lines: list[LineShown] = list(document.lines)
    return sheet_of(
        DEFINITIONS,
        "Definitions: what each measure counts",
        "What each measure means and where its rule comes from.",
        ("A measure shows an indicator, or one side of it: the number late, the share, a mean of months.",),
        [
            *of_lines(lines),
            (Column("Indicator", 36), [line.definition.indicator for line in lines]),
            (Column("What the indicator is", 40), [line.definition.title for line in lines]),
            (Column("What it means", 80), [line.definition.meaning or NOT_APPLICABLE for line in lines]),
            (Column("Where the rule comes from", 50), [line.definition.source or NOT_APPLICABLE for line in lines]),
            (Column("Better is", 11), [GOOD_WORDS.get(line.definition.good, line.definition.good) for line in lines]),
        ],
    )
