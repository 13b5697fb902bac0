"""Why: the rules here are our own tables, so they are held against the DfE's schemas: both must find the same files right.

The findings themselves are shown first, each at its line; the comparison needs the schemas beside the project.
"""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from casetally.sources.cin_census.gathered import Gathered
from casetally.sources.cin_census.layout import Element, known_names, layout_of
from casetally.sources.cin_census.walk import walk
from casetally.sources.delivery import Delivery
from casetally.sources.given import GivenFile
from lxml import etree

from cin_census.made_up import (
    assessment,
    case,
    census,
    child,
    cin_plan,
    cp_plan,
    element,
    enquiry,
    fates,
    line_of,
    read_text,
    rules,
    said,
)

SCHEMAS = Path(__file__).parents[4] / "shared" / "specs" / "cin_census"
YEARS = range(2017, 2027)
# what the reader says beyond the schema: about what is meant, not how it is written
BEYOND = ("cin_year", "cin_same", "cin_after", "cin_begins", "cin_open", "cin_child_twice", "cin_conference", "cin_no_reference",
          "cin_reference", "cin_review", "cin_no_", "cin_parent", "cin_date_of_birth", "cin_sex")  # fmt: skip


def whole(year: int = 2024) -> str:
    """A valid census of a year with every element that it may have."""
    plans = cin_plan("2015-06-01", "2015-07-01") if year >= 2022 else ""
    reviewed = assessment("2015-05-03", "2015-06-20", ("3B", "4B")).replace(
        "<AssessmentAuth", "<AssessmentInternalReviewDate>2015-05-20</AssessmentInternalReviewDate>\n<AssessmentAuth", 1
    )
    inside = (reviewed, plans, enquiry("2015-05-04", "2015-05-20", target="2015-05-25"))
    full = case("2015-05-02", *inside, plans=(cp_plan("2015-05-20", "2015-09-01", ("2015-08-01", "2015-08-20")),),
                closed="2015-09-02", reason="RC7", conference="2015-05-19")  # fmt: skip
    first = child("c1", full, case("2016-01-01"), year=year, UPN="A123456789123", disabilities=("LD", "VIS"),
                  ExpectedPersonBirthDate="2012-06-01", PersonDeathDate="2016-02-01")  # fmt: skip
    old = "<FormerUPN>A12345678912B</FormerUPN>\n<UPNunknown>UN1</UPNunknown>\n"
    text = census(first, child("c2", case("2016-01-01"), year=year), year=year)
    text = text.replace("<PersonBirthDate>", f"{old}<PersonBirthDate>", 1).replace(
        "<LEA>", "<SourceLevel>L</SourceLevel>\n<LEA>"
    )
    made_by = "<SoftwareCode>x</SoftwareCode>\n<Release>3.1</Release>\n<SerialNo>001</SerialNo>\n"
    return text.replace("<DateTime>", f"{made_by}<DateTime>")


def faults(delivery: Delivery) -> list[str]:
    return [rule for rule in rules(delivery) if not rule.startswith(BEYOND)]


# -- what is said, and where ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("was", "becomes", "rule", "at", "column"),
    [
        ("<Ethnicity>WBRI</Ethnicity>\n", "", "cin_missing_element", "<ChildCharacteristics>", "Ethnicity"),
        ("<Ethnicity>WBRI<", "<Ethnicity>XXXX<", "cin_value_not_allowed", "<Ethnicity>", "Ethnicity"),
        ("<ReferralNFA>0<", "<ReferralNFA>false<", "cin_value_not_allowed", "<ReferralNFA>", "ReferralNFA"),
        ("<CPPendDate>2015-09-01<", "<CPPendDate>2015-09-31<", "cin_value_not_allowed", "<CPPendDate>", "CPPendDate"),
        ("<CPPendDate>2015-09-01<", "<CPPendDate><", "cin_blank_element", "<CPPendDate>", "CPPendDate"),
        ("<UPN>", "<UPN>1", "cin_value_not_allowed", "<UPN>", "UPN"),
        ("<UPN>", "<UPN>A123456789123</UPN>\n<UPN>", "cin_repeated_element", "<UPN>A", "UPN"),
        ("<UPN>", "some text\n<UPN>", "cin_stray_text", "some text", "ChildIdentifiers"),
        ("<UPN>", "<Upn>A</Upn>\n<UPN>", "cin_unknown_element", "<Upn>", ""),
        ("<UPN>", "<Sex>F</Sex>\n<UPN>", "cin_not_in_this_year", "<Sex>", "Sex"),
        ('<Child>', '<Child id="7">', "cin_unknown_attribute", "<Child ", ""),
    ],
)  # fmt: skip
def test_a_fault_is_said_once_at_its_line_and_loses_no_record(
    was: str, becomes: str, rule: str, at: str, column: str
) -> None:
    text = whole().replace(was, becomes, 1)
    delivery = read_text(text)
    line = line_of(text, at, 2 if rule == "cin_repeated_element" else 1)
    assert faults(delivery) == [rule]
    # an attribute of Child is met before the child's id is
    assert said(delivery, rule) == [("1.xml", line, "warning", column, "" if at == "<Child " else "c1")]
    assert fates(delivery) == fates(read_text(whole()))


