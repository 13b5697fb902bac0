"""Why: an analyst who must mend the rows that were set aside needs them as they were read, and nobody else may find them.

Findings name such a row by file, row and rule. The rows themselves are written here, sealed from the first byte, or not at all.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from casetally.records.references import SET_ASIDE
from casetally.records.set_aside import RULES
from casetally.records.validate import CheckedRecords
from casetally.reports.case_lists.plain_text import csv_bytes
from casetally.sealed import SEALED, new_for_owner, seal
from casetally.sources.delivery import Delivery

SET_ASIDE_FILE = f"set_aside.zip{SEALED}"
BY_THE_READER = "not_made_into_records"  # rows that no table took: told by file and row, for no record was made of them
_HEADED = {"_file": "file", "_row": "row", RULES: "rules"}


def write_set_aside(
    folder: Path, delivery: Delivery, checked: CheckedRecords, recipients: Sequence[str]
) -> Path | None:
    """Seal the rows that were set aside into a folder as `SET_ASIDE_FILE`: a zip with a CSV for each table that has some.

    Each row begins with its file, row and rules; what follows is text as read, and a text that would be a formula begins with an
    apostrophe. None, and nothing written, where nobody is named to seal for or nothing was set aside.
    """
    tables = {name: rows.rename(_HEADED) for name, rows in checked.set_aside.items() if rows.height}
    unmade = _by_the_reader(delivery)
    if unmade.height:
        tables[BY_THE_READER] = unmade
    if not recipients or not tables:
        return None
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in sorted(tables.items()):
            entry = zipfile.ZipInfo(f"{name}.csv")
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, csv_bytes(rows.columns, rows.iter_rows()))
    path = folder / SET_ASIDE_FILE
    with new_for_owner(path) as file:
        file.write(seal(held.getvalue(), recipients))
    return path


def _by_the_reader(delivery: Delivery) -> pl.DataFrame:
    """`file`, `row` and `rules` of the rows that a reader set aside before they were records."""
    gone = delivery.rows.filter(disposition=SET_ASIDE).select("file", "row")
    errors = delivery.findings.filter(severity="error")
    why = errors.group_by("file", "row").agg(pl.col("rule").unique().sort().str.join("; ").alias("rules"))
    return gone.join(why, on=["file", "row"], how="left").unique().sort("file", "row")
