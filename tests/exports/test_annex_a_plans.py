"""Why: lists 6 and 7 tell of episodes and plans that are open, or ended in the months before, with the latest that was done.

Every expected cell is worked by hand from the rules. As at 31 March 2024 the six months begin on 1 October 2023.
"""

from __future__ import annotations

from exports.annex_a_sheets import CHILD, DISABLED, NO, TEAM, WORKER, YES, column, day, rows
from spec.tables import given

AS_AT = "2024-03-31"
START, END, STATUS = "CIN Start Date", "CIN Closure Date", "Case Status"
SEEN = "Date Child Was Last Seen"


def test_episodes_of_need_that_are_open_or_closed_in_the_window() -> None:
    store = given(
        """
        referrals
        referral_id | child_id | received_on | closed_on  | close_reason | primary_need | no_further_action | team
        r1          | gone     | 2022-01-01  | 2023-09-30 | RC7          | N1           | false             | East
        r2          | closed   | 2022-01-01  | 2023-10-01 | RC7          | N1           | false             | East
        r3          | today    | 2022-01-01  | 2024-03-31 | RC2          | N2           | false             | East
        r4          | later    | 2022-01-01  | 2024-04-01 | RC8          | N5           |                   | East
        r5          | nothing  | 2024-03-01  |            |              | N1           | true              | East
        r6          | new      | 2024-03-31  |            |              |              | false             | West
        r7          | tomorrow | 2024-04-01  |            |              |              | false             | West
        """,
        as_at="2024-06-30",
    ).store
    need, why = "Primary Need Code", "Reason for Closure"
    assert rows(store, 6, AS_AT) == [
        {CHILD: "closed", START: day("2022-01-01"), need: "N1 - Abuse or neglect", END: day("2023-10-01"),
         why: "RC7 - Services ceased for any other reason, including child no longer in need", STATUS: "e) Closed episode",
         TEAM: "East"},
        # closed the day after: on the day it was open, and why it closed was not known
        {CHILD: "later", START: day("2022-01-01"), need: "N5 - Family dysfunction", TEAM: "East"},
        {CHILD: "new", START: day("2024-03-31"), TEAM: "West"},
        {CHILD: "today", START: day("2022-01-01"), need: "N2 - Child's disability", END: day("2024-03-31"),
         why: "RC2 - Died", STATUS: "e) Closed episode", TEAM: "East"},
    ]  # fmt: skip


def test_a_plan_that_lasts_longer_than_its_referral_stands_for_itself() -> None:
    store = given(
        """
        referrals
        child_id | received_on | closed_on  | no_further_action | team
        outlasts | 2022-01-01  | 2023-05-01 | false             | Front
        refused  | 2023-01-01  |            | true              | Front
        same     | 2022-01-01  | 2024-01-31 | false             | Front
        later    | 2022-01-01  | 2024-04-01 | false             | Front

        cin_plans
        child_id | started_on | ended_on   | team
        outlasts | 2022-02-01 |            | East
        refused  | 2023-02-01 | 2024-03-31 | East
        same     | 2022-02-01 | 2024-01-31 | East
        later    | 2022-02-01 |            | East
        alone    | 2022-02-01 | 2023-09-30 | East
        """,
        as_at="2024-06-30",
    ).store
    assert rows(store, 6, AS_AT) == [
        {CHILD: "later", START: day("2022-01-01"), STATUS: "c) Child in need plan", TEAM: "Front"},
        {CHILD: "outlasts", START: day("2022-02-01"), STATUS: "c) Child in need plan", TEAM: "East"},
        {CHILD: "refused", START: day("2023-02-01"), END: day("2024-03-31"), STATUS: "e) Closed episode", TEAM: "East"},
        {CHILD: "same", START: day("2022-01-01"), END: day("2024-01-31"), STATUS: "e) Closed episode", TEAM: "Front"},
    ]


