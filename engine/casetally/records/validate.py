"""Why: one walk over a delivery decides the fate of every row: accepted, not yet known or set aside, and says why.

Tables are judged after those they reference; each goes through the passes of `PASSES`, pure functions from one state
of a table to the next. No pass drops a row: fates are marked, and the rows that count are taken at the end.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import duckdb
import polars as pl

from casetally.calendar import Calendar
from casetally.records.as_at import hide_later, not_yet_known
from casetally.records.column_rules import column_failures, without_unlisted
from casetally.records.convert import READ, to_types
from casetally.records.hold import FAILURE_COLUMNS
from casetally.records.keys import key_failures, record_ids, with_sound_ids
from casetally.records.ledger import ledger_of
from casetally.records.overlaps import spell_failures
from casetally.records.references import ACCEPTED, NOT_YET_KNOWN, SET_ASIDE, in_reference_order, parent_rows
from casetally.records.row_rules import database_with, row_failures
from casetally.records.scorecard import share_of_rows, tallies_of
from casetally.records.set_aside import keys_set_aside, rows_set_aside
from casetally.schemas import Schemas, Table, load_schemas
from casetally.sources.delivery import FINDING_COLUMNS, Delivery, Reach, SourceTable


@dataclass(frozen=True)
class CheckedRecords:
    """What may count, and what was found.

    `tables`: the accepted rows by table, typed, with the data columns that the source has, `_record`, `_file` and
    `_row`. `findings`: `sources.delivery.FINDING_COLUMNS`, by file and row. `ledger`: one row a used file, in which
    accepted, superseded, not_yet_known and set_aside add up to rows. `present`: the data columns that the source has,
    by table. `reach`: how far the tables tell that do not tell everything. `set_aside`: the rows set aside by table, as read
    (`set_aside.rows_set_aside`); they hold all that a source says of a child, so they are written sealed or not at all.
    `keys_set_aside`: their typed keys.
    """

    tables: Mapping[str, pl.DataFrame]
    findings: pl.DataFrame
    ledger: pl.DataFrame
    present: Mapping[str, frozenset[str]]
    reach: Mapping[str, Reach]
    tallies: pl.DataFrame = field(repr=False)
    set_aside: Mapping[str, pl.DataFrame] = field(default_factory=dict, repr=False)
    keys_set_aside: Mapping[str, pl.DataFrame] = field(default_factory=dict, repr=False)

    def scorecard(self) -> pl.DataFrame:
        """By table, rule, severity and team: `findings`, `rows_found` (rows with one), `rows` known, and `share`."""
        return share_of_rows(self.tallies)


@dataclass(frozen=True)
class _Judging:
    """One table on its way through the passes; all frames and series keep its rows in the source's order."""

    table: Table
    source: pl.DataFrame  # text, as delivered
    known: Mapping[str, pl.DataFrame]  # the tables judged before (references.parent_rows)
    run: _Run
    read: pl.DataFrame = field(default_factory=pl.DataFrame)  # typed, as written
    frame: pl.DataFrame = field(default_factory=pl.DataFrame)  # typed, as known on the as-at date
    fate: pl.Series = field(default_factory=pl.Series)
    failures: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=FAILURE_COLUMNS))

    @property
    def standing(self) -> pl.Series:
        return self.fate == ACCEPTED

    def failed(self, found: pl.DataFrame) -> _Judging:
        """With more failures: those of rows not yet known are no findings, and an error sets its row aside."""
        if found.is_empty():
            return self
        known = self.fate != NOT_YET_KNOWN
        found = found.filter(known.gather(found["_at"]))
        errors = found.filter(pl.col("severity") == "error")["_at"].unique()
        fate = self.fate.clone().scatter(errors, SET_ASIDE) if len(errors) else self.fate
        return replace(self, failures=pl.concat([self.failures, found]), fate=fate)


@dataclass(frozen=True)
class _Run:
    as_at: dt.date
    schemas: Schemas
    database: duckdb.DuckDBPyConnection


def _convert(state: _Judging) -> _Judging:
    read = to_types(state.source, state.table, state.run.schemas)
    fate = pl.Series("fate", [ACCEPTED]).new_from_index(0, read.height)
    return replace(state, read=read, frame=read, fate=fate)


def _speak_for_the_day(state: _Judging) -> _Judging:
    later = not_yet_known(state.read, state.table, state.run.as_at)
    fate = state.fate.to_frame().select(pl.when(later).then(pl.lit(NOT_YET_KNOWN)).otherwise("fate").alias("fate"))
    shown = state.read.select(name for name in state.read.columns if not name.startswith(READ))
    shown = without_unlisted(hide_later(shown, state.table, state.run.as_at), state.table, state.run.schemas)
    return replace(state, frame=shown, fate=fate["fate"])


