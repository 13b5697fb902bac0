"""Why: indicators that nobody ships, made of well-typed pieces of the language, so that the engine is tried on every shape.

Each is written as an analyst would write it, in YAML, and read by the loader; only the checks of the loader stand between.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml
from casetally.definitions import Library, load_library
from casetally.definitions.indicators import load_indicators
from casetally.definitions.record_sets import RecordSet
from reference.record_sets import ROWS_ON

from generative.cases import CODES, SUBJECTS

# texts that the reference marks in its own way, and days that only the engine's spells have
NOT_COMPARED = ("family", "investigation", "from_day", "until_day")
DAYS = ("2023-03-31", "2023-04-01", "2023-05-08", "2024-02-29")
COUNTS = (0, 1, 3, 10, 20, 45)
MONTHS = (0, 1, 3, 6, 12, 24)
NOT_IN_A_RATIO = frozenset({"median", "average"})  # a ratio divides counts
MEASURES = ("count", "distinct", "share", "share", "share of children", "clock", "clock", "average", "median", "rate")
CODES_SEEN = sorted({code for codes in CODES.values() for code in codes})


def library_of(texts: Mapping[str, Mapping[str, Any]]) -> Library:
    """The shipped library with these indicators, read from a file as an authority's own would be, in place of the shipped."""
    library = load_library()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "indicators").mkdir()
        written = yaml.safe_dump(dict(texts), sort_keys=False, width=100_000)
        (Path(folder) / "indicators" / "made_up.yaml").write_text(written, encoding="utf-8")
        indicators = load_indicators((Path(folder),), library.record_sets, library.limits)
    return replace(library, indicators=indicators)


@cache
def record_sets_of(subject: str) -> tuple[RecordSet, ...]:
    """The record sets whose rows are records of the subject's tables."""
    return tuple(one for one in load_library().record_sets.values() if one.text.base in SUBJECTS[subject])


def random_definitions(subject: str, seed: int, count: int = 6) -> dict[str, dict[str, Any]]:
    """Indicators as they would stand in a file, by id: the same ones for the same seed."""
    chance = Random(f"definitions {subject} {seed}")  # noqa: S311 - a test wants to be repeated
    found: dict[str, dict[str, Any]] = {}
    for number in range(1, count + 1):
        found[f"made_up_{number}"] = _Writing(chance, chance.choice(record_sets_of(subject))).indicator()
    parts = [name for name in sorted(found) if not NOT_IN_A_RATIO & set(found[name])]
    if parts:
        of, to = chance.choice(parts), chance.choice(parts)
        weeks = bool(found[of].get("weeks") and found[to].get("weeks"))
        found["made_up_ratio"] = {**_about(), "ratio": {"of": of, "to": to}, "weeks": weeks}
    return found


def _about() -> dict[str, str]:
    return {"title": "Made up", "meaning": "Made up for a test.", "source": "This test"}


