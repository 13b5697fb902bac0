"""Why: in the morning one page says what was read, what is odd, what moved and where things are; nobody has to ask a database.

It names tables, columns, indicators and counts, and nothing of a child; the same night always gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from casetally.definitions.library import Library
from casetally.figures.values import shown
from casetally.nights.facts import EditionFacts, TableFacts
from casetally.nights.gate import Doubt
from casetally.nights.movement import Moved
from casetally.periods import day_words

_MOST_MOVED, _MOST_RULES = 15, 5
_TABLE = ("table", "rows", "last night", "change", "set aside", "latest record")


@dataclass(frozen=True)
class Told:
    """What a summary tells. `last` and `last_night` are of the edition before, None on a first night."""

    night: dt.date
    number: int
    authority: str
    months: int
    covers: str
    tonight: EditionFacts
    library: Library
    findings: pl.DataFrame
    figures: pl.DataFrame
    moved: Sequence[Moved]
    last: EditionFacts | None = None
    last_night: dt.date | None = None
    accepted: Sequence[Doubt] = ()
    accepted_by: str = ""
    notes: Sequence[str] = ()
    files: Mapping[str, str] = field(
        default_factory=dict
    )  # what there is to look at: path within the home -> what it is
    sealed: Path | None = None


def summary_text(told: Told) -> str:
    """The summary as plain text for people."""
    return "\n\n".join("\n".join(part) for make in PARTS if (part := list(make(told)))) + "\n"


def _head(told: Told) -> Iterator[str]:
    before = f", the night before it {day_words(told.last_night)}" if told.last_night else ", the first"
    yield f"Night of {day_words(told.night)}: edition {told.number}{before}."
    yield f"Authority: {plain(told.authority)}. As-at day: {day_words(told.tonight.as_at)}. Months: {told.months}."
    yield plain(told.covers)
    yield from map(plain, told.notes)


def _accepted(told: Told) -> Iterator[str]:
    if told.accepted:
        yield f"ACCEPTED by {plain(told.accepted_by)} although:"
        yield from (f"- {doubt.says}" for doubt in told.accepted)


def _read(told: Told) -> Iterator[str]:
    yield "What was read"
    last = told.last.tables if told.last else {}
    names = sorted(
        name for name in {*told.tonight.tables, *last} if _rows_of(told.tonight, name) or _rows_of(told.last, name)
    )
    rows = [_TABLE, *(_row(name, told.tonight.tables.get(name), last.get(name)) for name in names)]
    yield from columns(rows)


def _row(name: str, now: TableFacts | None, before: TableFacts | None) -> tuple[str, ...]:
    rows, was = now.rows if now else 0, before.rows if before else None
    change = "" if was is None or was == rows else f"{rows - was:+,}"
    aside = f"{now.set_aside:,}" if now and now.set_aside else ""
    latest = now.latest.isoformat() if now and now.latest else ""
    return name, f"{rows:,}", "" if was is None else f"{was:,}", change, aside, latest


def _rows_of(facts: EditionFacts | None, name: str) -> int:
    return facts.tables[name].rows if facts and name in facts.tables else 0


def _found(told: Told) -> Iterator[str]:
    yield "What was found"
    by = dict(told.findings.group_by("severity").len().iter_rows())
    errors, warnings = by.get("error", 0), by.get("warning", 0)
    what = f"{_count(errors, 'error')}, each of which sets its row aside, and {_count(warnings, 'warning')}"
    yield f"{_count(told.findings.height, 'finding')}: {what}."
    often = told.findings.group_by("table", "rule").len().sort("len", "table", "rule", descending=[True, False, False])
    for table, rule, count in often.head(_MOST_RULES).iter_rows():
        yield f"- {_count(count, 'time')} {table}: {plain(str(rule)).replace('_', ' ')}"
    if often.height > _MOST_RULES:
        yield "These are the most frequent; scorecard.csv has all."


def _moved(told: Told) -> Iterator[str]:
    if told.last_night is None:
        return
    yield "What moved since the last night, of months that were over by then"
    if not told.moved:
        yield "Nothing."
        return
    rows = [("indicator", "month", "was", "is now", "")]
    for one in told.moved[:_MOST_MOVED]:
        title = told.library.indicator(one.indicator).text.title if one.indicator in told.library.indicators else ""
        rows.append(
            (one.indicator, one.period, _figure(one.before, one.unit), _figure(one.now, one.unit), plain(title))
        )
    yield from columns(rows)
    if len(told.moved) > _MOST_MOVED:
        yield f"{len(told.moved) - _MOST_MOVED:,} more: casetally revisions."


def _settling(told: Told) -> Iterator[str]:
    whole = told.figures.filter((pl.col("basis") == "month") & (pl.col("breakdown") == "all"))
    settling = whole.filter(pl.col("maturity") == "settling")
    if settling.height:
        months = sorted(settling["period"].unique().to_list())
        when = months[0] if len(months) == 1 else f"{months[0]} to {months[-1]}"
        yield "What is not settled"
        yield (f"{settling.height:,} figures of {when} usually still move as late records arrive: "
               "'casetally settling' says how far.")  # fmt: skip


def _where(told: Told) -> Iterator[str]:
    yield "Where things are"
    yield from columns([(name, what) for name, what in told.files.items()])


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


PARTS = (_head, _accepted, _read, _found, _moved, _settling, _where)


def _figure(numbers: tuple[float | None, float | None, float | None], unit: str) -> str:
    numerator, denominator, value = numbers
    if value is None:
        return "-"
    if numerator is None:
        return shown(value, None, "number", 1)
    text = shown(numerator, denominator, unit)
    return f"{text} ({int(numerator):,} of {int(denominator):,})" if unit == "percent" and denominator else text


def columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Columns of text; numbers stand at the right."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    for row in rows:
        cells = [
            cell.rjust(width) if _is_number(cell) else cell.ljust(width)
            for cell, width in zip(row, widths, strict=True)
        ]
        yield "  ".join(cells).rstrip()


def _is_number(cell: str) -> bool:
    return (cell[:1].isdigit() and "-" not in cell) or (cell[:1] in "+-" and cell[1:2].isdigit())


def plain(text: str) -> str:
    """A text from elsewhere on one line, without what could act on a terminal."""
    return "".join(" " if unicodedata.category(sign)[0] in "CZ" else sign for sign in text)
