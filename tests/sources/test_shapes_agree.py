"""Why: one authority has one set of figures, whichever export they are calculated from.

A made-up authority is written in every shape, by writers that know the specifications and not the readers. Each shape is read
back, and held against the plain folder in two ways: with the columns that the shape lacks left out of the plain one, every figure
of either must be the other's; and where the capability table promises an indicator whole, the full folder's figure too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from pathlib import Path
from unittest import mock

import polars as pl
import pytest
from casetally.definitions.library import load_library
from casetally.definitions.lineage import needs_of
from casetally.figures import calculate_figures
from casetally.periods import make_grid
from casetally.reports.run import Run, RunRequest, check_all
from casetally.samples import make_records
from casetally.samples.shapes import Records, write_shape
from casetally.samples.write import write_table
from casetally.store import Store, store_of_frames

AS_AT, YEARS, MONTHS = dt.date(2025, 3, 31), 3, 24
CHILDREN = 2_000
AUTHORITY = "E06999999"
KEY = ["indicator", "basis", "period", "breakdown", "group"]
Tables = Mapping[str, pl.DataFrame]
Narrow = Callable[[pl.DataFrame, Tables], pl.DataFrame]


def _ours(frame: pl.DataFrame, _tables: Tables) -> pl.DataFrame:
    return frame.filter(pl.col("other_authority").ne_missing(other=True))


def _open_now(frame: pl.DataFrame, _tables: Tables) -> pl.DataFrame:
    return frame.filter(pl.col("ended_on").is_null() | (pl.col("ended_on") > AS_AT))


def _after_an_enquiry(frame: pl.DataFrame, _tables: Tables) -> pl.DataFrame:
    return frame.filter(pl.col("enquiry_id").is_not_null())


def _of_social_workers(frame: pl.DataFrame, _tables: Tables) -> pl.DataFrame:
    return frame.filter(pl.col("role") == "social_worker")


def _held(frame: pl.DataFrame, _tables: Tables) -> pl.DataFrame:
    return frame.filter(pl.col("cancelled").ne_missing(other=True))


def _ours_in_care(frame: pl.DataFrame, tables: Tables) -> pl.DataFrame:
    care = tables["care_periods"].select(
        "child_id", pl.col("started_on").alias("_from"), pl.col("ended_on").alias("_to")
    )
    day = pl.col("started_at").dt.date()
    met = frame.join(care, on="child_id").filter(
        (pl.col("_from") <= day) & (pl.col("_to").is_null() | (pl.col("_to") > day))
    )
    return _ours(frame, tables).join(
        met.select("episode_id").unique(), on="episode_id", how="semi", maintain_order="left"
    )


OF_ALL_SERVICES = dict.fromkeys(
    ("open_to_service", "open_with_2_or_more_social_workers_6m"), "care leavers and social workers as in the return"
)
LATEST = "only the latest that was recorded of each care leaver is there"
BIRTHDAYS = "the return speaks of care leavers at their birthday, and only of those who turn 17 to 21"


@dataclass(frozen=True)
class Shape:
    """A shape to be read back. `told`: the rows of a table that it tells of at all; `apart`: indicators (or the start of their
    names) that it can't give as the plain records do, with the reason; `gives`: some that it must give.
    """

    name: str
    gives: tuple[str, ...]
    years: int = YEARS
    ending: str | None = None
    told: Mapping[str, Narrow] = field(default_factory=dict)
    apart: Mapping[str, str] = field(default_factory=dict)

    def is_apart(self, indicator: str) -> bool:
        return any(indicator.startswith(name) for name in self.apart)


ALL_YEARS = 20  # as far back as any record reaches, so that nothing is short of history
CENSUS = Shape(
    "cin_census",
    ("referrals_received", "assessment_45wd", "s47_started_children", "icpc_15wd", "cp_plans_open", "cin_plans_open"),
    years=ALL_YEARS,
    told={"cp_plans": _ours},
)
RETURN = Shape(
    "ssda903",
    ("cla_open", "cla_3plus_placements_12m", "cla_reviews_up_to_date", "cla_long_term_stability"),
    years=ALL_YEARS,
    told={"missing_episodes": _ours_in_care, "care_reviews": _held},
    apart={"care_leavers": BIRTHDAYS, "care_experienced": BIRTHDAYS},
)
DATASET = Shape(
    "ssd",
    ("referrals_received", "assessment_45wd", "cp_plans_open", "cla_open", "cp_visit_10wd"),
    apart={"care_leavers_formerly_uasc": "the dataset has no flag of it: who had that immigration status counts"},
)
API = Shape(
    "csc_api",
    ("referrals_received", "assessment_45wd", "s47_started_children", "cp_plans_open", "cla_open"),
    told={"cp_plans": _ours, "cp_conferences": _after_an_enquiry, "allocations": _of_social_workers},
    apart={"care_leavers": LATEST, "care_experienced": LATEST},
)
SHAPES = {
    "census": CENSUS,
    "return": RETURN,
    "return in XML": Shape(
        "ssda903", RETURN.gives[:1], ALL_YEARS, "xml", RETURN.told,
        RETURN.apart,
    ),
    "dataset": DATASET,
    "dataset in Parquet": Shape("ssd", DATASET.gives, YEARS, "parquet", DATASET.told, DATASET.apart),
    "API": API,
}  # fmt: skip
MAIN = ("census", "return", "dataset", "API")


@dataclass
class Read:
    """Records as read, and their figures."""

    run: Run

    @cached_property
    def support(self) -> dict[str, tuple[str, str]]:
        """Indicator -> how far it is supported, and what it lacks."""
        return {
            one: (how, lacks) for one, how, lacks in self.run.support.select("indicator", "support", "lacking").rows()
        }

    @property
    def given(self) -> tuple[str, ...]:
        return tuple(one for one, (how, _) in self.support.items() if how != "not available")

    @property
    def whole(self) -> tuple[str, ...]:
        return tuple(one for one, (how, _) in self.support.items() if how == "calculated")

    @cached_property
    def figures(self) -> pl.DataFrame:
        return figures_of(self.run, self.run.store, self.given)


def figures_of(run: Run, store: Store, indicators: Iterable[str]) -> pl.DataFrame:
    grid = make_grid(AS_AT, MONTHS)
    return calculate_figures(store, run.library, grid, authority=AUTHORITY, indicators=tuple(indicators))


def read(folder: Path) -> Read:
    return Read(check_all(RunRequest((folder,), AS_AT, authority="sampleshire")))


def differing(ours: pl.DataFrame, theirs: pl.DataFrame) -> pl.DataFrame:
    """The lines of either that the other gives otherwise, those apart that one of them says it can't give. A line that is not
    there (a group nobody is in) is as one of noughts.
    """
    columns = ("numerator", "denominator", "value")
    period = ["indicator", "basis", "period"]
    for figures in (ours, theirs):
        untold = figures.filter(pl.col("status") == "not_available").select(period).unique()
        ours, theirs = (one.join(untold, on=period, how="anti") for one in (ours, theirs))
    both = ours.select(*KEY, *columns).join(
        theirs.select(*KEY, *columns), on=KEY, how="full", coalesce=True, nulls_equal=True, suffix="_theirs"
    )
    return both.filter(
        pl.any_horizontal(pl.col(name).fill_null(0).ne(pl.col(f"{name}_theirs").fill_null(0)) for name in columns)
    )


def said(lines: pl.DataFrame) -> list[tuple[object, ...]]:
    """What differs, in few lines: indicator, breakdowns, the first and last period, how many lines."""
    period = pl.col("period")
    found = lines.group_by("indicator").agg(
        pl.col("breakdown").unique().sort().str.join(" "), period.min(), period.max().alias("last"), pl.len()
    )
    return found.sort("indicator").rows()


@pytest.fixture(scope="module", autouse=True)
def one_library() -> Iterator[None]:
    """The definitions are the same for all: they are loaded once, not for each of a dozen sources."""
    library = load_library()
    with mock.patch("casetally.reports.run.load_library", return_value=library):
        yield


@pytest.fixture(scope="module")
def records() -> Records:
    return make_records(children=CHILDREN, years=YEARS, as_at=AS_AT, dirt=0)


@pytest.fixture(scope="module")
def plain(records: Records, tmp_path_factory: pytest.TempPathFactory) -> Read:
    return read(write_plain(records, tmp_path_factory.mktemp("plain")))


def write_plain(records: Records, folder: Path) -> Path:
    for name, frame in records.tables.items():
        write_table(folder / f"{name}.csv", frame)
    return folder


class Exports:
    """The shapes of one authority as read back, each written and read once."""

    def __init__(self, records: Records, folder: Path) -> None:
        self.records, self.folder = records, folder
        self._read: dict[str, Read] = {}

    def __getitem__(self, name: str) -> Read:
        if name not in self._read:
            shape = SHAPES[name]
            write_shape(self.folder / name, shape.name, self.records, years=shape.years, ending=shape.ending)
            self._read[name] = read(self.folder / name)
        return self._read[name]


@pytest.fixture(scope="module")
def exports(records: Records, tmp_path_factory: pytest.TempPathFactory) -> Exports:
    return Exports(records, tmp_path_factory.mktemp("exports"))


def as_little_as(plain: Read, source: Read, told: Mapping[str, Narrow]) -> Store:
    """The plain records without the tables, columns and rows that the source does not have."""
    have, present = plain.run.checked.tables, source.run.store.present
    frames = {}
    for name in present.keys() & have.keys():
        frame = told[name](have[name], have) if name in told else have[name]
        frames[name] = frame.select(one for one in frame.columns if one in present[name] or one.startswith("_"))
    run = plain.run
    return store_of_frames(frames, run.library.schemas, run.calendar, AS_AT, present=present)


@pytest.mark.parametrize("name", MAIN)
def test_a_shape_gives_the_figures_of_the_plain_records_with_as_few_columns(
    name: str, exports: Exports, plain: Read
) -> None:
    shape, source = SHAPES[name], exports[name]
    given = [one for one in source.given if not shape.is_apart(one)]
    assert set(shape.gives) <= set(given)
    theirs = figures_of(plain.run, as_little_as(plain, source, shape.told), given)
    ours = source.figures.filter(pl.col("indicator").is_in(given))
    assert said(differing(ours, theirs)) == []
    assert ours.filter(pl.col("numerator") > 0)["indicator"].n_unique() > 0.6 * len(given)


# the dataset has the miles and not the side of the boundary; of early help the allocated team and not the row's own
HALF_HAD = (pl.col("breakdown") == "distance") | pl.struct("indicator", "breakdown").is_in(
    [{"indicator": "early_help_open", "breakdown": "team"}]
)


def of_shared_breakdowns(ours: pl.DataFrame, theirs: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Both without the breakdowns that either does not have: where all that it counts is in some unknown group."""
    by = ["indicator", "breakdown"]
    for figures in (ours, theirs):
        counted = figures.filter((pl.col("numerator") > 0) | (pl.col("denominator") > 0))
        named = counted.filter(~HALF_HAD & ~pl.col("group").str.contains("unknown")).select(by).unique()
        ours, theirs = (one.join(named, on=by, how="semi") for one in (ours, theirs))
    return ours, theirs


