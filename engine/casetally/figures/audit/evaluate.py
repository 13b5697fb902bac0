"""Why: one call holds a published report against its identities and against what holds in any report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from casetally.definitions.identities import Identity, load_identities
from casetally.definitions.own_files import is_plain_name
from casetally.errors import CallError
from casetally.figures.audit.checks import Check, Given
from casetally.figures.audit.letters import rag
from casetally.figures.audit.rates import implied_populations, rates
from casetally.figures.audit.shares import attainable, fractions, implied_denominators, ratio
from casetally.figures.audit.stocks import rising, stands_still, stock_flow, weighted_mean
from casetally.figures.audit.sums import from_months, groups, subset, sum_of_parts
from casetally.figures.audit.table import Table, make_table, read_benchmarks
from casetally.figures.audit.twice import change, direction, same
from casetally.figures.published import Published, PublishedFinding, read_published
from casetally.shipped import shipped_folder

EVALUATE: Mapping[str, Callable[[Given, Any], Iterator[Check]]] = {
    "attainable": attainable, "change": change, "direction": direction, "from_months": from_months, "groups": groups,
    "rag": rag, "rates": rates, "ratio": ratio, "rising": rising, "same": same, "stands_still": stands_still,
    "stock_flow": stock_flow, "subset": subset, "sum": sum_of_parts, "weighted_mean": weighted_mean,
}  # fmt: skip

IMPLIED: Mapping[str, Callable[[Given, Any], Iterator[str]]] = {
    "attainable": implied_denominators, "rates": implied_populations,
}  # fmt: skip

GENERAL = "fraction"
_GENERAL_TITLE = "A fraction and the figure printed beside it"


@dataclass(frozen=True)
class Audit:
    """What was tested, what is wrong with the file itself, and the identities that found nothing to test.

    `source` is the file of identities, None where the report has none; `implied` says what the figures imply about populations
    and denominators that are not printed.
    """

    published: Published
    source: Path | None
    identities: Mapping[str, Identity]
    checks: tuple[Check, ...]
    findings: tuple[PublishedFinding, ...]
    untested: tuple[str, ...]
    implied: tuple[str, ...]

    @property
    def failures(self) -> tuple[Check, ...]:
        return tuple(one for one in self.checks if not one.holds)

    @property
    def holds(self) -> bool:
        return not self.failures and not self.findings and not self.untested


def audit(published: Path, identities: Path | None = None, tolerance: Fraction = Fraction(0)) -> Audit:
    """Hold a file of published figures (or the figures.csv of a folder) against a file of identities.

    Without one, the shipped file named like the report is used, if there is one. `tolerance`: how many of its last digit a
    figure may be off. Raises InputError for figures that can't be read, CallError for a file of identities that is not there
    and DefinitionError for a mistake in it.
    """
    read = read_published(published)
    benchmarks, faults = read_benchmarks(read.path.parent / "benchmarks.csv")
    table = make_table(read, benchmarks)
    if identities is not None and not identities.is_file():
        raise CallError(
            f"There is no file '{identities}'.", hint="--identities takes a YAML file; docs/audit.md shows one."
        )
    source = identities or shipped_identities(read)
    lost: list[str] = []  # identities that ask for a line which a fault of the file may have taken
    declared = load_identities(source, table.printed(), lost if read.findings else None) if source is not None else {}
    checks = list(fractions(_general(table, tolerance)))
    untested = lost
    implied: list[str] = []
    for name, identity in declared.items():
        given = Given(name, identity.kind, identity.title, identity, table, tolerance)
        found = list(EVALUATE[identity.kind](given, identity))
        checks += found
        implied += IMPLIED[identity.kind](given, identity) if identity.kind in IMPLIED else ()
        if not found:
            untested.append(name)
    return Audit(read, source, declared, tuple(checks), read.findings + faults, tuple(untested), tuple(implied))


def shipped_identities(read: Published) -> Path | None:
    """The file of definitions/identities named like the report, if its figures are of one report and there is one."""
    names = read.frame["report"].unique().to_list()
    found = shipped_folder("definitions") / "identities" / f"{names[0]}.yaml" if len(names) == 1 else None
    return found if found is not None and is_plain_name(names[0]) and found.is_file() else None


def _general(table: Table, tolerance: Fraction) -> Given:
    identity = Identity.model_validate({"kind": GENERAL, "title": _GENERAL_TITLE})
    return Given("fractions", GENERAL, _GENERAL_TITLE, identity, table, tolerance)
