"""Why: a load becomes a store in one way, whether it was read a moment ago or is one of a night long past.

What an authority's file adds (its populations) is laid over the records here and not kept with them: it is a definition.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from casetally import __version__
from casetally.calendar import Calendar
from casetally.definitions.authorities import Authority, authority_names, find_authority
from casetally.definitions.library import Library
from casetally.definitions.open_data import identity_of, known_authorities
from casetally.errors import CallError, did_you_mean
from casetally.figures.populations import authorities_of, known_as
from casetally.records.load import Load
from casetally.store import Store, store_of_frames

UNNAMED = "unnamed"
_POPULATIONS = {"authority": pl.String, "mid_year": pl.Int64, "vintage": pl.String, "population": pl.Int64}


def authority_asked(library: Library, asked: str | None, report: str | None) -> Authority | None:
    """The file of the authority that was asked for, else of the one that the report is made for; None where there is none."""
    wanted = asked or (library.report(report).authority if report else None)
    return find_authority(library.folders, wanted, library.indicators) if wanted else None


def calendar_for(authority: Authority | None) -> Calendar:
    """The calendar of England as it is known today, less the closure days of an authority."""
    closure_days = authority.closure_days if authority else ()
    return Calendar.england(closure_days, authority.day_zero if authority else "next")


def store_of_load(
    load: Load,
    library: Library,
    calendar: Calendar,
    as_at: dt.date,
    authority: Authority | None,
    about: Mapping[str, Any],
    path: Path | None = None,
) -> Store:
    """A store of the load, in memory or at `path`. `about`: the months, authority, report and definitions asked for, and more."""
    frames, present = dict(load.tables), dict(load.present)
    if authority and authority.populations:
        label = authority.code or authority.name
        frames["populations"] = pl.DataFrame(
            [(label, p.mid_year, p.vintage, p.population) for p in authority.populations], schema=_POPULATIONS, orient="row"
        )  # fmt: skip
        present["populations"] = frozenset(_POPULATIONS)
    known = {"edition": load.inputs, "version": __version__, "source": load.kind, "origins": dict(load.origins),
             **about, "authority": authority.name if authority else about["authority"]}  # fmt: skip
    return store_of_frames(frames, library.schemas, calendar, as_at, present=present, about=known, reach=load.reach,
                           extra={"ledger": load.ledger}, path=path)  # fmt: skip


def doubts_of_authority(store: Store, library: Library, authority: Authority | None, asked: str | None) -> list[str]:
    """A name that nobody knows may be misspelt, and populations of many authorities serve nobody until one is named."""
    populations = authorities_of(store)
    if asked and authority is None and not populations and identity_of([asked]) is None:
        names = [*(one.la_name for one in known_authorities()), *authority_names(library.folders)]
        near = did_you_mean(asked, names)
        return [f"No authority '{asked}' is known, so the name is used as it is.{' ' + near if near else ''}"]
    if len(populations) > 1 and authority_name(store, library, authority, asked) == UNNAMED:
        count = len(populations)
        return [
            f"Populations of {count} authorities were read and none is named: no rates. Add --authority NAME or code."
        ]
    return []


def authority_name(store: Store, library: Library, authority: Authority | None, asked: str | None) -> str:
    """As populations name it: the authority of the file, else the one asked for, else the one that stands there.

    Raises CallError for a name that neither populations nor a file knows.
    """
    known = authorities_of(store)
    if authority:
        return known_as([authority.code, authority.name], known) or authority.code or authority.name
    if asked and (label := known_as([asked], known)):
        return label
    if asked and known:
        names = [*dict.fromkeys([*known, *authority_names(library.folders)])]
        raise CallError(f"There is no authority '{asked}' in populations or in definitions/authorities.",
                        hint=did_you_mean(asked, names, else_say="Known: " + ", ".join(names) + "."))  # fmt: skip
    return asked or (known[0] if len(known) == 1 else UNNAMED)
