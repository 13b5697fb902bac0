"""What is said and drawn of a figure that is settling, part by part."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from casetally.definitions.reports import View
from casetally.errors import CallError
from casetally.figures.ratings import may_turn, travel_of
from casetally.figures.spc import ControlChart, control_chart, sentence
from casetally.figures.values import FIGURE_SCHEMA
from casetally.figures.views import FigureBook, Seen, see
from casetally.periods import month, period_of
from casetally.reports import terminal
from casetally.reports.charts.look import MARKS, PROVISIONAL
from casetally.reports.charts.points import drawn_as
from casetally.reports.commentary.sentences import Told, level
from casetally.reports.document import Definition, LineShown
from casetally.reports.headlines import because
from casetally.reports.lines import ReportRow, ends_shown, usually_ends
from casetally.reports.open_data import export
from casetally.reports.settling_text import kind_words, late_words

SEPTEMBER = month(dt.date(2023, 9, 30))


def seen(value: str, maturity: str = "final", settles: tuple[str, str] | None = None, **more: Any) -> Seen:
    ends = (Fraction(settles[0]), Fraction(settles[1])) if settles else None
    return Seen(None, None, Fraction(value), **{"unit": "percent", "maturity": maturity, "settles": ends, **more})


def row(*figures: Seen) -> ReportRow:
    """The months up to September with these figures, of which a higher one is better."""
    periods = [month(dt.date(2023, 10 - back, 1) - dt.timedelta(1)) for back in range(len(figures))][::-1]
    series = dict(zip(periods, figures, strict=True))
    travel = travel_of(figures[-1], figures[-2], "higher") if len(figures) > 1 else None
    return ReportRow(
        "Visits", "R1", "Visits in time", "", True, "month", 1, "visits", View("visits", "value"), series, series, {}, "higher",
        None, None, travel, None, {}, (),
    )  # fmt: skip


def charted(of: ReportRow) -> ControlChart:
    return control_chart(of.monthly, {}, "higher")


def line(of: ReportRow) -> LineShown:
    definition = Definition("visits", "Visits in time", "", "", "higher")
    return LineShown("Visits", "r1", "R1", "Visits in time", (of,), definition, charted(of))


SETTLING = seen("79.5", "settling", ("84.04", "91"))


def test_the_commentary_says_between_what_a_figure_usually_ends() -> None:
    told = Told(line(row(SETTLING)), None, "internal")
    assert level(told) == (
        "September 2023: 79.5%, settling: it usually ends between 84.0% and 91.0% as late records arrive."
    )


def test_without_a_range_the_commentary_says_that_it_usually_still_moves() -> None:
    told = Told(line(row(seen("79.5", "settling"))), None, "internal")
    assert level(told) == "September 2023: 79.5%, settling: such a figure usually still moves as late records arrive."


@pytest.mark.parametrize(
    ("figure", "places", "ends", "words"),
    [
        (SETTLING, 1, ("84.0%", "91.0%"), "usually ends between 84.0% and 91.0%"),
        (SETTLING, 0, ("84%", "91%"), "usually ends between 84% and 91%"),
        (seen("79.5", "settling", ("84.01", "84.04")), 1, ("84.0%", "84.0%"), "usually ends at 84.0%"),
        (
            seen("1200", "settling", ("1234", "1300"), unit="number"),
            0,
            ("1,234", "1,300"),
            "usually ends between 1,234 and 1,300",
        ),
        (seen("79.5"), 1, None, ""),
    ],
)
def test_a_range_is_rounded_as_its_figure_is(
    figure: Seen, places: int, ends: tuple[str, str] | None, words: str
) -> None:
    assert ends_shown(figure, places) == ends
    assert usually_ends(figure, places) == words


@pytest.mark.parametrize(
    ("now", "before", "turns"),
    [
        (SETTLING, "70", False),  # wherever it ends is above 70
        (SETTLING, "83", True),  # 79.5 is below 83, 84 above
        (SETTLING, "95", False),
        (SETTLING, "79.4", False),  # 79.5, 84 and 91 are all above
        (seen("79.5", "settling"), "70", True),
        (seen("79.5", "provisional"), "70", True),
        (seen("79.5"), "70", False),
        (seen("79.5", "short_history"), "70", False),
    ],
)
def test_a_change_is_better_or_worse_only_if_it_is_wherever_the_figure_usually_ends(
    now: Seen, before: str, turns: bool
) -> None:
    earlier = seen(before)
    travel = travel_of(now, earlier, "higher")
    assert travel is not None
    assert may_turn(now, Fraction(before)) is turns
    assert travel.verdict in (("up", "down") if turns else ("better", "worse"))


def test_a_headline_says_settling_and_leaves_out_a_change_that_may_turn() -> None:
    assert because(line(row(seen("83"), SETTLING))) == "79.5%, settling"
    assert because(line(row(seen("70"), SETTLING))) == "79.5%, settling, better than in August 2023"


def test_the_chart_says_which_months_are_settling() -> None:
    steady = [seen(str(80 + at % 3)) for at in range(6)]
    one = charted(row(*steady, seen("81", "settling"), seen("80", "provisional")))
    said = sentence(one, 1)
    assert "The figure for September 2023 is provisional and may still change." in said
    assert "The figure for August 2023 is settling: records of it usually still arrive." in said
    two = charted(row(*steady, seen("81", "settling"), seen("80", "settling")))
    assert "The figures for two months are settling: records of them usually still arrive." in sentence(two, 1)
    assert "settling" not in sentence(charted(row(*steady)), 1)


@pytest.mark.parametrize("kind", ["common", "improving", "concerning", "neither"])
def test_a_point_that_is_settling_has_a_shape_that_neither_a_final_nor_a_provisional_one_has(kind: str) -> None:
    mark = next(mark for name, mark in MARKS.items() if name == kind)
    final, provisional, settling = (drawn_as(mark, one) for one in ("final", "provisional", "settling"))
    assert settling["shape"] not in {final["shape"], provisional["shape"]}
    assert settling["colour"] == final["colour"]
    assert float(str(settling["area"])) > PROVISIONAL.area  # a dot needs room


def figures(*rows: dict[str, Any]) -> FigureBook:
    usual = {"authority": "A", "indicator": "visits", "basis": "month", "period": "2023-09", "period_start": SEPTEMBER.start,
             "period_end": SEPTEMBER.end, "breakdown": "all", "group": "all", "numerator": 159.0, "denominator": 200.0,
             "value": 79.5, "unit": "percent", "status": "calculated", "maturity": "settling", "definition": "d",
             "edition": "e", "settles_from": 84.0, "settles_to": 91.0}  # fmt: skip
    return FigureBook(pl.DataFrame([{**usual, **one} for one in rows], schema=FIGURE_SCHEMA))


NORTH = {"breakdown": "team", "group": "North", "settles_from": None, "settles_to": None}


def test_a_view_of_the_value_has_the_range_and_one_of_its_parts_has_not() -> None:
    book = figures({}, NORTH)
    whole = see(book, View("visits", "value"), SEPTEMBER)
    assert (whole.maturity, whole.settles) == ("settling", (Fraction(84), Fraction(91)))
    for view in (View("visits", "numerator"), View("visits", "remainder"),
                 View("visits", "value", breakdown="team", groups=("North",))):  # fmt: skip
        part = see(book, view, SEPTEMBER)
        assert (part.maturity, part.settles) == ("settling", None)


def test_a_group_that_does_not_occur_is_settling_without_the_range_of_the_whole() -> None:
    found = see(figures({}), View("visits", "value", breakdown="team", groups=("South",)), SEPTEMBER)
    assert (found.maturity, found.settles) == ("settling", None)


@pytest.mark.parametrize(
    ("maturities", "least"),
    [
        (("final", "settling"), "settling"),
        (("settling", "short_history"), "short_history"),
        (("short_history", "provisional"), "provisional"),
        (("settling", "provisional"), "provisional"),
        (("final", "final"), "final"),
    ],
)
def test_what_is_made_of_several_figures_is_as_settled_as_the_least_settled_of_them(
    maturities: tuple[str, str], least: str
) -> None:
    groups = [
        {**NORTH, "group": name, "maturity": one} for name, one in zip(("North", "South"), maturities, strict=True)
    ]
    both = see(figures({}, *groups), View("visits", "value", breakdown="team", groups=("North", "South")), SEPTEMBER)
    assert (both.maturity, both.settles, both.value) == (least, None, Fraction("79.5"))
    quarter = period_of("quarter", SEPTEMBER.start)
    no_range = {"settles_from": None, "settles_to": None}
    ends = (quarter.start, quarter.start + dt.timedelta(31), quarter.end)
    told = zip(("2023-07", "2023-08", "2023-09"), ends, ("final", *maturities), strict=True)
    months = [
        {"period": name, "period_start": day, "period_end": day, "maturity": one, **no_range} for name, day, one in told
    ]
    mean = see(figures(*months), View("visits", "mean_of_months"), quarter)
    assert (mean.maturity, mean.settles) == (least, None)


def test_figures_of_a_run_before_ranges_were_given_can_still_be_viewed() -> None:
    older = {"indicator": "visits", "basis": "month", "period": "2023-09", "breakdown": "all", "group": "all", "numerator": 1.0,
             "denominator": 2.0, "value": 50.0, "unit": "percent", "status": "calculated", "maturity": "final"}  # fmt: skip
    book = FigureBook(pl.DataFrame([older]))
    assert see(book, View("visits", "value"), SEPTEMBER).settles is None


def test_how_late_records_are_is_said_for_the_horizons_that_could_be_watched() -> None:
    told = {"table": "cp_visits", "column": "visited_on", "since": dt.date(2023, 10, 1), "until": dt.date(2023, 10, 31),
            "followed_for": 8, "rows": 1412, "within_1": 0.71, "within_5": 0.8749, "within_10": None, "within_30": None,
            "median": 0.5}  # fmt: skip
    assert late_words(told) == (
        "Of 1,412 child protection visits (visited on) from 1 October 2023 to 31 October 2023 that were known within 8 days, "
        "71.0% were so within 1 day and 87.5% within 5; half within 1 day."
    )
    assert late_words({**told, "median": 0.0}).endswith("; half on the day.")


@pytest.mark.parametrize(
    ("table", "words"),
    [("cp_visits", "child protection visits"), ("s47_enquiries", "section 47 enquiries"), ("contacts", "contacts")],
)
def test_tables_are_named_as_people_say_them(table: str, words: str) -> None:
    assert kind_words(table) == words


def test_a_range_goes_with_its_figure_alone() -> None:
    assert replace(SETTLING, value=None).may_move
    assert ends_shown(replace(SETTLING, value=None), 1) is None


@pytest.mark.parametrize(
    ("maturity", "ends", "words"),
    [
        ("settling", (84.04, 91.0), "settling, usually 84.0 to 91.0"),
        ("settling", (84.01, 84.04), "settling, usually 84.0"),
        ("settling", (None, None), "settling"),
        ("short_history", (None, None), "short history"),
    ],
)
def test_the_table_of_a_run_says_where_a_figure_usually_ends(
    maturity: str, ends: tuple[float | None, float | None], words: str
) -> None:
    told = {"maturity": maturity, "settles_from": ends[0], "settles_to": ends[1]}
    assert terminal._how_settled(told) == words


def test_figures_of_a_run_before_ranges_were_given_can_still_be_exported(tmp_path: Path) -> None:
    older = pl.DataFrame(schema={name: kind for name, kind in FIGURE_SCHEMA.items() if not name.startswith("settles_")})
    older.write_parquet(tmp_path / "figures.parquet")
    assert export._figures(tmp_path / "figures.parquet").columns == older.columns
    older.drop("value").write_parquet(tmp_path / "figures.parquet")
    with pytest.raises(CallError, match="holds no figures of a run"):
        export._figures(tmp_path / "figures.parquet")
