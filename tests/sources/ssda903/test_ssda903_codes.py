"""Why: the codes of the return change from year to year, and none that was ever valid may be taken for a mistake or lost."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
import yaml
from casetally.sources.ssda903.codes_of_year import codes_of_years
from ssda903_returns import Return, a_return, delivered, episode, rules, said, table, write_csv

ROOT = Path(__file__).parents[3]
SPECS = ROOT.parent / "shared" / "specs" / "ssda903"
YEARS = range(2017, 2027)
NOT_READ_OR_UNUSED = {"LS_ADOPTR", "SEX_ADOPTR", "REASON_PLACED_CEASED", "PREV_PERM", "RNE"}
LISTS = {  # the column of the return -> the code list of the data model
    "REC": "care_end_reason", "REASON_PLACE_CHANGE": "placement_change_reason", "PLACE": "placement_type",
    "PLACE_PROVIDER": "placement_provider", "LS": "legal_status", "CIN": "primary_need", "ETHNIC": "ethnicity",
    "MISSING": "missing_type", "SDQ_REASON": "sdq_reason", "IN_TOUCH": "care_leaver_in_touch",
    "ACTIV": "care_leaver_activity", "ACCOM": "care_leaver_accommodation", "REVIEW_CODE": "review_participation",
    "SW_REASON": "worker_change",
}  # fmt: skip


def spec(name: str) -> Any:
    if not (SPECS / name).is_file():
        pytest.skip(f"NOT RUN: the specification is not here: {SPECS / name}")
    with (SPECS / name).open(encoding="utf-8") as file:
        return yaml.load(file, Loader=yaml.BaseLoader)  # noqa: S506 - a loader that only makes texts


def codes_in(columns: dict[str, Any]) -> dict[str, set[str]]:
    return {
        column: {one["code"].strip() for one in rule["category"]}
        for column, rule in columns.items()
        if isinstance(rule, dict) and "category" in rule
    }


def specified(year: int) -> dict[str, set[str]]:
    """The codes of each column in the return of one year: the first schema with the changes up to that year."""
    codes: dict[str, set[str]] = {}
    for columns in spec("SSDA903_schema_2017.yml")["column_map"].values():
        codes |= codes_in(columns)
    for changed in (2019, 2022, 2024, 2025, 2026):
        if changed > year:
            break
        for path, change in spec(f"SSDA903_schema_{changed}.diff.yml").items():
            parts = path.split(".")
            if parts[-1] == "category":
                codes[parts[2]] = {one["code"].strip() for one in change["value"]}
            else:
                codes |= codes_in(change["value"])
    return codes


def ours(year: int) -> dict[str, set[str]]:
    codes: dict[str, set[str]] = {}
    for one in codes_of_years():
        if one.valid_in(year):
            codes.setdefault(one.column, set()).update(one.codes)
    return codes


@pytest.mark.parametrize("year", YEARS)
def test_the_codes_of_each_year_are_those_of_its_schema(year: int) -> None:
    assert ours(year) == specified(year)


def test_the_codes_of_2024_are_those_of_another_schema_of_that_year() -> None:
    other: dict[str, set[str]] = {}
    for columns in spec("liia-tools_SSDA903_schema_2024.yml")["column_map"].values():
        other |= codes_in(columns)
    assert ours(2024) == other | {"ACTIV": ours(2024)["ACTIV"]}
    assert other["ACTIV"] == ours(2024)["ACTIV"]


def test_every_code_that_was_ever_valid_is_on_the_data_model_s_lists() -> None:
    listed: dict[str, set[str]] = {}
    with (ROOT / "schemas" / "codes.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            listed.setdefault(row["list"], set()).add(row["code"])
    flags = {"0", "1"}
    for one in codes_of_years():
        if one.column in LISTS:
            assert set(one.codes) <= listed[LISTS[one.column]], one.column
        else:
            assert set(one.codes) == flags or one.column in NOT_READ_OR_UNUSED | {"SEX"}


def a_year(label: str, year: int, **changes: str) -> Return:
    """One child's return for the year to 31 March `year`, with these values instead of the usual ones."""
    start = changes.pop("DECOM", f"01/05/{year - 1}")
    first = episode("7", start, "S", "C1", "U6", f"01/10/{year - 1}", "E4A")
    header = {"CHILD": "7", "SEX": "M" if year >= 2025 else "1", "DOB": "01/01/2005", "ETHNIC": "WBRI"}
    leaver = {"CHILD": "7", "DOB": "01/01/2005", "IN_TOUCH": "YES", "ACTIV": "F1", "ACCOM": "B1"}
    made: Return = {"episodes": [first], "header": [header], "oc3": [leaver]}
    for column, value in changes.items():
        kind = next(kind for kind, rows in made.items() if column in rows[0])
        made[kind][0][column] = value
    return made


