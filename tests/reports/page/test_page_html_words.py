"""Why: how far a figure is to be trusted, and whether it is good enough, must be readable without colour, arrow or legend."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest
from casetally.definitions.authorities import Target
from casetally.definitions.reports import View
from casetally.figures.ratings import Travel
from casetally.figures.spc import ChartPoint
from casetally.figures.views import Seen
from casetally.periods import Period, month, period_words, quarter, rolling_12_months, week, year, year_to_date
from casetally.reports.document import OwnWords, Summary
from casetally.reports.page import words
from page_lines import HIDDEN, compared, count, document, headlines, line, parsed, row, share, target, text, texts

DAY = dt.date(2023, 9, 1)


def verdict(seen: Seen, of: Target | None, **more: Any) -> str:
    page = parsed(document(line(row([seen], target=of, **more))))
    return (
        text(page.xpath("//p[@class='verdict-on-target']")[0]).removeprefix("G ").removeprefix("A ").removeprefix("R ")
    )


def facts(**more: Any) -> dict[str, str]:
    page = parsed(document(line(row([share(1, 2), share(2, 3)], **more))))
    return {text(one.find("dt")): text(one.find("dd")) for one in page.xpath("//dl[@class='facts']/div")}


@pytest.mark.parametrize(
    ("period", "says"),
    [
        (month(DAY), "September 2023"),
        (quarter(DAY), "July to September 2023"),
        (quarter(dt.date(2024, 1, 1)), "January to March 2024"),
        (year(DAY), "April 2023 to March 2024"),
        (year_to_date(DAY), "April to September 2023"),
        (year_to_date(dt.date(2024, 2, 1)), "April 2023 to February 2024"),
        (year_to_date(dt.date(2023, 4, 1)), "April 2023"),
        (rolling_12_months(DAY), "12 months to September 2023"),
        (week(dt.date(2023, 9, 6)), "week from 4 September 2023"),
    ],
)
def test_a_period_is_named_as_people_say_it(period: Period, says: str) -> None:
    assert period_words(period) == says


@pytest.mark.parametrize(
    ("seen", "of", "says"),
    [
        (share(95, 100), target(95), "Green: the target is met"),
        (share(171, 200), target(95), "Amber: the target is missed by no more than 10% of it"),  # 85.5
        (share(85, 100), target(95), "Red: the target is missed by more than 10% of it"),
        (share(91, 100), target(95, tolerance=4), "Red: the target is missed by more than 4% of it"),  # from 91.2
        (share(17, 100), target(low=15, high=20), "Green: within the target range"),
        (share(21, 100), target(low=15, high=20), "Red: outside the target range"),
        (share(21, 100), None, "Not rated: no target is set"),
        (HIDDEN, target(95), "Not rated: there is no figure to rate"),
    ],
)
def test_a_rating_is_said_in_words(seen: Seen, of: Target | None, says: str) -> None:
    assert verdict(seen, of) == says


def test_a_rating_has_its_letter_beside_its_word() -> None:
    page = parsed(document(line(row([share(1, 2)], target=target(90)))))
    [cell] = page.xpath("//table[@class='scan']//td[@class='rating']")
    assert text(cell) == "R Red"
    assert cell.xpath(".//*[@aria-hidden='true']//svg")


def test_where_no_target_is_set_none_is_looked_for() -> None:
    """A section without targets has no columns for them; beside one that has a target, a line without says so once."""
    rated = row([share(1, 2)] * 2, target=target(90))
    page = parsed(document(line(rated, ref="R1"), line(row([share(1, 2)] * 2), ref="R2"),
                           line(row([share(1, 2)] * 2, section="Plans"), ref="R3")))  # fmt: skip
    with_targets, without = page.xpath("//table[@class='scan']")
    assert [text(one) for one in with_targets.xpath(".//th[@scope='col']")][4:6] == ["Target", "Rating"]
    assert [text(one) for one in with_targets.xpath(".//td[@class='target' or @class='rating']")] == [
        "90%",
        "R Red",
        "none",
        "",
    ]
    assert [text(one) for one in without.xpath(".//th[@scope='col']")] == [
        "Measure",
        "This period",
        "Before",
        "Change",
        "Trend",
    ]


@pytest.mark.parametrize(
    ("of", "good", "says"),
    [
        (target(90), "higher", "at least 90%"),
        (target(5), "lower", "no more than 5%"),
        (target(62.5), "neither", "62.5%"),
        (target(low=15, high=20), "neither", "15 to 20%"),
        # half of the way, in days, from 60 to 80
        (target(80, by="2024-03-31", baseline={"on": "2023-03-31", "value": 60}), "higher",
         "at least 70.0%, on the way to 80% by 31 March 2024"),
    ],
)  # fmt: skip
def test_a_target_says_which_way_it_is_meant(of: Target, good: str, says: str) -> None:
    assert facts(target=of, good=good)["Target"] == says


@pytest.mark.parametrize(
    ("change", "verdict_", "says", "arrow"),
    [
        (Fraction(33, 10), "better", ("up 3.3 points", "better"), "↑"),
        (Fraction(-33, 10), "worse", ("down 3.3 points", "worse"), "↓"),
        (Fraction(4, 100), "better", ("no change", ""), "→"),  # to one decimal nothing
        (Fraction(0), "same", ("no change", ""), "→"),
        (Fraction(2), "up", ("up 2.0 points", ""), "↑"),
    ],
)
def test_a_change_is_said_in_words_beside_its_arrow(
    change: Fraction, verdict_: Any, says: tuple[str, str], arrow: str
) -> None:
    travel = Travel(change, "percentage points", verdict_)
    assert words.change_words(travel, 1) == says
    assert words.arrow(travel, 1) == arrow


def test_the_arrow_is_for_the_eye_alone() -> None:
    page = parsed(document(line(row([share(1, 2), share(2, 3)]))))
    [change] = page.xpath("//table[@class='scan']//td[@class='change']")
    assert text(change) == "↑ up 16.7 points, better"
    assert [text(one) for one in change.xpath(".//*[@aria-hidden='true']")] == ["↑"]


@pytest.mark.parametrize(("maturity", "says"), [("provisional", "provisional"), ("short_history", "short history")])
def test_a_figure_that_may_still_change_says_so_wherever_it_stands(maturity: str, says: str) -> None:
    page = parsed(document(line(row([share(1, 2), share(2, 3, maturity)]))))
    for cell in ("//td[@class='now']", "//p[@class='big']", "//table[@class='history']/tbody/tr[2]/td[1]"):
        assert text(page.xpath(cell)[0]).split(" ", 1)[1].startswith(says), cell


def test_provisional_measures_are_counted_at_the_top() -> None:
    one = line(row([share(2, 3, "provisional")]), ref="R1")
    both = document(one, line(row([share(2, 3, "provisional")]), ref="R2"))
    top = "//p[@class='notice']"
    assert "1 measure is provisional: the figure may still change." in texts(parsed(document(one)), top)[1]
    assert "2 measures are provisional" in texts(parsed(both), top)[1]
    assert len(texts(parsed(document(line(row([share(2, 3)])))), top)) == 1


def test_the_published_edition_says_so_in_words() -> None:
    page = parsed(document(line(row([HIDDEN])), edition="published"))
    assert text(page.xpath("//header//dd")[2]) == "Published: small numbers are suppressed"
    assert "1 figure of the current period is suppressed." in texts(page, "//p[@class='notice']")[0]
    assert "Published edition" in text(page.xpath("//footer")[0])
    assert text(page.xpath("//title")[0]).endswith("published edition")


def test_the_internal_edition_warns_that_it_is_not_to_be_sent_out() -> None:
    page = parsed(document(line(row([count(3)]))))
    assert text(page.xpath("//header//dd")[2]) == "Internal: not for publication"
    assert "This edition shows small numbers." in texts(page, "//p[@class='notice']")[0]


def test_the_words_that_occur_are_explained_and_no_others() -> None:
    path = "//section[@class='notes']//dt"
    assert texts(parsed(document(line(row([share(1, 2)])))), path) == []
    seen = [share(0, 0), share(1, 2, "short_history"), share(1, 2, "provisional")]
    assert texts(parsed(document(line(row(seen)))), path) == ["Provisional", "Short history", "Not applicable"]
    assert texts(parsed(document(edition="published")), path) == ["Suppressed"]


def test_amber_is_explained_with_the_tolerance_in_force() -> None:
    ours = parsed(document(line(row([share(1, 2)], target=target(90, tolerance=5)))))
    assert "by no more than 5% of it. Of a target of 90% that is 4.5 points." in text(ours.xpath("//main")[0])


def test_others_are_named_with_the_year_of_their_figure() -> None:
    told = facts(compared=(
        compared(82.5, period="2022-23"), compared(81, "statistical_neighbour"), compared(82.5, period="2022-23"),
        compared(80, "statistical_neighbour", period="2022-23", made_of="mean of 9 of 10"),
    ))  # fmt: skip
    assert told["England"] == "82.5% (2022-23)"
    assert told["Statistical neighbours"] == "81% (year not stated); 80% (2022-23, mean of 9 of 10)"


def test_the_averages_are_named() -> None:
    means = {"three_month_average": Seen(None, None, Fraction(155, 2), "percent")}
    assert facts(averages=means)["Average of"] == "3 months 77.5%"


def test_a_year_before_has_its_whole_numbers() -> None:
    page = parsed(document(line(row([share(1, 4), *[share(1, 2)] * 12]))))
    told = {text(one.find("dt")): text(one.find("dd")) for one in page.xpath("//dl[@class='facts']/div")}
    assert told["September 2022"] == "25.0% (1 of 4)"
    assert told["August 2023"] == "50.0%"


def test_a_quarter_is_compared_with_the_one_before() -> None:
    page = parsed(document(line(row([share(1, 2)], basis="quarter", before=share(1, 4)))))
    told = {text(one.find("dt")): text(one.find("dd")) for one in page.xpath("//dl[@class='facts']/div")}
    assert told == {"April to June 2023": "25.0%", "Change": "↑ up 25.0 points, better"}


def test_what_was_drafted_and_what_an_analyst_wrote_are_told_apart() -> None:
    own = OwnWords("Two posts are **vacant**.", "a.md")
    page = parsed(document(line(row([share(1, 2)]), drafted=("One.", "Two."), own_words=own)))
    assert texts(page, "//p[@class='drafted']") == ["One. Two."]
    assert texts(page, "//div[@class='own-words']/h4") == ["In the analyst's words"]
    assert texts(page, "//div[@class='own-words']//strong") == ["vacant"]


def test_a_long_list_of_headlines_is_folded_after_six() -> None:
    lines = [line(row([share(1, 2)], title=f"Line {number}"), ref=f"R{number}") for number in range(9)]
    page = parsed(document(*lines, summary=Summary({}, (), headlines(lines[:8]), headlines(lines))))
    assert [len(one.xpath("./li")) for one in page.xpath("//ul[@class='headlines']")] == [8, 6, 3]
    assert text(page.xpath("//summary")[0]) == "To do better: 3 more"
    assert texts(page, "//main//h3")[:3] == ["Going well", "Ones to watch (8)", "To do better (9)"]
    assert texts(page, "//ul[@class='headlines']/li")[0] == "Line 0 (R0): on target"


def groups(number: int) -> tuple[Any, ...]:
    views = [View("decided_1wd", "value", "team", (f"T{at}",)) for at in range(number)]
    return tuple(
        row([share(1, 2), share(1, 3)], group=f"Team {at:02}", is_main=False, view=view)
        for at, view in enumerate(views)
    )


@pytest.mark.parametrize(("number", "is_folded", "by_month"), [(10, False, 10), (11, False, 0), (13, True, 0)])
def test_many_groups_are_folded_and_their_months_left_out(number: int, is_folded: bool, by_month: int) -> None:
    page = parsed(document(line(row([share(1, 2), share(1, 3)]), *groups(number))))
    [table] = page.xpath("//table[@class='groups']")
    assert len(table.xpath("./tbody/tr")) == number
    assert (table.getparent().tag == "details") is is_folded
    assert len(page.xpath("//table[@class='months']/tbody/tr")) == by_month


def test_a_line_that_is_its_groups_alone_shows_each_of_them() -> None:
    page = parsed(document(line(*groups(3))))
    assert texts(page, "//section[@class='card']/h3") == ["R1 Decided in a day: Team 00"]
    assert texts(page, "//table[@class='groups']/tbody//th") == ["Team 00", "Team 01", "Team 02"]


def test_a_group_has_its_figure_on_each_basis() -> None:
    year_ = row(
        [share(7, 9)], basis="year", is_main=False, group="Team 00", view=View("decided_1wd", "value", "team", ("T0",))
    )
    page = parsed(document(line(row([share(1, 2), share(1, 3)]), *groups(2), year_)))
    heads = texts(page, "//table[@class='groups']/thead//th")
    assert heads == ["Group", "September 2023", "Numbers", "August 2023", "Change", "April 2023 to March 2024"]
    assert texts(page, "//table[@class='groups']/tbody/tr/td[5]") == ["77.8%", "none"]


def test_a_month_that_is_unusual_says_how() -> None:
    point = ChartPoint(month(DAY), Fraction(1), None, ("beyond_limits", "two_of_three", "shift"))
    assert words.signals_words(point) == "beyond a limit, run on one side"


def test_the_target_of_a_month_may_be_a_range() -> None:
    point = ChartPoint(month(DAY), Fraction(1), None, target_range=(Fraction(15), Fraction(20)))
    assert words.point_target(point, 1, "percent") == "15 to 20%"
    assert words.point_target(ChartPoint(month(DAY), Fraction(1), Fraction(181, 2)), 1, "number") == "90.5"


def test_a_definition_says_what_is_counted_and_which_way_is_better() -> None:
    page = parsed(
        document(line(row([share(1, 2)], good="lower", target=target(5, printed="5% (CSC 026)", note="no more than"))))
    )
    told = {text(one.find("dt")): text(one.find("dd")) for one in page.xpath("//details//dl[@class='meaning']/div")}
    assert told == {
        "Measure": "Decided", "Meaning": "Decided on the first day.", "Source": "Working Together",
        "Which way is better": "A lower figure is better.", "Target": "Printed as 5% (CSC 026).", "Definition": "decided_1wd",
    }  # fmt: skip
