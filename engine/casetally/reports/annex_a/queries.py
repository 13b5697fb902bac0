"""Why: what stands in a list is SQL that an analyst can read and check, one file a list, in the language of the record sets.

A list's SQL names its columns by the headers of `sources/annex_a/layout.yaml`. Beside the tables of the data model it may read
the queries of `lists/shared/`, and two days: `run_as_at`, the day the workbook speaks for, and `window_start`, the first day
of the months that the list looks back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from sqlglot import exp

from casetally.definitions.lineage import Needed, lacking, made_from
from casetally.definitions.record_sql import read_record_sql, reads_of, render_record_sql
from casetally.language.day_functions import months_after
from casetally.reports.annex_a.known_on import known_on
from casetally.schemas import Schemas, load_schemas
from casetally.sources.annex_a.layout import AnnexAList, list_number

_FOLDER = Path(__file__).with_name("lists")
_WINDOW_START = "window_start"

# What a query reads where it is there and does without where it is not (rules: Needed and refining columns).
REFINES: Mapping[str, tuple[str, ...]] = {
    "care": ("legal_statuses",),
    "need": ("referrals.no_further_action", "cin_plans"),
    "list_5": (
        "s47_enquiries.strategy_discussion_on",
        "s47_enquiries.discussion_id",
        "strategy_discussions",
        "cp_conferences.transfer_in",
    ),
    "list_6": (
        "cp_plans.other_authority",
        "cin_visits.seen",
        "cp_visits.seen",
        "care_visits.seen",
    ),
    "list_7": ("cp_plans.other_authority", "cp_plans.previous_plans"),
    "list_8": (
        "care_reviews.cancelled",
        "care_visits.care_period_id",
        "health_checks.status",
        "placements.carer_id",
        "missing_episodes.other_authority",
        "immigration_statuses.started_on",
        "immigration_statuses.ended_on",
    ),
    "list_9": ("care_leavers.started_on", "care_leavers.ended_on", "immigration_statuses.started_on"),
    "list_10": ("permanence.care_period_id", "permanence.order_type", "permanence.reversed_on"),
}


@dataclass(frozen=True)
class Query:
    """A piece of SQL: its name, its checked tree, and the shared queries that it reads, each after those it reads itself."""

    name: str
    tree: exp.Expr
    shared: tuple[Query, ...] = ()

    @property
    def refines(self) -> tuple[str, ...]:
        return REFINES.get(self.name, ())


@dataclass(frozen=True)
class Headed:
    """What a column needs: one of these sets of (table, column) is enough, a `coalesce` having one for each argument."""

    header: str
    ways: tuple[Needed, ...]

    def there(self, present: Mapping[str, frozenset[str]]) -> tuple[Needed, ...]:
        """Those of the ways that a source can go."""
        return tuple(way for way in self.ways if not lacking(way, present))


@dataclass(frozen=True)
class ListQuery:
    """The query of one list, with what its rows and each of its columns need."""

    of: AnnexAList
    query: Query
    rows: Needed
    columns: tuple[Headed, ...]

    def window_start(self, as_at: dt.date) -> dt.date:
        """The first day of the months that the list looks back (rules: the 12 months up to a day begin the day after)."""
        return months_after(as_at, -self.of.months) + dt.timedelta(1) if self.of.months else as_at

    def sql(self, as_at: dt.date, present: Mapping[str, frozenset[str]]) -> str:
        """The SQL as DuckDB runs it over a store, with the records as they were known on the day. Of a `coalesce` only the
        arguments that the source has are asked: where a table lacks, "no such row" must not pass for "no".
        """
        days = {_WINDOW_START: self.window_start(as_at)}
        everything = (*self.query.shared, replace(self.query, tree=self._of_what_is_there(present)))
        read = {table for one in everything for table in reads_of(one.tree).tables} & set(load_schemas().tables)
        steps = [f"{name} AS ({known_on(load_schemas().tables[name], as_at)})" for name in sorted(read)]
        steps += [f"{one.name} AS ({_rendered(one.tree, as_at, days)})" for one in everything]
        return f"WITH {', '.join(steps)} SELECT * FROM {self.query.name}"

    def _of_what_is_there(self, present: Mapping[str, frozenset[str]]) -> exp.Expr:
        tree = self.query.tree.copy()
        for shown, column in zip(tree.expressions, self.columns, strict=True):
            there = column.there(present)
            if len(column.ways) > len(there) > 0:
                arguments = zip(_arguments(shown.this), column.ways, strict=True)
                kept = [argument for argument, way in arguments if way in there]
                shown.this.set("expressions", kept)
        return tree


@cache
def list_queries() -> Mapping[int, ListQuery]:
    """The lists that have a query, by number: list 11 has none, for the data model holds nothing of adopters."""
    paths = {number: _FOLDER / f"list_{number}.sql" for number in range(1, 12)}
    return {number: _list_query(number, path) for number, path in paths.items() if path.exists()}


def _list_query(number: int, path: Path) -> ListQuery:
    schemas, query = load_schemas(), _read(path)
    headers, rows = _needs(schemas, query, query.tree)
    columns = tuple(Headed(header, _ways(schemas, query, header)) for header in headers)
    return ListQuery(list_number(number), query, rows, columns)


@cache
def _shared() -> Mapping[str, Query]:
    return {path.stem: _read(path) for path in sorted((_FOLDER / "shared").glob("*.sql"))}


def _read(path: Path) -> Query:
    beside = {} if path.parent.name == "shared" else _shared()
    tree = read_record_sql(path.read_text(encoding="utf-8"), load_schemas().tables, beside)
    read = reads_of(tree).tables
    return Query(path.stem, tree, tuple(one for name, one in beside.items() if name in read))


def _needs(schemas: Schemas, query: Query, tree: exp.Expr) -> tuple[Mapping[str, Needed], Needed]:
    before = [(one.name, one.tree, one.refines) for one in query.shared]
    return made_from(schemas, [*before, (query.name, tree, query.refines)])


def _ways(schemas: Schemas, query: Query, header: str) -> tuple[Needed, ...]:
    """What each argument of a column's outermost `coalesce` needs; for any other column the one set that it needs."""
    at = [one.alias_or_name for one in query.tree.expressions].index(header)
    found = []
    for argument in _arguments(query.tree.expressions[at].this):
        tree = query.tree.copy()
        tree.expressions[at].set("this", argument.copy())
        found.append(_needs(schemas, query, tree)[0][header])
    return tuple(found)


def _arguments(value: exp.Expr) -> list[exp.Expr]:
    """Those of a `coalesce`; any other value alone."""
    is_coalesce = isinstance(value, exp.Anonymous) and value.name.lower() == "coalesce"
    return list(value.expressions) if is_coalesce else [value]


def _rendered(tree: exp.Expr, as_at: dt.date, days: Mapping[str, dt.date]) -> str:
    tree = tree.copy()
    for column in list(tree.find_all(exp.Column)):
        if column.name in days and not column.table:
            column.replace(exp.Var(this=f"DATE '{days[column.name]}'"))
    return render_record_sql(tree, as_at, {}, ())
