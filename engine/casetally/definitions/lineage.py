"""Why: which columns an indicator needs follows from its SQL and expressions, never from a list that someone keeps by hand.

Every output column of a record set is traced to the columns of the data model that it is made from; what decides which
rows there are (a filter, an inner join, a grouping) is needed by all. A left join is needed only by the columns taken
through it. What a record set names under `refines` is not needed (rules: Counting, "Needed and refining columns").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from sqlglot import exp

from casetally.definitions.indicators import Indicator
from casetally.definitions.library import Library
from casetally.definitions.record_sets import RecordSet
from casetally.schemas import Schemas

Needed = frozenset[tuple[str, str]]  # (table, column); the column '*' stands for the table being there at all
WHOLE_TABLE = "*"


@dataclass
class _Relation:
    """Rows from somewhere: what each column is made from, and what decides which rows there are."""

    columns: dict[str, Needed]
    rows: Needed
    aliases: set[str] = field(default_factory=set)


def needs_of(library: Library, indicator: Indicator) -> Needed:
    """Every (table, column) that the indicator can't do without. A ratio needs what both of its parts need."""
    ratio = indicator.text.ratio
    if ratio is not None:
        return needs_of(library, library.indicators[ratio.of]) | needs_of(library, library.indicators[ratio.to])
    if indicator.record_set is None:
        return frozenset({("supplied_figures", WHOLE_TABLE)})
    population = {("populations", "population")} if indicator.text.rate is not None else set()
    return needs_of_columns(library, indicator.record_set, _columns_of(indicator)) | population


def refinements_of(library: Library, indicator: Indicator) -> Needed:
    """Every (table, column) that the indicator reads where it is there and does without where it is not."""
    if indicator.record_set is None:
        return frozenset()
    every = _behind(library, indicator.record_set, _columns_of(indicator), refined=True)
    return every - needs_of(library, indicator)


def needs_of_columns(library: Library, record_set: RecordSet, names: Iterable[str]) -> Needed:
    """Every (table, column) behind these columns of a record set, and behind its having rows, that is not a refinement."""
    return _behind(library, record_set, names, refined=False)


def dates_of_the_child(library: Library, record_set: RecordSet) -> frozenset[str]:
    """The dates of a record set that come from the table of children and from nothing else: a date of birth, however called."""
    columns = _record_set_relation(library, record_set.name, refined=True).columns
    dates = [name for name, kind in record_set.types.items() if kind in ("date", "datetime")]
    return frozenset(name for name in dates if _tables_behind(columns[name]) == {"children"})


def _tables_behind(columns: Needed) -> set[str]:
    """The tables that give a value; those that only lead to it by the child are none of them."""
    return {table for table, column in columns if column not in ("child_id", "person_id", "*")}


def _behind(library: Library, record_set: RecordSet, names: Iterable[str], *, refined: bool) -> Needed:
    """Everything read for these columns; what only refines is among it where `refined`."""
    relation = _record_set_relation(library, record_set.name, refined)
    return relation.rows.union(*(relation.columns[name] for name in names))


def _columns_of(indicator: Indicator) -> set[str]:
    names = {name for expression in indicator.expressions() for name in expression.columns}
    return names | ({indicator.distinct} if indicator.distinct else set())


def made_from(
    schemas: Schemas, queries: Iterable[tuple[str, exp.Expr, Iterable[str]]]
) -> tuple[Mapping[str, Needed], Needed]:
    """What the columns, and the rows, of the last of these queries are made from. A query is its name, its tree and what only
    refines it; it may read the tables of the data model and the queries before it.
    """
    known = {name: _of_table(table.columns, name) for name, table in schemas.tables.items()}
    relation = _Relation({}, frozenset())
    for name, tree, refines in queries:
        known[name] = relation = _without(_of_query(tree, known), refines)
    return relation.columns, relation.rows


def lacking(needs: Needed, present: Mapping[str, frozenset[str]]) -> list[str]:
    """Which of these a source lacks, as 'table' or 'table.column', sorted."""
    absent = set()
    for table, column in needs:
        if table not in present:
            absent.add(table)
        elif column != WHOLE_TABLE and column not in present[table]:
            absent.add(f"{table}.{column}")
    return sorted(absent)


