"""Why: an expression is checked when its definition loads, so that a misspelt column is found now and not by a wrong figure.

The nodes in `_READERS` are all there are. Each reader checks its operands and gives the node's type; a node that is not
listed is refused with its place, what was expected and the nearest name.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from sqlglot import exp

from casetally.errors import did_you_mean
from casetally.language.catalogue import CATALOGUE
from casetally.language.grammar import Mistake, mistake_at, parse
from casetally.language.value_types import ValueType, common, in_words
from casetally.yaml_files import Path_, YamlDocument

DAYS_OF_A_RUN = ("as_at", "run_as_at", "period_start", "period_end")


@dataclass(frozen=True)
class Scope:
    """What an expression may name: columns with their types, days of the run, dated limits, and codes of code columns.

    A column of a joined table is written `table.column`. `codes` maps a column to the codes it may be compared with.
    """

    columns: Mapping[str, ValueType]
    days: frozenset[str] = frozenset({"run_as_at"})
    limits: frozenset[str] = frozenset()
    codes: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Expression:
    """A checked expression: its text, tree and type, and the names it reads (columns, days of the run, limits)."""

    text: str
    tree: exp.Expr = field(compare=False, repr=False)
    type: ValueType
    columns: frozenset[str]
    days: frozenset[str]
    limits: frozenset[str]

    @cached_property
    def canonical(self) -> str:
        """The same meaning, the same text: what a fingerprint is made from."""
        return self.tree.sql(dialect="duckdb", comments=False, copy=False)


def read_expression(
    text: object, scope: Scope, *, document: YamlDocument, path: Path_, expect: ValueType | None = None
) -> Expression:
    """Parse and check one expression. Raises DefinitionError, underlined, for anything but what `scope` allows.

    `expect` is the type that the place asks for (a condition is boolean).
    """
    if not isinstance(text, str):
        raise document.error(path, "An expression is a text.", hint="Put it in quotes.")
    try:
        return check_text(text, scope, expect)
    except Mistake as wrong:
        raise document.error(path, wrong.says, hint=wrong.hint, offset=wrong.offset, width=wrong.width) from wrong


def check_text(text: str, scope: Scope, expect: ValueType | None = None) -> Expression:
    """As read_expression, without a file: raises Mistake."""
    try:
        return _checked(text, scope, expect)
    except Mistake as wrong:
        raise wrong.within(text) from None


def _checked(text: str, scope: Scope, expect: ValueType | None) -> Expression:
    tree = parse(text)
    found = _Reader(scope)
    value_type = found.type_of(tree)
    if expect and common(value_type, expect) != expect:
        says = f"Expected {in_words(expect)} here, and this is {in_words(value_type)}."
        raise mistake_at(tree, says, _HOW_TO_GIVE.get(expect, ""))
    return Expression(text, tree, value_type, frozenset(found.columns), frozenset(found.days), frozenset(found.limits))


def check_tree(tree: exp.Expr, scope: Scope) -> ValueType:
    """The type of a tree that was made from a checked one (a threshold day). Raises Mistake where its types do not fit."""
    return _Reader(scope).type_of(tree)


class _Reader:
    """Walks a tree once: types, and the names that occur."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.columns: set[str] = set()
        self.days: set[str] = set()
        self.limits: set[str] = set()

    def type_of(self, node: exp.Expr) -> ValueType:
        reader = _READERS.get(type(node))
        if reader is None:
            raise mistake_at(node, f"'{type(node).__name__.lower()}' can't stand in a definition.", _hint_for(node))
        return reader(self, node)

    def column(self, node: exp.Expr) -> ValueType:
        assert isinstance(node, exp.Column)
        name = f"{node.table}.{node.name}" if node.table else node.name
        if name in self.scope.columns:
            self.columns.add(name)
            return self.scope.columns[name]
        if name in self.scope.days:
            self.days.add(name)
            return "date"
        if name in DAYS_OF_A_RUN:
            raise mistake_at(
                node,
                f"'{name}' has no meaning here.",
                "Days that may be used: " + ", ".join(sorted(self.scope.days)) + ".",
            )
        known = [*self.scope.columns, *self.scope.days]
        hint = did_you_mean(name, known, else_say="Known: " + ", ".join(sorted(known)) + ".")
        raise mistake_at(node, f"There is no column '{name}' here.", hint)

    def literal(self, node: exp.Expr) -> ValueType:
        assert isinstance(node, exp.Literal)
        return "text" if node.is_string else "integer" if str(node.this).isdigit() else "number"

    def date_literal(self, node: exp.Expr) -> ValueType:
        inner = node.this
        if not (isinstance(inner, exp.Literal) and inner.is_string and str(node.args["to"]) == "DATE"):
            raise mistake_at(node, "Values are not converted in a definition.", "Dates are written date '2023-04-01'.")
        try:
            if (
                dt.date.fromisoformat(str(inner.this)).isoformat() != inner.this
            ):  # Python reads more forms than engines do
                raise ValueError
        except ValueError:
            raise mistake_at(inner, f"'{inner.this}' is not a date.", "Dates are written date '2023-04-01'.") from None
        return "date"

    def logic(self, node: exp.Expr) -> ValueType:
        for part in (node.this, node.args.get("expression")):
            if part is not None and self.type_of(part) not in ("boolean", "null"):
                raise mistake_at(
                    part,
                    f"'{node.key}' joins conditions, and this is {in_words(self.type_of(part))}.",
                    "Compare it with something.",
                )
        return "boolean"

    def comparison(self, node: exp.Expr) -> ValueType:
        self.same_type([node.this, node.expression])
        self.known_codes(node.this, [node.expression])
        self.known_codes(node.expression, [node.this])
        return "boolean"

    def between(self, node: exp.Expr) -> ValueType:
        self.same_type([node.this, node.args["low"], node.args["high"]])
        return "boolean"

    def membership(self, node: exp.Expr) -> ValueType:
        if node.args.get("query") is not None or not node.expressions:
            raise mistake_at(node, "'in' takes a list of values.", "Write in ('E11', 'E12').")
        self.same_type([node.this, *node.expressions])
        self.known_codes(node.this, node.expressions)
        return "boolean"

    def identity(self, node: exp.Expr) -> ValueType:
        self.type_of(node.this)
        if not isinstance(node.expression, (exp.Null, exp.Boolean)):
            raise mistake_at(node, "'is' is followed by null, true or false.")
        return "boolean"

    def arithmetic(self, node: exp.Expr) -> ValueType:
        left, right = self.type_of(node.this), self.type_of(node.expression)
        if left == "date" and right == "integer" and not isinstance(node, exp.Mul):
            if not isinstance(node.expression, exp.Literal):
                raise mistake_at(node, "A date and a calculated number of days are written days_after(day, count).")
            return "date"
        if left == "date" and right == "date" and isinstance(node, exp.Sub):
            raise mistake_at(node, "Days between two dates are written days(start, end).")
        both = common(left, right)
        if both not in ("integer", "number"):
            raise mistake_at(node, f"{in_words(left).capitalize()} and {in_words(right)} can't be calculated with.")
        return both

    def negative(self, node: exp.Expr) -> ValueType:
        inner = self.type_of(node.this)
        if inner not in ("integer", "number"):
            raise mistake_at(node, f"The minus sign takes a number, and this is {in_words(inner)}.")
        return inner

    def case(self, node: exp.Expr) -> ValueType:
        results = []
        if node.this is not None:
            raise mistake_at(node, "Write case when … then …, with a condition after each 'when'.")
        for branch in node.args["ifs"]:
            if self.type_of(branch.this) not in ("boolean", "null"):
                raise mistake_at(branch.this, "After 'when' stands a condition.")
            results.append(branch.args["true"])
        if node.args.get("default") is not None:
            results.append(node.args["default"])
        return self.same_type(results)

    def call(self, node: exp.Expr) -> ValueType:
        name = str(node.this).lower()
        function = CATALOGUE.get(name)
        if function is None:
            hint = did_you_mean(name, CATALOGUE, else_say="Functions: " + ", ".join(sorted(CATALOGUE)) + ".")
            raise mistake_at(node, f"There is no function '{name}'.", hint)
        given, wanted = node.expressions, function.parameters
        if len(given) != len(wanted) and not (function.variadic and len(given) >= 1):
            raise mistake_at(
                node, f"{name} takes {len(wanted)} arguments and was given {len(given)}.", function.signature
            )
        if name == "limit":
            return self.limit(node)
        if function.returns == "any":
            return self.same_type(given)
        for argument, parameter in zip(given, wanted, strict=True):
            found = self.type_of(argument)
            if common(found, parameter) != parameter:  # type: ignore[arg-type]
                raise mistake_at(
                    argument,
                    f"{name} takes {in_words(parameter)} here, and this is {in_words(found)}.",  # type: ignore[arg-type]
                    function.signature,
                )
        return function.returns  # type: ignore[return-value]

    def limit(self, node: exp.Expr) -> ValueType:
        name_node, day_node = node.expressions
        if not (isinstance(name_node, exp.Literal) and name_node.is_string):
            raise mistake_at(
                name_node, "A limit is named by a text.", "Write limit('assessment_working_days', started_on)."
            )
        name = str(name_node.this)
        if name not in self.scope.limits:
            hint = did_you_mean(
                name, self.scope.limits, else_say="Known limits: " + ", ".join(sorted(self.scope.limits)) + "."
            )
            raise mistake_at(name_node, f"There is no limit '{name}'.", hint)
        if self.type_of(day_node) not in ("date", "null"):
            raise mistake_at(day_node, "A limit is read on a date.")
        self.limits.add(name)
        return "integer"

    def same_type(self, parts: list[exp.Expr]) -> ValueType:
        types = [self.type_of(part) for part in parts]
        so_far: ValueType = "null"
        for part, found in zip(parts, types, strict=True):
            both = common(so_far, found)
            if both is None:
                hint = "Dates are written date '2023-04-01'." if {so_far, found} == {"date", "text"} else ""
                if {so_far, found} == {"date", "datetime"}:
                    hint = "Use on_day(…) for the day of a date with a time."
                raise mistake_at(part, f"This is {in_words(found)}, and it meets {in_words(so_far)}.", hint)
            so_far = both
        return so_far

    def known_codes(self, node: exp.Expr, literals: list[exp.Expr]) -> None:
        codes = self.scope.codes.get(node.name) if isinstance(node, exp.Column) else None
        for literal in literals if codes else ():
            if isinstance(literal, exp.Literal) and literal.is_string and literal.this not in codes:  # type: ignore[operator]
                hint = did_you_mean(
                    str(literal.this), codes or (), else_say="Codes: " + ", ".join(sorted(codes or ())) + "."
                )
                raise mistake_at(literal, f"'{literal.this}' is not a code of {node.name}.", hint)


