"""Why: real exports have faults, and an engine that has only seen clean data has not been tried.

Each kind of fault is one function with its own small rate; `Setting.dirt` scales all rates, and 0 leaves every table
as it was. These faults keep the columns' types; those of text (unreadable dates, Y for true) are in `untidy.py`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

from casetally.samples.draw import Draw
from casetally.samples.setting import Numbers, Setting

Tables = dict[str, pl.DataFrame]
ENDED = (("cp_plans", "ended_on"), ("cin_plans", "ended_on"), ("placements", "ended_on"), ("allocations", "ended_on"),
         ("early_help_episodes", "ended_on"), ("referrals", "closed_on"))  # fmt: skip
LATE = (("cp_visits", "visited_on"), ("cin_visits", "visited_on"), ("care_visits", "visited_on"),
        ("early_help_visits", "visited_on"), ("supervisions", "held_on"))  # fmt: skip
LATE_DAYS = 42


def rows_touched(setting: Setting, draw: Draw, rows: int, rate: float) -> Numbers:
    """Which of `rows` rows a fault of this rate touches: at least one, so that every kind shows in a small sample."""
    if not rows or not setting.dirt:
        return np.zeros(0, dtype=np.int64)
    return draw.some(rows, min(rows, max(1, round(rows * rate * setting.dirt))))


def put(frame: pl.DataFrame, column: str, rows: Numbers, values: pl.Series | None) -> pl.DataFrame:
    """The frame with `values` (null where None) in these rows of a column."""
    if not len(rows):
        return frame
    values = pl.Series([None] * len(rows), dtype=frame.schema[column]) if values is None else values
    return frame.with_columns(frame[column].scatter(rows, values.cast(frame.schema[column])).alias(column))


def soil(setting: Setting, tables: Tables) -> tuple[Tables, dict[str, int]]:
    """All the kinds in turn; how many rows each touched."""
    counts: dict[str, int] = {}
    if setting.dirt:
        for name, fault in FAULTS.items():
            counts[name] = fault(setting, setting.draw(f"dirt {name}"), tables)
    return tables, counts


def _late_entries(setting: Setting, draw: Draw, tables: Tables) -> int:
    """The latest weeks under-recorded: half of today's visits are not entered yet, all of six weeks ago are."""
    touched = 0
    for name, column in LATE:
        frame = tables[name]
        ago = setting.as_at - frame[column].to_physical().to_numpy().astype(np.int64)
        missing = draw.chance(len(ago), np.clip(0.5 * setting.dirt * (1 - ago / LATE_DAYS), 0, 0.9))
        tables[name] = frame.filter(pl.Series(~missing, dtype=pl.Boolean))
        touched += int(missing.sum())
    return touched


def _missing_ends(setting: Setting, draw: Draw, tables: Tables) -> int:
    touched = 0
    for name, column in ENDED:
        ended = np.flatnonzero(tables[name][column].is_not_null().to_numpy())
        rows = ended[rows_touched(setting, draw, len(ended), 0.002)]
        tables[name] = put(tables[name], column, rows, None)
        touched += len(rows)
    return touched


def _orphans(setting: Setting, draw: Draw, tables: Tables) -> int:
    """Records of children who are in no children file."""
    beyond = 1 + int(tables["children"]["child_id"].max() or 0)  # type: ignore[arg-type]
    touched = 0
    for name in (
        "contacts",
        "assessments",
        "cp_visits",
        "cin_visits",
        "health_checks",
        "allocations",
    ):
        rows = rows_touched(setting, draw, tables[name].height, 0.0008)
        tables[name] = put(
            tables[name],
            "child_id",
            rows,
            pl.Series(beyond + 5_000 + draw.whole(len(rows), 0, 900)),
        )
        touched += len(rows)
    return touched


def _bad_codes(setting: Setting, draw: Draw, tables: Tables) -> int:
    touched = 0
    for name, column, code in (("contacts", "source", "Police"), ("children", "ethnicity", "WBRIT"),
                               ("children", "sex", "1"),
                               ("referrals", "primary_need", "N99"), ("placements", "type", "Q9"),
                               ("cp_plans", "latest_category", "neglect"),
                               ("health_checks", "status", "Done")):  # fmt: skip
        rows = rows_touched(setting, draw, tables[name].height, 0.002)
        tables[name] = put(tables[name], column, rows, pl.Series([code] * len(rows), dtype=pl.String))
        touched += len(rows)
    return touched


