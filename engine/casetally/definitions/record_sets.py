"""Why: the rows that indicators count are prepared once, in SQL that an analyst can read, with each column explained beside it.

A record set is `records/NAME.sql` and `records/NAME.yaml`. It is bound against empty typed tables when it loads, so that a
misspelt column or a wrong type is found before any record is read.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import duckdb
from sqlglot import exp

from casetally.definitions.column_codes import CodesByColumn, codes_of_columns
from casetally.definitions.limits import Limit
from casetally.definitions.models import BREAKDOWNS, ClockText, NamedClockText, RecordSetText, read_model
from casetally.definitions.own_files import files_in
from casetally.definitions.record_sql import RECORD_SET_TABLE, Reads, read_record_sql, reads_of, render_record_sql
from casetally.duckdb_closed import connect_shut
from casetally.errors import DefinitionError, Place, did_you_mean
from casetally.language import Expression, Scope, ValueType, read_expression
from casetally.language.grammar import Mistake
from casetally.language.value_types import of_duckdb
from casetally.schemas import Schemas
from casetally.yaml_files import Path_, YamlDocument, load_yaml

_STAND_IN = dt.date(1899, 12, 31)  # before any day a record may hold


@dataclass(frozen=True)
class Clock:
    """A checked clock: all parts are date expressions over the record set's columns."""

    from_: Expression
    due: Expression
    met: Expression | None
    met_before_start: str
    where: Expression | None = None
    open: tuple[Expression, Expression] | None = None
    title: str = ""
    due_list: str | None = None


@dataclass(frozen=True)
class RecordSet:
    """Rows prepared for counting: their SQL, columns with types and meanings, and the clocks that run on them."""

    name: str
    text: RecordSetText
    types: Mapping[str, ValueType]
    tree: exp.Expr
    tables: frozenset[str]  # those of the data model that its SQL reads itself
    uses: frozenset[str]  # other record sets that it reads (a name that is also a table's means the table)
    limits: frozenset[str]
    clocks: Mapping[str, Clock]
    breakdowns: Mapping[str, Expression]  # texts by which its rows can be grouped
    codes: CodesByColumn  # the codes that a column may be compared with
    written: str  # the SQL as the analyst wrote it
    rendered: str  # the SQL as DuckDB runs it, with a day to replace by the run's as-at date

    @cached_property
    def canonical(self) -> str:
        """The same meaning, the same text: what a fingerprint is made from."""
        return self.tree.sql(dialect="duckdb", comments=False)

    @property
    def table(self) -> str:
        """The name of its table while an engine works."""
        return RECORD_SET_TABLE.format(self.name)

    def sql(self, run_as_at: dt.date) -> str:
        """The SQL as DuckDB runs it for one as-at date."""
        return self.rendered.replace(f"'{_STAND_IN}'", f"'{run_as_at}'")

    def scope(self, limits: Iterable[str], days: Iterable[str]) -> Scope:
        """What an expression over these rows may name."""
        return Scope(self.types, frozenset(days), frozenset(limits), self.codes)


@dataclass(frozen=True)
class _Written:
    name: str
    document: YamlDocument
    text: RecordSetText
    sql_file: str
    sql: str
    tree: exp.Expr
    reads: Reads


def load_record_sets(
    folders: tuple[Path, ...], schemas: Schemas, limits: Mapping[str, Limit]
) -> Mapping[str, RecordSet]:
    """Every record set, in an order in which each comes after those it reads."""
    files: dict[str, tuple[Path, str]] = {}
    for folder in folders:
        for path in files_in(folder, "records", "*.sql"):
            _must_be_word(path, f"{folder.name}/records")
            files[path.stem] = (path, f"{folder.name}/records")
        for path in files_in(folder, "records", "*.yaml"):
            if not path.with_suffix(".sql").exists():
                raise DefinitionError(
                    f"{path.name} has no {path.stem}.sql beside it.",
                    place=Place(f"{folder.name}/records/{path.name}"),
                    hint="A record set is both files, in one folder.",
                )
    readable = [name for name in files if name not in schemas.tables]
    written = {name: _read(path, shown, schemas, readable) for name, (path, shown) in files.items()}
    con = empty_tables(schemas)
    loaded: dict[str, RecordSet] = {}
    for name in _in_order(written, readable):
        loaded[name] = _bind(written[name], con, _Known(schemas, limits, readable, loaded))
    return loaded


_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")  # what stands in SQL as it is, without quotes


