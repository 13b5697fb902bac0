"""Why: a proposal is read by the person who corrects it, so each line says how sure it is and what is left to say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from casetally.schemas import load_schemas
from casetally.sources.mapping.layout import TO_FILL
from casetally.sources.mapping.matching import SURE
from casetally.sources.mapping.proposing import ColumnLine, Proposal, WordList

_MOST_LISTED = 40
_ESCAPED = {'"': '\\"', "\\": "\\\\", "\t": "\\t", "\n": "\\n"}

_OPENING = """\
# A proposal, made from the headers and values of the files in this folder. Correct it, then run 'casetally check' on the folder.
# Each line under 'columns' says: our column: "your header". A '?' stands where only you can say: fill each.
# docs/sources/mapping.md says all that can stand here.
files:
"""


def proposal_text(proposals: Sequence[Proposal]) -> str:
    """The mapping file: entries, with comments for what is unsure, and for files that have none."""
    entries = [one for one in proposals if one.table is not None]
    others = [one for one in proposals if one.table is None]
    lines = [line for one in entries for line in (*_entry(one), "")]
    if not entries:
        lines = ["  []  # no file's table could be told: write an entry for each by hand", ""]
    for one in others:
        lines += [f"  # {_named(one)}: {one.says}"]
    return (_OPENING + "\n".join(lines)).rstrip() + "\n"


def left_to_fill(proposals: Sequence[Proposal]) -> int:
    """How many '?' a proposal has."""
    columns = sum(1 for one in proposals for line in one.lines if line.header is None)
    return columns + sum(1 for one in proposals for words in one.words for word in words.words if word.code is None)


def quoted(text: str) -> str:
    """A text as a double-quoted YAML scalar: what would not show is escaped."""
    out = []
    for character in text:
        code = ord(character)
        if character in _ESCAPED:
            out.append(_ESCAPED[character])
        elif character == " " or (character.isprintable() and code < 0x10000):
            out.append(character)
        else:
            out.append(f"\\U{code:08X}")
    return f'"{"".join(out)}"'


def _named(one: Proposal) -> str:
    sheet = f" (sheet {_comment(one.sniffed.sheet)})" if one.sniffed.sheet else ""
    return _comment(one.sniffed.file.shown) + sheet


def _comment(text: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in text)


def _entry(one: Proposal) -> Iterator[str]:
    table = load_schemas().tables[str(one.table)]
    rivals = ", ".join(f"{name} ({score:.0%})" for name, score in one.rivals)
    yield f"  # {table.one_row_is} ({one.sure:.0%} sure{'; or ' + rivals if rivals else ''})"
    if one.says:
        yield f"  # {one.says}"
    yield f"  - file: {quoted(one.sniffed.file.path.name)}"
    if one.sniffed.sheet is not None:
        yield f"    sheet: {quoted(one.sniffed.sheet)}"
    yield f"    table: {one.table}"
    if one.sniffed.header_row != 1:
        yield f"    header_row: {one.sniffed.header_row}"
    if one.sniffed.delimiter != ",":
        yield f"    delimiter: {quoted(one.sniffed.delimiter)}"
    if one.sniffed.encoding != "utf-8":
        yield f"    encoding: {one.sniffed.encoding}"
    if one.distinct:
        yield "    distinct: true  # one record of all rows that say the same of a child"
        yield "    where_filled: [child_id]"
    if one.make_id:
        yield f"    make_id: [{', '.join(one.make_id)}]  # no header is the id of {table.table}: it is made of these"
    yield "    columns:"
    yield from (f"      {_column(line)}" for line in one.lines)
    yield from (
        f"      # {line.column}: {quoted(line.header or '')}  # a guess ({line.sure:.0%})" for line in one.guesses
    )
    yield from _dates(one)
    yield from _codes(one.words)
    if one.skip:
        yield "    skip_rows_where:"
        yield from (f"      {quoted(header)}: [{', '.join(map(quoted, words))}]" for header, words in one.skip)
    if one.not_taken:
        more = f" and {len(one.not_taken) - _MOST_LISTED} more" if len(one.not_taken) > _MOST_LISTED else ""
        yield f"    # not taken: {', '.join(map(_comment, one.not_taken[:_MOST_LISTED]))}{more}"


def _column(line: ColumnLine) -> str:
    if line.header is None:
        perhaps = f"; perhaps {', '.join(map(_comment, line.also))}" if line.also else ""
        return f'{line.column}: "{TO_FILL}"  # needed, and no header is like it{perhaps}'
    doubt = "" if line.sure >= SURE else f"  # check: {line.sure:.0%} sure"
    return f"{line.column}: {quoted(line.header)}{doubt}"


def _dates(one: Proposal) -> Iterator[str]:
    if one.dates:
        yield "    date_formats:"
    for line in one.dates:
        doubt = "  # check: no day after the 12th says whether the day or the month stands first" if line.unsure else ""
        yield f"      {line.column}: {quoted(line.form)}{doubt}"


def _codes(lists: Sequence[WordList]) -> Iterator[str]:
    if any(words.words for words in lists):
        yield "    codes:"
    for words in lists:
        if words.words:
            yield f"      {words.column}:"
        if any(word.code is None for word in words.words):
            yield f"        # our codes: {', '.join(words.codes[:_MOST_LISTED])}"
        for word in words.words:
            shown = quoted(word.code) if word.code else f'"{TO_FILL}"'
            yield f"        {quoted(word.word)}: {shown}{'' if word.sure or not word.code else '  # check: the nearest code'}"
        if words.left_out > 0:
            indent = "        " if words.words else "    "
            why = "they are rare, long or may be personal"
            yield f"{indent}# {words.column}: {words.left_out} more of its values are not shown here: {why}"
