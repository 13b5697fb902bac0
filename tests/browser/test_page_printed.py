"""Why: a report goes to committees on paper, where what a screen folds, scrolls or colours is lost unless it is seen to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lxml import html

from tests.browser.cells import cells_of
from tests.browser.looked import open_all_details, opened
from tests.browser.made import RECIPES, Made
from tests.browser.printed import A4, Word, beyond_margin, lost, print_to, read_aloud, squeezed, words_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SMALLEST_PRINT = 6.5  # points of type, in charts and icons too
HEIGHT_OF_TYPE = 1.12  # the height of a word's box over its type size, in the plain fonts that are used; at least this


@dataclass(frozen=True)
class Paper:
    """A report on paper: its pages' sizes, its words, and what a reader of the screen sees with all opened."""

    made: Made
    sizes: list[tuple[float, float]]
    words: list[Word]
    on_screen: str

    @cached_property
    def document(self) -> html.HtmlElement:
        return html.fromstring(self.made.page.read_bytes())

    @cached_property
    def text(self) -> str:
        return read_aloud(self.words)


@pytest.fixture(scope="module", params=RECIPES)
def paper(
    request: pytest.FixtureRequest,
    browser: Browser,
    made: Callable[[str], Made],
    tmp_path_factory: pytest.TempPathFactory,
) -> Paper:
    report = made(request.param)
    target: Path = tmp_path_factory.mktemp("printed") / "page.pdf"
    with opened(browser, report.page) as page:
        sizes, words = words_of(print_to(page, target))  # as it opens: what is folded must unfold by itself
        open_all_details(page)
        seen = page.evaluate("document.querySelector('main').innerText")
    return Paper(report, sizes, words, seen)


def test_it_is_printed_on_a4(paper: Paper) -> None:
    assert {size for size in paper.sizes if abs(size[0] - A4[0]) > 1 or abs(size[1] - A4[1]) > 1} == set()


def test_every_line_is_there_with_its_title_and_its_figures(paper: Paper) -> None:
    titles = [heading.text_content() for heading in paper.document.iter("h1", "h2", "h3", "h4")]
    assert len(titles) > 20
    assert [title for title in titles if squeezed(title) not in paper.text] == []
    shown = " ".join(cell.text for cell in cells_of(paper.made.page))
    assert lost(shown, paper.words) == {}


def test_no_word_of_the_report_is_lost_on_paper(paper: Paper) -> None:
    """What is folded on the screen is unfolded on paper, and nothing is cut off."""
    gone = lost(paper.on_screen, paper.words)
    assert {word: times for word, times in gone.items() if times} == {}


def test_nothing_is_printed_into_the_margin(paper: Paper) -> None:
    assert beyond_margin(paper.words, paper.sizes)[:10] == []


def test_print_is_large_enough_to_read(paper: Paper) -> None:
    small = [
        word
        for word in paper.words
        if (word.bottom - word.top) / HEIGHT_OF_TYPE < SMALLEST_PRINT and word.right - word.left > 0
    ]
    assert small[:5] == []


def test_it_takes_no_more_paper_than_its_lines_deserve(paper: Paper) -> None:
    """About a page for two lines; a report of a few lines has its summary and notes besides."""
    lines = len(paper.document.xpath("//main//section//h3"))
    assert 5 < len(paper.sizes) <= 10 + lines
