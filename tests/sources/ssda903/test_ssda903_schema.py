"""Why: the table of the XML's elements is only worth something if it says what the DfE's schema says."""

from __future__ import annotations

from pathlib import Path

import pytest
from casetally.sources.ssda903.cla_schema import elements_of
from casetally.sources.ssda903.layout import LAYOUTS
from lxml import etree

SCHEMA = Path(__file__).parents[4] / "shared" / "specs" / "ssda903" / "CLA.xsd"
XS = "{http://www.w3.org/2001/XMLSchema}"
HOLDERS = ("CHILD", "HEADER", "EPISODE", "AMISSING", "AREVIEW", "OC2", "AD_PLACED", "PERMANENCE")


@pytest.fixture(scope="module")
def holders() -> dict[str, etree._Element]:
    if not SCHEMA.is_file():
        pytest.skip(f"NOT RUN: the schema is not here: {SCHEMA}")
    return {str(one.get("name")): one for one in etree.parse(SCHEMA).iter(f"{XS}element")}


@pytest.mark.parametrize("parent", HOLDERS)
def test_the_elements_and_how_often_they_may_stand_are_the_schema_s(
    holders: dict[str, etree._Element], parent: str
) -> None:
    inside = holders[parent].findall(f"{XS}complexType/{XS}sequence/{XS}element")
    expected = [(one.get("name"), one.get("minOccurs", "1") == "1", int(one.get("maxOccurs", "1"))) for one in inside]
    assert [(rule.name, rule.required, rule.most) for rule in elements_of(parent).values()] == expected


@pytest.mark.parametrize("parent", HOLDERS[1:])
def test_the_lengths_and_forms_are_the_schema_s(holders: dict[str, etree._Element], parent: str) -> None:
    for rule in elements_of(parent).values():
        if not rule.column:
            continue
        limits = {one.tag.removeprefix(XS): one.get("value") for one in holders[rule.name].iter() if one.get("value")}
        if "pattern" in limits:
            assert rule.form == ("date or blank" if str(limits["pattern"]).endswith("?") else "date")
            continue
        shortest = limits.get("length", limits.get("minLength"))
        longest = limits.get("length", limits.get("maxLength"))
        if rule.name == "PL":  # the schema at hand is older than the placement codes of three letters
            longest = "3"
        assert (str(rule.shortest), str(rule.longest)) == (shortest, longest), rule.name


def test_every_element_is_read_as_a_column_of_the_return() -> None:
    for parent in HOLDERS[1:]:
        for rule in elements_of(parent).values():
            assert not rule.column or rule.column in {*LAYOUTS[rule.kind].columns, "UASC"}
