"""Why: a night is kept whole with its outputs, once, and what stops it leaves the last good one as it was."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import resource
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import pytest
from casetally.errors import CallError, CasetallyError
from casetally.nights import place
from casetally.nights.night import HeldBackError
from casetally.reports.known_at import open_known
from casetally.reports.run import RunRequest, run_all
from casetally.store.editions import EDITIONS_FILE
from cli.calling import call
from polars.testing import assert_frame_equal

from nightly.world import NIGHT, last_edition, log_lines, look_of, walk, write_config, write_export

SECOND = NIGHT + dt.timedelta(1)
THIRD = NIGHT + dt.timedelta(2)


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """A disk on which no file can grow further than so many bytes, as a full one."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_night_writes_what_a_run_writes_and_its_edition(two_nights: Path) -> None:
    home = two_nights / "home"
    names = sorted(path.name for path in (home / "outputs").iterdir())
    assert [name for name in names if name != "revisions.html"] == [
        "figures.csv", "figures.parquet", "findings.csv", "findings.parquet", "ledger.csv", "run.json", "scorecard.csv",
        "summary.txt", "support.csv",
    ]  # fmt: skip
    last = last_edition(home)
    assert last is not None
    assert (last.number, last.known_on, last.as_at, last.accepted_despite) == (2, SECOND, SECOND, {})


