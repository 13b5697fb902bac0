"""Why: what ships must load whole, and an authority's own folder must change what it means to change and nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from casetally.definitions import Library, load_library
from casetally.definitions.indicators import Indicator
from casetally.errors import CallError
from casetally.shipped import shipped_folder
from casetally.yaml_files import load_yaml

Laid = Callable[[dict[str, str]], Library]
Own = Callable[[dict[str, str]], Mapping[str, Indicator]]
SHIPPED = shipped_folder("definitions")

FOLLOW_THE_LIMIT = {"assessment_45wd", "assessment_45wd_from_referral"}


def written_in(file: str, name: str) -> str:
    """The text of one entry of a shipped file, as it stands there."""
    lines = (SHIPPED / file).read_text(encoding="utf-8").splitlines(keepends=True)
    start = lines.index(f"{name}:\n")
    end = next(
        (at for at in range(start + 1, len(lines)) if lines[at].strip() and lines[at][0] not in " #"), len(lines)
    )
    return "".join(lines[start:end])


def test_every_definition_that_ships_loads() -> None:
    library = load_library()
    named = {
        name
        for path in (SHIPPED / "indicators").glob("*.yaml")
        for name in load_yaml(path).entries()
    }  # fmt: skip
    assert set(library.indicators) == named
    assert list(library.indicators) == sorted(named)
    assert set(library.record_sets) == {path.stem for path in (SHIPPED / "records").glob("*.sql")}


def test_every_indicator_has_examples_a_source_and_its_own_fingerprint() -> None:
    indicators = load_library().indicators.values()
    assert [one.id for one in indicators if not one.text.examples and not one.text.supplied] == []
    assert [one.id for one in indicators if not one.text.source or not one.text.meaning.endswith(".")] == []
    assert all(len(one.fingerprint) == 12 for one in indicators)


def test_every_column_of_a_record_set_is_explained_and_every_explanation_is_of_a_column() -> None:
    for one in load_library().record_sets.values():
        assert set(one.types) == set(one.text.columns), one.name
        assert all(one.text.columns.values()), one.name
        assert set(one.text.id) <= set(one.types), one.name


def test_a_record_set_comes_after_those_it_reads() -> None:
    library = load_library()
    order = list(library.record_sets)
    assert [
        (one.name, used) for one in library.record_sets.values() for used in one.uses
        if order.index(used) > order.index(one.name)
    ] == []  # fmt: skip
    chosen = [one.name for one in library.record_sets_for(["looked_after_review_spells"])]
    assert chosen[-1] == "looked_after_review_spells"
    assert set(chosen) == {"looked_after", "care_reviews_held", "looked_after_review_spells"}


def test_every_limit_that_ships_is_dated_and_sourced() -> None:
    for limit in load_library().limits.values():
        assert limit.values, limit.name
        assert all(limit.sources), limit.name


def test_an_unknown_indicator_is_answered_with_the_nearest() -> None:
    with pytest.raises(CallError) as wrong:
        load_library().indicator("assesment_45wd")
    assert wrong.value.render() == "There is no indicator 'assesment_45wd'.\nDid you mean 'assessment_45wd'?"


def test_a_folder_that_is_not_there_is_a_mistake_in_the_call(tmp_path: Path) -> None:
    with pytest.raises(CallError, match="There is no folder"):
        load_library(tmp_path / "none")


def test_an_empty_folder_and_an_empty_file_change_nothing(laid_over: Laid) -> None:
    library = laid_over({"indicators/mine.yaml": "# none yet\n", "limits/mine.yaml": ""})
    assert fingerprints(library) == fingerprints(load_library())


def fingerprints(library: Library) -> dict[str, str]:
    return {name: one.fingerprint for name, one in library.indicators.items()}


def changed(library: Library) -> set[str]:
    """The indicators that differ in fingerprint from what ships, or are new."""
    before = fingerprints(load_library())
    return {name for name, now in fingerprints(library).items() if before.get(name) != now}


MINE = """\
contacts_received:
  title: Contacts received by telephone
  meaning: Contacts received by telephone in the period.
  source: local
  count: contacts
  when: received_on
  where: method = 'telephone'
