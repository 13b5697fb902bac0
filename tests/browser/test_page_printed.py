"""Why: a report goes to committees on paper, where what a screen folds, scrolls or colours is lost unless it is seen to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
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
MOST_ROWS_ON_A_PAGE = 20  # of its groups and other periods; beside them stand its chart and the figures behind it
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
        page.emulate_media(media="screen")
        open_all_details(page)
        page.add_style_tag(content=".back { display: none }")  # no way back on paper
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


def test_it_takes_fewer_pages_than_it_has_lines(paper: Paper) -> None:
    """Two lines to a page where they fit; the summary, the sections' tables and the notes are among the pages."""
    assert 5 < len(paper.sizes) < len(paper.document.xpath("//section[@class='card']"))


def test_a_line_is_not_broken_over_two_pages(paper: Paper) -> None:
    """From its title to the last row of its tables; one that is longer than a page can't be held together."""
    pages = [read_aloud(list(words)) for _, words in groupby(paper.words, key=lambda word: word.page)]
    broken = []
    for card in paper.document.xpath("//section[@class='card']"):
        ends = card.xpath(
            "./h3|./p[@class='drafted']|.//figcaption|.//summary|.//caption|.//dl[@class='meaning']//code"
        )
        parts = [squeezed(part.text_content()) for part in ends]
        is_long = len(card.xpath("./table//tr|./details//tr")) > MOST_ROWS_ON_A_PAGE
        if not is_long and not any(all(part in text for part in parts) for text in pages):
            broken.append(card.get("id"))
    assert broken == []
