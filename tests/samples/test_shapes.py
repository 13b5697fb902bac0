"""Why: a shape that its own specification would refuse proves nothing about those who read it."""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from casetally.cli import main
from casetally.errors import CallError
from casetally.samples import make_records
from casetally.samples.shapes import SHAPES, Records, read_plain, write_shape
from casetally.samples.shapes.cin_census import censuses
from casetally.samples.shapes.csc_api import payload_lines
from casetally.samples.shapes.episodes import care_episodes
from casetally.samples.shapes.records import typed
from casetally.samples.shapes.ssd import ssd_tables
from casetally.samples.shapes.ssda903 import returns
from casetally.samples.shapes.ssda903_xml import as_xml
from casetally.samples.shapes.years import years_up_to
from casetally.samples.write import write_table
from casetally.schemas import load_schemas

AS_AT = dt.date(2026, 3, 31)


@pytest.fixture(scope="module")
def records() -> Records:
    return make_records(children=1_200, years=9, as_at=AS_AT, dirt=0)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def by_hand(**tables: list[dict[str, Any]]) -> Records:
    """A few records, dates as text."""
    shapes = load_schemas().tables
    frames = {name: typed(shapes[name], pl.DataFrame(rows, infer_schema_length=None)) for name, rows in tables.items()}
    return Records(frames, AS_AT)


# what the specifications say


def test_every_census_is_valid_by_the_schema_of_its_year(records: Records, shared: Path) -> None:
    from lxml import etree

    made = censuses(records, 10)
    assert [year.end for year in made] == list(range(2017, 2027))
    for year, data in made.items():
        schema = etree.XMLSchema(etree.parse(shared / "specs" / "cin_census" / f"CIN_schema_{year.end}.xsd"))
        schema.assertValid(etree.fromstring(data))


def test_a_return_in_xml_is_valid_by_the_returns_schema(records: Records, shared: Path) -> None:
    from lxml import etree

    schema = etree.XMLSchema(etree.parse(shared / "specs" / "ssda903" / "CLA.xsd"))
    made = returns(records, 4)
    assert [year.label for year in made] == ["2022-23", "2023-24", "2024-25", "2025-26"]
    for files in made.values():
        schema.assertValid(etree.fromstring(as_xml(files)))


def test_the_files_of_a_return_have_the_columns_and_codes_of_its_schema(records: Records, shared: Path) -> None:
    specs = shared / "specs" / "ssda903"
    schema = yaml.safe_load((specs / "SSDA903_schema_2017.yml").read_text())["column_map"]
    for change in ("2019", "2022", "2024"):
        for path, what in yaml.safe_load((specs / f"SSDA903_schema_{change}.diff.yml").read_text()).items():
            _, file, *rest = path.split(".")
            target = schema.setdefault(file, {})
            if rest:
                target[rest[0]]["category"] = what["value"]
            else:
                schema[file] = what["value"]
    made = next(files for year, files in returns(records, 3).items() if year.end == 2024)
    added_since = {"PL_LOCATION", "PL_DISTANCE"}
    since_2023 = {"PLACE": {"K3"}}
    assert set(made) >= {"episodes", "header", "reviews", "oc2", "oc3", "missing", "social_worker"}
    for kind, frame in made.items():
        assert set(frame.columns) - added_since == set(schema[kind])
        for column, about in schema[kind].items():
            if "category" in about:
                codes = {code["code"] for code in about["category"]} | since_2023.get(column, set())
                assert set(frame[column].drop_nulls()) <= codes | {"N0", "N9"}, (kind, column)


def test_the_datasets_tables_and_columns_are_those_of_its_specification(records: Records, shared: Path) -> None:
    with (shared / "specs" / "ssd" / "tables_columns.csv").open(newline="") as file:
        known = {(row["table"], row["column"]) for row in csv.DictReader(file)}
    made = ssd_tables(records)
    assert {(name, column) for name, frame in made.items() for column in frame.columns} <= known
    assert len(made) == 34


