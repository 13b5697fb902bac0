"""Why: the reference is right only as far as it has been held against cases worked by hand from the rules."""

from __future__ import annotations

from fractions import Fraction

import pytest
from casetally.definitions import load_library
from casetally.language import Scope
from casetally.language.expressions import check_text

from reference.by_hand import CARE, counted, day, figure, on, world
from reference.evaluate import Reading
from reference.record_sets import ROWS_OF
from reference.world import Row, person_ids


def test_45_working_days_from_3_april_end_on_12_june() -> None:
    """Good Friday, Easter Monday, three May bank holidays: 12 June is in time and 13 June is not."""
    rows = [{"started_on": "2023-04-03", "completed_on": end} for end in ("2023-06-12", "2023-06-13")]
    assert counted(world(assessments=rows), "assessment_45wd", "2023-06") == (1, 2)


def test_a_plan_that_ends_on_31_march_is_not_open_on_31_march() -> None:
    rows = [{"started_on": "2024-03-31", "ended_on": end} for end in ("2024-03-31", None)]
    assert counted(world(cp_plans=rows), "cp_plans_open", "2024-03") == (1, None)


@pytest.mark.parametrize(
    ("first", "again", "expected"),
    [
        ("2022-05-10", "2023-05-10", 1),  # the anniversary is within
        ("2022-05-09", "2023-05-10", 0),
        ("2023-05-10", "2023-05-10", 0),  # two on one day are no re-referrals of each other
        ("2020-02-29", "2021-02-28", 1),  # held back to the end of February
        ("2020-02-29", "2021-03-01", 0),
    ],
)
def test_a_rereferral_within_12_months_includes_the_anniversary(first: str, again: str, expected: int) -> None:
    rows = [{"received_on": first}, {"received_on": again}]
    assert counted(world(referrals=rows), "rereferrals_12m", again[:7])[0] == expected


@pytest.mark.parametrize(
    ("closed", "expected"), [("2023-05-10", 1), ("2023-05-11", 0), ("2022-05-10", 1), ("2022-05-09", 0)]
)
def test_a_rereferral_after_closure_counts_from_the_day_the_episode_closed(closed: str, expected: int) -> None:
    rows = [{"received_on": "2021-01-04", "closed_on": closed}, {"received_on": "2023-05-10"}]
    assert counted(world(referrals=rows), "rereferrals_12m_after_closure", "2023-05") == (expected, 1)


def test_an_undecided_referral_is_over_3_days_once_more_than_3_working_days_have_passed() -> None:
    """From Wednesday 5 April 2023 over Easter: the third working day ends with Wednesday 12 April."""
    rows = [{"received_on": "2023-04-05"}]
    early, late = world("2023-04-12", referrals=rows), world("2023-04-13", referrals=rows)
    assert counted(early, "referral_decision_over_3wd", "2023-04") == (0, 1)
    assert counted(late, "referral_decision_over_3wd", "2023-04") == (1, 1)


@pytest.mark.parametrize(
    ("enquiry", "held", "expected"),
    [
        ({"started_on": "2023-05-02"}, "2023-05-24", 1),  # 8 May 2023 was a bank holiday
        ({"started_on": "2023-05-02"}, "2023-05-25", 0),
        ({"started_on": "2023-05-10", "strategy_discussion_on": "2023-05-02"}, "2023-05-25", 0),
        ({"started_on": "2023-05-02", "discussion_id": "strategy_discussions-1"}, "2023-05-25", 1),
        ({"started_on": "2023-05-25"}, "2023-05-24", 0),  # held before its clock starts
        (None, "2023-05-24", 0),
    ],
)
def test_a_conference_is_due_15_working_days_after_the_strategy_discussion(
    enquiry: Row | None, held: str, expected: int
) -> None:
    of = world(
        strategy_discussions=[{"held_on": "2023-05-03"}],
        s47_enquiries=[enquiry] if enquiry else [],
        cp_conferences=[{"held_on": held, "enquiry_id": "s47_enquiries-1"}],
    )
    assert counted(of, "icpc_15wd", "2023-05") == (expected, 1)


def test_an_enquiry_without_an_investigation_counts_as_its_own() -> None:
    """Even where its number is that of somebody else's investigation."""
    rows = [
        {"enquiry_id": "A", "started_on": "2023-05-02", "investigation_id": "B"},
        {"enquiry_id": "B", "started_on": "2023-05-03"},
        {"enquiry_id": "C", "started_on": "2023-05-03", "investigation_id": "B"},
    ]
    assert counted(world(s47_enquiries=rows), "s47_started_investigations", "2023-05") == (2, None)