def test_the_figures_are_those_of_a_run_of_that_day(
    two_nights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run = run_all(RunRequest((two_nights / "export",), SECOND, months=2))
    assert_frame_equal(pl.read_parquet(two_nights / "home" / "outputs" / "figures.parquet"), run.figures)


def test_everything_is_its_owners_alone(two_nights: Path) -> None:
    home = two_nights / "home"
    for path in (home, *home.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_a_night_twice_changes_nothing_and_says_so(two_nights: Path) -> None:
    home = two_nights / "home"
    before = look_of(home)
    answer = call("nightly", two_nights / "nightly.toml", "--night", SECOND)
    assert answer.code == 0
    assert answer.err == f"Nothing is new: the night of {SECOND} is kept as edition 2, and its outputs are whole.\n"
    assert look_of(home) == before
    assert [line["outcome"] for line in log_lines(home)][-1] == "nothing_new"


def test_the_same_records_on_the_next_night_are_a_new_edition(two_nights: Path) -> None:
    walk(two_nights / "nightly.toml", THIRD)
    last = last_edition(two_nights / "home")
    assert last is not None
    assert (last.number, last.known_on) == (3, THIRD)


def test_other_records_on_the_same_night_are_a_new_edition(two_nights: Path) -> None:
    write_export(two_nights / "export", moved=5)
    assert walk(two_nights / "nightly.toml", SECOND).number == 3


def test_new_words_on_the_same_night_make_the_outputs_anew_and_no_edition(tmp_path: Path) -> None:
    write_export(tmp_path / "export")
    (tmp_path / "words" / "2024-04").mkdir(parents=True)
    report = '[[reports]]\nname = "core"\nmonth = "current"\ncommentary = "words"\n'
    config = write_config(tmp_path, report, authority='"Ourplace"')
    walk(config)
    page = tmp_path / "home" / "outputs" / "reports" / "core_2024-04_internal.html"
    assert "Staff were away." not in page.read_text()
    (tmp_path / "words" / "2024-04" / "contacts_received.md").write_text("Staff were away.")
    done = walk(config)
    assert (done.number, done.is_new) == (1, False)
    assert "Staff were away." in page.read_text()
    assert "edition 1, the first" in done.summary


def test_a_night_is_kept_though_why_figures_moved_can_t_be_told(
    two_nights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a new version that can't read the definitions of the night before."""

    def unreadable(*_: object) -> None:
        raise KeyError("Ann Smith")

    monkeypatch.setattr("casetally.nights.why.state_of", unreadable)
    write_export(two_nights / "export", moved=5)
    done = walk(two_nights / "nightly.toml", THIRD)
    assert done.number == 3
    assert "Why figures moved since the last night can't be told: KeyError at test_night.py:" in done.summary
    assert "Ann" not in done.summary
    assert not (two_nights / "home" / "outputs" / "revisions.html").exists()


def test_records_that_are_odd_are_held_back_and_the_last_night_stays(two_nights: Path) -> None:
    home = two_nights / "home"
    before = look_of(home)
    write_export(two_nights / "export", contacts=40)
    answer = call("nightly", two_nights / "nightly.toml", "--night", THIRD)
    assert answer.code == 5
    assert answer.out == ""
    assert "- contacts has 40 rows, the last night 60: 33% fewer." in answer.err
    assert f"Edition 2 of {SECOND} and its outputs stay as they were." in answer.err
    assert look_of(home) == before
    assert log_lines(home)[-1]["doubts"] == [
        "contacts has 40 rows, the last night 60: 33% fewer. Look whether the extract broke off or was narrowed."
    ]


def test_accepting_them_is_on_record(two_nights: Path) -> None:
    home = two_nights / "home"
    write_export(two_nights / "export", contacts=40)
    answer = call("nightly", two_nights / "nightly.toml", "--night", THIRD, "--accept")
    assert answer.code == 0
    last = last_edition(home)
    assert last is not None
    assert last.number == 3
    assert last.accepted_despite["who"]
    assert last.accepted_despite["doubts"][0].startswith("contacts has 40 rows")
    assert f"ACCEPTED by {last.accepted_despite['who']} although:" in answer.out
    assert log_lines(home)[-1]["accepted_by"] == last.accepted_despite["who"]


def test_the_summary_says_what_was_read_and_what_moved(two_nights: Path) -> None:
    """A contact every other day up to 31 March, so 16 in March; the last three have another outcome on the second night."""
    said = (two_nights / "home" / "outputs" / "summary.txt").read_text()
    assert f"Night of {SECOND.day} April 2024: edition 2, the night before it {NIGHT.day} April 2024." in said
    rows = [re.split(r"  +", line) for line in said.splitlines()]
    assert ["contacts", "60", "60", "2024-03-31"] in rows
    moved = next(row for row in rows if row[0] == "contacts_to_social_care")
    assert moved[1:4] == ["2024-03", "100.0% (16 of 16)", "81.3% (13 of 16)"]


@pytest.mark.parametrize("gone", ["outputs", "summary"])
def test_outputs_that_are_lost_are_made_anew(two_nights: Path, gone: str) -> None:
    """The whole folder from the edition, though the sources are away; a single file from tonight's run."""
    home, config = two_nights / "home", two_nights / "nightly.toml"
    before = {path: contents for path, (_, _, contents) in look_of(home).items()}
    if gone == "outputs":
        shutil.rmtree(home / "outputs")
        (two_nights / "export").rename(two_nights / "away")
        with pytest.raises(CasetallyError):
            walk(config, THIRD)
    else:
        (home / "outputs" / "summary.txt").unlink()
        assert walk(config, SECOND).number == 2
    after = {path: contents for path, (_, _, contents) in look_of(home).items()}
    run_json = str(home / "outputs" / "run.json")
    assert {path: text for path, text in after.items() if path != run_json} == {
        path: text for path, text in before.items() if path != run_json
    }


def test_a_night_killed_after_its_edition_was_kept_is_healed(two_nights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a kill between the two: the edition is the third, the outputs are still those of the second."""
    home, config = two_nights / "home", two_nights / "nightly.toml"
    with monkeypatch.context() as patch:
        patch.setattr("casetally.nights.steps.place.put_in_place", _killed)
        with pytest.raises(KeyboardInterrupt):
            walk(config, THIRD)
    made = place.made_in(home / "outputs")
    assert made is not None
    assert made.number == 2
    (two_nights / "export").rename(two_nights / "away")
    with pytest.raises(CasetallyError):
        walk(config, THIRD)
    made = place.made_in(home / "outputs")
    assert made is not None
    assert made.number == 3
    assert place.faults_of(home / "outputs", made) == []


def _killed(_: Path) -> None:
    raise KeyboardInterrupt


def test_a_night_killed_before_its_edition_was_kept_leaves_nothing(
    two_nights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, config = two_nights / "home", two_nights / "nightly.toml"
    before = look_of(home)
    with monkeypatch.context() as patch:
        # the last step before the new file of editions is the file
        patch.setattr(os, "replace", lambda *_: _killed(home))
        with pytest.raises(KeyboardInterrupt):
            walk(config, THIRD)
    assert look_of(home) == before
    walk(config, SECOND)  # nothing new, and what lay about is gone
    assert look_of(home) == before
    assert sorted(path.name for path in home.iterdir()) == [
        "config.toml", "editions.duckdb", "log", "nightly.json", "nightly.lock", "outputs",
    ]  # fmt: skip


def test_a_source_that_is_away_is_said_and_the_last_night_stays(two_nights: Path) -> None:
    before = look_of(two_nights / "home")
    (two_nights / "export").rename(two_nights / "away")
    answer = call("nightly", two_nights / "nightly.toml", "--night", THIRD)
    assert answer.code == 3
    assert "There is no such file or folder." in answer.err
    assert f"Edition 2 of {SECOND} and its outputs stay as they were." in answer.err
    assert look_of(two_nights / "home") == before


def test_definitions_that_are_broken_are_said_and_the_last_night_stays(two_nights: Path) -> None:
    home = two_nights / "home"
    before = look_of(home)
    (two_nights / "mine" / "indicators").mkdir(parents=True)
    (two_nights / "mine" / "indicators" / "ours.yaml").write_text("ours:\n  titel: Ours\n")
    write_config(two_nights, definitions='"mine"')
    answer = call("nightly", two_nights / "nightly.toml", "--night", THIRD)
    assert answer.code == 2
    assert "ours.yaml:2:3" in answer.err
    assert look_of(home) == before
    assert "ours.yaml:2:3" in log_lines(home)[-1]["place"]


def test_editions_that_are_damaged_are_said(two_nights: Path) -> None:
    home = two_nights / "home"
    path = home / EDITIONS_FILE
    path.write_bytes(path.read_bytes()[:5000])
    answer = call("nightly", two_nights / "nightly.toml", "--night", THIRD)
    assert answer.code == 2
    assert "is damaged or no file of editions" in answer.err
    assert "casetally restore" in answer.err
    assert path.stat().st_size == 5000


def test_a_home_that_can_t_be_written_is_said(tmp_path: Path) -> None:
    write_export(tmp_path / "export")
    (tmp_path / "home").write_text("a file stands here")
    answer = call("nightly", write_config(tmp_path), "--night", NIGHT)
    assert answer.code == 2
    assert f"Nothing can be written in '{tmp_path / 'home'}'" in answer.err


@pytest.mark.parametrize("when", ["the outputs are written", "the editions are copied", "the editions grow"])
def test_a_disk_that_is_full_is_said_and_the_last_night_stays(two_nights: Path, when: str) -> None:
    home = two_nights / "home"
    before = look_of(home)
    size = (home / EDITIONS_FILE).stat().st_size
    write_export(two_nights / "export", moved=40)
    most = {"the outputs are written": 100_000, "the editions are copied": size - 1, "the editions grow": size + 1}[
        when
    ]
    with no_file_larger_than(most):
        answer = call("nightly", two_nights / "nightly.toml", "--night", THIRD)
    assert answer.code == 2, answer.err
    assert f"Edition 2 of {SECOND} and its outputs stay as they were." in answer.err
    assert look_of(home) == before
    assert walk(two_nights / "nightly.toml", THIRD).number == 3  # and when there is room again, the night is made


def test_a_backup_without_a_key_is_refused_before_anything_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CASETALLY_KEY", "CASETALLY_KEY_FILE", "CASETALLY_RECIPIENT"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(CallError) as found:
        walk(write_config(tmp_path, '[backup]\nto = "backups"\n'))
    assert "casetally key" in found.value.hint


def test_with_a_key_each_night_is_backed_up_and_rows_set_aside_are_sealed(tmp_path: Path) -> None:
    export = write_export(tmp_path / "export")
    with (export / "children.csv").open("a") as file:
        file.write("child-000,2012-01-01,F,WBRI\n")  # a second row of one child
    call("key", tmp_path / "own.key")
    config = write_config(tmp_path, '[encryption]\nkey_file = "own.key"\n[backup]\nto = "backups"\nkeep = 1\n')
    walk(config)
    backups = list((tmp_path / "backups").glob("*.age"))
    assert [path.name.startswith("casetally-backup-") for path in backups] == [True]
    assert (tmp_path / "home" / "outputs" / "set_aside.zip.age").is_file()


def test_what_was_known_is_answered_as_it_was(two_nights: Path) -> None:
    """The second night knew three outcomes otherwise than the first."""
    path = two_nights / "home" / EDITIONS_FILE
    counts = []
    for day in (NIGHT, SECOND):
        store, _ = open_known(path, day)
        counts.append(store.rows("SELECT count(*) FROM contacts WHERE outcome = 'no_further_action'")[0][0])
        store.close()
    assert counts == [0, 3]


def test_the_log_has_every_step_and_no_child(two_nights: Path) -> None:
    write_export(two_nights / "export", contacts=40)
    with pytest.raises(HeldBackError):
        walk(two_nights / "nightly.toml", THIRD)
    lines = log_lines(two_nights / "home")
    steps = [line["step"] for line in lines if line["night"] == str(NIGHT)]
    assert steps[0] == "begin"
    assert steps[-1] == "night"
    assert {
        "reading the sources",
        "checking the records",
        "keeping the edition",
        "putting the outputs in place",
    } <= set(steps)
    assert all({"at", "run", "night", "step", "outcome", "seconds"} <= set(line) for line in lines)
    text = json.dumps(lines)
    assert "child-0" not in text
    assert "contact-0" not in text
    assert "2013-03-04" not in text
