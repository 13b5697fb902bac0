"""Why: a source tells of some days and not of others, and a nought for a day it does not tell of would pass for a fact."""

from __future__ import annotations

import datetime as dt

import pytest
from casetally.errors import CallError
from casetally.figures.cases import list_cases
from casetally.figures.support import support_table
from casetally.periods import month
from casetally.sources.delivery import Reach

from spec.tables import Given, expect, given

ONE_YEAR = Reach(since=dt.date(2023, 4, 1), until=dt.date(2024, 3, 31))


def _support(rows: Given, indicator: str) -> dict[str, str]:
    return support_table(rows.store, rows.library).filter(indicator=indicator).row(0, named=True)


def test_events_are_counted_in_periods_that_the_source_tells_whole() -> None:
    census = given(
        """
        referrals
        referral_id | child_id | received_on
        r1          | c1       | 2023-02-10
        r2          | c2       | 2023-04-01
        r3          | c3       | 2024-03-31
        """,
        as_at="2024-04-30",
        reach={"referrals": ONE_YEAR},
    )
    expect(
        census.figures("referrals_received"),
        """
        basis             | period     | numerator | status
        month             | 2023-02    |           | not_available
        month             | 2023-04    | 1         | calculated
        month             | 2023-05    | 0         | calculated
        month             | 2024-03    | 1         | calculated
        month             | 2024-04    |           | not_available
        rolling_12_months | 2024-02    |           | not_available
        rolling_12_months | 2024-03    | 2         | calculated
        """,
    )
    assert _support(census, "referrals_received")["told"] == "from 2023-04-01 to 2024-03-31"


def test_what_is_open_is_told_from_the_eve_of_the_first_day_to_the_last() -> None:
    """A plan open on the eve was open on the first day, or ended on it: the source tells of it either way."""
    census = given(
        """
        cp_plans
        plan_id | child_id | started_on | ended_on
        p1      | c1       | 2022-01-05 | 2023-04-01
        p2      | c2       | 2023-06-01 |
        """,
        as_at="2024-04-30",
        reach={"cp_plans": ONE_YEAR},
    )
    expect(
        census.figures("cp_plans_open"),
        """
        period  | numerator | status
        2023-02 |           | not_available
        2023-03 | 1         | calculated
        2023-04 | 0         | calculated
        2024-03 | 1         | calculated
        2024-04 |           | not_available
        """,
    )


def test_a_rule_that_looks_back_is_short_of_history_from_the_first_day_told() -> None:
    """An old referral that was still open is told, but not those that were closed: a year's history begins on the first day."""
    census = given(
        """
        referrals
        referral_id | child_id | received_on
        r1          | c1       | 2019-02-10
        r2          | c2       | 2024-03-10
        r3          | c3       | 2024-04-10
        """,
        as_at="2024-04-30",
        reach={"referrals": Reach(since=dt.date(2023, 4, 1))},
    )
    expect(
        census.figures("rereferrals_12m"),
        """
        period  | numerator | denominator | maturity
        2024-03 | 0         | 1           | short_history
        2024-04 | 0         | 1           | final
        """,
    )


LATEST_VISITS = """
    cp_plans
    plan_id | child_id | started_on | ended_on
    p1      | c1       | 2023-01-05 |
    p2      | c2       | 2023-01-05 |

    cp_visits
    visit_id | plan_id | child_id | visited_on
    v1       | p1      | c1       | 2024-01-25
    v2       | p2      | c2       | 2023-12-01
    """


def test_of_the_latest_visits_alone_only_the_as_at_date_can_be_told() -> None:
    listed = given(LATEST_VISITS, as_at="2024-01-31", reach={"cp_visits": Reach(latest_only=True)})
    expect(
        listed.figures("cp_visit_10wd"),
        """
        period  | numerator | denominator | status
        2023-12 |           |             | not_available
        2024-01 | 1         | 2           | calculated
        """,
    )
    assert _support(listed, "cp_visit_10wd")["told"] == "on the as-at date only"


def test_what_needs_the_visits_before_the_latest_is_not_available() -> None:
    listed = given(LATEST_VISITS, as_at="2024-01-31", reach={"cp_visits": Reach(latest_only=True)})
    expect(
        listed.figures("cp_visits_made_10wd"),
        """
        period  | numerator | denominator | status
        2024-01 |           |             | not_available
        """,
    )
    why = _support(listed, "cp_visits_made_10wd")
    assert (why["support"], why["lacking"]) == ("not available", "cp_visits (only the latest of each is told)")
    with pytest.raises(CallError, match=r"cp_visits \(only the latest of each is told\)"):
        list_cases(
            listed.store,
            listed.library,
            listed.library.indicator("cp_visits_made_10wd"),
            month(dt.date(2024, 1, 31)),
        )


