"""Why: the page that says why figures moved is read on a phone and on paper too, as a report is, so it is held to the same."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import polars as pl
import pytest
from casetally.figures.revisions import FigureSplit, KnownState, Part
from casetally.figures.revisions.seen import Seen
from casetally.periods import month
from casetally.reports.revisions.page import write_revisions_page

from tests.browser import looked
from tests.browser.looked import opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FEBRUARY, MARCH = month(dt.date(2024, 2, 1)), month(dt.date(2024, 3, 1))
TITLE = "Children in need, neither protected nor looked after, visited in time"


def state(number: int, day: dt.date) -> KnownState:
    one = SimpleNamespace(text=SimpleNamespace(title=TITLE))
    library = SimpleNamespace(indicators={"visited": one})
    told: Any = SimpleNamespace(
        store=SimpleNamespace(as_at=day),
        library=library,
        authority="Ourplace",
        label=f"edition {number} of 2 April 2024",
        forgotten=int(number == 2),
    )
    return cast("KnownState", told)


def seen(top: int, below: int) -> Seen:
    return Seen(Fraction(top), Fraction(below), Fraction(100 * top, below), "calculated", "percent")


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A month that was over and one that still ran, each with a history of three editions."""
    splits = [
        FigureSplit(
            "visited", period, seen(1, 3), seen(2, 3), (Part(cause, Fraction(1), Fraction(0), Fraction(100, 3)),)
        )
        for period, cause in ((FEBRUARY, "rows_recorded_late"), (MARCH, "time_passed"))
    ]
    nights = [dt.date(2024, 3, 28), dt.date(2024, 3, 29), dt.date(2024, 3, 30)]
    figures = pl.DataFrame([
        {"indicator": "visited", "basis": "month", "period": period.name, "number": number + 1, "numerator": float(top),
         "denominator": 3.0, "value": 100 * top / 3, "status": "calculated"}
        for period in (FEBRUARY, MARCH) for number, top in enumerate((2, 1, 2))
    ])  # fmt: skip
    path = tmp_path_factory.mktemp("revisions") / "revisions.html"
    known = pl.DataFrame({"number": [1, 2, 3], "known_on": nights})
    write_revisions_page(path, splits, state(2, nights[1]), state(3, nights[2]), figures, known)
    return path


@pytest.mark.parametrize("width", [1280, 320])
def test_it_is_whole_at_every_width_and_axe_finds_nothing(browser: Browser, page_file: Path, width: int) -> None:
    with opened(browser, page_file, width) as page:
        assert looked.open_all_details(page) == 2
        faults = {
            "nothing is fetched": looked.fetched(page, page_file),
            "no scrolling sideways": looked.sideways(page),
            "nothing is cut off": looked.clipped(page),
            "no small text": looked.too_small(page),
            "in order": looked.out_of_order(page),
            "all is drawn": looked.undrawn(page),
            "axe": looked.axe_faults(page),
        }
        assert {name: found for name, found in faults.items() if found} == {}
        assert page.locator("script").count() == 0


def test_it_says_which_periods_were_over(browser: Browser, page_file: Path) -> None:
    with opened(browser, page_file, java_script_enabled=False) as page:
        text = page.inner_text("main")
    assert "2 figures moved." in text
    assert "Children forgotten since: 1 of edition 2 of 2 April 2024." in text
    assert "1 of them is of a period that was over by 29 March 2024 and comes first" in text


def test_printed_it_keeps_the_values_beside_their_causes(browser: Browser, page_file: Path) -> None:
    with opened(browser, page_file, 700) as page:
        page.emulate_media(media="print")
        looked.open_all_details(page)
        assert looked.sideways(page) == []