def _blank_texts(setting: Setting, draw: Draw, tables: Tables) -> int:
    """A space, or several, where nothing was meant."""
    touched = 0
    for name, column in (
        ("children", "ethnicity"),
        ("contacts", "source"),
        ("assessments", "outcome"),
        ("workers", "team"),
    ):
        rows = rows_touched(setting, draw, tables[name].height, 0.002)
        blanks = [" " * (1 + at % 3) for at in range(len(rows))]
        tables[name] = put(tables[name], column, rows, pl.Series(blanks, dtype=pl.String))
        touched += len(rows)
    return touched


def _unknown_distances(setting: Setting, draw: Draw, tables: Tables) -> int:
    rows = rows_touched(setting, draw, tables["placements"].height, 0.03)
    tables["placements"] = put(tables["placements"], "distance_miles", rows, None)
    return len(rows)


def _weekend_starts(setting: Setting, draw: Draw, tables: Tables) -> int:
    """Work begun on a Friday, entered as begun on the Saturday."""
    touched = 0
    for name, end in (("cin_plans", "ended_on"), ("assessments", "completed_on")):
        frame = tables[name]
        starts = pl.col("started_on")
        room = (starts.dt.weekday() == 5) & (pl.col(end).is_null() | (pl.col(end) > starts + pl.duration(days=1)))
        room = room & (starts < pl.lit(setting.as_at, dtype=pl.Int32).cast(pl.Date))
        fridays = np.flatnonzero(frame.select(room).to_series().to_numpy())
        rows = fridays[rows_touched(setting, draw, len(fridays), 0.05)]
        tables[name] = put(
            frame,
            "started_on",
            rows,
            frame["started_on"].gather(rows).dt.offset_by("1d"),
        )
        touched += len(rows)
    return touched


def _leap_day_births(setting: Setting, draw: Draw, tables: Tables) -> int:
    """Children born in the March of a leap year are born on its 29 February instead."""
    frame = tables["children"]
    born = pl.col("date_of_birth")
    march = frame.select((born.dt.is_leap_year() & (born.dt.month() == 3)).fill_null(False)).to_series()
    found = np.flatnonzero(march.to_numpy())
    rows = found[rows_touched(setting, draw, len(found), 0.05)]
    days = frame["date_of_birth"].gather(rows).dt.month_start().dt.offset_by("-1d")
    tables["children"] = put(frame, "date_of_birth", rows, days)
    return len(rows)


def _ends_before_starts(setting: Setting, draw: Draw, tables: Tables) -> int:
    touched = 0
    for name in ("cin_plans", "placements", "early_help_episodes", "allocations"):
        frame = tables[name]
        rows = rows_touched(setting, draw, frame.height, 0.001)
        starts = frame["started_on"].gather(rows).to_physical() - pl.Series(draw.whole(len(rows), 3, 60)).cast(pl.Int32)
        tables[name] = put(frame, "ended_on", rows, starts.cast(pl.Date))
        touched += len(rows)
    return touched


def _impossible_dates(setting: Setting, draw: Draw, tables: Tables) -> int:
    """31 December 1899 or 2999, as some systems write for a date that nobody knows."""
    touched = 0
    for name, column, day in (("children", "date_of_birth", "1899-12-31"), ("cin_plans", "ended_on", "2999-12-31"),
                              ("assessments", "completed_on", "2999-12-31"),
                              ("cp_visits", "visited_on", "1899-12-31")):  # fmt: skip
        rows = rows_touched(setting, draw, tables[name].height, 0.0006)
        tables[name] = put(
            tables[name],
            column,
            rows,
            pl.Series([day] * len(rows), dtype=pl.String).str.to_date(),
        )
        touched += len(rows)
    return touched


def _future_dates(setting: Setting, draw: Draw, tables: Tables) -> int:
    """Booked visits and contacts entered ahead: they begin after the as-at date."""
    touched = 0
    for name, column in (
        ("contacts", "received_on"),
        ("cin_visits", "visited_on"),
        ("core_groups", "held_on"),
    ):
        rows = rows_touched(setting, draw, tables[name].height, 0.0006)
        ahead = pl.Series(setting.as_at + draw.whole(len(rows), 2, 40)).cast(pl.Int32).cast(pl.Date)
        tables[name] = put(tables[name], column, rows, ahead)
        touched += len(rows)
    return touched


def _conference_first(setting: Setting, draw: Draw, tables: Tables) -> int:
    """Conferences dated before the enquiry that led to them."""
    frame = tables["cp_conferences"]
    begun = tables["s47_enquiries"].select("enquiry_id", pl.col("started_on").alias("begun"))
    joined = frame.select("enquiry_id").join(begun, on="enquiry_id", how="left", maintain_order="left")["begun"]
    found = np.flatnonzero(joined.is_not_null().to_numpy())
    rows = found[rows_touched(setting, draw, len(found), 0.01)]
    days = joined.gather(rows).to_physical() - pl.Series(draw.whole(len(rows), 1, 20)).cast(pl.Int32)
    tables["cp_conferences"] = put(frame, "held_on", rows, days.cast(pl.Date))
    return len(rows)


