"""Why: the return says of each care leaver, once a year, where they live and what they do, but dates neither that nor
their support.

The return asks about the time around the birthday that falls in its year (`rules.md`, 5), so that birthday dates the
record. Suitable accommodation is a letter followed by 1, unsuitable one followed by 2; any other code says nothing of
it.
"""

from __future__ import annotations

import polars as pl

from casetally.sources.building import Made, Problem, lines, table_of
from casetally.sources.ssda903.files import day, year_end
from casetally.sources.ssda903.linked import have, no_child, settle, warnings_of

_YEARS_TO_LEAVING_CARE = 16  # leaving-care support is for those looked after at or beyond their sixteenth birthday
_NO_BIRTH = Problem(
    "ssda903_no_birthday",
    "warning",
    "DOB",
    "The date of birth is missing or can't be read, so the record is dated 31 March of the year reported on.",
    pl.col("_birth").is_null(),
)


def read_leavers(frame: pl.DataFrame, periods: pl.DataFrame, uasc: frozenset[str] | None) -> Made:
    """`care_leaver_contacts`, one for each child and return, and `care_leavers`, one spell a child.

    `frame`: the OC3 rows of all returns; `periods`: the care periods (CHILD, started, ended); `uasc`: the children whom
    the returns list as unaccompanied asylum-seeking, or None without that file. Support starts when care ended after
    the sixteenth birthday, where the returns show it, else on the day of the first record. It ends where the latest
    record says that the young person died, and with the year of the last return that lists them where a later one
    does not.
    """
    table = "care_leaver_contacts"
    frame = frame.with_columns((day("DOB") if "DOB" in frame.columns else pl.lit(None, dtype=pl.Date)).alias("_birth"))
    settled = settle(frame, table, ("CHILD", "_year"), (no_child(),))
    dated = settled.standing.with_columns(pl.coalesce(_birthday_in_year(), year_end(pl.col("_year"))).alias("_day"))
    kept = dated.sort("CHILD", "_day", "_year", maintain_order=True).with_row_index("_record")
    accommodation = have(kept, "ACCOM").str.to_uppercase()
    contacts = kept.select(
        pl.col("CHILD").alias("child_id"),
        pl.col("_day").alias("recorded_on"),
        have(kept, "IN_TOUCH").alias("in_touch"),
        have(kept, "ACCOM").alias("accommodation"),
        pl.when(accommodation.str.contains("^[A-Z]1$"))
        .then(pl.lit("true"))
        .when(accommodation.str.contains("^[A-Z]2$"))
        .then(pl.lit("false"))
        .alias("suitable"),
        have(kept, "ACTIV").alias("activity"),
        "_record",
        "_file",
        "_row",
    )
    spells = _spells(kept, periods, uasc)
    rows = pl.concat([settled.gone, lines(kept, "carried", table)])
    findings = pl.concat([settled.findings, warnings_of(kept, table, (_NO_BIRTH,))])
    return Made((table_of(table, contacts), table_of("care_leavers", spells)), rows, findings)


def _birthday_in_year() -> pl.Expr:
    """The birthday from 1 April to 31 March of the year; one of 29 February falls on 1 March in other years."""
    birth = pl.col("_birth")
    year = pl.col("_year") - (birth.dt.month() >= 4).cast(pl.Int32)
    leap_day = (birth.dt.month() == 2) & (birth.dt.day() == 29)
    leap_year = pl.date(year, 1, 1).dt.is_leap_year()
    moved = pl.when(leap_day & ~leap_year)
    return pl.date(year, moved.then(3).otherwise(birth.dt.month()), moved.then(1).otherwise(birth.dt.day()))


def _spells(contacts: pl.DataFrame, periods: pl.DataFrame, uasc: frozenset[str] | None) -> pl.DataFrame:
    """One spell of support a child, with the place of the child's first record."""
    died = (have(contacts, "IN_TOUCH").str.to_uppercase() == "DIED").fill_null(value=False)
    listed_last = pl.col("_year").max()
    latest_return = pl.lit(contacts["_year"].max(), dtype=pl.Int32)
    no_longer_listed = pl.when(listed_last < latest_return).then(
        year_end(listed_last).dt.offset_by("1d")  # open on 31 March, the day that the return speaks of
    )
    first = contacts.group_by("CHILD", maintain_order=True).agg(
        pl.col("_day").first(),
        pl.col("_birth").last(),
        pl.coalesce(pl.when(died.last()).then(pl.col("_day").last()), no_longer_listed).alias("_ended"),
        pl.col("_file").first(),
        pl.col("_row").first(),
    )
    sixteenth = pl.col("_birth").dt.offset_by(f"{_YEARS_TO_LEAVING_CARE}y")
    left = (
        first.select("CHILD", "_day", sixteenth.alias("_sixteenth"))
        .join(periods.select("CHILD", "ended"), on="CHILD")
        .filter((pl.col("ended") >= pl.col("_sixteenth")) & (pl.col("ended") <= pl.col("_day")))
        .group_by("CHILD")
        .agg(pl.col("ended").max().alias("_left"))
    )
    spells = first.join(left, on="CHILD", how="left", maintain_order="left").with_row_index("_record")
    asylum = (
        []
        if uasc is None
        else [pl.when(pl.col("CHILD").is_in(sorted(uasc))).then(pl.lit("true")).alias("formerly_uasc")]
    )
    return spells.select(
        pl.col("CHILD").alias("child_id"),
        pl.coalesce("_left", "_day").alias("started_on"),
        pl.col("_ended").alias("ended_on"),
        *asylum,
        "_record",
        "_file",
        "_row",
    )
