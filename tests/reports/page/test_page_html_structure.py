"""Why: a page is read by ear and by keyboard, sent on and printed, so its parts must be in order, named, linked and harmless."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from casetally.definitions.reports import View
from casetally.reports.document import OwnWords, ReportDocument, Summary
from casetally.reports.page import page_html
from lxml import html
from page_lines import DRAWN, HIDDEN, count, document, headlines, line, parsed, row, share, target, text, texts

HOSTILE = '"><img src=x onerror=alert(1)></style><script>alert(2)</script>'


def a_report(edition: str = "internal") -> ReportDocument:
    """Two sections with something of everything: targets, groups, bases, charts, headlines, an analyst's words."""
    shares = [share(top, 80) for top in (60, 61, 62, 63, 64, 65, 60, 61, 62, 63, 64, 65, 50)]
    main = row(shares, target=target(90))
    quarter = row([share(190, 240, "provisional")], basis="quarter", before=share(1, 2), is_main=False)
    teams = [row([share(3, 9), HIDDEN], group=name, is_main=False, view=View("decided_1wd", "value", "team", (name,)))
             for name in ("North", "South")]  # fmt: skip
    lines = (
        line(main, quarter, *teams, drafted=("September 2023: 62.5%.", "The target is missed."),
             own_words=OwnWords("Two posts are **vacant**. See [the plan](https://example.org/plan).", "a.md")),
        line(row([count(3), count(4)], section="Plans", title="Plans open", places=0), ref="R2"),
        line(row([share(1, 2)], section="Plans", title="No code", basis="year"), ref=""),
    )  # fmt: skip
    lines = (*lines[:2], replace(lines[2], anchor="no-code"))
    summary = Summary(
        {"green": 0, "amber": 0, "red": 1, "not rated": 2}, (), headlines(lines[1:2]), headlines(lines[:1])
    )
    return document(*lines, edition=edition, summary=summary, notes=("England is of 2022-23.",),
                    introduction=OwnWords("A quiet month.", "report.md"))  # fmt: skip


@pytest.fixture(scope="module")
def page() -> html.HtmlElement:
    return parsed(a_report(), {"r1": DRAWN, "r2": DRAWN})


def test_it_says_its_language_title_and_width(page: html.HtmlElement) -> None:
    assert page.get("lang") == "en-GB"
    assert text(page.xpath("//title")[0]) == "Children's services, quarter 2 - September 2023"
    assert page.xpath("//meta[@name='viewport']/@content") == ["width=device-width, initial-scale=1"]


def test_a_browser_is_told_to_fetch_and_run_nothing(page: html.HtmlElement) -> None:
    [policy] = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert "default-src 'none'" in policy
    assert "script-src" not in policy


def test_the_first_stop_of_a_keyboard_leads_into_the_report(page: html.HtmlElement) -> None:
    first = page.xpath("//body//a")[0]
    assert text(first) == "Skip to the report"
    assert page.xpath("//main")[0].get("id") == first.get("href")[1:]


def test_it_has_each_landmark_once(page: html.HtmlElement) -> None:
    assert [len(page.xpath(f"//{name}")) for name in ("header", "nav", "main", "footer")] == [1, 1, 1, 1]


