"""Why: a census is read as a stream, element by element, so that its size does not matter, and each fault has its line.

Expat does the reading: it counts lines beyond 65,535 rightly, builds no tree, and takes a third of the time of a tree that is
cleared as it grows. A document type is refused outright, for no census has one and all tricks with entities need one.
"""

from __future__ import annotations

import hashlib
from xml.parsers import expat

from casetally.errors import InputError, Place
from casetally.sources.cin_census.gathered import NOBODY, Fault, Gathered
from casetally.sources.cin_census.header import Census, year_of
from casetally.sources.cin_census.layout import (
    HEADER,
    LAST_YEAR,
    RECORDS,
    TABLES,
    Element,
    known_names,
    layout_of,
    part,
)
from casetally.sources.column_names import slip_of
from casetally.sources.given import GivenFile

_PIECE = 1 << 18
_LONGEST_TAG = 1 << 20  # one tag, comment or instruction, in bytes
_LONGEST_VALUE = 1_000  # in characters
_MOST_PIECES = 16  # of one value
_DEEPEST = 100
_BLANK = " \t\r\n"
_ABOUT_SCHEMAS = "http://www.w3.org/2001/XMLSchema-instance "
_ALLOWED = {_ABOUT_SCHEMAS + "schemaLocation", _ABOUT_SCHEMAS + "noNamespaceSchemaLocation"}


