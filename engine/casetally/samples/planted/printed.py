"""Why: what a report prints is read in one place: each figure by its reference, basis, period and breakdown.

`figures.csv` has the columns report, ref, basis, period, breakdown, numerator, denominator, value, printed, rag, note. The
places of a value are those it is written with: 100.0 has one, 12 has none.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from casetally.errors import InputError, Place

MONTHLY = ("month", "month_end", "point_in_time")
YEAR_TO_DATE, ROLLING = "year_to_date", "rolling_12_months"


@dataclass(frozen=True)
class Figure:
    """One printed figure. `value` is None where only a fraction or a sign is printed; `places` are its decimals."""

    ref: str
    basis: str
    period: str
    breakdown: str
    value: Decimal | None
    numerator: int | None
    denominator: int | None
    printed: str

    @property
    def places(self) -> int:
        exponent = self.value.as_tuple().exponent if self.value is not None else 0
        return -exponent if isinstance(exponent, int) and exponent < 0 else 0

    def rounds_to(self, numerator: int, denominator: int, scale: int = 100) -> bool:
        """Whether numerator / denominator x scale, rounded half up at the printed places, is the printed value."""
        return self.value is not None and rounded(numerator, denominator, scale, self.places) == self.value


def rounded(numerator: int, denominator: int, scale: int, places: int) -> Decimal:
    """numerator / denominator x scale, half up at `places`, from the whole numbers alone."""
    if denominator <= 0:
        return Decimal("NaN")
    units = (2 * numerator * scale * 10**places + denominator) // (2 * denominator)
    return Decimal(units).scaleb(-places)


class Printed:
    """The figures of one report."""

    def __init__(self, figures: Iterable[Figure]) -> None:
        self._by_key = {(f.ref, f.basis, f.period, f.breakdown): f for f in figures}
        self.refs = tuple(sorted({ref for ref, *_ in self._by_key}))

    def figure(self, ref: str, basis: str, period: str, breakdown: str = "") -> Figure | None:
        return self._by_key.get((ref, basis, period, breakdown))

    def of_month(self, ref: str, month: str, breakdown: str = "", basis: str | None = None) -> Figure | None:
        """The figure of one month ('2023-04'), of the month's end or of the point in time; or on the `basis` named."""
        for name in (basis,) if basis else MONTHLY:
            if found := self.figure(ref, name, month, breakdown):
                return found
        return None

    def of_line(self, ref: str) -> list[Figure]:
        """Every figure of a line, by basis, period and breakdown."""
        return [figure for key, figure in sorted(self._by_key.items()) if key[0] == ref]

    def breakdowns(self, ref: str) -> tuple[str, ...]:
        """Every breakdown that is printed for a line, the empty one included, sorted."""
        return tuple(sorted({breakdown for name, _, _, breakdown in self._by_key if name == ref}))


def read_printed(folder: Path) -> Printed:
    """The figures of `folder/figures.csv`. Raises InputError with file and line where it is not such a file."""
    path = folder / "figures.csv"
    if not path.is_file():
        raise InputError(f"There is no figures.csv in '{folder}'.", hint="Name the folder of a published report.")
    figures = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        for row in reader:
            try:
                figures.append(_figure(row))
            except (KeyError, ValueError, InvalidOperation) as fault:
                place = Place(f"{folder.name}/{path.name}", reader.line_num)
                raise InputError(
                    "This line is not a printed figure.",
                    place=place,
                    hint="It needs ref, basis, period, breakdown, numerator, denominator, value and printed.",
                ) from fault
    return Printed(figures)


def _figure(row: dict[str, str]) -> Figure:
    value = Decimal(row["value"]) if row["value"] else None
    return Figure(
        row["ref"], row["basis"], row["period"], row["breakdown"],
        value, _whole(row["numerator"]), _whole(row["denominator"]), row["printed"],
    )  # fmt: skip


def _whole(text: str) -> int | None:
    return int(text) if text else None