@pytest.mark.parametrize("name", MAIN)
def test_what_a_shape_promises_whole_is_what_the_full_records_give(name: str, exports: Exports, plain: Read) -> None:
    shape, source = SHAPES[name], exports[name]
    whole = [one for one in source.whole if not shape.is_apart(one)]
    assert whole
    theirs = figures_of(plain.run, told_by(plain, shape.told), whole)
    ours = source.figures.filter(pl.col("indicator").is_in(whole))
    assert said(differing(*of_shared_breakdowns(ours, theirs))) == []


def told_by(plain: Read, told: Mapping[str, Narrow]) -> Store:
    """The plain records with all columns, but only the rows that a shape tells of; no shape links a child's several ids."""
    have = plain.run.checked.tables
    frames = {
        name: told[name](frame, have) if name in told else frame
        for name, frame in have.items()
        if name != "child_links"
    }
    return store_of_frames(
        frames, plain.run.library.schemas, plain.run.calendar, AS_AT, present=plain.run.store.present
    )


@pytest.mark.parametrize(
    ("one", "other"), [*combinations(MAIN, 2), ("return", "return in XML"), ("dataset", "dataset in Parquet")]
)
def test_two_shapes_that_have_as_much_of_an_indicator_give_it_alike(one: str, other: str, exports: Exports) -> None:
    first, second = exports[one], exports[other]
    library = first.run.library
    told_otherwise = {
        table
        for table in {*SHAPES[one].told, *SHAPES[other].told}
        if SHAPES[one].told.get(table) is not SHAPES[other].told.get(table)
    }
    alike = [
        name
        for name in first.given
        if first.support[name] == second.support[name]
        and not SHAPES[one].is_apart(name)
        and not SHAPES[other].is_apart(name)
        and not told_otherwise & {table for table, _ in needs_of(library, library.indicator(name))}
    ]
    mine = pl.col("indicator").is_in(alike)
    both = of_shared_breakdowns(first.figures.filter(mine), second.figures.filter(mine))
    assert said(differing(*both)) == []


