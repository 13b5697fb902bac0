"""Why: an indicator as written becomes checked expressions with a kind, so that nothing can fail once records are read.

The kind follows from what is written: `supplied`, `ratio`, `median`, `average`, `rate`, `share` (a condition or a
clock), `distinct` or `count`. A flow has `when`, a stock has `open`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Literal

from casetally.definitions.limits import Limit
from casetally.definitions.models import (
    ACROSS,
    BREAKDOWNS,
    MOST_BREAKDOWNS,
    ClockText,
    IndicatorText,
    RatioText,
    read_model,
)
from casetally.definitions.own_files import files_in
from casetally.definitions.record_sets import Clock, RecordSet, read_clock
from casetally.errors import did_you_mean
from casetally.language import Expression, Scope, read_expression
from casetally.language.expressions import check_tree
from casetally.language.grammar import Mistake
from casetally.language.thresholds import threshold_days
from casetally.yaml_files import Path_, YamlDocument, load_yaml

Kind = Literal["count", "distinct", "share", "rate", "average", "median", "ratio", "supplied"]

FLOW_DAYS = ("as_at", "period_end", "period_start", "run_as_at")
STOCK_DAYS = ("as_at", "run_as_at")
_UNITS: dict[str, str] = {"count": "number", "distinct": "number", "share": "percent", "average": "number", "median": "number",
                          "ratio": "number"}  # fmt: skip


@dataclass(frozen=True)
class Indicator:
    """A checked indicator. `when` is set for a flow, `open` for a stock, neither for a ratio or a supplied figure."""

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
    breakdowns: tuple[str, ...] = ()
    meaning: Callable[[], object] = field(default=str, repr=False, compare=False)  # what decides how it counts

    @cached_property
    def fingerprint(self) -> str:
        """Twelve characters that change when the meaning does: the parsed tree, the rows it counts, the limits it reads."""
        return hashlib.sha256(json.dumps(self.meaning(), sort_keys=True).encode()).hexdigest()[:12]

    @property
    def is_stock(self) -> bool:
        return self.open is not None

    def own_breakdowns(self) -> list[str]:
        """Those of its breakdowns, a cross-tabulation's parts included, that its record set declares."""
        named = {part for name in self.breakdowns for part in name.split(ACROSS)}
        return sorted(named - set(BREAKDOWNS))

    def expressions(self) -> list[Expression]:
        """Every expression of the indicator, the clock's included."""
        return list(self.parts().values())

    def parts(self) -> dict[str, Expression]:
        """Every expression by the part it plays, the clock's included."""
        first, last = self.open or (None, None)
        found = {"when": self.when, "open": first, "until": last, "where": self.where, "share": self.share}
        if self.clock:
            found |= {"clock_from": self.clock.from_, "due": self.clock.due, "met": self.clock.met}
        found |= {"amount": self.amount, "unsettled": self.unsettled}
        return {part: expression for part, expression in found.items() if expression is not None}


