"""Why: who is looked after, where and how often moved, by the rules under "Looked after children". Respite is left out."""

from __future__ import annotations

import datetime as dt

from reference.front_door import CHILD, CHILD_AND_TEAM
from reference.world import Row, World, columns, earliest, latest, open_on

RESPITE = ("V3", "V4")
TEMPORARY = ("T0", "T1", "T2", "T3", "T4")


def is_respite(world: World, period: Row) -> bool:
    """Whether legal statuses are known for a period of care and all that overlap it are V3 or V4."""
    known = []
    for status in world.tables["legal_statuses"]:
        of_child = status["person_id"] == period["person_id"]
        begins_in_time = (
            period["ended_on"] is None
            or status["started_on"] < period["ended_on"]
            or status["started_on"] == period["started_on"]
        )
        ends_in_time = status["ended_on"] is None or status["ended_on"] > period["started_on"]
        if of_child and begins_in_time and ends_in_time:
            known.append(status["status"])
    return bool(known) and all(status in RESPITE for status in known)


def care_periods(world: World) -> list[Row]:
    """Periods of care other than respite."""
    return [row for row in world.tables["care_periods"] if not is_respite(world, row)]


def date_of_birth(world: World, row: Row) -> dt.date | None:
    """The date of birth of the row's own child."""
    child = world.find("children", "child_id", row["child_id"])
    return child["date_of_birth"] if child else None


def looked_after(world: World) -> list[Row]:
    """Periods of care, with the placement for adoption and the first initial health assessment after their start."""
    found = []
    for row in care_periods(world):
        initial = [
            check["completed_on"]
            for check in completed_checks(world, row, ("initial_health",))
            if check["completed_on"] >= row["started_on"]
        ]
        found.append(
            {
                **columns(
                    row, "care_period_id", "started_on", "ended_on", "end_reason", "primary_need", *CHILD_AND_TEAM
                ),
                "date_of_birth": date_of_birth(world, row),
                "placed_for_adoption_on": placed_for_adoption_on(world, row),
                "initial_health_on": earliest(initial),
                "initial_health_requested_on": initial_health_requested_on(world, row),
                "uasc_at_start": is_uasc_on(world, row, row["started_on"]),
                "uasc_at_end": row["ended_on"] is not None and is_uasc_on(world, row, day_before(row["ended_on"])),
                "remand_at_start": is_remanded_at_start(world, row),
                "family": family_of(world, row),
            }
        )
    return found


def day_before(day: dt.date) -> dt.date:
    return day - dt.timedelta(1)


def is_uasc_on(world: World, period: Row, day: dt.date) -> bool:
    """Whether an immigration status of UASC is open on a day; one whose start is not known was open from the beginning."""
    return any(
        status["person_id"] == period["person_id"]
        and status["status"] == "uasc"
        and (status["started_on"] is None or status["started_on"] <= day)
        and (status["ended_on"] is None or status["ended_on"] > day)
        for status in world.tables["immigration_statuses"]
    )


def is_remanded_at_start(world: World, period: Row) -> bool:
    """Whether remanded, detained or sentenced (J1 to J3) on the day care started."""
    return any(
        status["person_id"] == period["person_id"]
        and status["status"] in ("J1", "J2", "J3")
        and open_on(status, period["started_on"])
        for status in world.tables["legal_statuses"]
    )


def initial_health_requested_on(world: World, period: Row) -> dt.date | None:
    """When an initial health assessment was first asked for, on or after the day care started, whatever came of it."""
    return earliest(
        check["requested_on"]
        for check in world.tables["health_checks"]
        if check["person_id"] == period["person_id"]
        and check["type"] == "initial_health"
        and check["requested_on"] is not None
        and check["requested_on"] >= period["started_on"]
    )


def family_of(world: World, row: Row) -> str:
    """The family of the row's own child, else the child alone."""
    child = world.find("children", "child_id", row["child_id"])
    if child is not None and child["family_id"] is not None:
        return f"family {child['family_id']}"
    return f"child {row['person_id']}"


def placed_for_adoption_on(world: World, period: Row) -> dt.date | None:
    """The latest placement for adoption of the child in a period: one that names it, or names none and does not precede it.

    One that begins after the period ended is not the placement that it ended with.
    """
    placed = []
    for row in world.tables["permanence"]:
        if row["person_id"] != period["person_id"] or row["placed_on"] is None:
            continue
        names_it = row["care_period_id"] == period["care_period_id"]
        may_be_it = row["care_period_id"] is None and row["placed_on"] >= period["started_on"]
        in_time = period["ended_on"] is None or row["placed_on"] <= period["ended_on"]
        if in_time and (names_it or may_be_it):
            placed.append(row["placed_on"])
    return latest(placed)


def completed_checks(world: World, period: Row, types: tuple[str, ...]) -> list[Row]:
    """Health checks of the child that took place: refused, pending and cancelled ones are none."""
    return [
        row
        for row in world.tables["health_checks"]
        if row["person_id"] == period["person_id"]
        and row["type"] in types
        and row["completed_on"] is not None
        and row["status"] in (None, "completed")
    ]


