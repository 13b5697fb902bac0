"""Why: a child who is to be forgotten must be gone from every place that this program knows of, and nothing may tell who it was.

What was made of the editions is looked through: outputs lose the findings that name the child's records, case lists that name the
child (or can't be opened to see) are deleted, and so are runs and Annex A workbooks, which are made again by one command. Then the
editions lose the child in one step. Kept is that a child was forgotten, when, by which account, and how much went.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from casetally.errors import CasetallyError
from casetally.nights import place
from casetally.nights.facts import facts_of
from casetally.nights.keeping.naming import names_any
from casetally.reports.case_lists.audit_log import log_of, read_log
from casetally.reports.case_lists.private_folder import CONTENTS
from casetally.reports.made import Noted, keep_those_there, made_of
from casetally.reports.outputs import RUN_FILE
from casetally.reports.set_aside_rows import SET_ASIDE_FILE
from casetally.schemas import Schemas, load_schemas
from casetally.sealed import SEALED, Key
from casetally.store.editions import EDITIONS_FILE, Book, Edition, writing
from casetally.store.editions.letting_go import Forgotten, let_go_of_texts
from casetally.store.editions.letting_go import forget as forget_in_editions

_FINDINGS = ("findings.parquet", "findings.csv")


@dataclass(frozen=True)
class Done:
    """What went: from the editions, findings of the outputs, and what was deleted whole. `left`: what could not be, and why."""

    of_editions: Forgotten
    findings: int
    deleted: tuple[Path, ...]
    left: tuple[str, ...]


def forget_child(home: Path, child: str, key: Key | None, also: Sequence[Path] = ()) -> Done:
    """Forget a child everywhere that a home knows of, and in the folders named besides. The caller holds the home's lock.

    Raises CallError for a child that no edition knows: then nothing is touched.
    """
    schemas = load_schemas()
    deleted: list[Path] = []
    left: list[str] = []
    with writing(home / EDITIONS_FILE, schemas, key, anew=True) as book:
        found = forget_in_editions(book, child)
        _without_signatures(book, schemas)
        # before the editions lose the child: what is stopped midway can be begun again
        findings = _from_outputs(home, book.all()[-1], found)
        for folder in _case_lists(home):
            deleted += _from_case_lists(folder, found.ids, key, left)
        for one in [*made_of(home), *(Noted("run", folder) for folder in also)]:
            if says := _why_left(one):
                left.append(says)
            else:
                _delete(one.path, deleted, left)
    keep_those_there(home)
    return Done(found, findings, tuple(deleted), tuple(left))


def _without_signatures(book: Book, schemas: Schemas) -> None:
    """What an edition keeps to be compared by holds hashes of ids: the latest's is made anew, the others' go."""
    every = book.all()
    for one in every:
        facts = ""
        if one is every[-1]:
            made = facts_of(book.load(one), schemas, one.as_at, authority=one.authority or "")
            facts = book.keep_json(json.loads(made.to_json()))
        book.set_facts(one, facts)
    let_go_of_texts(book)


def _from_outputs(home: Path, last: Edition, found: Forgotten) -> int:
    """Take the findings that name the child's records out of the outputs; the rows set aside go whole, for they are sealed.

    The outputs are copied, and the copy takes their place: whoever reads, and a kill, meets all of the old or all of the new.
    Those that a killed night left beside are put in place first, where the next night would do so, and else deleted.
    """
    place.heal(home, last.number, last.known_on.isoformat(), last.inputs)
    outputs = home / place.OUTPUTS
    made = place.made_in(outputs)
    if made is None:  # the next night makes them anew
        for name in (*_FINDINGS, SET_ASIDE_FILE):
            (outputs / name).unlink(missing_ok=True)
        return 0
    beside = place.begin(home)
    shutil.copytree(outputs, beside, dirs_exist_ok=True)
    gone = 0
    for name in _FINDINGS:
        path = beside / name
        if path.is_file():
            rows = pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path, infer_schema=False)
            named = pl.struct(pl.col("table"), pl.col("record_id")).map_elements(
                lambda row: (row["table"], row["record_id"]) in found.records, return_dtype=pl.Boolean
            )
            kept = rows.filter(~named)
            gone = rows.height - kept.height
            kept.write_parquet(path) if path.suffix == ".parquet" else kept.write_csv(path)
    (beside / SET_ASIDE_FILE).unlink(missing_ok=True)
    about = json.loads((beside / RUN_FILE).read_text(encoding="utf-8"))
    place.complete(beside, about, number=made.number, night=made.night, inputs=made.inputs, request=made.request)
    place.put_in_place(home)
    return gone


def _case_lists(home: Path) -> list[Path]:
    """The folders of case lists that the log of this home's store names, those that are still there."""
    try:
        entries = read_log(log_of(home / EDITIONS_FILE)).entries
    except CasetallyError:  # no list was ever asked for
        return []
    folders = {Path(str(one.says["to"])) for one in entries if one.says.get("to")}
    return sorted(folder for folder in folders if (folder / CONTENTS).is_file())


def _from_case_lists(folder: Path, ids: Iterable[str], key: Key | None, left: list[str]) -> list[Path]:
    """Delete the lists that name the child; one that can't be opened to see goes too: it is made again on request."""
    deleted: list[Path] = []
    for path in sorted(folder.rglob(f"*{SEALED}")):
        if names_any(path, frozenset(ids), key) is not False:
            _delete(path, deleted, left)
    return deleted


def _why_left(one: Noted) -> str:
    """Why what was made there is not deleted, if it is not: it is gone, or something else stands there now."""
    path = one.path
    try:
        if not path.exists():
            return f"'{path}' is not there any more: if it was moved, delete it where it is now."
        if path.is_dir() and not (path / RUN_FILE).is_file():
            return f"'{path}' is no longer the folder that was made there: it was left as it is."
        if one.is_another():
            return f"'{path}' is no longer the file that was made there: it was left as it is. Delete it if it holds the child."
    except OSError as fault:
        return f"'{path}' could not be deleted: {fault.strerror}."
    return ""


def _delete(path: Path, deleted: list[Path], left: list[str]) -> None:
    try:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.exists():
            path.unlink()
        else:
            return
    except OSError as fault:
        left.append(f"'{path}' could not be deleted: {fault.strerror}.")
    else:
        deleted.append(path)
