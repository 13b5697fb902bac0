"""Why: who stands behind a poor figure is counted from the rows of its case list; here they are counted again,
from the list itself.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from casetally.calendar import Calendar
from casetally.definitions.library import Library, load_library
from casetally.definitions.reports import View
from casetally.figures.behind import Behind, behind
from casetally.figures.cases import CaseList, list_cases
from casetally.figures.ratings import Good
from casetally.periods import Period, period_of
from casetally.records.validate import check_records
from casetally.samples import write_sample
from casetally.sources.recognise import read_source
from casetally.store import Store, store_of_frames
from spec.tables import given

AS_AT = dt.date(2024, 3, 31)


@pytest.fixture(scope="session")
def library() -> Library:
    return load_library()


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory, library: Library) -> Store:
    """A made-up authority of two years, with linked identities."""
    folder: Path = tmp_path_factory.mktemp("commentary") / "records"
    write_sample(folder, children=3000, years=2, as_at=AS_AT, seed=11, dirt=1.0)
    checked = check_records(read_source(folder), AS_AT, Calendar.england(), library.schemas)
    return store_of_frames(checked.tables, library.schemas, Calendar.england(), AS_AT, present=checked.present)


def counted_again(
    store: Store, found: CaseList, *, is_rest: bool, key: str | None
) -> tuple[int, int, set[str], Counter[str]]:
    """(number, children, families, by team) from the rows of a case list, by plain loops."""
    person = dict(store.rows("SELECT child_id, person_id FROM children"))
    family: dict[str, str] = {}
    for child, one in store.rows(
        "SELECT child_id, family_id FROM children WHERE family_id IS NOT NULL ORDER BY family_id"
    ):
        family.setdefault(person[child], one)
    rows = found.rows.to_dicts()
    if key is None:
        chosen = [row for row in rows if row["in_numerator"] is not is_rest]
        number = len(chosen)
    else:
        units = [person[row["child_id"]] if key == "person_id" else row[key] for row in rows]
        hold = {unit for unit, row in zip(units, rows, strict=True) if row["in_numerator"]}
        chosen = [row for unit, row in zip(units, rows, strict=True) if (unit in hold) is not is_rest]
        number = len({unit for unit in units if (unit in hold) is not is_rest})
    people = {person[row["child_id"]] for row in chosen}
    teams = Counter(row["team_group"] for row in chosen) if "team_group" in found.rows.columns else Counter()
    return number, len(people), {family[one] for one in people if one in family}, teams


SHARES = [
    ("referral_decision_1wd", "month"), ("referral_decision_1wd", "year"), ("rereferrals_12m", "year_to_date"),
    ("contact_decision_1wd", "quarter"), ("assessment_45wd", "rolling_12_months"), ("icpc_15wd", "year"),
    ("cp_visit_10wd", "month"), ("cin_visit_6w", "quarter"), ("cla_3plus_placements_12m", "month"),
    ("cla_over_20_miles", "year_to_date"),
    ("cla_iha_20wd", "year"), ("cla_visit_up_to_date", "month"), ("care_leavers_in_touch", "month"),
    ("missing_interview_72h", "year"), ("missing_children_looked_after", "year"), ("missing_children_looked_after_offered", "year"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "basis"), SHARES, ids=[f"{name}-{basis}" for name, basis in SHARES])
def test_behind_is_the_case_list_counted_again(store: Store, library: Library, name: str, basis: str) -> None:
    indicator, period = library.indicator(name), period_of(basis, AS_AT)
    listed = list_cases(store, library, indicator, period)
    is_rest = indicator.text.good == "higher"
    number, children, families, teams = counted_again(store, listed, is_rest=is_rest, key=indicator.distinct)
    found = behind(store, library, [(View(name, "value"), period)])[View(name, "value"), period]
    assert listed.numerator is not None
    assert listed.denominator is not None
    assert found.number == number == (listed.denominator - listed.numerator if is_rest else listed.numerator)
    assert found.children == children
    assert (found.families or 0) == len(families)
    if indicator.distinct is None:
        assert dict(found.teams) == teams
    assert [count for team, count in found.teams if team != "unknown"] == sorted(
        (count for team, count in found.teams if team != "unknown"), reverse=True
    )
    assert found.is_rest is is_rest


def test_the_sample_has_enough_to_tell_the_counts_apart(store: Store, library: Library) -> None:
    period = period_of("year", AS_AT)
    found = behind(store, library, [(View("rereferrals_12m", "value"), period)])[
        View("rereferrals_12m", "value"), period
    ]
    assert found.number > found.children > (found.families or 0) > 0
    asked = [(View(name, "value"), period_of(basis, AS_AT)) for name, basis in SHARES]
    assert any(one.unsettled for one in behind(store, library, asked).values())


def test_many_are_asked_at_once_and_each_is_answered(store: Store, library: Library) -> None:
    asked = [(View(name, "value"), period_of(basis, AS_AT)) for name, basis in SHARES]
    together = behind(store, library, asked)
    assert list(together) == asked
    assert together == {one: behind(store, library, [one])[one] for one in asked}


@pytest.mark.parametrize("name", ["cla_visit_up_to_date", "assessment_45wd"])
def test_a_group_has_its_own_share_of_those_behind(store: Store, library: Library, name: str) -> None:
    period, indicator = period_of("year_to_date", AS_AT), library.indicator(name)
    whole = behind(store, library, [(View(name, "value"), period)])[View(name, "value"), period]
    for team, count in whole.teams:
        view = View(name, "value", "team", (team,))
        listed = list_cases(store, library, indicator, period, breakdown="team", group=team)
        assert listed.denominator is not None
        assert (
            behind(store, library, [(view, period)])[view, period].number
            == count
            == listed.denominator - (listed.numerator or 0)
        )
    two = View(name, "value", "team", tuple(team for team, _ in whole.teams[:2]))
    assert behind(store, library, [(two, period)])[two, period].number == sum(count for _, count in whole.teams[:2])


RECORDS = """
children
child_id | date_of_birth | family_id
a1       | 2015-01-01    |
a2       | 2015-01-01    | f1
b        | 2014-01-01    | f1
c        | 2016-01-01    | f2
d        | 2016-02-01    |
e        | 2016-03-01    | o'neil

