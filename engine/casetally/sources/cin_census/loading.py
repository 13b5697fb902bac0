"""Why: what was gathered element by element becomes one frame a kind of record, under the data model's names.

Dates are put into ISO form here where they can be read, so that the same day in two files is the same text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from casetally.sources.building import Problem, findings_of
from casetally.sources.cin_census.fates import fates
from casetally.sources.cin_census.gathered import Gathered, named_files
from casetally.sources.cin_census.header import Census
from casetally.sources.cin_census.layout import RECORDS, TABLES
from casetally.sources.dates import iso_days

# what each kept value becomes; names that begin with `_` are for the reader's own use
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "Child": (
        "child_id", "upn", "date_of_birth", "expected_date_of_birth", "_gender", "_sex", "date_of_death", "ethnicity",
    ),
    "Disability": ("disability",),
    "CINdetails": (
        "received_on", "source", "primary_need", "closed_on", "close_reason", "_conference_on", "no_further_action",
    ),
    "Assessments": ("started_on", "completed_on"),
    "AssessmentFactors": ("factor",),
    "CINPlanDates": ("started_on", "ended_on"),
    "Section47": ("started_on", "_target_on", "_conference_on", "_not_required"),
    "ChildProtectionPlans": ("started_on", "ended_on", "initial_category", "latest_category", "previous_plans"),
    "CPPreviewDate": ("held_on",),
}  # fmt: skip
AROUND: Mapping[str, str] = {
    "Disability": "Child",
    "CINdetails": "Child",
    "Assessments": "CINdetails",
    "AssessmentFactors": "Assessments",
    "CINPlanDates": "CINdetails",
    "Section47": "CINdetails",
    "ChildProtectionPlans": "CINdetails",
    "CPPreviewDate": "ChildProtectionPlans",
}
_ZONE = r"^(\s*\d{4}-\d{2}-\d{2})(Z|[+-]\d{2}:\d{2})\s*$"


_UNDATED = ("Child", "Disability", "AssessmentFactors")


@dataclass(frozen=True)
class Loaded:
    """By element: the rows of a child with an id. `ids`: `_number` and `child_id` of every child element; `gone`: lines of the
    other rows; `findings`: why.

    Each frame has its `COLUMNS`, `child_id`, `_number`, `_parent`, `_turn` (the file's place in the order in which files are
    believed), `_file` and `_row`. Those that begin on a day also have `_earlier` (whether a later year's census is here), `_end`
    (the 31 March of its year) and `_made` (the latest day that the file can know of). Texts that come again and again are Enums,
    the same one for all dates.
    """

    frames: dict[str, pl.DataFrame]
    ids: pl.DataFrame
    gone: pl.DataFrame
    findings: pl.DataFrame


def load(gathered: Gathered, files: Sequence[Census]) -> Loaded:
    """The frames of all files together; what was gathered is used up."""
    columns, by_file = gathered.columns(_iso), _files_frame(files)
    ids: dict[str, pl.Series] = {}
    frames: dict[str, pl.DataFrame] = {}
    lost = _placed(gathered.lost(), by_file, files)
    gone, said, children = [fates(lost, "set_aside")], [], pl.DataFrame()
    for element in RECORDS:
        frame = gathered.records.pop(element).frame(columns)
        frame = frame.rename(dict(zip(RECORDS[element], COLUMNS[element], strict=True)))
        if element == "Child":
            frame = frame.with_columns(pl.col("child_id").cast(pl.Enum(frame["child_id"].drop_nulls().unique().sort())))
            children = frame.select("_number", "child_id")
        else:
            frame = frame.with_columns(ids[AROUND[element]].gather(frame["_parent"]).alias("child_id"))
        ids[element] = frame["child_id"]
        placed = _placed(frame, by_file, files, dated=element not in _UNDATED)
        without = placed.filter(pl.col("child_id").is_null())
        gone.append(fates(without, "set_aside"))
        said.append(findings_of(without, TABLES[element], _no_child(element), pl.lit("")))
        frames[element] = placed.filter(pl.col("child_id").is_not_null()) if without.height else placed
    return Loaded(frames, children, pl.concat(gone), pl.concat(said))


def _no_child(element: str) -> Problem:
    says = "The child has no LAchildID" if element == "Child" else "The child that this belongs to has no LAchildID"
    return Problem(
        "cin_no_child_id", "error", "LAchildID", f"{says}, so no record can be made of it; give it one.", pl.lit(True)
    )


def _files_frame(files: Sequence[Census]) -> pl.DataFrame:
    in_order = sorted(range(len(files)), key=lambda at: files[at].order)
    turns = {at: turn for turn, at in enumerate(in_order)}
    made = [file.header.get("DateTime", "")[:10] for file in files]
    year_ends = [f"{file.year}-03-31" for file in files]
    frame = pl.DataFrame(
        {
            "_at": pl.Series(range(len(files)), dtype=pl.UInt16),
            "_turn": pl.Series([turns[at] for at in range(len(files))], dtype=pl.UInt16),
            "_earlier": pl.Series([file.year < files[in_order[-1]].year for file in files], dtype=pl.Boolean),
            "_made": pl.Series(made, dtype=pl.String).str.to_date("%Y-%m-%d", strict=False),
            "_end": pl.Series(year_ends, dtype=pl.String).str.to_date("%Y-%m-%d"),
        }
    )
    return frame.with_columns(pl.max_horizontal("_made", "_end").alias("_made"))


def _placed(
    frame: pl.DataFrame, by_file: pl.DataFrame, files: Sequence[Census], *, dated: bool = False
) -> pl.DataFrame:
    places = ("_turn", "_earlier", "_made", "_end") if dated else ("_turn",)
    at = frame["_at"].cast(pl.UInt32)
    shown = named_files(at, [file.shown for file in files]).alias("_file")
    return frame.drop("_at").with_columns(shown, *(by_file[name].gather(at) for name in places))


def _iso(text: pl.Series) -> pl.Series:
    return iso_days(text.str.replace(_ZONE, "${1}"))
