"""Why: in a CSV file everything is text, and offices write dates and yes or no in their own ways."""

from __future__ import annotations

import polars as pl

from casetally.samples.dirt import rows_touched
from casetally.samples.setting import Setting

# in these files dates stand as 31/03/2024, and true and false as Y and N, wherever there is dirt at all
DAY_FIRST = (
    "core_groups",
    "home_education",
    "missing_episodes",
    "strategy_discussions",
    "supervisions",
    "visit_plans",
)
YES_NO = ("care_visits", "cin_visits", "conference_attendances", "missing_episodes")
UNREADABLE = {
    "assessments": "completed_on",
    "cin_visits": "visited_on",
    "cp_reviews": "held_on",
    "placements": "ended_on",
}
NO_SUCH_DAY = "31/02/2023"


def untidy(setting: Setting, name: str, frame: pl.DataFrame) -> tuple[pl.DataFrame, bool, dict[str, int]]:
    """The frame as this office writes it, whether its dates are day first, and how much each kind touched."""
    if not setting.dirt:
        return frame, False, {}
    counts: dict[str, int] = {}
    if name in YES_NO:
        flags = [column for column, kind in frame.schema.items() if kind == pl.Boolean]
        frame = frame.with_columns(
            pl.when(pl.col(flag)).then(pl.lit("Y")).when(~pl.col(flag)).then(pl.lit("N")).alias(flag) for flag in flags
        )
        counts["yes_no_files"] = 1
    if name in DAY_FIRST:
        counts["day_first_files"] = 1
    if name in UNREADABLE:
        column = UNREADABLE[name]
        rows = rows_touched(setting, setting.draw(f"dirt unreadable {name}"), frame.height, 0.0005)
        text = frame[column].cast(pl.String).scatter(rows, [NO_SUCH_DAY] * len(rows))
        frame = frame.with_columns(text.alias(column))
        counts["unreadable_dates"] = len(rows)
    return frame, name in DAY_FIRST, counts
