"""Why: list 9 tells of young people on the day, and list 10 of the paths to adoption of twelve months; list 11 has no records.

Every expected cell is worked by hand from the rules. As at 31 March 2024 the twelve months begin on 1 April 2023.
"""

from __future__ import annotations

import pytest
from exports.annex_a_sheets import CHILD, NO, TEAM, WORKER, YES, column, day, rows, sheet
from spec.tables import given

AS_AT = "2024-03-31"
UASC = "Unaccompanied Asylum Seeking Child (UASC), or formerly UASC if 18 or over (Y/N)"


def test_young_people_with_the_latest_record_of_each() -> None:
    store = given(
        """
        care_leavers
        child_id | eligibility     | started_on | ended_on   | personal_adviser | team    | formerly_uasc
        c1       | former_relevant | 2021-01-01 |            | w1               | Leaving | true
        c2       | qualifying      | 2021-01-01 | 2024-03-31 | w1               | Leaving | false
        c3       | relevant        | 2024-03-31 |            |                  | Leaving |
        c4       | eligible        | 2021-01-01 | 2024-04-01 | w1               |         |
        c5       | relevant        | 2024-04-01 |            | w1               | Leaving |

        workers
        worker_id
        w1
        w2
        w3

        allocations
        allocation_id | child_id | worker_id | role             | team | started_on
        a1            | c3       | w2        | personal_adviser | PA   | 2024-01-01
        a2            | c4       | w3        | social_worker    | Care | 2024-01-01

        care_leaver_contacts
        child_id | recorded_on | in_touch | accommodation | suitable | activity
        c1       | 2023-12-01  | YES      | U1            | true     | F2
        c1       | 2024-03-01  | NO       |               |          | 0
        c1       | 2024-04-01  | YES      | U1            | true     | F2
        c3       | 2024-03-31  | YES      | X2            | false    | G5
        c4       | 2024-02-01  | REFU     | 0             |          |

        pathway_plans
        pathway_plan_id | child_id | reviewed_on
        k1              | c1       | 2023-09-09
        k2              | c1       | 2024-03-09
        k3              | c1       | 2024-05-09

        immigration_statuses
        child_id | status | started_on | ended_on
        c3       | uasc   | 2022-01-01 | 2023-01-01
        """,
        as_at="2024-06-30",
    ).store
    adviser, kind, plan = "Allocated Personal Advisor", "Eligibility Category", "Latest Pathway Plan Review Date"
    touch, on, home = "LA in Touch", "Latest Date of Contact", "Type of Accommodation"
    suits, does = "Suitability of Accommodation", "Activity Status"
    assert rows(store, 9, AS_AT) == [
        {CHILD: "c1", UASC: YES, TEAM: "Leaving", adviser: "w1", kind: "b) Former relevant child", plan: day("2024-03-09"),
         touch: "b) No", on: day("2024-03-01")},
        {CHILD: "c3", UASC: YES, TEAM: "Leaving", adviser: "w2", kind: "a) Relevant child", touch: "a) Yes",
         on: day("2024-03-31"), home: "X: In custody", suits: "b) Unsuitable",
         does: "G5: Not in education, employment or training - other"},
        {CHILD: "c4", UASC: NO, TEAM: "Care", WORKER: "w3", adviser: "w1", kind: "d) Eligible child", touch: "d) Refu",
         on: day("2024-02-01")},
    ]  # fmt: skip


DECIDED, ORDERED = "Date of Decision that Child Should be Placed for Adoption", "Date of Placement Order"
MATCHED, PLACED = "Date of Matching Child and Prospective Adopters", "Date Placed for Adoption"
ADOPTED = "Date of Adoption Order"
REVERSED = "Date of Decision that Child Should No Longer be Placed for Adoption"
ENTERED = "Date the Child Entered Care"
FOSTERED = "Date the child was placed for fostering in FFA or concurrent planning placement"


def test_paths_to_adoption_with_the_care_they_belong_to() -> None:
    store = given(
        """
        children
        child_id | family_id
        c1       | f1

        care_periods
        care_period_id | child_id | started_on | ended_on   | end_reason
        p0             | c1       | 2020-01-01 | 2020-06-01 | E4A
        p1             | c1       | 2022-06-01 |            |
        p2             | c2       | 2021-06-01 | 2023-06-01 | E11

        permanence
        child_id | care_period_id | decided_on | placement_order_on | matched_on | placed_on  | order_on   | order_type
        c1       |                | 2023-01-10 | 2023-03-10         | 2024-04-02 |            |            |
        c2       | p2             | 2022-01-10 | 2022-03-10         | 2022-05-02 | 2022-06-02 | 2023-06-01 | adoption

        placements
        care_period_id | child_id | started_on | type
        p1             | c1       | 2022-07-01 | U5
        p1             | c1       | 2022-06-01 | U6
        """,
        as_at="2024-06-30",
    ).store
    assert rows(store, 10, AS_AT) == [
        {CHILD: "c1", "Family identifier": "f1", ENTERED: day("2022-06-01"), DECIDED: day("2023-01-10"),
         ORDERED: day("2023-03-10"), FOSTERED: day("2022-07-01")},
        {CHILD: "c2", ENTERED: day("2021-06-01"), DECIDED: day("2022-01-10"), ORDERED: day("2022-03-10"),
         MATCHED: day("2022-05-02"), PLACED: day("2022-06-02"), ADOPTED: day("2023-06-01")},
    ]  # fmt: skip


def test_a_path_that_ended_before_the_twelve_months_is_not_on_the_list() -> None:
    store = given(
        """
        care_periods
        care_period_id | child_id | started_on | ended_on
        p1             | left     | 2020-01-01 | 2023-03-31

        permanence
        child_id  | care_period_id | decided_on | order_on   | order_type           | reversed_on
        adopted   |                | 2022-01-10 | 2023-04-01 | adoption             |
        before    |                | 2022-01-10 | 2023-03-31 | adoption             |
        reversed  |                | 2022-01-10 |            |                      | 2023-04-01
        longago   |                | 2022-01-10 |            |                      | 2023-03-31
        guardian  |                | 2022-01-10 | 2023-05-01 | special_guardianship |
        later     |                | 2022-01-10 | 2024-05-01 | special_guardianship |
        left      | p1             | 2022-01-10 |            |                      |
        tomorrow  |                | 2024-04-01 |            |                      |
        """,
        as_at="2024-06-30",
    ).store
    found = column(store, 10, REVERSED, AS_AT)
    # the order of guardianship made later was not known on the day
    assert found == {"adopted": None, "reversed": day("2023-04-01"), "later": None}


@pytest.mark.parametrize("as_at", ["2024-03-31", "2024-01-01"])
def test_list_11_is_there_with_its_headers_and_the_reason(as_at: str) -> None:
    found = sheet(given("contacts\nreceived_on\n2024-01-01", as_at=AS_AT).store, 11, as_at)
    assert found.rows.height == 0
    assert found.rows.columns[0] == "Individual adopter identifier"
    assert [(gap.header, gap.state) for gap in found.gaps] == [("(the whole list)", "not filled")]