"""


def test_an_own_indicator_takes_the_place_of_one_that_ships(laid_over: Laid) -> None:
    library = laid_over({"indicators/mine.yaml": MINE})
    assert library.indicators["contacts_received"].text.title == "Contacts received by telephone"
    assert list(library.indicators) == list(load_library().indicators)
    assert changed(library) == {"contacts_received"}


def test_an_own_limit_takes_the_place_of_one_that_ships(laid_over: Laid) -> None:
    """45 working days become 35 from April 2024; whatever reads the limit has a new fingerprint, and nothing else has."""
    mine = """\
assessment_working_days:
  title: Ours
  unit: working days
  values: [{from: 2013-04-15, value: 45, source: law}, {from: 2024-04-01, value: 35, source: ours}]
"""
    library = laid_over({"limits/mine.yaml": mine})
    assert library.limits["assessment_working_days"].values == ((dt.date(2013, 4, 15), 45), (dt.date(2024, 4, 1), 35))
    assert changed(library) == FOLLOW_THE_LIMIT


@pytest.mark.parametrize(
    "value", ["{from: 2013-04-15, value: 46, source: ours}", "{from: 2013-04-16, value: 45, source: ours}"]
)
def test_another_value_or_day_of_a_limit_is_another_meaning(value: str, laid_over: Laid) -> None:
    mine = f"assessment_working_days: {{title: Ours, unit: working days, values: [{value}]}}\n"
    assert changed(laid_over({"limits/mine.yaml": mine})) == FOLLOW_THE_LIMIT


def test_the_source_of_a_limit_is_not_its_meaning(laid_over: Laid) -> None:
    values = load_library().limits["assessment_working_days"].values
    again = ", ".join(f"{{from: {since}, value: {value}, source: another}}" for since, value in values)
    mine = f"assessment_working_days: {{title: Other, unit: days, values: [{again}]}}\n"
    assert changed(laid_over({"limits/mine.yaml": mine})) == set()


def test_a_record_set_of_ones_own_changes_what_counts_its_rows(laid_over: Laid) -> None:
    sql = (SHIPPED / "records/contacts.sql").read_text(encoding="utf-8")
    beside = (SHIPPED / "records/contacts.yaml").read_text(encoding="utf-8")
    contacts = {
        "contact_decision_1wd", "contact_decision_differs", "contacts_completed", "contacts_rate", "contacts_received",
        "contacts_repeat_12m", "contacts_to_early_help", "contacts_to_social_care", "contacts_with_consent",
    }  # fmt: skip
    only_calls = sql.replace("from contacts", "from contacts where method = 'telephone'")
    assert changed(laid_over({"records/contacts.sql": only_calls, "records/contacts.yaml": beside})) == contacts
    spaced = "-- ours\n" + sql.replace(",", " ,\n ").replace("select", "SELECT")
    assert changed(laid_over({"records/contacts.sql": spaced, "records/contacts.yaml": beside})) == set()


def test_a_record_set_that_others_read_changes_them_too(laid_over: Laid) -> None:
    sql = (SHIPPED / "records/looked_after.sql").read_text(encoding="utf-8")
    beside = (SHIPPED / "records/looked_after.yaml").read_text(encoding="utf-8")
    assert "only_respite is not true" in sql
    with_respite = sql.replace("where s.only_respite is not true", "where p.care_period_id is not null")
    found = changed(laid_over({"records/looked_after.sql": with_respite, "records/looked_after.yaml": beside}))
    assert {"cla_open", "cla_reviews_up_to_date", "cla_visit_up_to_date"} <= found
    assert not any(name.startswith(("contact", "cp_", "referral", "assessment")) for name in found)


ONE = """\
mine:
  title: Mine
  meaning: What it means.
  source: local
  count: assessments
  when: completed_on
  where: outcome = 'other'