@pytest.mark.parametrize(
    ("column", "code", "year", "valid"),
    [
        ("REC", "E43", 2018, True), ("REC", "E43", 2019, False), ("REC", "E44", 2019, False),
        ("REC", "E45", 2018, False), ("REC", "E45", 2019, True), ("REC", "e48", 2018, False),
        ("REASON_PLACE_CHANGE", "CUSTOD", 2018, False), ("REASON_PLACE_CHANGE", "CUSTOD", 2019, True),
        ("ACTIV", "F3", 2021, True), ("ACTIV", "P3", 2022, False),
        ("ACTIV", "F4", 2021, False), ("ACTIV", "P5", 2022, True),
        ("SEX", "2", 2024, True), ("SEX", "2", 2025, False), ("SEX", "F", 2024, False), ("SEX", "U", 2025, True),
        ("PLACE", "K3", 2024, False), ("PLACE", "K3", 2025, True),
        ("PLACE", "H5", 2024, True), ("PLACE", "H5", 2025, False),
        ("PLACE", "P2", 2023, True), ("PLACE", "P2", 2025, False), ("PLACE", "R1", 2026, True),
        ("PLACE", "Z11", 2025, False), ("PLACE", "Z14", 2026, True), ("PLACE", "Z1", 2026, True),
        ("LS", "D1", 2019, False), ("LS", "E1", 2019, True),
    ],
)  # fmt: skip
def test_a_code_of_another_year_is_a_warning(tmp_path: Path, column: str, code: str, year: int, valid: bool) -> None:
    made_up = a_year("x", year, **{column: code})
    write_csv(made_up, tmp_path, f"{year - 1}-{year % 100}")
    made = delivered(tmp_path)
    kind = next(kind for kind, rows in made_up.items() if column in rows[0])
    expected = [] if valid else [(f"{year - 1}-{year % 100}-{kind}.csv", 2, column, "7")]
    assert said(made, "code_not_of_year") == expected
    assert set(made.rows["disposition"]) == {"carried"}


@pytest.mark.parametrize(("start", "valid"), [("27/10/2023", True), ("28/10/2023", False)])
def test_independent_living_ended_as_a_placement_in_the_middle_of_a_year(
    tmp_path: Path, start: str, valid: bool
) -> None:
    made_up = a_year("x", 2024, PLACE="P2", DECOM=start)
    made_up["episodes"][0] |= {"DEC": "", "REC": ""}
    write_csv(made_up, tmp_path, "2023-24")
    assert bool(said(delivered(tmp_path), "code_not_of_year")) is not valid


@pytest.mark.parametrize(
    ("status", "start", "valid"),
    [("D1", "31/12/2005", True), ("D1", "01/01/2006", False), ("E1", "30/11/2005", False), ("E1", "01/12/2005", True)],
)
def test_placement_orders_took_the_place_of_freeing_orders_in_december_2005(
    tmp_path: Path, status: str, start: str, valid: bool
) -> None:
    made_up = a_year("x", 2019, LS=status, DECOM=start)
    made_up["header"][0]["DOB"] = made_up["oc3"][0]["DOB"] = "01/01/2003"
    write_csv(made_up, tmp_path, "2018-19")
    assert bool(said(delivered(tmp_path), "code_not_of_year")) is not valid


def test_a_code_of_another_year_is_still_used(tmp_path: Path) -> None:
    write_csv(a_year("x", 2025, REC="E43", PLACE="H5", SEX="2", ACTIV="F3"), tmp_path, "2024-25")
    made = delivered(tmp_path)
    assert len(said(made, "code_not_of_year")) == 4
    assert table(made, "care_periods").frame["end_reason"].to_list() == ["E43"]
    assert table(made, "permanence").frame["order_type"].to_list() == ["special_guardianship"]
    assert table(made, "placements").frame["type"].to_list() == ["H5"]
    assert table(made, "children").frame["sex"].to_list() == ["F"]
    assert table(made, "care_leaver_contacts").frame["activity"].to_list() == ["F3"]


def test_the_finding_names_column_and_year_and_not_the_code(tmp_path: Path) -> None:
    write_csv(a_year("x", 2018, REC="E45"), tmp_path, "2017-18")
    made = delivered(tmp_path)
    assert made.findings.filter(made.findings["rule"] == "ssda903_code_not_of_year")["message"].to_list() == [
        "A code in REC is of returns from the year to 31 March 2019 on; it is read by its meaning."
    ]


@pytest.mark.parametrize(("column", "rule"), [("RNE", "143_unknown_rne"), ("REC", "149_unknown_rec")])
def test_an_unknown_code_that_joins_episodes_is_said(tmp_path: Path, column: str, rule: str) -> None:
    write_csv(a_year("x", 2021, **{column: "Q"}), tmp_path, "2020-21")
    assert said(delivered(tmp_path), rule) == [("2020-21-episodes.csv", 2, column, "7")]


def test_a_sound_return_has_no_such_finding(tmp_path: Path) -> None:
    write_csv(a_return(), tmp_path, "2020-21")
    assert not [rule for rule in rules(delivered(tmp_path)) if "code" in rule or "unknown_r" in rule]
