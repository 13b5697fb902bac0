"""Why: a night that does what nobody meant because a word was misspelt would be found weeks later."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path

import pytest
from casetally.errors import CallError, CasetallyError, DefinitionError
from casetally.nights.config import NightlyConfig, ReportWanted, month_of, read_config, sources_of
from casetally.nights.example import example_toml
from cli.calling import call

from nightly.world import walk, write_config, write_export

MARCH = dt.date(2024, 3, 15)


def config(tmp_path: Path, text: str) -> NightlyConfig:
    (tmp_path / "ours.toml").write_text(text, encoding="utf-8")
    return read_config(tmp_path / "ours.toml")


def refused(tmp_path: Path, text: str) -> DefinitionError:
    with pytest.raises(DefinitionError) as found:
        config(tmp_path, text)
    return found.value


def test_one_key_is_enough(tmp_path: Path) -> None:
    found = config(tmp_path, 'sources = ["export"]\n')
    assert found.sources == (str(tmp_path / "export"),)
    assert found.home == tmp_path / "nightly"
    assert (found.as_at, found.months, found.reports, found.backup) == ("day_before", 24, (), None)


def test_paths_are_those_beside_the_file_and_urls_stay(tmp_path: Path) -> None:
    found = config(
        tmp_path,
        'sources = ["sqlite:///x.db"]\nhome = "kept"\ndefinitions = "mine"\n'
        '[[reports]]\nname = "core"\ncommentary = "words"\n[encryption]\nkey_file = "k"\n[backup]\nto = "b"\n',
    )
    assert found.sources == ("sqlite:///x.db",)
    assert found.home == tmp_path / "kept"
    assert found.definitions == tmp_path / "mine"
    assert found.reports[0].commentary == tmp_path / "words"
    assert found.encryption.key_file == tmp_path / "k"
    assert found.backup is not None
    assert found.backup.to == tmp_path / "b"


@pytest.mark.parametrize(
    ("text", "place", "says", "hint"),
    [
        ('sources = ["a"]\nmonth = 3\n', "2:1", "'month' is not known here.", "Did you mean 'months'?"),
        ('sources = ["a"]\n[accept]\nrows_gon = 0.3\n', "3:1", "'rows_gon' is not known here.", "Did you mean 'rows_gone'?"),
        ('sources = ["a"]\nreports = [{nam = "core"}]\n', "2:13", "'nam' is not known here.", "Did you mean 'name'?"),
        ('sources = ["a"]\n[[reports]]\nname = "core"\nedition = "publishd"\n', "4:1",
         "Expected here: 'internal' or 'published'.", "Did you mean 'published'?"),
        ('sources = ["a"]\nas_at = "nigth"\n', "2:1",
         "Expected here: night, day_before, month_end or a date as 2024-03-31.", "Did you mean 'night'?"),
        ('sources = ["a"]\nmonths = "two"\n', "2:1", "A whole number is expected here.", ""),
        ('sources = ["a"]\n[backup]\nkeep = 3\n', "2:2", "'to' is missing here.", ""),
        ('sources = "a"\n', "1:1", 'A list is expected here: ["first", "second"].', ""),
        ('sources = ["a"\n', "1:1", "", "Texts stand in quotes"),
    ],
)  # fmt: skip
def test_a_mistake_is_shown_where_it_stands(tmp_path: Path, text: str, place: str, says: str, hint: str) -> None:
    found = refused(tmp_path, text)
    assert str(found.place).startswith(f"{tmp_path / 'ours.toml'}:")
    if says:
        assert str(found.place).endswith(f"ours.toml:{place}")
        assert found.says == says
    assert hint in found.hint
    assert found.source_line in text


def test_a_file_without_sources_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, "months = 3\n").says == "'sources' is missing here."


def test_a_configuration_that_is_not_there_says_how_to_begin(tmp_path: Path) -> None:
    with pytest.raises(CallError) as found:
        read_config(tmp_path / "none.toml")
    assert "casetally nightly --example" in found.value.hint


def test_a_password_comes_from_the_environment_and_can_hold_any_sign(tmp_path: Path) -> None:
    found = config(tmp_path, "sources = ['postgresql://reader:${SSD}@server/ssd']\n")
    assert sources_of(found, {"SSD": "a/b@c:d"}) == ("postgresql://reader:a%2Fb%40c%3Ad@server/ssd",)
    assert "a/b" not in repr(found)


def test_a_whole_url_in_the_environment_is_taken_as_it_is(tmp_path: Path) -> None:
    found = config(tmp_path, "sources = ['${SSD_URL}']\n")
    assert sources_of(found, {"SSD_URL": "mssql://u:p@s/d"}) == ("mssql://u:p@s/d",)


@pytest.mark.parametrize(
    ("source", "value", "read"),
    [
        ("${EXPORT}", "export", "{beside}/export"),
        ("${EXPORT}/march", "export", "{beside}/export/march"),
        ("${EXPORT}", "/srv/export", "/srv/export"),
        ("exports/${EXPORT}", "march", "{beside}/exports/march"),
        ("${EXPORT}", "sqlite:///x.db", "sqlite:///x.db"),
    ],
)
def test_a_path_from_the_environment_is_one_beside_the_file_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, value: str, read: str
) -> None:
    """Wherever the command is called from."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    found = config(tmp_path, f"sources = ['{source}']\n")
    assert sources_of(found, {"EXPORT": value}) == (read.format(beside=tmp_path),)


