"""Why: lists 1 to 5 tell of events in the months before the day, and what stands at the edges of a list decides its length.

Every expected cell is worked by hand from the rules. As at 31 March 2024 the six months begin on 1 October 2023.
"""

from __future__ import annotations

from exports.annex_a_sheets import AGE, BORN, CHILD, DISABLED, NO, TEAM, WORKER, YES, column, day, rows
from spec.tables import given

AS_AT = "2024-03-31"


def test_contacts_of_six_months_both_ends_included() -> None:
    store = given(
        """
        children
        child_id | date_of_birth | sex | gender | ethnicity
        c1       | 2008-03-31    | F   |        | WBRI
        c2       | 2008-04-01    | M   | F      | NOBT
        c3       |               |     |        |

        contacts
        contact_id | child_id | received_on | source
        k1         | c1       | 2023-09-30  | 6
        k2         | c1       | 2023-10-01  | 6
        k3         | c2       | 2024-03-31  | 1A
        k4         | c3       | 2024-01-15  |
        k5         | c3       | 2024-04-01  | 10
        """,
        as_at="2024-06-30",
    ).store
    assert rows(store, 1, AS_AT) == [
        {CHILD: "c1", "Gender": "b) Female", "Ethnicity": "a) WBRI", BORN: day("2008-03-31"), AGE: 16,
         "Date of Contact": day("2023-10-01"), "Contact Source": "q) 6: Police"},
        {CHILD: "c2", "Gender": "a) Male", "Ethnicity": "t) NOBT", BORN: day("2008-04-01"), AGE: 15,
         "Date of Contact": day("2024-03-31"), "Contact Source": "a) 1A: Individual"},
        {CHILD: "c3", "Date of Contact": day("2024-01-15")},
    ]  # fmt: skip


def test_the_six_months_to_a_day_begin_the_day_after_the_day_six_months_earlier() -> None:
    store = given(
        """
        contacts
        contact_id | child_id | received_on
        k1         | on_28    | 2023-08-28
        k2         | on_29    | 2023-08-29
        k3         | on_30    | 2023-08-30
        """,
        as_at="2024-02-29",
    ).store
    assert sorted(column(store, 1, "Date of Contact", "2024-02-28")) == ["on_29", "on_30"]
    assert sorted(column(store, 1, "Date of Contact", "2024-02-29")) == ["on_30"]


def test_a_child_born_on_29_february_grows_older_on_1_march() -> None:
    store = given(
        """
        children
        child_id | date_of_birth
        leap     | 2008-02-29

        contacts
        child_id | received_on
        leap     | 2023-01-10
        """,
        as_at="2023-03-01",
    ).store
    assert column(store, 1, AGE, "2023-02-28") == {"leap": 14}
    assert column(store, 1, AGE, "2023-03-01") == {"leap": 15}


def test_early_help_assessments_started_completed_or_open_in_the_window() -> None:
    store = given(
        """
        early_help_assessments
        assessment_id | child_id | started_on | completed_on | initiated_by | organisation
        a1            | c1       | 2023-06-01 | 2023-09-30   | authority    |
        a2            | c2       | 2023-06-01 | 2023-10-01   | authority    |
        a3            | c3       | 2022-01-10 |              | external     |
        a4            | c4       | 2024-03-31 | 2024-04-02   | external     | Family Hub
        a5            | c5       | 2024-04-01 |              | external     | Family Hub
        """,
        as_at="2024-06-30",
    ).store
    start, end, by = "Assessment start date", "Assessment completion date", "Organisation completing assessment"
    assert rows(store, 2, AS_AT) == [
        {CHILD: "c2", start: day("2023-06-01"), end: day("2023-10-01"), by: "The authority's own team"},
        {CHILD: "c3", start: day("2022-01-10"), by: "An external agency"},
        {CHILD: "c4", start: day("2024-03-31"), by: "Family Hub"},
    ]


