"""From nights to what people read: `casetally settling`, and figures marked by the profile that is kept with a night."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from dataclasses import replace
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from casetally.cli import app
from casetally.errors import CallError
from casetally.figures import calculate_figures
from casetally.figures.values import FIGURE_SCHEMA
from casetally.periods import make_grid
from casetally.reports.known_at import open_known
from casetally.store.editions import writing
from casetally.store.editions.letting_go import drop
from cli.calling import call, sentences
from lxml import html
from settling_home import DECIDED, INDICATOR, LAST, LIBRARY, home, months
from typer.testing import CliRunner


@pytest.fixture(scope="session")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return home(tmp_path_factory.mktemp("home"))


def said(*arguments: str) -> str:
    done = CliRunner().invoke(app, ["settling", *arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_how_late_records_arrive_is_said_in_plain_words(nights: Path) -> None:
    """Dates of 2 March to 3 May (90 days before the last night): 10 of March and of April, first seen on the 20th of their month;
    2 and 1 of 20 March 17 and 31 days late, 2 and 1 of 20 April 16 and 30 days: 20 of 26 within 10 days, 25 within 30.
    """
    expected = (
        "Of 26 contacts (received on) from 2 March 2023 to 3 May 2023 that were known within 90 days, "
        "0.0% were so within 1 day, 0.0% within 5, "
        "76.9% within 10 and 96.2% within 30; half within 10 days."
    )
    assert expected in said(INDICATOR, "--store", str(nights)).replace("\n    ", " ")


def test_how_long_a_figure_moves_is_said_for_each_age_and_for_the_months_that_still_do(nights: Path) -> None:
    """10 on the first day after the month, 12 on the 6th, 13 on the 20th; June, seen at 1 day, was watched for 31 more."""
    text = said(INDICATOR, "--store", str(nights))
    assert f"{INDICATOR}: the figure of a month usually still moves until 14 days after its end." in text
    assert "Seen 1 day after: 5 of 5 moved, usually by +3." in text
    assert "Seen 5 days after: 4 of 4 moved, usually by +1." in text
    assert "2023-07, 1 day after its end: 10, settling. It usually ends at 13." in text
    assert "2023-06" not in text


def test_the_list_of_all_indicators_names_those_that_move(nights: Path) -> None:
    text = said("--store", str(nights))
    (row,) = [line for line in text.splitlines() if line.strip().startswith(INDICATOR)]
    assert row.split()[-1] == "+3"
    assert "5 of 5" in row
    assert "14 days" in row


def test_only_the_records_can_be_asked_for(nights: Path) -> None:
    assert "How long figures still move" not in said("--records", "--store", str(nights))


def test_json_has_both_tables_and_csv_either(nights: Path) -> None:
    found = json.loads(said(INDICATOR, "--store", str(nights), "--json"))
    (month,) = [one for one in found["indicators"] if one["basis"] == "month"]
    assert month["until"] == 14
    assert month["ages"][0] == {"age": 1, "periods": 5, "moved": 5, "least": "3", "greatest": "3"}
    assert ("contacts", "received_on", 26) in {(row["table"], row["column"], row["rows"]) for row in found["records"]}
    assert [row["period"] for row in found["settling_now"] if row["basis"] == "month"] == ["2023-07"]
    figures = said(INDICATOR, "--store", str(nights), "--csv").splitlines()
    assert figures[0] == "indicator,basis,until,age,periods,moved,least,greatest"
    assert f"{INDICATOR},month,14,1,5,5,3,3" in figures
    records = said("--records", "--store", str(nights), "--csv").splitlines()
    assert records[0].startswith(
        "table,column,since,until,followed_for,rows,within_1,within_5,within_10,within_30,median"
    )


def test_it_can_be_asked_as_it_was_known_on_an_earlier_night(nights: Path) -> None:
    """By 6 May only February and March had been watched for 31 days: too few."""
    text = said(INDICATOR, "--store", str(nights), "--known-at", "2023-05-06")
    assert "None is known to" in text
    assert "1 March 2023 to 6 May 2023" in CliRunner().invoke(
        app, ["settling", INDICATOR, "--store", str(nights), "--known-at", "2023-05-06"]
    ).stderr.replace("\n", " ")


def test_of_a_night_let_go_of_it_is_told_all_the_same(nights: Path, tmp_path: Path) -> None:
    """It rests on figures, which stay; its records can't be asked for any more."""
    path = shutil.copy(nights, tmp_path / "editions.duckdb")
    night = dt.date(2023, 5, 6)
    asked = (INDICATOR, "--known-at", "2023-05-07", "--json", "--store")
    before = json.loads(said(*asked, str(nights)))
    with writing(path, LIBRARY.schemas, anew=True) as book:
        drop(book, [one.number for one in book.all() if one.known_on <= night])
    after = json.loads(said(*asked, str(path)))
    assert after["last_night"] == f"{night}"
    assert [after[name] for name in ("nights", "first_night", "indicators", "settling_now")] == [
        before[name] for name in ("nights", "first_night", "indicators", "settling_now")
    ]
    for command in (
        ["cases", INDICATOR, "--month", "2023-04"],
        ["check"],
        ["run"],
        ["due"],
        ["report", "core", "--month", "2023-04"],
    ):
        done = call(*command, "--store", path, "--known-at", "2023-05-07")
        assert done.code == 2, command
        assert "Retention has let go of the night of 2023-05-06, the last one by 2023-05-07." in sentences(done)


