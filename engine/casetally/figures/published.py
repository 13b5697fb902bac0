"""Why: a published report, as a table of its printed figures, is read the same way by everything that holds it to account.

One row of `figures.csv` is one figure as printed: its line (`ref`), what it covers (`basis`, `period`, `breakdown`), the whole
numbers where they are printed, the value, and the text that stands in the report. Numbers stay text that `Decimal` reads
exactly. A fault in a row is reported with its line, and the rest is still read.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import polars as pl

from casetally import periods
from casetally.definitions.reports import PRINTED_BASES
from casetally.errors import InputError, Place, did_you_mean, nearest

COLUMNS = (
    "report", "ref", "basis", "period", "breakdown", "numerator", "denominator", "value", "printed", "rag", "note",
)  # fmt: skip
NUMBERS = ("numerator", "denominator", "value")
SCHEMA: dict[str, type[pl.DataType]] = {
    "file_row": pl.Int64, **dict.fromkeys(COLUMNS, pl.String), "places": pl.Int64, "period_kind": pl.String,
}  # fmt: skip
OTHER = "other"

_FIRST_YEAR, _LAST_YEAR = "1900", "2100"
_MONTH = r"\d{4}-(?:0[1-9]|1[0-2])"
# periods that reports print and that no calendar period answers to, by basis
_OF_PRINT: Mapping[str, re.Pattern[str]] = {
    "week": re.compile(r"week-\d{1,2}"),
    "point_in_time": re.compile(r"\d{4}-(autumn|spring|summer)-term"),
    "quarter": re.compile(r"\d{4}-\d\d[- ]Q[1-4]-Q[1-4]"),
    "year_to_date": re.compile(rf"{_MONTH}/{_MONTH}"),
    "three_year_average": re.compile(_MONTH),
}
_LOOKS_LIKE = {
    "month": "2023-04", "year_to_date": "2023-04", "rolling_12_months": "2023-04", "quarter": "2023-24-Q2",
    "year": "2023-24", "week": "2023-W15 or week-01",
}  # fmt: skip
# what a spreadsheet makes of 2023-09
_OF_A_SPREADSHEET = re.compile(r"\d{1,2}/\d{1,2}(/\d{2,4})?|[A-Za-z]{3}-\d\d|\d{1,2}-[A-Za-z]{3}")
_NUMBER = re.compile(r"[-+]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?")
_IS_CHANGE = re.compile(r"(^|;)(change|statistic=change|kind=projection)")


@dataclass(frozen=True)
class PublishedFinding:
    """A fault in a file of published figures; `line` is 0 where the file as a whole is meant."""

    file: str
    line: int
    rule: str
    says: str
    ref: str = ""

    def __str__(self) -> str:
        return f"{Place(self.file, self.line)}: {self.says}"


@dataclass(frozen=True)
class Published:
    """The figures of one file, in the order of the file, and what is wrong with it.

    `frame` has the columns of SCHEMA. `numerator`, `denominator` and `value` are text for `Decimal`, null where none is
    printed; the other text columns are never null. `places` is the number of decimals as printed. `period_kind` is the
    calendar basis (month, quarter, year, year_to_date, rolling_12_months, week), or 'other'.
    """

    path: Path
    frame: pl.DataFrame = field(repr=False)
    findings: tuple[PublishedFinding, ...]


def published_file(path: Path, name: str = "figures.csv") -> Path:
    """The file itself, or `name` in a folder. Raises InputError where there is none."""
    found = path / name if path.is_dir() else path
    if not found.is_file():
        raise InputError(f"There is no file '{found}'.", hint=f"Name a {name} or the folder that holds it.")
    return found


def named_in(path: Path) -> list[str]:
    """The names of the reports whose figures stand in a file, in its order. Raises InputError as `read_published` does."""
    file = published_file(path)
    rows, _ = _rows(_text(file, str(file))[0], str(file))
    return list(dict.fromkeys(row.get("report", "") for _, row in rows))


def read_published(path: Path, units: Mapping[str, str] | None = None) -> Published:
    """Read a file of published figures, or `figures.csv` in a folder.

    `units` may say the unit of a ref (`percent` or another), so that its percentages are known where no % is printed. Raises
    InputError where there is no such file, or one without the columns `ref` and `value`.
    """
    file = published_file(path)
    shown = str(file)
    text, findings = _text(file, shown)
    rows, faults = _rows(text, shown)
    findings += faults
    records = []
    seen: dict[tuple[str, ...], int] = {}
    for line, row in rows:
        record, faults = _record(line, row, shown)
        records.append(record)
        findings += [*faults, *_second_figure(record, seen, shown), *_against_itself(record, units or {}, shown)]
    if not rows and not findings:
        findings.append(PublishedFinding(shown, 0, "no_figures", "No figure stands in this file."))
    ordered = tuple(sorted(findings, key=lambda one: (one.line, one.rule)))
    return Published(file, pl.DataFrame(records, schema=SCHEMA, orient="row"), ordered)


def to_period(basis: str, period: str) -> periods.Period | None:
    """The calendar period that a basis and a period as printed name; None where none answers to them."""
    of, text = PRINTED_BASES.get(basis), period.strip()
    if of is None or not _FIRST_YEAR <= text[:4] <= _LAST_YEAR:
        return None
    # a quarter is printed as 2023-24-Q2 or 2023-24 Q2
    return periods.named_period(of, re.sub(r"-(?=Q[1-4]$)", " ", text))


def number_in(text: str) -> Decimal | None:
    """A number as people print it: 1,650 or 82.4% or -3; None where the text is none."""
    plain = text.strip().removesuffix("%").strip()
    return Decimal(plain.replace(",", "")) if _NUMBER.fullmatch(plain) and plain.isascii() else None


def is_change(breakdown: str) -> bool:
    """Whether the figure is a change or a forecast, and no level: it can stand above 100 per cent and below nought."""
    return bool(_IS_CHANGE.search(breakdown))


def places_of(value: str | None, printed: str) -> int | None:
    """The decimals as printed: of the number in `printed` that is the value, else of the value; None without a value."""
    number = number_in(value) if value is not None else None
    if number is None or value is None:
        return None
    tokens = [token for token in _NUMBER.findall(printed) if abs(Decimal(token.replace(",", ""))) == abs(number)]
    return len((tokens or [value])[0].partition(".")[2].removesuffix("%"))


def _text(file: Path, shown: str) -> tuple[str, list[PublishedFinding]]:
    """The text of the file; a byte that is no UTF-8 is reported and replaced, so that the other lines are read."""
    raw = file.read_bytes()
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise InputError("The file is not UTF-8 text.", place=Place(shown), hint="Save it as CSV UTF-8.")
    findings = []
    for line, part in enumerate(raw.split(b"\n"), start=1):
        try:
            part.decode("utf-8-sig")
        except UnicodeDecodeError:
            says = "This line is not UTF-8 text: save the file as UTF-8."
            findings.append(PublishedFinding(shown, line, "not_utf8", says))
    return raw.decode("utf-8-sig", errors="replace"), findings


def _rows(text: str, shown: str) -> tuple[list[tuple[int, dict[str, str]]], list[PublishedFinding]]:
    """The rows with the line on which each begins, by column name; a row with too many or few cells is left out."""
    reader = csv.reader(io.StringIO(text, newline=""))
    rows: list[tuple[int, dict[str, str]]] = []
    findings: list[PublishedFinding] = []
    header: list[str] = []
    for line, cells in _numbered(reader, shown):
        if not any(cell.strip() for cell in cells):
            continue
        if not header:
            header = [cell.strip() for cell in cells]
            findings += _header_faults(header, line, shown)
        elif len(cells) != len(header):
            few = "few" if len(cells) < len(header) else "many"
            says = f"{len(cells)} cells stand here, too {few}: the header has {len(header)}. The row is left out."
            findings.append(PublishedFinding(shown, line, "cells", says))
        else:
            rows.append((line, dict(zip(header, (cell.strip() for cell in cells), strict=True))))
    if not header:
        raise InputError(
            "The file is empty.", place=Place(shown), hint="It should begin with " + ",".join(COLUMNS) + "."
        )
    return rows, findings


def _numbered(reader: Iterator[list[str]], shown: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line it begins on: a cell can hold line breaks."""
    line = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as fault:
            raise InputError(f"This can't be read as CSV: {fault}.", place=Place(shown, line)) from fault
        if cells is None:
            return
        yield line, cells
        line = reader.line_num + 1  # type: ignore[attr-defined]


