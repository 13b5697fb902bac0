"""Why: each way of working a hidden count out is shown on a table that fits in the head."""

from __future__ import annotations

import pytest
from hidden_editions import library
from hypothesis import given, settings
from hypothesis import strategies as st
from made_tables import Table, hidden, known

SIZES = st.sampled_from([0, 0, 1, 2, 3, 5, 6, 8, 12, 40])


def test_one_to_five_are_hidden_and_nought_and_six_are_not() -> None:
    table: Table = {("referrals_received", f"month 2023-0{at}", ""): count for at, count in enumerate((0, 1, 5, 6), 4)}
    assert hidden(table) == {"referrals_received month 2023-05", "referrals_received month 2023-06"}


def test_a_share_is_hidden_with_its_few_above_its_few_below_and_its_few_left_over() -> None:
    table: Table = {
        ("referral_decision_1wd", "month 2023-04", ""): (4, 50),
        ("referral_decision_1wd", "month 2023-05", ""): (0, 5),
        ("referral_decision_1wd", "month 2023-06", ""): (137, 139),  # two were late
        ("referral_decision_1wd", "month 2023-07", ""): (139, 139),  # nobody was
        ("referral_decision_1wd", "month 2023-08", ""): (100, 139),
    }
    assert hidden(table) == {f"referral_decision_1wd month 2023-0{at}" for at in (4, 5, 6)}


def test_what_is_left_over_of_two_lines_is_told_too() -> None:
    """139 referrals in one line, 137 in time in the other: one of the two must go."""
    table: Table = {
        ("referrals_received", "month 2023-06", ""): 139,
        ("referral_decision_1wd", "month 2023-06", ""): (137, 139),
    }
    assert hidden(table) == {"referral_decision_1wd month 2023-06"}


def test_the_same_count_is_hidden_under_every_name() -> None:
    """April's year to date is April, and the referrals below the line are those received."""
    table: Table = {
        ("referrals_received", "month 2023-04", ""): 4,
        ("referrals_received", "year_to_date 2023-04", ""): 4,
        ("referral_decision_1wd", "month 2023-04", ""): (0, 4),
    }
    assert len(hidden(table)) == len(table)


def test_a_month_is_not_the_difference_of_two_years_to_date() -> None:
    table: Table = {
        ("referrals_received", "month 2023-04", ""): 12, ("referrals_received", "month 2023-05", ""): 3,
        ("referrals_received", "month 2023-06", ""): 9, ("referrals_received", "year_to_date 2023-05", ""): 15,
        ("referrals_received", "year_to_date 2023-06", ""): 24, ("referrals_received", "quarter 2023-06", ""): 24,
    }  # fmt: skip
    # with May alone hidden it would be 15 - 12, and 24 - 9 - 12: April goes too, and the two are 15 together
    assert hidden(table) == {"referrals_received month 2023-04", "referrals_received month 2023-05"}
    assert known(table) == {}


def test_a_month_that_is_not_shown_still_ties_a_quarter_to_a_year_to_date() -> None:
    """July to September less the year so far leaves nothing to tell: April to June is 30, and 33 less 30 is July."""
    table: Table = {
        ("referrals_received", "quarter 2023-06", ""): 30, ("referrals_received", "year_to_date 2023-07", ""): 33,
        ("referrals_received", "month 2023-07", ""): 3,
    }  # fmt: skip
    found = hidden(table)
    assert "referrals_received month 2023-07" in found
    assert found & {"referrals_received quarter 2023-06", "referrals_received year_to_date 2023-07"}


def test_twelve_months_to_one_month_and_to_the_next_differ_by_two_months() -> None:
    """To May 100, to June 102: June is two more than the June before, 8, and so not 10 for anyone to read."""
    months: Table = {("referrals_received", f"month {at}", ""): count for at, count in
                     {"2022-06": 8, "2023-06": 4}.items()}  # fmt: skip
    table: Table = {**months, ("referrals_received", "rolling_12_months 2023-05", ""): 100,
                    ("referrals_received", "rolling_12_months 2023-06", ""): 96}  # fmt: skip
    assert "referrals_received month 2023-06" in hidden(table)
    assert known(table) == {}


def test_a_group_is_not_the_whole_less_the_others() -> None:
    table: Table = {("referrals_received", "month 2023-05", group): count for group, count in
                    {"": 53, "sex=female": 30, "sex=male": 20, "sex=unknown": 3}.items()}  # fmt: skip
    assert hidden(table) == {
        "referrals_received month 2023-05 sex=unknown",
        "referrals_received month 2023-05 sex=male",
    }


