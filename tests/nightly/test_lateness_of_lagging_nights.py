"""Why: a night that speaks for last month's end keeps nothing of this month, and a record must not be called late for that."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from cli.calling import Answer, call

from nightly.world import walk, write_config, write_export

NIGHTS = [dt.date(2024, month, day) for month in (2, 3, 4) for day in (1, 10, 20)]
LAST = NIGHTS[-1]
LAGS = "the night of 20 April 2024 speaks for 31 March 2024"


def _home(base: Path, as_at: str) -> Path:
    """Nine nights, each reading all contacts up to it."""
    config = write_config(base, as_at=f'"{as_at}"', months="3")
    for night in NIGHTS:
        write_export(base / "export", contacts=100, until=night + dt.timedelta(1))
        walk(config, night, accept=True)
    return base


@pytest.fixture(scope="module")
def month_end(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _home(tmp_path_factory.mktemp("month_end"), "month_end")


def settling(base: Path, *asked: str) -> Answer:
    answer = call("settling", *asked, "--store", base / "home")
    assert answer.code == 0, answer.err
    return answer


def one_line(text: str) -> str:
    return " ".join(text.split())


def test_nights_as_at_month_end_say_that_they_cannot_tell_how_late_records_are(month_end: Path) -> None:
    said = one_line(settling(month_end, "--records").out)
    assert LAGS in said
    assert "within" not in said
    assert "It takes five weeks of nights after it that speak for their own day or the day before, not" in said
    assert LAGS in one_line(settling(month_end).out)


def test_data_of_such_nights_has_no_rows_and_stderr_says_why(month_end: Path) -> None:
    as_csv = settling(month_end, "--records", "--csv")
    assert len(as_csv.out.splitlines()) == 1
    assert LAGS in one_line(as_csv.err)
    as_json = settling(month_end, "--json")
    assert json.loads(as_json.out)["records"] == []
    assert LAGS in one_line(as_json.err)
    assert LAGS not in settling(month_end, "--csv").err  # how far figures move is not touched by it


def test_status_says_it_and_gives_no_share(month_end: Path) -> None:
    answer = call("status", month_end / "nightly.toml", "--night", LAST)
    assert answer.code == 0, answer.out
    assert LAGS in answer.out
    assert "It takes eleven weeks of nights after it that speak for their own day or the day before, not" in answer.out
    found = json.loads(call("status", month_end / "nightly.toml", "--night", LAST, "--json").out)
    assert {one["usual"] for one in found["tables"]} == {None}
    assert LAGS in found["usual_untold"]


def test_as_it_was_known_on_a_night_that_did_not_lag_it_is_told_by_those_up_to_then(tmp_path: Path) -> None:
    """Day by day until 10 April, then one night as at month end: before it the count is there, after it begins anew."""
    base = _home(tmp_path, "day_before")
    assert "contacts,received_on" in settling(base, "--records", "--csv").out
    assert call("status", base / "nightly.toml", "--night", LAST).out.count("speaks for") == 0
    write_export(base / "export", contacts=100, until=dt.date(2024, 4, 25))
    walk(write_config(base, as_at='"month_end"', months="3"), dt.date(2024, 4, 25), accept=True)
    assert "the night of 25 April 2024 speaks for 31 March 2024" in one_line(settling(base, "--records").out)
    assert "contacts,received_on" in settling(base, "--records", "--csv", "--known-at", f"{LAST}").out