def test_a_name_that_nobody_knows_is_told_with_the_nearest(nights: Path) -> None:
    with pytest.raises(CallError, match="contacts_recieved") as wrong:
        CliRunner().invoke(app, ["settling", "contacts_recieved", "--store", str(nights)], catch_exceptions=False)
    assert INDICATOR in str(wrong.value.render())


def test_a_run_without_nights_is_told_where_they_are_kept(tmp_path: Path) -> None:
    (tmp_path / "store.duckdb").write_bytes(b"")
    with pytest.raises(CallError, match="keeps one run and no nights"):
        CliRunner().invoke(app, ["settling", "--store", str(tmp_path / "store.duckdb")], catch_exceptions=False)


def marked(nights: Path, day: dt.date) -> pl.DataFrame:
    store, library = open_known(nights, day)
    try:
        return calculate_figures(store, library, make_grid(store.as_at, 6), authority="Anytown", indicators=[INDICATOR])
    finally:
        store.close()


def test_figures_of_a_night_carry_settling_and_the_range_that_was_usual_by_then(nights: Path) -> None:
    """On 1 August the profile is that of the nights before: 4 months seen at 1 day had moved by 3."""
    found = marked(nights, LAST)
    assert found.schema == FIGURE_SCHEMA
    told = {row["period"]: (row["numerator"], row["maturity"], row["settles_from"], row["settles_to"])
            for row in months(found).iter_rows(named=True)}  # fmt: skip
    assert told["2023-07"] == (10, "settling", 13.0, 13.0)
    assert told["2023-06"] == (13, "final", None, None)
    groups = found.filter(pl.col("basis") == "month", pl.col("breakdown") != "all", pl.col("period") == "2023-07")
    assert groups.select("maturity", "settles_from").unique().rows() == [("settling", None)]


def test_an_early_night_has_no_profile_yet_and_marks_nothing(nights: Path) -> None:
    found = marked(nights, dt.date(2023, 5, 6))
    assert "settling" not in found["maturity"].to_list()
    assert found["settles_from"].null_count() == found.height


def test_a_plain_store_is_aged_by_the_day_it_speaks_for(nights: Path) -> None:
    """Without nights the age is counted to the as-at date: 31 July, the month's last day, is age 0, of which nothing was seen."""
    store, library = open_known(nights, LAST)
    plain = replace(store, about={name: known for name, known in store.about.items() if name != "editions"})
    found = calculate_figures(plain, library, make_grid(store.as_at, 6), authority="Anytown", indicators=[INDICATOR])
    store.close()
    (july,) = months(found).filter(pl.col("period") == "2023-07").iter_rows(named=True)
    assert (july["maturity"], july["settles_from"]) == ("settling", None)


