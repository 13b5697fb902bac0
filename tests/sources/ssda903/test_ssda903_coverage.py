"""Why: files of a return are lost, doubled and put together; what the rest can still tell, and from when on, must be said."""

from __future__ import annotations

import datetime as dt
import random
import warnings
from pathlib import Path

import polars as pl
import pytest
from casetally.errors import InputError
from ssda903_returns import Return, a_return, contents, delivered, episode, rules, said, table, write_csv, write_xml

CARE = ("care_periods", "placements", "legal_statuses", "care_reviews", "permanence")


def one_year(end: int) -> Return:
    """A return for the year to 31 March `end` with a row of each file; the child is in care all that year and before."""
    child = {"CHILD": "7", "DOB": "01/02/2003"}
    return {
        "header": [{**child, "SEX": "1", "ETHNIC": "WBRI"}],
        "episodes": [episode("7", "01/05/2015", "S", "C2", "U4")],
        "reviews": [{**child, "REVIEW": f"01/09/{end - 1}", "REVIEW_CODE": "PN1"}],
        "missing": [{**child, "MISSING": "M", "MIS_START": f"01/10/{end - 1}", "MIS_END": f"02/10/{end - 1}"}],
        "oc2": [{**child, "TEETH_CHECK": "1"}],
        "oc3": [{"CHILD": "8", "DOB": "01/02/2001", "IN_TOUCH": "YES", "ACTIV": "F1", "ACCOM": "B1"}],
        "uasc": [{**child, "SEX": "1", "DUC": ""}],
        "placed_adoption": [{**child, "DATE_PLACED": f"01/11/{end - 1}"}],
    }


def write(folder: Path, *years: int, without: tuple[str, ...] = ()) -> None:
    for end in years:
        made = {kind: rows for kind, rows in one_year(end).items() if kind not in without}
        write_csv(made, folder, f"{end - 1}-{end % 100:02}")


def since(folder: Path) -> dict[str, str]:
    return {one.table: str(one.since) for one in delivered(folder).tables}


def messages(folder: Path, rule: str) -> list[str]:
    findings = delivered(folder).findings
    return findings.filter(pl.col("rule") == f"ssda903_{rule}")["message"].to_list()


def test_the_tables_are_whole_from_the_april_of_the_first_return(tmp_path: Path) -> None:
    write(tmp_path, 2018, 2019)
    told = since(tmp_path)
    others = ("missing_episodes", "annual_health_outcomes", "immigration_statuses")
    assert [told[name] for name in (*CARE, *others)] == ["2017-04-01"] * 8
    assert told["care_leaver_contacts"] == "2017-04-01"
    assert told["care_leavers"] == "2018-04-01"  # on its eve all birthdays of the first year have passed
    assert told["children"] == "None"
    assert not rules(delivered(tmp_path)) & {"year_missing", "file_missing", "two_files_of_a_year"}


def test_after_a_missing_year_the_tables_are_whole_from_the_next_return_on(tmp_path: Path) -> None:
    write(tmp_path, 2017, 2018, 2020, 2021)
    told = since(tmp_path)
    assert set(told.values()) == {"2019-04-01", "2020-04-01", "None"}
    assert said(delivered(tmp_path), "year_missing") == [("2019-20-episodes.csv", 0, "", "")]
    assert messages(tmp_path, "year_missing") == [
        "No return is given for the year to 31 March 2019: nothing before 1 April 2019 is told whole, "
        "and care that ended in between is taken to end by then."
    ]


def periods(folder: Path) -> list[tuple[str, str | None, str | None]]:
    frame = table(delivered(folder), "care_periods").frame
    return sorted(frame.select("started_on", "ended_on", "end_reason").rows(), key=str)


