"""Why: an analyst's slip is told at once, underlined, with what to write instead; what is right is read as it looks."""

from __future__ import annotations

import pytest
from casetally.language import Scope
from casetally.language.expressions import check_text
from casetally.language.grammar import Mistake
from casetally.language.value_types import ValueType

SCOPE = Scope(
    columns={
        "started_on": "date", "completed_on": "date", "returned_at": "datetime", "outcome": "text", "team": "text",
        "visits": "integer", "distance": "number", "transfer_in": "boolean", "children.date_of_birth": "date",
    },
    days=frozenset({"as_at", "run_as_at"}),
    limits=frozenset({"assessment_working_days", "cp_visit_days"}),
    codes={"outcome": frozenset({"nfa", "assessment"})},
)  # fmt: skip
KNOWN = (
    "Known: as_at, children.date_of_birth, completed_on, distance, outcome, returned_at, run_as_at, started_on, team, "
    "transfer_in, visits."
)
DATES = "Dates are written date '2023-04-01'."
ALL = "docs/language.md lists all that may be written."
QUERIES = "Joins, windows and queries belong in a record set (definitions/records)."
OPERAND = "Check for a missing operand, comma or bracket."


@pytest.mark.parametrize(
    ("text", "kind", "columns"),
    [
        ("started_on", "date", {"started_on"}),
        ("as_at", "date", set()),
        ("returned_at", "datetime", {"returned_at"}),
        ("children.date_of_birth < started_on", "boolean", {"children.date_of_birth", "started_on"}),
        ("working_days(started_on, completed_on) <= 45", "boolean", {"started_on", "completed_on"}),
        ("WORKING_DAYS(started_on, completed_on)", "integer", {"started_on", "completed_on"}),
        ("add_working_days(started_on, limit('assessment_working_days', started_on))", "date", {"started_on"}),
        ("limit('cp_visit_days', as_at)", "integer", set()),
        ("age_on(children.date_of_birth, as_at)", "integer", {"children.date_of_birth"}),
        ("outcome = 'nfa'", "boolean", {"outcome"}),
        ("outcome in ('nfa', 'assessment') and team is not null", "boolean", {"outcome", "team"}),
        ("outcome not in ('nfa')", "boolean", {"outcome"}),
        ("team = 'North'", "boolean", {"team"}),
        ("not (transfer_in or outcome = 'nfa')", "boolean", {"transfer_in", "outcome"}),
        ("transfer_in is not true", "boolean", {"transfer_in"}),
        ("visits between 1 and 3", "boolean", {"visits"}),
        ("visits > 1.5", "boolean", {"visits"}),
        ("visits + 1 - 2 * 3", "integer", {"visits"}),
        ("visits + distance", "number", {"visits", "distance"}),
        ("-visits", "integer", {"visits"}),
        ("1e5", "number", set()),
        ("started_on + 1", "date", {"started_on"}),
        ("started_on > date '2024-02-29'", "boolean", {"started_on"}),
        ("case when transfer_in then 1 when visits = 2 then 2 end", "integer", {"transfer_in", "visits"}),
        ("case when transfer_in then 1 else distance end", "number", {"transfer_in", "distance"}),
        ("coalesce(completed_on, run_as_at)", "date", {"completed_on"}),
        ("coalesce(visits, 1.5)", "number", {"visits"}),
        ("least(started_on, null, completed_on)", "date", {"started_on", "completed_on"}),
        ("on_day(returned_at) = started_on", "boolean", {"returned_at", "started_on"}),
        ("starts_with(team, 'N')", "boolean", {"team"}),
        ("null", "null", set()),
        ("completed_on = null", "boolean", {"completed_on"}),
        ("visits = 1 -- so it was agreed", "boolean", {"visits"}),
    ],
)
def test_what_is_right_has_a_type_and_reads_these_columns(text: str, kind: ValueType, columns: set[str]) -> None:
    found = check_text(text, SCOPE)
    assert (found.type, found.columns) == (kind, columns)


def test_an_expression_knows_the_days_and_limits_it_reads() -> None:
    found = check_text(
        "days(started_on, as_at) > limit('cp_visit_days', started_on) or run_as_at > completed_on", SCOPE
    )
    assert (found.days, found.limits) == ({"as_at", "run_as_at"}, {"cp_visit_days"})


