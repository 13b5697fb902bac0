"""Why: the names of the Standard Safeguarding Dataset grow from release to release and differ a little from supplier to
supplier, so what is known of them stands in one place.

`columns.csv` has a line a column: its table, whether it holds a date, and a name that an earlier release gave it. A name that
is new is passed over with a note; one that is nearly a name that is lacking is a slip, and whoever made it is told.
Source of the names: the published SSD specification and the extracts for the suppliers' systems.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from casetally.errors import InputError, Place
from casetally.sources.column_names import folded, matched

_COLUMNS = Path(__file__).with_name("columns.csv")
_SLIP = 2  # so many letters may be wrong, lacking or too many in a name for it to be a slip of another
_LATER_WORDS = re.compile(r"(_(\d+|v\d+|part|extract|export|copy))+")

# each table that makes no record, and why
NOT_READ: Mapping[str, str] = MappingProxyType(
    {
        "ssd_address": "addresses and postcodes are in no measure, and are not wanted here",
        "ssd_api_data_staging": "it is the store of a data flow, not a record of children",
        "ssd_cla_convictions": "it lists offences; the measure is the return's yearly answer for each child",
        "ssd_cla_immunisations": "it holds the present state alone; the measure is the return's yearly answer",
        "ssd_cla_previous_permanence": "the data model has no table for it",
        "ssd_cla_substance_misuse": "it lists incidents; the measure is the return's yearly answer for each child",
        "ssd_ehcp_active_plans": "no measure counts the review of active plans",
        "ssd_mother": "no measure counts mothers looked after",
        "ssd_s251_finance": "it is a draft without contents",
        "ssd_sen_need": "no measure counts special educational needs",
        "ssd_version_log": "it tells of releases of the dataset, not of children",
        "ssd_voice_of_child": "it is a draft, and no measure uses its answers",
    }
)
# each table that makes no record of its own, but is looked into for others
LOOKED_UP: Mapping[str, str] = MappingProxyType(
    {
        "ssd_department": "the names of teams, for every record that names a team",
        "ssd_send": "the child of a request for an education, health and care assessment",
        "ssd_ehcp_requests": "the child and the day of the request of an education, health and care assessment",
        "ssd_ehcp_named_plan": "the day a plan was issued after an assessment",
    }
)


@dataclass(frozen=True)
class KnownColumn:
    """One column of the dataset. `earlier` is what an earlier release called it, or blank."""

    name: str
    is_date: bool
    earlier: str


@cache
def known_tables() -> Mapping[str, Mapping[str, KnownColumn]]:
    """Every table of the dataset, its columns by name."""
    tables: dict[str, dict[str, KnownColumn]] = {}
    with _COLUMNS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            column = KnownColumn(row["column"], row["kind"] == "date", row["earlier_name"])
            tables.setdefault(row["table"], {})[row["column"]] = column
    return MappingProxyType(tables)


def bare_name(name: str) -> str:
    """The name from `ssd_` on, in small letters (`dbo.SSD_Person` -> `ssd_person`); blank where there is no such name."""
    found = re.search(r"(?:^|[.\[\s])(ssd[_ -].+)$", name.strip().lower())
    return re.sub(r"[^a-z0-9]+", "_", found[1]).strip("_") if found else ""


def table_named(name: str) -> str | None:
    """The table that a file or a database table is named after, singular or plural, with a date or a part after it."""
    bare = bare_name(name)
    by_form = _by_form()
    if _form(bare) in by_form:
        return by_form[_form(bare)]
    ending = _LATER_WORDS.search(bare)
    while ending and ending.end() != len(bare):
        ending = _LATER_WORDS.search(bare, ending.end())
    return by_form.get(_form(bare[: ending.start()])) if ending else None


@cache
def _by_form() -> Mapping[str, str]:
    return {_form(table): table for table in known_tables()}


def _form(name: str) -> str:
    """Without what differs between singular and plural."""
    return "_".join(re.sub(r"(ies|y|es|s)$", "", word) for word in name.split("_"))


def table_slip(name: str) -> str | None:
    """The table that a name is nearly, or None."""
    return near(bare_name(name), known_tables())


def near(name: str, known: Iterable[str]) -> str | None:
    """The known name that differs by at most two letters, the nearest of several, or None."""
    distances = [(_distance(folded(name), folded(one)), one) for one in known]
    best = min(distances, default=(_SLIP + 1, ""))
    return best[1] if best[0] <= _SLIP and len(name) > 2 * _SLIP else None


def _distance(one: str, other: str) -> int:
    """How many letters must be put in, taken out or changed (Levenshtein); beyond the limit any larger number."""
    if abs(len(one) - len(other)) > _SLIP:
        return _SLIP + 1
    before = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        here = [at]
        for position, wanted in enumerate(other, 1):
            here.append(min(before[position] + 1, here[-1] + 1, before[position - 1] + (letter != wanted)))
        before = here
    return before[-1]


@dataclass(frozen=True)
class Header:
    """The columns of one table as they stand: known name -> position; `unknown` are positions of names not known."""

    at: Mapping[str, int]
    unknown: tuple[int, ...]


def header_of(table: str, names: Sequence[str], shown: str, needed: Sequence[str]) -> Header:
    """Which column is which. Raises InputError where none is known, one is a slip, one comes twice or a needed one lacks."""
    known = known_tables()[table]
    ways = {name: [column.earlier] if column.earlier else [] for name, column in known.items()}
    at = matched(names, ways)
    if not at:  # the first line may be a child's record: say nothing of it
        raise InputError(
            f"The first line holds no column name of the table '{table}'.",
            place=Place(shown, 1),
            hint=f"Expected names such as {', '.join(list(known)[:3])}.",
        )
    unknown = tuple(position for position in range(len(names)) if position not in at.values())
    again = {folded(way) for name in at for way in (name, *ways[name])}
    lacking = [name for name in known if name not in at]
    for position in unknown:
        if folded(names[position]) in again:
            raise InputError(
                f"Two columns stand for the same thing: '{names[position]}' is one of them.",
                place=Place(shown, 1),
                hint="Remove one of the two.",
            )
        slip = near(names[position], lacking)
        if slip:
            raise InputError(
                f"'{names[position]}' is not a column of the table '{table}'.",
                place=Place(shown, 1),
                hint=f"Did you mean '{slip}'?",
            )
    for name in needed:
        if name not in at:
            raise missing_column(table, name, shown)
    return Header(at, unknown)


def missing_column(table: str, name: str, shown: str) -> InputError:
    """The error for a column without which the rows of a table mean nothing."""
    return InputError(
        f"The column '{name}' is missing; every row of '{table}' needs it.",
        place=Place(shown, 1),
        hint="Export the table with all its columns, or leave the table out.",
    )
