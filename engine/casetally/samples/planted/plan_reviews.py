"""Why: a review binds the next one: the first is due 3 months after the plan's start, each later one 6 months after the one before.

Where the reviews held in a month are printed, each plan is given the month of its review so that the printed numbers come
out and none falls overdue: plans whose first review is due are placed as late as they may be, and those that have long been
open, whose earlier reviews are free to be set, take the rest. Where the numbers are not printed, reviews are held when due, and
as many late as the printed share asks for.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from decimal import Decimal

from casetally.errors import CallError
from casetally.samples.planted.core_groups import plant_core_groups
from casetally.samples.planted.days import day_between, months_after
from casetally.samples.planted.making import Making, first_day, last_day
from casetally.samples.planted.plans import PlantedPlan
from casetally.samples.planted.printed import rounded
from casetally.samples.planted.protection_days import ONE_DAY, pick_exactly, working_day

FIRST_DUE, LATER_DUE = 3, 6  # months
SOONEST = 45  # days after the start that a first review may be held


@dataclass(eq=False)
class _Track:
    """One plan with its reviews so far; `due` is the day by which the next must be held."""

    plan: PlantedPlan
    held: list[dt.date]

    @property
    def due(self) -> dt.date:
        return months_after(self.held[-1], LATER_DUE) if self.held else months_after(self.plan.started_on, FIRST_DUE)

    @property
    def until(self) -> dt.date:
        return self.plan.ended_on or dt.date.max


def plant(making: Making) -> None:
    plans: list[PlantedPlan] = making.people.by_kind.get("cp_plans", [])
    rng = making.rng("plan_reviews")
    tracks = [_Track(plan, []) for plan in plans]
    if making.facts.month("reviews_held", making.months[0]) is not None:
        _printed_numbers(making, rng, tracks)
    else:
        _when_due(making, rng, tracks)
    for track in tracks:
        _write(making, track)
    plant_core_groups(making)


def _write(making: Making, track: _Track) -> None:
    plan, due = track.plan, months_after(track.plan.started_on, FIRST_DUE)
    for held in track.held:
        making.rows.add(
            "cp_reviews",
            review_id=making.rows.new_id("cp_reviews"),
            child_id=plan.child.child_id,
            plan_id=plan.plan_id,
            supplied_due_on=due,
            held_on=held,
            continues=held != plan.ended_on,
        )
        due = months_after(held, LATER_DUE)


@dataclass(frozen=True, eq=False)
class _Wish:
    """A review that must be held in one of the months: from `release` to `due`. `free`: its earlier reviews are not set yet."""

    track: _Track
    release: dt.date
    due: dt.date
    free: bool


def _printed_numbers(making: Making, rng: random.Random, tracks: list[_Track]) -> None:
    """Exactly the printed reviews in each month, and of them the printed ones in time."""
    wishes = [wish for track in tracks if (wish := _wish(making, rng, track))]
    ends = [t for t in tracks if t.plan.ended_on and making.first <= t.plan.ended_on <= making.last]
    # backwards: those that may be held last first, so that none is left without a month
    for month in reversed(making.months):
        first, last = first_day(month), last_day(month)
        wanted = making.facts.need("reviews_held", month, 0)
        able = [w for w in wishes if w.release <= last and w.due >= first]
        able.sort(key=lambda w: (w.release, w.track.plan.plan_id), reverse=True)
        late = wanted - making.facts.need("reviews_in_time", month, wanted)
        overdue = [w for w in able if _may_be_late(w, first, last)][:late]
        if len(overdue) < late:
            raise CallError(
                f"{month}: too few plans for {late} late reviews", hint="Change reviews_held in the planting file."
            )
        chosen = overdue + [w for w in able if w not in overdue][: wanted - late]
        wishes = [w for w in wishes if w not in chosen]
        for at, wish in enumerate(chosen):
            _hold(making, rng, wish, month, at < late)
        # reviews that are left over end a plan
        closing = [t for t in ends if t.plan.ended_on and first <= t.plan.ended_on <= last and t.until <= t.due]
        for track in closing[: wanted - len(chosen)]:
            assert track.plan.ended_on is not None
            track.held.append(track.plan.ended_on)
        if len(closing) < wanted - len(chosen):
            raise CallError(
                f"{month}: too few plans for {wanted} reviews", hint="Change reviews_held in the planting file."
            )
    if wishes:
        raise CallError(
            f"{len(wishes)} plans have no month for their review", hint="Change reviews_held in the planting file."
        )


def _wish(making: Making, rng: random.Random, track: _Track) -> _Wish | None:
    """The review that a plan must have in the covered months; its reviews before them are set where they are known."""
    plan, due = track.plan, track.due
    if plan.ended_on and plan.ended_on <= max(due, making.first):
        _chain(track, rng, plan.ended_on)
        return None
    if due >= making.first:
        release = max(plan.started_on + dt.timedelta(SOONEST), making.first)
        return _Wish(track, release, due, free=False) if due <= making.last else None
    if plan.ended_on is None:
        return _Wish(track, making.first, making.last, free=True)
    # the last review before the covered months leaves none due before the plan's end
    _chain(track, rng, _last_before(making, rng, plan, plan.ended_on), last_too=True)
    return None


def _last_before(making: Making, rng: random.Random, plan: PlantedPlan, next_on: dt.date) -> dt.date:
    """A day before the covered months for the review before the one (or the end) on `next_on`."""
    earliest = max(months_after(next_on, -LATER_DUE), plan.started_on + dt.timedelta(SOONEST))
    last = making.first - ONE_DAY
    return working_day(making, rng, min(earliest, last), last)


def _chain(track: _Track, rng: random.Random, until: dt.date, *, last_too: bool = False) -> None:
    """Reviews in time from the plan's start, so that one held on `until` is in time too; it is held where `last_too`."""
    started = track.plan.started_on
    held: list[dt.date] = []
    due = months_after(started, FIRST_DUE)
    while due < until:
        day = due - dt.timedelta(rng.randint(0, 12))
        day -= dt.timedelta(max(0, day.weekday() - 4))
        if (until - day).days < 28:
            day = until - dt.timedelta(28)
        held.append(day)
        due = months_after(day, LATER_DUE)
    track.held = [*held, until] if last_too else held


