"""Why: a published report meets a run's store: which report it is, whose, for which months, and which differences are known."""

from __future__ import annotations

import csv
from pathlib import Path

from casetally.definitions.authorities import Authority, find_authority
from casetally.definitions.library import Library
from casetally.errors import CallError, InputError
from casetally.errors import Place as At
from casetally.figures.populations import authorities_of
from casetally.figures.reconcile.lines import Place
from casetally.periods import Period, make_grid
from casetally.store import Store


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
                raise InputError(
                    f"The file lacks {', '.join(sorted(lacking))}.",
                    place=At(str(path), 1),
                    hint="Known differences have the columns ref, basis, period, breakdown, why.",
                )
            return {(row["ref"], row["basis"], row["period"], row["breakdown"] or ""): row["why"] for row in rows}
    except (FileNotFoundError, IsADirectoryError) as fault:
        raise InputError(f"There is no file '{path}'.", hint="Name a CSV file with --causes.") from fault
    except UnicodeDecodeError as fault:
        raise InputError("The file is not UTF-8 text.", place=At(str(path)), hint="Save it as CSV UTF-8.") from fault


def report_named(library: Library, named: list[str], published: Path) -> str:
    """The report whose figures these are. Raises CallError where none says so."""
    for name, one in library.reports.items():
        if one.published and one.published in named:
            return name
    known = ", ".join(sorted(name for name, one in library.reports.items() if one.published))
    raise CallError(f"No report says that it was published as {published}.", hint=f"Name one with --report: {known}.")


def authority_of(store: Store, library: Library, of_report: str) -> Authority | None:
    """The authority that a store was made for, else that of the report."""
    wanted = store.about.get("authority") or of_report
    return find_authority(library.folders, wanted, library.indicators) if wanted else None


def label_of(store: Store, authority: Authority | None) -> str:
    """How the authority is named in the store's populations."""
    known = authorities_of(store)
    if authority is not None and (authority.code in known or authority.name in known):
        return authority.code if authority.code in known else authority.name
    return known[0] if len(known) == 1 else str(store.about.get("authority") or "")
