"""Why: published estimates know an authority by its code, and people by its name: rates must come out either way."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import polars as pl
import pytest
from casetally.errors import CallError
from casetally.figures.populations import known_as
from casetally.reports.run import RunRequest, run_all
from casetally.sources.recognise import read_source
from cli.calling import call
from making import DARLINGTON, ENGLAND, GATESHEAD, row, table

SAMPLE = Path(__file__).parents[2] / "sample_data" / "authority"
ESTIMATES = ("2021", 40000), ("2022", 41000), ("2023", 42000)


def rates(tmp_path: Path, who: str, definitions: Path | None = None) -> pl.DataFrame:
    """The referral rate of March 2024 for an authority, its populations from a published table beside the records."""
    data = table(
        ["population_estimate"],
        *(row(year, place, str(number + more), kind="Calendar year")
          for year, number in ESTIMATES for place, more in ((GATESHEAD, 0), (DARLINGTON, 7), (ENGLAND, 9_000_000))),
    )  # fmt: skip
    (tmp_path / "ons.csv").write_bytes(data)
    request = RunRequest((SAMPLE, tmp_path / "ons.csv"), dt.date(2024, 3, 31), 1, authority=who, definitions=definitions,
                         indicators=("referrals_rate",))  # fmt: skip
    figures = run_all(request).figures
    return figures.filter(
        (pl.col("period") == "2024-03") & (pl.col("basis") == "month") & (pl.col("breakdown") == "all")
    )


@pytest.mark.parametrize("who", ["Gateshead", "gateshead", "E08000037", "390", "E08000020"])
def test_populations_by_code_serve_a_run_by_name(tmp_path: Path, who: str) -> None:
    found = rates(tmp_path, who).row(0, named=True)
    assert found["authority"] == "E08000037"
    assert found["denominator"] == 42000  # March 2024 lies in 2023-24, whose rates rest on mid-2023


def test_an_authority_with_a_file_of_its_own_has_populations_by_code_too(tmp_path: Path) -> None:
    (tmp_path / "own" / "authorities").mkdir(parents=True)
    (tmp_path / "own" / "authorities" / "ourplace.yaml").write_text("name: Gateshead\n")
    assert rates(tmp_path, "ourplace", tmp_path / "own")["denominator"].to_list() == [42000]


def test_an_authority_that_is_not_among_them_is_still_refused(tmp_path: Path) -> None:
    with pytest.raises(CallError, match="There is no authority 'Hartlepool'"):
        rates(tmp_path, "Hartlepool")


def test_the_command_takes_a_name_and_populations_by_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ons.csv").write_bytes(table(["population_estimate"], row("2023", GATESHEAD, "42000", kind="Calendar year"),
                                             row("2023", DARLINGTON, "22000", kind="Calendar year")))  # fmt: skip
    (tmp_path / "records").mkdir()
    for name in ("children", "referrals"):
        shutil.copy(SAMPLE / f"{name}.csv", tmp_path / "records")
    monkeypatch.chdir(tmp_path)
    answer = call("run", "records", "ons.csv", "--as-at", "2024-03-31", "--months", 1, "--authority", "Gateshead")
    assert answer.code == 0, answer.err
    rate = pl.read_parquet("out/figures.parquet").filter(pl.col("indicator") == "referrals_rate")
    assert set(rate["denominator"].drop_nulls()) == {42000}


def test_each_authority_has_its_estimates_from_the_first_source_that_has_any_and_every_row_its_line(
    tmp_path: Path,
) -> None:
    """Our own file knows Gateshead for 2022: what the published table has for it, of 2023 too, does not mix with that."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "populations.csv").write_text("authority,mid_year,population\nE08000037,2022,39999\n")
    data = table(["population_estimate"], row("2022", GATESHEAD, "41000", kind="Calendar year"),
                 row("2022", DARLINGTON, "22000", kind="Calendar year"),
                 row("2023", GATESHEAD, "42000", kind="Calendar year"))  # fmt: skip
    (tmp_path / "estimates.csv").write_bytes(data)
    found = read_source(tmp_path / "own", tmp_path / "estimates.csv")
    (populations,) = [one.frame for one in found.tables if one.table == "populations"]
    assert set(populations.select("authority", "population").iter_rows()) == {
        ("E08000037", "39999"),
        ("E06000005", "22000"),
    }
    lines = found.rows.filter(pl.col("file").str.ends_with("estimates.csv"))
    assert lines["disposition"].to_list() == ["superseded", "carried", "superseded"]
    carried = found.rows.filter(pl.col("disposition") == "carried")
    assert sorted(carried["record"].to_list()) == sorted(populations["_record"].to_list()) == [0, 1]


def test_an_authority_is_known_by_itself_before_by_what_it_is_also_called() -> None:
    assert known_as(["Gateshead"], ["E08000037", "Gateshead"]) == "Gateshead"
    assert known_as(["", "Gateshead"], ["E08000020", "E08000037"]) == "E08000037"  # the code that is in use
    assert known_as(["Gateshead"], ["E08000020"]) == "E08000020"
    assert known_as(["Gateshead"], ["E12000001", "E06000005"]) is None
    assert known_as(["ourplace"], []) is None
