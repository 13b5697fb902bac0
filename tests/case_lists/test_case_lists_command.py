"""Why: whoever asks for lists of children is told at once what is wrong, and is on record before anything is made."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from casetally.errors import CallError
from casetally.reports.case_lists import making, private_folder
from casetally.reports.case_lists.audit_log import read_log
from cli.calling import Answer, call, sentences

from case_lists.conftest import KEY, World

Ask = Callable[..., Answer]


@pytest.fixture
def log(world: World) -> Iterator[Path]:
    """The log of the run, empty at the start of each test."""
    path = world.path.parent.with_name("out.case_list_audit.jsonl")
    path.unlink(missing_ok=True)
    yield path
    path.unlink(missing_ok=True)


@pytest.fixture
def ask(world: World, log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Ask for case lists from an empty folder; what is given stands beside or takes the place of a sound call."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("casetally.cli.case_lists.open_run", lambda *_: (world.store, world.library))  # open already

    def asking(report: str = "ours", *more: object, **options: object) -> Answer:
        given = {"month": "2024-03", "to": "lists", "reason": "Team meeting of 4 April", "store": world.path,
                 "recipient": KEY.recipient, **options}  # fmt: skip
        named = [part for name, value in given.items() if value is not None for part in (f"--{name}", value)]
        return call("case-lists", report, *named, *more)

    return asking


def test_it_says_how_much_was_made_where_and_that_it_is_on_record(ask: Ask, log: Path, tmp_path: Path) -> None:
    answer = ask()
    assert answer.code == 0
    # A1: five late assessments; R1, M1 and H1 one each; K1 two; due: a7, and of c6 a visit and both health assessments
    assert answer.out == "14 rows on 5 children are in lists: 4 files for 4 teams.\n"
    assert "On record as entry 1" in answer.err
    assert "R2: No list: there are too few" in answer.err
    assert "keep them where only those who work with them" in answer.err
    assert len(list((tmp_path / "lists").glob("*.xlsx.age"))) == 4


def test_the_log_says_who_asked_what_why_and_counts_alone(ask: Ask, log: Path, tmp_path: Path) -> None:
    ask("ours", "--team", "North", "--csv")
    [line] = log.read_text(encoding="utf-8").splitlines()
    told = json.loads(line)
    assert told["who"]
    assert told["why"] == "Team meeting of 4 April"
    assert (told["report"], told["month"], told["teams"], told["format"]) == ("ours", "2024-03", ["North"], "csv")
    assert told["lines"] == ["A1", "R1", "K1", "R2", "M1", "H1"]
    assert (told["children"], told["due_within"]) == (1, 10)
    assert told["to"] == str(tmp_path / "lists")
    assert told["as_at"] == "2024-03-31"
    for child in ("c1", "a1", "r2"):
        assert f'"{child}"' not in line


@pytest.mark.parametrize("reason", ["", "   ", "...", "\n\t"])
def test_without_a_reason_nothing_is_made(ask: Ask, log: Path, tmp_path: Path, reason: str) -> None:
    answer = ask(reason=reason)
    assert answer.code == 2
    assert "Case lists need a reason" in sentences(answer)
    assert list(tmp_path.iterdir()) == []
    assert not log.exists()


@pytest.mark.parametrize(
    ("missing", "says"), [("month", "need a month"), ("to", "need a folder"), ("reason", "need a reason")]
)
def test_what_is_missing_is_named(ask: Ask, log: Path, missing: str, says: str) -> None:
    answer = ask(**{missing: None})
    assert answer.code == 2
    assert says in sentences(answer)
    assert not log.exists()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (("our",), "Did you mean 'ours'?"),
        (("ours", "--team", "Nort"), "There is no team 'Nort'.\nDid you mean 'North'?"),
        (("ours", "--due-within", "999"), "--due-within 999 can't be meant"),
    ],
)
def test_what_can_t_be_meant_is_refused_and_makes_nothing(
    ask: Ask, log: Path, tmp_path: Path, given: tuple[str, ...], says: str
) -> None:
    answer = ask(*given)
    assert answer.code == 2
    assert says in sentences(answer)
    assert list(tmp_path.iterdir()) == []
    assert not log.exists()


def test_a_month_after_the_records_is_refused(ask: Ask) -> None:
    assert "begins after 2024-03-31" in sentences(ask(month="2024-04"))


def test_a_month_before_the_run_is_refused_as_the_report_refuses_it(ask: Ask, log: Path) -> None:
    answer = ask(month="2023-01")  # the run is of 14 months, to March 2024
    assert answer.code == 2
    assert "2023-01 lies before 2023-02, the first month of this run." in sentences(answer)
    assert not log.exists()


def test_a_reason_that_tells_a_whole_case_is_refused(ask: Ask) -> None:
    assert "longer than 500 characters" in sentences(ask(reason="because " * 70))


@pytest.mark.skipif(os.name == "nt", reason="NOT RUN: this system has no permissions by owner")
def test_where_the_log_can_t_be_written_nothing_is_made(ask: Ask, log: Path, tmp_path: Path) -> None:
    log.touch(mode=0o644)
    answer = ask()
    assert answer.code == 2
    assert "can't be written" in sentences(answer)
    assert list(tmp_path.iterdir()) == []
    assert log.read_bytes() == b""


def test_the_log_has_its_line_before_anything_of_a_child_is_on_the_disk(
    ask: Ask, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[int] = []
    make = private_folder.tempfile.mkdtemp

    def looking(prefix: str, dir: Path) -> str:  # noqa: A002 - as the library names it
        lines.append(len(read_log(log).entries))
        return make(prefix=prefix, dir=dir)

    monkeypatch.setattr(private_folder.tempfile, "mkdtemp", looking)
    assert ask().code == 0
    assert lines == [1]


@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), CallError("Too long."), KeyboardInterrupt()])
def test_a_writing_that_fails_leaves_a_line_that_says_so_and_nothing_else(
    ask: Ask, log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: BaseException
) -> None:
    def failing(*_: object) -> bytes:
        raise fault

    monkeypatch.setattr(making, "workbook_bytes", failing)
    answer = ask()
    assert answer.code == (130 if isinstance(fault, KeyboardInterrupt) else 2)
    assert list(tmp_path.iterdir()) == []
    read = read_log(log)
    assert read.faults == ()
    assert [one.says["event"] for one in read.entries] == ["case lists", "failed"]
    assert (read.entries[1].says["of"], read.entries[1].says["fault"]) == (1, type(fault).__name__)


def test_the_log_is_shown_and_found_whole(ask: Ask, log: Path, world: World) -> None:
    ask("ours", "--team", "North")
    ask("ours", "--team", "South", to="other")
    answer = call("case-lists", "--log", "--store", world.path)
    assert answer.code == 0
    assert answer.out.count("Team meeting of 4 April") == 2
    assert "2 entries, each as it was written" in answer.err
    told = json.loads(call("case-lists", "--log", "--json", "--store", world.path).out)
    assert told["whole"] is True
    assert [one["teams"] for one in told["entries"]] == [["North"], ["South"]]


def test_a_log_that_was_changed_is_told_by_line_and_exit_code(ask: Ask, log: Path, world: World) -> None:
    ask("ours", "--team", "North")
    log.write_text(log.read_text(encoding="utf-8").replace("4 April", "5 April"), encoding="utf-8")
    answer = call("case-lists", "--log", "--store", world.path)
    assert answer.code == 1
    assert "Line 1 is not as it was written." in answer.err


def test_a_log_that_was_never_begun_is_said_to_be_so(log: Path, world: World) -> None:
    assert "There is no log" in sentences(call("case-lists", "--log", "--store", world.path))


def test_what_a_log_holds_can_t_steer_a_terminal(ask: Ask, log: Path, world: World) -> None:
    ask(reason="red \x1b[31m [bold]text[/bold]")
    shown = call("case-lists", "--log", "--store", world.path).out
    assert "\x1b" not in shown
    assert "[bold]text[/bold]" in shown


def test_in_a_git_work_tree_it_warns(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert "git work tree" in ask().err


def test_neither_a_run_nor_a_report_makes_case_lists(world: World) -> None:
    assert not [path for path in world.path.parent.parent.rglob("*") if path.name == private_folder.CONTENTS]
