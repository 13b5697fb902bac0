"""Why: care periods, placements and legal statuses are derived from episodes, and each rule must hold on its own."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from casetally.sources.delivery import Delivery
from casetally.sources.recognise import read_source
from hypothesis import given, settings
from hypothesis import strategies as st

COLUMNS = "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,URN"


def delivered(folder: Path, **returns: str) -> Delivery:
    """A folder of returns: `y2019='1,01/05/2018,S,...'`, one line an episode, read."""
    for year, text in returns.items():
        lines = [line.strip() for line in text.strip().splitlines()]
        (folder / f"{year[1:]}-episodes.csv").write_text("\n".join([COLUMNS, *lines]) + "\n")
    return read_source(folder)


def rows(delivery: Delivery, table: str, *columns: str) -> list[tuple[object, ...]]:
    frame = next(made.frame for made in delivery.tables if made.table == table)
    return sorted(frame.select(columns).rows(), key=str)


def rules(delivery: Delivery) -> set[str]:
    return {rule.removeprefix("ssda903_") for rule in delivery.findings.filter(pl.col("row") > 0)["rule"]}


def fates(delivery: Delivery) -> list[str]:
    return delivery.rows.sort("file", "row")["disposition"].to_list()


def test_episodes_that_follow_on_make_one_period_with_the_last_reason_and_the_first_need(tmp_path: Path) -> None:
    made = delivered(
        tmp_path,
        y2019="""7,01/05/2018,S,V2,N1,U6,PR1,01/08/2018,X1,CARPL,111
                 7,01/08/2018,P,V2,N2,K2,PR4,01/02/2019,E4A,,222""",
    )
    assert rows(made, "care_periods", "care_period_id", "started_on", "ended_on", "end_reason", "primary_need") == [
        ("7-2018-05-01", "2018-05-01", "2019-02-01", "E4A", "N1")
    ]
    assert rows(made, "placements", "started_on", "ended_on", "type", "provider", "urn", "change_reason") == [
        ("2018-05-01", "2018-08-01", "U6", "PR1", "111", "CARPL"),
        ("2018-08-01", "2019-02-01", "K2", "PR4", "222", None),
    ]
    assert rules(made) == set()


@pytest.mark.parametrize(("reason", "placements"), [("L", 1), ("T", 1), ("U", 1), ("P", 2), ("B", 2)])
def test_only_a_new_carer_makes_a_new_placement(tmp_path: Path, reason: str, placements: int) -> None:
    made = delivered(
        tmp_path,
        y2019=f"""7,01/05/2018,S,V2,N1,U6,PR1,01/08/2018,X1,,111
                  7,01/08/2018,{reason},C2,N1,U6,PR1,,,,111""",
    )
    assert len(rows(made, "placements", "placement_id")) == placements
    assert rows(made, "legal_statuses", "status", "started_on", "ended_on") == [
        ("C2", "2018-08-01", None),
        ("V2", "2018-05-01", "2018-08-01"),
    ]


def test_a_placement_with_one_carer_has_its_latest_type_but_not_that_of_a_temporary_move(tmp_path: Path) -> None:
    made = delivered(
        tmp_path,
        y2019="""7,01/05/2018,S,E1,N1,U6,PR1,01/08/2018,X1,,111
                 7,01/08/2018,T,E1,N1,A5,PR1,01/09/2018,X1,,111
                 7,01/09/2018,T,E1,N1,T1,PR1,,,,""",
    )
    assert rows(made, "placements", "started_on", "ended_on", "type", "urn") == [("2018-05-01", None, "A5", "111")]


def test_a_blank_reason_is_read_from_what_changed(tmp_path: Path) -> None:
    made = delivered(
        tmp_path,
        y2019="""7,01/05/2018,S,V2,N1,U6,PR1,01/08/2018,X1,,111
                 7,01/08/2018,,C2,N1,U6,PR1,01/09/2018,X1,,111
                 7,01/09/2018,,C2,N1,U6,PR1,,,,222""",
    )
    assert rows(made, "placements", "started_on") == [("2018-05-01",), ("2018-09-01",)]


def test_a_legal_status_kept_through_a_move_is_one_spell(tmp_path: Path) -> None:
    made = delivered(
        tmp_path,
        y2019="""7,01/05/2018,S,C2,N1,U6,PR1,01/08/2018,X1,,111
                 7,01/08/2018,P,C2,N1,K2,PR4,,,,222""",
    )
    assert rows(made, "legal_statuses", "status", "started_on", "ended_on") == [("C2", "2018-05-01", None)]


def test_a_return_to_care_after_an_end_is_a_second_period(tmp_path: Path) -> None:
    made = delivered(
        tmp_path,
        y2019="""7,01/05/2018,S,V2,N1,U6,PR1,01/08/2018,E4A,,111
                 7,01/10/2018,S,V2,N1,U6,PR1,,,,111""",
    )
    assert rows(made, "care_periods", "started_on", "ended_on") == [("2018-05-01", "2018-08-01"), ("2018-10-01", None)]
    assert rules(made) == set()


def test_an_end_and_a_start_on_one_day_are_two_periods_with_their_own_ids(tmp_path: Path) -> None:
    made = delivered(
        tmp_path,
        y2019="""7,01/05/2018,S,L1,N1,U6,PR1,01/05/2018,E8,,111
                 7,01/05/2018,S,V2,N1,U6,PR1,,,,111""",
    )
    assert rows(made, "care_periods", "care_period_id", "ended_on") == [
        ("7-2018-05-01", "2018-05-01"),
        ("7-2018-05-01-2", None),
    ]


@pytest.mark.parametrize(
    ("first_end", "second", "periods", "rule"),
    [
        ("01/08/2018,X1", "01/08/2018,S", 1, "431_start_within_care"),
        ("01/08/2018,E4A", "01/08/2018,P", 1, "432_no_start_after_end"),
        ("01/08/2018,E4A", "10/08/2018,P", 2, "432_no_start_after_end"),
        ("01/08/2018,X1", "10/08/2018,P", 1, "433_gap_in_care"),
        ("01/08/2018,X1", "10/08/2018,S", 2, "care_end_unknown"),
        ("01/08/2018,X1", "25/07/2018,P", 1, "501_overlap"),
        (",", "01/08/2018,P", 1, "142_open_before_next"),
        ("01/08/2018,", "01/08/2018,P", 1, "148_end_without_reason"),
    ],
)
def test_episodes_that_contradict_each_other_are_read_carefully_and_reported(
    tmp_path: Path, first_end: str, second: str, periods: int, rule: str
) -> None:
    end, because = first_end.split(",")
    start, reason = second.split(",")
    made = delivered(
        tmp_path,
        y2019=f"""7,01/05/2018,S,C2,N1,U6,PR1,{end},{because},,111
                  7,{start},{reason},C2,N1,K2,PR4,,,,222""",
    )
    assert len(rows(made, "care_periods", "care_period_id")) == periods
    assert rule in rules(made)
    assert fates(made) == ["carried", "carried"]


def test_an_open_episode_before_another_ends_where_that_begins(tmp_path: Path) -> None:
    made = delivered(
        tmp_path,
        y2019="""7,01/05/2018,S,C2,N1,U6,PR1,,,,111
                 7,01/08/2018,P,C2,N1,K2,PR4,,,,222""",
    )
    assert rows(made, "placements", "started_on", "ended_on") == [("2018-05-01", "2018-08-01"), ("2018-08-01", None)]


def test_a_reason_for_ending_without_an_end_leaves_care_open(tmp_path: Path) -> None:
    made = delivered(tmp_path, y2019="7,01/05/2018,S,C2,N1,U6,PR1,,E4A,,111")
    assert rows(made, "care_periods", "ended_on", "end_reason") == [(None, None)]
    assert rules(made) == {"148_reason_without_end"}


def test_a_first_episode_that_does_not_start_care_says_that_care_began_earlier(tmp_path: Path) -> None:
    assert rules(delivered(tmp_path, y2019="7,01/05/2018,P,C2,N1,U6,PR1,,,,111")) == {"357_care_began_earlier"}


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (",01/05/2018,S,C2,N1,U6,PR1,,,,", "no_child"),
        ("7,,S,C2,N1,U6,PR1,,,,", "no_decom"),
        ("7,31/02/2018,S,C2,N1,U6,PR1,,,,", "unreadable_decom"),
        ("7,01/04/2019,S,C2,N1,U6,PR1,,,,", "decom_after_return"),
        ("7,01/05/2018,S,C2,N1,U6,PR1,soon,X1,,", "unreadable_dec"),
        ("7,01/05/2018,S,C2,N1,U6,PR1,30/04/2018,X1,,", "dec_before_start"),
    ],
)
def test_a_row_that_cannot_be_used_is_set_aside_with_its_place(tmp_path: Path, line: str, rule: str) -> None:
    good = "8,01/05/2018,S,C2,N1,U6,PR1,01/06/2018,E4A,,"
    made = delivered(tmp_path, y2019=f"{good}\n{line}")
    assert fates(made) == ["carried", "set_aside"]
    found = made.findings.filter(pl.col("severity") == "error").select("file", "row", "rule").rows()
    assert found == [("2019-episodes.csv", 3, f"ssda903_{rule}")]


def test_an_episode_open_at_the_year_s_end_comes_again_and_the_later_copy_stands(tmp_path: Path) -> None:
    made = delivered(
        tmp_path,
        y2019="""7,01/05/2018,S,C2,N1,U6,PR1,,,,111
                 8,01/05/2018,S,C2,N1,U6,PR1,01/06/2018,E4A,,111""",
        y2020="7,01/05/2018,S,C2,N1,U6,PR1,01/06/2019,E4A,,111",
    )
    assert fates(made) == ["superseded", "carried", "carried"]
    assert rows(made, "care_periods", "child_id", "ended_on") == [("7", "2019-06-01"), ("8", "2018-06-01")]
    assert rules(made) == set()


def test_a_spell_of_one_day_is_not_lost_to_the_later_copy_of_what_followed_it(tmp_path: Path) -> None:
    made = delivered(
        tmp_path,
        y2019="""7,01/05/2018,S,L1,N1,U6,PR1,01/05/2018,X1,,111
                 7,01/05/2018,B,C2,N1,K2,PR4,,,,222""",
        y2020="7,01/05/2018,B,C2,N1,K2,PR4,01/06/2019,E4A,,222",
    )
    assert fates(made) == ["carried", "superseded", "carried"]
    assert rows(made, "legal_statuses", "status", "ended_on") == [("C2", "2019-06-01"), ("L1", "2018-05-01")]


def test_care_that_no_later_return_lists_ended_after_the_last_31_march_that_has_it_open(tmp_path: Path) -> None:
    made = delivered(
        tmp_path,
        y2019="""7,01/05/2018,S,C2,N1,U6,PR1,01/08/2018,X1,CARPL,111
                 7,01/08/2018,P,C2,N1,K2,PR4,,E4A,CHILD,222
                 8,01/05/2018,S,C2,N1,U6,PR1,01/06/2018,E4A,,111""",
        y2020="9,01/05/2019,S,C2,N1,U6,PR1,01/06/2019,E4A,,111",
        y2021="9,01/05/2020,S,C2,N1,U6,PR1,01/06/2020,E4A,,111",
    )
    # the returns after it list everyone looked after from 1 April 2019 on; why care ended no return tells
    assert ("7", "2019-04-01", None) in rows(made, "care_periods", "child_id", "ended_on", "end_reason")
    assert [row for row in rows(made, "placements", "child_id", "ended_on", "change_reason") if row[0] == "7"] == [
        ("7", "2018-08-01", "CARPL"),
        ("7", "2019-04-01", None),
    ]
    assert ("7", "2018-05-01", "2019-04-01") in rows(made, "legal_statuses", "child_id", "started_on", "ended_on")
    found = made.findings.filter(pl.col("rule") == "ssda903_open_but_not_returned")
    assert found.select("file", "row", "severity", "record_id").rows() == [("2019-episodes.csv", 3, "warning", "7")]
    assert "taken to have ended after that day, on a day that no return tells" in found["message"].item()
    assert open_on(made, "2019-03-31") == ["7"]
    assert open_on(made, "2020-03-31") == open_on(made, "2021-03-31") == []


def open_on(delivery: Delivery, day: str) -> list[object]:
    periods = rows(delivery, "care_periods", "child_id", "started_on", "ended_on")
    return [child for child, start, end in periods if str(start) <= day and (end is None or str(end) > day)]


OTHER = "9,01/05/2017,S,C2,N1,U6,PR1,,,,111"


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        # listed open in the next return too, and then no more
        ({"y2020": "7,01/05/2018,S,C2,N1,U6,PR1,,,,111", "y2021": OTHER}, [("2018-05-01", "2020-04-01")]),
        # the return in between has nobody: its file has only the column names
        ({"y2020": ""}, [("2018-05-01", "2019-04-01")]),
        # back in care in the year after, or in the one after that
        ({"y2020": "7,01/06/2019,S,C2,N1,U6,PR1,,,,111"}, [("2018-05-01", "2019-04-01"), ("2019-06-01", None)]),
        ({"y2020": OTHER, "y2021": "7,01/06/2020,S,C2,N1,U6,PR1,,,,111"},
         [("2018-05-01", "2019-04-01"), ("2020-06-01", None)]),
        # a later return says that care went on: it is believed
        ({"y2020": "7,01/06/2019,P,C2,N1,K2,PR1,,,,111"}, [("2018-05-01", None)]),
        ({"y2020": OTHER, "y2021": "7,01/05/2018,S,C2,N1,U6,PR1,,,,111"}, [("2018-05-01", None)]),
        # the day on which care began was corrected, forwards and backwards
        ({"y2020": "7,03/05/2018,S,C2,N1,U6,PR1,01/06/2019,E4A,,111"}, [("2018-05-01", "2019-06-01")]),
        ({"y2020": "7,20/04/2018,S,C2,N1,U6,PR1,01/06/2019,E4A,,111"}, [("2018-04-20", "2019-06-01")]),
        ({"y2020": "7,20/04/2018,S,C2,N1,U6,PR1,,,,111"}, [("2018-04-20", None)]),
        # the row that tells of it again can't be used
        ({"y2020": f"7,01/05/2018,S,C2,N1,U6,PR1,soon,E4A,,111\n{OTHER}"}, [("2018-05-01", None)]),
        ({"y2020": f"7,soon,S,C2,N1,U6,PR1,,,,111\n{OTHER}", "y2021": OTHER}, [("2018-05-01", "2020-04-01")]),
    ],
)  # fmt: skip
def test_what_later_returns_say_of_care_that_was_open(
    tmp_path: Path, later: dict[str, str], expected: list[tuple[str, str | None]]
) -> None:
    made = delivered(tmp_path, y2019=f"7,01/05/2018,S,C2,N1,U6,PR1,,,,111\n{CLOSED}", **later)
    found = rows(made, "care_periods", "child_id", "started_on", "ended_on")
    assert [row[1:] for row in found if row[0] == "7"] == expected


CLOSED = "8,01/05/2018,S,C2,N1,U6,PR1,01/06/2018,E4A,,111"  # what says which year each file is of


def test_the_warning_says_where_other_files_of_a_later_return_still_tell_of_the_child(tmp_path: Path) -> None:
    first = "\n".join(f"{child},01/05/2018,S,C2,N1,U6,PR1,,,,111" for child in (4, 5, 6, 7))
    (tmp_path / "2020-oc2.csv").write_text("CHILD,DOB,HEALTH_ASSESSMENT\n6,01/01/2010,1\n")
    # the last review of child 7 was held before that year began, that of child 4 when back in care
    (tmp_path / "2020-reviews.csv").write_text(
        "CHILD,REVIEW,REVIEW_CODE\n4,01/09/2019,PN1\n5,01/06/2019,PN1\n7,01/02/2019,PN1\n"
    )
    second = "4,01/08/2019,S,C2,N1,U6,PR1,,,,111\n9,01/05/2019,S,C2,N1,U6,PR1,01/06/2019,E4A,,111"
    made = delivered(tmp_path, y2019=f"{first}\n{CLOSED}", y2020=second)
    found = made.findings.filter(pl.col("rule") == "ssda903_open_but_not_returned")
    left_out = found.filter(pl.col("message").str.contains("may have been left out"))["record_id"].to_list()
    assert (sorted(found["record_id"]), left_out) == (["4", "5", "6", "7"], ["5", "6"])


def test_numbers_in_care_at_year_ends_are_those_of_each_year_s_own_return(tmp_path: Path) -> None:
    open_at = {"y2019": ["1", "2", "3"], "y2020": ["2", "4"], "y2021": ["4"], "y2022": ["4", "5"]}
    returns = {
        "y2019": """1,01/05/2018,S,C2,N1,U6,PR1,,,,111
                    2,01/05/2017,S,C2,N1,U6,PR1,,,,111
                    3,01/05/2018,S,V2,N1,U6,PR1,01/09/2018,X1,,111
                    3,01/09/2018,B,C2,N1,K2,PR1,,,,222
                    8,01/05/2018,S,C2,N1,U6,PR1,01/06/2018,E4A,,111""",
        "y2020": """2,01/05/2017,S,C2,N1,U6,PR1,,,,111
                    4,01/06/2019,S,C2,N1,U6,PR1,,,,111
                    1,01/10/2019,S,C2,N1,U6,PR1,01/11/2019,E4A,,111""",
        "y2021": "4,01/06/2019,S,C2,N1,U6,PR1,,,,111",
        "y2022": """4,01/06/2019,S,C2,N1,U6,PR1,01/09/2021,X1,,111
                    4,01/09/2021,P,C2,N1,K2,PR4,,,,222
                    5,01/02/2022,S,C2,N1,U6,PR1,,,,111""",
    }
    made = delivered(tmp_path, **returns)
    assert {year: open_on(made, f"{year[1:]}-03-31") for year in returns} == open_at


def test_care_kept_open_for_a_row_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    later = f"7,01/05/2018,S,C2,N1,U6,PR1,soon,E4A,,111\n{OTHER}"
    made = delivered(tmp_path, y2019=f"7,01/05/2018,S,C2,N1,U6,PR1,,,,111\n{CLOSED}", y2020=later)
    found = made.findings.filter(pl.col("rule") == "ssda903_open_row_not_usable")
    assert found.select("file", "row", "record_id").rows() == [("2019-episodes.csv", 2, "7")]
    assert "open_but_not_returned" not in rules(made)


def test_a_return_that_lists_again_what_ended_long_ago_is_no_doubt(tmp_path: Path) -> None:
    closed = "7,01/05/2018,S,C2,N1,U6,PR1,01/06/2018,E4A,,111"
    made = delivered(tmp_path, y2019=f"{closed}\n{CLOSED}", y2020=OTHER, y2021=f"{closed}\n{OTHER}")
    assert "not_in_return_between" not in rules(made)


DAYS = st.lists(st.dates(date(2017, 4, 2), date(2020, 3, 30)), min_size=1, max_size=4, unique=True).map(sorted)
A_CHILD_S_YEAR = st.tuples(DAYS, st.booleans(), st.lists(st.sampled_from("SPLT"), min_size=4, max_size=4))


def a_year_s_episodes(child: int, end: int, drawn: tuple[list[date], bool, list[str]]) -> list[str]:
    """Episodes that follow each other, the last one open or not, of those days that lie before the 31 March."""
    days, is_open, reasons = drawn
    days = [day for day in days if day <= date(end, 3, 31)]
    spans: list[tuple[date, date | None]] = list(pairwise(days))
    spans += [(days[-1], None)] if days and is_open else []
    return [
        f"{child},{start:%d/%m/%Y},{why},C2,N1,U6,PR1,{f'{stop:%d/%m/%Y},X1' if stop else ','},,111"
        for (start, stop), why in zip(spans, reasons, strict=False)
    ]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(A_CHILD_S_YEAR, min_size=2, max_size=2), min_size=3, max_size=3))
def test_whatever_earlier_returns_say_in_care_at_the_end_are_those_the_last_return_has_open(
    drawn: list[list[tuple[list[date], bool, list[str]]]],
) -> None:
    returns = {
        f"y{end - 1}-{end % 100}": [
            line for child, one in enumerate(of_year, 1) for line in a_year_s_episodes(child, end, one)
        ]
        for end, of_year in zip((2018, 2019, 2020), drawn, strict=True)
    }
    expected = sorted({line[0] for line in returns["y2019-20"] if ",,,,111" in line})
    with TemporaryDirectory() as folder:
        made = delivered(Path(folder), **{name: "\n".join(lines) for name, lines in returns.items()})
        if any(returns.values()):
            assert open_on(made, "2020-03-31") == expected


@pytest.mark.parametrize("later", ["7,01/05/2018,S,C2,N1,U6,PR1,,,,111", "7,01/06/2020,P,C2,N1,K2,PR1,,,,111"])
def test_a_return_that_does_not_list_what_those_around_it_do_is_said(tmp_path: Path, later: str) -> None:
    made = delivered(
        tmp_path, y2019=f"7,01/05/2018,S,C2,N1,U6,PR1,,,,111\n{CLOSED}",
        y2020="9,01/05/2019,S,C2,N1,U6,PR1,01/06/2019,E4A,,111", y2021=later,
    )  # fmt: skip
    assert open_on(made, "2020-03-31") == ["7"]
    found = made.findings.filter(pl.col("rule") == "ssda903_not_in_return_between")
    assert found["record_id"].to_list() == ["7"]


def test_an_episode_that_the_return_before_should_have_listed_is_reported(tmp_path: Path) -> None:
    made = delivered(
        tmp_path,
        y2019="8,01/05/2018,S,C2,N1,U6,PR1,01/06/2018,E4A,,111",
        y2020="7,01/05/2018,S,C2,N1,U6,PR1,01/06/2019,E4A,,111",
    )
    assert rules(made) == {"not_in_earlier_return"}


def test_a_row_that_cannot_be_used_does_not_supersede_one_that_can(tmp_path: Path) -> None:
    made = delivered(
        tmp_path,
        y2019="""7,01/05/2018,S,C2,N1,U6,PR1,,,,111
                 8,01/05/2018,S,C2,N1,U6,PR1,01/06/2018,E4A,,111""",
        y2020="""7,01/05/2018,S,C2,N1,U6,PR1,01/06/2017,E4A,,111
                 9,01/05/2019,S,C2,N1,U6,PR1,01/06/2019,E4A,,111""",
    )
    assert fates(made) == ["carried", "carried", "set_aside", "carried"]


def test_a_repeated_row_counts_once_and_shuffled_rows_give_the_same(tmp_path: Path) -> None:
    lines = [
        "7,01/05/2018,S,V2,N1,U6,PR1,01/08/2018,X1,,111",
        "7,01/08/2018,B,C2,N2,K2,PR4,,,,222",
        "8,01/05/2018,S,V2,N1,U6,PR1,01/08/2018,E4A,,111",
        "7,01/08/2018,B,C2,N2,K2,PR4,,,,222",
    ]
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one = delivered(tmp_path / "a", y2019="\n".join(lines))
    other = delivered(tmp_path / "b", y2019="\n".join(reversed(lines)))
    assert sorted(fates(one)) == sorted(fates(other)) == ["carried", "carried", "carried", "set_aside"]
    for first, second in zip(one.tables, other.tables, strict=True):
        assert first.frame.select(first.columns).equals(second.frame.select(second.columns))


def test_which_of_two_alike_episodes_a_later_one_supersedes_does_not_hang_on_their_order(tmp_path: Path) -> None:
    alike = ["7,01/05/2018,S,V2,N1,U6,PR1,,,,111", "7,01/05/2018,S,V2,N1,K2,PR4,,,,222"]
    later = "7,01/05/2018,S,V2,N1,U6,PR1,01/06/2019,E4A,,333"
    other = "8,01/05/2018,S,V2,N1,U6,PR1,01/08/2018,E4A,,111"
    kept = []
    for name, lines in (("a", alike), ("b", alike[::-1])):
        (tmp_path / name).mkdir()
        made = delivered(tmp_path / name, y2019="\n".join([*lines, other]), y2020=later)
        kept.append(rows(made, "placements", "child_id", "type", "urn", "ended_on"))
    assert kept[0] == kept[1]


def test_the_day_a_child_was_placed_for_adoption_and_the_order_come_from_the_episodes(tmp_path: Path) -> None:
    made = delivered(
        tmp_path,
        y2019="""7,01/05/2018,S,E1,N1,U6,PR1,01/08/2018,X1,,111
                 7,01/08/2018,P,E1,N1,A6,PR1,01/10/2018,X1,,222
                 7,01/10/2018,L,C2,N1,A6,PR1,01/02/2019,E11,,222""",
    )
    assert rows(made, "permanence", "care_period_id", "placed_on", "order_on", "order_type") == [
        ("7-2018-05-01", "2018-08-01", "2019-02-01", "adoption")
    ]
