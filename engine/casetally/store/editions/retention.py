"""Why: which nights are old enough to go is a rule of the authority's, worked out from their days alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from dateutil.relativedelta import relativedelta

from casetally.store.editions.edition import Edition


def too_old(editions: Sequence[Edition], night: dt.date, days: int, month_ends_months: int) -> list[int]:
    """The numbers of the editions to let go of on a night.

    Kept is every edition known on one of the last `days` days, and of each of the last `month_ends_months` calendar months the last
    edition of it; the latest of all is always kept.
    """
    first_day = night - dt.timedelta(days)
    first_month = (night - relativedelta(months=month_ends_months)).replace(day=1)
    last_of_month = {(one.known_on.year, one.known_on.month): one.number for one in editions}
    latest = editions[-1].number if editions else 0
    return [
        one.number
        for one in editions
        if one.known_on < first_day
        and one.number != latest
        and not (one.known_on >= first_month and one.number in last_of_month.values())
    ]
