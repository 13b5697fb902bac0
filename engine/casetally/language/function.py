"""Why: what an entry of the catalogue says of a function is one type, for those of days and for the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from casetally.language.lookups import Lookups
from casetally.language.value_types import ValueType

Writer = Callable[[list[str], Lookups], str]


@dataclass(frozen=True)
class Function:
    """One entry. `parameters` are value types ('any' takes all, one type for all 'any'); `variadic` repeats the last."""

    name: str
    parameters: tuple[str, ...]
    returns: ValueType | str  # 'any': the common type of its arguments
    about: str
    meaning: Callable[..., Any]
    duckdb: Writer
    examples: tuple[tuple[str, Any], ...]
    names: tuple[str, ...] = ()
    skips_nulls: bool = False
    variadic: bool = False
    needs_calendar: bool = False  # then `meaning` takes a Calendar first

    @property
    def signature(self) -> str:
        shown = [f"{n} {t}" for n, t in zip(self.names, self.parameters, strict=False)] or list(self.parameters)
        return f"{self.name}({', '.join(shown)}{', …' if self.variadic else ''}) → {self.returns}"


def call(template: str) -> Writer:
    """Written as a template with the arguments in their places."""
    return lambda args, _: template.format(*args)


def called(name: str) -> Writer:
    """Written as a call of the engine's own function."""
    return lambda args, _: f"{name}({', '.join(args)})"
