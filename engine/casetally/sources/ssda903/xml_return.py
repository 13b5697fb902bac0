"""Why: some systems give the return as the one XML file that the DfE collects, with the same content as the CSV files.

The file is read as a stream, a child at a time. A HEADER becomes the row of the header and, where it has them, those of
the asylum, adoption and care leaver files; each of the elements below it, and each EPISODE, is a row of its file. The row
number is the line of the element. Nothing outside the file is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from casetally.errors import InputError, Place
from casetally.sources.building import FindingsBuilder, FrameBuilder
from casetally.sources.csv_file import blank_to_null
from casetally.sources.delivery import FINDING_COLUMNS, SourceFile
from casetally.sources.given import GivenFile
from casetally.sources.ssda903.cla_schema import HEADER_KINDS, columns_of, elements_of, faults_in
from casetally.sources.ssda903.files import UNUSED_KINDS, ReturnFile, tidy, with_days
from casetally.sources.ssda903.layout import LAYOUTS, TABLES, year_label
from casetally.sources.ssda903.xml_stream import children_of, line_of, local_name

if TYPE_CHECKING:
    from lxml import etree

_ROOT = re.compile(r"<(?:[\w.-]+:)?(?:EXP)?SSDA903[\s>/]", re.IGNORECASE)
_CENSUS = re.compile(r"<(?:[\w.-]+:)?Collection[\s>/]")  # the CIN census says what it is in this element
_PARTS = {"AMISSING": "missing", "AREVIEW": "reviews", "OC2": "oc2", "AD_PLACED": "placed_adoption"}
_TABLE_OF = {"CHILD": "children", "HEADER": "children", "EPISODE": TABLES["episodes"]}
_TABLE_OF |= {name: TABLES[kind] for name, kind in _PARTS.items()}
_WITH_SEX = ("uasc",)
_Parts = list[tuple[str, "etree._Element"]]
_MOST_FAULTS = 1000  # of one rule in one file: after that they are only counted


def is_xml_return(file: GivenFile) -> bool:
    """Whether an XML file begins as a return does."""
    if file.suffix != ".xml":
        return False
    encoding = "utf-16" if file.head.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    start = file.head.decode(encoding, errors="replace")
    return _ROOT.search(start) is not None and _CENSUS.search(start) is None


def read_xml_returns(given: Sequence[GivenFile]) -> tuple[list[ReturnFile], pl.DataFrame]:
    """What each file says, by kind, and how it departs from the schema (`FINDING_COLUMNS`).

    A kind that any of the files has is taken as one that all of them tell of. Raises InputError, with its place, for a file that is
    not well-formed, has a DOCTYPE or holds no child.
    """
    gathered = [_gathered(file) for file in given]
    kinds = [kind for kind in LAYOUTS if any(kind in one.seen for one in gathered)]
    files = [made for one in gathered for made in one.return_files(kinds)]
    return files, pl.concat([pl.DataFrame(schema=FINDING_COLUMNS), *(one.findings() for one in gathered)])


def _gathered(file: GivenFile) -> _Gathered:
    gathered = _Gathered(file)
    for child in children_of(file):
        gathered.take(child)
    if not gathered.seen:
        raise InputError(
            "This return holds no child.",
            place=Place(file.shown),
            hint="Export it again, or leave the file out if there is nothing to say.",
        )
    return gathered


@dataclass
class _Gathered:
    """The rows of one XML file as they come, by kind, the columns that occurred, and the faults."""

    file: GivenFile
    rows: dict[str, FrameBuilder] = field(default_factory=dict)
    seen: dict[str, set[str]] = field(default_factory=dict)
    faults: FindingsBuilder = field(default_factory=FindingsBuilder)
    fault_counts: dict[str, int] = field(default_factory=dict)

    def take(self, child: etree._Element) -> None:
        """All rows of one CHILD: of its header first, whose id and date of birth the others are given."""
        parts = _parts(child)
        known: dict[str, str | None] = {"CHILD": None, "DOB": None}
        for name, header in reversed(parts):  # the first has the word for the episodes
            if name == "HEADER":
                known = self._take_header(header)
        self._judge("CHILD", child, parts, {}, known["CHILD"])
        for name, part in parts:
            if name == "EPISODE":
                self._take_part(name, "episodes", part, known)

    def _take_header(self, header: etree._Element) -> dict[str, str | None]:
        parts = _parts(header)
        texts = _texts(parts, "HEADER")
        known = {"CHILD": texts.get("CHILDID", "").strip() or None, "DOB": texts.get("DOB", "").strip() or None}
        self._judge("HEADER", header, parts, texts, known["CHILD"])
        for kind in HEADER_KINDS:
            values = {column: texts[name] for name, column in columns_of(kind).items() if name in texts}
            if values or kind == "header":
                self.seen.setdefault(kind, set()).update(values)
            if _is_told(kind, values):
                sex = {"SEX": texts.get("SEX")} if kind in _WITH_SEX else {}
                self._add(kind, header, {**known, **sex, **values})
        for name, part in parts:
            if name in _PARTS:
                self._take_part(name, _PARTS[name], part, known)
            elif name == "PERMANENCE":
                self.seen.setdefault("previous_permanence", set())
                inside = _parts(part)
                self._judge(name, part, inside, _texts(inside, name), known["CHILD"])
        return known

    def _take_part(self, name: str, kind: str, part: etree._Element, known: dict[str, str | None]) -> None:
        """The row of an element below the header, or of an episode; one with nothing in it is no row."""
        parts = _parts(part)
        texts = _texts(parts, name)
        values = {column: texts[element] for element, column in columns_of(kind).items() if element in texts}
        self.seen.setdefault(kind, set()).update(values)
        if any(value.strip() for value in values.values()):
            self._judge(name, part, parts, texts, known["CHILD"])
            self._add(kind, part, {**known, **values})

    def _add(self, kind: str, element: etree._Element, values: dict[str, str | None]) -> None:
        columns = LAYOUTS[kind].columns
        rows = self.rows.setdefault(kind, FrameBuilder(columns))
        rows.add(self.file.shown, line_of(element), [values.get(column) for column in columns])

    def _judge(
        self, name: str, element: etree._Element, parts: _Parts, texts: dict[str, str], child: str | None
    ) -> None:
        for fault in faults_in(name, [part for part, _ in parts], texts):
            rule = f"ssda903_xml_{fault.rule}"
            self.fault_counts[rule] = self.fault_counts.get(rule, 0) + 1
            if self.fault_counts[rule] <= _MOST_FAULTS:
                self.faults.add(
                    self.file.shown, line_of(element), table=_TABLE_OF.get(name, ""), rule=rule, severity="warning",
                    column=fault.column, message=fault.message, record_id=child or "",
                )  # fmt: skip

    def findings(self) -> pl.DataFrame:
        """The faults, those beyond the most that are listed as a count."""
        for rule, count in sorted(self.fault_counts.items()):
            if count > _MOST_FAULTS:
                says = f"There are {count - _MOST_FAULTS} more faults of this kind in the file."
                self.faults.add(self.file.shown, 0, table="", rule=rule, severity="warning", message=says)
        return self.faults.frame()

    def return_files(self, kinds: Sequence[str]) -> list[ReturnFile]:
        """One for each of the kinds, empty where this file has none of it; columns that never occurred are left out."""
        frames = {kind: self._frame(kind) for kind in kinds}
        rows = sum(frame.height for kind, frame in frames.items() if kind not in UNUSED_KINDS)
        file = SourceFile(self.file.shown, self.file.sha256(), rows)
        label = year_label(self.file.stem)
        if label is None and self.file.depth > 1:
            label = year_label(self.file.path.parent.name)
        return [ReturnFile(kind, file, label, self.file.shown, frame) for kind, frame in frames.items()]

    def _frame(self, kind: str) -> pl.DataFrame:
        layout = LAYOUTS[kind]
        frame = self.rows[kind].frame() if kind in self.rows else FrameBuilder(layout.columns).frame()
        given = {"CHILD", "DOB", *(("SEX",) if kind in _WITH_SEX else ()), *layout.needed, *self.seen.get(kind, ())}
        columns = [column for column in layout.columns if column in given]
        frame = frame.select(*columns, "_row").with_columns(blank_to_null(column) for column in columns)
        return with_days(frame.with_columns(tidy(column) for column in columns))


def _is_told(kind: str, values: dict[str, str]) -> bool:
    """Whether a HEADER says something for this file of the return: it is a row of the header always."""
    if kind == "uasc" and values.get("UASC", "").strip() != "1":
        return bool(values.get("DUC", "").strip())
    return kind == "header" or any(value.strip() for value in values.values())


def _parts(element: etree._Element) -> _Parts:
    return [(local_name(part), part) for part in element]


def _texts(parts: _Parts, parent: str) -> dict[str, str]:
    """The texts of the elements that hold a text, the first of each name."""
    texts: dict[str, str] = {}
    rules = elements_of(parent)
    for name, part in parts:
        if name in rules and rules[name].column:
            texts.setdefault(name, part.text or "")
    return texts
