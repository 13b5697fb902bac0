"""Why: an analyst asks on the command line why a figure moved, and what a new definition would do; both answer, or refuse."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from cli.calling import Answer, call, sentences

_HOSTILE = "<script>alert(1)</script>"
ASSESSMENTS = [
    ("A1", "C1", "2023-08-01", "2023-09-12"),  # in time
    ("A2", "C2", "2023-06-01", "2023-09-20"),  # late
    ("A3", "C3", "2023-07-31", "2023-09-05"),  # in time, and typed in after the first night
]


def write_export(folder: Path, rows: Sequence[tuple[str, ...]]) -> None:
    folder.mkdir(exist_ok=True)
    children = "\n".join(f"C{at},2015-02-0{at}" for at in (1, 2, 3))
    (folder / "children.csv").write_text(f"child_id,date_of_birth\n{children}\n", encoding="utf-8")
    lines = "\n".join(",".join(row) for row in rows)
    (folder / "assessments.csv").write_text(
        f"assessment_id,child_id,started_on,completed_on\n{lines}\n", encoding="utf-8"
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three nights: the second brings what was recorded late, the third nothing new but another day."""
    folder = tmp_path_factory.mktemp("nights")
    text = f'sources = ["export"]\nmonths = 2\nas_at = "night"\nauthority = "{_HOSTILE}"\n'
    (folder / "night.toml").write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for night, rows in (("2023-10-02", ASSESSMENTS[:2]), ("2023-10-09", ASSESSMENTS), ("2023-10-16", ASSESSMENTS)):
            write_export(folder / "export", rows)
            done = call("nightly", "night.toml", "--night", night)
            assert done.code == 0, done.err
    return folder / "nightly"


def asked(home: Path, *arguments: object) -> Answer:
    return call(*arguments, "--store", home)


def test_the_figures_history_and_the_split_are_told_with_the_child_behind_it(home: Path) -> None:
    answer = asked(home, "revisions", "assessment_45wd", "--month", "2023-09", "--json")
    told: dict[str, Any] = json.loads(answer.out)
    assert [(one["edition"], one["numerator"], one["denominator"]) for one in told["history"]] == [(1, 1, 2), (2, 2, 3)]
    (split,) = told["split"]
    (part,) = split["parts"]
    assert (part["cause"], part["numerator"], part["denominator"]) == ("rows_recorded_late", 1, 1)
    assert part["value_exactly"] == "50/3"  # from 1 of 2 to 2 of 3
    (child,) = split["children"]
    assert child["key"] == "C3"
    # known on the second night, 9 October, whatever the night that is looked at: 70 days after 31 July
    assert child["records"][0]["days_late"] == 70


def test_the_terminal_shows_the_two_ends_the_part_and_the_record(home: Path) -> None:
    shown = asked(home, "revisions", "assessment_45wd", "--month", "2023-09").out
    assert "edition 1 of 2 October 2023" in shown
    assert "rows recorded late" in shown
    assert "+16.67 points" in shown
    assert "assessments A3 of 2023-07-31, known 70 days later" in shown


def test_csv_has_a_line_for_each_child_and_no_date_of_birth(home: Path) -> None:
    answer = asked(home, "revisions", "assessment_45wd", "--month", "2023-09", "--csv")
    (line,) = csv.DictReader(io.StringIO(answer.out))
    assert (line["counted"], line["table"], line["record"]) == ("C3", "assessments", "A3")
    assert line["cause"] == "rows_recorded_late"  # as --json and the CSV of all figures have it
    assert "2015-02" not in answer.out


def test_editions_are_named_by_number_or_by_day_in_either_order(home: Path) -> None:
    def between(first: str, second: str) -> list[Any]:
        answer = asked(
            home, "revisions", "assessment_45wd", "--month", "2023-09", "--from", first, "--to", second, "--json"
        )
        return list(json.loads(answer.out)["split"][0]["parts"])

    assert between("1", "2") == between("2023-10-05", "2023-10-09") == between("2", "1") != []
    assert between("2", "3") == []


def test_all_figures_that_moved_are_listed(home: Path) -> None:
    answer = asked(home, "revisions", "--from", "1", "--to", "2", "--month", "2023-09", "--json")
    found = {one["indicator"]: one for one in json.loads(answer.out)["figures"]}
    assert found["assessments_completed"]["before"]["value"] == 2
    assert found["assessments_completed"]["after"]["value"] == 3
    assert all(one["before"] != one["after"] for one in found.values())


def test_the_page_names_no_child_asks_for_nothing_and_escapes_what_is_not_ours(home: Path, tmp_path: Path) -> None:
    page = tmp_path / "why.html"
    assert asked(home, "revisions", "--from", "1", "--to", "2", "--out", page).code == 0
    text = page.read_text(encoding="utf-8")
    assert "Assessments completed within 45 working days: September 2023" in text
    plain = " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())
    assert "+16.67 points" in plain, re.findall(r".{20}16.67.{20}", plain)
    assert re.findall(r"\bC[123]\b|\bA[123]\b|2015-02", text) == []
    assert re.findall(r"<script|<link|<img|https?://(?!www\.w3\.org/2000/svg)|@import|url\(", text) == []
    assert "default-src &#39;none&#39;" in text or "default-src 'none'" in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert page.stat().st_mode & 0o077 == 0
    first = text
    asked(home, "revisions", "--from", "1", "--to", "2", "--out", page)
    assert page.read_text(encoding="utf-8") == first


