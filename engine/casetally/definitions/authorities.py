"""Why: what differs from one authority to the next is a file of that authority, never code.

`authorities/NAME.yaml` gives its name and code, its closure days, how day zero is counted, the codes it records beside the standard
ones, where the records have none the population behind its rates, and its dated targets and comparators.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from casetally.definitions.indicators import Indicator
from casetally.definitions.models import BasisName, Part, read_model
from casetally.definitions.own_files import files_in
from casetally.definitions.reports import Side, View
from casetally.errors import did_you_mean
from casetally.yaml_files import YamlDocument, load_yaml

Comparator = Literal["england", "statistical_neighbour", "region", "local_previous", "three_year_average", "other"]


class Population(Part):
    mid_year: int
    population: int
    vintage: str | None = None
    source: str = ""


class Baseline(Part):
    """Where a trajectory starts: a straight line from here leads to the target by its day."""

    on: dt.date
    value: float


class Target(Part):
    """A target from a day on: one value, or a range that is green inside and red outside.

    `tolerance` is how far beyond the target, relative to it, is still amber (rules: Counting, RAG). With `by` and a `baseline` the
    target of an earlier day lies on the straight line between the two.
    """

    from_: dt.date = Field(alias="from")
    to: dt.date | None = None
    target: float | None = None
    low: float | None = None
    high: float | None = None
    tolerance: float = Field(default=10, description="Percent of the target.")
    by: dt.date | None = None
    baseline: Baseline | None = None
    basis: BasisName | None = Field(default=None, description="The basis it is meant for; all if left out.")
    breakdown: str = "all"
    group: str = "all"
    shows: Side = Field(
        default="value", description="The side of the figure it is meant for, as a report line says it."
    )
    good: Literal["higher", "lower", "neither"] | None = Field(
        default=None, description="Where not as the definition says."
    )
    printed: str = ""
    note: str = ""

    @model_validator(mode="after")
    def _whole(self) -> Target:
        if (self.target is None) == (self.low is None or self.high is None):
            raise ValueError("A target is one value ('target') or a range ('low' and 'high')")
        if self.baseline is not None and (self.by is None or self.by <= self.baseline.on):
            raise ValueError("A baseline needs 'by', a later day on which the target is to be reached")
        return self

    def holds(self, day: dt.date, basis: str, view: View) -> bool:
        """Whether it is the target of what a view shows on this basis and day."""
        in_force = self.from_ <= day and (self.to is None or day <= self.to)
        return in_force and self.basis in (None, basis) and _is_of(self, view)

    def on(self, day: dt.date) -> Fraction | None:
        """The value to reach on a day; None for a range."""
        if self.target is None:
            return None
        target = Fraction(str(self.target))
        if self.baseline is None or self.by is None or day >= self.by:
            return target
        start = Fraction(str(self.baseline.value))
        gone = max((day - self.baseline.on).days, 0)
        return start + (target - start) * gone / (self.by - self.baseline.on).days


class Compared(Part):
    """What others have, or what was before: as a report or a national publication states it."""

    comparator: Comparator
    value: float
    period: str = ""
    basis: BasisName | None = None
    breakdown: str = "all"
    group: str = "all"
    shows: Side = "value"
    from_: dt.date | None = Field(default=None, alias="from")
    to: dt.date | None = None
    source: str = ""
    note: str = ""
    made_of: str = Field(default="", description="What the value is made of where it is no one's own: mean of 9 of 10.")

    @property
    def year(self) -> str:
        """The financial year that its period names (2022-23 for 22/23 too), else the period as it stands."""
        found = re.fullmatch(r"(?:\d\d)?(\d\d)[-/](?:\d\d)?(\d\d)", self.period.strip())
        follows = found is not None and (int(found[1]) + 1) % 100 == int(found[2])
        return f"{found[1]}-{found[2]}" if found is not None and follows else self.period

    def stands_beside(self, view: View, day: dt.date, basis: str) -> bool:
        """Whether it is meant for what a view shows on this basis and day."""
        in_force = (self.from_ is None or self.from_ <= day) and (self.to is None or day <= self.to)
        return in_force and self.basis in (None, basis) and _is_of(self, view)


class Authority(Part):
    """One authority. `vintage` names the estimate that its rates rest on where there are several."""

    name: str
    code: str = ""
    day_zero: Literal["next", "previous"] = "next"
    closure_days: tuple[dt.date, ...] = Field(
        default=(), description="Days that are no working days here, beside bank holidays."
    )
    populations: tuple[Population, ...] = ()
    vintage: str | None = None
    local_codes: Mapping[str, Mapping[str, str]] = Field(
        default={}, description="Codes recorded here beside those of a standard list: list, code, label."
    )
    targets: Mapping[str, tuple[Target, ...]] = Field(default={}, description="By indicator.")
    comparators: Mapping[str, tuple[Compared, ...]] = Field(default={}, description="By indicator.")

    def target_of(self, view: View, day: dt.date, basis: str) -> Target | None:
        """The target in force for what a view shows: of several the latest, one for this very basis before one for all."""
        found = [one for one in self.targets.get(view.indicator, ()) if one.holds(day, basis, view)]
        return max(found, key=lambda one: (one.basis is not None, one.from_), default=None)

    def compared_with(
        self, view: View, day: dt.date, basis: str, published: Mapping[str, tuple[Compared, ...]] | None = None
    ) -> list[Compared]:
        """The comparators that stand beside what a view shows, in the order of the file, then those of published tables.

        `published` are by indicator. Where the file names the same comparator and year it has the word.
        """
        own = [one for one in self.comparators.get(view.indicator, ()) if one.stands_beside(view, day, basis)]
        said = {(one.comparator, one.year) for one in own}
        theirs = [one for one in (published or {}).get(view.indicator, ()) if one.stands_beside(view, day, basis)]
        return own + [one for one in theirs if (one.comparator, one.year) not in said]


def _is_of(one: Target | Compared, view: View) -> bool:
    shows = "value" if view.shows == "fraction" else view.shows
    return (one.breakdown, (one.group,), one.shows) == (view.breakdown, view.groups, shows)


def authority_names(folders: tuple[Path, ...]) -> list[str]:
    """The names of the authorities that have a file."""
    return [path.stem for folder in folders for path in files_in(folder, "authorities", "*.yaml")]


def find_authority(
    folders: tuple[Path, ...], wanted: str, indicators: Mapping[str, Indicator] | None = None
) -> Authority | None:
    """The authority whose file, name or code is `wanted`; None where no file is about it.

    With `indicators`, a target or comparator of an unknown one is refused with file and line.
    """
    for folder in reversed(folders):
        for path in files_in(folder, "authorities", "*.yaml"):
            document = load_yaml(path, f"{folder.name}/authorities/{path.name}")
            authority = read_model(Authority, document.data, document)
            if wanted.lower() in (path.stem.lower(), authority.name.lower(), authority.code.lower()):
                _check_names(authority, document, indicators)
                return authority
    return None


def _check_names(authority: Authority, document: YamlDocument, indicators: Mapping[str, Indicator] | None) -> None:
    for key, named in (("targets", authority.targets), ("comparators", authority.comparators)):
        for name in named:
            if indicators is not None and name not in indicators:
                says, hint = f"There is no indicator '{name}'.", did_you_mean(name, indicators)
                raise document.error((key, name, "<key>"), says, hint=hint, width=len(name))
