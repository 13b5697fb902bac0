"""Why: what a column holds shows in its values: days, yes and no, codes, ids. A proposal is made of that and shows no values.

The only words that may go into a proposal are those of columns that look like codes: few, short or known, said again and
again, no numbers that could be ids, and not under a header that promises a person or free text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

from casetally.sources.mapping.reading import Grid

MOST_WORDS = 30
_LONGEST_WORD = 60
_LOOK_AT = 50_000  # rows at the beginning and at the end
_OFTEN = 3  # a word that is no known one must be said so often before it is shown
_FEW = 60
_FLAGS = frozenset({"yes", "no", "y", "n", "true", "false", "t", "f", "0", "1"})
_PERSONAL = re.compile(
    r"name|address|postcode|post code|nhs|mail|phone|mobile|note|comment|descri(be|ption of)|narrative|summary|details?$|free text|"
    r"upn|birth|dob|carer|parent|mother|father|author|\bby\b|worker|practitioner|manager|officer|adviser|advisor"
)
_TOTALS = frozenset({"total", "totals", "grand total", "sub total", "subtotal"})
_DAY = re.compile(r"(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})(?:[T ].*)?")
_NAMED_MONTH = re.compile(r"\d{1,2}([- ])([A-Za-z]{3,9})\1(\d{4}|\d{2})(?:[T ].*)?")


@dataclass(frozen=True)
class Looks:
    """What is known of a column from its values. Shares are of those that are not blank. `form`: how its dates are written;
    `unsure`: whether day and month could be the other way round. `words`: distinct values and how often, for `words_to_show` alone.
    """

    header: str
    filled: int
    rows: int
    distinct: int
    dates: float
    flags: float
    numbers: float
    form: str | None
    unsure: bool
    words: tuple[tuple[str, int], ...]
    totals: tuple[str, ...] = ()  # words of a row that adds up the others

    @property
    def personal(self) -> bool:
        """Whether its header promises a person or free text."""
        return _PERSONAL.search(self.header.lower().replace("_", " ")) is not None

    @property
    def like_codes(self) -> bool:
        """Few words, no dates and no ids of digits."""
        ids = sum(1 for word, _ in self.words if word.isdigit() and len(word) > 2)
        return 0 < self.distinct <= _FEW and ids == 0 and self.dates < 0.2 and not self.personal


def looks_of(grid: Grid) -> list[Looks]:
    """What each column of a file looks like, in order."""
    frame = grid.frame
    if frame.height > 2 * _LOOK_AT:
        frame = pl.concat([frame.head(_LOOK_AT), frame.tail(_LOOK_AT)])
    return [_look(header, frame[f"{at}"], frame.height) for at, header in enumerate(grid.headers)]


def _look(header: str, column: pl.Series, rows: int) -> Looks:
    text = column.drop_nulls().str.strip_chars()
    counts = text.value_counts(sort=True, name="n").sort(["n", text.name], descending=[True, False])
    distinct = counts[text.name].to_list()
    forms = {word: _form(word) for word in distinct[:5000]}
    looked = max(len(forms), 1)
    dated = [form for form in forms.values() if form is not None]
    form, unsure = _settled([word for word, one in forms.items() if one is not None], dated)
    flags = sum(1 for word in distinct if word.lower() in _FLAGS) / max(len(distinct), 1)
    numbers = sum(1 for word in forms if re.fullmatch(r"-?\d+(\.\d+)?", word)) / looked
    words = tuple(zip(distinct[: _FEW + 1], counts["n"].to_list()[: _FEW + 1], strict=True))
    totals = tuple(sorted(word for word in distinct if word.lower() in _TOTALS))
    return Looks(
        header, len(text), rows, len(distinct), len(dated) / looked, flags, numbers, form, unsure, words, totals
    )


def _form(word: str) -> str | None:
    """How one value is written as a date: `xx/xx/yyyy` where day and month stand in an order that it does not give away."""
    met = _DAY.fullmatch(word)
    if met:
        first, mark, second, third = met.groups()
        if len(first) == 4:
            return f"yyyy{mark}mm{mark}dd" if int(second) <= 12 else None
        if (
            len(first) > 2
            or len(third) not in (2, 4)
            or max(int(first), int(second)) > 31
            or min(int(first), int(second)) > 12
        ):
            return None
        return f"xx{mark}xx{mark}{'yyyy' if len(third) == 4 else 'yy'}"
    named = _NAMED_MONTH.fullmatch(word)
    if named:
        mark, month, year = named.groups()
        return f"dd{mark}{'mmm' if len(month) == 3 else 'mmmm'}{mark}{'yyyy' if len(year) == 4 else 'yy'}"
    return None


def _settled(words: list[str], forms: list[str]) -> tuple[str | None, bool]:
    """The form of most dates; day or month first as values over 12 say, and whether they leave it open."""
    if not forms:
        return None, False
    usual = max(sorted(set(forms)), key=forms.count)
    if not usual.startswith("xx"):
        return usual, False
    pairs = [(int(met[1]), int(met[3])) for word in words if (met := _DAY.fullmatch(word)) and len(met[1]) <= 2]
    day_first = sum(1 for first, _ in pairs if first > 12)
    month_first = sum(1 for _, second in pairs if second > 12)
    order = ("mm", "dd") if month_first > day_first else ("dd", "mm")
    return usual.replace("xx", order[0], 1).replace("xx", order[1], 1), (day_first > 0) == (month_first > 0)


def words_to_show(looks: Looks, known: frozenset[str]) -> tuple[list[str], int]:
    """The words that may stand in a proposal, in the order of how often they are said, and how many are left out.

    `known`: those that mean a code. Others are shown where they are said often enough to be nobody's, in a column of which a third
    is known or which has few words for its rows.
    """
    if not looks.like_codes:
        return [], 0
    plain = len(known) * 3 >= looks.distinct or (looks.distinct <= 15 and looks.filled >= 4 * looks.distinct)
    shown = [
        word
        for word, n in looks.words
        if word in known or (plain and n >= _OFTEN and word.isprintable() and len(word) <= _LONGEST_WORD)
    ]
    return shown[:MOST_WORDS], looks.distinct - len(shown[:MOST_WORDS])


def _short(word: str) -> bool:
    return word.isprintable() and len(word) <= _LONGEST_WORD
