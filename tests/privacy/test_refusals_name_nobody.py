"""Why: a file that can't be read is refused with its place, and the line that is wrong is a child's: it must not be shown.

What is raised is searched whole, as it would stand in a log of another program: message, notes, and the errors that it came of.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl
import pytest
from casetally.errors import CasetallyError
from casetally.reports.run import RunRequest, check_all
from cli.calling import call

from privacy.planting import AS_AT, BORN, MARK
from privacy.searching import leaks, said_by

HEAD = "contact_id,child_id,received_on,completed_on,source\n"
ROW = f"k1,c1,2024-03-01,{MARK},{MARK}\n"


def _csv(text: str | bytes, name: str = "contacts.csv") -> Callable[[Path], None]:
    data = text.encode() if isinstance(text, str) else text
    return lambda folder: (folder / name).write_bytes(data) and None


def _truncated_parquet(folder: Path) -> None:
    path = folder / "contacts.parquet"
    pl.DataFrame({"contact_id": ["k1"], "child_id": ["c1"], "source": [MARK]}).write_parquet(
        path, compression="uncompressed"
    )
    path.write_bytes(path.read_bytes()[:-9])


def _broken_parquet(folder: Path) -> None:
    path = folder / "contacts.parquet"
    pl.DataFrame({"contact_id": ["k1"], "child_id": ["c1"], "source": [MARK]}).write_parquet(
        path, compression="uncompressed"
    )
    data = path.read_bytes()
    path.write_bytes(data[:6] + MARK.encode() * 3 + data[6 + 3 * len(MARK) :])


def _sqlite(folder: Path) -> None:
    with sqlite3.connect(folder / "ssd.sqlite") as con:
        con.execute("CREATE TABLE ssd_person (pers_person_id TEXT, pers_dob TEXT, pers_sex TEXT)")
        con.execute("INSERT INTO ssd_person VALUES ('1', ?, ?)", (f"{BORN} {MARK}", MARK))
    path = folder / "ssd.sqlite"
    path.write_bytes(path.read_bytes()[:-1500])


def _duckdb(folder: Path) -> None:
    path = folder / "ssd.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute(f"CREATE TABLE ssd_person AS SELECT '1' AS pers_person_id, '{MARK}' AS pers_sex")
    path.write_bytes(path.read_bytes()[:-5000])


CENSUS = '<?xml version="1.0"?>\n<Message><Header><CollectionDetails><Collection>CIN</Collection><Year>2024</Year>'
CHILD = f"<Child><ChildIdentifiers><LAchildID>c1</LAchildID><PersonBirthDate>{BORN}</PersonBirthDate><UPN>{MARK}</UPN>"
REFUSED: dict[str, Callable[[Path], None]] = {
    "a row with a value too many": _csv(HEAD + f"k1,c1,2024-03-01,,,{MARK}\n"),
    "a row of another file": _csv(HEAD + ROW + f"{MARK}\n"),
    "no header": _csv(f"k1,c1,{BORN},{MARK} Jones,{MARK}\nk2,c2,2024-03-01,,\n"),
    "no header, rows of two lengths": _csv(f"k1,c1,{BORN},{MARK} Jones\nk2,c2\n"),
    "the same name twice in the header": _csv(f"contact_id,child_id,source,source\nk1,c1,{MARK},{BORN}\n"),
    "a quote that is not closed": _csv(HEAD + f'k1,c1,2024-03-01,"{MARK},x\nk2,c2,2024-03-01,,\n'),
    "another encoding": _csv(HEAD.encode() + f"k1,c1,2024-03-01,{MARK} Zoë,\n".encode("utf-16")),
    "bytes of no encoding": _csv(HEAD.encode() + f"k1,c1,2024-03-01,{MARK}".encode() + b"\xff\xfe\x00\x81\n"),
    "a Parquet file cut short": _truncated_parquet,
    "a Parquet file with a hole": _broken_parquet,
    "a census cut short": _csv(f"{CENSUS}</CollectionDetails></Header><Children>{CHILD}", "census.xml"),
    "a census with a name as an element": _csv(
        f"{CENSUS}</CollectionDetails></Header><{MARK}>{CHILD}</{MARK}>", "census.xml"
    ),
    "a census with an entity": _csv(f"{CENSUS}</CollectionDetails></Header>{CHILD}&{MARK};", "census.xml"),
    "a payload cut short": _csv(f'{{"la_child_id": "c1", "first_name": "{MARK}", "date_of_birth": "{BORN}"', "x.jsonl"),
    "a payload of another kind": _csv(f'{{"la_child_id": "c1", "child_details": "{MARK}"}}\n', "x.jsonl"),
    "a payload with a name as a key": _csv(f'[{{"{MARK}": 1, "la_child_id": {{"{MARK}": "{BORN}"}}}}]', "x.json"),
    "a workbook that is none": _csv(b"PK\x03\x04" + MARK.encode() * 9, "annex_a.xlsx"),
    "a SQLite file cut short": _sqlite,
    "a DuckDB file cut short": _duckdb,
    "a text": _csv(f"Dear all,\n{MARK} was born on {BORN}.\n", "letter.txt"),
    "a file of an own shape": _csv(f"Contact No,Client,Born,Notes\n1,c1,{BORN},{MARK}\n", "Our contacts.csv"),
    "an SSDA903 file with a row too long": _csv(
        f"CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\nc1,1,11/11/1911,{MARK},{MARK},,,,{MARK}\n", "2023-24_header.csv"
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_refusal_names_nobody(what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    source = tmp_path / "export"
    source.mkdir()
    REFUSED[what](source)
    said = [call("check", "export", "--as-at", AS_AT), call("map", "export", "--out", "mapping.yaml")]
    for answer in said:
        assert answer.code in (0, 1, 2, 3), answer.err
        assert leaks(answer.out + answer.err) == []
    if (mapping := tmp_path / "mapping.yaml").exists():
        assert leaks(mapping.read_text(encoding="utf-8")) == []
    assert leaks(_said_of(source)) == []


def _said_of(source: Path) -> str:
    """All that a check says when it is called as a function: its findings, or the exception."""
    try:
        checked = check_all(RunRequest((source,), AS_AT))
    except CasetallyError as fault:
        return said_by(fault)
    return checked.findings.write_csv() + checked.support.write_csv() + " ".join(checked.notes)


def test_what_an_exception_came_of_is_searched_too() -> None:
    def fail() -> None:
        try:
            raise ValueError(MARK)
        except ValueError as fault:
            fault.add_note("x")
            raise CasetallyError("It failed.") from None

    with pytest.raises(CasetallyError) as caught:
        fail()
    assert leaks(str(caught.value)) == []
    assert leaks(said_by(caught.value)) != []