def test_elements_out_of_order_are_read_all_the_same() -> None:
    text = whole().replace("<ReferralSource>2A</ReferralSource>\n", "", 1)
    text = text.replace(
        "<PrimaryNeedCode>N1</PrimaryNeedCode>\n",
        "<PrimaryNeedCode>N1</PrimaryNeedCode>\n<ReferralSource>2A</ReferralSource>\n",
        1,
    )
    delivery = read_text(text)
    assert said(delivery, "cin_out_of_order") == [
        ("1.xml", line_of(text, "<ReferralSource>"), "warning", "ReferralSource", "c1")
    ]
    referrals = next(one.frame for one in delivery.tables if one.table == "referrals")
    assert referrals["source"].to_list() == ["2A"] * 3


def test_a_repeated_element_counts_once_with_the_first_value_that_is_not_blank() -> None:
    text = whole().replace(
        "<ReferralSource>2A<",
        "<ReferralSource></ReferralSource>\n<ReferralSource>6</ReferralSource>\n<ReferralSource>2A<",
        1,
    )
    delivery = read_text(text)
    referrals = next(one.frame for one in delivery.tables if one.table == "referrals")
    assert referrals["source"].to_list() == ["6", "2A", "2A"]
    assert rules(delivery, "cin_repeated") == ["cin_repeated_element"] * 2


def test_a_misspelt_element_is_named_by_what_is_meant_and_any_other_is_not_named() -> None:
    for written, meant in (("ReferralSorce", "Did you mean 'ReferralSource'?"), ("JaneDoe", "")):
        delivery = read_text(whole().replace("ReferralSource", written))
        messages = delivery.findings["message"].to_list()
        assert any(meant in message for message in messages if "does not have" in message)
        assert not any(written in message for message in messages)


def test_many_faults_of_one_sort_are_counted_after_the_first_thousand() -> None:
    text = census(*(child(f"{number:04}", case("2023-05-02", nfa="no")) for number in range(1203)))
    findings = read_text(text).findings
    assert findings.height == 1001
    last = findings.filter(findings["row"] == 0)["message"].to_list()
    assert last == ["203 more like it stand in this file: 'ReferralNFA' holds what the schema for 2024 does not allow; "
                    "expected is one of 0, 1."]  # fmt: skip


@pytest.mark.parametrize(
    ("was", "becomes", "first", "last"),
    [
        ("<AssessmentFactors>3B<", "<AssessmentFactors>18A<", 2017, 2026),
        ("<AssessmentFactors>3B<", "<AssessmentFactors>18B<", 2021, 2026),
        ("<AssessmentFactors>3B<", "<AssessmentFactors>24A<", 2022, 2026),
        ("<ReferralSource>2A<", "<ReferralSource>5D<", 2023, 2026),
        ("<ReasonForClosure>RC7<", "<ReasonForClosure>RC9<", 2023, 2026),
        ("<Section47>", cin_plan("2015-06-02") + "<Section47>", 2022, 2026),
    ],
)  # fmt: skip
def test_what_came_new_is_a_fault_before_its_year_and_none_after(was: str, becomes: str, first: int, last: int) -> None:
    for year in YEARS:
        found = faults(read_text(whole(year).replace(was, becomes, 1)))
        assert (found == []) == (first <= year <= last), (year, found)


# -- the same as the DfE's schemas -----------------------------------------------------------------------------------------------


@cache
def schema_of(year: int) -> etree.XMLSchema:
    path = SCHEMAS / f"CIN_schema_{year}.xsd"
    if not path.is_file():
        pytest.skip(f"the DfE's schemas are not here: {path}")
    return etree.XMLSchema(etree.parse(path))


def both_say(text: str, year: int) -> tuple[bool, bool]:
    """Whether the schema and the reader call a file valid."""
    return schema_of(year).validate(etree.fromstring(text.encode())), faults_alone(text) == []


def faults_alone(text: str) -> list[str]:
    """The rules of the faults of a file, without making tables of it."""
    gathered = Gathered()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.xml"
        path.write_text(text, encoding="utf-8", newline="")
        walk(GivenFile(path, "a.xml"), 0, gathered)
    none = pl.DataFrame(schema={"_number": pl.UInt32, "child_id": pl.String})
    found = gathered.faults.frame(["a.xml"], none)["rule"].to_list()
    return [rule for rule in found if not rule.startswith(BEYOND)]


@pytest.mark.parametrize("year", YEARS)
def test_a_valid_census_of_each_year_has_no_fault(year: int) -> None:
    assert both_say(whole(year), year) == (True, True)


@pytest.mark.parametrize("year", YEARS)
def test_a_census_of_one_year_judged_by_another_is_wrong_for_both_or_right_for_both(year: int) -> None:
    for other in YEARS:
        text = whole(other).replace(f"<Year>{other}<", f"<Year>{year}<").replace(f"{other}-03-31", f"{year}-03-31")
        valid, clean = both_say(text, year)
        assert valid == clean, other


