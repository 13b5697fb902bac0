"""Why: a record set's SQL may join and number rows and nothing else: not a file, a setting, a clock or another database."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from casetally.definitions import Library

Refused = Callable[[dict[str, str]], str]
Laid = Callable[[dict[str, str]], Library]

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


def files(sql: str, explained: str = EXPLAINED) -> dict[str, str]:
    return {"records/mine.sql": sql, "records/mine.yaml": explained}


def read_marked(marked: str) -> tuple[str, int, int, str]:
    """The SQL, and the line, column and part of it that «» mark."""
    before, part = marked.split("«", maxsplit=1)[0], marked.split("«")[1].split("»", maxsplit=1)[0]
    line = before.count("\n") + 1
    return marked.replace("«", "").replace("»", ""), line, len(before) - before.rfind("\n"), part.split("\n")[0]


ONLY_TABLES = "Only the tables of the data model and other record sets can be read."
ONE_SELECT = "A record set is one select."
NOTHING_ELSE = "Nothing but a select (with 'with' and 'union') can be written."
QUERY, JOIN_IT = "A query can't stand inside a condition or as a value.", "Join it, from an earlier 'with'."
LISTED = "docs/language.md lists what a record set may use."
NO_COLUMN, NO_CLOCK = "'{}' is no column of a record.", "run_as_at is the day that the run speaks for."

# a key column in front lets each line stand by itself; «» marks what is underlined
REFUSED = [
    # reading elsewhere
    ("select *\nfrom «read_csv('/etc/passwd')»", ONLY_TABLES, ""),
    ("select *\nfrom «read_parquet('x.parquet')»", ONLY_TABLES, ""),
    ("select *\nfrom «glob('*')»", ONLY_TABLES, ""),
    ("select *\nfrom «'/etc/passwd.csv'»", "There is no table or record set '/etc/passwd.csv'.", ""),
    ("select *\nfrom «information_schema.tables»", ONLY_TABLES, ""),
    ("select *\nfrom «other.main.referrals»", ONLY_TABLES, ""),
    ("select *\nfrom «duckdb_secrets»()", ONLY_TABLES, ""),
    ("select *\nfrom referrals, «range(3)»", ONLY_TABLES, ""),
    (SELECT + "where «getenv('HOME')» = 'x'", "There is no function 'getenv'.", "Functions: absolute,"),
    (SELECT + "where «read_text('x')» = 'x'", "There is no function 'read_text'.", ""),
    # doing something
    ("pragma «database_list»", ONE_SELECT, NOTHING_ELSE),
    ("attach «'x.db' as y»", ONE_SELECT, NOTHING_ELSE),
    ("insert into «referrals values (1)»", ONE_SELECT, NOTHING_ELSE),
    ("copy «referrals to 'x.csv'»", ONE_SELECT, NOTHING_ELSE),
    ("create table «x as select 1»", ONE_SELECT, NOTHING_ELSE),
    ("drop table «referrals»", ONE_SELECT, NOTHING_ELSE),
    ("delete from «referrals»", ONE_SELECT, NOTHING_ELSE),
    ("update «referrals set team = 'x'»", ONE_SELECT, NOTHING_ELSE),
    ("set «threads = 1»", ONE_SELECT, NOTHING_ELSE),
    ("select «referral_id from referrals; drop table referrals»", ONE_SELECT, NOTHING_ELSE),
    ("select «referral_id from referrals except select team from assessments»", ONE_SELECT, NOTHING_ELSE),
    # what would not be the same twice
    (SELECT + "where received_on < «current_date»", NO_COLUMN.format("current_date"), NO_CLOCK),
    (SELECT + "where received_on < «CURRENT_DATE»", NO_COLUMN.format("CURRENT_DATE"), NO_CLOCK),
    (SELECT + "where on_day(«localtimestamp») > received_on", NO_COLUMN.format("localtimestamp"), NO_CLOCK),
    (SELECT + "where team = «current_user»", NO_COLUMN.format("current_user"), NO_CLOCK),
    (SELECT + "where «referrals.rowid» > 3", NO_COLUMN.format("rowid"), NO_CLOCK),
    (SELECT + "where «now»() > received_on", "There is no function 'now'.", ""),
    (SELECT + "where «random»() < 1", "There is no function 'random'.", "Did you mean 'rank'?"),
    (SELECT + "order by 1 «limit» 3", "This can't be read as SQL near 'limit'.",
     "Check for a missing operand, comma or bracket."),
    # what hides which rows and columns are needed
    (SELECT + "where «team in (select team from assessments)»", QUERY, JOIN_IT),
    ("select referral_id, child_id, person_id,\n  (select «max(started_on) from assessments») as d\nfrom referrals",
     QUERY, JOIN_IT),
    ("with recursive «r as (select 1 as n)»\nselect referral_id from referrals", "A record set can't be recursive.",
     "Leave 'recursive' out."),
    ("select «1 as referral_id»", "A select here needs a 'from'.", "Name the table or record set that it reads."),
    # what the language does not hold
    (SELECT + "where «1 / 2» > 0", "'div' can't stand in a record set.", LISTED),
    (SELECT + "where «team like 'N%'»", "'like' can't stand in a record set.", LISTED),
    (SELECT + "where «datediff('day', received_on, closed_on)» > 3", "There is no function 'datediff'.", "Functions:"),
    (SELECT + "qualify «row_number() over (order by 1) = 1»", "'qualify' can't stand in a record set.", LISTED),
    (SELECT + "where «row_number»() = 1", "row_number needs an 'over (…)'.", ""),
    # functions
    (SELECT + "where «workng_days(received_on, closed_on)» > 3", "There is no function 'workng_days'.",
     "Did you mean 'working_days'?"),
    (SELECT + "where «working_days(received_on)» > 3", "working_days takes 2 arguments and was given 1.",
     "working_days(start date, end date) → integer"),
    (SELECT + "where «days(received_on, closed_on, closed_on)» > 3", "days takes 2 arguments and was given 3.",
     "days(start date, end date) → integer"),
    (SELECT + "where «limit»() > 3", "limit takes 2 arguments and was given 0.", ""),
    (SELECT + "where limit(«team», received_on) > 3", "A limit is named by a text.",
     "Write limit('assessment_working_days', started_on)."),
    (SELECT + "where limit(«'assesment_working_days'», received_on) > 3", "There is no limit 'assesment_working_days'.",
     "Did you mean 'assessment_working_days'?"),
    ("select r.referral_id, r.child_id, r.person_id\nfrom referrals as r\njoin assessments as a\n"
     "  on «working_days(r.received_on, a.started_on)» < 3",
     "working_days can't stand in the condition of a join.", "Calculate it in an earlier 'with'."),
    ("select r.referral_id, r.child_id, r.person_id\nfrom referrals as r\nleft join «assessments as a»",
     "This join does not say which rows belong together.", "Write on … after the table."),
    ("select r.referral_id, r.child_id, r.person_id\nfrom referrals as r\ncross join «assessments as a»",
     "This join does not say which rows belong together.", "Write on … after the table."),
    ("select r.referral_id, r.child_id, r.person_id\nfrom referrals as r\nfull join «assessments as a» on a.child_id = r.child_id",
     "Only inner and left joins can stand in a record set.", "Write join or left join."),
    # names
    ("select referral_id\nfrom «referals»", "There is no table or record set 'referals'.", "Did you mean 'referrals'?"),
    ("select referral_id\nfrom «mine»", "There is no table or record set 'mine'.",
     "docs/data_dictionary.md lists the tables."),
    ("select referral_id, child_id,\n  «persn_id» as person_id\nfrom referrals",
     'Referenced column "persn_id" not found in FROM clause!', 'Columns near it: "person_id"'),
    # what can't be read
    (SELECT + "where «and»", "This can't be read as SQL near 'and'.",
     "Check for a missing operand, comma or bracket."),
    ("«select referral_id, child_id, person_id\n»from referrals where team = 'x",
     "This can't be read as SQL: a quote or bracket is not closed.", "Texts stand in single quotes: 'E11'."),
]  # fmt: skip


@pytest.mark.parametrize(("marked", "says", "hint"), REFUSED, ids=[marked for marked, _, _ in REFUSED])
def test_what_a_record_set_may_not_do(marked: str, says: str, hint: str, refused: Refused) -> None:
    sql, line, column, part = read_marked(marked)
    shown = sql.split("\n")[line - 1]
    lines = refused(files(sql)).split("\n")
    assert lines[0] == f"own/records/mine.sql:{line}:{column}: {says}"
    assert lines[1:3] == [f"    {shown}", "    " + " " * (column - 1) + "^" * len(part)]
    assert hint in "\n".join(lines[3:])


@pytest.mark.parametrize("sql", ["", "-- nothing yet\n"])
def test_an_empty_record_set_is_said_to_be_empty(sql: str, refused: Refused) -> None:
    assert refused(files(sql)).startswith("own/records/mine.sql:1:1: There is nothing to read here.")


@pytest.mark.parametrize(
    ("sql", "explained", "message"),
    [
        (SELECT.replace("person_id", "person_id, received_on"), EXPLAINED,
         "own/records/mine.yaml:6:3: The SQL gives a column 'received_on' that is not explained here."),
        (SELECT.replace(", person_id", ""), EXPLAINED,
         "own/records/mine.yaml:8:14: The SQL gives no column 'person_id'."),
        (SELECT.replace("referral_id, ", ""), EXPLAINED,
         "own/records/mine.yaml:6:16: The SQL gives no column 'referral_id'."),
        (SELECT, EXPLAINED.replace("base: referrals", "base: referals"),
         "own/records/mine.yaml:3:7: There is no table 'referals'.\n    base: referals\n          ^^^^^^^^\n"
         "Did you mean 'referrals'?"),
        (SELECT, EXPLAINED.replace("one_row_is", "one_row"),
         "own/records/mine.yaml:2:1: 'one_row' is not known here.\n    one_row: one referral\n    ^^^^^^^\n"
         "Did you mean 'one_row_is'?"),
        (SELECT, EXPLAINED + "clocks:\n  a: {title: T, from: 'recieved_on', due: 'days_after(received_on, 3)'}\n",
         "own/records/mine.yaml:10:24: There is no column 'recieved_on' here."),
        (SELECT.replace("person_id", "person_id, (team, outcome) as both"), EXPLAINED + "  both: the two\n",
         "own/records/mine.yaml:9:9: The column 'both' has a type that definitions do not know."),
    ],
)  # fmt: skip
def test_the_explanation_must_fit_the_sql(sql: str, explained: str, message: str, refused: Refused) -> None:
    assert refused(files(sql, explained)).startswith(message)


@pytest.mark.parametrize(
    ("kept", "message"),
    [
        ("records/mine.sql", "own/records/mine.sql: mine.sql has no mine.yaml beside it."),
        ("records/mine.yaml", "own/records/mine.yaml: mine.yaml has no mine.sql beside it."),
    ],
)
def test_a_record_set_is_two_files(kept: str, message: str, refused: Refused) -> None:
    assert refused({kept: files(SELECT)[kept]}).startswith(message)


def test_record_sets_that_read_each_other_in_a_circle_are_named(refused: Refused) -> None:
    circle = {
        "records/one.sql": SELECT.replace("from referrals", "from two"),
        "records/one.yaml": EXPLAINED,
        "records/two.sql": SELECT.replace("from referrals", "from one"),
        "records/two.yaml": EXPLAINED,
    }
    message = refused(circle)
    assert message.startswith("own/records/")
    assert "Record sets read each other in a circle: one -> two -> one." in message


@pytest.mark.parametrize(
    "sql",
    [
        SELECT + "where run_as_at > received_on",
        "with a as (select * from referrals)\nselect a.referral_id, a.child_id, a.person_id from a",
        SELECT + "union all\nselect assessment_id, child_id, person_id from assessments",
        "select max(referral_id) as referral_id, child_id, person_id from referrals group by child_id, person_id",
        "select s.referral_id, s.child_id, s.person_id from (select * from referrals) as s",
        SELECT + "where working_days(received_on, run_as_at) > limit('assessment_working_days', received_on)",
    ],
)
def test_what_a_record_set_may_do(sql: str, laid_over: Laid) -> None:
    assert laid_over(files(sql)).record_sets["mine"].types["referral_id"] == "text"


@pytest.mark.parametrize(
    ("line", "says", "hint"),
    [
        ("refines: [referals]", "mine.yaml:9:11: There is no table or table.column 'referals'.", "'referrals'"),
        ("refines: [referrals.tam]", "There is no table or table.column 'referrals.tam'.", "'referrals.team'"),
        ("latest_suffices: [cp_visit]", "There is no table 'cp_visit'.", "'cp_visits'"),
        ("not_from_latest: [child]", "There is no column of this record set 'child'.", "'child_id'"),
    ],
)
def test_what_refines_or_suffices_must_exist(refused: Refused, line: str, says: str, hint: str) -> None:
    said = refused(files(SELECT, EXPLAINED + line + "\n"))
    assert says in said
    assert f"Did you mean {hint}?" in said
