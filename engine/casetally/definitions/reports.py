"""Why: a report is a list of sections and lines, each a view of an indicator, kept apart from what the indicators mean.

A line carries what is the report's own: its code, title, which side of the figure it shows, and how its printed groups are called
here. So one definition serves every authority, and a published figure finds the calculated one that it must equal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from casetally.definitions.indicators import Indicator
from casetally.definitions.models import ACROSS, BasisName, Part, read_model
from casetally.definitions.own_files import files_in, is_plain_name
from casetally.errors import did_you_mean
from casetally.yaml_files import Path_, YamlDocument, load_yaml

Side = Literal[
    "value", "numerator", "denominator", "remainder", "fraction", "share_of_all", "mean_of_months", "highest_of_months",
    "lowest_of_months", "change_on_year", "fall_on_year",
]  # fmt: skip

# a basis as printed, and the basis of the calendar that answers to it (None: none does)
PRINTED_BASES: Mapping[str, str | None] = {
    "month": "month", "month_end": "month", "point_in_time": "month", "year_to_date": "year_to_date",
    "rolling_12_months": "rolling_12_months", "quarter": "quarter", "quarter_end": "quarter", "year": "year",
    "financial_year": "year", "year_end": "year", "week": "week", "three_year_average": None,
}  # fmt: skip

PRINTED_AGAIN = ("source", "table")  # say where in a report a figure stands, not what it counts


class OverGroups(Part):
    """A figure made from the groups of a breakdown, such as workers by the children they hold."""

    groups_at_least: int | None = Field(default=None, description="How many groups have at least this.")
    mean_of_groups_at_least: int | None = Field(
        default=None, description="The mean of the groups that have at least this."
    )
    mean_of_largest: int | None = Field(default=None, description="The mean of so many of the largest groups.")

    @model_validator(mode="after")
    def _one(self) -> OverGroups:
        if (
            sum(
                value is not None
                for value in (self.groups_at_least, self.mean_of_groups_at_least, self.mean_of_largest)
            )
            != 1
        ):
            raise ValueError("Say one of groups_at_least, mean_of_groups_at_least, mean_of_largest")
        return self


Shows = Side | OverGroups


class Choice(Part):
    """Which groups are meant: a printed breakdown by our name, or (a text) a breakdown of ours with a fixed `group`."""

    breakdown: str | Mapping[str, str] = Field(default={}, description="The printed name of a breakdown and ours.")
    labels: Mapping[str, str] = Field(
        default={}, description="The printed name of a group and ours; all means no group."
    )
    group: str | tuple[str, ...] | None = Field(default=None, description="Our group; several are summed.")

    @property
    def breakdowns(self) -> tuple[str, ...]:
        """Our breakdowns, in the order in which a cross-tabulation names them."""
        return (
            tuple(self.breakdown.split(ACROSS)) if isinstance(self.breakdown, str) else tuple(self.breakdown.values())
        )


class Cell(Choice):
    """How one printed group, or one printed basis, is read where it differs from its line."""

    indicator: str | None = None
    shows: Shows | None = None
    basis: BasisName | None = Field(
        default=None, description="The basis it is in truth printed on: the period that ends then."
    )
    periods: Mapping[str, str] = Field(default={}, description="The printed name of a period and ours.")
    not_comparable: str | None = Field(default=None, description="Why nothing calculated answers to it.")


class Line(Choice):
    """One line of a report, by indicator. `cells` are keyed by what is printed: 'destination=Adopted', 'basis=quarter', or both."""

    ref: str = ""
    title: str = ""
    indicator: str
    shows: Shows = "value"
    basis: tuple[BasisName, ...] = ("month",)
    whole: bool = Field(default=True, description="false: only its groups are shown, not the line itself.")
    places: int | None = Field(default=None, description="Decimals shown.")
    periods: Mapping[str, str] = Field(default={}, description="The printed name of a period and ours.")
    cells: Mapping[str, Cell] = {}


class Section(Part):
    title: str
    lines: tuple[str | Line, ...]


class Report(Part):
    """A report's title and its sections in order. `published` names the figures of it that were printed."""

    title: str
    authority: str = Field(default="", description="The file in authorities/ that it is made for.")
    published: str = ""
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class ReportLine:
    """A line with the section it stands in."""

    section: str
    line: Line

    @property
    def indicator(self) -> str:
        return self.line.indicator


