"""Why: a message is what a person sees when something is wrong: place, sentence, the text underlined, what to do next."""

from __future__ import annotations

import pytest
from casetally.errors import CallError, CasetallyError, DefinitionError, InputError, Place, did_you_mean, nearest


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        (Place("a.yaml", 12, 5), "a.yaml:12:5"),
        (Place("a.yaml", 12), "a.yaml:12"),
        (Place("a.yaml"), "a.yaml"),
    ],
)
def test_a_place_is_shown_as_editors_read_it(place: Place, shown: str) -> None:
    assert str(place) == shown


def test_a_message_in_full() -> None:
    wrong = DefinitionError(
        "There is no column 'strated_on' here.",
        place=Place("own/indicators/visits.yaml", 7, 10),
        source_line="  share: strated_on is not null",
        width=10,
        hint="Did you mean 'started_on'?",
    )
    assert wrong.render() == str(wrong) == "\n".join([
        "own/indicators/visits.yaml:7:10: There is no column 'strated_on' here.",
        "      share: strated_on is not null",
        "             ^^^^^^^^^^",
        "Did you mean 'started_on'?",
    ])  # fmt: skip


def test_a_message_without_place_or_hint_is_its_sentence() -> None:
    assert CallError("There is no indicator 'x'.").render() == "There is no indicator 'x'."


def test_at_least_one_character_is_underlined_and_none_without_a_place() -> None:
    with_place = CasetallyError("Wrong.", place=Place("a", 1, 3), source_line="abc", width=0)
    assert with_place.render().splitlines()[-1] == "      ^"
    assert "^" not in CasetallyError("Wrong.", source_line="abc", width=3).render()


def test_exit_codes_are_those_of_the_command_line() -> None:
    assert (CallError("").exit_code, DefinitionError("").exit_code, InputError("").exit_code) == (2, 2, 3)


def test_the_nearest_name_is_offered_only_where_one_is_near() -> None:
    known = ["started_on", "completed_on", "Team"]
    assert nearest("strated_on", known) == "started_on"
    assert nearest("team", known) == "Team"
    assert nearest("banana", known) is None
    assert did_you_mean("completd_on", known) == "Did you mean 'completed_on'?"
    assert did_you_mean("banana", known, else_say="Known: started_on.") == "Known: started_on."
    assert did_you_mean("banana", known) == ""
