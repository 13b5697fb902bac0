"""Why: the six kinds of value that records hold, and which of them may meet in a comparison or a sum."""

from __future__ import annotations

from typing import Literal

ValueType = Literal["boolean", "date", "datetime", "integer", "number", "text", "null"]

_OF_COLUMN: dict[str, ValueType] = {
    "id": "text",
    "code": "text",
    "text": "text",
    "date": "date",
    "datetime": "datetime",
    "boolean": "boolean",
    "integer": "integer",
    "number": "number",
}
_DUCKDB: dict[ValueType, str] = {
    "boolean": "BOOLEAN",
    "date": "DATE",
    "datetime": "TIMESTAMP",
    "integer": "BIGINT",
    "number": "DECIMAL(18,4)",
    "text": "VARCHAR",
    "null": "VARCHAR",
}
_IN_WORDS: dict[ValueType, str] = {
    "boolean": "a yes/no",
    "date": "a date",
    "datetime": "a date with a time",
    "integer": "a whole number",
    "number": "a number",
    "text": "a text",
    "null": "null",
}


def of_column(column_type: str) -> ValueType:
    """The kind of value in a schema's column type: ids and codes are texts."""
    return _OF_COLUMN[column_type]


def of_duckdb(type_name: str) -> ValueType | None:
    """The kind of value in a DuckDB type, or None where the language knows none for it."""
    name = type_name.upper().split("(")[0]
    if name in ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UBIGINT", "UINTEGER"):
        return "integer"
    if name in ("DECIMAL", "DOUBLE", "FLOAT"):
        return "number"
    return {"VARCHAR": "text", "DATE": "date", "TIMESTAMP": "datetime", "BOOLEAN": "boolean", '"NULL"': "null"}.get(
        name
    )  # type: ignore[return-value]


def duckdb_name(value_type: ValueType) -> str:
    return _DUCKDB[value_type]


def in_words(value_type: ValueType) -> str:
    return _IN_WORDS[value_type]


def common(left: ValueType, right: ValueType) -> ValueType | None:
    """The type both can be read as, or None: whole numbers are numbers, null is of any type, and nothing else converts."""
    if right in {left, "null"}:
        return left
    if left == "null":
        return right
    return "number" if {left, right} == {"integer", "number"} else None