def _must_be_word(path: Path, shown: str) -> None:
    """The name becomes the name of a table."""
    if _WORD.fullmatch(path.stem) is None:
        raise DefinitionError(f"'{path.stem}' can't be the name of a record set.", place=Place(f"{shown}/{path.name}"),
                              hint="Use small letters, digits and underscores.")  # fmt: skip


def empty_tables(schemas: Schemas) -> duckdb.DuckDBPyConnection:
    """An in-memory database with every table of the data model, empty, and the calendar's tables."""
    from casetally.store.layout import create_tables

    con = connect_shut(threads="1")
    create_tables(con, schemas)
    return con


def _read(path: Path, shown: str, schemas: Schemas, readable: list[str]) -> _Written:
    beside = path.with_suffix(".yaml")
    if not beside.exists():
        raise DefinitionError(
            f"{path.name} has no {beside.name} beside it.",
            place=Place(f"{shown}/{path.name}"),
            hint="Say there what a row is and what each column holds.",
        )
    document = load_yaml(beside, f"{shown}/{beside.name}")
    text = read_model(RecordSetText, document.data, document)
    sql = path.read_text(encoding="utf-8")
    try:
        tree = read_record_sql(sql, schemas.tables, [name for name in readable if name != path.stem])
    except Mistake as fault:
        wrong = fault.within(sql)
        raise _sql_error(wrong.says, wrong.hint, f"{shown}/{path.name}", sql, wrong.offset, wrong.width) from fault
    if text.base not in schemas.tables:
        raise document.error(
            ("base",),
            f"There is no table '{text.base}'.",
            hint=did_you_mean(text.base, schemas.tables),
            width=len(text.base),
        )
    return _Written(path.stem, document, text, f"{shown}/{path.name}", sql, tree, reads_of(tree))


def _in_order(written: Mapping[str, _Written], readable: list[str]) -> list[str]:
    needs = {name: one.reads.tables & set(readable) for name, one in written.items()}
    try:
        return list(TopologicalSorter({name: sorted(needs[name]) for name in sorted(needs)}).static_order())
    except CycleError as fault:
        raise DefinitionError(
            f"Record sets read each other in a circle: {' -> '.join(fault.args[1])}.",
            place=Place(written[fault.args[1][0]].sql_file),
            hint="Let one of them read the tables themselves.",
        ) from fault


@dataclass(frozen=True)
class _Known:
    """What a record set may name, and the record sets loaded so far."""

    schemas: Schemas
    limits: Mapping[str, Limit]
    readable: list[str]
    loaded: Mapping[str, RecordSet]


