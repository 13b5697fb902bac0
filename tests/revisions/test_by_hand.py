"""Why: each cause on its own, in a few rows that anybody can count: which child, which record, and how late it came.

September 2023; an assessment is in time up to 45 working days (28 August is a bank holiday).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest
from casetally.definitions.library import Library
from casetally.errors import CallError
from casetally.figures.revisions import ChildChange, KnownState, Split, split_children, split_figures, telescope
from casetally.periods import period_of
from casetally.schemas import load_schemas
from casetally.sources.delivery import ROW_COLUMNS, Delivery, SourceTable

from revisions.histories import LIBRARY, known, overlay

SEPTEMBER = period_of("month", dt.date(2023, 9, 1))
AS_AT, KNOWN_LATER = dt.date(2023, 10, 2), dt.date(2023, 10, 9)
IN_TIME = {"assessment_id": "A1", "child_id": "C1", "started_on": "2023-08-01", "completed_on": "2023-09-12"}
TOO_LATE = {"assessment_id": "A2", "child_id": "C2", "started_on": "2023-06-01", "completed_on": "2023-09-20"}
THIRD = {"assessment_id": "A3", "child_id": "C3", "started_on": "2023-07-31", "completed_on": "2023-09-05"}
Row = dict[str, str]


def delivered(without: tuple[str, ...] = (), **tables: list[Row]) -> Delivery:
    """Rows by table as a source has them, with every column of a table but those left out; children are made up for all ids."""
    ids = sorted(
        {
            row[name]
            for rows in tables.values()
            for row in rows
            for name in row
            if name in ("child_id", "linked_child_id")
        }
    )
    given = {"children": [{"child_id": one, "date_of_birth": "2015-01-01"} for one in ids], **tables}
    made = []
    for name, rows in given.items():
        columns = [column for column in load_schemas().tables[name].columns if f"{name}.{column}" not in without]
        texts = {column: pl.Series([row.get(column) for row in rows], dtype=pl.String) for column in columns}
        places = {
            "_record": pl.Series(range(len(rows)), dtype=pl.UInt32),
            "_file": pl.Series([f"{name}.csv"] * len(rows), dtype=pl.String),
            "_row": pl.Series(range(2, len(rows) + 2), dtype=pl.UInt32),
        }
        made.append(SourceTable(name, pl.DataFrame(texts | places)))
    return Delivery("plain", (), tuple(made), pl.DataFrame(schema=ROW_COLUMNS))


def assessed(
    *rows: Row, as_at: dt.date = AS_AT, library: Library = LIBRARY, closures: tuple[dt.date, ...] = ()
) -> KnownState:
    return known(delivered(assessments=list(rows)), as_at, library=library, closures=closures)


def why(before: KnownState, after: KnownState, indicator: str = "assessment_45wd") -> Split:
    return split_children(before, replace(after, known_on=KNOWN_LATER), indicator, SEPTEMBER)


def parts(split: Split) -> dict[str, tuple[int | None, int | None]]:
    return {one.cause: (_int(one.numerator), _int(one.denominator)) for one in split.figure.parts}


def _int(number: object) -> int | None:
    return None if number is None else int(number)  # type: ignore[call-overload]


def only(split: Split) -> ChildChange:
    (one,) = split.children
    return one


def test_a_record_that_came_late_is_named_with_its_child_and_how_late() -> None:
    found = why(assessed(IN_TIME, TOO_LATE), assessed(IN_TIME, TOO_LATE, THIRD))
    assert parts(found) == {"rows_recorded_late": (1, 1)}
    assert found.figure.before.value == 50
    assert found.figure.parts[0].value == Fraction(200, 3) - 50  # from 1 of 2 to 2 of 3
    assert only(found).key == "C3"
    # 31 July to 9 October: 31 days of August, 30 of September and 9 of October
    assert only(found).why() == "assessments A3 of 2023-07-31, known 70 days later"


def test_the_frame_has_the_two_ends_around_the_parts() -> None:
    before, after = assessed(IN_TIME, TOO_LATE), assessed(IN_TIME, TOO_LATE, THIRD)
    frame = split_figures(before, after, ["assessment_45wd"], [SEPTEMBER])
    assert frame.select("cause", "numerator", "denominator").rows() == [
        ("before", 1, 2), ("rows_recorded_late", 1, 1), ("after", 2, 3),
    ]  # fmt: skip


def test_a_record_withdrawn_takes_its_child_along() -> None:
    found = why(assessed(IN_TIME, TOO_LATE), assessed(IN_TIME))
    assert parts(found) == {"rows_withdrawn": (0, -1)}
    assert (only(found).key, only(found).why()) == ("C2", "assessments A2 of 2023-06-01")


def test_a_record_that_changed_names_the_column_that_the_figure_reads() -> None:
    moved = TOO_LATE | {"completed_on": "2023-07-20", "team": "North"}
    found = why(assessed(IN_TIME, TOO_LATE), assessed(IN_TIME, moved))
    assert parts(found) == {"rows_changed": (0, -1)}
    assert only(found).records[0].columns == ("completed_on",)


def test_a_column_that_the_figure_does_not_read_is_no_cause() -> None:
    found = why(assessed(IN_TIME), assessed(IN_TIME | {"team": "North"}))
    assert (found.figure.moved, found.children) == (False, ())


def test_rows_set_aside_and_no_longer_set_aside_are_told_from_rows_gone_and_rows_late() -> None:
    spoilt = TOO_LATE | {"started_on": "soon"}
    gone = why(assessed(IN_TIME, TOO_LATE), assessed(IN_TIME, spoilt))
    assert parts(gone) == {"rows_newly_set_aside": (0, -1)}
    back = why(assessed(IN_TIME, spoilt), assessed(IN_TIME, TOO_LATE))
    assert parts(back) == {"rows_no_longer_set_aside": (0, 1)}
    assert (only(gone).key, only(back).key) == ("C2", "C2")


def test_an_end_that_came_after_the_first_night_is_news_and_no_change() -> None:
    rows = (IN_TIME, TOO_LATE)  # A2 is completed on the 20th, of which a night on the 15th knows nothing
    found = why(assessed(*rows, as_at=dt.date(2023, 9, 15)), assessed(*rows))
    assert parts(found) == {"time_passed": (0, 1)}
    assert (only(found).key, only(found).records[0].columns) == ("C2", ("completed_on",))


def test_a_day_of_the_key_that_came_after_the_first_night_makes_no_other_record() -> None:
    matched = {
        "child_id": "C1",
        "care_period_id": "P1",
        "decided_on": "2023-08-01",
    }  # its key has the day of placement too
    rows = [matched | {"placed_on": "2023-10-20"}]
    before, after = (known(delivered(permanence=rows), day) for day in (AS_AT, dt.date(2023, 10, 31)))
    way = telescope(before, after)
    one = way.differences["permanence"]
    assert [step.cause for step in way.steps] == ["time_passed"]
    assert (one.withdrawn, one.late, one.changed.height, one.met.height) == ([], [], 0, 1)


def test_a_record_that_begins_after_the_first_night_is_news_and_not_late() -> None:
    first, second = dt.date(2023, 9, 15), dt.date(2023, 10, 2)
    visit = {"episode_id": "M1", "child_id": "C1", "started_at": "2023-09-20T10:00:00"}
    before = known(delivered(missing_episodes=[]), first)
    found = why(before, known(delivered(missing_episodes=[visit]), second), "missing_episodes")
    assert parts(found) == {"time_passed": (1, None)}
    assert only(found).records[0].record == "M1"


def test_a_closure_day_is_the_calendars_part() -> None:
    # from Monday 3 July the 45th working day is 5 September, for 28 August is a bank holiday
    one_day_over = {"assessment_id": "A4", "child_id": "C4", "started_on": "2023-07-03", "completed_on": "2023-09-06"}
    found = why(assessed(one_day_over), assessed(one_day_over, closures=(dt.date(2023, 8, 29),)))
    assert parts(found) == {"calendar": (1, 0)}
    assert (only(found).key, only(found).why()) == ("C4", "working-day calendar")


LIMIT = """
assessment_working_days:
  title: An assessment is completed within this many working days
  unit: working days
  values:
    - {from: 2013-04-15, value: 40, source: a local decision}