def test_a_latest_visit_after_the_as_at_date_hides_the_one_before() -> None:
    listed = given(LATEST_VISITS, as_at="2024-01-20", reach={"cp_visits": Reach(latest_only=True, later=True)})
    expect(
        listed.figures("cp_visit_10wd"),
        """
        period  | numerator | denominator | status
        2024-01 |           |             | not_available
        """,
    )
    assert "some after the as-at date" in _support(listed, "cp_visit_10wd")["lacking"]


def test_when_a_child_was_last_seen_needs_the_visits_before_an_unseen_one() -> None:
    listed = given(LATEST_VISITS, as_at="2024-01-31", reach={"cp_visits": Reach(latest_only=True)})
    assert _support(listed, "cp_seen_10wd")["support"] == "not available"
    assert _support(listed, "cp_visit_10wd")["support"] != "not available"


def test_of_days_alone_no_hours_can_be_told() -> None:
    returned = given(
        """
        missing_episodes
        child_id | started_at | ended_at
        c1       | 2024-01-05 | 2024-01-05
        """,
        as_at="2024-01-31",
        reach={"missing_episodes": Reach(days_only=True)},
    )
    expect(
        returned.figures("missing_episodes", "missing_under_12h"),
        """
        indicator         | period  | numerator | status
        missing_episodes  | 2024-01 | 1         | calculated
        missing_under_12h | 2024-01 |           | not_available
        """,
    )
    why = _support(returned, "missing_under_12h")["lacking"]
    assert why == "missing_episodes (moments are known to the day only)"


def test_what_asks_for_a_code_that_the_source_can_not_say_is_not_available() -> None:
    """A system without a word for early help tells none of it, and none is not nought."""
    told = given(
        """
        contacts
        contact_id | child_id | received_on | outcome
        k1         | c1       | 2024-01-05  | social_care
        """,
        as_at="2024-01-31",
        reach={"contacts": Reach(untold=frozenset({("outcome", "early_help")}))},
    )
    expect(
        told.figures("contacts_to_social_care", "contacts_to_early_help"),
        """
        indicator               | period  | numerator | status
        contacts_to_social_care | 2024-01 | 1         | calculated
        contacts_to_early_help  | 2024-01 |           | not_available
        """,
    )
    assert _support(told, "contacts_to_early_help")["lacking"] == "contacts.outcome (it never says 'early_help')"


def test_reviews_that_name_no_child_are_counted_by_their_period_of_care() -> None:
    named = given(
        """
        care_periods
        care_period_id | child_id | started_on | ended_on
        k1             | c1       | 2023-01-02 |

        care_reviews
        review_id | care_period_id | held_on
        r1        | k1             | 2023-01-20
        """,
        as_at="2024-01-31",
        only_these_columns=True,
    )
    expect(
        named.figures("cla_reviews_held_in_time"),
        """
        period  | numerator | denominator
        2023-01 | 1         | 1
        """,
    )


def test_groups_by_age_at_the_start_need_starts_that_were_told() -> None:
    returned = given(
        """
        care_periods
        care_period_id | child_id | started_on
        k1             | c1       | 2019-01-02
        """,
        as_at="2024-01-31",
        reach={"care_periods": Reach(since=dt.date(2022, 4, 1), starts_cut=True)},
    )
    assert _support(returned, "cla_open")["support"] != "not available"
    assert _support(returned, "cla_by_age_at_start")["lacking"] == (
        "care_periods.started_on (what began before the first day told has no known start)"
    )


def test_who_is_older_than_a_source_tells_of_is_not_nought() -> None:
    returned = given(
        """
        care_leavers
        child_id | started_on
        c1       | 2019-01-02
        """,
        as_at="2024-03-31",
        reach={"care_leavers": Reach(oldest=21)},
    )
    assert _support(returned, "care_leavers_22_25_at_31_march")["lacking"] == "care_leavers (nobody over 21 is told)"
    assert _support(returned, "care_leavers_19_21_at_31_march")["support"] != "not available"


def test_records_of_looked_after_children_alone_say_nothing_of_the_others() -> None:
    returned = given(
        """
        missing_episodes
        child_id | started_at          | ended_at
        c1       | 2024-01-05T10:00:00 | 2024-01-05T12:00:00

        care_periods
        care_period_id | child_id | started_on
        k1             | c1       | 2023-01-02
        """,
        as_at="2024-01-31",
        reach={"missing_episodes": Reach(looked_after_only=True)},
    )
    expect(
        returned.figures("missing_episodes", "missing_children_looked_after_repeat", "cla_open"),
        """
        indicator                            | period  | numerator | status
        missing_episodes                     | 2024-01 |           | not_available
        missing_children_looked_after_repeat | 2024-01 | 0         | calculated
        cla_open                             | 2024-01 | 1         | calculated
        """,
    )
    assert _support(returned, "missing_episodes")["lacking"] == "missing_episodes (only of looked after children)"
