"""Why: many read a report on paper or as PDF, where a browser cuts off silently what does not fit."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lxml import etree

from tests.browser.tools import program

if TYPE_CHECKING:
    from playwright.sync_api import Page

A4 = (595.3, 841.9)  # points
LEAST_MARGIN = 17.0  # points, 6 mm: what printers leave blank; running heads and page numbers stand beyond the text
XHTML = "{http://www.w3.org/1999/xhtml}"


@dataclass(frozen=True)
class Word:
    """A word on paper with its box in points from the top left corner of its page."""

    page: int
    text: str
    left: float
    top: float
    right: float
    bottom: float


def print_to(page: Page, path: Path) -> Path:
    """The page on A4 as a reader prints it: without background colours, as browsers do unless told."""
    page.emulate_media(media="print")
    page.pdf(path=path, prefer_css_page_size=True, format="A4", print_background=False)
    return path


def words_of(pdf: Path) -> tuple[list[tuple[float, float]], list[Word]]:
    """The sizes of the pages and every word that is drawn on them, in the order in which it is drawn."""
    told = subprocess.run(  # noqa: S603
        [program("pdftotext"), "-bbox", "-raw", str(pdf), "-"], capture_output=True, check=True
    ).stdout
    pages = etree.fromstring(told, etree.XMLParser(recover=True, huge_tree=True)).findall(f".//{XHTML}page")
    sizes = [(float(page.attrib["width"]), float(page.attrib["height"])) for page in pages]
    words = [
        Word(number, word.text or "", *(float(word.attrib[side]) for side in ("xMin", "yMin", "xMax", "yMax")))
        for number, page in enumerate(pages, 1)
        for word in page.findall(f"{XHTML}word")
    ]
    return sizes, words


def squeezed(text: str) -> str:
    """A text without its white space, so that it does not matter where lines break."""
    return "".join(text.split())


def read_aloud(words: list[Word]) -> str:
    """All words, squeezed, in the order in which they are drawn."""
    return squeezed("".join(word.text for word in words))


def beyond_margin(words: list[Word], sizes: list[tuple[float, float]]) -> list[str]:
    """The words that stand in the margin or off the paper."""
    faults = []
    for word in words:
        width, height = sizes[word.page - 1]
        if min(word.left, word.top, width - word.right, height - word.bottom) < LEAST_MARGIN:
            faults.append(f"page {word.page}: {word.text!r} from {word.left:.0f} to {word.right:.0f} of {width:.0f}")
    return faults


def lost(wanted: str, words: list[Word]) -> Counter[str]:
    """The words of a text that are not on paper as often as they are in it."""
    return Counter(re.findall(r"\w+", wanted)) - Counter(re.findall(r"\w+", " ".join(word.text for word in words)))