def test_the_payloads_hold_what_the_api_takes(records: Records, shared: Path) -> None:
    document = json.loads((shared / "specs" / "dfe_csc_api" / "openapi.json").read_text())
    child = document["components"]["schemas"]["CSC"]["items"]
    lines = payload_lines(records).decode().splitlines()
    assert len(lines) > 100
    for line in lines:
        assert list(faults(json.loads(line), child, "child")) == []


def faults(value: Any, schema: Any, at: str) -> Any:
    """Where a value is not as its part of the OpenAPI document says."""
    kinds = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int}
    if not isinstance(value, kinds[schema["type"]]):
        yield at, "type"
    elif schema["type"] == "object":
        yield from ((at, name) for name in schema.get("required", ()) if name not in value)
        yield from ((at, name) for name in value if name not in schema["properties"])
        for name in value.keys() & schema["properties"].keys():
            yield from faults(value[name], schema["properties"][name], f"{at}.{name}")
    elif schema["type"] == "array":
        if schema.get("uniqueItems") and len(set(value)) < len(value):
            yield at, "twice"
        for one in value:
            yield from faults(one, schema["items"], at)
    elif schema["type"] == "string":
        fits = schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value))
        if not fits or not re.match(schema.get("pattern", ""), value):
            yield at, "text"


# what a few records become


CARE = {
    "children": [{"child_id": "A", "date_of_birth": "2012-05-06", "sex": "F", "ethnicity": "WBRI"}],
    "care_periods": [
        {"care_period_id": "P", "child_id": "A", "started_on": "2023-06-01", "ended_on": "2025-07-01", "end_reason": "E4A"}
    ],
    "placements": [
        {"placement_id": "1", "care_period_id": "P", "child_id": "A", "started_on": "2023-06-01", "ended_on": "2024-02-01",
         "type": "U6", "change_reason": "CARPL", "carer_id": "K1"},
        {"placement_id": "2", "care_period_id": "P", "child_id": "A", "started_on": "2024-02-01", "ended_on": "2024-05-05",
         "type": "K2", "change_reason": "CHILD", "carer_id": None},
        {"placement_id": "3", "care_period_id": "P", "child_id": "A", "started_on": "2024-05-05", "ended_on": "2025-07-01",
         "type": "U6", "change_reason": None, "carer_id": None},
    ],
    "legal_statuses": [
        {"child_id": "A", "status": "V2", "started_on": "2023-06-01", "ended_on": "2023-09-09"},
        {"child_id": "A", "status": "C1", "started_on": "2023-09-09", "ended_on": "2024-05-05"},
        {"child_id": "A", "status": "C2", "started_on": "2024-05-05", "ended_on": "2025-07-01"},
    ],
}  # fmt: skip


def test_an_episode_ends_where_the_placement_or_the_status_changes() -> None:
    episodes = care_episodes(by_hand(**CARE)).select(
        "started_on", "ended_on", "start_reason", "reason", "type", "status"
    )
    assert episodes.rows() == [
        (day("2023-06-01"), day("2023-09-09"), "S", "X1", "U6", "V2"),
        (day("2023-09-09"), day("2024-02-01"), "L", "X1", "U6", "C1"),
        (day("2024-02-01"), day("2024-05-05"), "P", "X1", "K2", "C1"),
        (day("2024-05-05"), day("2025-07-01"), "B", "E4A", "U6", "C2"),
    ]


def test_a_new_placement_with_the_same_carer_is_told_as_such() -> None:
    placements = [{**row, "carer_id": "K1"} for row in CARE["placements"]]
    episodes = care_episodes(by_hand(**{**CARE, "placements": placements}))
    assert episodes["start_reason"].to_list() == ["S", "L", "T", "U"]


