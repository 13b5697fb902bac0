"""Why: every list tells again who the child is, and they do not always agree.

A child's record is put together from all lists, the lower number having the word and later lists filling blanks. Within a list
the first in the alphabet is taken, so that the order of rows decides nothing. Where lists disagree, a finding says so.

The family is no part of it: list 10 alone tells one, and figures by family would count every other child as its own.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from casetally.sources.annex_a.listed import CHILD
from casetally.sources.building import Problem, findings_of
from casetally.sources.delivery import no_findings

_FIELDS = {
    "date_of_birth": "Date of Birth",
    "sex": "Gender",
    "ethnicity": "Ethnicity",
    "disabled": "Does the Child have a Disability",
}
_SAYS_NOTHING = ["U", "NOBT"]  # recorded as unknown: any other value of the same child is better


def children_of(frames: Mapping[int, pl.DataFrame]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The children of all lists (`child_id`, the fields that any list has, `_record`, `_file`, `_row`), and what lists disagree
    on.

    `frames`: the cleaned rows of each list by number. A child's place is its first row in the lowest list.
    """
    every = pl.concat(
        [
            frame.select(
                pl.col(CHILD).alias("child_id"),
                *(pl.col(header).alias(name) for name, header in _FIELDS.items() if header in frame.columns),
                "_file",
                "_row",
                pl.lit(number).alias("_list"),
            )
            for number, frame in sorted(frames.items())
        ],
        how="diagonal",
    )
    have = [name for name in _FIELDS if name in every.columns]
    people = (
        every.sort("_list", "_file", "_row")
        .group_by("child_id", maintain_order=True)
        .agg(
            *(_best(name) for name in have),
            *(_differs(name) for name in have),
            pl.col("_file").first(),
            pl.col("_row").first(),
        )
        .sort("child_id")
        .with_row_index("_record")
    )
    findings = [findings_of(people, "children", _problem(name), pl.col("child_id")) for name in have]
    return people.select("child_id", *have, "_record", "_file", "_row"), pl.concat([no_findings(), *findings])


def _best(name: str) -> pl.Expr:
    """The value of the lowest list that knows one; the first in the alphabet within it."""
    value = pl.col(name)
    known = value.is_not_null()
    nothing = value.is_in(_SAYS_NOTHING)
    return (
        value.filter(known).sort_by(nothing.filter(known), pl.col("_list").filter(known), value.filter(known)).first()
    )


def _differs(name: str) -> pl.Expr:
    value = pl.col(name)
    return (value.filter(value.is_not_null() & ~value.is_in(_SAYS_NOTHING)).n_unique() > 1).alias(f"_{name}_differs")


def _problem(name: str) -> Problem:
    what = name.replace("_", " ")
    says = f"The rows of this child give more than one {what}; the first list that has one is believed."
    return Problem("annex_a_lists_disagree", "warning", name, says, pl.col(f"_{name}_differs"))
