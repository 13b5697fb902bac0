"""Why: real exports have faults; these are such as change no figure, because the checks see them or nothing rests on them.

Each kind of fault adds rows of its own, or touches a column that decides nothing. About one row in a hundred is touched.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from casetally.samples.planted.days import ONE
from casetally.samples.planted.making import Making

SHARE = 0.01
NOBODY = "C999999"  # no child has this id
# a table, the date that begins a row and the one that ends it: an end before the start sets the row aside
ENDS = (
    ("contacts", "received_on", "completed_on"), ("referrals", "received_on", "closed_on"),
    ("assessments", "started_on", "completed_on"), ("early_help_episodes", "started_on", "ended_on"),
    ("cin_plans", "started_on", "ended_on"), ("allocations", "started_on", "ended_on"),
)  # fmt: skip
KEYS = {
    "contacts": "contact_id", "referrals": "referral_id", "assessments": "assessment_id", "cin_visits": "visit_id",
    "early_help_episodes": "episode_id", "cin_plans": "plan_id", "allocations": "allocation_id",
}  # fmt: skip
LINKS = ("contact_id", "referral_id")  # a record of another child must not name these
REPEATED = ("contacts", "referrals", "assessments", "cin_visits", "cp_visits", "care_visits", "health_checks")
ORPHANS = (("contacts", "received_on"), ("assessments", "started_on"), ("cin_visits", "visited_on"))
LATER = (("contacts", "received_on"), ("referrals", "received_on"), ("cin_visits", "visited_on"))
# a column that no printed figure rests on, and how offices write in it what is on no list
CODES = (
    ("referrals", "primary_need", "N99"), ("children", "gender", "X"), ("assessments", "outcome", "Other outcome"),
    ("contacts", "source", " 6 "), ("referrals", "source", "2a"), ("cp_plans", "latest_category", " neg"),
    ("early_help_episodes", "reason", "Family Support"),
)  # fmt: skip


def plant(making: Making) -> None:
    """All kinds of fault in turn, unless the report's settings say `dirt: false`."""
    if making.facts.setting("dirt", True):
        for fault in FAULTS:
            fault(making, making.rng(f"dirt {fault.__name__}"))


def _touched(rng: random.Random, making: Making, table: str, share: float = SHARE / 5) -> list[dict[str, Any]]:
    """Some rows of a table, at least one where it has any."""
    rows = making.rows.of(table)
    return rng.sample(rows, min(len(rows), max(1, round(len(rows) * share)))) if rows else []


def _another(making: Making, rng: random.Random, table: str, row: dict[str, Any], **columns: Any) -> None:
    """A row like another, with an id of its own, of a child of its own unless `columns` names one."""
    if "child_id" not in columns:
        child = making.people.family(rng, 1, making.first, (1, 15))[0]
        columns["child_id"] = child.child_id
        if row.get("family_id") is not None:
            columns["family_id"] = child.family_id
    kept = {name: value for name, value in row.items() if name not in LINKS}
    making.rows.add(table, **{**kept, KEYS[table]: making.rows.new_id(table), **columns})


def ends_before_starts(making: Making, rng: random.Random) -> None:
    """Records whose end lies before their start."""
    for table, begins, ends in ENDS:
        for row in _touched(rng, making, table):
            _another(making, rng, table, row, **{ends: row[begins] - rng.randrange(1, 40) * ONE})


def repeated_rows(making: Making, rng: random.Random) -> None:
    """The same record delivered twice."""
    for table in REPEATED:
        for row in _touched(rng, making, table):
            making.rows.add(table, **row)


def records_of_nobody(making: Making, rng: random.Random) -> None:
    """Records of a child who is in no children file, dated before the months covered and over before them."""
    for table, begins in ORPHANS:
        for row in _touched(rng, making, table, SHARE / 10):
            day = making.first - rng.randrange(500, 900) * ONE
            dated = {begins: day, "completed_on": day} if "completed_on" in row else {begins: day}
            _another(making, rng, table, row, child_id=NOBODY, **dated)


def after_the_last_day(making: Making, rng: random.Random) -> None:
    """Records dated after the last day: entered by mistake, or in an export taken a little later."""
    for table, begins in LATER:
        for row in _touched(rng, making, table, SHARE / 10):
            undated = {name: value for name, value in row.items() if not name.endswith("_on")}
            _another(making, rng, table, undated, **{begins: making.last + rng.randrange(1, 15) * ONE})


def strange_codes(making: Making, rng: random.Random) -> None:
    """Stray spaces, small letters and codes that are on no list, in columns that decide nothing."""
    kept = set(making.facts.setting("codes_that_decide", ()))
    for table, column, written in CODES:
        if f"{table}.{column}" not in kept:
            for row in _touched(rng, making, table):
                row[column] = written


def linked_identities(making: Making, rng: random.Random) -> None:
    """Children who were first known under another id, which has no records of its own left."""
    for row in _touched(rng, making, "children"):
        born = row.get("date_of_birth")
        if born is None:
            continue
        old = making.people.child(rng, born_between=(born, born), family_id=row["family_id"], sex=row["sex"])
        making.rows.add(
            "child_links",
            child_id=row["child_id"],
            linked_child_id=old.child_id,
            reason="Merged record",
            linked_on=born + 400 * ONE,
        )


FAULTS: tuple[Callable[[Making, random.Random], None], ...] = (
    ends_before_starts, repeated_rows, records_of_nobody, after_the_last_day, strange_codes, linked_identities,
)  # fmt: skip
