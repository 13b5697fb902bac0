"""Why: children's records are not kept for ever: nights go by a written rule, the last of a month later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from dateutil.relativedelta import relativedelta

from casetally.nights.config import Retention
from casetally.periods import month_start
from casetally.store.editions import Edition

_LONGEST_STEP = dt.timedelta(31)


def counted_from(editions: Sequence[Edition], night: dt.date) -> dt.date:
    """The day that ages are counted back from: the night, but at most a month after the one before it.

    A clock that was set years ahead would else have every night deleted that was ever kept.
    """
    before = [one.known_on for one in editions if one.known_on < night]
    return min(night, max(before) + _LONGEST_STEP) if before else night


def too_old(editions: Sequence[Edition], night: dt.date, keep: Retention) -> list[int]:
    """The numbers of the editions to let go of on a night; never the last one.

    Kept are those known within `editions_days` days, and of each month of the last `month_ends_months` the last one.
    """
    day = night - dt.timedelta(keep.editions_days)
    month = month_start(night) - relativedelta(months=keep.month_ends_months)
    last_of_month = {(one.known_on.year, one.known_on.month): one.number for one in editions}
    ends = set(last_of_month.values())
    old = [one for one in editions[:-1] if one.known_on < day]
    return [one.number for one in old if one.number not in ends or one.known_on < month]
