"""Why: the gate must speak when an extract is wrong, stay silent on a usual night, and never name a child."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import polars as pl
import pytest
from casetally.nights.config import Thresholds
from casetally.nights.facts import SAMPLE, EditionFacts, TableFacts, facts_of
from casetally.nights.gate import doubts, still_there
from casetally.records.ledger import LEDGER_COLUMNS
from casetally.records.load import SET_ASIDE_KEYS, Load
from casetally.schemas import load_schemas
from casetally.sources.delivery import no_findings
from hypothesis import given
from hypothesis import strategies as st

AS_AT = dt.date(2024, 3, 31)
LIMITS = Thresholds()
VISITS = TableFacts(100, ("child_id", "visit_id", "visited_on"), (), AS_AT, 5, tuple(range(100)), 0)


def night(table: TableFacts | None = VISITS, *, day: dt.date = AS_AT, **more: TableFacts) -> EditionFacts:
    tables = {**({"cp_visits": table} if table else {}), **more}
    return EditionFacts(day, tables, "plain", "Ourplace")


def kinds(last: EditionFacts | None, tonight: EditionFacts, limits: Thresholds = LIMITS) -> list[str]:
    return [one.kind for one in doubts(last, tonight, limits)]


def test_the_same_again_is_no_doubt() -> None:
    assert kinds(night(), night()) == []


def test_a_first_night_is_only_asked_for_rows() -> None:
    assert kinds(None, night()) == []
    assert kinds(None, night(replace(VISITS, rows=0))) == ["empty"]


@pytest.mark.parametrize(("rows", "found"), [(81, []), (80, ["rows_gone"]), (100, []), (300, [])])
def test_a_fifth_of_the_rows_gone_is_a_doubt(rows: int, found: list[str]) -> None:
    assert kinds(night(), night(replace(VISITS, rows=rows))) == found


def test_a_small_table_is_not_counted_but_must_not_be_empty() -> None:
    small = replace(VISITS, rows=19, ids=tuple(range(19)))
    assert kinds(night(small), night(replace(small, rows=3))) == []
    assert kinds(night(small), night(replace(small, rows=0, ids=()))) == ["empty"]


def test_a_table_that_is_absent_is_a_doubt_unless_it_may_be() -> None:
    assert kinds(night(), night(None)) == ["empty"]
    assert kinds(night(), night(None), Thresholds(may_be_empty=("cp_visits",))) == []


def test_a_table_that_was_empty_may_stay_away() -> None:
    assert kinds(night(replace(VISITS, rows=0, ids=())), night(None)) == []


def test_a_column_lost_or_without_a_value_is_a_doubt() -> None:
    without = replace(VISITS, columns=("child_id", "visit_id"))
    blank = replace(VISITS, blank=("visited_on",))
    assert kinds(night(), night(without)) == ["column_lost"]
    assert kinds(night(), night(blank)) == ["column_blank"]
    assert kinds(night(blank), night(without)) == []  # nothing was lost: it had no value before


@pytest.mark.parametrize(("kept", "found"), [(50, []), (49, ["ids_new"]), (0, ["ids_new"])])
def test_ids_that_are_mostly_new_are_a_doubt(kept: int, found: list[str]) -> None:
    ids = tuple(sorted([*range(kept), *range(1000, 1100 - kept)]))
    assert kinds(night(), night(replace(VISITS, ids=ids))) == found


def test_what_a_full_sample_does_not_reach_is_not_asked() -> None:
    """Tonight many more ids came, so that its 512 smallest reach only up to 600: of the last night's those below are asked."""
    before = tuple(range(0, 5120, 10))
    now = tuple(sorted({*range(0, 600, 10), *range(600)}))[:SAMPLE]
    asked = [one for one in before if one <= now[-1]]
    assert still_there(before, now) == (len(asked), len(asked))
    assert len(asked) < len(before)


def test_dates_that_stop_are_a_doubt_where_the_table_usually_has_news() -> None:
    stopped = replace(VISITS, latest=AS_AT - dt.timedelta(22))
    assert kinds(night(), night(stopped)) == ["dates_stop"]
    assert kinds(night(), night(replace(VISITS, latest=AS_AT - dt.timedelta(21)))) == []
    assert kinds(night(stopped), night(stopped, day=AS_AT + dt.timedelta(1))) == []  # so it was the last night
    seldom = replace(VISITS, usual_silence=11)
    assert kinds(night(seldom), night(replace(stopped, usual_silence=11))) == []  # twice its own silence is 22
    assert kinds(night(replace(VISITS, usual_silence=None)), night(stopped)) == []


