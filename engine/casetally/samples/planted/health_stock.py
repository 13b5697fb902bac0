"""Why: some reports print, at every month's end, how many of those a year in care have their checks up to date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

from casetally.samples.planted import stock_chains
from casetally.samples.planted.care_spells import NEW, Spell, birthday
from casetally.samples.planted.days import months_after
from casetally.samples.planted.making import Making, last_day
from casetally.samples.planted.stock_chains import Chain

DAYS = dt.timedelta
TYPES = {"health": "review_health", "dental": "dental"}
FIRST_AFTER = 28  # days from the start of care to the first check of those in care before the first month
PER_MILLE = 1_000
LAPSED = 1.4  # how many more have lapsed before the first month than are overdue at its end
RECORDED = 800  # days before the first month from which checks are recorded


def plant(making: Making, spells: Sequence[Spell], kind: str) -> None:
    """Checks of one kind, so that at every month's end as many as printed are up to date. Nothing where none is printed."""
    if stock_chains.wanted(making, f"{kind}_up_to_date", making.months[0], 100) is None:
        return
    rng = making.rng(f"{kind} stock")
    given = _given(making) if kind == "health" else {}
    chains = [Chain(spell, _due_after(kind), 30, _first(spell, given)) for spell in spells]
    share = _overdue(making, kind, making.months[0], PER_MILLE) or 0
    for chain in chains:
        if chain.spell.kind != NEW:
            stock_chains.begin(making, rng, chain, lapsed=rng.randrange(PER_MILLE) < share * LAPSED)
    for month in making.months:
        here = [c for c in chains if c.spell.open_on(last_day(month)) and _counted(c, last_day(month))]
        late = {c for c in here if _may_lapse(making, kind, c)}
        overdue = _overdue(making, kind, month, len(here))
        under_10 = making.facts.month(f"{kind}_overdue_under_10", month)
        if under_10 is None or overdue is None:
            stock_chains.month(making, rng, chains, month, (late, overdue))
        else:
            little = {c for c in late if c.spell.child.age_on(last_day(month)) < 10}
            stock_chains.month(making, rng, chains, month, (little, under_10), (late - little, overdue - under_10))
    for chain in chains:
        for day in chain.days:
            if chain.spell.ended_on is not None and day >= chain.spell.ended_on:
                continue
            if day >= making.first - DAYS(RECORDED) and day not in given.get(chain.spell.child.child_id, []):
                making.rows.add(
                    "health_checks", check_id=making.rows.new_id("health_checks"), child_id=chain.spell.child.child_id,
                    type=TYPES[kind], completed_on=day, status="completed",
                )  # fmt: skip


def _given(making: Making) -> dict[str, list[dt.date]]:
    """The initial assessments of those who came in the months."""
    found: dict[str, list[dt.date]] = {}
    for row in making.rows.of("health_checks"):
        if row["type"] == "initial_health" and row["completed_on"]:
            found.setdefault(row["child_id"], []).append(row["completed_on"])
    return found


def _first(spell: Spell, given: Mapping[str, list[dt.date]]) -> list[dt.date]:
    """The first check; of those in care before the first month one soon after they came."""
    soon = [] if spell.kind == NEW else [spell.started_on + DAYS(FIRST_AFTER)]
    return list(given.get(spell.child.child_id, soon))


def _overdue(making: Making, kind: str, month: str, of: int) -> int | None:
    """How many of `of` children are overdue: printed as such, or what those up to date leave over."""
    if (told := making.facts.month(f"{kind}_overdue", month)) is not None and of != PER_MILLE:
        return told
    up_to_date = stock_chains.wanted(making, f"{kind}_up_to_date", month, of)
    return None if up_to_date is None else of - up_to_date


def _due_after(kind: str) -> Callable[[Spell, list[dt.date]], dt.date]:
    def due(spell: Spell, days: list[dt.date]) -> dt.date:
        if not days:
            return months_after(spell.started_on, 6)
        soon = months_after(days[-1], 6)
        if kind == "health" and soon < birthday(spell.child.date_of_birth, 5):
            return soon
        return months_after(days[-1], 12) - DAYS(kind == "dental")

    return due


def _counted(chain: Chain, day: dt.date) -> bool:
    """A year in care on a day."""
    return months_after(chain.spell.started_on, 12) <= day


def _may_lapse(making: Making, kind: str, chain: Chain) -> bool:
    """Whether being overdue is plain: not for a child whose interval grows at the fifth birthday within the months."""
    fifth = birthday(chain.spell.child.date_of_birth, 5)
    return kind == "dental" or not making.first <= fifth <= months_after(making.last, 12)
