"""Why: one run over a few made-up children serves every test of case lists, and one over the sample holds them against figures."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from casetally.definitions.library import Library, load_library
from casetally.periods import month as month_of
from casetally.periods import read_month
from casetally.reports.case_lists.making import Made, Request, make_case_lists
from casetally.reports.run import RunRequest, run_all
from casetally.schemas import load_schemas
from casetally.sealed import Key, unseal_file
from casetally.store import Store, open_store

from case_lists.world import AS_AT, write_world

KEY = Key.made()
SAMPLE = Path(__file__).parents[2] / "sample_data" / "authority"


@dataclass(frozen=True)
class World:
    """A run's store, opened, with its definitions."""

    path: Path
    store: Store
    library: Library

    def make(self, to: Path, **asked: object) -> Made:
        """Case lists of its report for March 2024, in a folder of one's own; the log stands beside it."""
        wanted = Request("ours", month_of(read_month("2024-03")), to, "a test", to.with_name("log.jsonl"),
                         recipients=(KEY.recipient,))  # fmt: skip
        made = make_case_lists(self.store, self.library, replace(wanted, **asked))  # type: ignore[arg-type]
        assert made is not None
        return made


def opened(sealed: Path, to: Path) -> Path:
    """The files of a folder of case lists, opened into another: a workbook as it is, a zip as a folder of its files."""
    to.mkdir()
    for path in sealed.glob("*.age"):
        plain = to / path.stem
        unseal_file(path, plain, KEY)
        if plain.suffix == ".zip":
            with zipfile.ZipFile(plain) as archive:
                archive.extractall(plain.with_suffix(""))
            plain.unlink()
    return to


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("case_lists")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        records, definitions = write_world(folder)
        run_all(RunRequest((records,), AS_AT, 14, Path("out"), definitions=definitions, report="ours"))
    path = folder / "out" / "store.duckdb"
    store = open_store(path, load_schemas())
    yield World(path, store, load_library(definitions))
    store.close()


@pytest.fixture(scope="session")
def made(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of workbooks of all teams, opened."""
    to = tmp_path_factory.mktemp("made") / "lists"
    world.make(to)
    return opened(to, to.with_name("opened"))


@pytest.fixture(scope="session")
def made_csv(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of CSV files for each team, opened."""
    to = tmp_path_factory.mktemp("made_csv") / "lists"
    world.make(to, as_csv=True)
    return opened(to, to.with_name("opened"))


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A run over the sample with the core report."""
    folder = tmp_path_factory.mktemp("sample")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        run_all(RunRequest((SAMPLE,), AS_AT, 3, Path("out"), authority="sampleshire", report="core"))
    path = folder / "out" / "store.duckdb"
    store = open_store(path, load_schemas())
    yield World(path, store, load_library(None))
    store.close()
