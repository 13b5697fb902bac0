"""Why: the records planted behind a report must count to what it prints, by a count that owes nothing to the engine.

Every figure is recounted here in a few lines from the rules, from the CSV files as written, dirt and all.
"""

from __future__ import annotations

import csv
import datetime as dt
import filecmp
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from casetally.samples.planted import Planted, write_planted

PUBLISHED = Path(__file__).parents[2] / "sample_data" / "published"
REPORT = "darlington-2023-09"
MONTHS = ("2023-04", "2023-05", "2023-06", "2023-07", "2023-08", "2023-09")
LAST = dt.date(2023, 9, 30)
HOLIDAYS = {
    dt.date.fromisoformat(day)
    for day in (
        "2022-08-29", "2022-09-19", "2022-12-26", "2022-12-27", "2023-01-02", "2023-04-07", "2023-04-10", "2023-05-01",
        "2023-05-08", "2023-05-29", "2023-08-28",
    )
}  # fmt: skip
ENDS = {
    "referrals": ("received_on", ("decided_on", "closed_on")),
    "assessments": ("started_on", ("completed_on",)),
    "early_help_episodes": ("started_on", ("ended_on",)),
}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Planted]:
    folder = tmp_path_factory.mktemp("planted") / "authority"
    return folder, write_planted(PUBLISHED / REPORT, folder, seed=1)


