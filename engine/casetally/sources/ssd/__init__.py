"""Why: most authorities in England can fill the Standard Safeguarding Dataset from their own system, so it is the one source that
tells nearly all of the work.

It is read from a folder of CSV or Parquet files, or straight from the authority's database, which is never written to. `layout`
knows the names, `extract` and `database` take them up, and the other modules say what each table makes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from casetally.sources.building import Made
from casetally.sources.delivery import Delivery, SourceTable
from casetally.sources.given import Given, GivenDatabase, GivenFile, only_files
from casetally.sources.parquet_file import ENDINGS
from casetally.sources.ssd.layout import bare_name, table_named, table_slip


def claims(given: Sequence[Given]) -> list[Given]:
    """Databases, the SQLite and DuckDB files with tables of the dataset, and the CSV and Parquet files named after its
    tables. Where a folder has such files, those whose names begin with `ssd_` are taken too, to be noted.
    """
    from casetally.sources.ssd.embedded import holds_dataset, kind_of

    files = only_files(given)
    tables = [file for file in files if file.suffix in ENDINGS and bare_name(file.stem)]
    some = any(table_named(file.stem) or table_slip(file.stem) for file in tables)
    stores = [file for file in files if kind_of(file.head) and (len(given) == 1 or holds_dataset(file))]
    taken = [*(tables if some else []), *stores]
    return [one for one in given if isinstance(one, GivenDatabase) or one in taken]


def read(given: Sequence[Given]) -> Delivery:
    """Read tables of the dataset. Raises InputError for what can't be read at all, a database that can't be reached too."""
    from casetally.sources.ssd.care import read_care
    from casetally.sources.ssd.database import read_database
    from casetally.sources.ssd.embedded import kind_of, read_store
    from casetally.sources.ssd.events import outcomes_untold, read_events, read_factors
    from casetally.sources.ssd.extract import read_files, together
    from casetally.sources.ssd.learning import read_assessments
    from casetally.sources.ssd.leavers import read_leavers
    from casetally.sources.ssd.making import in_order_of_rows, lookups_of
    from casetally.sources.ssd.people import read_people

    several = len(given) > 1 and not all(isinstance(one, GivenFile) and one.suffix in ENDINGS for one in given)
    tables = [file for file in only_files(given) if file.suffix in ENDINGS and not kind_of(file.head)]
    stores = [one for one in given if one not in tables]
    read_in = [
        read_database(one, several=several) if isinstance(one, GivenDatabase) else read_store(one, several=several)
        for one in stores
    ]
    extract = together([*([read_files(tables)] if tables else []), *read_in])
    lookups = lookups_of(extract)
    care = read_care(extract)
    people = read_people(extract, lookups)
    children = _table(people, "children")
    made = [*people, *care.made, *read_events(extract, lookups, care)]
    made += read_factors(extract, _table(made, "assessments"))
    made += read_leavers(extract, lookups, care.periods, children)
    made += read_assessments(extract, lookups)
    files = sorted([*(part.file for part in extract.parts), *extract.unused], key=lambda file: file.file)
    by_flags = outcomes_untold(extract)
    rows = in_order_of_rows([part.rows for part in made])
    found = pl.concat([extract.notes, *(part.findings for part in made)])
    return Delivery(
        "ssd",
        tuple(files),
        tuple(
            sorted((_telling(table, by_flags) for part in made for table in part.tables), key=lambda table: table.table)
        ),
        rows,
        found.sort("file", "row", "rule", "message", "record_id"),
        _covers(len({part.table for part in extract.parts}), given),
    )


def _telling(table: SourceTable, by_flags: frozenset[str]) -> SourceTable:
    """The table, saying that its outcomes can't be early help where they are told by flags."""
    return replace(table, untold=frozenset({("outcome", "early_help")})) if table.table in by_flags else table


def _table(made: Sequence[Made], name: str) -> pl.DataFrame | None:
    return next((table.frame for part in made for table in part.tables if table.table == name), None)


def _covers(tables: int, given: Sequence[Given]) -> str:
    whence = " and ".join(sorted({"a database" if isinstance(one, GivenDatabase) else "files" for one in given}))
    return f"Standard Safeguarding Dataset: {tables} table{'' if tables == 1 else 's'} from {whence}."
