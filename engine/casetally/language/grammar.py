"""Why: the text of a definition becomes a tree by sqlglot's parser, with every function left as the plain name it was written.

sqlglot would turn known functions into nodes of its own and rewrite them between dialects, silently wrongly for some
dates. Here all functions stay names, to be looked up in our catalogue; what is not SQL is reported where it stands.
"""

from __future__ import annotations

from typing import Any, ClassVar

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.errors import ParseError, TokenError


class Mistake(Exception):
    """Something wrong at `offset` of the text; the caller knows which file and line that is."""

    def __init__(self, offset: int, width: int, says: str, hint: str = "") -> None:
        super().__init__(says)
        self.offset, self.width, self.says, self.hint = offset, max(width, 1), says, hint

    def within(self, text: str) -> Mistake:
        """The same, underlined up to the brackets that close what it opens: the parser keeps no place for those."""
        end = self.offset + self.width
        shown = text[self.offset : end]
        for _ in range(shown.count("(") - shown.count(")")):
            blank = len(text[end:]) - len(text[end:].lstrip())
            end += blank + 1 if text[end + blank : end + blank + 1] == ")" else 0
        return Mistake(self.offset, end - self.offset, self.says, self.hint)


class DefinitionSql(DuckDB):
    """DuckDB's SQL with no function known to the parser: each is an `Anonymous` node with its name and arguments."""

    class Tokenizer(DuckDB.Tokenizer):
        # `limit` is a function here: a record set has no use for the keyword
        KEYWORDS: ClassVar[dict[str, Any]] = {k: v for k, v in DuckDB.Tokenizer.KEYWORDS.items() if k != "LIMIT"}

    class Parser(DuckDB.Parser):  # type: ignore[misc, valid-type]
        FUNCTIONS: ClassVar[dict[str, Any]] = {}
        FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {}
        NO_PAREN_FUNCTIONS: ClassVar[dict[Any, Any]] = {}
        NO_PAREN_FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {
            "CASE": DuckDB.Parser.NO_PAREN_FUNCTION_PARSERS["CASE"],
        }


_DIALECT = DefinitionSql()


def parse(text: str) -> exp.Expr:
    """The tree of one expression or query. Raises Mistake where the text can't be read."""
    try:
        tokens = _DIALECT.tokenize(text)
        if not tokens:
            raise Mistake(0, 1, "There is nothing to read here.", "Write an expression, or leave it out with its key.")
        found = [one for one in _DIALECT.parser().parse(tokens, text) if one is not None]
    except ParseError as fault:
        first = fault.errors[0]
        lines = text.split("\n")
        shown = str(first.get("highlight") or "")
        # sqlglot counts columns to the end of the word
        offset = sum(len(line) + 1 for line in lines[: first["line"] - 1]) + first["col"] - len(shown)
        raise Mistake(
            max(offset, 0),
            len(shown),
            f"This can't be read as SQL near '{shown}'.",
            "Check for a missing operand, comma or bracket.",
        ) from fault
    except TokenError as fault:
        raise Mistake(
            0,
            len(text),
            "This can't be read as SQL: a quote or bracket is not closed.",
            "Texts stand in single quotes: 'E11'.",
        ) from fault
    if not found:
        raise Mistake(0, len(text), "There is nothing to read here.", "Write an expression.")
    return exp.Block(expressions=found) if len(found) > 1 else found[0]


def span(node: exp.Expr) -> tuple[int, int]:
    """Where a node stands in the text: offset and width of its words, or of what holds it where it keeps none."""
    starts = [(n.meta["start"], n.meta["end"]) for n in node.walk() if "start" in n.meta]
    if not starts:
        return span(node.parent) if node.parent is not None else (0, 1)
    first = min(start for start, _ in starts)
    return first, max(end for _, end in starts) - first + 1


def mistake_at(node: exp.Expr, says: str, hint: str = "") -> Mistake:
    """A Mistake that underlines a node."""
    offset, width = span(node)
    return Mistake(offset, width, says, hint)
