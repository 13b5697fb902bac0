"""Why: a night replaces its outputs and writes its own files, and must never do so to what no night made."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pytest
from casetally.reports.made import note_made
from casetally.store.editions import EDITIONS_FILE
from cli.calling import call, sentences
from nightly.world import NIGHT, last_edition, walk, write_config, write_export

LATER = f"{NIGHT + dt.timedelta(1)}"


def _night(base: Path, night: str = f"{NIGHT}") -> str:
    """The refusal of a night."""
    answer = call("nightly", base / "nightly.toml", "--night", night)
    assert answer.code == 2
    return sentences(answer)


def test_outputs_that_no_night_made_are_not_deleted(tmp_path: Path) -> None:
    write_export(tmp_path / "export")
    write_config(tmp_path)
    own = tmp_path / "home" / "outputs" / "thesis.txt"
    own.parent.mkdir(parents=True)
    own.write_text("years of work")
    assert "was made by no night" in _night(tmp_path)
    assert own.read_text() == "years of work"
    assert not (tmp_path / "home" / EDITIONS_FILE).exists()


def test_a_link_in_place_of_the_outputs_is_not_followed(two_nights: Path) -> None:
    home = two_nights / "home"
    own = two_nights / "own"
    own.mkdir()
    (own / "thesis.txt").write_text("years of work")
    (home / "outputs").rename(two_nights / "aside")
    (home / "outputs").symlink_to(own)
    assert "was made by no night" in _night(two_nights, "2024-04-04")
    assert [path.name for path in own.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("name", ["config.toml", "nightly.json"])
def test_a_file_of_ones_own_is_not_written_over(name: str, tmp_path: Path) -> None:
    write_export(tmp_path / "export")
    write_config(tmp_path)
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / name).write_text("my own")
    assert "was made by no night" in _night(tmp_path)
    assert (tmp_path / "home" / name).read_text() == "my own"


def test_a_night_that_can_t_be_kept_leaves_nothing_beside(tmp_path: Path) -> None:
    write_export(tmp_path / "export")
    write_config(tmp_path, '[[reports]]\nname = "core"\nmonth = "current"\ncommentary = "nowhere"\n')
    assert "There is no folder" in _night(tmp_path)
    assert [path.name for path in (tmp_path / "home").glob(".*")] == []


def test_a_clock_set_years_ahead_deletes_no_night(two_nights: Path) -> None:
    write_config(two_nights, as_at='"2024-04-03"')
    walk(two_nights / "nightly.toml", dt.date(2031, 1, 1), accept=True)
    with duckdb.connect(str(two_nights / "home" / EDITIONS_FILE), read_only=True) as con:
        assert con.execute("SELECT number FROM nights ORDER BY number").fetchall() == [(1,), (2,), (3,)]
    assert (two_nights / "home" / "log" / "2024-04.jsonl").is_file()


def _changed(home: Path, *statements: str) -> None:
    with duckdb.connect(str(home / EDITIONS_FILE)) as con:
        for statement in statements:
            con.execute(statement)


@pytest.mark.parametrize(
    ("statements", "says"),
    [
        (["CREATE MACRO coalesce_all(x) AS 7"], "is damaged"),
        (["DROP TABLE figures", "CREATE VIEW figures AS SELECT * FROM read_text('/etc/hostname')"], "is damaged"),
        (["DROP TABLE rows_contacts", "CREATE VIEW rows_contacts AS SELECT 1 AS contact_id"], "is damaged"),
        (["DROP TABLE kept"], "is damaged"),
        (["ALTER TABLE nights ALTER known_on TYPE VARCHAR"], "is damaged"),
        (["UPDATE nights SET known_on = NULL"], "is damaged"),
        (["DELETE FROM days"], "is damaged"),
        (["DELETE FROM kept"], "is damaged"),
        (["UPDATE kept SET contents = 'rubbish'::BLOB"], "is damaged"),
        (["UPDATE layout SET version = 2"], "by a later version"),
        (["DROP TABLE layout"], "is damaged"),
    ],
    ids=lambda one: one[-1][:40] if isinstance(one, list) else one,
)
def test_a_database_that_is_not_ours_is_told_in_words_by_every_command(
    statements: list[str], says: str, two_nights: Path
) -> None:
    home = two_nights / "home"
    _changed(home, *statements)
    before = (home / EDITIONS_FILE).read_bytes()
    assert says in _night(two_nights, "2024-04-04")
    for asked in (
        ("cases", "contacts_received", "--month", "2024-03", "--store", home),
        ("run", "--known-at", LATER, "--store", home, "--out", two_nights / "again"),
        ("forget", "child-001", "--home", home, "--yes"),
    ):
        answer = call(*asked)
        if not (asked[0] == "forget" and statements == ["DROP TABLE layout"]):
            assert says in sentences(answer), asked
            assert answer.code == 2
            assert (home / EDITIONS_FILE).read_bytes() == before
    assert "fault of its own" not in call("status", two_nights / "nightly.toml").err


@pytest.mark.parametrize("place", [0.1, 0.3, 0.5, 0.7, 0.9])
def test_a_flipped_bit_is_damage_and_no_other_program_s_lock(place: float, two_nights: Path) -> None:
    path = two_nights / "home" / EDITIONS_FILE
    held = bytearray(path.read_bytes())
    held[int(len(held) * place)] ^= 4
    path.write_bytes(held)
    answer = call("nightly", two_nights / "nightly.toml", "--night", "2024-04-04")
    assert "fault of its own" not in answer.err
    assert "another program" not in answer.err


def test_forgetting_leaves_a_folder_that_is_no_longer_the_run_s(two_nights: Path) -> None:
    home, own = two_nights / "home", two_nights / "again"
    own.mkdir()
    (own / "thesis.txt").write_text("years of work")
    note_made({"editions": {"path": str(home / EDITIONS_FILE)}}, "run", own)
    answer = call("forget", "child-001", "--home", home, "--yes")
    assert answer.code in (0, 1), answer.err
    assert (own / "thesis.txt").read_text() == "years of work"
    assert "was left as it is" in answer.err


@pytest.mark.parametrize("child", ["x' OR '1'='1", "%", "_", "", '"', "'); DROP TABLE nights; --", "no\nbody"])
def test_an_id_is_a_value_and_never_a_statement(child: str, two_nights: Path) -> None:
    home = two_nights / "home"
    before = (home / EDITIONS_FILE).read_bytes()
    answer = call("forget", "--home", home, "--yes", "--", child)
    assert answer.code == 2
    assert "No edition knows a child" in answer.err
    assert (home / EDITIONS_FILE).read_bytes() == before
    assert last_edition(home) is not None


@pytest.mark.parametrize("month", ["9999-12", "0000-01", "1949-12"])
def test_a_month_that_can_t_be_meant_is_refused(month: str, two_nights: Path) -> None:
    answer = call("revisions", "contacts_received", "--month", month, "--store", two_nights / "home")
    assert answer.code == 2
    assert "can't be meant" in sentences(answer)
