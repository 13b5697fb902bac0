"""Why: an encrypted database is written by DuckDB's own OpenSSL module or not at all; a wrong key is told in words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from casetally import duckdb_closed
from casetally.duckdb_closed import attach, can_encrypt, connect, is_encrypted, shut
from casetally.errors import CallError

from privacy.planting import MARK
from privacy.searching import leaks, said_by

KEY = "correct horse 'battery' staple"
HERE = pytest.mark.skipif(not can_encrypt(), reason="NOT RUN: DuckDB's OpenSSL module (httpfs) is not installed here")
NOT_HERE = pytest.mark.skipif(can_encrypt(), reason="NOT RUN: DuckDB's OpenSSL module (httpfs) is installed here")


@pytest.fixture
def encrypted(tmp_path: Path) -> Path:
    """An encrypted file as another machine would have written it: only this test may use the fallback that is not safe."""
    path = tmp_path / "store.duckdb"
    with duckdb.connect() as con:
        con.execute("SET force_mbedtls_unsafe = true")
        con.execute("ATTACH ? AS made (ENCRYPTION_KEY ?)", [str(path), KEY])
        con.execute(f"CREATE TABLE made.records AS SELECT '{MARK}' AS name")
    return path


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    path = tmp_path / "plain.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute(f"CREATE TABLE records AS SELECT '{MARK}' AS name")
    return path


def refusal(call: Callable[[], object]) -> CallError:
    with pytest.raises(CallError) as caught:
        call()
    return caught.value


def test_an_encrypted_file_is_read_with_its_key_and_holds_nothing_in_plain(encrypted: Path, plain: Path) -> None:
    assert MARK.encode() in plain.read_bytes()
    assert MARK.encode() not in encrypted.read_bytes()
    con = connect()
    attach(con, encrypted, "store", key=KEY, read_only=True)
    shut(con)
    assert con.execute("SELECT name FROM store.records").fetchall() == [(MARK,)]


def test_which_files_are_encrypted_is_told_by_their_first_bytes(encrypted: Path, plain: Path, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("DUCK")
    (tmp_path / "empty").write_bytes(b"")
    found = [
        is_encrypted(path) for path in (encrypted, plain, tmp_path / "text", tmp_path / "empty", tmp_path / "none")
    ]
    assert found == [True, False, None, None, None]


def test_a_wrong_key_is_told_in_words_and_stands_in_none_of_them(encrypted: Path) -> None:
    wrong = "another key's words"
    fault = refusal(lambda: attach(connect(), encrypted, "store", key=wrong, read_only=True))
    assert fault.render() == "'store.duckdb' can't be opened with this key.\nUse the key that it was written with."
    assert wrong not in said_by(fault)
    assert "another key" not in said_by(fault)


@pytest.mark.parametrize("read_only", [True, False])
def test_an_encrypted_file_without_a_key_is_refused_in_words(encrypted: Path, read_only: bool) -> None:
    fault = refusal(lambda: attach(connect(), encrypted, "store", read_only=read_only))
    assert fault.says == "'store.duckdb' is encrypted, and no key was given."


@pytest.mark.parametrize("read_only", [True, False])
def test_a_key_for_a_file_that_is_not_encrypted_is_refused_in_words(plain: Path, read_only: bool) -> None:
    fault = refusal(lambda: attach(connect(), plain, "store", key=KEY, read_only=read_only))
    assert fault.says == "'plain.duckdb' is not encrypted, and a key was given."


@NOT_HERE
@pytest.mark.parametrize("there", [True, False])
def test_without_the_openssl_module_nothing_is_written_encrypted_and_nothing_weaker_is_used(
    there: bool, encrypted: Path, tmp_path: Path
) -> None:
    path = encrypted if there else tmp_path / "new.duckdb"
    before = {one.name: one.read_bytes() for one in tmp_path.iterdir()}
    con = connect()
    fault = refusal(lambda: attach(con, path, "store", key=KEY))
    assert "DuckDB's OpenSSL module (its extension httpfs) is not installed here." in fault.says
    assert "nothing weaker is used" in fault.hint
    assert KEY not in said_by(fault)
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == before
    known = {name for (name,) in con.execute("SELECT name FROM duckdb_settings()").fetchall()}
    assert (
        "force_mbedtls_unsafe" not in known
        or not con.execute("SELECT current_setting('force_mbedtls_unsafe')").fetchone()[0]
    )


@HERE
def test_with_the_openssl_module_a_file_is_written_encrypted(tmp_path: Path) -> None:
    path = tmp_path / "new.duckdb"
    con = connect()
    attach(con, path, "store", key=KEY)
    con.execute(f"CREATE TABLE store.records AS SELECT '{MARK}' AS name")
    con.close()
    assert is_encrypted(path)
    assert MARK.encode() not in path.read_bytes()


def test_nothing_is_fetched_to_find_out(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    class Watched:
        def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
            self.con = con

        def execute(self, statement: str) -> object:
            asked.append(statement)
            return self.con.execute(statement)

        def close(self) -> None:
            self.con.close()

    con = connect()
    monkeypatch.setattr(duckdb_closed, "connect", lambda: Watched(con))
    assert isinstance(can_encrypt.__wrapped__(), bool)
    assert asked == ["LOAD httpfs"]


@pytest.mark.parametrize("name", ["o'brien", "a b", "é", 'x"y'])
def test_a_name_with_signs_in_it_is_a_name_and_no_sql(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.duckdb"
    con = connect()
    attach(con, path, "store")
    con.execute("CREATE TABLE store.t AS SELECT 1 AS a")
    con.close()
    assert path.exists()


@pytest.mark.parametrize("damage", ["cut short", "no database", "empty", "not there"])
def test_a_damaged_file_is_an_error_that_names_nobody(damage: str, plain: Path, tmp_path: Path) -> None:
    path = tmp_path / "damaged.duckdb"
    if damage != "not there":
        path.write_bytes(
            {"cut short": plain.read_bytes()[:13000], "no database": MARK.encode() * 999, "empty": b""}[damage]
        )
    with pytest.raises(duckdb.Error) as caught:
        attach(connect(), path, "store", read_only=True)
    assert leaks(said_by(caught.value)) == []
