"""Why: linked annual returns say the same thing several times over, and the latest return that says it is the one to
believe.

Every row gets one fate here: it is carried on into a record, superseded by a later return's copy, or set aside because
it can't be used. A row that can't be used never supersedes one that can; its own copy in a later return is judged in
its stead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from casetally.sources import building
from casetally.sources.building import Problem, lines
from casetally.sources.delivery import FINDING_COLUMNS
from casetally.sources.ssda903.files import day, year_end

_ONE_SLOT = pl.lit(0)


@dataclass(frozen=True)
class Settled:
    """`standing`: the rows to carry on.

    `gone`: lines of those superseded or set aside. `findings`: why they were set aside.
    """

    standing: pl.DataFrame
    gone: pl.DataFrame
    findings: pl.DataFrame


def settle(
    frame: pl.DataFrame,
    table: str,
    identity: Sequence[str],
    problems: Sequence[Problem],
    slot: pl.Expr = _ONE_SLOT,
) -> Settled:
    """Decide the fate of each row of `frame`, which has the columns of the collection, `_file`, `_row` and `_year`.

    `identity` names the columns that make two rows of different returns the same thing; of those, all rows of the
    latest return stay. `slot` tells apart rows of one identity within one return. Rows repeated word for word within
    one return are set aside but for one.
    """
    errors = [problem for problem in problems if problem.severity == "error"]
    bad = pl.coalesce(pl.when(problem.when).then(pl.lit(at)) for at, problem in enumerate(errors))
    judged = frame.with_columns(bad.cast(pl.Int32).alias("_bad"))
    bad_rows, outdone = _unusable(judged, identity)
    said = [findings_of(bad_rows.filter(pl.col("_bad") == at), table, problem) for at, problem in enumerate(errors)]
    usable = judged.filter(pl.col("_bad").is_null()).sort("_file", "_row", maintain_order=True)
    words = [name for name in usable.columns if not name.startswith("_")]
    first = pl.struct(*words, "_year").is_first_distinct()
    usable = usable.with_columns(first.alias("_first"))
    repeats, once = usable.filter(~pl.col("_first")), usable.filter("_first")
    said.append(_repeated(repeats, once, [*words, "_year"], table))
    shared = once.select(pl.struct(list(dict.fromkeys([*identity, "_year"]))).is_duplicated()).to_series()
    twins = once.filter(shared).sort(*words, nulls_last=True)  # their order must not hang on that of the rows
    once = pl.concat([once.filter(~shared), twins])
    once = once.with_columns(slot.alias("_slot"))
    once = once.with_columns(pl.col("_year").max().over([*identity, "_slot"]).alias("_latest"))
    late = pl.col("_year") < pl.col("_latest")
    gone = [
        lines(bad_rows, "set_aside"),
        lines(outdone, "superseded"),
        lines(repeats, "set_aside"),
        lines(once.filter(late), "superseded"),
    ]
    standing = once.filter(~late).drop("_bad", "_first", "_latest", "_slot")
    return Settled(standing, pl.concat(gone), pl.concat(said))


def _unusable(judged: pl.DataFrame, identity: Sequence[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows with a fault, apart: those to set aside, and those that a later return tells again."""
    faulty = judged.filter(pl.col("_bad").is_not_null())
    named = pl.all_horizontal(pl.col(name).is_not_null() for name in identity)
    if "_year" in identity:  # a record of its own each year
        return faulty, faulty.clear()
    told = judged.join(faulty.select(identity).unique(), on=identity, how="semi").group_by(identity)
    latest = told.agg(pl.col("_year").max().alias("_last_told"))
    faulty = faulty.join(latest, on=identity, how="left", maintain_order="left")
    again = (named & (pl.col("_year") < pl.col("_last_told"))).fill_null(value=False)
    return faulty.filter(~again).drop("_last_told"), faulty.filter(again).drop("_last_told")


def _repeated(repeats: pl.DataFrame, once: pl.DataFrame, words: list[str], table: str) -> pl.DataFrame:
    """The findings of the repeated rows; where the row that counts lies in another file, they name it."""
    if repeats.is_empty():
        return pl.DataFrame(schema=FINDING_COLUMNS)
    kept = once.select(*words, pl.col("_file").alias("_kept_in"))
    met = repeats.join(kept, on=words, how="left", nulls_equal=True, maintain_order="left")
    elsewhere = pl.col("_kept_in") != pl.col("_file")
    says = pl.format("This row repeats one of the file '{}' word for word; one of them counts.", pl.col("_kept_in"))
    found = findings_of(met, table, REPEATED)
    messages = met.select(pl.when(elsewhere).then(says).otherwise(pl.lit(REPEATED.message))).to_series()
    return found.with_columns(messages.alias("message"))


REPEATED = Problem(
    "ssda903_repeated_row",
    "error",
    "",
    "This row repeats another row of the same return word for word; one of them counts.",
    pl.lit(True),
)


def findings_of(rows: pl.DataFrame, table: str, problem: Problem, record_id: pl.Expr | None = None) -> pl.DataFrame:
    """One finding a row where the problem's condition holds; the id is the child's number, unless given."""
    return building.findings_of(rows, table, problem, pl.col("CHILD") if record_id is None else record_id)


def warnings_of(rows: pl.DataFrame, table: str, problems: Sequence[Problem]) -> pl.DataFrame:
    """The findings of all problems that leave a row in place."""
    kept = [findings_of(rows, table, problem) for problem in problems if problem.severity != "error"]
    return pl.concat([pl.DataFrame(schema=FINDING_COLUMNS), *kept])


def have(frame: pl.DataFrame, column: str) -> pl.Expr:
    """A column of the collection, or null where the returns at hand lack it."""
    return pl.col(column) if column in frame.columns else pl.lit(None, dtype=pl.String)


def no_child() -> Problem:
    """A row without the child's number belongs to nobody."""
    return Problem("ssda903_no_child", "error", "CHILD", "The row has no child's number.", pl.col("CHILD").is_null())


def bad_start(column: str, what: str) -> tuple[Problem, ...]:
    """What is wrong with the date that a row needs: missing, unreadable, or after the year reported on."""
    text, read = pl.col(column), day(column)
    return (
        Problem(f"ssda903_no_{column.lower()}", "error", column, f"The date of {what} is missing.", text.is_null()),
        Problem(
            f"ssda903_unreadable_{column.lower()}",
            "error",
            column,
            f"The date of {what} can't be read; dd/mm/yyyy is expected.",
            text.is_not_null() & read.is_null(),
        ),
        Problem(
            f"ssda903_{column.lower()}_after_return",
            "error",
            column,
            f"The date of {what} lies after the year that this return reports on.",
            read > year_end(pl.col("_year")),
        ),
    )


def bad_end(frame: pl.DataFrame, column: str, start: str, what: str) -> tuple[Problem, ...]:
    """What is wrong with the date that ends a row: it can't be read or lies before the start.

    Absent columns are never wrong.
    """
    if column not in frame.columns:
        return ()
    read = day(column)
    return (
        Problem(
            f"ssda903_unreadable_{column.lower()}",
            "error",
            column,
            f"The date of {what} can't be read; dd/mm/yyyy is expected.",
            pl.col(column).is_not_null() & read.is_null(),
        ),
        Problem(
            f"ssda903_{column.lower()}_before_start",
            "error",
            column,
            f"The date of {what} lies before the start.",
            read < day(start),
        ),
    )
