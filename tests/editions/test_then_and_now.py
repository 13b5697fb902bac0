"""Why: a night keeps the calendar and the definitions it was worked out by, and today's are taken only where they are asked for."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from casetally.calendar import Calendar
from casetally.definitions.library import load_library
from casetally.errors import CallError, InputError
from casetally.reports.known_at import keep_definitions
from casetally.store.editions import Edition, open_editions, writing

from tests.editions.nights import CALENDAR, CORE, LIBRARY, Export, exported, keep, recalled, written

NEWS = dt.date(2024, 3, 27)  # a Wednesday: a bank holiday that was announced for one night alone


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Export:
    return exported(tmp_path_factory.mktemp("first"))


def _kept_with(path: Path, night: Export, calendar: Calendar, definitions: Path | None = None) -> Edition:
    library = load_library(definitions)
    with writing(path, LIBRARY.schemas) as book:
        made = keep(book, night)
        hashed = keep_definitions(book, library, definitions), book.keep_json(calendar.kept())
        book.con.execute("UPDATE editions.main.nights SET definitions = ?, calendar = ?", list(hashed))
        return replace(made, definitions=hashed[0], calendar=hashed[1])


def test_a_bank_holiday_known_on_that_night_counts_for_it_and_not_for_todays(night: Export, tmp_path: Path) -> None:
    then = Calendar.as_kept({**CALENDAR.kept(), "bank_holidays": [*CALENDAR.kept()["bank_holidays"], NEWS.isoformat()]})
    edition = _kept_with(tmp_path / "editions.duckdb", night, then)
    asked = "SELECT is_working FROM days WHERE calendar_day = ?".replace("days", "calendar_days")
    table = [row[0] for row in recalled(tmp_path / "editions.duckdb", edition).store.rows(
        "SELECT table_name FROM duckdb_columns() WHERE column_name = 'is_working'")]  # fmt: skip
    asked = asked.replace("calendar_days", table[0])
    assert recalled(tmp_path / "editions.duckdb", edition).store.rows(asked, [NEWS]) == [(False,)]
    assert recalled(tmp_path / "editions.duckdb", edition, "now").store.rows(asked, [NEWS]) == [(True,)]
    assert then.working_days(dt.date(2024, 3, 26), dt.date(2024, 3, 28)) == 1
    assert then.edition != CALENDAR.edition


def test_own_definitions_are_those_of_the_night_even_when_their_folder_is_gone(night: Export, tmp_path: Path) -> None:
    own = tmp_path / "own"
    (own / "indicators").mkdir(parents=True)
    mine = own / "indicators" / "mine.yaml"
    mine.write_text(
        "contacts_of_ours:\n  title: Contacts of ours\n  meaning: Contacts received in the period.\n"
        "  source: local\n  count: contacts\n  when: received_on\n  good: neither\n"
        "  examples:\n    - {rows: {contacts: [{received_on: 2023-04-03}]}, month: 2023-04, expect: 1}\n"
    )
    edition = _kept_with(tmp_path / "editions.duckdb", night, CALENDAR, own)
    assert "contacts_of_ours" in recalled(tmp_path / "editions.duckdb", edition).library.indicators
    mine.unlink()
    (own / "indicators").rmdir()
    own.rmdir()
    again = recalled(tmp_path / "editions.duckdb", edition)
    assert "contacts_of_ours" in again.library.indicators
    assert again.library.indicators.keys() - {"contacts_of_ours"} == LIBRARY.indicators.keys()
    assert [again.library.indicators[name].fingerprint for name in CORE] == [
        LIBRARY.indicators[name].fingerprint for name in CORE
    ]


def test_unchanged_definitions_are_kept_once_and_loaded_from_where_they_lie(night: Export, tmp_path: Path) -> None:
    path = tmp_path / "editions.duckdb"
    first, second = written(path, [night, night])
    assert first.definitions == second.definitions
    assert recalled(path, second).library is LIBRARY
    editions = open_editions(path, LIBRARY.schemas)
    ((count,),) = editions.rows("SELECT count(*) FROM editions.main.kept")
    editions.close()
    files = {
        path for folder in LIBRARY.folders for path in folder.rglob("*") if path.suffix in (".yaml", ".sql", ".csv")
    }
    assert count <= len(files) + 3  # and what the source told, the list of the files, and the calendar


@pytest.mark.parametrize(
    "harm",
    [
        pytest.param(lambda whole: whole[: len(whole) // 2], id="cut off"),
        pytest.param(lambda whole: whole[:8192] + bytes(4096) + whole[12288:], id="overwritten"),
        pytest.param(lambda _: b"", id="empty"),
        pytest.param(lambda _: b"no database at all" * 1000, id="foreign"),
    ],
)
def test_a_damaged_file_is_told_in_words_and_what_to_do(harm: object, night: Export, tmp_path: Path) -> None:
    path = tmp_path / "editions.duckdb"
    written(path, [night])
    path.write_bytes(harm(path.read_bytes()))  # type: ignore[operator]
    with pytest.raises((CallError, InputError)) as told:
        _read_all(path)
    assert "restore" in told.value.hint or "nightly" in told.value.hint
    before = path.read_bytes()
    with pytest.raises((CallError, InputError)), writing(path, LIBRARY.schemas) as book:
        keep(book, night)
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["editions.duckdb"]


def test_a_file_from_before_a_table_was_known_is_read_and_grows_with_the_next_night(
    night: Export, tmp_path: Path
) -> None:
    path = tmp_path / "editions.duckdb"
    lacking = Export(
        night.night, replace(night.delivery, tables=tuple(t for t in night.delivery.tables if t.table != "sdq_scores"))
    )
    written(path, [lacking])
    with writing(path, LIBRARY.schemas) as book:
        book.con.execute("DROP TABLE editions.main.rows_sdq_scores")
    editions = open_editions(path, LIBRARY.schemas)
    assert editions.first_seen().filter(table="sdq_scores").is_empty()
    assert not editions.first_seen().is_empty()
    assert "sdq_scores" not in editions.load(editions.known_at(None)).tables
    editions.close()
    (latest,) = written(path, [night])
    assert recalled(path, latest).load.tables["sdq_scores"].height == night.load.tables["sdq_scores"].height


def _read_all(path: Path) -> None:
    editions = open_editions(path, LIBRARY.schemas)
    try:
        editions.load(editions.known_at(None))
    finally:
        editions.close()
