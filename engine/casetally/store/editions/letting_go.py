"""Why: what is old goes by rule, and a child to be forgotten goes from every night that was ever kept, without a trace of who.

Both delete for good: `writing(..., anew=True)` writes the file anew after it, so that nothing lies on in unused parts of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from casetally.errors import CallError, did_you_mean
from casetally.records.set_aside import key_hashes
from casetally.schemas import Table
from casetally.store.editions.edition import Edition
from casetally.store.editions.editions import NAME
from casetally.store.editions.layout import rows_of
from casetally.store.editions.writing import Book
from casetally.store.persons import person_ids


@dataclass(frozen=True)
class Forgotten:
    """What was removed: the ids the child had, rows by table (all their versions), and in how many editions it was known.

    `records`: (table, record id) as findings name the child's records, so that what else names them can be found.
    """

    ids: tuple[str, ...]
    rows: dict[str, int]
    editions: int
    records: frozenset[tuple[str, str]]


def drop(book: Book, numbers: Collection[int]) -> int:
    """Let go of editions: rows, findings and texts that none of the others knows. Their figures stay, and the days they were known.

    Gives how many rows went. The latest is never let go of.
    """
    latest = book.latest()
    gone = sorted(set(numbers) & {one.number for one in book.all()} - {latest.number if latest else 0})
    if not gone:
        return 0
    book.con.execute(f"DELETE FROM {NAME}.main.nights WHERE number IN ({', '.join(map(str, gone))})")
    kept = [one.number for one in book.all()]
    rows = 0
    for table in _with_spans(book):
        # the first edition kept at or after the one that a row begins with must know it still
        starts = book.rows(f"SELECT DISTINCT _from FROM {NAME}.main.{table}")
        nexts = [(start, min((n for n in kept if n >= start), default=None)) for (start,) in starts]
        orphaned = " OR ".join(
            f"(_from = {start}" + (")" if n is None else f" AND _until <= {n})") for start, n in nexts if n != start
        )
        if orphaned:
            rows += _deleted(book, f"{NAME}.main.{table} WHERE {orphaned}")
    let_go_of_texts(book)
    return rows


def forget(book: Book, child: str) -> Forgotten:
    """Remove a child, under all ids that were ever linked to this one, from every edition.

    Kept is only that a child was forgotten, and in which editions it had been known. Raises CallError for one that none knows.
    """
    going = _Going(book, tuple(_ids_of(book, child)))
    tables = {table.table: table for table in book.schemas.tables.values()}
    aside, named = _set_aside_of(book, tables, going.ids), _named_by_key(book, tables, going.ids)
    # first those that know their child by another's record
    for table in sorted(tables.values(), key=lambda one: "child_id" in one.columns):
        if where := _about(book, table, going.ids, tables):
            going.take_rows(table, where)
    going.take_findings(" OR ".join([f"child_id IN ({_texts(going.ids)})", *named]))
    going.take("set_aside", aside, "set_aside")
    if not going.rows:
        every = [row[0] for row in book.rows(f'SELECT DISTINCT child_id FROM {NAME}.main."rows_children"')]
        raise CallError(f"No edition knows a child '{child}'.", hint=did_you_mean(child, every))
    if readers := _named_by_a_reader(book, tables, going.ids):
        going.take_findings(readers)
    _note(book, going.known, going.numbers)
    return Forgotten(going.ids, going.rows, len(going.known), frozenset(going.records))


class _Going:
    """A child on its way out of the editions: what went so far, and in which editions it had been known."""

    def __init__(self, book: Book, ids: tuple[str, ...]) -> None:
        self.book, self.ids = book, ids
        self.numbers = [one.number for one in book.all()]
        self.rows: dict[str, int] = {}
        self.known: set[int] = set()
        self.records: set[tuple[str, str]] = set()

    def take(self, table: str, where: str, counted_as: str) -> None:
        """Delete rows of a table of the file, by a condition."""
        self.known |= _known_in(self.book, table, where, self.numbers)
        if count := _deleted(self.book, f'{NAME}.main."{table}" WHERE {where}'):
            self.rows[counted_as] = self.rows.get(counted_as, 0) + count

    def take_rows(self, table: Table, where: str) -> None:
        """Delete records, and the findings on them."""
        self.records |= _findings_of(self.book, table, where)
        self.take(rows_of(table), where, table.table)

    def take_findings(self, where: str) -> None:
        """Delete findings, and remember whom they name: those of the outputs go by it."""
        named = f"SELECT DISTINCT \"table\", record_id FROM {NAME}.main.findings WHERE ({where}) AND record_id <> ''"
        self.records |= set(self.book.rows(named))
        self.take("findings", where, "findings")


def _ids_of(book: Book, child: str) -> list[str]:
    links = book.rows(f'SELECT DISTINCT child_id, linked_child_id FROM {NAME}.main."rows_child_links"')
    persons = dict(person_ids(links).rows())
    whole = persons.get(child, child)
    return sorted({child, *(one for one, person in persons.items() if person == whole)})


def _about(book: Book, table: Table, ids: Iterable[str], tables: Mapping[str, Table]) -> str:
    """Which rows of a table are about these children, as a condition: by a column of its own, else by the record they belong to."""
    own = _names_a_child(table)
    if own:
        return " OR ".join(f'"{name}" IN ({_texts(ids)})' for name in own)
    column, parents = _parents(book, table, ids, tables)
    return f'"{column}" IN ({_texts(parents)})' if parents else ""


def _names_a_child(table: Table) -> list[str]:
    """The columns of a table that hold a child's id."""
    if table.table == "children":
        return ["child_id"]
    return [name for name, column in table.columns.items() if column.references == "children"]


