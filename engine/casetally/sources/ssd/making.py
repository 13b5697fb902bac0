"""Why: whatever the table, its columns are read alike: dates lose their times, codes become those of the lists, an id of -1 names
nobody, a team's number becomes its name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from casetally.schemas import Column, Table, load_schemas
from casetally.sources.building import Made, Problem, findings_of, lines, table_of
from casetally.sources.delivery import FINDING_COLUMNS, ROW_COLUMNS, SourceTable
from casetally.sources.ssd.codes import listed
from casetally.sources.ssd.distinct import by_distinct
from casetally.sources.ssd.extract import Extract
from casetally.sources.ssd.layout import known_tables, missing_column
from casetally.sources.ssd.mapping import columns_of
from casetally.sources.ssd.outcomes import OUTCOMES, outcome, permanence_plan

_NOT_APPLICABLE = ("NA", "N/A", "NOT APPLICABLE")


@dataclass(frozen=True)
class Lookups:
    """What several tables look into. `teams`: number -> name."""

    teams: Mapping[str, str]


def lookups_of(extract: Extract) -> Lookups:
    """The names of teams; two teams of one name keep their number beside it."""
    frame = extract.frame("ssd_department")
    if frame is None or not {"dept_team_id", "dept_team_name"} <= set(frame.columns):
        return Lookups({})
    known = frame.select("dept_team_id", "dept_team_name").drop_nulls().unique().sort("dept_team_id", "dept_team_name")
    known = known.unique("dept_team_id", keep="first", maintain_order=True)
    shared = pl.col("dept_team_name").is_duplicated()
    both = pl.format("{} ({})", "dept_team_name", "dept_team_id")
    known = known.with_columns(pl.when(shared).then(both).otherwise("dept_team_name").alias("name"))
    return Lookups(dict(zip(known["dept_team_id"].to_list(), known["name"].to_list(), strict=True)))


def modelled(
    frame: pl.DataFrame, name: str, lookups: Lookups, columns: Mapping[str, str] | None = None
) -> pl.DataFrame:
    """The rows under the names of a model table, in its schema's order, values read (`value`), `_file` and `_row` kept.

    `columns`: model column -> column of the frame; without it, those of the schema. What the frame lacks is absent.
    """
    table = load_schemas().tables[name]
    columns = columns_of(name) if columns is None else columns
    found = [(column, columns[column]) for column in table.columns if columns.get(column) in frame.columns]
    read = [value(frame[ssd], table.columns[column], column, lookups).alias(column) for column, ssd in found]
    return pl.DataFrame([*read, frame["_file"], frame["_row"]])


def value(text: pl.Series, column: Column, name: str, lookups: Lookups) -> pl.Series:
    """One column of text as the data model writes it; what can't be read stays as it is. Days are in ISO form already."""
    if column.codes:
        return _code(text, column.codes)
    if column.type == "boolean":
        return by_distinct(text, _flag)
    if column.type == "id" or name == "team":
        return by_distinct(text, lambda texts: _team(texts, lookups)) if name == "team" else nobody(text)
    return text.cast(pl.String)


def _team(texts: pl.Series, lookups: Lookups) -> pl.Series:
    known = nobody(texts)
    return known.replace(dict(lookups.teams)) if lookups.teams else known


def _flag(texts: pl.Series) -> pl.Series:
    return texts.set(texts.str.to_uppercase().is_in(_NOT_APPLICABLE), None)


def _code(text: pl.Series, code_list: str) -> pl.Series:
    if code_list in OUTCOMES:
        return outcome(text, code_list)
    return listed(permanence_plan(text) if code_list == "permanence_plan" else text, code_list)


def nobody(ids: pl.Series) -> pl.Series:
    """Ids with -1, which some systems write for none, as null."""
    if isinstance(ids.dtype, pl.Categorical):
        return by_distinct(ids, nobody)
    for none in ("-1", "-1.0"):
        standing = ids == none
        if standing.any():
            ids = ids.set(standing.fill_null(value=False), None)
    return ids