def test_care_that_ended_in_a_missing_year_is_not_counted_as_open_after_it(tmp_path: Path) -> None:
    other = episode("9", "01/05/2015", "S", "C2", "U4")
    write_csv({"episodes": [episode("7", "01/05/2015", "S", "C2", "U4"), other]}, tmp_path, "2016-17")
    write_csv({"episodes": [other]}, tmp_path, "2019-20")
    # the return of 2019-20 tells of everyone in care on 1 April 2019: the first child was not
    assert periods(tmp_path) == [("2015-05-01", "2019-03-31", None), ("2015-05-01", None, None)]
    made = delivered(tmp_path)
    assert said(made, "ended_in_missing_year") == [("2016-17-episodes.csv", 2, "DEC", "7")]
    assert "open_but_not_returned" not in rules(made)
    assert str(table(made, "care_periods").since) == "2019-04-01"
    assert table(made, "legal_statuses").frame["ended_on"].to_list() == ["2019-03-31", None]


@pytest.mark.parametrize(
    ("start", "rne", "expected"),
    [
        ("01/06/2018", "S", [("2015-05-01", "2018-06-01", None), ("2018-06-01", None, None)]),  # came back in the gap
        ("01/06/2019", "S", [("2015-05-01", "2019-03-31", None), ("2019-06-01", None, None)]),  # came back after it
        ("01/06/2018", "P", [("2015-05-01", None, None)]),  # only moved
    ],
)
def test_a_child_who_is_told_of_again_after_a_missing_year(
    tmp_path: Path, start: str, rne: str, expected: list[tuple[str, str | None, str | None]]
) -> None:
    write_csv({"episodes": [episode("7", "01/05/2015", "S", "C2", "U4")]}, tmp_path, "2016-17")
    write_csv({"episodes": [episode("7", start, rne, "C2", "K2")]}, tmp_path, "2019-20")
    assert periods(tmp_path) == expected


def test_a_worker_s_allocation_ends_with_the_last_return_that_lists_it(tmp_path: Path) -> None:
    held = [{"CHILD": "7", "SW_ID": "SW1", "SW_DECOM": "01/05/2023", "SW_DEC": "", "SW_REASON": ""}]
    still = [{"CHILD": "9", "SW_ID": "SW1", "SW_DECOM": "01/06/2023", "SW_DEC": "", "SW_REASON": ""}]
    write_csv({"social_worker": held + still}, tmp_path, "2023-24")
    write_csv({"social_worker": still}, tmp_path, "2024-25")
    made = delivered(tmp_path)
    assert table(made, "allocations").frame.select("child_id", "ended_on").rows() == [("7", "2024-04-01"), ("9", None)]
    assert said(made, "worker_no_longer_told") == [("2023-24-social_worker.csv", 2, "SW_DEC", "7")]


def test_several_missing_years_are_named_together(tmp_path: Path) -> None:
    write(tmp_path, 2017, 2020)
    assert messages(tmp_path, "year_missing")[0].startswith(
        "No return is given for the years to 31 March 2018 and 2019:"
    )


def test_a_file_that_the_first_returns_lack_is_told_from_its_own_first_year_on(tmp_path: Path) -> None:
    write(tmp_path, 2018, without=("reviews", "oc2"))
    write(tmp_path, 2019)
    told = since(tmp_path)
    assert (told["care_reviews"], told["annual_health_outcomes"], told["placements"]) == (
        "2018-04-01",
        "2018-04-01",
        "2017-04-01",
    )
    assert messages(tmp_path, "file_missing") == [
        "The return has no file 'oc2' for the year to 31 March 2018, only for other years.",
        "The return has no file 'reviews' for the year to 31 March 2018, only for other years.",
    ]


def test_what_the_last_return_lacks_is_told_until_the_one_before(tmp_path: Path) -> None:
    write(tmp_path, 2018)
    write(tmp_path, 2019, without=("missing",))
    made = delivered(tmp_path)
    assert str(table(made, "missing_episodes").since) == "2017-04-01"
    assert str(table(made, "missing_episodes").until) == "2018-03-31"
    assert str(table(made, "placements").until) == "2019-03-31"
    assert messages(tmp_path, "file_missing") == [
        "The return has no file 'missing' for the year to 31 March 2019, only for other years: "
        "what it would tell of that time is not known."
    ]