def _parents(book: Book, table: Table, ids: Iterable[str], tables: Mapping[str, Table]) -> tuple[str, list[str]]:
    """For a table that knows its child by another's record: the column that names it, and which of them are these children's.

    Of a record that was set aside only a hash is kept: the ids that rows and findings here name are held against it. One that
    stands as a record of somebody else is theirs.
    """
    for name, column in table.columns.items():
        above = tables.get(column.references or "")
        if _names_a_child(table) or above is None or "child_id" not in above.columns:
            continue
        key, stand = above.key[0], f'{NAME}.main."{rows_of(above)}"'
        theirs = [
            row[0] for row in book.rows(f'SELECT DISTINCT "{key}" FROM {stand} WHERE child_id IN ({_texts(ids)})')
        ]
        without = book.rows(
            f'SELECT DISTINCT id FROM (SELECT "{name}" AS id FROM {NAME}.main."{rows_of(table)}" UNION ALL '
            f"SELECT split_part(record_id, '/', 1) FROM {NAME}.main.findings WHERE \"table\" = '{table.table}') "
            f'WHERE id <> \'\' AND id NOT IN (SELECT "{key}" FROM {stand} WHERE "{key}" IS NOT NULL)'
        )
        named = pl.DataFrame({key: [row[0] for row in without]}, schema={key: pl.String})
        gone = book.rows(
            f"SELECT key_hash FROM {NAME}.main.set_aside WHERE table_name = '{above.table}' AND child_id IN ({_texts(ids)})"
        )
        known = key_hashes(named, above.key).is_in([row[0] for row in gone])
        return name, sorted({one for one in [*theirs, *named.filter(known)[key]] if one})
    return "", []


def _set_aside_of(book: Book, tables: Mapping[str, Table], ids: Iterable[str]) -> str:
    """Which keys of rows set aside are about these children, as a condition.

    A link is kept beside the first of the two it names, and is told by its hash where it names one of these as the other. A row
    that an earlier version kept without its child is that of the same key with one.
    """
    found = [f"child_id IN ({_texts(ids)})"]
    for table in tables.values():
        if len(table.key) == 2 and set(table.key) <= set(_names_a_child(table)):
            firsts = book.rows(
                f"SELECT DISTINCT child_id FROM {NAME}.main.set_aside WHERE table_name = '{table.table}'"
            )
            pairs = [(first[0], one) for first in firsts for one in ids]
            frame = pl.DataFrame(pairs, schema=dict.fromkeys(table.key, pl.String), orient="row")
            if hashes := key_hashes(frame, table.key).to_list():
                found.append(f"(table_name = '{table.table}' AND key_hash IN ({_texts(hashes)}))")
    alike = f"SELECT table_name, key_hash FROM {NAME}.main.set_aside WHERE child_id IN ({_texts(ids)})"
    found.append(f"(child_id IS NULL AND (table_name, key_hash) IN ({alike}))")
    return " OR ".join(found)


def _named_by_key(book: Book, tables: Mapping[str, Table], ids: Iterable[str]) -> list[str]:
    """Which findings name these children, or a record that theirs belong to, as a part of a record's key; as conditions."""
    found = []
    for table in tables.values():
        shown, own = _shown(table), _names_a_child(table)
        named = [(one, name in own) for name in shown[:1] for one in ids]
        column, parents = _parents(book, table, ids, tables)
        named = [(one, True) for one in parents] if shown[:1] == [column] else named
        parts = [_begins(one, whole=len(shown) == 1) for one, told in named if told and one]
        if len(shown) > 1 and shown[-1] in own:
            parts += [f"ends_with(record_id, {_texts(['/' + one])})" for one in ids if one]
        if parts:
            found.append(f"(\"table\" = '{table.table}' AND ({' OR '.join(parts)}))")
    return found


