"""Why: small published tables, written by hand with the faults that real ones have."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

HEAD = ["time_period", "time_identifier", "geographic_level", "country_code", "country_name", "region_code", "region_name",
        "old_la_code", "new_la_code", "la_name"]  # fmt: skip
ENGLAND = ["National", "E92000001", "England", "", "", "", "", ""]
NORTH_EAST = ["Regional", "E92000001", "England", "E12000001", "North East", "", "", ""]
DARLINGTON = ["Local authority", "E92000001", "England", "E12000001", "North East", "841", "E06000005", "Darlington"]
GATESHEAD = ["Local authority", "E92000001", "England", "E12000001", "North East", "390", "E08000037", "Gateshead"]
HARTLEPOOL = ["Local authority", "E92000001", "England", "E12000001", "North East", "805", "E06000001", "Hartlepool"]


def row(year: str, place: Sequence[str], *cells: str, kind: str = "Reporting year") -> list[str]:
    return [year, kind, *place, *cells]


def table(columns: Sequence[str], *rows: Sequence[str], head: Sequence[str] = HEAD) -> bytes:
    made = io.StringIO()
    csv.writer(made, lineterminator="\n").writerows([[*head, *columns], *rows])
    return made.getvalue().encode()


REFERRALS = ["category", "referral_count", "rereferral_count", "rereferral_percent", "no_further_action_count",
             "no_further_action_percent"]  # fmt: skip


def referrals() -> bytes:
    """Table C1 for two years: England, a region, three authorities; one hides its re-referrals."""
    return table(
        REFERRALS,
        row("2024", ENGLAND, "Referrals", "621880", "139080", "22.4", "38920", "6.3"),
        row("2024", NORTH_EAST, "Referrals", "32490", "6730", "20.7", "390", "1.2"),
        row("2024", DARLINGTON, "Referrals", "1000", "210", "21", "50", "5"),
        row("2024", GATESHEAD, "Referrals", "2000", "500", "25", "x", "x"),
        row("2024", HARTLEPOOL, "Referrals", "900", "c", "c", "c", "c"),
        row("2023", DARLINGTON, "Referrals", "1100", "220", "20", "55", "5"),
    )