def test_a_census_and_a_return_together_give_the_figures_of_the_plain_records(exports: Exports, plain: Read) -> None:
    each = [exports[name] for name in ("census", "return")]
    both = Read(
        check_all(RunRequest((exports.folder / "census", exports.folder / "return"), AS_AT, authority="sampleshire"))
    )
    told, apart = {**CENSUS.told, **RETURN.told}, {**CENSUS.apart, **RETURN.apart, **OF_ALL_SERVICES}
    given = [one for one in both.given if not any(one.startswith(name) for name in apart)]
    assert {*each[0].given, *each[1].given} <= set(both.given)
    theirs = figures_of(plain.run, as_little_as(plain, both, told), given)
    assert said(differing(both.figures.filter(pl.col("indicator").is_in(given)), theirs)) == []


def test_each_is_taken_for_what_it_is_and_every_file_for_the_same(exports: Exports, plain: Read) -> None:
    kinds = {name: exports[name].run.delivery.kind for name in SHAPES}
    assert kinds == {name: shape.name for name, shape in SHAPES.items()}
    assert plain.run.delivery.kind == "plain"


def test_every_row_of_every_shape_has_its_fate(exports: Exports) -> None:
    for name in SHAPES:
        delivery = exports[name].run.delivery
        counted = dict(delivery.rows.group_by("file").len().rows())
        assert counted == {file.file: file.rows for file in delivery.files if file.used and file.rows}, name
        carried = delivery.rows.filter(pl.col("disposition") == "carried")
        assert carried["record"].null_count() == 0, name


