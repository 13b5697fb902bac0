"""Why: whoever is to be forgotten is looked for by a test wherever the program may have written of them."""

from __future__ import annotations

import io
import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from casetally.nights.keeping.naming import names_any
from casetally.samples import write_sample
from casetally.sealed import Key, key_named, unseal

from tests.cli.calling import call, sentences
from tests.editions.nights import FIRST_NIGHT

CONFIG = """\
sources = ["export"]
home = "home"
as_at = 2024-03-31
months = 3
[encryption]
key_file = "casetally.key"
"""


@dataclass(frozen=True)
class World:
    """A home of a night, with a run, a workbook and case lists made from it."""

    place: Path
    child: str  # on a child protection plan, with a finding on a record of theirs

    @property
    def home(self) -> Path:
        return self.place / "home"

    def read(self, table: str) -> pl.DataFrame:
        return pl.read_csv(self.place / "export" / f"{table}.csv", infer_schema=False)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> World:
    place = tmp_path_factory.mktemp("made")
    write_sample(place / "export", children=700, years=2, as_at=FIRST_NIGHT.replace(month=3, day=31), seed=11)
    (place / "nightly.toml").write_text(CONFIG, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        plans = pl.read_csv("export/cp_plans.csv", infer_schema=False)
        child = plans.filter(pl.col("ended_on").is_null())["child_id"][0]
        visits = pl.read_csv("export/cp_visits.csv", infer_schema=False)
        wrong = visits.filter(pl.col("child_id") == child)["visit_id"][0]
        visits.with_columns(
            pl.when(pl.col("visit_id") == wrong).then(pl.lit("31 June")).otherwise("visited_on").alias("visited_on")
        ).write_csv("export/cp_visits.csv")  # one of theirs is set aside: no edition holds its contents
        assert call("key", "casetally.key").code == 0
        assert call("nightly", "nightly.toml", "--night", "2024-04-01").code == 0
        assert call("run", "--known-at", "2024-04-01", "--store", "home", "--out", "again").code == 0
        assert call("export", "annex-a", "--store", "home", "--out", "annex.xlsx").code == 0
        lists = ("case-lists", "core", "--month", "2024-03", "--store", "home", "--to", "lists", "--reason", "a test")
        assert call(*lists, "--key", "casetally.key").code == 0
    return World(place, child)


@pytest.fixture
def world(made: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A copy for each test, with the paths that the home remembers."""
    place = tmp_path / "world"
    shutil.copytree(made.place, place, copy_function=shutil.copy2)
    for path in (place / "home" / "made.jsonl",):
        path.write_text(path.read_text().replace(str(made.place), str(place)))
    monkeypatch.chdir(place)
    return World(place, made.child)


def _forget(world: World, *more: object) -> str:
    answer = call("forget", world.child, "--home", "home", "--yes", "--key", "casetally.key", *more)
    assert answer.code == 0, answer.err
    return answer.out + answer.err


def _findings(world: World) -> set[tuple[str, str]]:
    frames = [pl.read_parquet(world.home / "outputs" / "findings.parquet"),
              pl.read_csv(world.home / "outputs" / "findings.csv", infer_schema=False)]  # fmt: skip
    assert frames[0]["record_id"].to_list() == frames[1]["record_id"].fill_null("").to_list()
    return set(frames[0].select("table", "record_id").iter_rows())


def test_findings_on_the_childs_records_go_those_set_aside_too_and_no_other(world: World) -> None:
    visits = {("cp_visits", one) for one in world.read("cp_visits").filter(child_id=world.child)["visit_id"]}
    before = _findings(world)
    assert before & visits
    _forget(world)
    gone = before - _findings(world)
    assert before & visits <= gone
    assert {record for record in gone if record[0] == "cp_visits"} <= visits
    assert len(gone) < len(before)


def test_rows_set_aside_are_deleted_whole_and_the_outputs_are_found_whole(world: World) -> None:
    assert (world.home / "outputs" / "set_aside.zip.age").exists()
    _forget(world)
    assert not (world.home / "outputs" / "set_aside.zip.age").exists()
    assert "whole" in call("status", "nightly.toml", "--night", "2024-04-01").out


def test_what_was_made_of_the_nights_is_deleted(world: World) -> None:
    said = _forget(world)
    assert not Path("again").exists()
    assert not Path("annex.xlsx").exists()
    assert str(world.place / "again") in said


def test_what_was_moved_since_is_told_once(world: World) -> None:
    Path("again").rename("elsewhere")
    assert f"'{world.place / 'again'}' is not there any more: if it was moved" in _forget(world)
    other = world.read("cin_plans").filter(pl.col("child_id") != world.child)["child_id"][0]
    answer = call("forget", other, "--home", "home", "--yes", "--key", "casetally.key")
    assert answer.code == 0
    assert "not there any more" not in answer.err
    assert Path("elsewhere/figures.parquet").exists()


def test_only_the_case_lists_that_name_the_child_go_where_there_is_a_key(world: World) -> None:
    log = world.place / "home" / "editions.case_list_audit.jsonl"
    assert (
        str(world.place).encode() not in log.read_bytes()
    )  # the log names the world that was copied: theirs are looked at
    lists = sorted((world.place / "lists").glob("*.age"))
    key = key_named(world.place / "casetally.key")
    assert key is not None
    opened = io.BytesIO(unseal(lists[0].read_bytes(), key, lists[0].name))
    cells = [cell.value for sheet in openpyxl.load_workbook(opened) for row in sheet.iter_rows() for cell in row]
    listed = next(str(value) for value in cells if re.fullmatch(r"C\d{6}", str(value)))
    named = [names_any(path, frozenset([listed]), key) for path in lists]
    assert named[0] is True
    assert False in named
    assert names_any(lists[0], frozenset([listed]), None) is None
    assert names_any(lists[0], frozenset([listed]), Key.made()) is None
    assert names_any(lists[0], frozenset([listed[:-1]]), key) is False


def test_neither_log_nor_message_tells_who_it_was(world: World) -> None:
    said = _forget(world)
    assert world.child not in said
    logs = "".join(path.read_text() for path in (world.home / "log").glob("*.jsonl"))
    (line,) = [one for one in map(json.loads, logs.splitlines()) if one["step"] == "forget"]
    assert line["editions"] == 1
    assert line["rows"] > 5
    for path in world.home.rglob("*"):
        if path.is_file() and path.suffix != ".duckdb":
            assert world.child.encode() not in path.read_bytes(), path.name


def test_a_night_asked_for_says_that_it_lacks_a_child(world: World) -> None:
    _forget(world)
    answer = call(
        "cases", "cp_plans_open", "--month", "2024-03", "--store", "home", "--known-at", "2024-04-01", "--csv"
    )
    assert "1 child has been forgotten" in answer.err
    assert world.child not in answer.out


def test_without_yes_or_for_a_child_unknown_nothing_is_touched(world: World) -> None:
    before = (world.home / "editions.duckdb").read_bytes()
    assert "--yes" in sentences(call("forget", world.child, "--home", "home"))
    assert "No edition knows" in sentences(call("forget", "nobody", "--home", "home", "--yes"))
    assert (world.home / "editions.duckdb").read_bytes() == before
    assert Path("again").exists()
