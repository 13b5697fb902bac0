"""Why: a gallery that shows last year's page misleads whoever looks, so its pages are held equal to what the commands make."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.browser.made import ROOT, make, shared_by_workers

GALLERY = ROOT / "docs" / "gallery"
PAGES = {
    "darlington-2023-09_2023-09_internal.html": "darlington-2023-09_internal",
    "darlington-2023-09_2023-09_published.html": "darlington-2023-09_published",
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_the_gallery_is_what_the_command_writes(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest, name: str
) -> None:
    made = make(PAGES[name], shared_by_workers(tmp_path_factory, request.config))  # made once with the browser's tests
    ours, written = (GALLERY / name).read_bytes(), made.page.read_bytes()
    assert ours == written, f"docs/gallery/{name} is not current: run `make docs`"


def test_the_gallery_holds_these_pages_and_tells_of_each() -> None:
    told = set(re.findall(r"\]\(gallery/([^)]+)\)", (ROOT / "docs" / "gallery.md").read_text(encoding="utf-8")))
    assert {path.name for path in GALLERY.iterdir()} == set(PAGES) == told


@pytest.mark.parametrize("picture", sorted((ROOT / "docs" / "images").glob("*.png")), ids=lambda path: path.name)
def test_a_picture_is_small_enough_to_load_with_the_page(picture: Path) -> None:
    assert picture.stat().st_size < 300_000
