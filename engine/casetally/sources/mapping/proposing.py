"""Why: an analyst who corrects a mapping needs minutes, one who begins with a blank page needs days; so a first one is proposed.

What is proposed is what headers and values make likely, with how sure it is. What can't be told is left as `?` to fill: a run with
one is refused, so that nothing is guessed into a figure. No value of a person's column goes into it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from casetally.errors import CallError, InputError, Place
from casetally.schemas import Column, load_schemas
from casetally.sources.column_names import folded
from casetally.sources.given import GivenFile, look_at, only_files
from casetally.sources.mapping.layout import FILE_NAME
from casetally.sources.mapping.looks import Looks, looks_of, words_to_show
from casetally.sources.mapping.matching import LIKELY, SURE, Match, TableMatch, code_of, columns_of, table_matches
from casetally.sources.mapping.reading import ENDINGS
from casetally.sources.mapping.sniffing import Sniffed, sniff

if TYPE_CHECKING:
    from casetally.sources.recognise import Reader

_TABLE_SURE, _TABLE_LIKELY = 0.62, 0.4
_MOST_COLUMNS = 500
_USUAL_FORMS = ("yyyy-mm-dd", "dd/mm/yyyy")
_CAN_BE_OWN = ("annex_a",)  # a workbook with a sheet of contacts may be Ofsted's list or the authority's own
_MAY_BE_READ = "It is also recognised as {}: if it is one, remove its entries, and it is read as that."
_FLAG_WORDS = {folded(word): word for word in ("yes", "no", "y", "n", "true", "false", "t", "f", "0", "1")}


@dataclass(frozen=True)
class ColumnLine:
    """A column in a proposal: its header, or None where that is to be filled; `sure` from 0 to 1."""

    column: str
    header: str | None
    sure: float
    also: tuple[str, ...] = ()  # headers that it might be instead


@dataclass(frozen=True)
class Word:
    """A word of theirs; the code proposed, or None to fill; whether it is sure."""

    word: str
    code: str | None
    sure: bool


@dataclass(frozen=True)
class WordList:
    """The words of a code column that may be shown, and how many are not."""

    column: str
    words: tuple[Word, ...]
    left_out: int
    codes: tuple[str, ...]


@dataclass(frozen=True)
class DateLine:
    """How the dates of a column are written; `unsure` where day and month could change places."""

    column: str
    form: str
    unsure: bool


@dataclass(frozen=True)
class Proposal:
    """One entry, or a file for which none can be proposed (`table` None). `rivals`: tables that it may be instead."""

    sniffed: Sniffed
    table: str | None
    sure: float
    rivals: tuple[tuple[str, float], ...] = ()
    lines: tuple[ColumnLine, ...] = ()
    guesses: tuple[ColumnLine, ...] = ()
    words: tuple[WordList, ...] = ()
    dates: tuple[DateLine, ...] = ()
    make_id: tuple[str, ...] = ()
    distinct: bool = False
    not_taken: tuple[str, ...] = ()
    skip: tuple[tuple[str, tuple[str, ...]], ...] = ()  # headers with the words of rows that add up the others
    says: str = field(default="")


def propose(folder: Path) -> list[Proposal]:
    """What the files of a folder may be. Raises InputError where there is none to look at."""
    if not folder.is_dir():
        # of a database's URL all but user and password
        shown = re.sub(r":/+[^/]*@", "://", str(folder))
        raise CallError(f"'{shown}' is no folder.", hint="Name the folder that the exports lie in.")
    files = [file for file in only_files(look_at([folder])) if file.suffix in ENDINGS and file.depth == 1]
    if not files:
        raise InputError(
            "There is no file here that a mapping could be made for.",
            place=Place(str(folder)),
            hint=f"Expected files ending in {', '.join(ENDINGS)}.",
        )
    known = _known_to_others(files)
    left = [file for file in files if file.shown in known and known[file.shown].name not in _CAN_BE_OWN]
    found = [_proposal(one) for file in files if file not in left for one in sniff(file)]
    found = [_with_other_reader(one, known.get(one.sniffed.file.shown)) for one in found]
    return [*found, *_children_within(found), *(_left_to(file, known[file.shown].called) for file in left)]


def _with_other_reader(one: Proposal, reader: Reader | None) -> Proposal:
    return replace(one, says=_MAY_BE_READ.format(reader.called)) if one.table and reader else one


def _known_to_others(files: Sequence[GivenFile]) -> dict[str, Reader]:
    """The files that another reader knows, and which; those of the data model only where their headers are its own."""
    from casetally.sources.recognise import READERS

    known: dict[str, Reader] = {}
    for reader in READERS:
        if reader.name == "mapping":
            continue
        rest = [file for file in files if file.shown not in known]
        for one in reader.module.claims(rest):
            if isinstance(one, GivenFile) and (reader.name != "plain" or _has_our_headers(one)):
                known[one.shown] = reader
    return known


def _has_our_headers(file: GivenFile) -> bool:
    grids = [one.grid for one in sniff(file)]
    tables = load_schemas().tables
    fitting = [table for name, table in tables.items() if file.stem.lower().startswith(name)]
    return any(grid and all(header in table.columns for header in grid.headers) for grid in grids for table in fitting)


def _left_to(file: GivenFile, called: str) -> Proposal:
    sniffed = Sniffed(file, file.stem, None, 1, ",", "utf-8", None)
    return Proposal(sniffed, None, 0.0, says=f"It is recognised as {called} and needs no mapping.")


def _proposal(sniffed: Sniffed) -> Proposal:
    if sniffed.grid is None:
        return Proposal(sniffed, None, 0.0, says=f"It can't be read: {sniffed.why}")
    if len(sniffed.grid.headers) > _MOST_COLUMNS:
        says = f"It has {len(sniffed.grid.headers):,} columns, more than the {_MOST_COLUMNS} that are looked at."
        return Proposal(sniffed, None, 0.0, says=says)
    looks = looks_of(sniffed.grid)
    best, *rivals = table_matches(sniffed.name, looks)
    # one header alone can be chance: the row may be no header but a child's record
    if best.score < _TABLE_LIKELY or sum(match.score >= LIKELY for match in best.matches) < 2:
        return Proposal(sniffed, None, best.score, says="Which table it is can't be told from its name and headers.")
    near = tuple((one.table, one.score) for one in rivals[:2] if one.score >= best.score - 0.12)
    return _entry(sniffed, looks, best, near)


def _entry(
    sniffed: Sniffed, looks: Sequence[Looks], best: TableMatch, rivals: tuple[tuple[str, float], ...]
) -> Proposal:
    table = load_schemas().tables[best.table]
    by_header = {one.header: one for one in looks}
    taken = [match for match in best.matches if match.score >= LIKELY]
    lines = [ColumnLine(match.column, match.header, match.score) for match in taken]
    guesses = [match for match in best.matches if match.score < LIKELY]
    have = {line.column for line in lines}
    own_id = next(
        (name for name in table.key if table.columns[name].type == "id" and not table.columns[name].references), None
    )
    make_id: tuple[str, ...] = ()
    for name, column in table.columns.items():
        if not column.required or name in have:
            continue
        if name == own_id and "child_id" in table.columns and name != "child_id":
            make_id = ("child_id", *([table.begins] if table.begins and table.columns[table.begins].required else []))
            continue
        perhaps = tuple(match.header for match in guesses if match.column == name)
        lines.append(ColumnLine(name, None, 0.0, perhaps))
    order = list(table.columns)
    lines.sort(key=lambda line: order.index(line.column))
    named = {match.header for match in taken}
    free = [match for match in guesses if match.header not in named and not table.columns[match.column].required]
    words = [_words(match, table.columns[match.column], by_header[match.header]) for match in taken]
    dates = [_dates(match, table.columns[match.column], by_header[match.header]) for match in taken]
    return Proposal(
        sniffed,
        best.table,
        best.score,
        rivals,
        tuple(lines),
        tuple(ColumnLine(match.column, match.header, match.score) for match in free),
        tuple(one for one in words if one),
        tuple(one for one in dates if one),
        make_id,
        not_taken=tuple(one.header for one in looks if one.header not in named),
        skip=tuple((one.header, one.totals) for one in looks if one.totals),
    )


def _words(match: Match, column: Column, looks: Looks) -> WordList | None:
    """The words of a column of codes, or of yes and no, that are not what the data model reads anyway."""
    if column.codes:
        codes = load_schemas().codes[column.codes]
        meant = {word: code_of(word, codes, column.codes) for word, _ in looks.words}
        as_is = {word for word in meant if word.lower() in {code.lower() for code in codes}}
    elif column.type == "boolean":
        codes = {"true": "yes", "false": "no"}
        meant = {word: (None, False) for word, _ in looks.words}
        as_is = {word for word in meant if word.lower() in _FLAG_WORDS}
    else:
        return None
    known = frozenset(word for word, (code, _) in meant.items() if code)
    shown, left_out = words_to_show(looks, known | as_is)
    words = tuple(Word(word, meant[word][0], meant[word][1]) for word in shown if word not in as_is)
    unseen = left_out if looks.like_codes else looks.distinct - len(as_is)
    return WordList(match.column, words, unseen, tuple(codes)) if words or unseen > 0 else None


def _dates(match: Match, column: Column, looks: Looks) -> DateLine | None:
    if column.type not in ("date", "datetime") or looks.filled == 0:
        return None
    if looks.form is None:
        return DateLine(match.column, "excel", unsure=False) if looks.numbers > 0.9 else None
    return None if looks.form in _USUAL_FORMS and not looks.unsure else DateLine(match.column, looks.form, looks.unsure)


def _children_within(found: Sequence[Proposal]) -> list[Proposal]:
    """Where no file is of children, those that another names with a date of birth: a record for each."""
    if any(one.table == "children" for one in found):
        return []
    made = []
    for one in found:
        if one.table is None or one.sniffed.grid is None:
            continue
        looks = looks_of(one.sniffed.grid)
        matches = tuple(match for match in columns_of("children", looks) if match.score >= SURE)
        if {"child_id", "date_of_birth"} <= {match.column for match in matches}:
            entry = _entry(one.sniffed, looks, TableMatch("children", 1.0, matches), ())
            made.append(Proposal(**{**vars(entry), "distinct": True, "not_taken": ()}))
    return made


def file_of(folder: Path, out: Path | None) -> Path:
    """Where a proposal goes."""
    return out or folder / FILE_NAME
