"""Why: whatever an indicator counts, its numbers must fit together: within a figure, over groups and over periods."""

from __future__ import annotations

import polars as pl
import pytest
from casetally.definitions.indicators import Indicator

from properties.authority import INDICATORS, LIBRARY, MONTHS, Authority, ids, of_kind

EVERY = pytest.mark.parametrize("indicator", INDICATORS, ids=ids(INDICATORS))
FLOWS = [one for one in INDICATORS if one.when is not None]
STOCKS = [one for one in INDICATORS if one.is_stock]
ADDITIVE = [one for one in FLOWS if one.distinct is None and one.kind != "median"]
# a person has one sex and one ethnicity; a family and an investigation may have children of both
ONE_GROUP_EACH = [one for one in STOCKS if one.kind == "distinct" and one.distinct == "person_id"]
PERIOD = ["basis", "period"]
DISTINCT_FLOWS = [one for one in FLOWS if one.distinct]
# asks for a second time within the period: a child missing once in each of two months is repeat over the quarter alone
WITHIN_THE_PERIOD = {one.id for one in DISTINCT_FLOWS if any("period_start" in e.days for e in one.expressions())}
# a risk is assessed again after months, so no child's is lowered twice in a quarter
ONCE_A_QUARTER = {"exploitation_sexual_lowered"}


def _whole(figures: pl.DataFrame) -> pl.DataFrame:
    return figures.filter(pl.col("breakdown") == "all")


def _not(figures: pl.DataFrame, condition: pl.Expr) -> list[tuple[object, ...]]:
    """The figures for which a condition does not hold, in a form that reads well when it fails."""
    bad = figures.filter(~condition.fill_null(False))
    return bad.select("indicator", *PERIOD, "breakdown", "group", "numerator", "denominator", "value", "status").rows()[
        :5
    ]


def test_a_shares_numerator_is_among_its_denominator(authority: Authority) -> None:
    shares = authority.figures.filter(
        pl.col("indicator").is_in(ids(of_kind("share"))), pl.col("status") != "not_available"
    )
    n, d = pl.col("numerator"), pl.col("denominator")
    assert not _not(shares, (n >= 0) & (n <= d) & (n == n.round(0)) & (d == d.round(0)))


def test_a_value_is_numerator_over_denominator_in_the_indicators_unit(authority: Authority) -> None:
    figures = authority.figures.filter(pl.col("status") == "calculated", pl.col("numerator").is_not_null())
    per = {one.id: one.text.rate or (100 if one.unit == "percent" else 1) for one in LIBRARY.indicators.values()}
    n, d = pl.col("numerator"), pl.col("denominator")
    by = pl.col("indicator").replace_strict(per, return_dtype=pl.Float64)
    value = pl.when(d.is_null()).then(n).otherwise(n * by / d)
    assert not _not(figures, (pl.col("value") - value).abs() <= 1e-9 * value.abs())


def test_there_is_a_value_exactly_where_the_status_says_so(authority: Authority) -> None:
    status, value, d = pl.col("status"), pl.col("value"), pl.col("denominator")
    assert not _not(authority.figures, (status == "calculated") == value.is_not_null())
    divided = authority.figures.filter(pl.col("indicator").is_in(ids(of_kind("share", "average", "median"))))
    assert not _not(divided.filter(status != "not_available"), (status == "not_applicable") == (d == 0))
    counts = authority.figures.filter(pl.col("indicator").is_in(ids(of_kind("count", "distinct"))))
    assert not _not(counts, status == "calculated")


@EVERY
def test_the_grid_is_dense_every_group_has_a_line_in_every_period(authority: Authority, indicator: Indicator) -> None:
    figures = authority.of(indicator)
    periods, groups = figures.select(PERIOD).unique().height, figures.select("breakdown", "group").unique().height
    assert figures.height == periods * groups == figures.select(*PERIOD, "breakdown", "group").unique().height
    bases = dict(_whole(figures).group_by("basis").len().iter_rows())
    weeks = {"week": 104} if indicator.text.weeks else {}
    assert bases == {
        "month": MONTHS,
        "year_to_date": MONTHS,
        "rolling_12_months": MONTHS,
        "quarter": 12,
        "year": 3,
        **weeks,
    }
    assert set(figures["breakdown"]) <= {"all", *indicator.breakdowns}


@EVERY
def test_groups_sum_to_the_whole_and_distinct_ones_to_no_less(authority: Authority, indicator: Indicator) -> None:
    figures = authority.of(indicator)
    sums = figures.filter(pl.col("breakdown") != "all").group_by(*PERIOD, "breakdown").agg(
        pl.col("numerator", "denominator").sum().name.suffix("_of_groups"), most=pl.col("numerator").max()
    ).join(_whole(figures), on=PERIOD)  # fmt: skip
    if indicator.kind == "rate":
        assert sums.is_empty()
    elif indicator.distinct is not None:
        n = pl.col("numerator")
        assert sums.filter((n > pl.col("numerator_of_groups")) | (n < pl.col("most"))).is_empty()
    else:
        assert sums.height
        for column in ("numerator", "denominator"):
            unequal = (pl.col(column).fill_null(0) - pl.col(f"{column}_of_groups")).abs() > 1e-6
            assert sums.filter(unequal).is_empty()


