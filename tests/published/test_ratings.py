"""Why: one rule gives the letters that a report prints; it was checked against seventy of them (rules: Counting, RAG)."""

from __future__ import annotations

import csv
import datetime as dt
from fractions import Fraction
from pathlib import Path

import pytest
from casetally.definitions.authorities import Target, find_authority
from casetally.definitions.library import load_library
from casetally.definitions.reports import NoView, lines_of, view_of
from casetally.figures.published import read_published, to_period
from casetally.figures.ratings import LETTERS, rating_of, travel_of
from casetally.figures.views import Seen

PRINTED = Path(__file__).parents[2] / "sample_data" / "published" / "surrey-2024-09"
DAY = dt.date(2024, 9, 30)


def target(**says: object) -> Target:
    return Target.model_validate({"from": dt.date(2024, 4, 1), **says})


@pytest.mark.parametrize(
    ("value", "says", "good", "rating"),
    [
        ("95", {"target": 95}, "higher", "green"),
        ("94.9", {"target": 95}, "higher", "amber"),
        ("85.5", {"target": 95}, "higher", "amber"),  # 10% of 95 is 9.5
        ("85.4", {"target": 95}, "higher", "red"),
        ("9", {"target": 9}, "lower", "green"),
        ("9.9", {"target": 9}, "lower", "amber"),
        ("10", {"target": 9}, "lower", "red"),
        ("15", {"low": 15, "high": 20}, "lower", "green"),
        ("20", {"low": 15, "high": 20}, "higher", "green"),
        ("20.1", {"low": 15, "high": 20}, "higher", "red"),  # a range has no amber
        ("14.9", {"low": 15, "high": 20}, "lower", "red"),
        ("90", {"target": 95, "tolerance": 5}, "higher", "red"),  # 5% of 95 is 4.75
        ("50", {"target": 95}, "neither", None),
        ("9.9", {"target": 9, "good": "higher"}, "lower", "green"),  # the authority's own polarity
    ],
)
def test_green_at_target_amber_within_a_tenth_of_it_red_beyond(
    value: str, says: dict[str, object], good: str, rating: str | None
) -> None:
    assert rating_of(Fraction(value), target(**says), good, DAY) == rating  # type: ignore[arg-type]


def test_a_trajectory_asks_for_the_line_from_its_baseline_to_its_target() -> None:
    """From 60 on 31 March to 80 on 31 March a year later: half the days, half the way."""
    rising = target(target=80, by=dt.date(2025, 3, 31), baseline={"on": dt.date(2024, 3, 31), "value": 60})
    assert rising.on(dt.date(2024, 3, 31)) == 60
    assert rising.on(dt.date(2025, 3, 31)) == 80
    assert rising.on(dt.date(2024, 6, 12)) == 60 + Fraction(20 * 73, 365)
    assert rising.on(dt.date(2026, 1, 1)) == 80


def test_68_of_the_70_printed_letters_follow_from_the_rule() -> None:
    """Not 7.6 (84 against 100 is red, printed amber) nor 10.1 in August (81 against 81.0 is amber, printed red)."""
    library = load_library()
    report = library.report("surrey-2024-09")
    authority = find_authority(library.folders, report.authority, library.indicators)
    assert authority is not None
    lines = {one.line.ref: one.line for one in lines_of(report)}
    given, wrong = 0, []
    for row in read_published(PRINTED).frame.iter_rows(named=True):
        if not row["rag"]:
            continue
        given += 1
        view, period = (
            view_of(lines[row["ref"]], row["breakdown"], row["basis"], row["period"]),
            to_period(row["basis"], row["period"]),
        )
        assert not isinstance(view, NoView)
        assert period is not None
        asked = authority.target_of(view, period.end, period.basis)
        assert asked is not None, row["ref"]
        good = library.indicator(view.indicator).text.good
        rating = rating_of(Fraction(row["value"]), asked, good, period.end)
        if LETTERS.get(rating) != row["rag"]:  # type: ignore[arg-type]
            wrong.append((row["ref"], row["period"], row["rag"], rating))
    assert given == 70
    assert wrong == [("7.6", "2024-08", "A", "red"), ("10.1", "2024-08", "R", "amber")]


def test_every_printed_target_is_in_force_for_its_line() -> None:
    """Targets and ranges of benchmarks.csv are those of the authority's file, in the report's last month."""
    library = load_library()
    lost = []
    for folder in sorted(PRINTED.parent.iterdir()):
        report = library.report(folder.name)
        authority = find_authority(library.folders, report.authority, library.indicators)
        assert authority is not None
        lines = {one.line.ref: one.line for one in lines_of(report)}
        with (folder / "benchmarks.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                kind = row["comparator"]
                if kind not in ("target", "target_low", "target_high") or not row["value"]:
                    continue
                line = lines[row["ref"]]
                view = view_of(line)
                if isinstance(view, NoView) or not isinstance(view.shows, str):
                    continue
                year, month = int(folder.name[-7:-3]), int(folder.name[-2:])
                day = dt.date(year, month, 28)
                in_force = [
                    one for one in authority.targets.get(view.indicator, ()) if one.from_ <= day <= (one.to or day)
                ]
                numbers = {number for one in in_force for number in (one.target, one.low, one.high)}
                if float(row["value"]) not in numbers:
                    lost.append((folder.name, row["ref"], row["value"]))
    # the commentary's 100 for children in care stands beside the table's 87, which is kept
    assert lost == [("southampton-2024-08", "K21", "100")]


@pytest.mark.parametrize(
    ("now", "before", "good", "verdict"),
    [
        ("84", "82", "higher", "better"),
        ("84", "82", "lower", "worse"),
        ("84", "84", "lower", "same"),
        ("84", "82", "neither", "up"),
    ],
)
def test_travel_is_better_or_worse_by_the_polarity(now: str, before: str, good: str, verdict: str) -> None:
    def seen(value: str) -> Seen:
        return Seen(None, None, Fraction(value), "percent")

    travel = travel_of(seen(now), seen(before), good)  # type: ignore[arg-type]
    assert travel is not None
    assert (travel.verdict, travel.unit) == (verdict, "percentage points")
    assert travel.change == Fraction(now) - Fraction(before)


def test_there_is_no_travel_from_nothing() -> None:
    nothing = Seen(Fraction(0), Fraction(0), None, "percent", "not_applicable")
    assert travel_of(Seen(None, None, Fraction(5), "percent"), nothing, "higher") is None