def load_indicators(
    folders: tuple[Path, ...], record_sets: Mapping[str, RecordSet], limits: Mapping[str, Limit]
) -> Mapping[str, Indicator]:
    """Every indicator by id, sorted; a later folder's indicator of the same id takes the place of an earlier one."""
    found: dict[str, Indicator] = {}
    written_in: dict[str, tuple[Path, str]] = {}
    documents: dict[str, YamlDocument] = {}
    for folder in folders:
        for path in files_in(folder, "indicators", "*.yaml"):
            document = load_yaml(path, f"{folder.name}/indicators/{path.name}")
            for name, data in document.entries().items():
                if written_in.get(name, (folder, ""))[0] == folder and name in written_in:
                    raise document.error(
                        (name, "<key>"),
                        f"'{name}' is also defined in {written_in[name][1]}.",
                        hint="Remove one of the two, or rename it.",
                        width=len(name),
                    )
                if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
                    says, hint = f"'{name}' can't be an indicator's name.", "Use small letters, digits and underscores."
                    raise document.error((name, "<key>"), says, hint=hint, width=len(name))
                written_in[name] = (folder, path.name)
                documents[name] = document
                found[name] = _Maker(name, data, document, record_sets, limits).make()
    for name, indicator in found.items():
        if ratio := indicator.text.ratio:
            _check_ratio(name, ratio, found, documents[name])
            found[name] = _with_parts(indicator, found[ratio.of], found[ratio.to])
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
            return Indicator(self.name, text, "ratio", text.unit or "number", None)
        if text.supplied:
            return self._supplied()
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
        return replace(indicator, meaning=lambda: self._meaning(indicator, record_set))

    def _error(self, key: str, says: str, hint: str = "") -> Exception:
        return self.document.error((self.name, key), says, hint=hint)

    def _supplied(self) -> Indicator:
        """A figure that comes as a figure: it has no rows, so nothing that speaks of rows may stand beside it."""
        for key in ("count", "when", "open", "where", "share", "clock", "distinct", "rate", "average", "median"):
            if getattr(self.text, key) is not None:
                says = f"A supplied figure has no rows, so '{key}' can't stand beside 'supplied'."
                raise self._error(key, says, "Leave one of the two out.")
        unit = self.text.unit or "number"
        return Indicator(self.name, self.text, "supplied", unit, None,
                         meaning=lambda: ["supplied", self.name, unit, self.text.basis])  # fmt: skip

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
                for day in threshold_days(expression.tree):
                    check_tree(day, scope)
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
            scope = record_set.scope(self.limits, ("run_as_at",))
            return self._met_in_flow(read_clock(clock, scope, self.document, (self.name, "clock")))
        if clock is not None and clock not in record_set.clocks:
            hint = did_you_mean(
                clock, record_set.clocks, else_say="Clocks: " + (", ".join(record_set.clocks) or "none") + "."
            )
            raise self.document.error(
                (self.name, "clock"), f"{record_set.name} has no clock '{clock}'.", hint=hint, width=len(clock)
            )
        found = record_set.clocks[clock] if clock is not None else None
        return self._met_in_flow(found)

    def _met_in_flow(self, clock: Clock | None) -> Clock | None:
        if clock is not None and self.text.when is not None and clock.met is None:
            says = "In a flow a clock needs 'met': the day on which what was due was done."
            raise self._error("clock", says, "Name a clock with 'met', or count a stock with 'open'.")
        return clock

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

    def _breakdowns(self, record_set: RecordSet) -> tuple[str, ...]:
        if self.text.breakdowns is not None:
            return self._asked_breakdowns(self.text.breakdowns, record_set)
        if self.text.rate is not None:  # the population is known for the whole authority only
            return ()
        has_team = self.text.open is not None or "team" in record_set.types
        return tuple(name for name in BREAKDOWNS if name != "team" or has_team)

    def _asked_breakdowns(self, asked: tuple[str, ...], record_set: RecordSet) -> tuple[str, ...]:
        known = (*BREAKDOWNS, *record_set.breakdowns)
        for at, name in enumerate(asked):
            for part in name.split(ACROSS):
                if part not in known:
                    raise self.document.error(
                        (self.name, "breakdowns", at),
                        f"{record_set.name} offers no breakdown '{part}'.",
                        hint=did_you_mean(part, known, else_say="Breakdowns: " + ", ".join(known) + "."),
                        width=len(name),
                    )
        if len(asked) > MOST_BREAKDOWNS:
            raise self._error("breakdowns", f"{len(asked)} breakdowns are too many.", f"At most {MOST_BREAKDOWNS}.")
        return tuple(sorted(asked))

    def _meaning(self, indicator: Indicator, record_set: RecordSet) -> object:
        parts, sets = indicator.parts(), _all_sets(record_set, self.record_sets)
        limits = {name for expression in parts.values() for name in expression.limits}
        for one in sets:
            limits |= one.limits
        return {
            "parts": {part: expression.canonical for part, expression in parts.items()},
            "kind": [indicator.kind, self.text.distinct, self.text.rate, self.text.looks_back],
            "breakdowns": [record_set.breakdowns[name].canonical for name in indicator.own_breakdowns()],
            "met_before_start": indicator.clock.met_before_start if indicator.clock else None,
            "records": [one.canonical for one in sets],
            "limits": {
                name: [[str(since), value] for since, value in self.limits[name].values] for name in sorted(limits)
            },
        }


def _with_parts(indicator: Indicator, of: Indicator, to: Indicator) -> Indicator:
    """A ratio has the groups that both of its parts have, and means what they mean."""
    asked = indicator.text.breakdowns
    shared = tuple(name for name in of.breakdowns if name in to.breakdowns and (asked is None or name in asked))
    return replace(indicator, breakdowns=shared, meaning=lambda: [of.fingerprint, to.fingerprint, indicator.unit])


def _all_sets(record_set: RecordSet, record_sets: Mapping[str, RecordSet]) -> list[RecordSet]:
    """A record set and those it reads, each after what it needs."""
    found: list[RecordSet] = []
    for name in sorted(record_set.uses):
        found += [one for one in _all_sets(record_sets[name], record_sets) if one not in found]
    return [*found, record_set]


def _check_ratio(name: str, ratio: RatioText, found: Mapping[str, Indicator], document: YamlDocument) -> None:
    for key, part in (("of", ratio.of), ("to", ratio.to)):
        says, hint = "", ""
        if part not in found:
            says = f"There is no indicator '{part}'."
            hint = did_you_mean(part, found, else_say="'casetally indicators list' shows all.")
        elif found[part].text.ratio is not None:
            says, hint = f"'{part}' is itself a ratio.", "Name the indicators whose rows are counted."
        if says:
            raise document.error((name, "ratio", key), says, hint=hint, width=len(part))
