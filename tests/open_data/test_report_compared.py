"""Why: a published figure beside a line of a report must be the right one, of the right year, or not be there.

One run over Darlington's records serves the module; the published tables are small and made here.
"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from cli.calling import ROOT, Answer, call, sentences
from making import DARLINGTON, ENGLAND, HEAD, REFERRALS, referrals, row, table

MODEL = "old_la_code,la_name,SN_1,SN_1P,SN_2,SN_2P\n841,Darlington,390,Close,805,Not close\n"
REPORT = """title: Ours
authority: {authority}
published: ours
sections:
  - title: Front door
    lines:
      - {{ref: R1, title: Re-referrals, indicator: rereferrals_12m, basis: [month, year], shows: value}}
      - {{ref: R2, title: Referrals, indicator: referrals_received, basis: [month, year], shows: value}}
"""
AUTHORITY = """name: Darlington
code: E06000005
comparators:
  rereferrals_12m:
    - {comparator: england, value: 21.5, period: 2022/23, source: our own}
    - {comparator: region, value: 19.9, period: 2021-22, source: our own}
"""


def years(*which: str) -> bytes:
    """Table C1 of these years, England's re-referrals being the last two digits of the year."""
    return table(
        REFERRALS,
        *(row(year, ENGLAND, "Referrals", "640430", "140000", f"{year[2:]}.5", "38920", "6.3") for year in which),
    )


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("compared")
    for place, name, text in (
        ("reports", "ours", REPORT.format(authority="ourplace")),
        ("authorities", "ourplace", AUTHORITY),
    ):
        (folder / "own" / place).mkdir(parents=True)
        (folder / "own" / place / f"{name}.yaml").write_text(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        done = call(
            "run", ROOT / "sample_data" / "darlington", "--as-at", "2023-09-30", "--months", 6, "--definitions", "own",
            "--report", "ours", "--authority", "ourplace",
        )  # fmt: skip
    assert done.code == 0, done.err
    return folder


@pytest.fixture
def here(ran: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the run is the current one; published tables go into `tables`."""
    monkeypatch.chdir(ran)
    (tmp_path / "tables").mkdir()
    return tmp_path / "tables"


def report(*tables: Path, form: str = "--csv") -> Answer:
    named = [part for one in tables for part in ("--compared-with", one)]
    return call("report", "ours", "--month", "2023-09", *named, *([form] if form else []))


def beside(answer: Answer, ref: str, basis: str = "month") -> str:
    assert answer.code == 0, answer.err
    found = [one for one in csv.DictReader(io.StringIO(answer.out)) if (one["ref"], one["basis"]) == (ref, basis)]
    return found[0]["compared with"]


def earlier() -> bytes:
    """The table of two years, each a year earlier: 2022-23 and 2021-22."""
    return referrals().replace(b"2023,Reporting", b"2022,Reporting").replace(b"2024,Reporting", b"2023,Reporting")


def test_england_region_and_neighbours_stand_beside_the_lines_with_their_year(here: Path) -> None:
    (here / "c1.csv").write_bytes(earlier())
    (here / "sn.csv").write_text(MODEL)
    answer = report(here / "c1.csv", here / "sn.csv")
    # our own file has the word on England in 2022-23; on the region it speaks of another year
    assert beside(answer, "R1") == (
        "england 21.5 (2022/23); region 19.9 (2021-22); region 20.7 (2022-23); "
        "statistical neighbour 25 (2022-23, mean of 1 of 2)"
    )
    assert beside(answer, "R2") == ""  # a month's number is not held against a year's
    assert beside(answer, "R2", "year") == (
        "england 621880 (2022-23); region 32490 (2022-23); statistical neighbour 1450 (2022-23, mean of 2 of 2)"
    )


def test_json_and_the_table_say_the_same(here: Path) -> None:
    (here / "c1.csv").write_bytes(earlier())
    (here / "sn.csv").write_text(MODEL)
    told = json.loads(report(here, form="--json").out)
    first = next(one for one in told if (one["ref"], one["basis"]) == ("R1", "month"))
    assert first["compared with"] == beside(report(here), "R1")
    text = " ".join(report(here, form="").out.split())
    assert "20.7" in text
    assert "mean of" in text


def test_a_folder_is_searched_for_tables_and_the_model_and_all_else_is_passed_over(here: Path) -> None:
    (here / "deep").mkdir()
    (here / "deep" / "c1.csv").write_bytes(earlier())
    (here / "c1.meta.csv").write_text("col_name,col_type\na,Filter\n")
    (here / "notes.txt").write_text("nothing")
    (here / "sn.CSV").write_text(MODEL)
    assert "mean of 1 of 2" in beside(report(here), "R1")


def test_without_a_model_there_are_no_neighbours_and_without_tables_nothing_is_added(here: Path) -> None:
    (here / "c1.csv").write_bytes(earlier())
    assert "neighbour" not in beside(report(here / "c1.csv"), "R1")
    assert beside(report(), "R1") == "england 21.5 (2022/23); region 19.9 (2021-22)"


def test_the_latest_year_is_taken_but_none_after_the_month_of_the_report(here: Path) -> None:
    (here / "c1.csv").write_bytes(years("2021", "2022", "2024", "2025"))
    assert "england 24.5 (2023-24)" in beside(report(here / "c1.csv"), "R1")  # September 2023 lies in it
    (here / "c1.csv").write_bytes(years("2022", "2025"))
    assert "england 22.5 (2021-22)" in beside(report(here / "c1.csv"), "R1")
    (here / "c1.csv").write_bytes(years("2025"))
    assert "no figure for 2023-24 or a year before" in sentences(report(here / "c1.csv"))


def test_the_table_can_stand_in_several_files_in_any_order(here: Path) -> None:
    (here / "a.csv").write_bytes(years("2022"))
    (here / "b.csv").write_bytes(years("2024"))
    one, other = report(here / "a.csv", here / "b.csv"), report(here / "b.csv", here / "a.csv")
    assert one.out == other.out
    assert "england 24.5 (2023-24)" in beside(one, "R1")


def test_what_differs_in_meaning_and_what_was_used_is_told(here: Path) -> None:
    (here / "c1.csv").write_bytes(earlier())
    (here / "sn.csv").write_text(MODEL)
    told = report(here).err
    assert "Compared with figures for Darlington's neighbours, North East and England" in told
    assert "sn.csv" in told


def test_a_model_without_the_authority_is_told(here: Path) -> None:
    (here / "c1.csv").write_bytes(earlier())
    (here / "sn.csv").write_text(MODEL.replace("841", "999"))
    answer = report(here)
    assert "neighbour" not in beside(answer, "R1")
    assert "names no neighbours of Darlington" in answer.err


def test_of_two_models_the_later_by_the_year_in_its_name_is_used_and_a_doubt_is_refused(here: Path) -> None:
    (here / "c1.csv").write_bytes(earlier())
    (here / "model_2021.csv").write_text(MODEL)
    (here / "model_2025.csv").write_text(MODEL.replace("841,Darlington,390,Close,", "841,Darlington,805,Close,"))
    answer = report(here)
    assert "statistical neighbour" not in beside(answer, "R1")  # Hartlepool's is confidential
    assert "model_2025.csv" in answer.err
    assert "model_2021.csv is not used" in answer.err
    (here / "model_2025.csv").rename(here / "model_b.csv")
    (here / "model_2021.csv").rename(here / "model_a.csv")
    assert "Name one of them" in sentences(report(here))


@pytest.mark.parametrize(
    ("name", "data", "code", "says"),
    [
        ("nowhere.csv", None, 3, "There is no file or folder"),
        ("other.csv", b"a,b\n1,2\n", 3, "neither a published table nor a model of statistical neighbours"),
        ("pop.csv", table(["population_estimate"], row("2022", DARLINGTON, "22000")), 2, "No figure of"),
        ("sn.csv", MODEL.encode(), 2, "No figure of"),
        ("broken.csv", b'time_period,time_identifier,geographic_level,referral_count\n2023,"x\n', 3, "broken.csv"),
        ("", None, 3, "holds no published table"),
    ],
    ids=["nowhere", "another CSV", "no mapped figure", "a model alone", "broken", "an empty folder"],
)
def test_files_that_hold_nothing_to_compare_with_are_refused(
    here: Path, name: str, data: bytes | None, code: int, says: str
) -> None:
    if data is not None:
        (here / name).write_bytes(data)
    answer = report(here / name)
    assert answer.code == code, answer.err
    assert says in sentences(answer)


def test_an_authority_that_published_tables_do_not_know_is_refused(
    here: Path, ran: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place, name, text in (
        ("reports", "ours", REPORT.format(authority="elf")),
        ("authorities", "elf", "name: Elfland\n"),
    ):
        (tmp_path / "elf" / place).mkdir(parents=True)
        (tmp_path / "elf" / place / f"{name}.yaml").write_text(text)
    monkeypatch.chdir(tmp_path)
    made = call("run", ROOT / "sample_data" / "darlington", "--as-at", "2023-09-30", "--months", 6, "--definitions", "elf",
                "--report", "ours", "--authority", "elf")  # fmt: skip
    assert made.code == 0, made.err
    (here / "c1.csv").write_bytes(earlier())
    answer = report(here / "c1.csv")
    assert answer.code == 2
    assert "'Elfland' is no authority that published tables know" in sentences(answer)


def test_the_head_of_these_tables_is_that_of_the_format() -> None:
    assert HEAD[:3] == ["time_period", "time_identifier", "geographic_level"]
