"""Why: what a census file may hold changes from year to year, and each file is judged by the rules of its own year.

The rules are two tables that an analyst can read: `layout.csv` (which element stands within which, in order: whether it is
needed, whether it may come many times, what it holds, in which years) and `codes.csv` (which codes an element may hold, in
which years). Years are those in which the collection ends; blank means always. Source: the DfE's schemas of 2017 to 2026.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

from casetally.sources.cin_census.values import CHECKS, Check

FIRST_YEAR, LAST_YEAR = 2017, 2026  # of the schemas that the two tables were read from

# The elements that are records, with what is kept of each; the parts of a child count as the child's own.
RECORDS: Mapping[str, tuple[str, ...]] = {
    "Child": (
        "LAchildID", "UPN", "PersonBirthDate", "ExpectedPersonBirthDate", "GenderCurrent", "Sex", "PersonDeathDate", "Ethnicity",
    ),
    "Disability": ("Disability",),
    "CINdetails": (
        "CINreferralDate", "ReferralSource", "PrimaryNeedCode", "CINclosureDate", "ReasonForClosure", "DateOfInitialCPC",
        "ReferralNFA",
    ),
    "Assessments": ("AssessmentActualStartDate", "AssessmentAuthorisationDate"),
    "AssessmentFactors": ("AssessmentFactors",),
    "CINPlanDates": ("CINPlanStartDate", "CINPlanEndDate"),
    "Section47": ("S47ActualStartDate", "InitialCPCtarget", "DateOfInitialCPC", "ICPCnotRequired"),
    "ChildProtectionPlans": (
        "CPPstartDate", "CPPendDate", "InitialCategoryOfAbuse", "LatestCategoryOfAbuse", "NumberOfPreviousCPP",
    ),
    "CPPreviewDate": ("CPPreviewDate",),
}  # fmt: skip

TABLES: Mapping[str, str] = {
    "Child": "children",
    "Disability": "disabilities",
    "CINdetails": "referrals",
    "Assessments": "assessments",
    "AssessmentFactors": "assessment_factors",
    "CINPlanDates": "cin_plans",
    "Section47": "s47_enquiries",
    "ChildProtectionPlans": "cp_plans",
    "CPPreviewDate": "cp_reviews",
}
OF_ONE_CHILD = ("LAchildID", "UPN")  # values that hardly come twice
HEADER = ("Collection", "Year", "ReferenceDate", "LEA", "SerialNo", "DateTime")


@dataclass(frozen=True)
class Element:
    """An element where it may stand. `place`: its turn among those within `within`; -1 where the year has no such element
    (it is read all the same). `parts`: what may stand within it, None for one that holds a value. `fits` says whether a
    value, as written, is allowed; `expected` says in words what is.
    """

    name: str
    within: str
    place: int
    needed: bool
    many: bool
    parts: Mapping[str, Element] | None
    fits: Check
    expected: str

    @cached_property
    def needs(self) -> tuple[Element, ...]:
        """What must stand within it."""
        return tuple(part for part in (self.parts or {}).values() if part.needed)


@cache
def layout_of(year: int) -> Element:
    """The element `Message` with all that it may hold, by the rules of a year (those of the nearest known one)."""
    year = min(max(year, FIRST_YEAR), LAST_YEAR)
    codes: dict[str, set[str]] = {}
    for line in _lines("codes.csv"):
        if _in_force(line, year):
            codes.setdefault(line["list"], set()).add(line["code"])
    return _parts("", _lines("layout.csv"), year, codes)["Message"]


@cache
def known_names() -> frozenset[str]:
    """The names of all elements of all years."""
    return frozenset(line["element"] for line in _lines("layout.csv"))


@cache
def date_names() -> frozenset[str]:
    """The names of the elements that hold a date."""
    return frozenset(line["element"] for line in _lines("layout.csv") if line["holds"] == "date")


def part(element: Element, *names: str) -> Element:
    """The element found by going down these names."""
    for name in names:
        element = (element.parts or {})[name]
    return element


def _parts(within: str, lines: list[dict[str, str]], year: int, codes: Mapping[str, set[str]]) -> dict[str, Element]:
    found: dict[str, Element] = {}
    for line in (line for line in lines if line["within"] == within):
        name, here = line["element"], _in_force(line, year)
        fits, expected = _check(line["holds"], codes) if here else (_anything, "")
        found[name] = Element(
            name=name,
            within=within,
            place=sum(other.place >= 0 for other in found.values()) if here else -1,
            needed=here and line["needed"] == "yes",
            many=line["many"] == "yes",
            parts=_parts(name, lines, year, codes) if line["holds"] == "elements" else None,
            fits=fits,
            expected=expected,
        )
    return found


def _check(holds: str, codes: Mapping[str, set[str]]) -> tuple[Check, str]:
    kind, _, name = holds.partition(":")
    if kind == "code":
        listed = frozenset(codes.get(name, ()))
        short = f"one of {', '.join(sorted(listed))}" if 1 < len(listed) <= 5 else "a code of the year's list"
        return listed.__contains__, next(iter(listed)) if len(listed) == 1 else short
    return CHECKS.get(kind, (_anything, ""))


def _anything(_: str) -> bool:
    return True


def _in_force(line: Mapping[str, str], year: int) -> bool:
    return int(line["from"] or year) <= year <= int(line["to"] or year)


@cache
def _lines(name: str) -> list[dict[str, str]]:
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
