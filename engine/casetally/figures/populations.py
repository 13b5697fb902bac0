"""Why: a rate depends on which estimate of the population it rests on, so the choice is made in one place and can be named.

The rate of a period in the financial year that ends on 31 March Y rests on the mid-year estimate of Y-1, as the DfE's do;
where that is not among the records, on the latest one before it (rules: Counting, "Rate per 10,000"). Of several vintages
of one estimate the one named is taken, else the last by name.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt

from casetally.definitions.open_data import identity_of
from casetally.periods import Period, financial_year_start
from casetally.store import Store


def authorities_of(store: Store) -> list[str]:
    """The authorities in `populations`, sorted."""
    found = store.rows("SELECT DISTINCT authority FROM populations WHERE authority IS NOT NULL ORDER BY authority")
    return [str(row[0]) for row in found]


def known_as(names: Sequence[str], known: Collection[str]) -> str | None:
    """Which of the authorities in `populations` one of these codes or names means; None where none does.

    One that stands there as it is named goes before one that published tables call by another code or name.
    """
    for name in names:
        if name and name in known:
            return name
    found = identity_of(names)
    if found is None:
        return None
    theirs = [(one, label) for label in sorted(known) if (one := identity_of([label])) is not None]
    same = [(one.former, label) for one, label in theirs if one.old_la_code == found.old_la_code]
    return min(same)[1] if same else None


def populations_of(
    store: Store, authority: str, periods: Sequence[Period], vintage: str | None = None
) -> npt.NDArray[np.float64]:
    """The population aged 0 to 17 behind a rate of each period; NaN where no estimate serves it."""
    rows = store.rows(
        "SELECT mid_year, vintage, population FROM populations WHERE authority = ? "
        "ORDER BY mid_year, vintage NULLS FIRST", [authority]
    )  # fmt: skip
    by_year: dict[int, float] = {}
    for mid_year, of_vintage, population in rows:
        if vintage is None or of_vintage == vintage:
            by_year[int(mid_year)] = float(population)
    years = sorted(by_year)
    found = []
    for period in periods:
        wanted = financial_year_start(period.end).year
        served = [year for year in years if year <= wanted]
        found.append(by_year[served[-1]] if served else np.nan)
    return np.array(found, dtype=np.float64)