def test_a_return_lists_an_episode_in_each_year_it_runs_in_and_its_end_only_when_it_has_come() -> None:
    made = returns(by_hand(**CARE), 4)
    told = {
        year.end: [
            (row["DECOM"], row["DEC"], row["REC"], row["REASON_PLACE_CHANGE"])
            for row in files["episodes"].sort(pl.col("DECOM").str.to_date("%d/%m/%Y")).iter_rows(named=True)
        ]
        for year, files in made.items()
    }
    assert told == {
        2024: [("01/06/2023", "09/09/2023", "X1", None), ("09/09/2023", "01/02/2024", "X1", "CARPL"),
               ("01/02/2024", None, None, None)],
        2025: [("01/02/2024", "05/05/2024", "X1", "CHILD"), ("05/05/2024", None, None, None)],
        2026: [("05/05/2024", "01/07/2025", "E4A", None)],
    }  # fmt: skip


def test_the_returns_sex_is_a_number_up_to_2024_and_a_letter_from_2025() -> None:
    sexes = {year.end: files["header"]["SEX"].to_list() for year, files in returns(by_hand(**CARE), 3).items()}
    assert sexes == {2024: ["2"], 2025: ["F"], 2026: ["F"]}


NEED = {
    "children": [{"child_id": "A", "date_of_birth": "2012-05-06", "sex": "M", "ethnicity": "WBRI"}],
    "referrals": [
        {"referral_id": "R", "child_id": "A", "received_on": "2023-06-01", "source": "5D", "primary_need": "N1",
         "no_further_action": False, "closed_on": "2024-06-01", "close_reason": "RC7"}
    ],
    "assessments": [
        {"assessment_id": "S", "child_id": "A", "referral_id": "R", "started_on": "2023-06-05", "completed_on": "2024-04-02"}
    ],
    "s47_enquiries": [
        {"enquiry_id": "E", "child_id": "A", "referral_id": "R", "started_on": "2024-03-20", "completed_on": None}
    ],
    "cp_conferences": [
        {"conference_id": "C", "child_id": "A", "enquiry_id": "E", "referral_id": "R", "held_on": "2024-04-10"},
        {"conference_id": "D", "child_id": "A", "enquiry_id": None, "referral_id": "R", "held_on": "2023-08-08"},
    ],
}  # fmt: skip


def elements(data: bytes, name: str) -> list[str]:
    return re.findall(rf"<{name}>([^<]*)</{name}>", data.decode())


def test_a_census_tells_what_was_known_when_its_year_ended() -> None:
    made = {year.end: data for year, data in censuses(by_hand(**NEED), 4).items()}
    assert sorted(made) == [2024, 2025]  # open in these years only
    assert elements(made[2024], "CINclosureDate") == []
    assert elements(made[2024], "AssessmentAuthorisationDate") == []
    assert elements(made[2025], "CINclosureDate") == ["2024-06-01"]
    assert elements(made[2025], "AssessmentAuthorisationDate") == ["2024-04-02"]


def test_a_conference_stands_with_its_enquiry_in_the_year_in_which_it_was_held() -> None:
    made = {year.end: data for year, data in censuses(by_hand(**NEED), 4).items()}
    assert elements(made[2024], "S47ActualStartDate") == ["2024-03-20"]
    assert elements(made[2025], "S47ActualStartDate") == ["2024-03-20"]
    assert elements(made[2025], "DateOfInitialCPC") == ["2024-04-10"]
    # the one that followed no enquiry stands with the episode
    assert elements(made[2024], "DateOfInitialCPC") == ["2023-08-08"]
    assert made[2024].decode().index("2023-08-08") < made[2024].decode().index("<Section47>")


def test_a_code_that_a_year_did_not_have_is_the_one_it_was_split_from() -> None:
    referral = {**NEED["referrals"][0], "received_on": "2021-06-01", "closed_on": None}
    made = {year.end: data for year, data in censuses(by_hand(**{**NEED, "referrals": [referral]}), 5).items()}
    assert [elements(made[year], "ReferralSource") for year in (2022, 2023)] == [["5B"], ["5D"]]


