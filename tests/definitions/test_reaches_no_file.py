"""Why: a definition may come from anyone who can write to a folder; it must reach no file, setting or network, by no door it has.

Each attempt is refused when the definition loads, where it stands; and what it reached for is neither read, shown nor written.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from casetally.definitions import Library, load_library
from casetally.definitions.authorities import find_authority
from casetally.errors import CasetallyError, DefinitionError
from casetally.records.row_rules import read_checks
from casetally.schemas import load_schemas

Refused = Callable[[dict[str, str]], str]
Laid = Callable[[dict[str, str]], Library]

HIDDEN = "Zebedee-of-the-other-file"
EXPLAINED = """\
title: Mine
one_row_is: one referral
base: referrals
id: [referral_id]
columns:
  referral_id: the referral
  child_id: the child
  person_id: the person
"""
SELECT = "select referral_id, child_id, person_id\nfrom referrals\n"


@pytest.fixture(autouse=True)
def beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to stand in, with files that hold a secret under names that an attempt may use."""
    folder = tmp_path / "standing"
    folder.mkdir()
    for name in ("secret.csv", "secret.txt", "secret.json", "secret.parquet", "secret.yaml"):
        (folder / name).write_text(f"referral_id,child_id,person_id\n{HIDDEN}: {HIDDEN},1,2\n", encoding="utf-8")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("CASETALLY_SECRET", HIDDEN)
    return folder


def unmarked(marked: str) -> tuple[str, int, int]:
    """The text, and line and column of what «» marks."""
    before = marked.split("«", maxsplit=1)[0]
    return marked.replace("«", "").replace("»", ""), before.count("\n") + 1, len(before) - before.rfind("\n")


# «» marks where each is refused
RECORD_SETS = [
    # a file as a table, by every spelling
    "select *\nfrom «'secret.csv'»",
    'select *\nfrom «"secret.csv"»',
    "select *\nfrom referrals, «'secret.parquet'»",
    "select r.referral_id, r.child_id, r.person_id\nfrom referrals as r\nleft join «'secret.json'» as s on s.a = r.team",
    "select *\nfrom «file.main.secret»",
    "from «'secret.csv'»",
    # a file as a table, hidden behind a name after 'with' that reaches less far than it seems
    'with «"secret.csv" as (select * from "secret.csv"»)\nselect * from "secret.csv"',
    "with a as (\n  select * from «secret»\n), secret as (select * from referrals)\nselect * from a",
    "with secret as (\n  select * from «secret»\n)\nselect * from secret",
    "select a.*\nfrom (with secret as (select * from referrals) select * from secret) as a\njoin «secret» on true",
    "with «referrals as (select * from assessments»)\nselect * from referrals",
    "with «Referrals as (select * from assessments»)\nselect * from referrals",
    "with a as (select * from referrals), «a as (select * from referrals»)\nselect * from a",
    # functions that read, list or search
    "select *\nfrom «read_csv('secret.csv')»",
    "select *\nfrom «read_csv_auto('secret.csv')»",
    "select *\nfrom «read_text('secret.txt')»",
    "select *\nfrom «read_blob('secret.txt')»",
    "select *\nfrom «read_json('secret.json')»",
    "select *\nfrom «read_parquet('secret.parquet')»",
    "select *\nfrom «parquet_scan('secret.parquet')»",
    "select *\nfrom «read_duckdb('store.duckdb')»",
    "select *\nfrom «sniff_csv('secret.csv')»",
    "select *\nfrom «glob('*')»",
    "select *\nfrom «query('from referrals')»",
    "select *\nfrom «query_table(['secret.csv'])»",
    "select *\nfrom «duckdb_settings()»",
    "select *\nfrom «pragma_database_list()»",
    "select *\nfrom referrals, lateral (select «* from read_text('secret.txt')») as t",
    "select *\nfrom unnest(«glob('*')»)",
    SELECT + "where «getenv('CASETALLY_SECRET')» = 'x'",
    SELECT + "where «read_text('secret.txt')» = 'x'",
    SELECT + "where «main.read_text('secret.txt')» = 'x'",
    SELECT + "where «\"read_text\"('secret.txt')» = 'x'",
    SELECT + "where «current_setting('home_directory')» = 'x'",
    SELECT + "where «getvariable('x')» = 'x'",
    SELECT + "order by «nextval('x')»",
    "select referral_id, child_id, person_id, max(«getenv('CASETALLY_SECRET')») over () as x\nfrom referrals",
    "select referral_id, child_id, person_id, count(*) filter (where «getenv('A')» = 'b') as x\nfrom referrals",
    "select * replace («getenv('A')» as team)\nfrom referrals",
    # queries within queries
    SELECT + "where «team in (select content from read_text('secret.txt'))»",
    SELECT + "where exists (select «1 from 'secret.csv'»)",
    "select referral_id, child_id, person_id, (select «content from read_text('secret.txt')») as x\nfrom referrals",
    # a type is written into the SQL as it stands
    "select referral_id, child_id,\n  «person_id»::\"x) as person_id from read_text('secret.txt') --\"\nfrom referrals",
    "select referral_id, child_id, «person_id»::\"x) from referrals; copy (select 1) to 'made.csv'; --\"\nfrom referrals",
    "select referral_id, child_id, «person_id»::main.mine\nfrom referrals",
    "select referral_id, child_id, «person_id»::json\nfrom referrals",
    # statements
    "copy «referrals to 'made.csv'»",
    "copy «(select * from referrals) to 'made.csv'»",
    "attach «'made.db' as made»",
    "install «httpfs»",
    "load «httpfs»",
    "pragma «database_list»",
    "set «enable_external_access = true»",
    "export «database 'made'»",
    "import «database 'made'»",
    "call «enable_logging()»",
    "create secret «s (type s3)»",
    "select «referral_id from referrals; copy referrals to 'made.csv'»",
    "select «referral_id» /* ; */ from referrals -- ;\n; attach 'made.db' as made",
    "explain «analyze select * from 'secret.csv'»",
    # placeholders, quotes of other kinds
    SELECT + "where «team» = $1",
    SELECT + "where team = «$$x$$»",
    SELECT + "where team = «e'\\''»",
    # a name of a column that would end the quotes it is written in
    'select referral_id, child_id, person_id, team as x«"»"; copy referrals to \'made.csv\'; --"\nfrom referrals',
]


