"""Why: most authorities have exports of their own shape, and saying once which header is which must be all that reading them takes.

A folder with a `casetally-mapping.yaml` is read by it. `layout` reads and checks that file, `reading` the files it names,
`making` makes the tables; `proposing` looks at a folder and writes a mapping file for an analyst to correct.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from casetally.errors import CasetallyError, did_you_mean
from casetally.schemas import load_schemas
from casetally.sources import plain
from casetally.sources.building import FindingsBuilder, Made
from casetally.sources.delivery import ROW_COLUMNS, Delivery, SourceFile
from casetally.sources.given import Given, GivenFile, only_files
from casetally.sources.mapping.layout import Entry, Mapping, check_headers, load_mapping
from casetally.sources.mapping.making import Part, part_of, put_together
from casetally.sources.mapping.reading import BOOK_ENDINGS, ENDINGS, Grid, grid_of_sheet, read_text_file, sheets_of
from casetally.yaml_files import load_yaml

_YAML_ENDINGS = (".yaml", ".yml")
_MOST_HEADERS = 30  # named in a note


def claims(given: Sequence[Given]) -> list[Given]:
    """Mapping files, and of the files beside them (of all given ones, where none lies beside) those that they name.

    Those named like a table of the data model that have none of its columns are claimed too, to be told of: they are the
    authority's own, which the mapping does not name, and would be refused as misspelt files of the data model.
    """
    files = only_files(given)
    claimed: list[Given] = []
    for mapping in (file for file in files if is_mapping_file(file)):
        patterns = _patterns(mapping)
        beside = [file for file in _governed(mapping, files) if _is_named(file, mapping, patterns) or _is_own(file)]
        claimed += [mapping, *beside]
    return [one for one in given if one in claimed]


def is_mapping_file(file: GivenFile) -> bool:
    """Whether a file is called a mapping: `casetally-mapping.yaml`, or another name that ends so."""
    return file.suffix in _YAML_ENDINGS and file.stem.lower().endswith("mapping")


def _patterns(mapping: GivenFile) -> list[str]:
    """The names of files that a mapping file gives, as far as it can be read: what is wrong with it is said when it is read."""
    try:
        entries = load_yaml(mapping.path, mapping.shown).entries().get("files")
    except (CasetallyError, OSError, RecursionError):
        return []
    listed = entries if isinstance(entries, list) else []
    return [str(entry["file"]) for entry in listed if isinstance(entry, dict) and "file" in entry]


def _is_own(file: GivenFile) -> bool:
    """Whether a CSV file is named like a table, and its first line holds none of the table's columns."""
    if file.suffix != ".csv" or not plain.claims([file]):
        return False
    first = file.head.removeprefix(b"\xef\xbb\xbf").decode("utf-8", errors="replace").split("\n", 1)[0]
    names = {name.strip().strip('"').lower() for name in first.split(",")}
    tables = [table for name, table in load_schemas().tables.items() if file.stem.strip().lower().startswith(name)]
    return not any(name in table.columns for table in tables for name in names)


def _governed(mapping: GivenFile, files: Sequence[GivenFile]) -> list[GivenFile]:
    others = [file for file in files if file.suffix in ENDINGS]
    beside = [
        file for file in others if file.path.parent == mapping.path.parent or mapping.path.parent in file.path.parents
    ]
    return beside or others


def _is_named(file: GivenFile, mapping: GivenFile, patterns: Sequence[str]) -> bool:
    return any(_fits(file, mapping, pattern) for pattern in patterns)


def _fits(file: GivenFile, mapping: GivenFile, pattern: str) -> bool:
    """Whether a file's name, or its path from the mapping file on, fits a pattern; case does not matter."""
    names = [file.path.name]
    if mapping.path.parent in file.path.parents:
        names.append(file.path.relative_to(mapping.path.parent).as_posix())
    return any(fnmatch.fnmatchcase(name.lower(), pattern.lower()) for name in names)


@dataclass
class _Used:
    """The files and sheets read so far: each once, in one way, for one mapping file. `headers`: those that are taken; `sheets`:
    by file the sheets that are.
    """

    grids: dict[str, Grid] = field(default_factory=dict)
    how: dict[str, tuple[str, tuple[str | None, int, str, str]]] = field(default_factory=dict)
    headers: dict[str, set[str]] = field(default_factory=dict)
    sheets: dict[GivenFile, set[str]] = field(default_factory=dict)


def read(given: Sequence[Given]) -> Delivery:
    """Read files as their mapping says. Raises DefinitionError for a mistake in it, InputError for a file that can't be read."""
    files = only_files(given)
    mappings = [load_mapping(file) for file in files if is_mapping_file(file)]
    used = _Used()
    parts: list[Part] = []
    made_ids: list[tuple[str, tuple[str, ...]] | None] = []
    for mapping in mappings:
        for at, entry in enumerate(mapping.entries):
            grids = _grids(mapping, at, files, used)
            for grid in grids:
                check_headers(mapping, at, grid.headers, grid.shown)
                used.headers.setdefault(grid.shown, set()).update(entry.headers)
            parts.append(part_of(entry, len(parts), grids))
            made = mapping.made_id(at)
            made_ids.append((made, entry.make_id) if made else None)
    unnamed = [file for file in files if file not in used.sheets and not is_mapping_file(file)]
    return _delivery(mappings, unnamed, used, put_together(parts, made_ids))


