"""Why: reports print how soon pre-proceedings start after the decision and how soon their assessments are done, child by child."""

from __future__ import annotations

import datetime as dt

from casetally.samples.planted.making import Making, first_day
from casetally.samples.planted.protection_days import before

START_LIMIT, ASSESSMENT_WEEKS = 15, 16  # working days from the decision; weeks from the first meeting


def plant(making: Making) -> None:
    """Processes that started in each month, as many within 15 working days of the decision as printed."""
    rng = making.rng("pre_proceedings")
    for month in making.months:
        started = making.facts.month("pre_proceedings_started", month)
        if started is None:
            continue
        in_time = making.facts.need("pre_proceedings_started_15wd", month, started)
        for n in range(started):
            on = rng.choice(making.working_days(month))
            gap = rng.randint(4, START_LIMIT) if n < in_time else rng.randint(START_LIMIT + 1, START_LIMIT + 15)
            child = making.people.family(rng, 1, first_day(month), (0, 15))[0]
            done = on + dt.timedelta(7 * rng.randint(ASSESSMENT_WEEKS - 6, ASSESSMENT_WEEKS + 8))
            making.rows.add(
                "pre_proceedings",
                pre_proceedings_id=making.rows.new_id("pre_proceedings"),
                child_id=child.child_id,
                decided_on=before(making, on, gap),
                started_on=on,
                assessments_completed_on=done if done <= making.last else None,
            )
