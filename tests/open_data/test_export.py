"""Why: what leaves the building must be in the format, rounded by the rules, and must not point at a child."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path

import polars as pl
import pytest
import typer
from casetally.cli.export_open_data import open_data
from casetally.definitions.library import Library, load_library
from casetally.definitions.open_data import Identity, identity_of
from casetally.errors import CallError
from casetally.figures.open_data.export import Asked, Level, export_tables, time_of
from casetally.figures.open_data.shapes import to_nearest_10
from casetally.figures.open_data.table import Column, Filter, OpenTable
from casetally.figures.values import FIGURE_SCHEMA
from casetally.reports.open_data import write_table
from casetally.sources.open_data_file import IDENTITY, read_open_data
from typer.testing import CliRunner

YEAR = {"basis": "year", "period": "2023-24", "period_start": dt.date(2023, 4, 1), "period_end": dt.date(2024, 3, 31)}
Figure = tuple[str, str, str, float | None, float | None]  # indicator, breakdown, group, numerator, denominator


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


def figures(library: Library, *given: Figure, period: dict[str, object] | None = None) -> pl.DataFrame:
    rows = []
    for indicator, breakdown, group, top, below in given:
        one = library.indicators[indicator]
        times = one.text.rate or (100 if one.unit == "percent" else 1)
        value = top if below is None or top is None else top * times / below if below else None
        status = "calculated" if value is not None else "not_applicable" if below == 0 else "not_available"
        rows.append({
            "authority": "E06000005", "indicator": indicator, **(period or YEAR), "breakdown": breakdown, "group": group,
            "numerator": top, "denominator": below, "value": value, "unit": one.unit, "status": status, "maturity": "final",
            "definition": "", "edition": "",
        })  # fmt: skip
    return pl.DataFrame(rows, schema=FIGURE_SCHEMA, orient="row")


def darlington() -> Identity:
    found = identity_of(["Darlington"])
    assert found is not None
    return found


def exported(library: Library, given: pl.DataFrame, level: Level = "Local authority") -> dict[str, pl.DataFrame]:
    asked = Asked(tuple(library.indicators), tuple(sorted(set(given["basis"]))), level, dt.date(2024, 3, 31))
    return {table.name: table.rows for table in export_tables(given, library, darlington(), asked)}


REFERRALS: tuple[Figure, ...] = (
    ("referrals_received", "all", "all", 103, None), ("referrals_received", "sex", "F", 3, None),
    ("referrals_received", "sex", "M", 60, None), ("referrals_received", "sex", "unknown", 40, None),
)  # fmt: skip


def test_a_row_says_when_where_and_of_whom(library: Library) -> None:
    rows = exported(library, figures(library, *REFERRALS))["front_door"]
    assert list(rows.select(*IDENTITY, "sex").row(0)) == [
        "2024", "Reporting year", "Local authority", "E92000001", "England", "E12000001", "North East", "841", "E06000005",
        "Darlington", "Total",
    ]  # fmt: skip


def test_a_small_count_is_hidden_and_so_is_the_next_smallest(library: Library) -> None:
    rows = exported(library, figures(library, *REFERRALS))["front_door"]
    assert dict(rows.select("sex", "referrals_received_count").iter_rows()) == {
        "Total": "103",
        "F": "c",
        "M": "60",
        "unknown": "c",
    }


def test_what_is_hidden_in_one_figure_is_hidden_in_all_that_show_the_same_count(library: Library) -> None:
    shares: tuple[Figure, ...] = (
        ("rereferrals_12m", "all", "all", 31, 103), ("rereferrals_12m", "sex", "F", 0, 3), ("rereferrals_12m", "sex", "M", 21, 60),
        ("rereferrals_12m", "sex", "unknown", 10, 40),
    )  # fmt: skip
    rows = exported(library, figures(library, *REFERRALS, *shares))["front_door"]
    columns = ("rereferrals_12m_count", "rereferrals_12m_of_count", "rereferrals_12m_percent")
    found = {sex: cells for sex, *cells in rows.select("sex", *columns).iter_rows()}
    assert found["Total"] == ["31", "103", "30.1"]
    assert found["F"] == ["0", "c", "c"]  # the share would say how many below the line
    assert found["M"] == ["21", "60", "35.0"]
    assert found["unknown"] == ["10", "c", "c"]


def test_a_share_is_rounded_half_up_from_its_whole_numbers_and_hidden_with_its_numerator(library: Library) -> None:
    rows = exported(library, figures(library, ("rereferrals_12m", "all", "all", 49, 400)))["front_door"]
    assert rows["rereferrals_12m_percent"].to_list() == ["12.3"]  # 12.25
    rows = exported(library, figures(library, ("rereferrals_12m", "all", "all", 4, 400)))["front_door"]
    assert rows.select("rereferrals_12m_count", "rereferrals_12m_percent").row(0) == ("c", "c")


def test_no_denominator_is_z_no_figure_is_x_and_a_group_that_a_figure_does_not_have_is_z(library: Library) -> None:
    rows = exported(library, figures(
        library, ("rereferrals_12m", "all", "all", 0, 0), ("referrals_rate", "all", "all", None, None),
        ("referrals_received", "all", "all", 0, None), ("referrals_received", "sex", "F", 0, None),
    ))["front_door"]  # fmt: skip
    total, girls = rows.row(0, named=True), rows.row(1, named=True)
    assert (total["rereferrals_12m_percent"], total["referrals_rate_rate"], total["referrals_received_count"]) == (
        "z",
        "x",
        "0",
    )
    assert girls["rereferrals_12m_percent"] == "z"
    assert girls["rereferrals_12m_count"] == "0"  # the figure has this breakdown: nobody is in it
    told = figures(library, ("referrals_rate", "all", "all", 120, 20_000), ("referrals_received", "sex", "F", 60, None))
    groups = exported(library, told)["front_door"].filter(pl.col("sex") == "F")
    assert groups["referrals_rate_rate"].to_list() == ["z"]  # a rate is not given by sex


EARLY_HELP = ("contacts_to_early_help_count", "contacts_to_early_help_of_count", "contacts_to_early_help_percent")


def early_help_by(rows: pl.DataFrame, *labels: str) -> dict[tuple[str, ...], tuple[str, ...]]:
    """The three cells of the contacts that led to early help, by the labels of their row."""
    return {row[: len(labels)]: row[len(labels) :] for row in rows.select(*labels, *EARLY_HELP).iter_rows()}


def test_an_indicator_that_is_not_available_is_x_in_every_row_and_never_nought(library: Library) -> None:
    tables = exported(library, figures(
        library, ("contacts_to_early_help", "all", "all", None, None), ("referrals_rate", "all", "all", None, None),
        ("contacts_received", "all", "all", 60, None), ("contacts_received", "team", "North", 60, None),
        ("contacts_received", "sex", "F", 60, None),
    ))  # fmt: skip
    x = ("x", "x", "x")
    rows = tables["front_door"]
    assert early_help_by(rows, "team", "sex") == {("Total", "Total"): x, ("North", "Total"): x, ("Total", "F"): x}
    assert rows.select("referrals_rate_count", "referrals_rate_rate").unique().rows() == [("x", "x")]
    assert rows["contacts_received_count"].to_list() == ["60", "60", "60"]  # what is available is told as before


def test_a_figure_of_a_group_is_not_told_where_that_of_the_whole_is_not_available(library: Library) -> None:
    rows = exported(library, figures(
        library, ("contacts_to_early_help", "all", "all", None, None), ("contacts_to_early_help", "sex", "F", 20, 80),
        ("contacts_to_early_help", "sex", "M", 2, 90),
    ))["front_door"]  # fmt: skip
    assert set(early_help_by(rows, "sex").values()) == {("x", "x", "x")}


def test_a_period_in_which_an_indicator_is_available_keeps_its_noughts(library: Library) -> None:
    before = {**YEAR, "period": "2022-23", "period_start": dt.date(2022, 4, 1), "period_end": dt.date(2023, 3, 31)}
    girls: Figure = ("contacts_received", "sex", "F", 60, None)
    given = [
        figures(library, ("contacts_to_early_help", "all", "all", None, None), girls, period=before),
        figures(library, ("contacts_to_early_help", "all", "all", 20, 80), girls),
    ]
    assert early_help_by(exported(library, pl.concat(given))["front_door"], "time_period", "sex") == {
        ("2023", "Total"): ("x", "x", "x"), ("2023", "F"): ("x", "x", "x"),
        ("2024", "Total"): ("20", "80", "25.0"), ("2024", "F"): ("0", "0", "z"),
    }  # fmt: skip


def test_looked_after_tables_have_whole_percentages_and_low_and_show_an_authoritys_counts(library: Library) -> None:
    rows = exported(library, figures(
        library, ("cla_open", "all", "all", 250, None), ("cla_open", "sex", "F", 3, None), ("cla_open", "sex", "M", 247, None),
        ("cla_3plus_placements_12m", "all", "all", 1, 250), ("cla_over_20_miles", "all", "all", 25, 200),
    ))["looked_after"]  # fmt: skip
    assert dict(rows.select("sex", "cla_open_count").iter_rows()) == {"Total": "250", "F": "3", "M": "247"}
    assert rows["cla_3plus_placements_12m_percent"][0] == "low"  # 0.4 per cent
    assert rows["cla_over_20_miles_percent"][0] == "13"  # 12.5


def test_an_authority_can_hide_them_there_too(tmp_path: Path) -> None:
    (tmp_path / "open_data").mkdir()
    (tmp_path / "open_data" / "themes.yaml").write_text(
        "looked_after:\n  title: Children looked after\n  rules: looked_after\n  records_of: [care_periods]\n"
    )
    library = load_library(tmp_path)
    rows = exported(library, figures(library, ("cla_open", "all", "all", 250, None), ("cla_open", "sex", "F", 3, None),
                                     ("cla_open", "sex", "M", 247, None)))["looked_after"]  # fmt: skip
    assert dict(rows.select("sex", "cla_open_count").iter_rows()) == {"Total": "250", "F": "c", "M": "c"}


@pytest.mark.parametrize(("number", "shown"), [(4, 0), (5, 10), (14, 10), (15, 20), (104, 100)])
def test_england_and_the_regions_are_to_the_nearest_10(number: int, shown: int) -> None:
    assert to_nearest_10(number) == shown  # type: ignore[arg-type]


def test_a_table_of_england_hides_nothing_and_names_no_region(library: Library) -> None:
    rows = exported(library, figures(library, *REFERRALS), "National")["front_door"]
    assert rows.select("region_code", "new_la_code", "la_name").row(0) == (None, None, None)
    assert dict(rows.select("sex", "referrals_received_count").iter_rows()) == {
        "Total": "100",
        "F": "0",
        "M": "60",
        "unknown": "40",
    }


def test_a_month_is_not_given_away_by_its_quarter(library: Library) -> None:
    def month(at: int) -> dict[str, object]:
        first = dt.date(2023, at, 1)
        return {"basis": "month", "period": f"{first:%Y-%m}", "period_start": first,
                "period_end": dt.date(2023, at + 1, 1) - dt.timedelta(1)}  # fmt: skip

    quarter = {
        "basis": "quarter",
        "period": "2023-24 Q1",
        "period_start": dt.date(2023, 4, 1),
        "period_end": dt.date(2023, 6, 30),
    }
    given = [
        figures(library, ("referrals_received", "all", "all", n, None), period=month(at))
        for at, n in ((4, 20), (5, 3), (6, 9))
    ]
    given.append(figures(library, ("referrals_received", "all", "all", 32, None), period=quarter))
    found = exported(library, pl.concat(given))
    assert found["front_door_month"]["referrals_received_count"].to_list() == ["20", "c", "c"]
    assert found["front_door_quarter"]["referrals_received_count"].to_list() == ["32"]
    assert found["front_door_month"]["time_identifier"].to_list() == ["April", "May", "June"]
    assert found["front_door_quarter"].select("time_period", "time_identifier").row(0) == (
        "202324",
        "Financial year Q1",
    )


def test_a_quarter_of_the_new_year_belongs_to_the_financial_year_before() -> None:
    row = {"basis": "quarter", "period_start": dt.date(2024, 1, 1), "period_end": dt.date(2024, 3, 31)}
    assert time_of(row) == ("202324", "Financial year Q4")


def test_a_period_that_is_not_over_and_a_basis_without_identifier_are_not_written(library: Library) -> None:
    later = {**YEAR, "period": "2024-25", "period_start": dt.date(2024, 4, 1), "period_end": dt.date(2025, 3, 31)}
    with pytest.raises(CallError, match="period that is over"):
        exported(library, figures(library, *REFERRALS, period=later))
    with pytest.raises(CallError, match="no time identifier"):
        exported(library, figures(library, *REFERRALS, period={**YEAR, "basis": "rolling_12_months"}))


def test_a_written_cell_is_never_blank_and_the_metadata_names_every_column(tmp_path: Path) -> None:
    blank = dict.fromkeys(IDENTITY)
    here = {**blank, "time_period": "2024", "time_identifier": "Reporting year", "geographic_level": "National",
            "country_code": "E92000001", "country_name": "England"}  # fmt: skip
    rows = pl.DataFrame(
        [{**here, "kind": "", "n": None, "p": "12.5"}, {**here, "kind": "a, b", "n": "oops", "p": "low"}],
        schema=dict.fromkeys((*IDENTITY, "kind", "n", "p"), pl.String), orient="row",
    )  # fmt: skip
    table = OpenTable(
        "t", (Filter("kind", "Kind", "By kind"),), (Column("n", "Number"), Column("p", "Share", "Shares", "%", 1)), rows
    )
    write_table(table, tmp_path)
    assert list(csv.reader((tmp_path / "t.csv").read_text().splitlines())) == [
        ["time_period", "time_identifier", "geographic_level", "country_code", "country_name", "kind", "n", "p"],
        ["2024", "Reporting year", "National", "E92000001", "England", "Total", "x", "12.5"],
        ["2024", "Reporting year", "National", "E92000001", "England", "a, b", "x", "low"],
    ]
    assert list(csv.reader((tmp_path / "t.meta.csv").read_text().splitlines())) == [
        ["col_name", "col_type", "label", "indicator_grouping", "indicator_unit", "indicator_dp", "filter_hint",
         "filter_grouping_column"],
        ["kind", "Filter", "Kind", "", "", "", "By kind", ""],
        ["n", "Indicator", "Number", "", "", "0", "", ""],
        ["p", "Indicator", "Share", "Shares", "%", "1", "", ""],
    ]  # fmt: skip


def call(*arguments: str) -> tuple[int, str]:
    app = typer.Typer()
    app.command()(open_data)
    done = CliRunner().invoke(app, list(arguments))
    return done.exit_code, done.output if done.exception is None else str(done.exception)


def test_the_command_writes_tables_that_read_back(library: Library, tmp_path: Path) -> None:
    figures(library, *REFERRALS).write_parquet(tmp_path / "figures.parquet")
    (tmp_path / "run.json").write_text(json.dumps({"as_at": "2024-03-31"}))
    out = tmp_path / "out"
    code, said = call(
        "--figures", str(tmp_path / "figures.parquet"), "--out", str(out), "--indicators", "referrals_received"
    )
    assert (code, sorted(path.name for path in out.glob("*.csv"))) == (0, ["front_door.csv", "front_door.meta.csv"]), (
        said
    )
    again = read_open_data((out / "front_door.csv").read_bytes(), "front_door.csv")
    assert again.findings.is_empty()
    assert again.filters == ("sex",)
    assert again.indicators == ("referrals_received_count",)
    first = (out / "front_door.csv").read_bytes()
    assert (
        call("--figures", str(tmp_path / "figures.parquet"), "--out", str(out))[0] == 0
    )  # an earlier export is replaced
    assert (out / "front_door.csv").read_bytes() == first


@pytest.mark.parametrize(
    ("arguments", "says"),
    [(["--indicators", "referals_received"], "Did you mean"), (["--level", "Ward"], "no level"),
     (["--basis", "week"], "no time identifier"),
     (["--figures", "nowhere.parquet"], "There is no file")],
)  # fmt: skip
def test_a_call_that_cannot_be_meant_is_told(library: Library, tmp_path: Path, arguments: list[str], says: str) -> None:
    figures(library, *REFERRALS).write_parquet(tmp_path / "figures.parquet")
    code, said = call("--figures", str(tmp_path / "figures.parquet"), "--out", str(tmp_path / "out"), *arguments)
    assert code != 0
    assert says in said
    assert not (tmp_path / "out").exists()