def _hint_for(node: exp.Expr) -> str:
    if isinstance(node, exp.Div):
        return "There is no division: a share, rate or ratio is calculated once, from whole numbers."
    if isinstance(node, (exp.Select, exp.Subquery, exp.Exists, exp.Window)):
        return "Joins, windows and queries belong in a record set (definitions/records)."
    if isinstance(node, (exp.Like, exp.ILike)):
        return "Use starts_with(text, start)."
    return "docs/language.md lists all that may be written."


_HOW_TO_GIVE: dict[ValueType, str] = {
    "boolean": "Write a condition: compare it with something, or ask whether it 'is null'.",
    "date": "Name a column that holds a date, or a function that gives one.",
    "number": "Name a column that holds a number, or a function that gives one, such as days(start, end).",
}
_READERS: dict[type[exp.Expr], Callable[[_Reader, exp.Expr], ValueType]] = {
    exp.Column: _Reader.column,
    exp.Literal: _Reader.literal,
    exp.Cast: _Reader.date_literal,
    exp.Boolean: lambda _, __: "boolean",
    exp.Null: lambda _, __: "null",
    exp.Paren: lambda reader, node: reader.type_of(node.this),
    exp.And: _Reader.logic,
    exp.Or: _Reader.logic,
    exp.Not: _Reader.logic,
    exp.EQ: _Reader.comparison,
    exp.NEQ: _Reader.comparison,
    exp.LT: _Reader.comparison,
    exp.LTE: _Reader.comparison,
    exp.GT: _Reader.comparison,
    exp.GTE: _Reader.comparison,
    exp.Between: _Reader.between,
    exp.In: _Reader.membership,
    exp.Is: _Reader.identity,
    exp.Add: _Reader.arithmetic,
    exp.Sub: _Reader.arithmetic,
    exp.Mul: _Reader.arithmetic,
    exp.Neg: _Reader.negative,
    exp.Case: _Reader.case,
    exp.Anonymous: _Reader.call,
}
