"""Why: a comparator that is not what was published misleads more than none."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest
from casetally.definitions.library import Library, load_library
from casetally.definitions.open_data import (
    PublishedFigure,
    identity_of,
    known_authorities,
    load_published_figures,
    load_themes,
    theme_of,
)
from casetally.errors import DefinitionError, InputError
from casetally.figures.open_data.comparators import as_compared, comparators_of, middle
from casetally.figures.open_data.neighbours import Neighbour, looks_like_neighbours, read_neighbours
from casetally.figures.open_data.published import figures_in, year_of
from casetally.sources.open_data_file import read_open_data
from making import DARLINGTON, ENGLAND, GATESHEAD, REFERRALS, referrals, row, table

WIDE_2021 = (
    "\ufeffLA num,LA Name,LA number,GOInd,GOReg,SN1,SNP,SN2,SNP,\n"
    "841,Darlington,841,1,NE,390,Close,805,Not Close,\n,,,,,,,,,\n"
)
WIDE_2025 = "\ufeffold_la_code,la_name,SN_1,SN_1P,SN_2,SN_2P\n841,Darlington,390,Close ,805,Not close\n"


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


def compared(
    library: Library, tmp_path: Path, data: bytes, who: str = "Darlington", model: str = WIDE_2025
) -> pl.DataFrame:
    (tmp_path / "sn.csv").write_text(model, encoding="utf-8")
    mapping = load_published_figures(library)
    found = figures_in(read_open_data(data, "t.csv"), mapping)
    whose = identity_of([who])
    assert whose is not None
    return comparators_of(found, mapping, whose, read_neighbours(tmp_path / "sn.csv"))


def line(frame: pl.DataFrame, ref: str, comparator: str, period: str = "2023-24") -> dict[str, object]:
    return frame.filter(
        (pl.col("ref") == ref) & (pl.col("comparator") == comparator) & (pl.col("period") == period)
    ).row(0, named=True)


def test_england_and_the_region_are_as_published(library: Library, tmp_path: Path) -> None:
    found = compared(library, tmp_path, referrals())
    assert line(found, "dfe_rereferrals", "england")["value"] == "22.4"
    assert line(found, "dfe_rereferrals", "region")["name"] == "North East"
    assert line(found, "dfe_rereferrals", "region")["value"] == "20.7"


def test_neighbours_with_a_hidden_figure_are_left_out_and_counted(library: Library, tmp_path: Path) -> None:
    found = compared(library, tmp_path, referrals())
    shares = line(found, "dfe_rereferrals", "statistical_neighbour")
    counts = line(found, "dfe_referrals", "statistical_neighbour")
    none = line(found, "dfe_referrals_nfa", "statistical_neighbour")
    assert (shares["value"], shares["with_figure"], shares["asked"]) == ("25.0", 1, 2)  # Hartlepool's is confidential
    assert (counts["value"], counts["with_figure"]) == ("1450.0", 2)  # 2,000 and 900
    assert (none["value"], none["symbol"], none["with_figure"]) == (None, "x", 0)


def test_a_neighbour_that_stands_under_an_earlier_code_too_counts_once(library: Library, tmp_path: Path) -> None:
    earlier = [*GATESHEAD[:6], "E08000020", "Gateshead"]
    data = table(REFERRALS, row("2024", GATESHEAD, "R", "2000", "500", "25", "5", "1"),
                 row("2024", earlier, "R", "x", "x", "x", "x", "x"),
                 row("2024", ENGLAND, "R", "1", "1", "1", "1", "1"))  # fmt: skip
    found = line(compared(library, tmp_path, data), "dfe_referrals", "statistical_neighbour")
    assert (found["value"], found["with_figure"]) == ("2000.0", 1)


def test_a_borough_of_london_is_beside_london_as_a_whole() -> None:
    camden = identity_of(["202"])
    assert camden is not None
    assert (camden.la_name, camden.region) == ("Camden", ("E12000007", "London"))


@pytest.mark.parametrize(
    ("values", "mean", "median"),
    [([3], 3, 3), ([1, 2, 9], 4, 2), ([1, 2, 3, 10], 4, Fraction(5, 2)),
     ([Fraction("0.1"), Fraction("0.2")], Fraction(3, 20), Fraction(3, 20))],
)  # fmt: skip
def test_the_middle_of_neighbours(values: list[Fraction], mean: Fraction, median: Fraction) -> None:
    own = [Fraction(value) for value in values]
    assert middle(own, "mean") == mean
    assert middle(own, "median") == median


@pytest.mark.parametrize("model", [WIDE_2021, WIDE_2025])
def test_both_layouts_of_the_model_say_the_same(tmp_path: Path, model: str) -> None:
    (tmp_path / "sn.csv").write_text(model, encoding="utf-8")
    assert looks_like_neighbours(model.encode())
    found = read_neighbours(tmp_path / "sn.csv")
    assert found.of == {"841": (Neighbour("390", "close"), Neighbour("805", "not close"))}
    assert found.faults == ()


def test_a_model_that_is_none_is_refused_and_faulty_lines_are_told(tmp_path: Path) -> None:
    (tmp_path / "sn.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(InputError, match="no model of statistical neighbours"):
        read_neighbours(tmp_path / "sn.csv")
    (tmp_path / "sn.csv").write_text(
        WIDE_2025 + "Total,England,,,,\n390,Gateshead,805,Close,,\n841,Again,1,a,2,b\n", encoding="utf-8"
    )
    found = read_neighbours(tmp_path / "sn.csv")
    assert [number for number, _ in found.faults] == [3, 4, 5]
    assert found.of["390"] == (Neighbour("805", "close"),)


@pytest.mark.parametrize(
    ("period", "kind", "year"),
    [("2024", "Reporting year", "2023-24"), ("2000", "Reporting year", "1999-00"), ("202324", "Financial year", "2023-24"),
     ("202325", "Financial year", None), ("202021", "Academic year", None), ("2024", "Calendar year", None), ("", "", None)],
)  # fmt: skip
def test_the_financial_year_of_a_time_period(period: str, kind: str, year: str | None) -> None:
    assert year_of(period, kind) == year


def test_a_quotient_that_is_not_printed_is_worked_out_and_hidden_where_a_part_is(library: Library) -> None:
    bands = ["Same_day", "1-10_days", "11-20_days", "21-30_days", "31-40_days", "41-45_days", "46-50_days"]
    data = table(["category", "Assessments_completed", "Assessments_completed_rate", *bands],
                 row("2024", DARLINGTON, "D", "800", "350.1", "1", "2", "3", "4", "90", "600", "100"),
                 row("2024", GATESHEAD, "D", "900", "400.0", "c", "2", "3", "4", "90", "600", "100"))  # fmt: skip
    found = figures_in(read_open_data(data, "t.csv"), load_published_figures(library)).filter(
        pl.col("ref") == "dfe_assessments_45wd"
    )
    assert list(found.select("numerator", "denominator", "value", "symbol").iter_rows()) == [
        ("700", "800", "87.5", None),
        (None, "900", None, "c"),
    ]


def test_the_denominator_can_stand_in_another_row(library: Library) -> None:
    columns = ["cla_group", "placement_stability", "children_count", "children_percent"]
    data = table(columns, row("2025", DARLINGTON, "CLA on 31 March", "Total children", "250", "100"),
                 row("2025", DARLINGTON, "CLA on 31 March", "With 3 or more placements during the year", "25", "10"))  # fmt: skip
    found = figures_in(read_open_data(data, "t.csv"), load_published_figures(library))
    assert list(found.select("ref", "period", "numerator", "denominator", "value").iter_rows()) == [
        ("dfe_cla_3plus_placements", "2024-25", "25", "250", "10")
    ]


def test_where_several_rows_fit_no_figure_is_given(library: Library) -> None:
    data = table(["category", "kind", "CINPlan_At31"], row("2024", DARLINGTON, "P", "a", "5"),
                 row("2024", DARLINGTON, "P", "b", "6"),
                 row("2024", ENGLAND, "P", "Total", "11"), row("2024", ENGLAND, "P", "a", "6"))  # fmt: skip
    found = figures_in(read_open_data(data, "t.csv"), load_published_figures(library))
    assert list(found.select("geographic_level", "value").iter_rows()) == [("National", "11")]


def test_as_comparators_of_a_report_a_share_stands_on_any_basis_and_a_count_by_the_year(
    library: Library, tmp_path: Path
) -> None:
    stated = as_compared(compared(library, tmp_path, referrals()), library.indicators)
    assert {(one.comparator, one.value, one.basis, one.period) for one in stated["rereferrals_12m"]} == {
        ("england", 22.4, None, "2023-24"), ("region", 20.7, None, "2023-24"), ("statistical_neighbour", 25.0, None, "2023-24"),
    }  # fmt: skip
    assert {one.basis for one in stated["referrals_received"]} == {"year"}
    assert "1 of 2 neighbours" in next(
        one.note for one in stated["rereferrals_12m"] if one.comparator == "statistical_neighbour"
    )


def test_an_unknown_indicator_in_the_map_is_refused_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "open_data").mkdir()
    (tmp_path / "open_data" / "own.yaml").write_text("a:\n  indicator: referals_received\n  source: x\n  value: n\n")
    with pytest.raises(DefinitionError, match="referrals_received") as wrong:
        load_published_figures(load_library(tmp_path))
    assert wrong.value.place is not None
    assert wrong.value.place.line == 2


def test_the_map_and_the_table_of_authorities_are_whole(library: Library) -> None:
    mapping = load_published_figures(library)
    assert all(isinstance(one, PublishedFigure) and one.source for one in mapping.values())
    present = [one for one in known_authorities() if not one.former]
    assert len(present) == 153  # the authorities of England with children's services since April 2023
    assert len({one.old_la_code for one in present}) == len({one.new_la_code for one in present}) == 153
    themes = load_themes(library)
    assert {theme_of(one, themes) for one in library.indicators.values()} <= set(themes)