def test_a_variable_that_is_not_set_is_named(tmp_path: Path) -> None:
    with pytest.raises(CasetallyError) as found:
        sources_of(config(tmp_path, "sources = ['postgresql://r:${SSD}@s/d']\n"), {})
    assert found.value.says == "The environment variable 'SSD', which a source names, is not set."


@pytest.mark.parametrize(
    ("rule", "night", "day"),
    [
        ('"night"', dt.date(2024, 4, 2), dt.date(2024, 4, 2)),
        ('"day_before"', dt.date(2024, 3, 1), dt.date(2024, 2, 29)),
        ('"month_end"', dt.date(2024, 4, 2), dt.date(2024, 3, 31)),
        ('"month_end"', dt.date(2024, 3, 31), dt.date(2024, 2, 29)),  # March has a day to go
        ('"month_end"', dt.date(2024, 4, 1), dt.date(2024, 3, 31)),
        ("2023-12-31", dt.date(2024, 4, 2), dt.date(2023, 12, 31)),
        ('"2023-12-31"', dt.date(2024, 4, 2), dt.date(2023, 12, 31)),
    ],
)
def test_the_as_at_day_follows_the_rule(tmp_path: Path, rule: str, night: dt.date, day: dt.date) -> None:
    assert config(tmp_path, f'sources = ["a"]\nas_at = {rule}\n').as_at_of(night) == day


@pytest.mark.parametrize(
    ("which", "as_at", "month"),
    [("last_complete", MARCH, "2024-02"), ("last_complete", dt.date(2024, 3, 31), "2024-03"), ("current", MARCH, "2024-03")],
)  # fmt: skip
def test_a_report_is_of_the_month_asked_for(which: str, as_at: dt.date, month: str) -> None:
    wanted = ReportWanted.model_validate({"name": "core", "month": which})
    assert month_of(wanted, as_at, 24).name == month


@pytest.mark.parametrize(("said", "month"), [({}, "2024-03"), ({"month": "current"}, "2024-03")])
def test_with_one_month_a_report_is_of_it(said: dict[str, str], month: str) -> None:
    """In the middle of it there is no other."""
    assert month_of(ReportWanted.model_validate({"name": "core", **said}), MARCH, 1).name == month


def test_a_night_of_one_month_makes_its_report_in_the_midst_of_it(tmp_path: Path) -> None:
    write_export(tmp_path / "export", until=MARCH)
    done = walk(write_config(tmp_path, '[[reports]]\nname = "core"\n', months="1"), MARCH)
    assert done.placed
    assert [path.name for path in (tmp_path / "home" / "outputs" / "reports").glob("*.html")] == [
        "core_2024-03_internal.html"
    ]


@pytest.mark.parametrize("as_at", ['"night"', '"day_before"', "2024-03-15"])
def test_one_month_that_is_not_over_is_refused_as_a_complete_one_before_anything_is_read(
    tmp_path: Path, as_at: str
) -> None:
    text = 'sources = ["a"]\nmonths = 1\nas_at = {}\n[[reports]]\nname = "core"\n{}'
    found = refused(tmp_path, text.format(as_at, 'month = "last_complete"\n'))
    assert str(found.place).endswith("ours.toml:6:1")
    assert found.says == "With months = 1 the last complete month is there only on the night after a month's end."
    assert found.hint == "Let months = 2; or leave 'month' out, and the report is of the one month there is."
    assert config(tmp_path, text.format(as_at, "")).months == 1


@pytest.mark.parametrize("as_at", ['"month_end"', "2024-03-31"])
def test_one_month_that_is_over_can_be_asked_for_as_the_last_complete(tmp_path: Path, as_at: str) -> None:
    text = f'sources = ["a"]\nmonths = 1\nas_at = {as_at}\n[[reports]]\nname = "core"\nmonth = "last_complete"\n'
    found = config(tmp_path, text)
    assert month_of(found.reports[0], dt.date(2024, 3, 31), 1).name == "2024-03"


def test_the_example_is_a_configuration(tmp_path: Path) -> None:
    text = call("nightly", "--example").out
    assert text == example_toml()
    found = config(tmp_path, text)
    assert [one.name for one in found.reports] == ["core"]


def test_every_key_of_the_example_can_be_used_as_it_stands(tmp_path: Path) -> None:
    """Without the # in front of each key: what is left out shows how it would be written."""
    lines = [
        line.removeprefix("# ") if "=" in line or line.startswith("# [") else line
        for line in example_toml().splitlines()
    ]
    found = config(tmp_path, "\n".join(line for line in lines if not line.startswith("A ")) + "\n")
    assert found.backup is not None
    assert found.model_dump(exclude={"sources", "home"}).keys() == NightlyConfig.model_fields.keys() - {
        "sources",
        "home",
    }
    assert tomllib.loads(example_toml())["sources"] == ["export"]