@dataclass(frozen=True)
class View:
    """What one figure of a report shows: a side of an indicator's figure, for all, or for groups summed.

    `basis` and `period` are set where a figure is read on another basis or period than it is printed under.
    """

    indicator: str
    shows: Shows
    breakdown: str = "all"
    groups: tuple[str, ...] = ("all",)
    basis: str | None = None
    period: str | None = None


@dataclass(frozen=True)
class NoView:
    """Why no calculated figure answers to a printed one."""

    reason: str


def load_reports(folders: tuple[Path, ...], indicators: Mapping[str, Indicator]) -> dict[str, Report]:
    """Every report of `reports/*.yaml` by file name; each line must name an indicator and breakdowns that it has.

    Its authority must have a file in `authorities/` of one of the folders.
    """
    found: dict[str, Report] = {}
    authorities = [path.stem for folder in folders for path in files_in(folder, "authorities", "*.yaml")]
    for folder in folders:
        for path in files_in(folder, "reports", "*.yaml"):
            document = load_yaml(path, f"{folder.name}/reports/{path.name}")
            report = read_model(Report, document.data, document)
            _check_authority(document, report.authority, authorities)
            if report.published and not is_plain_name(report.published):
                says, hint = (
                    f"'{report.published}' can't name published figures.",
                    "Name them as place, year and month: anytown-2023-09.",
                )
                raise document.error(("published",), says, hint=hint, width=len(report.published))
            seen: set[str] = set()
            for at, section in enumerate(report.sections):
                for number, line in enumerate(section.lines):
                    _check_line(document, ("sections", at, "lines", number), line, indicators, seen)
            found[path.stem] = report
    return found


def lines_of(report: Report) -> list[ReportLine]:
    """The lines in order, each with the section it stands in."""
    return [
        ReportLine(section.title, line if isinstance(line, Line) else Line(indicator=line))
        for section in report.sections
        for line in section.lines
    ]


def indicators_of(report: Report) -> list[str]:
    """Every indicator that a report needs, its cells' included, sorted."""
    lines = [one.line for one in lines_of(report)]
    named = {line.indicator for line in lines}
    return sorted(named | {cell.indicator for line in lines for cell in line.cells.values() if cell.indicator})


def view_of(line: Line, printed: str = "", basis: str = "", period: str = "") -> View | NoView:
    """The view that a printed figure of a line asks for: its group ('destination=Adopted', or '' for none), basis and period."""
    parts = _parts(printed, line)
    cell = _cell_of(line, printed, parts, basis)
    if cell.not_comparable:
        return NoView(cell.not_comparable)
    chosen: Choice = cell if cell.breakdown or cell.group is not None else line
    view = View(
        cell.indicator or line.indicator,
        cell.shows or line.shows,
        basis=cell.basis,
        period={**line.periods, **cell.periods}.get(period),
    )
    group = cell.group if cell.group is not None else line.group
    if group is not None:
        groups = (group,) if isinstance(group, str) else group
        names = cell.breakdowns or line.breakdowns
        return replace(view, breakdown="all" if groups == ("all",) else ACROSS.join(names), groups=groups)
    return _of_printed_groups(view, line, cell, chosen, parts)


def _of_printed_groups(view: View, line: Line, cell: Cell, chosen: Choice, parts: Mapping[str, str]) -> View | NoView:
    names = {} if isinstance(chosen.breakdown, str) else chosen.breakdown
    if not (cell.indicator or cell.shows or cell.breakdown):  # else the cell itself says what its groups come to
        unknown = [name for name in parts if name not in names]
        if unknown:
            return NoView(f"the line does not say what '{unknown[0]}' is")
    labels = {**line.labels, **cell.labels}
    found = [(names[name], labels.get(parts[name], parts[name])) for name in names if name in parts]
    found = [(name, group) for name, group in found if group != "all"]
    if isinstance(view.shows, OverGroups):
        return replace(view, breakdown=ACROSS.join(chosen.breakdowns), groups=(found[0][1],) if found else ("all",))
    if not found:
        return view
    return replace(view, breakdown=ACROSS.join(n for n, _ in found), groups=(ACROSS.join(g for _, g in found),))


