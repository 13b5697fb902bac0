"""Why: every function an analyst may write, once: what it takes, what it gives, what it means and how an engine writes it.

`meaning` is the plain Python of it, which the tests hold every engine against; `examples` run on each of them. A function
gives null where any argument is null, unless `skips_nulls` says that nulls are passed over.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dateutil.relativedelta import relativedelta

from casetally.calendar import Calendar
from casetally.language.lookups import Lookups
from casetally.language.value_types import ValueType
from casetally.periods import financial_year_end, financial_year_start, month_end, month_start

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


def age_on(birth: dt.date, day: dt.date) -> int:
    """Completed years; a child born on 29 February has the birthday on 1 March in other years (rules: Time)."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def birthday(birth: dt.date, age: int) -> dt.date:
    """The day on which the age is reached: 1 March for a birth on 29 February, in years that have none."""
    return birth.replace(year=birth.year + age, day=1) + dt.timedelta(birth.day - 1)


def months_after(day: dt.date, months: int) -> dt.date:
    return day + relativedelta(months=months)


def _smallest(*values: Any) -> Any:
    return min((v for v in values if v is not None), default=None)


def _greatest(*values: Any) -> Any:
    return max((v for v in values if v is not None), default=None)


def _first(*values: Any) -> Any:
    return next((v for v in values if v is not None), None)


def _call(template: str) -> Writer:
    return lambda args, _: template.format(*args)


def _called(name: str) -> Writer:
    return lambda args, _: f"{name}({', '.join(args)})"


_BIRTHDAY = "(make_date((year({0}) + {1})::INT, month({0})::INT, 1) + (day({0}) - 1)::INT)"
_AGE = "(year({1}) - year({0}) - (month({1}) * 100 + day({1}) < month({0}) * 100 + day({0}))::INT)"
_FINANCIAL_YEAR = "make_date((year({0}) - (month({0}) < 4)::INT)::INT, 4, 1)"

