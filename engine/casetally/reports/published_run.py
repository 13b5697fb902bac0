"""Why: a published report meets a run's store: which report it is, whose, for which months, and which differences are known."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from casetally.definitions.authorities import Authority, find_authority
from casetally.definitions.library import Library
from casetally.definitions.reports import Line, Report, lines_of
from casetally.errors import CallError, InputError, did_you_mean
from casetally.errors import Place as At
from casetally.figures.populations import authorities_of, known_as
from casetally.figures.reconcile.lines import Place
from casetally.periods import Period, make_grid
from casetally.store import Store

_SHOW_A_PERCENTAGE = ("value", "share_of_all", "mean_of_months", "highest_of_months", "lowest_of_months")


def months_of(store: Store) -> list[Period]:
    """The months that a store's run was made for, the earliest first."""
    return sorted(make_grid(store.as_at, int(store.about.get("months") or 1), ["month"]).periods)


def read_causes(path: Path) -> dict[Place, str]:
    """Known differences by place. Raises InputError for a file that lacks its columns."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            lacking = {"ref", "basis", "period", "breakdown", "why"} - set(rows.fieldnames or ())
            if lacking:
                apart = ";" in "".join(rows.fieldnames or ())
                raise InputError(
                    f"The file lacks {', '.join(sorted(lacking))}.",
                    place=At(str(path), 1),
                    hint="The cells are separated by semicolons: save it as CSV with commas."
                    if apart
                    else "Known differences have the columns ref, basis, period, breakdown, why.",
                )
            return {(row["ref"], row["basis"], row["period"], row["breakdown"] or ""): row["why"] for row in rows}
    except (FileNotFoundError, IsADirectoryError) as fault:
        raise InputError(f"There is no file '{path}'.", hint="Name a CSV file with --causes.") from fault
    except UnicodeDecodeError as fault:
        raise InputError("The file is not UTF-8 text.", place=At(str(path)), hint="Save it as CSV UTF-8.") from fault
    except csv.Error as fault:
        raise InputError(f"This can't be read as CSV: {fault}.", place=At(str(path))) from fault


def causes_of_nothing(causes: Mapping[Place, str], printed: Collection[Place]) -> Iterator[str]:
    """What to say of each known difference whose place holds no printed figure: it explains nothing, and may be misspelt."""
    refs = sorted({ref for ref, *_ in printed})
    for place in causes:
        if place not in printed:
            named = ", ".join(part or "(none)" for part in place[:3]) + (f", {place[3]}" if place[3] else "")
            hint = did_you_mean(place[0] or "", refs) if place[0] not in refs else ""
            yield f"No printed figure stands at {named}: its cause explains nothing. {hint}".strip()


def percent_lines(library: Library, report: Report) -> dict[str, str]:
    """The refs under which percentages alone are printed, so that one over 100 is found where no % stands beside it."""
    lines = [one.line for one in lines_of(report) if one.line.ref]
    return {line.ref: "percent" for line in lines if _is_percentage(library, line)}


def _is_percentage(library: Library, line: Line) -> bool:
    shows = [(line.indicator, line.shows)]
    shows += [(cell.indicator or line.indicator, cell.shows or line.shows) for cell in line.cells.values()]
    return all(library.indicator(name).unit == "percent" and side in _SHOW_A_PERCENTAGE for name, side in shows)


def not_meant_for_it(store: Store, library: Library, report: Report) -> str:
    """What to say where a store holds another authority's records than the report is made for; '' where it does not."""
    theirs = find_authority(library.folders, report.authority) if report.authority else None
    ours = str(store.about.get("authority") or "")
    if theirs is None or ours.lower() in ("", theirs.name.lower(), theirs.code.lower(), report.authority.lower()):
        return ""
    return f"This run's records are those of {ours}; the report is made for {theirs.name}. --store names another run."


def report_named(library: Library, named: list[str], published: Path) -> str:
    """The report whose figures these are. Raises CallError where none says so."""
    for name, one in library.reports.items():
        if one.published and one.published in named:
            return name
    known = ", ".join(sorted(name for name, one in library.reports.items() if one.published))
    carried = sorted({name for name in named if name})
    if not carried:
        raise CallError(
            f"{published} does not say of which report its figures are.", hint=f"Name one with --report: {known}."
        )
    near = did_you_mean(carried[0], (one.published for one in library.reports.values() if one.published))
    raise CallError(f"No report says 'published: {carried[0]}', as the figures of {published} are named.",
                    hint=f"{near} Else name one with --report: {known}.".strip())  # fmt: skip


def authority_of(store: Store, library: Library, of_report: str) -> Authority | None:
    """The authority that a store was made for, else that of the report."""
    wanted = store.about.get("authority") or of_report
    return find_authority(library.folders, wanted, library.indicators) if wanted else None


def label_of(store: Store, authority: Authority | None) -> str:
    """How the authority is named in the store's populations."""
    known, asked = authorities_of(store), str(store.about.get("authority") or "")
    names = [authority.code, authority.name] if authority is not None else [asked]
    return known_as(names, known) or (known[0] if len(known) == 1 else asked)


def own_names(store: Store, authority: Authority | None) -> list[str]:
    """The codes and names of the authority that a store or a report names; else how the one in populations is named."""
    asked = str(store.about.get("authority") or "")
    names = [authority.code, authority.name] if authority is not None else [asked or label_of(store, None)]
    return [name for name in names if name]


def names_of(store: Store, authority: Authority | None) -> list[str]:
    """The codes and names under which a published table may know the authority of a store."""
    known = [authority.code, authority.name] if authority else []
    return [name for name in (*known, str(store.about.get("authority") or ""), label_of(store, authority)) if name]
