"""Why: one small authority, written by hand as the dataset's tables, is read from files and from databases and must come out the
same. Marked words stand wherever the dataset has names and free text, so that any leak shows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from casetally.sources.delivery import Delivery
from casetally.sources.recognise import read_source

Rows = list[dict[str, str | None]]
Tables = dict[str, Rows]

MARK = "ZQXMARK"
NOTE = f'{{"NEW_REFERRAL_FLAG": "Y", "NFA_FLAG": "N", "COMMENTS": "she said "{MARK}" and"}}'


def authority() -> Tables:
    """A girl in care with plans and visits, her brother who left care, and a boy on a child protection plan."""
    return {
        "ssd_person": [
            person("A1", "F", "2012-05-01", "02"),
            person("A2", "M", "2004-02-29", "01"),
            person("B1", "M", "2015-09-30", "01"),
        ],
        "ssd_family": [
            {"fami_table_id": "1", "fami_family_id": "FAM1", "fami_person_id": "A1"},
            {"fami_table_id": "2", "fami_family_id": "FAM1", "fami_person_id": "A2"},
        ],
        "ssd_contacts": [
            {
                "cont_contact_id": "C1",
                "cont_person_id": "A1",
                "cont_contact_date": "2022-01-03T09:30:00",
                "cont_contact_source_code": "6",
                "cont_contact_outcome_json": NOTE,
            }
        ],
        "ssd_cin_episodes": [
            {
                "cine_referral_id": "R1",
                "cine_person_id": "A1",
                "cine_referral_date": "2022-01-04T00:00:00",
                "cine_cin_primary_need_code": "N1",
                "cine_referral_source_code": "6",
                "cine_referral_outcome_json": '{"SINGLE_ASSESSMENT_FLAG": "Y", "NUMBER_OF_OUTCOMES": 1}',
                "cine_referral_nfa": "N",
                "cine_close_reason": None,
                "cine_close_date": None,
                "cine_referral_team": "7",
                "cine_referral_worker_id": "W1",
            }
        ],
        "ssd_cp_plans": [
            {
                "cppl_cp_plan_id": "P1",
                "cppl_person_id": "B1",
                "cppl_cp_plan_start_date": "2022-03-01T00:00:00",
                "cppl_cp_plan_end_date": None,
                "cppl_cp_plan_initial_category": "NEG",
                "cppl_cp_plan_ola": "N",
            }
        ],
        "ssd_cp_visits": [
            {
                "cppv_cp_visit_id": "V1",
                "cppv_person_id": None,
                "cppv_cp_plan_id": "P1",
                "cppv_cp_visit_date": "2022-03-09T15:00:00",
                "cppv_cp_visit_seen": "Y",
                "cppv_cp_visit_seen_alone": "N",
            }
        ],
        "ssd_cla_episodes": [
            episode("E1", "A1", "K1", ("2022-02-01", "2022-04-01"), "X1"),
            episode("E2", "A1", "K1", ("2022-04-01", None), None),
            episode("E3", "A2", "K2", ("2019-01-10", "2022-02-28"), "E5"),
        ],
        "ssd_cla_placement": [
            {
                "clap_cla_placement_id": "L1",
                "clap_cla_id": "K1",
                "clap_person_id": "A1",
                "clap_cla_placement_start_date": "2022-02-01",
                "clap_cla_placement_end_date": None,
                "clap_cla_placement_type": "U6",
                "clap_cla_placement_provider": "PR1",
                "clap_cla_placement_distance": "999.9",
                "clap_cla_placement_postcode": MARK,
            }
        ],
        "ssd_department": [{"dept_team_id": "7", "dept_team_name": "North"}],
        "ssd_missing": [
            {
                "miss_table_id": "M1",
                "miss_person_id": "A1",
                "miss_missing_episode_start_date": "2022-06-01T22:15:00",
                "miss_missing_episode_end_date": "2022-06-02T01:05:00",
                "miss_missing_episode_type": "Missing",
                "miss_missing_rhi_offered": "Y",
                "miss_missing_rhi_accepted": "NA",
            }
        ],
    }


def person(child: str, sex: str, born: str, gender: str) -> dict[str, str | None]:
    return {
        "pers_person_id": child,
        "pers_forename": MARK,
        "pers_surname": MARK,
        "pers_sex": sex,
        "pers_gender": gender,
        "pers_ethnicity": "WBRI",
        "pers_dob": f"{born}T00:00:00",
    }


def episode(
    number: str, child: str, period: str | None, days: tuple[str, str | None], reason: str | None
) -> dict[str, str | None]:
    return {
        "clae_cla_episode_id": number,
        "clae_person_id": child,
        "clae_cla_episode_start_date": days[0],
        "clae_cla_episode_ceased_date": days[1],
        "clae_cla_episode_ceased_reason": reason,
        "clae_cla_id": period,
    }


def write_csv(folder: Path, tables: Tables) -> Path:
    for name, rows in tables.items():
        frame = pl.DataFrame(rows, infer_schema_length=None)
        frame.with_columns(pl.all().cast(pl.String)).write_csv(folder / f"{name}.csv")
    return folder


def rows_of(delivery: Delivery, name: str) -> list[dict[str, str | None]]:
    """The records of a table, without where they came from."""
    frame = next(table.frame for table in delivery.tables if table.table == name)
    return frame.select(column for column in frame.columns if not column.startswith("_")).to_dicts()


def told(delivery: Delivery) -> dict[str, list[dict[str, str | None]]]:
    return {table.table: rows_of(delivery, table.table) for table in delivery.tables}


def must_account(delivery: Delivery) -> None:
    """Rows equal lines, each row once, each carried row in a record that is there, each set aside with a finding."""
    for file in delivery.files:
        lines = delivery.rows.filter(pl.col("file") == file.file)
        assert lines.height == (file.rows if file.used else 0), file.file
        assert lines["row"].is_unique().all()
    records = {table.table: set(table.frame["_record"].to_list()) for table in delivery.tables}
    for line in delivery.rows.filter(pl.col("disposition") == "carried").iter_rows(named=True):
        assert line["record"] in records[line["table"]]
    found = set(delivery.findings.select("file", "row").iter_rows())
    aside = delivery.rows.filter(pl.col("disposition") == "set_aside").select("file", "row").iter_rows()
    assert set(aside) <= found
    assert MARK not in str(delivery.findings.to_dicts())
    assert MARK not in str(told(delivery))


@pytest.fixture
def read(tmp_path: Path) -> Callable[[Tables], Delivery]:
    """Reads tables written as CSV files, and holds that every row is accounted for."""

    def from_files(tables: Tables) -> Delivery:
        delivery = read_source(write_csv(tmp_path, tables))
        must_account(delivery)
        return delivery

    return from_files