def test_a_few_in_no_group_that_is_shown_are_not_left_to_be_told() -> None:
    """50 in all, 30 girls and 17 boys: three are of no known sex."""
    table: Table = {("referrals_received", "month 2023-05", group): count for group, count in
                    {"": 50, "sex=female": 30, "sex=male": 17}.items()}  # fmt: skip
    assert hidden(table)
    assert known(table) == {}


def test_who_left_is_not_told_by_who_is_there_and_who_came() -> None:
    """50 at the end of April, 9 came in May, 56 at its end: three left."""
    table: Table = {
        ("cla_open", "month 2023-04", ""): 50, ("cla_open", "month 2023-05", ""): 56,
        ("cla_started", "month 2023-05", ""): 9, ("cla_ceased", "month 2023-05", ""): 3,
    }  # fmt: skip
    found = hidden(table)
    assert "cla_ceased month 2023-05" in found
    assert len(found) > 1
    assert known(table) == {}


def test_who_meets_a_condition_and_who_does_not_make_the_whole() -> None:
    table: Table = {
        ("cla_started", "month 2023-05", ""): 15, ("cla_started_uasc", "month 2023-05", ""): 3,
        ("cla_started_not_uasc", "month 2023-05", ""): 12,
    }  # fmt: skip
    assert len(hidden(table)) == 2
    assert known(table) == {}


def test_room_for_six_is_room_enough() -> None:
    """Children missing are no more than their episodes, and there are six."""
    table: Table = {("missing_children", "month 2023-05", ""): 4, ("missing_episodes", "month 2023-05", ""): 6}
    assert hidden(table) == {"missing_children month 2023-05"}
    assert known(table) == {}


def test_children_once_each_are_no_fewer_than_in_any_month_of_the_period() -> None:
    """23 since April, 19 boys in May: so no more than 4 girls, even if the boys since April were hidden."""
    table: Table = {("missing_children", "year_to_date 2023-05", group): count for group, count in
                    {"": 23, "sex=female": 3, "sex=male": 20}.items()}  # fmt: skip
    table = {**table, ("missing_children", "month 2023-05", "sex=male"): 19}
    assert hidden(table) == {
        "missing_children year_to_date 2023-05 sex=female",
        "missing_children year_to_date 2023-05",
    }
    assert known(table) == {}


def test_episodes_are_no_fewer_than_the_children_that_they_are_of() -> None:
    """23 episodes, 19 boys missing: so no more than 4 episodes of girls, even if those of boys were hidden."""
    table: Table = {("missing_episodes", "month 2023-05", group): count for group, count in
                    {"": 23, "sex=female": 3, "sex=male": 20}.items()}  # fmt: skip
    table = {**table, ("missing_children", "month 2023-05", "sex=male"): 19}
    assert hidden(table) == {"missing_episodes month 2023-05 sex=female", "missing_episodes month 2023-05"}
    assert known(table) == {}


def test_a_mean_of_months_and_a_change_are_hidden_with_any_month_of_theirs() -> None:
    months: Table = {("cla_open", f"month 2023-0{at}", ""): count for at, count in enumerate((20, 21, 3), 4)}
    years: Table = {("cla_open", "month 2022-05", ""): 4, ("cla_open", "month 2022-04", ""): 30}
    more = [("cla_open", "mean_of_months", "quarter 2023-06"), ("cla_open", "change_on_year", "month 2023-05"),
            ("cla_open", "change_on_year", "month 2023-04")]  # fmt: skip
    assert hidden({**months, **years}, more) == {
        "cla_open month 2023-06", "cla_open month 2022-05", "cla_open mean_of_months quarter 2023-06",
        "cla_open change_on_year month 2023-05",
    }  # fmt: skip


def test_a_rate_is_hidden_with_its_count() -> None:
    table: Table = {
        ("cp_plans_rate", "month 2023-05", ""): (3, 20_000),
        ("cp_plans_rate", "month 2023-06", ""): (30, 20_000),
    }
    assert hidden(table) == {"cp_plans_rate month 2023-05"}


