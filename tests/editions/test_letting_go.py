"""Why: a child who was forgotten is in no edition any more, and an edition let go of takes nothing with it that another knows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from casetally.errors import CallError
from casetally.store.editions import Editions, open_editions, writing
from casetally.store.editions.letting_go import drop, forget
from polars.testing import assert_frame_equal

from tests.editions.nights import LIBRARY, Export, exported, figures_of, fresh, history, recalled, written


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> list[Export]:
    return list(history(exported(tmp_path_factory.mktemp("first")), 3, 4))


@pytest.fixture
def path(nights: list[Export], tmp_path: Path) -> Path:
    written(tmp_path / "editions.duckdb", nights)
    return tmp_path / "editions.duckdb"


def test_what_is_let_go_of_leaves_every_other_night_as_it_was(path: Path, nights: list[Export]) -> None:
    with writing(path, LIBRARY.schemas, anew=True) as book:
        assert drop(book, [1, 3]) > 0
    editions = open_editions(path, LIBRARY.schemas)
    kept = editions.all()
    assert [one.number for one in kept] == [2, 4]
    assert editions.nights()["number"].to_list() == [1, 2, 3, 4]  # their days stay, for the figures that stay
    editions.close()
    for edition in kept:
        again = recalled(path, edition)
        export = nights[edition.number - 1]
        assert_frame_equal(figures_of(again.store, again.library, export.load.inputs), fresh(export))


def _refused(editions: Editions, ask: Callable[[Editions], object]) -> CallError:
    with pytest.raises(CallError) as found:
        ask(editions)
    return found.value


def test_a_night_let_go_of_is_refused_with_those_kept_around_it(path: Path, nights: list[Export]) -> None:
    """Also on a day after it on which no night was kept; another night's answer would not be what was known then."""
    first, second, third, _ = (one.night for one in nights)
    between = third - dt.timedelta(1)
    assert between > second
    with writing(path, LIBRARY.schemas, anew=True) as book:
        drop(book, [2])
    editions = open_editions(path, LIBRARY.schemas)
    found = _refused(editions, lambda one: one.known_at(second))
    assert found.says == f"Retention has let go of the night of {second}."
    assert found.hint == (
        "Its records are gone; its figures are still in the history that 'casetally revisions' gives. "
        f"The nearest nights kept are those of {first} before it and {third} after it."
    )
    found = _refused(editions, lambda one: one.known_at(between))
    assert found.says == f"Retention has let go of the night of {second}, the last one by {between}."
    assert _refused(editions, lambda one: one.numbered(2)).says == f"Retention has let go of the night of {second}."
    assert [editions.known_at(day).number for day in (first, third, None)] == [1, 3, 4]
    editions.close()


def test_a_day_before_all_nights_kept_is_told_by_whether_there_was_a_night(path: Path, nights: list[Export]) -> None:
    first, third = nights[0].night, nights[2].night
    with writing(path, LIBRARY.schemas, anew=True) as book:
        drop(book, [1, 2])
    editions = open_editions(path, LIBRARY.schemas)
    found = _refused(editions, lambda one: one.known_at(first))
    assert found.says == f"Retention has let go of the night of {first}."
    assert found.hint.endswith(f"The nearest night kept is that of {third} after it.")
    before = first - dt.timedelta(1)
    assert _refused(editions, lambda one: one.known_at(before)).says == f"Nothing is kept that was known on {before}."
    editions.close()


def test_rows_that_only_a_night_let_go_of_knew_are_gone(path: Path, nights: list[Export]) -> None:
    with writing(path, LIBRARY.schemas) as book:
        drop(book, [1, 2, 3])
    editions = open_editions(path, LIBRARY.schemas)
    for name, frame in nights[3].load.tables.items():
        assert editions.rows(f'SELECT count(*) FROM editions.main."rows_{name}"') == [(frame.height,)], name
    editions.close()


def test_the_latest_night_is_never_let_go_of(path: Path) -> None:
    with writing(path, LIBRARY.schemas) as book:
        drop(book, [1, 2, 3, 4])
        assert [one.number for one in book.all()] == [4]


def test_a_forgotten_child_stands_in_no_edition_and_no_text_of_the_file(path: Path, nights: list[Export]) -> None:
    child = nights[0].load.tables["cp_plans"]["child_id"][0]
    before = open_editions(path, LIBRARY.schemas)
    assert _places(before, child)
    before.close()
    with writing(path, LIBRARY.schemas, anew=True) as book:
        done = forget(book, child)
    assert child in done.ids
    after = open_editions(path, LIBRARY.schemas)
    assert _places(after, child) == []
    assert [after.forgotten_in(one) for one in after.all()] == [1, 1, 1, 1]
    after.close()


def test_a_night_says_how_many_it_lacks_and_the_others_are_as_they_were(path: Path, nights: list[Export]) -> None:
    tables = nights[0].load.tables
    child = tables["cp_plans"]["child_id"][0]
    with writing(path, LIBRARY.schemas, anew=True) as book:
        gone = forget(book, child).ids
    first = open_editions(path, LIBRARY.schemas).numbered(1)
    again = recalled(path, first)
    assert again.forgotten == 1
    left = tables["cp_plans"].filter(~tables["cp_plans"]["child_id"].is_in(list(gone)))
    assert sorted(again.load.tables["cp_plans"]["plan_id"].to_list()) == sorted(left["plan_id"].to_list())


def test_the_records_under_a_forgotten_childs_go_too(path: Path, nights: list[Export]) -> None:
    tables = nights[0].load.tables
    factors = tables["assessment_factors"].join(tables["assessments"], on="assessment_id")
    child = factors["child_id"][0]
    theirs = set(factors.filter(factors["child_id"] == child)["assessment_id"])
    with writing(path, LIBRARY.schemas) as book:
        forget(book, child)
    editions = open_editions(path, LIBRARY.schemas)
    left = {row[0] for row in editions.rows("SELECT DISTINCT assessment_id FROM editions.main.rows_assessment_factors")}
    editions.close()
    assert theirs
    assert not theirs & left


def test_linked_ids_are_one_child(path: Path, nights: list[Export]) -> None:
    links = nights[0].load.tables["child_links"]
    child, linked = links["child_id"][0], links["linked_child_id"][0]
    with writing(path, LIBRARY.schemas) as book:
        assert {child, linked} <= set(forget(book, linked).ids)


def test_a_child_that_no_edition_knows_is_refused_and_nothing_is_noted(path: Path) -> None:
    with pytest.raises(CallError, match="No edition knows a child 'nobody'"), writing(path, LIBRARY.schemas) as book:
        forget(book, "nobody")
    editions = open_editions(path, LIBRARY.schemas)
    assert [editions.forgotten_in(one) for one in editions.all()] == [0, 0, 0, 0]
    editions.close()


def _places(editions: object, child: str) -> list[str]:
    """Every column of every table in which an id stands."""
    found = []
    columns = editions.rows(  # type: ignore[attr-defined]
        "SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = 'editions' AND data_type = 'VARCHAR'"
    )
    for table, column in columns:
        sql = f'SELECT count(*) FROM editions.main."{table}" WHERE list_contains(string_split("{column}", \'/\'), ?)'
        if editions.rows(sql, [child])[0][0]:  # type: ignore[attr-defined]
            found.append(f"{table}.{column}")
    return found
