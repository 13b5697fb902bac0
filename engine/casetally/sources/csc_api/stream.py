"""Why: a payload file can be larger than the memory, so its children are read one at a time through a buffer.

A file is a run of JSON values, each a child or an array of children: a payload as sent, one child alone, or a line each. What is
not JSON is refused with its line and column.
"""

from __future__ import annotations

import codecs
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, NoReturn

from casetally.errors import InputError, Place
from casetally.sources.given import GivenFile

_PIECE = 1 << 20
_LONGEST = 1 << 24  # characters of one child; none is near it
_UNFINISHED = ("Unterminated string", "Invalid \\uXXXX")  # what the end of a buffer can look like, however long
_NEAR_END = 32
_BLANKS = " \t\r\n"
_NUMBER_DIGITS = 18
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"\0")


class Doubled(dict[str, Any]):
    """An object in which a name stands twice: which of the two values is meant can't be known."""


@dataclass(frozen=True)
class NotJson:
    """A value that stands for NaN, Infinity or a number too long to be one."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    return made if len(made) == len(pairs) else Doubled(made)


def _whole(text: str) -> int | NotJson:
    return int(text) if len(text) <= _NUMBER_DIGITS else NotJson()


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_int=_whole, parse_constant=lambda _: NotJson())


class PayloadFile:
    """The children of one file, in order. `sha256` is that of its bytes once all children have been taken."""

    def __init__(self, given: GivenFile) -> None:
        self.given = given
        self.shown = given.shown
        self._hash = hashlib.sha256()
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._text = ""
        self._at = 0
        self._line, self._column = 1, 1  # of the buffer's first character
        self._ended = False

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def children(self) -> Iterator[Any]:
        """Each child as parsed; an element that is no object comes as it is. Raises InputError for what is not JSON."""
        try:
            with self.given.path.open("rb") as file:
                self._begin(file)
                while self._skip_blanks(file):
                    if self._text[self._at] == "[":
                        self._at += 1
                        yield from self._elements(file)
                    else:
                        yield self._value(file)
        except OSError as fault:
            raise InputError("The file can't be opened.", place=Place(self.shown), hint=f"{fault.strerror}.") from fault

    def _elements(self, file: BinaryIO) -> Iterator[Any]:
        if self._next(file) == "]":
            self._at += 1
            return
        while True:
            self._next(file)
            yield self._value(file)
            mark = self._next(file)
            self._at += 1
            if mark == "]":
                return
            if mark != ",":
                self._at -= 1
                self._refuse("a comma or the end of the array is expected here")

    def _next(self, file: BinaryIO) -> str:
        if not self._skip_blanks(file):
            self._refuse("the file ends in the middle of an array; it may be cut short")
        return self._text[self._at]

    def _begin(self, file: BinaryIO) -> None:
        self._more(file)
        self._text = self._text.removeprefix("\ufeff")

    def _skip_blanks(self, file: BinaryIO) -> bool:
        """Move on to the next character that is not blank; False at the end of the file."""
        while True:
            while self._at < len(self._text):
                if self._text[self._at] not in _BLANKS:
                    return True
                self._at += 1
            if self._ended:
                return False
            self._more(file)

    def _value(self, file: BinaryIO) -> Any:
        """The value that begins here. More is read, twice as much each time, while it seems cut off by the buffer's end."""
        wanted = _PIECE
        while True:
            try:
                value, self._at = _DECODER.raw_decode(self._text, self._at)
                return value
            except json.JSONDecodeError as fault:
                says, at = fault.msg, fault.pos
                cut_off = says.startswith(_UNFINISHED) or at >= len(self._text) - _NEAR_END
            except RecursionError:
                self._refuse("its values are nested far deeper than those of any payload")
            if (
                self._ended or not cut_off
            ):  # out here: the decoder's own error holds the text, and would be carried along
                self._at = min(at, len(self._text))
                self._refuse(f"{_plainly(says)}{'; the file may be cut short' if cut_off else ''}")
            if len(self._text) - self._at > _LONGEST:
                self._refuse("what begins here is far longer than any child's record")
            while not self._ended and len(self._text) - self._at < wanted:
                self._more(file)
            wanted = 2 * (len(self._text) - self._at)

    def _more(self, file: BinaryIO) -> None:
        """Read another piece, letting go of what has been taken."""
        piece = file.read(_PIECE)
        if (self._line == 1 and not self._text and piece.startswith(_WIDE[:2])) or b"\0" in piece:
            raise InputError(
                "This file is UTF-16 text or no text at all; JSON is written in UTF-8.",
                place=Place(self.shown),
                hint="Save it again as UTF-8.",
            )
        self._hash.update(piece)
        self._forget()
        try:
            self._text += self._decoder.decode(piece, final=not piece)
        except UnicodeDecodeError as fault:
            before = fault.object[: fault.start].count(b"\n")
            line = self._line + self._text.count("\n") + before
            raise InputError(
                "The text is not UTF-8.", place=Place(self.shown, line), hint="Save it again as UTF-8."
            ) from fault
        self._ended = not piece

    def _forget(self) -> None:
        self._line, self._column = self._place()
        self._text, self._at = self._text[self._at :], 0

    def _place(self) -> tuple[int, int]:
        taken = self._text[: self._at]
        new_lines = taken.count("\n")
        if new_lines:
            return self._line + new_lines, len(taken) - taken.rfind("\n")
        return self._line, self._column + len(taken)

    def _refuse(self, why: str) -> NoReturn:
        line, column = self._place()
        raise InputError(
            f"This is not JSON that can be read: {why}.",
            place=Place(self.shown, line, column),
            hint="Export the payload again.",
        )


def _plainly(message: str) -> str:
    """The parser's words, which name what it expected and never what stands there."""
    return message[0].lower() + message[1:].removesuffix(" at").removesuffix(" starting at")
