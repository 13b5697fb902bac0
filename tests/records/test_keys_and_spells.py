"""Why: a record that counts twice is the commonest wrong figure, so it is shown which of two stays, and that nothing
else decides.
"""

from __future__ import annotations

from itertools import permutations

import pytest


def ids(result, table, column):
    return sorted(result.tables[table][column].to_list())


def test_of_two_rows_with_one_key_one_counts(check, found, fates):
    result = check(contacts="contact_id,child_id,received_on\nk1,c2,2023-01-01\nk1,c1,2023-01-01")
    assert found(result) == [("k1", "duplicate_key", "error", "")]
    assert result.tables["contacts"]["child_id"].to_list() == ["c1"]  # the first in the order of their values
    assert fates(result, "contacts.csv")["set_aside"] == 1


def test_a_row_without_values_gives_way_to_one_with(check):
    rows = ["p1,c1,2023-01-01,", "p1,c1,2023-01-01,2023-06-01"]
    for order in permutations(rows):
        result = check(cin_plans="plan_id,child_id,started_on,ended_on\n" + "\n".join(order))
        assert result.tables["cin_plans"]["ended_on"].null_count() == 0


def test_a_row_in_error_does_not_push_out_its_sound_double(check, found):
    rows = "plan_id,child_id,started_on,ended_on\np1,c1,2023-05-01,2023-01-01\np1,c1,2023-05-01,"
    result = check(cin_plans=rows)
    assert found(result) == [("p1", "ended_before_started", "error", "")]
    assert result.tables["cin_plans"].height == 1


def test_an_unknown_part_is_a_part_of_the_key(check, found):
    rows = "child_id,status,started_on\nc1,uasc,\nc1,uasc,2023-01-01\nc1,uasc,"
    assert found(check(immigration_statuses=rows)) == [("c1/uasc", "duplicate_key", "error", "")]


def test_two_codes_on_no_list_are_not_one_key(check, found):
    result = check(disabilities="child_id,disability\nc1,odd\nc1,strange")
    assert found(result) == [("c1/", "code_out_of_list", "warning", "disability")] * 2


SPELLS = {
    "one ends on the day the other starts": (["a,2023-01-01,2023-03-01", "b,2023-03-01,"], []),
    "the later-starting one goes": (["a,2023-01-01,2023-03-02", "b,2023-03-01,"], ["b"]),
    "an open spell overlaps all that follow": (
        ["a,2023-01-01,", "b,2023-02-01,2023-02-02", "c,2023-05-01,"],
        ["b", "c"],
    ),
    "the one that goes takes no other with it": (
        ["a,2023-01-01,2023-03-01", "b,2023-02-01,2023-12-01", "c,2023-06-01,2023-07-01"],
        ["b"],
    ),
    "started together: the first by key stays": (["a,2023-01-01,2023-02-01", "b,2023-01-01,2023-05-01"], ["b"]),
    "one inside the other": (["a,2023-01-01,2023-12-01", "b,2023-02-01,2023-02-02", "c,2023-12-01,"], ["b"]),
}


@pytest.mark.parametrize(("rows", "aside"), SPELLS.values(), ids=SPELLS.keys())
@pytest.mark.parametrize("backwards", [False, True])
def test_overlapping_spells_of_one_child(check, found, rows, aside, backwards):
    written = [f"{row.split(',')[0]},c1,{row.split(',', 1)[1]}" for row in rows]
    text = "\n".join(["plan_id,child_id,started_on,ended_on", *sorted(written, reverse=backwards)])
    result = check(cp_plans=text)
    assert sorted(found(result)) == [(name, "overlapping_spell", "error", "") for name in aside]
    assert ids(result, "cp_plans", "plan_id") == sorted({row[0] for row in rows} - set(aside))


def test_spells_of_different_children_do_not_meet(check):
    rows = "care_period_id,child_id,started_on,ended_on\nk1,c1,2023-01-01,\nk2,c2,2023-01-01,"
    assert check(care_periods=rows).findings.is_empty()


def test_another_authoritys_plan_may_run_beside_ours(check, found):
    rows = """plan_id,child_id,started_on,ended_on,other_authority
        ours,c1,2023-01-01,,no
        theirs,c1,2023-01-01,,yes
        ours too,c1,2023-02-01,,
        theirs too,c1,2023-02-01,,yes"""
    assert found(check(cp_plans=rows)) == [
        ("ours too", "overlapping_spell", "error", ""),
        ("theirs too", "overlapping_spell", "error", ""),
    ]


def test_a_spell_in_error_overlaps_nothing(check, found):
    rows = "plan_id,child_id,started_on,ended_on\na,c1,2023-05-01,2023-01-01\nb,c1,2023-06-01,"
    assert found(check(cin_plans=rows)) == [("a", "ended_before_started", "error", "")]


def test_where_the_source_has_no_ends_nothing_is_said_of_overlaps(check):
    rows = "plan_id,child_id,started_on\na,c1,2022-05-01\nb,c1,2023-06-01"
    assert check(cin_plans=rows).findings.is_empty()
