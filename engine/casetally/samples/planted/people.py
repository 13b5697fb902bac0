"""Why: every planter needs children of its own, and some need the very children that an earlier planter made.

A child made here has a row in `children` at once. What one planter leaves for later ones stands in `by_kind`.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from typing import Any

from casetally.samples.planted.rows import Rows

ETHNICITIES = {
    "WBRI": 78, "WOTH": 4, "MWBC": 2, "MWAS": 2, "MOTH": 2, "APKN": 2, "ABAN": 2, "AOTH": 2, "BAFR": 2, "OOTH": 2, "NOBT": 2,
}  # fmt: skip
DISABLED_SHARE = 0.08


@dataclass(frozen=True)
class Child:
    """A child with a row in `children`."""

    child_id: str
    family_id: str
    date_of_birth: dt.date
    sex: str

    def age_on(self, day: dt.date) -> int:
        """Completed years; a birthday on 29 February falls on 1 March in other years."""
        born = self.date_of_birth
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


class People:
    """All children of the planted authority."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self.by_kind: dict[str, list[Any]] = {}

    def child(
        self,
        rng: random.Random,
        *,
        born_between: tuple[dt.date, dt.date],
        sex: str | None = None,
        family_id: str | None = None,
        **columns: Any,
    ) -> Child:
        """A new child born on one of the days between the two (both included); `columns` go into the children row."""
        first, last = born_between
        born = first + dt.timedelta(rng.randrange(max((last - first).days, 0) + 1))
        child = Child(
            self._rows.new_id("children"),
            family_id or self._rows.new_id("family_id"),
            born,
            sex or rng.choice("MF"),
        )
        usual = {
            "ethnicity": rng.choices(list(ETHNICITIES), list(ETHNICITIES.values()))[0],
            "disabled": rng.random() < DISABLED_SHARE,
        }
        self._rows.add(
            "children",
            **{
                "child_id": child.child_id,
                "family_id": child.family_id,
                "date_of_birth": born,
                "sex": child.sex,
                **usual,
                **columns,
            },
        )
        return child

    def family(self, rng: random.Random, size: int, on: dt.date, ages: tuple[int, int] = (0, 17)) -> list[Child]:
        """`size` brothers and sisters of one family whose ages on the day `on` lie within `ages`, both included."""
        family_id = self._rows.new_id("family_id")
        between = born_for_ages(on, ages)
        return [self.child(rng, born_between=between, family_id=family_id) for _ in range(size)]

    def leave(self, kind: str, item: Any) -> None:
        """Leave something for later planters under a name."""
        self.by_kind.setdefault(kind, []).append(item)


def born_for_ages(on: dt.date, ages: tuple[int, int]) -> tuple[dt.date, dt.date]:
    """The first and last day of birth of a child who is `ages[0]` to `ages[1]` completed years old on a day."""
    return years_before(on, ages[1] + 1) + dt.timedelta(1), years_before(on, ages[0])


def years_before(day: dt.date, years: int) -> dt.date:
    """The same day of an earlier year; for 29 February the 28th, so that a child born then has had the birthday."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
