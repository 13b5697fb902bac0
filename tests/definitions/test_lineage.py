"""Why: what an indicator needs decides whether a figure is given at all, so it is held against lists made by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from casetally.definitions import Library, load_library
from casetally.definitions.lineage import lacking, needs_of

# by hand, from the SQL and the rules: what dates, links or decides a row; never what only refines it
NEEDS = {
    "contacts_received": {"contacts.*", "contacts.received_on"},
    "contacts_to_social_care": {"contacts.*", "contacts.received_on", "contacts.outcome"},
    "contact_decision_1wd": {"contacts.*", "contacts.received_on", "contacts.completed_on"},
    "assessment_45wd": {"assessments.*", "assessments.started_on", "assessments.completed_on"},
    "assessment_45wd_from_referral": {
        "assessments.*", "assessments.completed_on", "assessments.referral_id", "referrals.*", "referrals.referral_id",
        "referrals.received_on",
    },
    "referrals_received": {"referrals.*", "referrals.received_on"},
    "referrals_rate": {"referrals.*", "referrals.received_on", "populations.population"},
    # person_id is made from child_id
    "rereferrals_12m": {"referrals.*", "referrals.received_on", "referrals.child_id"},
    "rereferrals_12m_after_closure": {
        "referrals.*", "referrals.received_on", "referrals.child_id", "referrals.closed_on", "referrals.referral_id",
    },
    # another authority's plans are left out where that is recorded: it refines
    "cp_plans_open": {"cp_plans.*", "cp_plans.started_on", "cp_plans.ended_on"},
    "cp_plan_open_over_24m": {"cp_plans.*", "cp_plans.started_on", "cp_plans.ended_on"},
    # respite refines, and with it the whole table of legal statuses; what links a period to it is the period's own key
    "cla_open": {
        "care_periods.*", "care_periods.started_on", "care_periods.ended_on", "care_periods.care_period_id",
        "care_periods.child_id",
    },
    # the enquiry is needed for the clock; the strategy discussion and the transfer in refine
    "icpc_held": {"cp_conferences.*", "cp_conferences.held_on"},
    "icpc_15wd": {
        "cp_conferences.*", "cp_conferences.held_on", "cp_conferences.enquiry_id", "s47_enquiries.*",
        "s47_enquiries.enquiry_id", "s47_enquiries.started_on",
    },
    # a visit counts only where its plan is known
    "cp_visits_made_10wd": {
        "cp_visits.*", "cp_visits.visited_on", "cp_visits.plan_id", "cp_visits.visit_id", "cp_plans.*", "cp_plans.plan_id",
        "cp_plans.started_on",
    },
}  # fmt: skip


def dotted(library: Library, name: str) -> set[str]:
    return {f"{table}.{column}" for table, column in needs_of(library, library.indicators[name])}


@pytest.mark.parametrize("name", NEEDS)
def test_what_an_indicator_needs(name: str) -> None:
    assert dotted(load_library(), name) == NEEDS[name]


@pytest.mark.parametrize(
    ("name", "refining"),
    [
        ("cla_open", "legal_statuses.status"),
        ("cp_plans_open", "cp_plans.other_authority"),
        ("icpc_15wd", "cp_conferences.transfer_in"),
        ("icpc_15wd", "s47_enquiries.strategy_discussion_on"),
        ("cla_reviews_up_to_date", "care_reviews.cancelled"),
        ("cla_reviews_up_to_date", "legal_statuses.status"),  # through the record set of children looked after
    ],
)
def test_what_only_refines_is_not_needed(name: str, refining: str) -> None:
    table, column = refining.split(".")
    library = load_library()
    assert column in library.schemas.tables[table].columns
    assert refining not in dotted(library, name)


def test_every_indicator_needs_columns_that_there_are() -> None:
    library = load_library()
    for indicator in library.indicators.values():
        needs = needs_of(library, indicator)
        assert len(needs) >= (1 if indicator.text.supplied else 2), indicator.id
        assert [
            (indicator.id, table, column) for table, column in sorted(needs)
            if column != "*" and column not in library.schemas.tables[table].columns
        ] == []  # fmt: skip


def test_a_source_lacks_what_it_has_not() -> None:
    library = load_library()
    needs = needs_of(library, library.indicators["assessment_45wd_from_referral"])
    whole = {table: frozenset(one.columns) for table, one in library.schemas.tables.items()}
    assert lacking(needs, whole) == []
    assert lacking(needs, {"assessments": whole["assessments"]}) == ["referrals"]
    without = {**whole, "assessments": whole["assessments"] - {"completed_on"}}
    assert lacking(needs, without) == ["assessments.completed_on"]


EXPLAINED = """\
title: Mine
one_row_is: one assessment
base: assessments
id: [assessment_id]
columns: {assessment_id: it, child_id: child, person_id: person, completed_on: end, received_on: receipt}
"""
INDICATOR = "mine: {title: T, meaning: M, source: S, count: mine, when: completed_on%s}\n"
ROWS = {"assessments.*", "assessments.completed_on"}
LINKED = {"assessments.referral_id", "referrals.*", "referrals.referral_id"}
SQL = {
    "left": "select a.assessment_id, a.child_id, a.person_id, a.completed_on, r.received_on\n"
            "from assessments as a left join referrals as r on r.referral_id = a.referral_id",
    "inner": "select a.assessment_id, a.child_id, a.person_id, a.completed_on, r.received_on\n"
             "from assessments as a join referrals as r on r.referral_id = a.referral_id",
    "using": "select a.assessment_id, a.child_id, a.person_id, a.completed_on, r.received_on\n"
             "from assessments as a join referrals as r using (referral_id)",
    "filter": "select assessment_id, child_id, person_id, completed_on, started_on as received_on\n"
              "from assessments where outcome = 'nfa'",
    "star": "with a as (select x.* from assessments as x where x.outcome = 'nfa')\n"
            "select assessment_id, child_id, person_id, completed_on, started_on as received_on from a",
    "union": "select assessment_id, child_id, person_id, completed_on, started_on as received_on from assessments\n"
             "union all\n"
             "select referral_id, child_id, person_id, closed_on, received_on from referrals",
}  # fmt: skip


@pytest.mark.parametrize(
    ("join", "plain", "with_receipt"),
    [
        ("left", ROWS, ROWS | LINKED | {"referrals.received_on"}),  # a left join decides no row
        ("inner", ROWS | LINKED, ROWS | LINKED | {"referrals.received_on"}),
        ("using", ROWS | LINKED, ROWS | LINKED | {"referrals.received_on"}),
        ("filter", ROWS | {"assessments.outcome"}, ROWS | {"assessments.outcome", "assessments.started_on"}),
        ("star", ROWS | {"assessments.outcome"}, ROWS | {"assessments.outcome", "assessments.started_on"}),
        ("union", ROWS | {"referrals.*", "referrals.closed_on"},
         ROWS | {"referrals.*", "referrals.closed_on", "assessments.started_on", "referrals.received_on"}),
    ],
)  # fmt: skip
def test_what_the_sql_makes_needed(
    join: str, plain: set[str], with_receipt: set[str], laid_over: Callable[[dict[str, str]], Library]
) -> None:
    files = {"records/mine.sql": SQL[join], "records/mine.yaml": EXPLAINED}
    without = laid_over({**files, "indicators/mine.yaml": INDICATOR % ""})
    asking = laid_over({**files, "indicators/mine.yaml": INDICATOR % ", where: received_on is null"})
    assert dotted(without, "mine") == plain
    assert dotted(asking, "mine") == with_receipt