def walk(given: GivenFile, at: int, gathered: Gathered) -> Census:
    """Read one file, the `at`-th, into what is gathered. Raises InputError, with line and column, for what is no sound XML."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.ordered_attributes = True
    steps = _Walk(parser, given.shown, at, gathered)
    digest = hashlib.sha256()
    fed = 0
    try:
        with given.path.open("rb") as opened:
            while piece := opened.read(_PIECE):
                digest.update(piece)
                fed += len(piece)
                parser.Parse(piece, False)
                if fed - max(parser.CurrentByteIndex, 0) > _LONGEST_TAG:
                    raise _broken(given.shown, parser, "A tag or a comment here is longer than any census needs.")
        parser.Parse(b"", True)
    except OSError as fault:
        raise InputError("The file can't be opened.", place=Place(given.shown), hint=f"{fault.strerror}.") from fault
    except expat.ExpatError as fault:
        place = Place(given.shown, fault.lineno, fault.offset + 1)
        raise InputError(
            _in_words(fault.code), place=place, hint="Export the census again, or mend this line."
        ) from fault
    except (LookupError, ValueError, TypeError) as fault:  # an encoding that Python lacks, or that is no text
        if steps.begun:
            raise
        raise InputError(
            "The encoding that the file's first line names can't be read.",
            place=Place(given.shown, 1),
            hint="Export the census again as UTF-8.",
        ) from fault
    year = steps.year or year_of(steps.header, given.shown)
    return Census(given.shown, digest.hexdigest(), steps.header, year, steps.records)


def _broken(shown: str, parser: expat.XMLParserType, says: str) -> InputError:
    return InputError(
        says,
        place=Place(shown, parser.CurrentLineNumber, parser.CurrentColumnNumber + 1),
        hint="Export the census again from the case management system.",
    )


_WORDS = {
    expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS]: "The file ends before the census is complete.",
    expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_TOKEN]: "The file ends in the middle of a tag.",
    expat.errors.codes[expat.errors.XML_ERROR_TAG_MISMATCH]: "This end tag does not fit the start tag that is open.",
    expat.errors.codes[expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT]: "More stands after the end of the census.",
    expat.errors.codes[expat.errors.XML_ERROR_UNKNOWN_ENCODING]: "The encoding that the first line names is not known.",
    expat.errors.codes[
        expat.errors.XML_ERROR_INCORRECT_ENCODING
    ]: "The encoding is not the one that the first line names.",
}


def _in_words(code: int) -> str:
    return _WORDS.get(code, "The file is not well-formed XML here.")


class _Open:
    """An element that has begun: its rule and line, the last place taken among its parts, the parts seen, and the record that its
    values go to (its name, number, and values by name).
    """

    __slots__ = ("element", "last", "line", "name", "number", "seen", "stray", "values")

    def __init__(self, element: Element, line: int, name: str, number: int, values: dict[str, str] | None) -> None:
        self.element, self.line = element, line
        self.name, self.number, self.values = name, number, values
        self.last, self.stray = -1, False
        self.seen: set[str] = set()


class _Walk:
    """The steps of one walk. `header`: the first value of each element of the header; `year`: known when the children begin;
    `records`: how many elements were records.
    """

    def __init__(self, parser: expat.XMLParserType, shown: str, at: int, gathered: Gathered) -> None:
        self.parser, self.shown, self.at, self.gathered = parser, shown, at, gathered
        self.header: dict[str, str] = {}
        self.year: int | None = None
        self.records = 0
        self._layout = layout_of(LAST_YEAR)
        self._open: list[_Open] = []
        self._leaf: Element | None = None
        self._leaf_line = 0
        self._text: list[str] = []
        self._skipped = 0  # how deep in an element of which nothing is read
        self._child = NOBODY
        self._cases: dict[tuple[str, ...], Fault] = {}
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._doctype

    def _doctype(self, *_: object) -> None:
        raise _broken(
            self.shown,
            self.parser,
            "The file declares a document type or entities, which no census has; it is not read.",
        )

    @property
    def begun(self) -> bool:
        """Whether the first element has been met."""
        return bool(self._open)

    # -- elements that begin ---------------------------------------------------------------------------------------------

    def _start(self, name: str, attributes: list[str]) -> None:
        line = self.parser.CurrentLineNumber
        if " " in name:
            name = name.rpartition(" ")[2]
            self._say_once("cin_namespace", "", "The elements stand in a namespace, which the schema does not have.", 0)
        if self._skipped or self._leaf is not None:
            self._skip(name, line)
            return
        if attributes and not _ALLOWED.issuperset(attributes[::2]):
            self._say(
                "cin_unknown_attribute",
                "",
                "An element has an attribute that the schema does not have; it is not read.",
                line,
            )
        if not self._open:
            self._begin_message(name, line)
            return
        around = self._open[-1]
        element = (around.element.parts or {}).get(name)
        if element is None:
            self._skip(name, line)
            return
        self._judge_place(element, around, line)
        if element.parts is None:
            self._leaf, self._leaf_line, self._text = element, line, []
        else:
            self._begin(element, around, line)

    def _begin_message(self, name: str, line: int) -> None:
        if name != "Message":
            raise _broken(self.shown, self.parser, "This is no census: its first element is not 'Message'.")
        self._open.append(_Open(self._layout, line, "", NOBODY, None))

    def _begin(self, element: Element, around: _Open, line: int) -> None:
        name = element.name
        if name == "Children" and self.year is None:
            self.year = year_of(self.header, self.shown)
            self._layout = layout_of(self.year)
            element = part(self._layout, "Children")
        if name in RECORDS:
            number = self.gathered.records[name].height
            if name == "Child":
                self._child = number
            self._open.append(_Open(element, line, name, number, {}))
        else:
            self._open.append(_Open(element, line, around.name, around.number, around.values))

    def _judge_place(self, element: Element, around: _Open, line: int) -> None:
        name = element.name
        if element.place < 0:
            says = f"'{name}' is not in the schema for {self.year}; it is read all the same."
            self._say("cin_not_in_this_year", name, says, line)
            return
        if element.place < around.last:
            self._say("cin_out_of_order", name, f"'{name}' stands out of order in {around.element.name}.", line)
        elif name in around.seen and not element.many:
            says = f"'{name}' is given more than once in {around.element.name}; the first that is not blank is taken."
            self._say("cin_repeated_element", name, says, line)
        around.last = max(around.last, element.place)
        around.seen.add(name)

    def _skip(self, name: str, line: int) -> None:
        """Pass over an element of which nothing can be read; records in it are set aside."""
        if not self._skipped:
            self._say("cin_unknown_element", *_unknown(name, self._leaf or self._open[-1].element), line)
        self._skipped += 1
        if self._skipped > _DEEPEST:
            raise _broken(self.shown, self.parser, "The elements are nested deeper than any census needs.")
        if name in RECORDS:
            self.records += 1
            self.gathered.lose(name, self.at, line, self._child)

    # -- text ------------------------------------------------------------------------------------------------------------

    def _characters(self, text: str) -> None:
        if self._skipped:
            return
        if self._leaf is not None:
            if len(self._text) <= _MOST_PIECES:
                self._text.append(text)
        elif (stray := text.lstrip(_BLANK)) and self._open and not self._open[-1].stray:
            around = self._open[-1]
            around.stray = True
            line = self.parser.CurrentLineNumber - stray.count("\n")  # the parser stands at the text's end
            says = f"Text stands between the elements of {around.element.name}; it is not read."
            self._say("cin_stray_text", around.element.name, says, line)

    # -- elements that end -----------------------------------------------------------------------------------------------

    def _end(self, _: str) -> None:
        if self._skipped:
            self._skipped -= 1
        elif self._leaf is not None:
            self._end_value(self._leaf)
            self._leaf = None
        else:
            self._end_group(self._open.pop())

    def _end_value(self, element: Element) -> None:
        line, text = self._leaf_line, "".join(self._text)
        value: str | None = text.strip(_BLANK)
        if len(self._text) > _MOST_PIECES or len(text) > _LONGEST_VALUE:
            says = f"'{element.name}' holds more than {_LONGEST_VALUE:,} characters; it is read as not recorded."
            self._say("cin_value_too_long", element.name, says, line)
            value = None
        elif not element.fits(text):
            self._say_unfit(element, blank=not value, line=line)
        around = self._open[-1]
        if element.name in RECORDS:
            self._add(element.name, (value or None,), around.number, line)
        elif not value:
            return
        elif around.values is not None:
            around.values.setdefault(element.name, value)
        elif element.name in HEADER and element.within in ("CollectionDetails", "Source"):
            self.header.setdefault(element.name, value)

    def _say_unfit(self, element: Element, *, blank: bool, line: int) -> None:
        name = element.name
        if blank:
            self._say("cin_blank_element", name, f"'{name}' is blank, which the schema does not allow.", line)
        else:
            says = f"'{name}' holds what the schema for {self.year} does not allow; expected is {element.expected}."
            self._say("cin_value_not_allowed", name, says, line)

    def _end_group(self, ended: _Open) -> None:
        element = ended.element
        for needed in element.needs:
            if needed.name not in ended.seen:
                says = f"'{needed.name}' is missing in {element.name}, where the schema needs it."
                self._say("cin_missing_element", needed.name, says, ended.line)
        name = element.name
        if name in RECORDS:
            values = ended.values or {}
            parent = self._open[-1].number
            self._add(name, tuple(values.get(field) for field in RECORDS[name]), parent, ended.line)
            if name == "Child":
                self._child = NOBODY

    def _add(self, name: str, values: tuple[str | None, ...], parent: int, line: int) -> None:
        self.records += 1
        self.gathered.records[name].add(values, parent, self.at, line)

    # -- faults ----------------------------------------------------------------------------------------------------------

    def _say(self, rule: str, column: str, message: str, line: int) -> None:
        """A warning, under the table of the record that is open."""
        around = self._open[-1].name if self._open else ""
        table = TABLES.get(column if column in RECORDS else around, "")
        fault = self._cases.get((rule, table, column, message))
        if fault is None:
            fault = self._cases[rule, table, column, message] = Fault(rule, table, column, message)
        self.gathered.faults.add(fault, self.at, line, self._child)

    def _say_once(self, rule: str, column: str, message: str, line: int) -> None:
        if (rule, "", column, message) not in self._cases:
            self._say(rule, column, message, line)


def _unknown(name: str, around: Element) -> tuple[str, str]:
    """The column and message for an element that may not stand there. A name on no list is not repeated: it could be anything."""
    if name in known_names():
        return name, f"'{name}' stands within {around.name}, where the schema has no such element; it is not read."
    near = slip_of(name[:100], known_names())
    meant = f" Did you mean '{near}'?" if near else ""
    return "", f"Within {around.name} stands an element that the schema does not have; it is not read.{meant}"
