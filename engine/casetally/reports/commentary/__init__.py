"""Why: figures need words beside them: drafted ones by fixed rules, and an analyst's own (docs/commentary.md)."""

from casetally.reports.commentary.drafted import drafted
from casetally.reports.commentary.markdown import as_html
from casetally.reports.commentary.own_words import introduction, own_words, unused_words

__all__ = ["as_html", "drafted", "introduction", "own_words", "unused_words"]
