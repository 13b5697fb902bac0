"""Why: a report may print of those in care how many have had both a health assessment and a dental check since 1 April."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from casetally.periods import financial_year_start
from casetally.samples.planted.care_spells import Spell
from casetally.samples.planted.making import Making, first_day, last_day
from casetally.samples.planted.stock_chains import pick

DAYS = dt.timedelta


def plant(making: Making, spells: Sequence[Spell]) -> None:
    """Both checks, in the month in which they are wanted; before the first month at any time since 1 April."""
    rng = making.rng("health since april")
    done: set[Spell] = set()
    for number, month in enumerate(making.months):
        last = last_day(month)
        if last.month == 4:
            done.clear()
        here = [s for s in spells if s.open_on(last)]
        lacking = [s for s in here if s not in done and s.started_on < last - DAYS(12)]
        rng.shuffle(lacking)
        # those who leave within the months come last, so that the number can be held when they have left
        lacking.sort(key=lambda s: s.ended_on is not None)
        first = financial_year_start(last) if number == 0 else first_day(month)
        wanted = making.facts.need("health_and_dental_since_april", month, 0)
        for spell in lacking[: max(0, wanted - sum(s in done for s in here))]:
            done.add(spell)
            for kind in ("review_health", "dental"):
                making.rows.add(
                    "health_checks", check_id=making.rows.new_id("health_checks"), child_id=spell.child.child_id,
                    type=kind, completed_on=pick(making, rng, max(first, spell.started_on + DAYS(8)), last), status="completed",
                )  # fmt: skip
