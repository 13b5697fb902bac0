"""Why: who is open to which service, who holds the child, and when the case was last discussed, visited or reviewed, by the
rules under "Children in need, early help, work"."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from reference.front_door import CHILD, CHILD_AND_TEAM, early_help_episodes
from reference.looked_after import looked_after
from reference.protection import own_plans
from reference.world import Row, RowsOf, RowsOn, World, columns, earliest, latest, open_on


def service_spells(world: World) -> list[Row]:
    """Every assessment, plan of this authority, period of care and spell of leaving-care support."""
    found = []
    for service, key, last, rows in (
        ("assessment", "assessment_id", "completed_on", world.tables["assessments"]),
        ("child_in_need", "plan_id", "ended_on", world.tables["cin_plans"]),
        ("child_protection", "plan_id", "ended_on", own_plans(world)),
        ("looked_after", "care_period_id", "ended_on", looked_after(world)),
        ("care_leaver", "child_id", "ended_on", world.tables["care_leavers"]),
    ):
        found += [
            {
                **columns(row, "started_on", *CHILD_AND_TEAM),
                "service": service,
                "record_id": row[key],
                "ended_on": row[last],
            }
            for row in rows
        ]
    return found


def unbroken(spells: Iterable[Row]) -> list[Row]:
    """The spells of each person with those that overlap or meet made one; a spell of no days is none."""
    found: list[Row] = []
    real = [row for row in spells if row["ended_on"] is None or row["ended_on"] > row["started_on"]]
    for row in sorted(real, key=lambda row: (row["person_id"], row["started_on"])):
        last = found[-1] if found else None
        if (
            last is not None
            and last["person_id"] == row["person_id"]
            and (last["ended_on"] is None or row["started_on"] <= last["ended_on"])
        ):
            ends = (last["ended_on"], row["ended_on"])
            last["ended_on"] = None if None in ends else max(ends)
            last["child_id"] = min(last["child_id"], row["child_id"])
        else:
            found.append(columns(row, "child_id", "person_id", "started_on", "ended_on"))
    return found


def open_children(world: World) -> list[Row]:
    """Each child from the first service that opens to the last that closes."""
    return unbroken(row for row in service_spells(world) if row["started_on"] is not None)


def protected_or_looked_after(world: World) -> list[Row]:
    """Each child from the start of a plan here or of care to the end of the last that meets it."""
    return unbroken([*own_plans(world), *looked_after(world)])


def is_need_only(world: World, row: Row, day: dt.date) -> bool:
    """Whether the child of a row has no plan here and is not looked after on a day."""
    others = [*own_plans(world), *looked_after(world)]
    return not any(open_on(one, day) for one in others if one["person_id"] == row["person_id"])


def allocations(world: World) -> list[Row]:
    """Every allocation."""
    return [
        columns(row, "allocation_id", "worker_id", "role", "started_on", "ended_on", *CHILD_AND_TEAM)
        for row in world.tables["allocations"]
    ]


def to_social_workers(world: World) -> list[Row]:
    return [row for row in world.tables["allocations"] if row["role"] == "social_worker"]


def worker_caseload_spells_on(world: World, day: dt.date) -> list[Row]:
    """Posts open on a day, with the allocations that the worker holds; those who hold none are left out."""
    found = []
    for post in world.tables["workers"]:
        starts = post["started_on"]
        if (starts is not None and starts > day) or (post["ended_on"] is not None and post["ended_on"] <= day):
            continue
        held = [
            row["role"]
            for row in world.tables["allocations"]
            if row["worker_id"] == post["worker_id"] and open_on(row, day)
        ]
        cases = [role for role in held if role in ("social_worker", "personal_adviser", "early_help")]
        if cases:
            found.append(
                {
                    **columns(post, "worker_id", "started_on", "team"),
                    "child_id": None,
                    "person_id": None,
                    "fte": 1 if post["fte"] is None and post["agency"] is True else post["fte"],
                    "cases": len(cases),
                    "social_work_cases": cases.count("social_worker"),
                }
            )
    return found


def children_with_qualified_worker(world: World) -> list[Row]:
    """Each child over the days on which an allocation to a social worker meets a post of that worker as qualified."""
    spells = []
    for row in to_social_workers(world):
        for post in world.tables["workers"]:
            if post["worker_id"] != row["worker_id"] or post["qualified"] is not True:
                continue
            start = latest([row["started_on"], post["started_on"]])
            spells.append(
                {
                    **columns(row, *CHILD),
                    "started_on": start,
                    "ended_on": earliest([row["ended_on"], post["ended_on"]]),
                }
            )
    return unbroken(spells)


def has_qualified_worker(world: World, person_id: str, day: dt.date) -> bool:
    posts = [
        post
        for post in world.tables["workers"]
        if post["qualified"] is True
        and (post["started_on"] is None or post["started_on"] <= day)
        and (post["ended_on"] is None or post["ended_on"] > day)
    ]
    holders = {
        row["worker_id"] for row in to_social_workers(world) if row["person_id"] == person_id and open_on(row, day)
    }
    return any(post["worker_id"] in holders for post in posts)


def cp_plan_qualified_spells_on(world: World, day: dt.date) -> list[Row]:
    """Plans here open on a day, and whether a qualified social worker holds the child."""
    return [
        {
            **columns(row, "plan_id", "started_on", *CHILD_AND_TEAM),
            "with_qualified_worker": has_qualified_worker(world, row["person_id"], day),
        }
        for row in own_plans(world)
        if open_on(row, day)
    ]


def looked_after_qualified_spells_on(world: World, day: dt.date) -> list[Row]:
    """Periods of care open on a day, and whether a qualified social worker holds the child."""
    return [
        {
            **columns(row, "care_period_id", "started_on", *CHILD_AND_TEAM),
            "with_qualified_worker": has_qualified_worker(world, row["person_id"], day),
        }
        for row in looked_after(world)
        if open_on(row, day)
    ]


def held_since(world: World, person_id: str, day: dt.date) -> dt.date | None:
    """Since when the social worker who has held a child for longest on a day has done so without a break."""
    found = []
    for worker in {row["worker_id"] for row in to_social_workers(world)}:
        mine = [row for row in to_social_workers(world) if row["worker_id"] == worker and row["person_id"] == person_id]
        found += [row["started_on"] for row in unbroken(mine) if open_on(row, day)]
    return earliest(found)


def looked_after_worker_spells_on(world: World, day: dt.date) -> list[Row]:
    """Periods of care open on a day, and since when a social worker has held the child."""
    return [
        {
            **columns(row, "care_period_id", "started_on", *CHILD_AND_TEAM),
            "held_since": held_since(world, row["person_id"], day),
        }
        for row in looked_after(world)
        if open_on(row, day)
    ]


def open_children_worker_counts_on(world: World, day: dt.date) -> list[Row]:
    """Children open on a day, with the social workers whose allocation overlaps the 6 months up to it.

    The window begins the day after the day 6 months earlier; an allocation overlaps it if it had not ended by then (rules: Time).
    """
    first = world.call("days_after", world.call("months_before", day, 6), 1)
    found = []
    for row in open_children(world):
        if not open_on(row, day):
            continue
        workers = {
            one["worker_id"]
            for one in to_social_workers(world)
            if one["person_id"] == row["person_id"]
            and one["started_on"] <= day
            and (one["ended_on"] is None or (one["ended_on"] > first and one["ended_on"] > one["started_on"]))
        }
        found.append({**columns(row, "started_on", *CHILD), "social_workers_6m": len(workers)})
    return found


def early_help_assessed(world: World) -> list[Row]:
    """Spells of early help, with the earliest start of an assessment open in the spell or started in it."""
    found = []
    for row in world.tables["early_help_episodes"]:
        starts = [
            one["started_on"]
            for one in world.tables["early_help_assessments"]
            if one["person_id"] == row["person_id"]
            and (one["completed_on"] is None or one["completed_on"] >= row["started_on"])
            and (row["ended_on"] is None or one["started_on"] < row["ended_on"])
        ]
        found.append(
            {
                **columns(row, "episode_id", "started_on", "ended_on", *CHILD_AND_TEAM),
                "first_assessment_on": earliest(starts),
            }
        )
    return found


def pre_proceedings(world: World) -> list[Row]:
    """Every pre-proceedings process."""
    return [
        columns(
            row,
            "pre_proceedings_id",
            "decided_on",
            "started_on",
            "assessments_completed_on",
            "ended_on",
            "outcome",
            *CHILD,
        )
        for row in world.tables["pre_proceedings"]
    ]


def cin_plans(world: World) -> list[Row]:
    """Every child in need plan."""
    return [
        columns(row, "plan_id", "started_on", "ended_on", "disabled_children_team", *CHILD_AND_TEAM)
        for row in world.tables["cin_plans"]
    ]


def assessments_as_spells(world: World) -> list[Row]:
    return [{**row, "ended_on": row["completed_on"]} for row in world.tables["assessments"]]


def with_latest(rows_of: RowsOf, kept: tuple[str, ...], table: str, dated: str, called: str) -> RowsOn:
    """What is open on a day, with the latest event of the child on or before it; the start counts where there was none."""

    def rows_on(world: World, day: dt.date) -> list[Row]:
        found = []
        for row in rows_of(world):
            if not open_on(row, day):
                continue
            last = latest(
                one[dated]
                for one in world.tables[table]
                if one["person_id"] == row["person_id"] and one[dated] is not None and one[dated] <= day
            )
            found.append(
                {**columns(row, *kept, "started_on", *CHILD), called: last, "clock_from": last or row["started_on"]}
            )
        return found

    return rows_on


def supervised(rows_of: RowsOf, *kept: str) -> RowsOn:
    return with_latest(rows_of, kept, "supervisions", "held_on", "last_supervision_on")


def _table(name: str) -> Callable[[World], list[Row]]:
    return lambda world: world.tables[name]


SUPERVISION_ON: dict[str, RowsOn] = {
    "assessment_supervision_spells": supervised(assessments_as_spells, "assessment_id", "team"),
    "care_leaver_supervision_spells": supervised(_table("care_leavers"), "team"),
    "cin_plan_supervision_spells": supervised(cin_plans, "plan_id", "disabled_children_team", "team"),
    "cp_plan_supervision_spells": supervised(own_plans, "plan_id", "team"),
    "early_help_supervision_spells": supervised(early_help_episodes, "episode_id", "team"),
    "looked_after_supervision_spells": supervised(looked_after, "care_period_id", "team"),
    "open_children_supervision_spells": supervised(open_children),
}

early_help_visit_spells_on = with_latest(
    early_help_episodes, ("episode_id", "team"), "early_help_visits", "visited_on", "last_visit_on"
)
cin_plan_review_spells_on = with_latest(
    cin_plans, ("plan_id", "disabled_children_team", "team"), "cin_reviews", "held_on", "last_review_on"
)
_cin_plan_visits_on = with_latest(
    cin_plans, ("plan_id", "disabled_children_team", "team"), "cin_visits", "visited_on", "last_visit_on"
)


def cin_plan_visit_spells_on(world: World, day: dt.date) -> list[Row]:
    """Child in need plans with the latest visit, and the interval agreed for the child on the day that the clock starts."""
    found = []
    for row in _cin_plan_visits_on(world, day):
        agreed = [
            one
            for one in world.tables["visit_plans"]
            if one["person_id"] == row["person_id"] and one["kind"] == "cin" and open_on(one, row["clock_from"])
        ]
        newest = latest(one["started_on"] for one in agreed)
        shortest = [one["interval_days"] for one in agreed if one["started_on"] == newest]
        found.append({**row, "agreed_days": min(shortest, default=None)})
    return found


def cin_only_visit_spells_on(world: World, day: dt.date) -> list[Row]:
    """The same, of children neither protected nor looked after that day."""
    kept = ("plan_id", "started_on", "clock_from", "agreed_days", *CHILD_AND_TEAM)
    return [columns(row, *kept) for row in cin_plan_visit_spells_on(world, day) if is_need_only(world, row, day)]


def cin_only_review_spells_on(world: World, day: dt.date) -> list[Row]:
    """Child in need plans with the latest review, of children neither protected nor looked after that day."""
    kept = ("plan_id", "started_on", "clock_from", *CHILD_AND_TEAM)
    return [columns(row, *kept) for row in cin_plan_review_spells_on(world, day) if is_need_only(world, row, day)]


def need_episode_spells_on(world: World, day: dt.date) -> list[Row]:
    """Referrals not closed on a day, those without further action left out, and whether the child has a child in need plan."""
    found = []
    for row in world.tables["referrals"]:
        if row["no_further_action"] is True or not open_on(row, day, "received_on", "closed_on"):
            continue
        plans = [one for one in world.tables["cin_plans"] if one["person_id"] == row["person_id"] and open_on(one, day)]
        found.append(
            {**columns(row, "referral_id", *CHILD_AND_TEAM), "started_on": row["received_on"], "with_plan": bool(plans)}
        )
    return found


def need_only_episode_spells_on(world: World, day: dt.date) -> list[Row]:
    """The same, of children neither protected nor looked after that day."""
    return [row for row in need_episode_spells_on(world, day) if is_need_only(world, row, day)]
