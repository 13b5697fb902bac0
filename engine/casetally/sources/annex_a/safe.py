"""Why: a workbook is a zip of XML, and a small hostile or broken one can fill the memory of the machine or stop the program.

The library that reads workbooks believes what they say of themselves: a cell in row 0 ends the program. So everything is gone
through first: the zip's directory, the true length of what it holds, whether it is well-formed, where each cell lies and how much
text the cells name. What a spreadsheet program would not have written is refused in one sentence.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from typing import NoReturn
from xml.parsers import expat

from casetally.errors import InputError, Place

OLD_FORMAT = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # how .xls files and workbooks with a password begin
_ENTRIES = 5_000
_LENGTH = 400 << 20  # of all that the zip holds, unpacked
_RATIO = 400  # of what is unpacked to what is packed; a sheet that is all one value comes to some 150
_FREE = 64 << 20  # below this length no ratio is asked
_CELLS = 25_000_000  # rows by columns, up to the last cell that holds something
_TEXT = 1 << 30  # of all cells of a sheet together
_LONGEST = 32_767  # characters that a cell may hold in a spreadsheet program
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_PIECE = 1 << 20
_ENCODINGS = ("utf-8", "utf-16", "us-ascii", "ascii", "iso-8859-1", "windows-1252")
_PLACE = re.compile(r"([A-Za-z]{1,3})([1-9]\d{0,6})")
_FAULTS = (
    *(zipfile.BadZipFile, OSError, ValueError, LookupError, zlib.error, RuntimeError, struct.error),
    *(expat.ExpatError, UnicodeError),
)


class _Refused(Exception):
    """What is refused: `too_large`, `too_long` or `broken`."""


def sheet_names(data: bytes) -> list[str]:
    """The names of a workbook's sheets from its directory alone, or none where it is no workbook or not a plausible one."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            entry = book.getinfo("xl/workbook.xml")
            if entry.file_size > _PIECE or not _plausible(book):
                return []
            with book.open(entry) as opened:
                text = opened.read(_PIECE).decode("utf-8", "replace")
    except _FAULTS:
        return []
    found = re.findall(r"""<(?:\w+:)?sheet\s[^<>]*?\bname\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)')""", text)
    return [_unescaped(double or single) for double, single in found]