def test_an_extract_that_stands_still_is_held_back_on_the_day_it_is_too_old() -> None:
    """The same file night after night: day by day it is one older, and on the 22nd it is a doubt."""
    first = next(
        days for days in range(60)
        if kinds(night(day=AS_AT + dt.timedelta(days - 1)), night(day=AS_AT + dt.timedelta(days)))
    )  # fmt: skip
    assert first == 22


def test_an_as_at_day_that_goes_back_and_another_authority_are_doubts() -> None:
    assert kinds(night(), night(day=AS_AT - dt.timedelta(1))) == ["as_at"]
    assert kinds(night(), replace(night(), authority="Elsewhere")) == ["authority"]
    assert kinds(night(), replace(night(), kind="ssda903")) == ["source"]


@pytest.mark.parametrize(("aside", "before", "found"), [(25, 0, ["set_aside"]), (24, 0, []), (25, 25, [])])
def test_a_fifth_of_the_rows_newly_set_aside_is_a_doubt(aside: int, before: int, found: list[str]) -> None:
    assert kinds(night(replace(VISITS, set_aside=before)), night(replace(VISITS, set_aside=aside))) == found


def test_a_doubt_names_both_nights_and_what_to_look_at() -> None:
    says = doubts(night(), night(replace(VISITS, rows=40)), LIMITS)[0].says
    assert says == ("cp_visits has 40 rows, the last night 100: 60% fewer. "
                    "Look whether the extract broke off or was narrowed.")  # fmt: skip


ASIDE = pl.DataFrame([{name: "cp_visits" if name == "table_name" else at for name in SET_ASIDE_KEYS} for at in "ab"])


def load(**columns: list[object]) -> Load:
    frame = pl.DataFrame(columns)
    return Load({"cp_visits": frame}, {"cp_visits": frozenset(columns)}, {}, no_findings(), pl.DataFrame(schema=LEDGER_COLUMNS),
                pl.DataFrame(), ASIDE,
                "plain", "", {}, (), "")  # fmt: skip


def test_facts_are_those_of_the_rows() -> None:
    days = [AS_AT - dt.timedelta(3 * at) for at in range(1, 20)] + [AS_AT - dt.timedelta(90), AS_AT + dt.timedelta(5)]
    ids = [f"v{at}" for at in range(21)]
    facts = facts_of(load(visit_id=ids, visited_on=days, seen=[None] * 21), load_schemas(), AS_AT).tables["cp_visits"]
    assert (facts.rows, facts.set_aside) == (21, 2)
    assert facts.columns == ("seen", "visit_id", "visited_on")
    assert facts.blank == ("seen",)
    assert facts.latest == AS_AT - dt.timedelta(3)  # what is planned for later is no news
    assert facts.usual_silence == 33  # from 90 days before to 57 days before
    assert len(facts.ids) == 21


def test_few_days_tell_of_no_usual_silence_and_ids_of_another_order_are_the_same() -> None:
    schemas = load_schemas()
    days = [AS_AT - dt.timedelta(at) for at in range(5)]
    one = facts_of(load(visit_id=list("abcde"), visited_on=days), schemas, AS_AT).tables["cp_visits"]
    other = facts_of(load(visit_id=list("edcba"), visited_on=days), schemas, AS_AT).tables["cp_visits"]
    assert one.usual_silence is None
    assert one.ids == other.ids == tuple(sorted(one.ids))


def test_no_more_than_the_sample_is_kept_and_it_can_be_forgotten() -> None:
    many = [f"v{at}" for at in range(2000)]
    facts = facts_of(load(visit_id=many, visited_on=[AS_AT] * 2000), load_schemas(), AS_AT)
    assert len(facts.tables["cp_visits"].ids) == SAMPLE
    assert "v17" not in facts.to_json()
    forgotten = replace(facts, tables={name: replace(one, ids=()) for name, one in facts.tables.items()})
    assert kinds(forgotten, facts) == []


_tables = st.builds(
    TableFacts, st.integers(0, 500), st.just(("a", "b")), st.sampled_from([(), ("a",)]),
    st.none() | st.dates(dt.date(2023, 1, 1), AS_AT), st.none() | st.integers(0, 400),
    st.sets(st.integers(0, 2**64 - 1), max_size=40).map(lambda ids: tuple(sorted(ids))), st.integers(0, 50),
)  # fmt: skip
_facts = st.builds(
    EditionFacts, st.just(AS_AT), st.dictionaries(st.sampled_from(["a", "b", "c"]), _tables), st.just("plain")
)


@given(_facts)
def test_facts_come_back_from_their_text(facts: EditionFacts) -> None:
    assert EditionFacts.from_json(facts.to_json()) == facts
    assert EditionFacts.from_json(facts.to_json()).to_json() == facts.to_json()


@given(_facts)
def test_a_night_is_never_odd_beside_itself(facts: EditionFacts) -> None:
    assert kinds(facts, facts) == []
