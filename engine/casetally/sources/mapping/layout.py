"""Why: a mapping file is written by an analyst, so each mistake in it is found before a row is read, and underlined where it is.

An entry says of one kind of file (or sheet) which table its rows are and under which header each column stands. `load_mapping`
checks what can be checked without the files; `check_headers` the rest.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from casetally.errors import DefinitionError, did_you_mean
from casetally.schemas import Column, Table, load_schemas
from casetally.sources.given import GivenFile
from casetally.sources.mapping.written_dates import FORMS_SHOWN, strptime_form
from casetally.yaml_files import Path_, YamlDocument, load_yaml

FILE_NAME = "casetally-mapping.yaml"
TO_FILL = "?"
DELIMITERS = {",": ",", ";": ";", "|": "|", "tab": "\t", "\t": "\t"}
ENCODINGS = {"utf-8": "utf-8-sig", "windows-1252": "cp1252", "utf-16": "utf-16"}


def _text(value: Any) -> Any:
    """A plain YAML value as the text that stands for it; blank for null."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value) if not isinstance(value, (list, dict)) else value


def _texts(value: Any) -> Any:
    return tuple(_text(one) for one in value) if isinstance(value, list) else (_text(value),)


Text = Annotated[str, BeforeValidator(_text)]
Texts = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], BeforeValidator(_texts)]
# a code left to fill is refused later, with all its places
Words = dict[str, Annotated[str | None, BeforeValidator(lambda value: None if value is None else _text(value))]]


