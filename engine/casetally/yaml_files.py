"""Why: definitions and schemas are YAML that people edit, so each value must be traceable to its line and column.

PyYAML's own loaders turn `no` into False, take the last of two equal keys and forget where a value stood. This one refuses
duplicate keys, knows only the scalars listed in `_SCALARS`, and keeps a place for every value. It builds on PyYAML's C parser.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from casetally.errors import DefinitionError, Place

Path_ = tuple[str | int, ...]

_SCALARS: list[tuple[re.Pattern[str], Callable[[str], Any]]] = [
    (re.compile(r"~|null|"), lambda _: None),
    (re.compile(r"true|false"), lambda text: text == "true"),
    (re.compile(r"[-+]?(0|[1-9]\d*)"), int),
    (re.compile(r"[-+]?\d+\.\d+"), float),
    (re.compile(r"\d{4}-\d{2}-\d{2}"), dt.date.fromisoformat),
]

_MOST = 200_000  # values that a file may hold
_DEPTH = 100  # of values within values; definitions have about ten
_BRACKETS, _LINE = 500, 500  # a text with fewer, and no longer line, is not nested so deep that it ends the program

# what stands for one character inside quotes, by the style of quotes; some stand for a blank or for none
_ESCAPES = {
    "'": re.compile(r"(?P<solid>'')"),
    '"': re.compile(r"\\(?:[abtnvfre0 \tN_LP]|$|(?P<solid>x.{2}|u.{4}|U.{8}|.))"),
}


@dataclass(frozen=True)
class YamlDocument:
    """The plain data of one YAML file, and where each value of it stands."""

    file: str
    data: Any
    lines: list[str]
    nodes: dict[Path_, yaml.Node] = field(repr=False)

    def place(self, path: Path_ = (), offset: int = 0) -> Place:
        """The place of the value at `path`, or of the nearest enclosing value; `offset` counts characters into a text."""
        while path and path not in self.nodes:
            path = path[:-1]
        node = self.nodes.get(path)
        if node is None:
            return Place(self.file)
        line, column = node.start_mark.line, node.start_mark.column
        if offset and isinstance(node, yaml.ScalarNode):
            line, column = self._inside(node, offset)
        elif isinstance(node, yaml.ScalarNode) and node.style:
            line, column = self._inside(node, 0)
        return Place(self.file, line + 1, column + 1)

    def source_line(self, place: Place) -> str:
        return self.lines[place.line - 1] if 0 < place.line <= len(self.lines) else ""

    def _inside(self, node: yaml.ScalarNode, offset: int) -> tuple[int, int]:
        """Line and column of the character `offset` of a scalar: folding changes blanks only, so solid characters are counted."""
        wanted = len(re.sub(r"\s", "", node.value[:offset]))
        line, column = node.start_mark.line, node.start_mark.column
        if node.style in ("|", ">"):
            line, column = line + 1, 0
        elif node.style:
            column += 1
        while line < len(self.lines):
            text, at = self.lines[line], column
            while at < len(text):
                escape = _ESCAPES[node.style].match(text, at) if node.style in _ESCAPES else None
                if escape["solid"] if escape else not text[at].isspace():
                    if wanted == 0:
                        return line, at
                    wanted -= 1
                at = escape.end() if escape else at + 1
            line, column = line + 1, 0
        return node.start_mark.line, node.start_mark.column

    def error(self, path: Path_, says: str, *, hint: str = "", offset: int = 0, width: int = 1) -> DefinitionError:
        """A mistake in this file, underlined where it stands."""
        place = self.place(path, offset)
        line = self.source_line(place)
        width = min(width, max(len(line) - place.column + 1, 1))  # a text over several lines is underlined on its first
        return DefinitionError(says, place=place, source_line=line, width=width, hint=hint)

    def entries(self) -> dict[str, Any]:
        """The file as names and what stands under each; nothing where it is empty. Raises DefinitionError for anything else."""
        if self.data is not None and not isinstance(self.data, dict):
            raise self.error((), "This file should hold names with something under each.", hint="Begin with 'name:'.")
        return self.data or {}


def load_yaml(path: Path, shown_as: str = "") -> YamlDocument:
    """Read one YAML file. Raises DefinitionError with file:line:column for anything that is not the YAML we accept."""
    shown = shown_as or str(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as fault:
        raise DefinitionError("The file is not UTF-8 text.", place=Place(shown), hint="Save it as UTF-8.") from fault
    lines = text.splitlines()
    try:
        _refuse_deep(text, lines, shown)
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        place = Place(shown, mark.line + 1, mark.column + 1) if mark else Place(shown)
        line = lines[place.line - 1] if 0 < place.line <= len(lines) else ""
        raise DefinitionError(
            f"This is not YAML that can be read: {fault.problem}.",
            place=place,
            source_line=line,
            hint="Check the indentation and quote a text that holds ': ' or begins with a special character.",
        ) from fault
    except yaml.reader.ReaderError as fault:
        at = text.count("\n", 0, fault.position) + 1
        says = "A control character stands here, and can't."
        raise DefinitionError(says, place=Place(shown, at), hint="Remove it; it may not show in an editor.") from fault
    document = YamlDocument(shown, None, lines, {})
    try:
        data = _plain(document, root, ()) if root is not None else None
    except RecursionError as fault:
        says = "A value of this file holds itself."
        raise DefinitionError(says, place=Place(shown), hint="Write it out, without & and *.") from fault
    object.__setattr__(document, "data", data)
    return document


def _refuse_deep(text: str, lines: list[str], shown: str) -> None:
    """Raises DefinitionError for values within values without end, in which PyYAML's C parser would end the program. Only a text
    with very long lines or very many brackets can hold them; any other is not gone through a second time.
    """
    if text.count("[") + text.count("{") <= _BRACKETS and max(map(len, lines), default=0) <= _LINE:
        return
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEPTH:
            mark = event.start_mark
            place = Place(shown, mark.line + 1, mark.column + 1) if mark else Place(shown)
            says = "The values of this file are nested deeper than any that mean something."
            raise DefinitionError(says, place=place, hint="Write it anew.")


def _plain(document: YamlDocument, node: yaml.Node, path: Path_) -> Any:
    document.nodes[path] = node
    if len(document.nodes) > _MOST:  # a few lines of & and * can stand for billions
        says = f"This file holds more than {_MOST:,} values."
        raise DefinitionError(says, place=Place(document.file), hint="Split it, and write values out, without & and *.")
    if isinstance(node, yaml.MappingNode):
        return _mapping(document, node, path)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(document, item, (*path, at)) for at, item in enumerate(node.value)]
    assert isinstance(node, yaml.ScalarNode)
    return _scalar(document, node, path)


def _mapping(document: YamlDocument, node: yaml.MappingNode, path: Path_) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = key_node.value if isinstance(key_node, yaml.ScalarNode) else "<<"
        document.nodes[(*path, key, "<key>")] = key_node
        if key == "<<":
            raise document.error((*path, key, "<key>"), "Keys must be plain names.", hint="Write 'name: value'.")
        if key in out:
            raise document.error(
                (*path, key, "<key>"),
                f"The key '{key}' stands here a second time.",
                width=len(key),
                hint="Remove one of the two, or rename it.",
            )
        out[key] = _plain(document, value_node, (*path, key))
    return out


def _scalar(document: YamlDocument, node: yaml.ScalarNode, path: Path_) -> Any:
    if node.style in ("'", '"', "|", ">"):
        return node.value
    for pattern, make in _SCALARS:
        if pattern.fullmatch(node.value):
            try:
                return make(node.value)
            except ValueError as fault:
                raise document.error(
                    path, f"'{node.value}' is not a date in the calendar.", width=len(node.value)
                ) from fault
    return node.value