def refuse_unsafe(data: bytes, shown: str) -> None:
    """Raises InputError for a workbook that is protected, broken, or would unpack to more than a workbook can hold."""
    if data.startswith(OLD_FORMAT):
        raise InputError(
            "This workbook is protected with a password, or is in the format of before 2007.",
            place=Place(shown),
            hint="Open it, save it as an Excel workbook (.xlsx) without a password, and name that.",
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            entries = book.infolist()
            if not _plausible(book):
                raise _Refused("too_large")
        if len({entry.filename for entry in entries}) < len(entries):
            raise _Refused("broken")
        _look_into(data, entries)
    except _Refused as refused:
        _say(str(refused), shown)
    except _FAULTS as fault:
        raise _broken(shown) from fault


def _plausible(book: zipfile.ZipFile) -> bool:
    entries = book.infolist()
    length = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    return len(entries) <= _ENTRIES and length <= _LENGTH and (length <= _FREE or length <= packed * _RATIO)


def _look_into(data: bytes, entries: list[zipfile.ZipInfo]) -> None:
    """Go through every entry, texts that the cells share first."""
    sheets: list[zipfile.ZipInfo] = []
    longest = 0
    for entry in entries:
        holds, tail = set(), b""
        for piece in _unpacked(data, entry):
            window = tail + piece
            holds |= {word for word in (b"sheetData", b"si>") if word in window}
            tail = piece[-16:]
        if b"sheetData" in holds:
            sheets.append(entry)
        elif b"si>" in holds or entry.filename.lower().endswith((".xml", ".rels")):
            longest = max(longest, _Texts().read(_unpacked(data, entry)))
    for entry in sheets:
        cells = _Cells()
        cells.read(_unpacked(data, entry))
        if cells.sharing * longest > _TEXT:
            raise _Refused("too_large")


def _unpacked(data: bytes, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """What an entry truly unpacks to, a piece at a time, whatever length its directory gives."""
    start = entry.header_offset
    if data[start : start + 4] != b"PK\x03\x04" or entry.compress_type not in (
        zipfile.ZIP_STORED,
        zipfile.ZIP_DEFLATED,
    ):
        raise _Refused("broken")
    name_length, extra_length = struct.unpack_from("<HH", data, start + 26)
    begin = start + 30 + name_length + extra_length
    packed = data[begin : begin + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        yield packed
        return
    stream, length = zlib.decompressobj(-zlib.MAX_WBITS), 0
    while not stream.eof:
        piece = stream.decompress(packed, _PIECE)
        packed = stream.unconsumed_tail
        length += len(piece)
        if length > entry.file_size:
            raise _Refused("too_large")
        if not piece and not packed and not stream.eof:
            raise _Refused("broken")
        yield piece


class _Xml:
    """Well-formed XML without a document type, of which entities could be made."""

    def read(self, pieces: Iterable[bytes]) -> int:
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._doctype
        parser.XmlDeclHandler = self._declared
        self.prepare(parser)
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
        return self.found

    found = 0

    def prepare(self, parser: expat.XMLParserType) -> None:
        """Set the handlers."""

    def _declared(self, _: str, encoding: str | None, __: int) -> None:
        """In another encoding the bytes would say one thing here and another to the library that reads them."""
        if (encoding or "utf-8").lower() not in _ENCODINGS:
            raise _Refused("broken")

    def _doctype(self, *_: object) -> None:
        raise _Refused("broken")


class _Texts(_Xml):
    """The longest of the texts that cells share, in characters."""

    def __init__(self) -> None:
        self._length = 0

    def prepare(self, parser: expat.XMLParserType) -> None:
        parser.StartElementHandler = self._start
        parser.CharacterDataHandler = self._text

    def _start(self, name: str, _: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "si":
            self._length = 0

    def _text(self, text: str) -> None:
        self._length += len(text)
        self.found = max(self.found, self._length)
        if self._length > _LONGEST + 1000:  # blanks between the parts of a text are no part of it
            raise _Refused("too_long")


class _Cells(_Xml):
    """Where the cells of a sheet lie, and how many name a shared text. One outside a sheet's bounds is refused."""

    def __init__(self) -> None:
        self.sharing = 0
        self._row = self._column = self._last_row = self._last_column = 0
        self._columns: dict[str, int] = {}

    def prepare(self, parser: expat.XMLParserType) -> None:
        parser.StartElementHandler = self._start

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "c":
            self._cell(attributes.get("r"))
            self.sharing += attributes.get("t") == "s"
        elif name == "row":
            said = attributes.get("r")
            self._row = self._row + 1 if said is None else int(said) if re.fullmatch(r"\d{1,7}", said) else 0
            self._column = 0
            if not 1 <= self._row <= _LAST_ROW:
                raise _Refused("broken")
        elif name in ("v", "is", "f"):
            self._last_row, self._last_column = max(self._last_row, self._row), max(self._last_column, self._column)
            if self._last_row * self._last_column > _CELLS:
                raise _Refused("too_large")

    def _cell(self, said: str | None) -> None:
        if said is None:
            self._column += 1
        else:
            place = _PLACE.fullmatch(said)
            if place is None:
                raise _Refused("broken")
            letters = place[1]
            if letters not in self._columns:
                self._columns[letters] = _column_number(letters)
            self._row, self._column = int(place[2]), self._columns[letters]
        if self._row > _LAST_ROW or self._column > _LAST_COLUMN:
            raise _Refused("broken")


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def _unescaped(text: str) -> str:
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(entity, character)
    return text


def _broken(shown: str) -> InputError:
    return InputError(
        "This workbook is broken: what it holds is not what a spreadsheet program writes.",
        place=Place(shown),
        hint="Open it in a spreadsheet program, save it again as .xlsx, or export it anew.",
    )


def _say(what: str, shown: str) -> NoReturn:
    if what == "too_large":
        raise InputError(
            "This workbook would unpack to far more than such a workbook holds, so it is not opened.",
            place=Place(shown),
            hint="Remove pictures, sheets that are not needed and cells far from the rows, and save it again.",
        )
    if what == "too_long":
        raise InputError(
            f"A cell of this workbook holds more than {_LONGEST:,} characters, which no spreadsheet program writes.",
            place=Place(shown),
            hint="Look for a cell with a very long text, and shorten it.",
        )
    raise _broken(shown)
