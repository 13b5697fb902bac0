"""Why: definitions are YAML that people edit: it must mean what it looks like, and each mistake must be found on its line."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

import pytest
from casetally.errors import DefinitionError
from casetally.yaml_files import YamlDocument, load_yaml
from hypothesis import given, settings
from hypothesis import strategies as st


def read(text: str, folder: Path | None = None) -> YamlDocument:
    with tempfile.TemporaryDirectory(dir=folder) as made:
        path = Path(made) / "a.yaml"
        path.write_text(text, encoding="utf-8")
        return load_yaml(path, "a.yaml")


def refused(text: str) -> str:
    with pytest.raises(DefinitionError) as wrong:
        read(text)
    return wrong.value.render()


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("off", "off"),
        ("Y", "Y"),
        ("True", "True"),
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("12", 12),
        ("-3", -3),
        ("0", 0),
        ("012", "012"),  # a code with a leading zero stays as written
        ("0o17", "0o17"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("12:30", "12:30"),  # no number to the base of 60
        ("1.5", 1.5),
        ("1e3", "1e3"),
        (".inf", ".inf"),
        ("2023-04-01", dt.date(2023, 4, 1)),
        ("2023-04", "2023-04"),  # a month
        ("2023-04-01T10:00:00", "2023-04-01T10:00:00"),
        ("'2023-04-01'", "2023-04-01"),
        ('"12"', "12"),
        ("'no'", "no"),
        ("E11", "E11"),
        ("1 of 2", "1 of 2"),
    ],
)
def test_a_value_means_what_it_looks_like(written: str, means: object) -> None:
    found = read(f"a: {written}\n").data["a"]
    assert found == means
    assert type(found) is type(means)


def test_nothing_after_a_name_is_no_value() -> None:
    assert read("a:\nb: [1, x]\n").data == {"a": None, "b": [1, "x"]}


def test_a_name_that_stands_twice_is_refused_where_it_stands_again() -> None:
    assert refused("one: 1\ntwo:\n  title: a\n  title: b\n") == "\n".join([
        "a.yaml:4:3: The key 'title' stands here a second time.",
        "      title: b",
        "      ^^^^^",
        "Remove one of the two, or rename it.",
    ])  # fmt: skip


def test_a_day_that_is_not_in_the_calendar_is_refused() -> None:
    assert refused("from: 2023-02-29\n").splitlines()[:3] == [
        "a.yaml:1:7: '2023-02-29' is not a date in the calendar.",
        "    from: 2023-02-29",
        "          ^^^^^^^^^^",
    ]


def test_what_is_no_yaml_is_refused_with_its_place() -> None:
    message = refused("a: [1\nb: 2\n")
    assert message.startswith("a.yaml:2:")
    assert "Check the indentation" in message


@pytest.mark.parametrize("text", ["<<: {a: 1}\n", "[a, b]: 1\n", "{a: 1}: 2\n"])
def test_names_are_plain(text: str) -> None:
    assert "Keys must be plain names." in refused(text)


def test_a_file_that_is_not_utf8_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"title: caf\xe9\n")
    with pytest.raises(DefinitionError) as wrong:
        load_yaml(path, "a.yaml")
    assert wrong.value.render() == "a.yaml: The file is not UTF-8 text.\nSave it as UTF-8."


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"\xef\xbb\xbftitle: x\n")
    assert load_yaml(path).data == {"title": "x"}


def test_a_control_character_is_refused_on_its_line() -> None:
    assert refused("title: a\nunit: b\x07\n").startswith("a.yaml:2: A control character stands here")


def test_a_value_that_holds_itself_is_refused() -> None:
    assert refused("a: &all [*all]\n").startswith("a.yaml: A value of this file holds itself.")


@pytest.mark.parametrize("text", ["- a\n- b\n", "hello\n", "12\n"])
def test_a_file_of_names_must_hold_names(text: str) -> None:
    with pytest.raises(DefinitionError) as wrong:
        read(text).entries()
    assert str(wrong.value).startswith("a.yaml:1:1: This file should hold names")


@pytest.mark.parametrize("text", ["", "# nothing yet\n"])
def test_an_empty_file_holds_nothing(text: str) -> None:
    assert read(text).entries() == {}


PLACES = """\
visits:
  plain: one and two
  over: one
    and two
  quoted: "one and two"
  single: 'it''s one and two'
  escaped: "say \\"one\\" and \\
    and two"
  folded: >
    one
    and two
  literal: |
    one
      and two
  list: [one, two and three]
  deep: [{due: one and two}]