# the text with the underlined part between « and »; what is said; what to do
WRONG = [
    # names
    ("«strated_on» is null", "There is no column 'strated_on' here.", "Did you mean 'started_on'?"),
    ("«Started_On» is null", "There is no column 'Started_On' here.", "Did you mean 'started_on'?"),
    ("«banana» is null", "There is no column 'banana' here.", KNOWN),
    ("started_on < «date_of_birth»", "There is no column 'date_of_birth' here.", "Did you mean 'children.date_of_birth'?"),
    ("«children.date_of_brith» < as_at", "There is no column 'children.date_of_brith' here.",
     "Did you mean 'children.date_of_birth'?"),
    ('team = «"North"»', "There is no column 'North' here.", KNOWN),
    ("«workng_days(started_on, as_at)»", "There is no function 'workng_days'.", "Did you mean 'working_days'?"),
    ("started_on > «today»()", "There is no function 'today'.", "Did you mean 'on_day'?"),
    ("started_on > «current_date»", "There is no column 'current_date' here.", KNOWN),
    ("visits > limit(«'assesment_working_days'», as_at)", "There is no limit 'assesment_working_days'.",
     "Did you mean 'assessment_working_days'?"),
    ("visits > limit(«team», as_at)", "A limit is named by a text.", "Write limit('assessment_working_days', started_on)."),
    ("visits > limit('cp_visit_days', «returned_at»)", "A limit is read on a date.", ""),
    ("started_on > «period_start»", "'period_start' has no meaning here.", "Days that may be used: as_at, run_as_at."),
    ("outcome = «'assesment'»", "'assesment' is not a code of outcome.", "Did you mean 'assessment'?"),
    ("outcome in ('nfa', «'xx'»)", "'xx' is not a code of outcome.", "Codes: assessment, nfa."),
    ("«'xx'» <> outcome", "'xx' is not a code of outcome.", "Codes: assessment, nfa."),
    # types
    ("started_on > «'2023-04-01'»", "This is a text, and it meets a date.", DATES),
    ("started_on = «returned_at»", "This is a date with a time, and it meets a date.",
     "Use on_day(…) for the day of a date with a time."),
    ("visits = «team»", "This is a text, and it meets a whole number.", ""),
    ("visits between 1 and «'x'»", "This is a text, and it meets a whole number.", ""),
    ("team in ('a', «3»)", "This is a whole number, and it meets a text.", ""),
    ("case when transfer_in then 1 else «'a'» end", "This is a text, and it meets a whole number.", ""),
    ("coalesce(started_on, «team»)", "This is a text, and it meets a date.", DATES),
    ("«visits» and transfer_in", "'and' joins conditions, and this is a whole number.", "Compare it with something."),
    ("transfer_in or «team»", "'or' joins conditions, and this is a text.", "Compare it with something."),
    ("not «visits»", "'not' joins conditions, and this is a whole number.", "Compare it with something."),
    ("case when «visits» then 1 end", "After 'when' stands a condition.", ""),
    ("case «visits when 1 then 2» end", "Write case when … then …, with a condition after each 'when'.", ""),
    ("working_days(started_on, «team»)", "working_days takes a date here, and this is a text.",
     "working_days(start date, end date) → integer"),
    ("days_after(started_on, «distance»)", "days_after takes a whole number here, and this is a number.",
     "days_after(day date, count integer) → date"),
    ("«working_days(started_on)»", "working_days takes 2 arguments and was given 1.",
     "working_days(start date, end date) → integer"),
    ("«coalesce»()", "coalesce takes 2 arguments and was given 0.", "coalesce(any, any, …) → any"),
    ("«completed_on - started_on»", "Days between two dates are written days(start, end).", ""),
    ("«started_on + visits»", "A date and a calculated number of days are written days_after(day, count).", ""),
    ("«team + 1»", "A text and a whole number can't be calculated with.", ""),
    ("-«team»", "The minus sign takes a number, and this is a text.", ""),
    ("«visits is 3»", "'is' is followed by null, true or false.", ""),
    ("started_on > date «'2023-02-30'»", "'2023-02-30' is not a date.", DATES),
    ("started_on > date «'20230401'»", "'20230401' is not a date.", DATES),
    ("«team»::integer = 3", "Values are not converted in a definition.", DATES),
    ("«cast(team as integer)»", "There is no function 'cast'.", "Did you mean 'least'?"),
    # what has no place here
    ("«visits / 2»", "'div' can't stand in a definition.",
     "There is no division: a share, rate or ratio is calculated once, from whole numbers."),
    ("«visits % 2» = 1", "'mod' can't stand in a definition.", ALL),
    ("«team like 'N%'»", "'like' can't stand in a definition.", "Use starts_with(text, start)."),
    ("«team || 'x'»", "'dpipe' can't stand in a definition.", ALL),
    ("«started_on» + interval 3 months", "'interval' can't stand in a definition.", ALL),
    ("«visits in (select 1)»", "'in' takes a list of values.", "Write in ('E11', 'E12')."),
    ("(select «1») = visits", "'subquery' can't stand in a definition.", QUERIES),
    ("select «1»", "'select' can't stand in a definition.", QUERIES),
    ("exists (select «1»)", "'exists' can't stand in a definition.", QUERIES),
    ("«row_number() over (order by started_on)» = 1", "'window' can't stand in a definition.", QUERIES),
    ("«visits; visits»", "'block' can't stand in a definition.", ALL),
    ("«*»", "'star' can't stand in a definition.", ALL),
    # what can't be read
    ("started_on «>»", "This can't be read as SQL near '>'.", OPERAND),
    ("visits = 3 and «and» team = 'x'", "This can't be read as SQL near 'and'.", OPERAND),
    ("started_on > («completed_on»", "This can't be read as SQL near 'completed_on'.", OPERAND),
    ("visits = 1 and\n  team is null and\n  (visits = «)»", "This can't be read as SQL near ')'.", OPERAND),
    ("«team = 'North»", "This can't be read as SQL: a quote or bracket is not closed.",
     "Texts stand in single quotes: 'E11'."),
]  # fmt: skip


