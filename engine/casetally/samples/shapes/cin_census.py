"""Why: the CIN census is what every authority returns of its children in need, one XML file a year.

Each child with an episode of need that was open on a day of the year, or referred in it, is returned with all of the
episode that belongs to the year, as it was known when the year ended. Elements and codes: the census's schemas 2017 to 2026; a
code that a year's schema does not have is given as the one that it was split from.
"""

from __future__ import annotations

import polars as pl

from casetally.samples.shapes.cin_modules import Modules, modules_of
from casetally.samples.shapes.cin_texts import as_returned, episode, identifiers
from casetally.samples.shapes.records import Records
from casetally.samples.shapes.xml_text import Row, element, rows_by, wrapped
from casetally.samples.shapes.years import Year, years_up_to

AUTHORITY_NUMBER = "999"
FIRST_CENSUS = 2009  # the first of single children


def censuses(records: Records, years: int) -> dict[Year, bytes]:
    """Each year's census as XML (UTF-8), of the years in which there was one and a child to return."""
    asked = [year for year in years_up_to(records.as_at, years) if year.end >= FIRST_CENSUS]
    made = {year: _census(records, year) for year in asked}
    return {year: data for year, data in made.items() if data}


def _census(records: Records, year: Year) -> bytes:
    modules = modules_of(records, year)
    referrals = rows_by(as_returned(modules.referrals, year), "child_id")
    disabilities = rows_by(records.table("disabilities").sort("child_id", "disability"), "child_id")
    children = records.table("children").unique("child_id", keep="first", maintain_order=True).sort("child_id")
    children = as_returned(children.filter(pl.col("child_id").is_in(list(referrals))), year)
    if children.is_empty():
        return b""
    rows = _Rows(modules, year)
    parts = [
        wrapped(
            "Child",
            [
                *identifiers(child, disabilities.get(child["child_id"] or "", []), year),
                *(rows.episode(referral) for referral in referrals[child["child_id"] or ""]),
            ],
        )
        for child in children.iter_rows(named=True)
    ]
    message = wrapped("Message", [_header(year), wrapped("Children", parts)])
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{message}\n'.encode()


class _Rows:
    """The rows of all modules of one year, by the referral they belong to."""

    def __init__(self, modules: Modules, year: Year) -> None:
        self.year = year
        self.factors = rows_by(modules.factors, "assessment_id")
        self.reviews = rows_by(as_returned(modules.reviews, year), "plan_id")
        self.by_referral = {
            name: rows_by(as_returned(frame, year), "episode")
            for name, frame in (
                ("assessments", modules.assessments),
                ("plans", modules.cin_plans),
                ("enquiries", modules.enquiries),
                ("alone", modules.conferences_alone),
                ("protection", modules.cp_plans),
            )
        }

    def episode(self, referral: Row) -> str:
        at = referral["referral_id"] or ""
        parts = {name: rows.get(at, []) for name, rows in self.by_referral.items()}
        return episode(referral, parts, self.factors, self.reviews, self.year)


def _header(year: Year) -> str:
    about = wrapped(
        "CollectionDetails",
        [element("Collection", "CIN"), element("Year", str(year.end)), element("ReferenceDate", f"{year.end}-03-31")],
    )
    source = wrapped(
        "Source",
        [
            element("SourceLevel", "L"),
            element("LEA", AUTHORITY_NUMBER),
            element("SoftwareCode", "made up"),
            element("SerialNo", "001"),
            element("DateTime", f"{year.end}-05-01T09:00:00"),
        ],
    )
    return wrapped("Header", [about, source])
