"""Why: list 8 is the longest: whom the authority looks after, where, under which law, and what was last done for each child.

Every expected cell is worked by hand from the rules. As at 31 March 2024 the six months begin on 1 October 2023 and the twelve on
1 April 2023.
"""

from __future__ import annotations

from exports.annex_a_sheets import CHILD, DISABLED, NO, TEAM, WORKER, YES, column, day, rows
from spec.tables import given

AS_AT = "2024-03-31"
STARTED, CEASED, REASON = (
    "Date Started to be Looked After",
    "Date Ceased to be Looked After",
    "Reason Ceased to be Looked After",
)
AGAIN = "Is this a second or subsequent period of being a Looked After Child within the last 12 months (Y/N)"
UASC = "Unaccompanied Asylum Seeking Child (UASC) within the Last 12 Months (Y/N)"
LEGAL, LEGAL_SINCE = "Child's Legal Status", "Start date of current legal status"
REVIEW, VISIT = "Date of Latest Statutory Review", "Date of Last Social Work Visit"
PLAN = "What is the permanence plan for this child?"
HEALTH, DENTAL = "Date of Last Health Assessment", "Date of Last Dental Check"
PLACEMENTS = "Number of Placements in the Last 12 months"
PLACED, TYPE, PROVIDER = "Start Date of Most Recent Placement", "Placement Type", "Placement Provider"
WHERE, URN = "Placement Location", "URN of Placement"
MISSING = "Number of Episodes the Child has been 'Missing' from their Placement in the last 12 months"
ABSENT = "Number of Episodes the Child has been 'Absent' from their Placement in the last 12 months"
OFFERED = "Was the child offered a Return Interview after their last missing episode (Y/N)?"
ACCEPTED = "Did the child accept a Return Interview after their last missing episode (Y/N)?"
NOUGHTS = {UASC: NO, AGAIN: NO, PLACEMENTS: 0, MISSING: 0, ABSENT: 0}


def test_everything_that_is_known_of_one_child() -> None:
    store = given(
        """
        children
        child_id | date_of_birth | sex | ethnicity | disabled
        c1       | 2010-05-05    | M   | BCRB      | false

        care_periods
        care_period_id | child_id | started_on | primary_need | team | worker_id
        p1             | c1       | 2022-06-01 | N1           | Care | w1

        workers
        worker_id
        w1

        legal_statuses
        child_id | status | started_on | ended_on
        c1       | C1     | 2022-06-01 | 2022-12-01
        c1       | C2     | 2022-12-01 |

        care_reviews
        review_id | care_period_id | child_id | held_on    | cancelled
        r1        | p1             | c1       | 2023-12-12 | false
        r2        | p1             | c1       | 2024-02-12 | true
        r3        | p1             | c1       | 2024-04-12 | false

        care_visits
        visit_id | child_id | care_period_id | visited_on
        v1       | c1       | p1             | 2024-03-01
        v2       | c1       |                | 2024-03-31
        v3       | c1       | p1             | 2024-04-01

        care_plans
        care_plan_id | child_id | started_on | ended_on   | permanence_plan
        k1           | c1       | 2022-06-20 | 2023-01-01 | return_home
        k2           | c1       | 2023-01-01 | 2024-05-01 | long_term_fostering
        k3           | c1       | 2024-05-01 |            | adoption

        health_checks
        check_id | child_id | type           | completed_on | status
        h1       | c1       | initial_health | 2022-06-25   |
        h2       | c1       | review_health  | 2023-06-25   | completed
        h3       | c1       | review_health  | 2024-02-25   | refused
        h4       | c1       | dental         | 2023-08-01   | completed
        h5       | c1       | optical        | 2023-09-01   | completed

        placements
        placement_id | care_period_id | child_id | started_on | ended_on   | type | provider | urn    | in_authority
        x1           | p1             | c1       | 2022-06-01 | 2023-07-01 | U6   | PR1      |        | true
        x2           | p1             | c1       | 2023-07-01 |            | K2   | PR4      | SC1234 | false

        missing_episodes
        episode_id | child_id | type | started_at       | interview_offered | interview_accepted
        m0         | c1       | M    | 2023-03-31 23:50 | true              | true
        m1         | c1       | M    | 2023-04-01 00:10 | true              | false
        m2         | c1       | M    | 2024-01-05 18:00 | true              | true
        m3         | c1       | A    | 2024-02-05 18:00 | false             | false
        m4         | c1       | M    | 2024-04-05 18:00 | false             | false
        """,
        as_at="2024-06-30",
    ).store
    assert rows(store, 8, AS_AT) == [
        {CHILD: "c1", "Gender": "a) Male", "Ethnicity": "n) BCRB", "Date of Birth": day("2010-05-05"), "Age of Child (Years)": 13,
         UASC: NO, DISABLED: NO, STARTED: day("2022-06-01"), "Child's Category of Need": "N1 - Abuse or neglect", AGAIN: NO,
         LEGAL_SINCE: day("2022-12-01"), LEGAL: "C2: FCO", REVIEW: day("2023-12-12"), VISIT: day("2024-03-31"),
         PLAN: "f) Long-term fostering", HEALTH: day("2023-06-25"), DENTAL: day("2023-08-01"), PLACEMENTS: 2,
         PLACED: day("2023-07-01"), TYPE: "p) K2: Children’s Homes", PROVIDER: "e) PR4: Private provision", URN: "SC1234",
         WHERE: "b) Out", MISSING: 2, ABSENT: 1, OFFERED: YES, ACCEPTED: YES, TEAM: "Care", WORKER: "w1"},
    ]  # fmt: skip


