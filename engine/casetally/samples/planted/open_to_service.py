"""Why: where a report prints how many were open to any service, whoever the other planters do not account for are care leavers.

This comes after all who plant assessments, plans, care and leaving care: what they leave open is counted, and the rest of the
printed number is made of young people with leaving-care support. Where a report prints care leavers, their own planter makes them.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from casetally.samples.planted.days import spells_for_stock
from casetally.samples.planted.making import Making, last_day
from casetally.samples.planted.people import born_for_ages

OPEN = (
    ("assessments", "completed_on"), ("cin_plans", "ended_on"), ("cp_plans", "ended_on"), ("care_periods", "ended_on"),
    ("care_leavers", "ended_on"),
)  # fmt: skip
RESPITE = ("V3", "V4")
TURNOVER = 0.02


def plant(making: Making) -> None:
    """Care leavers for what is missing to the printed number at each month's end."""
    printed = {month: making.facts.month("open_to_service", month) for month in making.months}
    if any(number is None for number in printed.values()):
        return
    rng = making.rng("open to service")
    stock = {}
    for month, number in printed.items():
        others = len(_open_on(making, last_day(month)))
        if number is not None:
            stock[month] = max(0, number - others)
    for spell in spells_for_stock(rng, making, stock, turnover=TURNOVER, oldest=1500):
        age = born_for_ages(spell.start, (18, 21))
        child = making.people.child(rng, born_between=age)
        making.rows.add(
            "care_leavers",
            child_id=child.child_id,
            eligibility="former_relevant",
            started_on=spell.start,
            ended_on=spell.end,
            team="Leaving Care",
        )
        making.people.leave("care_leaver", (child, spell.start, spell.end))


def counted(making: Making, table: str) -> list[dict[str, Any]]:
    """The rows of a table that count as ours: no other authority's plans, no respite."""
    rows = making.rows.of(table)
    if table == "cp_plans":
        return [row for row in rows if not row.get("other_authority")]
    if table == "care_periods":
        respite = {row["child_id"] for row in making.rows.of("legal_statuses") if row["status"] in RESPITE}
        return [row for row in rows if row["child_id"] not in respite]
    return rows


def _open_on(making: Making, day: dt.date) -> set[str]:
    """Everyone open to any service on a day, each once."""
    return {
        row["child_id"]
        for table, ends in OPEN
        for row in counted(making, table)
        if row["started_on"] <= day and (row[ends] is None or row[ends] > day)
    }
