"""Why: a workbook comes from anywhere; a broken or hostile one must end in a sentence, and no finding may hold a cell."""

from __future__ import annotations

import datetime as dt
import io
import random
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from annex_a_workbooks import assert_every_row_has_a_line, list_rows, read_folder, table, write_book
from casetally.calendar import Calendar
from casetally.errors import InputError
from casetally.records.validate import check_records
from casetally.sources.annex_a import claims, read
from casetally.sources.annex_a.safe import refuse_unsafe, sheet_names
from casetally.sources.delivery import Delivery
from casetally.sources.given import look_at
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

D = dt.date
NAME = "Annex A 2024-01-31.xlsx"
CONTACTS = list_rows(1, [{"Child Unique ID": 501, "Date of Contact": D(2024, 1, 5), "Contact Source": "6"}])
BIRTH = D(1913, 7, 9)
PLANTED = ("PLANTEDNAME", "planted free text", "1913-07-09", "09/07/1913")


@pytest.fixture(scope="module")
def plain_book(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("book")
    plans = list_rows(7, [{"Child Unique ID": 1, "Child Protection Plan Start Date": D(2023, 9, 1)}])
    sheets = {"List 1": CONTACTS, "List 7": plans}
    return write_book(folder / NAME, sheets).read_bytes()


def rebuilt(data: bytes, change: Callable[[str, bytes], bytes | None], *, stored: bool = False) -> bytes:
    """The same workbook with the content of its entries changed; None leaves an entry out."""
    out = io.BytesIO()
    kind = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", kind) as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    return out.getvalue()


def in_sheet_1(change: Callable[[bytes], bytes]) -> Callable[[str, bytes], bytes]:
    return lambda name, content: change(content) if name.endswith("sheet1.xml") else content


def outcome(folder: Path, data: bytes, name: str = NAME) -> Delivery | InputError | None:
    """A delivery whose rows all have lines, a sentence, or None where the file is nobody's."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(data)
    claimed = claims(look_at([folder]))
    if not claimed:
        return None
    try:
        delivery = read(claimed)
    except InputError as fault:
        return fault
    assert_every_row_has_a_line(delivery)
    return delivery


def refusal(folder: Path, data: bytes) -> str:
    found = outcome(folder, data)
    assert isinstance(found, InputError), found
    assert found.hint
    assert found.place is not None
    assert found.place.file == NAME
    return str(found)


def test_a_protected_workbook_is_named_as_such(tmp_path: Path) -> None:
    assert "protected with a password" in refusal(tmp_path, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096))


@pytest.mark.parametrize("part", [0.2, 0.5, 0.9, 0.999])
def test_a_truncated_workbook_is_refused(tmp_path: Path, plain_book: bytes, part: float) -> None:
    assert "broken" in refusal(tmp_path, plain_book[: int(len(plain_book) * part)])


@pytest.mark.parametrize("data", [b"", b"PK", b"not a workbook", b"<html></html>", bytes(5000), b"a,b\n1,2\n"])
def test_what_is_no_workbook_at_all_is_refused(tmp_path: Path, data: bytes) -> None:
    assert "broken" in refusal(tmp_path, data)


def test_a_broken_workbook_of_another_name_beside_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "populations.csv").write_text("authority,mid_year,population\nE06000001,2022,20000\n")
    (tmp_path / "budget.xlsx").write_bytes(b"PK\x03\x04broken")
    assert claims(look_at([tmp_path])) == []


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path, plain_book: bytes) -> None:
    bomb = rebuilt(plain_book, in_sheet_1(lambda _: bytes(100 << 20)))
    assert len(bomb) < 1 << 20
    assert "far more than such a workbook holds" in refusal(tmp_path, bomb)
    assert sheet_names(bomb) == []


def test_a_zip_whose_directory_lies_about_its_length_is_refused(tmp_path: Path, plain_book: bytes) -> None:
    bomb = bytearray(rebuilt(plain_book, in_sheet_1(lambda _: bytes(100 << 20))))
    at = 0
    while (at := bomb.find(b"PK\x01\x02", at)) >= 0:  # each entry of the directory says that it unpacks to little
        struct.pack_into("<I", bomb, at + 24, min(struct.unpack_from("<I", bomb, at + 24)[0], 5000))
        at += 4
    assert "far more than such a workbook holds" in refusal(tmp_path, bytes(bomb))


def test_a_cell_in_the_far_corner_is_refused(tmp_path: Path, plain_book: bytes) -> None:
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    data = rebuilt(plain_book, in_sheet_1(lambda xml: xml.replace(b"</sheetData>", far)))
    assert "far more than such a workbook holds" in refusal(tmp_path, data)


def test_far_cells_that_do_not_say_where_they_stand_are_refused(tmp_path: Path, plain_book: bytes) -> None:
    far = b'<row r="1048576">' + b"<c><v>1</v></c>" * 16_000 + b"</row></sheetData>"
    data = rebuilt(plain_book, in_sheet_1(lambda xml: xml.replace(b"</sheetData>", far)))
    assert "far more than such a workbook holds" in refusal(tmp_path, data)


def test_a_sheet_formatted_to_its_last_row_is_no_bomb(tmp_path: Path, plain_book: bytes) -> None:
    far = b"".join(b'<row r="%d"><c r="G%d" s="1"/></row>' % (row, row) for row in range(1_000_000, 1_048_577))
    data = rebuilt(plain_book, in_sheet_1(lambda xml: xml.replace(b"</sheetData>", far + b"</sheetData>")))
    found = outcome(tmp_path, data)
    assert isinstance(found, Delivery)
    assert len(table(found, "contacts")) == 1


def test_one_long_shared_text_named_by_many_cells_is_refused(tmp_path: Path, plain_book: bytes) -> None:
    def change(name: str, content: bytes) -> bytes:
        if name.endswith("sharedStrings.xml"):
            return content.replace(b"</sst>", b"<si><t>" + b"x" * 30_000 + b"</t></si></sst>")
        if name.endswith("sheet1.xml"):
            at = content_count(plain_book)
            cells = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>%d</v></c></row>' % (r, r, at) for r in range(9, 60_000))
            return content.replace(b"</sheetData>", cells + b"</sheetData>")
        return content

    assert "far more than such a workbook holds" in refusal(tmp_path, rebuilt(plain_book, change))


def content_count(data: bytes) -> int:
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return book.read("xl/sharedStrings.xml").count(b"<si>")


def test_a_shared_text_of_ten_million_characters_is_refused_without_showing_it(
    tmp_path: Path, plain_book: bytes
) -> None:
    long = b"<si><t>" + b"PLANTEDNAME " * 900_000 + b"</t></si></sst>"
    data = rebuilt(plain_book, lambda name, xml: xml.replace(b"</sst>", long) if name.endswith("Strings.xml") else xml)
    says = refusal(tmp_path, data)
    assert "more than 32,767 characters" in says
    assert "PLANTEDNAME" not in says


@pytest.mark.parametrize("column", ["A", "B", "E", "F", "G"])  # id, gender, age, date and source
def test_a_cell_of_ten_million_characters_of_its_own_is_no_end(tmp_path: Path, plain_book: bytes, column: str) -> None:
    cells = {"A": b'<c r="A9"><v>777</v></c>', "F": b'<c r="F9"><v>45296</v></c>'}
    cells[column] = b'<c r="%s9" t="inlineStr"><is><t>%s</t></is></c>' % (column.encode(), b"PLANTED " * 1_250_000)
    row = b'<row r="9">' + b"".join(cells[name] for name in sorted(cells)) + b"</row></sheetData>"
    found = outcome(tmp_path, rebuilt(plain_book, in_sheet_1(lambda xml: xml.replace(b"</sheetData>", row))))
    assert isinstance(found, Delivery)
    assert_nothing_planted(found, ("PLANTED",))


def test_entity_bombs_are_not_expanded(tmp_path: Path, plain_book: bytes) -> None:
    doctype = b"<!DOCTYPE x [" + b'<!ENTITY a "' + b"ha" * 50 + b'">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
    ) + b"]>"  # fmt: skip

    def change(name: str, content: bytes) -> bytes:
        if name.endswith(("sheet1.xml", "sharedStrings.xml")):
            return content.replace(b"?>", b"?>" + doctype, 1).replace(b"<t>", b"<t>&j;", 1)
        return content

    found = outcome(tmp_path, rebuilt(plain_book, change))
    assert isinstance(found, InputError | Delivery)


@pytest.mark.parametrize(
    "missing",
    ["xl/workbook.xml", "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml", "xl/styles.xml"],
)
def test_a_workbook_that_lacks_a_part_ends_in_a_sentence_or_is_read(
    tmp_path: Path, plain_book: bytes, missing: str
) -> None:
    outcome(tmp_path, rebuilt(plain_book, lambda name, content: None if name == missing else content))


@pytest.mark.parametrize(
    "change",
    [
        lambda xml: xml.decode().encode("utf-16"),
        lambda xml: xml.replace(b"UTF-8", b"UTD-8"),
        lambda xml: xml.replace(b"UTF-8", b"cp037"),
        lambda xml: xml.replace(b"UTF-8", b"utf-7"),
        lambda xml: xml.replace(b"<row", b"<ro\x00w"),
        lambda xml: xml.replace(b"</row>", b""),
        lambda xml: xml.replace(b'r="A2"', b'r="A0"'),
        lambda xml: xml.replace(b'r="A2"', b'r="2A"'),
        lambda xml: xml.replace(b'r="A2"', b'r="ZZZZZ99999999999"'),
        lambda xml: xml.replace(b"<v>0</v>", b"<v>99999999</v>"),
        lambda xml: xml.replace(b"<v>0</v>", b"<v>-1</v>"),
        lambda xml: xml.replace(b"<v>501</v>", b"<v>1e999</v>"),
        lambda xml: xml.replace(b"<v>501</v>", b"<v>NaN</v>"),
        lambda xml: xml.replace(b"<v>45296</v>", b"<v>1e18</v>"),
        lambda xml: b"",
        lambda xml: b"\xff" * 1000,
        lambda xml: xml.replace(b"<sheetData>", b"<sheetData>" * 20_000),
        lambda xml: b"<c " * 2_000_000,
        lambda xml: b"<c " + b't="s" ' * 1_000_000,
        lambda xml: b"<si>" * 1_000_000,
    ],
)
def test_broken_sheets_end_in_a_sentence_or_are_read(
    tmp_path: Path, plain_book: bytes, change: Callable[[bytes], bytes]
) -> None:
    outcome(tmp_path, rebuilt(plain_book, in_sheet_1(change), stored=True))


def test_two_sheets_of_one_name_are_told_apart(tmp_path: Path, plain_book: bytes) -> None:
    def change(name: str, content: bytes) -> bytes:
        return content.replace(b'name="List 7"', b'name="List 1"') if name == "xl/workbook.xml" else content

    found = outcome(tmp_path, rebuilt(plain_book, change))
    assert isinstance(found, Delivery)
    assert [file.file for file in found.files] == [f"{NAME}#List 1", f"{NAME}#List 1 (sheet 2)"]


def test_a_directory_of_thousands_of_entries_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        book.writestr("xl/workbook.xml", '<workbook><sheet name="List 1"/></workbook>')
        for at in range(6000):
            book.writestr(f"xl/{at}", "")
    assert sheet_names(out.getvalue()) == []
    with pytest.raises(InputError, match="far more than such a workbook holds"):
        refuse_unsafe(out.getvalue(), NAME)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), places=st.integers(1, 30))
def test_a_workbook_with_any_bytes_changed_ends_in_a_sentence_or_is_read(
    tmp_path: Path, plain_book: bytes, seed: int, places: int
) -> None:
    draw = random.Random(seed)  # noqa: S311
    data = bytearray(rebuilt(plain_book, lambda _, content: content, stored=draw.random() < 0.5))
    for _ in range(places):
        data[draw.randrange(len(data))] = draw.randrange(256)
    outcome(tmp_path, bytes(data))


CELLS = st.one_of(
    st.none(),
    st.integers(-(10**18), 10**18),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.dates(D(1900, 1, 1), D(2999, 12, 31)),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=30),
    st.sampled_from(
        ["=HYPERLINK(1)", "31/12/1899", "31/12/2999", "a) Yes", "q) 6: Police", "Child Unique ID", "NULL", *PLANTED[:2]]
    ),
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(number=st.integers(1, 10), rows=st.lists(st.lists(CELLS, min_size=34, max_size=34), max_size=6))
def test_lists_of_anything_are_read_and_judged_without_telling_what_cells_hold(
    tmp_path: Path, number: int, rows: list[list[object]]
) -> None:
    headers = list_rows(number, [])[0]
    birth = headers.index("Date of Birth")
    for at, row in enumerate(rows):
        row[0] = f"id{at % 2}" if at % 3 or str(row[0]).upper().startswith("PLANTED") else row[0]
        row[birth] = BIRTH if at % 2 else "09/07/1913"
    write_book(tmp_path / NAME, {f"List {number}": [headers, *(row[: len(headers)] for row in rows)]})
    found = read_folder(tmp_path)
    assert_nothing_planted(found, PLANTED)
    judged = check_records(found, D(2024, 1, 31), Calendar.england())
    text = " ".join(str(cell) for row in judged.findings.rows() for cell in row)
    assert not any(planted in text for planted in PLANTED)


def assert_nothing_planted(delivery: Delivery, planted: tuple[str, ...]) -> None:
    text = " ".join(str(cell) for row in delivery.findings.rows() for cell in row) + delivery.covers
    assert not any(one in text for one in planted)


@pytest.mark.parametrize(
    "content",
    [
        b"Child Unique ID,Date of Contact\n1,05/01/2024\n\x00\x00",
        b"Child Unique ID,Date of Contact\n1,05/01/2024,3\n",
        b"Child Unique ID,Child Unique ID,Date of Contact\n1,1,05/01/2024\n",
        b"\xff\xfeC\x00h\x00i\x00l\x00d\x00",
        b'Child Unique ID,Date of Contact\n1,"05/01/2024\n',
        b"Child Unique ID,Date of Contact\n\xa31,05/01/2024\n",
        b"Child Unique ID,Date of Contact\n",
    ],
)
def test_broken_csv_lists_end_in_a_sentence_or_are_read(tmp_path: Path, content: bytes) -> None:
    outcome(tmp_path, content, "List 1.csv")


def test_an_id_of_more_than_a_hundred_characters_is_no_id(tmp_path: Path) -> None:
    rows = [CONTACTS[0], ["x" * 101, *CONTACTS[1][1:]], CONTACTS[1]]
    write_book(tmp_path / NAME, {"List 1": rows})
    found = read_folder(tmp_path)
    assert [one["child_id"] for one in table(found, "contacts")] == ["501"]
    assert found.findings.filter(found.findings["rule"] == "annex_a_no_child_id")["row"].to_list() == [2]
