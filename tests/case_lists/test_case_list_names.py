"""Why: a team's name comes from records and may be anything; the file it gives must stay in its folder, whole and apart."""

from __future__ import annotations

from pathlib import Path

import pytest
from casetally.reports.case_lists.names import file_names, sheet_names
from hypothesis import given, settings
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Safeguarding North", "Safeguarding North"),
        ("../../etc/passwd", "etc_passwd"),
        ("..", "team"),
        ("", "team"),
        ("   ", "team"),
        ("CON", "team CON"),
        ("con.txt", "con_txt"),
        ("LPT9", "team LPT9"),
        ("\U0001f600", "team"),
        ("Équipe Nord", "Équipe Nord"),
        ("a\x00b\nc", "a_b_c"),
        (".hidden", "hidden"),
        ("-rf", "rf"),
        ("C:\\x", "C_x"),
        ("name.", "name"),
        ("x" * 300, "x" * 80),
        ("é" * 300, "é" * 80),
        ("日" * 300, "日" * 60),  # three bytes each
    ],
)
def test_a_name_made_safe(name: str, wanted: str) -> None:
    assert file_names([name]) == {name: wanted}


def test_names_that_are_alike_once_made_safe_stay_apart() -> None:
    found = file_names(["A/B", "A:B", "A_B", "a_b"])
    assert found == {"A_B": "A_B", "a_b": "a_b-2", "A/B": "A_B-3", "A:B": "A_B-4"}


def test_a_number_given_meets_no_other_name() -> None:
    found = file_names(["x/", "x:", "x-2", "X"])
    assert len({one.casefold() for one in found.values()}) == 4


def test_a_team_called_as_what_has_no_team_gets_another_name() -> None:
    assert file_names(["No Team Recorded"], taken=["no team recorded"]) == {"No Team Recorded": "No Team Recorded-2"}


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(max_size=300), max_size=8))
def test_whatever_the_names_the_files_lie_in_their_folder_and_apart(names: list[str]) -> None:
    found = file_names(names)
    assert set(found) == set(names)
    assert len({one.casefold() for one in found.values()}) == len(found)
    for one in found.values():
        assert Path(one).name == one
        assert one not in ("", ".", "..")
        assert not one.startswith((".", "-", " "))
        assert not one.endswith((".", " "))
        assert len(f"{one}.xlsx".encode()) <= 255
        assert one == file_names(sorted(names, reverse=True))[next(name for name in found if found[name] == one)]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("CSC 252a#10_working_days", "CSC 252a#10_working_days"),
        ("K1/2: [x]*?", "K1-2- -x---"),
        ("'quoted'", "quoted"),
        ("History", "History list"),
        ("a very long reference that no sheet can have", "a very long reference that no s"),
        ("\U0001f600" * 20, "\U0001f600" * 15),  # two units each
        ("", "list"),
    ],
)
def test_a_sheet_s_name(name: str, wanted: str) -> None:
    assert sheet_names([name]) == {name: wanted}


def test_sheets_that_begin_alike_stay_apart_and_short() -> None:
    names = [f"{'x' * 31}{number}" for number in range(12)]
    found = sheet_names(names, taken=("About",))
    assert len({one.casefold() for one in found.values()}) == 12
    assert max(len(one) for one in found.values()) == 31
