"""Why: files come from many hands and some come broken; none may stop the machine, lose a row, or tell of a child what it must not.

A file is read, with a line for every record, or refused in one sentence with its place.
"""

from __future__ import annotations

import random
from pathlib import Path

import polars as pl
import pytest
from casetally.errors import InputError
from casetally.sources import cin_census
from casetally.sources.delivery import Delivery
from casetally.sources.given import GivenDatabase, GivenFile
from casetally.sources.recognise import read_source
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cin_census.made_up import (
    assessment,
    case,
    census,
    child,
    cp_plan,
    element,
    enquiry,
    fates,
    line_of,
    names,
    read_text,
    said,
    table,
)

INPUTS = Path(__file__).parents[4] / "shared" / "inputs" / "cin_census"


def whole() -> str:
    inside = (assessment("2023-05-03", "2023-06-20", ("3B", "4B")), enquiry("2023-05-04", "2023-05-20"))
    plans = (cp_plan("2023-05-20", "2023-09-01", ("2023-08-01", "2023-08-20")),)
    return census(
        child("c1", case("2023-05-02", *inside, plans=plans), disabilities=("LD", "VIS")),
        child("c2", case("2023-06-01")),
    )


def read_bytes(folder: Path, content: bytes) -> Delivery:
    path = folder / "a.xml"
    path.write_bytes(content)
    delivery = cin_census.read([GivenFile(path, "a.xml")])
    assert delivery.rows.height == delivery.files[0].rows
    carried = delivery.rows.filter(pl.col("disposition") == "carried")
    for one in delivery.tables:
        numbers = set(carried.filter(pl.col("table") == one.table)["record"].to_list())
        assert numbers <= set(one.frame["_record"].to_list())
    return delivery


def refused(folder: Path, content: bytes) -> InputError:
    with pytest.raises(InputError) as raised:
        read_bytes(folder, content)
    assert raised.value.place is not None
    assert raised.value.place.file == "a.xml"
    assert raised.value.hint
    return raised.value


# -- which files are claimed ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        whole().encode(),
        whole().encode("utf-8-sig"),
        whole().encode("utf-16"),
        whole().encode("utf-16-be"),
        b'<?xml version="1.0" encoding="windows-1252"?>\n<!-- made by us -->\n' + whole().encode(),
        whole().replace("<Message>", '<c:Message xmlns:c="urn:x">').replace("</Message>", "</c:Message>").encode(),
        whole().replace("<Collection>CIN</Collection>\n", "").encode(),
    ],
)
def test_a_census_is_known_by_how_it_begins(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "anything.XML"
    path.write_bytes(text)
    assert len(cin_census.claims([GivenFile(path, "anything.XML")])) == 1


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.xml", whole().replace(">CIN<", ">CLA<").encode()),
        ("a.xml", b"<Message><Header/></Message>"),
        ("a.xml", b"<Messages><LAchildID>1</LAchildID></Messages>"),
        ("a.xml", b""),
        ("a.xml", b"\xff\xfe\x00\xd8\x00"),
        ("a.xml", b"PK\x03\x04 <Message"),
        ("a.txt", whole().encode()),
        ("a.csv", whole().encode()),
    ],
)
def test_other_files_are_left_to_others(tmp_path: Path, name: str, text: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(text)
    assert (
        cin_census.claims(
            [GivenFile(path, name), GivenFile(tmp_path / "gone.xml", "gone.xml"), GivenDatabase("sqlite:///x")]
        )
        == []
    )


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-16-le"])
def test_every_encoding_gives_the_same_records(tmp_path: Path, encoding: str) -> None:
    first = "" if encoding.startswith("utf-8") else '<?xml version="1.0" encoding="UTF-16"?>'
    delivery = read_bytes(tmp_path, (first + whole()).encode(encoding))
    expected = read_text(whole())
    for name in names(expected):
        assert table(delivery, name) == table(expected, name)


def test_a_declared_encoding_of_one_byte_a_letter_is_read(tmp_path: Path) -> None:
    text = '<?xml version="1.0" encoding="windows-1252"?>\n' + whole().replace(">c1<", ">Zo\u00eb\u2019s<")
    assert ("Zo\u00eb\u2019s",) in table(read_bytes(tmp_path, text.encode("cp1252")), "children", "child_id")


# -- what is refused -----------------------------------------------------------------------------------------------------------


BOMB = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "aaaaaaaaaa"}">' for n in range(10))