def test_another_authoritys_plan_is_no_earlier_plan_here() -> None:
    other = {"started_on": "2022-01-01", "ended_on": "2022-06-01", "other_authority": True}
    here = {"started_on": "2020-01-01", "ended_on": "2021-05-10"}
    again = {"started_on": "2023-05-10"}
    assert counted(world(cp_plans=[other, again]), "cp_plan_repeat_2y", "2023-05") == (0, 1)
    assert counted(world(cp_plans=[here, again]), "cp_plan_repeat_2y", "2023-05") == (1, 1)
    assert counted(world(cp_plans=[here, {"started_on": "2023-05-11"}]), "cp_plan_repeat_2y", "2023-05") == (0, 1)


def test_ten_working_days_since_31_march_2023_end_on_17_april() -> None:
    plan, visit = {"plan_id": "A", "started_on": "2023-01-09"}, {"plan_id": "A", "visited_on": "2023-03-31"}
    early, late = (world(end, cp_plans=[plan], cp_visits=[visit]) for end in ("2023-04-18", "2023-04-19"))
    assert counted(early, "cp_visit_10wd", "2023-04") == (1, 1)
    assert counted(late, "cp_visit_10wd", "2023-04") == (0, 1)


def test_each_visit_of_one_day_has_its_own_clock() -> None:
    rows = [{"plan_id": "A", "visit_id": number, "visited_on": "2023-05-10"} for number in "21"]
    of = world(cp_plans=[{"plan_id": "A", "started_on": "2023-05-01"}], cp_visits=rows)
    made = {row["visit_id"]: row["clock_from"] for row in ROWS_OF["cp_visits_made"](of)}
    assert made == {"1": day("2023-05-01"), "2": day("2023-05-10")}


def test_a_plan_whose_first_review_was_late_stays_late() -> None:
    """Due 3 months after 30 November 2022: on 28 February 2023."""
    plan = {"plan_id": "A", "started_on": "2022-11-30"}
    for held, late, next_due in (("2023-02-28", False, "2023-08-28"), ("2023-03-01", True, "2023-09-01")):
        of = world(cp_plans=[plan], cp_reviews=[{"plan_id": "A", "held_on": held}])
        row = on(of, "cp_plan_review_spells", "2023-05-01")
        assert (row["late_so_far"], row["next_due_on"]) == (late, day(next_due))


def test_a_child_in_need_is_seen_under_any_of_its_ids() -> None:
    of = world(
        child_links=[{"child_id": "new", "linked_child_id": "child"}],
        cin_plans=[{"child_id": "new", "started_on": "2023-01-09"}],
        cin_visits=[{"visited_on": "2023-03-20"}],
    )
    assert on(of, "cin_plan_visit_spells", "2023-03-31")["last_visit_on"] == day("2023-03-20")


def test_linked_ids_are_one_person_through_others() -> None:
    links = [{"child_id": "d", "linked_child_id": "c"}, {"child_id": "b", "linked_child_id": "d"}]
    assert person_ids(links) == {"b": "b", "c": "b", "d": "b"}


def test_a_care_leaver_is_as_last_recorded() -> None:
    records = [{"recorded_on": "2023-01-10", "in_touch": "YES"}, {"recorded_on": "2023-04-01", "in_touch": "NO"}]
    of = world(care_leavers=[{"started_on": "2022-01-01"}, {"started_on": None}], care_leaver_contacts=records)
    assert counted(of, "care_leavers_in_touch", "2023-03") == (1, 1)
    assert counted(of, "care_leavers_in_touch", "2023-04") == (0, 1)


def test_a_child_whose_family_is_not_known_is_a_family() -> None:
    of = world(
        children=[{"child_id": "a", "family_id": "F"}, {"child_id": "b", "family_id": "F"}, {"child_id": "F"}],
        early_help_episodes=[{"child_id": child, "started_on": "2023-01-01"} for child in ("a", "b", "F")],
    )
    assert counted(of, "early_help_families_open", "2023-03") == (2, None)


def test_an_interview_offered_72_hours_after_the_return_is_in_time() -> None:
    for offered, expected in (("2023-05-04T10:00:00", 1), ("2023-05-04T10:00:01", 0)):
        episode = {
            "started_at": "2023-04-30T23:59:00",
            "ended_at": "2023-05-01T10:00:00",
            "interview_offered_at": offered,
        }
        assert counted(world(missing_episodes=[episode]), "missing_interview_72h", "2023-04") == (expected, 1)


@pytest.mark.parametrize(
    ("born", "band"),
    [
        ("2023-06-15", "under 1"),  # not yet born
        ("2007-02-28", "16 and over"),
        ("2008-02-29", "10 to 15"),
        ("2018-03-31", "5 to 9"),
        ("2018-04-01", "1 to 4"),
        (None, "unknown"),
    ],
)
def test_age_bands_on_31_march_2023(born: str | None, band: str) -> None:
    of = world(children=[{"date_of_birth": born}], cp_plans=[{"started_on": "2023-01-01"}])
    assert counted(of, "cp_plans_open", "2023-03", group=band) == (1, None)


