"""Why: headers differ from system to system, but not without limit; the likely column is proposed with how sure that is.

A header is compared with a column's name, its name in the Standard Safeguarding Dataset, and the other names in `synonyms.yaml`:
letter for letter, then word for word. What its values look like can rule a column out.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from casetally.schemas import Column, Table, load_schemas
from casetally.sources.column_names import folded
from casetally.sources.mapping.looks import Looks
from casetally.yaml_files import load_yaml

SURE, LIKELY, GUESS = 0.9, 0.7, 0.5
_SAME_WORDS = 0.95
_SLIP = 0.88
_COMMON = frozenset(
    {"the", "of", "a", "an", "to", "for", "was", "is", "on", "at", "in", "code", "description", "desc", "flag"}
)
_ALIKE = {
    "dt": "date", "no": "id", "number": "id", "ref": "id", "reference": "id", "identifier": "id", "num": "id", "begin": "start",
    "began": "start", "started": "start", "commenced": "start", "opened": "start", "ended": "end", "closed": "end",
    "ceased": "end", "finish": "end", "kids": "child", "childs": "child", "children": "child", "person": "child", "client": "child",
    "authorisation": "authorised", "completion": "completed", "dob": "birth", "plans": "plan", "visits": "visit",
    "reviews": "review", "contacts": "contact", "referrals": "referral", "assessments": "assessment", "placements": "placement",
    "lac": "cla", "episodes": "episode", "meetings": "meeting",
}  # fmt: skip


@dataclass(frozen=True)
class Match:
    """A header for a column, and how sure that is, from 0 to 1."""

    column: str
    header: str
    score: float


@dataclass(frozen=True)
class TableMatch:
    """A table for a file: how sure, and its columns' headers, the surest first."""

    table: str
    score: float
    matches: tuple[Match, ...]

    def header_of(self, column: str) -> Match | None:
        return next((match for match in self.matches if match.column == column), None)


@cache
def synonyms() -> Mapping[str, Mapping[str, Mapping[str, object]]]:
    """The parts of `synonyms.yaml`: everywhere, tables, words."""
    found: Mapping[str, Mapping[str, Mapping[str, object]]] = load_yaml(Path(__file__).parent / "synonyms.yaml").data
    return found


@cache
def _tokens(name: str) -> frozenset[str]:
    parts = re.sub(r"([a-z])([A-Z])", r"\1 \2", name)
    words = [_ALIKE.get(word, word) for word in re.findall(r"[a-z]+|\d+", parts.lower())]
    return frozenset(word for word in words if word not in _COMMON)


@cache
def _ways(table: str, column: str) -> tuple[str, ...]:
    """All ways in which a column is known to be headed."""
    schema = load_schemas().tables[table].columns[column]
    here: object = synonyms()["tables"].get(table, {}).get("columns", {})
    everywhere: object = synonyms()["everywhere"].get(column, [])
    own = here.get(column, []) if isinstance(here, dict) else []
    listed = [*own, *(everywhere if isinstance(everywhere, list) else [])]
    plain = column.removesuffix("_on").removesuffix("_at") if schema.type in ("date", "datetime") else column
    ssd = [schema.ssd] if schema.ssd else []
    return tuple(dict.fromkeys([column, plain, *ssd, *map(str, listed)]))


@cache
def likeness(header: str, way: str) -> float:
    """How alike two names are, from 0 to 1."""
    if folded(header) == folded(way) != "":
        return 1.0
    ours, theirs = _tokens(header), _tokens(way)
    if not ours or not theirs:
        return 0.0
    shared = len(ours & theirs) / len(ours | theirs)
    if shared == 1:
        return _SAME_WORDS
    return max(0.9 * shared, _SLIP if _is_slip(folded(header), folded(way)) else 0.0)


def _is_slip(one: str, other: str) -> bool:
    if abs(len(one) - len(other)) > 2 or len(set(one) ^ set(other)) > 3:  # cheap to see, and most pairs end here
        return False
    return difflib.SequenceMatcher(None, one, other).ratio() >= 0.92


def _score(table: str, name: str, looks: Looks) -> float:
    column = load_schemas().tables[table].columns[name]
    return max(likeness(looks.header, way) for way in _ways(table, name)) * _fits(column, looks)


def _fits(column: Column, looks: Looks) -> float:
    """How well a column's values go with what it is to hold: 1 where nothing speaks against it, 0 where it can't be."""
    if looks.filled == 0:
        return 0.9
    fits = 1.0
    if column.type in ("date", "datetime"):
        excel = looks.numbers > 0.9 and all(word.isdigit() and 15_000 < int(word) < 75_000 for word, _ in looks.words)
        fits = 1.0 if looks.dates >= 0.7 or excel else 0.3 if looks.dates >= 0.3 else 0.0
    elif looks.dates >= 0.5:
        fits = 0.0
    elif column.type in ("integer", "number"):
        fits = 1.0 if looks.numbers >= 0.7 else 0.0
    elif column.type == "boolean":
        fits = 1.0 if looks.flags >= 0.6 else 0.8 if looks.distinct <= 4 else 0.0
    elif column.codes:
        fits = 1.0 if looks.distinct <= 60 else 0.4
    elif column.type == "id":
        fits = 0.3 if looks.flags >= 0.9 and looks.distinct <= 2 < looks.filled else 1.0
    return fits


