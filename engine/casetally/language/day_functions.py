"""Why: most of what an analyst asks of a record is a matter of days; each such function is written down once (see `catalogue`)."""

from __future__ import annotations

import datetime as dt

from dateutil.relativedelta import relativedelta

from casetally.language.function import Function, call, called
from casetally.periods import financial_year_end, financial_year_start, month_end, month_start


def age_on(birth: dt.date, day: dt.date) -> int:
    """Completed years; a child born on 29 February has the birthday on 1 March in other years (rules: Time)."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def birthday(birth: dt.date, age: int) -> dt.date:
    """The day on which the age is reached: 1 March for a birth on 29 February, in years that have none."""
    return birth.replace(year=birth.year + age, day=1) + dt.timedelta(birth.day - 1)


def months_after(day: dt.date, months: int) -> dt.date:
    return day + relativedelta(months=months)


_BIRTHDAY = "(make_date((year({0}) + {1})::INT, month({0})::INT, 1) + (day({0}) - 1)::INT)"
_AGE = "(year({1}) - year({0}) - (month({1}) * 100 + day({1}) < month({0}) * 100 + day({0}))::INT)"
_FINANCIAL_YEAR = "make_date((year({0}) - (month({0}) < 4)::INT)::INT, 4, 1)"

DAY_FUNCTIONS = (
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
        call("CAST({0} + to_months({1}::INT) AS DATE)"),
        (("months_after(date '2023-08-31', 6)", dt.date(2024, 2, 29)),),
        ("day", "months"),
    ),
    Function(
        "months_before",
        ("date", "integer"),
        "date",
        "The day that many calendar months earlier, held back to the month's last day.",
        lambda day, months: months_after(day, -months),
        call("CAST({0} - to_months({1}::INT) AS DATE)"),
        (("months_before(date '2024-03-31', 1)", dt.date(2024, 2, 29)),),
        ("day", "months"),
    ),
    Function(
        "days",
        ("date", "date"),
        "integer",
        "Calendar days from the first day to the second.",
        lambda start, end: (end - start).days,
        call("({1} - {0})"),
        (("days(date '2024-02-01', date '2024-03-01')", 29),),
        ("start", "end"),
    ),
    Function(
        "days_after",
        ("date", "integer"),
        "date",
        "The day that many calendar days later.",
        lambda day, count: day + dt.timedelta(count),
        call("({0} + {1}::INT)"),
        (("days_after(date '2024-02-28', 2)", dt.date(2024, 3, 1)),),
        ("day", "count"),
    ),
    Function(
        "hours_after",
        ("datetime", "integer"),
        "datetime",
        "The moment that many hours later.",
        lambda moment, hours: moment + dt.timedelta(hours=hours),
        call("({0} + to_hours({1}))"),
        (("on_day(hours_after(at_midnight(date '2024-02-28'), 48))", dt.date(2024, 3, 1)),),
        ("moment", "hours"),
    ),
    Function(
        "on_day",
        ("datetime",),
        "date",
        "The day of a date with a time.",
        lambda moment: moment.date(),
        call("CAST({0} AS DATE)"),
        (("on_day(at_midnight(date '2024-02-28'))", dt.date(2024, 2, 28)),),
        ("moment",),
    ),
    Function(
        "at_midnight",
        ("date",),
        "datetime",
        "The moment at which a day begins.",
        lambda day: dt.datetime(day.year, day.month, day.day),
        call("CAST({0} AS TIMESTAMP)"),
        (("on_day(at_midnight(date '2024-12-31'))", dt.date(2024, 12, 31)),),
        ("day",),
    ),
    Function(
        "age_on",
        ("date", "date"),
        "integer",
        "Age in completed years; born on 29 February, the birthday is 1 March in other years.",
        age_on,
        call(_AGE),
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
        call(_BIRTHDAY),
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
        call("CAST(date_trunc('month', {0}) AS DATE)"),
        (("month_start(date '2024-02-15')", dt.date(2024, 2, 1)),),
        ("day",),
    ),
    Function(
        "month_end",
        ("date",),
        "date",
        "The last day of the month.",
        month_end,
        called("last_day"),
        (("month_end(date '2024-02-15')", dt.date(2024, 2, 29)),),
        ("day",),
    ),
    Function(
        "financial_year_start",
        ("date",),
        "date",
        "The 1 April on or before the day.",
        financial_year_start,
        call(_FINANCIAL_YEAR),
        (("financial_year_start(date '2024-03-31')", dt.date(2023, 4, 1)),),
        ("day",),
    ),
    Function(
        "financial_year_end",
        ("date",),
        "date",
        "The 31 March on or after the day.",
        financial_year_end,
        call("make_date((year({0}) + (month({0}) > 3)::INT)::INT, 3, 31)"),
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
        call("year({0})"),
        (("year_of(date '2024-03-31')", 2024),),
        ("day",),
    ),
    Function(
        "month_of",
        ("date",),
        "integer",
        "The month as 1 to 12.",
        lambda day: day.month,
        call("month({0})"),
        (("month_of(date '2024-03-31')", 3),),
        ("day",),
    ),
    Function(
        "weekday_of",
        ("date",),
        "integer",
        "The day of the week: Monday is 1, Sunday 7.",
        lambda day: day.isoweekday(),
        call("isodow({0})"),
        (("weekday_of(date '2024-03-31')", 7),),
        ("day",),
    ),
)
