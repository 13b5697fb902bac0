"""Why: an XML file from outside can be broken, endless or made to harm; what reads it must neither fall over nor fill the memory.

lxml reads a piece at a time, expands no entities, loads nothing from elsewhere and refuses texts of 10 million characters and
256 levels; a CHILD is handed on whole and freed, so that is bounded here. A file with a
DOCTYPE is refused: no return has one, and it can make a small file expand without end.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, BinaryIO, cast

from casetally.errors import InputError, Place
from casetally.sources.given import GivenFile

if TYPE_CHECKING:
    from lxml import etree

_PIECE = 65536
_MOST_BYTES = 5_000_000  # from one child to the next: the longest that the schema allows takes less than a million
_REASONS = {
    4: "it holds nothing",
    5: "it ends too early",
    9: "it holds a character that XML does not allow",
    26: "it names an entity that is not known",
    32: "its encoding is not known",
    73: "a tag is not closed",
    76: "a tag is closed by another",
    77: "it ends too early",
    81: "its bytes are not those of the encoding that it names",
    114: "an element is deeper or longer than any return's",
}


def local_name(element: etree._Element) -> str:
    """The element's name without a namespace, in capitals."""
    return _local(element.tag)


@lru_cache(maxsize=1000)
def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2].upper()


def line_of(element: etree._Element) -> int:
    """The line on which the element begins; 0 where it is not known."""
    line: object = element.sourceline
    return line if isinstance(line, int) else 0


def children_of(file: GivenFile) -> Iterator[etree._Element]:
    """Each CHILD of a return, whole; it is freed when the next is asked for.

    Raises InputError, with its place, for what is not well-formed, has a DOCTYPE or is beyond all bounds.
    """
    from lxml import etree

    try:
        with file.path.open("rb") as opened:
            yield from _fed(opened, file.shown)
    except OSError as fault:
        raise InputError("The file can't be opened.", place=Place(file.shown), hint=f"{fault.strerror}.") from fault
    except etree.XMLSyntaxError as fault:
        line, column = max(fault.lineno or 0, 0), max(fault.offset or 0, 0)
        reason = _REASONS.get(getattr(fault, "code", 0), "")
        raise InputError(
            "The file is not well-formed XML" + (f": {reason}." if reason else "."),
            place=Place(file.shown, line, column),
            hint="Export it again; it may have been cut off or changed by hand.",
        ) from None  # the parser's own message can quote the record


def _fed(opened: BinaryIO, shown: str) -> Iterator[etree._Element]:
    from lxml import etree

    parser = etree.XMLPullParser(
        events=("end",),
        tag="{*}CHILD",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
        huge_tree=False,
    )
    since_last = 0
    while piece := opened.read(_PIECE):
        parser.feed(piece)
        since_last += len(piece)
        for child in _ended(parser, shown):
            since_last = 0
            yield child
        if since_last > _MOST_BYTES:
            raise InputError(
                f"A child here takes more than {_MOST_BYTES // 1_000_000} million bytes, more than any return can hold.",
                place=Place(shown),
                hint="Export it again; the file is damaged or is no return.",
            )
    parser.close()
    yield from _ended(parser, shown)


def _ended(parser: etree.XMLPullParser, shown: str) -> Iterator[etree._Element]:
    """The children that have ended since the last look; each is freed after use, with all that stands before it."""
    for _, ended in parser.read_events():
        child = cast("etree._Element", ended)
        _refuse_doctype(child, shown)
        yield child
        child.clear()
        parent = child.getparent()
        while parent is not None and child.getprevious() is not None:
            del parent[0]


def _refuse_doctype(child: etree._Element, shown: str) -> None:
    if child.getroottree().docinfo.internalDTD is not None:
        raise InputError(
            "The file has a DOCTYPE, which no return has, so it is not read.",
            place=Place(shown),
            hint="Export it again from the system that made it.",
        )
