"""Why: what is deleted for good and what a manager is told first are small rules, each held at its boundary."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from casetally.nights.config import Retention
from casetally.nights.lock import held
from casetally.nights.movement import moved_since
from casetally.nights.retention import too_old
from casetally.nights.summary import columns, plain
from casetally.schemas import load_schemas
from casetally.store.editions import Edition, open_editions
from cli.calling import call

from nightly.world import NIGHT, last_edition, log_lines, walk, write_config

LAST = dt.date(2024, 4, 2)
_ONE = Edition(1, LAST, LAST, "", "", 2, None, None, 0, "", "", "", "", "", "")


def kept(*days: str) -> list[Edition]:
    return [replace(_ONE, number=at + 1, known_on=dt.date.fromisoformat(day)) for at, day in enumerate(days)]


def test_nights_within_the_days_stay_and_older_ones_go() -> None:
    """Ten days before 2 April is 23 March."""
    keep = Retention(editions_days=10, month_ends_months=0)
    assert too_old(kept("2024-03-22", "2024-03-23", "2024-04-02"), LAST, keep) == [1]


def test_the_last_night_of_each_month_stays_longer() -> None:
    """Of February the 29th was the last; two months before April begin in February, so January's last goes."""
    keep = Retention(editions_days=1, month_ends_months=2)
    nights = kept("2024-01-31", "2024-02-28", "2024-02-29", "2024-03-30", "2024-03-31", "2024-04-01", "2024-04-02")
    assert too_old(nights, LAST, keep) == [1, 2, 4]


def test_the_last_edition_never_goes() -> None:
    keep = Retention(editions_days=1, month_ends_months=0)
    assert too_old(kept("2020-01-01"), LAST, keep) == []


def test_of_two_editions_of_one_night_the_second_is_the_months_last() -> None:
    keep = Retention(editions_days=1, month_ends_months=6)
    assert too_old(kept("2024-03-31", "2024-03-31", "2024-04-02"), LAST, keep) == [1]


def test_an_old_night_is_gone_after_the_next_and_the_last_is_whole(two_nights: Path) -> None:
    """Of the two nights of April the first is no month's last; a night in May lets it go."""
    write_config(two_nights, "[retention]\neditions_days = 20\n", as_at='"2024-04-03"')
    walk(two_nights / "nightly.toml", dt.date(2024, 5, 3))
    editions = open_editions(two_nights / "home" / "editions.duckdb", load_schemas())
    numbers = [one.number for one in editions.all()]
    contacts = editions.load(editions.numbered(2)).tables["contacts"].height
    editions.close()
    assert numbers == [2, 3]
    assert contacts == 60
    assert next(line for line in log_lines(two_nights / "home") if line.get("editions"))["editions"] == 1


FIGURE = {"indicator": "a", "basis": "month", "period": "2024-03", "period_end": dt.date(2024, 3, 31), "breakdown": "all",
          "numerator": 1.0, "denominator": 2.0, "value": 50.0, "definition": "x", "unit": "percent"}  # fmt: skip


def figures(*changes: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame([{**FIGURE, **change} for change in changes])


def test_what_moved_is_told_and_what_did_not_is_not() -> None:
    before = figures({}, {"indicator": "b"}).drop("breakdown", "unit")
    now = figures({"numerator": 2.0, "value": 100.0}, {"indicator": "b"})
    moved = moved_since(before, now, LAST)
    assert [(one.indicator, one.before, one.now) for one in moved] == [("a", (1.0, 2.0, 50.0), (2.0, 2.0, 100.0))]


def test_the_most_children_come_first() -> None:
    before = figures({}, {"indicator": "b"}).drop("breakdown", "unit")
    now = figures({"numerator": 2.0}, {"indicator": "b", "numerator": 2.0, "denominator": 4.0})
    assert [one.indicator for one in moved_since(before, now, LAST)] == ["b", "a"]


@pytest.mark.parametrize(
    "change", [{"definition": "y"}, {"breakdown": "team"}, {"basis": "quarter"}, {"period_end": dt.date(2024, 4, 30)}]
)
def test_another_definition_a_group_and_a_month_not_over_did_not_move(change: dict[str, object]) -> None:
    assert moved_since(figures({}).drop("breakdown", "unit"), figures({"numerator": 2.0, **change}), LAST) == []


def test_numbers_stand_at_the_right_and_texts_at_the_left() -> None:
    rows = list(columns([("table", "rows", "latest"), ("a", "1,234", "2024-03-31"), ("bcd", "7", "")]))
    assert rows == ["table  rows   latest", "a      1,234  2024-03-31", "bcd        7"]


def test_a_text_from_elsewhere_can_do_nothing_to_a_terminal() -> None:
    assert plain("a\x1b[31mb\nc\u202ed") == "a [31mb c d"


def test_the_second_of_two_nights_ends_with_its_own_code(two_nights: Path) -> None:
    before = last_edition(two_nights / "home")
    with held(two_nights / "home"):
        answer = call("nightly", two_nights / "nightly.toml", "--night", NIGHT + dt.timedelta(2))
    assert answer.code == 6
    assert "is running since" in answer.err
    assert last_edition(two_nights / "home") == before


def test_json_says_what_was_kept(two_nights: Path) -> None:
    answer = call("nightly", two_nights / "nightly.toml", "--night", NIGHT + dt.timedelta(2), "--json")
    said = json.loads(answer.out)
    assert (said["edition"], said["new"], said["night"]) == (3, True, "2024-04-04")
