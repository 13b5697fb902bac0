"""Why: the one place where a report becomes records: facts are solved, each planter adds its part, the whole is written."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import polars as pl

from casetally.calendar import Calendar
from casetally.errors import CallError
from casetally.samples.planted import (
    assessments,
    care,
    care_reviews,
    care_visits,
    children_in_need,
    contacts,
    dirt,
    early_help,
    enquiries,
    health,
    leavers,
    missing,
    open_to_service,
    permanence,
    placements,
    plan_reviews,
    plan_visits,
    plans,
    pre_proceedings,
    referrals,
    supervisions,
    supplied,
    workforce,
)
from casetally.samples.planted.facts import Facts, LetGo
from casetally.samples.planted.making import Making, first_day, last_day
from casetally.samples.planted.people import People
from casetally.samples.planted.planting_file import Declared, read_planting
from casetally.samples.planted.printed import read_printed
from casetally.samples.planted.rows import Rows
from casetally.samples.write import beside, put_in_place, write_table
from casetally.schemas import load_schemas

# the order matters: a plan follows a conference, a worker holds the children that all others left
PLANTERS: tuple[ModuleType, ...] = (
    contacts, early_help, referrals, assessments, children_in_need, enquiries, plans, plan_visits, plan_reviews, care,
    placements, care_reviews, care_visits, health, permanence, leavers, missing, pre_proceedings, open_to_service, workforce,
    supervisions, supplied, dirt,
)  # fmt: skip
BY_NAME = {planter.__name__.rpartition(".")[2]: planter for planter in PLANTERS}
NOTES, LET_GO = "notes", "let_go.csv"


@dataclass(frozen=True)
class Planted:
    """What was written: rows by table, and the printed figures that the records do not meet."""

    rows: dict[str, int]
    total: int
    let_go: list[LetGo]


def write_planted(published_folder: Path, folder: Path, *, seed: int = 1) -> Planted:
    """Write records that stand behind a published report, one CSV a table, and notes/let_go.csv.

    `published_folder` holds figures.csv and planting/*.yaml. The same seed gives the same bytes; another seed other records
    with the same figures. Raises DefinitionError for a planting file that is wrong, CallError or InputError for a folder
    that is not a report or holds other things.
    """
    if seed < 0:
        raise CallError(f"The seed {seed} is below 0.", hint="Any whole number from 0 will do.")
    making = plant(published_folder, seed)
    part = beside(folder, load_schemas().tables, also=(NOTES,))
    try:
        frames = making.rows.frames()
        for name, frame in frames.items():
            write_table(part / f"{name}.csv", frame)
        (part / NOTES).mkdir()
        write_table(part / NOTES / LET_GO, let_go_frame(making.facts.let_go))
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    put_in_place(part, folder)
    counts = {name: frame.height for name, frame in frames.items()}
    return Planted(counts, sum(counts.values()), making.facts.let_go)


def plant(published_folder: Path, seed: int = 1, planters: tuple[str, ...] = tuple(BY_NAME)) -> Making:
    """The records of a report, not yet written; `planters` lets a test plant a part of them."""
    printed = read_printed(published_folder)
    declared = read_planting(published_folder / "planting", printed)
    facts = Facts(declared, printed)
    facts.solve()
    making = _making(declared, facts, seed)
    for name in planters:
        BY_NAME[name].plant(making)
    facts.let_go = sorted(set(facts.let_go))
    return making


def _making(declared: Declared, facts: Facts, seed: int) -> Making:
    rows = Rows(load_schemas())
    months = declared.months
    if declared.population:
        rows.add(
            "populations",
            authority=declared.authority,
            mid_year=declared.population.mid_year,
            population=declared.population.population,
        )
    return Making(
        months, first_day(months[0]), last_day(months[-1]), Calendar.england(), facts, People(rows), rows, seed
    )


def let_go_frame(let_go: list[LetGo]) -> pl.DataFrame:
    columns: Mapping[str, pl.DataType] = {
        name: pl.String() for name in ("ref", "basis", "period", "breakdown", "printed", "why")
    }
    return pl.DataFrame(
        [[getattr(gone, name) for name in columns] for gone in let_go], schema=dict(columns), orient="row"
    )
