"""Why: a payload is a tree; here each of its objects becomes one row of its kind, or is set aside with the reason.

An object is judged alone: one with a value of the wrong type is set aside and what is sound inside it stands, except under
a child without a usable id, where everything is nobody's. Rows are numbered as the objects are met: a child, its
questionnaires, then each episode followed by its parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from casetally.errors import InputError, Place
from casetally.sources.building import FindingsBuilder, FrameBuilder
from casetally.sources.csc_api.attributes import (
    BY_NAME,
    CHILD,
    DETAILS_NOT_READ,
    EPISODE,
    FLAG,
    ID,
    KINDS,
    ONE_AN_EPISODE,
    PURGE,
    SDQ,
    TEXT,
    TEXTS,
    Holds,
    Kind,
)
from casetally.sources.csc_api.stream import Doubled
from casetally.sources.delivery import ROW_COLUMNS

GIVEN_BLANK = ""  # an attribute that is there and says nothing; one that is not there is None
LIST_SEPARATOR = "\n"
_LONGEST_TEXT = 200
_USABLE_ID = re.compile(r"[A-Za-z0-9_-]{1,36}")
_CHILD_ID = re.compile(r"[A-Za-z0-9]{1,20}")
_ATTRIBUTE_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
_MOST_FAULTS = 500_000  # a file with more is no payload, and telling of each would fill the memory
_MOST_STRANGERS = 50  # names of unknown attributes told of, a file
_EXPECTED: Mapping[Holds, str] = {
    "text": "text",
    "flag": "true or false",
    "whole": "a whole number",
    "texts": "a list of texts",
    "id": "an id of letters, digits, - and _",
}


@dataclass
class Gathered:
    """What the payloads hold: `rows` by kind (`Kind.columns`), those marked to be removed (`purges`: what, child, id, seq), the
    lines of rows that become no record (`gone`), the findings, and which attributes any payload had (`told`).
    """

    rows: dict[str, FrameBuilder] = field(default_factory=lambda: {k.named: FrameBuilder(k.columns) for k in KINDS})
    purges: FrameBuilder = field(default_factory=lambda: FrameBuilder(("what", "child", "id", "seq")))
    gone: FrameBuilder = field(default_factory=lambda: FrameBuilder(("disposition",)))
    findings: FindingsBuilder = field(default_factory=FindingsBuilder)
    told: set[str] = field(default_factory=set)
    seq: int = 0

    def lines_gone(self) -> pl.DataFrame:
        """The lines of what is superseded or set aside here (`ROW_COLUMNS`)."""
        blank = (pl.lit(None, dtype=kind).alias(name) for name, kind in (("table", pl.String), ("record", pl.UInt32)))
        named = (pl.col("_file").alias("file"), pl.col("_row").alias("row"), pl.col("disposition"))
        return self.gone.frame().select(*named, *blank).cast(pl.Schema(ROW_COLUMNS))


@dataclass(frozen=True)
class _Owner:
    """Whose object it is. `removed`: it stands inside one that is marked as purged, or (`nobodys`) under no usable id."""

    child: str | None
    episode: str | None = None
    removed: bool = False
    nobodys: bool = False


class Walker:
    """Walks the children of one file. `rows` counts the objects met; `purged` those marked to be removed."""

    def __init__(self, gathered: Gathered, shown: str) -> None:
        self.to, self.shown = gathered, shown
        self.rows = 0
        self.children = 0
        self.purged = 0
        self._faults = 0
        self._strangers: set[tuple[str, str]] = set()
        self._ids: set[tuple[str, str]] = set()  # met under the present child

    def child(self, found: Any) -> None:
        """Take one element of a payload."""
        row = self._row()
        self.children += 1
        self._ids.clear()
        if not isinstance(found, dict):
            self._set_aside(
                row, CHILD, "csc_api_wrong_type", "", "A child should be an object here, and is not; it is not read."
            )
            return
        child = self._child_id(row, found)
        removed = found.get(PURGE) is True
        owner = _Owner(child, removed=removed, nobodys=child is None)
        if removed and child is not None:
            self._purge(row, CHILD.named, child, child)
        if child is not None:
            self._child_row(row, child, found, removed=removed)
        wellbeing = self._object_in(found, "health_and_wellbeing")
        cleared = wellbeing.get(PURGE) is True
        if cleared and child is not None:
            self._purge(row, SDQ.named, child, "")
        self._strange(wellbeing, frozenset({SDQ.named, PURGE}), "health_and_wellbeing")
        for at, score in self._listed(wellbeing, SDQ.named):
            self._part(at, SDQ, score, _Owner(child, removed=removed or cleared, nobodys=child is None))
        for at, episode in self._listed(found, EPISODE.named):
            self._episode(at, episode, owner)

    def _child_row(self, row: int, child: str, found: dict[str, Any], *, removed: bool) -> None:
        details = self._object_in(found, "child_details")
        self._strange(found, CHILD.known - frozenset(CHILD.holds), CHILD.named)
        self._strange(details, frozenset(CHILD.holds) | DETAILS_NOT_READ | {PURGE}, "child_details")
        wellbeing = self._object_in(found, "health_and_wellbeing")
        faults = [*_faults_in(found), *_faults_in(details), *_faults_in(wellbeing)]
        faults += [(SDQ.named, "should be a list")] if _no_list(wellbeing.get(SDQ.named)) else []
        faults += [
            (name, f"should be {what}") for name, what in _PARTS_OF_A_CHILD.items() if _wrong_part(found, name, what)
        ]
        forget = details.get(PURGE) is True
        values, wrong = _values(details, CHILD) if not (forget or removed) else ([None] * len(CHILD.holds), [])
        if forget:
            self._purge(row, "child_details", child, "")
        self._keep(row, CHILD, _Owner(child, removed=removed), child, values, [*faults, *wrong])
        self.to.told.update(name for name in CHILD.holds if name in details)

    def _child_id(self, row: int, found: dict[str, Any]) -> str | None:
        child = _id(found.get("la_child_id"))
        if isinstance(found, Doubled):
            child = None
            says = "The child's object names one attribute twice, so it can't be known what is meant; nothing under it is read."
            self._set_aside(row, CHILD, "csc_api_wrong_type", "", says)
        elif child is None:
            says = "The child's id (la_child_id) is missing or can't be used, so what stands under it is nobody's and is not read."
            self._set_aside(row, CHILD, "csc_api_no_id", "la_child_id", says)
        elif not _CHILD_ID.fullmatch(child):
            says = "The child's id is not made of letters and digits alone, 20 at most, as the API demands; it is kept."
            self._find(row, CHILD, "csc_api_id_pattern", "la_child_id", says, child, warning=True)
        return child

    def _episode(self, row: int, found: Any, owner: _Owner) -> None:
        if not isinstance(found, dict):
            self._no_object(row, EPISODE, owner)
            return
        episode = None if isinstance(found, Doubled) else _id(found.get(EPISODE.id_attribute))
        self._part(row, EPISODE, found, owner)
        within = _Owner(owner.child, episode, owner.removed or found.get(PURGE) is True, owner.nobodys)
        for name in EPISODE.parts:
            kind = BY_NAME[name]
            if name in ONE_AN_EPISODE:
                self.to.told.update([name] if name in found else [])
                if found.get(name) is not None:
                    self._part(self._row(), kind, found[name], within)
            else:
                for at, part in self._listed(found, name):
                    self._part(at, kind, part, within)

    def _part(self, row: int, kind: Kind, found: Any, owner: _Owner) -> None:
        if not isinstance(found, dict):
            self._no_object(row, kind, owner)
            return
        if owner.nobodys:
            says = "The record stands under a child without a usable id, so it belongs to nobody."
            self._set_aside(row, kind, "csc_api_no_id", "", says)
            return
        self._strange(found, kind.known, kind.named)
        identity = _identity(found, kind, owner, self.to.seq)
        purge = found.get(PURGE) is True
        if purge and identity and not owner.removed:
            self._purge(row, kind.named, owner.child or "", identity)
        values, wrong = _values(found, kind)
        faults = [*_faults_in(found), *wrong]
        faults += [
            (name, "should be a list")
            for name in kind.parts
            if name not in ONE_AN_EPISODE and _no_list(found.get(name))
        ]
        inside = _Owner(owner.child, owner.episode, owner.removed or purge)
        self._keep(row, kind, inside, identity, values, [] if purge else faults)
        self.to.told.update(name for name in kind.holds if name in found)

    def _keep(
        self, row: int, kind: Kind, owner: _Owner, identity: str | None, values: list[str | None], faults: list[tuple[str, str]]
    ) -> None:  # fmt: skip
        shown = identity or owner.child or ""
        if identity is None:
            says = f"The record's own id ({kind.id_attribute or EPISODE.id_attribute}) is missing or can't be used."
            self._set_aside(row, kind, "csc_api_no_id", kind.id_attribute, says, owner.child or "")
        elif owner.removed:
            self._gone(row, "superseded")
        elif faults:
            for name, why in faults:
                what = f"The value of {name}" if name else "The record"
                says = f"{what} {why}; the record is set aside."
                self._find(row, kind, "csc_api_wrong_type", name, says, _shown(shown, owner))
            self._gone(row, "set_aside")
        else:
            if (kind.named, identity) in self._ids:
                says = "The record stands twice under this child; where the two differ the later one is taken."
                self._find(row, kind, "csc_api_repeated", "", says, _shown(shown, owner), warning=True)
            self._ids.add((kind.named, identity))
            self.to.seq += 1
            to = self.to.rows[kind.named]
            to.add(self.shown, row, (owner.child, owner.episode, identity, str(self.to.seq), *values))

    def _purge(self, row: int, what: str, child: str, identity: str) -> None:
        self.purged += 1
        self.to.seq += 1
        self.to.purges.add(self.shown, row, (what, child, identity, str(self.to.seq)))

    def _row(self) -> int:
        self.rows += 1
        return self.rows

    def _listed(self, found: dict[str, Any], name: str) -> Iterator[tuple[int, Any]]:
        """Each element of a list with its row; the list's name is told of even where it is empty."""
        listed = found.get(name)
        if isinstance(listed, list):
            self.to.told.add(name)
            for one in listed:
                yield self._row(), one

    def _object_in(self, found: dict[str, Any], name: str) -> dict[str, Any]:
        inner = found.get(name)
        return inner if isinstance(inner, dict) else {}

    def _no_object(self, row: int, kind: Kind, owner: _Owner) -> None:
        says = f"What stands in {kind.named} should be an object; it is not read."
        self._set_aside(row, kind, "csc_api_wrong_type", kind.named, says, owner.child or "")

    def _strange(self, found: dict[str, Any], known: frozenset[str], where: str) -> None:
        for name in found.keys() - known:
            shown = name if _ATTRIBUTE_NAME.fullmatch(name) else ""  # what is no name may be a value
            if (where, shown) not in self._strangers and len(self._strangers) < _MOST_STRANGERS:
                self._strangers.add((where, shown))

    def tell_of_the_file(self) -> None:
        """What is to be known of the whole file: the attributes that the API does not know, once each, and how much is purged."""
        for where, name in sorted(self._strangers):
            called = f"The attribute '{name}'" if name else "An attribute"
            says = f"{called} in {where} is not one of the API's, and is not read."
            self.to.findings.add(
                self.shown, 0, table="", rule="csc_api_unknown_attribute", severity="warning", column=name, message=says
            )
        if self.purged:
            says = f"Records marked as purged: {self.purged}. What this and earlier payloads said of them is left out."
            self.to.findings.add(self.shown, 0, table="", rule="csc_api_purged", severity="note", message=says)

    def _set_aside(self, row: int, kind: Kind, rule: str, column: str, says: str, record_id: str = "") -> None:
        self._find(row, kind, rule, column, says, record_id)
        self._gone(row, "set_aside")

    def _find(
        self, row: int, kind: Kind, rule: str, column: str, says: str, record_id: str = "", *, warning: bool = False
    ) -> None:  # fmt: skip
        self._faults += 1
        if self._faults > _MOST_FAULTS:
            says = f"More than {_MOST_FAULTS:,} things are wrong in this file, so it is not read."
            raise InputError(says, place=Place(self.shown), hint="Check that it is a payload as the API describes it.")
        self.to.findings.add(
            self.shown, row, table=kind.table, rule=rule, severity="warning" if warning else "error", message=says,
            column=column, record_id=record_id,
        )  # fmt: skip

    def _gone(self, row: int, disposition: str) -> None:
        self.to.gone.add(self.shown, row, (disposition,))


