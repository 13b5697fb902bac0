"""Why: a run speaks for one day; from today's export a past month is recomputed by its as-at date alone (rules: Time)."""

from __future__ import annotations

import polars as pl

from spec.tables import Given, expect, given

EXPORT = """
    cp_plans
    plan_id | child_id | started_on | ended_on
    1       | ann      | 2023-01-10 | 2023-06-20
    2       | ben      | 2023-06-10 |
    3       | cat      | 2023-06-21 |

    cp_visits
    plan_id | child_id | visited_on
    1       | ann      | 2023-06-12
    2       | ben      | 2023-06-26
    """


def _as_at(day: str) -> Given:
    return given(EXPORT, as_at=day)


def test_what_begins_after_the_day_is_not_yet_known_and_what_ends_after_it_is_still_open() -> None:
    expect(
        _as_at("2023-06-15").figures("cp_plans_open", "cp_plans_started", "cp_plans_ended", "cp_visit_10wd"),
        """
        indicator        | period  | numerator | denominator
        cp_plans_open    | 2023-06 | 2         |
        cp_plans_started | 2023-06 | 1         |
        cp_plans_ended   | 2023-06 | 0         |
        cp_visit_10wd    | 2023-06 | 2         | 2
        """,
    )
    expect(  # ben was visited on the 26th; cat's plan of the 21st is due a visit by 5 July
        _as_at("2023-06-30").figures("cp_plans_open", "cp_plans_started", "cp_plans_ended", "cp_visit_10wd"),
        """
        indicator        | period  | numerator | denominator
        cp_plans_open    | 2023-06 | 2         |
        cp_plans_started | 2023-06 | 2         |
        cp_plans_ended   | 2023-06 | 1         |
        cp_visit_10wd    | 2023-06 | 2         | 2
        """,
    )


def test_rows_not_yet_known_are_counted_as_such_without_a_finding() -> None:
    known = _as_at("2023-06-15").checked
    plans = known.ledger.filter(pl.col("file") == "cp_plans.csv").drop("file").row(0, named=True)
    assert plans == {"rows": 3, "accepted": 2, "superseded": 0, "not_yet_known": 1, "set_aside": 0}
    assert known.findings.is_empty()


def test_past_months_do_not_change_with_a_later_as_at_date() -> None:
    earlier, later = (
        _as_at(day).figures("cp_plans_open", "cp_plans_started", "cp_visit_10wd").filter(pl.col("period") == "2023-05")
        for day in ("2023-06-15", "2023-06-30")
    )
    assert earlier.equals(later)


def test_a_decision_that_came_later_is_not_known_on_the_earlier_day() -> None:
    referral = "referrals\nreceived_on | decided_on\n2023-06-15 | 2023-06-16"
    for day, decided in (("2023-06-15", 0), ("2023-06-16", 1)):
        expect(
            given(referral, as_at=day).figures("referral_decision_1wd"),
            f"""
            period  | numerator | denominator
            2023-06 | {decided} | 1
            """,
        )


def test_the_run_day_itself_may_decide_and_then_it_is_the_same_for_every_period() -> None:
    # over 3 working days: from Thursday 29 June the third is Tuesday 4 July
    referral = "referrals\nreceived_on\n2023-06-29"
    for day, over in (("2023-07-04", 0), ("2023-07-05", 1)):
        expect(
            given(referral, as_at=day).figures("referral_decision_over_3wd"),
            f"""
            period  | numerator | denominator
            2023-06 | {over}    | 1
            """,
        )
