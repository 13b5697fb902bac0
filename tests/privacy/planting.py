"""Why: a leak is found by what can't stand anywhere by chance, so every column of every table is given a marked value.

Ids are left as they are: an id is the most of a child that an output may hold. What is no child's (a team, an authority, the
figures others supplied) is left too.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import polars as pl
from casetally import samples
from casetally.samples.shapes.making import SHAPES, write_shape
from casetally.samples.shapes.records import read_plain
from casetally.schemas import Column, load_schemas

AS_AT = dt.date(2024, 3, 31)
MARK = "Zebedee"
BORN = dt.date(1911, 11, 11)  # a day that stands nowhere else
NUMBER = "987654321"
_MONTH = "(?:november|nov)"
LEAKS = re.compile(
    rf"{MARK}|{NUMBER}|1911[-/. ]?11[-/. ]?11|11[-/. ]?11[-/. ]?1911|11(?:th)? {_MONTH} 1911|{_MONTH} 11,? 1911",
    re.IGNORECASE,
)
BORN_COLUMNS = ("date_of_birth", "expected_date_of_birth")
NO_CHILDS = ("team", "authority")  # columns
NO_CHILDS_TABLES = ("populations", "supplied_figures", "workers")
Frames = dict[str, pl.DataFrame]


def plain_frames(folder: Path) -> Frames:
    """A made-up authority in text, with every child's date of birth and every free text marked, and valid all the same."""
    samples.write_sample(folder, as_at=AS_AT, children=250, years=2, seed=1, dirt=0)
    frames = {path.stem: pl.read_csv(path, infer_schema=False) for path in sorted(folder.glob("*.csv"))}
    return {name: frame.with_columns(_marked(name, frame)) for name, frame in frames.items()}


def _marked(name: str, frame: pl.DataFrame) -> list[pl.Expr]:
    columns = load_schemas().tables[name].columns
    born = [pl.lit(str(BORN)).alias(column) for column in frame.columns if column in BORN_COLUMNS]
    texts = [
        pl.lit(f"{MARK} was here").alias(column) for column in frame.columns if _is_free_text(name, columns, column)
    ]
    return born + texts


def _is_free_text(table: str, columns: Mapping[str, Column], name: str) -> bool:
    return columns[name].type == "text" and name not in NO_CHILDS and table not in NO_CHILDS_TABLES


def spoilt(frames: Frames) -> Frames:
    """The same with, for each column, rows in which it alone is wrong: unreadable, off the list, out of range, out of order."""
    return {name: _spoilt(name, frame) if name not in NO_CHILDS_TABLES else frame for name, frame in frames.items()}


