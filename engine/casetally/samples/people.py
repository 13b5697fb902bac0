"""Why: services meet families, and several children of one; so families are made first, and children within them.

A family is here for one reason (its kind): referred to social care, only ever contacted, only ever in early help,
in care since before the records begin, or an unaccompanied child. Ids follow the day on which a family first comes
to notice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from casetally.samples.columns import codes, dates, flags, ids, texts
from casetally.samples.draw import Draw
from casetally.samples.setting import YEAR, Days, Mask, Numbers, Setting

REFERRED, CONTACTED, EARLY_HELP, IN_CARE_BEFORE, UNACCOMPANIED = range(5)
FAMILIES_PER_10_000 = {
    REFERRED: 208.0,
    CONTACTED: 300.0,
    EARLY_HELP: 95.0,
    IN_CARE_BEFORE: 36.0,
    UNACCOMPANIED: 4.2,
}
CARE_HISTORY_YEARS = 12  # children in care came this long before the warm-up
SIBLINGS = (0.42, 0.30, 0.18, 0.10)  # families of one child, two, three, four
# how likely a child is first noticed at each age, from under 1 to 17
AGE_WEIGHTS = (
    1.9,
    1.2,
    1.1,
    1.0,
    1.0,
    1.0,
    1.0,
    1.0,
    1.0,
    1.0,
    1.0,
    1.0,
    1.1,
    1.2,
    1.3,
    1.3,
    1.1,
    0.5,
)
ETHNICITY = {
    "WBRI": 0.66, "WOTH": 0.055, "MOTH": 0.03, "MWBC": 0.03, "MWBA": 0.014, "MWAS": 0.014, "AIND": 0.018, "APKN": 0.045,
    "ABAN": 0.016, "AOTH": 0.022, "CHNE": 0.003, "BAFR": 0.036, "BCRB": 0.014, "BOTH": 0.013, "WIRI": 0.003,
    "WROM": 0.005, "OOTH": 0.02, "NOBT": 0.014, "REFU": 0.003,
}  # fmt: skip
DISABILITIES = {
    "LD": 3.0,
    "AUT": 4.0,
    "BEH": 2.5,
    "COMM": 2.0,
    "MOB": 1.5,
    "HEAR": 0.6,
    "VIS": 0.6,
    "PC": 0.8,
    "CON": 0.5,
}


@dataclass(frozen=True)
class People:
    """Families by number (kind, first day, number of children, first child) and children by number (family, birth)."""

    kind: Numbers
    first_day: Days
    size: Numbers
    first_child: Numbers
    family: Numbers
    born: Days
    female: Mask
    disabled: Mask

    def members(self, families: Numbers) -> tuple[Numbers, Numbers]:
        """Every child of each given family: (the position in `families`, the child's number)."""
        counts = self.size[families]
        position = np.repeat(np.arange(len(families), dtype=np.int64), counts)
        first = np.cumsum(counts) - counts
        return position, self.first_child[families][position] + np.arange(len(position), dtype=np.int64) - first[
            position
        ]


def make_people(setting: Setting) -> People:
    """All families and children that services meet from the warm-up (children in care: from long before) to the end."""
    draw = setting.draw("people")
    kind, day = _families(setting, draw)
    size = 1 + draw.pick(len(kind), SIBLINGS)
    size[np.isin(kind, (IN_CARE_BEFORE, UNACCOMPANIED))] = 1
    first_child = np.cumsum(size) - size
    family = np.repeat(np.arange(len(kind), dtype=np.int64), size)
    place = np.arange(len(family), dtype=np.int64) - first_child[family]
    age_days = (draw.pick(len(kind), AGE_WEIGHTS) + draw.share(len(kind))) * YEAR
    age_days = np.where(kind == UNACCOMPANIED, draw.between(len(kind), 15.2, 17.6) * YEAR, age_days)
    # brothers and sisters are one to five years apart, older or younger than the child first noticed
    apart = draw.whole(len(family), 400, 1_900) * place * np.where(draw.chance(len(family), 0.5), 1, -1)
    born = (day - age_days.astype(np.int64))[family] + np.where(place == 0, 0, apart)
    born = _never_on_29_february(born)
    female = draw.chance(len(family), 0.48) & (kind[family] != UNACCOMPANIED)
    disabled = draw.chance(len(family), 0.09)
    return People(kind, day, size, first_child, family, born, female, disabled)


def _families(setting: Setting, draw: Draw) -> tuple[Numbers, Days]:
    kinds, days = [], []
    for sort, rate in FAMILIES_PER_10_000.items():
        span = CARE_HISTORY_YEARS if sort == IN_CARE_BEFORE else setting.span_years
        first = setting.warm_up - (int(CARE_HISTORY_YEARS * YEAR) if sort == IN_CARE_BEFORE else 0)
        count = max(1, round(setting.per_year(rate) * span))
        kinds.append(np.full(count, sort, dtype=np.int64))
        days.append(first + (draw.share(count) * span * YEAR).astype(np.int64))
    kind, day = np.concatenate(kinds), np.concatenate(days)
    order = np.lexsort((kind, day))
    return kind[order], day[order]


def _never_on_29_february(born: Days) -> Days:
    text = born.astype("datetime64[D]")
    start_of_year = text.astype("datetime64[Y]").astype("datetime64[D]")
    leap = (start_of_year + 366).astype("datetime64[Y]") != (start_of_year + 365).astype("datetime64[Y]")
    birth: Days = born - (((text - start_of_year).astype(np.int64) == 59) & leap)
    return birth


def children_table(setting: Setting, people: People) -> pl.DataFrame:
    """The children by number; births after the as-at date stay blank."""
    draw = setting.draw("children")
    count = len(people.born)
    sex = np.where(people.female, 1, 0)
    unaccompanied = people.kind[people.family] == UNACCOMPANIED
    # brothers and sisters share an ethnicity
    ethnicity = draw.pick(len(people.kind), ETHNICITY)[people.family]
    elsewhere = np.array([list(ETHNICITY).index(code) for code in ("OOTH", "BAFR", "AOTH")])
    ethnicity = np.where(unaccompanied, elsewhere[draw.whole(count, 0, 2)], ethnicity)
    died = draw.chance(count, 0.0003)
    return pl.DataFrame({
        "child_id": ids(np.arange(count, dtype=np.int64)),
        "date_of_birth": dates(setting, people.born),
        "expected_date_of_birth": dates(setting, people.born + draw.whole(count, -14, 14), given=np.zeros(count, bool)),
        "date_of_death": dates(setting, people.born + 7_300 + draw.whole(count, 0, 1_500), given=died),
        "sex": codes(("M", "F"), sex),
        "gender": codes(("M", "F"), sex, given=draw.chance(count, 0.97)),
        "ethnicity": codes(list(ETHNICITY), ethnicity),
        "disabled": flags(people.disabled),
        "family_id": ids(people.family),
        "upn": _pupil_numbers(draw, setting, people.born),
    })  # fmt: skip


def _pupil_numbers(draw: Draw, setting: Setting, born: Days) -> pl.Series:
    """Made-up pupil numbers: a letter that no check digit allows, then twelve digits; none before school age."""
    number = 999_000_000_000 + np.arange(len(born), dtype=np.int64)
    at_school = (setting.as_at - born > 4.5 * YEAR) & draw.chance(len(born), 0.93)
    text = pl.select(pl.concat_str(pl.lit("I"), pl.lit(pl.Series(number)).cast(pl.String))).to_series()
    return pl.select(pl.when(pl.lit(pl.Series(at_school))).then(pl.lit(text))).to_series()


def disabilities_table(setting: Setting, people: People) -> pl.DataFrame:
    """One to three disabilities of each disabled child."""
    draw = setting.draw("disabilities")
    children = np.flatnonzero(people.disabled)
    counts = 1 + draw.pick(len(children), (0.6, 0.3, 0.1))
    child = np.repeat(children, counts)
    kinds = draw.pick(len(child), DISABILITIES)
    table = pl.DataFrame({"child_id": ids(child), "disability": codes(list(DISABILITIES), kinds)})
    return table.unique(maintain_order=True)


def child_links_table(setting: Setting, people: People) -> pl.DataFrame:
    """Two records of one child, merged: the earlier one is that of a child who had only ever been contacted about."""
    draw = setting.draw("child_links")
    kind, noticed = people.kind[people.family], people.first_day[people.family]
    recent = (noticed >= setting.history_from) & (noticed < setting.as_at)
    kept, earlier = np.flatnonzero((kind == REFERRED) & recent), np.flatnonzero((kind == CONTACTED) & recent)
    count = min(len(kept), len(earlier), max(1, len(kept) // 150))
    chosen, other = kept[draw.some(len(kept), count)], earlier[draw.some(len(earlier), count)]
    since = np.maximum(noticed[chosen], noticed[other])
    linked = since + (draw.share(count) * (setting.as_at - since)).astype(np.int64) + 1
    keep = setting.kept_day(linked)
    reason = texts("merged record", int(keep.sum()))
    return pl.DataFrame({
        "child_id": ids(chosen[keep]),
        "linked_child_id": ids(other[keep]),
        "reason": reason,
        "linked_on": dates(setting, linked[keep]),
    })  # fmt: skip