def _header_faults(header: list[str], line: int, shown: str) -> list[PublishedFinding]:
    lacking = [name for name in COLUMNS if name not in header]
    if {"ref", "value"} & set(lacking):
        for mark, called in ((";", "semicolons"), ("\t", "tabs")):
            if {"ref", "value"} <= {cell.strip() for cell in ",".join(header).split(mark)}:
                raise InputError(f"The cells are separated by {called}; commas are expected.", place=Place(shown, line),
                                 hint="Save it as CSV with commas, as 'CSV UTF-8' or 'comma separated'.")  # fmt: skip
        near = {name: nearest(name, set(header) - set(COLUMNS)) for name in lacking}
        hints = [f"'{found}' stands where '{name}' may be meant." for name, found in near.items() if found]
        says = "This is no table of published figures: it has no column " + " and no column ".join(
            f"'{name}'" for name in ("ref", "value") if name in lacking
        )
        raise InputError(f"{says}.", place=Place(shown, line),
                         hint=" ".join(hints) or "It should begin with " + ",".join(COLUMNS) + ".")  # fmt: skip
    own = set(header) - set(COLUMNS)
    missing = [
        PublishedFinding(shown, line, "column_missing",
                         f"The column '{name}' is missing. {did_you_mean(name, own)}".strip().replace("Did you mean", "Is it"))
        for name in lacking
    ]  # fmt: skip
    twice = sorted({name for name in header if header.count(name) > 1})
    return missing + [
        PublishedFinding(shown, line, "column_twice", f"The column '{name}' stands here twice; the last one is read.")
        for name in twice
    ]


