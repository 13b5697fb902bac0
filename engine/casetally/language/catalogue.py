"""Why: every function an analyst may write, once: what it takes, what it gives, what it means and how an engine writes it.

`meaning` is the plain Python of it, which the tests hold every engine against; `examples` run on each of them. A function
gives null where any argument is null, unless `skips_nulls` says that nulls are passed over.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from casetally.calendar import Calendar
from casetally.language.day_functions import DAY_FUNCTIONS
from casetally.language.function import Function, called


def _smallest(*values: Any) -> Any:
    return min((v for v in values if v is not None), default=None)


def _greatest(*values: Any) -> Any:
    return max((v for v in values if v is not None), default=None)


def _first(*values: Any) -> Any:
    return next((v for v in values if v is not None), None)


_FUNCTIONS = (
    *DAY_FUNCTIONS,
    Function(
        "starts_with",
        ("text", "text"),
        "boolean",
        "Whether a text begins with another, letter case included.",
        lambda text, start: text.startswith(start),
        called("starts_with"),
        (("starts_with('F2', 'F')", True), ("starts_with('f2', 'F')", False)),
        ("text", "start"),
    ),
    Function(
        "length",
        ("text",),
        "integer",
        "The number of characters.",
        len,
        called("length"),
        (("length('E12')", 3),),
        ("text",),
    ),
    Function(
        "lower",
        ("text",),
        "text",
        "The text in small letters.",
        lambda text: text.lower(),
        called("lower"),
        (("lower('PR1')", "pr1"),),
        ("text",),
    ),
    Function(
        "upper",
        ("text",),
        "text",
        "The text in capitals.",
        lambda text: text.upper(),
        called("upper"),
        (("upper('pr1')", "PR1"),),
        ("text",),
    ),
    Function(
        "absolute",
        ("number",),
        "number",
        "The number without its sign.",
        abs,
        called("abs"),
        (("absolute(-3.5)", 3.5),),
        ("value",),
    ),
    Function(
        "coalesce",
        ("any", "any"),
        "any",
        "The first argument that is not null.",
        _first,
        called("coalesce"),
        (("coalesce(null, 3, 5)", 3),),
        skips_nulls=True,
        variadic=True,
    ),
    Function(
        "least",
        ("any", "any"),
        "any",
        "The smallest argument, nulls passed over.",
        _smallest,
        called("least"),
        (("least(date '2024-03-31', null, date '2024-01-31')", dt.date(2024, 1, 31)),),
        skips_nulls=True,
        variadic=True,
    ),
    Function(
        "greatest",
        ("any", "any"),
        "any",
        "The greatest argument, nulls passed over.",
        _greatest,
        called("greatest"),
        (("greatest(3, null, 5)", 5),),
        skips_nulls=True,
        variadic=True,
    ),
    Function(
        "limit",
        ("text", "date"),
        "integer",
        "The value on a day of a dated limit in definitions/limits/; null before its first date.",
        lambda values, day: next((value for since, value in reversed(values) if since <= day), None),
        lambda args, lookups: lookups.limit(args[0], args[1]),
        (),
        ("'name'", "day"),
    ),
)

CATALOGUE: dict[str, Function] = {function.name: function for function in _FUNCTIONS}


def meaning_of(name: str, calendar: Calendar) -> Callable[..., Any]:
    """The Python meaning of a function with its null rule applied."""
    function = CATALOGUE[name]

    def call(*arguments: Any) -> Any:
        if not function.skips_nulls and any(a is None for a in arguments):
            return None
        return function.meaning(calendar, *arguments) if function.needs_calendar else function.meaning(*arguments)

    return call
