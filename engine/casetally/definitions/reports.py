"""Why: a report is a list of sections and lines, each an indicator, kept apart from what the indicators mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from casetally.definitions.models import Part, read_model
from casetally.errors import did_you_mean
from casetally.yaml_files import load_yaml


class Section(Part):
    title: str
    lines: tuple[str, ...]


class Report(Part):
    """A report's title and its sections in order."""

    title: str
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class ReportLine:
    section: str
    indicator: str


def load_reports(folders: tuple[Path, ...], indicators: Mapping[str, object]) -> dict[str, Report]:
    """Every report of `reports/*.yaml` by file name; each line must name an indicator."""
    found: dict[str, Report] = {}
    for folder in folders:
        for path in sorted((folder / "reports").glob("*.yaml")):
            document = load_yaml(path, f"{folder.name}/reports/{path.name}")
            report = read_model(Report, document.data, document)
            for at, section in enumerate(report.sections):
                for line, name in enumerate(section.lines):
                    if name not in indicators:
                        raise document.error(
                            ("sections", at, "lines", line),
                            f"There is no indicator '{name}'.",
                            hint=did_you_mean(name, indicators),
                            width=len(name),
                        )
            found[path.stem] = report
    return found


def lines_of(report: Report) -> list[ReportLine]:
    """The lines in order, each with the section it stands in."""
    return [ReportLine(section.title, name) for section in report.sections for name in section.lines]
