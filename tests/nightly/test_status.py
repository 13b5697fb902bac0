"""Why: a monitor asks by exit code and a person by sentences, and both must learn of every way in which a night was not good."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from cli.calling import Answer, call

from nightly.world import NIGHT, write_config, write_export

SECOND = NIGHT + dt.timedelta(1)
THIRD = NIGHT + dt.timedelta(2)


def status(base: Path, day: dt.date = SECOND, *more: object) -> Answer:
    return call("status", base / "nightly.toml", "--night", day, *more)


def found(base: Path, day: dt.date = SECOND) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(status(base, day, "--json").out)
    return answer


def test_a_good_night_is_said_to_be_good(two_nights: Path) -> None:
    answer = status(two_nights)
    assert answer.code == 0
    assert answer.out.startswith("Good. ")
    assert f"Last good night: {SECOND}, edition 2, as at {SECOND}" in answer.out
    said = found(two_nights)
    assert (said["good"], said["problems"], said["outputs"]) == (True, [], "whole, of edition 2")


def test_it_says_how_fresh_each_table_is(two_nights: Path) -> None:
    """The latest contact is of 31 March (write_export), three days before the second night."""
    tables = {one["table"]: one for one in found(two_nights)["tables"]}
    assert (tables["contacts"]["rows"], tables["contacts"]["latest"], tables["contacts"]["days"]) == (
        60,
        "2024-03-31",
        3,
    )
    assert (tables["children"]["rows"], tables["children"]["latest"]) == (40, None)


@pytest.mark.parametrize(("day", "code"), [(SECOND + dt.timedelta(2), 0), (SECOND + dt.timedelta(3), 1)])
def test_a_night_too_long_ago_is_not_good(two_nights: Path, day: dt.date, code: int) -> None:
    assert status(two_nights, day).code == code
    assert status(two_nights, day, "--older-than", 9).code == 0


def test_a_night_that_failed_since_is_told(two_nights: Path) -> None:
    (two_nights / "export").rename(two_nights / "away")
    call("nightly", two_nights / "nightly.toml", "--night", THIRD)
    answer = status(two_nights, THIRD)
    assert answer.code == 1
    assert f"- The night of {THIRD} failed: There is no such file or folder." in answer.out
    assert [run["outcome"] for run in found(two_nights, THIRD)["since"]] == ["failed"]
    (two_nights / "away").rename(two_nights / "export")
    call("nightly", two_nights / "nightly.toml", "--night", THIRD)
    assert status(two_nights, THIRD).code == 0


def test_a_night_that_was_held_back_is_told_with_what_was_odd(two_nights: Path) -> None:
    write_export(two_nights / "export", contacts=40)
    call("nightly", two_nights / "nightly.toml", "--night", THIRD)
    answer = status(two_nights, THIRD)
    assert answer.code == 1
    assert "was held back: its records are odd beside the last night's." in answer.out
    assert "- contacts has 40 rows, the last night 60: 33% fewer." in answer.out


def test_outputs_that_were_changed_or_lack_are_told(two_nights: Path) -> None:
    outputs = two_nights / "home" / "outputs"
    (outputs / "figures.csv").write_text("changed")
    assert "Among the outputs figures.csv lack or were changed since." in found(two_nights)["problems"]
    shutil.rmtree(outputs)
    assert found(two_nights)["problems"] == ["The outputs lack; the next night makes them."]


def test_damaged_editions_are_told_and_the_rest_still_is(two_nights: Path) -> None:
    (two_nights / "home" / "editions.duckdb").write_bytes(b"nothing")
    said = found(two_nights)
    assert "is damaged or no file of editions" in said["problems"][0]
    assert said["space"]["outputs"] > 0


def test_a_home_can_be_named_instead_of_its_configuration(two_nights: Path) -> None:
    """It says where its configuration stands: here, where the nights were made."""
    home = two_nights / "home"
    (home / "nightly.json").write_text(json.dumps({"config": str(two_nights / "nightly.toml")}))
    assert call("status", home, "--night", SECOND).code == 0
    (home / "nightly.json").unlink()
    answer = call("status", home)
    assert answer.code == 2
    assert "is no home of nights" in answer.err


def test_before_the_first_night_it_says_so(tmp_path: Path) -> None:
    answer = call("status", write_config(tmp_path), "--night", NIGHT)
    assert answer.code == 1
    assert "- No night was kept yet." in answer.out


def test_it_says_what_is_encrypted_and_what_rests_on_the_disk(two_nights: Path) -> None:
    protection = found(two_nights)["protection"]
    assert protection["case lists"] == "always sealed (age)"
    assert "it rests on the disk's own encryption" in protection["editions.duckdb"]
    assert protection["rows set aside"].startswith("not made")
