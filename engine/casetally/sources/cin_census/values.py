"""Why: whether a value is written as the census schema wants is one question; what it means is asked later, in one place for all.

The checks follow XML Schema's own types to the letter, so that a file passes here exactly if it passes there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

Check = Callable[[str], bool]

_BLANK = " \t\r\n"
_ZONE = r"(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)?"
_YEAR = r"-?(?:[1-9]\d{4,}|\d{4})"
_DAY = re.compile(rf"({_YEAR})-(\d\d)-(\d\d){_ZONE}", re.ASCII)
_MOMENT = re.compile(
    rf"({_YEAR})-(\d\d)-(\d\d)T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?|24:00:00(?:\.0+)?){_ZONE}", re.ASCII
)
_ONLY_YEAR = re.compile(rf"({_YEAR}){_ZONE}", re.ASCII)
_NUMBER = re.compile(r"\+?\d+|-0+", re.ASCII)
_UPN = re.compile(r"[A-Za-z]\d{11}(?:\d|[A-Za-z])")
_LEA = re.compile(r"\d{3}")
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_SERIAL = re.compile(r"\d{3}\d*")


def _there_is(found: re.Match[str] | None) -> bool:
    """Whether a day found by its parts is in the calendar; there is no year 0."""
    if found is None:
        return False
    year, month, day = (int(part) for part in found.groups())
    if year == 0 or not 1 <= month <= 12:
        return False
    year = year if year > 0 else year + 1
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 1 <= day <= _DAYS[month - 1] + (month == 2 and leap)


@lru_cache(maxsize=1 << 16)
def is_day(text: str) -> bool:
    """Whether it is a date as `2024-03-31`."""
    return _there_is(_DAY.fullmatch(text.strip(_BLANK)))


def is_moment(text: str) -> bool:
    """Whether it is a date and time as `2024-03-31T11:00:00`."""
    return _there_is(_MOMENT.fullmatch(text.strip(_BLANK)))


def is_year(text: str) -> bool:
    """Whether it is a year as `2024`."""
    found = _ONLY_YEAR.fullmatch(text.strip(_BLANK))
    return found is not None and int(found[1]) != 0


def is_number(text: str) -> bool:
    """Whether it is a whole number, 0 or more."""
    return _NUMBER.fullmatch(text.strip(_BLANK)) is not None


def _like(pattern: re.Pattern[str]) -> Check:
    return lambda text: pattern.fullmatch(text) is not None


# what an element holds -> its check, and what is expected, in words
CHECKS: Mapping[str, tuple[Check, str]] = {
    "date": (is_day, "a date as 2024-03-31"),
    "moment": (is_moment, "a date and time as 2024-05-23T11:14:05"),
    "year": (is_year, "a year as 2024"),
    "number": (is_number, "a whole number, 0 or more"),
    "upn": (_like(_UPN), "a letter, eleven digits and a digit or letter"),
    "lea": (_like(_LEA), "three digits"),
    "serial": (_like(_SERIAL), "three digits or more"),
}