"""
DEFINITION = """
assessment_45wd:
  title: Assessments completed within 45 working days
  meaning: The same, of some assessments.
  source: a proposal
  count: assessments
  when: completed_on
  where: no_further_action is null
  clock: completion
"""


def test_a_changed_limit_and_a_changed_definition_are_told_apart(tmp_path: Path) -> None:
    # from 3 July the 40th working day is 29 August: in time for a limit of 45, late for one of 40
    between = {"assessment_id": "A5", "child_id": "C5", "started_on": "2023-07-03", "completed_on": "2023-09-04"}
    limit = overlay(tmp_path / "limit", limits=LIMIT)
    found = why(assessed(IN_TIME, between), assessed(IN_TIME, between, library=limit))
    assert parts(found) == {"limit": (-1, 0)}
    assert only(found).key == "C5"
    where = DEFINITION.replace("no_further_action is null", "started_on >= date '2023-07-15'")
    both = overlay(tmp_path / "both", limits=LIMIT, indicators=where)
    found = why(assessed(IN_TIME, between), assessed(IN_TIME, between, library=both))
    assert parts(found) == {"limit": (-1, 0), "definition": (0, -1)}


def test_a_column_that_the_source_did_not_have_before_is_what_it_tells() -> None:
    plan = {"plan_id": "P1", "child_id": "C1", "started_on": "2023-09-04", "previous_plans": "1"}
    before = known(delivered(without=("cp_plans.previous_plans",), cp_plans=[plan]), AS_AT)
    found = why(before, known(delivered(cp_plans=[plan]), AS_AT), "cp_plan_repeat_ever")
    assert parts(found) == {"what_the_source_tells": (1, 0)}
    assert only(found).why() == "what the source tells"


def test_a_figure_that_one_night_cannot_give_has_no_parts_and_says_so() -> None:
    lacking = known(delivered(without=("assessments.completed_on",), assessments=[IN_TIME]), AS_AT)
    found = why(assessed(IN_TIME), lacking)
    assert (found.figure.after.status, found.figure.parts, found.children) == ("not_available", (), ())
    assert "no value" in found.note


def test_a_new_estimate_of_the_population_is_a_line_of_no_child() -> None:
    referral = {"referral_id": "R1", "child_id": "C1", "received_on": "2023-09-04"}
    few, many = (
        [{"authority": "Madeupshire", "mid_year": "2022", "population": number}] for number in ("10000", "20000")
    )
    before, after = (known(delivered(referrals=[referral], populations=rows), AS_AT) for rows in (few, many))
    found = why(before, after, "referrals_rate")
    assert parts(found) == {"populations": (0, 10000)}
    assert (only(found).key, _int(only(found).denominator)) == (None, 10000)
    assert (found.figure.before.value, found.figure.after.value) == (Fraction(1), Fraction(1, 2))


def test_two_children_found_to_be_one_are_one_less() -> None:
    episodes = [{"episode_id": f"M{at}", "child_id": f"C{at}", "started_at": "2023-09-04T10:00:00"} for at in (1, 2)]
    link = {"child_id": "C1", "linked_child_id": "C2", "linked_on": "2023-09-25"}
    before = known(delivered(missing_episodes=episodes, child_links=[]), AS_AT)
    found = why(before, known(delivered(missing_episodes=episodes, child_links=[link]), AS_AT), "missing_children")
    assert parts(found) == {"rows_recorded_late": (-1, None)}
    assert (only(found).key, only(found).records[0].table) == ("C2", "child_links")


def test_a_ratio_is_told_by_its_two_parts() -> None:
    enquiry = {"enquiry_id": "S1", "child_id": "C1", "started_on": "2023-09-01", "completed_on": "2023-09-08"}
    discussion = {"discussion_id": "D1", "child_id": "C1", "held_on": "2023-09-01"}
    before = known(delivered(s47_enquiries=[enquiry], strategy_discussions=[discussion]), AS_AT)
    second = [discussion, discussion | {"discussion_id": "D2", "child_id": "C2"}]
    after = known(delivered(s47_enquiries=[enquiry], strategy_discussions=second), AS_AT)
    name = next(
        one.id for one in LIBRARY.indicators.values() if one.text.ratio and one.text.ratio.to == "strategy_discussions"
    )
    found = why(before, after, name)
    assert [one.figure.indicator for one in found.parts_of] == ["s47_completed", "strategy_discussions"]
    assert parts(found) == {"rows_recorded_late": (0, 1)}
    assert [one.key for one in found.parts_of[1].children] == ["C2"]


def test_an_indicator_that_only_one_night_defines_is_not_split(tmp_path: Path) -> None:
    own = overlay(
        tmp_path,
        indicators=DEFINITION.replace("assessment_45wd", "our_own").replace("  where: no_further_action is null\n", ""),
    )
    found = why(assessed(IN_TIME), assessed(IN_TIME, library=own), "our_own")
    assert (found.figure.before.status, found.figure.after.status, found.figure.parts) == (
        "not_defined",
        "calculated",
        (),
    )


def test_a_basis_on_which_it_is_not_given_is_refused() -> None:
    week = period_of("week", dt.date(2023, 9, 4))
    with pytest.raises(CallError, match="has no figure"):
        split_children(assessed(IN_TIME), assessed(IN_TIME, THIRD), "cp_plan_repeat_2y", week)
