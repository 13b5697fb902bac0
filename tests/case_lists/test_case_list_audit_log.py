"""Why: a log that can be changed without a trace is no log: each way of changing it shows, and each way of failing stops."""

from __future__ import annotations

import datetime as dt
import json
import multiprocessing
import os
import stat
from pathlib import Path

import pytest
from casetally.errors import CallError
from casetally.reports.case_lists.audit_log import log_of, read_log, whoever_asks, write_entry

NOON = dt.datetime(2024, 4, 1, 12, 0, tzinfo=dt.UTC)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A log of four lines."""
    path = tmp_path / "log.jsonl"
    for number in range(4):
        write_entry(path, {"why": f"reason {number}", "team": "Équipe \n Nord"}, NOON)
    return path


def lines(log: Path) -> list[str]:
    return log.read_text(encoding="utf-8").splitlines()


def changed(log: Path, *found: str) -> tuple[str, ...]:
    log.write_text("".join(f"{line}\n" for line in found), encoding="utf-8")
    return read_log(log).faults


def test_a_log_as_it_was_written_has_no_fault(log: Path) -> None:
    read = read_log(log)
    assert read.faults == ()
    assert [(one.number, one.says["why"], one.says["when"]) for one in read.entries] == [
        (number + 1, f"reason {number}", "2024-04-01T12:00:00+00:00") for number in range(4)
    ]


def test_each_line_is_one_json_object_that_names_the_hash_before(log: Path) -> None:
    told = [json.loads(line) for line in lines(log)]
    assert told[0]["before"] == "0" * 64
    assert [one["before"] for one in told[1:]] == [one["hash"] for one in told[:-1]]


def test_an_edited_line_shows(log: Path) -> None:
    found = lines(log)
    assert changed(log, found[0], found[1].replace("reason 1", "reason 7"), *found[2:]) == (
        "Line 2 is not as it was written.",
    )


def test_an_edited_last_line_shows(log: Path) -> None:
    found = lines(log)
    assert changed(log, *found[:3], found[3].replace("reason 3", "reason 7")) == ("Line 4 is not as it was written.",)


def test_a_line_edited_with_a_hash_to_match_shows_at_the_next(log: Path, tmp_path: Path) -> None:
    found = lines(log)
    first = json.loads(found[0])
    forged = tmp_path / "forged.jsonl"
    forged.write_text(found[0] + "\n", encoding="utf-8")
    forged.chmod(0o600)
    write_entry(forged, {"why": "reason 7"}, NOON)
    assert first["hash"] in lines(forged)[1]
    assert changed(log, found[0], lines(forged)[1], *found[2:]) == (
        "Before line 3 something was taken out, put in or changed.",
    )


@pytest.mark.parametrize("gone", [0, 1, 2])
def test_a_line_taken_out_shows(log: Path, gone: int) -> None:
    found = lines(log)
    says = f"Before line {gone + 1} something was taken out, put in or changed."
    assert changed(log, *found[:gone], *found[gone + 1 :]) == (says,)


def test_two_lines_in_another_order_and_one_put_in_show(log: Path) -> None:
    one, two, three, four = lines(log)
    assert changed(log, one, three, two, four) != ()
    assert changed(log, one, two, two, three, four) != ()


@pytest.mark.parametrize("text", ["not json", "[1]", "", '{"entry": 3'])
def test_a_line_that_can_t_be_read_shows(log: Path, text: str) -> None:
    one, two, _, four = lines(log)
    faults = changed(log, one, two, text, four)
    assert faults[0] == "Line 3 can't be read: it was changed or broken off."


def test_a_line_broken_off_shows_and_the_next_begins_anew(log: Path) -> None:
    log.write_bytes(log.read_bytes()[:-20])
    assert "The last line is broken off." in read_log(log).faults
    write_entry(log, {"why": "after it"}, NOON)
    read = read_log(log)
    assert read.entries[-1].says["why"] == "after it"
    assert read.entries[-1].number == 5
    assert read.faults == ("Line 4 can't be read: it was changed or broken off.",)


def test_lines_cut_off_at_the_end_show_by_the_number_that_the_lists_carry(log: Path) -> None:
    # the chain alone can't show it: that is why each list carries number and hash of its entry
    last = read_log(log).entries[-1]
    assert changed(log, *lines(log)[:3]) == ()
    assert last.number not in {one.number for one in read_log(log).entries}


@pytest.mark.skipif(os.name == "nt", reason="NOT RUN: this system has no permissions by owner")
def test_the_log_is_its_owner_s_alone_from_the_start(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        write_entry(tmp_path / "log.jsonl", {"why": "x"}, NOON)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "log.jsonl").stat().st_mode) == 0o600


@pytest.mark.skipif(os.name == "nt", reason="NOT RUN: this system has no permissions by owner")
def test_a_log_that_others_can_read_or_change_is_refused(log: Path) -> None:
    log.chmod(0o640)
    with pytest.raises(CallError, match="open to others than its owner"):
        write_entry(log, {"why": "x"}, NOON)
    assert len(lines(log)) == 4


def test_what_is_no_plain_file_is_refused(tmp_path: Path, log: Path) -> None:
    (tmp_path / "link").symlink_to(log)
    os.mkfifo(tmp_path / "pipe", 0o600)
    for name in ("link", "pipe", "", "not/there"):
        with pytest.raises(CallError, match=r"can't be written: .* Nothing was made"):
            write_entry(tmp_path / name, {"why": "x"}, NOON)


def add(log: Path, count: int) -> None:
    for number in range(count):
        write_entry(log, {"why": f"{os.getpid()} {number}"})


def test_several_who_ask_at_once_keep_the_chain_whole(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    asking = [multiprocessing.get_context("fork").Process(target=add, args=(path, 20)) for _ in range(3)]
    for one in asking:
        one.start()
    for one in asking:
        one.join()
    read = read_log(path)
    assert read.faults == ()
    assert [one.number for one in read.entries] == list(range(1, 61))


def test_the_log_outlives_the_next_run_which_replaces_its_folder(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "run.json").write_text("{}")
    assert log_of(tmp_path / "out" / "store.duckdb") == tmp_path / "out.case_list_audit.jsonl"
    assert log_of(tmp_path / "march.duckdb") == tmp_path / "march.case_list_audit.jsonl"


def test_who_asks_is_the_account_and_not_what_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    pwd = pytest.importorskip("pwd")
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "somebody_else")
    monkeypatch.delenv("SUDO_USER", raising=False)
    assert whoever_asks() == {"who": pwd.getpwuid(os.getuid()).pw_name}
    monkeypatch.setenv("SUDO_USER", "anna")
    assert whoever_asks()["sudo_user"] == "anna"
