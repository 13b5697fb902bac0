"""Why: one description of every table, from which the checks, the store, the samples and the data dictionary are
made.

A table is one YAML file in `schemas/`; the code lists are `schemas/codes.csv`. This module reads them into plain
objects.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from casetally.errors import DefinitionError, Place, did_you_mean
from casetally.shipped import shipped_folder
from casetally.yaml_files import Path_, YamlDocument, load_yaml

ColumnType = Literal["id", "code", "text", "date", "datetime", "boolean", "integer", "number"]
Severity = Literal["error", "warning"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Column(_Part):
    """One column: `planned` dates may lie in the future (a due date); other later dates are not yet known.

    `unknown` lists numbers that an export writes where the value is not known; they read as null.
    """

    type: ColumnType
    required: bool = False
    planned: bool = False
    references: str | None = None
    codes: str | None = None
    unknown: tuple[int | float, ...] = ()
    ssd: str | None = None
    about: str = ""


class RowCheck(_Part):
    """A condition on a row, in the language of the definitions; it fails only where it is false (not where unknown)."""

    severity: Severity
    expect: str
    says: str


class Spells(_Part):
    """Rows of one child that must not overlap; the later-starting of two is dealt with as `overlap` says.

    `apart` names a flag whose true rows may overlap the others (another authority's plans beside ours).
    """

    of: str
    from_: str = Field(alias="from")
    until: str
    overlap: Severity
    apart: str | None = None


class Table(_Part):
    """One table of the data model. `begins` is the dating column: rows after the as-at date are not yet known."""

    table: str
    one_row_is: str
    key: tuple[str, ...]
    columns: Mapping[str, Column]
    ssd_table: str | None = None
    begins: str | None = None
    spells: Spells | None = None
    checks: Mapping[str, RowCheck] = {}


@dataclass(frozen=True)
class Schemas:
    """All tables, and the code lists: list name -> code -> label. `documents` keep the places for error messages."""

    tables: Mapping[str, Table]
    codes: Mapping[str, Mapping[str, str]]
    documents: Mapping[str, YamlDocument] = field(repr=False, default_factory=dict)


@cache
def load_schemas(folder: Path | None = None) -> Schemas:
    """Read every table and code list. Raises DefinitionError with the place of what is wrong."""
    folder = folder or shipped_folder("schemas")
    codes = read_codes(folder / "codes.csv")
    tables: dict[str, Table] = {}
    documents: dict[str, YamlDocument] = {}
    for path in sorted(folder.glob("*.yaml")):
        document = load_yaml(path, f"{folder.name}/{path.name}")
        table = _table(document)
        tables[table.table], documents[table.table] = table, document
    for name, table in tables.items():
        _check_names(table, tables, codes, documents[name])
    return Schemas(tables, codes, documents)


def with_local_codes(schemas: Schemas, local: Mapping[str, Mapping[str, str]], document: str) -> Schemas:
    """The schemas with an authority's own codes beside the standard ones. Raises DefinitionError for an unknown list."""
    for name in local:
        if name not in schemas.codes:
            hint = did_you_mean(name, schemas.codes)
            raise DefinitionError(f"There is no code list '{name}' for local codes.", place=Place(document), hint=hint)
    merged = {name: {**codes, **local.get(name, {})} for name, codes in schemas.codes.items()}
    return replace(schemas, codes=merged) if local else schemas


def read_codes(path: Path) -> dict[str, dict[str, str]]:
    """The code lists of a CSV file with the columns list, code, label, from: list -> code -> label."""
    lists: dict[str, dict[str, str]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            lists.setdefault(row["list"], {})[row["code"]] = row["label"]
    return lists


def _table(document: YamlDocument) -> Table:
    try:
        return Table.model_validate(document.data)
    except ValidationError as fault:
        first = fault.errors()[0]
        path = tuple(part for part in first["loc"] if isinstance(part, (str, int)))
        if first["type"] == "extra_forbidden":
            name = str(path[-1])
            hint = did_you_mean(name, [*Table.model_fields, *Column.model_fields, *RowCheck.model_fields])
            raise document.error(
                (*path, "<key>"), f"'{name}' is not known here.", width=len(name), hint=hint
            ) from fault
        raise document.error(
            path, f"{first['msg']}.", hint="See schemas/README.md for what a table may say."
        ) from fault


def _check_names(
    table: Table, tables: Mapping[str, Table], codes: Mapping[str, Mapping[str, str]], document: YamlDocument
) -> None:
    for name, column in table.columns.items():
        _known(column.references, tables, "There is no table '{}'.", document, ("columns", name, "references"))
        _known(column.codes, codes, "There is no code list '{}'.", document, ("columns", name, "codes"))
    named: list[tuple[Path_, str | None]] = [(("key", at), name) for at, name in enumerate(table.key)]
    named.append((("begins",), table.begins))
    if spells := table.spells:
        named += [(("spells", part), getattr(spells, part)) for part in ("of", "until", "apart")]
        named.append((("spells", "from"), spells.from_))
    for path, wanted in named:
        _known(wanted, table.columns, f"'{{}}' is not a column of {table.table}.", document, path)


def _known(name: str | None, known: Iterable[str], says: str, document: YamlDocument, path: Path_) -> None:
    if name is not None and name not in known:
        raise document.error(path, says.format(name), width=len(name), hint=did_you_mean(name, known))