def _check_columns(state: _Judging) -> _Judging:
    return state.failed(column_failures(state.read, state.table, state.run.schemas))


def _check_rows(state: _Judging) -> _Judging:
    run = state.run
    found = row_failures(
        state.frame, state.table, run.schemas, parents=state.known, as_at=run.as_at, database=run.database
    )
    return state.failed(found)


def _check_keys(state: _Judging) -> _Judging:
    return state.failed(key_failures(state.read, state.table, state.standing))


def _check_spells(state: _Judging) -> _Judging:
    return state.failed(spell_failures(state.frame, state.table, state.standing))


PASSES: tuple[Callable[[_Judging], _Judging], ...] = (
    _convert,
    _speak_for_the_day,
    _check_columns,
    _check_rows,
    _check_keys,  # among the rows without an error so far
    _check_spells,  # among those that are left
)


def check_records(
    delivery: Delivery,
    as_at: dt.date,
    calendar: Calendar,
    schemas: Schemas | None = None,
    told: Callable[[int, int], None] = lambda *_: None,
) -> CheckedRecords:
    """Judge every row of a delivery as it was known on `as_at`. `told` hears how many of how many tables are judged.

    Raises DefinitionError where a schema can't be used as written. A fault in the data is a finding, never an error.
    """
    schemas = schemas or load_schemas()
    sources = {table.table: table for table in delivery.tables}
    judged: dict[str, _Judging] = {}
    known: dict[str, pl.DataFrame] = {}
    with database_with(calendar) as database:
        run = _Run(as_at, schemas, database)
        for name in in_reference_order(schemas):
            if name in sources:
                told(len(judged), len(sources))
                judged[name] = state = _judge(sources[name], known, run)
                known[name] = parent_rows(state.frame, state.fate, state.table)
    tables = dict(sorted(judged.items()))
    return CheckedRecords(
        tables={name: state.frame.filter(state.standing) for name, state in tables.items()},
        findings=_sorted(
            pl.concat([with_sound_ids(delivery.findings), *(_findings(state) for state in tables.values())])
        ),
        ledger=ledger_of(delivery, {name: (s.frame["_record"], s.fate) for name, s in tables.items()}),
        present={name: frozenset(sources[name].columns) for name in tables},
        reach={name: _reach(sources[name], state) for name, state in tables.items() if sources[name].reach},
        tallies=_tallies(delivery, tables),
        set_aside={name: rows_set_aside(s.source, s.fate, s.failures) for name, s in tables.items()},
        keys_set_aside={name: keys_set_aside(s.frame, s.fate, s.table) for name, s in tables.items()},
    )


def _reach(source: SourceTable, state: _Judging) -> Reach:
    reach = source.reach
    assert reach is not None
    return replace(reach, later=bool((state.fate == NOT_YET_KNOWN).any()))


def _judge(source: SourceTable, known: Mapping[str, pl.DataFrame], run: _Run) -> _Judging:
    state = _Judging(run.schemas.tables[source.table], source.frame, known, run)
    for judge in PASSES:
        state = judge(state)
    return state


def _findings(state: _Judging) -> pl.DataFrame:
    at = state.failures["_at"]
    found = state.frame[at]
    shown = state.failures.with_columns(
        found["_file"].alias("file"),
        found["_row"].alias("row"),
        pl.lit(state.table.table).alias("table"),
        record_ids(found, state.table, state.run.schemas.codes),
    )
    return shown.select(pl.col(name).cast(kind) for name, kind in FINDING_COLUMNS.items())


def _sorted(findings: pl.DataFrame) -> pl.DataFrame:
    return findings.sort("file", "row", "table", "rule", "column", "message", nulls_last=True)


def _tallies(delivery: Delivery, tables: Mapping[str, _Judging]) -> pl.DataFrame:
    known = {name: (state.frame.filter(state.fate != NOT_YET_KNOWN)) for name, state in tables.items()}
    found = {
        name: state.failures.with_columns(_team(state.frame)[state.failures["_at"]].alias("team"))
        for name, state in tables.items()
    }
    return tallies_of({name: _team(frame) for name, frame in known.items()}, found, delivery.findings)


def _team(frame: pl.DataFrame) -> pl.Series:
    if "team" in frame.columns:
        return frame["team"]
    return pl.Series("team", [None], dtype=pl.String).new_from_index(0, frame.height)
