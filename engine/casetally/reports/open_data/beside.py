"""Why: what is published about England, a region and the neighbours stands beside a report, from whichever files are at hand.

What a file is (a table, or the model that names statistical neighbours) is recognised by its first line. Of each figure the
latest year is taken that is not after the month of the report.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from casetally.definitions.authorities import Compared
from casetally.definitions.library import Library
from casetally.definitions.open_data import Identity, identity_of, load_published_figures
from casetally.errors import CallError, InputError, Place
from casetally.figures.open_data.comparators import as_compared, comparators_of, put_together
from casetally.figures.open_data.neighbours import Neighbours, looks_like_neighbours, read_neighbours
from casetally.figures.open_data.published import figures_in
from casetally.periods import Period, period_of
from casetally.reports.lines import ReportRow
from casetally.sources.open_data_file import looks_like_open_data, read_open_data

_HEAD = 65536
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")


@dataclass(frozen=True)
class Published:
    """Comparators by indicator, and what is to be told of the files that they come from."""

    compared: Mapping[str, tuple[Compared, ...]]
    notes: tuple[str, ...]
    differs: Mapping[str, tuple[str, ...]]  # by indicator: in what the published figure means something else

    def told_of(self, rows: Iterable[ReportRow]) -> Iterator[str]:
        """What is to be told of a report's rows: where the figures come from, and in what those shown mean something else."""
        yield from self.notes
        shown = {row.indicator for row in rows if set(row.compared) & set(self.compared.get(row.indicator, ()))}
        for name in sorted(shown):
            yield from (f"{name}: {says}" for says in self.differs.get(name, ()))


def published_beside(paths: Sequence[Path], library: Library, names: Sequence[str], month: Period) -> Published:
    """What stands beside a report for a month in published tables: files, or folders that are searched for them.

    `names` are the codes and names of the authority. Raises InputError for what can't be read, CallError where the authority
    is not known to such tables or none of them holds a figure for it.
    """
    whose = identity_of(names)
    if whose is None:
        raise CallError(
            f"'{names[-1]}' is no authority that published tables know." if names else "The run names no authority.",
            hint="Name one by name or code when the records are run: casetally run ... --authority NAME.",
        )
    tables, models = _sorted_out(paths)
    mapping = load_published_figures(library)
    read = [figures_in(read_open_data(path.read_bytes(), str(path)), mapping) for path in tables]
    neighbours, notes = _neighbours(models, whose)
    year = period_of("year", month.start).name
    found = comparators_of(put_together(read), mapping, whose, neighbours)
    in_time = found.filter((pl.col("period") <= year) & pl.col("value").is_not_null())
    _must_hold_figures(tables, found, in_time, whose, year)
    compared = as_compared(in_time, library.indicators)
    return Published(compared, (_used(in_time, whose, tables), *notes), _differs(in_time))


def _sorted_out(paths: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """The tables and the models of neighbours among some files and folders, each once."""
    tables: list[Path] = []
    models: list[Path] = []
    for path in dict.fromkeys(paths):
        if not path.exists():
            raise InputError(
                f"There is no file or folder '{path}'.", hint="Name published tables with --compared-with."
            )
        inside = sorted(one for one in path.rglob("*") if one.suffix.lower() == ".csv" and one.is_file())
        kinds = {one: _kind(one) for one in (inside if path.is_dir() else [path])}
        tables += [one for one, kind in kinds.items() if kind == "table" and one not in tables]
        models += [one for one, kind in kinds.items() if kind == "model" and one not in models]
        if not any(kinds.values()):
            says = "The folder holds no published table." if path.is_dir() else (
                "This is neither a published table nor a model of statistical neighbours."
            )  # fmt: skip
            hint = "A table has the columns time_period, time_identifier and geographic_level, a model SN1 or SN_1 and so on."
            raise InputError(says, place=Place(str(path)), hint=hint)
    return tables, models


def _kind(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(_HEAD)
    return "table" if looks_like_open_data(head) else "model" if looks_like_neighbours(head) else ""


def _neighbours(models: Sequence[Path], whose: Identity) -> tuple[Neighbours | None, list[str]]:
    """The model to go by. Of several that name others, the one with the latest year in its name."""
    read = {path: read_neighbours(path) for path in models}
    own = {path: model for path, model in read.items() if whose.old_la_code in model.of}
    if not own:
        return None, [f"{path} names no neighbours of {whose.la_name}." for path in models]
    years = {path: max(_YEAR.findall(path.name), default="") for path in own}
    latest = [path for path in own if years[path] == max(years.values())]
    codes = {frozenset(one.code for one in own[path].of[whose.old_la_code]) for path in latest}
    if len(codes) > 1:
        says = f"{' and '.join(map(str, latest))} name different statistical neighbours of {whose.la_name}."
        raise CallError(says, hint="Name one of them with --compared-with, and not the folder they stand in.")
    unused = [f"{path} is not used: {latest[0]} is later." for path in own if path not in latest]
    return own[latest[0]], [f"Statistical neighbours are those of {latest[0]}.", *unused]


def _must_hold_figures(
    tables: Sequence[Path], found: pl.DataFrame, in_time: pl.DataFrame, whose: Identity, year: str
) -> None:
    if in_time.height:
        return
    if found.filter(pl.col("value").is_not_null()).height:
        says = f"The published tables hold no figure for {year} or a year before."
        raise CallError(says, hint="Name an earlier edition, or ask for a later month.")
    named = ", ".join(str(path) for path in tables) or "the files (there is no table among them)"
    region = whose.region[1]
    raise CallError(
        f"No figure of {named} is mapped to an indicator for England, {region} or neighbours of {whose.la_name}.",
        hint="definitions/open_data says which figures of which tables are.",
    )


def _used(found: pl.DataFrame, whose: Identity, tables: Sequence[Path]) -> str:
    """What stands beside the report, in one sentence."""
    words = {
        "statistical_neighbour": f"{whose.la_name}'s neighbours", "region": whose.region[1], "england": "England",
    }  # fmt: skip
    there = [words[one] for one in words if one in set(found["comparator"])]
    listed = " and ".join([", ".join(there[:-1]), there[-1]] if len(there) > 1 else there)
    files = found["file"].n_unique()
    nothing = len(tables) - files
    rest = f"; {nothing} more hold no figure that is mapped" if nothing else ""
    return f"Compared with figures for {listed}, from {files} published table{'s' if files > 1 else ''}{rest}."


def _differs(found: pl.DataFrame) -> dict[str, tuple[str, ...]]:
    """In what published figures mean something else than the indicator that they stand beside."""
    said = found.filter(pl.col("differs") != "").select("indicator", "differs").unique().sort("indicator", "differs")
    by_indicator: dict[str, tuple[str, ...]] = {}
    for name, differs in said.iter_rows():
        by_indicator[name] = (*by_indicator.get(name, ()), differs)
    return by_indicator
