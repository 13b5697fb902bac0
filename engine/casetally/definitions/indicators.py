"""Why: an indicator as written becomes checked expressions with a kind, so that nothing can fail once records are read.

The kind follows from what is written: `ratio`, `median`, `average`, `rate`, `share` (a condition or a clock), `distinct` or
`count`. A flow has `when`, a stock has `open`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from casetally.definitions.limits import Limit
from casetally.definitions.models import BREAKDOWNS, Breakdown, ClockText, IndicatorText, read_model
from casetally.definitions.record_sets import Clock, RecordSet, read_clock
from casetally.errors import did_you_mean
from casetally.language import Expression, Scope, read_expression
from casetally.language.grammar import Mistake
from casetally.language.thresholds import threshold_days
from casetally.yaml_files import Path_, YamlDocument, load_yaml

Kind = Literal["count", "distinct", "share", "rate", "average", "median", "ratio"]

FLOW_DAYS = ("as_at", "period_end", "period_start", "run_as_at")
STOCK_DAYS = ("as_at", "run_as_at")
_UNITS: dict[str, str] = {"count": "number", "distinct": "number", "share": "percent", "average": "number", "median": "number",
                          "ratio": "number"}  # fmt: skip


@dataclass(frozen=True)
class Indicator:
    """A checked indicator. `when` is set for a flow, `open` for a stock, neither for a ratio."""

    id: str
    text: IndicatorText
    kind: Kind
    unit: str
    record_set: RecordSet | None
    when: Expression | None = None
    open: tuple[Expression, Expression] | None = None
    where: Expression | None = None
    share: Expression | None = None
    clock: Clock | None = None
    amount: Expression | None = None  # what is averaged
    distinct: str | None = None
    unsettled: Expression | None = None
    breakdowns: tuple[Breakdown, ...] = ()
    fingerprint: str = ""

    @property
    def is_stock(self) -> bool:
        return self.open is not None

    def expressions(self) -> list[Expression]:
        """Every expression of the indicator, the clock's included."""
        clock = [self.clock.from_, self.clock.due, self.clock.met] if self.clock else []
        found = [self.when, *(self.open or ()), self.where, self.share, *clock, self.amount, self.unsettled]
        return [expression for expression in found if expression is not None]


def load_indicators(
    folders: tuple[Path, ...], record_sets: Mapping[str, RecordSet], limits: Mapping[str, Limit]
) -> Mapping[str, Indicator]:
    """Every indicator by id, sorted; a later folder's indicator of the same id takes the place of an earlier one."""
    found: dict[str, Indicator] = {}
    written_in: dict[str, tuple[Path, str]] = {}
    for folder in folders:
        for path in sorted((folder / "indicators").glob("*.yaml")):
            document = load_yaml(path, f"{folder.name}/indicators/{path.name}")
            for name, data in (document.data or {}).items():
                if written_in.get(name, (folder, ""))[0] == folder and name in written_in:
                    raise document.error(
                        (name, "<key>"), f"'{name}' is also defined in {written_in[name][1]}.", width=len(name)
                    )
                written_in[name] = (folder, path.name)
                found[name] = _Maker(name, data, document, record_sets, limits).make()
    for name, indicator in found.items():
        _check_ratio(name, indicator, found)
    return dict(sorted(found.items()))


