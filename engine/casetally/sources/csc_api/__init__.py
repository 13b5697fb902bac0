"""Why: authorities already build payloads for the DfE's children's social care API, so those can be counted as they are.

A folder of payloads, or one file of them (an array, one child, or a line each), becomes the tables of the data model.
`stream` takes the children out of a file one at a time, `objects` judges each object, `merged` says what stands after all
payloads, `care` makes periods of care, and `tables` names the columns; `attributes` lists what is read and what is not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from casetally.sources.building import Made
from casetally.sources.csc_api.objects import Gathered, Walker
from casetally.sources.csc_api.stream import PayloadFile
from casetally.sources.csc_api.tables import make_tables
from casetally.sources.delivery import Delivery, SourceFile
from casetally.sources.given import Given, GivenFile, only_files

ENDINGS = (".json", ".jsonl", ".ndjson")
_SIGN = "la_child_id"


def claims(given: Sequence[Given]) -> list[Given]:
    """The JSON files that begin with children of the API, in folders of the folder too."""
    return [one for one in only_files(given) if one.suffix in ENDINGS and _is_payload(one)]


def _is_payload(file: GivenFile) -> bool:
    return any(f'"{_SIGN}"'.encode(code) in file.head for code in ("utf-8", "utf-16-le", "utf-16-be"))


def read(given: Sequence[Given]) -> Delivery:
    """Read payloads in the order of their files' names, numbers in them as numbers; a later one has the last word.

    Raises InputError, with its place, for what is not JSON.
    """
    gathered = Gathered()
    files: list[SourceFile] = []
    children = 0
    for file in sorted(only_files(given), key=_in_name_order):
        payload, walker = PayloadFile(file), Walker(gathered, file.shown)
        for child in payload.children():
            walker.child(child)
        walker.tell_of_the_file()
        files.append(SourceFile(file.shown, payload.sha256, walker.rows))
        children += walker.children
    made = make_tables(gathered)
    return _delivery(made, files, children)


def _in_name_order(file: GivenFile) -> tuple[list[tuple[int, str]], str]:
    """`payload_2` before `payload_10`; those that differ in leading zeros alone by their text."""
    parts = re.findall(r"[0-9]+|[^0-9]+", file.shown)
    return [(int(part[:300]), "") if part[0] in "0123456789" else (-1, part) for part in parts], file.shown


def _delivery(made: Made, files: list[SourceFile], children: int) -> Delivery:
    covers = (
        f"Payloads of the DfE's children's social care API: {children:,} of a child in "
        f"{len(files)} file{'' if len(files) == 1 else 's'}."
    )
    return Delivery(
        "csc_api",
        tuple(sorted(files, key=lambda file: file.file)),
        made.tables,
        made.rows.sort("file", "row"),
        made.findings.sort("file", "row", "table", "rule", "column", "message", "record_id"),
        covers,
    )
