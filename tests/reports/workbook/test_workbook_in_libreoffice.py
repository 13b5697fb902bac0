"""Why: what a spreadsheet shows is what people read, so a second program opens the workbook and its cells are held to the rows."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from workbook_lines import a_random_report, a_report, tables, written

EVERY_SHEET = (
    "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,-1"  # as shown, each sheet a file
)


def soffice() -> str:
    """LibreOffice; without it the test is skipped, or fails where it is required (CI)."""
    if found := shutil.which("soffice") or shutil.which("libreoffice"):
        return found
    lacking = "NOT RUN: soffice is not here. On Debian or Ubuntu, `.ci/install` installs it."
    if os.environ.get("CASETALLY_BROWSER") == "required":
        pytest.fail(lacking)
    pytest.skip(lacking)


def converted(path: Path, to: str, folder: Path) -> list[Path]:
    profile = (folder / "profile").as_uri()  # its own, so that tests side by side don't meet
    subprocess.run(  # noqa: S603
        [soffice(), f"-env:UserInstallation={profile}", "--headless", "--convert-to", to, "--outdir", str(folder), str(path)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return sorted(folder.glob(f"*.{to.partition(':')[0]}"))


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[list[str]]]:
    """Every worksheet of a small report as LibreOffice shows it, cell by cell."""
    folder = tmp_path_factory.mktemp("libreoffice")
    found = converted(written(a_report(), folder), EVERY_SHEET, folder)
    return {path.stem.removeprefix("report-"): list(csv.reader(path.open(encoding="utf-8"))) for path in found}


def column(sheet: list[list[str]], first: str, header: str) -> list[str]:
    """The cells below a header, of the table whose first header is `first`."""
    head = next(at for at, cells in enumerate(sheet) if cells[0] == first)
    at = sheet[head].index(header)
    return [cells[at] for cells in sheet[head + 1 :]]


def test_every_worksheet_is_there(shown: dict[str, list[list[str]]]) -> None:
    assert len(shown) == 14
    assert shown["Cover"][0] == ["Quarterly report"]


def test_figures_are_shown_as_the_page_shows_them(shown: dict[str, list[list[str]]]) -> None:
    measures = shown["Measures"]
    assert column(measures, "Ref", "This period") == ["81.3%", "7", "[low]"]
    assert column(measures, "Ref", "Target") == ["90%", "[z]", "[z]"]
    assert column(measures, "Ref", "Change") == ["0.0 points", "+7", "[x]"]
    assert column(measures, "Ref", "Denominator") == ["80", "[z]", "2,500"]
    assert column(shown["Months"], "Ref", "Dec 2022") == ["78.8%", "37.5%", "37.5%", "4", "[x]"]
    assert column(shown["Control_charts"], "Ref", "Lower limit")[1] == "0"


def test_days_are_shown_as_days(shown: dict[str, list[list[str]]]) -> None:
    starts = column(shown["Data"], "authority", "period_start")
    assert starts[:2] == ["2022-09-01", "2022-10-01"]
    assert column(shown["Data"], "authority", "period_end")[12] == "2023-09-30"


def test_a_number_that_is_not_there_is_a_blank_cell(shown: dict[str, list[list[str]]]) -> None:
    data = shown["Data"]
    by_status = set(
        zip(
            column(data, "authority", "status"),
            (bool(cell) for cell in column(data, "authority", "value")),
            strict=True,
        )
    )
    assert by_status == {
        ("calculated", True),
        ("suppressed", False),
        ("not_available", False),
        ("not_applicable", False),
    }


def test_a_large_report_comes_back_cell_by_cell(tmp_path: Path) -> None:
    """Opened and saved by LibreOffice, read again: what was kept as a number, a text or a day is the same."""
    path = written(a_random_report(7, lines=40), tmp_path)
    (tmp_path / "again").mkdir()
    (again,) = converted(path, "xlsx", tmp_path / "again")
    before, after = tables(path), tables(again)
    assert set(after) == set(before)
    for name, rows in before.items():
        assert len(after[name]) == len(rows), name
        for one, other in zip(rows, after[name], strict=True):
            assert list(other) == list(one), name
            for header, value in one.items():
                kept = other[header]
                same = kept == pytest.approx(value, rel=1e-12) if isinstance(value, int | float) else kept == value
                assert same, (name, header, value, kept)
