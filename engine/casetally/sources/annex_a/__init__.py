"""Why: an authority under inspection has Annex A, Ofsted's eleven child-level lists in one workbook, often before anything else.

A workbook, or a folder of CSV files named after the lists, becomes the tables of the data model. `layout` knows the lists,
`safe` and `sheets` open the workbook, `headers` finds the lists in it, `values` reads their cells, `day` tells of which day
they speak, `records` declares what a row becomes and `making` does it.
"""

from __future__ import annotations

from collections.abc import Sequence

from casetally.sources.annex_a.claiming import claimed
from casetally.sources.delivery import Delivery
from casetally.sources.given import Given, only_files


def claims(given: Sequence[Given]) -> list[Given]:
    """The workbooks with a sheet that is a list of Annex A, and the CSV files named after a list that have its headers."""
    return list(claimed(only_files(given)))


def read(given: Sequence[Given]) -> Delivery:
    """Read the lists. Raises InputError, with its place, for a file that can't be read at all, or has no list that can."""
    from casetally.sources.annex_a.reading import (
        read_files,  # with all that makes tables: nothing of it is needed to claim
    )

    return read_files(only_files(given))