@pytest.mark.parametrize(
    "declared",
    [
        f"<!DOCTYPE Message [{BOMB}]>",
        '<!DOCTYPE Message [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE Message SYSTEM "http://192.0.2.1/x.dtd">',
        '<!DOCTYPE Message [<!ENTITY % p SYSTEM "http://192.0.2.1/x"> %p;]>',
        "<!DOCTYPE Message>",
    ],
)
def test_a_document_type_is_refused_before_anything_is_expanded(tmp_path: Path, declared: str) -> None:
    says = refused(tmp_path, (declared + "\n" + whole().replace(">c1<", ">&a9;&x;<")).encode()).says
    assert "document type or entities" in says


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (whole().encode().partition(b"<ChildCharacteristics>")[0], "ends before"),
        (whole().encode().partition(b"haracteristics>")[0], "middle of a tag"),
        (b"", "ends before"),
        (whole().encode().replace(b"c1", b"c\0"), "not well-formed"),
        (whole().encode().replace(b"</UPN>", b"").replace(b"</Child>", b"</Chld>", 1), "does not fit"),
        (whole().encode() + b"<Message/>", "More stands after"),
        (whole().encode().replace(b">c1<", b">\xe9<"), "not well-formed"),
        (b'<?xml version="1.0" encoding="rot13"?>' + whole().encode(), "encoding"),
        (b'<?xml version="1.0" encoding="no-such"?>' + whole().encode(), "encoding"),
        (b'<?xml version="1.0" encoding="utf-7"?>' + whole().encode(), "encoding"),
        (whole().encode().replace(b"Message>", b"Massage>"), "not 'Message'"),
        (whole().encode().replace(b">c1<", b">&nothing;<"), "not well-formed"),
    ],
)
def test_what_is_no_sound_xml_is_refused_with_its_place(tmp_path: Path, content: bytes, says: str) -> None:
    assert says in refused(tmp_path, content).says


def test_the_place_is_the_line_and_column_of_the_fault(tmp_path: Path) -> None:
    text = whole().replace("<ReferralNFA>0", "<ReferralNFA>&0", 1)
    place = refused(tmp_path, text.encode()).place
    assert place is not None
    assert (place.line, place.column) == (line_of(text, "&0"), len("<ReferralNFA>&") + 1)


def test_a_tag_or_comment_without_end_does_not_fill_the_memory(tmp_path: Path) -> None:
    for start in (b"<!-- ", b'<Message a="', b"<Mess"):
        assert "longer than any census" in refused(tmp_path, start + b"x" * 3_000_000).says


def test_elements_nested_without_end_are_refused(tmp_path: Path) -> None:
    deep = (
        whole().replace("<UPN>", "").replace("<PersonBirthDate>", "<x>" * 500 + "</x>" * 500 + "<PersonBirthDate>", 1)
    )
    assert "nested deeper" in refused(tmp_path, deep.encode()).says


# -- what is read all the same -------------------------------------------------------------------------------------------------


def test_a_value_of_ten_million_characters_is_not_kept(tmp_path: Path) -> None:
    for at in (">2A<", ">WBRI<", ">2023-05-02<"):
        text = whole().replace(at, f">{'x' * 10_000_000}<", 1)
        delivery = read_bytes(tmp_path, text.encode())
        assert len(said(delivery, "cin_value_too_long")) == 1
        assert max(len(message) for message in delivery.findings["message"].to_list()) < 300


def test_two_headers_do_not_confuse_the_year(tmp_path: Path) -> None:
    second = element(
        "Header", element("CollectionDetails", "<Year>1999</Year><ReferenceDate>1999-03-31</ReferenceDate>")
    )
    delivery = read_bytes(tmp_path, whole().replace("<Children>", f"{second}<Children>").encode())
    assert "31 March 2024" in delivery.covers
    assert [row[3] for row in said(delivery, "cin_repeated_element")] == ["Header"]


def test_a_file_without_children_is_a_census_of_none(tmp_path: Path) -> None:
    for inside in ("<Children/>", ""):
        text = whole()
        start, end = text.index("<Children>"), text.index("</Children>") + len("</Children>")
        delivery = read_bytes(tmp_path, (text[:start] + inside + text[end:]).encode())
        assert delivery.covers == "CIN census for the year to 31 March 2024: 0 children."
        assert delivery.rows.height == 0


def test_dates_out_of_reason_are_left_to_the_checks(tmp_path: Path) -> None:
    for day in ("1899-12-31", "2999-12-31"):
        delivery = read_bytes(tmp_path, census(child("c1", case("2023-05-02", closed=day), born="1899-01-01")).encode())
        assert table(delivery, "referrals", "closed_on") == [(day,)]


def test_a_file_all_on_one_line_is_read_alike(tmp_path: Path) -> None:
    delivery = read_bytes(tmp_path, whole().replace("\n", "").encode())
    assert fates(delivery) == fates(read_text(whole()))
    assert delivery.rows["row"].unique().to_list() == [1]


def test_comments_and_cdata_are_no_fault(tmp_path: Path) -> None:
    text = whole().replace(">2A<", "><![CDATA[2]]>A<!-- police --><", 1)
    delivery = read_bytes(tmp_path, text.encode())
    assert table(delivery, "referrals", "source")[0] == ("2A",)
    assert delivery.findings.is_empty()


# -- what may be told ------------------------------------------------------------------------------------------------------------


MARK = "ZQMARKED"