TEXTS = ["", " ", "0", "1", "M", "F", "U", "9", "x", "NONE", "WBRI ", " N1", "2A", "5D", "RC9", "24A", "18A", "2015-06-01",
         "2015-02-29", "2016-02-29", "2015-06-01Z", "2015-06-01+14:00", "2015-06-01+14:01", "15-06-01", "12015-06-01", "0000-01-01",
         "-0001-01-01", "2015-6-1", "2015-06-01T00:00:00", "24:00:00", "2015-06-01T24:00:00", "2015-06-01T24:00:01", "+7", "-0",
         "-1", "007", "1.0", "A123456789123", "A12345678912B", "A1234567891234", "201", "20", "2015", "UN1", "UN8", "CIN", "L",
         "\u0661"]  # fmt: skip


KEPT = ("Header", "Children", "CollectionDetails", "ReferenceDate", "LEA", "LAchildID")  # without which nothing is read


def mutated(text: str, luck: random.Random) -> str:
    """A file with one to three things changed: an element dropped, doubled, moved, renamed, emptied or with another value."""
    root = etree.fromstring(text.encode())
    for _ in range(luck.choice((1, 1, 2, 3))):
        within_header = luck.random() < 0.1
        parts = [one for one in root.iter() if one.getparent() is not None and (one in root[0].iter()) == within_header]
        parts = [
            one
            for one in parts
            if one.tag not in ("Header", "Children", "CollectionDetails", "ReferenceDate", "LEA", "LAchildID")
        ]
        if not parts:
            continue
        chosen = luck.choice(parts)
        around = chosen.getparent()
        assert around is not None
        change = luck.randrange(6)
        if change == 0:
            around.remove(chosen)
        elif change == 1:
            around.append(etree.fromstring(etree.tostring(chosen)))
        elif change == 2:
            around.insert(luck.randrange(len(around)), chosen)
        elif change == 3:
            chosen.tag = luck.choice([*sorted(known_names() - {"LAchildID", "LEA"}), "Other"])
        elif len(chosen) == 0:
            chosen.text = luck.choice(TEXTS)
        elif change == 4:
            chosen.tail = luck.choice(["\n", "x", "\u00a0", "\t "])
    return etree.tostring(root, encoding="unicode")


@pytest.mark.parametrize("seed", range(20))
def test_the_schema_and_the_reader_agree_on_mutated_files(seed: int) -> None:
    luck = random.Random(seed)  # noqa: S311 - the same files each time
    verdicts = set()
    for _ in range(20):
        year = luck.choice(YEARS)
        text = mutated(whole(year), luck)
        valid, clean = both_say(text, year)
        assert valid == clean, (year, text, schema_of(year).error_log)
        verdicts.add(valid)
    assert verdicts == {True, False}


def leaves(one: Element) -> list[Element]:
    return [leaf for part in (one.parts or {}).values() for leaf in ([part] if part.parts is None else leaves(part))]


@pytest.mark.parametrize("year", [2017, 2021, 2022, 2023, 2025, 2026])
def test_the_schema_and_the_reader_agree_on_every_value_of_every_element(year: int) -> None:
    schema = schema_of(year)
    for leaf in leaves(layout_of(year)):
        if leaf.place < 0:
            continue
        found = etree.fromstring(whole(year).encode()).find(f".//{leaf.name}")
        if found is None:
            continue
        root = found.getroottree()
        listed = [value for one in schema_values(year) for value in one]
        for text in [*TEXTS, *listed]:
            found.text = text
            assert schema.validate(root) == leaf.fits(text), (leaf.name, text)


@cache
def schema_values(year: int) -> tuple[tuple[str, ...], ...]:
    """The codes that the schema lists, by type."""
    name = "{http://www.w3.org/2001/XMLSchema}"
    types = etree.parse(SCHEMAS / f"CIN_schema_{year}.xsd").iter(f"{name}simpleType")
    return tuple(tuple(str(value.get("value")) for value in one.iter(f"{name}enumeration")) for one in types)


def test_a_namespace_is_read_and_said_to_be_wrong() -> None:
    text = whole().replace("<Message>", '<Message xmlns="http://example.org/cin">')
    assert both_say(text, 2024) == (False, False)
    assert faults(read_text(text)) == ["cin_namespace"]
    assert fates(read_text(text)) == fates(read_text(whole()))


def test_where_the_schema_lies_may_be_told_in_the_first_element() -> None:
    told = '<Message xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="CIN.xsd">'
    assert both_say(whole().replace("<Message>", told), 2024) == (True, True)


def test_a_list_that_is_empty_lacks_what_it_should_hold() -> None:
    text = census(child("c1", case("2023-05-02", element("Assessments", element("AssessmentActualStartDate", "2023-05-03"),
                                                         "<FactorsIdentifiedAtAssessment/>\n"))))  # fmt: skip
    assert both_say(text, 2024) == (False, False)
    assert [row[1:4] for row in said(read_text(text), "cin_missing_element")] == [
        (line_of(text, "<FactorsIdentified"), "warning", "AssessmentFactors")
    ]