@pytest.mark.parametrize("marked", RECORD_SETS)
def test_a_record_set_reaches_nothing_and_is_refused_where_it_tries(
    marked: str, refused: Refused, beside: Path
) -> None:
    sql, line, column = unmarked(marked)
    before = sorted(beside.rglob("*"))
    said = refused({"records/mine.sql": sql, "records/mine.yaml": EXPLAINED})
    place = said.split(" ")[0]
    assert place.startswith(f"own/records/mine.sql:{line}:"), said
    if sql.split(" ")[0] in ("select", "with", "from"):
        assert place == f"own/records/mine.sql:{line}:{column}:", said
    assert HIDDEN not in said
    assert sorted(beside.rglob("*")) == before


EXPRESSIONS = [
    "«read_text('secret.txt')» = 'x'",
    "«getenv('CASETALLY_SECRET')» = 'x'",
    "team in «(select content from read_text('secret.txt'))»",
    "team = «(select max(content) from read_text('secret.txt'))»",
    "exists («select 1 from 'secret.csv'»)",
    "«main.read_text('secret.txt')» = 'x'",
    "«\"read_text\"('secret.txt')» = 'x'",
    "team = 'a'); copy referrals to 'made.csv'; --",
    "team = 'a'; attach 'made.db'",
    "«team::\"varchar) from read_text('secret.txt') --\"» = 'x'",
    "«team» = $1",
    "team = /* ' */ «getenv('A')»",
    "starts_with(team, «getenv('A')»)",
    "limit(«'x'' from read_text(''secret.txt'')'», received_on) > 1",
    "case when true then «getenv('A')» end = 'x'",
    "«\"secret.csv\".child_id» = 'x'",
]
PLACES = {
    "where": "mine:\n  title: Mine\n  meaning: m\n  source: s\n  count: referrals\n  when: received_on\n  where: {}\n",
    "share": "mine:\n  title: Mine\n  meaning: m\n  source: s\n  count: referrals\n  when: received_on\n  share: {}\n",
    "unsettled": "mine:\n  title: Mine\n  meaning: m\n  source: s\n  count: referrals\n  when: received_on\n  unsettled: {}\n",
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("marked", EXPRESSIONS)
def test_an_expression_reaches_nothing_and_is_refused_where_it_tries(
    marked: str, place: str, refused: Refused, beside: Path
) -> None:
    text, _, column = unmarked(marked)
    before = sorted(beside.rglob("*"))
    folded = PLACES[place].format(">-\n    " + text)
    line = folded.split("\n").index("    " + text) + 1
    said = refused({"indicators/mine.yaml": folded})
    assert said.startswith(f"own/indicators/mine.yaml:{line}:"), said
    if "«" in marked and "select" not in marked:
        assert said.startswith(f"own/indicators/mine.yaml:{line}:{column + 4}:"), said
    assert HIDDEN not in said
    assert sorted(beside.rglob("*")) == before


@pytest.mark.parametrize("key", ["when", "average", "distinct"])
def test_what_dates_averages_or_counts_rows_reaches_nothing(key: str, refused: Refused) -> None:
    tried = "read_text('secret.txt')"
    lines = {"when": "received_on", key: tried}
    text = "mine:\n  title: Mine\n  meaning: m\n  source: s\n  count: referrals\n"
    text += "".join(f"  {name}: {value}\n" for name, value in lines.items())
    said = refused({"indicators/mine.yaml": text})
    at = text.split("\n").index(f"  {key}: {tried}") + 1
    assert said.startswith(f"own/indicators/mine.yaml:{at}:{len(key) + 5}:"), said


@pytest.mark.parametrize("key", ["is", "from", "due"])
def test_a_clock_or_breakdown_of_a_record_set_reaches_nothing(key: str, refused: Refused) -> None:
    tried = "getenv('CASETALLY_SECRET')"
    parts = {
        "is": f"breakdowns:\n  mine:\n    title: Mine\n    is: {tried}\n",
        "from": f"clocks:\n  mine:\n    title: Mine\n    from: {tried}\n    due: on_day(child_id)\n",
        "due": f"clocks:\n  mine:\n    title: Mine\n    from: date '2023-01-01'\n    due: {tried}\n",
    }
    said = refused({"records/mine.sql": SELECT, "records/mine.yaml": EXPLAINED + parts[key]})
    assert said.startswith("own/records/mine.yaml:"), said
    assert "There is no function 'getenv'." in said
    assert HIDDEN not in said


@pytest.mark.parametrize("name", ["mine (a int); copy (select 1) to 'made.csv'; --", "a b", "a-b", "1a", "é"])
def test_the_file_name_of_a_record_set_is_no_sql(name: str, refused: Refused, beside: Path) -> None:
    before = sorted(beside.rglob("*"))
    said = refused({f"records/{name}.sql": SELECT, f"records/{name}.yaml": EXPLAINED})
    assert said.startswith(f"own/records/{name}.sql: '{name}' can't be the name of a record set."), said
    assert sorted(beside.rglob("*")) == before


def test_a_limit_holds_whole_numbers_and_days_and_no_sql(refused: Refused) -> None:
    text = "mine:\n  title: Mine\n  unit: days\n  values:\n    - {{from: {}, value: {}, source: s}}\n"
    for since, value in (("2020-01-01", "'1 END) FROM read_text(''secret.txt'')'"), ('"2020-01-01\' END"', "1")):
        said = refused({"limits/mine.yaml": text.format(since, value)})
        assert said.startswith("own/limits/mine.yaml:5:"), said


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.system [id]", "!include secret.txt", "!!binary c2VjcmV0"])
def test_no_tag_of_yaml_is_followed(tag: str, refused: Refused) -> None:
    said = refused({"limits/mine.yaml": f"mine: {tag}\n"})
    assert said.startswith("own/limits/mine.yaml:1:"), said
    assert HIDDEN not in said


@pytest.mark.parametrize(
    ("check", "tried"),
    [
        ("read_text('secret.txt') = 'x'", "There is no function 'read_text'."),
        ("getenv('CASETALLY_SECRET') = 'x'", "There is no function 'getenv'."),
        ("sex in (select content from read_text('secret.txt'))", "'in' takes a list of values."),
        ("sex = 'M') from read_text('secret.txt') --", "can't be read as SQL"),
    ],
)
def test_a_row_check_of_a_schema_reaches_nothing(check: str, tried: str, tmp_path: Path) -> None:
    folder = tmp_path / "schemas"
    folder.mkdir()
    (folder / "codes.csv").write_text("list,code,label,from\nsex,M,Male,\n", encoding="utf-8")
    (folder / "mine.yaml").write_text(
        "table: mine\none_row_is: one\nkey: [child_id]\ncolumns:\n"
        "  child_id: {type: id, required: true, about: d}\n  sex: {type: code, codes: sex, about: d}\n"
        f'checks:\n  mine:\n    severity: error\n    expect: "{check}"\n    says: It is so.\n',
        encoding="utf-8",
    )
    schemas = load_schemas(folder)
    with pytest.raises(DefinitionError) as wrong:
        read_checks(schemas.tables["mine"], schemas)
    said = wrong.value.render()
    assert said.startswith("schemas/mine.yaml:10:"), said
    assert tried in said
    assert HIDDEN not in said


def test_an_example_holds_values_and_no_sql(laid_over: Laid) -> None:
    from casetally.figures.examples import run_examples

    text = (
        "mine:\n  title: Mine\n  meaning: m\n  source: s\n  count: referrals\n  when: received_on\n  examples:\n"
        "    - rows:\n        referrals:\n"
        "          - {received_on: 2023-04-03, team: \"x'); copy referrals to 'made.csv'; --\"}\n"
        "      month: 2023-04\n      expect: 1\n"
    )
    library = laid_over({"indicators/mine.yaml": text})
    results = list(run_examples(library, [library.indicators["mine"]]))
    assert len(results) == 1
    assert not Path("made.csv").exists()


@pytest.mark.parametrize(
    "name", ["../../../standing/secret", "/etc/hostname", "..\\secret", "a/b", "..", ".hidden", "identities/x"]
)
def test_a_report_names_published_figures_and_no_path(name: str, laid_over: Laid) -> None:
    text = f"title: Mine\npublished: '{name}'\nsections:\n  - title: One\n    lines: [referrals_received]\n"
    with pytest.raises(DefinitionError) as wrong:
        laid_over({"reports/mine.yaml": text})
    assert wrong.value.render().startswith(f"own/reports/mine.yaml:2:13: '{name}' can't name published figures.")


@pytest.mark.parametrize("name", ["../standing/secret", "../../secret"])
def test_a_report_names_an_authority_and_no_path(name: str, laid_over: Laid) -> None:
    text = f"title: Mine\nauthority: '{name}'\nsections:\n  - title: One\n    lines: [referrals_received]\n"
    with pytest.raises(DefinitionError) as wrong:
        laid_over({"reports/mine.yaml": text})
    assert wrong.value.render().startswith("own/reports/mine.yaml:2:13: There is no authority")


ROOMS = ["limits/mine.yaml", "records/mine.sql", "records/mine.yaml", "indicators/mine.yaml", "reports/mine.yaml",
         "authorities/mine.yaml"]  # fmt: skip


@pytest.mark.skipif(os.name == "nt", reason="NOT RUN: links need rights on Windows")
@pytest.mark.parametrize("name", ROOMS)
def test_a_link_out_of_the_folder_is_not_followed(name: str, tmp_path: Path, beside: Path) -> None:
    own = tmp_path / "own"
    (own / name).parent.mkdir(parents=True)
    (own / name).symlink_to(beside / "secret.yaml")
    with pytest.raises(CasetallyError) as wrong:
        find_authority(load_library(own).folders, "anyone")
    said = wrong.value.render()
    assert said.startswith(f"own/{name}: This is a link to a file outside the folder of the definitions.")
    assert HIDDEN not in said


@pytest.mark.skipif(os.name == "nt", reason="NOT RUN: links need rights on Windows")
def test_a_linked_sub_folder_is_not_followed_and_a_link_within_the_folder_is(tmp_path: Path, beside: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "limits").symlink_to(beside)
    with pytest.raises(DefinitionError, match="outside the folder"):
        load_library(own)

    mounted = tmp_path / "mounted"
    (mounted / "kept").mkdir(parents=True)
    (mounted / "limits").mkdir()
    (mounted / "kept" / "mine.yaml").write_text(
        "mine:\n  title: M\n  unit: days\n  values: [{from: 2020-01-01, value: 3, source: s}]\n"
    )
    (mounted / "limits" / "mine.yaml").symlink_to(mounted / "kept" / "mine.yaml")
    assert load_library(mounted).limits["mine"].values[0][1] == 3


@pytest.mark.parametrize("name", ["../made.yaml", "{whole}/made.yaml", "limits/../../made.yaml"])
def test_the_definitions_of_a_night_are_laid_out_in_their_own_folder(name: str, tmp_path: Path) -> None:
    """A file of editions may have been tampered with: no file that it names is written elsewhere."""
    from casetally.definitions.snapshot import library_of

    snapshot = [{"limits/mine.yaml": "a"}, {name.format(whole=tmp_path): "a"}]
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(CasetallyError, match="outside their folder"):
        library_of(snapshot, lambda _: b"", None)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.skipif(os.name == "nt", reason="NOT RUN: links need rights on Windows")
def test_a_night_keeps_no_file_that_a_link_leads_to(tmp_path: Path, beside: Path) -> None:
    from casetally.definitions.snapshot import snapshot_of

    own = tmp_path / "own"
    (own / "records").mkdir(parents=True)
    (own / "records" / "notes.csv").symlink_to(beside / "secret.csv")
    (own / "records" / "own.csv").write_text("a\n")
    snapshot, contents = snapshot_of([own])
    assert list(snapshot[0]) == ["records/own.csv"]
    assert not any(HIDDEN.encode() in text for text in contents.values())