def _grids(mapping: Mapping, at: int, files: Sequence[GivenFile], used: _Used) -> list[Grid]:
    """The files or sheets of one entry."""
    entry = mapping.entries[at]
    fitting = [file for file in _governed(mapping.given, files) if _fits(file, mapping.given, entry.file)]
    if not fitting:
        beside = [path.name for path in sorted(mapping.given.path.parent.iterdir()) if path.suffix.lower() in ENDINGS]
        hint = did_you_mean(entry.file, beside, else_say="Correct the name, or remove the entry.")
        says = f"No file here is named '{entry.file}'."
        raise mapping.document.error(("files", at, "file"), says, width=len(entry.file), hint=hint)
    return [_grid(file, entry, mapping, at, used) for file in fitting]


def _grid(file: GivenFile, entry: Entry, mapping: Mapping, at: int, used: _Used) -> Grid:
    sheet = _sheet_name(file, entry, mapping, at)
    shown = file.shown if sheet is None else f"{file.shown}#{sheet}"
    used.sheets.setdefault(file, set()).update([sheet] if sheet is not None else [])
    how = (mapping.given.shown, entry.reading)
    if used.how.setdefault(shown, how) != how:
        says = f"{shown} is read in another way, or by another mapping file, already."
        hint = "Give it the same sheet, header_row, delimiter and encoding in one mapping file."
        raise mapping.document.error(("files", at, "file"), says, width=len(entry.file), hint=hint)
    if shown not in used.grids:
        _, header_row, delimiter, encoding = entry.reading
        if sheet is None:
            used.grids[shown] = read_text_file(file, header_row=header_row, delimiter=delimiter, encoding=encoding)
        else:
            found = next(one for one in sheets_of(file) if one.name == sheet)
            used.grids[shown] = grid_of_sheet(shown, found.sha256, found.grid, header_row)
    return used.grids[shown]


def _sheet_name(file: GivenFile, entry: Entry, mapping: Mapping, at: int) -> str | None:
    """The sheet that an entry means, or None for a file that is no workbook."""
    if file.suffix not in BOOK_ENDINGS:
        if entry.sheet is None:
            return None
        says = f"{file.shown} is no workbook, so it has no sheets."
        raise mapping.document.error(("files", at, "sheet"), says, hint="Remove this line.")
    names = [sheet.name for sheet in sheets_of(file)]
    listed = ", ".join(names[:20])
    if entry.sheet is None and len(names) != 1:
        says = f"The workbook {file.shown} has {len(names)} sheets."
        hint = f"Say which one with 'sheet:': {listed}."
        raise mapping.document.error(("files", at, "file"), says, width=len(entry.file), hint=hint)
    wanted = names[0] if entry.sheet is None else entry.sheet
    if wanted not in names:
        hint = did_you_mean(wanted, names, else_say=f"Its sheets: {listed}.")
        says = f"The workbook {file.shown} has no sheet '{wanted}'."
        raise mapping.document.error(("files", at, "sheet"), says, width=len(wanted), hint=hint)
    return wanted


def _delivery(mappings: Sequence[Mapping], unnamed: Sequence[GivenFile], used: _Used, made: Made) -> Delivery:
    findings = FindingsBuilder()
    for file in unnamed:
        says = "The mapping does not name this file, so it is not read."
        findings.add(file.shown, 0, table="", rule="file_not_read", severity="note", message=says)
    for file, taken in used.sheets.items():
        left = len(sheets_of(file)) - len(taken) if taken else 0
        if left:
            says = f"Sheets of this workbook that the mapping does not name: {left}. They are not read."
            findings.add(file.shown, 0, table="", rule="mapping_sheets_not_read", severity="note", message=says)
    left_out = []
    for shown, grid in sorted(used.grids.items()):
        unmapped = [header for header in grid.headers if header not in used.headers[shown]]
        if unmapped:
            more = f" and {len(unmapped) - _MOST_HEADERS} more" if len(unmapped) > _MOST_HEADERS else ""
            says = f"Columns of this file that the mapping does not take: {', '.join(unmapped[:_MOST_HEADERS])}{more}."
            findings.add(shown, 0, table="", rule="mapping_columns_not_taken", severity="note", message=says)
        rest = grid.frame.select(pl.lit(shown).alias("file"), pl.col("_row").cast(pl.UInt32).alias("row"))
        left_out.append(rest.join(made.rows, on=["file", "row"], how="anti", maintain_order="left"))
    gone = pl.concat(left_out)
    for file, row in gone.iter_rows():
        says = "The mapping leaves this row out (skip_rows_where, where_filled)."
        findings.add(file, row, table="", rule="mapping_row_left_out", severity="note", message=says)
    set_aside = gone.select(
        "file", "row", pl.lit("set_aside").alias("disposition"), pl.lit(None, dtype=pl.String).alias("table"),
        pl.lit(None, dtype=pl.UInt32).alias("record"),
    )  # fmt: skip
    files = [SourceFile(shown, grid.sha256, grid.frame.height) for shown, grid in used.grids.items()]
    files += [file.unused() for file in (*(one.given for one in mappings), *unnamed)]
    rows = pl.concat([made.rows, set_aside.cast(pl.Schema(ROW_COLUMNS))]).sort("file", "row")
    names = ", ".join(one.given.shown for one in mappings)
    several = "s" if len(used.grids) > 1 else ""
    covers = (
        f"Files of your own shape, read by {names}: {len(used.grids)} file{several} or sheet{several} for "
        f"{len(made.tables)} table{'s' if len(made.tables) > 1 else ''}."
    )
    files.sort(key=lambda one: one.file)
    return Delivery("mapping", tuple(files), made.tables, rows, findings.frame(), covers)