def test_reviews_need_the_episodes_of_their_year(tmp_path: Path) -> None:
    write(tmp_path, 2018, without=("episodes",))
    write(tmp_path, 2019)
    assert since(tmp_path)["care_reviews"] == "2018-04-01"


def test_of_files_that_are_never_of_one_year_nothing_is_told(tmp_path: Path) -> None:
    write(tmp_path, 2018, without=("episodes",))
    write(tmp_path, 2019, without=("reviews",))
    reviews = table(delivered(tmp_path), "care_reviews")
    assert reviews.since is not None
    assert reviews.until is not None
    assert reviews.since > reviews.until


def test_a_table_is_told_to_the_march_of_the_last_return(tmp_path: Path) -> None:
    write(tmp_path, 2018, 2019)
    untils = {one.table: str(one.until) for one in delivered(tmp_path).tables}
    assert set(untils.values()) == {"2019-03-31", "None"}
    assert untils["children"] == "None"


def test_no_last_day_is_named_where_the_year_was_only_inferred_from_the_dates(tmp_path: Path) -> None:
    begun = [episode("7", "01/05/2018", "S", "C2", "U4")]
    write_csv({**one_year(2019), "episodes": begun}, tmp_path / "a", "export")
    for file in (tmp_path / "a").iterdir():
        file.rename(file.with_name(file.name.removeprefix("export-")))
    made = delivered(tmp_path / "a")
    assert {str(one.since) for one in made.tables} == {"2018-04-01", "2019-04-01", "None"}
    assert {one.until for one in made.tables} == {None}


def test_a_last_day_is_named_by_the_table_s_own_files(tmp_path: Path) -> None:
    write(tmp_path, 2018, 2019)
    (tmp_path / "2018-19-missing.csv").rename(tmp_path / "missing.csv")  # by its own date of the same year
    untils = {one.table: one.until for one in delivered(tmp_path).tables}
    assert untils["missing_episodes"] is None
    assert untils["placements"] == dt.date(2019, 3, 31)


@pytest.mark.parametrize(("name", "until"), [("2020-21.xml", "2021-03-31"), ("export.xml", "None")])
def test_an_xml_return_s_last_day_is_named_by_its_file_alone(tmp_path: Path, name: str, until: str) -> None:
    write_xml(a_return(), tmp_path / name)
    assert str(table(delivered(tmp_path / name), "care_periods").until) == until


def test_what_began_before_the_first_return_and_who_is_over_21_is_not_told(tmp_path: Path) -> None:
    write(tmp_path, 2018, 2019)
    tables = delivered(tmp_path).tables
    cut = [one.table for one in tables if one.starts_cut]
    assert sorted(cut) == ["care_periods", "immigration_statuses", "legal_statuses", "placements"]
    assert {one.table: one.oldest for one in tables if one.oldest} == {"care_leavers": 21, "care_leaver_contacts": 21}


def test_of_missing_episodes_only_the_days_are_known(tmp_path: Path) -> None:
    write(tmp_path, 2019)
    assert [one.table for one in delivered(tmp_path).tables if one.days_only] == ["missing_episodes"]


def test_social_workers_are_not_missed_before_the_return_had_them(tmp_path: Path) -> None:
    write(tmp_path, 2023)
    write(tmp_path, 2024)
    (tmp_path / "2023-24-social_worker.csv").write_text("CHILD,SW_ID,SW_DECOM\n7,SW1,01/05/2023\n")
    assert "file_missing" not in rules(delivered(tmp_path))
    assert since(tmp_path)["allocations"] == "2023-04-01"


@pytest.mark.parametrize("kind", ["header", "episodes", "reviews", "missing", "oc2", "oc3", "uasc", "placed_adoption"])
def test_any_file_alone_and_any_file_lacking_is_read(tmp_path: Path, kind: str) -> None:
    made = one_year(2019)
    write_csv({kind: made[kind]}, tmp_path / "alone", "2018-19")
    write_csv({other: rows for other, rows in made.items() if other != kind}, tmp_path / "rest", "2018-19")
    alone, rest = delivered(tmp_path / "alone"), delivered(tmp_path / "rest")
    assert alone.rows.height == 1
    assert rest.rows.height == len(made) - 1
    assert "care_periods" in {one.table for one in (alone if kind == "episodes" else rest).tables}