@pytest.mark.parametrize("indicator", ONE_GROUP_EACH, ids=ids(ONE_GROUP_EACH))
def test_in_a_stock_of_children_each_has_one_sex_and_one_ethnicity(authority: Authority, indicator: Indicator) -> None:
    figures = authority.of(indicator)
    sums = figures.filter(pl.col("breakdown").is_in(["sex", "ethnicity"])).group_by(*PERIOD, "breakdown").agg(
        of_groups=pl.col("numerator").sum()
    ).join(_whole(figures), on=PERIOD)  # fmt: skip
    assert sums.filter(pl.col("of_groups") != pl.col("numerator")).is_empty()


@pytest.mark.parametrize("indicator", ADDITIVE, ids=ids(ADDITIVE))
def test_months_sum_to_the_quarter_the_year_the_year_to_date_and_the_rolling_12_months(
    authority: Authority, indicator: Indicator
) -> None:
    figures = authority.of(indicator)
    numbers = ["numerator"] if indicator.kind == "rate" else ["numerator", "denominator"]  # a rate's is the population
    months = figures.filter(pl.col("basis") == "month").select(
        "breakdown", "group", "period_start", "period_end", *numbers
    )
    first = months["period_start"].min()
    longer = figures.filter(~pl.col("basis").is_in(["month", "week"]), pl.col("period_start") >= first)
    assert set(longer["basis"]) == {"quarter", "rolling_12_months", "year", "year_to_date"}
    within = longer.join(months, on=["breakdown", "group"], suffix="_month").filter(
        pl.col("period_start_month") >= pl.col("period_start"), pl.col("period_end_month") <= pl.col("period_end")
    )
    keys = ["breakdown", "group", *PERIOD]
    sums = within.group_by(keys).agg(pl.col(f"{name}_month").sum() for name in numbers).join(longer, on=keys)
    assert sums.height == longer.height
    for name in numbers:
        assert sums.filter((pl.col(name).fill_null(0) - pl.col(f"{name}_month")).abs() > 1e-6).is_empty()


@pytest.mark.parametrize("indicator", STOCKS, ids=ids(STOCKS))
def test_a_stock_at_the_end_of_a_longer_period_is_that_of_its_last_month(
    authority: Authority, indicator: Indicator
) -> None:
    figures = authority.of(indicator)
    same = ["numerator", "denominator", "value", "status"]
    months = figures.filter(pl.col("basis") == "month").select("breakdown", "group", "period_end", *same)
    longer = figures.filter(~pl.col("basis").is_in(["month", "week"]))
    both = longer.join(months, on=["breakdown", "group", "period_end"], suffix="_month")
    assert both.height == longer.height
    assert both.filter(~pl.all_horizontal(pl.col(name).eq_missing(pl.col(f"{name}_month")) for name in same)).is_empty()


@pytest.mark.parametrize("indicator", DISTINCT_FLOWS, ids=ids(DISTINCT_FLOWS))
def test_distinct_over_a_quarter_lies_between_its_largest_month_and_the_sum_of_its_months(
    authority: Authority, indicator: Indicator
) -> None:
    whole = _whole(authority.of(indicator))
    months, quarters = (whole.filter(pl.col("basis") == basis) for basis in ("month", "quarter"))
    within = quarters.join(months, how="cross", suffix="_month").filter(
        pl.col("period_start_month") >= pl.col("period_start"), pl.col("period_end_month") <= pl.col("period_end")
    )
    sums = within.group_by("period").agg(
        pl.col("numerator").first(), most=pl.col("numerator_month").max(), sum=pl.col("numerator_month").sum()
    )
    assert sums.height == 12
    assert sums.filter(pl.col("numerator") < pl.col("most")).is_empty()
    above = sums.filter(pl.col("numerator") > pl.col("sum"))
    assert above.height if indicator.id in WITHIN_THE_PERIOD else above.is_empty()
    # some child comes back within a quarter, or the sample would prove nothing
    if indicator.distinct == "person_id" and indicator.id not in WITHIN_THE_PERIOD | ONCE_A_QUARTER:
        assert sums.filter(pl.col("numerator") < pl.col("sum")).height


def test_the_sample_gives_every_indicator_something_to_count(authority: Authority) -> None:
    """All but supplied figures, of which a sample holds only some: for those no record of a child could be made up."""
    supplied = {one.id for one in LIBRARY.indicators.values() if one.kind == "supplied"}
    counted = authority.figures.filter(pl.sum_horizontal("numerator", "denominator") > 0)
    assert set(LIBRARY.indicators) - supplied == set(counted["indicator"]) - supplied


def test_the_figures_supplied_in_the_sample_are_read(authority: Authority) -> None:
    """Each row of supplied_figures belongs to an indicator that is supplied, and each stands as a figure."""
    rows = pl.read_csv(authority.folder / "supplied_figures.csv", infer_schema=False)
    read = authority.figures.filter(pl.col("indicator").is_in(rows["indicator"].unique().implode()))
    assert rows.height > 100
    assert read.filter(pl.col("status") == "calculated").height == rows.height
