"""Why: each distinct text is read once and put wherever it stands; rows must get what their own text says, and nulls nothing."""

from __future__ import annotations

import polars as pl
from casetally.sources.ssd.distinct import Shared, by_distinct, encoded
from casetally.sources.ssd.making import in_order_of_rows, numbered_records


def test_each_row_gets_what_its_text_says_and_each_text_is_read_once() -> None:
    seen: list[str] = []

    def shout(texts: pl.Series) -> pl.Series:
        seen.extend(texts.to_list())
        return texts.str.to_uppercase()

    text = pl.Series("said", ["b", None, "a", "b", "b"])
    assert by_distinct(text, shout).to_list() == ["B", None, "A", "B", "B"]
    assert by_distinct(encoded(text), shout).to_list() == ["B", None, "A", "B", "B"]
    assert sorted(seen) == ["a", "a", "b", "b"]


def test_a_column_without_any_text_stays_without() -> None:
    assert by_distinct(pl.Series("said", [None, None], dtype=pl.String), lambda texts: texts).to_list() == [None, None]


def test_columns_that_share_their_texts_are_read_together() -> None:
    seen: list[str] = []

    def shout(texts: pl.Series) -> pl.Series:
        seen.extend(texts.to_list())
        return texts.str.to_uppercase()

    shared = Shared(shout)
    frame = pl.DataFrame({"one": ["a", "b", None], "other": ["b", "c", "a"]}).cast(shared.kind)
    assert frame.select(shared.read("one"), shared.read("other")).rows() == [("A", "B"), ("B", "C"), (None, "A")]
    assert sorted(seen) == ["a", "b", "c"]


def test_records_with_one_id_are_numbered_by_the_rest_of_their_contents() -> None:
    rows = [
        ("C2", "K1", "2020-01-02"),
        (None, "K9", "2020-01-01"),
        ("C2", "K1", "2020-01-01"),
        ("C1", None, "2020-05-05"),
    ]
    frame = pl.DataFrame(rows, schema=["contact_id", "child_id", "received_on"], orient="row")
    frame = frame.with_columns(pl.lit("a.csv").alias("_file"), pl.Series("_row", [2, 3, 4, 5], dtype=pl.UInt32))
    assert numbered_records(frame, "contacts")["_row"].to_list() == [5, 4, 2, 3]


def test_lines_of_several_pieces_come_by_file_and_row() -> None:
    def piece(*places: tuple[str, int]) -> pl.DataFrame:
        kinds = {"file": pl.String, "row": pl.UInt32, "disposition": pl.String, "table": pl.String, "record": pl.UInt32}
        return pl.DataFrame([(*place, "set_aside", None, None) for place in places], schema=kinds, orient="row")

    rows = in_order_of_rows([piece(("b", 2), ("b", 4)), piece(), piece(("c", 3), ("a", 2)), piece(("b", 3))])
    assert rows.select("file", "row").rows() == [("a", 2), ("b", 2), ("b", 3), ("b", 4), ("c", 3)]