@pytest.mark.parametrize(("marked", "says", "hint"), WRONG, ids=[marked for marked, _, _ in WRONG])
def test_what_is_wrong_is_underlined_with_what_to_do(marked: str, says: str, hint: str) -> None:
    text = marked.replace("«", "").replace("»", "")
    with pytest.raises(Mistake) as wrong:
        check_text(text, SCOPE)
    found = wrong.value
    shown = (
        f"{text[: found.offset]}«{text[found.offset : found.offset + found.width]}»{text[found.offset + found.width :]}"
    )
    assert (shown, found.says, found.hint) == (marked, says, hint)


@pytest.mark.parametrize("text", ["", "   ", "-- only a remark"])
def test_nothing_at_all_is_said_to_be_nothing(text: str) -> None:
    with pytest.raises(Mistake, match="There is nothing to read here"):
        check_text(text, SCOPE)


@pytest.mark.parametrize(
    ("text", "expect", "says"),
    [
        ("visits", "boolean", "Expected a yes/no here, and this is a whole number."),
        ("team", "date", "Expected a date here, and this is a text."),
        ("returned_at", "date", "Expected a date here, and this is a date with a time."),
        ("started_on", "number", "Expected a number here, and this is a date."),
    ],
)
def test_the_place_asks_for_a_type(text: str, expect: ValueType, says: str) -> None:
    with pytest.raises(Mistake) as wrong:
        check_text(text, SCOPE, expect)
    assert wrong.value.says == says
    assert wrong.value.hint


@pytest.mark.parametrize(("text", "expect"), [("visits", "number"), ("null", "boolean"), ("null", "date")])
def test_a_whole_number_is_a_number_and_null_is_anything(text: str, expect: ValueType) -> None:
    assert check_text(text, SCOPE, expect).text == text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("visits=1 and team is null", "visits  =  1\n  AND team IS NULL -- a remark"),
        ("WORKING_DAYS(started_on, as_at) <> 3", "working_days( started_on , as_at ) != 3"),
    ],
)
def test_the_same_meaning_has_one_text(one: str, other: str) -> None:
    assert check_text(one, SCOPE).canonical == check_text(other, SCOPE).canonical