def test_who_is_on_the_list() -> None:
    store = given(
        """
        care_periods
        care_period_id | child_id | started_on | ended_on   | end_reason
        p1             | left     | 2020-01-01 | 2023-09-30 | E4A
        p2             | first    | 2020-01-01 | 2023-10-01 | E4A
        p3             | today    | 2020-01-01 | 2024-03-31 | E11
        p4             | tomorrow | 2020-01-01 | 2024-04-01 | E11
        p5             | new      | 2024-03-31 |            |
        p6             | notyet   | 2024-04-01 |            |
        p7             | respite  | 2023-01-01 |            |
        p8             | mixed    | 2023-01-01 |            |

        legal_statuses
        child_id | status | started_on | ended_on
        respite  | V4     | 2023-01-01 |
        mixed    | V3     | 2023-01-01 | 2023-05-01
        mixed    | V2     | 2023-05-01 |
        """,
        as_at="2024-06-30",
    ).store
    assert rows(store, 8, AS_AT) == [
        NOUGHTS | {CHILD: "first", STARTED: day("2020-01-01"), CEASED: day("2023-10-01"),
                   REASON: "e) E4A: Returned home to live with parents or relatives - part of planning"},
        NOUGHTS | {CHILD: "mixed", STARTED: day("2023-01-01"), LEGAL: "V2: Single period under S20",
                   LEGAL_SINCE: day("2023-05-01")},
        NOUGHTS | {CHILD: "new", STARTED: day("2024-03-31")},
        NOUGHTS | {CHILD: "today", STARTED: day("2020-01-01"), CEASED: day("2024-03-31"),
                   REASON: "a) E11: Adopted - application unopposed"},
        NOUGHTS | {CHILD: "tomorrow", STARTED: day("2020-01-01")},
    ]  # fmt: skip


def test_the_legal_status_is_that_of_the_day_or_of_the_last_day_of_care() -> None:
    store = given(
        """
        care_periods
        care_period_id | child_id | started_on | ended_on
        p1             | changes  | 2023-01-01 |
        p2             | left     | 2023-01-01 | 2024-01-31
        p3             | lapsed   | 2023-01-01 |

        legal_statuses
        child_id | status | started_on | ended_on
        changes  | C1     | 2023-01-01 | 2024-03-31
        changes  | C2     | 2024-03-31 |
        left     | V2     | 2023-01-01 | 2023-12-01
        left     | C2     | 2023-12-01 | 2024-01-31
        lapsed   | C1     | 2023-01-01 | 2024-03-31
        """,
        as_at="2024-06-30",
    ).store
    assert column(store, 8, LEGAL, AS_AT) == {"changes": "C2: FCO", "left": "C2: FCO", "lapsed": None}
    assert column(store, 8, LEGAL, "2024-03-30") == {"changes": "C1: ICO", "left": "C2: FCO", "lapsed": "C1: ICO"}


