"""Why: any night that was kept can be asked for again: its rows, its findings, its definitions and its figures.

`Editions` reads; `writing` (in `writing.py`) gives a `Book` that can add to it.
"""

from __future__ import annotations

import datetime as dt
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from casetally import duckdb_closed
from casetally.errors import CallError
from casetally.records.load import Load, with_rows
from casetally.schemas import Schemas
from casetally.sealed import Key, key_named
from casetally.sources.delivery import FINDING_COLUMNS
from casetally.store.editions.edition import Edition
from casetally.store.editions.layout import (
    FIGURES,
    LAYOUT,
    NIGHTS,
    SET_ASIDE,
    STILL,
    columns_there,
    content,
    is_laid_out,
    only_tables,
    rows_of,
)

EDITIONS_FILE = "editions.duckdb"
NAME = "editions"  # what the file is attached as
_RESTORE = (
    "Put a backup in its place with 'casetally restore'; the outputs of the last good night are not touched by this."
)


@dataclass(frozen=True)
class Editions:
    """An opened file of editions. Every method that takes an `Edition` speaks of what was known in it."""

    con: duckdb.DuckDBPyConnection
    path: Path
    schemas: Schemas

    def all(self) -> tuple[Edition, ...]:
        """Every edition that is kept, in the order they were accepted."""
        names = ", ".join(NIGHTS)
        found = self.rows(f"SELECT {names} FROM {NAME}.main.nights ORDER BY number")
        every = tuple(Edition(**dict(zip(NIGHTS, row, strict=True))) for row in found)
        if any(one.known_on is None or one.as_at is None or one.number < 1 for one in every):
            raise damaged(self.path)
        return every

    def latest(self) -> Edition | None:
        """The last accepted one; None where none is kept."""
        return next(reversed(self.all()), None)

    def known_at(self, day: dt.date | None) -> Edition:
        """The last edition accepted on or before a day (of all, where None).

        Raises CallError where nothing was known then, or where that night was let go of: an earlier one knew something else.
        """
        every = self.all()
        found = [one for one in every if day is None or one.known_on <= day]
        night = self._last_night_by(day)
        if night and night[0] > max((one.number for one in found), default=0):
            raise _let_go_of(*night, every, day)
        if found:
            return found[-1]
        if not every:
            raise CallError(f"'{self.path}' holds no edition yet.", hint="Make the first with 'casetally nightly'.")
        raise CallError(
            f"Nothing is kept that was known on {day}.", hint=f"The first night kept is {every[0].known_on}."
        )

    def numbered(self, number: int) -> Edition:
        """The edition of a number. Raises CallError where it is not kept."""
        every = {one.number: one for one in self.all()}
        if number not in every:
            for (night,) in self.rows(f"SELECT known_on FROM {NAME}.main.days WHERE number = ?", [number]):
                raise _let_go_of(number, night, tuple(every.values()))
            known = f"Kept are {min(every)} to {max(every)}." if every else "None is kept yet."
            raise CallError(f"There is no edition {number}.", hint=known)
        return every[number]

    def kept(self, named: str) -> bytes:
        """A text kept under its hash."""
        found = self.rows(f"SELECT contents FROM {NAME}.main.kept WHERE hash = ?", [named])
        try:
            return zlib.decompress(found[0][0])
        except (IndexError, zlib.error):
            raise damaged(self.path) from None

    def kept_json(self, named: str) -> Any:
        """The same, as JSON; None for ''."""
        return json.loads(self.kept(named)) if named else None

    def load(self, edition: Edition) -> Load:
        """What that night brought, as it was judged then; file and row of a record are those where it was first read so."""
        tables = {}
        said = self.kept_json(edition.source)
        for name in said["present"]:
            table = self.schemas.tables[name]
            columns = [column for column in content(table) if column in said["present"][name]]
            tables[name] = self._known(edition, rows_of(table), [*columns, "_file", "_row"])
        found = self._known(edition, "findings", list(FINDING_COLUMNS))
        findings = found.select(pl.col(name).cast(kind) for name, kind in FINDING_COLUMNS.items())
        set_aside = self._known(edition, "set_aside", list(SET_ASIDE))
        return with_rows(said, tables, findings.sort(_FINDINGS_BY, nulls_last=True), set_aside)

    def forgotten_in(self, edition: Edition) -> int:
        """How many children that were known in an edition have been forgotten since."""
        found = self.rows(
            f"SELECT count(DISTINCT (event, child)) FROM {NAME}.main.forgotten WHERE first <= ? AND ? <= last",
            [edition.number, edition.number],
        )
        return int(found[0][0])

    def nights(self) -> pl.DataFrame:
        """`number`, `known_on`, `as_at` of every edition, those let go of since too: their figures are still there."""
        return self.frame(f"SELECT number, known_on, as_at FROM {NAME}.main.days ORDER BY number")

    def figures(self, indicators: Iterable[str] | None = None, until: int = STILL) -> pl.DataFrame:
        """Figures by edition (no groups, no weeks), a line for each stretch of editions in which one stood unchanged.

        `number`: the edition from which it stood so; `until`: the one from which it did not (null: it still does); then indicator,
        basis, period, period_end, numerator, denominator, value, status, maturity, definition. Of editions before `until`.
        """
        wanted = sorted(indicators) if indicators is not None else None
        chosen = "" if wanted is None else f" AND indicator IN ({', '.join('?' * len(wanted))})"
        return self.frame(
            f"SELECT _from AS number, CASE WHEN _until < ? THEN _until END AS until, {', '.join(FIGURES)} "
            f"FROM {NAME}.main.figures WHERE _from < ?{chosen} ORDER BY indicator, basis, period_end, _from",
            [until, until, *(wanted or ())],
        )  # fmt: skip

    def first_seen(self) -> pl.DataFrame:
        """When each date was first known: `table`, `column`, `on` (the date itself), `known_on` (the night), `first_edition`.

        A date counts once for each record that has it, by the record's key; what was known in the first edition has been known
        for longer than can be told, and what begins after a night's as-at day is known by a later one only.
        """
        there = columns_there(self.con, NAME)
        parts = [
            f'SELECT \'{table.table}\' AS "table", \'{name}\' AS "column", "{name}"::DATE AS "on", min(_from) AS number '
            f'FROM {NAME}.main."{rows_of(table)}" WHERE "{name}" IS NOT NULL GROUP BY {_quoted(table.key)}, "{name}"'
            for table in self.schemas.tables.values()
            for name, column in table.columns.items()
            if column.type in ("date", "datetime")
            and not column.planned
            and name != "date_of_birth"
            and table.key
            and {name, *table.key} <= there.get(rows_of(table), set())
        ]
        return self.frame(
            f"WITH seen AS ({' UNION ALL '.join(parts)}), first AS (SELECT min(number) AS number FROM {NAME}.main.days) "
            'SELECT "table", "column", "on", n.known_on, s.number <= f.number AS first_edition '
            f"FROM seen AS s JOIN {NAME}.main.days AS n ON n.number = s.number, first AS f "
            'ORDER BY "table", "column", "on", n.known_on, s.number'
        )

    def _last_night_by(self, day: dt.date | None) -> tuple[int, dt.date] | None:
        """Number and day of the last night on or before a day, whether or not it was let go of since."""
        nights = f"SELECT number, known_on FROM {NAME}.main.days WHERE known_on <= coalesce(?, known_on)"
        found = self.rows(f"{nights} ORDER BY number DESC LIMIT 1", [day])
        return (int(found[0][0]), found[0][1]) if found else None

    def _known(self, edition: Edition, table: str, columns: Sequence[str]) -> pl.DataFrame:
        return self.frame(
            f'SELECT {_quoted(columns)} FROM {NAME}.main."{table}" WHERE _from <= ? AND _until > ?',
            [edition.number, edition.number],
        )

    def frame(self, sql: str, parameters: Sequence[object] = ()) -> pl.DataFrame:
        """The rows of a query. Raises CallError where the file turns out to be damaged."""
        with damage_told(self.path):
            found: pl.DataFrame = self.con.sql(sql, params=list(parameters)).pl()
            return found

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query as tuples."""
        with damage_told(self.path):
            return self.con.execute(sql, list(parameters)).fetchall()

    def close(self) -> None:
        self.con.close()


# what the database raises over a file, and not over a query of ours that is wrong
_OF_THE_FILE = (duckdb.IOException, duckdb.FatalException, duckdb.InternalException, duckdb.SerializationException,
                duckdb.InvalidInputException, duckdb.ConstraintException)  # fmt: skip
_CORRUPT = "Corrupt database file"  # a checksum that does not fit is told as a plain Error
_FINDINGS_BY = ["file", "row", "table", "rule", "column", "message"]
assert {one.name for one in fields(Edition)} == set(NIGHTS)  # the table and the class say the same


def open_editions(path: Path, schemas: Schemas, key: Key | None = None) -> Editions:
    """Open a file of editions (or the folder it lies in) for reading. Raises CallError where there is none or it can't be read.

    `key`: of an encrypted one; where it is not given, the environment's.
    """
    path = path / EDITIONS_FILE if path.is_dir() else path
    if not path.exists():
        raise CallError(f"There are no editions at '{path}'.", hint="'casetally nightly' makes the first.")
    with damage_told(path):
        con = duckdb_closed.connect()
        duckdb_closed.attach(con, path, NAME, key=key_of(path, key), read_only=True)
        duckdb_closed.shut(con)
    return checked(Editions(con, path, schemas))


def checked(editions: Editions) -> Editions:
    """The same, if it is laid out as we know it. Raises CallError where it is not."""
    found = editions.rows(
        "SELECT count(*) FROM duckdb_tables() WHERE database_name = ? AND table_name = 'nights'", [NAME]
    )
    if not found[0][0]:
        raise CallError(f"'{editions.path}' holds no editions.", hint="Name the editions.duckdb of a nightly home.")
    if not (only_tables(editions.con, NAME) and is_laid_out(editions.con, NAME, only=("layout",))):
        raise damaged(editions.path)
    layout = editions.rows(f"SELECT version FROM {NAME}.main.layout")
    if len(layout) == 1 and layout[0][0] > LAYOUT:
        raise CallError(
            f"'{editions.path}' was made by a later version of casetally.", hint="Use that version, or a later one."
        )
    if layout != [(LAYOUT,)]:
        raise CallError(f"'{editions.path}' was made by another version of casetally.", hint=_RESTORE)
    if not is_laid_out(editions.con, NAME):
        raise damaged(editions.path)
    if editions.rows(f"SELECT 1 FROM {NAME}.main.nights AS n ANTI JOIN {NAME}.main.days AS d ON n.number = d.number"):
        raise damaged(editions.path)
    return editions


def key_of(path: Path, key: Key | None, *, new: bool = False) -> str | None:
    """The database's own key for a file that is encrypted, or for a `new` one where that can be done here and a key is given."""
    encrypted = duckdb_closed.is_encrypted(path)
    if encrypted:
        key = key or key_named(None)
        return key.database_key() if key else None
    return key.database_key() if encrypted is None and new and key and duckdb_closed.can_encrypt() else None