def numbered_records(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """With `_record`, in the order of the rows' contents, so that the order of the input decides nothing."""
    order = [column for column in load_schemas().tables[name].columns if column in frame.columns]
    frame = _in_order(frame, [*order, "_file", "_row"]).with_row_index("_record")
    return frame.with_columns(pl.col("_record").cast(pl.UInt32))


def _in_order(frame: pl.DataFrame, order: Sequence[str]) -> pl.DataFrame:
    """The rows by these columns, nulls last. The first is as a rule an id that no other row has: then it alone decides."""
    first = frame[order[0]]
    if not first.null_count() and (first[1:] > first[:-1]).all():
        return frame
    if first.n_unique() < frame.height:
        again = first.is_duplicated()
        frame = pl.concat([frame.filter(~again), frame.filter(again).sort(order, nulls_last=True)])
    return frame.sort(order[0], nulls_last=True, maintain_order=True)


def made_of(
    frame: pl.DataFrame, name: str, problems: Sequence[Problem] = (), *, latest_only: bool = False
) -> tuple[SourceTable, Made]:
    """The table of records and what became of their rows, one row a record. `problems` are warnings on the frame's columns.

    Raises InputError where the table lacks a column that every record needs.
    """
    require(frame, load_schemas().tables[name])
    records = numbered_records(frame, name)
    first = load_schemas().tables[name].key[0]
    record_id = pl.col(first) if first in records.columns else pl.lit("")
    said = [findings_of(records, name, problem, record_id) for problem in problems]
    table = table_of(name, records, latest_only=latest_only)
    findings = pl.concat([pl.DataFrame(schema=FINDING_COLUMNS), *said])
    by_row = records.select("_file", "_row", "_record").sort("_row")
    return table, Made((table,), lines(by_row, "carried", name), findings)


def in_order_of_rows(pieces: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Lines of `Delivery.rows` by file and row. Most pieces are the rows of one file in their order, and are only put together."""
    by_file: dict[str, list[pl.DataFrame]] = {}
    for piece in pieces:
        for file, lines_of in _of_each_file(piece):
            by_file.setdefault(file, []).append(lines_of)
    return pl.concat([pl.DataFrame(schema=ROW_COLUMNS), *(_by_row(by_file[file]) for file in sorted(by_file))])


def _of_each_file(piece: pl.DataFrame) -> list[tuple[str, pl.DataFrame]]:
    if not piece.height:
        return []
    first = str(piece["file"][0])
    if (piece["file"] == first).all():
        return [(first, piece)]
    return [(str(file), lines_of) for (file,), lines_of in piece.partition_by("file", as_dict=True).items()]


def _by_row(pieces: Sequence[pl.DataFrame]) -> pl.DataFrame:
    rows = pl.concat(pieces)
    return rows if rows["row"].is_sorted() else rows.sort("row")


def require(frame: pl.DataFrame, table: Table) -> None:
    """Raises InputError where no source of a needed column was found."""
    for name, column in table.columns.items():
        if column.required and name not in frame.columns:
            shown = frame["_file"].first() if frame.height else None
            ssd = column.ssd or columns_of(table.table).get(name, name)
            raise missing_column(_table_of(ssd), ssd, str(shown or _table_of(ssd)))


def _table_of(ssd_column: str) -> str:
    return next((table for table, columns in known_tables().items() if ssd_column in columns), "")


def filled(frame: pl.DataFrame, column: str, by: str, known: pl.DataFrame | None) -> pl.DataFrame:
    """The frame with blanks of `column` filled from what another table knows. `known` has `by` and `column`, by once.

    Where the frame has no `by` or nothing is known, it stays as it is.
    """
    if known is None or by not in frame.columns:
        return frame
    met = frame.join(known.rename({column: "_told"}), on=by, how="left", maintain_order="left")
    own = [pl.col(column)] if column in frame.columns else []
    return met.with_columns(pl.coalesce(*own, "_told").alias(column)).drop("_told")


def known_of(frame: pl.DataFrame | None, by: str, what: str, called: tuple[str, str]) -> pl.DataFrame | None:
    """What a table knows of each `by`: those with one answer only, under the names `called`; None where it lacks either."""
    if frame is None or by not in frame.columns or what not in frame.columns:
        return None
    pairs = frame.select(pl.col(by).alias(called[0]), pl.col(what).alias(called[1])).drop_nulls().unique()
    return pairs.filter(pl.col(called[0]).is_unique()).sort(called[0])
