"""Why: two nights, or one night under two sets of definitions, are opened as known states in one way, whoever compares them.

An edition is named by its number or by the day on which it was known: then it is the last one kept on or before that day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from casetally.errors import CallError
from casetally.figures.revisions import KnownState
from casetally.periods import Period, day_words, named_period
from casetally.reports.known_at import database_of, recall
from casetally.reports.stored import authority_name
from casetally.schemas import Table, load_schemas
from casetally.store.editions import Edition, Editions, holds_editions, open_editions
from casetally.store.editions.layout import rows_of

HISTORY_SCHEMA: dict[str, type[pl.DataType]] = {
    "edition": pl.Int64, "known_on": pl.Date, "as_at": pl.Date, "numerator": pl.Float64, "denominator": pl.Float64,
    "value": pl.Float64, "status": pl.String, "maturity": pl.String, "definition": pl.String,
}  # fmt: skip
Moved = tuple[str, Period]  # an indicator and the period whose figure moved


@dataclass(frozen=True)
class Pair:
    """Two editions of one file, the earlier first, and what was known in each."""

    first: Edition
    second: Edition
    before: KnownState
    after: KnownState

    def close(self) -> None:
        self.before.store.close()
        self.after.store.close()


@contextmanager
def editions_at(path: Path) -> Iterator[Editions]:
    """The editions at a path, open as long as this lasts. Raises CallError where one run alone is kept there."""
    path = database_of(path)
    if path.exists() and not holds_editions(path):
        raise CallError(
            f"'{path}' keeps one run and no nights: nothing is known of what it said before.",
            hint="Name the editions.duckdb of a nightly home with --store.",
        )
    editions = open_editions(path, load_schemas())
    try:
        yield editions
    finally:
        editions.close()


def label_of(edition: Edition) -> str:
    """An edition as people name it."""
    return f"edition {edition.number} of {day_words(edition.known_on)}"


def state_of(editions: Editions, edition: Edition, since: Edition | None = None) -> KnownState:
    """What was known in an edition, by that night's definitions and calendar. `since`: the edition it is compared with: the
    night on which a record was first known is that of the first edition after it; it is looked up while the editions are open.
    """
    found = recall(editions, edition)
    authority = authority_name(found.store, found.library, found.authority, edition.authority)
    vintage = found.authority.vintage if found.authority else None
    return KnownState(found.store, found.library, found.load.set_aside, authority, vintage, edition.known_on,
                      label=label_of(edition), forgotten=found.forgotten,
                      nights_known=(lambda table: _nights_known(editions, table, since, edition)) if since else None)  # fmt: skip


def _nights_known(editions: Editions, table: Table, since: Edition, until: Edition) -> pl.DataFrame:
    """The key of every record that came after one edition, up to another, and `known_on`, the night on which it came first."""
    key = ", ".join(f'"{name}"' for name in table.key)
    return editions.frame(
        f'SELECT {key}, n.known_on FROM (SELECT {key}, min(_from) AS number FROM editions.main."{rows_of(table)}" '
        f"WHERE _from > ? AND _from <= ? GROUP BY {key}) AS r JOIN editions.main.days AS n ON n.number = r.number",
        [since.number, until.number],
    )


def pair_of(editions: Editions, first: Edition, second: Edition) -> Pair:
    """Two editions with what was known in each. Raises CallError where they are one and the same."""
    if first.number == second.number:
        raise CallError(
            f"There is only {label_of(first)} to look at, so nothing moved.",
            hint="Name two editions with --from and --to: numbers, or the days on which they were known.",
        )
    first, second = sorted((first, second), key=lambda one: one.number)
    return Pair(first, second, state_of(editions, first), state_of(editions, second, first))


def edition_named(editions: Editions, name: str) -> Edition:
    """The edition of a number, or the last one known on a day. Raises CallError for anything else."""
    if name.strip().isdecimal():
        return editions.numbered(int(name))
    try:
        return editions.known_at(dt.date.fromisoformat(name.strip()))
    except ValueError:
        raise CallError(
            f"'{name}' is no edition.", hint="Name one by its number, or by the day it was known: 2024-03-31."
        ) from None


def first_for(editions: Editions, period: Period) -> Edition:
    """The first edition that speaks for all of a period; where none does, the first that speaks for some of it."""
    every = editions.all()
    whole = [one for one in every if one.as_at >= period.end]
    begun = [one for one in every if one.as_at >= period.start]
    if not begun:
        raise CallError(f"No edition speaks for {period.name} yet.", hint="Ask for an earlier month.")
    return (whole or begun)[0]


def last_of(editions: Editions) -> Edition:
    """The last edition. Raises CallError where none is kept."""
    return editions.known_at(None)


def one_before_last(editions: Editions) -> Edition:
    """The edition before the last; the last where there is but one."""
    every = editions.all()
    return every[-2] if len(every) > 1 else last_of(editions)


def history(editions: Editions, indicator: str, period: Period) -> pl.DataFrame:
    """A figure edition by edition, HISTORY_SCHEMA: a line for each edition in which it was not as before."""
    lines = editions.figures([indicator]).filter((pl.col("basis") == period.basis) & (pl.col("period") == period.name))
    nights = editions.nights().rename({"number": "edition"})
    told = lines.rename({"number": "edition"}).join(nights, on="edition", how="left", maintain_order="left")
    return told.select(pl.col(name).cast(kind) for name, kind in HISTORY_SCHEMA.items()).sort("edition")


def moved_between(editions: Editions, first: Edition, second: Edition, basis: str | None = "month") -> list[Moved]:
    """The figures that two editions give otherwise, in numbers or status; those of one basis, or of all where None.

    Only periods that both editions have count: a month that a later night adds, or no longer gives, did not move.
    """
    sides = []
    for edition in (first, second):
        found = editions.figures(until=edition.number + 1)
        sides.append(found.filter(pl.col("until").is_null()))
    numbers = ("numerator", "denominator", "value", "status")
    by = ["indicator", "basis", "period"]
    both = sides[0].join(sides[1].select(*by, *numbers), on=by, suffix="_now")
    moved = both.filter(pl.any_horizontal([pl.col(name).ne_missing(pl.col(f"{name}_now")) for name in numbers]))
    if basis is not None:
        moved = moved.filter(pl.col("basis") == basis)
    named = [(row[0], named_period(row[1], row[2])) for row in moved.select(by).iter_rows()]
    return [(indicator, period) for indicator, period in named if period is not None]
