"""Why: files from outside are cut off, mixed up and sometimes meant to harm; none may cause a crash, or tell of a child."""

from __future__ import annotations

import random
import re
import tempfile
from pathlib import Path

import polars as pl
import pytest
from casetally.errors import InputError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ssda903_returns import Return, a_return, delivered, said, write_csv, write_xml

DATES = (
    "01/05/2020",
    "2020-05-01",
    "01/05/1899",
    "31/12/2999",
    "31/12/9999",
    "29/02/2021",
    "00/00/0000",
    "soon",
    "1/5/20",
)
CODES = ("S", "P", "L", "U4", "X1", "E11", "E4A", "K3", "C2", "PN1", "YES", "F3", "0", "1", "M", "DIED")
ODD = (
    "",
    " ",
    "'",
    '"',
    ",",
    "é",
    "\u2028",
    "\x01",
    "=1+1",
    "CHILD",
    "NULL",
    "1e99",
    "-1",
    "9" * 400,
    "<b>",
    "&amp;",
    "\ufeff",
)
IDS = ("1", "2", "3", "1.0", " 1", "", "x" * 300, "CHILD")
values = st.one_of(st.sampled_from(DATES), st.sampled_from(CODES), st.sampled_from(ODD), st.text(max_size=6))
no_surrogates = values.filter(lambda text: text.isprintable() or text in ODD)

MARKS = {  # what a finding must never hold; each looks like nothing else in a message
    "name": "Zebedee", "birth": "17/11/1993", "date": "23/09/2020", "code": "QQX", "postcode": "ZZ9 9ZZ", "free": "wept at home",
}  # fmt: skip


def read_or_refuse(folder: Path) -> str:
    """Everything that is said of these files: the findings, or the one error that stopped the reading."""
    try:
        made = delivered(folder)
    except InputError as refused:
        return str(refused)
    assert made.rows["row"].min() is None or made.rows.filter(pl.col("row") == 0).is_empty()
    aside = made.rows.filter(pl.col("disposition") == "set_aside").select("file", "row")
    told = made.findings.select("file", "row")
    assert aside.join(told, on=["file", "row"], how="anti").is_empty()
    return "\n".join(" ".join(map(str, line)) for line in made.findings.drop("record_id").rows())


def changed(made: Return, changes: list[tuple[int, int, int, str]]) -> Return:
    """The return with some cells replaced: the numbers choose kind, row and column."""
    kinds = sorted(made)
    for kind_at, row_at, column_at, value in changes:
        rows = made[kinds[kind_at % len(kinds)]]
        row = rows[row_at % len(rows)]
        column = sorted(row)[column_at % len(row)]
        row[column] = IDS[len(value) % len(IDS)] if column == "CHILD" else value
    return made


