"""Why: what must add up in a published report is data too: an authority writes it once and holds each issue against it.

A file of identities holds names with something under each: a `kind`, a `title`, and the lines (`ref`) it speaks of. The words are
checked here, and every ref and group against those that the report prints. `figures/audit` evaluates them. docs/audit.md
shows each kind.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from casetally.definitions.models import Part, read_model
from casetally.errors import DefinitionError, did_you_mean
from casetally.yaml_files import Path_, YamlDocument, load_yaml

Span = Literal["month", "quarter", "year", "week", "other"]
Gathering = Literal["running", "steps", "rolling_12_months", "quarter", "year"]


def _as_term(given: Any) -> Any:
    if isinstance(given, str):
        return {"ref": given}
    if isinstance(given, (int, float)):
        raise PydanticCustomError("term", "A ref is expected here; one that looks like a number needs quotes, as '4.2'")
    return given


def _as_list(given: Any) -> Any:
    return given if isinstance(given, list) else [given]


class TermText(Part):
    """A line of the report, as a series over its periods; a text alone is its ref."""

    ref: str | None = None
    less: str | None = Field(None, description="As ref, but taken away.")
    number: int | float | None = Field(None, description="A number that is the same in all periods.")
    group: str = Field("", description="The breakdown as printed; 'method=*' stands for each group in turn.")
    basis: str | None = Field(None, description="Only figures on this basis, as printed or of the calendar.")
    take: Literal["value", "numerator", "denominator", "remainder"] = "value"
    comparator: str | None = Field(None, description="From benchmarks.csv instead, by this comparator.")
    at: str | None = Field(None, description="The figure of this period, in all periods.")
    sum_over: str | None = Field(None, description="The groups of this breakdown added up.")
    leaving_out: tuple[str, ...] = Field((), description="Groups that sum_over leaves out.")
    times_percent: str | None = Field(None, description="The whole number that this ref prints as a percentage of it.")
    as_percent: str | None = Field(
        None, description="The whole number of which it is the percentage that this ref prints."
    )
    complement: bool = Field(False, description="100 less the percentage.")
    as_: Annotated[tuple[Gathering, ...], BeforeValidator(_as_list)] = Field(
        (),
        alias="as",
        description="Months summed since April, a year to date as its steps from month to month, and so on.",
    )

    @model_validator(mode="after")
    def _one_line(self) -> TermText:
        if sum(one is not None for one in (self.ref, self.less, self.number)) != 1:
            raise PydanticCustomError("term", "Exactly one of 'ref', 'less' and 'number' is needed here")
        return self

    @property
    def name(self) -> str:
        return self.ref or self.less or ""


Term = Annotated[TermText, BeforeValidator(_as_term)]
Terms = Annotated[tuple[Term, ...], BeforeValidator(_as_list)]


class Identity(Part):
    """What every identity has. `tolerance` is in the unit of the figures, beside the rounding as printed."""

    kind: str
    title: str
    periods: tuple[str, ...] = Field((), description="Only these periods.")
    but_not: tuple[str, ...] = Field((), description="Not these periods.")
    spans: tuple[Span, ...] = Field((), description="Only figures of months, quarters, years, weeks or others.")
    tolerance: int | float = 0
    blank_is_zero: bool = Field(False, description="A figure that is not printed counts as nought.")


class Ratio(Identity):
    """`is` is `of` over `to` (each a sum), times 100 or another number, rounded half up as printed."""

    of: Terms
    to: Terms
    is_: Term = Field(alias="is")
    times: int = 100


class Attainable(Identity):
    """Some whole number gives the figure: over a denominator, of a numerator, or over one denominator between two numbers."""

    figures: Terms
    over: Term | None = None
    of: Term | None = None
    between: tuple[int, int] | None = None
    times: int = 100

    @model_validator(mode="after")
    def _one_way(self) -> Attainable:
        if sum(one is not None for one in (self.over, self.of, self.between)) != 1:
            raise PydanticCustomError("attainable", "Exactly one of 'over', 'of' and 'between' is needed here")
        return self


class Sum(Identity):
    parts: Terms
    total: Term


class Subset(Identity):
    """No more in the part than in the whole; several lines on a side are added up."""

    part: Terms
    whole: Terms


class Groups(Identity):
    """The groups of one breakdown add up: to the group named `total_group`, or to the line `total`."""

    of: Term
    over: str
    total_group: str | None = None
    total: Term | None = None

    @model_validator(mode="after")
    def _one_total(self) -> Groups:
        if (self.total is None) == (self.total_group is None):
            raise PydanticCustomError("groups", "Either 'total' or 'total_group' is needed here")
        return self


class FromMonths(Identity):
    """A quarter, a year or a year to date against its months; `fill` gives months that the line does not print."""

    figures: Terms
    months: Term | None = Field(None, description="The months, if they stand in another line.")
    fill: Terms = ()
    is_: Literal["sum", "mean", "last", "between", "distinct"] = Field(alias="is")


class StockFlow(Identity):
    """The stock is the one before, more those who came, less those who went; `at_least`: what is left over went unprinted."""

    stock: Term
    in_: Terms = Field(alias="in")
    out: Terms = ()
    since: Literal["month", "year_start"] = "month"
    is_: Literal["exact", "at_least"] = Field("exact", alias="is")


class Pair(Part):
    count: Term
    rate: Term


class Rates(Identity):
    """Rates and their counts rest on one population: on one that is given, or on the one that fits the most of them."""

    pairs: tuple[Pair, ...]
    per: int = 10_000
    one_for: Literal["all", "year", "period"] = "all"
    population: int | None = None


class Same(Identity):
    """Figures printed twice agree as rounded: several lines, or one line `across` where it is printed."""

    figures: Terms = ()
    across: str | None = Field(
        None, description="The breakdown that says where a figure is printed, as source or table."
    )
    refs: tuple[str, ...] = Field((), description="With across: only these lines.")
    as_printed: bool = Field(False, description="The finer of two figures, as printed, rounds to the coarser.")

    @model_validator(mode="after")
    def _one_way(self) -> Same:
        if bool(self.figures) == (self.across is not None):
            raise PydanticCustomError("same", "Either 'figures' or 'across' is needed here")
        return self


class Rising(Identity):
    """A count since April does not fall within a financial year; `restarts`: it does fall back in April."""

    of: Terms
    restarts: bool = False


class WeightedMean(Identity):
    """A percentage of the year to date lies between that of a month before and that of the month alone."""

    year_to_date: Term
    months: Term


class Change(Identity):
    """Changes printed under change_vs= and change_pct_vs= follow from the levels of their line."""

    of: Terms


class StandsStill(Identity):
    """A figure is not printed alike so many periods running."""

    of: Terms
    times: int = 3


class Direction(Identity):
    """A word in the note, as 'PP CHANGE column: Increase', agrees with the last two figures."""

    after: str
    words: Mapping[str, Literal["up", "down", "same"]]
    refs: tuple[str, ...] = ()


class Rag(Identity):
    """Letters against targets of benchmarks.csv: green at target, amber within so many per cent of it, red beyond."""

    lower_is_better: tuple[str, ...] = ()
    amber_within: int | float = 10


KINDS: Mapping[str, type[Identity]] = {
    "attainable": Attainable, "change": Change, "direction": Direction, "from_months": FromMonths, "groups": Groups,
    "rag": Rag, "rates": Rates, "ratio": Ratio, "rising": Rising, "same": Same, "stands_still": StandsStill,
    "stock_flow": StockFlow, "subset": Subset, "sum": Sum, "weighted_mean": WeightedMean,
}  # fmt: skip


@dataclass(frozen=True)
class Printed:
    """What a report prints, to check names against: refs with their groups, and the comparators of each ref."""

    groups: Mapping[str, Collection[str]]
    comparators: Mapping[str, Collection[str]]


def load_identities(path: Path, printed: Printed, lost: list[str] | None = None) -> dict[str, Identity]:
    """The identities of a file by name. Raises DefinitionError at the first thing that is not as it should be.

    A kind, a key, a ref, a group or a comparator that does not exist is shown with its line and the nearest name that does. Where
    the figures have faults, a line may be gone for that: with `lost`, an identity that asks for it is named there and left out.
    """
    document = load_yaml(path, str(path))
    found = {}
    for name, data in document.entries().items():
        _as_first_of_list(name, data, document)
        identity = _read(name, data, document)
        try:
            _check_printed(name, identity, printed, document)
        except DefinitionError:
            if lost is None:
                raise
            lost.append(name)
        else:
            found[name] = identity
    return found


def read_identities(path: Path) -> dict[str, Identity]:
    """The identities of a file by name, their words checked and their refs not: for a report that is made and not printed."""
    document = load_yaml(path, str(path))
    found = {}
    for name, data in document.entries().items():
        _as_first_of_list(name, data, document)
        found[name] = _read(name, data, document)
    return found


def _check_printed(name: str, identity: Identity, printed: Printed, document: YamlDocument) -> None:
    for where, term in _terms(identity, (name,)):
        _check_term(term, where, printed, document)
    for where, ref in _plain_refs(identity, (name,)):
        _check_ref(ref, where, printed, document)


def _as_first_of_list(name: str, data: Any, document: YamlDocument) -> None:
    """Where one term stands for a list of one, its places are also those of the first in the list."""
    for key, value in data.items() if isinstance(data, dict) else ():
        if not isinstance(value, list):
            inside = [path for path in document.nodes if path[:2] == (name, key) and path[2:] != ("<key>",)]
            document.nodes.update({(name, key, 0, *path[2:]): document.nodes[path] for path in inside})


def _read(name: str, data: Any, document: YamlDocument) -> Identity:
    kind = data.get("kind") if isinstance(data, dict) else None
    if kind is None or kind not in KINDS:
        known = "Known: " + ", ".join(KINDS) + "."
        if kind is None:
            raise document.error((name,), "'kind' is missing here.", hint=known)
        says = f"There is no kind of identity '{kind}'."
        raise document.error(
            (name, "kind"), says, hint=did_you_mean(str(kind), KINDS, else_say=known), width=len(str(kind))
        )
    return read_model(KINDS[kind], data, document, (name,))


def _terms(part: Any, path: Path_) -> Iterator[tuple[Path_, TermText]]:
    """Every term of an identity with the place where it stands."""
    if isinstance(part, TermText):
        yield path, part
    elif isinstance(part, BaseModel):
        for key, info in type(part).model_fields.items():
            yield from _terms(getattr(part, key), (*path, info.alias or key))
    elif isinstance(part, tuple):
        for at, one in enumerate(part):
            yield from _terms(one, (*path, at))


def _plain_refs(identity: Identity, path: Path_) -> Iterator[tuple[Path_, str]]:
    for key in ("refs", "lower_is_better"):
        for at, ref in enumerate(getattr(identity, key, ())):
            yield (*path, key, at), ref


def _check_term(term: TermText, where: Path_, printed: Printed, document: YamlDocument) -> None:
    if term.number is not None:
        return
    _check_ref(term.name, (*where, "ref" if term.ref else "less"), printed, document, also=printed.comparators)
    for key in ("times_percent", "as_percent"):
        if getattr(term, key):
            _check_ref(getattr(term, key), (*where, key), printed, document)
    if term.comparator:
        known = printed.comparators.get(term.name, ())
        if term.comparator not in known:
            says = f"benchmarks.csv has no '{term.comparator}' for {term.name}."
            raise document.error((*where, "comparator"), says, hint=did_you_mean(term.comparator, known))
        return
    groups = {_without(term.sum_over, one) for one in printed.groups.get(term.name, ())}
    if term.group and not any(group_matches(term.group, one) is not None for one in groups):
        says = f"{term.name} has no group '{term.group}'."
        known_say = "Known: " + ", ".join(sorted(one for one in groups if one)) + "."
        hint = did_you_mean(term.group, groups, else_say=known_say)
        raise document.error((*where, "group"), says, hint=hint, width=len(term.group))


def _check_ref(
    ref: str, where: Path_, printed: Printed, document: YamlDocument, also: Mapping[str, Any] | None = None
) -> None:
    if ref not in printed.groups and ref not in (also or {}):
        hint = did_you_mean(ref, printed.groups, else_say="The refs are those of figures.csv.")
        raise document.error(where, f"The report prints no line '{ref}'.", hint=hint, width=len(ref))


def _without(dimension: str | None, group: str) -> str:
    return (
        ";".join(f"{name}={value}" for name, value in split_group(group).items() if name != dimension)
        if dimension
        else group
    )


def group_matches(pattern: str, group: str) -> str | None:
    """What stands for the * of a pattern in a group ('' without one); None where the group is another."""
    wanted, there = split_group(pattern), split_group(group)
    if list(wanted) != list(there):
        return None
    stars = []
    for key, value in wanted.items():
        if value == "*":
            stars.append(there[key])
        elif value != there[key]:
            return None
    return ";".join(stars)


def split_group(group: str) -> dict[str, str]:
    """'age=19-21;reason=other' as its parts, by name in order."""
    parts = (part.partition("=") for part in group.split(";") if part)
    return {name.strip(): value.strip() for name, _, value in sorted(parts)}
