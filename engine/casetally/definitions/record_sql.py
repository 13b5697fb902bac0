"""Why: a record set is SQL that an analyst wrote, and it may do joins and windows but nothing else.

Its tree passes an allow-list (no file, no setting, no function outside the catalogue and a few aggregates and windows), and the
catalogue's functions in it are written by the same renderer as those of an expression. sqlglot's own function rewriting
is not used: see `language/grammar.py`.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlglot
from sqlglot import exp

from casetally.errors import did_you_mean
from casetally.language import CATALOGUE, Lookups
from casetally.language.grammar import mistake_at, parse
from casetally.language.lookups import DatedValues

AGGREGATES = frozenset({"count", "sum", "min", "max", "bool_or", "bool_and"})
WINDOWS = frozenset({"row_number", "rank", "dense_rank", "lag", "lead", "first_value", "last_value"})
RECORD_SET_TABLE = "records_{}"

# names that DuckDB answers without a column: the clock, the session, the order in which rows were stored
_NOT_IN_RECORDS = frozenset({
    "current_date", "current_time", "current_timestamp", "localtime", "localtimestamp", "current_user", "user",
    "session_user", "current_schema", "current_catalog", "current_role", "rowid",
})  # fmt: skip

_ALLOWED: tuple[type[exp.Expr], ...] = (
    exp.Select, exp.With, exp.CTE, exp.TableAlias, exp.From, exp.Join, exp.Where, exp.Group, exp.Having, exp.Union, exp.Subquery,
    exp.Table, exp.Identifier, exp.Column, exp.Star, exp.Alias, exp.Distinct, exp.Order, exp.Ordered, exp.Window, exp.WindowSpec,
    exp.Filter, exp.Anonymous, exp.Literal, exp.Boolean, exp.Null, exp.Cast, exp.DataType, exp.Paren, exp.And, exp.Or, exp.Not,
    exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Between, exp.In, exp.Is, exp.Add, exp.Sub, exp.Mul, exp.Neg, exp.Case,
    exp.If, exp.DPipe, exp.Tuple,
)  # fmt: skip


# a type of another name would be written into the SQL as it stands, whatever it says
_TYPES = frozenset({
    exp.DType.DATE, exp.DType.INT, exp.DType.BIGINT, exp.DType.DOUBLE, exp.DType.TEXT, exp.DType.VARCHAR, exp.DType.BOOLEAN,
})  # fmt: skip
_TYPES_SAID = "date, int, bigint, double, varchar, boolean."


def read_record_sql(text: str, tables: Iterable[str], record_sets: Iterable[str]) -> exp.Expr:
    """Parse and check the SQL of a record set. Raises Mistake for anything that is not on the list above."""
    tree = parse(text)
    if not isinstance(tree, (exp.Select, exp.Union)):
        raise mistake_at(
            tree, "A record set is one select.", "Nothing but a select (with 'with' and 'union') can be written."
        )
    nodes = list(tree.walk())  # a walk costs more than what is looked for on it
    known = {*tables, *record_sets}
    _check_withs([node for node in nodes if isinstance(node, exp.CTE)], known)
    for node in nodes:
        _check_form(node)
        if not isinstance(node, _ALLOWED):
            raise mistake_at(
                node,
                f"'{type(node).__name__.lower()}' can't stand in a record set.",
                "docs/language.md lists what a record set may use.",
            )
        if isinstance(node, exp.Table):
            _check_table(node, known | _in_reach(node))
        elif isinstance(node, exp.Anonymous):
            _check_function(node)
    for node in nodes:
        if isinstance(node, exp.Join):
            _check_join(node)
    return tree


def _check_form(node: exp.Expr) -> None:
    """Forms of allowed nodes that would hang on the clock or on the order of rows, never end, or hide what is read."""
    if isinstance(node, exp.Column) and node.name.lower() in _NOT_IN_RECORDS and not node.this.args.get("quoted"):
        raise mistake_at(
            node, f"'{node.name}' is no column of a record.", "run_as_at is the day that the run speaks for."
        )
    if isinstance(node, exp.DataType) and (node.this not in _TYPES or node.expressions):
        raise mistake_at(
            node, f"'{node.sql(dialect='duckdb')}' is no type that a record set converts to.", "Types: " + _TYPES_SAID
        )
    if isinstance(node, exp.With) and node.args.get("recursive"):
        raise mistake_at(node, "A record set can't be recursive.", "Leave 'recursive' out.")
    if isinstance(node, exp.Select) and node.args.get("from_") is None:
        raise mistake_at(node, "A select here needs a 'from'.", "Name the table or record set that it reads.")
    if (isinstance(node, exp.Subquery) and not isinstance(node.parent, (exp.From, exp.Join))) or (
        isinstance(node, exp.In) and node.args.get("query") is not None
    ):
        raise mistake_at(
            node, "A query can't stand inside a condition or as a value.", "Join it, from an earlier 'with'."
        )


def _check_join(node: exp.Join) -> None:
    """A join without a condition would count every row with every other, in silence."""
    if node.args.get("on") is None and node.args.get("using") is None:
        raise mistake_at(node.this, "This join does not say which rows belong together.", "Write on … after the table.")
    if node.side not in ("", "LEFT") or node.kind not in ("", "INNER", "OUTER"):
        raise mistake_at(node.this, "Only inner and left joins can stand in a record set.", "Write join or left join.")


def _check_withs(ctes: list[exp.CTE], known: set[str]) -> None:
    """What 'with' names is a name of its own: under that of a table it would hide what is read."""
    taken = {name.lower() for name in known}
    for cte in ctes:
        name = cte.alias
        if not (name.isascii() and name.isidentifier()):
            raise mistake_at(cte, f"'{name}' can't be a name here.", "Use letters, digits and underscores.")
        if name.lower() in taken:
            raise mistake_at(
                cte, f"'{name}' is the name of something else here.", "Choose a name of its own after 'with'."
            )
        taken.add(name.lower())


def _in_reach(table: exp.Table) -> set[str]:
    """The names after 'with' that a table's place can see. DuckDB would look for any other outside the query, as a file too."""
    found: set[str] = set()
    node: exp.Expr = table
    while (parent := node.parent) is not None:
        if isinstance(parent, exp.With):
            found |= {cte.alias for cte in itertools.takewhile(lambda cte: cte is not node, parent.expressions)}  # noqa: B023
        elif (beside := parent.args.get("with_")) is not None and beside is not node:
            found |= {cte.alias for cte in beside.expressions}
        node = parent
    return found