def test_placements_are_counted_over_twelve_months_without_temporary_ones() -> None:
    store = given(
        """
        care_periods
        care_period_id | child_id | started_on | ended_on
        p1             | c1       | 2022-01-01 |
        p2             | c2       | 2022-01-01 |
        p3             | c3       | 2022-01-01 | 2023-06-01
        p4             | c3       | 2024-01-01 |

        placements
        placement_id | care_period_id | child_id | started_on | ended_on   | type | carer_id
        x1           | p1             | c1       | 2022-01-01 | 2023-04-01 | U6   | k1
        x2           | p1             | c1       | 2023-04-01 | 2023-08-01 | U6   | k2
        x3           | p1             | c1       | 2023-08-01 | 2023-08-09 | T3   | k3
        x4           | p1             | c1       | 2023-08-09 | 2023-12-01 | U6   | k2
        x5           | p1             | c1       | 2023-12-01 |            | U4   | k2
        y1           | p2             | c2       | 2022-01-01 | 2023-04-02 | U6   |
        y2           | p2             | c2       | 2023-04-02 | 2024-03-31 | U6   |
        y3           | p2             | c2       | 2024-03-31 |            | T4   |
        z1           | p3             | c3       | 2022-01-01 | 2023-06-01 | U6   |
        z2           | p4             | c3       | 2024-01-01 |            | U6   |
        """,
        as_at=AS_AT,
    ).store
    # x1 ended on the first of the twelve months, which is none of its days; x4 and x5 are one stay with k2; y1 lasted a day of it
    assert column(store, 8, PLACEMENTS) == {"c1": 2, "c2": 2, "c3": 2}
    # a change of status with the same carer is no new placement; a temporary one is where the child is
    assert column(store, 8, PLACED) == {"c1": day("2023-08-09"), "c2": day("2024-03-31"), "c3": day("2024-01-01")}
    assert column(store, 8, AGAIN) == {"c1": NO, "c2": NO, "c3": YES}


def test_an_earlier_period_counts_where_it_ended_in_the_twelve_months() -> None:
    store = given(
        """
        care_periods
        care_period_id | child_id | started_on | ended_on
        p1             | within   | 2022-01-01 | 2023-04-01
        p2             | within   | 2023-12-01 |
        p3             | before   | 2022-01-01 | 2023-03-31
        p4             | before   | 2023-12-01 |
        """,
        as_at=AS_AT,
    ).store
    assert column(store, 8, AGAIN) == {"within": YES, "before": NO}


def test_unaccompanied_children_of_the_twelve_months() -> None:
    store = given(
        """
        care_periods
        child_id | started_on
        now      | 2023-01-01
        ended    | 2023-01-01
        longago  | 2023-01-01
        refugee  | 2023-01-01
        undated  | 2023-01-01

        immigration_statuses
        child_id | status  | started_on | ended_on
        now      | uasc    | 2023-01-01 |
        ended    | uasc    | 2023-01-01 | 2023-04-02
        longago  | uasc    | 2022-01-01 | 2023-04-01
        refugee  | refugee | 2023-01-01 |
        undated  | uasc    |            |
        """,
        as_at=AS_AT,
    ).store
    assert column(store, 8, UASC) == {"now": YES, "ended": YES, "longago": NO, "refugee": NO, "undated": YES}


def test_only_episodes_while_looked_after_and_of_our_own_children_count_as_missing() -> None:
    store = given(
        """
        care_periods
        care_period_id | child_id | started_on | ended_on
        p1             | c1       | 2023-06-01 | 2023-12-01
        p2             | c2       | 2023-01-01 |

        missing_episodes
        episode_id | child_id | type | started_at       | other_authority | interview_offered
        m1         | c1       | M    | 2023-05-31 10:00 | false           | true
        m2         | c1       | M    | 2023-06-01 10:00 | false           | false
        m3         | c1       | M    | 2023-12-01 10:00 | false           | true
        m4         | c2       | M    | 2023-12-01 10:00 | true            | true
        m5         | c2       |      | 2023-11-01 10:00 |                 | true
        """,
        as_at=AS_AT,
    ).store
    assert column(store, 8, MISSING) == {"c1": 1, "c2": 1}
    assert column(store, 8, OFFERED) == {"c1": NO, "c2": YES}
