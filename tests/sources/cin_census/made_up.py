"""Why: a test of the census reader should show the few elements it is about; the rest of a valid census is written here.

Each element stands on a line of its own, so that a line number can be worked out by counting.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
from casetally.sources import cin_census
from casetally.sources.delivery import Delivery
from casetally.sources.given import look_at


def element(name: str, *inside: str) -> str:
    """An element: of a value on one line, of others on several."""
    if len(inside) == 1 and "<" not in inside[0]:
        return f"<{name}>{inside[0]}</{name}>\n"
    return f"<{name}>\n{''.join(inside)}</{name}>\n"


def values(**given: str | None) -> str:
    return "".join(element(name, value) for name, value in given.items() if value is not None)


def header(year: int = 2024, *, made: str | None = None, **changed: str | None) -> str:
    details = {"Collection": "CIN", "Year": str(year), "ReferenceDate": f"{year}-03-31", **changed}
    source = values(LEA="201", DateTime=made or f"{year}-05-20T09:00:00")
    return element("Header", element("CollectionDetails", values(**details)), element("Source", source))


def census(*children: str, year: int = 2024, made: str | None = None, **changed: str | None) -> str:
    """A whole file."""
    return element("Message", header(year, made=made, **changed), element("Children", *children))


def child(child_id: str | None, *cases: str, year: int = 2024, born: str | None = "2012-06-15", sex: str | None = None,
          ethnicity: str = "WBRI", disabilities: tuple[str, ...] = ("NONE",), **more: str) -> str:  # fmt: skip
    """A child; `more`: other elements of ChildIdentifiers, in their order after the date of birth."""
    upn = more.pop("UPN", None)
    sexed = {"Sex": sex or "F"} if year >= 2025 else {"GenderCurrent": sex or "2"}
    expected = more.pop("ExpectedPersonBirthDate", None)
    who = values(LAchildID=child_id, UPN=upn, PersonBirthDate=born, ExpectedPersonBirthDate=expected, **sexed, **more)
    listed = element("Disabilities", *(element("Disability", one) for one in disabilities)) if disabilities else ""
    return element(
        "Child",
        element("ChildIdentifiers", who),
        element("ChildCharacteristics", values(Ethnicity=ethnicity), listed),
        *cases,
    )


def case(received: str | None, *inside: str, closed: str | None = None, reason: str | None = None, source: str = "2A",
         need: str = "N1", conference: str | None = None, nfa: str = "0", plans: tuple[str, ...] = ()) -> str:  # fmt: skip
    """CINdetails; `inside`: assessments, child in need plans and enquiries, in that order; `plans`: child protection plans."""
    before = values(
        CINreferralDate=received, ReferralSource=source, PrimaryNeedCode=need, CINclosureDate=closed, ReasonForClosure=reason,
        DateOfInitialCPC=conference,
    )  # fmt: skip
    return element("CINdetails", before, *inside, values(ReferralNFA=nfa), *plans)


def assessment(started: str | None, completed: str | None = None, factors: tuple[str, ...] = ()) -> str:
    listed = (
        element("FactorsIdentifiedAtAssessment", *(element("AssessmentFactors", one) for one in factors))
        if factors
        else ""
    )
    return element(
        "Assessments", values(AssessmentActualStartDate=started, AssessmentAuthorisationDate=completed), listed
    )


def cin_plan(started: str, ended: str | None = None) -> str:
    return element("CINPlanDates", values(CINPlanStartDate=started, CINPlanEndDate=ended))


def enquiry(
    started: str | None, conference: str | None = None, not_required: str = "0", target: str | None = None
) -> str:
    inside = values(
        S47ActualStartDate=started, InitialCPCtarget=target, DateOfInitialCPC=conference, ICPCnotRequired=not_required
    )
    return element("Section47", inside)


def cp_plan(started: str | None, ended: str | None = None, reviews: tuple[str, ...] = (), category: str = "NEG",
            latest: str | None = None, before: str = "0") -> str:  # fmt: skip
    held = element("Reviews", *(element("CPPreviewDate", one) for one in reviews)) if reviews else ""
    told = values(
        CPPstartDate=started, CPPendDate=ended, InitialCategoryOfAbuse=category, LatestCategoryOfAbuse=latest or category,
        NumberOfPreviousCPP=before,
    )  # fmt: skip
    return element("ChildProtectionPlans", told, held)


def read_files(files: dict[str, str | bytes]) -> Delivery:
    """The delivery of a folder with these files."""
    with TemporaryDirectory() as folder:
        for name, text in files.items():
            (Path(folder) / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        delivery = cin_census.read(cin_census.claims(look_at([folder])))
    for file in delivery.files:
        assert delivery.rows.filter(pl.col("file") == file.file).height == file.rows
    return delivery


def read_text(*texts: str) -> Delivery:
    return read_files({f"{at}.xml": text for at, text in enumerate(texts, 1)})


def table(delivery: Delivery, name: str, *columns: str) -> list[tuple[Any, ...]]:
    """The records of a table, these columns (or all of the data model's), by their values."""
    frame = next(one.frame for one in delivery.tables if one.table == name)
    return frame.select(columns or pl.exclude("_record", "_file", "_row")).rows()


def names(delivery: Delivery) -> list[str]:
    return [one.table for one in delivery.tables]


def rules(delivery: Delivery, start: str = "") -> list[str]:
    return [rule for rule in delivery.findings["rule"].to_list() if rule.startswith(start)]


def said(delivery: Delivery, rule: str) -> list[tuple[Any, ...]]:
    """File, line, severity, column and id of the findings by one rule."""
    found = delivery.findings.filter(pl.col("rule") == rule)
    return found.select("file", "row", "severity", "column", "record_id").rows()


def fates(delivery: Delivery) -> dict[str, int]:
    return dict(delivery.rows.group_by("disposition").len().rows())


def line_of(text: str, part: str, nth: int = 1) -> int:
    """The line on which a part of a file stands for the nth time."""
    at = -1
    for _ in range(nth):
        at = text.index(part, at + 1)
    return text.count("\n", 0, at) + 1
