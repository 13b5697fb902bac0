"""Why: "visited in the last 4 weeks" is read at each month's end, so visits are laid so that as many as printed are that recent.

At each month's end a child's latest event, or the start where there was none, is so many days ago. Whoever should be late gets
no event that month; whoever should be in time gets one, early enough to leave the next month's end free to differ.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence

from casetally.samples.planted.days import ONE, day_between, months_after
from casetally.samples.planted.making import Making, last_day

Open = tuple[str, dt.date]  # whose events count, and the start that counts where there is no event


class LastEvents:
    """The events of one kind, of everyone. `limits` are one or two numbers of days, the shorter first."""

    def __init__(self, rng: random.Random, making: Making, *limits: int) -> None:
        self._rng, self._making, self._limits = rng, making, limits
        self.events: list[tuple[str, dt.date]] = []
        self._last: dict[str, dt.date] = {}
        self._decided: set[str] = set()
        self._month = ""

    def began_before(self, who: str, start: dt.date, first: dt.date, *, staggered: bool = False) -> None:
        """Regular events from a start long ago, none so late that it would decide the first month's end.

        Where events are further apart than a month, most go on to the first day (`staggered`), so that some fall due each month.
        """
        until = first if staggered else first - (self._limits[-1] + 5) * ONE
        day = max(start, first - 400 * ONE) + self._rng.randint(3, self._limits[0]) * ONE
        while day < until:
            self._add(who, day)
            day += self._rng.randint(self._limits[0] * 2 // 3, self._limits[0]) * ONE

    def all_in_time(self, month: str, open_now: Sequence[Open]) -> None:
        """Lay the month's events for some first, all of them within the longest limit."""
        self.in_month(month, open_now, [len(open_now)] * len(self._limits))

    def in_month(self, month: str, open_now: Sequence[Open], wanted: Sequence[int]) -> int:
        """Lay the month's events so that `wanted[i]` of those open at its end had one within `limits[i]` days.

        Gives back by how many it fell short (0: met). Who was laid for another group this month stays as it is.
        """
        if month != self._month:
            self._month, self._decided = month, set()
        end = last_day(month)
        ages = {at: (end - self._since(item)).days for at, item in enumerate(open_now)}
        fixed = [at for at, (who, _) in enumerate(open_now) if who in self._decided]
        free = [at for at, (who, _) in enumerate(open_now) if who not in self._decided]
        self._rng.shuffle(free)
        missed, edges = 0, [*self._limits]
        # from the longest limit down: who is beyond it, then who lies between it and the next
        for place in range(len(edges) - 1, -1, -1):
            inside = wanted[place] - (wanted[place - 1] if place else 0)
            beyond = len(open_now) - wanted[place] if place == len(edges) - 1 else None
            if beyond is not None:
                late = [at for at in free if ages[at] > edges[place]]
                beyond -= sum(ages[at] > edges[place] for at in fixed)
                missed += max(0, beyond - len(late)) + max(0, -beyond)
                gone = set(late[: max(beyond, 0)])
                free = [at for at in free if at not in gone]
                self._decided |= {open_now[at][0] for at in gone}
            low = edges[place - 1] if place else -1
            can = [at for at in free if ages[at] > low]
            inside -= sum(low < ages[at] <= edges[place] for at in fixed)
            if place:
                # who lies there already goes first, so that others are not visited needlessly
                can.sort(key=lambda at: not low < ages[at] <= edges[place])
            missed += max(0, inside - len(can)) if place else 0
            chosen = can[: max(inside, 0)] if place else can
            for at in chosen:
                if ages[at] > edges[place]:
                    self._lay(open_now[at], end, low, edges[place])
            self._decided |= {open_now[at][0] for at in chosen}
            taken = set(chosen)
            free = [at for at in free if at not in taken]
        return missed

    def _since(self, item: Open) -> dt.date:
        return self._last.get(item[0], item[1])

    def _lay(self, item: Open, end: dt.date, low: int, high: int) -> None:
        """An event more than `low` and at most `high` days before the month's end; if it can be, past mattering at the next."""
        first = max(self._since(item) + ONE, end - high * ONE, end.replace(day=1))
        until = end - (low + 1) * ONE
        next_end = months_after(end + ONE, 1) - ONE
        free_next = next_end - (self._limits[-1] + 1) * ONE
        until = min(until, free_next) if free_next >= first else until
        self._add(item[0], day_between(self._rng, first, max(first, until)))

    def _add(self, who: str, day: dt.date) -> None:
        self.events.append((who, day))
        self._last[who] = max(day, self._last.get(who, day))
