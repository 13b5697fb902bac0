"""Why: people put a home where the export lies, misspell a table, or set a clock back; what is kept must not suffer from it."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest
from casetally.errors import CallError, DefinitionError
from casetally.figures.revisions.seen import Seen
from casetally.nights.config import read_config
from casetally.nights.log import begin_log, nights_told
from casetally.nights.night import HeldBackError
from casetally.reports.known_at import night_answering
from casetally.reports.revisions.words import figure_text

from nightly.world import NIGHT, last_edition, walk, write_config

NEXT = NIGHT + dt.timedelta(2)


@pytest.mark.parametrize(
    ("sources", "home", "line", "says"),
    [
        ('["export"]', '"export/home"', 2, "lies in a source"),
        ('["."]', '"home"', 2, "lies in a source"),
        ('["home/outputs"]', '"home"', 1, "A source lies in 'home'"),
        ('["export"]', '"export"', 1, "A source lies in 'home'"),
    ],
)
def test_a_home_and_its_sources_are_kept_apart(tmp_path: Path, sources: str, home: str, line: int, says: str) -> None:
    with pytest.raises(DefinitionError) as found:
        read_config(write_config(tmp_path, sources=sources, home=home))
    assert says in found.value.says
    assert found.value.place is not None
    assert found.value.place.line == line


def test_a_home_beside_a_source_of_a_name_that_begins_alike_is_fine(tmp_path: Path) -> None:
    assert (
        read_config(write_config(tmp_path, sources='["export"]', home='"export_nights"')).home.name == "export_nights"
    )


def test_reports_in_single_brackets_are_shown_the_double_ones(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError) as found:
        read_config(write_config(tmp_path, '[reports]\nname = "core"\n'))
    assert "[[reports]]" in found.value.says


def test_a_table_that_may_be_empty_must_be_one(two_nights: Path) -> None:
    config = write_config(two_nights, '[accept]\nmay_be_empty = ["contact"]\n')
    with pytest.raises(CallError) as found:
        walk(config, NEXT)
    assert found.value.says == "There is no table 'contact', which may_be_empty names."
    assert "Did you mean 'contacts'?" in found.value.hint


@pytest.mark.parametrize("accept", [False, True])
def test_a_night_before_the_last_is_never_kept(two_nights: Path, accept: bool) -> None:
    """The second night was the 3rd: what was known on the 1st can't be written on the 4th."""
    with pytest.raises(CallError) as found:
        walk(two_nights / "nightly.toml", NIGHT - dt.timedelta(1), accept=accept)
    assert "nights only go forward" in found.value.says
    last = last_edition(two_nights / "home")
    assert last is not None
    assert (last.number, last.known_on) == (2, NIGHT + dt.timedelta(1))


def test_an_export_of_another_authority_is_known_by_its_populations(two_nights: Path) -> None:
    def populations(authority: str) -> None:
        frame = pl.DataFrame({"authority": [authority], "mid_year": [2022], "vintage": ["first"], "population": [300]})
        frame.write_csv(two_nights / "export" / "populations.csv")

    populations("E06000005")
    walk(two_nights / "nightly.toml", NEXT)
    populations("E06000001")
    with pytest.raises(HeldBackError) as found:
        walk(two_nights / "nightly.toml", NEXT + dt.timedelta(1))
    assert "These are records of E06000001; the last night's were of E06000005." in found.value.hint


def test_a_night_that_was_dated_years_ahead_is_not_the_last_for_years(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Runs stand in the order of the clock, not of the months that their files are named for."""
    for at, night in enumerate((dt.date(2034, 4, 2), NIGHT)):
        began = dt.datetime(2024, 4, 2, 3, at, tzinfo=dt.UTC)
        monkeypatch.setattr("casetally.nights.log.now", lambda began=began: began)
        begin_log(tmp_path, night).write("night", "done")
    assert [one.night for one in nights_told(tmp_path)] == [dt.date(2034, 4, 2), NIGHT]


def test_a_day_without_a_night_is_answered_by_the_one_before_and_it_is_said() -> None:
    about = {"editions": {"known_on": "2024-04-02"}}
    says = "No night was kept on 2024-04-05; this is as it was known on 2024-04-02, the last one before."
    assert night_answering(about, dt.date(2024, 4, 5)) == says
    assert night_answering(about, NIGHT) == night_answering(about, None) == ""


@pytest.mark.parametrize(
    ("top", "below", "value", "unit", "shown"),
    [(1, 2, 50, "percent", "50.0%"), (2, 2, 100, "percent", "100.0%"),
     (4, None, 4, "number", "4"), (3, 301, 100, "per_10000", "100.0")],
)  # fmt: skip
def test_a_figure_has_its_decimal_also_where_it_is_nought(
    top: int, below: int | None, value: int, unit: str, shown: str
) -> None:
    denominator = None if below is None else Fraction(below)
    assert figure_text(Seen(Fraction(top), denominator, Fraction(value), "calculated", unit)) == shown
