"""Why: outcomes decide who progressed, and no two suppliers write them in one form; the forms here are those of their extracts."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest
from casetally.sources.delivery import Delivery
from casetally.sources.ssd.outcomes import factors, outcome, permanence_plan

from tests.sources.ssd.conftest import MARK, Tables, rows_of

Read = Callable[[Tables], Delivery]

LIQUIDLOGIC = (
    '{"NFA_FLAG": "", "NFA_S47_END_FLAG": "", "STRATEGY_DISCUSSION_FLAG": "", "CLA_REQUEST_FLAG": "", '
    '"PROV_OF_SERVICES_FLAG": "Y", "OTHER_ACTIONS_FLAG": "Y", "TOTAL_NO_OF_OUTCOMES": 2, "COMMENTS": "x"}'
)


def one(text: str, code_list: str) -> str | None:
    value: str | None = outcome(pl.Series([text]), code_list).item()
    return value


@pytest.mark.parametrize(
    ("code_list", "text", "code"),
    [
        ("assessment_outcome", LIQUIDLOGIC, "child_in_need"),
        ("assessment_outcome", '{"OUTCOME_NFA_FLAG" : "Y", "OUTCOME_NFA_S47_END_FLAG" : "N"}', "no_further_action"),
        ("assessment_outcome", '{"NFA_S47_END_FLAG":"Y"}', "no_further_action"),
        ("assessment_outcome", '{"STRATEGY_DISCUSSION_FLAG":"Y","PROV_OF_SERVICES_FLAG":"Y"}', "strategy_discussion"),
        ("assessment_outcome", '{"SPECIALIST_ASSESSMENT_FLAG":"Y","NFA_FLAG":"Y"}', "other"),
        ("contact_outcome", '{"NEW_REFERRAL_FLAG": "Y", "ADVICE_FLAG": "Y"}', "social_care"),
        ("contact_outcome", '{"NEW_REFERRAL_FLAG":"N","EXISTING_REFERRAL_FLAG":"Y"}', "open_case"),
        ("contact_outcome", '{"ADVICE_FLAG": "YES", "NUMBER_OF_OUTCOMES": 1}', "information_advice"),
        ("contact_outcome", '{"NFA_FLAG": true}', "no_further_action"),
        ("contact_outcome", '{"PRIVATE_FOSTERING_FLAG": "Y"}', "PRIVATE_FOSTERING"),
        ("contact_outcome", '{"NEW_REFERRAL_FLAG": "", "NUMBER_OF_OUTCOMES": 1}', None),
        ("contact_outcome", "No further action", "no_further_action"),
        ("contact_outcome", "Advice; Progress to referral", "social_care"),
        ("contact_outcome", "Something of ours", "Something of ours"),
        ("referral_outcome", '{"SINGLE_ASSESSMENT_FLAG": "Y", "CP_CONFERENCE_FLAG": "Y"}', "assessment"),
        ("referral_outcome", '{"SINGLE_ASSESSMENT_FLAG": "Y", "STRATEGY_DISCUSSION_FLAG": "Y"}', "assessment"),
        ("referral_outcome", '{"STRATEGY_DISCUSSION_FLAG": "Y", "CLA_REQUEST_FLAG": "Y"}', "strategy_discussion"),
        ("referral_outcome", '{"CARE_LEAVER_FLAG": "1"}', "other"),
        ("s47_outcome", '{"NFA_FLAG":"N","CP_CONFERENCE_FLAG":"Y","MONITOR_FLAG":"Y"}', "icpc"),
        ("s47_outcome", '{"NFA_CONTINUE_SINGLE_FLAG":"Y","NFA_FLAG":"Y"}', "assessment_continues"),
        ("s47_outcome", '{"MONITOR_FLAG":"Y"}', "other_agency"),
        # cut off at the end of the column, and comments that are not well formed
        ("s47_outcome", '{"NFA_FLAG":"Y","LEGAL_ACTION_FLAG":"', "no_further_action"),
        (
            "s47_outcome",
            '{"NFA_FLAG":"Y","OUTCOME_COMMENTS":"he wrote "LEGAL_ACTION_FLAG": "Y" "}',
            "no_further_action",
        ),
    ],
)
def test_outcomes_of_every_supplier_become_those_of_the_lists(code_list: str, text: str, code: str | None) -> None:
    assert one(text, code_list) == code


def test_an_outcome_without_flags_is_told_and_its_text_goes_no_further(read: Read) -> None:
    contact: dict[str, str | None] = {
        "cont_contact_id": "C1", "cont_person_id": "A1", "cont_contact_date": "2022-01-03",
        "cont_contact_outcome_json": f'{{"COMMENTS": "{MARK}"}}',
    }  # fmt: skip
    made = read({"ssd_contacts": [contact]})
    assert rows_of(made, "contacts")[0]["outcome"] is None
    assert made.findings.select("rule", "record_id").rows() == [("ssd_outcome_not_read", "C1")]


def test_that_early_help_is_no_flag_is_told(read: Read) -> None:
    contact: dict[str, str | None] = {
        "cont_contact_id": "C1", "cont_person_id": "A1", "cont_contact_date": "2022-01-03",
        "cont_contact_outcome_json": '{"NFA_FLAG": "Y"}',
    }  # fmt: skip
    untold = frozenset({("outcome", "early_help")})
    assert [table.untold for table in read({"ssd_contacts": [contact]}).tables] == [untold]
    said = contact | {"cont_contact_outcome_json": "Early help"}
    assert [table.untold for table in read({"ssd_contacts": [said]}).tables] == [frozenset()]


def test_no_further_action_is_taken_from_the_flags_where_its_own_column_is_blank(read: Read) -> None:
    rows: list[dict[str, str | None]] = [
        {
            "cina_assessment_id": "1",
            "cina_assessment_outcome_nfa": "Y",
            "cina_assessment_outcome_json": '{"NFA_FLAG":"N"}',
        },
        {
            "cina_assessment_id": "2",
            "cina_assessment_outcome_nfa": None,
            "cina_assessment_outcome_json": '{"NFA_FLAG":"Y"}',
        },
        {
            "cina_assessment_id": "3",
            "cina_assessment_outcome_nfa": None,
            "cina_assessment_outcome_json": '{"NFA_FLAG":""}',
        },
    ]
    given = [
        row
        | {
            "cina_person_id": "A1",
            "cina_assessment_start_date": "2022-01-03",
            "cina_assessment_auth_date": "2022-02-01",
        }
        for row in rows
    ]
    made = rows_of(read({"ssd_cin_assessments": given}), "assessments")
    assert [row["no_further_action"] for row in made] == ["Y", "true", None]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('["1A", "2B", "3A"]', ["1A", "2B", "3A"]),
        ('["2b", null, "1A"]', ["1A", "2B"]),
        ('{"1A": "Yes", "2B": "No", "3A": "Y"}', ["1A", "3A"]),
        ("1A, 2B,,1A", ["1A", "2B"]),
        ("21", ["21"]),
        ("[]", []),
        ('["ZZ9"]', ["ZZ9"]),
    ],
)
def test_factors_are_read_from_arrays_objects_and_lists(text: str, found: list[str]) -> None:
    assert sorted(pl.DataFrame({"f": [text]}).select(factors("f")).item().to_list()) == found


def test_a_row_of_factors_is_carried_by_its_first_and_one_without_by_its_assessment(read: Read) -> None:
    assessment: dict[str, str | None] = {
        "cina_assessment_id": "S1", "cina_person_id": "A1", "cina_assessment_start_date": "2022-01-03",
    }  # fmt: skip
    given: list[dict[str, str | None]] = [
        {"cinf_assessment_id": "S1", "cinf_assessment_factors_json": '["4B", "3A"]'},
        {"cinf_assessment_id": "S1", "cinf_assessment_factors_json": "[]"},
        {"cinf_assessment_id": "S9", "cinf_assessment_factors_json": None},
    ]
    made = read({"ssd_cin_assessments": [assessment], "ssd_assessment_factors": given})
    assert [row["factor"] for row in rows_of(made, "assessment_factors")] == ["3A", "4B"]
    of_factors = made.rows.filter(pl.col("file") == "ssd_assessment_factors.csv")
    assert of_factors["disposition"].to_list() == ["carried", "carried", "set_aside"]
    assert of_factors["table"].to_list() == ["assessment_factors", "assessments", None]
    assert made.findings["rule"].to_list() == ["ssd_no_factor"]


@pytest.mark.parametrize(
    ("text", "plan"),
    [
        ('{"REMAINSUP": "N", "RETURN1M": "N", "ADOPTION": "Y"}', "adoption"),
        ('{"RETURN1M": "Y", "RETURNEV": "Y"}', "return_home"),
        ('{"LTFOST18": "Y", "ADOPTION": "Y"}', "adoption + long_term_fostering"),
        ('{"OTHERPLN": "Y"}', "OTHERPLN"),
        ('{"ADOPTION": ""}', None),
        ("Adoption", "Adoption"),
    ],
)
def test_the_permanence_plan_is_one_kind_or_is_not_told(text: str, plan: str | None) -> None:
    assert permanence_plan(pl.Series([text])).item() == plan
