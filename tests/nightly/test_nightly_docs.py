"""Why: an authority's first week follows these pages to the letter, so every command runs and says what they say it says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from casetally.cli import app
from casetally.nights.example import config_table, example_toml
from cli.calling import Answer, call
from typer.main import get_command

ROOT = Path(__file__).parents[2]
NIGHTLY = (ROOT / "docs" / "nightly.md").read_text(encoding="utf-8")
WEEK = (ROOT / "docs" / "first_week.md").read_text(encoding="utf-8")
ENDS = {"check": 1}  # rows are set aside; all others end with 0


def test_the_example_and_the_table_of_keys_are_current() -> None:
    assert f"```toml\n{example_toml()}```" in NIGHTLY
    assert config_table() in NIGHTLY


def test_the_commands_that_schedulers_call_are_commands() -> None:
    """Those of cron, systemd and Windows stand behind a path."""
    found = re.findall(r"[/\\]casetally ((?:nightly|status)[^>&|\"\n]*)", NIGHTLY)
    assert len(found) == 4
    commands = get_command(app).commands  # type: ignore[attr-defined]
    for line in found:
        name, *words = shlex.split(line)
        options = {option for parameter in commands[name].params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= options


def test_every_exit_code_of_a_night_is_told() -> None:
    told = re.findall(r"^\| (\d+) \|", NIGHTLY, re.MULTILINE)
    assert told == ["0", "2", "3", "4", "5", "6", "130"]


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Answer]:
    """Every command of the page, in its order, in an empty folder; the files that it says to write are written where it says so."""
    folder = tmp_path_factory.mktemp("week")
    answers: dict[str, Answer] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for name in ("CASETALLY_KEY", "CASETALLY_KEY_FILE", "CASETALLY_RECIPIENT"):
            patch.delenv(name, raising=False)
        for kind, text in re.findall(r"```(\w*)\n(.*?)```", WEEK, re.DOTALL):
            if kind == "toml":
                Path("nightly.toml").write_text(text, encoding="utf-8")
            elif kind == "csv":
                with Path("export/cp_visits.csv").open("a", encoding="utf-8") as file:
                    file.write(text)
            else:
                for line in text.splitlines():
                    words = shlex.split(line, comments=True)
                    answers[line.split("#")[0].strip()] = call(*words[1:])
    return answers


def said_by(week: dict[str, Answer], begins: str) -> Answer:
    found = [answer for line, answer in week.items() if line.startswith(begins)]
    assert len(found) == 1
    return found[0]


def test_every_command_of_the_first_week_runs(week: dict[str, Answer]) -> None:
    assert len(week) >= 11
    ended = {line: (answer.code, answer.err) for line, answer in week.items()}
    assert {line: end for line, end in ended.items() if end[0] != ENDS.get(line.split()[1], 0)} == {}


def test_the_late_visit_moves_march_as_the_page_says(week: dict[str, Answer]) -> None:
    summary = said_by(week, "casetally nightly nightly.toml --night 2024-04-02").out
    moved = next(line for line in summary.splitlines() if line.startswith("cp_visit_10wd "))
    assert re.split(r"  +", moved)[1:4] == ["2024-03", "50.0% (1 of 2)", "100.0% (2 of 2)"]
    assert "which was 50.0% (1 of 2) and is now 100.0%\n(2 of 2)" in WEEK


def test_the_first_night_is_given_again(week: dict[str, Answer]) -> None:
    cases = said_by(week, "casetally cases cp_visit_10wd")
    assert "1 of 2" in cases.out + cases.err
    assert said_by(week, "casetally status").out.startswith("Good. ")


def test_the_difference_is_one_cause(week: dict[str, Answer]) -> None:
    said = said_by(week, "casetally revisions cp_visit_10wd").out
    assert "recorded late" in said
    assert "C000261" in said
