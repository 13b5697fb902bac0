"""Why: a scheduler mails what a night says, so no key and no password of a configuration may stand in it, nor in a log."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli.calling import call
from nightly.world import write_config, write_export

MARKED = "s3cr3t-Pa55"
KEY = f"AGE-SECRET-KEY-1{MARKED.upper()}"


@pytest.mark.parametrize(
    "text",
    [
        f'[encryption]\nkey = "{KEY}"\n',
        f'[encryption]\nkey_file = "{KEY}"\n',
        f'[encryption]\nkey_file = ["{KEY}"]\n',
        f"[encryption]\nkey_file = {KEY}\n",
        f'[encryption]\nrecipient = "{KEY}"\n',
        f'source = ["postgresql://reader:{MARKED}@server/ssd"]\n',
        f'authority = ["postgresql://reader:{MARKED}@server/ssd" 1]\n',
    ],
)
def test_no_line_that_is_shown_shows_a_secret(text: str, tmp_path: Path) -> None:
    write_export(tmp_path / "export")
    config = write_config(tmp_path, text)
    answer = call("nightly", config, "--night", "2024-04-02")
    assert answer.code == 2, answer.err
    assert MARKED.lower() not in (answer.out + answer.err).lower()
    _nothing_written_holds(tmp_path, config)


@pytest.mark.parametrize(
    "source",
    [
        "${HELD}",
        "${HELD}/sub",
        "a/${HELD}/sub",
        "sqlite:///${HELD}",
        "postgresql://r:${HELD}@127.0.0.1:1/db",
        "x://${HELD}@h/d",
    ],
)
def test_what_the_environment_holds_is_told_by_the_name_of_its_variable(
    source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HELD", MARKED)
    config = write_config(tmp_path, sources=f'["{source}"]')
    answer = call("nightly", config, "--night", "2024-04-02")
    assert answer.code == 3, answer.err
    assert MARKED not in answer.out + answer.err
    status = call("status", config, "--night", "2024-04-02")
    assert MARKED not in status.out + status.err
    _nothing_written_holds(tmp_path, config)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('home = "a\\u0000b"\n', "control character"),
        ('authority = "a\\u001b[31m"\n', "control character"),
        ('definitions = "${HOME}/definitions"\n', "'sources' alone"),
        ("as_at = 9999-12-31\n", "can't be meant"),
        ("as_at = 0001-01-01\n", "can't be meant"),
        ("[retention]\neditions_days = 99999999999\n", "less than or equal"),
        ("[retention]\nmonth_ends_months = 99999999999\n", "less than or equal"),
        ("[retention]\nlog_months = 99999999999\n", "less than or equal"),
        ("x = " + "[" * 5000 + "]" * 5000 + "\n", "too deep"),
        ('"a\\u001b[31m" = 1\n', "not known here"),
    ],
    ids=lambda one: one[:30],
)
def test_what_can_t_be_meant_is_refused_in_words(text: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "nightly.toml"
    path.write_text(f'sources = ["export"]\n{text}', encoding="utf-8")
    answer = call("nightly", path, "--night", "2024-04-02")
    assert answer.code == 2, answer.err
    assert says in answer.err
    assert "\x1b" not in answer.err
    assert "fault of its own" not in answer.err
    assert [one.name for one in tmp_path.iterdir()] == ["nightly.toml"]


def _nothing_written_holds(folder: Path, config: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file() and path != config and path.name != "config.toml":
            assert MARKED.lower().encode() not in path.read_bytes().lower(), path
