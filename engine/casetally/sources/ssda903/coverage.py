"""Why: a figure of a day of which the returns tell nothing would be a zero that looks like news.

A return tells of everyone looked after at any time in its year, with episodes from their own start on; who left before 1 April
of the first year is in none. So each table tells everything from 1 April of the first of the unbroken run of returns that have
its files to 31 March of the last; that day is said only where names give the last return's year (ADR 13). Care leavers are
listed by the birthday in the year, so who is one is known from the first 31 March on.
An absent file says nothing; one with nothing but its column names says that there was none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import polars as pl

from casetally.sources.building import FindingsBuilder
from casetally.sources.delivery import SourceTable
from casetally.sources.ssda903.files import UNUSED_KINDS, ReturnFile
from casetally.sources.ssda903.layout import TABLES

_MADE_FROM: Mapping[str, tuple[str, ...]] = {  # a table -> the files of the return that its rows need
    "care_periods": ("episodes",),
    "placements": ("episodes",),
    "legal_statuses": ("episodes",),
    "care_reviews": ("reviews", "episodes"),
    "missing_episodes": ("missing",),
    "annual_health_outcomes": ("oc2",),
    "immigration_statuses": ("uasc",),
    "care_leaver_contacts": ("oc3",),
    "care_leavers": ("oc3",),
    "allocations": ("social_worker",),
    "permanence": ("episodes", "placed_adoption", "ad1"),
}
_KNOWN_AT_YEAR_END = ("care_leavers",)  # a stock is told from the day before `since` on
_TO_THE_DAY = ("missing_episodes",)
_OF_LOOKED_AFTER = ("allocations", "missing_episodes")  # other children's workers and episodes are not in the return
# a return shows what was open on its first day from the episode open then, with its own start: care began with an earlier one that
# ended before (RNE other than S), a placement likewise (L, T, U), a legal status too (P, T); asylum is dated by the start of care
_STARTS_CUT = ("care_periods", "placements", "legal_statuses", "immigration_statuses")
_OLDEST: Mapping[str, int] = {"care_leavers": 21, "care_leaver_contacts": 21}  # the return asks of those aged 17 to 21
_FIRST_YEAR = {"social_worker": 2024}  # files that the return did not always have


def with_reach(
    tables: Iterable[SourceTable], files: Sequence[ReturnFile], years: Mapping[str, int]
) -> list[SourceTable]:
    """The tables, each with the first and last day between which the returns tell everything that belongs into it."""
    having = _years_by_kind(files, years)
    told = []
    for bare in tables:
        table = replace(bare, starts_cut=bare.table in _STARTS_CUT, oldest=_OLDEST.get(bare.table))
        kinds = _MADE_FROM.get(table.table, ())
        runs = [having[kind] for kind in kinds if kind in having]
        if not runs:
            told.append(table)
            continue
        first, last = _run(runs)
        since = dt.date(first if table.table in _KNOWN_AT_YEAR_END else first - 1, 4, 1)
        days_only = table.table in _TO_THE_DAY
        never = last < first  # of files never of one year no day is told, whether their years are named or not
        until = dt.date(last, 3, 31) if never or _is_named(last, kinds, files, years) else None
        in_care = table.table in _OF_LOOKED_AFTER
        told.append(replace(table, since=since, until=until, days_only=days_only, looked_after_only=in_care))
    return told


def _is_named(year: int, kinds: Sequence[str], files: Sequence[ReturnFile], years: Mapping[str, int]) -> bool:
    """Whether the names of the files of a year say so; one inferred from their dates may be earlier than the return's own."""
    return all(file.label is not None for file in files if file.kind in kinds and years[file.file.file] == year)


def coverage_findings(files: Sequence[ReturnFile], years: Mapping[str, int]) -> pl.DataFrame:
    """What is to be known of the returns as a whole: years and files that are not there, and years that are there twice."""
    found = FindingsBuilder()
    _missing_years(found, years)
    _missing_files(found, files, years)
    _years_twice(found, files, years)
    return found.frame()


def _missing_years(found: FindingsBuilder, years: Mapping[str, int]) -> None:
    there = sorted(set(years.values()))
    for before, after in pairwise(there):
        if after == before + 1:
            continue
        says = (
            f"No return is given for {_to_31_march(range(before + 1, after))}: nothing before 1 April {after - 1} is told whole, "
            "and care that ended in between is taken to end by then."
        )
        first = min(name for name, year in years.items() if year == after)
        found.add(first, 0, table="", rule="ssda903_year_missing", severity="warning", message=says)


def _missing_files(found: FindingsBuilder, files: Sequence[ReturnFile], years: Mapping[str, int]) -> None:
    there = sorted(set(years.values()))
    for kind, having in sorted(_years_by_kind(files, years).items()):
        lacking = [year for year in there if year not in having and year >= _FIRST_YEAR.get(kind, year)]
        if kind in UNUSED_KINDS or not lacking:
            continue
        says = f"The return has no file '{kind}' for {_to_31_march(lacking)}, only for other years"
        late = [year for year in lacking if year > max(having)]
        says += ": what it would tell of that time is not known." if late else "."
        last = max(file.file.file for file in files if file.kind == kind)
        found.add(last, 0, table=TABLES[kind], rule="ssda903_file_missing", severity="warning", message=says)


def _years_twice(found: FindingsBuilder, files: Sequence[ReturnFile], years: Mapping[str, int]) -> None:
    """Two files of one kind and year that name the same children: an older copy, or a copy under another name."""
    by_year: dict[tuple[str, int], list[ReturnFile]] = {}
    for file in sorted(files, key=lambda file: file.file.file):
        by_year.setdefault((file.kind, years[file.file.file]), []).append(file)
    for (kind, year), several in sorted(by_year.items(), key=lambda one: one[0]):
        for name, earlier in _sharing_children(several):  # none where a file was split by children
            says = (
                f"This file and '{earlier}' both hold '{kind}' for {_to_31_march([year])}, with children in both. "
                "Rows alike word for word count once, all others count: leave out the older copy."
            )
            rule = "ssda903_two_files_of_a_year"
            found.add(name, 0, table=TABLES[kind], rule=rule, severity="warning", message=says)


def _sharing_children(files: Sequence[ReturnFile]) -> list[tuple[str, str]]:
    """Each file that names a child whom a file before it names too, with the first such file."""
    if len(files) < 2:
        return []
    named = [file.frame.select("CHILD", pl.lit(file.file.file).alias("file")).drop_nulls().unique() for file in files]
    first = pl.concat(named).with_columns(pl.col("file").min().over("CHILD").alias("first"))
    later = first.filter(pl.col("file") != pl.col("first")).group_by("file").agg(pl.col("first").min())
    return [(name, earlier) for name, earlier in later.sort("file").rows()]


def _years_by_kind(files: Sequence[ReturnFile], years: Mapping[str, int]) -> dict[str, set[int]]:
    having: dict[str, set[int]] = {}
    for file in files:
        having.setdefault(file.kind, set()).add(years[file.file.file])
    return having


def _run(having: Sequence[set[int]]) -> tuple[int, int]:
    """First and last year of the unbroken run, up to the latest, in which all these files are there.

    Where they never are together, nothing is told: the first year lies after the last.
    """
    together = set.intersection(*having)
    if not together:
        return max(max(years) for years in having), min(max(years) for years in having) - 1
    first = last = max(together)
    while first - 1 in together:
        first -= 1
    return first, last


def _to_31_march(years: Iterable[int]) -> str:
    *first, last = [str(year) for year in years]
    if not first:
        return f"the year to 31 March {last}"
    return f"the years to 31 March {', '.join(first)} and {last}"
