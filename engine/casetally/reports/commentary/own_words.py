"""Why: what an analyst knows stands in files of their own beside the drafted words, found by name, and never lost without a note.

`FOLDER/2023-09/INDICATOR.md` is for every line of an indicator, `REF.md` for the line of that code alone, `report.md` for the whole
report. docs/commentary.md tells an analyst the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from casetally.errors import CallError, InputError, Place, did_you_mean
from casetally.periods import Period
from casetally.reports.document import LineShown, OwnWords, ReportDocument
from casetally.reports.lines import Edition

SUFFIX = ".md"
REPORT = "report"
MOST_BYTES = 20_000  # of a file, some 3,000 words: a page of a hundred lines is to be at most 2 MB
LONGEST_NAME = 100
_FENCE = "---"
_HEAD_LINES = 20
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_A_MONTH = re.compile(r"\d{4}-\d{2}")


@dataclass(frozen=True)
class _Read:
    words: OwnWords
    is_for_all: bool  # says 'published: yes'


def file_safe(ref: str) -> str:
    """The name of a line's file, without .md: each run of what is no letter, figure, dot or underscore becomes one hyphen.

    'CSC 032#cumulative' becomes CSC-032-cumulative. Dots and hyphens at the ends go; at most 100 characters stay.
    """
    safe = re.sub(r"[^\w.]+", "-", unicodedata.normalize("NFC", ref))
    return re.sub(r"-+", "-", safe)[:LONGEST_NAME].strip("-.")


def own_words(folder: Path, indicator: str, ref: str, month: Period, edition: Edition) -> OwnWords | None:
    """What an analyst wrote on a line in a month: the file of its code, else that of its indicator; None where there is none.

    In the published edition only what says 'published: yes' is taken. Raises InputError with file and line for what can't be
    read, CallError where there is no such folder.
    """
    found = _file_of(_files(folder, month), indicator, ref)
    return _taken(found, edition) if found is not None else None


def introduction(folder: Path, month: Period, edition: Edition) -> OwnWords | None:
    """What an analyst wrote on the whole report: `report.md`. Raises as `own_words` does."""
    found = _files(folder, month).get(_key(REPORT))
    return _taken(found, edition) if found is not None else None


def unused_words(folder: Path, month: Period, document: ReportDocument) -> list[str]:
    """What to tell of each file of the month that the report does not show: it matches nothing, is empty, or is not for all."""
    files, lines, inside = _files(folder, month), list(document.lines), folder / month.name
    if not inside.is_dir():
        others = [path.name for path in sorted(folder.iterdir()) if path.is_dir() and _A_MONTH.search(path.name)]
        return [f"{folder} has no folder {month.name}. {did_you_mean(month.name, others)}".strip()]
    shown = {path for line in lines if (path := _file_of(files, line.main.indicator, line.ref)) is not None}
    shown |= {files[_key(REPORT)]} if _key(REPORT) in files else set()
    return [note for path in sorted(inside.iterdir()) for note in _notes_on(path, shown, lines, document.edition)]


def _notes_on(path: Path, shown: set[Path], lines: list[LineShown], edition: Edition) -> Iterator[str]:
    if path.name.startswith((".", "~")):  # what editors and desktops leave behind
        return
    if path.suffix.lower() != SUFFIX:
        yield f"{path} is not shown: words are files that end in {SUFFIX}."
    elif path not in shown:
        names = [REPORT, *(name for line in lines for name in (line.main.indicator, file_safe(line.ref)) if name)]
        if _key(path.stem) in {_key(name) for name in names}:
            yield f"{path} is not shown: each line that it is for has a file of its own, or two files have its name."
        else:
            hint = did_you_mean(path.stem, dict.fromkeys(names))
            yield f"{path} is not shown: no line of the report has that name. {hint}".strip()
    elif (read := _read(path)) is None:
        yield f"{path} is empty."
    elif edition == "published" and not read.is_for_all:
        yield f"{path} is left out of the published edition: it does not begin with 'published: yes' between lines of ---."


def _files(folder: Path, month: Period) -> dict[str, Path]:
    """The Markdown files of a month by name, small and capital letters alike; of two that differ in nothing else the first."""
    if not folder.is_dir():
        raise CallError(
            f"There is no folder '{folder}'.",
            hint="--commentary names a folder with one of its own for each month, such as 2023-09.",
        )
    inside = folder / month.name
    try:
        found = sorted(inside.iterdir(), reverse=True) if inside.is_dir() else []
    except OSError as fault:
        raise InputError(
            "The folder can't be opened.", place=Place(str(inside)), hint="Ask for leave to read it."
        ) from fault
    return {_key(path.stem): path for path in found if path.suffix.lower() == SUFFIX and path.name[0] not in ".~"}


def _key(name: str) -> str:
    """Names are alike on every kind of disk: some know no capitals, and some write an accent as a sign of its own."""
    return unicodedata.normalize("NFC", name).casefold()


def _file_of(files: dict[str, Path], indicator: str, ref: str) -> Path | None:
    own = files.get(_key(file_safe(ref))) if file_safe(ref) else None
    return own if own is not None else files.get(_key(indicator))


def _taken(path: Path, edition: Edition) -> OwnWords | None:
    read = _read(path)
    return read.words if read is not None and (edition == "internal" or read.is_for_all) else None


def _read(path: Path) -> _Read | None:
    """The words of a file without their first lines on themselves; None where nothing else stands in it."""
    lines = _text(path).split("\n")
    head_ends, is_for_all = _head(lines, path)
    text = "\n".join(lines[head_ends:]).strip("\n")
    return _Read(OwnWords(text, str(path)), is_for_all) if text.strip() else None


def _text(path: Path) -> str:
    if not path.is_file():
        says = "This is a folder, and not a file of words." if path.is_dir() else "This is no file that can be read."
        raise InputError(says, place=Place(str(path), 1), hint="Rename it, or put a Markdown file in its place.")
    try:
        if path.stat().st_size > MOST_BYTES:
            raise InputError(
                f"The file has over {MOST_BYTES:,} bytes, too much to stand on a page.",
                place=Place(str(path), 1), hint="Shorten it, or link to the longer text.",
            )  # fmt: skip
        raw = path.read_bytes()
    except OSError as fault:
        raise InputError(
            "The file can't be opened.", place=Place(str(path), 1), hint="Ask for leave to read it."
        ) from fault
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        place = _place(path, raw[: fault.start].decode("utf-8-sig"))
        raise InputError("The file is not UTF-8 text.", place=place, hint="Save it as UTF-8.") from fault
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    wrong = _CONTROLS.search(text)
    if wrong:
        says = f"This is no character of a text (U+{ord(wrong[0]):04X})."
        raise InputError(says, place=_place(path, text[: wrong.start()]), hint="Take it out, or save the file as text.")
    return text


def _place(path: Path, before: str) -> Place:
    before = before.replace("\r\n", "\n").replace("\r", "\n")
    return Place(str(path), before.count("\n") + 1, len(before.rsplit("\n", 1)[-1]) + 1)


def _head(lines: list[str], path: Path) -> tuple[int, bool]:
    """How many lines the file says of itself, and whether it says that it may be published."""
    if lines[0].rstrip() != _FENCE:
        return 0, False
    ends = next((at for at, line in enumerate(lines[1 : _HEAD_LINES + 1], 1) if line.rstrip() == _FENCE), None)
    if ends is None:
        raise InputError(
            f"The file begins with {_FENCE}, and no second {_FENCE} follows.", place=Place(str(path), 1),
            source_line=lines[0], width=len(_FENCE), hint=f"Write {_FENCE} again after 'published: yes', or leave it out.",
        )  # fmt: skip
    said: list[bool] = []
    for at, line in enumerate(lines[1:ends], 2):
        name, _, value = (part.strip().lower() for part in line.partition(":"))
        if name == "published" and value in ("yes", "no") and not said:
            said.append(value == "yes")
        elif line.strip():
            raise InputError(
                "Between the first lines of --- only 'published: yes' or 'published: no' can stand, and once.",
                place=Place(str(path), at, 1), source_line=line, width=max(len(line), 1), hint="Move it below the second ---.",
            )  # fmt: skip
    return ends + 1, any(said)