@pytest.fixture(scope="session")
def reports(nights: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """July's report in both editions, and May's, whose figures have settled."""
    folder = tmp_path_factory.mktemp("reports")
    for month, edition in (("2023-07", "internal"), ("2023-07", "published"), ("2023-05", "internal")):
        done = CliRunner().invoke(app, ["report", "core", "--month", month, "--store", str(nights), "--edition", edition,
                                        "--out", str(folder)], catch_exceptions=False)  # fmt: skip
        assert done.exit_code == 0
    return folder


def card(folder: Path, name: str, indicator: str) -> str:
    """What the page says of an indicator, as text."""
    root = html.parse(str(folder / f"core_{name}.html")).getroot()
    (found,) = [one for one in root.iter("section") if one.get("class") == "card"
                and any(code.text == indicator for code in one.iter("code"))]  # fmt: skip
    return " ".join(found.text_content().split())


def page(folder: Path, name: str) -> str:
    return " ".join(html.parse(str(folder / f"core_{name}.html")).getroot().text_content().split())


def test_the_page_marks_the_figure_with_its_range_and_says_what_that_means(reports: Path) -> None:
    """Ten of ten decided in time, and of past months three more came late and were not: 10 of 13 is 76.9%."""
    says = card(reports, "2023-07_internal", DECIDED)
    assert "100.0% settling, 76.9%" in says
    assert "July 2023: 100.0% (10 of 10), settling: it usually ends at 76.9% as late records arrive." in says
    assert "The figure for July 2023 is settling: records of it usually still arrive." in says
    whole = page(reports, "2023-07_internal")
    assert "2 measures are settling: records of the period usually still arrive" in whole
    assert "SettlingThe period is over, but at its age such a figure usually still moves" in whole


def test_a_change_that_may_turn_is_called_neither_better_nor_worse(reports: Path) -> None:
    """July's 100% is above June's 76.9%, but it usually ends where June is."""
    assert "up 23.1 percentage points from June 2023 (76.9%)." in card(reports, "2023-07_internal", DECIDED)


def test_a_page_without_settling_figures_says_nothing_of_it(reports: Path) -> None:
    assert "ettling" not in (reports / "core_2023-05_internal.html").read_text(encoding="utf-8")


def test_the_published_edition_gives_no_range(reports: Path) -> None:
    """How far past months moved may rest on counts that it hides."""
    says = card(reports, "2023-07_published", INDICATOR)
    assert "10 settling" in says
    assert "settling: such a figure usually still moves as late records arrive." in says
    assert "settles_" not in (reports / "core_2023-07_published.html").read_text(encoding="utf-8")
    assert "usually ends" not in page(reports, "2023-07_published")
    assert {row["settles_from"] for row in data_of(reports / "core_2023-07_published.xlsx")} == {None}


def sheet(path: Path, name: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in openpyxl.load_workbook(path, read_only=True)[name].iter_rows(values_only=True)]


def data_of(path: Path) -> list[dict[str, object]]:
    rows = sheet(path, "Data")
    at = next(number for number, row in enumerate(rows) if row[0] == "authority")
    return [dict(zip(map(str, rows[at]), row, strict=True)) for row in rows[at + 1 :]]


def test_the_workbook_says_where_a_figure_usually_ends_in_words_and_as_data(reports: Path) -> None:
    book = reports / "core_2023-07_internal.xlsx"
    told = [cell for row in sheet(book, "Measures") for cell in row if str(cell).startswith("Settling")]
    assert told == ["Settling: usually 13 [p]", "Settling: usually 76.9% [p]"]
    rows = [row for row in data_of(book) if row["indicator"] == DECIDED and row["maturity"] == "settling"
            and row["basis"] == "month" and row["breakdown"] == "all"]  # fmt: skip
    assert [(row["period"], row["settles_from"], row["settles_to"]) for row in rows] == [
        ("2023-07", pytest.approx(1000 / 13), pytest.approx(1000 / 13))
    ]
    cover = [cell for row in sheet(book, "Cover") for cell in row if cell]
    assert any(str(cell).startswith("Settling: 2 of ") for cell in cover)
    assert any("Settling: the period is over" in str(cell) for row in sheet(book, "Notes") for cell in row)
    settled = reports / "core_2023-05_internal.xlsx"
    assert not any(
        "Settling" in str(cell) for name in ("Cover", "Notes") for row in sheet(settled, name) for cell in row
    )


def test_the_chart_has_a_key_for_months_that_are_settling(reports: Path) -> None:
    root = html.parse(str(reports / "core_2023-07_internal.html")).getroot()
    keys = [
        one.text for group in root.iter("g") if group.get("class") == "chart-words_of_key" for one in group.iter("text")
    ]
    assert "settling" in keys


def test_the_table_on_a_terminal_says_it_and_csv_has_it_in_columns(nights: Path) -> None:
    def told(*more: str) -> str:
        asked = ["report", "core", "--month", "2023-07", "--store", str(nights), *more]
        return CliRunner().invoke(app, asked, catch_exceptions=False).stdout

    (row,) = [line for line in told().splitlines() if "Contacts decided within" in line]
    assert row.rstrip().endswith("settling, usually ends at 76.9%")
    rows = pl.read_csv(told("--csv").encode(), infer_schema=False).filter(
        pl.col("title").str.starts_with("Contacts decided")
    )
    (month,) = rows.filter(pl.col("basis") == "month").iter_rows(named=True)
    assert (month["maturity"], month["settles_from"], month["settles_to"]) == ("settling", "76.9%", "76.9%")