def table_matches(name: str, looks: Sequence[Looks]) -> list[TableMatch]:
    """The tables that a file of this name with these columns may be, the likeliest first."""
    tables = load_schemas().tables
    found = {table: columns_of(table, looks) for table in tables}
    best = {
        one.header: max((m.score for ms in found.values() for m in ms if m.header == one.header), default=0.0)
        for one in looks
    }
    known = [header for header, score in best.items() if score >= GUESS]
    scored = []
    for table, matches in found.items():
        evidence = sum(_telling(match, found) for match in matches) / max(len(known), 1)
        total = 0.45 * _name_score(name, table) + 0.35 * min(evidence, 1.0) + 0.2 * _needed(tables[table], matches)
        scored.append(TableMatch(table, round(total, 4), tuple(matches)))
    return sorted(scored, key=lambda one: (-one.score, one.table))


def _telling(match: Match, found: Mapping[str, Sequence[Match]]) -> float:
    """How much a header says for this table: less the more tables have it as surely."""
    rivals = sum(1 for ms in found.values() for m in ms if m.header == match.header and m.score >= match.score - 0.02)
    better = any(m.score > match.score + 0.1 for ms in found.values() for m in ms if m.header == match.header)
    return 0.0 if better else match.score * (1.0 if rivals <= 2 else 0.6 if rivals <= 8 else 0.3)


def _needed(table: Table, matches: Sequence[Match]) -> float:
    needed = [
        name
        for name, column in table.columns.items()
        if column.required and not (name in table.key and not column.references)
    ]
    have = {match.column for match in matches if match.score >= LIKELY}
    return sum(1 for name in needed if name in have) / len(needed) if needed else 0.5


def _name_score(name: str, table: str) -> float:
    also: object = synonyms()["tables"].get(table, {}).get("also", [])
    ways = [table, *(map(str, also) if isinstance(also, list) else [])]
    bare = re.sub(r"(19|20)\d\d|\d{1,2}|extract|export|report|data|list|all|ytd|full|table", " ", name.lower())
    whole = max(likeness(" ".join(re.findall("[a-z]+", bare)) or name, way) for way in ways)
    inside = max((0.8 for way in ways if _tokens(way) and _tokens(way) <= _tokens(bare)), default=0.0)
    return max(whole, inside)


def columns_of(table: str, looks: Sequence[Looks]) -> list[Match]:
    """The header for each column of a table, surest first; each header and column once."""
    names = list(load_schemas().tables[table].columns)
    pairs = [Match(name, one.header, round(_score(table, name, one), 4)) for name in names for one in looks]
    order = {one.header: at for at, one in enumerate(looks)}
    pairs = sorted(
        (p for p in pairs if p.score >= GUESS), key=lambda p: (-p.score, names.index(p.column), order[p.header])
    )
    taken: list[Match] = []
    for pair in pairs:
        if all(pair.column != one.column and pair.header != one.header for one in taken):
            taken.append(pair)
    return taken


def code_of(word: str, codes: Mapping[str, str], listed: str) -> tuple[str | None, bool]:
    """The code that a word likely means, and whether that is sure: a code, a label, or a word known for one."""
    known: dict[str, str] = {}
    for code, label in codes.items():
        known.setdefault(folded(label), code)
    known |= {folded(way): str(code) for way, code in synonyms()["words"].get(listed, {}).items()}
    known |= {folded(code): code for code in codes}
    bare = re.sub(r"^[a-z0-9]{1,4}\s*[)\-:.]\s*", "", word.lower())  # `b) Female`, `1A - family member`
    for way in (word, bare):
        if folded(way) in known:
            return known[folded(way)], True
    begins = re.match(r"([A-Za-z0-9]{1,5})\s*[)\-:.]\s", word)
    if begins and begins[1].upper() in codes:
        return begins[1].upper(), True
    near = [(max(likeness(bare, label), _within(bare, label)), code) for code, label in codes.items()]
    score, code = max(near, key=lambda one: one[0], default=(0.0, ""))
    return (code, False) if score >= 0.6 else (None, False)


def _within(word: str, label: str) -> float:
    """All words of a wording, two or more, within a label."""
    ours = _tokens(word)
    return 0.7 if len(ours) >= 2 and ours <= _tokens(label) else 0.0
