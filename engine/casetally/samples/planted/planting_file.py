"""Why: what is particular to one report is data, `planting/*.yaml` beside its figures, and a slip in it is shown where it stands.

A file holds `facts` (how a whole number a month follows from printed figures), `settings` (anything a planter asks for by
name) and `let_go` (printed figures that cannot be met, each with its reason). One of the files also says the `months`
that the report covers, the `population` behind its rates and the `authority`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from casetally.errors import CallError, DefinitionError, did_you_mean
from casetally.periods import month_end, read_month
from casetally.samples.planted.printed import Printed
from casetally.yaml_files import Path_, YamlDocument, load_yaml

FORMS = (
    "count", "numerator_of", "denominator_of", "denominator_for", "share", "percent", "rate", "fits", "each", "by_month",
)  # fmt: skip

REF_KEYS = (
    "count", "numerator_of", "denominator_of", "denominator_for", "share", "percent", "rate", "cumulative_share", "rolling",
)  # fmt: skip


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Fact(_Part):
    """One fact: exactly one of the forms, or `denominator_for` with `share`. A ref may be followed by '| breakdown'."""

    count: str | None = None
    numerator_of: str | None = None
    denominator_of: str | None = None
    denominator_for: str | None = None  # a ref with printed counts, or another fact
    share: str | None = None
    percent: str | None = None  # a share of what the planter itself has planted: asked for with Facts.part
    rate: str | None = None
    fits: tuple[str, ...] | None = None
    each: int | None = None
    by_month: Mapping[str, int] | None = None
    of: str | None = None  # the fact that a share is of
    breakdown: str = ""
    basis: str | None = None
    blank: int | None = None  # what an empty cell means
    cumulative: bool = False  # the printed values run since 1 April; the month is the difference
    rolling: str | None = None  # the printed rate of the last 12 months: gives the 11 months before the first, too
    earlier: tuple[str, ...] = ()  # months before the first for which the count is printed too
    also: tuple[str, ...] = ()  # printed year-to-date shares that must hold too
    cumulative_share: str | None = None
    per: int = 10_000
    population: int | None = None
    near: float | None = None
    why: str = ""

    @property
    def form(self) -> str:
        return next(form for form in FORMS if getattr(self, form) is not None)

    @property
    def refs(self) -> Iterator[tuple[str, str]]:
        """Every ref that is named, with the key under which it stands."""
        for key in REF_KEYS:
            if (ref := getattr(self, key)) is not None:
                yield key, ref
        yield from (("fits", ref) for ref in self.fits or ())
        yield from (("also", ref) for ref in self.also)


class GivenUp(_Part):
    """Printed figures that cannot be met, as the file writes them: one period and breakdown, or lists of them."""

    ref: str
    basis: str
    period: str | tuple[str, ...]
    breakdown: str | tuple[str, ...] = ""
    why: str


class _Months(_Part):
    first: str
    last: str


class Population(_Part):
    mid_year: int
    population: int


class _File(_Part):
    months: _Months | None = None
    population: Population | None = None
    authority: str | None = None
    facts: Mapping[str, Fact] = {}
    settings: Mapping[str, Any] = {}
    let_go: tuple[GivenUp, ...] = ()


@dataclass(frozen=True)
class Declared:
    """All planting files of one report. `places` finds the file in which a fact stands, for messages."""

    months: tuple[str, ...]
    population: Population | None
    authority: str | None
    facts: Mapping[str, Fact]
    settings: Mapping[str, Any]
    let_go: tuple[GivenUp, ...]
    places: Mapping[str, YamlDocument]

    def mistake(self, fact: str, says: str, hint: str = "", key: str = "") -> DefinitionError:
        path: Path_ = ("facts", fact, key) if key else ("facts", fact, "<key>")
        return self.places[fact].error(path, says, hint=hint, width=1 if key else len(fact))


def read_planting(folder: Path, printed: Printed) -> Declared:
    """All of `folder/*.yaml`, checked against the printed figures. Raises DefinitionError or CallError."""
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        raise CallError(
            f"'{folder}' holds no planting files.",
            hint="Records can be planted behind a report that has planting/*.yaml beside its figures.csv.",
        )
    documents = [load_yaml(path, f"{folder.parent.name}/{folder.name}/{path.name}") for path in paths]
    files = [_file(document) for document in documents]
    facts: dict[str, Fact] = {}
    settings: dict[str, Any] = {}
    places: dict[str, YamlDocument] = {}
    for document, file in zip(documents, files, strict=True):
        _once(document, "facts", file.facts, facts)
        _once(document, "settings", file.settings, settings)
        facts.update(file.facts)
        settings.update(file.settings)
        places.update(dict.fromkeys(file.facts, document))
    months = _months(folder, documents, files)
    for document, file in zip(documents, files, strict=True):
        for name, fact in file.facts.items():
            _check_fact(document, name, fact, facts, printed, months)
        for at, gone in enumerate(file.let_go):
            _check_let_go(document, at, gone, printed)
    return Declared(
        months,
        next((file.population for file in files if file.population), None),
        next((file.authority for file in files if file.authority), None),
        facts, settings, tuple(gone for file in files for gone in file.let_go), places,
    )  # fmt: skip


def _file(document: YamlDocument) -> _File:
    try:
        return _File.model_validate(document.entries())
    except ValidationError as fault:
        first = fault.errors()[0]
        path = tuple(part for part in first["loc"] if isinstance(part, (str, int)))
        if first["type"] == "extra_forbidden":
            name = str(path[-1])
            known = {1: _File, 3: GivenUp if path[0] == "let_go" else Fact}.get(len(path), Population)
            hint = did_you_mean(name, known.model_fields, else_say="Known here: " + ", ".join(known.model_fields) + ".")
            raise document.error(
                (*path, "<key>"), f"'{name}' is not known here.", width=len(name), hint=hint
            ) from fault
        raise document.error(path, f"{first['msg']}.") from fault


def _once(
    document: YamlDocument, part: Literal["facts", "settings"], new: Mapping[str, Any], known: Mapping[str, Any]
) -> None:
    for name in new:
        if name in known:
            raise document.error(
                (part, name, "<key>"),
                f"'{name}' stands in another planting file too.",
                width=len(name),
                hint="Rename one of the two.",
            )


def _months(folder: Path, documents: list[YamlDocument], files: list[_File]) -> tuple[str, ...]:
    for document, file in zip(documents, files, strict=True):
        if file.months is None:
            continue
        ends = []
        for key in ("first", "last"):
            try:
                ends.append(read_month(getattr(file.months, key)))
            except CallError as fault:
                raise document.error(("months", key), fault.says, hint=fault.hint) from fault
        day, last = ends
        if last < day:
            raise document.error(("months", "last"), "The last month is before the first.", hint="Swap the two.")
        found = []
        while day <= last:
            found.append(f"{day:%Y-%m}")
            day = (month_end(day).replace(day=28) + (last.resolution * 7)).replace(day=1)
        return tuple(found)
    raise CallError(
        f"No file in '{folder}' says which months are covered.",
        hint="Write 'months: {first: 2023-04, last: 2023-09}' in one of them.",
    )


def _check_fact(
    document: YamlDocument,
    name: str,
    fact: Fact,
    facts: Mapping[str, Fact],
    printed: Printed,
    months: tuple[str, ...],
) -> None:
    at: Path_ = ("facts", name)
    forms = [form for form in FORMS if getattr(fact, form) is not None]
    if len(forms) != 1 and forms != ["denominator_for", "share"]:
        said = " and ".join(forms) or "none of them"
        raise document.error(
            (*at, "<key>"), f"A fact has one form; '{name}' has {said}.", width=len(name),
            hint="Use one of: " + ", ".join(FORMS) + " (denominator_for goes with share).",
        )  # fmt: skip
    if fact.form == "share" and fact.of is None:
        raise document.error(
            (*at, "<key>"), f"'{name}' is a share of nothing.", width=len(name), hint="Add 'of: FACT'."
        )
    if fact.of is not None and fact.of not in facts:
        raise document.error(
            (*at, "of"), f"There is no fact '{fact.of}'.", width=len(fact.of), hint=did_you_mean(fact.of, facts)
        )
    for key, text in fact.refs:
        ref, breakdown = split_ref(text, fact.breakdown)
        if key == "denominator_for" and ref in facts:
            continue
        if ref not in printed.refs:
            hint = did_you_mean(ref, printed.refs, else_say="The refs stand in figures.csv.")
            raise document.error((*at, key), f"No figure is printed under '{ref}'.", width=len(ref), hint=hint)
        if breakdown and breakdown not in printed.breakdowns(ref):
            hint = did_you_mean(breakdown, printed.breakdowns(ref))
            raise document.error((*at, key), f"'{ref}' is not printed by '{breakdown}'.", hint=hint)
    for month in fact.by_month or ():
        # an earlier month may be said too, for what looks back
        if month not in months and not (re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month) and month < months[0]):
            raise document.error(
                (*at, "by_month", month, "<key>"), f"'{month}' is not a month of this report.", width=len(month),
                hint=f"It covers {months[0]} to {months[-1]}.",
            )  # fmt: skip


def split_ref(text: str, breakdown: str = "") -> tuple[str, str]:
    """'N27 | age=19-21' is the ref N27 with its breakdown; without a bar the breakdown is the one given."""
    ref, bar, own = text.partition("|")
    return ref.strip(), own.strip() if bar else breakdown


def _check_let_go(document: YamlDocument, at: int, gone: GivenUp, printed: Printed) -> None:
    for period, breakdown in each_of(gone):
        if printed.figure(gone.ref, gone.basis, period, breakdown) is None:
            raise document.error(
                ("let_go", at, "ref"),
                f"No figure is printed under '{gone.ref}' on the basis {gone.basis} for {period}"
                + (f" by '{breakdown}'." if breakdown else "."),
                width=len(gone.ref),
                hint=did_you_mean(gone.ref, [ref for ref in printed.refs if ref != gone.ref]),
            )


def each_of(gone: GivenUp) -> Iterator[tuple[str, str]]:
    """Every period and breakdown that one entry names."""
    periods = (gone.period,) if isinstance(gone.period, str) else gone.period
    breakdowns = (gone.breakdown,) if isinstance(gone.breakdown, str) else gone.breakdown
    for period in periods:
        for breakdown in breakdowns:
            yield period, breakdown