@pytest.mark.parametrize("kind", ["header", "episodes", "reviews", "missing", "oc2", "oc3", "uasc", "placed_adoption"])
def test_a_file_with_nothing_but_its_column_names_is_read_without_a_warning(tmp_path: Path, kind: str) -> None:
    write(tmp_path, 2019)
    file = tmp_path / f"2018-19-{kind}.csv"
    file.write_text(file.read_text().splitlines()[0] + "\n")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert delivered(tmp_path).rows.height == len(one_year(2019)) - 1


def test_only_a_header_makes_children_and_only_episodes_make_care(tmp_path: Path) -> None:
    made = one_year(2019)
    write_csv({"header": made["header"]}, tmp_path / "header", "2018-19")
    write_csv({"episodes": made["episodes"]}, tmp_path / "episodes", "2018-19")
    assert [one.table for one in delivered(tmp_path / "header").tables] == ["children"]
    assert [one.table for one in delivered(tmp_path / "episodes").tables] == [
        "care_periods",
        "legal_statuses",
        "placements",
    ]


def test_a_copy_of_a_file_under_another_name_changes_nothing(tmp_path: Path) -> None:
    write(tmp_path, 2019)
    once = contents(delivered(tmp_path))
    (tmp_path / "2018-19-episodes (copy).csv").write_bytes((tmp_path / "2018-19-episodes.csv").read_bytes())
    made = delivered(tmp_path)
    assert contents(made) == once
    assert said(made, "repeated_row") == [("2018-19-episodes.csv", 2, "", "7")]  # the name that comes later
    assert messages(tmp_path, "repeated_row") == [
        "This row repeats one of the file '2018-19-episodes (copy).csv' word for word; one of them counts."
    ]
    assert said(made, "two_files_of_a_year") == [("2018-19-episodes.csv", 0, "", "")]


def test_the_same_return_as_csv_and_as_xml_counts_once(tmp_path: Path) -> None:
    write_csv(a_return(), tmp_path / "csv", "2020-21")
    once = contents(delivered(tmp_path / "csv"))
    write_xml(a_return(), tmp_path / "xml" / "2020-21.xml")
    made = delivered(tmp_path / "csv", tmp_path / "xml" / "2020-21.xml")
    assert contents(made) == once
    assert set(made.rows.filter(pl.col("file").str.ends_with(".xml"))["disposition"]) == {"set_aside"}


def test_an_older_copy_of_a_year_is_said(tmp_path: Path) -> None:
    write(tmp_path, 2019)
    closed = [episode("7", "01/05/2015", "S", "C2", "U4", "01/12/2018", "E4A")]
    write_csv({"episodes": closed}, tmp_path, "2018-19-v2")
    (tmp_path / "2018-19-v2-episodes.csv").rename(tmp_path / "episodes v2 2018-19.csv")
    made = delivered(tmp_path)
    assert said(made, "two_files_of_a_year") == [("episodes v2 2018-19.csv", 0, "", "")]
    assert "repeated_row" not in rules(made)


def test_a_file_split_by_children_is_no_second_copy(tmp_path: Path) -> None:
    write(tmp_path, 2019)
    other = [episode("9", "01/05/2015", "S", "C2", "U4")]
    write_csv({"episodes": other}, tmp_path, "2018-19-rest")
    (tmp_path / "2018-19-rest-episodes.csv").rename(tmp_path / "part 2 2018-19.csv")
    assert "two_files_of_a_year" not in rules(delivered(tmp_path))


@pytest.mark.parametrize("kind", ["header", "episodes", "oc3", "uasc", "missing"])
def test_column_names_in_the_middle_of_a_file_are_no_record(tmp_path: Path, kind: str) -> None:
    write(tmp_path, 2019)
    once = contents(delivered(tmp_path))
    file = tmp_path / f"2018-19-{kind}.csv"
    head, row = file.read_text().splitlines()
    file.write_text("\n".join([head, head.title(), row, head]) + "\n")
    made = delivered(tmp_path)
    assert contents(made) == once
    assert said(made, "header_again") == [(file.name, row, "CHILD", "") for row in (2, 4)]