@pytest.fixture(scope="module")
def printed() -> dict[tuple[str, str, str], Decimal]:
    with (PUBLISHED / REPORT / "figures.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["value"]]
    return {(row["ref"], row["basis"], row["period"]): Decimal(row["value"]) for row in rows}


@pytest.fixture(scope="module")
def let_go(written: tuple[Path, Planted]) -> set[tuple[str, str, str]]:
    with (written[0] / "notes" / "let_go.csv").open(encoding="utf-8") as file:
        return {(row["ref"], row["basis"], row["period"]) for row in csv.DictReader(file)}


def day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def records(folder: Path, table: str) -> list[dict[str, str]]:
    """The rows that count: not those after the last day, not those that end before they begin, no key twice."""
    begins, ends = ENDS.get(table, ("started_on", ()))
    kept: dict[str, dict[str, str]] = {}
    with (folder / f"{table}.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            start = day(row[begins])
            assert start is not None
            backwards = any(row[end] and dt.date.fromisoformat(row[end]) < start for end in ends)
            if start <= LAST and not backwards:
                kept.setdefault(next(iter(row.values())), row)
    return list(kept.values())


def working_days(start: dt.date, end: dt.date) -> int:
    days = [start + dt.timedelta(n) for n in range((end - start).days)]
    return sum(d.weekday() < 5 and d not in HOLIDAYS for d in days)


def percent(part: int, whole: int, places: str = "0.1") -> Decimal:
    return (Decimal(100 * part) / whole).quantize(Decimal(places), ROUND_HALF_UP)


def is_again(row: dict[str, str], referrals: list[dict[str, str]]) -> bool:
    """Whether an earlier referral of the same child was received in the 12 months before, the anniversary included."""
    this = dt.date.fromisoformat(row["received_on"])
    year_ago = this.replace(year=this.year - 1)
    return any(
        year_ago <= dt.date.fromisoformat(other["received_on"]) < this
        for other in referrals
        if other["child_id"] == row["child_id"]
    )


def month_end(month: str) -> dt.date:
    year, number = map(int, month.split("-"))
    return dt.date(year + number // 12, number % 12 + 1, 1) - dt.timedelta(1)


@pytest.mark.parametrize("month", MONTHS)
def test_referrals_and_re_referrals(written, printed, month: str) -> None:
    referrals = records(written[0], "referrals")
    of_month = [row for row in referrals if row["received_on"][:7] == month]
    since_april = [row for row in referrals if "2023-04" <= row["received_on"][:7] <= month]
    again = sum(is_again(row, referrals) for row in of_month)
    assert again == printed["CSC 034", "month", month]
    assert percent(again, len(of_month)) == printed["CSC 032#month", "month", month]
    again_since_april = sum(is_again(row, referrals) for row in since_april)
    assert percent(again_since_april, len(since_april)) == printed["CSC 032#cumulative", "year_to_date", month]


@pytest.mark.parametrize("month", MONTHS)
def test_referrals_decided_in_time_and_late(written, printed, let_go, month: str) -> None:
    of_month = [row for row in records(written[0], "referrals") if row["received_on"][:7] == month]
    taken = [working_days(day(row["received_on"]), day(row["decided_on"])) for row in of_month]
    assert percent(sum(days <= 1 for days in taken), len(taken)) == printed["CSC 022", "month", month]
    if ("CSC 026", "month", month) not in let_go:
        assert percent(sum(days > 3 for days in taken), len(taken)) == printed["CSC 026", "month", month]


def test_the_year_and_the_quarter_of_referral_decisions_hold_too(written, printed) -> None:
    referrals = [row for row in records(written[0], "referrals") if row["received_on"] >= "2023-04-01"]
    taken = {row["referral_id"]: working_days(day(row["received_on"]), day(row["decided_on"])) for row in referrals}
    quarter = [taken[row["referral_id"]] for row in referrals if row["received_on"] >= "2023-07-01"]
    year = list(taken.values())
    assert percent(sum(days <= 1 for days in year), len(year)) == printed["CSC 022", "financial_year", "2023-24"]
    assert percent(sum(days > 3 for days in year), len(year)) == printed["CSC 026", "financial_year", "2023-24"]
    assert percent(sum(days <= 1 for days in quarter), len(quarter)) == printed["CSC 022", "quarter", "2023-24-Q2"]
    assert percent(sum(days > 3 for days in quarter), len(quarter)) == printed["CSC 026", "quarter", "2023-24-Q2"]


@pytest.mark.parametrize("month", MONTHS)
def test_assessments_and_their_45_working_days(written, printed, let_go, month: str) -> None:
    done = [row for row in records(written[0], "assessments") if "2023-04" <= row["completed_on"][:7] <= month]
    in_time = [row for row in done if working_days(day(row["started_on"]), day(row["completed_on"])) <= 45]
    of_month = [row for row in done if row["completed_on"][:7] == month]
    assert len(of_month) == printed["CSC 037", "month", month]
    assert len(done) == printed["CSC 036", "year_to_date", month]
    assert percent(sum(row in in_time for row in of_month), len(of_month)) == printed["CSC 040", "month", month]
    if ("CSC 038", "year_to_date", month) not in let_go:
        assert percent(len(in_time), len(done)) == printed["CSC 038", "year_to_date", month]
    if ("CSC 035", "year_to_date", month) not in let_go:
        rate = (Decimal(len(done)) * 10_000 / 22_253).quantize(Decimal("0.1"), ROUND_HALF_UP)
        assert rate == printed["CSC 035", "year_to_date", month]


@pytest.mark.parametrize("month", MONTHS)
def test_early_help_open_at_the_month_end_by_child_and_family(written, printed, month: str) -> None:
    end = month_end(month)
    open_now = [
        row for row in records(written[0], "early_help_episodes")
        if day(row["started_on"]) <= end and (not row["ended_on"] or day(row["ended_on"]) > end)
    ]  # fmt: skip
    ours = [row for row in open_now if row["lead"] == "authority"]
    others = [row for row in open_now if row["lead"] == "external"]
    for rows, children, families in ((ours, "N01", "N02"), (others, "N03", "N04")):
        assert len({row["child_id"] for row in rows}) == printed[children, "month_end", month]
        assert len({row["family_id"] for row in rows}) == printed[families, "month_end", month]
    assert percent(len(ours), len(open_now)) == printed["N05", "month_end", month]


@pytest.mark.parametrize("month", MONTHS)
def test_early_help_assessments_by_who_began_them(written, printed, month: str) -> None:
    started = [row for row in records(written[0], "early_help_assessments") if row["started_on"][:7] == month]
    external = sum(row["initiated_by"] == "external" for row in started)
    assert len(started) == printed["CSC 002", "month", month]
    assert external == printed["N06#count", "month", month]
    assert percent(external, len(started)) == printed["N06#percent", "month", month]


@pytest.mark.parametrize("table", ["cp_plans", "care_periods"])
@pytest.mark.parametrize("month", MONTHS)
def test_every_child_on_a_plan_or_in_care_has_a_qualified_social_worker(written, table: str, month: str) -> None:
    end = month_end(month)
    if not (written[0] / f"{table}.csv").is_file():
        pytest.skip(f"NOT RUN: no {table} are planted")

    def open_now(name: str) -> list[dict[str, str]]:
        with (written[0] / f"{name}.csv").open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        return [
            row for row in rows
            if day(row["started_on"]) <= end and (not row.get("ended_on") or day(row["ended_on"]) > end)
        ]  # fmt: skip

    qualified = {row["worker_id"] for row in open_now("workers") if row["qualified"] == "true"}
    held = {row["child_id"] for row in open_now("allocations") if row["worker_id"] in qualified}
    assert {row["child_id"] for row in open_now(table)} <= held


def test_the_same_seed_gives_the_same_bytes_and_another_gives_other_records(written, tmp_path: Path) -> None:
    folder = written[0]
    write_planted(PUBLISHED / REPORT, tmp_path / "again", seed=1)
    write_planted(PUBLISHED / REPORT, tmp_path / "other", seed=2)
    names = sorted(path.name for path in folder.glob("*.csv"))
    assert names == sorted(path.name for path in (tmp_path / "again").glob("*.csv"))
    assert filecmp.cmpfiles(folder, tmp_path / "again", names, shallow=False) == (names, [], [])
    assert filecmp.cmp(folder / "notes/let_go.csv", tmp_path / "again/notes/let_go.csv", shallow=False)
    for table in ("referrals", "assessments", "early_help_episodes"):
        assert not filecmp.cmp(folder / f"{table}.csv", tmp_path / f"other/{table}.csv", shallow=False)
    for begins, table in (("received_on", "referrals"), ("completed_on", "assessments")):
        counts = [
            sorted(row[begins][:7] for row in records(place, table) if row[begins][:7] in MONTHS)
            for place in (folder, tmp_path / "other")
        ]
        assert counts[0] == counts[1]


def test_the_records_have_dirt_that_the_checks_see(written) -> None:
    folder, planted = written
    with (folder / "assessments.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    ids = [row["assessment_id"] for row in rows]
    assert len(ids) > len(set(ids))
    assert any(row["completed_on"] and row["completed_on"] < row["started_on"] for row in rows)
    with (folder / "children.csv").open(encoding="utf-8") as file:
        children = {row["child_id"] for row in csv.DictReader(file)}
    assert any(row["child_id"] not in children for row in rows)
    with (folder / "child_links.csv").open(encoding="utf-8") as file:
        links = list(csv.DictReader(file))
    assert links
    assert all({row["child_id"], row["linked_child_id"]} <= children for row in links)
    assert planted.total == sum(planted.rows.values())


def test_what_is_let_go_is_told_with_its_reason(written) -> None:
    with (written[0] / "notes" / "let_go.csv").open(encoding="utf-8") as file:
        gone = {(row["ref"], row["basis"], row["period"]): row for row in csv.DictReader(file)}
    assert gone["CSC 035", "year_to_date", "2023-07"]["printed"] == "255.7"
    assert gone["CSC 038", "year_to_date", "2023-05"]["why"] == "the months make 143 of 252, which does not round to it"
    assert all(row["why"] for row in gone.values())
