"""Why: an authority must be able to look up what each part of a payload becomes, and what is passed over."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from casetally.schemas import load_schemas
from casetally.sources.csc_api.attributes import DETAILS_NOT_READ, KINDS
from casetally.sources.recognise import read_source

from csc_api.made_up import child, episode, fates, read_files, rules, table

SPEC = Path(__file__).parents[4] / "shared" / "specs" / "dfe_csc_api" / "openapi.json"

FULL = child(
    mis_child_id="M-1",
    child_details={
        "unique_pupil_number": "A123456789012", "former_unique_pupil_number": "B123456789012",
        "unique_pupil_number_unknown_reason": "UN3", "first_name": "Zebedee", "surname": "Quillfeather",
        "date_of_birth": "2010-05-04", "sex": "I", "ethnicity": "WBRI", "disabilities": ["VIS", "HAND"], "postcode": "ZZ9 9ZZ",
        "uasc_flag": True,
    },
    health_and_wellbeing={"sdq_assessments": [{"date": "2023-01-09", "score": 14}]},
    social_care_episodes=[episode(
        referral_date="2023-04-03", referral_source="1A", referral_no_further_action_flag=False, closure_date="2024-02-01",
        closure_reason="RC7",
        care_worker_details=[{"worker_id": "SW1", "start_date": "2023-04-05"}],
        child_and_family_assessments=[{
            "child_and_family_assessment_id": "A1", "start_date": "2023-04-06", "authorisation_date": "2023-05-09",
            "factors": ["4A", "1C"],
        }],
        child_in_need_plans=[{"child_in_need_plan_id": "N1", "start_date": "2023-05-10", "end_date": "2023-06-10"}],
        section_47_assessments=[{
            "section_47_assessment_id": "S1", "start_date": "2023-06-12", "icpc_required_flag": True,
            "icpc_date": "2023-06-30", "end_date": "2023-06-20",
        }],
        child_protection_plans=[{"child_protection_plan_id": "CP1", "start_date": "2023-06-30"}],
        child_looked_after_placements=[{
            "child_looked_after_placement_id": "P1", "start_date": "2023-08-01", "start_reason": "S", "placement_type": "U4",
            "postcode": "ZZ9 9ZZ", "end_date": "2024-02-01", "end_reason": "E11", "change_reason": "CARPL",
        }],
        adoption={"initial_decision_date": "2023-10-02", "matched_date": "2023-11-03", "placed_date": "2023-12-04"},
        care_leavers={"contact_date": "2024-01-15", "activity": "F2", "accommodation": "D"},
    )],
)  # fmt: skip


def test_a_whole_payload(tmp_path: Path) -> None:
    delivery = read_files(tmp_path, one=[FULL])
    assert {one.table: table(delivery, one.table) for one in delivery.tables} == {
        "children": [{"child_id": "C1", "date_of_birth": "2010-05-04", "expected_date_of_birth": None, "sex": "U",
                      "ethnicity": "WBRI", "upn": "A123456789012"}],
        "disabilities": [{"child_id": "C1", "disability": "HAND"}, {"child_id": "C1", "disability": "VIS"}],
        # the API does not say since when: the first known day in care
        "immigration_statuses": [{"child_id": "C1", "status": "uasc", "started_on": "2023-08-01", "ended_on": None}],
        "sdq_scores": [{"child_id": "C1", "completed_on": "2023-01-09", "score": "14"}],
        "referrals": [{"referral_id": "E1", "child_id": "C1", "received_on": "2023-04-03", "source": "1A",
                       "no_further_action": "false", "closed_on": "2024-02-01", "close_reason": "RC7"}],
        "allocations": [{"allocation_id": "C1-2023-04-05", "child_id": "C1", "worker_id": "SW1", "role": "social_worker",
                         "started_on": "2023-04-05", "ended_on": None}],
        "workers": [{"worker_id": "SW1", "role": "social_worker"}],
        "assessments": [{"assessment_id": "A1", "child_id": "C1", "referral_id": "E1", "started_on": "2023-04-06",
                         "completed_on": "2023-05-09"}],
        "assessment_factors": [{"assessment_id": "A1", "factor": "1C"}, {"assessment_id": "A1", "factor": "4A"}],
        "cin_plans": [{"plan_id": "N1", "child_id": "C1", "referral_id": "E1", "started_on": "2023-05-10",
                       "ended_on": "2023-06-10"}],
        "s47_enquiries": [{"enquiry_id": "S1", "child_id": "C1", "referral_id": "E1", "started_on": "2023-06-12",
                           "completed_on": "2023-06-20", "outcome": "icpc"}],
        "cp_conferences": [{"conference_id": "C1-2023-06-30", "child_id": "C1", "enquiry_id": "S1", "referral_id": "E1",
                            "held_on": "2023-06-30"}],
        "cp_plans": [{"plan_id": "CP1", "child_id": "C1", "referral_id": "E1", "started_on": "2023-06-30", "ended_on": None}],
        "care_periods": [{"care_period_id": "C1-2023-08-01", "child_id": "C1", "started_on": "2023-08-01",
                          "ended_on": "2024-02-01", "end_reason": "E11"}],
        "placements": [{"placement_id": "P1", "care_period_id": "C1-2023-08-01", "child_id": "C1", "started_on": "2023-08-01",
                        "ended_on": "2024-02-01", "type": "U4", "change_reason": "CARPL"}],
        "permanence": [{"child_id": "C1", "care_period_id": "C1-2023-08-01", "decided_on": "2023-10-02",
                        "matched_on": "2023-11-03", "placed_on": "2023-12-04"}],
        "care_leaver_contacts": [{"child_id": "C1", "recorded_on": "2024-01-15", "accommodation": "D", "activity": "F2"}],
    }  # fmt: skip
    assert fates(delivery, "one.json") == ["carried"] * 11
    assert rules(delivery) == []
    assert delivery.covers == "Payloads of the DfE's children's social care API: 1 of a child in 1 file."


def test_names_and_postcodes_are_never_kept(tmp_path: Path) -> None:
    delivery = read_files(tmp_path, one=[FULL])
    kept = " ".join(str(row) for one in delivery.tables for row in one.frame.rows())
    assert all(word not in kept for word in ("Zebedee", "Quillfeather", "ZZ9"))


def test_only_columns_of_the_data_model_are_given(tmp_path: Path) -> None:
    known = load_schemas().tables
    delivery = read_files(tmp_path, one=[FULL])
    assert [
        (one.table, name) for one in delivery.tables for name in one.columns if name not in known[one.table].columns
    ] == []


def test_only_the_latest_of_a_care_leaver_is_there(tmp_path: Path) -> None:
    delivery = read_files(tmp_path, one=[FULL])
    assert [one.table for one in delivery.tables if one.latest_only] == ["care_leaver_contacts"]


def test_every_attribute_of_the_description_is_read_or_listed_as_not_read() -> None:
    if not SPEC.is_file():
        pytest.skip(f"NOT RUN: the API's description is not here: {SPEC}")
    items = json.loads(SPEC.read_text())["components"]["schemas"]["CSC"]["items"]["properties"]
    described = {"children": set(items), "sdq_assessments": set(
        items["health_and_wellbeing"]["properties"]["sdq_assessments"]["items"]["properties"]
    )}  # fmt: skip
    described["social_care_episodes"] = set(items["social_care_episodes"]["items"]["properties"])
    for name, part in items["social_care_episodes"]["items"]["properties"].items():
        inside = part.get("items", part).get("properties")
        if inside:
            described[name] = set(inside)
    details = set(items["child_details"]["properties"]) - {"purge"}
    (children,) = [kind for kind in KINDS if kind.named == "children"]
    assert set(children.holds) | DETAILS_NOT_READ == details
    for kind in KINDS:
        own = kind.known - (set(kind.holds) if kind is children else set())
        told_of = {"purge"} if "purge" not in described[kind.named] else set()
        assert own - told_of == described[kind.named], kind.named


def test_a_part_given_as_null_is_no_record(tmp_path: Path) -> None:
    nothing = {"adoption": None, "care_leavers": None, "child_in_need_plans": None}
    delivery = read_files(tmp_path, one=[child(child_details=None, social_care_episodes=[episode(**nothing)])])
    assert fates(delivery, "one.json") == ["carried", "carried"]
    assert rules(delivery) == []


def test_a_list_that_no_payload_has_is_not_an_empty_table(tmp_path: Path) -> None:
    delivery = read_files(tmp_path, one=[child(social_care_episodes=[episode(child_protection_plans=[])])])
    assert [one.table for one in delivery.tables] == ["children", "cp_plans", "referrals"]
    assert table(delivery, "cp_plans") == []


def test_a_child_alone_an_array_and_lines_are_read_alike(tmp_path: Path) -> None:
    two = [child("C1"), child("C2")]
    lines = "\n".join(json.dumps(one) for one in two)
    arrays = json.dumps(two[:1]) + "\n\n" + json.dumps(two[1:]) + "\n"
    for name, content in (("array", two), ("lines__jsonl", lines), ("arrays__ndjson", arrays)):
        delivery = read_files(tmp_path / name, **{name: content})
        assert [row["child_id"] for row in table(delivery, "children")] == ["C1", "C2"], name
    assert len(table(read_files(tmp_path / "alone", alone=child()), "children")) == 1


def test_an_enquiry_without_a_conference_says_nothing_of_what_it_found(tmp_path: Path) -> None:
    enquiries = [{"section_47_assessment_id": "S1", "start_date": "2023-06-12", "icpc_required_flag": False}]
    delivery = read_files(tmp_path, one=[child(social_care_episodes=[episode(section_47_assessments=enquiries)])])
    assert [row["outcome"] for row in table(delivery, "s47_enquiries")] == [None]
    assert table(delivery, "cp_conferences") == []


def test_brothers_and_sisters_with_one_enquiry_are_a_record_each(tmp_path: Path) -> None:
    enquiry = {"section_47_assessment_id": "S1", "start_date": "2023-06-12"}
    family = [
        child(f"C{at}", social_care_episodes=[episode(f"E{at}", section_47_assessments=[enquiry])]) for at in (1, 2)
    ]
    delivery = read_files(tmp_path, one=family)
    assert [(row["enquiry_id"], row["child_id"]) for row in table(delivery, "s47_enquiries")] == [
        ("S1-C1", "C1"),
        ("S1-C2", "C2"),
    ]
    assert rules(delivery) == [(3, "csc_api_shared_id", "S1-C1"), (6, "csc_api_shared_id", "S1-C2")]


def test_an_episode_id_of_two_children_still_links_its_parts(tmp_path: Path) -> None:
    plans = [{"child_in_need_plan_id": "N{}", "start_date": "2023-05-10"}]
    family = [
        child(
            f"C{at}",
            social_care_episodes=[episode("E", child_in_need_plans=[{**plans[0], "child_in_need_plan_id": f"N{at}"}])],
        )
        for at in (1, 2)
    ]
    delivery = read_files(tmp_path, one=family)
    assert [row["referral_id"] for row in table(delivery, "referrals")] == ["E-C1", "E-C2"]
    assert [(row["plan_id"], row["referral_id"]) for row in table(delivery, "cin_plans")] == [
        ("N1", "E-C1"),
        ("N2", "E-C2"),
    ]


def test_a_uasc_whose_care_began_after_the_status_ended_has_no_start(tmp_path: Path) -> None:
    details = {"uasc_flag": False, "uasc_end_date": "2022-01-01"}
    one = FULL | {"child_details": details}
    delivery = read_files(tmp_path, one=[one])
    assert table(delivery, "immigration_statuses") == [
        {"child_id": "C1", "status": "uasc", "started_on": None, "ended_on": "2022-01-01"}
    ]


def test_payloads_are_recognised_among_other_files(tmp_path: Path) -> None:
    (tmp_path / "payload.json").write_text(json.dumps([child()]))
    (tmp_path / "settings.json").write_text('{"theme": "dark"}')
    delivery = read_source(tmp_path)
    assert delivery.kind == "csc_api"
    assert [(file.file, file.used) for file in delivery.files] == [("payload.json", True), ("settings.json", False)]


def test_only_social_workers_are_told_of(tmp_path: Path) -> None:
    """So what counts the children whom personal advisers or early help workers hold is not available."""
    (held,) = [one for one in read_files(tmp_path, one=[FULL]).tables if one.table == "allocations"]
    assert held.untold == {("role", "personal_adviser"), ("role", "early_help")}
