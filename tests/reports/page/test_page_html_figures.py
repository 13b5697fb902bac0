"""Why: a director trusts the page for its figures, so each one says which cell it is and holds that cell's exact value."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from casetally.definitions.reports import OverGroups, View
from casetally.figures.ratings import period_before
from casetally.figures.views import NOT_THERE, Seen
from casetally.periods import month
from casetally.reports.document import ReportDocument
from casetally.reports.lines import ReportRow
from lxml import html
from page_lines import HIDDEN, SEPTEMBER, count, document, line, parsed, row, share, text

PLACE = ("data-indicator", "data-basis", "data-period", "data-breakdown", "data-group", "data-shows")
YEAR = [share(top, 139, "final") for top in (90, 91, 92, 93, 94, 95, 96, 97, 98, 99, 100, 110)]


def figures(page: html.HtmlElement) -> list[html.HtmlElement]:
    return list(page.xpath("//data[@class='figure']"))


def at(page: html.HtmlElement, **wanted: str) -> list[html.HtmlElement]:
    """The figures with these attributes: at(page, shows='numerator')."""
    named = {f"data-{name}": value for name, value in wanted.items()}
    return [one for one in figures(page) if all(one.get(name) == value for name, value in named.items())]


def cells(rows: tuple[ReportRow, ...]) -> dict[tuple[str, ...], Fraction | None]:
    """By place, what the rows of a line hold: their values, and the whole numbers of percentages."""
    found: dict[tuple[str, ...], Fraction | None] = {}
    for one in rows:
        seen = [*one.series.items(), *one.monthly.items()]
        if one.before is not None:
            seen.append((period_before(one.period), one.before))
        for period, cell in seen:
            place = (one.indicator, period.basis, period.name, one.view.breakdown, "|".join(one.view.groups))
            found[*place, str(one.view.shows)] = cell.value
            found[*place, "numerator"], found[*place, "denominator"] = cell.numerator, cell.denominator
    return found


def report() -> ReportDocument:
    """A line on three bases and with two groups."""
    main = row([*YEAR, share(113, 139)])
    quarter = row([share(266, 341)], basis="quarter", before=share(1, 3), is_main=False)
    to_date = row([share(1, 7), share(2, 7), share(587, 738)], basis="year_to_date", is_main=False)
    teams = [
        row([share(3, 9), share(2, 7)], group=name, is_main=False, view=View("decided_1wd", "value", "team", (name,)))
        for name in ("North", "South")
    ]
    return document(line(main, quarter, to_date, *teams))


def test_every_figure_holds_the_exact_value_of_its_cell() -> None:
    made = report()
    known = cells(next(made.lines).rows)
    shown = {}
    for one in figures(parsed(made)):
        place = tuple(str(one.get(name)) for name in PLACE)
        exact = known[place]
        assert one.get("value") == ("" if exact is None else repr(float(exact))), place
        shown[place] = one
    now_and_before = {place for place in known if place[-1] == "value" and place[1] in ("month", "quarter")}
    assert now_and_before <= set(shown)


def test_a_percentage_stands_with_both_of_its_whole_numbers() -> None:
    page = parsed(report())
    assert {text(one) for one in page.xpath("//p[@class='counted']")} == {"113 of 139"}
    for shows, value in (("numerator", "113.0"), ("denominator", "139.0")):
        found = at(page, shows=shows, basis="month", period="2023-09", breakdown="all", group="all")
        assert {one.get("value") for one in found} == {value}


@pytest.mark.parametrize(
    ("seen", "places", "says"),
    [
        (share(1, 8), 0, "13%"),  # 12.5 rounds half up
        (share(113, 139), 1, "81.3%"),
        (count(22253), 0, "22,253"),
        (Seen(Fraction(354), Fraction(22253), Fraction(3540000, 22253), "per_10000"), 1, "159.1"),
    ],
)
def test_a_figure_is_rounded_when_it_is_shown(seen: Seen, places: int, says: str) -> None:
    page = parsed(document(line(row([seen], places=places))))
    assert {text(one) for one in at(page, shows="value", period="2023-09")} == {says}


def test_a_rate_names_its_population() -> None:
    rate = Seen(Fraction(354), Fraction(22253), Fraction(3540000, 22253), "per_10000")
    page = parsed(document(line(row([rate]))))
    assert text(page.xpath("//p[@class='counted']")[0]) == "354 in a population of 22,253"
    assert text(page.xpath("//p[@class='big']")[0]) == "159.1 per 10,000"


def test_a_mean_shows_what_is_divided_by_what() -> None:
    mean = Seen(Fraction(1265), Fraction(98), Fraction(1265, 98), "number")
    assert text(parsed(document(line(row([mean])))).xpath("//p[@class='counted']")[0]) == "1,265 ÷ 98"


def test_the_whole_of_a_share_of_all_is_the_numerator_of_all() -> None:
    view = View("ceased", "share_of_all", "destination", ("Adopted", "Returned home"))
    page = parsed(document(line(row([share(7, 28)], indicator="ceased", view=view))))
    places = {(one.get("data-shows"), one.get("data-breakdown"), one.get("data-group"), one.get("value"))
              for one in figures(page)}  # fmt: skip
    assert places == {
        ("share_of_all", "destination", "Adopted|Returned home", "25.0"),
        ("numerator", "destination", "Adopted|Returned home", "7.0"),
        ("numerator", "all", "all", "28.0"),
    }


def test_a_figure_made_over_groups_says_from_which_size_and_has_no_whole_numbers() -> None:
    shows = OverGroups(mean_of_groups_at_least=20)
    view = View("held", shows, "worker")
    seen = Seen(Fraction(793), Fraction(35), Fraction(793, 35), "number")
    page = parsed(document(line(row([seen], indicator="held", view=view))))
    assert {(one.get("data-shows"), one.get("data-number")) for one in figures(page)} == {
        ("mean_of_groups_at_least", "20")
    }
    assert page.xpath("//p[@class='counted']") == []


def test_a_figure_printed_as_a_fraction_is_the_value_of_its_cell() -> None:
    page = parsed(document(line(row([share(38, 79)], view=View("decided_1wd", "fraction")))))
    assert {one.get("data-shows") for one in figures(page)} == {"value", "numerator", "denominator"}


@pytest.mark.parametrize(
    ("seen", "says"),
    [
        (HIDDEN, "suppressed"),
        (NOT_THERE, "not available"),
        (share(0, 0), "not applicable"),
        (Seen(None, None, None, "number"), "not available"),
    ],
)
def test_a_figure_without_value_says_so_in_words(seen: Seen, says: str) -> None:
    page = parsed(document(line(row([share(1, 2), seen]))))
    found = at(page, period="2023-09")
    assert {(one.get("value"), text(one)) for one in found} == {("", says)}
    assert text(page.xpath("//p[@class='big']")[0]) == says


def test_nothing_that_is_hidden_stands_anywhere_on_a_published_page() -> None:
    rows = row([*YEAR, HIDDEN])
    page = parsed(document(line(rows), edition="published"))
    assert {one.get("value") for one in at(page, period="2023-09")} == {""}
    assert page.xpath("//data[@class='derived'][@data-kind='change']") == []


def test_the_change_is_exact_and_marked_as_worked_out() -> None:
    page = parsed(document(line(row([share(1, 3), share(1, 2)]))))
    change = page.xpath("//data[@class='derived'][@data-kind='change']")
    assert {one.get("value") for one in change} == {repr(float(Fraction(50) - Fraction(100, 3)))}
    assert {text(one) for one in change} == {"up 16.7 points"}


def test_the_months_of_the_chart_and_those_shown_are_one_table() -> None:
    page = parsed(document(line(row([*YEAR, share(113, 139)]))))
    [table] = page.xpath("//table[@class='history']")
    assert len(table.xpath("./tbody/tr")) == 13
    assert [text(one) for one in table.xpath("./tbody/tr")[-1]][:3] == ["Sep 2023", "81.3%", "113 of 139"]


def test_a_long_chart_is_told_by_its_latest_months_where_the_page_would_be_too_heavy() -> None:
    """2,200 months in all: of 100 lines each has 22."""
    days = [month(SEPTEMBER.start)]
    while len(days) < 36:
        days.append(period_before(days[-1]))
    monthly = {one: share(50 + at_, 139) for at_, one in enumerate(days[::-1])}
    main = replace(row([share(113, 139)]), monthly=monthly)
    page = parsed(document(*(line(main, ref=f"R{number}") for number in range(100))))
    tables = page.xpath("//table[@class='history']")
    assert len(tables) == 100
    assert {len(one.xpath("./tbody/tr")) for one in tables} == {22}
    assert [text(one) for one in tables[0].xpath("./tbody/tr/th")][::21] == ["Dec 2021", "Sep 2023"]
    assert "Earlier months are in the chart alone." in text(tables[0].find("caption"))


def test_months_before_the_first_figure_are_left_out_and_said_to_be() -> None:
    page = parsed(document(line(row([NOT_THERE] * 10 + [share(1, 2), share(1, 3), share(1, 4)]))))
    [table] = page.xpath("//table[@class='history']")
    assert [text(one) for one in table.xpath(".//tbody//th")] == ["Jul 2023", "Aug 2023", "Sep 2023"]
    assert "Before July 2023 there are no figures." in text(table.find("caption"))


def test_a_line_on_another_basis_has_its_own_periods_and_the_months_of_its_chart() -> None:
    main = row([share(1, 7), share(587, 738)], basis="year_to_date")
    main = replace(main, monthly={one: share(3, 4) for one in (month(SEPTEMBER.start), period_before(SEPTEMBER))})
    page = parsed(document(line(main)))
    captions = [text(one) for one in page.xpath("//table[@class='history']/caption")]
    assert captions == ["Year to date, by the month it ends with", "Single months behind the chart"]
    assert {one.get("value") for one in at(page, basis="month")} == {"75.0"}