def test_the_case_status_is_the_weightiest_service_open_on_the_day() -> None:
    store = given(
        """
        referrals
        child_id | received_on
        care     | 2023-01-01
        plan     | 2023-01-01
        need     | 2023-01-01
        asked    | 2023-01-01
        ended    | 2023-01-01
        theirs   | 2023-01-01
        respite  | 2023-01-01

        care_periods
        care_period_id | child_id | started_on
        p1             | care     | 2024-03-31
        p2             | respite  | 2023-05-05

        legal_statuses
        child_id | status | started_on
        respite  | V3     | 2023-05-05

        cp_plans
        child_id | started_on | ended_on   | other_authority
        care     | 2023-02-01 |            | false
        plan     | 2023-02-01 |            | false
        ended    | 2023-02-01 | 2024-03-31 | false
        theirs   | 2023-02-01 |            | true

        cin_plans
        child_id | started_on | ended_on
        plan     | 2023-02-01 |
        need     | 2023-02-01 | 2024-04-01

        assessments
        child_id | started_on | completed_on
        need     | 2024-03-01 |
        asked    | 2024-03-01 | 2024-04-01
        ended    | 2024-03-01 | 2024-03-31
        """,
        as_at="2024-06-30",
    ).store
    assert column(store, 6, STATUS, AS_AT) == {
        "care": "a) Looked after child",
        "plan": "b) Child Protection plan",
        "need": "c) Child in need plan",
        "asked": "d) Open assessment",
        "ended": None,
        "theirs": None,
        "respite": None,
    }


def test_last_seen_is_the_latest_visit_of_any_kind_within_the_episode() -> None:
    store = given(
        """
        referrals
        child_id | received_on | closed_on
        c1       | 2023-01-01  |
        c2       | 2024-01-01  |
        c3       | 2023-01-01  | 2024-02-01

        cp_plans
        plan_id | child_id | started_on
        p1      | c1       | 2023-02-01

        cin_visits
        visit_id | child_id | visited_on | seen
        v1       | c1       | 2024-01-05 | true
        v2       | c2       | 2023-12-31 | true
        v3       | c3       | 2024-02-01 |
        v4       | c3       | 2024-02-02 | true

        cp_visits
        visit_id | child_id | plan_id | visited_on | seen
        v5       | c1       | p1      | 2024-03-30 | false
        v6       | c1       | p1      | 2024-02-05 | true
        v7       | c1       | p1      | 2024-04-01 | true

        care_visits
        visit_id | child_id | visited_on | seen
        v8       | c1       | 2024-02-04 | true
        """,
        as_at="2024-06-30",
    ).store
    assert column(store, 6, SEEN, AS_AT) == {"c1": day("2024-02-05"), "c2": None, "c3": day("2024-02-01")}


def test_an_open_case_is_shown_under_those_who_hold_the_child_on_the_day_and_a_closed_one_under_its_own() -> None:
    store = given(
        """
        referrals
        child_id | received_on | closed_on  | team  | worker_id
        held     | 2023-01-01  |            | Front | w1
        unheld   | 2023-01-01  |            | Front | w1
        closed   | 2023-01-01  | 2024-01-31 | Front | w1

        workers
        worker_id
        w1
        w2
        w3

        allocations
        allocation_id | child_id | worker_id | role             | team  | started_on | ended_on
        a1            | held     | w2        | social_worker    | East  | 2023-02-01 |
        a2            | held     | w3        | social_worker    |       | 2023-03-01 | 2024-04-01
        a3            | unheld   | w3        | social_worker    | West  | 2023-02-01 | 2024-03-31
        a4            | unheld   | w2        | personal_adviser | Other | 2023-02-01 |
        a5            | closed   | w2        | social_worker    | East  | 2023-02-01 |
        """,
        as_at="2024-06-30",
    ).store
    # a2 started later than a1 but names no team; on the day it had not ended
    assert column(store, 6, TEAM, AS_AT) == {"held": "East", "unheld": "Front", "closed": "Front"}
    assert column(store, 6, WORKER, AS_AT) == {"held": "w3", "unheld": "w1", "closed": "w1"}


PLAN = "Child Protection Plan Start Date"
PLAN_END = "Child Protection Plan End Date"
FIRST, LATEST = "Initial Category of Abuse", "Latest Category of Abuse"
VISIT, ALONE, REVIEW = (
    "Date of the Last Statutory Visit",
    "Was the Child Seen Alone?",
    "Date of latest review conference",
)
EMERGENCY = "Subject to Emergency Protection Order or Protected Under Police Powers in Last Six Months (Y/N)"
BEFORE = "Number of Previous Child Protection Plans"