child_links
child_id | linked_child_id | reason
a1       | a2              | merged

referrals
referral_id | child_id | received_on | decided_on | team
r1          | a1       | 2023-06-01  | 2023-06-20 | North
r2          | a2       | 2023-06-05  | 2023-06-20 | North
r3          | b        | 2023-06-06  | 2023-06-26 | Sou'th
r4          | c        | 2023-06-06  | 2023-06-07 | Sou'th
r5          | d        | 2023-06-08  |            |
r6          | e        | 2023-06-29  |            | North
r7          | d        | 2023-06-08  |            |
"""
# within a working day: r4 alone. r6, received on Thursday 29 June, may be decided by Friday 30 and is so unsettled.
# Behind the other six are a (two ids, a family with one), b, d and e, of the families f1 and o'neil; d has none.
JUNE: Period = period_of("month", dt.date(2023, 6, 1))
DECIDED = View("referral_decision_1wd", "value")


@pytest.fixture(scope="module")
def small() -> tuple[Store, Library]:
    made = given(RECORDS, "2023-06-30")
    return made.store, made.library


def test_linked_ids_are_one_child_and_a_family_counts_once(small: tuple[Store, Library]) -> None:
    assert behind(*small, [(DECIDED, JUNE)]) == {
        (DECIDED, JUNE): Behind(6, 4, 2, 1, (("North", 3), ("Sou'th", 1), ("unknown", 2)), 1, is_rest=True)
    }


@pytest.mark.parametrize("shows", ["fraction", "remainder"])
def test_a_fraction_and_the_number_left_over_have_the_same_behind_them(
    small: tuple[Store, Library], shows: str
) -> None:
    view = View("referral_decision_1wd", shows)  # type: ignore[arg-type]
    assert behind(*small, [(view, JUNE)])[view, JUNE] == behind(*small, [(DECIDED, JUNE)])[DECIDED, JUNE]


def test_where_lower_is_better_those_above_the_line_are_behind_it(small: tuple[Store, Library]) -> None:
    # re-referrals: r2, of the child who came as a1 on 1 June
    view = View("rereferrals_12m", "numerator")
    assert behind(*small, [(view, JUNE)])[view, JUNE] == Behind(1, 1, 1, 0, (("North", 1),), 0, is_rest=False)


@pytest.mark.parametrize(("shows", "better"), [("value", "lower"), ("numerator", "lower"), ("remainder", "higher")])
def test_a_target_may_say_which_way_is_better(small: tuple[Store, Library], shows: Any, better: Good) -> None:
    view = View("referral_decision_1wd", shows)
    found = behind(*small, [(view, JUNE)], good={(view, JUNE): better})
    assert found[view, JUNE] == Behind(1, 1, 1, 0, (("Sou'th", 1),), 0, is_rest=False)


@pytest.mark.parametrize(
    "view",
    [
        View("referrals_received", "value"),  # a count
        View("referrals_rate", "value"),  # a rate
        View("referral_decision_1wd", "denominator"),
        View(
            "referral_decision_1wd", "numerator"
        ),  # more of them is better: nobody falls short in a count of those in time
        View("referral_decision_1wd", "share_of_all", "team", ("North",)),
        View("referrals_nfa", "value"),  # neither way is better
    ],
)
def test_what_is_no_share_that_falls_short_has_nobody_behind_it(small: tuple[Store, Library], view: View) -> None:
    assert behind(*small, [(view, JUNE)]) == {}


def test_nobody_is_behind_a_month_without_rows(small: tuple[Store, Library]) -> None:
    april = period_of("month", dt.date(2023, 4, 1))
    assert behind(*small, [(DECIDED, april)])[DECIDED, april] == Behind(0, 0, None, 0, (), 0, is_rest=True)


def test_a_group_with_a_quote_in_its_name(small: tuple[Store, Library]) -> None:
    view = View("referral_decision_1wd", "value", "team", ("Sou'th",))
    assert behind(*small, [(view, JUNE)])[view, JUNE].number == 1


def test_without_families_in_the_source_none_are_told() -> None:
    made = given(
        "children\nchild_id\na\n\nreferrals\nreferral_id | child_id | received_on | decided_on\nr1 | a | 2023-06-01 | 2023-06-20\n",
        "2023-06-30", only_these_columns=True,
    )  # fmt: skip
    found = behind(made.store, made.library, [(DECIDED, JUNE)])[DECIDED, JUNE]
    assert (found.number, found.children, found.families) == (1, 1, None)


def test_nothing_asked_is_nothing_answered(small: tuple[Store, Library]) -> None:
    assert behind(*small, []) == {}


def test_only_counts_leave_the_module(store: Store, library: Library) -> None:
    ids = {row[0] for row in store.rows("SELECT child_id FROM children")}
    asked = [(View(name, "value"), period_of(basis, AS_AT)) for name, basis in SHARES]
    said = repr(list(behind(store, library, asked).values()))
    assert ids
    assert not any(f"'{one}'" in said for one in ids)