def _bind(one: _Written, con: duckdb.DuckDBPyConnection, where: _Known) -> RecordSet:
    limits, readable = where.limits, where.readable
    for name in sorted(one.reads.limits - set(limits)):
        offset = max(one.sql.find(f"'{name}'"), 0)
        raise _sql_error(
            f"There is no limit '{name}'.", did_you_mean(name, limits), one.sql_file, one.sql, offset, len(name) + 2
        )
    sql = render_record_sql(one.tree, _STAND_IN, {n: x.values for n, x in limits.items()}, readable)
    table = RECORD_SET_TABLE.format(one.name)
    try:
        described = con.execute(f"DESCRIBE {sql}").fetchall()
    except duckdb.Error as fault:
        raise _binder_error(one, str(fault)) from fault
    # an empty table and not a view: whatever reads this set then need not bind it all over again
    con.execute(f"CREATE TABLE {table} ({', '.join(f'{_quoted(row[0])} {row[1]}' for row in described)})")
    types = {row[0]: of_duckdb(row[1]) for row in described}
    _check_columns(one, types)
    _check_reach(one, types, where.schemas)
    known = {name: found for name, found in types.items() if found is not None}
    uses, tables = one.reads.tables & set(readable), one.reads.tables - set(readable)
    codes = codes_of_columns(one.tree, tables, {name: where.loaded[name].codes for name in sorted(uses)}, where.schemas)
    scope = Scope(known, frozenset({"run_as_at"}), frozenset(limits), codes)
    clocks = {
        name: _named_clock(clock, scope, one.document, ("clocks", name)) for name, clock in one.text.clocks.items()
    }
    breakdowns = {name: _breakdown(name, of.is_, scope, one.document) for name, of in one.text.breakdowns.items()}
    return RecordSet(
        one.name,
        one.text,
        known,
        one.tree,
        tables,
        uses,
        one.reads.limits,
        clocks,
        breakdowns,
        codes,
        one.sql,
        sql,
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _breakdown(name: str, text: str, scope: Scope, document: YamlDocument) -> Expression:
    """A breakdown's text expression; its name must not be one that every record set has."""
    if name in BREAKDOWNS or not name.isidentifier():
        says = f"'{name}' can't be the name of a breakdown here."
        hint = f"{', '.join(BREAKDOWNS)} are offered without being named; others are one word, as in 'destination'."
        raise document.error(("breakdowns", name, "<key>"), says, hint=hint, width=len(name))
    bare = replace(scope, days=frozenset(), limits=frozenset())
    return read_expression(text, bare, document=document, path=("breakdowns", name, "is"), expect="text")


def _check_columns(one: _Written, types: Mapping[str, ValueType | None]) -> None:
    for name in types:
        if _WORD.fullmatch(name) is None:
            says = f"'{name}' can't be the name of a column."
            hint = "Use letters, digits and underscores; name what is calculated with 'as'."
            raise _sql_error(says, hint, one.sql_file, one.sql, max(one.sql.find(name), 0), len(name))
        if name not in one.text.columns:
            raise one.document.error(
                ("columns",),
                f"The SQL gives a column '{name}' that is not explained here.",
                hint="Add it with a few words on what it holds.",
            )
    for name in [*one.text.columns, *one.text.id, "child_id", "person_id"]:
        if name not in types:
            raise one.document.error(
                ("columns", name), f"The SQL gives no column '{name}'.", hint=did_you_mean(name, types)
            )
    for name, found in types.items():
        if found is None:
            raise one.document.error(("columns", name), f"The column '{name}' has a type that definitions do not know.")


def _check_reach(one: _Written, types: Iterable[str], schemas: Schemas) -> None:
    """What refines and what suffices are tables or columns that exist; a misspelt one would be passed over in silence."""
    columns = [f"{name}.{column}" for name, table in schemas.tables.items() for column in table.columns]
    asked = (("refines", one.text.refines, [*schemas.tables, *columns], "table or table.column"),
             ("latest_suffices", one.text.latest_suffices, list(schemas.tables), "table"),
             ("not_from_latest", one.text.not_from_latest, list(types), "column of this record set"))  # fmt: skip
    for key, names, known, kind in asked:
        for at, name in enumerate(names):
            if name not in known:
                raise one.document.error(
                    (key, at), f"There is no {kind} '{name}'.", hint=did_you_mean(name, known), width=len(name)
                )


def read_clock(clock: ClockText, scope: Scope, document: YamlDocument, path: Path_) -> Clock:
    """Check the parts of a clock."""

    def part(key: str, text: str | None) -> Expression | None:
        return (
            read_expression(text, scope, document=document, path=(*path, key), expect="date")
            if text is not None
            else None
        )

    from_, due = part("from", clock.from_), part("due", clock.due)
    assert from_ is not None
    assert due is not None
    return Clock(from_, due, part("met", clock.met), clock.met_before_start)


def _named_clock(clock: NamedClockText, scope: Scope, document: YamlDocument, path: Path_) -> Clock:
    bare = read_clock(clock, scope, document, path)
    where = open_ = None
    if clock.where is not None:
        where = read_expression(clock.where, scope, document=document, path=(*path, "where"), expect="boolean")
    if clock.open is not None:
        first, last = (
            read_expression(text, scope, document=document, path=(*path, "open", at), expect="date")
            for at, text in enumerate(clock.open)
        )
        open_ = (first, last)
    return Clock(bare.from_, bare.due, bare.met, bare.met_before_start, where, open_, clock.title, clock.due_list)


def _sql_error(says: str, hint: str, file: str, sql: str, offset: int, width: int) -> DefinitionError:
    before = sql[:offset]
    line = before.count("\n") + 1
    column = offset - (before.rfind("\n") + 1) + 1
    shown = sql.split("\n")[line - 1]
    return DefinitionError(
        says,
        place=Place(file, line, column),
        source_line=shown,
        width=min(width, max(len(shown) - column + 1, 1)),
        hint=hint,
    )


def _binder_error(one: _Written, message: str) -> DefinitionError:
    """DuckDB names the column it does not know; the place is where that name stands in the SQL as written."""
    first = message.split("\n", maxsplit=1)[0]
    quoted = [part for part in first.split('"')[1::2] if part in one.sql]
    quoted.sort(key=len, reverse=True)  # a column says more of the place than the letter of its table
    offset = one.sql.find(quoted[0]) if quoted else 0
    near = message.partition("Candidate bindings:")[2].partition("\n")[0].strip(" :")
    hint = f"Columns near it: {near}" if near else "Check names and types against docs/data_dictionary.md."
    return _sql_error(
        first.replace("Binder Error: ", ""), hint, one.sql_file, one.sql, offset, len(quoted[0]) if quoted else 1
    )
