"""Why: rows are counted 64 bytes at a time; a comma, a quote or a line end must count alike wherever in such a piece it stands."""

from __future__ import annotations

import csv
import io

import pytest
from casetally.errors import InputError
from casetally.sources.csv_file import read_csv
from hypothesis import given
from hypothesis import strategies as st

FIELDS = st.one_of(
    st.sampled_from(["", " ", "a,b", "one\ntwo", 'said "no"', ",", "\n", '"', "\xa0", "é", "x" * 64]),
    st.integers(0, 130).map(lambda length: "y" * length),
)


@given(st.lists(st.tuples(FIELDS, FIELDS), max_size=30), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_rows_are_those_of_pythons_own_reader(rows: list[tuple[str, str]], ending: str, closed: bool) -> None:
    written = io.StringIO()
    csv.writer(written, lineterminator=ending, quoting=csv.QUOTE_ALL).writerows([("one", "two"), *rows])
    text = written.getvalue() if closed else written.getvalue().removesuffix(ending)
    read = read_csv(text.encode(), "a.csv").frame
    blank = " \t\r\n\f\v\xa0"
    assert read["_row"].to_list() == list(range(2, len(rows) + 2))
    assert read.select("0", "1").rows() == [
        tuple(field if field.strip(blank) else None for field in row) for row in rows
    ]


@pytest.mark.parametrize("before", [*range(50, 70), 127, 128, 129])
@pytest.mark.parametrize("wrong", ["only one", "one,two,three"])
def test_a_row_of_the_wrong_length_is_named_wherever_it_stands(before: int, wrong: str) -> None:
    text = f"one,two\n{'x' * before},y\n{wrong}\n" + 'z,"a,\n,b"\n'
    with pytest.raises(InputError) as told:
        read_csv(text.encode(), "a.csv")
    assert told.value.place is not None
    assert told.value.place.line == 3


def test_two_wrong_rows_do_not_make_up_for_each_other() -> None:
    with pytest.raises(InputError, match="1 field"):
        read_csv(b"one,two\na\nb,c,d\n", "a.csv")