# these look back further than they say that they do, so that returns of few years are short of history without a word
UNSAID = {
    "cla_long_term_stability": "to the start of care, which a return does not tell where it lies before the first one",
    "cp_plans_started_again": "to an earlier plan of whatever age",
}


@pytest.mark.parametrize("name", ["census", "return"])
def test_two_years_of_returns_give_the_same_or_say_that_history_is_short(
    name: str, records: Records, plain: Read, tmp_path: Path
) -> None:
    shape = SHAPES[name]
    write_shape(tmp_path / name, shape.name, records, years=2)
    source = read(tmp_path / name)
    given = [one for one in source.given if not shape.is_apart(one) and one not in UNSAID]
    theirs = figures_of(plain.run, as_little_as(plain, source, shape.told), given)
    ours = source.figures.filter(pl.col("indicator").is_in(given))
    short = ours.filter(pl.col("maturity") == "short_history").select(KEY)
    unsaid = differing(ours, theirs).join(short, on=KEY, how="anti", nulls_equal=True)
    assert said(unsaid) == []
    assert short["indicator"].n_unique() >= 2  # re-referrals, placements in the 12 months


def put_right(records: Records) -> Records:
    """Without the faults that no other shape can carry: a sex on no list, a day beyond reason, a placement that never ended."""
    tables = dict(records.tables)
    tables["children"] = tables["children"].with_columns(
        pl.when(pl.col("sex").is_in(("M", "F", "U", "N"))).then("sex").alias("sex")
    )
    for name, frame in tables.items():
        dates = [column for column, kind in frame.schema.items() if kind == pl.Date]
        reasonable = [pl.when(pl.col(one).dt.year().is_between(1900, 2100)).then(one).alias(one) for one in dates]
        tables[name] = frame.with_columns(reasonable)
    placements = tables["placements"].sort("care_period_id", "started_on", maintain_order=True)
    following = pl.col("started_on").shift(-1).over("care_period_id")
    tables["placements"] = placements.with_columns(pl.coalesce("ended_on", following).alias("ended_on"))
    return Records(tables, records.as_at)


@pytest.fixture(scope="module")
def soiled() -> Records:
    return put_right(make_records(children=CHILDREN // 2, years=YEARS, as_at=AS_AT, dirt=1))


@pytest.fixture(scope="module")
def soiled_plain(soiled: Records, tmp_path_factory: pytest.TempPathFactory) -> Read:
    return read(write_plain(soiled, tmp_path_factory.mktemp("soiled")))


@pytest.mark.parametrize("name", ["census", "return", "API"])
def test_records_with_their_usual_faults_agree_too(
    name: str, soiled: Records, soiled_plain: Read, tmp_path: Path
) -> None:
    """Repeated rows, missing ends, orphans and codes out of list come through each shape to the same figures."""
    shape = SHAPES[name]
    write_shape(tmp_path / "shape", shape.name, soiled, years=shape.years)
    source = read(tmp_path / "shape")
    given = [one for one in source.given if not shape.is_apart(one)]
    theirs = figures_of(soiled_plain.run, as_little_as(soiled_plain, source, shape.told), given)
    ours = source.figures.filter((pl.col("indicator").is_in(given)) & (pl.col("breakdown") != "sex"))
    assert said(differing(ours, theirs.filter(pl.col("breakdown") != "sex"))) == []
