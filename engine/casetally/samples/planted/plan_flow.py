"""Why: how many plans start and end in each month follows from the printed stock, and what of it is not printed is chosen once.

Conferences come before plans, so both planters ask here. Only what the figures leave open is chosen: starts where a stock
alone is printed, and within the starts and ends the children on a second plan and those on one for over two years, as their
own printed stocks ask for.
"""

from __future__ import annotations

from dataclasses import dataclass

from casetally.samples.planted.making import Making

PLANS_OF_CONFERENCES = 0.85  # where starts are not printed
USUAL_REPEATS = 0.15  # of starts, where nothing is printed
REPEAT_SHARE = 0.3  # of starts and ends, where only the stock of repeat plans is printed
USUAL_MONTHS = 12  # a plan's usual length, where neither starts nor ends are printed


@dataclass(frozen=True)
class MonthOfPlans:
    """Whole numbers of children for one month. `long`: on a plan for over two years (or ended after two years or more)."""

    held: int  # children with an initial conference
    in_time: int
    started: int
    repeat_2y: int
    repeat: int  # on a plan before, but not within two years
    ended: int
    ended_repeat: int | None  # None: any plans may end
    ended_long: int
    turned_long: int  # passed two years in the month, or in one before, and will end long


@dataclass(frozen=True)
class Flow:
    """All months, and what stood at the start: the plans open, and of these the repeat and the long ones."""

    months: dict[str, MonthOfPlans]
    at_start: int
    repeat_at_start: int | None
    long_at_start: int


def flow(making: Making) -> Flow:
    """The flow of plans through the covered months."""
    facts = making.facts
    found: dict[str, MonthOfPlans] = {}
    at_start = long_at_start = 0
    repeat_at_start: int | None = None
    before: int | None = None
    for previous, month in zip((None, *making.months), making.months, strict=False):
        stock = facts.need("plans_open", month, _first_stock(making) if before is None else before)
        held = facts.month("icpc_held", month)
        held = facts.month("s47_to_icpc", month) if held is None else held
        started = _started(making, month, stock, before, held)
        ended = stock // USUAL_MONTHS if before is None else before + started - stock
        ended = facts.need("plans_ended", month, max(ended, 0))
        held = max(started, 0) if held is None else held
        ever, ended_repeat = _repeats(making, month, previous, started, ended)
        soon = facts.need("plans_repeat_2y", month, ever // 3)
        ended_long, turned_long = _long(making, month, previous)
        found[month] = MonthOfPlans(
            held, facts.need("icpc_in_time", month, held), started, soon, ever - soon,
            ended, ended_repeat, ended_long, turned_long,
        )  # fmt: skip
        if before is None:
            at_start = stock - started + ended
            if ended_repeat is not None:
                repeat_at_start = facts.need("plans_repeat_open", month, 0) - ever + ended_repeat
            long_at_start = facts.need("plans_over_24m", month, 0) - turned_long + ended_long
        before = stock
    return Flow(found, at_start, repeat_at_start, max(long_at_start, 0))


def _first_stock(making: Making) -> int:
    """The first printed stock of plans, which stands for the months before it too; 0 where none is printed."""
    printed = making.facts.months_of("plans_open")
    return making.facts.need("plans_open", printed[0], 0) if printed else 0


def _started(making: Making, month: str, stock: int, before: int | None, held: int | None) -> int:
    printed = making.facts.month("plans_started", month)
    if printed is not None:
        return printed
    rise = 0 if before is None else max(stock - before, 0)
    if held is None:
        return max(stock // USUAL_MONTHS, rise + stock // 25)
    return min(held, max(round(held * PLANS_OF_CONFERENCES), rise))


def _repeats(making: Making, month: str, previous: str | None, started: int, ended: int) -> tuple[int, int | None]:
    """Repeat plans that start, and that end where their stock is printed."""
    facts = making.facts
    usual = round(REPEAT_SHARE * started)
    stock = facts.month("plans_repeat_open", month)
    printed = facts.month("plans_repeat_ever", month)
    if stock is None:
        soon = facts.need("plans_repeat_2y", month, 0)
        return (max(soon, round(USUAL_REPEATS * started)) if printed is None else printed), None
    stock_before = facts.month("plans_repeat_open", previous) if previous else None
    if stock_before is None:
        return usual, round(REPEAT_SHARE * ended)
    rise = stock - stock_before
    ever = min(max(usual, rise, 0), ended + rise, started)
    return ever, ever - rise


def _long(making: Making, month: str, previous: str | None) -> tuple[int, int]:
    """Plans that end after two years or more, and plans that pass two years, so that the printed stock comes out."""
    facts = making.facts
    ended = facts.month("plans_ended_2y", month)
    stock = facts.month("plans_over_24m", month)
    if stock is None:
        return ended or 0, ended or 0
    # in the first month that is printed none of those counted before is over two years yet
    before = facts.need("plans_over_24m", previous, 0) if previous else stock
    if ended is None:
        ended = max(before - stock, 0) + (1 if before >= 5 else 0)
    return ended, stock - before + ended
