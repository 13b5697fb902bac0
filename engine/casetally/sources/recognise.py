"""Why: an authority gives what it has and should not have to say what it is: names, headers and first bytes tell.

The readers stand in one visible tuple. In its order each claims the files (or the database) that it knows, the rest goes to
the next; what nobody claims is noted. What several readers make is put together by `together`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

import polars as pl

from casetally.errors import InputError, Place
from casetally.sources.delivery import FINDING_COLUMNS, Delivery
from casetally.sources.given import Given, GivenFile, look_at
from casetally.sources.together import put_together


class ReaderModule(Protocol):
    """What a reader's module offers.

    `claims`: those of the given that it knows, from names and first bytes alone, and never an error for what they hold.
    `read`: their records; raises InputError, with its place, for what can't be read at all.
    """

    def claims(self, given: Sequence[Given]) -> list[Given]: ...

    def read(self, given: Sequence[Given]) -> Delivery: ...


@dataclass(frozen=True)
class Reader:
    """A kind of export: its name, how people call it, and the module that reads it, imported when it is asked."""

    name: str
    called: str

    @property
    def module(self) -> ReaderModule:
        return cast(ReaderModule, import_module(f"casetally.sources.{self.name}"))


READERS: tuple[Reader, ...] = (
    Reader("mapping", "files of your own shape with a casetally-mapping.yaml"),
    Reader("csc_api", "payloads of the DfE's children's social care API"),
    Reader("cin_census", "a CIN census"),
    Reader("ssda903", "an SSDA903 return"),
    Reader("annex_a", "an Ofsted Annex A workbook"),
    Reader("open_data_populations", "published population estimates"),
    Reader("ssd", "the Standard Safeguarding Dataset"),
    Reader("plain", "files of the data model"),
)


def read_source(*sources: str | Path) -> Delivery:
    """Read folders, files and databases together, each with the first reader that claims it.

    Raises InputError where one does not exist, nothing in it is recognised, or something claimed is broken.
    """
    given = look_at(sources)
    made: list[tuple[int, Delivery]] = []
    rest = list(given)
    for reader in READERS:
        claimed = reader.module.claims(rest)
        if claimed:
            made.append((given.index(claimed[0]), reader.module.read(claimed)))
            rest = [one for one in rest if one not in claimed]
    if not made:
        raise _nothing_recognised(sources, given)
    in_given_order = [delivery for _, delivery in sorted(made, key=lambda one: one[0])]
    return _with_unread(put_together(in_given_order), [one for one in rest if isinstance(one, GivenFile)])


def _with_unread(delivery: Delivery, unread: Sequence[GivenFile]) -> Delivery:
    """With the files that no reader claimed: listed as unused, and noted. Those of folders in the folder are passed over
    where nothing else in their folder was read.
    """
    read_in = {Path(file.file).parent.as_posix() for file in delivery.files}
    unread = [file for file in unread if file.depth == 1 or file.folder in read_in]
    if not unread:
        return delivery
    says = "No reader knows this file, so it is not read."
    said = {"row": 0, "table": "", "rule": "file_not_read", "severity": "note", "column": "", "record_id": ""}
    notes = pl.DataFrame([{**said, "file": file.shown, "message": says} for file in unread], schema=FINDING_COLUMNS)
    files = sorted([*delivery.files, *(file.unused() for file in unread)], key=lambda file: file.file)
    return delivery.with_more(files=tuple(files), findings=notes)


def _nothing_recognised(sources: Sequence[str | Path], given: Sequence[Given]) -> InputError:
    found = [one.shown for one in given]
    shown = ", ".join(found[:5]) + (f" and {len(found) - 5} more" if len(found) > 5 else "")
    kinds = ", ".join(reader.called for reader in READERS[:-1]) + f" or {READERS[-1].called}"
    where = (
        Place(" ".join(str(source) for source in sources)) if all(isinstance(one, GivenFile) for one in given) else None
    )
    return InputError(
        f"Nothing here can be read: {'found ' + shown if found else 'the folder is empty'}.",
        place=where,
        hint=f"Expected {kinds} (children.csv, referrals.csv, placements.parquet ...). Files of your own shape are read once"
        " 'casetally map FOLDER' has proposed a mapping.",
    )
