"""Why: whatever a month brings, the drafted words must be whole sentences of numbers that the report shows, and never
a slip of ours.
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

from casetally.figures.reconcile.outcomes import half_up
from casetally.reports.commentary import drafted
from casetally.reports.commentary.drafted import MOST
from casetally.reports.lines import ReportRow
from commentary_lines import a_line, a_row, a_target, beside, chart_of, those
from hypothesis import given, settings
from hypothesis import strategies as st

STATUSES = st.sampled_from(["suppressed", "not_available", "not_applicable"])
SHARES = st.integers(1, 400).flatmap(lambda below: st.tuples(st.integers(0, below), st.just(below)))
NAMES = st.text(max_size=20).filter(lambda text: "None" not in text and not re.search(r"[\d_]", text))
GOOD = st.sampled_from(["higher", "lower", "neither"])
VARIATIONS = ["common_cause", "improving_high", "concerning_low", "neither_high", "no_chart"]


@st.composite
def rows(draw: st.DrawFn, *, hidden: float = 0.3) -> ReportRow:
    unit = draw(st.sampled_from(["percent", "number", "per_10000", "days"]))
    one = SHARES if unit in ("percent", "per_10000") else st.integers(0, 3000)
    values = draw(st.lists(STATUSES | one | one if hidden else one, min_size=1, max_size=14))
    target = draw(
        st.none()
        | st.integers(0, 100).map(a_target)
        | st.integers(0, 50).map(lambda low: a_target(low=low, high=low + 9))
    )
    compared = [beside("england", draw(st.integers(0, 99)), "2022-23")] if draw(st.booleans()) else []
    return a_row(
        values, unit=unit, good=draw(GOOD), target=target, compared=compared,
        basis=draw(st.sampled_from(["month", "year_to_date", "rolling_12_months"])),
        places=draw(st.integers(0, 2)), group=draw(NAMES), last=draw(st.sampled_from(["2023-09", "2024-02", "2024-04"])),
        maturity=draw(st.sampled_from(["final", "provisional", "short_history"])),
    )  # fmt: skip


CHARTS = st.builds(
    chart_of, st.sampled_from([5, 13]), st.sampled_from(VARIATIONS),
    signals=st.sampled_from([[], ["beyond_limits"], ["shift", "two_of_three"]]),
    assurance=st.sampled_from(["none", "fails", "hit_or_miss"]), no_last=st.booleans(),
)  # fmt: skip
BEHIND = st.none() | st.builds(
    lambda teams, families, rest, open_: those(
        sum(count for _, count in teams), sum(count for _, count in teams), families, *teams,
        is_rest=rest, unsettled=min(open_, sum(count for _, count in teams)),
    ),
    st.lists(st.tuples(NAMES, st.integers(1, 40)), max_size=5), st.none() | st.integers(1, 9), st.booleans(), st.integers(0, 3),
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(rows(), CHARTS, BEHIND, st.sampled_from(["internal", "published"]))
def test_whatever_comes_the_words_are_a_few_whole_sentences(row, chart, behind, edition) -> None:
    found = drafted(a_line(row, chart), behind, edition)
    assert 1 <= len(found) <= MOST
    for text in found:
        assert text[0].isupper() or text[0].isdigit()
        assert text.endswith(".")
        assert "  " not in text
        assert "\n" not in text
        assert "None" not in text
        assert not re.search(r"\d\.\d{3,}", text), text
        assert not re.search(r"Fraction|Decimal|percent\b|per_|_", text.replace(row.group, "")), text


def numbers_in(text: str) -> set[Decimal]:
    """Every number of a text, its dates apart."""
    text = re.sub(
        r"\b(January|February|March|April|May|June|July|August|September|October|November|December)( \d{4})?", "", text
    )
    text = re.sub(r"\b(Year|the year) \d{4}-\d\d|\d{4}-\d\d", "", text)
    text = re.sub(r"per 10,000|12 months", "", text)
    return {Decimal(found.replace(",", "")) for found in re.findall(r"\d[\d,]*(?:\.\d+)?", text)}


def shown_by(row: ReportRow) -> set[Decimal]:
    """What a reader of the row could write down: its figures, how far two of them lie apart, their mean, target and comparators."""
    seen = [one for one in [*row.series.values(), row.a_year_before] if one is not None and one.value is not None]
    exact = {one.value for one in seen}
    exact |= {abs(one - other) for one, other in combinations([*exact, *exact], 2)}
    last = [one.value for one in list(row.series.values())[-12:] if one.value is not None]
    exact |= {sum(last, Fraction(0)) / len(last)} if last else set()
    exact |= {Fraction(count) for count in range(len(row.series) + 1)}  # how many months have a figure
    for one in seen:
        exact |= {part for part in (one.numerator, one.denominator) if part is not None}
        exact |= {100 / one.denominator} if one.denominator else set()
    stated = (
        {Fraction(str(part)) for part in (row.target.target, row.target.low, row.target.high) if part is not None}
        if row.target
        else set()
    )
    stated |= {Fraction(str(one.value)) for one in row.compared}
    exact |= stated
    if row.now.value is not None:
        exact |= {abs(Fraction(half_up(row.now.value, row.places)) - one) for one in stated}
    # a change is rounded as such: half of a last place goes up, for a fall as for a rise
    return {abs(half_up(sign * one, places)) for one in exact for places in range(3) for sign in (1, -1)}


@settings(max_examples=100, deadline=None)
@given(rows(), CHARTS, BEHIND)
def test_the_published_words_hold_no_number_that_the_row_does_not_show(row, chart, behind) -> None:
    said = " ".join(drafted(a_line(row, chart), behind, "published"))
    # how many months the limits rest on, and their average: both stand in the chart's own sentence
    of_the_chart = {Decimal(len(chart.counted))}
    of_the_chart |= {half_up(chart.mean, places) for places in range(3)} if chart.mean is not None else set()
    assert numbers_in(said) <= shown_by(row) | of_the_chart, said


def test_the_measure_of_that_test_sees_a_number_that_is_not_shown() -> None:
    row = a_row([(113, 139), (60, 90)])
    internal = " ".join(drafted(a_line(row), those(26, 24, 19, ("North", 17)), "internal"))
    assert Decimal(17) not in shown_by(row)
    assert not numbers_in(internal + " 17 of them.") <= shown_by(row)


@settings(max_examples=30, deadline=None)
@given(rows(), CHARTS, BEHIND)
def test_a_suppressed_month_is_said_the_same_whatever_else_is_known(row, chart, behind) -> None:
    hidden = a_row([*["suppressed"] * 13], unit=row.now.unit, target=row.target, compared=row.compared, good=row.good)
    plain = a_row([*["suppressed"] * 13])
    assert drafted(a_line(hidden), behind, "published") == drafted(a_line(plain), None, "published")