def _begins(one: str, *, whole: bool) -> str:
    return f"record_id = {_texts([one])}" if whole else f"starts_with(record_id, {_texts([one + '/'])})"


def _named_by_a_reader(book: Book, tables: Mapping[str, Table], ids: Iterable[str]) -> str:
    """Which findings bear a child's id where the id of a record would stand, as a condition: a reader that has no other says so.

    A record of somebody else may have the same id (where ids are plain numbers): then the finding is on that record.
    """
    found = book.rows(
        f"SELECT DISTINCT \"table\", record_id FROM {NAME}.main.findings WHERE record_id IN ({_texts(ids)}) AND record_id <> ''"
    )
    theirs = [(name, one) for name, one in found if name not in tables or not _is_a_record(book, tables[name], one)]
    return " OR ".join(f'("table" = {_texts([name])} AND record_id = {_texts([one])})' for name, one in theirs)


def _is_a_record(book: Book, table: Table, one: str) -> bool:
    """Whether an id is that of a record of a table, accepted or set aside, or might be."""
    if len(table.key) > 1 and not any(column.references for column in table.columns.values()):
        return True  # of workers and the like: nobody's record
    key = table.key[0]
    if table.columns[key].type != "id":
        return True
    hashed = key_hashes(pl.DataFrame({key: [one]}), [key])[0]
    return bool(
        book.rows(f'SELECT 1 FROM {NAME}.main."{rows_of(table)}" WHERE "{key}" = ? LIMIT 1', [one])
        or book.rows(
            f"SELECT 1 FROM {NAME}.main.set_aside WHERE key_hash = ? AND table_name = ?", [hashed, table.table]
        )
    )


def _shown(table: Table) -> list[str]:
    """The columns of a key that a finding shows (`records.keys.record_ids`)."""
    return [name for name in table.key if table.columns[name].type not in ("date", "datetime")]


def _findings_of(book: Book, table: Table, where: str) -> set[tuple[str, str]]:
    """How findings name these records; those of them that are kept are deleted."""
    shown = _shown(table)
    if not shown:
        return set()
    named = ", ".join(f"coalesce(\"{name}\"::VARCHAR, '')" for name in shown)
    ids = f"SELECT DISTINCT concat_ws('/', {named}) FROM {NAME}.main.\"{rows_of(table)}\" WHERE {where}"
    found = {(table.table, str(row[0])) for row in book.rows(ids) if row[0]}
    book.con.execute(
        f"DELETE FROM {NAME}.main.findings WHERE \"table\" = '{table.table}' AND record_id <> '' AND record_id IN ({ids})"
    )
    return found


def _known_in(book: Book, table: str, where: str, numbers: Iterable[int]) -> set[int]:
    spans = book.rows(f'SELECT DISTINCT _from, _until FROM {NAME}.main."{table}" WHERE {where}')
    return {n for n in numbers for first, until in spans if first <= n < until}


def _note(book: Book, known: set[int], numbers: Iterable[int]) -> None:
    event = book.rows(f"SELECT coalesce(max(event), 0) + 1 FROM {NAME}.main.forgotten")[0][0]
    run: list[int] = []
    for number in [*sorted(numbers), None]:
        if number is not None and number in known:
            run.append(number)
        elif run:
            book.con.execute(f"INSERT INTO {NAME}.main.forgotten VALUES ({event}, 1, {run[0]}, {run[-1]})")
            run = []


def let_go_of_texts(book: Book) -> None:
    """Delete the texts that no edition names any more."""
    wanted: set[str] = set()
    for one in book.all():
        wanted |= _texts_of(book, one)
    found = [row[0] for row in book.rows(f"SELECT hash FROM {NAME}.main.kept")]
    gone = [text for text in found if text not in wanted]
    if gone:
        book.con.execute(f"DELETE FROM {NAME}.main.kept WHERE hash IN ({_texts(gone)})")


def _texts_of(book: Book, one: Edition) -> set[str]:
    files = {named for files in book.kept_json(one.definitions)["folders"] for named in files.values()}
    return {one.source, one.definitions, one.calendar, one.settling, one.facts} | files


def _with_spans(book: Book) -> list[str]:
    """Every table whose rows are kept by edition, figures apart: they are no records, and tell how a month settled."""
    return [*(f'"{rows_of(table)}"' for table in book.schemas.tables.values()), "findings", "set_aside"]


def _deleted(book: Book, what: str) -> int:
    return int(book.con.execute(f"DELETE FROM {what}").fetchall()[0][0])


def _texts(values: Iterable[str]) -> str:
    quoted = (value.replace("'", "''") for value in values)
    return ", ".join(f"'{one}'" for one in quoted)
