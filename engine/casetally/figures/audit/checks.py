"""Why: every identity ends in the same thing: a figure in a period, what was expected of it, and whether it holds."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from casetally.definitions.identities import Identity
from casetally.figures.audit.numbers import Amount
from casetally.figures.audit.table import Key, Table
from casetally.figures.audit.terms import added


@dataclass(frozen=True)
class Check:
    """One test: `name` is the line (with its group), `expected` and `printed` are what people read, `stands_in`
    says where it is printed. `lines` are those of figures.csv and `beside` those of benchmarks.csv that the test rests on.
    """

    identity: str
    kind: str
    title: str
    name: str
    period: str
    expected: str
    printed: str
    stands_in: str
    lines: tuple[int, ...]
    beside: tuple[int, ...]
    holds: bool


@dataclass(frozen=True)
class Given:
    """What an identity is evaluated with. `units`: how many of its last digit any figure may be off."""

    name: str
    kind: str
    title: str
    identity: Identity
    table: Table
    units: Fraction = Fraction(0)

    def allowance(self, *amounts: Amount) -> Fraction:
        """How far a figure may be off beyond its rounding."""
        last_digit = max((one.unit for one in amounts), default=Fraction(0))
        return Fraction(str(self.identity.tolerance)) + self.units * last_digit

    def wants(self, key: Key) -> bool:
        """Whether the identity speaks of this period."""
        text = self.identity
        names = {key.name, key.name.replace(" ", "-")}
        return (
            (not text.periods or bool(names & set(text.periods)))
            and not names & set(text.but_not)
            and (not text.spans or key.span in text.spans)
        )

    def check(self, key: Key, printed: Amount, expected: str, holds: bool, *with_: Amount) -> Check:
        """A test of one printed figure, with the figures it was held against."""
        whole = added((printed, *with_), printed.name)
        period = f"{key.name} {key.part}".strip()
        return Check(
            self.name, self.kind, self.title, printed.name, period, expected, str(printed), _place(printed),
            whole.lines, whole.beside, holds,
        )  # fmt: skip


def _place(printed: Amount) -> str:
    if printed.lines:
        return f"line {printed.lines[0]}"
    return f"benchmarks.csv line {printed.beside[0]}" if printed.beside else ""
