"""Why: the SSDA903 return is a dozen files whose columns change from year to year; what each may hold is written down
here once.

The names are those of the DfE's collection (SSDA903 guides 2017 to 2026). A file is known by its columns; its name
helps only where a column is misspelt. A column of another year or another file of the return is no mistake; a misspelt
one is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Layout:
    """One file of the return. `needed` columns identify or date a row; `names` are what authorities call the file."""

    kind: str
    columns: tuple[str, ...]
    needed: tuple[str, ...]
    names: tuple[str, ...]


_EPISODE = (
    *("CHILD", "DECOM", "RNE", "LS", "CIN", "PLACE", "PLACE_PROVIDER", "DEC", "REC", "REASON_PLACE_CHANGE"),
    *("HOME_POST", "PL_POST", "URN", "PL_LOCATION", "PL_DISTANCE", "PL_LA"),
)
_OUTCOMES = (
    *("CHILD", "DOB", "SDQ_SCORE", "SDQ_REASON", "CONVICTED", "HEALTH_CHECK", "IMMUNISATIONS", "TEETH_CHECK"),
    *("HEALTH_ASSESSMENT", "SUBSTANCE_MISUSE", "INTERVENTION_RECEIVED", "INTERVENTION_OFFERED"),
)
_LAYOUTS = (
    Layout(
        "episodes",
        _EPISODE,
        ("CHILD", "DECOM", "RNE", "LS", "PLACE", "DEC", "REC"),
        ("episodes", "episode"),
    ),
    Layout(
        "header",
        ("CHILD", "SEX", "DOB", "ETHNIC", "UPN", "MOTHER", "MC_DOB", "UASC"),
        ("CHILD",),
        ("header", "headers", "child"),
    ),
    Layout("reviews", ("CHILD", "DOB", "REVIEW", "REVIEW_CODE"), ("CHILD", "REVIEW"), ("reviews", "review")),
    Layout(
        "oc2",
        _OUTCOMES,
        ("CHILD",),
        ("oc2",),
    ),
    Layout("oc3", ("CHILD", "DOB", "IN_TOUCH", "ACTIV", "ACCOM"), ("CHILD",), ("oc3",)),
    Layout("uasc", ("CHILD", "SEX", "DOB", "DUC"), ("CHILD", "DUC"), ("uasc",)),
    Layout(
        "missing", ("CHILD", "DOB", "MISSING", "MIS_START", "MIS_END"), ("CHILD", "MIS_START"), ("missing", "amissing")
    ),
    Layout(
        "ad1",
        ("CHILD", "DOB", "DATE_INT", "DATE_MATCH", "FOSTER_CARE", "NB_ADOPTR", "SEX_ADOPTR", "LS_ADOPTR"),
        ("CHILD",),
        ("ad1", "adoption"),
    ),
    Layout(
        "placed_adoption",
        ("CHILD", "DOB", "DATE_PLACED", "DATE_PLACED_CEASED", "REASON_PLACED_CEASED"),
        ("CHILD", "DATE_PLACED"),
        ("placed_adoption", "placed_for_adoption", "should_be_placed", "ad_placed"),
    ),
    Layout(
        "social_worker",
        ("CHILD", "DOB", "SW_ID", "SW_DECOM", "SW_DEC", "SW_REASON"),
        ("CHILD", "SW_ID", "SW_DECOM"),
        ("social_worker", "social_workers", "sw_episodes", "swepisodes"),
    ),
    Layout(
        "previous_permanence",
        ("CHILD", "DOB", "PREV_PERM", "LA_PERM", "DATE_PERM"),
        ("CHILD",),
        ("previous_permanence", "prev_perm", "prevperm", "permanence"),
    ),
)

LAYOUTS: Mapping[str, Layout] = MappingProxyType({layout.kind: layout for layout in _LAYOUTS})
DATE_COLUMNS = frozenset(
    (
        *("DOB", "DECOM", "DEC", "REVIEW", "DUC", "MIS_START", "MIS_END", "DATE_INT", "DATE_MATCH"),
        *("DATE_PLACED", "DATE_PLACED_CEASED", "SW_DECOM", "SW_DEC"),
    )
)
TABLES: Mapping[str, str] = MappingProxyType(  # the table that each file's rows are carried into
    {
        "episodes": "placements",
        "header": "children",
        "reviews": "care_reviews",
        "oc2": "annual_health_outcomes",
        "oc3": "care_leaver_contacts",
        "uasc": "immigration_statuses",
        "missing": "missing_episodes",
        "ad1": "permanence",
        "placed_adoption": "permanence",
        "social_worker": "allocations",
        "previous_permanence": "",
    }
)
SHARED = frozenset({"CHILD", "DOB", "SEX", "UASC"})  # in several files, so they tell nothing of the kind
ALIASES: Mapping[str, str] = MappingProxyType(
    {"GENDER": "SEX", "NB_ADOPTER": "NB_ADOPTR"}
)  # as other exports call them
ALSO_KNOWN = ("LA", "YEAR", "UNIQUE_ID", *ALIASES)  # columns of local exports, not read unless they stand for another
RETURN_COLUMNS = frozenset(name for layout in _LAYOUTS for name in layout.columns)
KNOWN_COLUMNS: tuple[str, ...] = tuple(
    dict.fromkeys([*(name for layout in _LAYOUTS for name in layout.columns), *ALSO_KNOWN])
)

_RANGE = re.compile(r"(?<!\d)(20\d\d)[-_/ ]?((?:20)?\d\d)(?!\d)")
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")


@dataclass(frozen=True, order=True)
class YearLabel:
    """What a file's name says of its year. Where `ends` is false, it may be the year's start or its end."""

    year: int
    ends: bool


def kind_of(columns: Sequence[str], stem: str) -> str | None:
    """Which file of the return has these columns: the kind that shares most, else the one it is named after."""
    have = {name.upper() for name in columns}
    if "CHILD" in have:
        shared = {kind: len(have & (set(layout.columns) - SHARED)) for kind, layout in LAYOUTS.items()}
        best = max(shared, key=lambda kind: shared[kind])  # the first of several: the order of the layouts
        if shared[best]:
            return best
    return named_kind(stem)


def named_kind(stem: str) -> str | None:
    """The kind of a file named like `2019-episodes`, `SSDA903_2018-19_episodes` or `header`."""
    bare = _YEAR.sub("", _RANGE.sub("", stem.lower()))
    words = [word for word in re.split(r"[^a-z0-9]+", bare) if word and word not in ("ssda903", "903", "cla", "return")]
    name = "_".join(words)
    return next((layout.kind for layout in LAYOUTS.values() if name in layout.names), None)


def year_label(text: str) -> YearLabel | None:
    """The year in a name: `2018-19` ends in 2019; a year alone may start or end the reporting year."""
    for found in _RANGE.finditer(text):
        first, second = int(found[1]), int(found[2]) % 100
        if second == (first + 1) % 100:
            return YearLabel(first + 1, ends=True)
    found_year = _YEAR.search(text)
    return YearLabel(int(found_year[1]), ends=False) if found_year else None
