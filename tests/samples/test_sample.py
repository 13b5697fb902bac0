"""Why: what is tried, shown and timed on the sample rests on its being repeatable, whole, coherent and dirty."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl
import pytest
from casetally.errors import CallError
from casetally.samples import SampleSummary, write_sample
from casetally.schemas import load_schemas

AS_AT = dt.date(2024, 3, 31)
SAMPLE_DATA = Path(__file__).parents[2] / "sample_data"
SCHEMAS = load_schemas()
Texts = Mapping[str, pl.DataFrame]


def read(folder: Path) -> dict[str, pl.DataFrame]:
    """Every file as text, as an office would see it."""
    return {path.stem: pl.read_csv(path, infer_schema=False) for path in sorted(folder.glob("*.csv"))}


def day(column: str) -> pl.Expr:
    """A date however it is written; null where there is none."""
    text = pl.col(column).str.slice(0, 10)
    iso, day_first = text.str.to_date("%Y-%m-%d", strict=False), text.str.to_date("%d/%m/%Y", strict=False)
    return pl.coalesce(iso, day_first).alias(column)


def bytes_of(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> tuple[SampleSummary, Texts]:
    summary = write_sample(tmp_path_factory.mktemp("usual") / "authority")
    return summary, read(summary.folder)


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> tuple[SampleSummary, Texts]:
    summary = write_sample(tmp_path_factory.mktemp("clean") / "authority", dirt=0.0)
    return summary, read(summary.folder)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        write_sample(tmp_path / name, children=600, years=2, seed=seed)
    a, b, c = (bytes_of(tmp_path / name) for name in "abc")
    assert a == b
    assert a.keys() == c.keys()
    assert {name for name in a if a[name] == c[name]} <= {"populations.csv"}  # population does not hang on chance


def test_every_table_is_there_with_exactly_the_columns_of_its_schema(usual: tuple[SampleSummary, Texts]) -> None:
    summary, tables = usual
    assert set(tables) == set(SCHEMAS.tables)
    assert len(tables) == 48
    for name, table in SCHEMAS.tables.items():
        assert tables[name].columns == list(table.columns), name
        assert tables[name].height == summary.rows[name] > 0, name
    assert summary.total == sum(table.height for table in tables.values())


def test_parquet_holds_the_same_tables_with_types(tmp_path: Path) -> None:
    summary = write_sample(tmp_path / "p", children=500, years=1, format="parquet")
    plans = pl.read_parquet(tmp_path / "p" / "cp_plans.parquet")
    assert plans.schema["started_on"] == pl.Date
    assert plans.schema["plan_id"] == pl.String
    assert plans.columns == list(SCHEMAS.tables["cp_plans"].columns)
    assert "unreadable_dates" not in summary.dirt
    assert len(list((tmp_path / "p").iterdir())) == 48


def weekend(tables: Texts) -> int:
    starts = pl.concat([tables[name].select(day("started_on")) for name in ("assessments", "cin_plans")])
    return starts.filter(pl.col("started_on").dt.weekday() > 5).height


def missing_ends(tables: Texts) -> int:
    over = tables["care_periods"].filter(pl.col("ended_on").is_not_null()).select("care_period_id")
    return tables["placements"].filter(pl.col("ended_on").is_null()).join(over, on="care_period_id", how="semi").height


def bad_codes(tables: Texts) -> int:
    return sum(
        frame.filter(
            pl.col(name).str.strip_chars().ne("") & ~pl.col(name).is_in(list(SCHEMAS.codes[column.codes]))
        ).height
        for table, frame in tables.items()
        for name, column in SCHEMAS.tables[table].columns.items()
        if column.codes
    )


def blank_texts(tables: Texts) -> int:
    return sum(frame.filter(pl.any_horizontal(pl.all().str.contains(r"^\s+$"))).height for frame in tables.values())


def orphans(tables: Texts) -> int:
    known = tables["children"].select("child_id")
    return sum(
        frame.join(known, on="child_id", how="anti").height for frame in tables.values() if "child_id" in frame.columns
    )


def exact_duplicates(tables: Texts) -> int:
    return sum(frame.height - frame.unique().height for frame in tables.values())


def differing_duplicates(tables: Texts) -> int:
    contacts = tables["contacts"].unique()
    return contacts.height - contacts["contact_id"].n_unique()


def same_day_referrals(tables: Texts) -> int:
    referrals = tables["referrals"].unique("referral_id")
    return referrals.height - referrals.unique(["child_id", "received_on"]).height


def end_first(tables: Texts) -> int:
    return (
        tables["cin_plans"]
        .select(day("started_on"), day("ended_on"))
        .filter(pl.col("ended_on") < pl.col("started_on"))
        .height
    )


def overlapping(tables: Texts) -> int:
    found = 0
    for name in ("cp_plans", "care_periods"):
        spells = tables[name].select("child_id", day("started_on"), day("ended_on").fill_null(dt.date(2500, 1, 1)))
        before = spells.sort("child_id", "started_on").with_columns(
            pl.col("ended_on").cum_max().shift(1).over("child_id").alias("earlier")
        )
        found += before.filter(pl.col("earlier") > pl.col("started_on")).height
    return found


def conference_first(tables: Texts) -> int:
    begun = tables["s47_enquiries"].select("enquiry_id", day("started_on"))
    held = tables["cp_conferences"].select("enquiry_id", day("held_on"))
    return held.join(begun, on="enquiry_id").filter(pl.col("held_on") < pl.col("started_on")).height


def unborn_on_plans(tables: Texts) -> int:
    unborn = tables["children"].filter(
        pl.col("date_of_birth").is_null() & pl.col("expected_date_of_birth").is_not_null()
    )
    return unborn.join(tables["cp_plans"], on="child_id", how="semi").height


def under_recorded(tables: Texts) -> int:
    """1 where the last fortnight has clearly fewer supervisions than the fortnight three months before."""
    held = tables["supervisions"].select(day("held_on"))["held_on"]
    ends = (AS_AT, AS_AT - dt.timedelta(91))
    late, early = (held.is_between(end - dt.timedelta(13), end).sum() for end in ends)
    return int(late < 0.8 * early)


def containing(text: str) -> Callable[[Texts], int]:
    def count(tables: Texts) -> int:
        return sum(frame.filter(pl.any_horizontal(pl.all().str.contains(text))).height for frame in tables.values())

    return count


KINDS: dict[str, Callable[[Texts], int]] = {
    "late_entries": under_recorded,
    "missing_ends": missing_ends,
    "orphans": orphans,
    "bad_codes": bad_codes,
    "blank_texts": blank_texts,
    "unknown_distances": lambda tables: tables["placements"]["distance_miles"].null_count(),
    "weekend_starts": weekend,
    "leap_day_births": lambda tables: tables["children"]["date_of_birth"].str.ends_with("-02-29").sum(),
    "ends_before_starts": end_first,
    "impossible_dates": containing("(1899|2999)-12-31"),
    "future_dates": lambda tables: tables["contacts"].filter(day("received_on") > AS_AT).height,
    "conferences_before_enquiries": conference_first,
    "unborn_on_plans": unborn_on_plans,
    "same_day_referrals": same_day_referrals,
    "overlapping_spells": overlapping,
    "exact_duplicates": exact_duplicates,
    "differing_duplicates": differing_duplicates,
    "unreadable_dates": containing("^31/02/2023$"),
    "day_first_files": containing(r"^(0[1-9]|[12]\d|3[01])/(0[1-9]|1[0-2])/20\d\d"),
    "yes_no_files": containing("^[YN]$"),
}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_kind_of_dirt_is_in_a_usual_sample_and_not_in_a_clean_one(
    kind: str, usual: tuple[SampleSummary, Texts], clean: tuple[SampleSummary, Texts]
) -> None:
    assert KINDS[kind](usual[1]) > 0
    assert KINDS[kind](clean[1]) == 0


def test_the_summary_names_every_kind_of_dirt_and_a_small_sample_has_them_all(
    tmp_path: Path, clean: tuple[SampleSummary, Texts]
) -> None:
    summary = write_sample(tmp_path / "small", children=1_500, years=3)
    assert set(summary.dirt) == set(KINDS)
    assert min(summary.dirt.values()) > 0
    assert clean[0].dirt == {}


ORDERS = [
    ("contacts", "received_on", "completed_on"), ("referrals", "received_on", "decided_on"),
    ("referrals", "decided_on", "closed_on"), ("assessments", "started_on", "completed_on"),
    ("s47_enquiries", "strategy_discussion_on", "started_on"), ("s47_enquiries", "started_on", "completed_on"),
    ("cp_plans", "started_on", "ended_on"), ("cin_plans", "started_on", "ended_on"),
    ("care_periods", "started_on", "ended_on"), ("placements", "started_on", "ended_on"),
    ("legal_statuses", "started_on", "ended_on"), ("permanence", "decided_on", "matched_on"),
    ("permanence", "matched_on", "placed_on"), ("permanence", "placed_on", "order_on"),
    ("missing_episodes", "started_at", "ended_at"), ("missing_episodes", "ended_at", "interview_offered_at"),
    ("care_leavers", "started_on", "ended_on"), ("early_help_episodes", "started_on", "ended_on"),
    ("allocations", "started_on", "ended_on"), ("workers", "started_on", "ended_on"),
    ("health_checks", "requested_on", "completed_on"), ("pre_proceedings", "decided_on", "started_on"),
    ("ehc_assessments", "requested_on", "issued_on"), ("home_education", "started_on", "ended_on"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "first", "then"), ORDERS)
def test_in_clean_data_what_comes_first_is_dated_first(
    table: str, first: str, then: str, clean: tuple[SampleSummary, Texts]
) -> None:
    both = clean[1][table].select(day(first), day(then)).drop_nulls()
    assert both.height > 0
    assert both.filter(pl.col(then) < pl.col(first)).height == 0


STEPS = [  # a later record, its date, the earlier record it names, and that one's date
    ("assessments", "started_on", "referral_id", "referrals", "received_on"),
    ("strategy_discussions", "held_on", "referral_id", "referrals", "received_on"),
    ("cp_conferences", "held_on", "enquiry_id", "s47_enquiries", "started_on"),
    ("cp_plans", "started_on", "conference_id", "cp_conferences", "held_on"),
    ("cp_visits", "visited_on", "plan_id", "cp_plans", "started_on"),
    ("cp_reviews", "held_on", "plan_id", "cp_plans", "started_on"),
    ("core_groups", "held_on", "plan_id", "cp_plans", "started_on"),
    ("cin_reviews", "held_on", "plan_id", "cin_plans", "started_on"),
    ("placements", "started_on", "care_period_id", "care_periods", "started_on"),
    ("care_visits", "visited_on", "care_period_id", "care_periods", "started_on"),
    ("care_reviews", "held_on", "care_period_id", "care_periods", "started_on"),
    ("permanence", "placed_on", "care_period_id", "care_periods", "started_on"),
]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: f"{step[3]}-{step[0]}")
def test_in_clean_data_no_step_comes_before_the_one_that_led_to_it(
    step: tuple[str, str, str, str, str], clean: tuple[SampleSummary, Texts]
) -> None:
    later, later_day, key, earlier, earlier_day = step
    steps = clean[1][later].select(key, day(later_day)).rename({later_day: "later"})
    led = clean[1][earlier].select(key, day(earlier_day)).rename({earlier_day: "earlier"})
    both = steps.join(led, on=key).drop_nulls()
    assert both.height > 0
    assert both.filter(pl.col("later") < pl.col("earlier")).height == 0


def test_in_clean_data_keys_are_unique_references_hold_and_nothing_lies_ahead(
    clean: tuple[SampleSummary, Texts],
) -> None:
    tables = clean[1]
    for name, table in SCHEMAS.tables.items():
        frame = tables[name]
        assert frame.select(table.key).is_unique().all(), name
        for column, shape in table.columns.items():
            if shape.required:
                assert frame[column].null_count() == 0, (name, column)
            if shape.references:
                target = tables[shape.references].select(pl.col(SCHEMAS.tables[shape.references].key[0]).alias(column))
                named = frame.filter(pl.col(column).is_not_null())
                assert named.join(target, on=column, how="anti").height == 0, (name, column)
            if (
                shape.type in ("date", "datetime")
                and not shape.planned
                and "due_on" not in column
                and "target" not in column
            ):
                assert frame.filter(day(column) > AS_AT).height == 0, (name, column)


def test_in_clean_data_placements_fill_their_period_of_care_without_a_gap(clean: tuple[SampleSummary, Texts]) -> None:
    placements = clean[1]["placements"].select("care_period_id", day("started_on"), day("ended_on"))
    ordered = placements.sort("care_period_id", "started_on").with_columns(
        pl.col("started_on").shift(-1).over("care_period_id").alias("next")
    )
    moved = ordered.filter(pl.col("next").is_not_null())
    assert moved.height > 0
    assert (moved["next"] == moved["ended_on"]).all()


@pytest.mark.parametrize(
    "wrong",
    [{"children": 0}, {"years": 0}, {"seed": -1}, {"dirt": -0.5}, {"format": "cvs"}, {"as_at": dt.date(1800, 1, 1)}],
)
def test_an_argument_that_cannot_be_meant_is_refused_in_a_sentence(wrong: dict[str, object], tmp_path: Path) -> None:
    with pytest.raises(CallError) as refused:
        write_sample(tmp_path / "x", **{"children": 100, "years": 1, **wrong})  # type: ignore[arg-type]
    assert refused.value.says.endswith(".")
    assert refused.value.hint
    assert not (tmp_path / "x").exists()


def test_a_folder_that_holds_other_things_is_left_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("keep", encoding="utf-8")
    with pytest.raises(CallError, match=r"letters\.txt"):
        write_sample(tmp_path, children=100, years=1)
    assert [path.name for path in tmp_path.iterdir()] == ["letters.txt"]


@pytest.mark.parametrize("children", [1, 60])
def test_a_tiny_authority_still_has_every_table(children: int, tmp_path: Path) -> None:
    write_sample(tmp_path / "tiny", children=children, years=1)
    assert len(list((tmp_path / "tiny").iterdir())) == 48


def test_a_sample_may_end_on_29_february(tmp_path: Path) -> None:
    assert write_sample(tmp_path / "leap", children=300, years=3, as_at=dt.date(2024, 2, 29), dirt=0.0).total > 0


def test_the_shipped_authority_is_what_its_command_makes(tmp_path: Path) -> None:
    readme = (SAMPLE_DATA / "README.md").read_text(encoding="utf-8")
    assert "casetally sample sample_data/authority --children 1500 --years 3 --as-at 2024-03-31 --seed 1" in readme
    write_sample(tmp_path / "authority", children=1_500, years=3, as_at=AS_AT, seed=1)
    assert bytes_of(tmp_path / "authority") == bytes_of(SAMPLE_DATA / "authority")
    assert sum(path.stat().st_size for path in (SAMPLE_DATA / "authority").iterdir()) < 2_500_000