def _refined(need: tuple[str, str], refines: Iterable[str]) -> bool:
    return need[0] in refines or ".".join(need) in refines


@cache
def _record_set_relation(library: Library, name: str, refined: bool) -> _Relation:
    """What a record set's columns and rows are made from. What refines it does so for all that reads it, but only through it:
    a record set above may need the same column for something else.
    """
    record_set = library.record_sets[name]
    known = {table_name: _of_table(table.columns, table_name) for table_name, table in library.schemas.tables.items()}
    for used in sorted(record_set.uses):
        known[used] = _record_set_relation(library, used, refined)
    relation = _of_query(record_set.tree, known)
    return relation if refined else _without(relation, record_set.text.refines)


def _without(relation: _Relation, refines: Iterable[str]) -> _Relation:
    columns = {name: _needed(made_from, refines) for name, made_from in relation.columns.items()}
    return _Relation(columns, _needed(relation.rows, refines))


def _needed(needs: Needed, refines: Iterable[str]) -> Needed:
    return frozenset(need for need in needs if not _refined(need, refines))


def _of_table(columns: Iterable[str], name: str) -> _Relation:
    made_from = {column: frozenset({(name, column)}) for column in columns}
    if "child_id" in made_from:
        made_from["person_id"] = made_from["child_id"]
    return _Relation(made_from, frozenset({(name, WHOLE_TABLE)}))


def _of_query(query: exp.Expr, known: Mapping[str, _Relation]) -> _Relation:
    here = dict(known)
    with_ = query.args.get("with_")
    for cte in with_.expressions if with_ is not None else ():
        here[cte.alias] = _of_query(cte.this, here)
    if isinstance(query, exp.Subquery):
        return _of_query(query.this, here)
    if isinstance(query, exp.Union):
        left, right = _of_query(query.this, here), _of_query(query.expression, here)
        pairs = zip(left.columns.items(), right.columns.values(), strict=True)
        return _Relation({name: one | other for (name, one), other in pairs}, left.rows | right.rows)
    return _of_select(query, here)


def _of_select(select: exp.Expr, known: Mapping[str, _Relation]) -> _Relation:
    sources: dict[str, _Relation] = {}
    rows: Needed = frozenset()
    first = select.args["from_"].this
    sources[first.alias_or_name] = _of_source(first, known)
    rows |= sources[first.alias_or_name].rows
    for join in select.args.get("joins") or ():
        right = _of_source(join.this, known)
        sources[join.this.alias_or_name] = right
        on, using = join.args.get("on"), {name.name for name in join.args.get("using") or ()}
        asked = _of_expression(on, sources) if on is not None else frozenset()
        asked |= {need for one in sources.values() for name in using for need in one.columns.get(name, ())}
        if join.side == "LEFT":
            through = asked | right.rows
            sources[join.this.alias_or_name] = _Relation({n: c | through for n, c in right.columns.items()}, right.rows)
        else:
            rows |= asked | right.rows
    for part in ("where", "group", "having"):
        if select.args.get(part) is not None:
            rows |= _of_expression(select.args[part], sources)
    return _Relation(_projections(select, sources), rows)


def _of_source(source: exp.Expr, known: Mapping[str, _Relation]) -> _Relation:
    return _of_query(source, known) if isinstance(source, exp.Subquery) else known[source.name]


def _projections(select: exp.Expr, sources: Mapping[str, _Relation]) -> dict[str, Needed]:
    found: dict[str, Needed] = {}
    for projection in select.expressions:
        if isinstance(projection, exp.Star):
            for relation in sources.values():
                found |= relation.columns
        elif isinstance(projection.this, exp.Star) and isinstance(projection, exp.Column):  # table.*
            found |= sources[projection.table].columns
        else:
            found[projection.alias_or_name] = _of_expression(projection, sources)
    return found


def _of_expression(node: exp.Expr, sources: Mapping[str, _Relation]) -> Needed:
    found: Needed = frozenset()
    for column in node.find_all(exp.Column):
        places = [sources[column.table]] if column.table else list(sources.values())
        for relation in places:
            found |= relation.columns.get(column.name, frozenset())
    return found
