"""Why: a broken rule is found in the row it is broken in, whatever stands in the other rows and columns."""

from __future__ import annotations

import polars as pl
import pytest
from casetally.records.hold import FAILURE_COLUMNS, Hold, Rule, broken, flag
from hypothesis import given, settings
from hypothesis import strategies as st

NEEDED, LISTED, REASON, FLAGGED = (Rule(name, "error", "column", f"{name} is broken") for name in "NLRF")
HOLDS = (
    Hold("code", NEEDED),
    Hold("code", LISTED, lambda code: code.is_in(["a", "b"])),
    Hold("number", REASON, lambda number: number.is_between(0, 9)),
    flag("flag", FLAGGED),
)
TYPES = {"code": pl.String(), "number": pl.Int64()}
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c", None]), st.sampled_from([0, 5, 9, 10, -1, None]), st.sampled_from([True, False, None])
    ),
    max_size=12,
)  # fmt: skip


def _frame(rows: list[tuple[str | None, int | None, bool | None]]) -> pl.DataFrame:
    return pl.DataFrame(rows, {**TYPES, "flag": pl.Boolean}, orient="row")


def _by_hand(rows: list[tuple[str | None, int | None, bool | None]]) -> list[tuple[int, str]]:
    found = []
    for at, (code, number, shown) in enumerate(rows):
        found += [(at, "F")] if shown is False else []
        found += [(at, "L")] if code == "c" else []
        found += [(at, "N")] if code is None else []
        found += [(at, "R")] if number in (10, -1) else []
    return found


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_every_broken_rule_is_found_where_it_is_broken_and_nowhere_else(
    rows: list[tuple[str | None, int | None, bool | None]],
) -> None:
    found = broken(_frame(rows), HOLDS, TYPES)
    assert found.select("_at", "rule").rows() == _by_hand(rows)
    assert found.schema == FAILURE_COLUMNS


def test_a_column_of_another_type_is_a_mistake_of_the_program_and_is_named() -> None:
    with pytest.raises(TypeError, match="number"):
        broken(_frame([("a", 1, True)]).with_columns(pl.col("number").cast(pl.String)), HOLDS, TYPES)


def test_what_a_failure_says_holds_nothing_of_the_value() -> None:
    found = broken(_frame([("c", 1, True)]), HOLDS, TYPES)
    assert found.rows() == [(0, "L", "error", "column", "L is broken")]