def test_referrals_count_the_earlier_ones_of_the_twelve_months_before_them() -> None:
    store = given(
        """
        referrals
        referral_id | child_id | received_on | source | no_further_action | team | worker_id
        r1          | again    | 2022-11-01  | 6      | false             | East | w1
        r2          | again    | 2023-10-31  | 6      | true              | East | w1
        r3          | again    | 2023-11-01  | 2A     | false             | West |
        r4          | longago  | 2022-10-31  | 6      | false             | East | w1
        r5          | longago  | 2023-11-01  | 6      |                   | East | w1
        r6          | twice    | 2023-12-01  | 6      | false             | East | w1
        r7          | twice    | 2023-12-01  | 7      | false             | East | w1

        workers
        worker_id
        w1
        """,
        as_at=AS_AT,
    ).store
    dated, source, nfa, number = (
        "Date of referral", "Referral Source", "Referral NFA?", "Number of Referrals in Last 12 Months",
    )  # fmt: skip
    assert rows(store, 3) == [
        # r1 lies within 12 months: "within" includes the anniversary itself
        {CHILD: "again", dated: day("2023-10-31"), source: "q) 6: Police", nfa: YES, number: 1, TEAM: "East", WORKER: "w1"},
        {CHILD: "again", dated: day("2023-11-01"), source: "e) 2A: Schools", nfa: NO, number: 2, TEAM: "West"},
        {CHILD: "longago", dated: day("2023-11-01"), source: "q) 6: Police", number: 0, TEAM: "East", WORKER: "w1"},
        # of one day: not before each other
        {CHILD: "twice", dated: day("2023-12-01"), source: "q) 6: Police", nfa: NO, number: 0, TEAM: "East", WORKER: "w1"},
        {CHILD: "twice", dated: day("2023-12-01"), source: "r) 7: Other legal agency", nfa: NO, number: 0, TEAM: "East",
         WORKER: "w1"},
    ]  # fmt: skip


def test_a_merged_identity_is_one_child_for_what_came_before() -> None:
    store = given(
        """
        child_links
        child_id | linked_child_id
        old      | new

        referrals
        child_id | received_on
        old      | 2023-10-10
        new      | 2024-01-10
        """,
        as_at=AS_AT,
    ).store
    assert column(store, 3, "Number of Referrals in Last 12 Months") == {"old": 0, "new": 1}


def test_assessments_in_the_window_with_what_they_found() -> None:
    store = given(
        """
        children
        child_id | disabled
        c1       | true
        c2       |
        c3       |
        c4       | false

        disabilities
        child_id | disability
        c2       | HAND
        c3       | NONE

        assessments
        assessment_id | child_id | started_on | completed_on | outcome           | no_further_action | child_seen
        a0            | c1       | 2023-06-01 | 2023-09-30   | child_in_need     | false             | true
        a1            | c1       | 2023-06-01 | 2023-10-01   | child_in_need     | false             | true
        a2            | c2       | 2023-10-01 | 2024-03-31   | early_help        | false             | false
        a3            | c3       | 2021-10-01 |              |                   |                   |
        a4            | c4       | 2024-03-01 | 2024-04-01   | child_in_need     | false             | true
        a5            | c5       | 2024-03-01 | 2024-03-20   | no_further_action | true              | true
        """,
        as_at="2024-06-30",
    ).store
    start, end = "Continuous Assessment Start Date", "Continuous Assessment Date of Authorisation"
    seen, needs = "Child Seen During Continuous Assessment", (
        "Was the child assessed as requiring LA children's social care support?"
    )  # fmt: skip
    assert rows(store, 4, AS_AT) == [
        {CHILD: "c1", DISABLED: YES, start: day("2023-06-01"), end: day("2023-10-01"), seen: YES, needs: YES},
        {CHILD: "c2", DISABLED: YES, start: day("2023-10-01"), end: day("2024-03-31"), seen: NO, needs: NO},
        {CHILD: "c3", DISABLED: NO, start: day("2021-10-01")},
        # authorised the day after: on the day it was open, and what it found was not known
        {CHILD: "c4", DISABLED: NO, start: day("2024-03-01"), seen: YES},
        {CHILD: "c5", start: day("2024-03-01"), end: day("2024-03-20"), seen: YES, needs: NO},
    ]


