"""Why: a night is added beside the file that readers have open and takes its place in one step: it is there whole or not at all.

The file is copied, the copy is changed, checked and seen on the disk, and renamed. Whatever stops that on the way (a kill, a full
disk) leaves the file as it was; what lies about of an attempt the next removes. One at a time: the caller holds the home's lock.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from casetally import duckdb_closed, owner_only
from casetally.records.load import Load, findings_by_child, told
from casetally.schemas import Schemas
from casetally.sealed import Key
from casetally.store.editions.edition import Edition
from casetally.store.editions.editions import NAME, Editions, checked, damage_told, damaged, key_of
from casetally.store.editions.layout import (
    FIGURES,
    FINDINGS,
    NIGHTS,
    SET_ASIDE,
    content,
    make_tables,
    only_tables,
    rows_of,
)
from casetally.store.editions.merge import merge
from casetally.store.layout import ROW_COLUMNS


class Book(Editions):
    """Editions that can be added to. Nothing of it is seen by others before `writing` ends."""

    def keep(self, text: bytes) -> str:
        """Keep a text once, and give its hash."""
        named = hashlib.sha256(text).hexdigest()
        if not self.rows(f"SELECT 1 FROM {NAME}.main.kept WHERE hash = ?", [named]):
            self.con.execute(f"INSERT INTO {NAME}.main.kept VALUES (?, ?)", [named, zlib.compress(text, 9)])
        return named

    def keep_json(self, what: Any) -> str:
        """Keep it as JSON, its names in order; '' for None."""
        return self.keep(json.dumps(what, sort_keys=True, ensure_ascii=False).encode()) if what is not None else ""

    def add(self, load: Load, about: Edition, *, facts: Any = None) -> Edition:
        """Keep a night's load as the next edition: only rows that changed are written. Gives the edition as it is kept.

        `about.number`, `.rows`, `.source` and `.facts` are set here. The caller has seen that it is not the same as the latest.
        """
        number = int(self.rows(f"SELECT coalesce(max(number), 0) + 1 FROM {NAME}.main.days")[0][0])
        for table in self.schemas.tables.values():
            columns = content(table)
            frame = load.tables.get(table.table, pl.DataFrame())
            # an accepted row is told from all others by its key, where the source has it all
            unique = bool(table.key) and set(table.key) <= set(frame.columns)
            merge(self.con, f'{NAME}.main."{rows_of(table)}"', frame, columns, ROW_COLUMNS, number, unique=unique)
        merge(self.con, f"{NAME}.main.findings", findings_by_child(load), FINDINGS, {"row": "UINTEGER"}, number)
        merge(self.con, f"{NAME}.main.set_aside", load.set_aside.select(list(SET_ASIDE)), SET_ASIDE, {}, number)
        edition = replace(
            about, number=number, rows=sum(frame.height for frame in load.tables.values()),
            source=self.keep_json(told(load)), facts=self.keep_json(facts),
        )  # fmt: skip
        marks = ", ".join("?" * len(NIGHTS))
        values = [getattr(edition, name) for name in NIGHTS]
        self.con.execute(f"INSERT INTO {NAME}.main.nights ({', '.join(NIGHTS)}) VALUES ({marks})", values)
        self.con.execute(f"INSERT INTO {NAME}.main.days VALUES (?, ?, ?)", [number, edition.known_on, edition.as_at])
        return edition

    def set_facts(self, edition: Edition, facts: str) -> None:
        """What an edition is compared by, kept before; '' for nothing."""
        self.con.execute(f"UPDATE {NAME}.main.nights SET facts = ? WHERE number = ?", [facts, edition.number])

    def add_figures(self, edition: Edition, figures: pl.DataFrame) -> None:
        """Keep a night's figures, those without groups and weeks, where they are not as the night before."""
        kept = figures.filter((pl.col("breakdown") == "all") & (pl.col("basis") != "week")).select(list(FIGURES))
        merge(self.con, f"{NAME}.main.figures", kept, FIGURES, {}, edition.number, unique=True)


@contextlib.contextmanager
def writing(path: Path, schemas: Schemas, key: Key | None = None, *, anew: bool = False) -> Iterator[Book]:
    """A book to add to; where nothing fails it takes the place of the file at `path`, which need not be there yet.

    `anew`: the file is then written from the first byte, so that what was deleted lies in it no more (and, with a key, where this
    machine can, encrypted). Raises CallError where the file is damaged, OSError where the disk is full or may not be written.
    """
    beside, other = _beside(path)
    let_go_of_attempts(path)
    try:
        owner_only.make_folder(path.parent)
        _copied(path, beside)
        with damage_told(path):
            con = duckdb_closed.connect(threads=str(min(os.cpu_count() or 1, 4)))
            duckdb_closed.attach(con, beside, NAME, key=key_of(beside, key, new=True))
        try:
            book = Book(con, path, schemas)
            con.execute("BEGIN")
            if not only_tables(con, NAME):
                raise damaged(path)
            make_tables(con, NAME, schemas)
            checked(book)
            duckdb_closed.shut(con)
            with damage_told(path), disk_told():
                yield book
            with damage_told(path), disk_told():
                con.execute("COMMIT")
                con.execute(f"CHECKPOINT {NAME}")
        finally:
            con.close()
        if anew:
            with disk_told():
                _written_anew(beside, other, key)
            beside = other
        beside.chmod(owner_only.FILE)
        owner_only.settle(beside)
        owner_only.take_place(beside, path)
    finally:
        let_go_of_attempts(path)


def _written_anew(beside: Path, other: Path, key: Key | None) -> None:
    con = duckdb_closed.connect()
    try:
        duckdb_closed.attach(con, beside, "old", key=key_of(beside, key), read_only=True)
        duckdb_closed.attach(con, other, "fresh", key=key_of(other, key, new=True))
        duckdb_closed.shut(con)
        con.execute("COPY FROM DATABASE old TO fresh")
        con.execute("CHECKPOINT fresh")
    finally:
        con.close()


@contextlib.contextmanager
def disk_told() -> Iterator[None]:
    """A full disk comes up as a fault of the database: let it be what it is."""
    try:
        yield
    except duckdb.Error as fault:
        if "No space left" in str(fault) or "File too large" in str(fault) or "Could not write" in str(fault):
            raise OSError(28, "the disk is full", "editions.duckdb") from None
        raise


def _copied(path: Path, beside: Path) -> None:
    """A copy to write into, its owner's alone from the first byte."""
    if path.exists():
        owner_only.new_file(beside, b"")
        shutil.copyfile(path, beside)


def let_go_of_attempts(path: Path) -> None:
    """Remove what an attempt that was killed left beside the file: it holds records. Under the home's lock only."""
    for one in _beside(path):
        one.unlink(missing_ok=True)
        one.with_name(f"{one.name}.wal").unlink(missing_ok=True)


def _beside(path: Path) -> tuple[Path, Path]:
    """What is written to before it takes the file's place: the copy, and what is written anew from it."""
    return path.with_name(f".{path.name}.writing"), path.with_name(f".{path.name}.anew")