def _record(line: int, row: Mapping[str, str], shown: str) -> tuple[dict[str, object], list[PublishedFinding]]:
    """One row of the frame, and what is wrong with its cells."""
    ref, findings = row["ref"], []
    numbers: dict[str, str | None] = {}
    for name in NUMBERS:
        text = row.get(name, "")
        number = number_in(text)
        if text and number is None:
            says = f"'{text}' is no number ({name} of {ref})."
            findings.append(PublishedFinding(shown, line, "no_number", says, ref))
        numbers[name] = str(number) if number is not None else None
    texts = {name: row.get(name, "") for name in COLUMNS if name not in NUMBERS}
    kind, fault = _period_kind(texts["basis"], texts["period"])
    if not ref:
        findings.append(PublishedFinding(shown, line, "no_ref", "No ref says which line this figure is of."))
    if fault:
        findings.append(PublishedFinding(shown, line, "no_period", fault, ref))
    places = places_of(numbers["value"], texts["printed"])
    record = {"file_row": line, **{name: {**numbers, **texts}[name] for name in COLUMNS}, "places": places}
    return {**record, "period_kind": kind}, findings


def _period_kind(basis: str, period: str) -> tuple[str, str]:
    """The calendar basis of a period as printed, and what is wrong with it."""
    if not basis and not period:
        return OTHER, ""
    if basis not in PRINTED_BASES:
        return (
            OTHER,
            f"'{basis}' is no basis. {did_you_mean(basis, PRINTED_BASES, else_say='Known: ' + ', '.join(PRINTED_BASES) + '.')}",
        )
    made = to_period(basis, period)
    if made is not None:
        return made.basis, ""
    of_print = _OF_PRINT.get(basis)
    if not period or (of_print and of_print.fullmatch(period)):
        return OTHER, ""
    says = f"'{period}' is no period for the basis {basis}: write it as {_LOOKS_LIKE.get(PRINTED_BASES[basis] or '', '2023-04')}."
    of_a_spreadsheet = (
        " A spreadsheet made a date of it: keep the column as text." if _OF_A_SPREADSHEET.fullmatch(period) else ""
    )
    return OTHER, says + of_a_spreadsheet


def _second_figure(
    record: Mapping[str, object], seen: dict[tuple[str, ...], int], shown: str
) -> Iterator[PublishedFinding]:
    """A second figure for what one figure was printed for; where the period is not known, there may be several."""
    key = tuple(str(record[name]) for name in ("report", "ref", "basis", "period", "breakdown"))
    if not record["period"]:
        return
    line = int(str(record["file_row"]))
    if key in seen:
        what = ", ".join(part for part in key[1:] if part)
        says = f"A second figure for {what}: the first stands in line {seen[key]}."
        yield PublishedFinding(shown, line, "second_figure", says, key[1])
    else:
        seen[key] = line


def _against_itself(record: Mapping[str, object], units: Mapping[str, str], shown: str) -> Iterator[PublishedFinding]:
    """A percentage over 100, and a numerator greater than its denominator."""
    ref, line, breakdown = str(record["ref"]), int(str(record["file_row"])), str(record["breakdown"])
    top, of, value = (Decimal(str(record[name])) if record[name] is not None else None for name in NUMBERS)
    unit = units.get(ref) or ("percent" if "%" in str(record["printed"]) else "")
    if is_change(breakdown):
        return
    if unit == "percent" and value is not None and value > 100:
        yield PublishedFinding(shown, line, "over_100", f"{value}% of {ref} is more than 100 per cent.", ref)
    if top is None or of is None or top <= of or unit not in ("", "percent"):
        return
    # children per worker is printed over a smaller number, and rightly so
    is_average = not unit and value is not None and of != 0 and abs(top / of - value) <= Decimal(1)
    if not is_average:
        says = f"The numerator {top} of {ref} is greater than the denominator {of}."
        yield PublishedFinding(shown, line, "numerator_over_denominator", says, ref)
