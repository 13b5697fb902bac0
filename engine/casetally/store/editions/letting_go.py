"""Why: what is old goes by rule, and a child to be forgotten goes from every night that was ever kept, without a trace of who.

Both delete for good: `writing(..., anew=True)` writes the file anew after it, so that nothing lies on in unused parts of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from casetally.errors import CallError, did_you_mean
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
    ids = _ids_of(book, child)
    rows: dict[str, int] = {}
    known: set[int] = set()
    records: set[tuple[str, str]] = set()
    numbers = [one.number for one in book.all()]
    # first those that know their child by another's record
    for table in sorted(book.schemas.tables.values(), key=lambda one: "child_id" in one.columns):
        where = _about(table, ids, book.schemas.tables.values())
        if where:
            known |= _known_in(book, rows_of(table), where, numbers)
            records |= _findings_of(book, table, where)
            if count := _deleted(book, f'{NAME}.main."{rows_of(table)}" WHERE {where}'):
                rows[table.table] = count
    for table_name in ("findings", "set_aside"):
        where = f"child_id IN ({_texts(ids)})"
        known |= _known_in(book, table_name, where, numbers)
        if table_name == "findings":
            named = f"SELECT DISTINCT \"table\", record_id FROM {NAME}.main.findings WHERE {where} AND record_id <> ''"
            records |= set(book.rows(named))
        if count := _deleted(book, f"{NAME}.main.{table_name} WHERE {where}"):
            rows[table_name] = count
    if not rows:
        every = [row[0] for row in book.rows(f'SELECT DISTINCT child_id FROM {NAME}.main."rows_children"')]
        raise CallError(f"No edition knows a child '{child}'.", hint=did_you_mean(child, every))
    _note(book, known, numbers)
    return Forgotten(tuple(ids), rows, len(known), frozenset(records))


def _ids_of(book: Book, child: str) -> list[str]:
    links = book.rows(f'SELECT DISTINCT child_id, linked_child_id FROM {NAME}.main."rows_child_links"')
    persons = dict(person_ids(links).rows())
    whole = persons.get(child, child)
    return sorted({child, *(one for one, person in persons.items() if person == whole)})


def _about(table: Table, ids: Iterable[str], tables: Iterable[Table]) -> str:
    """Which rows of a table are about these children, as a condition: by a column of its own, else by the record they belong to."""
    own = [name for name, column in table.columns.items() if column.references == "children"]
    if table.table == "children":
        own = ["child_id"]
    if own:
        return " OR ".join(f'"{name}" IN ({_texts(ids)})' for name in own)
    for name, column in table.columns.items():
        above = next((one for one in tables if one.table == column.references), None)
        if above is not None and "child_id" in above.columns:
            return (
                f'"{name}" IN (SELECT "{above.key[0]}" FROM {NAME}.main."{rows_of(above)}" '
                f"WHERE child_id IN ({_texts(ids)}))"
            )
    return ""


def _findings_of(book: Book, table: Table, where: str) -> set[tuple[str, str]]:
    """How findings name these records; those of them that are kept are deleted."""
    shown = [name for name in table.key if table.columns[name].type not in ("date", "datetime")]
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