def _spoilt(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    columns = load_schemas().tables[name].columns
    if frame.is_empty():
        frame = pl.concat([frame, pl.DataFrame([_row_of(name)]).select(frame.columns)], how="vertical_relaxed")
    first = frame.row(0, named=True)
    key = load_schemas().tables[name].key
    planted = [(column, wrong) for column in frame.columns if column not in NO_CHILDS
               for wrong in _wrong(columns[column], column in key)]  # fmt: skip
    rows = [{**first, **_own_key(name, first, number), column: wrong} for number, (column, wrong) in enumerate(planted)]
    return pl.concat([frame, pl.DataFrame(rows, schema=frame.schema)]) if rows else frame


def _row_of(name: str) -> dict[str, str | None]:
    """A row of a table of which the made-up authority happens to have none: ids, a first day and a code of each list."""
    table, codes = load_schemas().tables[name], load_schemas().codes
    row: dict[str, str | None] = {}
    for column, one in table.columns.items():
        value = {
            "id": f"planted-{column}",
            "date": "2024-01-10" if one.required or column == table.begins else None,
        }.get(one.type)
        row[column] = next(iter(codes[one.codes])) if one.codes else value
    return row


def _own_key(name: str, row: Mapping[str, str | None], number: int) -> dict[str, str]:
    """An id of its own, so that the row is not taken for another's double; where the key is of other things it may be one."""
    key = load_schemas().tables[name].key
    own = key[0] in row and (key[0] != "child_id" or name == "children")
    return {key[0]: f"planted-{name}-{number}"} if own else {}


def _wrong(column: Column, in_key: bool) -> Iterator[str]:
    """A date that is part of a key names its row, and so stands in findings: it is spoilt, and not set to the marked day."""
    if column.type == "id":
        return
    yield f"{MARK} Jones" if column.type != "code" else MARK
    if column.type in ("date", "datetime"):
        yield from () if in_key else (str(BORN), f"{BORN:%d/%m/%Y} {MARK}", "11.11.1911")
    if column.type in ("number", "integer"):
        yield from (NUMBER, f"-{NUMBER}")


def write_csv(frames: Frames, folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name, frame in frames.items():
        frame.write_csv(folder / f"{name}.csv")
    return folder


def write_parquet(frames: Frames, folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name, frame in frames.items():
        frame.write_parquet(folder / f"{name}.parquet")
    return folder


def write_other(shape: str, ending: str, plain: Path, folder: Path) -> Path:
    """The plain records as an export of another shape, then each column, element or value of it spoilt somewhere."""
    write_shape(folder, shape, read_plain(plain, AS_AT), years=2, ending=ending)
    for path in sorted(folder.iterdir()):
        path.write_bytes(_SPOIL[path.suffix](path.read_bytes()))
    return folder


def _spoilt_csv(data: bytes) -> bytes:
    frame = pl.read_csv(io.BytesIO(data), infer_schema=False)
    return _each_column(frame).write_csv().encode()


def _spoilt_parquet(data: bytes) -> bytes:
    frame = pl.read_parquet(io.BytesIO(data)).with_columns(pl.all().cast(pl.String))
    written = io.BytesIO()
    _each_column(frame).write_parquet(written)
    return written.getvalue()


def _each_column(frame: pl.DataFrame) -> pl.DataFrame:
    """A row more for each column but ids, in which it is marked."""
    if frame.is_empty():
        return frame
    frame = frame.with_columns(pl.all().cast(pl.String))
    first = frame.row(0, named=True)
    rows = [{**first, name: MARK} for name in frame.columns if not is_id(name)]
    return pl.concat([frame, pl.DataFrame(rows, schema=frame.schema)]) if rows else frame


_ID = re.compile(r"(_id|id_?nums?|child_?id|\bid|NIS)$|^(child|id)$|team|worker|department", re.IGNORECASE)


def is_id(name: str) -> bool:
    """An id, or what is no child's: a team, a worker."""
    return _ID.search(name) is not None


def _spoilt_xml(data: bytes) -> bytes:
    """The second of each element with text holds a mark."""
    head, end, text = data.decode("utf-8").rpartition("</Header>")  # what stands there is the sender's
    for tag in dict.fromkeys(re.findall(r"<(\w+)>[^<>\s][^<>]*</\1>", text)):
        if not is_id(tag):
            found = list(re.finditer(rf"<{tag}>[^<>]+</{tag}>", text))
            at = found[min(1, len(found) - 1)]
            text = f"{text[: at.start()]}<{tag}>{MARK}</{tag}>{text[at.end() :]}"
    return (head + end + text).encode()


def _spoilt_lines(data: bytes) -> bytes:
    """In each line some other value is a mark, until each key has had its turn."""
    lines = [json.loads(line) for line in data.decode("utf-8").splitlines()]
    done: set[str] = set()
    for line in lines:
        for holder, key in _values(line):
            if key not in done and not is_id(key):
                done.add(key)
                holder[key] = MARK
                break
    return "".join(json.dumps(line) + "\n" for line in lines).encode()


def _values(value: object) -> Iterator[tuple[dict[str, object], str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, (dict, list)):
                yield from _values(inner)
            else:
                yield value, key
    elif isinstance(value, list):
        for inner in value:
            yield from _values(inner)


_SPOIL: Mapping[str, Callable[[bytes], bytes]] = {
    ".csv": _spoilt_csv,
    ".parquet": _spoilt_parquet,
    ".xml": _spoilt_xml,
    ".jsonl": _spoilt_lines,
}
# every shape that the writer of samples knows, in each of its formats
OTHERS = [(shape.name, ending) for shape in SHAPES.values() for ending in shape.formats]
