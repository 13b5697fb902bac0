"""Why: texts come from records and people, so whatever they hold must stay text, and what is hidden must be nowhere in the file."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from casetally.figures.views import Seen
from casetally.reports.document import OwnWords, ReportDocument
from casetally.reports.workbook.texts import CUT, MOST_READABLE, MOST_UNITS, paragraphs, pieces, safe
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from workbook_lines import a_random_report, a_report, document, line, row, share, tables, target, written

NASTY = [
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", '=HYPERLINK("http://evil.example","x")', "=cmd|'/c calc'!A0", "\t=1+1", "\r=1+1",
    "＝1+1", "＋1", "－1", "＠x", "http://evil.example", "mailto:x@evil.example", "internal:Data!A1", "external:c:/x.xlsx",
    "<r><t>raw</t></r>", "<script>alert(1)</script>", "a & b < c", "12345", "TRUE", "_x0041_", "{=1+1}", "%s{}", "&P of &N",
    "''", "'=1+1", "]]>",
]  # fmt: skip
ODD = [
    "\x00\x01\x1b[31m",
    "a\x0bb\x0cc",
    "\ud800",
    "\ufffe\uffff",
    "\u202eevil",
    "\ufeffmark",
    "x" * 40_000,
    "😀" * 20_000,
    "\n" * 500 + "end",
]


def a_report_named(text: str) -> ReportDocument:
    """A report in which every text from outside is the same."""
    one = row([share(1, 2), share(1, 2)], section=text)
    team = replace(one, group=text, is_main=False)
    return document(
        line(one, team, ref=text, title=text, drafted=(text,), own_words=OwnWords(text, "x.md")),
        title=text,
        authority=text,
        notes=(text,),
    )


def every_part(path: Path) -> dict[str, str]:
    with ZipFile(path) as book:
        assert book.testzip() is None
        return {name: book.read(name).decode() for name in book.namelist()}


@pytest.mark.parametrize("text", NASTY)
def test_a_text_stays_the_text_that_it_is(text: str, tmp_path: Path) -> None:
    path = written(a_report_named(text), tmp_path)
    measures = tables(path)["Measures"]
    assert [(one["Measure"].strip(), one["Section"].strip()) for one in measures] == [(text.strip(), text.strip())]
    assert tables(path)["Breakdowns"][0]["Group"].strip() == text.strip()
    for name, xml in every_part(path).items():
        ElementTree.fromstring(xml)  # noqa: S314
        assert not re.search(r"<f[ >/]", xml), name
        assert "TargetMode" not in xml, name
    kinds = {
        cell.data_type for sheet in load_workbook(path).worksheets for cells in sheet.iter_rows() for cell in cells
    }
    assert kinds <= {"s", "n", "d"}


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_no_character_and_no_length_breaks_the_file(text: str, tmp_path: Path) -> None:
    path = written(a_report_named(text), tmp_path)
    for xml in every_part(path).values():
        ElementTree.fromstring(xml)  # noqa: S314
    for sheet in load_workbook(path).worksheets:
        for cells in sheet.iter_rows():
            for cell in cells:
                said = str(cell.value or "")
                assert len(said.encode("utf-16-le")) // 2 <= MOST_UNITS
                assert not re.search("[\x00-\x1f\u202e\ufeff]", said)


def test_a_formula_stays_text_when_somebody_edits_its_cell(tmp_path: Path) -> None:
    sheet = load_workbook(written(a_report_named("=1+1"), tmp_path))["Measures"]
    named = [cell for cells in sheet.iter_rows(min_row=5) for cell in cells if cell.value == "=1+1"]
    assert named
    assert all(cell.quotePrefix for cell in named)


def test_a_long_text_of_an_analyst_goes_on_in_the_next_row_and_loses_nothing(tmp_path: Path) -> None:
    text = " ".join(f"word{number}" for number in range(6000))
    report = document(line(row([share(1, 2)] * 2), own_words=OwnWords(text, "x.md")))
    said = [one["Text"] for one in tables(written(report, tmp_path))["Commentary"]]
    assert len(said) > 20
    assert max(len(one) for one in said) <= MOST_READABLE
    assert " ".join(said) == text


def test_a_text_that_is_cut_says_so() -> None:
    assert safe("x" * 40_000).endswith(CUT)
    assert safe("x" * MOST_UNITS) == "x" * MOST_UNITS
    assert safe("😀" * 20_000) == "😀" * ((MOST_UNITS - len(CUT)) // 2) + CUT


@given(st.text(max_size=300))
def test_any_text_becomes_one_line_of_characters_that_xml_can_hold(text: str) -> None:
    line_ = safe(text)
    ElementTree.fromstring(f"<t>{line_.replace('&', '&amp;').replace('<', '&lt;')}</t>")  # noqa: S314
    assert "\n" not in line_
    assert safe(line_) == line_ or line_.endswith("</r> ")


@given(st.text(alphabet="ab \n", max_size=9000))
def test_pieces_lose_no_word(text: str) -> None:
    found = list(pieces(text))
    assert all(len(one) <= MOST_READABLE for one in found)
    assert "".join("".join(found).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        ("# Head\n\nOne *two*\nthree.", ["Head", "One two three."]),
        ("3. c\n4. d\n   - e", ["3. c", "4. d", "• e"]),
        ("> said", ["said"]),
        ("<b>bold</b>", ["<b>bold</b>"]),
        ("`a = 1`\n\n```\nx\n```", ["a = 1", "x"]),
        ("<https://example.org>", ["https://example.org"]),
        ("| a | b |\n| - | - |\n| 1 | 2 |", ["a", "b", "1", "2"]),
        ("", []),
    ],
)
def test_markdown_becomes_plain_paragraphs(markdown: str, plain: list[str]) -> None:
    assert list(paragraphs(markdown)) == plain


def test_nothing_of_a_hidden_number_is_in_the_file(tmp_path: Path) -> None:
    """Even where a figure that is hidden still holds its numbers: no part of the file has them, rounded or not."""
    leaking = Seen(Fraction(61733), Fraction(82339), Fraction(6173300, 82339), "percent", "suppressed")
    main = row([share(1, 2), share(1, 4), leaking], places=2, target=target(90))
    teams = replace(row([leaking, leaking], places=2), group="Duty", is_main=False)
    report = document(
        line(main, teams, ref="N1"), line(row([leaking, share(1, 2)], places=2), ref="N2"), edition="published"
    )
    path = written(report, tmp_path)
    for name, xml in every_part(path).items():
        for number in ("61733", "61,733", "82339", "82,339", "74.97", "20606"):
            assert number not in xml, (name, number)
    found = tables(path)
    one = found["Measures"][0]
    assert {one[name] for name in ("This period", "Numerator", "Denominator", "Change", "Direction", "Rating")} == {
        "[c]"
    }
    assert found["Breakdowns"][0]["Rating"] == "Not rated"  # it has no target, so there is nothing to hide
    assert [row_["value"] for row_ in found["Chart_data"] if row_["ref"] == "N1"] == [50, 25, None]


def test_the_same_report_gives_the_same_bytes(tmp_path: Path) -> None:
    first = written(a_report(), tmp_path, "a.xlsx").read_bytes()
    time.sleep(1.1)  # a zip file counts in seconds
    assert written(a_report(), tmp_path, "b.xlsx").read_bytes() == first
    other = a_random_report(3, lines=2)
    assert written(other, tmp_path, "c.xlsx").read_bytes() != first


def test_the_first_workbook_of_a_process_is_the_second_again(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom workbook_lines import a_report, written\n"
        "first, second = (written(a_report(), Path(sys.argv[1]), name).read_bytes() for name in 'ab')\n"
        "sys.exit(first != second)\n"
    )
    here = str(Path(__file__).parent)
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=here, check=False, capture_output=True)  # noqa: S603
    assert (done.returncode, done.stderr) == (0, b"")
    assert (tmp_path / "b").read_bytes() == written(a_report(), tmp_path).read_bytes()


def test_no_part_of_the_file_runs_or_leads_outside(tmp_path: Path) -> None:
    parts = every_part(written(a_report(), tmp_path))
    assert [
        name
        for name in parts
        if re.search(r"vba|macro|external|connection|activeX|embed|drawing|media", name, re.IGNORECASE)
    ] == []
    relations = "".join(xml for name, xml in parts.items() if name.endswith(".rels"))
    assert set(re.findall(r'Type="[^"]*/([^"/]*)"', relations)) == {
        "officeDocument", "core-properties", "extended-properties", "custom-properties", "worksheet", "theme", "styles",
        "sharedStrings", "table",
    }  # fmt: skip
