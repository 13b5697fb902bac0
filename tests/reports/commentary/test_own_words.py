"""Why: an analyst's file must reach the line that it is for, or be told of; and what can't be read must be
named by file and line.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from casetally.errors import CallError, InputError
from casetally.periods import Period
from casetally.reports.commentary import introduction, own_words, unused_words
from casetally.reports.commentary.own_words import MOST_BYTES, file_safe
from casetally.reports.document import LineShown, ReportDocument, Section, Summary
from casetally.reports.lines import Edition
from commentary_lines import a_line, a_row, months_to
from hypothesis import given, settings
from hypothesis import strategies as st

(SEPTEMBER,) = months_to("2023-09", 1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "2023-09").mkdir()
    return tmp_path


def write(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / "2023-09" / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def read(folder: Path, ref: str = "CSC 022", edition: Edition = "internal", month: Period = SEPTEMBER) -> str | None:
    found = own_words(folder, "referral_decision_1wd", ref, month, edition)
    return found.text if found else None


def document(edition: Edition, *lines: tuple[str, str]) -> ReportDocument:
    shown: list[LineShown] = []
    for indicator, ref in lines:
        row = replace(a_row([(1, 2)]), indicator=indicator, ref=ref)
        shown.append(a_line(row))
    return ReportDocument("a-report", "A report", "Here", SEPTEMBER, SEPTEMBER.end, edition, (Section("A", "a", tuple(shown)),),
                          Summary({}, (), (), ()), "", "1")  # fmt: skip


@pytest.mark.parametrize(
    ("ref", "name"),
    [
        ("CSC 022", "CSC-022"),
        ("CSC 032#cumulative", "CSC-032-cumulative"),
        ("CP2-NI", "CP2-NI"),
        ("1.2 (a)", "1.2-a"),
        ("../../etc/passwd", "etc-passwd"),
        ("..", ""),
        ("a//b - c", "a-b-c"),
        ("% über 18", "über-18"),
        ("", ""),
        ("x" * 300, "x" * 100),
    ],
)
def test_a_code_becomes_a_name_that_every_disk_takes(ref: str, name: str) -> None:
    assert file_safe(ref) == name


@given(st.text())
def test_no_code_leads_out_of_the_folder(ref: str) -> None:
    name = file_safe(ref)
    assert not set(name) & set('/\\:*?"<>|#% \0\n')
    assert not name.startswith((".", "-"))
    assert len(name) <= 100


def test_a_file_of_the_code_goes_before_one_of_the_indicator(folder: Path) -> None:
    write(folder, "referral_decision_1wd.md", "Of all its lines.")
    assert read(folder) == "Of all its lines."
    write(folder, "CSC-022.md", "Of this line.")
    assert read(folder) == "Of this line."
    assert read(folder, ref="CSC 023") == "Of all its lines."
    assert read(folder, ref="") == "Of all its lines."


def test_capitals_do_not_matter(folder: Path) -> None:
    write(folder, "csc-022.MD", "Found.")
    assert read(folder) == "Found."


def test_another_month_has_words_of_its_own(folder: Path) -> None:
    write(folder, "CSC-022.md", "September.")
    assert read(folder, month=months_to("2023-08", 1)[0]) is None


@pytest.mark.parametrize("text", ["", "   \n\n", "---\npublished: yes\n---\n", "\ufeff"])
def test_a_file_without_words_is_none(folder: Path, text: str) -> None:
    write(folder, "CSC-022.md", text)
    assert read(folder) is None


def test_windows_and_old_line_ends_and_a_mark_of_utf8_are_read(folder: Path) -> None:
    write(folder, "CSC-022.md", b"\xef\xbb\xbf---\r\npublished: yes\r\n---\r\n\r\nOne\r\ntwo\rthree\r\n")
    assert read(folder, edition="published") == "One\ntwo\nthree"


@pytest.mark.parametrize(
    ("head", "is_for_all"),
    [("---\npublished: yes\n---\n", True), ("---\nPublished:  YES \n\n---\n", True),
     ("---\npublished: no\n---\n", False), ("", False),
     ("published: yes\n\n", False), ("\n---\npublished: yes\n---\n", False)],
)  # fmt: skip
def test_only_what_says_so_is_published(folder: Path, head: str, is_for_all: bool) -> None:
    write(folder, "CSC-022.md", f"{head}Words.")
    assert (read(folder, edition="published") == "Words.") is is_for_all
    assert (read(folder) or "").endswith("Words.")


def refusal(folder: Path) -> str:
    with pytest.raises(InputError) as fault:
        read(folder)
    return str(fault.value)


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        (b"One line\nand caf\xe9 here", ":2:8: ", "not UTF-8"),
        ("\ufeffPl\x00ain".encode(), ":1:3: ", "U+0000"),
        (b"One\r\ntwo \x1b[31m", ":2:5: ", "U+001B"),
        ("Words".encode("utf-16"), ":1:1: ", "not UTF-8"),
        (b"---\npublished: maybe\n---\nWords", ":2:1: ", "'published: yes'"),
        (b"---\ntitle: x\n---\nWords", ":2:1: ", "'published: yes'"),
        (b"---\npublished: no\npublished: yes\n---\nWords", ":3:1: ", "once"),
        (b"---\npublished: yes\nWords", ":1: ", "no second ---"),
        (b"---\n" + b"\n" * 40 + b"---\nWords", ":1: ", "no second ---"),
        (b"x" * 10_000_000, ":1: ", "over 20,000 bytes"),
    ],
)
def test_what_cannot_be_read_is_named_by_file_and_line(folder: Path, text: bytes, place: str, says: str) -> None:
    path = write(folder, "CSC-022.md", text)
    found = refusal(folder)
    assert found.startswith(f"{path}{place}")
    assert says in found


def test_a_file_of_just_the_most_bytes_is_read(folder: Path) -> None:
    write(folder, "CSC-022.md", "x" * MOST_BYTES)
    assert len(read(folder) or "") == MOST_BYTES


def test_a_folder_in_the_place_of_a_file_is_refused(folder: Path) -> None:
    (folder / "2023-09" / "CSC-022.md").mkdir()
    assert "CSC-022.md:1: This is a folder" in refusal(folder)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="NOT RUN: this system has no pipes in folders")
def test_a_pipe_in_the_place_of_a_file_does_not_keep_anyone_waiting(folder: Path) -> None:
    os.mkfifo(folder / "2023-09" / "CSC-022.md")
    assert "no file that can be read" in refusal(folder)


@pytest.mark.parametrize("name", ["nowhere", "a-file.md"])
def test_a_folder_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "a-file.md").write_text("Words.")
    with pytest.raises(CallError, match="There is no folder"):
        read(tmp_path / name)
    with pytest.raises(CallError, match="There is no folder"):
        unused_words(tmp_path / name, SEPTEMBER, document("internal", *LINES))


def test_the_introduction_is_report_md(folder: Path) -> None:
    assert introduction(folder, SEPTEMBER, "internal") is None
    path = write(folder, "report.md", "A quiet month.")
    found = introduction(folder, SEPTEMBER, "internal")
    assert found is not None
    assert (found.text, found.file) == ("A quiet month.", str(path))
    assert introduction(folder, SEPTEMBER, "published") is None


LINES = (("referral_decision_1wd", "CSC 022"), ("rereferrals_12m", "CSC 032#month"))


def notes(folder: Path, edition: Edition = "internal") -> list[str]:
    return [one.replace(str(folder), "F") for one in unused_words(folder, SEPTEMBER, document(edition, *LINES))]


def test_files_that_are_shown_are_not_told_of(folder: Path) -> None:
    for name in ("report.md", "CSC-022.md", "rereferrals_12m.md", ".hidden.md", "~lock.md"):
        write(folder, name, "Words.")
    assert notes(folder) == []


def test_a_file_that_matches_nothing_is_told_of_with_the_nearest_name(folder: Path) -> None:
    write(folder, "CSC-023.md", "Words.")
    write(folder, "rereferals_12m.md", "Words.")
    write(folder, "CSC 032#month.md", "Words.")
    write(folder, "notes.docx", "Words.")
    assert notes(folder) == [
        "F/2023-09/CSC 032#month.md is not shown: no line of the report has that name. Did you mean 'CSC-032-month'?",
        "F/2023-09/CSC-023.md is not shown: no line of the report has that name. Did you mean 'CSC-022'?",
        "F/2023-09/notes.docx is not shown: words are files that end in .md.",
        "F/2023-09/rereferals_12m.md is not shown: no line of the report has that name. Did you mean 'rereferrals_12m'?",
    ]


def test_a_file_whose_lines_all_have_their_own_is_told_of(folder: Path) -> None:
    write(folder, "CSC-022.md", "Words.")
    write(folder, "referral_decision_1wd.md", "Words.")
    assert notes(folder) == [
        "F/2023-09/referral_decision_1wd.md is not shown: each line that it is for has a file of its own, or two files have its "
        "name."
    ]


def test_what_is_left_out_of_the_published_edition_is_told_of(folder: Path) -> None:
    write(folder, "CSC-022.md", "Words.")
    write(folder, "report.md", "---\npublished: yes\n---\nWords.")
    write(folder, "CSC-032-month.md", " ")
    assert notes(folder) == ["F/2023-09/CSC-032-month.md is empty."]
    assert notes(folder, "published") == [
        "F/2023-09/CSC-022.md is left out of the published edition: it does not begin with 'published: yes' between lines of ---.",
        "F/2023-09/CSC-032-month.md is empty.",
    ]


def test_a_month_without_a_folder_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "2023-9").mkdir()
    (tmp_path / "2023-08").mkdir()
    assert notes(tmp_path) == ["F has no folder 2023-09. Did you mean '2023-08'?"]


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_words_or_a_refusal_with_its_place(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    folder = tmp_path_factory.mktemp("words")
    (folder / "2023-09").mkdir()
    path = write(folder, "CSC-022.md", raw)
    try:
        read(folder)
    except InputError as fault:
        said = str(fault)
    else:
        said = f"{path}:" if raw.decode("utf-8-sig") is not None else ""
    assert said.startswith(f"{path}:")
