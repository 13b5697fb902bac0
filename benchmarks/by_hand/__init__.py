"""Why: the engine is measured against what it replaces: one query per indicator, each as a good analyst would write it."""

from __future__ import annotations

import datetime as dt

from benchmarks.by_hand import care_visits, front_door, health_and_permanence, looked_after, other_services, protection
from benchmarks.by_hand.pieces import Query

__all__ = ["Query", "all_queries"]

_ROOMS = (front_door, protection, other_services, looked_after, care_visits, health_and_permanence)


def all_queries(run_as_at: dt.date) -> dict[str, Query]:
    """The query of every core indicator, by its id, sorted."""
    found = {name: query for room in _ROOMS for name, query in room.queries(run_as_at.isoformat()).items()}
    return dict(sorted(found.items()))
