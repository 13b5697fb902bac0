"""Why: one code is written as `F`, `2`, `b) Female` or `Female`, and the data model has one code for it.

What is on no list stays as written, so that the checks can say so.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from casetally.sources.column_names import folded


def coded(text: pl.Series, words: Mapping[str, str]) -> pl.Series:
    """The texts as codes. `words`: a way of writing -> its code; case, blanks and punctuation do not matter.

    A text that is no known word stays as it is. Each distinct text is looked up once.
    """
    by_fold = {folded(word): code for word, code in words.items()}
    by_fold |= {folded(code): code for code in words.values() if folded(code) not in by_fold}
    distinct = text.drop_nulls().unique().to_list()
    return text.replace_strict({one: by_fold.get(folded(one), one) for one in distinct}, return_dtype=pl.String)
