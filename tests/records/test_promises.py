"""Why: three promises hold for any input: every row is accounted for, order decides nothing, and no value leaks."""

from __future__ import annotations

import polars as pl
from casetally.schemas import load_schemas
from hypothesis import given, settings
from hypothesis import strategies as st

DAYS = ["2023-01-01", "2023-02-10", "2023-03-05", "05/04/2023", "2024-06-01", "2150-01-01", "31/02/2023", "", "x"]
CHILDREN = ["c1", "c2", "c3", ""]
plan = st.tuples(
    st.sampled_from(["p1", "p2", "p3", "p4", "p5", ""]),
    st.sampled_from(CHILDREN),
    st.sampled_from(DAYS),
    st.sampled_from(DAYS),
    st.sampled_from(["y", "n", "", "?"]),
    st.sampled_from(["N", "S", ""]),
)
child = st.tuples(st.sampled_from(CHILDREN), st.sampled_from(DAYS), st.sampled_from(["M", "F", "Z", ""]))
visit = st.tuples(
    st.sampled_from(["v1", "v2", "v3"]),
    st.sampled_from(CHILDREN),
    st.sampled_from(["p1", "p2", "p9", ""]),
    st.sampled_from(DAYS),
)
HEADS = {
    "children": "child_id,date_of_birth,sex",
    "cp_plans": "plan_id,child_id,started_on,ended_on,other_authority,team",
    "cp_visits": "visit_id,child_id,plan_id,visited_on",
}


def as_csv(table, rows):
    return "\n".join([HEADS[table], *(",".join(row) for row in rows)])


def values(result):
    """All accepted rows, without the places they were read from."""
    return {
        name: sorted(frame.drop("_record", "_file", "_row").rows(), key=repr) for name, frame in result.tables.items()
    }


@settings(deadline=None, max_examples=60)
@given(
    st.lists(child, max_size=6),
    st.lists(plan, max_size=10),
    st.lists(visit, max_size=8),
    st.randoms(use_true_random=False),
)
def test_every_row_is_accounted_for_and_order_and_splitting_decide_nothing(
    check_files, children, plans, visits, shuffled
):
    tables = {"children": children, "cp_plans": plans, "cp_visits": visits}
    result = check_files({f"{name}.csv": as_csv(name, rows) for name, rows in tables.items()})
    added = pl.sum_horizontal("accepted", "superseded", "not_yet_known", "set_aside")
    assert result.ledger.select((added == pl.col("rows")).all()).item()
    assert dict(result.ledger.select("file", "rows").rows()) == {f"{n}.csv": len(rows) for n, rows in tables.items()}

    files = {}
    for name, rows in tables.items():
        mixed = shuffled.sample(rows, len(rows))
        cut = shuffled.randint(0, len(rows))
        files |= {f"{name}-a.csv": as_csv(name, mixed[:cut]), f"{name}_2.csv": as_csv(name, mixed[cut:])}
    again = check_files(files)
    assert values(again) == values(result)
    assert again.findings.select("table", "rule", "record_id").sort(pl.all()).rows() == (
        result.findings.select("table", "rule", "record_id").sort(pl.all()).rows()
    )


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12) | st.none()), max_size=10))
def test_no_accepted_spells_overlap_and_every_one_set_aside_overlaps_one_accepted(check_files, spans):
    def day(number):
        return "" if number is None else f"2023-01-{number + 1:02d}"

    rows = [
        (f"k{at:02d}", "c1", day(start), day(end))
        for at, (start, end) in enumerate(spans)
        if end is None or start <= end
    ]
    head = "care_period_id,child_id,started_on,ended_on"
    result = check_files({"care_periods.csv": "\n".join([head, *(",".join(row) for row in rows)])})
    kept = set(result.tables["care_periods"]["care_period_id"])
    spell = {row[0]: (row[2], row[3] or "9999") for row in rows}

    def meet(one, other):
        return spell[one][0] < spell[other][1] and spell[other][0] < spell[one][1]

    assert not [(a, b) for a in kept for b in kept if a < b and meet(a, b)]
    assert all(any(meet(name, other) for other in kept) for name in spell.keys() - kept)


def test_no_finding_tells_a_value_of_a_record_other_than_its_id(check_files):
    schemas = load_schemas()
    files = {}
    for name, table in schemas.tables.items():
        ids = {c for c in table.key if table.columns[c].type in ("id", "text") or not table.columns[c].codes}
        text = [c if c in ids else f"SECRET{at}" for at, c in enumerate(table.columns)]
        files[f"{name}.csv"] = "\n".join([",".join(table.columns), ",".join(text), ",".join(text)])
    result = check_files(files)
    assert result.findings.height > 200
    assert "SECRET" not in str(result.findings.rows())


def test_the_same_rows_give_the_same_findings(check_files):
    rows = [(f"p{at % 7}", f"c{at % 3}", DAYS[at % 9], DAYS[(at * 5) % 9], "", "N") for at in range(40)]
    files = {"cp_plans.csv": as_csv("cp_plans", rows)}
    assert check_files(files).findings.equals(check_files(files).findings)


def test_a_row_swallowed_by_a_quotation_mark_is_not_shown_as_an_id(check_files):
    text = 'contact_id,child_id,received_on,team\n"k1,c1,2023-01-05,Ann Smith\nk2,c2,""2023-01-06"",Bob\n",c3,never,T\n'
    found = check_files({"contacts.csv": text}).findings
    assert found["rule"].to_list().count("date_unreadable") == 1
    assert set(found["record_id"]) == {""}


def test_an_id_longer_than_any_is_not_shown(check_files):
    text = f"contact_id,child_id,received_on\n{'k' * 100},c1,never\n{'l' * 101},c1,never\n"
    found = check_files({"contacts.csv": text}).findings
    assert set(found["record_id"]) == {"k" * 100, ""}


def test_a_code_in_a_key_that_is_on_no_list_is_not_shown(check_files):
    text = "child_id,disability\nc1,deaf since her mother fell\nc2,HAND\nc2,HAND\n"
    found = check_files({"children.csv": "child_id\nc1\nc2\n", "disabilities.csv": text}).findings
    assert dict(found.select("rule", "record_id").rows()) == {"code_out_of_list": "c1/", "duplicate_key": "c2/HAND"}


def test_what_a_reader_says_of_a_record_is_held_to_the_same(check_files):
    text = (
        "<Message><Header><CollectionDetails><Collection>CIN</Collection><Year>2024</Year></CollectionDetails></Header>"
    )
    text += "<Children><Child><ChildIdentifiers><LAchildID>7&#10;Ann Smith</LAchildID></ChildIdentifiers>"
    text += "</Child></Children></Message>"
    found = check_files({"census.xml": text}).findings
    assert "cin_missing_element" in set(found["rule"])
    assert set(found["record_id"]) == {""}