def test_plans_with_the_latest_visit_and_review_on_each() -> None:
    store = given(
        """
        children
        child_id | disabled
        c1       | true

        cp_plans
        plan_id | child_id | started_on | ended_on   | initial_category | latest_category | previous_plans | other_authority | team
        p0      | c1       | 2020-01-01 | 2023-09-30 | NEG              | NEG             |                | false           | East
        p1      | c1       | 2023-10-05 |            | NEG              | EMO             | 1              | false           | East
        p2      | c2       | 2023-01-05 | 2023-10-01 | PHY              | PHY             | 3              | false           | East
        p3      | c3       | 2024-03-31 |            | SAB              | MUL             |                |                 | West
        p4      | c4       | 2023-12-01 |            | NEG              | NEG             |                | true            | West
        p5      | c5       | 2023-01-05 | 2024-04-01 | NEG              | NEG             |                | false           | West

        cp_visits
        visit_id | child_id | plan_id | visited_on | seen_alone
        v0       | c1       | p0      | 2023-09-01 | true
        v1       | c1       | p1      | 2024-03-01 | true
        v2       | c1       | p1      | 2024-03-31 | false
        v3       | c1       | p1      | 2024-03-31 | true
        v4       | c1       | p1      | 2024-04-01 | false
        v5       | c2       | p2      | 2023-09-15 |
        v6       | c2       | p2      | 2023-10-20 | true
        v7       | c5       | p5      | 2024-03-02 | false

        cp_reviews
        review_id | child_id | plan_id | held_on
        k1        | c1       | p1      | 2023-12-20
        k2        | c1       | p1      |
        k3        | c1       | p1      | 2024-04-20
        k4        | c2       | p2      | 2023-10-01

        legal_statuses
        child_id | status | started_on | ended_on
        c1       | L2     | 2023-09-20 | 2023-10-02
        c2       | L1     | 2023-09-28 | 2023-10-01
        c3       | C1     | 2024-03-31 |
        """,
        as_at="2024-06-30",
    ).store
    assert rows(store, 7, AS_AT) == [
        {CHILD: "c1", DISABLED: YES, PLAN: day("2023-10-05"), FIRST: "a) Neglect", LATEST: "d) Emotional abuse",
         VISIT: day("2024-03-31"), ALONE: YES, REVIEW: day("2023-12-20"), EMERGENCY: YES, BEFORE: 1, TEAM: "East"},
        # the order that ended on the window's first day is on no day of it; a visit after the plan's end is none on the plan
        {CHILD: "c2", PLAN: day("2023-01-05"), FIRST: "b) Physical abuse", LATEST: "b) Physical abuse", VISIT: day("2023-09-15"),
         REVIEW: day("2023-10-01"), PLAN_END: day("2023-10-01"), EMERGENCY: NO, BEFORE: 3, TEAM: "East"},
        {CHILD: "c3", PLAN: day("2024-03-31"), FIRST: "c) Sexual abuse", LATEST: "e) Multiple/not recommended", EMERGENCY: NO,
         BEFORE: 0, TEAM: "West"},
        {CHILD: "c5", PLAN: day("2023-01-05"), FIRST: "a) Neglect", LATEST: "a) Neglect", VISIT: day("2024-03-02"), ALONE: NO,
         EMERGENCY: NO, BEFORE: 0, TEAM: "West"},
    ]  # fmt: skip


def test_of_recorded_and_counted_earlier_plans_the_greater_stands() -> None:
    store = given(
        """
        cp_plans
        plan_id | child_id | started_on | ended_on   | previous_plans | other_authority
        p1      | c1       | 2020-01-01 | 2020-05-01 | 0              | false
        p2      | c1       | 2021-01-01 | 2021-05-01 | 1              | false
        p3      | c1       | 2024-01-01 |            | 1              | false
        p4      | c2       | 2021-01-01 | 2021-05-01 |                | true
        p5      | c2       | 2024-01-01 |            | 4              | false
        """,
        as_at=AS_AT,
    ).store
    assert column(store, 7, BEFORE) == {"c1": 2, "c2": 4}
