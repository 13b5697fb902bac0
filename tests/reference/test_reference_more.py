"""Why: the reference of the local measures for looked after children is held against cases worked by hand from the rules."""

from __future__ import annotations

from reference.by_hand import CARE, counted, figure, on, world

PERIOD = {**CARE, "started_on": "2022-01-01"}
BORN = {"child_id": "child", "date_of_birth": "2012-01-10"}


def test_a_status_that_ends_with_care_was_open_on_the_day_before() -> None:
    ends = [{**CARE, "started_on": "2022-01-01", "ended_on": "2023-06-10", "end_reason": "E17"}]
    with_it = [{"status": "uasc", "started_on": "2022-01-01", "ended_on": "2023-06-10"}]
    before = [{"status": "uasc", "started_on": "2022-01-01", "ended_on": "2023-06-09"}]
    assert counted(world(care_periods=ends, immigration_statuses=with_it), "cla_ceased_not_uasc", "2023-06") == (
        0,
        None,
    )
    assert counted(world(care_periods=ends, immigration_statuses=before), "cla_ceased_not_uasc", "2023-06") == (1, None)
    of = world(care_periods=ends, immigration_statuses=with_it)
    assert figure(of, "cla_ceased", "2023-06", group="UASC turned 18")["numerator"] == 1


def test_of_two_legal_statuses_the_later_started_holds() -> None:
    statuses = [{"status": "V2", "started_on": "2022-01-01"}, {"status": "C2", "started_on": "2022-03-01"}]
    of = world(care_periods=[PERIOD], legal_statuses=statuses)
    assert on(of, "looked_after_legal_spells", "2022-02-28")["status"] == "V2"
    assert on(of, "looked_after_legal_spells", "2022-03-01")["status"] == "C2"


def test_a_check_falls_due_by_the_latest_before_april_whatever_came_since() -> None:
    checks = [
        {"type": "review_health", "status": "completed", "completed_on": "2022-06-30"},
        {"type": "review_health", "status": "completed", "completed_on": "2023-04-20"},
    ]
    of = world(care_periods=[PERIOD], children=[BORN], health_checks=checks)
    row = on(of, "looked_after_checks_due_spells", "2023-05-31")
    assert str(row["health_due_on"]) == "2023-06-30"
    assert str(row["dental_due_on"]) == "2022-01-01"  # none before April: due at once
    assert counted(of, "cla_health_due_completed", "2023-05") == (0, 0)
    assert counted(of, "cla_health_due_completed", "2023-06") == (1, 1)


def test_one_late_review_since_april_is_enough() -> None:
    held = ["2022-01-20", "2022-04-20", "2022-10-21", "2023-04-21"]  # the third is a day late, the fourth in time
    reviews = [{**CARE, "review_id": day, "held_on": day} for day in held]
    of = world(care_periods=[PERIOD], care_reviews=reviews)
    assert counted(of, "cla_children_reviewed_in_time", "2023-03") == (0, 1)
    assert counted(of, "cla_children_reviewed_in_time", "2023-04") == (1, 1)


def test_one_looked_after_with_leaving_care_support_counts_once() -> None:
    of = world(
        care_periods=[PERIOD],
        children=[{"child_id": "child", "date_of_birth": "2006-01-10"}],
        care_leavers=[{"started_on": "2022-06-01"}],
        pathway_plans=[{"authorised_on": "2023-06-30"}],
    )
    assert counted(of, "pathway_plan_in_place", "2023-05") == (0, 1)
    assert counted(of, "pathway_plan_in_place", "2023-06") == (1, 1)


def test_the_cohort_is_the_age_reached_on_the_31_march_after() -> None:
    of = world(
        children=[{"child_id": "child", "date_of_birth": "2005-03-31"}],
        care_leavers=[{"started_on": "2023-03-31", "eligibility": "former_relevant"}],
        care_leaver_contacts=[{"recorded_on": "2023-04-01", "activity": "G5"}],
    )
    assert counted(of, "care_leavers_19_21_at_31_march_neet", "2023-03") == (0, 0)  # 18 on 31 March 2023
    assert counted(of, "care_leavers_19_21_at_31_march_neet", "2023-04") == (1, 1)  # 19 on 31 March 2024