def _parts(printed: str, line: Line) -> dict[str, str]:
    """The printed breakdown by name, less what only says where in the report a figure stands.

    A line may break down by such a name too: the source of a contact is who made it.
    """
    parts = dict(part.strip().split("=", 1) for part in printed.split(ACROSS) if "=" in part)
    meant = {} if isinstance(line.breakdown, str) else line.breakdown
    return {name: label for name, label in parts.items() if name not in PRINTED_AGAIN or name in meant}


def _cell_of(line: Line, printed: str, parts: Mapping[str, str], basis: str) -> Cell:
    """The cell that speaks of a printed figure: the one that says most of it, an empty one where none does."""
    bare = ACROSS.join(f"{name}={label}" for name, label in parts.items())
    of_basis = f"basis={basis}"
    for key in (f"{of_basis}{ACROSS}{printed}", printed, f"{of_basis}{ACROSS}{bare}", bare, of_basis):
        if key in line.cells:
            return line.cells[key]
    return Cell()


def _check_authority(document: YamlDocument, name: str, known: list[str]) -> None:
    if name and name.lower() not in [one.lower() for one in known]:
        hint = did_you_mean(name, known, else_say=f"Write authorities/{name}.yaml, or leave the authority out.")
        raise document.error(("authority",), f"There is no authority '{name}'.", hint=hint, width=len(name))


def _check_line(
    document: YamlDocument, path: Path_, line: str | Line, indicators: Mapping[str, Indicator], seen: set[str]
) -> None:
    if isinstance(line, str):
        _check_indicator(document, path, line, indicators)
        return
    if line.ref and line.ref in seen:
        raise document.error(
            (*path, "ref"), f"'{line.ref}' stands here a second time.", hint="Give each line its own code."
        )
    seen.add(line.ref)
    if line.group not in (None, "all", ("all",)) and not line.breakdowns:
        says = "A group is of a breakdown, and none is named here."
        raise document.error((*path, "group"), says, hint="Write breakdown: NAME beside it.")
    for printed in line.cells:
        basis = _parts(printed, line).get("basis", "month")
        if basis not in PRINTED_BASES:
            hint = did_you_mean(basis, PRINTED_BASES, else_say="Known: " + ", ".join(PRINTED_BASES) + ".")
            says = f"'{basis}' is no basis that a figure is printed on."
            raise document.error((*path, "cells", printed, "<key>"), says, hint=hint, width=len(printed))
    for where, name, breakdowns in _named_in(line):
        _check_indicator(document, (*path, *where, "indicator"), name, indicators)
        for breakdown in breakdowns:
            offered = {part for one in indicators[name].breakdowns for part in one.split(ACROSS)}
            if breakdown not in offered and not indicators[name].text.supplied:
                raise document.error(
                    (*path, *where, "breakdown"),
                    f"'{name}' is not broken down by '{breakdown}'.",
                    hint=did_you_mean(
                        breakdown, offered, else_say="It has: " + (", ".join(sorted(offered)) or "none") + "."
                    ),
                )


def _named_in(line: Line) -> Iterator[tuple[Path_, str, tuple[str, ...]]]:
    """(where in the line, indicator, breakdowns asked of it) for the line and each of its cells."""
    yield (), line.indicator, line.breakdowns
    for printed, cell in line.cells.items():
        if cell.indicator or cell.breakdown:
            yield ("cells", printed), cell.indicator or line.indicator, cell.breakdowns


def _check_indicator(document: YamlDocument, path: Path_, name: str, indicators: Mapping[str, Indicator]) -> None:
    if name not in indicators:
        hint = did_you_mean(name, indicators)
        raise document.error(path, f"There is no indicator '{name}'.", hint=hint, width=len(name))
