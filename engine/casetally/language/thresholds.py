"""Why: a stock's answer changes only on days that can be named, so that evidence is dated and a due date is never a guess.

`as_at` may stand only where it can be solved for a day: compared with a date, or inside `age_on`, `working_days(x, as_at)` or
`days(x, as_at)` compared with a number. Each comparison then has one or two threshold days, on which its answer flips;
between thresholds the answer of a row is constant. This pass refuses all else and gives the thresholds as expressions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlglot import exp

from casetally.language.grammar import mistake_at

AS_AT = "as_at"

# the answer of `as_at OP day` flips on the day itself, on the day after it, or on both
_FLIPS_ON: dict[type[exp.Expr], tuple[int, ...]] = {
    exp.GT: (1,),
    exp.LTE: (1,),
    exp.GTE: (0,),
    exp.LT: (0,),
    exp.EQ: (0, 1),
    exp.NEQ: (0, 1),
}
_MIRRORED: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.GT: exp.LT,
    exp.LT: exp.GT,
    exp.GTE: exp.LTE,
    exp.LTE: exp.GTE,
    exp.EQ: exp.EQ,
    exp.NEQ: exp.NEQ,
}


def threshold_days(tree: exp.Expr) -> list[exp.Expr]:
    """Date expressions, without as_at, of every day on which the answer of `tree` can flip. Raises Mistake where unsolvable."""
    solved: list[exp.Expr] = []
    for node in _holding_as_at(tree):
        comparison = _comparison_around(node)
        solved += _solve(comparison, node)
    return solved


def _holding_as_at(tree: exp.Expr) -> Iterator[exp.Column]:
    for column in tree.find_all(exp.Column):
        if column.name == AS_AT and not column.table:
            yield column


def _comparison_around(node: exp.Expr) -> exp.Expr:
    parent: exp.Expr | None = node
    while parent is not None and not isinstance(parent, (*_FLIPS_ON, exp.Between)):
        parent = parent.parent
    if parent is None:
        raise _unsolvable(node)
    return parent


def _solve(comparison: exp.Expr, as_at: exp.Column) -> list[exp.Expr]:
    if isinstance(comparison, exp.Between):
        if not _within(as_at, comparison.this):
            raise _unsolvable(as_at)
        low = _flips(exp.GTE, comparison.this, comparison.args["low"], as_at)
        return low + _flips(exp.LTE, comparison.this, comparison.args["high"], as_at)
    left, right = comparison.this, comparison.expression
    if _within(as_at, left):
        return _flips(type(comparison), left, right, as_at)
    return _flips(_MIRRORED[type(comparison)], right, left, as_at)


def _flips(operator: type[exp.Expr], side: exp.Expr, other: exp.Expr, as_at: exp.Column) -> list[exp.Expr]:
    """The flips of `side OPERATOR other`, where `side` holds as_at."""
    if any(True for _ in _holding_as_at(other)):
        raise _unsolvable(as_at)
    side = side.unnest()
    if side is as_at:
        return [_days_after(other, shift) for shift in _FLIPS_ON[operator]]
    name = str(side.this).lower() if isinstance(side, exp.Anonymous) else ""
    if name not in _SOLVERS or side.expressions[1] is not as_at:
        raise _unsolvable(as_at)
    # count(as_at) > n flips where count first reaches n + 1; >= n where it reaches n
    return [_SOLVERS[name](side.expressions[0], _plus(other, shift)) for shift in _FLIPS_ON[operator]]


# The first day on which a count of years, days or working days since `start` reaches `number`.
_SOLVERS: dict[str, Callable[[exp.Expr, exp.Expr], exp.Expr]] = {
    "age_on": lambda start, number: _call("birthday", start, number),
    "days": lambda start, number: _call("days_after", start, number),
    "working_days": lambda start, number: _days_after(_call("add_working_days", start, _plus(number, -1)), 1),
}


def _call(name: str, *arguments: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=name, expressions=[argument.copy() for argument in arguments])


def _plus(number: exp.Expr, shift: int) -> exp.Expr:
    if shift == 0:
        return number.copy()
    literal = exp.Literal.number(abs(shift))
    kind = exp.Add if shift > 0 else exp.Sub
    return kind(this=exp.Paren(this=number.copy()), expression=literal)


def _days_after(day: exp.Expr, shift: int) -> exp.Expr:
    return day.copy() if shift == 0 else _call("days_after", day, exp.Literal.number(shift))


def _within(node: exp.Expr, tree: exp.Expr) -> bool:
    return any(found is node for found in tree.walk())


def _unsolvable(node: exp.Expr) -> Exception:
    return mistake_at(
        node,
        "Here as_at can't be solved for a day.",
        "Compare it with a date (as_at > months_after(started_on, 24)), or compare age_on(x, as_at), working_days(x, as_at) "
        "or days(x, as_at) with a number.",
    )