def _may_be_late(wish: _Wish, first: dt.date, last: dt.date) -> bool:
    """Whether there is room in the month after the due date; a free one is made late by the review before it."""
    return wish.free or first <= wish.due <= min(last, wish.track.until) - dt.timedelta(6)


def _hold(making: Making, rng: random.Random, wish: _Wish, month: str, late: bool) -> None:
    first, last = first_day(month), last_day(month)
    track = wish.track
    if late and not wish.free:
        held = working_day(making, rng, wish.due + ONE_DAY, min(wish.due + dt.timedelta(6), last))
    else:
        held = working_day(making, rng, max(first, wish.release), min(last, wish.due))
    if wish.free:
        # a late one: the review before was held six months before a day that had passed
        previous = months_after(held, -LATER_DUE) - dt.timedelta(4)
        _chain(track, rng, previous if late else _last_before(making, rng, track.plan, held), last_too=True)
    track.held.append(held)


def _when_due(making: Making, rng: random.Random, tracks: list[_Track]) -> None:
    """Reviews shortly before they are due, brothers and sisters together; of each month's as many late as printed."""
    together: dict[tuple[str, dt.date, dt.date | None], list[_Track]] = {}
    for track in tracks:
        plan = track.plan
        together.setdefault((plan.child.family_id, plan.started_on, plan.ended_on), []).append(track)
    groups = list(together.values())
    for group in groups:
        started, before = group[0].plan.started_on, min(making.first - ONE_DAY, group[0].until)
        while (due := group[0].due) <= before:
            _hold_all(group, max(started, day_between(rng, due - dt.timedelta(12), due)))
    for month in making.months:
        first, last = first_day(month), last_day(month)
        due_now = [g for g in groups if first <= g[0].due <= last and g[0].due < g[0].until]
        due_now += _brought_forward(making, rng, month, groups, sum(len(g) for g in due_now))
        late = _late(making, rng, month, due_now)
        for group in due_now:
            due = min(group[0].due, last)
            slow, others = [t for t in group if t in late], [t for t in group if t not in late]
            _hold_all(slow, working_day(making, rng, due + ONE_DAY, due + dt.timedelta(5)))
            _hold_all(others, working_day(making, rng, max(first, due - dt.timedelta(10)), due))
            if slow and others:  # their ways part here
                groups.remove(group)
                groups += [slow, others]


def _brought_forward(
    making: Making, rng: random.Random, month: str, groups: list[list[_Track]], held: int
) -> list[list[_Track]]:
    """Families whose review is held before the month in which it is due, where a month needs more reviews than fall due."""
    wanted, last = making.facts.need("reviews_at_least", month, 0), last_day(month)
    later = [g for g in groups if last < g[0].due < g[0].until and g[0].plan.started_on < first_day(month)]
    rng.shuffle(later)
    # those due soonest last, so that enough still fall due in the months after
    later.sort(key=lambda g: -min((g[0].due - last).days // 31, 3))
    found: list[list[_Track]] = []
    share = making.facts.decimal("reviews_in_time_share", month)
    for group in later:
        if held >= wanted and (share is None or _attainable(share, held)):
            break
        found.append(group)
        held += len(group)
    return found


def _attainable(share: Decimal, of: int) -> bool:
    """Whether some whole number out of `of` rounds to a printed percentage."""
    exponent = share.as_tuple().exponent
    places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    near = int(share * of / 100)
    return any(rounded(n, of, 100, places) == share for n in range(max(near - 1, 0), min(near + 2, of) + 1))


def _hold_all(group: list[_Track], day: dt.date) -> None:
    for track in group:
        track.held.append(day)


def _late(making: Making, rng: random.Random, month: str, due_now: list[list[_Track]]) -> set[_Track]:
    """Those whose review is late: as many children as printed, by whole families where they add up to it."""
    facts, last = making.facts, last_day(month)
    children = sum(len(group) for group in due_now)
    late = facts.month("reviews_late", month)
    if late is None:
        in_time = facts.part("reviews_in_time_share", month, children)
        late = 0 if in_time is None else children - in_time
    # room for a few days after the due date, before the month and the plan end
    able = [g for g in due_now if g[0].due + dt.timedelta(6) <= min(last, g[0].until)]
    if facts.month("reviews_late_families", month) == 1:
        able = [g for g in able if len(g) == late]
    families = [able[at] for at in pick_exactly(rng, [len(g) for g in able], late)]
    found = [track for group in families or able for track in group][:late]
    if len(found) < late:
        raise CallError(
            f"{month}: only {len(found)} of {late} reviews can be late, since few fall due in time for it.",
            hint="Change the late reviews in the planting file.",
        )
    return set(found)