def looked_after_health_spells_on(world: World, day: dt.date) -> list[Row]:
    """Periods of care open on a day, with the latest health assessment and dental check on or before it."""
    found = []
    for row in care_periods(world):
        if not open_on(row, day):
            continue
        health = completed_checks(world, row, ("initial_health", "review_health"))
        dental = completed_checks(world, row, ("dental",))
        last_health = latest(check["completed_on"] for check in health if check["completed_on"] <= day)
        born = date_of_birth(world, row)
        found.append(
            {
                **columns(row, "care_period_id", "started_on", *CHILD_AND_TEAM),
                "date_of_birth": born,
                "last_health_on": last_health,
                "last_dental_on": latest(check["completed_on"] for check in dental if check["completed_on"] <= day),
                "next_health_due_on": next_health_due_on(world, born, last_health),
            }
        )
    return found


def next_health_due_on(world: World, born: dt.date | None, last: dt.date | None) -> dt.date | None:
    """6 months after the last while the child is under 5 when they have passed, else 12 months after it."""
    sooner = world.months_after(last, "review_health_months_under_5")
    if sooner is None or born is None or sooner >= world.call("birthday", born, 5):
        return world.months_after(last, "review_health_months")
    return sooner


def looked_after_uasc_spells_on(world: World, day: dt.date) -> list[Row]:
    """Periods of care open on a day, and whether the child has an immigration status of UASC open on it."""
    return [
        {**columns(row, "care_period_id", *CHILD_AND_TEAM), "is_uasc": is_uasc_on(world, row, day)}
        for row in care_periods(world)
        if open_on(row, day)
    ]


def placements_of(world: World, period: Row) -> list[Row]:
    """The placements of a period of care in order, each with its stay: consecutive ones with the same known carer."""
    own = [row for row in world.tables["placements"] if row["care_period_id"] == period["care_period_id"]]
    found: list[Row] = []
    for row in sorted(own, key=lambda one: (one["started_on"], one["placement_id"])):
        before = found[-1] if found else None
        goes_on = (
            before is not None
            and row["carer_id"] is not None
            and row["carer_id"] == before["carer_id"]
            and before["ended_on"] == row["started_on"]
        )
        stay = (before["stay"] if before else 0) + (0 if goes_on else 1)
        found.append({**row, "is_new": not goes_on, "stay": stay})
    for row in found:
        row["stay_started_on"] = earliest(one["started_on"] for one in found if one["stay"] == row["stay"])
        row["previous_stay_started_on"] = earliest(one["started_on"] for one in found if one["stay"] == row["stay"] - 1)
    return found


def placements_in_order(world: World) -> list[Row]:
    """Placements of children looked after."""
    return [
        {
            **columns(row, "placement_id", "care_period_id", "started_on", "ended_on", "type", "provider"),
            **columns(row, "distance_miles", "in_authority", "intended_to_18", "is_new", "stay"),
            **columns(row, "stay_started_on", "previous_stay_started_on", *CHILD),
        }
        for period in care_periods(world)
        for row in placements_of(world, period)
    ]


def current_placement(world: World, period: Row, day: dt.date) -> Row | None:
    """The placement open on a day; of several the one that started last."""
    here = [row for row in placements_of(world, period) if open_on(row, day)]
    return max(here, key=lambda row: (row["started_on"], row["placement_id"]), default=None)


PLACEMENT_COLUMNS = (
    "placement_id", "type", "provider", "distance_miles", "in_authority", "stay_started_on", "previous_stay_started_on",
)  # fmt: skip


def looked_after_placement_spells_on(world: World, day: dt.date) -> list[Row]:
    """Periods of care open on a day, with the placement current on it."""
    found = []
    for row in care_periods(world):
        if open_on(row, day):
            here = current_placement(world, row, day) or {}
            found.append(
                {
                    **columns(row, "care_period_id", "started_on", *CHILD_AND_TEAM),
                    "date_of_birth": date_of_birth(world, row),
                    **{name: here.get(name) for name in PLACEMENT_COLUMNS},
                }
            )
    return found


def stays_of_person(world: World, person_id: str) -> list[tuple[dt.date, dt.date | None]]:
    """First day and first day no longer of each stay of a child, temporary placements left out."""
    stays = []
    for period in care_periods(world):
        if period["person_id"] != person_id:
            continue
        counted = [row for row in placements_of(world, period) if row["type"] not in TEMPORARY]
        for stay in {row["stay"] for row in counted}:
            rows = [row for row in counted if row["stay"] == stay]
            is_open = any(row["ended_on"] is None for row in rows)
            stays.append(
                (
                    min(row["started_on"] for row in rows),
                    None if is_open else max(row["ended_on"] for row in rows),
                )
            )
    return stays


def looked_after_placement_counts_on(world: World, day: dt.date) -> list[Row]:
    """Periods of care open on a day, with the stays that overlap the 12 months up to it and the days since 1 April."""
    first_of_12_months = world.call("months_before", day, 12) + dt.timedelta(1)
    first_of_year = world.call("financial_year_start", day)
    found = []
    for row in care_periods(world):
        if open_on(row, day):
            stays = stays_of_person(world, row["person_id"])
            found.append(
                {
                    **columns(row, "care_period_id", *CHILD_AND_TEAM),
                    "placements_12m": overlapping(stays, first_of_12_months, day),
                    "placements_ytd": overlapping(stays, first_of_year, day),
                }
            )
    return found


def overlapping(stays: list[tuple[dt.date, dt.date | None]], first: dt.date, last: dt.date) -> int:
    """How many started on or before the window's last day and had not ended on or before its first (rules: Time)."""
    return sum(1 for start, end in stays if start <= last and (end is None or end > first))
