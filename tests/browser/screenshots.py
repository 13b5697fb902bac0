"""Why: whoever reads the README should see what a report looks like; the pictures are taken from the gallery's own pages.

`make screenshots` (or `python -m tests.browser.screenshots [FOLDER]`) writes docs/images/*.png. Pictures depend on the fonts of
the machine, so no test compares them byte for byte; they are taken anew when the looks of a page change.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.browser.looked import opened
from tests.browser.printed import print_to
from tests.browser.tools import program

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FloatRect, Page

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "gallery" / "darlington-2023-09_2023-09_internal.html"
FACE = "body { font-family: Arial, 'Liberation Sans', sans-serif }"  # the face that most readers' machines have or resemble
LINE = "csc-022"  # a line that has every part: target, rating, chart, words, groups
PAPER = "3"  # the first page of the print that holds lines
MOST_BYTES = 300_000


def take(browser: Browser, folder: Path) -> None:
    """The top of the page at a desk, a line's card, the same on a phone, and a page of the print."""
    with shown_to_readers(browser, 1100) as page:
        page.screenshot(
            path=folder / "report_desk.png", clip={"x": 0, "y": 0, "width": 1100, "height": 925}, full_page=True
        )
        page.screenshot(path=folder / "report_line.png", clip=around_line(page), full_page=True)
    with shown_to_readers(browser, 390) as page:
        clip = around_line(page) | {"x": 0, "width": 390, "height": 1085}
        page.screenshot(path=folder / "report_phone.png", clip=clip, full_page=True)
    with shown_to_readers(browser, 1100) as page, TemporaryDirectory() as temporary:
        pdf = print_to(page, Path(temporary) / "page.pdf")
        one_page = ["-png", "-r", "90", "-f", PAPER, "-l", PAPER, "-singlefile"]
        subprocess.run([program("pdftoppm"), *one_page, str(pdf), str(folder / "report_print")], check=True)  # noqa: S603


def around_line(page: Page) -> FloatRect:
    """The line's card with some white around it."""
    box = page.locator(f"#{LINE}").bounding_box()
    assert box is not None, f"the page has no line {LINE}"
    return {"x": box["x"] - 24, "y": box["y"] + 2, "width": box["width"] + 48, "height": box["height"]}


@contextmanager
def shown_to_readers(browser: Browser, width: int) -> Iterator[Page]:
    with opened(browser, PAGE, width) as page:
        page.add_style_tag(content=FACE)
        yield page


def main() -> None:
    from playwright.sync_api import sync_playwright

    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images"
    folder.mkdir(parents=True, exist_ok=True)
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        sys.exit("No browser is here. On Debian or Ubuntu, `.ci/install` installs it.")
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=path, args=["--no-sandbox"])
        take(browser, folder)
        browser.close()
    for picture in sorted(folder.glob("report_*.png")):
        size = picture.stat().st_size
        if size > MOST_BYTES:
            sys.exit(f"{picture.name} has {size:,} bytes, more than {MOST_BYTES:,}: take less of the page.")


if __name__ == "__main__":
    main()
