"""Why: the list of children behind a figure and the figure are one thing: for every indicator, period and group."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest
from casetally.definitions.indicators import Indicator
from casetally.figures.cases import CaseList, list_cases
from casetally.figures.explain import explain
from casetally.periods import BASES, Period, period_of

from properties.authority import AS_AT, CORE, INDICATORS, LIBRARY, Authority, ids

EVERY = pytest.mark.parametrize("indicator", INDICATORS, ids=ids(INDICATORS))
STOCKS = [one for one in INDICATORS if one.is_stock]
IN_THE_PAST = dt.date(2023, 5, 1)
BY_MONTHS = [basis for basis in BASES if basis != "week"]
# every basis for the core indicators, for the others one each in turn, so that each basis meets every kind
ON_BASES = [
    (one, basis)
    for at, one in enumerate(INDICATORS)
    for basis in (BY_MONTHS if one.id in CORE else [BY_MONTHS[at % len(BY_MONTHS)]])
]
_listed: dict[tuple[Path, str, Period], CaseList] = {}


def _cases(authority: Authority, indicator: Indicator, period: Period) -> CaseList:
    """The whole list, made once: several tests look at the same one."""
    key = (authority.folder, indicator.id, period)
    if key not in _listed:
        _listed[key] = list_cases(authority.store, LIBRARY, indicator, period)
    return _listed[key]


def _asked_again(indicator: Indicator) -> int:
    """How many rows or groups are asked about again, each at the cost of a case list or two."""
    return 2 if indicator.id in CORE else 1


def _figure(
    authority: Authority, indicator: Indicator, period: Period, breakdown: str = "all", group: str = "all"
) -> dict[str, object]:
    figures = authority.of(indicator).filter(basis=period.basis, period=period.name, breakdown=breakdown, group=group)
    assert figures.height == 1
    return figures.row(0, named=True)


def _agree(found: CaseList, figure: dict[str, object]) -> None:
    """The counts of the rows listed are the figure's (a rate's denominator is the population, which no row stands for)."""
    assert found.numerator == figure["numerator"]
    if found.indicator.kind != "rate":
        assert found.denominator == figure["denominator"]


@pytest.mark.parametrize(("indicator", "basis"), ON_BASES, ids=[f"{one.id}-{basis}" for one, basis in ON_BASES])
def test_cases_are_the_figure_in_a_past_period_on_every_basis(
    authority: Authority, indicator: Indicator, basis: str
) -> None:
    period = period_of(basis, IN_THE_PAST)
    _agree(_cases(authority, indicator, period), _figure(authority, indicator, period))


@pytest.mark.parametrize("indicator", [one for one in INDICATORS if one.text.weeks], ids=lambda one: one.id)
def test_cases_are_the_figure_in_a_week(authority: Authority, indicator: Indicator) -> None:
    period = period_of("week", dt.date(2024, 1, 3))
    _agree(_cases(authority, indicator, period), _figure(authority, indicator, period))


@EVERY
def test_cases_are_the_figure_in_the_last_month_in_all_and_in_every_group(
    authority: Authority, indicator: Indicator
) -> None:
    period = period_of("month", AS_AT)
    whole = _cases(authority, indicator, period)
    _agree(whole, _figure(authority, indicator, period))
    month = authority.of(indicator).filter(basis="month", period=period.name)
    for at, breakdown in enumerate(indicator.breakdowns):
        groups = whole.rows[f"{breakdown}_group"]
        figures = month.filter(breakdown=breakdown)
        rows = dict(groups.value_counts().iter_rows())
        for figure in figures.to_dicts():
            if figure["group"] not in rows:
                assert not figure["numerator"]
            if figure["denominator"] is not None and indicator.kind == "share" and not indicator.distinct:
                assert figure["denominator"] == rows.get(figure["group"], 0)
                in_numerator = whole.rows.filter(groups == figure["group"])["in_numerator"].sum()
                assert figure["numerator"] == in_numerator
            elif indicator.kind == "count":
                assert figure["numerator"] == rows.get(figure["group"], 0)
            elif indicator.distinct:
                assert (figure["denominator"] or figure["numerator"]) <= rows.get(figure["group"], 0)
        occurring = [figure for figure in figures.to_dicts() if figure["group"] in rows]
        if indicator.id not in CORE:  # one list, of one breakdown: the groups of the rest were counted above
            asked = occurring[-1:] if at == len(indicator.id) % len(indicator.breakdowns) else []
        else:  # of each breakdown; all groups where a child of two groups is counted in both
            asked = occurring if indicator.distinct else occurring[-1:]
        for figure in asked:
            group = figure["group"]
            found = list_cases(authority.store, LIBRARY, indicator, period, breakdown=breakdown, group=group)
            _agree(found, figure)


def _busiest_12_months(authority: Authority, indicator: Indicator) -> Period:
    """What is rare (a plan of two years that ends) does not happen every year in so small a place."""
    figures = authority.of(indicator).filter(basis="rolling_12_months", breakdown="all")
    counted = pl.sum_horizontal("numerator", "denominator")
    return period_of("rolling_12_months", figures.sort(counted, "period_end")["period_end"][-1])


@EVERY
def test_every_row_says_why_it_counts_and_where_it_was_read(authority: Authority, indicator: Indicator) -> None:
    rows = _cases(authority, indicator, _busiest_12_months(authority, indicator)).rows
    assert rows.height
    assert rows["why"].null_count() == 0
    assert rows["file"].null_count() == 0
    assert rows.filter(pl.col("row") < 2).is_empty()  # the header is row 1


@EVERY
def test_the_steps_of_an_explanation_lead_from_the_rows_read_to_the_figure(
    authority: Authority, indicator: Indicator
) -> None:
    period = period_of("month", AS_AT)
    steps = [count for _, count in explain(authority.store, LIBRARY, indicator, period).steps]
    figure = _figure(authority, indicator, period)
    counted, numbers = steps[3], steps[4:]
    assert counted <= steps[2]
    if indicator.kind == "rate":
        assert numbers == [figure["numerator"]]
    else:
        assert numbers == [n for n in (figure["numerator"], figure["denominator"]) if n is not None]


@pytest.mark.parametrize("indicator", STOCKS, ids=ids(STOCKS))
def test_a_row_of_a_stock_has_the_same_answer_on_every_day_it_says_it_has(
    authority: Authority, indicator: Indicator
) -> None:
    record = [*(indicator.record_set.text.id if indicator.record_set else ()), "child_id"]
    rows = _cases(authority, indicator, period_of("month", IN_THE_PAST)).rows
    on = period_of("month", IN_THE_PAST).end
    assert rows.filter(pl.col("holds_from") > on).is_empty()
    assert rows.filter(pl.col("holds_until") <= on).is_empty()
    assert rows["holds_from"].null_count() == 0
    answers = [record, ["in_numerator"]] if "in_numerator" in rows.columns else [record]
    columns = [name for names in answers for name in names]
    for row in rows.sample(min(_asked_again(indicator), rows.height), seed=1).to_dicts():
        until = min(row["holds_until"] or AS_AT + dt.timedelta(1), AS_AT + dt.timedelta(1))
        for day in {row["holds_from"], until - dt.timedelta(1)} - {on}:
            then = _cases(authority, indicator, Period("month", day.isoformat(), day, day)).rows
            found = then.filter(pl.all_horizontal(pl.col(name).eq_missing(row[name]) for name in columns))
            assert found.height, (day, {name: row[name] for name in columns})
            assert (row["holds_from"], row["holds_until"]) in found.select("holds_from", "holds_until").rows()


@pytest.mark.parametrize("indicator", STOCKS, ids=ids(STOCKS))
def test_the_day_after_a_row_stops_holding_it_is_gone_or_another_spell_or_answer_takes_over(
    authority: Authority, indicator: Indicator
) -> None:
    rows = _cases(authority, indicator, period_of("month", IN_THE_PAST)).rows
    ended = rows.filter(pl.col("holds_until") <= AS_AT)
    for row in ended.sample(min(1, ended.height), seed=2).to_dicts():
        day = row["holds_until"]
        then = _cases(authority, indicator, Period("month", day.isoformat(), day, day)).rows
        record = [*(indicator.record_set.text.id if indicator.record_set else ()), "child_id"]
        same = then.filter(pl.all_horizontal(pl.col(name).eq_missing(row[name]) for name in record))
        assert (row["holds_from"], row["holds_until"]) not in same.select("holds_from", "holds_until").rows()


@EVERY
def test_no_list_tells_when_a_child_was_born(authority: Authority, indicator: Indicator) -> None:
    """Not by a column, whatever it is called (a newborn's first day of care may be the same day), nor in words."""
    rows = _cases(authority, indicator, period_of("month", AS_AT)).rows
    born = authority.store.frame("SELECT child_id, date_of_birth AS born FROM children")
    known = rows.join(born, on="child_id").filter(pl.col("born").is_not_null())
    dates = [name for name, kind in rows.schema.items() if kind == pl.Date]
    told = [name for name in dates if known.height > 5 and known[name].eq_missing(known["born"]).all()]
    assert not told
    assert not rows.filter(pl.col("why").str.contains("birth")).height
