"""Why: `permanence` is a file of the return and a table of the data model, and the one must not be taken for the other."""

from __future__ import annotations

from pathlib import Path

import pytest
from casetally.sources import ssda903
from casetally.sources.given import look_at
from casetally.sources.recognise import read_source

PLAIN = "child_id,care_period_id,decided_on\n7,p1,2023-05-01\n"
EPISODES = "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC\n7,01/05/2023,S,C2,N1,U1,PR1,,\n"
RETURN = "CHILD,DOB,PREV_PERM,LA_PERM,DATE_PERM\n7,01/05/2013,P1,,01/05/2020\n"


@pytest.mark.parametrize("name", ["permanence.csv", "permanence-2023.csv", "permanence-2023-24.csv"])
def test_the_table_permanence_stays_one_beside_a_return(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(PLAIN)
    (tmp_path / "2023-24_episodes.csv").write_text(EPISODES)
    given = look_at([tmp_path])
    assert [one.shown for one in ssda903.claims(given)] == ["2023-24_episodes.csv"]
    kept = read_source(tmp_path).tables
    assert [table.frame["care_period_id"].to_list() for table in kept if table.table == "permanence"] == [["p1"]]


def test_a_split_table_permanence_needs_no_return(tmp_path: Path) -> None:
    (tmp_path / "permanence-2023.csv").write_text(PLAIN)
    assert read_source(tmp_path).kind == "plain"


@pytest.mark.parametrize("text", [RETURN, "", "CHILD\n", "child_id;CHILD\n", "CHILD,child_id\n"])
def test_previous_permanence_is_still_the_returns(tmp_path: Path, text: str) -> None:
    (tmp_path / "permanence-2023.csv").write_text(text)
    (tmp_path / "2023-24_episodes.csv").write_text(EPISODES)
    assert len(ssda903.claims(look_at([tmp_path]))) == 2
