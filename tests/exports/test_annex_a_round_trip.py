"""Why: lists that are read back must give the figures that their records gave, and lists and figures of one day must not differ.

The records are the made-up authority's. A figure that the lists can't hold must not be told, or must say that its history is
short; each that may differ all the same stands here with its reason.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from types import ModuleType

import polars as pl
import pytest
from casetally.calendar import Calendar
from casetally.definitions.library import load_library
from casetally.figures import calculate_figures
from casetally.figures.support import support_table
from casetally.periods import make_grid
from casetally.records.validate import check_records
from casetally.reports.annex_a import export_annex_a
from casetally.reports.annex_a.content import Sheet, sheets
from casetally.reports.annex_a.gaps import WHOLE_LIST
from casetally.sources import annex_a, plain
from casetally.sources.given import look_at
from casetally.store import Store, store_of_frames

AUTHORITY = Path(__file__).parents[2] / "sample_data" / "authority"
DAY = dt.date(2023, 9, 30)
MADE_FROM = ["indicator", "basis", "period", "breakdown", "group"]

MAY_DIFFER = {
    "s47_started_investigations": "no list tells which enquiries were one investigation: each stands for itself",
    "cla_visit_up_to_date": "no list tells the interval agreed for a child, or that a placement is meant to last",
}
BY_FAMILY = {
    "cp_families_ending_2y_or_more": "not available",
    "cp_families_starting_again": "not available",
    "cp_review_meetings_late": "not available",
    "icpc_families_late": "not available",
    "early_help_families_open": "not available",  # no list tells an episode of early help
    "cla_started_not_uasc_families": "not available",  # nor on what day anyone sought asylum
    "cla_ceased_families": "not available",
}
MUST_BE_TOLD = {
    "contacts_received", "referrals_received", "referrals_nfa", "assessments_completed", "assessment_45wd", "assessments_open",
    "s47_started_children", "icpc_held", "icpc_15wd", "cp_plans_open", "cp_plans_started", "cp_plans_ended",
    "cp_plan_repeat_ever", "cp_visit_10wd", "cla_open", "cla_started", "cla_ceased", "care_leavers",
}  # fmt: skip


def read(reader: ModuleType, path: Path, day: dt.date) -> Store:
    """Records read by one reader, checked and stored for a day."""
    library, calendar = load_library(), Calendar.england()
    found = look_at([path])
    checked = check_records(reader.read(reader.claims(found)), day, calendar, library.schemas)
    return store_of_frames(checked.tables, library.schemas, calendar, day, present=checked.present, reach=checked.reach)


@cache
def authority(day: dt.date) -> Store:
    return read(plain, AUTHORITY, day)


@cache
def lists_of(run_as_at: dt.date) -> tuple[Sheet, ...]:
    """The lists of the day from a run of that day or of a later one."""
    return sheets(authority(run_as_at), DAY)


@pytest.fixture(scope="module")
def read_back(tmp_path_factory: pytest.TempPathFactory) -> Store:
    path = tmp_path_factory.mktemp("annex") / "annex-a.xlsx"
    export_annex_a(authority(DAY), DAY, path)
    return read(annex_a, path, DAY)


def figures(store: Store, indicators: list[str]) -> pl.DataFrame:
    """The figures of the as-at month."""
    found = calculate_figures(store, load_library(), make_grid(DAY, 1), authority="here", indicators=indicators)
    return found.filter(pl.col("basis") == "month")


def test_what_is_read_back_gives_the_same_figures(read_back: Store) -> None:
    told = support_table(read_back, load_library()).filter(pl.col("support") != "not available")["indicator"].to_list()
    assert set(MAY_DIFFER) <= set(told)  # what is not told can't differ, and needs no reason here
    before, after = (figures(store, told) for store in (authority(DAY), read_back))
    both = after.filter(pl.col("status") == "calculated", pl.col("maturity") != "short_history").join(
        before, on=MADE_FROM, suffix="_before"
    )
    whole = both.filter(pl.col("breakdown") == "all")
    assert set(whole["indicator"]) >= MUST_BE_TOLD
    same = pl.all_horizontal(pl.col(name).eq_missing(pl.col(f"{name}_before")) for name in ("numerator", "denominator"))
    assert set(whole.filter(~same)["indicator"]) <= set(MAY_DIFFER)
    # who the children are comes back too; the teams of events and of what is open share one column, so those may differ
    of_children = both.filter(
        pl.col("breakdown").is_in(["age_band", "ethnicity"]) | (pl.col("group").is_in(["F", "M"]))
    )
    assert set(of_children.filter(~same)["indicator"]) <= set(MAY_DIFFER)


def test_what_counts_families_is_not_told(read_back: Store) -> None:
    told = support_table(read_back, load_library()).filter(pl.col("indicator").is_in(list(BY_FAMILY)))
    assert dict(told.select("indicator", "support").iter_rows()) == BY_FAMILY


def test_lists_made_again_from_what_was_read_back_are_the_same(read_back: Store) -> None:
    compared = 0
    for first, second in zip(lists_of(DAY), sheets(read_back, DAY), strict=True):
        told = {gap.header for gap in second.gaps}
        if WHOLE_LIST in told:
            continue
        kept = [header for header in first.of.headers if header not in told]
        assert second.rows.select(kept).sort(kept).rows() == first.rows.select(kept).sort(kept).rows(), first.of.sheet
        compared += len(kept)
    assert compared > 80


COUNTED = [
    ("contacts_received", 1, pl.col("Date of Contact") >= dt.date(2023, 9, 1)),
    ("referrals_received", 3, pl.col("Date of referral") >= dt.date(2023, 9, 1)),
    ("rereferrals_12m", 3,
     (pl.col("Date of referral") >= dt.date(2023, 9, 1)) & (pl.col("Number of Referrals in Last 12 Months") > 0)),
    ("assessments_open", 4, pl.col("Continuous Assessment Date of Authorisation").is_null()),
    ("assessments_completed", 4, pl.col("Continuous Assessment Date of Authorisation") >= dt.date(2023, 9, 1)),
    ("cp_plans_open", 7, pl.col("Child Protection Plan End Date").is_null()),
    ("cp_plans_ended", 7, pl.col("Child Protection Plan End Date") >= dt.date(2023, 9, 1)),
    ("cla_open", 8, pl.col("Date Ceased to be Looked After").is_null()),
    ("cla_3plus_placements_12m", 8,
     pl.col("Date Ceased to be Looked After").is_null() & (pl.col("Number of Placements in the Last 12 months") >= 3)),
    ("care_leavers", 9, pl.lit(True)),
]  # fmt: skip


@cache
def month_of_all() -> pl.DataFrame:
    """The authority's figures of the as-at month that a list's rows can be held against."""
    found = figures(authority(DAY), [indicator for indicator, _, _ in COUNTED])
    return found.filter(pl.col("breakdown") == "all")


@pytest.mark.parametrize(("indicator", "number", "counted"), COUNTED)
def test_lists_and_figures_of_one_day_agree(indicator: str, number: int, counted: pl.Expr) -> None:
    figure = month_of_all().filter(pl.col("indicator") == indicator).row(0, named=True)
    assert lists_of(DAY)[number - 1].rows.filter(counted).height == figure["numerator"]


def test_an_earlier_day_of_a_later_run_is_as_a_run_of_that_day() -> None:
    """What came later must not show: neither rows nor ends, orders, visits or reviews."""
    for then, later in zip(lists_of(DAY), lists_of(dt.date(2024, 3, 31)), strict=True):
        assert later.rows.equals(then.rows), then.of.sheet