def _check_table(node: exp.Table, known: set[str]) -> None:
    if not isinstance(node.this, exp.Identifier) or node.args.get("db"):
        raise mistake_at(node, "Only the tables of the data model and other record sets can be read.")
    if node.name not in known:
        raise mistake_at(
            node,
            f"There is no table or record set '{node.name}'.",
            did_you_mean(node.name, known, else_say="docs/data_dictionary.md lists the tables."),
        )


def _check_function(node: exp.Anonymous) -> None:
    name = str(node.this).lower()
    known = {*CATALOGUE, *AGGREGATES, *WINDOWS}
    if name not in known:
        hint = did_you_mean(name, known, else_say="Functions: " + ", ".join(sorted(known)) + ".")
        raise mistake_at(node, f"There is no function '{name}'.", hint)
    if name in WINDOWS and not isinstance(node.parent, exp.Window):
        raise mistake_at(node, f"{name} needs an 'over (…)'.")
    _check_arguments(node, name)
    if not _uses_calendar(node):
        return
    if node.find_ancestor(exp.Join, exp.Select).__class__ is exp.Join:
        raise mistake_at(node, f"{name} can't stand in the condition of a join.", "Calculate it in an earlier 'with'.")
    for inner in node.find_all(exp.Window):
        raise mistake_at(inner, f"{name} can't take a window.", "Calculate the window in an earlier 'with'.")


def _check_arguments(node: exp.Anonymous, name: str) -> None:
    function = CATALOGUE.get(name)
    if function is None:
        return
    given, wanted = node.expressions, function.parameters
    if len(given) != len(wanted) and not (function.variadic and given):
        says = f"{name} takes {len(wanted)} arguments and was given {len(given)}."
        raise mistake_at(node, says, function.signature)
    if name == "limit" and not (isinstance(given[0], exp.Literal) and given[0].is_string):
        raise mistake_at(given[0], "A limit is named by a text.", "Write limit('assessment_working_days', started_on).")


def _uses_calendar(node: exp.Anonymous) -> bool:
    function = CATALOGUE.get(str(node.this).lower())
    return function is not None and function.needs_calendar


@dataclass(frozen=True)
class Reads:
    """What the SQL reads: tables and record sets, and dated limits."""

    tables: frozenset[str]
    limits: frozenset[str]


def reads_of(tree: exp.Expr) -> Reads:
    """What the SQL of a record set reads, found on one walk."""
    tables, own, limits = set(), set(), set()
    for node in tree.walk():
        if isinstance(node, exp.CTE):
            own.add(node.alias)
        elif isinstance(node, exp.Table):
            tables.add(node.name)
        elif isinstance(node, exp.Anonymous) and str(node.this).lower() == "limit":
            limits.add(str(node.expressions[0].this))
    return Reads(frozenset(tables - own), frozenset(limits))


def render_record_sql(
    tree: exp.Expr, run_as_at: dt.date, limits: Mapping[str, DatedValues], record_sets: Iterable[str]
) -> str:
    """The SQL as DuckDB runs it: catalogue functions written out, calendars joined, record sets under their table names."""
    tree = tree.copy()
    lookups: dict[int, tuple[exp.Select, Lookups]] = {}
    nodes = list(tree.walk(bfs=False))
    for node in nodes[::-1]:  # inner calls before the outer ones that hold them
        if isinstance(node, exp.Anonymous) and str(node.this).lower() in CATALOGUE:
            select = node.find_ancestor(exp.Select)
            assert isinstance(select, exp.Select)
            _, found = lookups.setdefault(id(select), (select, Lookups(limits=limits)))
            written = CATALOGUE[str(node.this).lower()].duckdb([_sql(argument) for argument in node.expressions], found)
            node.replace(exp.Var(this=written))  # it stands as it is written: no need to read it again
        elif isinstance(node, exp.Column) and node.name == "run_as_at" and not node.table:
            node.replace(exp.Var(this=f"DATE '{run_as_at}'"))
    names, own = set(record_sets), {node.alias for node in nodes if isinstance(node, exp.CTE)}
    for node in nodes:  # a function takes no query: every table still stands where it stood
        if isinstance(node, exp.Table) and node.name in names and node.name not in own:
            alias = node.alias or node.name
            node.set("this", exp.to_identifier(RECORD_SET_TABLE.format(node.name)))
            node.set("alias", exp.TableAlias(this=exp.to_identifier(alias)))
    for select, found in lookups.values():
        _append_joins(select, found)
    return _sql(tree)


def _append_joins(select: exp.Select, lookups: Lookups) -> None:
    joins = lookups.joins()
    if joins:
        carrier = sqlglot.parse_one("SELECT 1 FROM t\n" + joins, dialect="duckdb")
        for join in carrier.args["joins"]:
            select.append("joins", join)


def _sql(tree: exp.Expr) -> str:
    return tree.sql(dialect="duckdb", comments=False, copy=False)
