"""Why: the lists tell everything only of their window, and a wrong day makes false zeros; these are its rules, at their edges."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from annex_a_workbooks import list_rows, read_folder, write_book
from casetally.sources.annex_a.day import OwnDay
from casetally.sources.delivery import Delivery

D = dt.date


def contacts(*days: dt.date | str) -> list[list[object]]:
    return list_rows(1, [{"Child Unique ID": at, "Date of Contact": day} for at, day in enumerate(days)])


def window(read: Delivery) -> tuple[dt.date | None, dt.date | None]:
    found = next(made for made in read.tables if made.table == "contacts")
    return found.since, found.until


@pytest.mark.parametrize(
    ("day", "months", "since"),
    [
        (D(2024, 1, 31), 6, D(2023, 8, 1)),
        (D(2021, 3, 15), 6, D(2020, 9, 16)),
        (D(2024, 8, 31), 6, D(2024, 3, 1)),  # six months before is 29 February
        (D(2023, 8, 30), 6, D(2023, 3, 1)),  # … and 28 February
        (D(2024, 2, 29), 12, D(2023, 3, 1)),
        (D(2024, 3, 31), 12, D(2023, 4, 1)),
        (D(2024, 3, 31), 0, D(2024, 3, 31)),
    ],
)
def test_a_window_begins_the_day_after_the_day_so_many_months_before(day: dt.date, months: int, since: dt.date) -> None:
    assert OwnDay(day, "name").since(months) == since


@pytest.mark.parametrize("name", ["Annex A 2024-01-31.xlsx", "annex_a_31.01.2024.xlsx", "AnnexA20240131v2.xlsx"])
def test_the_day_stands_in_the_workbooks_name(tmp_path: Path, name: str) -> None:
    write_book(tmp_path / name, {"List 1": contacts(D(2024, 1, 5))})
    assert window(read_folder(tmp_path)) == (D(2023, 8, 1), D(2024, 1, 31))


@pytest.mark.parametrize(
    "title",
    [["Data as at 31/01/2024"], ["As at", D(2024, 1, 31)], ["AS AT:", "31 January 2024"], ["Extract date", 45322]],
)
def test_the_day_stands_above_a_list_or_on_a_sheet_of_its_own(tmp_path: Path, title: list[object]) -> None:
    said = title if str(title[0]).lower().startswith("as") or len(title) == 2 else [str(title[0])[5:]]
    write_book(tmp_path / "Annex A.xlsx", {"Cover": [["Annex A"], said], "List 1": contacts(D(2024, 1, 5))})
    assert window(read_folder(tmp_path)) == (D(2023, 8, 1), D(2024, 1, 31))
    write_book(tmp_path / "Annex A.xlsx", {"List 1": [["Annex A"], said, *contacts(D(2024, 1, 5))]})
    assert window(read_folder(tmp_path)) == (D(2023, 8, 1), D(2024, 1, 31))


def test_without_a_stated_day_it_is_the_latest_event_and_a_warning_asks_for_the_day(tmp_path: Path) -> None:
    write_book(tmp_path / "Annex_A_2024_Jan.xlsx", {"List 1": contacts(D(2021, 1, 5), D(2021, 3, 15))})
    read = read_folder(tmp_path)
    assert window(read) == (D(2020, 9, 16), None)
    (told,) = read.findings.filter(read.findings["rule"] == "annex_a_day").to_dicts()
    assert told["severity"] == "warning"
    assert told["message"].startswith("The lists do not say of which day they are.")
    assert "15 March 2021, the latest event in them" in told["message"]
    assert "16 September 2020" in told["message"]
    assert "Noughts after 15 March 2021" in told["message"]
    assert "State the day: in the workbook's name" in told["message"]
    assert "in a cell 'As at 31/01/2024'" in told["message"]


def test_who_does_what_the_warning_says_is_not_warned_again(tmp_path: Path) -> None:
    write_book(tmp_path / "Annex A 2024-01-31.xlsx", {"List 1": contacts(D(2024, 1, 5))})
    assert day_told(read_folder(tmp_path)) == ["note"]
    (tmp_path / "Annex A 2024-01-31.xlsx").unlink()
    write_book(tmp_path / "Annex A.xlsx", {"List 1": [["As at 31/01/2024"], *contacts(D(2024, 1, 5))]})
    read = read_folder(tmp_path)
    assert day_told(read) == ["note"]
    assert window(read) == (D(2023, 8, 1), D(2024, 1, 31))


def day_told(read: Delivery) -> list[str]:
    return read.findings.filter(read.findings["rule"] == "annex_a_day")["severity"].to_list()


@pytest.mark.parametrize("folder", ["Annex A 2024-01-31", "one/2024-01-31"])
def test_the_day_of_csv_lists_stands_in_the_name_of_their_folder(tmp_path: Path, folder: str) -> None:
    (tmp_path / folder).mkdir(parents=True)
    (tmp_path / folder / "List 1.csv").write_text("Child Unique ID,Date of Contact\n1,05/01/2024\n")
    for given in (tmp_path / folder, (tmp_path / folder).parent):
        read = read_folder(given)
        assert window(read) == (D(2023, 8, 1), D(2024, 1, 31))
        assert day_told(read) == ["note"]


def test_csv_lists_in_a_folder_without_a_day_ask_for_it_in_the_folders_name(tmp_path: Path) -> None:
    (tmp_path / "List 1.csv").write_text("Child Unique ID,Date of Contact\n1,05/01/2024\n")
    read = read_folder(tmp_path)
    (told,) = read.findings.filter(read.findings["rule"] == "annex_a_day").to_dicts()
    assert told["severity"] == "warning"
    assert "State the day: in the name of the folder" in told["message"]
    assert "workbook" not in told["message"]
    assert window(read) == (D(2023, 7, 6), None)


@pytest.mark.parametrize("day", ["2023-12-31", "2026-01-31"])
def test_a_day_that_is_not_believed_is_said_to_be_so(tmp_path: Path, day: str) -> None:
    write_book(tmp_path / f"Annex A {day}.xlsx", {"List 1": contacts(D(2024, 1, 5))})
    (told,) = (read := read_folder(tmp_path)).findings.filter(read.findings["rule"] == "annex_a_day").to_dicts()
    assert told["severity"] == "warning"
    assert "so it is not believed" in told["message"]
    assert "do not say" not in told["message"]
    assert "State the day" in told["message"]


def test_a_stated_day_before_the_latest_event_is_not_believed(tmp_path: Path) -> None:
    write_book(tmp_path / "Annex A 2023-12-31.xlsx", {"List 1": contacts(D(2024, 1, 5))})
    assert window(read_folder(tmp_path)) == (D(2023, 7, 6), None)


def test_a_stated_day_years_after_the_latest_event_is_not_believed(tmp_path: Path) -> None:
    write_book(tmp_path / "Annex A 2024-01-31.xlsx", {"List 1": contacts(D(2021, 3, 14), D(2021, 3, 15))})
    assert window(read_folder(tmp_path)) == (D(2020, 9, 16), None)


def test_one_date_far_beyond_all_others_is_a_slip_and_moves_no_window(tmp_path: Path) -> None:
    write_book(tmp_path / "lists.xlsx", {"List 1": contacts(D(2024, 1, 5), D(2024, 1, 9), D(2042, 1, 7), "2999-12-31")})
    assert window(read_folder(tmp_path)) == (D(2023, 7, 10), None)


def test_without_any_date_nothing_is_known_of_the_window_and_that_is_said(tmp_path: Path) -> None:
    write_book(tmp_path / "lists.xlsx", {"List 1": contacts("unknown")})
    read = read_folder(tmp_path)
    assert window(read) == (None, None)
    (told,) = read.findings.filter(read.findings["rule"] == "annex_a_day").to_dicts()
    assert told["severity"] == "warning"
    assert "State the day: in the workbook's name" in told["message"]
