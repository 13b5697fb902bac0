"""Why: a condition holds, does not hold, or is not known, and the three together are the rows counted: whatever it says.

For every share and clock that ships, three counts are written: of the rows on which its numerator's condition holds, on
which it does not, and on which it is not known. So a share's numerator is also counted by another road: as a `where`.
A share that counts each child once can't be summed so, for a child may have rows of all three kinds: of it the children
above and below the line are counted apart, and the three make up its rows.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from casetally.definitions.indicators import Indicator
from casetally.definitions.library import Library, load_library
from casetally.figures import calculate_figures
from casetally.periods import make_grid

from properties.authority import AS_AT, Authority, ids, of_kind

SHARES = of_kind("share")
PARTS = ("holds", "does_not_hold", "is_not_known")
ONCE = ("above", "below")  # of a share that counts each key once: the keys for which it holds, and all
KEYS = ["basis", "period", "breakdown", "group"]


def _condition(one: Indicator) -> str:
    """The numerator's condition in words of its own record set; a clock's as the rules say it (rules: Counting)."""
    if one.share is not None:
        return one.share.text
    assert one.clock is not None
    due = one.clock.due.text
    if one.clock.met is None:
        return f"as_at <= {due}"
    early = f" and ({one.clock.met.text}) >= ({one.clock.from_.text})" if one.clock.met_before_start == "late" else ""
    return f"({one.clock.met.text}) <= ({due}){early}"


def _counted(one: Indicator) -> str:
    parts = [one.where.text] if one.where else []
    if one.clock is not None:
        parts.append(f"({one.clock.from_.text}) is null or ({one.clock.due.text}) is not null")
    return " and ".join(f"({part})" for part in parts) or "true"


def _count_where(one: Indicator, part: str) -> dict[str, Any]:
    holds = _condition(one)
    parts = {
        "holds": f"({holds})", "does_not_hold": f"(not ({holds}))",
        "is_not_known": f"(case when ({holds}) then false when not ({holds}) then false else true end)",
        "rows": "true", "above": f"({holds})", "below": "true",
    }  # fmt: skip
    dating = {"when": one.text.when} if one.text.when else {"open": list(one.text.open or ())}
    once = {"distinct": one.text.distinct} if part in ONCE else {}
    return {"title": one.id, "meaning": part, "source": "generated", "count": one.text.count, **dating, **once,
            "where": f"{_counted(one)} and {parts[part]}", "breakdowns": list(one.breakdowns)}  # fmt: skip


def _parts_of(one: Indicator) -> tuple[str, ...]:
    return (*PARTS, *ONCE, "rows") if one.distinct else PARTS


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder: Path = tmp_path_factory.mktemp("parts")
    (folder / "indicators").mkdir()
    written = {f"{one.id}__{part}": _count_where(one, part) for one in SHARES for part in _parts_of(one)}
    (folder / "indicators" / "parts.yaml").write_text(yaml.safe_dump(written, width=10_000), encoding="utf-8")
    return load_library(folder)


@pytest.fixture(scope="module")
def parts(authority: Authority, library: Library) -> pl.DataFrame:
    names = [f"{one.id}__{part}" for one in SHARES for part in _parts_of(one)]
    return calculate_figures(authority.store, library, make_grid(AS_AT, 12), authority=authority.name, indicators=names)


@pytest.mark.parametrize("indicator", SHARES, ids=ids(SHARES))
def test_what_holds_what_does_not_and_what_is_not_known_make_up_the_rows_counted(
    authority: Authority, parts: pl.DataFrame, indicator: Indicator
) -> None:
    figures, names = authority.of(indicator), _parts_of(indicator)
    for part in names:
        one = parts.filter(pl.col("indicator") == f"{indicator.id}__{part}").select(
            *KEYS, pl.col("numerator").alias(part)
        )
        figures = figures.join(one, on=KEYS, how="left")
    figures = figures.join(parts.select("basis", "period").unique(), on=["basis", "period"], how="semi")
    figures = figures.with_columns(pl.col(names).fill_null(0))  # a group in which nothing of a part occurs has no line
    above, below, rows = (*ONCE, "rows") if indicator.distinct else ("holds", "denominator", "denominator")
    assert figures["denominator"].sum() > 0
    assert figures.filter(pl.col(above) != pl.col("numerator")).is_empty()
    assert figures.filter(pl.col(below) != pl.col("denominator")).is_empty()
    assert figures.filter(pl.sum_horizontal(PARTS) != pl.col(rows)).is_empty()


def test_all_three_parts_occur(parts: pl.DataFrame) -> None:
    part = pl.col("indicator").str.split("__").list.last().alias("part")
    sums = parts.filter(pl.col("breakdown") == "all").group_by(part).agg(pl.col("numerator").sum())
    assert {name for name, total in sums.rows() if total > 0} == {*PARTS, *ONCE, "rows"}
