"""Why: a night can be given as a date, so the clock is read in one place and nothing else of a night depends on it."""

from __future__ import annotations

import datetime as dt


def now() -> dt.datetime:
    """The time, in UTC, to the second."""
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


def tonight(asked: dt.date | None) -> dt.date:
    """The date of the night: the one asked for, else today's as this machine's people count it."""
    return asked or now().astimezone().date()