def test_no_finding_and_no_id_holds_anything_of_a_child_but_its_id(tmp_path: Path) -> None:
    """Every value but the id is marked, then every element and attribute, and none of it is found in what is said."""
    root = whole()
    for part in (">2A<", ">WBRI<", ">N1<", ">2012-06-15<", ">2023-05-02<", ">2023-05-03<", ">3B<", ">0<", ">LD<", ">2023-05-04<",
                 ">2023-05-20<", ">2023-08-01<", ">NEG<", ">2<"):  # fmt: skip
        assert part in root
        root = root.replace(part, f">{MARK} {part[1:-1]}<")
    root = root.replace("<CINdetails>", f"{MARK}<CINdetails {MARK}='{MARK}'><{MARK}>{MARK}</{MARK}>")
    delivery = read_bytes(tmp_path, root.encode())
    for column in ("message", "record_id", "rule", "column", "table"):
        assert not delivery.findings[column].str.contains(MARK).any()
    assert MARK not in delivery.covers
    ids = ("referral_id", "assessment_id", "plan_id", "enquiry_id", "conference_id", "review_id")
    for one in delivery.tables:
        for name in ids:
            if name in one.frame.columns:
                assert not one.frame[name].drop_nulls().str.contains(MARK).any(), (one.table, name)


def test_an_error_does_not_repeat_what_stands_in_the_file(tmp_path: Path) -> None:
    for broken in (whole().replace(">2A<", f">{MARK}&{MARK};<"), whole().replace("</ReferralSource>", f"</{MARK}>", 1),
                   whole() + MARK, f"<{MARK}/>"):  # fmt: skip
        assert MARK not in str(refused(tmp_path, broken.encode()))


# -- at random -----------------------------------------------------------------------------------------------------------------


def survives(folder: Path, content: bytes) -> None:
    try:
        read_bytes(folder, content)
    except InputError:
        return


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_bytes_put_anywhere_are_read_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    content = bytearray(whole().encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content)))
        length = data.draw(st.sampled_from([0, 1, 7, 60]))
        content[at : at + length] = data.draw(st.sampled_from(
            [b"", b"\0", b"<", b">", b"&", b"</", b"<Child>", b"</Child>", b"<CINdetails>", b"\xff", b"<!--", b"]]>", b"<?x", b"99"]
        ))  # fmt: skip
    survives(tmp_path, bytes(content))


LINES = whole().splitlines(keepends=True)


@pytest.mark.parametrize("seed", range(25))
def test_lines_dropped_doubled_and_moved_are_read_or_refused(tmp_path: Path, seed: int) -> None:
    luck = random.Random(seed)  # noqa: S311 - the same files each time
    leaves = [at for at, line in enumerate(LINES) if line.startswith("<") and "</" in line]
    lines = list(LINES)
    for _ in range(luck.randrange(1, 6)):
        one, other = luck.sample(leaves, 2)
        lines[one], lines[other] = luck.choice(
            [(lines[other], lines[one]), ("", lines[other]), (lines[one] * 2, lines[other])]
        )
    survives(tmp_path, "".join(lines).encode())


@pytest.mark.parametrize("name", ["CIN_Census_2021.xml", "CIN_Census_2024.xml"])
def test_a_real_file_cut_anywhere_is_refused(tmp_path: Path, name: str) -> None:
    if not INPUTS.is_dir():
        pytest.skip(f"the made-up censuses are not here: {INPUTS}")
    content = (INPUTS / name).read_bytes().rstrip()
    for at in range(0, len(content) - 1, 97):
        refused(tmp_path, content[:at])


# -- the two files beside the project --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def both() -> Delivery:
    if not INPUTS.is_dir():
        pytest.skip(f"the made-up censuses are not here: {INPUTS}")
    return read_source(INPUTS)


def test_the_two_files_are_those_of_2023_and_2024_whatever_their_names_say(both: Delivery) -> None:
    assert both.covers == "CIN censuses for 2 years, to 31 March 2023 and 2024: 2 children."
    assert [(file.file, file.rows) for file in both.files] == [("CIN_Census_2021.xml", 11), ("CIN_Census_2024.xml", 16)]
    assert [row[0] for row in said(both, "cin_year_disagrees")] == ["CIN_Census_2024.xml"]


def test_their_planted_faults_are_found_at_their_lines(both: Delivery) -> None:
    assert [row[:2] for row in said(both, "cin_stray_text")] == [
        ("CIN_Census_2021.xml", 23),
        ("CIN_Census_2024.xml", 23),
    ]
    assert [(row[1], row[3]) for row in said(both, "cin_value_not_allowed")] == [
        (60, "ICPCnotRequired"),
        (46, "AssessmentFactors"),
        (58, "ICPCnotRequired"),
        (97, "ReferralNFA"),
    ]
    assert [row[1] for row in said(both, "cin_not_in_this_year")] == [25, 78]
    assert [row[1] for row in said(both, "cin_begins_after_the_census")] == [41, 86]  # 28 April 2028, 24 October 2024


def test_what_of_them_is_carried(both: Delivery) -> None:
    assert fates(both) == {"carried": 19, "superseded": 3, "set_aside": 5}
    assert table(both, "referrals", "received_on") == [("1970-10-06",), ("2022-10-06",)]
    assert table(both, "children", "child_id", "date_of_birth", "sex") == [
        ("DfEX0000001", "2015-03-27", "M"),
        ("child_fails_assessments", "2023-09-25", "M"),
    ]
