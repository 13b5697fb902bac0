"""Why: an empty cell must never pass for a fact, so the workbook says of every column that it could not fill, and why."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from casetally.reports.annex_a import gaps, queries
from casetally.reports.annex_a.gaps import Gap
from casetally.schemas import load_schemas
from casetally.sources.annex_a.layout import lists
from casetally.sources.delivery import Reach
from casetally.store import Store
from exports.annex_a_sheets import CHILD, DISABLED, NO, TEAM, WORKER, column, rows, sheet
from spec.tables import given

AS_AT = "2024-03-31"


def said(store: Store, number: int, as_at: str = "") -> dict[str, str]:
    """What is said of a list: header -> reason, those that are filled in part with a star."""
    return {
        ("*" if one.state == "filled in part" else "") + one.header: one.reason
        for one in sheet(store, number, as_at).gaps
    }


def only(tables: str, reach: dict[str, Reach] | None = None) -> Store:
    """A source with the columns of the text and no others."""
    return given(tables, as_at=AS_AT, only_these_columns=True, reach=reach).store


def test_a_table_that_the_source_lacks_empties_its_lists() -> None:
    store = only("contacts\nreceived_on\n2024-01-10")
    assert said(store, 2) == {"(the whole list)": "The source lacks early_help_assessments."}
    assert sheet(store, 2).rows.height == 0
    assert tuple(sheet(store, 2).rows.columns) == lists()[1].headers


def test_a_column_that_the_source_lacks_is_blank_and_told() -> None:
    store = only("contacts\ncontact_id | child_id | received_on\nk1 | c1 | 2024-01-10")
    assert said(store, 1) == {
        "Gender": "The source lacks children.",
        "Ethnicity": "The source lacks children.",
        "Date of Birth": "The source lacks children.",
        "Age of Child (Years)": "The source lacks children.",
        "Contact Source": "The source lacks contacts.source.",
    }
    assert [list(row) for row in rows(store, 1)] == [[CHILD, "Date of Contact"]]


def test_either_of_two_columns_is_enough() -> None:
    store = only(
        """
        children
        child_id | sex
        c1       | F

        contacts
        contact_id | child_id | received_on
        k1         | c1       | 2024-01-10
        """
    )
    assert "Gender" not in said(store, 1)
    store_without = only(
        "children\nchild_id\nc1\n\ncontacts\ncontact_id | child_id | received_on\nk1 | c1 | 2024-01-10"
    )
    assert said(store_without, 1)["Gender"] == "The source has neither children.sex nor children.gender."
    assert column(store, 1, "Gender") == {"c1": "b) Female"}


def test_no_row_in_a_table_that_is_not_there_does_not_read_as_no() -> None:
    """Whether once unaccompanied is told by the spell of support, else by the immigration statuses: without those, nothing is."""
    uasc = "Unaccompanied Asylum Seeking Child (UASC), or formerly UASC if 18 or over (Y/N)"
    text = "care_leavers\nchild_id | started_on | formerly_uasc\nc1 | 2023-01-01 | \nc2 | 2023-01-01 | false"
    assert column(only(text), 9, uasc) == {"c1": None, "c2": NO}
    with_statuses = text + "\n\nimmigration_statuses\nchild_id | status | started_on\nc9 | uasc | 2023-01-01"
    assert column(only(with_statuses), 9, uasc) == {"c1": NO, "c2": NO}


def test_what_only_refines_a_list_is_done_without() -> None:
    """Without legal statuses no respite is known, and list 8 stands; only the columns that show a status are blank."""
    store = only("care_periods\ncare_period_id | child_id | started_on | ended_on\np1 | c1 | 2024-01-10 | ")
    told = said(store, 8)
    assert "(the whole list)" not in told
    assert told["Child's Legal Status"] == "The source lacks legal_statuses."
    assert told["Reason Ceased to be Looked After"] == "The source lacks care_periods.end_reason."
    assert told["Date of Last IRO Visit / Contact to the Child"] == "The data model has no column for it."
    again = "Is this a second or subsequent period of being a Looked After Child within the last 12 months (Y/N)"
    assert rows(store, 8) == [{CHILD: "c1", "Date Started to be Looked After": dt.date(2024, 1, 10), again: NO}]


def test_nothing_is_told_of_a_source_that_has_everything_but_what_the_data_model_lacks() -> None:
    store = given("contacts\nreceived_on\n2024-01-10", as_at=AS_AT).store
    told = [
        (one.of.number, gap.header) for one in (sheet(store, number) for number in range(1, 12)) for gap in one.gaps
    ]
    assert told == [
        (8, "Date of Last IRO Visit / Contact to the Child"),
        (8, "Placement postcode"),
        (8, "LA of Placement"),
        (10, "Reason Why Child No Longer Placed for Adoption"),
        (11, "(the whole list)"),
    ]


PLAN = """
    cp_plans
    plan_id | child_id | started_on | ended_on | previous_plans
    p1      | c1       | 2023-01-10 |          | 1

    cp_visits
    visit_id | child_id | plan_id | visited_on | seen_alone
    v1       | c1       | p1      | 2024-03-30 | true
