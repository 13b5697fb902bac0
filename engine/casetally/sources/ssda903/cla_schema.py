"""Why: a return as XML has a schema, and where it departs from that schema a value may be lost or misread; that must be said.

`cla_elements.csv` holds the schema as a table (CLA.xsd, version 3.3.0; a placement code of three letters came in 2026): for each
element its parent, the file of the return and the column that it is read as, and what may be in it. A fault is a warning: what
can be read is read.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from casetally.sources.column_names import slip_of

_FILE = Path(__file__).with_name("cla_elements.csv")
_DATE = re.compile(r"[0-3]\d/[01]\d/\d{4}")
_MOST_UNKNOWN = 5  # elements without a meaning that are named of one record
HEADER_KINDS = ("header", "uasc", "ad1", "oc3")  # the files of which a HEADER holds a row each


@dataclass(frozen=True)
class ElementRule:
    """One element of the schema. `kind` and `column`: what it is read as; `column` is blank for one that holds others."""

    parent: str
    name: str
    kind: str
    column: str
    required: bool
    most: int
    shortest: int | None
    longest: int | None
    form: str

    def fits(self, value: str) -> bool:
        """Whether a value has the length or the form that the schema asks for."""
        if self.form:
            return (not value and self.form != "date") or _DATE.fullmatch(value) is not None
        return (self.shortest or 0) <= len(value) and (self.longest is None or len(value) <= self.longest)


@dataclass(frozen=True)
class Fault:
    """A departure from the schema: its rule, the column meant, and a sentence that holds nothing of the record."""

    rule: str
    column: str
    message: str


@cache
def elements_of(parent: str) -> Mapping[str, ElementRule]:
    """The elements that may stand in this one, by name, in the schema's order."""
    return {rule.name: rule for rule in _rules() if rule.parent == parent}


@cache
def columns_of(kind: str) -> Mapping[str, str]:
    """What one file of the return has in the XML: element -> column."""
    return {rule.name: rule.column for rule in _rules() if rule.kind == kind and rule.column}


@cache
def _rules() -> tuple[ElementRule, ...]:
    with _FILE.open(encoding="utf-8", newline="") as file:
        return tuple(
            ElementRule(
                row["parent"],
                row["element"],
                row["kind"],
                row["column"],
                row["required"] == "yes",
                int(row["most"]),
                int(row["shortest"]) if row["shortest"] else None,
                int(row["longest"]) if row["longest"] else None,
                row["form"],
            )
            for row in csv.DictReader(file)
        )


def faults_in(parent: str, names: Sequence[str], values: Mapping[str, str]) -> Iterator[Fault]:
    """How an element departs from the schema.

    `names`: the elements in it, in their order; `values`: the texts of those that hold one.
    """
    yield from _faults_of_structure(parent, tuple(names))
    rules = elements_of(parent)
    for name, value in values.items():
        if not rules[name].fits(value):
            wanted = "a date as dd/mm/yyyy" if rules[name].form else "a text of another length"
            says = f"The schema asks for {wanted} in {name}; it is read as written."
            yield Fault("value_form", rules[name].column, says)


@lru_cache(maxsize=10_000)
def _faults_of_structure(parent: str, names: tuple[str, ...]) -> tuple[Fault, ...]:
    """What is wrong with which elements stand where: the same for all records that are built alike."""
    rules = elements_of(parent)
    counts = Counter(names)
    found: list[Fault] = []
    for name in [name for name in counts if name not in rules][:_MOST_UNKNOWN]:
        near = slip_of(name, rules)
        asks = f"; is '{near}' meant?" if near else "."
        says = f"The schema has no such element in {parent}, so it is not read{asks}"
        found.append(Fault("unknown_element", near or "", says))
    for name, rule in rules.items():
        if rule.required and not counts[name]:
            says = f"{parent} lacks the element {name} that the schema asks for."
            found.append(Fault("element_missing", rule.column, says))
        if counts[name] > rule.most:
            stands = "stands twice or more; the first is read" if rule.column else f"stands more than {rule.most} times"
            found.append(Fault("element_too_often", rule.column, f"In {parent} the element {name} {stands}."))
    at = {name: position for position, name in enumerate(rules)}
    order = [at[name] for name in names if name in at]
    if order != sorted(order):
        says = f"The elements of {parent} stand in another order than the schema's."
        found.append(Fault("element_order", "", says))
    return tuple(found)
