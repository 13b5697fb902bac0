"""Why: the dataset says of care leavers how they are now and not since when, so what is made of that must be held fast."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from casetally.sources.delivery import Delivery

from tests.sources.ssd.conftest import Tables, authority, episode, person, rows_of

Read = Callable[[Tables], Delivery]


def leaver(child: str, contact: str | None, **more: str | None) -> dict[str, str | None]:
    return {"clea_person_id": child, "clea_care_leaver_latest_contact": contact} | more


def test_support_starts_when_care_ended_after_the_sixteenth_birthday(read: Read) -> None:
    # A2 was born on 29 February 2004 and left care on 28 February 2022
    made = read(
        authority() | {"ssd_care_leavers": [leaver("A2", "2023-04-05", clea_care_leaver_eligibility="Former Relevant")]}
    )
    assert rows_of(made, "care_leavers") == [
        {"child_id": "A2", "eligibility": "former_relevant", "started_on": "2022-02-28", "ended_on": None}
    ]


def test_support_starts_on_the_first_day_known_where_care_ended_before_sixteen_or_is_not_told(read: Read) -> None:
    tables: Tables = {
        "ssd_person": [person("A2", "M", "2004-02-29", "01")],
        "ssd_cla_episodes": [episode("1", "A2", "K1", ("2019-01-01", "2020-02-28"), "E4A")],  # the day before sixteen
        "ssd_care_leavers": [leaver("A2", "2023-04-05", clea_pathway_plan_review_date="2022-11-01")],
    }
    made = read(tables)
    assert [row["started_on"] for row in rows_of(made, "care_leavers")] == ["2022-11-01"]
    assert rows_of(made, "pathway_plans") == [
        {"pathway_plan_id": "A2-2022-11-01", "child_id": "A2", "reviewed_on": "2022-11-01"}
    ]


def test_contacts_plans_and_support_are_those_of_now(read: Read) -> None:
    made = read({"ssd_care_leavers": [leaver("A2", "2023-04-05", clea_pathway_plan_review_date="2022-11-01")]})
    assert {table.table: table.latest_only for table in made.tables} == {
        "care_leavers": True, "care_leaver_contacts": True, "pathway_plans": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("where", "suitable", "code", "flag"),
    [
        ("B", "1", "B1", "true"),
        ("B", "2", "B2", "false"),
        ("b", "Accommodation considered suitable", "B1", "true"),
        ("U2", None, "U2", "false"),
        ("Independent living, for example a tenancy", "Accommodation considered unsuitable", "U2", "false"),
        ("With former foster carers", "1", "Z1", "true"),
        ("B", None, "B", None),
        ("Castle", "1", "Castle", "true"),
    ],
)
def test_accommodation_and_whether_it_suits_become_one_code(
    read: Read, where: str, suitable: str | None, code: str, flag: str | None
) -> None:
    row = leaver("A2", "2023-04-05", clea_care_leaver_accommodation=where, clea_care_leaver_accom_suitable=suitable)
    (made,) = rows_of(read({"ssd_care_leavers": [row]}), "care_leaver_contacts")
    assert (made["accommodation"], made["suitable"]) == (code, flag)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("F1", "F1"),
        ("Young person engaged full time in education other than higher education", "F2"),
        ("Young person engaged full time in higher education (for example studies beyond A level)", "F1"),
        ("Young person not in education, employment or training: other circumstances", "G5"),
        ("F3", "F3"),
    ],
)
def test_what_a_care_leaver_does_is_read_from_code_or_description(read: Read, written: str, code: str) -> None:
    row = leaver("A2", "2023-04-05", clea_care_leaver_activity=written)
    (made,) = rows_of(read({"ssd_care_leavers": [row]}), "care_leaver_contacts")
    assert made["activity"] == code


def test_several_rows_of_one_young_person_are_one_support_and_a_contact_a_day(read: Read) -> None:
    rows = [
        leaver("A2", "2023-04-05", clea_care_leaver_in_touch="YES"),
        leaver("A2", "2023-04-05", clea_care_leaver_in_touch="YES"),
        leaver("A2", "2024-01-02", clea_care_leaver_in_touch="DIED"),
        leaver("A2", None, clea_care_leaver_in_touch=None),
        leaver("A3", None, clea_care_leaver_in_touch=None),
        leaver("", "2024-01-02", clea_care_leaver_in_touch="NO"),
    ]
    made = read({"ssd_care_leavers": rows})
    assert [(row["child_id"], row["started_on"], row["ended_on"]) for row in rows_of(made, "care_leavers")] == [
        ("A2", "2023-04-05", "2024-01-02"),
        ("A3", None, None),
    ]
    assert [(row["child_id"], row["recorded_on"]) for row in rows_of(made, "care_leaver_contacts")] == [
        ("A2", "2023-04-05"),
        ("A2", "2024-01-02"),
    ]
    lines = dict(made.rows.select("row", "disposition").iter_rows())
    assert lines == {2: "superseded", 3: "carried", 4: "carried", 5: "superseded", 6: "carried", 7: "set_aside"}


def test_a_care_leaver_with_that_status_came_unaccompanied(read: Read) -> None:
    tables: Tables = {
        "ssd_care_leavers": [leaver("A2", "2023-04-05"), leaver("A3", "2023-04-05")],
        "ssd_immigration_status": [
            {
                "immi_person_id": "A2",
                "immi_immigration_status": "UASC",
                "immi_immigration_status_end_date": "2021-01-01",
            },
            {
                "immi_person_id": "A3",
                "immi_immigration_status": "Refugee status",
                "immi_immigration_status_end_date": None,
            },
        ],
    }
    made = rows_of(read(tables), "care_leavers")
    assert [(row["child_id"], row["formerly_uasc"]) for row in made] == [("A2", "true"), ("A3", None)]
