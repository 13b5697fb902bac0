"""Why: an analyst who slips in an indicator must see the line, the word underlined and what to write instead."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from casetally.definitions import Library
from casetally.errors import DefinitionError

Refused = Callable[[dict[str, str]], str]
Laid = Callable[[dict[str, str]], Library]

FLOW = """\
mine:
  title: Mine
  meaning: What it means.
  source: local
  count: assessments
  when: completed_on
"""
STOCK = FLOW.replace("when: completed_on", "open: [started_on, completed_on]")


def said(place: str, says: str, line: str, underlined: str, hint: str, at: int = 0) -> str:
    """The message in full: `underlined` is the part of `line` under which the carets stand (from `at` on)."""
    carets = " " * line.index(underlined, at) + "^" * len(underlined)
    return f"own/indicators/mine.yaml:{place}: {says}\n    {line}\n    {carets}\n{hint}"


CASES = {
    "a misspelt column": (
        FLOW + "  share: startd_on is not null\n",
        said("7:10", "There is no column 'startd_on' here.", "  share: startd_on is not null", "startd_on",
             "Did you mean 'started_on'?"),
    ),
    "a misspelt column on the second line of a folded text": (
        FLOW + "  share: >\n    started_on is not null\n      and completd_on is not null\n",
        said("9:11", "There is no column 'completd_on' here.", "      and completd_on is not null", "completd_on",
             "Did you mean 'completed_on'?"),
    ),
    "a misspelt column after doubled quotes": (
        FLOW + "  share: 'outcome = ''other'' and completd_on is null'\n",
        said("7:35", "There is no column 'completd_on' here.", "  share: 'outcome = ''other'' and completd_on is null'",
             "completd_on", "Did you mean 'completed_on'?"),
    ),
    "a misspelt key": (
        FLOW + "  shre: started_on is not null\n",
        said("7:3", "'shre' is not known here.", "  shre: started_on is not null", "shre", "Did you mean 'share'?"),
    ),
    "a misspelt key that leaves another missing": (
        FLOW.replace("title:", "titel:"),
        said("2:3", "'titel' is not known here.", "  titel: Mine", "titel", "Did you mean 'title'?"),
    ),
    "a misspelt key in a clock": (
        FLOW + "  clock: {from: started_on, deu: completed_on, met: completed_on}\n",
        said("7:29", "'deu' is not known here.", "  clock: {from: started_on, deu: completed_on, met: completed_on}", "deu",
             "Did you mean 'due'?"),
    ),
    "a misspelt key in an example": (
        FLOW + "  examples:\n    - {rows: {}, month: 2023-06, expct: 1}\n",
        said("8:34", "'expct' is not known here.", "    - {rows: {}, month: 2023-06, expct: 1}", "expct",
             "Did you mean 'expect'?"),
    ),
    "a key missing": (
        FLOW.replace("  meaning: What it means.\n", ""),
        said("2:3", "'meaning' is missing here.", "  title: Mine", "t", "docs/definitions.md says what may stand here."),
    ),
    "an unknown record set": (
        FLOW.replace("count: assessments", "count: assesments"),
        said("5:10", "There is no record set 'assesments'.", "  count: assesments", "assesments",
             "Did you mean 'assessments'?"),
    ),
    "an unknown clock": (
        FLOW + "  clock: completon\n",
        said("7:10", "assessments has no clock 'completon'.", "  clock: completon", "completon",
             "Did you mean 'completion'?"),
    ),
    "a clock nothing like those there are": (
        FLOW + "  clock: fortyfive\n",
        said("7:10", "assessments has no clock 'fortyfive'.", "  clock: fortyfive", "fortyfive",
             "Clocks: completion, completion_from_referral."),
    ),
    "an unknown limit": (
        FLOW + "  share: working_days(started_on, completed_on) <= limit('assesment_working_days', started_on)\n",
        said("7:58", "There is no limit 'assesment_working_days'.",
             "  share: working_days(started_on, completed_on) <= limit('assesment_working_days', started_on)",
             "'assesment_working_days'", "Did you mean 'assessment_working_days'?"),
    ),
    "an unknown function": (
        FLOW + "  share: workng_days(started_on, completed_on) <= 45\n",
        said("7:10", "There is no function 'workng_days'.", "  share: workng_days(started_on, completed_on) <= 45",
             "workng_days(started_on, completed_on)", "Did you mean 'working_days'?"),
    ),
    "both a flow and a stock": (
        FLOW + "  open: [started_on, completed_on]\n",
        said("1:1", "'mine' needs either 'when' (a flow) or 'open' (a stock).", "mine:", "m",
             "when: the day that dates a row; open: [first day, first day no longer]."),
    ),
    "neither a flow nor a stock": (
        FLOW.replace("  when: completed_on\n", ""),
        said("1:1", "'mine' needs either 'when' (a flow) or 'open' (a stock).", "mine:", "m",
             "when: the day that dates a row; open: [first day, first day no longer]."),
    ),
    "two measures": (
        FLOW + "  share: outcome is null\n  average: days(started_on, completed_on)\n",
        said("8:12", "'share' and 'average' can't stand together.", "  average: days(started_on, completed_on)", "d",
             "Make two indicators."),
    ),
    "no condition where one is asked for": (
        FLOW + "  share: working_days(started_on, completed_on)\n",
        said("7:10", "Expected a yes/no here, and this is a whole number.",
             "  share: working_days(started_on, completed_on)", "working_days(started_on, completed_on)",
             "Write a condition: compare it with something, or ask whether it 'is null'."),
    ),
    "no date where one is asked for": (
        FLOW.replace("when: completed_on", "when: team"),
        said("6:9", "Expected a date here, and this is a text.", "  when: team", "team",
             "Name a column that holds a date, or a function that gives one."),
    ),
    "a text compared with a date": (
        FLOW + "  where: started_on > '2023-04-01'\n",
        said("7:23", "This is a text, and it meets a date.", "  where: started_on > '2023-04-01'", "'2023-04-01'",
             "Dates are written date '2023-04-01'."),
    ),
    "as_at where it dates the row": (
        FLOW.replace("when: completed_on", "when: as_at"),
        said("6:9", "'as_at' has no meaning here.", "  when: as_at", "as_at", "Days that may be used: run_as_at."),
    ),
    "the period in a stock": (
        STOCK + "  share: started_on >= period_start\n",
        said("7:24", "'period_start' has no meaning here.", "  share: started_on >= period_start", "period_start",
             "Days that may be used: as_at, run_as_at."),
    ),
    "as_at that can not be solved": (
        STOCK + "  share: months_after(as_at, 3) > started_on\n",
        said("7:23", "Here as_at can't be solved for a day.", "  share: months_after(as_at, 3) > started_on", "as_at",
             "Compare it with a date (as_at > months_after(started_on, 24)), or compare age_on(x, as_at), "
             "working_days(x, as_at) or days(x, as_at) with a number."),
    ),
    "as_at counted up to half a day": (
        STOCK + "  share: days(started_on, as_at) > 1.5\n",
        said("7:36", "days_after takes a whole number here, and this is a number.",
             "  share: days(started_on, as_at) > 1.5", "1.5", "days_after(day date, count integer) → date"),
    ),
    "a stock with one day": (
        STOCK.replace("[started_on, completed_on]", "[started_on]"),
        said("6:9", "A value is missing here.", "  open: [started_on]", "[",
             "docs/definitions.md says what may stand here."),
    ),
    "a stock with a misspelt day": (
        STOCK.replace("[started_on, completed_on]", "[started_on, completd_on]"),
        said("6:22", "There is no column 'completd_on' here.", "  open: [started_on, completd_on]", "completd_on",
             "Did you mean 'completed_on'?"),
    ),
    "a flow's clock that is never met": (
        FLOW + "  clock: {from: started_on, due: 'days_after(started_on, 3)'}\n",
        said("7:10", "In a flow a clock needs 'met': the day on which what was due was done.",
             "  clock: {from: started_on, due: 'days_after(started_on, 3)'}", "{",
             "Name a clock with 'met', or count a stock with 'open'."),
    ),
    "a distinct column that is not there": (
        FLOW + "  distinct: childid\n",
        said("7:13", "assessments has no column 'childid'.", "  distinct: childid", "childid", "Did you mean 'child_id'?"),
    ),
    "a word that is not among those allowed": (
        FLOW + "  good: up\n",
        said("7:9", "Expected here: 'higher', 'lower' or 'neither'.", "  good: up", "u",
             "docs/definitions.md says what may stand here."),
    ),
    "a number where a text is asked for": (
        FLOW + "  share: 3\n",
        said("7:10", "A text is expected here.", "  share: 3", "3", "docs/definitions.md says what may stand here."),
    ),
    "a text where a number is asked for": (
        FLOW + "  rate: lots\n",
        said("7:9", "A whole number is expected here.", "  rate: lots", "l",
             "docs/definitions.md says what may stand here."),
    ),
    "an empty expression": (
        FLOW + "  share: ''\n",
        said("7:11", "There is nothing to read here.", "  share: ''", "'",
             "Write an expression, or leave it out with its key.", at=10),
    ),
    "the same indicator twice in a file": (
        FLOW + FLOW,
        said("7:1", "The key 'mine' stands here a second time.", "mine:", "mine", "Remove one of the two, or rename it."),
    ),
    "a name that is no name": (
        FLOW.replace("mine:", "Mine 2:"),
        said("1:1", "'Mine 2' can't be an indicator's name.", "Mine 2:", "Mine 2",
             "Use small letters, digits and underscores."),
    ),
    "a list in place of names": (
        "- title: T\n",
        said("1:1", "This file should hold names with something under each.", "- title: T", "-", "Begin with 'name:'."),
    ),
    "nothing under a name": (
        "mine:\n",
        "own/indicators/mine.yaml:1:6: Keys with values are expected here.\n    mine:\n         ^\n"
        "docs/definitions.md says what may stand here.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_mistake_in_an_indicator(case: str, refused: Refused) -> None:
    text, message = CASES[case]
    assert refused({"indicators/mine.yaml": text}) == message


def test_an_indicator_defined_in_two_files_names_both(refused: Refused) -> None:
    assert refused({"indicators/a.yaml": FLOW, "indicators/b.yaml": "# more\n" + FLOW}) == (
        "own/indicators/b.yaml:2:1: 'mine' is also defined in a.yaml.\n    mine:\n    ^^^^\n"
        "Remove one of the two, or rename it."
    )


LIMIT = "assessment_working_days: {title: T, unit: working days, values: [%s]}\n"


@pytest.mark.parametrize(
    ("values", "column", "says"),
    [
        (
            "{from: 2015-04-01, value: 45, source: s}, {from: 2013-04-01, value: 35, source: s}",
            65,
            "must rise, each once",
        ),
        (
            "{from: 2013-04-01, value: 45, source: s}, {from: 2013-04-01, value: 35, source: s}",
            65,
            "must rise, each once",
        ),
        ("{from: 2013-04-01, value: many, source: s}", 92, "A whole number is expected here."),
        ("{form: 2013-04-01, value: 45, source: s}", 67, "'form' is not known here."),
        ("{from: 2013-02-29, value: 45, source: s}", 73, "'2013-02-29' is not a date in the calendar."),
        ("{from: 2013-04-01, value: 45}", 66, "'source' is missing here."),
    ],
)
def test_a_mistake_in_a_limit(values: str, column: int, says: str, refused: Refused) -> None:
    lines = refused({"limits/mine.yaml": LIMIT % values}).splitlines()
    assert lines[0].startswith(f"own/limits/mine.yaml:1:{column}: ")
    assert says in lines[0]
    assert lines[2].index("^") == 4 + column - 1


RATIO = "mine: {title: T, meaning: M, source: S, ratio: {of: %s, to: %s}}\n"


@pytest.mark.parametrize(
    ("of", "to", "column", "message"),
    [
        ("contacts_received", "contact_received", 76,
         ["There is no indicator 'contact_received'.", "Did you mean 'contacts_received'?"]),
        ("mine", "contacts_received", 53, ["'mine' is itself a ratio.", "Name the indicators whose rows are counted."]),
    ],
)  # fmt: skip
def test_a_mistake_in_a_ratio(of: str, to: str, column: int, message: list[str], laid_over: Laid) -> None:
    """The whole library is loaded, since a ratio may name what ships."""
    with pytest.raises(DefinitionError) as wrong:
        laid_over({"indicators/mine.yaml": RATIO % (of, to)})
    lines = wrong.value.render().splitlines()
    assert lines[0] == f"own/indicators/mine.yaml:1:{column}: {message[0]}"
    assert lines[2].index("^") == 4 + column - 1
    assert lines[3] == message[1]
