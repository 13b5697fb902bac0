"""Why: an extract that went wrong must not become the figures of a night, so tonight is held against the last before it is kept.

Each doubt is one sentence for people, with the table, the numbers of both nights and what to look at; never an id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from casetally.nights.config import Thresholds
from casetally.nights.facts import SAMPLE, EditionFacts, TableFacts
from casetally.periods import day_words

_FEWEST_IDS = 20  # of a sample, before it tells anything


@dataclass(frozen=True)
class Doubt:
    """Why tonight's records may not be right. `kind` is a word for programs, `says` a sentence for people."""

    kind: str
    says: str
    table: str = ""


@dataclass(frozen=True)
class _Nights:
    last: EditionFacts
    tonight: EditionFacts
    limits: Thresholds

    def both(self) -> Iterator[tuple[str, TableFacts, TableFacts]]:
        """The tables that both nights have, by name, but for those that may be anything."""
        for name, before in self.last.tables.items():
            now = self.tonight.tables.get(name)
            if now is not None and name not in self.limits.may_be_empty:
                yield name, before, now


def doubts(last: EditionFacts | None, tonight: EditionFacts, limits: Thresholds) -> tuple[Doubt, ...]:
    """What is odd about tonight's records beside those of the last edition; of a first night, only that it has no rows."""
    if last is None:
        nothing = Doubt("empty", "No row was accepted from any table. Look at the findings of 'casetally check'.")
        return () if any(one.rows for one in tonight.tables.values()) else (nothing,)
    nights = _Nights(last, tonight, limits)
    return tuple(doubt for look in LOOKS for doubt in look(nights))


def _another_source(nights: _Nights) -> Iterator[Doubt]:
    last, now = nights.last, nights.tonight
    if last.authority and now.authority and last.authority != now.authority:
        yield Doubt("authority", f"These are records of {now.authority}; the last night's were of {last.authority}. "
                    "Look at 'authority' and 'sources' in the configuration.")  # fmt: skip
    if last.kind and now.kind and last.kind != now.kind:
        yield Doubt("source", f"What is read is of the kind '{now.kind}'; the last night it was '{last.kind}'. "
                    "Look at what stands in the sources.")  # fmt: skip


def _day_going_back(nights: _Nights) -> Iterator[Doubt]:
    last, now = nights.last.as_at, nights.tonight.as_at
    if now < last:
        yield Doubt("as_at", f"The as-at day is {day_words(now)}, before that of the last night, {day_words(last)}. "
                    "Look at 'as_at', and at the clock of this machine.")  # fmt: skip


def _empty_tables(nights: _Nights) -> Iterator[Doubt]:
    for name, before in nights.last.tables.items():
        now = nights.tonight.tables.get(name)
        if not before.rows or name in nights.limits.may_be_empty or (now is not None and now.rows):
            continue
        how = "is not among the sources" if now is None else "has no row"
        yield Doubt("empty", f"{name} {how} tonight; the last night it had {_rows(before.rows)}. "
                    "Look whether the extract broke off.", name)  # fmt: skip


def _rows_gone(nights: _Nights) -> Iterator[Doubt]:
    for name, before, now in nights.both():
        gone = before.rows - now.rows
        if now.rows and before.rows >= nights.limits.rows_least and gone >= nights.limits.rows_gone * before.rows:
            yield Doubt("rows_gone", f"{name} has {_rows(now.rows)}, the last night {before.rows:,}: {_percent(gone, before.rows)} "
                        "fewer. Look whether the extract broke off or was narrowed.", name)  # fmt: skip


def _columns_lost(nights: _Nights) -> Iterator[Doubt]:
    for name, before, now in nights.both():
        if not now.rows or not before.rows:
            continue
        for column in sorted(set(before.columns) - set(before.blank)):
            if column not in now.columns:
                yield Doubt("column_lost", f"{name} has no column {column} tonight; the last night it had. "
                            "Look whether the extract was changed.", name)  # fmt: skip
            elif column in now.blank and before.rows >= nights.limits.rows_least:
                yield Doubt("column_blank", f"{name}.{column} has no value in any of {_rows(now.rows)}; the last night it had. "
                            "Look whether the extract still fills it.", name)  # fmt: skip


def _ids_new(nights: _Nights) -> Iterator[Doubt]:
    for name, before, now in nights.both():
        there, of = still_there(before.ids, now.ids)
        if now.rows and of >= _FEWEST_IDS and of - there > nights.limits.ids_new * of:
            yield Doubt("ids_new", f"Of the ids that {name} had the last night, {_percent(of - there, of)} are not there tonight. "
                        "Look whether ids were given anew, or this is another system.", name)  # fmt: skip


def still_there(before: tuple[int, ...], now: tuple[int, ...]) -> tuple[int, int]:
    """Of how many sampled ids of the last night how many are there tonight: (there, of how many).

    Above the highest hash of a full sample nothing is known of a night, so the last night's are asked up to there.
    """
    asked = before if len(now) < SAMPLE else tuple(one for one in before if one <= now[-1])
    return len(set(asked) & set(now)), len(asked)


def _dates_that_stop(nights: _Nights) -> Iterator[Doubt]:
    for name, before, now in nights.both():
        if before.latest is None or now.latest is None or before.usual_silence is None:
            continue
        most = max(nights.limits.days_silent, 2 * before.usual_silence)
        silent, was = (nights.tonight.as_at - now.latest).days, (nights.last.as_at - before.latest).days
        if silent > most >= was:
            yield Doubt("dates_stop", f"The latest record of {name} begins on {day_words(now.latest)}, {silent} days before the "
                        f"as-at day; the last night it was {was}. Look whether the extract is a current one.", name)  # fmt: skip


def _set_aside(nights: _Nights) -> Iterator[Doubt]:
    for name, before, now in nights.both():
        every, every_before = now.rows + now.set_aside, before.rows + before.set_aside
        share = nights.limits.set_aside
        much = every >= nights.limits.rows_least and now.set_aside >= share * every
        if much and before.set_aside < share * every_before:
            yield Doubt("set_aside", f"Of {_rows(every)} of {name} {now.set_aside:,} were set aside, the last night "
                        f"{before.set_aside:,}. Look at the findings of 'casetally check'.", name)  # fmt: skip


LOOKS: tuple[Callable[[_Nights], Iterator[Doubt]], ...] = (
    _another_source,
    _day_going_back,
    _empty_tables,
    _rows_gone,
    _columns_lost,
    _ids_new,
    _dates_that_stop,
    _set_aside,
)


def counts_of(facts: EditionFacts) -> Mapping[str, int]:
    """For the log: tables, rows accepted, rows set aside."""
    tables = facts.tables.values()
    return {
        "tables": len(facts.tables),
        "rows": sum(one.rows for one in tables),
        "set_aside": sum(one.set_aside for one in tables),
    }


def _rows(count: int) -> str:
    return f"{count:,} row" + ("" if count == 1 else "s")


def _percent(part: int, of: int) -> str:
    return f"{100 * part // of}%"