class _Writing:
    """Writes one indicator over one record set."""

    def __init__(self, chance: Random, record_set: RecordSet) -> None:
        self.chance, self.record_set = chance, record_set
        self.columns = {name: kind for name, kind in record_set.types.items() if name not in NOT_COMPARED}
        self.by_day = record_set.name in ROWS_ON
        self.is_stock = self.by_day or ("ended_on" in self.columns and self.pick((True, False)))

    def pick(self, values: Iterable[Any]) -> Any:
        return self.chance.choice(tuple(values))

    def of_type(self, *kinds: str) -> list[str]:
        return sorted(name for name, kind in self.columns.items() if kind in kinds)

    def indicator(self) -> dict[str, Any]:
        text: dict[str, Any] = {**_about(), "count": self.record_set.name, **self.dating(), **self.measure()}
        if self.pick((True, False)):
            text["where"] = self.condition(2, as_at=True)
        if self.pick((True, False, False)):
            text["weeks"] = True
        if self.pick((True, False, False)):
            text["looks_back"] = self.pick((6, 12, 24))
        if "rate" not in text and self.pick((True, False)):
            text["breakdowns"] = self.pick(([], ["sex"], ["age_band", "ethnicity"]))
        return text

    def dating(self) -> dict[str, Any]:
        if self.by_day:
            return {"open": ["from_day", "until_day"]}
        dates = self.of_type("date")
        if self.is_stock:
            until = self.pick(("ended_on", "ended_on", f"least(ended_on, {self.day(1)})"))
            return {"open": [self.pick(("started_on", "started_on", *dates)), until]}
        when = self.pick((*dates, self.day(1)))
        return {"when": when}

    def measure(self) -> dict[str, Any]:
        kind = self.pick(MEASURES)
        if kind == "share":
            unsettled = {"unsettled": self.condition(1, as_at=False)} if self.pick((True, False, False)) else {}
            return {"share": self.condition(2, as_at=True), **unsettled}
        if kind == "share of children":
            return {"share": self.condition(2, as_at=True), "distinct": "child_id"}
        if kind == "clock":
            return {"clock": self.clock()}
        if kind in ("average", "median"):
            return {kind: self.number(1)}
        if kind == "rate":
            return {"rate": self.pick((1000, 10000)), **self.pick(({}, {"distinct": "child_id"}))}
        key = self.pick([name for name in self.of_type("text") if name not in ("team",)])
        return {"distinct": self.pick(("child_id", key))} if kind == "distinct" else {}

    def clock(self) -> dict[str, Any]:
        start = self.pick(self.of_type("date") or ("date '2023-04-01'",))
        due = self.pick(
            (
                f"add_working_days({start}, {self.pick(COUNTS)})",
                f"months_after({start}, {self.pick(MONTHS)})",
                f"days_after({start}, limit('cp_visit_days', {start}))",
                f"months_after({start}, limit('care_later_review_months', {start}))",
                f"add_working_days({start}, limit('assessment_working_days', {start}))",
            )
        )
        if self.is_stock:
            return {"from": start, "due": due}
        late = self.pick(({}, {"met_before_start": "late"}))
        return {"from": start, "due": due, "met": self.pick(self.of_type("date") or ("date '2023-04-01'",)), **late}

    def day(self, depth: int) -> str:
        """A date expression without as_at."""
        dates = self.of_type("date") or ["date '2023-04-01'"]
        date = self.pick(dates)
        if depth == 0:
            return str(self.pick((date, date, f"date '{self.pick(DAYS)}'", "run_as_at")))
        inner = self.day(depth - 1)
        forms = [
            date,
            f"months_after({inner}, {self.pick(MONTHS)})",
            f"months_before({inner}, {self.pick(MONTHS)})",
            f"days_after({inner}, {self.pick(COUNTS)})",
            f"{inner} - {self.pick(COUNTS)}",
            f"add_working_days({inner}, {self.pick(COUNTS)})",
            f"birthday({inner}, {self.pick((0, 1, 5))})",
            f"coalesce({date}, {inner})",
            f"least({date}, {inner})",
            f"greatest({date}, {inner})",
            f"month_end({inner})",
            f"month_start({inner})",
            f"financial_year_start({inner})",
            f"case when {self.atom(as_at=False)} then {date} else {inner} end",
        ]
        forms += [f"on_day({moment})" for moment in self.of_type("datetime")]
        return str(self.pick(forms))

    def number(self, depth: int) -> str:
        """A whole number or, rarely, one with decimals."""
        forms = [
            f"days({self.day(depth)}, {self.day(0)})",
            f"working_days({self.day(depth)}, {self.day(0)})",
            f"age_on({self.day(0)}, {self.day(0)})",
            f"year_of({self.day(depth)})",
            f"month_of({self.day(0)}) - 1",
            f"weekday_of({self.day(0)})",
            f"case when {self.atom(as_at=False)} then 1 else {self.pick(('0', 'null'))} end",
            *self.of_type("integer", "number"),
            *(f"-{name} * 2" for name in self.of_type("integer")),
            *(f"length({name})" for name in self.of_type("text")),
        ]
        return str(self.pick(forms))

    def condition(self, depth: int, *, as_at: bool) -> str:
        if depth == 0:
            return self.atom(as_at=as_at)
        left, right = self.condition(depth - 1, as_at=as_at), self.condition(depth - 1, as_at=as_at)
        return str(
            self.pick(
                (
                    left,
                    f"({left}) and ({right})",
                    f"({left}) or ({right})",
                    f"not ({left})",
                    f"case when {left} then {right} else {self.pick(('true', 'null', 'false'))} end",
                )
            )
        )

    def atom(self, *, as_at: bool) -> str:
        """One comparison."""
        if as_at and self.pick((True, False)):
            return self.as_at_atom()
        forms = [self.date_atom]
        if self.of_type("text"):
            forms.append(self.text_atom)
        if self.of_type("boolean"):
            forms.append(self.boolean_atom)
        if self.of_type("integer", "number"):
            forms.append(self.number_atom)
        return str(self.pick(forms)())

    def as_at_atom(self) -> str:
        """A comparison with the day on which a stock is read, each solvable for a day; or with the days of a flow's period."""
        day, compare, count = self.day(1), self.pick(("<", "<=", ">", ">=", "=", "<>")), self.pick(COUNTS)
        forms = [
            f"as_at {compare} {day}",
            f"{day} {compare} as_at",
            f"age_on({day}, as_at) {compare} {self.pick((0, 1, 5))}",
            f"{self.pick((0, 1, 5))} {compare} age_on({day}, as_at)",
            f"days({day}, as_at) {compare} {count}",
            f"working_days({day}, as_at) {compare} {count}",
            f"{count} {compare} working_days({day}, as_at)",
            f"as_at between {day} and {self.day(1)}",
            f"as_at not between {day} and {self.day(1)}",
            f"days({day}, as_at) between 0 and {count}",
            f"working_days({day}, as_at) between 1 and {count}",
        ]
        if not self.is_stock:
            forms += [f"{day} {compare} months_before(period_start, 1)", f"{day} {compare} period_end"]
        return str(self.pick(forms))

    def date_atom(self) -> str:
        day, other, compare = self.day(1), self.day(0), self.pick(("<", "<=", ">", ">=", "=", "<>"))
        return str(
            self.pick(
                (
                    f"{day} {compare} {other}",
                    f"working_days({day}, {other}) {compare} {self.pick(COUNTS)}",
                    f"days({other}, {day}) between 0 and {self.pick(COUNTS)}",
                    f"{day} is null",
                    f"{day} is not null",
                    f"is_working_day({day})",
                    f"weekday_of({day}) in (6, 7)",
                    f"{day} between {other} and months_after({other}, 3)",
                )
            )
        )

    def text_atom(self) -> str:
        name = self.pick(self.of_type("text"))
        listed = self.record_set.codes.get(name, frozenset())
        codes = sorted(listed & set(CODES_SEEN)) or sorted(listed) or CODES_SEEN
        code, other = self.pick(codes), self.pick(codes)
        return str(
            self.pick(
                (
                    f"{name} = '{code}'",
                    f"{name} <> '{code}'",
                    f"{name} in ('{code}', '{other}')",
                    f"{name} not in ('{code}', '{other}')",
                    f"{name} in ('{code}', null)",
                    f"{name} is null",
                    f"starts_with({name}, '{code[0]}')",
                    f"length(coalesce({name}, '')) > 3",
                    f"lower({name}) = upper({name})",
                )
            )
        )

    def boolean_atom(self) -> str:
        name = self.pick(self.of_type("boolean"))
        return str(self.pick((name, f"not {name}", f"{name} is not true", f"{name} is false", f"{name} = false")))

    def number_atom(self) -> str:
        name = self.pick(self.of_type("integer", "number"))
        forms = ("{} > 0", "{} + 1 <= 2", "{} between 1 and 20", "-{} * 2 < -20.5", "{} is null")
        return str(self.pick(forms)).format(name)
