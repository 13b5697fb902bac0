"""Why: once a child is forgotten a history still counts it and no split can, and whoever reads both must be told so."""

from __future__ import annotations

import html
import json
from pathlib import Path

import pytest
from cli.calling import call

from revisions.test_commands import ASSESSMENTS, write_export

SAYS = (
    "Children forgotten since: 1 of edition 1 of 2 October 2023. They are in the figures of the history and in no part of a split: "
    "what they moved can't be told any more."
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A night with three children; one is forgotten, and the export of the next night has only the others."""
    folder = tmp_path_factory.mktemp("nights")
    (folder / "night.toml").write_text('sources = ["export"]\nmonths = 2\nas_at = "night"\n', encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        write_export(folder / "export", ASSESSMENTS)
        assert call("nightly", "night.toml", "--night", "2023-10-02").code == 0
        assert call("forget", "C3", "--yes", "--home", folder / "nightly").code == 0
        write_export(folder / "export", ASSESSMENTS[:2])
        (folder / "export" / "children.csv").write_text("child_id,date_of_birth\nC1,2015-02-01\nC2,2015-02-02\n")
        done = call("nightly", "night.toml", "--night", "2023-10-09", "--accept")
        assert done.code == 0, done.err
    return folder


def test_a_figure_whose_history_fell_and_whose_split_is_nothing_says_why(folder: Path) -> None:
    asked = (
        "revisions",
        "assessment_45wd",
        "--month",
        "2023-09",
        "--store",
        folder / "nightly",
        "--from",
        1,
        "--to",
        2,
    )
    told = json.loads(call(*asked, "--json").out)
    assert [(one["numerator"], one["denominator"]) for one in told["history"]] == [(2, 3), (1, 2)]
    assert told["split"][0]["parts"] == []
    for how in ((), ("--json",), ("--csv",)):
        assert SAYS in " ".join(call(*asked, *how).err.split())


def test_figures_that_nothing_else_moved_are_not_listed_and_the_list_says_why(folder: Path, tmp_path: Path) -> None:
    asked = ("revisions", "--month", "2023-09", "--store", folder / "nightly", "--from", 1, "--to", 2)
    shown = call(*asked)
    assert SAYS in " ".join(shown.err.split())
    assert "0 figures moved" in shown.err
    page = tmp_path / "why.html"
    assert call(*asked, "--out", page).code == 0
    text = html.unescape(page.read_text(encoding="utf-8"))
    assert SAYS in text
    assert "No figure of a period that both give moved." in text


def test_the_summary_of_the_next_night_says_so_too(folder: Path) -> None:
    summary = (folder / "nightly" / "outputs" / "summary.txt").read_text(encoding="utf-8")
    assert SAYS in summary
    assert "C3" not in summary
