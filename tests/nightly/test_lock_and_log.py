"""Why: two nights at once, a log of a broken disk and an error that carries a line of input must all end well."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

import pytest
from casetally.errors import InputError, Place
from casetally.nights.lock import AlreadyRunningError, held
from casetally.nights.log import Log, nights_told, thin_out_log, what_went_wrong

from nightly.world import log_lines

NIGHT = dt.date(2024, 4, 2)
_HOLDS = (
    "import sys, pathlib\nfrom casetally.nights.lock import held\n"
    "with held(pathlib.Path(sys.argv[1]), 'A night'):\n    print('held', flush=True)\n    sys.stdin.read()\n"
)


def test_the_second_of_two_says_who_runs_since_when(tmp_path: Path) -> None:
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", _HOLDS, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(AlreadyRunningError) as found, held(tmp_path):
            pass
        assert found.value.exit_code == 6
        assert found.value.says.startswith("A night is running since 2")
        assert f"process {other.pid}" in found.value.says
        other.kill()
        other.wait()
    with held(tmp_path):  # the system let go though nothing was tidied up
        pass


def test_a_home_is_free_again_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="x"), held(tmp_path):
        raise ValueError("x")
    with held(tmp_path):
        assert (tmp_path / "nightly.lock").stat().st_mode & 0o777 == 0o600


def test_an_error_is_told_without_the_line_of_input_it_carries() -> None:
    fault = InputError(
        "A quote is not closed.", place=Place("children.csv", 3, 5), source_line='ann,"2015-05-05', hint="Mend it."
    )
    told = what_went_wrong(fault)
    assert told == {"says": "A quote is not closed.", "place": "children.csv:3:5", "hint": "Mend it."}


def test_an_unknown_error_is_told_by_kind_and_place_alone() -> None:
    try:
        int("Ann Smith")
    except ValueError as fault:
        told = what_went_wrong(fault)
    assert list(told) == ["says"]
    assert told["says"].startswith("ValueError at test_lock_and_log.py:")
    assert "Ann" not in json.dumps(told)


def test_a_full_disk_is_told_without_the_name_of_a_file() -> None:
    assert what_went_wrong(OSError(28, "No space left on device", "/x/ann.csv")) == {
        "says": "OSError: No space left on device."
    }


def test_a_line_broken_off_does_not_hide_the_others(tmp_path: Path) -> None:
    first, second = Log(tmp_path, NIGHT, "a"), Log(tmp_path, NIGHT + dt.timedelta(1), "b")
    first.write("night", "done", 2.0, edition=1)
    with (tmp_path / "log" / "2024-04.jsonl").open("a") as file:
        file.write('{"at": "2024-04-02", "ru\n[1]\n{"night": 3}\n')
    second.write("begin", "begun")
    found = nights_told(tmp_path)
    assert [(one.night, one.outcome) for one in found] == [(NIGHT, "done"), (NIGHT + dt.timedelta(1), "broken_off")]


def test_old_months_go_and_the_others_stay(tmp_path: Path) -> None:
    for month in (1, 2, 3, 4):
        Log(tmp_path, dt.date(2024, month, 5), "a").write("begin", "begun")
    assert thin_out_log(tmp_path, NIGHT, 2) == 1
    assert [line["night"] for line in log_lines(tmp_path)] == ["2024-02-05", "2024-03-05", "2024-04-05"]
