"""Why: the same return comes as CSV files or as one XML file, and which of the two it was must make no difference."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from casetally.errors import InputError
from casetally.sources import ssda903
from casetally.sources.given import look_at
from ssda903_returns import a_return, contents, delivered, episode, rules, said, table, write_csv, write_xml

FIVE_YEARS = Path(__file__).parents[4] / "shared" / "inputs" / "ssda903_five_years"

ONE = """<?xml version="1.0" encoding="UTF-8"?>
<EXPSSDA903>
<CHILD>
<HEADER>
<CHILDID>7</CHILDID>
<UPN>UN1</UPN>
<SEX>1</SEX>
<DOB>02/03/2010</DOB>
<ETHNIC>WBRI</ETHNIC>
<UASC>0</UASC>
<AREVIEW>
<REVIEW>04/08/2020</REVIEW>
<REVIEW_CODE>PN1</REVIEW_CODE>
</AREVIEW>
</HEADER>
<EPISODE>
<DECOM>05/06/2020</DECOM>
<RNE>S</RNE>
<LS>C1</LS>
<CIN>N1</CIN>
<PL>U6</PL>
<URN>1234567</URN>
<DEC/>
<REC/>
</EPISODE>
</CHILD>
</EXPSSDA903>
"""


def read_text(folder: Path, text: str | bytes, name: str = "2020-21.xml"):  # type: ignore[no-untyped-def]
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return delivered(folder)


@pytest.mark.parametrize("one_line", [False, True])
def test_a_return_as_xml_gives_the_tables_of_its_csv_files(tmp_path: Path, one_line: bool) -> None:
    write_csv(a_return(), tmp_path / "csv", "2020-21")
    write_xml(a_return(), tmp_path / "xml" / "2020-21.xml", one_line=one_line)
    from_csv, from_xml = delivered(tmp_path / "csv"), delivered(tmp_path / "xml")
    assert contents(from_xml) == contents(from_csv)
    assert {made.table: made.since for made in from_xml.tables} == {made.table: made.since for made in from_csv.tables}
    assert from_xml.covers == "SSDA903 return for the year to 31 March 2021: 1 file."
    assert rules(from_xml) == rules(from_csv)


def test_five_real_years_give_the_same_tables_as_xml(tmp_path: Path) -> None:
    if not FIVE_YEARS.is_dir():
        pytest.skip(f"NOT RUN: the five SSDA903 returns are not here: {FIVE_YEARS}")
    for year in range(2017, 2022):
        made = {}
        for path in sorted(FIVE_YEARS.glob(f"{year}-*.csv")):
            with path.open(newline="") as file:
                made[path.stem[5:]] = list(csv.DictReader(file))
        write_xml(made, tmp_path / f"{year}.xml")
    from_xml, from_csv = delivered(tmp_path), delivered(FIVE_YEARS)
    assert contents(from_xml) == contents(from_csv)
    assert rules(from_xml) - rules(from_csv) == {"xml_value_form"}  # a flag of one letter stands there as 1.0
    assert rules(from_csv) - rules(from_xml) == {"file_not_read"}


def test_the_row_of_a_record_is_the_line_of_its_element(tmp_path: Path) -> None:
    made = read_text(tmp_path, ONE)
    assert made.rows.select("row", "table").rows() == [(4, "children"), (11, "care_reviews"), (16, "placements")]
    assert made.files[0].rows == 3


def test_a_header_is_a_row_of_each_file_for_which_it_says_something(tmp_path: Path) -> None:
    leaver = "<UASC>1</UASC><DUC/><IN_TOUCH>YES</IN_TOUCH><ACTIV>F1</ACTIV><ACCOM>B1</ACCOM>"
    made = read_text(tmp_path, ONE.replace("<UASC>0</UASC>", leaver))
    at_header = made.rows.filter(made.rows["row"] == 4)["table"].to_list()
    assert sorted(at_header) == ["care_leaver_contacts", "children", "immigration_statuses"]


def test_what_no_element_tells_is_absent(tmp_path: Path) -> None:
    made = read_text(tmp_path, ONE.replace("<URN>1234567</URN>\n", ""))
    assert "urn" not in table(made, "placements").columns
    assert "urn" in table(read_text(tmp_path, ONE), "placements").columns
    assert not {"missing_episodes", "annual_health_outcomes", "care_leavers"} & {one.table for one in made.tables}


def test_an_element_with_nothing_in_it_is_no_row(tmp_path: Path) -> None:
    empty = "<AMISSING><MISSING/><MIS_START> </MIS_START></AMISSING>\n</HEADER>"
    made = read_text(tmp_path, ONE.replace("</HEADER>", empty))
    assert table(made, "missing_episodes").frame.is_empty()
    assert made.rows.height == 3


def test_what_one_return_has_all_tell_of(tmp_path: Path) -> None:
    away = "<AMISSING><MISSING>M</MISSING><MIS_START>01/09/2020</MIS_START></AMISSING>\n</HEADER>"
    read_text(tmp_path, ONE.replace("</HEADER>", away))
    made = read_text(tmp_path, ONE.replace("2020", "2019"), "2019-20.xml")
    assert str(table(made, "missing_episodes").since) == "2019-04-01"
    assert "file_missing" not in rules(made)


@pytest.mark.parametrize(
    ("was", "becomes", "rule", "row", "column"),
    [
        ("<CIN>N1</CIN>\n", "", "element_missing", 16, "CIN"),
        ("<CIN>N1</CIN>", "<CIN>N1</CIN><CIN>N2</CIN>", "element_too_often", 16, "CIN"),
        ("<CIN>N1</CIN>", "<CIN>N10</CIN>", "value_form", 16, "CIN"),
        ("<DECOM>05/06/2020</DECOM>", "<DECOM>2020-06-05</DECOM>", "value_form", 16, "DECOM"),
        ("<CIN>N1</CIN>", "<CIN>N1</CIN><NONSENSE>x</NONSENSE>", "unknown_element", 16, ""),
        ("<URN>1234567</URN>", "<URNN>1234567</URNN>", "unknown_element", 16, "URN"),
        ("<RNE>S</RNE>\n<LS>C1</LS>", "<LS>C1</LS>\n<RNE>S</RNE>", "element_order", 16, ""),
        ("<UPN>UN1</UPN>\n", "", "element_missing", 4, "UPN"),
        ("<REVIEW_CODE>PN1</REVIEW_CODE>", "<REVIEW_CODE>PN</REVIEW_CODE>", "value_form", 11, "REVIEW_CODE"),
        ("<EPISODE>", "<NONSENSE/><EPISODE>", "unknown_element", 3, ""),
    ],
)
def test_a_fault_of_the_schema_is_a_warning_with_its_line(
    tmp_path: Path, was: str, becomes: str, rule: str, row: int, column: str
) -> None:
    assert was in ONE
    made = read_text(tmp_path, ONE.replace(was, becomes))
    assert said(made, f"xml_{rule}") == [("2020-21.xml", row, column, "7")]
    assert {one for one in rules(made) if one.startswith("xml")} == {f"xml_{rule}"}
    assert made.rows["disposition"].to_list() == ["carried"] * 3


def test_a_sound_return_has_no_fault(tmp_path: Path) -> None:
    assert rules(read_text(tmp_path, ONE)) == set()


def test_the_name_of_an_unknown_element_is_never_quoted(tmp_path: Path) -> None:
    made = read_text(tmp_path, ONE.replace("<EPISODE>", "<Jane_Doe/><EPISODE>"))
    assert not made.findings["message"].str.contains("(?i)jane").any()


def test_of_an_element_that_stands_twice_the_first_is_read(tmp_path: Path) -> None:
    made = read_text(tmp_path, ONE.replace("<PL>U6</PL>", "<PL>U6</PL><PL>K2</PL>"))
    assert table(made, "placements").frame["type"].to_list() == ["U6"]


def test_episodes_without_a_header_are_set_aside(tmp_path: Path) -> None:
    start, end = ONE.index("<HEADER>"), ONE.index("</HEADER>") + len("</HEADER>")
    made = read_text(tmp_path, ONE[:start] + ONE[end:])
    assert made.rows["disposition"].to_list() == ["set_aside"]
    assert {"no_child", "xml_element_missing"} <= rules(made)


def test_faults_beyond_a_thousand_of_a_kind_are_counted(tmp_path: Path) -> None:
    start, end = ONE.index("<EPISODE>"), ONE.index("</EPISODE>") + len("</EPISODE>")
    bare = "<EPISODE><DECOM>05/06/2020</DECOM></EPISODE>\n"
    made = read_text(tmp_path, ONE[:start] + bare * 200 + ONE[end:])
    missing = made.findings.filter(made.findings["rule"] == "ssda903_xml_element_missing")
    assert missing.height == 1001  # 200 episodes that lack six elements each are 1,200
    assert "There are 200 more faults of this kind in the file." in missing["message"].to_list()


def test_namespaces_letter_case_and_other_encodings_are_read(tmp_path: Path) -> None:
    plain = contents(read_text(tmp_path, ONE))
    named = ONE.replace("<EXPSSDA903>", '<EXPSSDA903 xmlns="urn:x">')
    assert contents(read_text(tmp_path, named)) == plain
    assert contents(read_text(tmp_path, ONE.replace("CHILDID", "ChildID"))) == plain
    assert contents(read_text(tmp_path, ONE.replace("UTF-8", "UTF-16").encode("utf-16"))) == plain
    assert (
        contents(read_text(tmp_path, ONE.replace("UTF-8", "windows-1252").replace(">7<", ">é7<").encode("cp1252")))
        != plain
    )


def test_each_file_without_a_year_in_its_name_is_dated_by_its_own_episodes(tmp_path: Path) -> None:
    (tmp_path / "old.xml").write_text(ONE.replace("2020<", "2018<"))
    (tmp_path / "new.xml").write_text(ONE.replace("2020<", "2019<"))
    assert delivered(tmp_path).covers == "SSDA903 returns for 2 years, to 31 March 2019 and 2020: 2 files."


def test_csv_and_xml_of_different_years_are_linked(tmp_path: Path) -> None:
    write_csv({"episodes": [episode("7", "05/06/2019", "S", "C1", "U6")]}, tmp_path, "2019-20")
    ended = {
        "header": a_return()["header"][:1],
        "episodes": [episode("7", "05/06/2019", "S", "C1", "U6", "01/07/2020", "E4A")],
    }
    ended["header"] = [{**ended["header"][0], "CHILD": "7"}]
    write_xml(ended, tmp_path / "2020-21.xml")
    made = delivered(tmp_path)
    assert table(made, "care_periods").frame.select("started_on", "ended_on", "end_reason").rows() == [
        ("2019-06-05", "2020-07-01", "E4A")
    ]
    assert made.rows.filter(made.rows["file"] == "2019-20-episodes.csv")["disposition"].to_list() == ["superseded"]


BOMB = '<!DOCTYPE EXPSSDA903 [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>\n<EXPSSDA903>'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (ONE.replace("<EXPSSDA903>", BOMB).replace("UN1", "&b;"), "has a DOCTYPE"),
        (
            ONE.replace("<EXPSSDA903>", '<!DOCTYPE EXPSSDA903 SYSTEM "file:///etc/passwd">\n<EXPSSDA903>'),
            "has a DOCTYPE",
        ),
        (ONE.replace("UN1", "&unknown;"), "is not well-formed XML"),
        (ONE[:300], "2020-21.xml:17"),
        (ONE[:300], "a tag is not closed"),
        (ONE[: ONE.index("<EPISODE>")], "it ends too early"),
        (ONE.replace("</RNE>", "</LS>"), "a tag is closed by another"),
        (ONE.replace("UN1", "A\0B"), "a character that XML does not allow"),
        (ONE.replace("UN1", "é").encode("latin-1"), "not those of the encoding"),
        (ONE.replace("UTF-8", "klingon"), "its encoding is not known"),
        (ONE.replace("UN1", "x" * 10_000_001), "more than any return can hold"),
        (ONE.replace("UN1", "x" * 5_100_000), "more than any return can hold"),
        (ONE.replace("<EPISODE>", "<X/>" * 1_300_000 + "<EPISODE>"), "more than any return can hold"),
        (ONE.replace("<CHILD>", "<X/>" * 1_300_000 + "<CHILD>"), "more than any return can hold"),
        (ONE.replace("<UPN>", '<UPN a="' + "x" * 5_100_000 + '">'), "more than any return can hold"),
        (ONE.replace("<EPISODE>", "<X>" * 300), "deeper or longer"),
        (ONE[: ONE.index("<CHILD>")] + "</EXPSSDA903>", "holds no child"),
    ],
)
def test_what_is_no_sound_xml_is_one_clear_sentence(tmp_path: Path, text: str | bytes, says: str) -> None:
    with pytest.raises(InputError) as raised:
        read_text(tmp_path, text)
    assert says in str(raised.value)
    assert "2020-21.xml" in str(raised.value)
    assert not any(mark in str(raised.value) for mark in ("02/03/2010", "passwd", "klingon"))


CENSUS = "<Message><Header><CollectionDetails><Collection>CIN</Collection></CollectionDetails></Header></Message>"


@pytest.mark.parametrize(
    ("name", "text", "claimed"),
    [
        ("a.xml", ONE.encode(), True),
        ("A.XML", ONE.encode(), True),
        ("a.xml", ONE.replace("UTF-8", "UTF-16").encode("utf-16"), True),
        ("a.xml", ONE.replace("<EXPSSDA903>", "<!-- made by us -->\n<EXPSSDA903>").encode(), True),
        ("a.xml", CENSUS.encode(), False),
        ("a.xml", CENSUS.replace("<Header>", "<Header><!-- not an <EXPSSDA903> -->").encode(), False),
        ("a.xml", b"", False),
        ("a.xml", b"\xff\xfe\x00", False),
        ("a.xml", b"PK\x03\x04" + bytes(range(256)), False),
        ("a.txt", ONE.encode(), False),
        ("2019-notes.csv", b'"never closed\n\xff', False),
    ],
)
def test_only_files_that_begin_as_a_return_are_claimed(tmp_path: Path, name: str, text: bytes, claimed: bool) -> None:
    (tmp_path / name).write_bytes(text)
    assert bool(ssda903.claims(look_at([tmp_path]))) is claimed


def test_an_xml_return_does_not_claim_loosely_named_csv_files(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(ONE)
    (tmp_path / "reviews.csv").write_text("review_id,child_id\n1,7\n")
    assert [one.shown for one in ssda903.claims(look_at([tmp_path]))] == ["a.xml"]