"""
VISIT, ALONE = "Date of the Last Statutory Visit", "Was the Child Seen Alone?"


def test_the_latest_visits_alone_tell_of_their_own_day_only() -> None:
    store = only(PLAN, {"cp_visits": Reach(latest_only=True)})
    assert VISIT not in said(store, 7)
    earlier = said(store, 7, "2024-03-30")
    assert (
        earlier[VISIT] == "The source tells only the latest row of each in cp_visits, which is not that of 30/03/2024."
    )
    assert ALONE in earlier
    assert column(store, 7, VISIT, "2024-03-30") == {"c1": None}


def test_the_latest_placements_alone_can_not_be_counted() -> None:
    store = only(
        """
        care_periods
        care_period_id | child_id | started_on | ended_on
        p1             | c1       | 2023-01-10 |

        placements
        placement_id | care_period_id | child_id | started_on | ended_on | type
        x1           | p1             | c1       | 2023-11-10 |          | U6
        """,
        {"placements": Reach(latest_only=True)},
    )
    number = "Number of Placements in the Last 12 months"
    assert said(store, 8)[number] == (
        "The source tells only the latest row of each in placements, and this counts those before it."
    )
    assert column(store, 8, number) == {"c1": None}
    assert column(store, 8, "Placement Type") == {"c1": "f) U6: Foster placement - not FFA"}


def test_a_window_that_begins_before_the_source_does_is_told() -> None:
    text = "referrals\nreferral_id | child_id | received_on\nr1 | c1 | 2024-01-10"
    numbers = "*Number of Referrals in Last 12 Months"
    # the list looks back to 1 October 2023, and from there each row 12 months further
    told = said(only(text, {"referrals": Reach(since=dt.date(2023, 10, 2))}), 3)
    assert told["*(the whole list)"] == "The source tells of referrals from 02/10/2023 only."
    assert told[numbers] == "The source tells of referrals from 02/10/2023 only."
    told = said(only(text, {"referrals": Reach(since=dt.date(2023, 10, 1))}), 3)
    assert "*(the whole list)" not in told
    assert numbers in told
    told = said(only(text, {"referrals": Reach(since=dt.date(2022, 10, 1))}), 3)
    assert numbers not in told
    assert column(only(text, {"referrals": Reach(since=dt.date(2023, 10, 1))}), 3, numbers[1:]) == {"c1": 0}


def test_a_number_is_short_by_the_table_that_it_counts() -> None:
    text = """
        s47_enquiries
        enquiry_id | child_id | started_on
        e1         | c1       | 2024-01-10

        cp_conferences
        conference_id | child_id | enquiry_id | held_on    | plan_agreed
        k1            | c1       | e1         | 2024-01-20 | true
    """
    reach = {"s47_enquiries": Reach(since=dt.date(2023, 10, 1)), "cp_conferences": Reach(since=dt.date(2023, 12, 1))}
    told = said(only(text, reach), 5)
    assert told["*Number of ICPCs in the last 12 months"] == "The source tells of cp_conferences from 01/12/2023 only."
    assert told["*Number of Section 47 Enquiries in the last 12 months"] == (
        "The source tells of s47_enquiries from 01/10/2023 only."
    )


def test_a_source_that_ends_before_the_day_is_told() -> None:
    text = "referrals\nreferral_id | child_id | received_on\nr1 | c1 | 2024-01-10"
    store = only(text, {"referrals": Reach(until=dt.date(2024, 3, 30))})
    assert said(store, 3)["*(the whole list)"] == "The source tells of referrals until 30/03/2024 only."
    assert "*(the whole list)" not in said(store, 3, "2024-03-30")


@pytest.mark.parametrize("number", range(1, 11))
def test_every_column_of_a_list_is_one_of_its_headers(number: int) -> None:
    query = queries.list_queries()[number]
    named = [one.header for one in query.columns]
    assert set(named) <= set(query.of.headers)
    assert len(named) == len(set(named))


def test_what_is_read_without_needing_it_and_what_looks_back_is_known() -> None:
    """A name that is misspelt in these tables would silently do nothing."""
    tables = load_schemas().tables
    known = set(tables) | {f"{name}.{one}" for name, table in tables.items() for one in table.columns}
    folder = Path(queries.__file__).with_name("lists")
    for query, refines in queries.REFINES.items():
        assert set(refines) <= known
        assert list(folder.rglob(f"{query}.sql"))
    assert set(gaps.LOOKS_BACK) <= {header for one in lists() for header in one.headers}


def test_the_needs_of_a_column_are_those_of_its_sql() -> None:
    found = {one.header: one.ways for one in queries.list_queries()[7].columns}
    assert found[WORKER] == (
        frozenset({
            ("allocations", "*"), ("allocations", "role"), ("allocations", "started_on"), ("allocations", "ended_on"),
            ("allocations", "worker_id"), ("allocations", "child_id"), ("allocations", "allocation_id"),
            ("cp_plans", "ended_on"), ("cp_plans", "child_id"),
        }),
        frozenset({("cp_plans", "worker_id")}),
    )  # fmt: skip
    assert found["Latest Category of Abuse"] == (frozenset({("cp_plans", "latest_category")}),)
    assert ("disabilities", "disability") in found[DISABLED][1]
    assert len(found[TEAM]) == 2


def test_a_gap_says_which_sheet_it_is_of() -> None:
    assert sheet(only("contacts\nreceived_on\n2024-01-10"), 11).gaps == (
        Gap(
            "List 11",
            "(the whole list)",
            "not filled",
            "The data model holds no records for it (one prospective adopter).",
        ),
    )
