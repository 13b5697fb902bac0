"""Why: the group of a row: whose team, which sex and ethnicity, and how old the child was on the row's day."""

from __future__ import annotations

import datetime as dt

from reference.world import Row, World, open_on

UNKNOWN = "unknown"


def group_of(world: World, breakdown: str, row: Row, day: dt.date, is_stock: bool) -> str:
    """The group of a row on its day; what is not known is 'unknown'."""
    if breakdown == "team":
        return team_of(world, row, day, is_stock) or UNKNOWN
    child = world.find("children", "child_id", row["child_id"])
    if child is None:
        return UNKNOWN
    if breakdown == "age_band":
        return age_band(world, child["date_of_birth"], day)
    return str(child[breakdown] or UNKNOWN)


def team_of(world: World, row: Row, day: dt.date, is_stock: bool) -> str | None:
    """An event belongs to the team on its row; a stock to the team allocated on the day, else the team on the row."""
    own: str | None = row.get("team")
    if not is_stock:
        return own
    allocated = [
        one
        for one in world.tables["allocations"]
        if one["person_id"] == row["person_id"]
        and one["role"] == "social_worker"
        and one["team"] is not None
        and open_on(one, day)
    ]
    last = max(allocated, key=lambda one: (one["started_on"], one["allocation_id"]), default=None)
    return last["team"] if last else own


def age_band(world: World, born: dt.date | None, day: dt.date) -> str:
    """The DfE's bands; a child not yet born is under 1."""
    age = world.call("age_on", born, day)
    if age is None:
        return UNKNOWN
    for years, name in ((1, "under 1"), (5, "1 to 4"), (10, "5 to 9"), (16, "10 to 15")):
        if age < years:
            return name
    return "16 and over"