numbers = st.integers(0, 1000)
changes_of_cells = st.lists(st.tuples(numbers, numbers, numbers, no_surrogates), min_size=1, max_size=12)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(changes_of_cells)
def test_any_cells_in_csv_files_are_read_or_refused(changes: list[tuple[int, int, int, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write_csv(changed(a_return(), changes), Path(folder), "2020-21")
        read_or_refuse(Path(folder))


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(changes_of_cells)
def test_any_texts_in_an_xml_file_are_read_or_refused(changes: list[tuple[int, int, int, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        try:
            write_xml(changed(a_return(), changes), Path(folder) / "2020-21.xml")
        except KeyError:  # the change took a child's header away, which this writer needs
            return
        except IndexError:
            return
        read_or_refuse(Path(folder))


@pytest.mark.parametrize("seed", range(25))
def test_a_file_with_bytes_changed_moved_and_lost_is_read_or_refused(tmp_path: Path, seed: int) -> None:
    pick = random.Random(seed)  # noqa: S311
    write_csv(a_return(), tmp_path, "2019-20")
    write_xml(a_return(), tmp_path / "2020-21.xml")
    files = [tmp_path / "2020-21.xml", *pick.sample(sorted(tmp_path.glob("*.csv")), 2)]
    for file in files:
        data = bytearray(file.read_bytes())
        for change in pick.choices(("other byte", "lost", "twice", "cut off"), (4, 3, 3, 1), k=pick.randint(1, 3)):
            at = pick.randrange(len(data) // 2, len(data)) if change == "cut off" else pick.randrange(len(data))
            if change == "other byte":
                data[at] = pick.randrange(256)
            elif change == "lost":
                del data[at : at + pick.randint(1, 40)]
            elif change == "twice":
                data[at:at] = data[max(0, at - 60) : at]
            else:
                del data[at:]
            data = data or bytearray(b"x")
        file.write_bytes(bytes(data))
        read_or_refuse(file)
    read_or_refuse(tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        b"\0" * 100,
        b"CHILD,DECOM,RNE,LS,PLACE,DEC,REC\n7,\0,S,C1,U6,,\n",
        b"CHILD,DECOM,RNE,LS,PLACE,DEC,REC\n7,01/05/2020,S,C1",
        b'CHILD,DECOM,RNE,LS,PLACE,DEC,REC\n7,"01/05/2020,S,C1,U6,,\n',
        b"CHILD,DECOM,RNE,LS,PLACE,DEC,REC\n7,01/05/2020,S,C1,U6,,\xff\xfe\n",
        b"CHILD,DECOM,RNE,LS,PLACE,DEC,REC\n" + b"7" * 10_000_000 + b",01/05/2020,S,C1,U6,,\n",
        b"CHILD,DECOM,RNE,LS,PLACE,DEC,REC\n7,01/05/2020," + b"x" * 10_000_000 + b",C1,U6,,\n",
        b"\xff\xfeC\0H\0",
        b"PK\x03\x04" + b"\0" * 50,
        b"CHILD,DECOM,RNE,LS,PLACE,DEC,REC\n" * 3,
        b"CHILD\n7\n",
        b"CHILD,DECOM\r7,01/05/2020\r",
        b",,,,\n",
    ],
)
def test_a_csv_file_that_is_none_is_read_or_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "2020-21-episodes.csv").write_bytes(content)
    assert len(read_or_refuse(tmp_path)) < 10_000


def test_a_text_in_place_of_the_child_s_number_is_not_taken_for_an_id(tmp_path: Path) -> None:
    text = MARKS["free"] + " and more" * 20
    (tmp_path / "2020-21-episodes.csv").write_text(f"CHILD,DECOM,RNE,LS,PLACE,DEC,REC\n{text},01/05/2020,S,C1,U6,,\n")
    made = delivered(tmp_path)
    assert said(made, "no_id") == [("2020-21-episodes.csv", 2, "CHILD", "")]
    assert made.rows["disposition"].to_list() == ["set_aside"]


def planted() -> Return:
    """A return with a mark in every cell that is no id: unreadable dates, unknown codes, names, postcodes, free text."""
    made = a_return()
    made["episodes"] *= 3
    marks = sorted(MARKS.values())
    for rows in made.values():
        for number, row in enumerate(rows):
            for at, column in enumerate(sorted(set(row) - {"CHILD"})):
                row[column] = marks[(number + at) % len(marks)]
    return made


SAID_IN_DIGITS = r"\b31 March\b( \d{4})?|\b\d{1,2} \w+ (19|20)\d\d\b|'[^']+\.csv'|\d{4}-\d\d-\S+\.csv \d+|ssda903_\w+"


def all_marks(text: str) -> set[str]:
    return {name for name, mark in MARKS.items() if mark.lower() in text.lower()}


def test_findings_about_csv_files_hold_nothing_of_a_child(tmp_path: Path) -> None:
    write_csv(planted(), tmp_path, "2020-21")
    told = read_or_refuse(tmp_path)
    assert "can't be read" in told
    assert all_marks(told) == set()


def test_findings_about_an_xml_file_hold_nothing_of_a_child(tmp_path: Path) -> None:
    write_xml(planted(), tmp_path / "2020-21.xml")
    text = (
        (tmp_path / "2020-21.xml")
        .read_text()
        .replace("<UASC>", "<Zebedee born='17/11/1993'>wept at home</Zebedee><UASC>")
    )
    (tmp_path / "2020-21.xml").write_text(text)
    told = read_or_refuse(tmp_path)
    assert "no such element" in told
    assert all_marks(told) == set()


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("<UASC>", "<Zebedee>"),
        ("</UASC>", "</Zebedee>"),
        ("<UPN>", "<UPN name=Zebedee>"),
        ("<UPN>", "<UPN>&Zebedee;"),
        ("<UPN>", "<!-- wept at home -- -->"),
        ("</EXPSSDA903>", "wept at home"),
    ],
)
def test_the_error_about_a_broken_xml_file_holds_nothing_of_a_child(tmp_path: Path, was: str, becomes: str) -> None:
    write_xml(planted(), tmp_path / "2020-21.xml")
    text = (tmp_path / "2020-21.xml").read_text()
    assert was in text
    (tmp_path / "2020-21.xml").write_text(text.replace(was, becomes))
    with pytest.raises(InputError) as refused:
        delivered(tmp_path)
    assert all_marks(str(refused.value)) == set()


@pytest.mark.parametrize("kind", ["episodes", "header", "oc2", "reviews"])
def test_the_error_about_a_csv_file_without_column_names_holds_nothing_of_a_child(tmp_path: Path, kind: str) -> None:
    write_csv(planted(), tmp_path, "2020-21")
    file = tmp_path / f"2020-21-{kind}.csv"
    file.write_text("\n".join(file.read_text().splitlines()[1:]) + "\n")
    with pytest.raises(InputError) as refused:
        delivered(tmp_path)
    assert all_marks(str(refused.value)) == set()


def test_no_message_of_the_reader_can_hold_a_value(tmp_path: Path) -> None:
    """Apart from file names and years, no message holds digits: they'd be a date or a number of a record."""
    write_csv(planted(), tmp_path, "2020-21")
    for line in read_or_refuse(tmp_path).splitlines():
        message = re.sub(SAID_IN_DIGITS, "", line)
        assert not re.search(r"\d{2}", message), line