def test_columns_may_stand_in_any_order(tmp_path: Path) -> None:
    write(tmp_path, 2018, 2019)
    once = contents(delivered(tmp_path))
    for file in tmp_path.iterdir():
        lines = [line.split(",")[::-1] for line in file.read_text().splitlines()]
        file.write_text("\n".join(",".join(line) for line in lines) + "\n")
    assert contents(delivered(tmp_path)) == once


@pytest.mark.parametrize(
    ("columns", "values", "sex"),
    [
        ("GENDER", "2", "F"),
        ("Gender", "F", "F"),
        ("SEX,GENDER", "1,2", "M"),
        ("GENDER,SEX", "2,1", "M"),
        ("SEX", "1.0", "M"),
        ("SEX", "Female", "F"),
        ("SEX", "u", "U"),
        ("SEX", "9", "9"),
    ],
)
def test_sex_may_be_called_gender_and_be_written_in_several_ways(
    tmp_path: Path, columns: str, values: str, sex: str
) -> None:
    (tmp_path / "2018-19-header.csv").write_text(f"CHILD,{columns},DOB,ETHNIC,UPN\n7,{values},01/02/2010,WBRI,\n")
    assert table(delivered(tmp_path), "children").frame["sex"].to_list() == [sex]


def test_ids_and_codes_that_a_spreadsheet_made_decimal_are_the_same(tmp_path: Path) -> None:
    write(tmp_path, 2019)
    once = contents(delivered(tmp_path))
    file = tmp_path / "2018-19-episodes.csv"
    file.write_text(file.read_text().replace("\n7,", "\n7.0,").replace(",111", ",111.0"))
    assert contents(delivered(tmp_path)) == once


@pytest.mark.parametrize("code", ["CHILD", "PLACE"])
def test_a_first_line_that_is_a_record_is_never_quoted(tmp_path: Path, code: str) -> None:
    row = f"398768,01/05/2018,S,C2,N1,U6,PR1,01/02/2019,X1,{code},AA1 1AA,AA1 2AA,111\n"
    (tmp_path / "2018-19-episodes.csv").write_text(row)
    with pytest.raises(InputError) as raised:
        delivered(tmp_path)
    assert "The first line does not hold the column names" in str(raised.value)
    assert "398768" not in str(raised.value)
    assert "AA1" not in str(raised.value)


def test_the_order_of_rows_and_files_changes_nothing(tmp_path: Path) -> None:
    contradictory = one_year(2019)
    header, leaver = contradictory["header"][0], contradictory["oc3"][0]
    contradictory["header"] += [{**header, "SEX": "2"}, {**header, "CHILD": "9"}]
    contradictory["oc3"] += [{**leaver, "DOB": "05/05/2000"}, {**leaver, "IN_TOUCH": "DIED"}]
    contradictory["episodes"] += [
        episode("7", "01/05/2015", "S", "C2", "K2", "01/06/2018", "X1"),
        episode("7", "01/06/2018", "P", "C2", "U6"),
        episode("7", "01/06/2018", "L", "C1", "U6"),
    ]
    contradictory["uasc"] += [{**contradictory["uasc"][0], "DUC": "01/01/2019"}]
    write(tmp_path / "0", 2018)
    write_csv(contradictory, tmp_path / "0", "2018-19")
    first = contents(delivered(tmp_path / "0"))
    for seed in range(1, 6):
        shuffled = {kind: random.Random(seed).sample(rows, len(rows)) for kind, rows in contradictory.items()}  # noqa: S311
        write(tmp_path / str(seed), 2018)
        write_csv(shuffled, tmp_path / str(seed), "2018-19")
        assert contents(delivered(tmp_path / str(seed))) == first


def test_a_table_s_first_day_is_a_date(tmp_path: Path) -> None:
    write(tmp_path, 2019)
    assert table(delivered(tmp_path), "placements").since == dt.date(2018, 4, 1)
