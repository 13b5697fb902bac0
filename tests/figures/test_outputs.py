"""Why: no reader ever meets half of a night's figures, and no run ever takes away a folder that no run made."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest
from casetally.errors import CallError, InputError
from casetally.figures.values import FIGURE_SCHEMA
from casetally.reports import run as running
from casetally.reports.outputs import figures_csv, last_store, remember_run, written_whole
from casetally.reports.run import RunRequest, run_all

from figures.records import write_records

AS_AT = dt.date(2023, 6, 30)


def _files(folder: Path) -> list[str]:
    return sorted(found.relative_to(folder).as_posix() for found in folder.rglob("*"))


def _earlier_run(out: Path) -> Path:
    out.mkdir()
    (out / "run.json").write_text("{}")
    (out / "figures.csv").write_text("earlier")
    return out


def test_a_folder_appears_when_it_is_complete(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    with written_whole(out) as folder:
        (folder / "figures.csv").write_text("new")
        assert not out.exists()
    assert _files(tmp_path) == ["deep", "deep/out", "deep/out/figures.csv"]


def test_an_earlier_runs_folder_is_replaced_whole(tmp_path: Path) -> None:
    out = _earlier_run(tmp_path / "out")
    with written_whole(out) as folder:
        (folder / "findings.csv").write_text("new")
        assert (out / "figures.csv").read_text() == "earlier"
    assert _files(tmp_path) == ["out", "out/findings.csv"]


@pytest.mark.parametrize("fault", [OSError("disk full"), KeyboardInterrupt()])
def test_a_failure_leaves_the_earlier_run_as_it_was_and_nothing_beside_it(tmp_path: Path, fault: BaseException) -> None:
    out = _earlier_run(tmp_path / "out")

    def write_half() -> None:
        with written_whole(out) as folder:
            (folder / "figures.csv").write_text("half")
            raise fault

    with pytest.raises(type(fault)):
        write_half()
    assert (out / "figures.csv").read_text() == "earlier"
    assert _files(tmp_path) == ["out", "out/figures.csv", "out/run.json"]


def test_an_empty_folder_is_taken_and_a_folder_of_other_things_refused_and_untouched(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with written_whole(tmp_path / "empty") as folder:
        (folder / "figures.csv").write_text("new")
    assert _files(tmp_path / "empty") == ["figures.csv"]

    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "letter.txt").write_text("dear")
    (tmp_path / "a file").write_text("text")
    for place in ("documents", "a file"):
        with pytest.raises(CallError, match="no earlier run made it"), written_whole(tmp_path / place):
            pytest.fail("it was opened")
    assert (tmp_path / "documents" / "letter.txt").read_text() == "dear"
    assert _files(tmp_path) == ["a file", "documents", "documents/letter.txt", "empty", "empty/figures.csv"]


@pytest.mark.parametrize("step", [name for name, _ in running.STEPS])
def test_a_run_that_fails_at_any_step_leaves_no_folder_and_is_not_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def fail(_: object) -> None:
        raise OSError("no space left on the disk")

    monkeypatch.chdir(tmp_path)
    source = write_records(tmp_path / "records")
    before = _files(tmp_path)
    monkeypatch.setattr(running, "STEPS", tuple((name, fail if name == step else do) for name, do in running.STEPS))
    with pytest.raises(OSError, match="no space"):
        run_all(RunRequest((source,), AS_AT, months=1, out=tmp_path / "out"))
    assert _files(tmp_path) == before


def test_a_run_over_input_that_can_not_be_read_leaves_the_earlier_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    out = _earlier_run(tmp_path / "out")
    with pytest.raises(InputError):
        run_all(RunRequest((tmp_path / "nowhere",), AS_AT, months=1, out=out))
    assert _files(tmp_path) == ["out", "out/figures.csv", "out/run.json"]


def test_whole_numbers_are_written_without_a_decimal_point(tmp_path: Path) -> None:
    row = dict.fromkeys(FIGURE_SCHEMA) | {"indicator": "x", "numerator": 3.0, "denominator": 7.0, "value": 42.857}
    other = dict.fromkeys(FIGURE_SCHEMA) | {"indicator": "y", "numerator": 2.5}
    figures_csv(pl.DataFrame([row, other], schema=FIGURE_SCHEMA), tmp_path / "figures.csv")
    back = pl.read_csv(tmp_path / "figures.csv", infer_schema=False)
    assert back.columns == list(FIGURE_SCHEMA)
    assert back.select("numerator", "denominator", "value").rows() == [("3", "7", "42.857"), ("2.5", None, None)]


def test_the_last_run_is_remembered_in_the_folder_it_was_made_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CallError, match="No run was made from this folder yet"):
        last_store()
    remember_run(Path("out") / "store.duckdb")
    assert last_store() == tmp_path / "out" / "store.duckdb"
