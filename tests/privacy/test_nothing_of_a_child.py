"""Why: figures, findings, logs and messages are passed on; none may hold a child's name, date of birth or free text.

Every command is called over records in which every column of every table is marked, and all it said and wrote is searched.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from casetally.reports.run import RunRequest, run_all
from cli.calling import call
from typer.core import TyperGroup

from privacy.commands import COMMANDS, SOURCE, Command
from privacy.conftest import Called, Planted
from privacy.planting import AS_AT, MARK, OTHERS, is_id, write_other
from privacy.searching import leaks, leaks_in

ANNEX_A = "annex.xlsx"
BY_DESIGN = (ANNEX_A, "opened")  # a return, and rows set aside that were unsealed: records, for their owner only


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"x {MARK} y", True),
        ("zebedee", True),
        ("born 1911-11-11.", True),
        ("11/11/1911", True),
        ("1911-11-11 00:00:00", True),
        ("11 November 1911", True),
        ("19111111", True),
        ("987654321", True),
        ("C000008 2024-03-31 1911", False),
    ],
)
def test_what_counts_as_a_leak(text: str, found: bool) -> None:
    assert bool(leaks(text)) is found


def test_no_command_is_left_out() -> None:
    from casetally.cli import app
    from typer.main import get_command

    group = get_command(app)
    assert isinstance(group, TyperGroup)
    named = {command.asked.split(" ")[0] for command in COMMANDS}
    assert set(group.commands) - named == {"indicators"}  # it reads definitions and no records


def test_every_column_of_every_table_is_planted(planted: Planted) -> None:
    import polars as pl
    from casetally.schemas import load_schemas

    from privacy.planting import NO_CHILDS, NO_CHILDS_TABLES

    for name, table in load_schemas().tables.items():
        if name in NO_CHILDS_TABLES:
            continue
        frame = pl.read_csv(planted.csv / f"{name}.csv", infer_schema=False)
        for column in frame.columns:
            if table.columns[column].type != "id" and column not in NO_CHILDS:
                assert any(leaks(value) for value in frame[column].drop_nulls()), f"{name}.{column}"


@pytest.mark.parametrize("command", COMMANDS, ids=lambda one: one.name)
def test_what_a_command_says_holds_nothing_of_a_child_but_ids(command: Command, called: Called) -> None:
    answer = called.answers[command.name]
    assert "fault of its own" not in answer.err, answer.err
    assert answer.code in command.codes, answer.err
    assert answer.out + answer.err != ""
    assert leaks(answer.out + answer.err) == []


def test_what_the_commands_wrote_holds_nothing_of_a_child_but_ids(called: Called) -> None:
    apart = tuple(called.folder / name for name in (SOURCE, *BY_DESIGN))
    assert (called.folder / "out" / "findings.csv").is_file()
    assert leaks_in(called.folder, apart) == {}


def test_what_is_searched_would_be_found(called: Called) -> None:
    """The search opens what it finds: the source, the workbook of Annex A and the unsealed rows are full of marks."""
    assert leaks_in(called.folder / SOURCE, ())
    found = leaks_in(called.folder, (called.folder / SOURCE,))
    assert {name.split("/")[0] for name in found} == set(BY_DESIGN)


def test_the_ids_of_rows_that_were_set_aside_are_found(called: Called) -> None:
    findings = (called.folder / "out" / "findings.csv").read_text(encoding="utf-8")
    assert "planted-contacts-" in findings
    assert "planted-children-" in findings


def _run_says_nothing(source: Path, working: Path) -> None:
    """A run of two indicators, with all its findings; and what it and a check of it tell of the sources."""
    told: list[str] = []
    asked = RunRequest((source,), AS_AT, 1, working / "out", indicators=("contacts_received", "cp_plans_open"))
    run = run_all(asked, told.append)
    assert run.findings.height > 0
    assert leaks("\n".join([*told, *run.notes])) == []
    assert leaks_in(working, (source,)) == {}


def test_a_parquet_export_says_no_more_than_a_csv_one(
    planted: Planted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    _run_says_nothing(planted.parquet, tmp_path)


@pytest.mark.parametrize(("shape", "ending"), OTHERS)
def test_no_other_shape_of_export_says_more(
    shape: str, ending: str, planted: Planted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    source = write_other(shape, ending, planted.clean, tmp_path / "export")
    _run_says_nothing(source, tmp_path)


def test_annex_a_read_again_says_no_more(called: Called, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import openpyxl

    book = openpyxl.load_workbook(called.folder / ANNEX_A)
    for sheet in book.worksheets:
        rows = list(sheet.iter_rows())
        at = next((n for n, row in enumerate(rows) if any("Unique ID" in str(cell.value) for cell in row)), len(rows))
        for head, cell in zip(*rows[at : at + 2], strict=True) if len(rows) > at + 1 else ():
            if head.value and not is_id(str(head.value)):
                cell.value = MARK
    book.save(tmp_path / "given.xlsx")
    monkeypatch.chdir(tmp_path)
    answer = call("check", "given.xlsx", "--as-at", AS_AT)
    assert answer.code in (0, 1), answer.err
    assert leaks(answer.out + answer.err) == []