class _Maker:
    """Turns one entry of a file into an Indicator; every complaint names its line and column."""

    def __init__(
        self,
        name: str,
        data: object,
        document: YamlDocument,
        record_sets: Mapping[str, RecordSet],
        limits: Mapping[str, Limit],
    ) -> None:
        self.name, self.document, self.limits = name, document, limits
        self.text = read_model(IndicatorText, data, document, (name,))
        self.record_sets = record_sets

    def make(self) -> Indicator:
        text = self.text
        if text.ratio is not None:
            return Indicator(
                self.name, text, "ratio", text.unit or "number", None, fingerprint=self._fingerprint(None, [])
            )
        record_set = self._record_set()
        self._check_dating()
        clock = self._clock(record_set)
        days = STOCK_DAYS if text.open else FLOW_DAYS
        scope = record_set.scope(self.limits, days)
        bare = record_set.scope(self.limits, ("run_as_at",))
        read = self._read
        indicator = Indicator(
            self.name,
            text,
            self._kind(),
            self._unit(),
            record_set,
            when=read("when", text.when, bare, "date"),
            open=self._open(bare),
            where=read("where", text.where, scope, "boolean"),
            share=read("share", text.share, scope, "boolean"),
            clock=clock,
            amount=read("average", text.average, bare, "number") or read("median", text.median, bare, "number"),
            distinct=self._distinct(record_set),
            unsettled=read("unsettled", text.unsettled, bare, "boolean"),
            breakdowns=self._breakdowns(record_set),
        )
        fingerprint = self._fingerprint(record_set, indicator.expressions())
        return Indicator(**{**indicator.__dict__, "fingerprint": fingerprint})

    def _error(self, key: str, says: str, hint: str = "") -> Exception:
        return self.document.error((self.name, key), says, hint=hint)

    def _record_set(self) -> RecordSet:
        name = self.text.count
        if name is None:
            raise self._error("<key>", f"'{self.name}' does not say what it counts.", "Add 'count:' and a record set.")
        if name not in self.record_sets:
            hint = did_you_mean(
                name, self.record_sets, else_say="Record sets: " + ", ".join(sorted(self.record_sets)) + "."
            )
            raise self.document.error(
                (self.name, "count"), f"There is no record set '{name}'.", hint=hint, width=len(name)
            )
        return self.record_sets[name]

    def _check_dating(self) -> None:
        if (self.text.when is None) == (self.text.open is None):
            raise self._error(
                "<key>",
                f"'{self.name}' needs either 'when' (a flow) or 'open' (a stock).",
                "when: the day that dates a row; open: [first day, first day no longer].",
            )
        measures = [key for key in ("share", "clock", "average", "median") if getattr(self.text, key) is not None]
        if len(measures) > 1:
            raise self._error(
                measures[1], f"'{measures[0]}' and '{measures[1]}' can't stand together.", "Make two indicators."
            )

    def _read(self, key: str, text: str | None, scope: Scope, expect: str) -> Expression | None:
        if text is None:
            return None
        path: Path_ = (self.name, key)
        expression = read_expression(text, scope, document=self.document, path=path, expect=expect)  # type: ignore[arg-type]
        if self.text.open is not None:
            try:
                threshold_days(expression.tree)
            except Mistake as wrong:
                raise self.document.error(
                    path, wrong.says, hint=wrong.hint, offset=wrong.offset, width=wrong.width
                ) from wrong
        return expression

    def _open(self, scope: Scope) -> tuple[Expression, Expression] | None:
        if self.text.open is None:
            return None
        first, last = (
            read_expression(text, scope, document=self.document, path=(self.name, "open", at), expect="date")
            for at, text in enumerate(self.text.open)
        )
        return first, last

    def _clock(self, record_set: RecordSet) -> Clock | None:
        clock = self.text.clock
        if isinstance(clock, ClockText):
            return read_clock(clock, record_set.scope(self.limits, ("run_as_at",)), self.document, (self.name, "clock"))
        if clock is not None and clock not in record_set.clocks:
            hint = did_you_mean(
                clock, record_set.clocks, else_say="Clocks: " + (", ".join(record_set.clocks) or "none") + "."
            )
            raise self.document.error(
                (self.name, "clock"), f"{record_set.name} has no clock '{clock}'.", hint=hint, width=len(clock)
            )
        if clock is not None and self.text.when is not None and record_set.clocks[clock].met is None:
            raise self._error("clock", "In a flow a clock needs 'met': the day on which what was due was done.")
        return record_set.clocks[clock] if clock is not None else None

    def _distinct(self, record_set: RecordSet) -> str | None:
        column = self.text.distinct
        if column is not None and column not in record_set.types:
            raise self.document.error(
                (self.name, "distinct"),
                f"{record_set.name} has no column '{column}'.",
                hint=did_you_mean(column, record_set.types),
                width=len(column),
            )
        return "person_id" if column == "child_id" else column

    def _kind(self) -> Kind:
        text = self.text
        if text.rate is not None:
            return "rate"
        if text.average is not None or text.median is not None:
            return "average" if text.average is not None else "median"
        if text.share is not None or text.clock is not None:
            return "share"
        return "distinct" if text.distinct is not None else "count"

    def _unit(self) -> str:
        return self.text.unit or (f"per_{self.text.rate}" if self.text.rate else _UNITS[self._kind()])

    def _breakdowns(self, record_set: RecordSet) -> tuple[Breakdown, ...]:
        if self.text.breakdowns is not None:
            return tuple(sorted(self.text.breakdowns))
        if self.text.rate is not None:  # the population is known for the whole authority only
            return ()
        has_team = self.text.open is not None or "team" in record_set.types
        return tuple(name for name in BREAKDOWNS if name != "team" or has_team)

    def _fingerprint(self, record_set: RecordSet | None, expressions: list[Expression]) -> str:
        """Twelve characters that change when the meaning does: the parsed tree, the rows it counts, the limits it reads."""
        sets, limits = _all_sets(record_set, self.record_sets), {name for e in expressions for name in e.limits}
        for one in sets:
            limits |= one.limits
        meaning = {
            "expressions": [e.canonical for e in expressions],
            "kind": [
                self.text.distinct,
                self.text.rate,
                self.text.ratio and [self.text.ratio.of, self.text.ratio.to],
                self.text.looks_back,
            ],
            "records": [one.tree.sql(dialect="duckdb", comments=False) for one in sets],
            "limits": {
                name: [[str(since), value] for since, value in self.limits[name].values] for name in sorted(limits)
            },
        }
        return hashlib.sha256(json.dumps(meaning, sort_keys=True).encode()).hexdigest()[:12]


def _all_sets(record_set: RecordSet | None, record_sets: Mapping[str, RecordSet]) -> list[RecordSet]:
    """A record set and those it reads, each after what it needs."""
    if record_set is None:
        return []
    found: list[RecordSet] = []
    for name in sorted(record_set.uses):
        found += [one for one in _all_sets(record_sets[name], record_sets) if one not in found]
    return [*found, record_set]


def _check_ratio(name: str, indicator: Indicator, found: Mapping[str, Indicator]) -> None:
    ratio = indicator.text.ratio
    for part in (ratio.of, ratio.to) if ratio else ():
        if part not in found:
            from casetally.errors import DefinitionError

            raise DefinitionError(
                f"The ratio '{name}' names '{part}', which is no indicator.", hint=did_you_mean(part, found)
            )
