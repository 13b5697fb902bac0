"""Why: a rate rests on the right estimate of the right place, whichever published table it comes from."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from casetally.sources.delivery import Delivery
from casetally.sources.given import look_at
from casetally.sources.open_data_populations import claims, read
from casetally.sources.recognise import read_source
from hypothesis import given, settings
from hypothesis import strategies as st

HEAD = (
    "time_period,time_identifier,geographic_level,country_code,country_name,"
    "region_code,region_name,old_la_code,new_la_code,la_name"
)
PLACE = "Reporting year,Local authority,E92000001,England,E12000001,North East,841,E06000005,Darlington"
ENGLAND = "Reporting year,National,E92000001,England,,,,,"
AGES = "Children aged 0 to 17 years"
SHARED = Path(__file__).parents[4] / "shared" / "ees"


def of(tmp_path: Path, *rows: str, columns: str = "age_group,population_estimate", name: str = "ons.csv") -> Delivery:
    (tmp_path / name).write_text("\n".join([f"{HEAD},{columns}", *rows]) + "\n", encoding="utf-8")
    return read(claims(look_at([tmp_path])))


def records(delivery: Delivery) -> list[tuple[str, ...]]:
    return sorted(delivery.tables[0].frame.select("authority", "mid_year", "vintage", "population").iter_rows())


def fates(delivery: Delivery) -> dict[str, int]:
    return dict(Counter(delivery.rows["disposition"]))


def test_where_the_estimate_stands_alone_the_period_is_the_mid_year(tmp_path: Path) -> None:
    found = of(tmp_path, f"2024,{PLACE},{AGES},22771", f"2023,{PLACE},{AGES},22653")
    assert records(found) == [("E06000005", "2023", "ons", "22653"), ("E06000005", "2024", "ons", "22771")]


def test_beside_a_rate_it_is_the_estimate_of_the_year_before_and_stands_once(tmp_path: Path) -> None:
    kinds = ("looked after", "starting", "ceasing")
    rows = [f"2025,{PLACE},{kind},22771,{at},50" for at, kind in enumerate(kinds)]
    found = of(tmp_path, *rows, columns="population_type,population_estimate,children_count,rate_per_10000")
    assert records(found) == [("E06000005", "2024", "ons", "22771")]
    assert fates(found) == {"carried": 1, "superseded": 2}


def test_england_and_regions_are_known_by_their_codes_and_an_authority_without_a_new_code_by_its_old_one(
    tmp_path: Path,
) -> None:
    old = PLACE.replace("E06000005", "")
    found = of(tmp_path, f"2024,{ENGLAND},{AGES},12183016", f"2024,{old},{AGES},22771")
    assert [record[0] for record in records(found)] == ["841", "E92000001"]


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (f"2024,{PLACE},{AGES},x", "no_estimate"),
        (f"2024,{PLACE},Children aged 0 to 4 years,5000", "age_group"),
        (f"202324,{PLACE},{AGES},22771", "mid_year"),
        (f"2024,{PLACE.replace('841,E06000005,Darlington', ',,')},{AGES},22771", "place"),
        ("2024,too,short", "row_length"),
    ],
)
def test_a_row_that_gives_no_population_is_set_aside_and_told(tmp_path: Path, line: str, rule: str) -> None:
    found = of(tmp_path, f"2023,{PLACE},{AGES},22653", line)
    assert fates(found) == {"carried": 1, "set_aside": 1}
    assert [(row, said) for row, said in found.findings.select("row", "rule").iter_rows()] == [(3, rule)]


def test_a_published_table_without_estimates_is_not_claimed(tmp_path: Path) -> None:
    (tmp_path / "c1.csv").write_text(f"{HEAD},category,referral_count\n", encoding="utf-8")
    (tmp_path / "populations.csv").write_text("authority,mid_year,population\n", encoding="utf-8")
    assert claims(look_at([tmp_path])) == []


def test_it_is_read_beside_records(tmp_path: Path) -> None:
    (tmp_path / "children.csv").write_text("child_id,date_of_birth\na,2015-01-01\n", encoding="utf-8")
    of(tmp_path, f"2024,{PLACE},{AGES},22771")
    assert {table.table for table in read_source(tmp_path).tables} == {"children", "populations"}


def test_a_file_of_nothing_but_faults_gives_no_record(tmp_path: Path) -> None:
    found = of(tmp_path, f"2024,{PLACE},{AGES},x")
    assert records(found) == []
    assert fates(found) == {"set_aside": 1}


@settings(max_examples=60, deadline=None)
@given(order=st.permutations(range(6)))
def test_the_order_of_rows_changes_nothing(tmp_path_factory: pytest.TempPathFactory, order: list[int]) -> None:
    rows = [f"{2020 + at // 2},{PLACE},{AGES},{1000 + at // 2}" for at in range(6)]
    plain = of(tmp_path_factory.mktemp("a"), *rows)
    turned = of(tmp_path_factory.mktemp("b"), *(rows[at] for at in order))
    assert records(plain) == records(turned)


def test_the_real_tables_agree_with_each_other_and_lose_no_row() -> None:
    if not SHARED.is_dir():
        pytest.skip(f"NOT RUN: the published tables are not here: {SHARED}")
    found = read(claims(look_at([SHARED])))
    counted = Counter(found.rows["file"])
    assert {file.file: file.rows for file in found.files} == counted
    by_place: dict[tuple[str, str], set[str]] = {}
    for authority, year, _, population in records(found):
        by_place.setdefault((authority, year), set()).add(population)
    assert by_place["E06000005", "2024"] == {"22771"}  # Darlington, as both tables print it
    assert by_place["E92000001", "2024"] == {"12183016"}
    assert [place for place, populations in by_place.items() if len(populations) > 1] == []
