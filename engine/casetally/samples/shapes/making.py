"""Why: the one door to the shapes: which there are, in which formats, and how their files come to lie in a folder, whole."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from casetally.errors import CallError
from casetally.samples.shapes.records import Records
from casetally.samples.write import beside, put_in_place

Content = pl.DataFrame | bytes
Files = Mapping[str, Content]  # by name, whose ending is the format


@dataclass(frozen=True)
class Shape:
    """One kind of export. `make` is given the records, how many years of returns, and the format; `files`: how its files are
    named, so that an earlier sample of the shape may be written over.
    """

    name: str
    formats: tuple[str, ...]
    files: str
    make: Callable[[Records, int, str], Files]


def _cin_census(records: Records, years: int, _ending: str) -> Files:
    from casetally.samples.shapes.cin_census import censuses

    return {f"CIN_Census_{year.end}.xml": data for year, data in censuses(records, years).items()}


def _ssda903(records: Records, years: int, ending: str) -> Files:
    from casetally.samples.shapes.ssda903 import returns
    from casetally.samples.shapes.ssda903_xml import as_xml

    made = returns(records, years)
    if ending == "xml":
        return {f"SSDA903_{year.label}.xml": as_xml(files) for year, files in made.items()}
    return {f"{year.label}_{kind}.csv": frame for year, files in made.items() for kind, frame in files.items()}


def _ssd(records: Records, _years: int, ending: str) -> Files:
    from casetally.samples.shapes.ssd import ssd_tables

    return {f"{name}.{ending}": frame for name, frame in ssd_tables(records).items()}


def _csc_api(records: Records, _years: int, _ending: str) -> Files:
    from casetally.samples.shapes.csc_api import payload_lines

    return {"children_social_care_data.jsonl": payload_lines(records)}


SHAPES: Mapping[str, Shape] = {
    shape.name: shape
    for shape in (
        Shape("cin_census", ("xml",), r"CIN_Census_\d{4}\.xml", _cin_census),
        Shape("ssda903", ("csv", "xml"), r"(SSDA903_)?\d{4}-\d\d(_\w+)?\.(csv|xml)", _ssda903),
        Shape("ssd", ("csv", "parquet"), r"ssd_\w+\.(csv|parquet)", _ssd),
        Shape("csc_api", ("jsonl",), r"children_social_care_data\.jsonl", _csc_api),
    )
}


def write_shape(folder: Path, shape: str, records: Records, *, years: int, ending: str | None = None) -> dict[str, int]:
    """Write the records as an export of this shape; gives the bytes of each file by its name.

    `years`: how many years of returns, up to the one of the as-at date, for the shapes that are yearly. Without `ending`, the
    shape's usual format. The same records give the same bytes. Raises CallError for a format that the shape does not have, and
    where the folder holds other things.
    """
    kind = SHAPES[shape]
    ending = ending or kind.formats[0]
    if ending not in kind.formats:
        raise CallError(f"The shape '{shape}' is not written as '{ending}'.", hint=f"Use {' or '.join(kind.formats)}.")
    files = kind.make(records, years, ending)
    earlier = [path.name for path in folder.glob("*") if re.fullmatch(kind.files, path.name)]
    part = beside(folder, {}, also=(*files, *earlier))
    try:
        for name, content in files.items():
            _write(part / name, content)
        sizes = {name: (part / name).stat().st_size for name in files}
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    put_in_place(part, folder)
    return sizes


def _write(path: Path, content: Content) -> None:
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif path.suffix == ".parquet":
        content.write_parquet(path, compression="zstd", statistics=False)
    else:
        content.write_csv(path, line_terminator="\n", datetime_format="%Y-%m-%d %H:%M:%S")
