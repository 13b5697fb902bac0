"""Why: rules go wrong on few days: ends of months, leap days, bank holidays, weekends, and days equal to each other."""

from __future__ import annotations

import datetime as dt

from casetally.calendar import Calendar
from casetally.language.day_functions import months_after

CALENDAR = Calendar.england()

RUN_DAYS = tuple(
    map(
        dt.date.fromisoformat,
        # an ordinary month end, a leap day, the year's end (a Sunday), the day before it, a Saturday, a bank holiday
        ("2023-09-30", "2024-02-29", "2024-03-31", "2024-03-30", "2023-07-15", "2023-05-08", "2023-04-10"),
    )
)

ANCHORS = tuple(
    map(
        dt.date.fromisoformat,
        (
            "2023-03-31", "2023-04-01", "2023-04-02", "2023-04-06", "2023-04-07", "2023-04-09", "2023-04-10", "2023-04-11",
            "2023-04-30", "2023-05-01", "2023-05-08", "2023-05-29", "2023-05-31", "2023-06-30", "2023-07-31", "2023-08-28",
            "2022-12-23", "2022-12-25", "2022-12-26", "2022-12-27", "2022-12-31", "2023-01-01", "2023-01-02", "2023-02-28",
            "2022-09-16", "2022-09-18", "2022-09-19", "2022-09-20", "2022-09-30", "2022-08-31", "2022-04-01", "2022-03-31",
            "2023-08-31", "2023-09-29", "2023-09-30", "2023-10-31", "2023-12-25", "2024-01-01", "2024-02-28", "2024-02-29",
            "2024-03-01", "2024-03-29", "2024-03-31", "2021-02-28", "2021-03-31", "2021-08-31", "2020-02-29", "2021-09-30",
        ),
    )
)  # fmt: skip

BIRTHS = tuple(
    map(
        dt.date.fromisoformat,
        (
            "2008-02-29", "2004-02-29", "2007-09-30", "2007-10-01", "2013-04-01", "2018-03-31", "2018-04-30", "2019-02-28",
            "2012-02-29", "2022-10-01", "2023-05-31", "2023-12-01", "2024-06-15", "2007-03-31", "2018-09-30", "2001-04-01",
            "2004-03-31", "2006-04-01",
        ),
    )
)  # fmt: skip

# How much later: days, working days or months, each to be tried on the day, the day before and the day after.
GAPS: tuple[tuple[str, int], ...] = (
    ("days", 0), ("days", 0), ("days", 1), ("days", 7), ("days", 28), ("days", 42), ("days", 14), ("working", 0),
    ("working", 1), ("working", 3), ("working", 10), ("working", 15), ("working", 20), ("working", 45), ("months", 1),
    ("months", 3), ("months", 6), ("months", 12), ("months", 18), ("months", 24), ("months", 30), ("months", -12),
)  # fmt: skip
NUDGES = (0, 0, 1, -1)

# The gaps at which the rules of a table turn.
GAPS_OF: dict[str, tuple[tuple[str, int], ...]] = {
    "contacts": (("working", 1),),
    "referrals": (("working", 1), ("working", 3), ("months", 12)),
    "assessments": (("working", 45),),
    "s47_enquiries": (("working", 15), ("days", 0)),
    "cp_conferences": (("working", 15),),
    "cp_plans": (("months", 24), ("months", 18), ("months", 3)),
    "cp_visits": (("working", 10), ("working", 15), ("days", 28)),
    "cp_reviews": (("months", 3), ("months", 6)),
    "core_groups": (("working", 10), ("days", 42)),
    "exploitation_risks": (("days", 0), ("days", 1)),
    "missing_episodes": (("days", 0), ("days", 1), ("months", 1)),
    "cin_visits": (("days", 42), ("days", 21)),
    "cin_reviews": (("days", 84),),
    "early_help_visits": (("days", 28),),
    "supervisions": (("days", 28),),
    "allocations": (("months", 6), ("days", 0)),
    "care_periods": (("months", 12), ("months", 30), ("days", 0)),
    "placements": (("days", 0), ("days", 0), ("months", 12), ("months", 24)),
    "care_visits": (("days", 7), ("days", 42), ("days", 28), ("months", 3), ("months", 12)),
    "care_reviews": (("working", 20), ("months", 3), ("months", 6)),
    "health_checks": (("working", 20), ("months", 6), ("months", 12)),
    "legal_statuses": (("days", 0),),
    "care_plans": (("days", 0), ("days", 0)),
    "education_plans": (("days", 0), ("months", 3)),
    "pathway_plans": (("months", 6), ("days", 0)),
}


def later(day: dt.date, gap: tuple[str, int], nudge: int) -> dt.date:
    """The day a gap after a day, moved by a day or none."""
    unit, count = gap
    if unit == "working":
        day = CALENDAR.add_working_days(day, count)
    elif unit == "months":
        day = months_after(day, count)
    else:
        day += dt.timedelta(count)
    return day + dt.timedelta(nudge)
