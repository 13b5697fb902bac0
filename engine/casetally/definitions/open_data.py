"""Why: published tables use names of their own, and which of their figures mean what ours do is a fact to be read and checked.

`open_data/*.yaml` maps the figures of published files to indicators, `open_data/themes.yaml` says how ours are written as such
files, and `open_data/authorities.csv` knows every authority by its codes.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from casetally.definitions.indicators import Indicator
from casetally.definitions.library import Library
from casetally.definitions.models import ACROSS, Part, read_model
from casetally.definitions.own_files import files_in
from casetally.definitions.reports import Side
from casetally.errors import did_you_mean
from casetally.shipped import shipped_folder
from casetally.yaml_files import YamlDocument, load_yaml

FOLDER, THEMES = "open_data", "themes.yaml"
Rules = Literal["children_in_need", "looked_after"]
LONDON = ("E12000007", "London")
_PARTS_OF_LONDON = ("E13000001", "E13000002")


class PublishedFigure(Part):
    """A figure of a published table, and the indicator of ours that means the same.

    Columns are named as in the file. The row is the one whose filters are `where`; that of the denominator `of`, where it is
    another. A filter of which the file has several labels and that is not named reads as Total.
    """

    indicator: str
    source: str
    value: str | None = Field(default=None, description="The column of the figure itself.")
    numerator: tuple[str, ...] = Field(default=(), description="The columns that add up to the numerator.")
    denominator: tuple[str, ...] = Field(default=(), description="The columns that add up to the denominator.")
    where: Mapping[str, str] = Field(default={}, description="Filter and label of the row.")
    of: Mapping[str, str] = Field(default={}, description="Filter and label of the denominator's row, where another.")
    breakdown: str = "all"
    group: str = "all"
    shows: Side = "value"
    places: int = Field(default=0, description="Decimals of the published value.")
    differs: str = Field(default="", description="In what its meaning departs from ours.")

    @model_validator(mode="after")
    def _whole(self) -> PublishedFigure:
        if self.value is None and not (self.numerator and self.denominator):
            raise ValueError("A figure needs the column of its value, or those of numerator and denominator")
        return self

    @property
    def columns(self) -> frozenset[str]:
        """Every column that a file needs for it."""
        own = (self.value,) if self.value else ()
        return frozenset({*own, *self.numerator, *self.denominator, *self.where, *self.of})


class Theme(Part):
    """A file of our own figures: its title, the rules of suppression, and the tables whose indicators stand in it."""

    title: str
    rules: Rules
    records_of: tuple[str, ...] = ()
    small_counts: Literal["hidden", "as_they_are"] = Field(
        default="hidden", description="What becomes of counts of 1 to 5 in an authority's own table."
    )

    @property
    def hides_small_counts(self) -> bool:
        return self.small_counts == "hidden"


@dataclass(frozen=True)
class Identity:
    """An authority as published tables know it. `former`: it, or this code of it, is no longer in use."""

    new_la_code: str
    old_la_code: str
    la_name: str
    region_code: str
    region_name: str
    former: bool = False

    @property
    def region(self) -> tuple[str, str]:
        """Code and name of its region, London as a whole for the two halves into which tables divide it."""
        return LONDON if self.region_code in _PARTS_OF_LONDON else (self.region_code, self.region_name)

    def names(self) -> frozenset[str]:
        """Its codes and name in small letters."""
        return frozenset({self.new_la_code.lower(), self.old_la_code.lower(), self.la_name.lower()})


def load_published_figures(library: Library) -> Mapping[str, PublishedFigure]:
    """Every mapped figure by its ref. Raises DefinitionError for an unknown indicator or breakdown, with its place."""
    found: dict[str, PublishedFigure] = {}
    for folder in library.folders:
        for path in files_in(folder, FOLDER, "*.yaml"):
            if path.name == THEMES:
                continue
            document = load_yaml(path, f"{folder.name}/{FOLDER}/{path.name}")
            for ref, data in document.entries().items():
                figure = read_model(PublishedFigure, data, document, (ref,))
                _check(document, ref, figure, library.indicators)
                found[ref] = figure
    return found


def _check(document: YamlDocument, ref: str, figure: PublishedFigure, indicators: Mapping[str, Indicator]) -> None:
    name = figure.indicator
    if name not in indicators:
        raise document.error(
            (ref, "indicator"), f"There is no indicator '{name}'.", hint=did_you_mean(name, indicators)
        )
    offered = {part for one in indicators[name].breakdowns for part in one.split(ACROSS)} | {"all"}
    if figure.breakdown not in offered:
        says = f"'{name}' is not broken down by '{figure.breakdown}'."
        raise document.error((ref, "breakdown"), says, hint=f"It has: {', '.join(sorted(offered))}.")


def load_themes(library: Library) -> Mapping[str, Theme]:
    """The themes in the order of their file; a later folder's theme takes the place of one of the same name."""
    found: dict[str, Theme] = {}
    for folder in library.folders:
        path = folder / FOLDER / THEMES
        if path.is_file():
            document = load_yaml(path, f"{folder.name}/{FOLDER}/{THEMES}")
            found |= {name: read_model(Theme, data, document, (name,)) for name, data in document.entries().items()}
    return found


def theme_of(indicator: Indicator, themes: Mapping[str, Theme]) -> str:
    """The theme whose tables hold the indicator's rows; 'other' where none does."""
    base = indicator.record_set.text.base if indicator.record_set else ""
    return next((name for name, theme in themes.items() if base in theme.records_of), "other")


@cache
def known_authorities(folder: Path | None = None) -> tuple[Identity, ...]:
    """Every authority of England since 2012, those in being first, by name."""
    path = (folder or shipped_folder("definitions") / FOLDER) / "authorities.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [
            Identity(row["new_la_code"], row["old_la_code"], row["la_name"], row["region_code"], row["region_name"],
                     former=bool(row["last_year"]))
            for row in csv.DictReader(file)
        ]  # fmt: skip
    return tuple(sorted(rows, key=lambda one: (one.former, one.la_name, one.new_la_code)))


def identity_of(names: Iterable[str | None]) -> Identity | None:
    """The authority that one of these codes or names means, in their order; None where none is known."""
    for name in names:
        for one in known_authorities():
            if name and name.strip().lower() in one.names():
                return one
    return None
