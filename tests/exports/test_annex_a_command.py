"""Why: the command is how an authority makes its Annex A: by its last run's store, for a day, in one line."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
import typer
from casetally.cli.export_annex_a import annex_a
from casetally.errors import CallError
from casetally.reports.run import RunRequest, run_all
from typer.testing import CliRunner

APP = typer.Typer()
APP.command("annex-a")(annex_a)


@pytest.fixture
def run_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a run in it, as the working folder."""
    monkeypatch.chdir(tmp_path)
    records = tmp_path / "records"
    records.mkdir()
    (records / "contacts.csv").write_text(
        "contact_id,child_id,received_on\nk1,c1,2024-01-10\nk2,c2,2024-02-10\n", encoding="utf-8"
    )
    (records / "children.csv").write_text("child_id\nc1\nc2\n", encoding="utf-8")
    import datetime as dt

    run_all(
        RunRequest((records,), dt.date(2024, 3, 31), months=1, out=tmp_path / "out", indicators=("contacts_received",))
    )
    return tmp_path


def test_it_takes_the_last_run_and_its_day(run_folder: Path) -> None:
    done = CliRunner().invoke(APP, [])
    assert done.exit_code == 0, done.output
    assert done.stdout == "2 rows in 11 lists, as at 2024-03-31, are in annex-a-2024-03-31.xlsx.\n"
    assert "personal data" in done.stderr
    assert openpyxl.load_workbook(run_folder / "annex-a-2024-03-31.xlsx")["List 1"].max_row == 3


def test_a_day_a_store_and_a_file_can_be_named(run_folder: Path) -> None:
    done = CliRunner().invoke(APP, ["--as-at", "2024-01-31", "--store", "out", "--out", "january.xlsx"])
    assert done.exit_code == 0, done.output
    assert openpyxl.load_workbook(run_folder / "january.xlsx")["List 1"].max_row == 2


def test_it_answers_again_from_the_same_store(run_folder: Path) -> None:
    first = CliRunner().invoke(APP, ["--out", "a.xlsx"])
    second = CliRunner().invoke(APP, ["--out", "b.xlsx"])
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert (run_folder / "a.xlsx").read_bytes() == (run_folder / "b.xlsx").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--as-at", "2024-04-01"], "speak for 2024-03-31"),
        (["--as-at", "31/03/2024"], "is not a date"),
        (["--store", "nowhere.duckdb"], "There is no store"),
        (["--out", "records"], "no Annex A made by casetally"),
    ],
)
def test_a_call_that_can_not_be_meant_is_refused_in_a_sentence(
    run_folder: Path, arguments: list[str], says: str
) -> None:
    done = CliRunner().invoke(APP, arguments)
    assert isinstance(done.exception, CallError)
    assert says in str(done.exception)
    assert not list(run_folder.glob("*.xlsx"))
