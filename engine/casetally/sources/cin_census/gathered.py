"""Why: a census of a large authority has millions of elements, so what is read of them is kept in columns, not in objects.

Nothing here knows what an element means: records are numbered as they come, name the record around them by its number, and
turn into frames at the end.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from casetally.sources.building import Severity
from casetally.sources.cin_census.layout import OF_ONE_CHILD, RECORDS, TABLES, date_names
from casetally.sources.delivery import FINDING_COLUMNS

_CHUNK = 50_000
_AT_MOST = 1_000  # findings of one sort in one file that are listed one by one
NOBODY = 0xFFFFFFFF


class Words:
    """The different values of a kind, each kept once and known by its number; number 0 is nothing."""

    def __init__(self) -> None:
        self.numbers: dict[str | None, int] = {None: 0}

    def column(self, change: Callable[[pl.Series], pl.Series]) -> pl.Series:
        """The values in the order of their numbers, after a change, as an Enum in alphabetical order."""
        text = change(pl.Series(list(self.numbers), dtype=pl.String))
        return text.cast(pl.Enum(text.drop_nulls().unique().sort()))


class Records:
    """The elements of one name: their values, `_number` (0..), `_parent` (the number of the record around), `_at` (the file's
    number) and `_row` (its line). Values that differ from child to child are kept as they are, the rest by their numbers.
    """

    def __init__(self, fields: Sequence[str], words: Mapping[str, Words]) -> None:
        self.fields, self.height = tuple(fields), 0
        self._words = [words.get(field) for field in fields]
        self._parents, self._rows, self._files = array("I"), array("I"), array("H")
        self._numbers = [array("I") for _ in fields]
        self._texts: list[list[str | None]] = [[] for _ in fields]
        self._chunks: list[list[pl.Series]] = [[] for _ in fields]

    def add(self, values: Sequence[str | None], parent: int, file: int, row: int) -> None:
        """Take one record."""
        for at, (value, words) in enumerate(zip(values, self._words, strict=True)):
            if words is None:
                self._texts[at].append(value)
            else:
                self._numbers[at].append(words.numbers.setdefault(value, len(words.numbers)))
        self._parents.append(parent)
        self._files.append(file)
        self._rows.append(row)
        self.height += 1
        if self.height % _CHUNK == 0:
            self._flush()

    def frame(self, columns: Mapping[str, pl.Series]) -> pl.DataFrame:
        """All of them, in the order in which they came. `columns`: by field, what `Words.column` gave. Can be asked once."""
        self._flush()
        series = [
            pl.concat([pl.Series(dtype=pl.String), *self._chunks[at]]).alias(field)
            if self._words[at] is None
            else columns[field].gather(_whole("", self._numbers[at], pl.UInt32)).alias(field)
            for at, field in enumerate(self.fields)
        ]
        places = [
            _whole("_parent", self._parents, pl.UInt32),
            _whole("_at", self._files, pl.UInt16),
            _whole("_row", self._rows, pl.UInt32),
        ]
        self._numbers, self._chunks, self._parents = [], [], array("I")
        number = pl.int_range(self.height, dtype=pl.UInt32, eager=True).alias("_number")
        return pl.DataFrame([*series, number, *places])

    def _flush(self) -> None:
        for at, texts in enumerate(self._texts):
            if texts:
                self._chunks[at].append(pl.Series(texts, dtype=pl.String))
        self._texts = [[] for _ in self.fields]


@dataclass(frozen=True)
class Fault:
    """A sort of thing that can be wrong: what a finding says of it, but for the place and the child."""

    rule: str
    table: str
    column: str
    message: str
    severity: Severity = "warning"


class Faults:
    """What is wrong, by sort, place and child. Warnings of one sort in one file are counted after the first thousand."""

    def __init__(self) -> None:
        self._sorts: dict[Fault, int] = {}
        self._counts: Counter[tuple[int, int]] = Counter()
        self._sort, self._file, self._row, self._child = array("I"), array("H"), array("I"), array("I")

    def add(self, fault: Fault, file: int, row: int, child: int = NOBODY) -> None:
        """Take one; `child` is the number of the record of the child that it concerns."""
        sort = self._sorts.setdefault(fault, len(self._sorts))
        self._counts[file, sort] += 1
        if self._counts[file, sort] <= _AT_MOST or fault.severity == "error":
            self._sort.append(sort)
            self._file.append(file)
            self._row.append(row)
            self._child.append(child)

    def frame(self, files: Sequence[str], children: pl.DataFrame) -> pl.DataFrame:
        """As findings (`FINDING_COLUMNS`). `children`: `_number` and `child_id`; `files`: the shown names by number."""
        sorts = pl.DataFrame(
            [(at, one.table, one.rule, one.severity, one.column, one.message) for one, at in self._sorts.items()],
            schema={"sort": pl.UInt32, **dict.fromkeys(("table", "rule", "severity", "column", "message"), pl.String)},
            orient="row",
        )  # fmt: skip
        found = pl.DataFrame(
            [
                _whole("sort", self._sort, pl.UInt32),
                _whole("_at", self._file, pl.UInt16),
                _whole("row", self._row, pl.UInt32),
                _whole("_number", self._child, pl.UInt32),
            ]
        )
        named = found.join(sorts, on="sort", how="left").join(
            children.select("_number", "child_id"), on="_number", how="left"
        )
        listed = named.with_columns(
            named_files(named["_at"], files).alias("file"),
            pl.col("child_id").cast(pl.String).fill_null("").alias("record_id"),
        )
        return pl.concat([listed.select(_finding_columns()), self._rest(files)])

    def _rest(self, files: Sequence[str]) -> pl.DataFrame:
        """One finding for each sort of which more were found in a file than are listed."""
        by_number = {at: fault for fault, at in self._sorts.items()}
        said = []
        for (file, sort), count in self._counts.items():
            fault = by_number[sort]
            if count > _AT_MOST and fault.severity != "error":
                says = f"{count - _AT_MOST} more like it stand in this file: {fault.message}"
                said.append(
                    (files[file], 0, fault.table, fault.rule, fault.severity, fault.column, says, "")
                )  # fmt: skip
        return pl.DataFrame(said, schema=FINDING_COLUMNS, orient="row")


class Gathered:
    """All that was read: the records by element, those lost because nothing can be made of where they stand, and the faults."""

    def __init__(self) -> None:
        self.days, self.codes = Words(), Words()
        dated = date_names()
        self._words = {
            field: self.days if field in dated else self.codes
            for fields in RECORDS.values()
            for field in fields
            if field not in OF_ONE_CHILD
        }
        self.records = {name: Records(fields, self._words) for name, fields in RECORDS.items()}
        self.faults = Faults()
        self._lost_file, self._lost_row = array("H"), array("I")

    def lose(self, name: str, file: int, row: int, child: int) -> None:
        """Take a record that stands where none can be read; it is set aside."""
        says = f"'{name}' stands where the schema has no such element, so it can't be read; put it where it belongs."
        self.faults.add(Fault("cin_record_out_of_place", TABLES[name], name, says, "error"), file, row, child)
        self._lost_file.append(file)
        self._lost_row.append(row)

    def lost(self) -> pl.DataFrame:
        """Where the lost records stand: `_at`, `_row`."""
        return pl.DataFrame([_whole("_at", self._lost_file, pl.UInt16), _whole("_row", self._lost_row, pl.UInt32)])

    def columns(self, days: Callable[[pl.Series], pl.Series]) -> dict[str, pl.Series]:
        """What `Records.frame` needs; `days` is done to each different date once."""
        dated, coded = self.days.column(days), self.codes.column(lambda text: text)
        return {field: dated if words is self.days else coded for field, words in self._words.items()}


def named_files(numbers: pl.Series, files: Sequence[str]) -> pl.Series:
    """The shown names of files by their numbers, as an Enum in alphabetical order."""
    return pl.Series("file", list(files), dtype=pl.Enum(sorted(files))).gather(numbers.cast(pl.UInt32))


def _finding_columns() -> list[pl.Expr]:
    return [pl.col(name).cast(kind) for name, kind in FINDING_COLUMNS.items()]


def _whole(name: str, numbers: array[int], kind: type[pl.DataType]) -> pl.Series:
    """The numbers as a column; the bytes are taken over as they are."""
    import numpy as np

    stored = np.uint16 if numbers.typecode == "H" else np.uint32
    return pl.Series(name, np.frombuffer(numbers.tobytes(), dtype=stored), dtype=kind)