def test_a_stock_belongs_to_the_team_allocated_on_the_day() -> None:
    allocations = [
        {"role": "social_worker", "worker_id": "w", "team": "First", "started_on": "2023-01-01"},
        {
            "role": "social_worker",
            "worker_id": "w",
            "team": "Last",
            "started_on": "2023-02-01",
            "ended_on": "2023-04-30",
        },
        {"role": "social_worker", "worker_id": "w", "team": None, "started_on": "2023-03-01"},
        {"role": "reviewing_officer", "worker_id": "w", "team": "Review", "started_on": "2023-03-02"},
    ]
    of = world(cp_plans=[{"started_on": "2023-01-01", "team": "Own"}], allocations=allocations)
    assert counted(of, "cp_plans_open", "2023-03", group="Last") == (1, None)
    assert counted(of, "cp_plans_open", "2023-04", group="First") == (1, None)
    assert counted(of, "cp_plans_started", "2023-01", group="Own") == (1, None)


def test_a_rate_uses_the_estimate_of_the_middle_of_the_year_before() -> None:
    """The year ending 31 March 2024 uses mid-2023, else the latest before it, in the greatest vintage."""
    populations = [
        {"authority": "E1", "mid_year": year, "vintage": vintage, "population": people}
        for year, vintage, people in ((2022, "a", 1000), (2022, "b", 2000), (2023, "a", 4000), (2024, "a", 8000))
    ]
    of = world(referrals=[{"received_on": "2024-03-01"}, {"received_on": "2023-03-31"}], populations=populations)
    assert figure(of, "referrals_rate", "2024-03")["value"] == Fraction(10000, 4000)
    assert figure(of, "referrals_rate", "2023-03")["value"] == Fraction(10000, 2000)
    assert figure(of, "referrals_rate", "2022-03")["status"] == "not_available"


def test_a_figure_is_provisional_while_a_clock_of_its_rows_runs() -> None:
    """20 working days from 28 February 2023 end with 28 March; a period that is not over is provisional too."""
    for run, expected in (("2023-03-28", "provisional"), ("2023-03-29", "final")):
        of = world(run, care_periods=[{**CARE, "started_on": "2023-02-28"}])
        assert figure(of, "cla_iha_20wd", "2023-02")["maturity"] == expected
        assert figure(of, "cla_iha_20wd", "2023-03")["maturity"] == "provisional"


def test_a_look_back_before_the_records_begin_is_of_short_history() -> None:
    of = world(referrals=[{"received_on": "2022-04-02"}, {"received_on": "2023-04-30"}])
    assert figure(of, "rereferrals_12m", "2023-04")["maturity"] == "short_history"
    assert figure(of, "rereferrals_12m", "2023-05")["maturity"] == "final"
    assert figure(of, "referrals_received", "2023-04")["maturity"] == "final"


def test_no_denominator_is_not_applicable_and_not_zero() -> None:
    one = figure(world(), "rereferrals_12m", "2023-04")
    assert (one["numerator"], one["denominator"], one["value"], one["status"]) == (0, 0, None, "not_applicable")


def test_an_average_keeps_its_sum_and_its_rows() -> None:
    of = world(
        care_periods=[{**CARE, "started_on": "2022-01-01", "ended_on": "2023-05-31", "end_reason": "E11"}],
        permanence=[{**CARE, "placed_on": "2022-01-31"}, {"placed_on": "2023-06-01"}],
    )
    assert counted(of, "adoption_days_to_placement", "2023-05") == (30, 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("unknown = 1 or 1 = 1", True),
        ("unknown = 1 and 1 = 2", False),
        ("unknown = 1 and 1 = 1", None),
        ("not (unknown = 1)", None),
        ("1 in (2, null)", None),
        ("1 in (1, null)", True),
        ("1 not in (2, null)", None),
        ("3 between 4 and unknown", False),
        ("4 between 4 and unknown", None),
        ("unknown is null and 1 is not null", True),
        ("case when unknown = 1 then 1 = 1 else 1 = 2 end", False),
        ("working_days(date '2023-04-06', as_at) = 1", True),
        ("date '2023-04-01' + 10 = as_at", True),
        ("coalesce(unknown, 2) * -3 = -6", True),
        ("limit('assessment_working_days', date '2013-04-14') is null", True),
    ],
)
def test_unknown_is_neither_true_nor_false(text: str, expected: bool | None) -> None:
    """Three-valued logic, on 11 April 2023."""
    limits = frozenset(load_library().limits)
    tree = check_text(text, Scope({"unknown": "integer"}, frozenset({"as_at"}), limits), "boolean").tree
    assert Reading(world(), {"as_at": day("2023-04-11")}).value(tree, {"unknown": None}) is expected
