"""Why: a director acts on what a control chart calls a change, so each rule is held at its boundary by sums done by hand."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

import pytest
from casetally.figures.spc import ChartPoint, assurance_words, control_chart, sentence, variation_words
from casetally.figures.spc.signals import Limits, beyond_limits, shift, trend, two_of_three
from casetally.figures.views import Seen

from tests.figures.control_charts import LAST, Number, chart, months, seen, target

# 12 months. Sum 144, mean 12. Moves 2 1 2 1 2 3 1 2 1 2 4 are 21 in 11: 21/11. Reach 2.66 x 21/11 = 55.86/11 = 5.0782
STEADY: list[Number] = [10, 12, 11, 13, 12, 14, 11, 10, 12, 13, 11, 15]
AROUND_NOUGHT = Limits(Fraction(0), Fraction(3))  # the outer third begins beyond 2


def exact(*numbers: float | str) -> list[Fraction]:
    return [Fraction(str(number)) for number in numbers]


# mean and limits


def test_mean_and_limits_are_exact() -> None:
    made = chart(STEADY)
    assert (made.mean, made.lower, made.upper) == (12, 12 - Fraction("55.86") / 11, 12 + Fraction("55.86") / 11)
    assert made.variation == "common_cause"
    assert {point.variation for point in made.points} == {"common_cause"}
    assert not made.is_trial


def test_no_moving_range_is_taken_across_a_gap() -> None:
    # 1 3 1 3 1 | 9 11 9 11 9: without the jump of 8 each of the 8 moves is 2. Sum 9 + 49 = 58, mean 5.8. 2.66 x 2 = 5.32
    made = chart([1, 3, 1, 3, 1, None, 9, 11, 9, 11, 9])
    assert (made.mean, made.lower, made.upper) == (Fraction("5.8"), Fraction("0.48"), Fraction("11.12"))


def test_a_month_that_is_not_there_at_all_is_a_gap_too() -> None:
    figures = [1, 3, 1, 3, 1, 9, 11, 9, 11, 9]
    periods = [one for at, one in enumerate(months(11)) if at != 5]
    made = control_chart({period: seen(one) for period, one in zip(periods, figures, strict=True)}, {}, "higher")
    assert made.upper == Fraction("11.12")


def test_a_far_out_move_is_not_left_out_of_the_limits() -> None:
    figures: list[Number] = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]
    # nine ones, eight twos and the 10 are 35 in 18 months; three moves of 1, then 8, 9 and twelve of 1 are 32 in 17
    made = chart(figures)
    assert made.upper == Fraction(35, 18) + Fraction("2.66") * Fraction(32, 17)


HIDDEN = seen(None, status="suppressed")


def test_nothing_is_known_of_a_suppressed_month() -> None:
    made = chart([*STEADY, HIDDEN], wanted=target(target=1))
    assert (made.points[-1].value, made.points[-1].status, made.points[-1].signals) == (None, "suppressed", ())
    assert (made.mean, made.variation, made.assurance, made.is_current) == (None, "no_chart", "none", False)


def test_only_months_since_the_last_suppressed_one_are_reckoned_with() -> None:
    # what is hidden is what is small: with the 40s around it the mean would be far above what is usual
    made = chart([40, HIDDEN, 40, 40, HIDDEN, *STEADY])
    assert (made.mean, made.variation, len(made.counted)) == (12, "common_cause", 12)
    assert made.points[2].value == 40
    assert {point.variation for point in made.points[:5]} == {"no_chart"}
    assert not made.is_trial


@pytest.mark.parametrize(("number", "has_limits"), [(4, False), (5, True)])
def test_limits_need_five_months_since_the_last_suppressed_one(number: int, has_limits: bool) -> None:
    made = chart([*STEADY, HIDDEN, *STEADY[:number]])
    assert (made.mean is not None) is has_limits
    assert made.is_trial


def test_months_of_short_history_are_shown_and_not_reckoned_with() -> None:
    # low only because the records begin too late to see what went before; reckoned with, the twelve would lie above the mean
    young = [seen(0, maturity="short_history")] * 12
    made = chart([*young, *STEADY], good="lower")
    assert (made.mean, made.variation) == (12, "common_cause")
    assert [point.value for point in made.points[:12]] == [0] * 12
    assert {point.variation for point in made.points[:12]} == {"no_chart"}


def test_provisional_months_are_reckoned_with() -> None:
    made = chart([*STEADY[:-1], seen(15, maturity="provisional")])
    assert made.mean == 12
    assert made.points[-1].maturity == "provisional"


@pytest.mark.parametrize(
    "figures",
    [
        [],
        [10, 12, 11, 13],  # three moves
        [10, 12, 11, None, 13, 12, None, 10],  # six months, three moves
        [10, 10, 10, None, 20, 20, 20],  # level on either side of a gap: no telling how far months usually lie apart
    ],
)
def test_too_few_or_scattered_months_have_no_limits(figures: list[Number]) -> None:
    made = chart(figures, wanted=target(target=1))
    assert (made.mean, made.lower, made.upper) == (None, None, None)
    assert (made.variation, made.assurance) == ("no_chart", "none")
    assert all(point.signals == () for point in made.points)
    assert "too few" in variation_words(made).lower()


def test_five_months_in_a_row_have_limits() -> None:
    assert chart([10, 12, 11, 13, 12]).mean == Fraction(58, 5)


def test_equal_months_have_limits_on_their_mean_and_no_change() -> None:
    made = chart([100] * 14, wanted=target(target=100))
    assert (made.mean, made.lower, made.upper) == (100, 100, 100)
    assert (made.variation, made.assurance) == ("common_cause", "passes")


@pytest.mark.parametrize(("number", "is_trial"), [(11, True), (12, False)])
def test_limits_are_on_trial_below_twelve_months(number: int, is_trial: bool) -> None:
    assert chart([*STEADY[:number], None]).is_trial is is_trial


def test_fewer_than_one_a_month_has_no_limits() -> None:
    def counted(number: int) -> Seen:
        return dataclasses.replace(seen(number, "number"), numerator=Fraction(number))

    rare = [counted(1 if at % 5 == 0 else 0) for at in range(20)]
    enough = [counted(at % 3) for at in range(18)]  # 18 in 18 months: one a month
    assert chart(rare).mean is None
    assert chart(enough).mean == 1
    why = "With fewer than one a month on average, single months can't tell chance from change"
    assert variation_words(chart(rare)) == why
    assert sentence(chart(rare), 0) == f"{why}, so no limits are drawn."


def test_how_often_something_comes_is_told_from_the_months_that_are_reckoned_with() -> None:
    def counted(number: int) -> Seen:
        return dataclasses.replace(seen(number, "number"), numerator=Fraction(number))

    assert chart([*[counted(40)] * 12, HIDDEN, *[counted(0)] * 12]).mean is None


def test_the_chart_can_not_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        chart(STEADY).mean = Fraction(1)  # type: ignore[misc]


# what can't be is not drawn


def test_limits_beyond_what_can_be_are_kept_and_drawn_within_it() -> None:
    made = chart([90, 100, 90, 100, 90], is_change=False)  # mean 94, reach 26.6
    assert (made.lower, made.upper) == (Fraction("67.4"), Fraction("120.6"))
    assert (made.drawn_lower, made.drawn_upper) == (Fraction("67.4"), 100)
    few = chart([1, 5, 1, 5, 1], unit="number", is_change=False)  # mean 2.6, reach 10.64
    assert (few.drawn_lower, few.drawn_upper) == (0, Fraction("13.24"))


def test_a_share_of_more_than_a_hundred_and_a_change_below_nought_have_no_such_bounds() -> None:
    assert chart([90, 101, 90, 101, 90], is_change=False).drawn_upper == chart([90, 101, 90, 101, 90]).upper
    assert chart([1, 5, 1, 5, 1], unit="number").drawn_lower == Fraction("-8.04")
    assert chart([-1, 5, 1, 5, 1], unit="number", is_change=False).least is None


# rule 1: beyond a limit


def test_a_month_on_the_limit_is_not_beyond_it() -> None:
    # eleven months 10 12 ... 10 (sum 120, ten moves of 2) and v: the limit is (120 + v)/12 + 2.66 (20 + v - 10)/11 = v
    # v (1 - 1/12 - 2.66/11) = 10 + 26.6/11
    v = (10 + Fraction("26.6") / 11) / (1 - Fraction(1, 12) - Fraction("2.66") / 11)
    figures: list[Number] = [10, 12, 10, 12, 10, 12, 10, 12, 10, 12, 10]
    on_it, beyond_it = chart([*figures, v]), chart([*figures, v + Fraction(1, 1000)])
    assert on_it.upper == v
    assert (on_it.points[-1].signals, on_it.variation) == ((), "common_cause")
    assert (beyond_it.points[-1].signals, beyond_it.variation) == (("beyond_limits",), "improving_high")


def test_beyond_either_limit_is_marked() -> None:
    assert beyond_limits(exact(3, "3.01", -3, "-3.01", 0), AROUND_NOUGHT) == {1: "high", 3: "low"}


# rule 2: a shift


@pytest.mark.parametrize(
    ("number", "found"), [(6, {}), (7, dict.fromkeys(range(1, 8), "high")), (9, dict.fromkeys(range(1, 10), "high"))]
)
def test_a_shift_is_seven_months_on_one_side(number: int, found: dict[int, str]) -> None:
    assert shift(exact(-1, *[1] * number, -1), AROUND_NOUGHT) == found


def test_a_month_equal_to_the_mean_breaks_a_shift() -> None:
    assert shift(exact(-1, -1, -1, 0, -1, -1, -1, -1), AROUND_NOUGHT) == {}
    # eight lows of 24 in all, eight highs of 56: 80 in 16, mean 5. One of the highs is 5
    lows: list[Number] = [2, 4, 2, 4, 2, 4, 2, 4]
    equal, above = chart([*lows, 6, 9, 6, 5, 9, 6, 9, 6]), chart([*lows, 6, 9, 6, 6, 9, 6, 9, 6])
    assert equal.mean == 5
    assert ("shift" in equal.points[-1].signals, "shift" in above.points[-1].signals) == (False, True)


def test_a_gap_breaks_a_shift() -> None:
    # 1 4 1 4 1 4 1, then 5 8 5 8 5 8 5: 60 in 14, mean 4.29. Moves 6 x 3 + 4 + 6 x 3
    lows: list[Number] = [1, 4, 1, 4, 1, 4, 1]
    whole = chart([*lows, 5, 8, 5, 8, 5, 8, 5])
    assert [point.signals for point in whole.points[7:]] == [("shift",)] * 7
    assert whole.variation == "improving_high"
    broken = chart([*lows, 5, 8, 5, None, 8, 5, 8, 5])
    assert {point.signals for point in broken.points[7:]} == {()}
    assert broken.variation == "common_cause"


# rule 3: a trend


@pytest.mark.parametrize(
    ("figures", "marked"),
    [
        ((9, 1, 2, 3, 4, 5, 6, 9), range(1, 8)),  # seven months from 1 to 9
        ((9, 1, 2, 3, 4, 5, 6), ()),  # six
        ((9, 1, 2, 3, 3, 4, 5, 6, 7), ()),  # an equal month breaks it
        ((9, 8, 7, 6, 5, 4, 3), range(7)),
        ((9, 8, 7, 6, 5, 4, 3, 3), range(7)),
    ],
)
def test_a_trend_is_seven_months_that_each_rise_or_each_fall(figures: tuple[int, ...], marked: range) -> None:
    assert list(trend(exact(*figures), AROUND_NOUGHT)) == list(marked)


def test_a_month_at_a_turn_belongs_to_what_follows() -> None:
    found = trend(exact(7, 6, 5, 4, 3, 2, 1, 2, 3, 4, 5, 6, 7), AROUND_NOUGHT)
    assert [found[at] for at in (0, 5, 6, 12)] == ["low", "low", "high", "high"]


def test_a_trend_decides_over_the_side_of_the_mean() -> None:
    # 6 4 6 4 6, then 1 to 7: 54 in 12, mean 4.5. Moves 2 2 2 2 5 1 1 1 1 1 1 = 19/11, reach 4.59
    made = chart([6, 4, 6, 4, 6, 1, 2, 3, 4, 5, 6, 7])
    assert [point.signals for point in made.points] == [()] * 5 + [("trend",)] * 7
    assert made.points[5].variation == "improving_high"  # well below the mean, and on its way up


def test_a_gap_breaks_a_trend() -> None:
    assert chart([6, 4, 6, 4, 6, 1, 2, 3, None, 4, 5, 6, 7]).variation == "common_cause"


# rule 4: two of three near a limit


@pytest.mark.parametrize(
    ("figures", "marked"),
    [
        (("2.1", 1, "2.1"), {0: "high", 2: "high"}),  # what lies between is not marked
        ((2, 1, "2.1"), {}),  # on two thirds is not beyond two thirds
        (("2.1", -1, "2.1"), {}),  # all three lie on one side
        (("2.1", 0, "2.1"), {}),  # the mean is on neither side
        (("2.1", "-2.1", 1), {}),  # near one and the same limit
        (("-2.1", "-3.5", -1), {0: "low", 1: "low"}),  # beyond the limit counts as well
        (("2.1", "2.1"), {}),  # three months are needed
        (("2.1", 1, 1, "2.1"), {}),
        (("2.1", "2.2", "2.3"), {0: "high", 1: "high", 2: "high"}),
    ],
)
def test_two_of_three_months_near_one_limit(figures: tuple[float | str, ...], marked: dict[int, str]) -> None:
    assert two_of_three(exact(*figures), AROUND_NOUGHT) == marked


# which icon


@pytest.mark.parametrize(
    ("last", "good", "variation"),
    [
        (40, "higher", "improving_high"),
        (40, "lower", "concerning_high"),
        (40, "neither", "neither_high"),
        (-20, "higher", "concerning_low"),
        (-20, "lower", "improving_low"),
        (-20, "neither", "neither_low"),
    ],
)
def test_the_icon_says_which_way_and_for_better_or_worse(last: int, good: str, variation: str) -> None:
    assert chart([*STEADY, last], good).variation == variation  # type: ignore[arg-type]


def test_a_change_of_the_past_does_not_decide_the_icon() -> None:
    made = chart([*STEADY[:6], 40, *STEADY[6:]])
    assert made.points[6].signals == ("beyond_limits",)
    assert made.variation == "common_cause"


def test_what_is_beyond_a_limit_decides_over_a_trend() -> None:
    # 18 moves of nought or 1 at most, then a fall deep below what is usual, ending seven falls: both are named
    made = chart([10, 11, 10, 11, 10, 11, 10, 11, 10, 11, 10, 12, "11.5", 11, "10.5", 10, "9.5", 2])
    assert made.points[-1].signals == ("beyond_limits", "trend")
    assert made.variation == "concerning_low"


# the target


@pytest.mark.parametrize(
    ("good", "wanted", "assurance"),
    [  # 10 12 10 12 10: mean 10.8, limits 5.48 and 16.12
        ("higher", "5.48", "passes"),
        ("higher", "5.49", "hit_or_miss"),
        ("higher", "16.12", "hit_or_miss"),
        ("higher", "16.13", "fails"),
        ("lower", "16.12", "passes"),
        ("lower", "16.11", "hit_or_miss"),
        ("lower", "5.48", "hit_or_miss"),
        ("lower", "5.47", "fails"),
        ("neither", "5.47", "none"),
    ],
)
def test_a_target_is_passed_failed_or_left_to_chance(good: str, wanted: str, assurance: str) -> None:
    made = chart([10, 12, 10, 12, 10], good, target(target=float(wanted)))  # type: ignore[arg-type]
    assert made.assurance == assurance


@pytest.mark.parametrize(
    ("low", "high", "assurance"),
    [
        (5, 17, "passes"),
        (6, 17, "hit_or_miss"),
        (5, 16, "hit_or_miss"),
        (10, 11, "hit_or_miss"),
        (17, 20, "fails"),
        (1, 5, "fails"),
    ],
)
def test_a_range_is_a_target_whichever_way_is_better(low: int, high: int, assurance: str) -> None:
    made = chart([10, 12, 10, 12, 10], "neither", target(low=low, high=high))
    assert made.assurance == assurance
    assert (made.points[0].target, made.points[0].target_range) == (None, (low, high))


def test_a_target_says_itself_which_way_is_better() -> None:
    assert chart([10, 12, 10, 12, 10], "neither", target(target=20, good="lower")).assurance == "passes"


def test_the_target_of_the_last_month_decides_and_each_month_keeps_its_own() -> None:
    made = chart([10, 12, 10, 12, 10], wanted={0: target(target=20), 1: target(target=20), 4: target(target=1)})
    assert [point.target for point in made.points] == [20, 20, None, None, 1]
    assert made.assurance == "passes"
    assert chart([10, 12, 10, 12, 10], wanted={0: target(target=20)}).assurance == "none"


def test_a_target_on_its_way_is_read_on_the_last_day_of_each_month() -> None:
    # from 0 on 30 June 2023 to 92 on 30 September, a point a day: 31 July 31, 31 August 62
    path = target(target=92, by=LAST, baseline={"on": "2023-06-30", "value": 0})
    assert [point.target for point in chart([10, 12, 10, 12, 10], wanted=path).points] == [0, 0, 31, 62, 92]


# words


def test_usual_variation_in_words() -> None:
    made = chart([78, 80, 76, 79, 81, 77, 78, 80, 76, 79, 81, 77], wanted=target(target=90), is_change=False)
    # sum 942, mean 78.5; moves 2 4 3 2 4 1 2 4 3 2 4 = 31 in 11, reach 7.4964: 71.0036 to 85.9964
    assert sentence(made, 1) == (
        "Between October 2022 and September 2023 the monthly figure averaged 78.5% and would be expected to lie between "
        "71.0% and 86.0%. September 2023 lies within this range, with no sign of a change. The whole range misses the "
        "target of 90%, so it can be expected to be missed every month unless something changes."
    )
    assert variation_words(made) == "Common variation: no sign of a change"
    assert assurance_words(made) == "The target can be expected to be missed every month"


def test_a_shift_for_the_worse_in_words() -> None:
    made = chart([1, 4, 1, 4, 1, 4, 1, 5, 8, 5, 8, 5, 8, 5], "lower", unit="number", is_change=False)
    # mean 4.2857; moves 40 in 13, reach 8.1846: up to 12.47
    assert sentence(made, 0) == (
        "Between August 2022 and September 2023 the monthly figure averaged 4.3 and would be expected to lie between 0 and "
        "12.5. The seven months to September 2023 are all above the average: a change beyond common variation, for the worse."
    )
    assert variation_words(made) == "A change for the worse, upwards, beyond common variation"


def test_a_trend_against_a_shift_in_words() -> None:
    # eight lows of 120 in all, and 60 to 54 are 399: 519 in 15, mean 34.6. Moves 8 x 30 and 6 x 1 in 14, reach 46.7
    lows: list[Number] = [0, 30, 0, 30, 0, 30, 0, 30]
    made = chart([*lows, 60, 59, 58, 57, 56, 55, 54])
    assert made.points[-1].signals == ("trend", "shift")
    assert (
        "The figure fell in each of the six months to September 2023, though the seven months to September 2023 are all "
        "above the average: a change beyond common variation, for the worse."
    ) in sentence(made, 1)


@pytest.mark.parametrize(
    ("ending", "says"),
    [
        ((40,), "September 2023 is above this range: a change beyond common variation, for the better."),
        ((-20,), "September 2023 is below this range: a change beyond common variation, for the worse."),
        (
            (18, 13, 18),
            "Two of the three months to September 2023 are close to the upper end of this range or beyond it: ",
        ),
        ((17, 17, 17), "All three months to September 2023 are close to the upper end of this range or beyond it: "),
    ],
)
def test_each_sign_of_a_change_in_words(ending: tuple[int, ...], says: str) -> None:
    assert says in sentence(chart([*STEADY, *STEADY, *ending]), 1)


def test_what_lies_beyond_a_limit_is_not_said_to_be_near_it_too() -> None:
    # 24 months are 288; with 18 and 20 they are 326 in 26, mean 12.54. Moves 42 + 5 + 3 + 2 = 52 in 25, reach 5.53
    made = chart([*STEADY, *STEADY, 18, 20])
    assert made.points[-1].signals == ("beyond_limits", "two_of_three")
    assert sentence(made, 1).endswith(
        "September 2023 is above this range: a change beyond common variation, for the better."
    )


def test_neither_better_nor_worse_in_words() -> None:
    made = chart([*STEADY, 40], "neither")
    assert "September 2023 is above this range: a change beyond common variation." in sentence(made, 1)
    assert variation_words(made) == (
        "A change upwards, beyond common variation, that is in itself neither better nor worse"
    )


def test_trial_limits_are_said_and_nothing_is_settled_on_them() -> None:
    made = chart([10, 12, 10, 12, 10, 12, 10, 12, 10, 30], wanted=target(target=50), is_change=False)
    assert made.variation == "improving_high"
    # sum 128... ten months: 98 and 30, mean 12.8; moves 8 x 2 and 20 = 36 in 9, reach 10.64
    assert sentence(made, 1) == (
        "Between December 2022 and September 2023 the monthly figure averaged 12.8% and would be expected to lie between 2.2% "
        "and 23.4% (trial limits, from 10 months only). September 2023 is above this range: perhaps a change beyond "
        "common variation, for the better."
    )
    assert variation_words(made) == (
        "Perhaps a change for the better, upwards, beyond common variation (trial limits: 10 months)"
    )
    assert assurance_words(made).endswith("(trial limits: 10 months)")


def test_months_without_a_figure_are_said() -> None:
    said = sentence(chart([*STEADY[:6], None, *STEADY[6:]]), 1)
    assert said.startswith(
        "Between September 2022 and September 2023 (12 of these 13 months have a figure) the monthly"
    )


def test_nothing_is_said_of_a_month_without_a_figure() -> None:
    # 40 would be far beyond the limits; but it is August's, and the report is September's
    made = chart([*STEADY, 40, None])
    assert made.points[-2].variation == "improving_high"
    assert made.variation == "no_chart"
    assert sentence(made, 1).endswith("There is no figure for September 2023.")
    assert "August 2023 is above" not in sentence(made, 1)
    assert variation_words(made) == "There is no figure for September 2023"


def test_suppressed_months_are_said() -> None:
    last = chart([*STEADY, HIDDEN])
    assert sentence(last, 1) == (
        "The figure for September 2023 is suppressed, so no limits are drawn: the other months would not be a fair sample."
    )
    assert variation_words(last) == "The figure for September 2023 is suppressed"
    within = chart([40, HIDDEN, *STEADY])
    assert sentence(within, 1).startswith("Between October 2022 and September 2023 the monthly figure averaged 12.0%")
    assert sentence(within, 1).endswith(
        "The months up to September 2022 are left out, as some of them are suppressed and the others would not be a fair sample."
    )
    assert sentence(chart([HIDDEN, *STEADY]), 1).endswith("September 2022 is left out, as it is suppressed.")
    few = chart([*STEADY, HIDDEN, 10])
    assert sentence(few, 1) == (
        "1 month with a figure since the last suppressed one is too few to tell common variation from a change, so no limits are "
        "drawn."
    )
    assert variation_words(few) == "Too few months since the last suppressed one to tell common variation from a change"


def test_a_last_month_of_short_history_is_said() -> None:
    made = chart([*STEADY, seen(0, maturity="short_history")])
    assert variation_words(made) == "The records do not go back far enough to judge September 2023"


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (1, "The figure for September 2023 is provisional and may still change."),
        (3, "The figures for the last three months are provisional and may still change."),
    ],
)
def test_provisional_months_are_said(number: int, says: str) -> None:
    last = [seen(12, maturity="provisional")] * number
    assert sentence(chart([*STEADY, *last]), 1).endswith(says)


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (1, "1 month is left out, as the records do not go back far enough for it."),
        (12, "12 months are left out, as the records do not go back far enough for them."),
    ],
)
def test_months_of_short_history_are_said(number: int, says: str) -> None:
    assert sentence(chart([*[seen(3, maturity="short_history")] * number, *STEADY]), 1).endswith(says)


@pytest.mark.parametrize(
    ("figures", "says"),
    [
        ([None, None], "No month has a figure that a control chart can be made of."),
        ([None, 7], "1 month with a figure is too few to tell common variation from a change, so no limits are drawn."),
        ([7, 8], "2 months with a figure are too few to tell common variation from a change, so no limits are drawn."),
        (
            [1, None, 2, None, 3, None, 4],
            "4 months with a figure are too few to tell common variation from a change, so no limits are drawn.",
        ),
        (
            [1, None, 2, None, 3, None, 4, None, 5],
            "5 months with a figure are too scattered to tell common variation from a change, so no limits are drawn.",
        ),
    ],
)
def test_why_there_are_no_limits_is_said(figures: list[Number], says: str) -> None:
    assert sentence(chart(figures), 1) == says


def test_equal_months_in_words() -> None:
    made = chart([100] * 12, wanted=target(target=95), is_change=False)
    assert sentence(made, 1) == (
        "The monthly figure was 100% in every month between October 2022 and September 2023. That meets the target of 95%."
    )


def test_equal_months_with_gaps_in_words() -> None:
    said = sentence(chart([100] * 9 + [None] * 2 + [100], is_change=False), 1)
    assert (
        said
        == "The monthly figure was 100% in each of the 10 months with a figure between October 2022 and September 2023."
    )


def test_limits_that_hold_all_there_is_say_so() -> None:
    made = chart([0, 100, 0, 100, 0, 100, 50, 100, 0, 100, 0, 50], is_change=False)
    assert "but varies so much that anything from 0% to 100% would be expected." in sentence(made, 1)


def test_small_denominators_are_said() -> None:
    def share(of: int) -> Seen:
        return dataclasses.replace(seen(50), denominator=Fraction(of))

    small, large = chart([share(9)] * 6 + [share(10)] * 6), chart([share(9)] * 5 + [share(10)] * 7)
    assert small.is_sparse
    assert not large.is_sparse
    assert sentence(small, 1).endswith(
        "The numbers are small: in at least half of the months one more or fewer moves the figure by ten points or more."
    )


@pytest.mark.parametrize(
    ("unit", "places", "says"),
    [
        ("percent", 0, "averaged 12% and would be expected to lie between 7% and 17%."),
        ("per_10000", 1, "averaged 12.0 per 10,000 and would be expected to lie between 6.9 and 17.1."),
        ("days", 1, "averaged 12.0 days and would be expected to lie between 6.9 and 17.1."),
        ("number", 0, "averaged 12.0 and would be expected to lie between 6.9 and 17.1."),
    ],
)
def test_figures_are_shown_in_their_unit(unit: str, places: int, says: str) -> None:
    assert says in sentence(chart(STEADY, unit=unit), places)


def test_large_whole_numbers_have_no_decimals_and_a_comma() -> None:
    made = chart([int(one or 0) * 1000 for one in STEADY], unit="number")
    assert "averaged 12,000 and would be expected to lie between 6,922 and 17,078." in sentence(made, 0)


def test_a_range_in_words() -> None:
    made = chart(STEADY, "neither", target(low=15, high=20.5))
    assert "Only part of this range meets the target of 15 to 20.5%, so it can be met" in sentence(made, 1)


def test_a_span_within_a_year_names_the_year_once() -> None:
    assert sentence(chart([10, 12, 10, 12, 10]), 1).startswith("Between May and September 2023 the monthly")


def test_a_point_made_by_hand_needs_no_more_than_its_figures() -> None:
    assert ChartPoint(months(1)[0], Fraction(1), None).is_counted
