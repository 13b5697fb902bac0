"""Why: a workbook that anybody can read, with a screen reader too, is built as the Analysis Function's guidance asks."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from workbook_lines import a_report, document, line, row, share, target, written

SHEETS = ["Cover", "Contents", "Notes", "Summary", "Measures", "Breakdowns", "Months", "Averages", "Compared", "Control_charts",
          "Commentary", "Definitions", "Data", "Chart_data"]  # fmt: skip
WITH_BLANKS = {"Data", "Chart_data"}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(a_report("published"), tmp_path_factory.mktemp("workbook"))


@pytest.fixture(scope="module")
def book(path: Path) -> Any:
    return load_workbook(path)


def part(path: Path, name: str) -> str:
    with ZipFile(path) as book:
        return book.read(name).decode()


def test_the_worksheets_stand_in_order_and_the_cover_is_open(book: Any) -> None:
    assert book.sheetnames == SHEETS
    assert book.active.title == "Cover"
    assert all(len(name) <= 31 and re.fullmatch(r"[A-Z]\w*", name) for name in SHEETS)
    assert [sheet.sheet_state for sheet in book.worksheets] == ["visible"] * len(SHEETS)


def test_the_cover_says_whose_when_and_which_edition(book: Any) -> None:
    cover = [cell.value for cell in book["Cover"]["A"]]
    assert cover[0] == "Quarterly report"
    for says in ("Authority: Sampleshire", "Month: September 2023", "Records as at: 30 September 2023",
                 "Edition: published. Small numbers are hidden and shown as [c]: 2 figures of this period",
                 "Measures: 3 in 2 sections", "Ratings: 1 green, 2 not rated",
                 "Provisional: 1 of 3 measures may still change, marked [p]",
                 "Contact: the performance team of Sampleshire", "Made by: casetally 2.0, from records ab12cd34"):  # fmt: skip
        assert says in cover
    assert book["Cover"].max_column == 1


def test_an_internal_edition_says_that_it_must_stay_inside(tmp_path: Path) -> None:
    cover = load_workbook(written(a_report(), tmp_path))["Cover"]
    assert "Edition: internal. It shows small numbers: keep it inside the authority" in [
        cell.value for cell in cover["A"]
    ]


@pytest.mark.parametrize("name", SHEETS[1:])
def test_a_worksheet_is_one_table_under_a_title_and_what_it_holds(book: Any, name: str) -> None:
    sheet = book[name]
    (table,) = sheet.tables.values()
    assert sheet["A1"].value
    assert sheet["A1"].font.sz > sheet["A2"].font.sz
    assert sheet["A2"].value.startswith("This worksheet contains one table.")
    top, bottom = (int(number) for number in re.findall(r"\d+", table.ref))
    assert sheet.dimensions == table.ref.replace(f"A{top}", "A1")  # nothing below it or beside it
    above = [[cell.value for cell in cells] for cells in sheet.iter_rows(max_row=top - 1)]
    assert all(cells[0] and not any(cells[1:]) for cells in above)
    assert bottom > top


@pytest.mark.parametrize("name", SHEETS[1:])
def test_headers_are_there_once_and_stay_in_sight(book: Any, name: str) -> None:
    sheet = book[name]
    (table,) = sheet.tables.values()
    head = sheet[table.ref][0]
    headers = [cell.value for cell in head]
    assert all(isinstance(header, str) and header.strip() for header in headers)
    assert len({header.lower() for header in headers}) == len(headers)
    assert [column.name for column in table.tableColumns] == headers
    frozen = sheet.freeze_panes
    assert int(re.findall(r"\d+", frozen)[0]) == head[0].row + 1
    if "Measure" in headers:
        assert sheet[frozen].column == headers.index("Measure") + 2


@pytest.mark.parametrize("name", SHEETS)
def test_nothing_is_merged_hidden_or_small(book: Any, name: str) -> None:
    sheet = book[name]
    assert not sheet.merged_cells.ranges
    assert not any(one.hidden for one in (*sheet.row_dimensions.values(), *sheet.column_dimensions.values()))
    fonts = {
        (cell.font.name, cell.font.sz >= 12) for cells in sheet.iter_rows() for cell in cells if cell.value is not None
    }
    assert fonts == {("Arial", True)}


@pytest.mark.parametrize("name", [name for name in SHEETS[1:] if name not in WITH_BLANKS])
def test_no_cell_of_a_table_for_people_is_blank(book: Any, name: str) -> None:
    (table,) = book[name].tables.values()
    assert [cell.coordinate for cells in book[name][table.ref] for cell in cells if cell.value in (None, "")] == []


@pytest.mark.parametrize("name", sorted(WITH_BLANKS))
def test_a_table_with_blank_cells_says_above_it_what_they_mean(book: Any, name: str) -> None:
    assert any(str(cell.value).startswith("Blank cells:") for cell in book[name]["A"])
    (table,) = book[name].tables.values()
    numbers = {"value", "numerator", "denominator", "target", "mean", "lower", "upper"}
    head, *rows = book[name][table.ref]
    in_them = [
        cell.value for cells in rows for header, cell in zip(head, cells, strict=True) if header.value in numbers
    ]
    assert all(value is None or isinstance(value, int | float) for value in in_them)
    assert any(value is None for value in in_them)


def test_marks_are_explained_above_each_table_that_has_them(book: Any) -> None:
    for name in SHEETS[1:]:
        (table,) = book[name].tables.values()
        texts = [cell.value for cells in book[name][table.ref][1:] for cell in cells if isinstance(cell.value, str)]
        marks = {mark for text in texts for mark in re.findall(r"\[(?:c|low|p|u|x|z)\]$", text)}
        said = next((cell.value for cell in book[name]["A"] if str(cell.value).startswith("Shorthand:")), "")
        assert set(re.findall(r"\[\w+\]", said)) == marks, name


def test_links_stay_in_the_workbook_and_lead_where_they_say(book: Any, path: Path) -> None:
    with ZipFile(path) as packed:
        texts = [packed.read(name).decode() for name in packed.namelist()]
    assert not any("TargetMode" in text for text in texts)
    contents = book["Contents"]
    links = {cell.value: cell.hyperlink.location for cells in contents.iter_rows() for cell in cells if cell.hyperlink}
    assert [name for name in SHEETS[2:] if links[name] != f"'{name}'!A1"] == []
    back = {name: f"'{'Cover' if name == 'Contents' else 'Contents'}'!A1" for name in SHEETS[1:]}
    ways_back = {name: {cell.hyperlink.location for cell in book[name]["A"] if cell.hyperlink} for name in back}
    assert [name for name, way in back.items() if way not in ways_back[name]] == []


def test_the_contents_lead_to_the_row_where_each_section_begins(tmp_path: Path) -> None:
    lines = [line(row([share(1, 2)] * 2, section=f"Part {at // 3}"), ref=f"R{at}") for at in range(8)]
    book = load_workbook(written(document(*lines), tmp_path))
    links = {cell.value: cell.hyperlink.location for cell in book["Contents"]["A"] if cell.hyperlink}
    places = {name: re.fullmatch(r"'Measures'!A(\d+)", links[f"Measures: Part {name}"]) for name in range(3)}
    assert [book["Measures"].cell(int(place[1]), 1).value for place in places.values() if place] == ["R0", "R3", "R6"]


def test_a_long_title_of_a_section_stands_whole_in_the_contents(tmp_path: Path) -> None:
    """A link is not broken into lines by every program, so its column is as wide as it is long."""
    title = "Initial Child Protection Conferences: timeliness and quorum"  # 59 letters, after 'Measures: '
    book = load_workbook(written(document(line(row([share(1, 2)] * 2, section=title), ref="R1")), tmp_path))
    assert 69 < book["Contents"].column_dimensions["A"].width < 80


def test_a_code_is_shown_as_people_know_it_and_whole_where_it_tells_lines_apart(tmp_path: Path) -> None:
    lines = [line(row([share(1, 2)] * 2), ref=f"CSC 252a#{days}_days", drafted=("Half.",)) for days in (10, 15)]
    book = load_workbook(written(document(*lines), tmp_path))
    shown = {sheet.title: {cell.value for cells in sheet.iter_rows() for cell in cells if str(cell.value).startswith("CSC")}
             for sheet in book.worksheets}  # fmt: skip
    reading = ("Measures", "Months", "Averages", "Control_charts", "Commentary", "Definitions")
    assert {name: shown[name] for name in reading if name in shown} == {
        name: {"CSC 252a"} for name in reading if name in book.sheetnames
    }
    assert shown["Data"] == {"CSC 252a#10_days", "CSC 252a#15_days"}


def test_each_worksheet_names_the_notes_that_are_about_it(book: Any) -> None:
    texts = {cells[0].value: cells[1].value for cells in book["Notes"].iter_rows(min_row=5, max_col=2)}
    about = {name: re.findall(r"\d+", book[name]["A2"].value) for name in SHEETS[1:]}
    assert ["moving range" in texts[f"Note {number}"] for number in about["Control_charts"]].count(True) == 1
    assert ["Averages are means" in texts[f"Note {number}"] for number in about["Averages"]].count(True) == 1
    assert about["Contents"] == about["Notes"] == about["Definitions"] == []


def test_a_rating_is_said_in_a_word_and_its_colour_can_be_read(tmp_path: Path) -> None:
    # against a target of 90: met, within a tenth of it, and beyond
    report = document(*(line(row([share(top, 100)] * 2, target=target(90)), ref=f"R{top}") for top in (95, 85, 40)))
    sheet = load_workbook(written(report, tmp_path))["Measures"]
    rated = [cell for cells in sheet.iter_rows() for cell in cells if cell.value in ("Green", "Amber", "Red")]
    assert [cell.value for cell in rated] == ["Green", "Amber", "Red"]
    assert min(contrast(cell.font.color.rgb, cell.fill.fgColor.rgb) for cell in rated) >= 7


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, by WCAG 2.2."""

    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (2, 4, 6)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    lights = sorted((light(one), light(other)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def test_the_properties_say_what_it_is_and_nothing_of_the_machine(book: Any, path: Path) -> None:
    about = book.properties
    assert (about.title, about.creator, about.subject) == (
        "Quarterly report", "Sampleshire", "Children's services performance, September 2023, published edition",
    )  # fmt: skip
    assert about.created == about.modified == dt.datetime(2023, 9, 30)
    assert about.lastModifiedBy in (None, "Sampleshire")
    assert "en-GB" in part(path, "docProps/custom.xml")


def test_percentages_are_numbers_that_show_their_sign(book: Any) -> None:
    head = next(cells for cells in book["Measures"].iter_rows() if cells[0].value == "Ref")
    at = [cell.value for cell in head].index("This period")
    cell = book["Measures"].cell(head[0].row + 1, at + 1)
    assert (cell.value, cell.number_format) == (81.3, '#,##0.0"%"')


def test_rows_are_high_enough_for_their_texts(tmp_path: Path) -> None:
    # 400 letters in a column of 48 need ten lines at least; Arial of 12 points needs 15 points a line
    long = " ".join(["measured"] * 45)
    sheet = load_workbook(written(document(line(row([share(1, 2)] * 2), title=long)), tmp_path))["Measures"]
    last = sheet.max_row
    assert sheet.cell(last, 1).value == long
    assert sheet.row_dimensions[last].height >= 9 * 15


def test_the_data_table_is_called_so_that_power_bi_finds_it(book: Any) -> None:
    assert list(book["Data"].tables) == ["casetally_data"]
    assert list(book["Chart_data"].tables) == ["casetally_chart_data"]
