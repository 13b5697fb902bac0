"""Why: whoever asks a command for a night long past gets what it gave then, by the definitions and the calendar of that night."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polars as pl
import pytest
from casetally.definitions import library
from casetally.samples import write_sample

from tests.cli.calling import Answer, call, sentences
from tests.editions.nights import FIRST_NIGHT

LAST = "2024-03"
YEAR = "rolling_12_months"
THEIRS = "assessment_45wd"
OWN = """\
assessment_working_days:
  title: An assessment is completed within this many working days
  unit: working days
  values:
    - {{from: 1900-01-01, value: {days}, source: made up}}
"""


@dataclass(frozen=True)
class World:
    """A home of two nights, the exports of both, and the outputs as each night left them."""

    home: Path
    exports: tuple[Path, Path]
    outputs: tuple[Path, Path]
    plain: Path  # a plain run on the first night's export, by the definitions of that night


def _limit(folder: Path, days: int) -> None:
    (folder / "limits").mkdir(parents=True, exist_ok=True)
    (folder / "limits" / "own.yaml").write_text(OWN.format(days=days), encoding="utf-8")
    library._loaded.cache_clear()  # a command loads definitions once, and here many commands share a process


@pytest.fixture(scope="module")
def _own_cache() -> Iterator[None]:
    """What these tests make it forget, the tests of other files still know: they tell libraries by identity."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(library, "_loaded", cache(library._loaded.__wrapped__))
        yield


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, _own_cache: None) -> World:
    place = tmp_path_factory.mktemp("world")
    first, second, own = place / "first", place / "second", place / "own"
    write_sample(first, children=900, years=2, as_at=FIRST_NIGHT.replace(month=3, day=31), seed=11)
    shutil.copytree(first, second)
    for name in ("assessments", "contacts", "cp_visits", "care_visits", "health_checks"):  # a third of the rows is gone
        rows = pl.read_csv(second / f"{name}.csv", infer_schema=False)
        rows.filter(pl.int_range(pl.len()) % 3 != 1).write_csv(second / f"{name}.csv")
    config = place / "nightly.toml"
    text = 'sources = ["export"]\nhome = "home"\nas_at = 2024-03-31\nmonths = 3\ndefinitions = "own"\n'
    config.write_text(text, encoding="utf-8")
    outputs = []
    for export, night, days in ((first, "2024-04-01", 45), (second, "2024-04-03", 20)):
        shutil.rmtree(place / "export", ignore_errors=True)
        shutil.copytree(export, place / "export")
        _limit(own, days)
        answer = call("nightly", config, "--night", night, "--accept")
        assert answer.code == 0, answer.err
        outputs.append(place / f"outputs-{night}")
        shutil.copytree(place / "home" / "outputs", outputs[-1])
    then = place / "then"
    _limit(then, 45)
    plain = place / "plain"
    asked = ("run", first, "--as-at", "2024-03-31", "--months", 3, "--definitions", then, "--out", plain)
    assert call(*asked).code == 0
    return World(place / "home", (first, second), (outputs[0], outputs[1]), plain)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _first_night(world: World, *asked: object) -> Answer:
    return call(*asked, "--store", world.home, "--known-at", "2024-04-02")


def _numbers(path: Path) -> pl.DataFrame:
    return pl.read_parquet(path / "figures.parquet").drop("edition")


def test_a_run_of_a_night_long_past_writes_the_very_bytes_that_the_night_wrote(world: World) -> None:
    answer = _first_night(world, "run", "--out", "again")
    assert answer.code == 0, answer.err
    assert Path("again/figures.parquet").read_bytes() == (world.outputs[0] / "figures.parquet").read_bytes()
    for name in ("findings.csv", "ledger.csv", "scorecard.csv", "support.csv"):
        assert Path("again", name).read_text() == (world.outputs[0] / name).read_text(), name


def test_a_night_gives_the_figures_of_a_plain_run_on_its_export(world: World) -> None:
    assert _numbers(world.outputs[0]).equals(_numbers(world.plain))


@pytest.mark.parametrize(
    "asked",
    [
        ("cases", THEIRS, "--month", LAST, "--basis", YEAR, "--csv"),
        ("cases", "contacts_received", "--month", LAST, "--csv"),
        ("explain", THEIRS, "--month", LAST, "--basis", YEAR),
        ("due", "--csv"),
        ("report", "core", "--month", LAST, "--csv"),
        ("check", "--json"),
    ],
)
def test_every_command_gives_of_a_night_what_it_gave_on_a_run_of_that_night(
    asked: tuple[str, ...], world: World
) -> None:
    then = _first_night(world, *asked)
    if asked[0] == "check":
        plain = call("check", world.exports[0], "--as-at", "2024-03-31", "--json")
    else:
        plain = call(*asked, "--store", world.plain)
    assert then.code == plain.code
    assert then.out == plain.out
    assert len(then.out) > 200
    now = (
        call(*asked, "--store", world.home)
        if asked[0] != "check"
        else call("check", world.exports[1], "--as-at", "2024-03-31")
    )
    assert now.out != then.out


def test_published_tables_and_annex_a_of_a_night_are_those_of_that_night(world: World) -> None:
    asked = (
        "export",
        "open-data",
        "--indicators",
        "assessment_45wd,contacts_received",
        "--basis",
        "month",
        "--authority",
        "E06999999",
    )
    assert _first_night(world, *asked, "--out", "then").code == 0
    assert call(*asked, "--store", world.plain, "--out", "plain").code == 0
    names = sorted(path.name for path in Path("plain").glob("*.csv"))
    assert names
    for name in names:
        assert Path("then", name).read_text() == Path("plain", name).read_text()
    answer = _first_night(world, "export", "annex-a", "--out", "then.xlsx")
    plain = call("export", "annex-a", "--store", world.plain, "--out", "plain.xlsx")
    assert answer.out.partition(" rows")[0] == plain.out.partition(" rows")[0]


def test_by_todays_definitions_the_same_night_gives_other_figures(world: World) -> None:
    """The limit is 20 working days since the second night."""
    asked = ("cases", THEIRS, "--month", LAST, "--basis", YEAR, "--json")
    rows = json.loads(_first_night(world, *asked).out)
    now = json.loads(_first_night(world, *asked, "--definitions", "now").out)
    assert [row["assessment_id"] for row in rows] == [row["assessment_id"] for row in now]
    taken = [row["working_days_taken"] for row in rows]
    assert [row["in_numerator"] for row in rows] == [days <= 45 for days in taken]
    assert [row["in_numerator"] for row in now] == [days <= 20 for days in taken]
    assert any(20 < days <= 45 for days in taken)


def test_a_day_before_the_first_night_is_refused_with_the_first(world: World) -> None:
    said = sentences(call("cases", THEIRS, "--month", LAST, "--store", world.home, "--known-at", "2024-03-31"))
    assert "2024-03-31" in said
    assert "2024-04-01" in said


def test_a_plain_run_has_no_nights_to_go_back_to(world: World) -> None:
    for asked in (("cases", THEIRS, "--month", LAST), ("run",), ("export", "open-data", "--out", "x")):
        said = sentences(call(*asked, "--store", world.plain, "--known-at", "2024-04-02"))
        assert "editions.duckdb" in said


def test_a_night_brings_its_own_sources_and_day(world: World) -> None:
    said = sentences(_first_night(world, "run", world.exports[0], "--as-at", "2024-03-31"))
    assert "--known-at" in said