def test_an_open_assessment_is_shown_under_those_who_hold_the_child_and_a_completed_one_under_its_own() -> None:
    store = given(
        """
        assessments
        child_id | started_on | completed_on | team  | worker_id
        open     | 2024-03-01 | 2024-04-01   | Front | w1
        done     | 2024-03-01 | 2024-03-31   | Front | w1

        workers
        worker_id
        w1
        w2

        allocations
        child_id | worker_id | role          | team | started_on
        open     | w2        | social_worker | East | 2024-03-15
        done     | w2        | social_worker | East | 2024-03-15
        """,
        as_at="2024-06-30",
    ).store
    assert column(store, 4, TEAM, AS_AT) == {"open": "East", "done": "Front"}
    assert column(store, 4, WORKER, AS_AT) == {"open": "w2", "done": "w1"}


ENQUIRIES = """
    strategy_discussions
    discussion_id | child_id | held_on
    d1            | c2       | 2024-01-09

    s47_enquiries
    enquiry_id | child_id | strategy_discussion_on | discussion_id | started_on | completed_on | outcome           | team
    e0         | c1       | 2023-09-30             |               | 2023-10-01 | 2023-10-20   | no_further_action | East
    e1         | c1       | 2023-10-01             |               | 2023-10-02 | 2023-10-20   | no_further_action | East
    e2         | c2       |                        | d1            | 2024-01-10 | 2024-01-20   | icpc              | West
    e3         | c3       |                        |               | 2024-03-31 |              |                   | West
    e4         | c4       |                        |               | 2024-03-01 | 2024-03-09   | icpc              | West

    cp_conferences
    conference_id | child_id | enquiry_id | held_on    | plan_agreed | transfer_in
    k1            | c2       | e2         | 2024-01-31 | true        | false
    k2            | c2       |            | 2023-01-09 | false       | false
    k3            | c2       |            | 2023-01-08 | true        | false
    k4            | c2       |            | 2023-05-05 | true        | true
    k5            | c4       | e4         | 2024-04-02 | true        | false
"""


def test_section_47_enquiries_are_dated_by_their_strategy_discussion() -> None:
    store = given(ENQUIRIES, as_at="2024-06-30").store
    began = "Strategy discussion initiating Section 47 Enquiry Start Date"
    unnecessary = "Was an Initial Child Protection Conference deemed unnecessary?"
    held = "Date of Initial Child Protection Conference"
    plan = "Did the Initial Child Protection Conference Result in a Child Protection Plan"
    enquiries = "Number of Section 47 Enquiries in the last 12 months"
    conferences = "Number of ICPCs in the last 12 months"
    assert rows(store, 5, AS_AT) == [
        {CHILD: "c1", began: day("2023-10-01"), unnecessary: YES, enquiries: 1, conferences: 0, TEAM: "East"},
        # k2 was held 12 months before to the day, k3 a day earlier; k4 came with the child from elsewhere
        {CHILD: "c2", began: day("2024-01-09"), unnecessary: NO, held: day("2024-01-31"), plan: YES, enquiries: 0,
         conferences: 1, TEAM: "West"},
        {CHILD: "c3", began: day("2024-03-31"), enquiries: 0, conferences: 0, TEAM: "West"},
        # its conference is not yet held: neither the date nor the decision is known
        {CHILD: "c4", began: day("2024-03-01"), unnecessary: NO, enquiries: 0, conferences: 0, TEAM: "West"},
    ]  # fmt: skip