def test_headings_are_in_order_and_none_is_skipped(page: html.HtmlElement) -> None:
    levels = [int(one.tag[1]) for one in page.xpath("//h1|//h2|//h3|//h4|//h5|//h6")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_table_has_a_caption_and_heads_that_say_what_they_head(page: html.HtmlElement) -> None:
    tables = page.xpath("//table")
    assert {one.get("class") for one in tables} == {"scan", "history", "bases", "groups", "months"}
    for one in tables:
        assert text(one.find("caption"))
        assert {head.get("scope") for head in one.xpath("./thead//th")} == {"col"}
        assert {head.get("scope") for head in one.xpath("./tbody//th")} == {"row"}
        assert all(len(tr.xpath("./th")) == 1 for tr in one.xpath("./tbody/tr"))
        widths = {len(tr.xpath("./th|./td")) for tr in one.xpath(".//tr")}
        assert len(widths) == 1


def test_a_table_that_becomes_blocks_keeps_its_roles(page: html.HtmlElement) -> None:
    for one in page.xpath("//table[@class='scan' or @class='bases' or @class='groups']"):
        assert one.get("role") == "table"
        assert {cell.get("role") for cell in one.xpath(".//td")} == {"cell"}
        assert {head.get("role") for head in one.xpath("./tbody//th")} == {"rowheader"}
        assert {tr.get("role") for tr in one.xpath(".//tr")} == {"row"}


def test_ids_are_unique_and_every_link_leads_to_one(page: html.HtmlElement) -> None:
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    links = page.xpath("//a/@href")
    assert {link[1:] for link in links if link.startswith("#")} <= set(ids)
    assert [link for link in links if not link.startswith("#")] == ["https://example.org/plan"]  # the analyst's own


def test_it_asks_for_nothing_from_anywhere(page: html.HtmlElement) -> None:
    assert (
        page.xpath("//script|//link|//img|//iframe|//object|//embed|//form|//@src|//@srcset|//@onload|//@onclick") == []
    )
    style = text(page.xpath("//style")[0])
    assert not re.search(r"url\(|@import|@font-face|expression\(", style)


def test_contents_lead_to_each_section_with_its_reds(page: html.HtmlElement) -> None:
    assert texts(page, "//nav//li") == ["Front door 1 measure, 1 red", "Plans 2 measures", "How to read this report"]
    headings = [text(page.get_element_by_id(link[1:])) for link in page.xpath("//nav//a/@href")]
    assert headings == ["Front door", "Plans", "How to read this report"]


def test_each_line_of_a_table_leads_to_its_details(page: html.HtmlElement) -> None:
    links = page.xpath("//table[@class='scan']//a")
    assert [text(one) for one in links] == ["Decided in a day", "Plans open", "No code"]
    assert [page.get_element_by_id(one.get("href")[1:]).get("class") for one in links] == ["card"] * 3
    assert len(page.xpath("//section[@class='card']//a[@href='#page_contents']")) == 3


def test_a_code_is_shown_as_people_know_it_and_lines_that_share_it_are_told_apart() -> None:
    """What stands after the # of a ref is ours; four lines here have one code, two of them one title too."""
    group = row([share(1, 2)] * 2, group="North", is_main=False, view=View("decided_1wd", "value", "team", ("North",)))
    rows = (
        row([share(1, 2)] * 2),
        replace(group, series=group.series),
        row([share(1, 2)], basis="quarter", is_main=False),
    )
    named = (("in_10", "In 10 days"), ("in_15", "In 15 days"), ("in_time", "In time"), ("in_time_too", "In time"))
    lines = [replace(line(*rows, ref=f"CSC 252a#{part}"), title=title, anchor=part) for part, title in named]
    alone = replace(line(*rows, ref="CSC 260#alone"), anchor="alone")
    summary = Summary({"green": 0}, headlines(lines[:1]), (), ())
    report = document(*lines, alone, summary=summary)
    page = parsed(report, {one.anchor: DRAWN for one in report.lines})
    assert "#" not in page.xpath("//body")[0].text_content()
    assert text(page.xpath("//ul[@class='headlines']/li")[0]) == "In 10 days (CSC 252a): on target"
    names = page.xpath("//*[@role='region']/@aria-label")
    assert [name for name in names if "#" in name] == []
    assert len(set(names)) == len(names) == 10
    captions = [
        text(one) for one in page.xpath("//table[@class='groups' or @class='bases' or @class='months']/caption")
    ]
    assert len(set(captions)) == len(captions) == 15
    assert {"CSC 260 by group", "CSC 252a, In 10 days by group", "CSC 252a, In time (in_time) by group"} <= set(
        captions
    )


def test_names_of_the_page_itself_cannot_be_those_of_a_line() -> None:
    """A line's name has letters, figures and hyphens alone."""
    own = [one for one in parsed(document()).xpath("//@id") if not one.startswith("section")]
    assert own
    assert all("_" in one for one in own)


def test_a_chart_stands_as_a_figure_with_its_sentence(page: html.HtmlElement) -> None:
    figure = page.xpath("//section[@id='r1']//figure")[0]
    assert figure.xpath(".//svg[@aria-label='control']")
    assert "the monthly figure averaged" in text(figure.find("figcaption"))
    assert page.xpath("//section[@id='no-code']//figure") == []
    assert texts(page, "//table[@class='scan']//td[@class='trend']") == ["", "", "no chart"]


def test_what_moves_sideways_can_be_reached_by_keyboard_and_has_a_name(page: html.HtmlElement) -> None:
    regions = page.xpath("//*[@role='region']")
    assert {(one.get("class"), one.get("tabindex")) for one in regions} == {("sideways", "0"), ("drawing", "0")}
    names = [one.get("aria-label") for one in regions]
    assert len(names) == len(set(names))


def test_the_same_report_gives_the_same_bytes() -> None:
    assert page_html(a_report(), {"r1": DRAWN}) == page_html(a_report(), {"r1": DRAWN})


def test_what_comes_from_data_can_not_become_markup() -> None:
    hostile = row([share(1, 2), share(1, 3)], title=HOSTILE, section=HOSTILE)
    group = row([share(1, 2), share(1, 3)], title=HOSTILE, section=HOSTILE, group=HOSTILE,
                view=View("decided_1wd", "value", "team", (HOSTILE,)))  # fmt: skip
    made = line(hostile, group, ref="R1")
    definition = replace(made.definition, title=HOSTILE, meaning=HOSTILE, source=HOSTILE)
    made = replace(made, title=HOSTILE, definition=definition, drafted=(HOSTILE,), own_words=OwnWords(HOSTILE, "a.md"))
    summary = Summary({"green": 0}, tuple(replace(one, because=HOSTILE) for one in headlines([made])), (), ())
    page = parsed(document(made, title=HOSTILE, authority=HOSTILE, records=HOSTILE, version=HOSTILE, notes=(HOSTILE,),
                           summary=summary, introduction=OwnWords(HOSTILE, "report.md")))  # fmt: skip
    assert page.xpath("//script|//img|//@onerror") == []
    assert page.xpath("//h1")[0].text_content() == HOSTILE
    assert [one.text_content() for one in page.xpath("//table[@class='groups']/tbody//th")] == [HOSTILE]
    assert {one for one in page.xpath("//data[@class='figure']/@data-group") if one != "all"} == {HOSTILE}
    assert text(page.xpath("//main")[0]).count(text(page.xpath("//h1")[0])) > 8


@pytest.mark.parametrize("authority", ['a"} body { display: none } </style>', "a\\", "a\nb", "Plein*/"])
def test_a_name_can_not_end_the_style_sheet(authority: str) -> None:
    page = parsed(document(authority=authority))
    style = page.xpath("//style")[0].text_content()
    [title] = re.findall(r"@top-left \{ content: \"(.*)\"; font", style)
    assert re.fullmatch(r"([A-Za-z0-9]|\\[0-9a-f]{6})*", title)
    assert re.sub(r"\\([0-9a-f]{6})", lambda found: chr(int(found[1], 16)), title) == f"{authority}: September 2023"
    assert page.xpath("//h1")


def test_an_empty_report_is_still_a_page() -> None:
    page = parsed(document())
    assert texts(page, "//nav//li") == ["How to read this report"]
    assert "No measure is rated red." in texts(page, "//main//p")