LIMIT = """
assessment_working_days:
  title: An assessment is completed within this many working days
  unit: working days
  values:
    - {from: 2013-04-15, value: 28, source: a proposal}
"""


def test_a_proposed_limit_is_shown_month_by_month_with_whom_it_moves(home: Path, tmp_path: Path) -> None:
    (tmp_path / "limits").mkdir()
    (tmp_path / "limits" / "own.yaml").write_text(LIMIT, encoding="utf-8")
    # from 1 August to 12 September are 29 working days, from 31 July to 5 September 25 (28 August is a bank holiday)
    narrowed = ("--indicator", "assessment_45wd", "--month", "2023-09")
    answer = asked(home, "impact", "--definitions", tmp_path, *narrowed, "--children", "--json")
    (found,) = json.loads(answer.out)
    assert found["differences"][-1]["second"] == "28 working days from 2013-04-15"
    (month,) = found["months"]
    assert (month["now"]["numerator"], month["proposed"]["numerator"], month["proposed"]["denominator"]) == (2, 1, 3)
    assert (month["come"], month["go"], month["otherwise"]) == (0, 0, 1)
    assert month["children"] == [{"counted": "C1", "how": "otherwise", "numerator": -1, "denominator": 0}]


def test_a_proposed_limit_is_shown_on_the_terminal_and_as_csv(home: Path, tmp_path: Path) -> None:
    (tmp_path / "limits").mkdir()
    (tmp_path / "limits" / "own.yaml").write_text(LIMIT, encoding="utf-8")
    narrowed = ("--definitions", tmp_path, "--indicator", "assessment_45wd")
    shown = asked(home, "impact", *narrowed, "--month", "2023-09", "--children")
    words = " ".join(shown.out.split())
    assert "28 working days from 2013-04-15" in words
    assert re.search(r"September 2023 2 3 66\.7% 1 3 33\.3% 0 0 1\b", words), words
    assert re.search(r"assessment_45wd 2023-09 child_id C1 otherwise -1", words), words
    assert "1 indicator would count otherwise; nothing is changed by this." in shown.err
    months = list(csv.DictReader(io.StringIO(asked(home, "impact", *narrowed, "--csv").out)))
    assert [one["month"] for one in months] == ["2023-09", "2023-10"]  # two months, of a night in October
    (child,) = csv.DictReader(
        io.StringIO(asked(home, "impact", *narrowed, "--month", "2023-09", "--children", "--csv").out)
    )
    assert (child["counted"], child["how"], float(child["numerator"])) == ("C1", "otherwise", -1)


def test_all_figures_that_moved_are_shown_on_the_terminal_and_as_csv(home: Path) -> None:
    ends = ("--from", "1", "--to", "2", "--month", "2023-09")
    shown = asked(home, "revisions", *ends)
    words = " ".join(shown.out.split())
    assert re.search(
        r"assessment_45wd 2023-09 50\.0% 66\.7% \+16\.67 points rows recorded late \+16\.67 points", words
    ), words
    lines = list(csv.DictReader(io.StringIO(asked(home, "revisions", *ends, "--csv").out)))
    assert f"{len({one['indicator'] for one in lines})} figures moved" in shown.err
    (one,) = [one for one in lines if one["indicator"] == "assessment_45wd" and one["cause"] == "rows_recorded_late"]
    assert (float(one["numerator"]), float(one["denominator"])) == (1, 1)


def test_definitions_that_change_nothing_are_said_to_change_nothing(home: Path, tmp_path: Path) -> None:
    answer = asked(home, "impact", "--definitions", tmp_path)
    assert (answer.code, answer.out) == (0, "")
    assert "No indicator counts otherwise" in answer.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("revisions", "assessment_45w", "--month", "2023-09"), "Did you mean 'assessment_45wd'?"),
        (("revisions", "assessment_45wd"), "A month is missing."),
        (("revisions", "assessment_45wd", "--month", "2023-09", "--from", "9"), "There is no edition 9."),
        (("revisions", "assessment_45wd", "--month", "2023-09", "--from", "soon"), "'soon' is no edition."),
        (("revisions", "assessment_45wd", "--month", "2029-09"), "No edition speaks for 2029-09 yet."),
        (("revisions", "--basis", "moon"), "There is no basis 'moon'."),
        (("revisions", "--basis", "week"), "Of weeks no figures are kept"),
        (("revisions", "--from", "2", "--to", "2"), "so nothing moved"),
        (("impact", "--definitions", "nowhere"), "There is no folder 'nowhere'."),
        (("impact", "--definitions", ".", "--children"), "--children lists one month."),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_sentence(home: Path, arguments: tuple[str, ...], says: str) -> None:
    answer = asked(home, *arguments)
    assert answer.code == 2
    assert says in sentences(answer)


def test_a_plain_runs_store_has_no_history_and_says_so(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run = call("run", home.parent / "export", "--as-at", "2023-10-09", "--months", 1)
    assert run.code == 0
    answer = call("revisions", "assessment_45wd", "--month", "2023-09")
    assert "keeps one run and no nights" in sentences(answer)
