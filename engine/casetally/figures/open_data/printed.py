"""Why: a published table is a report like any other: its figures of one authority are held against the records by `reconcile`.

The lines are the map of `definitions/open_data`, so the report needs no file of its own. A figure that is hidden or missing in
the table is a line without a number, with its symbol in the note.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path

import polars as pl

from casetally.definitions.library import Library
from casetally.definitions.open_data import PublishedFigure, identity_of, load_published_figures
from casetally.definitions.reports import Line, Report, Section
from casetally.errors import CallError, did_you_mean
from casetally.figures.open_data.published import figures_in
from casetally.figures.published import SCHEMA, Published, PublishedFinding
from casetally.sources.open_data_file import OpenDataFile, looks_like_open_data, read_open_data

NAME = "open_data"
_HEAD = 65536


def is_open_data(path: Path) -> bool:
    """Whether a file is a published table of this kind, by its first line."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return looks_like_open_data(file.read(_HEAD))


def open_data_report(library: Library) -> Report:
    """A report with a line for every figure that is mapped, by year."""
    lines = tuple(_line(ref, figure) for ref, figure in load_published_figures(library).items())
    return Report(title="Published tables", published=NAME, sections=(Section(title="Published tables", lines=lines),))


def read_printed(path: Path, library: Library, whose: Iterable[str | None]) -> Published:
    """The figures of one authority in a published table, as `reconcile` takes them.

    `whose` are its codes or names. Raises CallError where the table has no row of it, InputError where it can't be read.
    """
    file = read_open_data(path.read_bytes(), str(path))
    own = _of_authority(file, [name for name in whose if name])
    figures = figures_in(own, load_published_figures(library))
    records = [_record(row) for row in figures.iter_rows(named=True)]
    findings = [
        PublishedFinding(str(path), row["row"], row["rule"], row["message"])
        for row in file.findings.filter(pl.col("severity") != "note").iter_rows(named=True)
    ]
    if not records:
        says = "No figure of this table is mapped to an indicator."
        findings.append(PublishedFinding(str(path), 0, "no_figures", says))
    return Published(path, pl.DataFrame(records, schema=SCHEMA, orient="row"), tuple(findings))


def _line(ref: str, figure: PublishedFigure) -> Line:
    whole = figure.breakdown == "all"
    return Line(
        ref=ref,
        title=figure.source,
        indicator=figure.indicator,
        shows=figure.shows,
        basis=("year",),
        places=figure.places,
        breakdown={} if whole else figure.breakdown,
        group=None if whole else figure.group,
    )


def _of_authority(file: OpenDataFile, names: list[str]) -> OpenDataFile:
    """The file with the rows of the authority alone, under whichever of its codes they stand."""
    known = identity_of(names)
    wanted = [*(name.strip().lower() for name in names), *(known.names() if known else ())]
    local = file.rows.filter(pl.col("geographic_level") == "Local authority")
    meant = pl.any_horizontal(
        pl.col(name).str.to_lowercase().is_in(wanted).fill_null(False)
        for name in ("new_la_code", "old_la_code", "la_name")
    )
    rows = local.filter(meant)
    if rows.is_empty():
        theirs = local["la_name"].drop_nulls().unique().sort().to_list()
        who = f"'{names[0]}'" if names else "an authority that the run does not name"
        hint = did_you_mean(names[0], theirs) if names else ""
        raise CallError(
            f"{file.shown} has no row of {who}.",
            hint=hint or "The run must name its authority by name or code: casetally run ... --authority NAME.",
        )
    return OpenDataFile(
        file.shown, file.sha256, file.has, file.filters, file.indicators, rows, file.set_aside, file.findings
    )


def _record(row: Mapping[str, object]) -> dict[str, object]:
    value, period = row["value"], row["period"]
    places = max(int(str(row["places"])), len(str(value or "").partition(".")[2]))  # 21 stands where 21.0 is meant
    shown = str(Decimal(str(value)).quantize(Decimal(1).scaleb(-places))) if value is not None else None
    note = (
        "" if value is not None else f"published as {row['symbol']}" if row["symbol"] else "no one figure is published"
    )
    return {
        "file_row": row["row"], "report": NAME, "ref": row["ref"], "basis": "year", "period": period or "", "breakdown": "",
        "numerator": row["numerator"], "denominator": row["denominator"], "value": shown,
        "printed": str(value) if value is not None else str(row["symbol"] or ""), "rag": "", "note": note,
        "places": places if value is not None else None, "period_kind": "year" if period else "other",
    }  # fmt: skip
