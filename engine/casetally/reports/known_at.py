"""Why: any night that was kept answers again as it answered then: its rows, by its definitions and its calendar, or by today's.

What comes out is an ordinary store and an ordinary library, so that every command works on it as on a run's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from casetally.calendar import Calendar
from casetally.definitions.authorities import Authority
from casetally.definitions.library import Library, load_library
from casetally.definitions.snapshot import library_of, snapshot_of
from casetally.errors import CallError
from casetally.records.load import Load
from casetally.reports.stored import authority_asked, calendar_for, store_of_load
from casetally.schemas import load_schemas
from casetally.store import Store, open_store
from casetally.store.editions import EDITIONS_FILE, Book, Edition, Editions, holds_editions, open_editions

NOW = "now"
By = Path | Literal["now"] | None  # which definitions: a folder over today's, today's, or (None) those of the night


@dataclass(frozen=True)
class Recalled:
    """A night as it is known again. `by_then` is False where it is worked out by other definitions than that night's."""

    edition: Edition
    load: Load
    library: Library
    authority: Authority | None
    calendar: Calendar
    store: Store
    forgotten: int
    by_then: bool


def recall(
    editions: Editions, edition: Edition, by: By = None, *, library: Library | None = None, path: Path | None = None
) -> Recalled:
    """A night out of its editions, its store in memory or at `path`. `library`: where it is already there, by `by`."""
    said = editions.kept_json(edition.definitions)
    own = Path(said["own"]) if said["own"] else None
    if library is None:
        library = library_of(said["folders"], editions.kept, own) if by is None else load_library(_folder(by, own))
    authority = authority_asked(library, edition.authority, edition.report)
    calendar = Calendar.as_kept(editions.kept_json(edition.calendar)) if by is None else calendar_for(authority)
    load = editions.load(edition)
    forgotten = editions.forgotten_in(edition)
    night = {"number": edition.number, "known_on": edition.known_on.isoformat(), "path": str(editions.path.resolve()),
             "forgotten": forgotten}  # fmt: skip
    about: dict[str, Any] = {
        "months": edition.months, "authority": edition.authority, "report": edition.report, "definitions": said["own"],
        "editions": night, "settling": editions.kept_json(edition.settling),
    }  # fmt: skip
    store = store_of_load(load, library, calendar, edition.as_at, authority, about, path)
    return Recalled(edition, load, library, authority, calendar, store, forgotten, by is None)


def _folder(by: By, own: Path | None) -> Path | None:
    return own if by == NOW else Path(str(by))


def keep_definitions(book: Book, library: Library, own: Path | None) -> str:
    """Keep the definitions of a library with the editions, and give the name they are kept under."""
    folders, contents = snapshot_of(library.folders)
    for text in contents.values():
        book.keep(text)
    return book.keep_json({"own": str(own.resolve()) if own else None, "folders": folders})


def open_known(path: Path, known_at: dt.date | None = None, by: By = None) -> tuple[Store, Library]:
    """The store and the definitions of a plain run, or of a night (the last one on or before `known_at`, else the last of all).

    Raises CallError where there is none, where retention let go of that night, or where `known_at` is asked of a store of one run.
    """
    if holds_editions(path):
        editions = open_editions(path, load_schemas())
        try:
            found = recall(editions, editions.known_at(known_at), by)
        finally:
            editions.close()
        return found.store, found.library
    store = open_store(path, load_schemas())
    if known_at is not None:
        store.close()
        raise CallError(f"'{path}' keeps one run and no nights, so --known-at can't be answered.",
                        hint="Name the editions.duckdb of a nightly home with --store.")  # fmt: skip
    said = store.about.get("definitions")
    return store, load_library(_folder(by, Path(said) if said else None) if by else Path(said) if said else None)


def database_of(path: Path) -> Path:
    """The database in the folder of a run or of a nightly home; a path that is no folder is given back."""
    if path.is_dir():
        return path / (EDITIONS_FILE if holds_editions(path) else "store.duckdb")
    return path


def night_answering(about: Mapping[str, Any], asked: dt.date | None) -> str:
    """Which night answers for a day on which none was kept; '' where one was, or no day was asked for."""
    known_on = (about.get("editions") or {}).get("known_on", "")
    if asked is None or known_on == asked.isoformat():
        return ""
    return f"No night was kept on {asked}; this is as it was known on {known_on}, the last one before."


def what_is_missing(about: Mapping[str, Any]) -> str:
    """What to say of a night in which children were known who have been forgotten since; '' where there is none."""
    number = (about.get("editions") or {}).get("forgotten", 0)
    if not number:
        return ""
    children = "1 child has" if number == 1 else f"{number} children have"
    return f"{children} been forgotten since this night and can't be counted: its figures may be lower than they were."
