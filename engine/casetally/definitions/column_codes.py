"""Why: a condition that compares a code column with a code that does not exist is always false, and nobody would see it.

A column that a record set hands on under its own name has the code list that the tables (or record sets) it reads give that name;
where they give none, or several, it is compared with anything.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from casetally.schemas import Schemas

CodesByColumn = Mapping[str, frozenset[str]]


def codes_of_columns(
    tree: exp.Expr, tables: frozenset[str], used: Mapping[str, CodesByColumn], schemas: Schemas
) -> dict[str, frozenset[str]]:
    """The codes of each output column that is a code column handed on unchanged. `used`: the same of the record sets it reads."""
    select = tree.find(exp.Select) if isinstance(tree, exp.Union) else tree
    if select is None:
        return {}
    known: dict[str, CodesByColumn] = {name: _codes_of_table(name, schemas) for name in tables} | dict(used)
    aliases = {table.alias_or_name: table.name for table in select.find_all(exp.Table)}
    found: dict[str, frozenset[str]] = {}
    for column in select.expressions:
        if isinstance(column, exp.Column):
            named = known.get(aliases.get(column.table, ""))
            places = [named] if named is not None else list(known.values())
            lists = {place[column.name] for place in places if column.name in place}
            if len(lists) == 1:
                found[column.name] = next(iter(lists))
    return found


def _codes_of_table(name: str, schemas: Schemas) -> CodesByColumn:
    columns = schemas.tables[name].columns.items()
    return {column: frozenset(schemas.codes[one.codes]) for column, one in columns if one.codes}
