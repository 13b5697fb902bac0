"""Why: a check that can't fail says nothing, so each is shown a page that is good and one with the very fault it is for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser import looked
from tests.browser.looked import opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

GOOD = """<!DOCTYPE html>
<html lang="en-GB"><head><meta charset="utf-8"><title>A report</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
body { font: 16px/1.5 sans-serif; margin: 1rem; color: #111; background: #fff }
:focus-visible { outline: 3px solid #000 }
.skip { position: absolute; left: -99px } .skip:focus { left: 0 }
table { width: 100% } td, th { text-align: left; padding: 4px } p { max-width: 30rem }
/* PLANTED */
</style></head>
<body><a class="skip" href="#main">Skip to main content</a>
<header><h1>A report</h1></header>
<main id="main"><h2>Referrals</h2><p id="first">There were 139 referrals.</p>
<p><a href="#second">To the figures</a></p>
<table><caption>Figures</caption><thead><tr><th scope="col">Measure</th><th scope="col">Value</th></tr></thead>
<tbody><tr><th scope="row">Referrals</th><td>139</td></tr></tbody></table>
<details id="second"><summary>Behind it</summary><p>113 of 139</p></details>
<svg role="img" aria-label="green" width="40" height="40" viewBox="0 0 40 40"><circle cx="20" cy="20" r="18" fill="#00703c"/>
<text x="14" y="26" font-size="16" fill="#fff">G</text></svg>
<!--PLANTED--></main>
<footer><p>Made from records.</p></footer></body></html>
"""

Check = Callable[["Page", Path], list[str]]
CHECKS: dict[str, Check] = {
    "axe": lambda page, _: looked.axe_faults(page),
    "nothing is fetched": looked.fetched,
    "no scrolling sideways": lambda page, _: looked.sideways(page),
    "nothing is cut off": lambda page, _: looked.clipped(page),
    "no small text": lambda page, _: looked.too_small(page),
    "read in the order it stands": lambda page, _: looked.out_of_order(page),
    "seen by keyboard": lambda page, _: looked.focus_faults(page, 20),
    "all is drawn": lambda page, _: looked.undrawn(page),
    "contrast in charts": lambda page, _: looked.pale_in_charts(page),
}

# a fault, as a rule of style or a piece of page, and a word of what is said of it
FAULTS = [
    ("axe", "p { color: #bbb }", "color-contrast"),
    ("axe", "<p id=first>Once more.</p><h4>Too deep</h4>", "heading-order"),
    ("axe", "<p>See <a href='#a' style='text-decoration: none; color: #00f'></a></p>", "link-name"),
    ("nothing is fetched", "<img alt='' src='https://example.org/a.png'>", "example.org"),
    ("nothing is fetched", "body { background: url('https://example.org/b.png') }", "example.org"),
    ("nothing is fetched", "<script>var a = 1</script>", "<script>"),
    ("no scrolling sideways", "table { width: 2000px }", "px wide in 320"),
    ("no scrolling sideways", "<div style='overflow: auto'><div style='width: 3000px'>A wide table.</div></div>", "A wide table"),
    ("nothing is cut off", "#first { width: 60px; height: 1.2em; overflow: hidden }", "There were 139"),
    ("no small text", "td { font-size: 10px }", "10.0 px in td"),
    ("no small text", "svg { width: 20px; height: 20px }", "8.0 px in svg"),
    ("read in the order it stands", "main { display: flex; flex-direction: column } #first { order: -1 }", "stands above"),
    ("read in the order it stands", "tr { display: flex; flex-direction: row-reverse }", "stands left of"),
    ("read in the order it stands", "<p tabindex=3>First, please.</p>", "tabindex 3"),
    ("seen by keyboard", ":focus-visible { outline: none }", "no ring"),
    ("seen by keyboard", ".skip { display: none }", "no skip link"),
    ("seen by keyboard", ".skip:focus { left: -999px }", "out of sight"),
    ("all is drawn", "<ns0:svg><text>A chart</text></ns0:svg>", "ns0:svg"),
    ("all is drawn", "<figure><p>No chart</p></figure>", "No chart"),
    ("all is drawn", "svg { height: 0 }", "<svg role"),
    ("contrast in charts", "svg text { fill: #0a8a4a }", "on rgb(0, 112, 60)"),
]  # fmt: skip


def written(folder: Path, planted: str = "") -> Path:
    mark = "<!--PLANTED-->" if planted.startswith("<") else "/* PLANTED */"
    path = folder / "page.html"
    path.write_text(GOOD.replace(mark, planted), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", CHECKS)
def test_a_good_page_has_no_fault(browser: Browser, tmp_path: Path, name: str) -> None:
    path = written(tmp_path)
    with opened(browser, path, 320) as page:
        assert CHECKS[name](page, path) == []


@pytest.mark.parametrize(("name", "planted", "says"), FAULTS, ids=[f"{one[0]}: {one[2]}" for one in FAULTS])
def test_each_check_finds_its_fault(browser: Browser, tmp_path: Path, name: str, planted: str, says: str) -> None:
    path = written(tmp_path, planted)
    with opened(browser, path, 320) as page:
        assert any(says in fault for fault in CHECKS[name](page, path))