def test_a_percentage_that_an_authority_supplies_is_hidden_with_the_counts_that_it_declares_behind_it() -> None:
    """4 of 100 audits: 4%, and the 96 others are in three grades whose counts and percentages are shown."""
    counts = {"outstanding": 20, "good": 40, "requires improvement": 36, "inadequate": 4}
    table: Table = {
        (name, "month 2020-12", f"grade={grade}"): count
        for name in ("audits_by_grade", "audits_by_grade_percent")
        for grade, count in counts.items()
    }
    found = hidden(table, report=library().report("southampton-2020-12"))
    assert {
        "audits_by_grade month 2020-12 grade=inadequate",
        "audits_by_grade_percent month 2020-12 grade=inadequate",
    } < found
    assert len(found) > 2


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(SIZES, SIZES), min_size=3, max_size=6), st.booleans())
def test_no_made_up_months_of_a_share_give_a_count_away(counts: list[tuple[int, int]], by_sex: bool) -> None:
    """Months in time and late, the year to date after each, and boys and girls of the last."""
    table: dict[tuple[str, str, str], int | tuple[int, int]] = {}
    for at, (in_time, late) in enumerate(counts):
        month = f"2023-0{4 + at}"
        table["referral_decision_1wd", f"month {month}", ""] = in_time, in_time + late
        so_far = counts[: at + 1]
        table["referral_decision_1wd", f"year_to_date {month}", ""] = (
            sum(a for a, _ in so_far),
            sum(a + b for a, b in so_far),
        )
    if by_sex:
        (a, b), last = counts[-1], f"month 2023-0{3 + len(counts)}"
        table["referral_decision_1wd", last, "sex=female"] = a - a // 3, a - a // 3 + b - b // 2
        table["referral_decision_1wd", last, "sex=male"] = a // 3, a // 3 + b // 2
    assert known(table) == {}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(SIZES, SIZES), min_size=2, max_size=6), st.integers(0, 9))
def test_no_made_up_months_of_comings_and_goings_give_a_count_away(flows: list[tuple[int, int]], spare: int) -> None:
    there = sum(left for _, left in flows) + spare
    table: dict[tuple[str, str, str], int | tuple[int, int]] = {("cla_open", "month 2023-03", ""): there}
    for at, (came, left) in enumerate(flows):
        month = f"2023-0{4 + at}"
        there += came - left
        table |= {("cla_open", f"month {month}", ""): there, ("cla_started", f"month {month}", ""): came,
                  ("cla_ceased", f"month {month}", ""): left}  # fmt: skip
        table["cla_started", f"year_to_date {month}", ""] = sum(came for came, _ in flows[: at + 1])
    assert known(table) == {}


@pytest.mark.parametrize("count", [1, 5])
def test_few_workers_are_hidden_as_few_children_are(count: int) -> None:
    table: Table = {("social_workers_holding_children", "month 2023-05", ""): count}
    assert hidden(table) == {"social_workers_holding_children month 2023-05"}


def test_the_children_looked_after_are_those_below_the_line_of_another_share() -> None:
    """8, then 9 with nobody ceasing: one started. The 8 is hidden among the looked after, and must not stand under 'far away'."""
    table: Table = {("cla_ceased", "month 2023-08", ""): 0, ("cla_started", "month 2023-08", ""): 1}
    for at, count in enumerate((12, 11, 8, 8, 9, 9), 4):
        table["cla_open", f"month 2023-0{at}", ""] = count
        table["cla_over_20_miles", f"month 2023-0{at}", ""] = (0, count)
    found = hidden(table)
    assert "cla_started month 2023-08" in found
    july = {"cla_open month 2023-07", "cla_over_20_miles month 2023-07"}
    august = {"cla_open month 2023-08", "cla_over_20_miles month 2023-08"}
    assert july <= found or august <= found


def test_of_those_alike_but_for_one_month_the_fewer_bound_the_others() -> None:
    """At least 8 of 9 were there a month before, so at most one started: the 8 gives away as much as the 9 would."""
    table: Table = {("cla_ceased", "month 2023-08", ""): 0, ("cla_started", "month 2023-08", ""): 1}
    for at, (count, fewer) in enumerate(((12, 12), (11, 10), (8, 8), (8, 8), (9, 9), (9, 9)), 4):
        table["cla_open", f"month 2023-0{at}", ""] = count
        table["cla_over_20_miles", f"month 2023-0{at}", ""] = (0, fewer)
    found = hidden(table)
    assert "cla_started month 2023-08" in found
    july = {"cla_open month 2023-07", "cla_over_20_miles month 2023-07"}
    august = {"cla_open month 2023-08", "cla_over_20_miles month 2023-08"}
    assert july <= found or august <= found
