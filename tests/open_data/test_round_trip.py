"""Why: what is written must read back as it was, whatever labels and symbols stand in it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import polars as pl
from casetally.figures.open_data.table import table_of_file
from casetally.reports.open_data import write_table
from casetally.sources.open_data_file import read_open_data, tidy
from hypothesis import given, settings
from hypothesis import strategies as st
from making import DARLINGTON, ENGLAND, row, table

LABELS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp")), min_size=1, max_size=8
).map(
    lambda text: f'of {text}, "{text}"'  # a comma and quotation marks in every label
)
CELLS = st.one_of(
    st.integers(0, 10**9).map(str),
    st.decimals(0, 1000, places=1).map(str),
    st.sampled_from(["z", "x", "c", "low", "k", "u", ":", "01:11"]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(LABELS, CELLS, CELLS), min_size=1, max_size=8, unique_by=lambda one: one[0]))
def test_a_generated_table_reads_back_as_it_was_written(cells: list[tuple[str, str, str]]) -> None:
    places = [ENGLAND, DARLINGTON]
    rows = [row("2024", places[at % 2], label, one, other) for at, (label, one, other) in enumerate(cells)]
    once = read_open_data(table(["kind", "n", "p"], *rows), "t.csv")
    with tempfile.TemporaryDirectory() as folder:
        write_table(table_of_file(once, "t"), Path(folder))
        written = (Path(folder) / "t.csv").read_bytes()
        first = tidy(read_open_data(written, "t.csv"))
        write_table(table_of_file(read_open_data(written, "t.csv"), "t"), Path(folder))
        assert (Path(folder) / "t.csv").read_bytes() == written
    assert first.equals(tidy(once))
    assert first.filter(pl.col("kind") == "fault").is_empty()