_PARTS_OF_A_CHILD = {
    "child_details": "an object", "health_and_wellbeing": "an object", EPISODE.named: "a list",
}  # fmt: skip


def _shown(identity: str, owner: _Owner) -> str:
    """The id to show of a record: its own, else the child's; never the values that tell a nameless one apart."""
    return identity if _USABLE_ID.fullmatch(identity) else owner.child or ""


def _id(value: Any) -> str | None:
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    return text.strip() if isinstance(text, str) and _USABLE_ID.fullmatch(text.strip()) else None


def _identity(found: dict[str, Any], kind: Kind, owner: _Owner, seq: int) -> str | None:
    """What tells the object again in a later payload: its id, its episode's, or the values of `told_by`."""
    if kind.id_attribute:
        return _id(found.get(kind.id_attribute))
    if kind.named in ONE_AN_EPISODE:
        return owner.episode
    told = [found.get(name) for name in kind.told_by]
    if all(isinstance(one, str) and one.strip() and len(one) <= _LONGEST_TEXT and one.isprintable() for one in told):
        return LIST_SEPARATOR.join(one.strip() for one in told if isinstance(one, str))
    return f"{LIST_SEPARATOR}{seq}"  # nothing tells it again: it stands alone


def _faults_in(found: dict[str, Any]) -> list[tuple[str, str]]:
    faults = _doubled(found)
    if PURGE in found and not isinstance(found[PURGE], bool) and found[PURGE] is not None:
        faults.append((PURGE, "should be true or false"))
    return faults