"""
SHARE = ONE + "  share: working_days(started_on, completed_on) <= limit('assessment_working_days', started_on)\n"
CLOCK = ONE + "  clock: {from: started_on, due: 'days_after(started_on, 45)', met: completed_on}\n"


def mine(own_indicators: Own, text: str) -> str:
    return own_indicators({"indicators/mine.yaml": text})["mine"].fingerprint


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (SHARE, "# a remark\n" + SHARE.replace("title: Mine", "title: Another").replace("What it means.", "Else.")),
        (SHARE, SHARE.replace("source: local", "source: elsewhere") + "  good: higher\n  weeks: true\n"),
        (SHARE, SHARE.replace("working_days(started_on, completed_on)", "WORKING_DAYS( started_on,completed_on )")),
        (SHARE, SHARE.replace("  share: working", "  share: >\n    working").replace(" <= limit", "\n    <= limit")),
        (ONE, ONE.replace("outcome = 'other'", "outcome = 'other' -- no further action")),
        (ONE, ONE + "  examples: [{rows: {assessments: [{started_on: 2023-04-03}]}, month: 2023-06, expect: 0}]\n"),
    ],
    ids=["title", "polarity", "spaces", "lines", "remark", "examples"],
)
def test_the_same_meaning_has_the_same_fingerprint(one: str, other: str, own_indicators: Own) -> None:
    assert mine(own_indicators, one) == mine(own_indicators, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (SHARE, SHARE.replace("<= limit", "< limit")),
        (SHARE, SHARE.replace("started_on, completed_on", "referral_received_on, completed_on")),
        (SHARE, SHARE.replace("'assessment_working_days'", "'cp_visit_working_days'")),
        (ONE, ONE.replace("'other'", "'early_help'")),
        (ONE, ONE.replace("where:", "share:")),
        (ONE, ONE.replace("when: completed_on", "when: started_on")),
        (ONE, ONE.replace("when: completed_on", "open: [started_on, completed_on]")),
        (ONE, ONE + "  distinct: child_id\n"),
        (ONE, ONE + "  rate: 10000\n"),
        (ONE, ONE + "  looks_back: 12\n"),
        (ONE.replace("count: assessments", "count: referrals").replace("completed_on", "decided_on"),
         ONE.replace("count: assessments", "count: referrals").replace("completed_on", "closed_on")),
        (ONE + "  average: days(started_on, completed_on)\n", ONE + "  median: days(started_on, completed_on)\n"),
        (CLOCK, CLOCK.replace("45", "46")),
        (CLOCK, CLOCK.replace("met: completed_on", "met: completed_on, met_before_start: late")),
        (CLOCK, CLOCK.replace("from: started_on", "from: referral_received_on")),
        (CLOCK, CLOCK.replace("from: started_on", "from: completed_on").replace("met: completed_on", "met: started_on")),
        (ONE, ONE.replace("where:", "unsettled:")),
    ],
    ids=["sign", "column", "limit", "code", "where or share", "when", "flow or stock", "distinct", "rate", "looks back",
         "date", "average or median", "due", "met before the start", "from", "from and met", "where or unsettled"],
)  # fmt: skip
def test_another_meaning_has_another_fingerprint(one: str, other: str, own_indicators: Own) -> None:
    assert mine(own_indicators, one) != mine(own_indicators, other)


def test_a_ratio_changes_with_its_parts(laid_over: Laid) -> None:
    ratio = "mine: {title: T, meaning: M, source: S, ratio: {of: contacts_received, to: referrals_received}}\n"
    plain = laid_over({"indicators/r.yaml": ratio}).indicators["mine"].fingerprint
    assert (
        laid_over({"indicators/r.yaml": ratio.replace("title: T", "title: U")}).indicators["mine"].fingerprint == plain
    )
    other = laid_over({"indicators/r.yaml": ratio, "indicators/mine.yaml": MINE})
    assert other.indicators["mine"].fingerprint != plain


def test_a_copy_of_what_ships_in_an_own_folder_is_the_same(laid_over: Laid) -> None:
    copied = written_in("indicators/assessments.yaml", "assessment_45wd")
    assert changed(laid_over({"indicators/mine.yaml": copied})) == set()