_FUNCTIONS = (
    Function(
        "working_days",
        ("date", "date"),
        "integer",
        "Working days from the first day up to but not including the second; negative where the second is earlier.",
        lambda calendar, start, end: calendar.working_days(start, end),
        lambda args, lookups: f"({lookups.day(args[1], 'working_before')} - {lookups.day(args[0], 'counts_from')})",
        (
            ("working_days(date '2023-04-06', date '2023-04-11')", 1),
            ("working_days(date '2023-09-02', date '2023-09-05')", 1),
            ("working_days(date '2023-09-05', date '2023-09-01')", -2),
        ),
        ("start", "end"),
        needs_calendar=True,
    ),
    Function(
        "add_working_days",
        ("date", "integer"),
        "date",
        "The due date: that many working days after the first working day on or after the day.",
        lambda calendar, day, count: calendar.add_working_days(day, count),
        lambda args, lookups: lookups.due(args[0], args[1]),
        (
            ("add_working_days(date '2023-04-03', 45)", dt.date(2023, 6, 12)),
            ("add_working_days(date '2023-09-02', 1)", dt.date(2023, 9, 5)),
        ),
        ("day", "count"),
        needs_calendar=True,
    ),
    Function(
        "is_working_day",
        ("date",),
        "boolean",
        "Whether the day is a working day.",
        lambda calendar, day: calendar.is_working_day(day),
        lambda args, lookups: lookups.day(args[0], "is_working"),
        (("is_working_day(date '2022-09-19')", False), ("is_working_day(date '2022-09-20')", True)),
        ("day",),
        needs_calendar=True,
    ),
    Function(
        "months_after",
        ("date", "integer"),
        "date",
        "The day that many calendar months later, held back to the month's last day.",
        months_after,
        _call("CAST({0} + to_months({1}::INT) AS DATE)"),
        (("months_after(date '2023-08-31', 6)", dt.date(2024, 2, 29)),),
        ("day", "months"),
    ),
    Function(
        "months_before",
        ("date", "integer"),
        "date",
        "The day that many calendar months earlier, held back to the month's last day.",
        lambda day, months: months_after(day, -months),
        _call("CAST({0} - to_months({1}::INT) AS DATE)"),
        (("months_before(date '2024-03-31', 1)", dt.date(2024, 2, 29)),),
        ("day", "months"),
    ),
    Function(
        "days",
        ("date", "date"),
        "integer",
        "Calendar days from the first day to the second.",
        lambda start, end: (end - start).days,
        _call("({1} - {0})"),
        (("days(date '2024-02-01', date '2024-03-01')", 29),),
        ("start", "end"),
    ),
    Function(
        "days_after",
        ("date", "integer"),
        "date",
        "The day that many calendar days later.",
        lambda day, count: day + dt.timedelta(count),
        _call("({0} + {1}::INT)"),
        (("days_after(date '2024-02-28', 2)", dt.date(2024, 3, 1)),),
        ("day", "count"),
    ),
    Function(
        "hours_after",
        ("datetime", "integer"),
        "datetime",
        "The moment that many hours later.",
        lambda moment, hours: moment + dt.timedelta(hours=hours),
        _call("({0} + to_hours({1}))"),
        (("on_day(hours_after(at_midnight(date '2024-02-28'), 48))", dt.date(2024, 3, 1)),),
        ("moment", "hours"),
    ),
    Function(
        "on_day",
        ("datetime",),
        "date",
        "The day of a date with a time.",
        lambda moment: moment.date(),
        _call("CAST({0} AS DATE)"),
        (("on_day(at_midnight(date '2024-02-28'))", dt.date(2024, 2, 28)),),
        ("moment",),
    ),
    Function(
        "at_midnight",
        ("date",),
        "datetime",
        "The moment at which a day begins.",
        lambda day: dt.datetime(day.year, day.month, day.day),
        _call("CAST({0} AS TIMESTAMP)"),
        (("on_day(at_midnight(date '2024-12-31'))", dt.date(2024, 12, 31)),),
        ("day",),
    ),
    Function(
        "age_on",
        ("date", "date"),
        "integer",
        "Age in completed years; born on 29 February, the birthday is 1 March in other years.",
        age_on,
        _call(_AGE),
        (
            ("age_on(date '2008-02-29', date '2024-02-28')", 15),
            ("age_on(date '2007-02-28', date '2024-02-28')", 17),
            ("age_on(date '2008-02-29', date '2023-03-01')", 15),
            ("age_on(date '2008-02-29', date '2023-02-28')", 14),
        ),
        ("born", "day"),
    ),
    Function(
        "birthday",
        ("date", "integer"),
        "date",
        "The day on which that age is reached.",
        birthday,
        _call(_BIRTHDAY),
        (
            ("birthday(date '2008-02-29', 15)", dt.date(2023, 3, 1)),
            ("birthday(date '2008-02-29', 16)", dt.date(2024, 2, 29)),
        ),
        ("born", "age"),
    ),
    Function(
        "month_start",
        ("date",),
        "date",
        "The first day of the month.",
        month_start,
        _call("CAST(date_trunc('month', {0}) AS DATE)"),
        (("month_start(date '2024-02-15')", dt.date(2024, 2, 1)),),
        ("day",),
    ),
    Function(
        "month_end",
        ("date",),
        "date",
        "The last day of the month.",
        month_end,
        _called("last_day"),
        (("month_end(date '2024-02-15')", dt.date(2024, 2, 29)),),
        ("day",),
    ),
    Function(
        "financial_year_start",
        ("date",),
        "date",
        "The 1 April on or before the day.",
        financial_year_start,
        _call(_FINANCIAL_YEAR),
        (("financial_year_start(date '2024-03-31')", dt.date(2023, 4, 1)),),
        ("day",),
    ),
    Function(
        "financial_year_end",
        ("date",),
        "date",
        "The 31 March on or after the day.",
        financial_year_end,
        _call("make_date((year({0}) + (month({0}) > 3)::INT)::INT, 3, 31)"),
        (
            ("financial_year_end(date '2023-04-01')", dt.date(2024, 3, 31)),
            ("financial_year_end(date '2024-03-31')", dt.date(2024, 3, 31)),
        ),
        ("day",),
    ),
    Function(
        "year_of",
        ("date",),
        "integer",
        "The calendar year.",
        lambda day: day.year,
        _call("year({0})"),
        (("year_of(date '2024-03-31')", 2024),),
        ("day",),
    ),
    Function(
        "month_of",
        ("date",),
        "integer",
        "The month as 1 to 12.",
        lambda day: day.month,
        _call("month({0})"),
        (("month_of(date '2024-03-31')", 3),),
        ("day",),
    ),
    Function(
        "weekday_of",
        ("date",),
        "integer",
        "The day of the week: Monday is 1, Sunday 7.",
        lambda day: day.isoweekday(),
        _call("isodow({0})"),
        (("weekday_of(date '2024-03-31')", 7),),
        ("day",),
    ),
    Function(
        "starts_with",
        ("text", "text"),
        "boolean",
        "Whether a text begins with another, letter case included.",
        lambda text, start: text.startswith(start),
        _called("starts_with"),
        (("starts_with('F2', 'F')", True), ("starts_with('f2', 'F')", False)),
        ("text", "start"),
    ),
    Function(
        "length",
        ("text",),
        "integer",
        "The number of characters.",
        len,
        _called("length"),
        (("length('E12')", 3),),
        ("text",),
    ),
    Function(
        "lower",
        ("text",),
        "text",
        "The text in small letters.",
        lambda text: text.lower(),
        _called("lower"),
        (("lower('PR1')", "pr1"),),
        ("text",),
    ),
    Function(
        "upper",
        ("text",),
        "text",
        "The text in capitals.",
        lambda text: text.upper(),
        _called("upper"),
        (("upper('pr1')", "PR1"),),
        ("text",),
    ),
    Function(
        "absolute",
        ("number",),
        "number",
        "The number without its sign.",
        abs,
        _called("abs"),
        (("absolute(-3.5)", 3.5),),
        ("value",),
    ),
    Function(
        "coalesce",
        ("any", "any"),
        "any",
        "The first argument that is not null.",
        _first,
        _called("coalesce"),
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
        _called("least"),
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
        _called("greatest"),
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
