"""Why: everything that is defined, loaded together and checked whole; an authority's own folder lies over what ships."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from casetally.definitions.indicators import Indicator, load_indicators
from casetally.definitions.limits import Limit, load_limits
from casetally.definitions.record_sets import RecordSet, load_record_sets
from casetally.definitions.reports import Report, load_reports
from casetally.errors import CallError, did_you_mean
from casetally.schemas import Schemas, load_schemas
from casetally.shipped import shipped_folder


@dataclass(frozen=True, eq=False)  # one library is told from another by identity, so that it can key a cache
class Library:
    """Limits, record sets (each after those it reads) and indicators (by id, sorted), all checked against the schemas."""

    schemas: Schemas
    limits: Mapping[str, Limit]
    record_sets: Mapping[str, RecordSet]
    indicators: Mapping[str, Indicator]
    reports: Mapping[str, Report]
    folders: tuple[Path, ...]

    def indicator(self, name: str) -> Indicator:
        """One indicator. Raises CallError with the nearest known id."""
        if name not in self.indicators:
            hint = did_you_mean(name, self.indicators, else_say="'casetally indicators list' shows all.")
            raise CallError(f"There is no indicator '{name}'.", hint=hint)
        return self.indicators[name]

    def report(self, name: str) -> Report:
        """One report. Raises CallError with the nearest known name."""
        if name not in self.reports:
            hint = did_you_mean(name, self.reports, else_say="Reports: " + ", ".join(self.reports) + ".")
            raise CallError(f"There is no report '{name}'.", hint=hint)
        return self.reports[name]

    def rates(self) -> frozenset[str]:
        """The indicators that are counts per so many children: their denominator is a population."""
        return frozenset(name for name, one in self.indicators.items() if one.text.rate is not None)

    def record_sets_for(self, names: Iterable[str]) -> tuple[RecordSet, ...]:
        """The record sets named and all that they read, each after those it reads."""
        wanted = set(names)
        for one in reversed(list(self.record_sets.values())):
            if one.name in wanted:
                wanted |= one.uses
        return tuple(one for one in self.record_sets.values() if one.name in wanted)


def load_library(own: Path | None = None) -> Library:
    """Load what ships, with an authority's own folder laid over it. Raises DefinitionError at the first fault."""
    if own is not None and not own.is_dir():
        raise CallError(
            f"There is no folder '{own}'.", hint="--definitions takes a folder with records/, limits/ or indicators/."
        )
    return load_library_from(folders_of(own))


def folders_of(own: Path | None) -> tuple[Path, ...]:
    """What ships, and the folder laid over it."""
    return (shipped_folder("definitions"), *((own.resolve(),) if own else ()))


def load_library_from(folders: tuple[Path, ...]) -> Library:
    """Load whole folders of definitions, each laid over those before it. Raises DefinitionError at the first fault."""
    return _loaded(folders)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Loading makes some hundred thousand small objects that all stay: looking for garbage among them costs a quarter of it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@cache
def _loaded(folders: tuple[Path, ...]) -> Library:
    with _collector_paused():
        schemas = load_schemas()
        limits = load_limits(folders)
        record_sets = load_record_sets(folders, schemas, limits)
        indicators = load_indicators(folders, record_sets, limits)
    return Library(schemas, limits, record_sets, indicators, load_reports(folders, indicators), folders)