def holds_editions(path: Path) -> bool:
    """Whether a path is that of a file of editions, or of a folder that holds one, by its name."""
    return (path / EDITIONS_FILE).is_file() if path.is_dir() else path.name == EDITIONS_FILE


@contextmanager
def damage_told(path: Path) -> Iterator[None]:
    """Turn what the database says of a damaged, locked or foreign file into words."""
    try:
        yield
    except duckdb.Error as fault:
        says = str(fault)
        if _CORRUPT in says:
            raise damaged(path) from None
        if not isinstance(fault, _OF_THE_FILE):  # a query of ours that is wrong
            raise
        if "not set lock" in says:
            raise CallError(
                f"'{path}' is being written by another program.", hint="Try again when that is done."
            ) from None
        if "ncrypt" in says:
            raise CallError(
                f"'{path}' can't be opened with this key.", hint="Name its key; see docs/keeping.md."
            ) from None
        raise damaged(path) from None


def _let_go_of(number: int, night: dt.date, kept: Sequence[Edition], asked: dt.date | None = None) -> CallError:
    """What to say where a night is asked for that retention let go of, or a day for which it would answer."""
    before = [f"{one.known_on} before it" for one in kept if one.number < number][-1:]
    after = [f"{one.known_on} after it" for one in kept if one.number > number][:1]
    nearest = "nights kept are those of" if before and after else "night kept is that of"
    last = "" if asked in (None, night) else f", the last one by {asked}"
    return CallError(
        f"Retention has let go of the night of {night}{last}.",
        hint="Its records are gone; its figures are still in the history that 'casetally revisions' gives. "
        f"The nearest {nearest} {' and '.join(before + after)}.",
    )


def damaged(path: Path) -> CallError:
    return CallError(f"'{path}' is damaged or no file of editions.", hint=_RESTORE)


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