class Entry(BaseModel):
    """What one kind of file, or one of its sheets, is.

    `columns`: our column -> their header, or several of which the first that is not blank counts. `codes`: our column -> their
    word -> our code, or null where the word says nothing. `constants`: our column -> the same value in every row.
    `where_filled`: only rows in which these are not blank make a record. `distinct`: rows that are alike in all that is mapped
    are one record. `make_id`: the columns of which the table's missing id is made. `since`: the first day of which the export
    tells everything; `latest_only`: it has only the latest row of each child.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: Text
    table: Text
    columns: dict[str, Texts]
    sheet: Text | None = None
    header_row: int = Field(default=1, ge=1, le=1000)
    delimiter: Text = ","
    encoding: Text = "utf-8"
    codes: dict[str, Words] = {}
    constants: dict[str, Text] = {}
    date_formats: dict[str, Texts] = {}
    make_id: Texts = ()
    where_filled: Texts = ()
    skip_rows_where: dict[str, Texts] = {}
    distinct: bool = False
    since: dt.date | None = None
    latest_only: bool = False

    @property
    def headers(self) -> tuple[str, ...]:
        """All headers that it names, once each."""
        named = [header for headers in self.columns.values() for header in headers]
        return tuple(dict.fromkeys([*named, *self.skip_rows_where]))

    @property
    def reading(self) -> tuple[str | None, int, str, str]:
        """How the file is to be read: entries that agree on it share one reading."""
        return self.sheet, self.header_row, DELIMITERS[self.delimiter], ENCODINGS[self.encoding]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    files: tuple[Entry, ...]


@dataclass(frozen=True)
class Mapping:
    """The entries of one mapping file; `document` keeps their places (`("files", at, ...)`)."""

    given: GivenFile
    entries: tuple[Entry, ...]
    document: YamlDocument

    def made_id(self, at: int) -> str | None:
        """The column that `make_id` of the entry makes."""
        entry = self.entries[at]
        table = load_schemas().tables[entry.table]
        return _id_to_make(entry, table) if entry.make_id else None


def load_mapping(given: GivenFile) -> Mapping:
    """Read and check a mapping file. Raises DefinitionError, with line and column, for the first thing that is wrong."""
    document = load_yaml(given.path, given.shown)
    document.entries()
    _refuse_unfilled(document)
    try:
        entries = _File.model_validate(document.data or {}).files
    except ValidationError as fault:
        raise _not_allowed(document, fault) from fault
    if not entries:
        raise document.error(("files",), "No file is mapped here.", hint="List them under 'files:'.")
    for at, entry in enumerate(entries):
        _check(entry, at, document)
    return Mapping(given, entries, document)


def _not_allowed(document: YamlDocument, fault: ValidationError) -> DefinitionError:
    first = fault.errors()[0]
    path = tuple(part for part in first["loc"] if isinstance(part, int) or not part.startswith("function-"))
    if first["type"] == "extra_forbidden":
        name = str(path[-1])
        known = Entry.model_fields if len(path) > 1 else _File.model_fields
        hint = did_you_mean(name, known, else_say=f"Known: {', '.join(known)}.")
        return document.error((*path, "<key>"), f"'{name}' is not known here.", width=len(name), hint=hint)
    if first["type"] == "missing":
        return document.error(
            path[:-1], f"'{path[-1]}' is missing here.", hint="Each entry needs file, table and columns."
        )
    return document.error(
        path, f"This can't be meant: {first['msg'][0].lower()}{first['msg'][1:]}.", hint="See docs/sources/mapping.md."
    )


def _refuse_unfilled(document: YamlDocument) -> None:
    """Raises DefinitionError where a '?' still stands for something that the analyst has to fill in."""
    places = [path for path, node in document.nodes.items() if path and path[-1] != "<key>" and _is_to_fill(node)]
    if not places:
        return
    lines = sorted({document.place(path).line for path in places})
    shown = ", ".join(map(str, lines[:12])) + (f" and {len(lines) - 12} more" if len(lines) > 12 else "")
    first = min(places, key=document.place)
    raise document.error(
        first,
        f"A '{TO_FILL}' still stands here for something that only you can say; {len(places)} in all.",
        hint=f"Write our code or your header there, or ~ where the word says nothing, or remove the line (lines {shown}).",
    )


def _is_to_fill(node: Any) -> bool:
    return getattr(node, "value", None) == TO_FILL


def _check(entry: Entry, at: int, document: YamlDocument) -> None:
    here: Path_ = ("files", at)
    tables = load_schemas().tables
    _known(entry.table, tables, "There is no table '{}'.", document, (*here, "table"))
    _known(entry.delimiter, DELIMITERS, "'{}' is no delimiter that is read.", document, (*here, "delimiter"))
    _known(entry.encoding, ENCODINGS, "'{}' is no encoding that is read.", document, (*here, "encoding"))
    table = tables[entry.table]
    given = {**entry.columns, **entry.constants}
    for part, names in (("columns", entry.columns), ("codes", entry.codes), ("constants", entry.constants),
                        ("date_formats", entry.date_formats)):  # fmt: skip
        for name in names:
            says = f"'{{}}' is not a column of the table '{entry.table}'."
            _known(name, table.columns, says, document, (*here, part, name, "<key>"))
            if part in ("codes", "date_formats") and name not in entry.columns:
                path = (*here, part, name, "<key>")
                raise document.error(
                    path, f"'{name}' has no header under 'columns'.", width=len(name), hint="Add it there."
                )
            if part == "constants" and name in entry.columns:
                path = (*here, part, name, "<key>")
                raise document.error(
                    path, f"'{name}' has a header under 'columns' too.", width=len(name), hint="Keep one of the two."
                )
    for part in ("make_id", "where_filled"):
        for place, name in enumerate(getattr(entry, part)):
            _known(name, given, "'{}' is not among the columns mapped here.", document, (*here, part, place))
    _check_codes(entry, table, document, here)
    _check_dates(entry, table, document, here)
    _check_required(entry, table, document, here)


def _check_codes(entry: Entry, table: Table, document: YamlDocument, here: Path_) -> None:
    for name, words in entry.codes.items():
        known = _codes_of(table.columns[name])
        if known is None:
            says = f"'{name}' holds neither codes nor yes and no, so no words can be translated for it."
            raise document.error((*here, "codes", name, "<key>"), says, width=len(name), hint="Remove these lines.")
        for word, code in words.items():
            if code:
                _known(
                    code,
                    known,
                    f"'{{}}' is not a code of {entry.table}.{name}.",
                    document,
                    (*here, "codes", name, word),
                )
    for name, value in entry.constants.items():
        known = _codes_of(table.columns[name])
        if known is not None and value:
            _known(value, known, f"'{{}}' is not a code of {entry.table}.{name}.", document, (*here, "constants", name))


def _codes_of(column: Column) -> Sequence[str] | None:
    if column.codes:
        return list(load_schemas().codes[column.codes])
    return ["true", "false"] if column.type == "boolean" else None


def _check_dates(entry: Entry, table: Table, document: YamlDocument, here: Path_) -> None:
    for name, forms in entry.date_formats.items():
        if table.columns[name].type not in ("date", "datetime"):
            says = f"'{name}' holds no dates."
            raise document.error(
                (*here, "date_formats", name, "<key>"), says, width=len(name), hint="Remove this line."
            )
        for form in forms:
            if strptime_form(form) is None:
                hint = f"Write it as {', '.join(FORMS_SHOWN)}."
                raise document.error(
                    (*here, "date_formats", name), f"'{form}' is no way of writing dates.", width=len(form), hint=hint
                )


def _check_required(entry: Entry, table: Table, document: YamlDocument, here: Path_) -> None:
    made = _id_to_make(entry, table) if entry.make_id else None
    if entry.make_id and made is None:
        says = f"No id of '{entry.table}' is missing, so none is made."
        raise document.error((*here, "make_id"), says, hint="Remove this line, or the header of the id.")
    for name, column in table.columns.items():
        if column.required and name != made and name not in entry.columns and name not in entry.constants:
            hint = "Name its header under 'columns', or give it under 'constants'."
            if _id_to_make(entry, table) == name:
                hint = f"Name its header under 'columns', or add 'make_id: [child_id, {table.begins or '...'}]'."
            says = f"The table '{entry.table}' needs the column '{name}', which is not mapped."
            raise document.error((*here, "table"), says, width=len(entry.table), hint=hint)


def _id_to_make(entry: Entry, table: Table) -> str | None:
    """The id of the table's key that is not mapped and is no other record's."""
    for name in table.key:
        column = table.columns[name]
        if column.type == "id" and not column.references and name not in entry.columns and name not in entry.constants:
            return name
    return None


def check_headers(mapping: Mapping, at: int, headers: Sequence[str], shown: str) -> None:
    """Raises DefinitionError where the file lacks a header that the entry names, with the nearest one it has."""
    entry = mapping.entries[at]
    # where none fits, the row may be no header but a child's record: say nothing of it
    listed = (
        f"Its headers: {', '.join(headers[:30])}."
        if set(headers) & set(entry.headers)
        else (
            f"No header of this entry stands in row {entry.header_row}: say which row they are in (header_row), or the delimiter."
        )
    )
    for part, named in (
        ("columns", entry.columns),
        ("skip_rows_where", {name: (name,) for name in entry.skip_rows_where}),
    ):
        for name, wanted in named.items():
            for header in wanted:
                if header not in headers:
                    path = ("files", at, part, name) if part == "columns" else ("files", at, part, name, "<key>")
                    hint = did_you_mean(header, headers, else_say=listed)
                    says = f"The file {shown} has no column '{header}'."
                    raise mapping.document.error(path, says, width=len(header), hint=hint)


def _known(name: str, known: Iterable[str], says: str, document: YamlDocument, path: Path_) -> None:
    known = list(known)
    if name not in known:
        hint = did_you_mean(name, known, else_say=f"Known: {', '.join(map(repr, known[:40]))}.")
        raise document.error(path, says.format(name), width=len(name), hint=hint)