"""


@pytest.mark.parametrize(
    ("path", "word", "line", "column"),
    [
        (("visits", "plain"), "one", 2, 10),
        (("visits", "plain"), "two", 2, 18),
        (("visits", "over"), "one", 3, 9),
        (("visits", "over"), "two", 4, 9),
        (("visits", "quoted"), "one", 5, 12),
        (("visits", "quoted"), "two", 5, 20),
        (("visits", "single"), "it", 6, 12),
        (("visits", "single"), "one", 6, 18),
        (("visits", "escaped"), "say", 7, 13),
        (("visits", "escaped"), "one", 7, 19),
        (("visits", "escaped"), "two", 8, 9),
        (("visits", "folded"), "one", 10, 5),
        (("visits", "folded"), "and", 11, 5),
        (("visits", "folded"), "two", 11, 9),
        (("visits", "literal"), "one", 13, 5),
        (("visits", "literal"), "two", 14, 11),
        (("visits", "list", 1), "three", 15, 23),
        (("visits", "deep", 0, "due"), "two", 16, 24),
    ],
)
def test_a_word_inside_a_value_is_found_where_it_stands(
    path: tuple[str | int, ...], word: str, line: int, column: int
) -> None:
    document = read(PLACES)
    value = document.data
    for part in path:
        value = value[part]
    place = document.place(path, value.index(word))
    assert (place.file, place.line, place.column) == ("a.yaml", line, column)
    assert document.source_line(place)[column - 1 :].startswith(word)


def test_a_name_is_placed_apart_from_its_value_and_what_is_not_there_by_what_holds_it() -> None:
    document = read(PLACES)
    assert str(document.place(("visits", "plain", "<key>"))) == "a.yaml:2:3"
    assert str(document.place(("visits", "missing"))) == "a.yaml:2:3"  # the values of 'visits' begin here
    assert str(document.place(("absent",))) == "a.yaml:1:1"
    assert str(read("").place()) == "a.yaml"


def test_what_goes_over_several_lines_is_underlined_on_its_first() -> None:
    document = read("a:\n  share: >\n    one and\n    two\n")
    lines = document.error(("a", "share"), "Wrong.", width=11).render().splitlines()
    assert lines == ["a.yaml:3:5: Wrong.", "        one and", "        ^^^^^^^"]


WORDS = st.text("abcdefgh_()<=>'0123456789,.", min_size=1, max_size=9).filter(
    lambda word: not word.startswith(("#", "-"))
)


@settings(max_examples=200, deadline=None)
@given(
    rows=st.lists(st.lists(WORDS, min_size=1, max_size=4), min_size=1, max_size=5),
    style=st.sampled_from([">", ">-", "|", "|-", "double", "plain"]),
    indent=st.integers(1, 6),
    gap=st.integers(1, 3),
    data=st.data(),
)
def test_every_character_of_a_folded_text_is_found_where_it_stands(
    rows: list[list[str]], style: str, indent: int, gap: int, data: st.DataObject
) -> None:
    """Whatever way a text is laid out over lines, the place of its n-th character holds that character."""
    margin = " " * (indent + 2)
    lines = [(" " * gap).join(row) for row in rows]
    if style == "double":
        lines = ['"' + lines[0], *lines[1:]]
        lines[-1] += '"'
    if style == "plain":
        lines[0] = "x" + lines[0].replace(",", "")
    written = ("\n" + margin).join(([] if style in ("double", "plain") else [style]) + lines)
    document = read(f"first: 1\nx:\n  key: {written}\n  last: 2\n")
    value = document.data["x"]["key"]
    offset = data.draw(st.sampled_from([at for at, character in enumerate(value) if not character.isspace()]))
    place = document.place(("x", "key"), offset)
    assert document.source_line(place)[place.column - 1] == value[offset]
    at_the_same_word = value[offset:].split()[0]
    assert document.source_line(place)[place.column - 1 :].startswith(at_the_same_word)


def test_values_that_stand_for_others_over_and_over_are_refused_before_they_fill_the_memory() -> None:
    lines = ["  - &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"  - &a{at} [{', '.join([f'*a{at - 1}'] * 9)}]" for at in range(1, 9)]
    assert "holds more than 200,000 values" in refused("files:\n" + "\n".join(lines))


@pytest.mark.parametrize(
    "text",
    [
        "[" * 50_000,
        "a: " + "{b: " * 50_000,
        "- " * 50_000 + "x",
        "[\n" * 50_000,
        "? " * 50_000,
        "a: " + "[" * 600 + "]" * 600,
    ],
)
def test_values_nested_deeper_than_any_are_refused_and_do_not_end_the_program(text: str) -> None:
    assert "nested deeper" in refused(text)


def test_a_long_list_is_no_deep_one() -> None:
    assert len(read(f"a: [{', '.join(['[1]'] * 3000)}]").data["a"]) == 3000