def _unborn_on_plans(setting: Setting, draw: Draw, tables: Tables) -> int:
    """The children of the latest plans are not born yet: no birth date, an expected one, and sex N."""
    plans = tables["cp_plans"].sort("started_on", "plan_id")
    count = len(rows_touched(setting, draw, plans.height, 0.01))
    chosen = plans["child_id"].tail(count)
    children = tables["children"]
    rows = np.flatnonzero(children["child_id"].is_in(chosen.implode()).to_numpy())
    expected = pl.Series(setting.as_at + draw.whole(len(rows), 10, 120)).cast(pl.Int32).cast(pl.Date)
    children = put(
        put(children, "date_of_birth", rows, None),
        "expected_date_of_birth",
        rows,
        expected,
    )
    children = put(children, "upn", rows, None)
    tables["children"] = put(children, "sex", rows, pl.Series(["N"] * len(rows), dtype=pl.String))
    return len(rows)


def _again(tables: Tables, name: str, key: str, rows: Numbers, *, column: str, days: int) -> None:
    """Copies of rows under new ids, with a date some days on."""
    frame = tables[name]
    first = 1 + int(frame[key].max() or 0)  # type: ignore[arg-type]
    copies = frame[rows].with_columns(
        pl.Series(key, first + np.arange(len(rows), dtype=np.int64)),
        (pl.col(column) + pl.duration(days=days)).cast(pl.Date).alias(column),
    )
    tables[name] = pl.concat([frame, copies])


def _same_day_referrals(setting: Setting, draw: Draw, tables: Tables) -> int:
    rows = rows_touched(setting, draw, tables["referrals"].height, 0.003)
    _again(tables, "referrals", "referral_id", rows, column="received_on", days=0)
    return len(rows)


def _overlapping_spells(setting: Setting, draw: Draw, tables: Tables) -> int:
    """A second plan or period of care that starts while the first is running."""
    touched = 0
    for name, key in (("cp_plans", "plan_id"), ("care_periods", "care_period_id")):
        old = pl.col("started_on") < pl.lit(setting.as_at - 60, dtype=pl.Int32).cast(pl.Date)
        long = pl.col("ended_on").is_null() | (pl.col("ended_on") > pl.col("started_on") + pl.duration(days=40))
        found = np.flatnonzero(tables[name].select(old & long).to_series().to_numpy())
        rows = found[rows_touched(setting, draw, len(found), 0.004)]
        _again(tables, name, key, rows, column="started_on", days=20)
        touched += len(rows)
    return touched


def _exact_duplicates(setting: Setting, draw: Draw, tables: Tables) -> int:
    touched = 0
    for name in (
        "contacts",
        "referrals",
        "assessments",
        "cp_visits",
        "supervisions",
        "children",
    ):
        rows = rows_touched(setting, draw, tables[name].height, 0.0008)
        tables[name] = pl.concat([tables[name], tables[name][rows]])
        touched += len(rows)
    return touched


def _differing_duplicates(setting: Setting, draw: Draw, tables: Tables) -> int:
    """The same key twice, with an answer that differs."""
    touched = 0
    for name, column in (
        ("contacts", "consent"),
        ("assessments", "child_seen"),
        ("placements", "in_authority"),
    ):
        rows = rows_touched(setting, draw, tables[name].height, 0.0006)
        copies = tables[name][rows].with_columns(~pl.col(column).fill_null(False))
        tables[name] = pl.concat([tables[name], copies])
        touched += len(rows)
    return touched


FAULTS: dict[str, Callable[[Setting, Draw, Tables], int]] = {
    "late_entries": _late_entries,
    "missing_ends": _missing_ends,
    "orphans": _orphans,
    "bad_codes": _bad_codes,
    "blank_texts": _blank_texts,
    "unknown_distances": _unknown_distances,
    "weekend_starts": _weekend_starts,
    "leap_day_births": _leap_day_births,
    "ends_before_starts": _ends_before_starts,
    "impossible_dates": _impossible_dates,
    "future_dates": _future_dates,
    "conferences_before_enquiries": _conference_first,
    "unborn_on_plans": _unborn_on_plans,
    "same_day_referrals": _same_day_referrals,
    "overlapping_spells": _overlapping_spells,
    "exact_duplicates": _exact_duplicates,
    "differing_duplicates": _differing_duplicates,
}