def _doubled(found: dict[str, Any]) -> list[tuple[str, str]]:
    return [("", "names one attribute twice")] if isinstance(found, Doubled) else []


def _wrong_part(found: dict[str, Any], name: str, what: str) -> bool:
    value = found.get(name)
    return value is not None and not isinstance(value, list if what == "a list" else dict)


def _no_list(value: Any) -> bool:
    return value is not None and not isinstance(value, list)


def _values(found: dict[str, Any], kind: Kind) -> tuple[list[str | None], list[tuple[str, str]]]:
    """What the object holds, as text in the order of `holds`, and what is wrong with it."""
    values: list[str | None] = []
    wrong: list[tuple[str, str]] = []
    for name, holds in kind.holds.items():
        value = found.get(name)
        read = None if name not in found else GIVEN_BLANK if value is None else _as_text(value, holds)
        if name in found and read is None:
            wrong.append((name, f"should be {_EXPECTED[holds]}"))
        values.append(read)
    return values, wrong


def _as_text(value: Any, holds: Holds) -> str | None:
    """A value as text, or None where it is not of its type, too long to be one, or holds control characters."""
    if holds == TEXTS:
        if not isinstance(value, list):
            return None
        texts = [_as_text(one, TEXT) for one in value]
        return None if None in texts else LIST_SEPARATOR.join(dict.fromkeys(one for one in texts if one))
    if holds == ID:
        return _id(value) or (GIVEN_BLANK if value == "" else None)
    if holds == FLAG:
        return ("true" if value else "false") if isinstance(value, bool) else None
    if holds == TEXT:
        text = value.strip() if isinstance(value, str) and len(value) <= _LONGEST_TEXT else None
        return text if text is None or text.isprintable() else None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None