def test_a_dataset_has_its_quirks() -> None:
    made = ssd_tables(by_hand(**{**CARE, **NEED, "placements": [{**CARE["placements"][0], "distance_miles": None}]}))
    assert made["ssd_cla_placement"]["clap_cla_placement_distance"].to_list() == [999.9]
    assert made["ssd_cin_episodes"]["cine_referral_nfa"].to_list() == ["N"]
    assert made["ssd_cin_episodes"]["cine_referral_date"].to_list() == [dt.datetime(2023, 6, 1)]
    assert "clav_cla_visit_id" not in {column for frame in made.values() for column in frame.columns}


def test_the_year_of_the_as_at_date_is_told_up_to_it() -> None:
    assert [(year.end, year.last) for year in years_up_to(dt.date(2023, 9, 30), 2)] == [
        (2023, dt.date(2023, 3, 31)),
        (2024, dt.date(2023, 9, 30)),
    ]


# the door


@pytest.mark.parametrize("shape", SHAPES)
def test_records_read_from_plain_files_make_the_same_bytes(shape: str, tmp_path: Path) -> None:
    small = make_records(children=150, years=2, as_at=AS_AT, dirt=0)
    (tmp_path / "plain").mkdir()
    for name, frame in small.tables.items():
        write_table(tmp_path / "plain" / f"{name}.csv", frame, day_first=name == "contacts")
    write_shape(tmp_path / "a", shape, small, years=2)
    write_shape(tmp_path / "b", shape, read_plain(tmp_path / "plain", AS_AT), years=2)
    a, b = ({path.name: path.read_bytes() for path in (tmp_path / one).iterdir()} for one in "ab")
    assert a == b


def test_what_the_records_lack_no_shape_makes_up(tmp_path: Path) -> None:
    few = Records({"contacts": make_records(children=100, years=1, as_at=AS_AT).tables["contacts"]}, AS_AT)
    assert set(ssd_tables(few)) == {"ssd_contacts", "ssd_department"}
    assert censuses(few, 2) == {}
    assert payload_lines(few) == b""
    assert returns(few, 2) == {}


def test_a_format_that_a_shape_does_not_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CallError, match="'cin_census' is not written as 'csv'"):
        write_shape(tmp_path / "x", "cin_census", Records({}, AS_AT), years=1, ending="csv")


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(CallError, match="other things"):
        write_shape(tmp_path, "ssd", make_records(children=50, years=1, as_at=AS_AT), years=1)
    assert (tmp_path / "mine.txt").read_text() == "mine"


@pytest.mark.parametrize("shape", SHAPES)
def test_an_earlier_sample_of_the_shape_is_written_over_whole(shape: str, tmp_path: Path) -> None:
    small = make_records(children=60, years=3, as_at=AS_AT)
    write_shape(tmp_path / "made", shape, small, years=3)
    made = write_shape(tmp_path / "made", shape, small, years=1)
    assert {path.name for path in (tmp_path / "made").iterdir()} == set(made)


@pytest.mark.parametrize(
    ("arguments", "files"),
    [
        (["--shape", "ssda903", "--format", "xml"], ["SSDA903_2024-25.xml", "SSDA903_2025-26.xml"]),
        (["--shape", "cin_census"], ["CIN_Census_2025.xml", "CIN_Census_2026.xml"]),
        (["--shape", "csc_api"], ["children_social_care_data.jsonl"]),
    ],
)
def test_the_command_writes_a_shape(
    arguments: list[str], files: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = ["--children", "150", "--years", "2", "--as-at", "2026-03-31"]
    monkeypatch.setattr("sys.argv", ["casetally", "sample", str(tmp_path / "made"), *arguments, *size])
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code
    assert sorted(path.name for path in (tmp_path / "made").iterdir()) == files


def test_the_command_refuses_a_shape_that_there_is_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["casetally", "sample", str(tmp_path / "made"), "--shape", "ssda_903"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code
    assert "Did you mean 'ssda903'?" in capsys.readouterr().err
    assert not (tmp_path / "made").exists()
