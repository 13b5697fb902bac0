"""Why: the tables that the DfE and the ONS publish are the judge of whether such tables are read and written rightly.

The figures expected here were read off the files by eye.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from casetally.definitions.library import Library, load_library
from casetally.definitions.open_data import identity_of, known_authorities, load_published_figures
from casetally.figures.open_data.comparators import comparators_of, put_together
from casetally.figures.open_data.neighbours import Neighbours, looks_like_neighbours, read_neighbours
from casetally.figures.open_data.published import figures_in
from casetally.figures.open_data.table import table_of_file
from casetally.reports.open_data import write_table
from casetally.sources.open_data_file import OpenDataFile, looks_like_open_data, read_open_data, tidy

SHARED = Path(__file__).parents[3] / "shared"
FOLDER = SHARED / "ees"
PATHS = sorted([*FOLDER.glob("*.csv"), *(SHARED / "specs" / "ees_format").glob("*_datafile.csv")])
TABLES = [path for path in PATHS if looks_like_open_data(path.read_bytes()[:4096])]


@pytest.fixture(scope="module", autouse=True)
def there() -> None:
    if not FOLDER.is_dir():
        pytest.skip(f"NOT RUN: the published tables are not here: {FOLDER}")


@pytest.fixture(scope="module")
def read() -> dict[str, OpenDataFile]:
    return {path.name: read_open_data(path.read_bytes(), path.name) for path in TABLES}


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


def test_there_are_as_many_tables_as_were_looked_at() -> None:
    assert len(TABLES) == 20
    assert sum(looks_like_neighbours(path.read_bytes()[:4096]) for path in PATHS) == 2


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.name)
def test_a_table_read_and_written_gives_the_same_figures_and_symbols(
    path: Path, read: dict[str, OpenDataFile], tmp_path: Path
) -> None:
    once = read[path.name]
    lines = path.read_bytes().decode("utf-8-sig").splitlines()
    assert once.rows.height == len(lines) - 1  # no file has blank lines or cells over several lines
    assert once.set_aside == ()
    assert set(once.findings["rule"]) <= {"column_name"}
    write_table(table_of_file(once, "again"), tmp_path)
    again = read_open_data((tmp_path / "again.csv").read_bytes(), path.name)
    assert tidy(again).equals(tidy(once))
    written = (tmp_path / "again.csv").read_text(encoding="utf-8").splitlines()
    assert len(written) == len(lines)
    assert not written[0].startswith("\ufeff")


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.name)
def test_no_cell_of_a_real_table_is_taken_for_a_fault(path: Path, read: dict[str, OpenDataFile]) -> None:
    assert "fault" not in set(tidy(read[path.name])["kind"])


def neighbours_2025() -> Neighbours:
    return read_neighbours(FOLDER / "sn_model_2025_wide.csv")


def test_both_models_of_neighbours_name_ten_for_each_authority() -> None:
    later, earlier = neighbours_2025(), read_neighbours(FOLDER / "New_Statistical_Neighbour_Groupings_April_2021.csv")
    assert (len(later.of), len(earlier.of)) == (153, 156)
    assert {len(own) for own in (*later.of.values(), *earlier.of.values())} == {10}
    assert [one.code for one in later.of["301"]][:3] == ["308", "821", "313"]
    assert later.of["301"][0].closeness == "close"
    assert earlier.of["202"][0].code == "213"
    assert [line for line, _ in earlier.faults] == [155]


def test_every_mapped_figure_is_in_one_of_the_tables(read: dict[str, OpenDataFile], library: Library) -> None:
    mapping = load_published_figures(library)
    found = put_together(figures_in(file, mapping) for file in read.values())
    assert set(found.filter(pl.col("value").is_not_null())["ref"]) == set(mapping)
    assert found.filter(pl.col("rows_found") > 1).is_empty()
    assert found["period"].null_count() == 0


def test_comparators_of_southampton(read: dict[str, OpenDataFile], library: Library) -> None:
    mapping, whose = load_published_figures(library), identity_of(["Southampton"])
    assert whose is not None
    names = [name for name in read if name.startswith(("c1_", "d5_", "cla_number"))]
    found = put_together(figures_in(read[name], mapping) for name in names)
    frame = comparators_of(found, mapping, whose, neighbours_2025())
    asked = frame.filter((pl.col("period") == "2023-24") & (pl.col("comparator") != "statistical_neighbour"))
    values = {(ref, who): value for ref, who, value in asked.select("ref", "comparator", "value").iter_rows()}
    assert values["dfe_rereferrals", "england"] == "22.4"
    assert values["dfe_referrals", "england"] == "621880"
    assert values["dfe_rereferrals", "region"] == "26.6"
    assert values["dfe_cla_open", "england"] == "83530"
    # the neighbours' mean is worked out here from the file, cell by cell
    codes = {one.code for one in neighbours_2025().of["852"]}
    rows = read["d5_cpps_at31march_by_duration_2013_to_2025.csv"].rows.filter(
        pl.col("old_la_code").is_in(codes) & (pl.col("time_period") == "2024")
    )
    cells = [cell for cell in rows["2_years_or_more_percent"].to_list() if cell not in ("c", "x", "z", "u")]
    mean = round(sum(float(cell) for cell in cells) / len(cells) + 1e-9, 1)
    line = frame.filter(
        (pl.col("ref") == "dfe_cp_open_2y_or_more") & (pl.col("period") == "2023-24")
        & (pl.col("comparator") == "statistical_neighbour")
    ).row(0, named=True)  # fmt: skip
    assert (float(line["value"]), line["with_figure"], line["asked"]) == (mean, len(cells), 10)


def test_every_authority_of_the_tables_is_known(read: dict[str, OpenDataFile]) -> None:
    known = {(one.old_la_code, one.new_la_code, one.la_name, one.region_code) for one in known_authorities()}
    for file in read.values():
        local = file.rows.filter(pl.col("geographic_level") == "Local authority")
        assert set(local.select("old_la_code", "new_la_code", "la_name", "region_code").iter_rows()) <= known, (
            file.shown
        )
