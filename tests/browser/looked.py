"""Why: what a page must be to everyone is said here as checks of any page, so that a bad page can show that each can fail.

Every check takes an opened page and gives its faults, each as a sentence; none means that all is well.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_ASKED = Path(__file__).with_name("looked.js").read_text(encoding="utf-8")
WIDTHS = (1280, 768, 320)
AXE = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],
}
TEXT_SPACING = """
  :not(svg, svg *) { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
  p { margin-bottom: 2em !important }
"""


@contextmanager
def opened(browser: Browser, page: Path, width: int = 1280, **context: Any) -> Iterator[Page]:
    """A page from its file, in a window of so many CSS pixels. Nothing may be fetched: what is asked for is on `page.asked`."""
    with browser.new_context(viewport={"width": width, "height": 800}, **context) as window:
        found = window.new_page()
        asked: list[str] = []
        found.asked = asked  # type: ignore[attr-defined]
        window.on("request", lambda request: asked.append(request.url))
        window.route("**/*", lambda route: route.continue_() if route.request.url == page.as_uri() else route.abort())
        found.goto(page.as_uri())
        yield found


def asked_of(page: Page, name: str, argument: object = None) -> Any:
    """What the browser says of the page as it is laid out: a function of looked.js."""
    return page.evaluate(f"argument => {_ASKED}.{name}(argument)", argument)


def open_all_details(page: Page) -> int:
    """Open whatever can be opened; gives how many there are."""
    return int(asked_of(page, "openAllDetails"))


def axe_faults(page: Page) -> list[str]:
    """What axe finds under WCAG 2.2 A and AA and its good practice, by rule and element.

    Contrast takes axe a minute on a page of 90 lines, so of cards, rows and entries that are built alike it looks at one;
    the others go from the page.
    """
    faults = _axe(page, AXE | {"rules": {"color-contrast": {"enabled": False}}}, least=20)
    asked_of(page, "thin")
    return faults + _axe(page, {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}, least=1)


def _axe(page: Page, options: dict[str, Any], least: int) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options=options).response
    rules = [*found["violations"], *found["passes"]]
    assert len(rules) >= least, f"axe looked at {len(rules)} rules"
    return [
        f"{rule['id']}: {rule['help']}: {node['html'][:160]}"
        for rule in found["violations"]
        for node in rule["nodes"][:5]
    ]


def fetched(page: Page, own: Path) -> list[str]:
    """What the page asked for beside itself, and what it names that a browser might fetch."""
    return [url for url in page.asked if url != own.as_uri()] + asked_of(page, "named")  # type: ignore[attr-defined]


def sideways(page: Page) -> list[str]:
    """What makes the page scroll sideways, or stands beyond its right edge outside a named region that scrolls by itself."""
    return list(asked_of(page, "sideways"))


def clipped(page: Page) -> list[str]:
    """Text that its own box cuts off: more is in it than it shows, and it can't be scrolled."""
    return list(asked_of(page, "clipped"))


def too_small(page: Page, least: float = 12) -> list[str]:
    """Text smaller than so many CSS pixels as it is drawn, also inside charts, which scale."""
    return list(asked_of(page, "tooSmall", least))


def out_of_order(page: Page) -> list[str]:
    """Where what is read next stands above, or beside it to the left of, what was read before."""
    return list(asked_of(page, "outOfOrder"))


def undrawn(page: Page) -> list[str]:
    """Elements that a browser does not know, and charts that it gives no room."""
    return list(asked_of(page, "undrawn"))


def pale_in_charts(page: Page) -> list[str]:
    """Text of charts and icons with less than 4.5 to 1 against what it stands on."""
    return list(asked_of(page, "pale"))


def focus_faults(page: Page, most: int) -> list[str]:
    """Walk by Tab from the top: the skip link comes first, every stop is seen with a ring, and none is out of turn."""
    faults: list[str] = []
    before = -1
    for stop in range(most):
        page.keyboard.press("Tab")
        at = asked_of(page, "focused")
        if at is None:
            break
        what = f"{at['name']} {at['text']!r}"
        if stop == 0 and not (at["href"].startswith("#") and "skip" in at["text"].lower()):
            faults.append(f"the first stop is no skip link: {what}")
        if not at["ringed"]:
            faults.append(f"no ring around {what}")
        if not at["seen"]:
            faults.append(f"out of sight: {what}")
        if at["number"] <= before:
            faults.append(f"out of turn: {what}")
        before = at["number"]
    return faults if before > 0 else [*faults, "Tab reaches nothing"]
