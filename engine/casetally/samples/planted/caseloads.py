"""Why: reports print how many children each social worker holds and how often the worker changes; both follow from allocations.

The months are walked in turn. Children whose service ended leave their worker; others come until as many are held as printed; so
many pass to another worker as the printed shares of changed workers need; and whoever comes or passes goes to the worker who is
furthest below the load that the printed numbers give.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from dataclasses import dataclass, field

from casetally.samples.planted.days import ONE, Spell, months_after
from casetally.samples.planted.loads import Printed, loads
from casetally.samples.planted.making import Making, first_day, last_day
from casetally.samples.planted.open_to_service import OPEN, counted

# which services' children are held by social workers, those first who are held before others where not all are
HELD = (
    ("care_periods", None), ("cp_plans", None), ("cin_plans", False), ("cin_plans", True),
)  # fmt: skip
LATEST_CHANGE = 23  # a day of the month: what changes later may count a month longer in a window of 6 months
REASONS = ("LEFTRL", "ORGRST", "ABSENC", "TSPROC", "PCCHAN")


@dataclass
class Case:
    """A child who may be held: from the day any service opened, and through the services whose children are held."""

    child_id: str
    rank: int
    held: Spell
    opened: Spell
    care: Spell | None
    turns: list[tuple[int, dt.date, dt.date | None]] = field(default_factory=list)  # worker, first day, end

    @property
    def worker(self) -> int | None:
        """Who holds the child now."""
        return self.turns[-1][0] if self.turns and self.turns[-1][2] is None else None

    def end_turn(self, day: dt.date) -> None:
        worker, start, _ = self.turns.pop()
        if day > start:
            self.turns.append((worker, start, day))

    def workers_in_6_months(self, day: dt.date) -> int:
        """Different workers in the 6 months up to a day, which begin the day after the day 6 months earlier."""
        begins = months_after(day, -6) + ONE
        return len({w for w, start, end in self.turns if start <= day and (end is None or end - ONE >= begins)})

    def long_open(self, day: dt.date) -> bool:
        return self.opened.open_on(day) and months_after(self.opened.start, 6) <= day

    def long_in_care(self, day: dt.date) -> bool:
        return self.care is not None and self.care.open_on(day) and months_after(self.care.start, 12) <= day

    def same_worker(self, day: dt.date) -> bool:
        return self.worker is not None and months_after(self.turns[-1][1], 6) <= day


def cases_of(making: Making) -> list[Case]:
    """Everyone who may be held, in order of rank, then id."""
    opened: dict[str, list[Spell]] = {}
    for table, ends in OPEN:
        for row in counted(making, table):
            opened.setdefault(row["child_id"], []).append(Spell(row["started_on"], row[ends]))
    held: dict[str, tuple[int, list[Spell]]] = {}
    care: dict[str, Spell] = {}
    for rank, (table, disabled) in enumerate(HELD):
        for row in counted(making, table):
            if disabled is None or row["disabled_children_team"] == disabled:
                spell = Spell(row["started_on"], row["ended_on"])
                held.setdefault(row["child_id"], (rank, []))[1].append(spell)
                if table == "care_periods":
                    care[row["child_id"]] = spell
    found = []
    for child_id, (rank, spells) in held.items():
        for spell in merged(spells):
            whole = next(one for one in merged(opened[child_id]) if one.start <= spell.start and _reaches(one, spell))
            found.append(Case(child_id, rank, spell, whole, care.get(child_id)))
    return sorted(found, key=lambda case: (case.rank, case.child_id, case.held.start))


def merged(spells: list[Spell]) -> list[Spell]:
    """Spells that overlap or meet made one."""
    out: list[Spell] = []
    for spell in sorted(spells, key=lambda one: (one.start, one.end or dt.date.max)):
        if spell.end == spell.start:
            continue
        last = out[-1] if out else None
        if last is not None and (last.end is None or spell.start <= last.end):
            end = None if last.end is None or spell.end is None else max(last.end, spell.end)
            out[-1] = Spell(last.start, end)
        else:
            out.append(spell)
    return out


def _reaches(whole: Spell, part: Spell) -> bool:
    return whole.end is None or (part.end is not None and part.end <= whole.end)


class Caseloads:
    """The walk through the months. `workers` are numbered from 0; `short` tells what could not be met."""

    def __init__(self, making: Making, rng: random.Random) -> None:
        self._making, self._rng = making, rng
        self.cases = cases_of(making)
        self._opened = self._all_opened()
        self.short: list[tuple[str, str, int]] = []  # fact, month, by how many
        self.workers = 0
        self._leaving: set[int] = set()  # who holds nobody at the end of the month under way

    def _all_opened(self) -> list[Spell]:
        found: dict[str, list[Spell]] = {}
        for table, ends in OPEN:
            for row in counted(self._making, table):
                found.setdefault(row["child_id"], []).append(Spell(row["started_on"], row[ends]))
        return [spell for spells in found.values() for spell in merged(spells)]

    def walk(self) -> None:
        """All months in turn."""
        for at, month in enumerate(self._making.months):
            self._month(month, is_first=at == 0)

    def _month(self, month: str, *, is_first: bool) -> None:
        end, facts = last_day(month), self._making.facts
        target = loads(
            Printed(
                *(
                    facts.need(name, month, 0)
                    for name in (
                        "children_held",
                        "workers_holding",
                        "workers_with_20",
                        "held_by_workers_with_20",
                        "held_by_top_40",
                    )
                )
            )
        )
        if target is None:
            self.short.append(("children_held", month, 0))
            return
        self._close(end)
        fresh = self._fill(month, end, facts.need("children_held", month, 0))
        if is_first:
            self._begin(month, end, fresh, target)
            return
        self._leaving = self._who_leaves(end, len(target))
        moving = self._to_change(month, end)
        self._share_out(month, fresh, moving, target, end)

    def _who_leaves(self, end: dt.date, staying: int) -> set[int]:
        """Where fewer workers hold children than before: those with the fewest children who had better not change."""
        stuck: Counter[int] = Counter()
        for case in self.cases:
            if case.worker is not None:
                stuck[case.worker] += 10 if case.long_in_care(end) and case.same_worker(end) else 1
        return set(sorted(stuck, key=lambda worker: (stuck[worker], worker))[: max(0, len(stuck) - staying)])

    def _close(self, end: dt.date) -> None:
        for case in self.cases:
            if case.worker is not None and case.held.end is not None and case.held.end <= end:
                case.end_turn(case.held.end)

    def _fill(self, month: str, end: dt.date, wanted: int) -> list[Case]:
        """Who is to be held anew, so that as many are held as printed; or, where too many are, who is let go of."""
        held = [case for case in self.cases if case.worker is not None]
        for case in reversed(held):
            if len(held) <= wanted:
                break
            case.end_turn(self._day(month, case.turns[-1][1]))
            held.remove(case)
        waiting = [case for case in self.cases if case.worker is None and case.held.open_on(end)]
        fresh = waiting[: wanted - len(held)]
        if len(fresh) < wanted - len(held):
            self.short.append(("children_held", month, wanted - len(held) - len(fresh)))
        return fresh

    def _begin(self, month: str, end: dt.date, held: list[Case], target: list[int]) -> None:
        """The first month: who holds whom, and for the printed shares a change of worker in the 6 months up to it."""
        self.workers = len(target)
        seats = [worker for worker, load in enumerate(target) for _ in range(load)]
        self._rng.shuffle(seats)
        for case, worker in zip(held, seats, strict=False):
            case.turns.append((worker, max(case.held.start, end - 900 * ONE), None))
        weights = self._making.facts.setting("changes_before", [1, 1, 1, 1, 1, 1])
        changing = self._to_change(month, end)
        in_care = [case for case in changing if case.long_in_care(end)]
        for group in (in_care, [case for case in changing if not case.long_in_care(end)]):
            for at, case in enumerate(group):
                month_back = self._month_back((at + 0.5) / len(group), weights)
                day = max(self._day(f"{months_after(first_day(month), month_back):%Y-%m}"), case.held.start + ONE)
                worker, start, _ = case.turns.pop()
                before = (worker + 1 + self._rng.randrange(self.workers - 1)) % self.workers
                case.turns += [(before, start, day), (worker, day, None)]

    @staticmethod
    def _month_back(share: float, weights: list[int]) -> int:
        """Which of the 6 months up to the first one's end (-5 to 0) holds this share of the changes."""
        reached = 0.0
        for back, weight in enumerate(weights):
            reached += weight / sum(weights)
            if share <= reached:
                return back - 5
        return 0

    def _to_change(self, month: str, end: dt.date) -> list[Case]:
        """Whose worker must change this month: first of children long in care, then of others open for 6 months."""
        facts, moving = self._making.facts, []
        in_care = [case for case in self.cases if case.long_in_care(end)]
        same = [case for case in in_care if case.same_worker(end)]
        wanted = facts.part("same_worker_6m", month, len(in_care))
        if wanted is not None:
            moving += self._sample("same_worker_6m", month, same, len(same) - wanted)
        long_open = sum(spell.open_on(end) and months_after(spell.start, 6) <= end for spell in self._opened)
        wanted = facts.part("two_workers_6m", month, long_open)
        if wanted is not None:
            changed = sum(case.long_open(end) and case.workers_in_6_months(end) > 1 for case in self.cases)
            left = [
                case for case in self.cases
                if case.worker is not None and case.long_open(end) and not case.long_in_care(end)
                and case.workers_in_6_months(end) == 1 and case.turns[-1][1] < first_day(month)
            ]  # fmt: skip
            moving += self._sample("two_workers_6m", month, left, wanted - changed - len(moving))
        return moving

    def _sample(self, fact: str, month: str, among: list[Case], count: int) -> list[Case]:
        if not 0 <= count <= len(among):
            self.short.append((fact, month, count if count < 0 else count - len(among)))
        order = self._rng.sample(among, len(among))
        # whoever's worker leaves must change anyway
        order.sort(key=lambda case: case.worker not in self._leaving)
        return order[: max(0, count)]

    def _share_out(self, month: str, fresh: list[Case], moving: list[Case], target: list[int], end: dt.date) -> None:
        """Give each worker the load of its rank: the fullest worker the largest, from those who come or change."""
        going = {id(case) for case in moving}
        now: Counter[int] = Counter()
        for case in self.cases:
            if case.worker is not None and id(case) not in going:
                now[case.worker] += 1
        self.workers = max(self.workers, len(target))
        order = sorted(range(self.workers), key=lambda worker: (worker in self._leaving, -now[worker], worker))
        place = {worker: at for at, worker in enumerate(order)}
        need = {worker: (target[at] if at < len(target) else 0) - now[worker] for at, worker in enumerate(order)}
        for worker in order:
            if need[worker] < 0:
                free = self._can_go(worker, going, end)[: -need[worker]]
                moving += free
                going |= {id(case) for case in free}
                need[worker] += len(free)
                if need[worker] < 0:
                    self.short.append(("loads", month, need[worker]))
        for case in [*moving, *fresh]:
            old = case.worker
            # the fuller workers first: they are the ones whose loads are printed
            worker = min((w for w in order if w != old), key=lambda w: (need[w] <= 0, place[w]))
            need[worker] -= 1
            if old is not None:
                day = self._day(month, case.turns[-1][1])
                case.end_turn(day)
            else:
                day = max(case.held.start, self._day(month) if case.held.start < first_day(month) else case.held.start)
            case.turns.append((worker, day, None))
        if left := sum(max(0, -number) for number in need.values()):
            self.short.append(("loads", month, left))

    def _can_go(self, worker: int, going: set[int], end: dt.date) -> list[Case]:
        """Children whose change of worker no printed share sees: those not open for 6 months, then those changed already."""
        held = [case for case in self.cases if case.worker == worker and id(case) not in going]
        young = [case for case in held if not case.long_open(end) and case.turns[-1][1] < first_day(f"{end:%Y-%m}")]
        changed = [case for case in held if case.long_open(end) and case.workers_in_6_months(end) > 1]
        return young + sorted(changed, key=lambda case: case.long_in_care(end))

    def _day(self, month: str, after: dt.date | None = None) -> dt.date:
        """A day of the month, not among its last, and after the one given."""
        day = first_day(month) + self._rng.randrange(1, LATEST_CHANGE) * ONE
        return day if after is None or day > after else after + ONE
