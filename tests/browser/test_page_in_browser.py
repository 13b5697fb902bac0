"""Why: directors read at a desk, lead members on a phone, some by keyboard or screen reader; the page must be whole for each."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.browser import looked
from tests.browser.looked import TEXT_SPACING, WIDTHS, opened
from tests.browser.made import RECIPES, Made

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PUBLISHED, INTERNAL = "darlington-2023-09_published", "darlington-2023-09_internal"
FIRST_STOPS = 60
Reports = Callable[[str], Made]


def only(faults: dict[str, list[str]]) -> dict[str, list[str]]:
    return {name: found for name, found in faults.items() if found}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("key", RECIPES)
def test_a_page_is_whole_at_every_width(browser: Browser, made: Reports, key: str, width: int) -> None:
    """320 CSS pixels are a small phone, and a desk's 1280 enlarged to 400%."""
    report = made(key)
    with opened(browser, report.page, width) as page:
        as_it_opens = {"no scrolling sideways": looked.sideways(page), "in order": looked.out_of_order(page)}
        assert looked.open_all_details(page) > 0
        faults = {
            "nothing is fetched": looked.fetched(page, report.page),
            "no scrolling sideways, all opened": looked.sideways(page),
            "nothing is cut off": looked.clipped(page),
            "no small text": looked.too_small(page),
            "in order, all opened": looked.out_of_order(page),
            "all is drawn": looked.undrawn(page),
            "contrast in charts": looked.pale_in_charts(page),
        }
    assert only(as_it_opens | faults) == {}


@pytest.mark.parametrize(
    ("key", "width"), [*((key, 1280) for key in RECIPES), (INTERNAL, 320), (PUBLISHED, 320), (INTERNAL, 768)]
)
def test_axe_finds_nothing(browser: Browser, made: Reports, key: str, width: int) -> None:
    with opened(browser, made(key).page, width) as page:
        looked.open_all_details(page)
        assert looked.axe_faults(page) == []


def test_axe_finds_nothing_while_all_is_closed(browser: Browser, made: Reports) -> None:
    with opened(browser, made(INTERNAL).page) as page:
        assert looked.axe_faults(page) == []


@pytest.mark.parametrize("width", [1280, 320])
def test_wider_spacing_of_letters_and_lines_cuts_nothing_off(browser: Browser, made: Reports, width: int) -> None:
    """The spacing that a reader may ask for (WCAG 2.2, 1.4.12)."""
    with opened(browser, made(INTERNAL).page, width) as page:
        looked.open_all_details(page)
        page.add_style_tag(content=TEXT_SPACING)
        assert only({"cut off": looked.clipped(page), "sideways": looked.sideways(page)}) == {}


def test_a_page_enlarged_twice_cuts_nothing_off(browser: Browser, made: Reports) -> None:
    """At 200% a desk's 1280 pixels are 640 of CSS."""
    with opened(browser, made(INTERNAL).page, 640) as page:
        looked.open_all_details(page)
        assert only({"cut off": looked.clipped(page), "sideways": looked.sideways(page)}) == {}


@pytest.mark.parametrize("width", [1280, 320])
def test_a_keyboard_goes_down_the_page_and_is_seen_to(browser: Browser, made: Reports, width: int) -> None:
    with opened(browser, made(INTERNAL).page, width) as page:
        assert looked.focus_faults(page, FIRST_STOPS) == []


def test_the_skip_link_leads_into_the_report(browser: Browser, made: Reports) -> None:
    with opened(browser, made(INTERNAL).page) as page:
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.evaluate("document.querySelector('main').contains(document.querySelector(location.hash))")
        page.keyboard.press("Tab")
        assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


@pytest.mark.parametrize("key", ["Enter", " "])
def test_what_is_folded_opens_and_closes_by_keyboard(browser: Browser, made: Reports, key: str) -> None:
    with opened(browser, made(INTERNAL).page) as page:
        first = page.locator("main details").first
        first.locator("summary").focus()
        states = []
        for _ in range(2):
            page.keyboard.press(key)
            states.append(first.evaluate("details => details.open"))
        assert states == [True, False]


@pytest.mark.parametrize("key", [INTERNAL, PUBLISHED])
def test_the_page_says_the_same_without_scripts(browser: Browser, made: Reports, key: str) -> None:
    texts = []
    for scripts in (True, False):
        with opened(browser, made(key).page, java_script_enabled=scripts) as page:
            texts.append(page.inner_text("body"))
    assert texts[0] == texts[1]
    assert len(texts[0]) > 10_000


def test_a_rating_is_told_by_its_word_or_letter_alone(browser: Browser, made: Reports) -> None:
    """Where all colours are the reader's own, and on grey paper."""
    with opened(browser, made(INTERNAL).page, forced_colors="active") as page:
        looked.open_all_details(page)
        assert looked.pale_in_charts(page) == []
        letters = page.locator("main svg text").all_text_contents()
        assert {"G", "A", "R"} <= {letter.strip() for letter in letters}
