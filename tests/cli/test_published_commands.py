"""Why: whoever holds a report to account meets these commands with files as spreadsheets save them, and with names half remembered.

One run over Darlington's records serves the whole module; the printed figures are small files of faults made here.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import polars as pl
import pytest
from casetally.definitions.library import load_library
from casetally.definitions.reports import indicators_of

from cli.calling import ROOT, Answer, call, sentences

REPORT = "darlington-2023-09"
RECORDS = ROOT / "sample_data" / "darlington"
PUBLISHED = ROOT / "sample_data" / "published"
CAUSES = RECORDS / "notes" / "let_go.csv"
RUN = ("run", RECORDS, "--as-at", "2023-09-30", "--months", 6)
HEADER = "report,ref,basis,period,breakdown,numerator,denominator,value,printed,rag,note"
# Darlington printed 26 / 31 for September; its 66.7 for August and 75.0 for May are 8 of 12 and 15 of 20
GOOD = f"{REPORT},CSC 178,month,2023-09,,26,31,83.9,83.9,,"


@pytest.fixture(scope="module")
def run_of_report(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Answer]:
    folder = tmp_path_factory.mktemp("published")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        answer = call(*RUN, "--report", REPORT)
    return folder, answer


@pytest.fixture
def here(run_of_report: tuple[Path, Answer], monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(run_of_report[0])
    return run_of_report[0]


def _figures(*rows: str, header: str = HEADER) -> Path:
    """A file of printed figures in the current folder."""
    path = Path("figures.csv")
    path.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    return path


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


# run --report


def test_a_run_for_a_report_calculates_its_indicators_and_no_others(run_of_report: tuple[Path, Answer]) -> None:
    folder, answer = run_of_report
    assert answer.code == 0
    made = set(pl.read_parquet(folder / "out" / "figures.parquet")["indicator"])
    wanted = set(indicators_of(load_library().report(REPORT)))
    assert made == wanted
    assert "icpc_15wd" in made
    assert len(made) < len(load_library().indicators)


# reconcile


def test_every_figure_of_the_report_is_equal_or_has_its_cause_and_the_command_ends_with_0(here: Path) -> None:
    answer = call("reconcile", PUBLISHED / REPORT, "--causes", CAUSES, "--json")
    told = json.loads(answer.out)
    assert answer.code == 0
    assert answer.err == ""
    assert set(told) == {"totals", "rows", "children", "findings"}
    assert len(told["rows"]) == sum(count for kind, count in told["totals"].items() if kind != "unexplained") == 767
    september = next(row for row in told["rows"] if (row["ref"], row["period"]) == ("CSC 178", "2023-09"))
    assert september["outcome"] == "equal"
    assert september["calculated"] == "83.9 (26 / 31)"
    assert (september["file_row"], september["indicator"]) == (305, "icpc_15wd")
    assert {row["outcome"] for row in told["rows"] if row["cause"]} <= {
        "differs", "not_attainable", "equal_but_for_rounding",
    }  # fmt: skip


def test_csv_has_a_row_for_each_figure_and_the_outcome_beside_it(here: Path) -> None:
    answer = call("reconcile", _figures(GOOD, f"{REPORT},CSC 178,month,2023-08,,,,75.0,75.0,,"), "--csv")
    assert answer.code == 1
    assert answer.out.splitlines()[0] == (
        "file_row,ref,title,basis,period,breakdown,printed,calculated,outcome,says,cause,moves,indicator,maturity,note"
    )
    assert [(row["file_row"], row["outcome"], row["moves"]) for row in _rows(answer.out)] == [
        ("2", "equal", "0"), ("3", "differs", "1"),  # 75.0% of 12 are 9; 8 were held in time
    ]  # fmt: skip


def test_a_difference_says_by_how_many_and_names_the_children_nearest_to_moving(here: Path) -> None:
    answer = call("reconcile", _figures(f"{REPORT},CSC 178,month,2023-09,,28,31,90.3,90.3,,"))
    assert answer.code == 1
    assert "numerator printed 28, calculated 26" in answer.out
    assert "CSC 178, 2023-09: 2 would have to move in; nearest first" in answer.out
    first = answer.out[answer.out.index("nearest first") :].splitlines()[1]
    # due on 25 September and held on the 28th; the others of the five were held 4 or 6 days late
    assert first.split(",")[0].strip() in {"C003158", "C003168"}
    assert "1 published figures; 1 compared; 1 unexplained." in answer.err


FAULTS = (
    (f"{REPORT},CSC 17B,month,2023-09,,26,31,83.9,83.9,,", "The report has no line 'CSC 17B'. Did you mean 'CSC 178'?"),
    (GOOD, "A second figure for CSC 178, month, 2023-09: the first stands in line 2."),
    (f"{REPORT},CSC 178,month,2023-08,,,,166.7,166.7,,", "166.7% of CSC 178 is more than 100 per cent."),
    (f"{REPORT},CSC 178,month,2023-13,,,,42.9,42.9,,", "'2023-13' is no period for the basis month: write it as 2023-04."),
    (f"{REPORT},CSC 178,month,Sep-23,,,,42.9,42.9,,", "A spreadsheet made a date of it: keep the column as text."),
    (f"{REPORT},CSC 178,monthly,2023-06,,,,42.9,42.9,,", "'monthly' is no basis. Did you mean 'month'?"),
    (f"{REPORT},CSC 178,month,2023-04,,,,ninety,ninety,,", "'ninety' is no number (value of CSC 178)."),
    (f"{REPORT},CSC 178,month,2023-06,,12,11,90,90,,", "The numerator 12 of CSC 178 is greater than the denominator 11."),
    (f"{REPORT},,month,2023-07,,,,42.9,42.9,,", "No ref says which line this figure is of."),
    (f"{REPORT},CSC 178,month,2023-07", "4 cells stand here, too few: the header has 11. The row is left out."),
)  # fmt: skip


def test_each_fault_of_the_file_is_told_by_its_line_and_the_figures_beside_it_are_still_held(here: Path) -> None:
    may = f"{REPORT},CSC 178,month,2023-05,,15,20,75.0,75.0,,"
    answer = call("reconcile", _figures(GOOD, *(row for row, _ in FAULTS), may), "--json")
    assert answer.code == 1
    for line, (_, says) in enumerate(FAULTS, start=3):
        told = [one for one in answer.err.splitlines() if one.startswith(f"figures.csv:{line}: ")]
        assert len(told) == 1, line
        assert says in told[0]
    told = json.loads(answer.out)
    by_line = {row["file_row"]: row["outcome"] for row in told["rows"]}
    assert by_line[2] == "equal"
    assert by_line[len(FAULTS) + 3] == "equal"
    assert {tuple(one) for one in told["findings"]} == {("file", "line", "rule", "says", "ref")}
    assert [one["line"] for one in told["findings"]] == list(range(3, len(FAULTS) + 3))
    assert call("reconcile", _figures(GOOD)).code == 0  # and a fault alone is enough
    assert call("reconcile", _figures(GOOD, GOOD)).code == 1


def test_hundreds_of_faults_are_not_poured_over_the_terminal_and_none_is_lost(here: Path) -> None:
    unknown = [f"{REPORT},X{number},month,2023-09,,,,1,1,," for number in range(50)]
    answer = call("reconcile", _figures(GOOD, *unknown))
    assert answer.err.count("The report has no line") == 20
    assert "30 more faults in the file: --json gives all." in answer.err
    assert len(json.loads(call("reconcile", "figures.csv", "--json").out)["findings"]) == 50
    assert call("reconcile", "figures.csv", "--csv").err.count("The report has no line") == 50


def test_a_file_saved_by_excel_with_a_byte_order_mark_or_in_latin_1_is_read_and_the_bad_line_told(here: Path) -> None:
    Path("figures.csv").write_bytes(b"\xef\xbb\xbf" + f"{HEADER}\r\n{GOOD}\r\n".encode())
    assert call("reconcile", "figures.csv").code == 0
    Path("figures.csv").write_bytes(f"{HEADER}\n{GOOD}\n{GOOD.replace('-09,,', '-05,,')}caf\xe9\n".encode("latin-1"))
    answer = call("reconcile", "figures.csv")
    assert answer.code == 1
    assert "figures.csv:3: This line is not UTF-8 text: save the file as UTF-8." in answer.err
    assert "2 published figures; 2 compared" in answer.err


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "The file is empty."),
        ((HEADER.replace(",", ";") + "\n").encode(), "figures.csv:1: The cells are separated by semicolons"),
        (HEADER.encode("utf-16"), "The file is not UTF-8 text."),
        (HEADER.replace(",value", ",valeu").encode(), "'valeu' stands where 'value' may be meant."),
    ],
    ids=["empty", "semicolons", "utf-16", "misspelt column"],
)
def test_figures_that_can_not_be_read_end_with_3_in_reconcile_and_in_audit(
    here: Path, content: bytes, says: str
) -> None:
    Path("figures.csv").write_bytes(content)
    for command in ("reconcile", "audit"):
        answer = call(command, "figures.csv")
        assert answer.code == 3
        assert says in sentences(answer)


def test_a_file_without_a_figure_and_figures_of_other_months_are_not_taken_for_agreement(here: Path) -> None:
    empty = call("reconcile", _figures(), "--report", REPORT)
    assert empty.code == 1
    assert "No figure stands in this file." in empty.err
    assert call("audit", "figures.csv").code == 1
    earlier = call("reconcile", _figures(f"{REPORT},CSC 178,month,2021-09,,26,31,83.9,83.9,,"))
    assert earlier.code == 1
    assert "Nothing could be compared: the months of a run (--months)" in earlier.err
    assert "the records are not said to cover this period" in earlier.out


def test_a_known_difference_has_its_cause_and_a_cause_of_nothing_is_told(here: Path) -> None:
    _figures(f"{REPORT},CSC 178,month,2023-09,,28,31,90.3,90.3,,")
    causes = Path("causes.csv")
    causes.write_text(
        "ref,basis,period,breakdown,why\nCSC 178,month,2023-09,,counted twice\nCSC 17B,month,2023-09,,a slip\n"
    )
    answer = call("reconcile", "figures.csv", "--causes", causes)
    assert answer.code == 0
    assert "counted twice" in answer.out
    assert "causes.csv: No printed figure stands at CSC 17B, month, 2023-09" in answer.err
    assert "Did you mean 'CSC 178'?" in answer.err


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ref;basis;period;breakdown;why\n", "separated by semicolons"),
        ("ref,basis,period,why\n", "causes.csv:1: The file lacks breakdown."),
        ("", "The file lacks basis, breakdown, period, ref, why."),
        (None, "There is no file 'causes.csv'."),
    ],
    ids=["semicolons", "a column less", "empty", "a folder"],
)
def test_causes_that_can_not_be_read_end_with_3(elsewhere: Path, here: Path, text: str | None, says: str) -> None:
    _figures(GOOD)
    causes = Path("causes.csv")
    causes.unlink(missing_ok=True)
    if text is None:
        causes.mkdir()
    else:
        causes.write_text(text)
    answer = call("reconcile", "figures.csv", "--causes", causes)
    if text is None:
        causes.rmdir()
    assert answer.code == 3
    assert says in sentences(answer)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("report", "darlingtn-2023-09", "--month", "2023-09"), 2, ["Did you mean 'darlington-2023-09'?"]),
        (("report", REPORT, "--month", "2023-10"), 2, ["2023-10 begins after 2023-09-30"]),
        (("report", REPORT, "--month", "2023-03"), 2, ["2023-03 lies before 2023-04, the first month of this run"]),
        ((*RUN, "--out", "new", "--report", "darlington"), 2, ["Did you mean 'darlington-2023-09'?"]),
        (("indicators", "diff", "icpc_15w", "icpc_15wd"), 2, ["Did you mean 'icpc_15wd'?"]),
        (("sample", "new", "--published", "darlingtn-2023-09"), 2, ["Did you mean 'darlington-2023-09'?"]),
        (("sample", "new", "--published", PUBLISHED), 3, ["There is no figures.csv in"]),
        (("reconcile", "nowhere"), 3, ["There is no file 'nowhere'", "figures.csv"]),
        (("audit", "nowhere"), 3, ["There is no file 'nowhere'"]),
        (("reconcile", PUBLISHED / REPORT, "--report", "surey-2024-09"), 2, ["Did you mean 'surrey-2024-09'?"]),
        (("reconcile", PUBLISHED / REPORT, "--tolerance", "x"), 2, ["'x' is not a number", "--tolerance 0.1"]),
        (("reconcile", PUBLISHED / REPORT, "--tolerance", "1e999999999"), 2, ["'1e999999999' is not a number"]),
        (("reconcile", PUBLISHED / REPORT, "--tolerance", "-1"), 2, ["--tolerance -1 can't be meant", "0 to 1000"]),
        (("report", REPORT, "--month", "2023-09", "--store", "out/figures.csv"), 2, ["can't be opened as a store"]),
    ],
    ids=lambda part: " ".join(str(one).rpartition("/")[2] for one in part) if isinstance(part, tuple) else "",
)
def test_a_wrong_name_or_month_is_refused_with_what_was_meant(
    here: Path, arguments: tuple[object, ...], code: int, says: list[str]
) -> None:
    answer = call(*arguments)
    assert answer.code == code
    for words in says:
        assert words in sentences(answer)
    assert not Path("new").exists()


@pytest.mark.parametrize("command", [("report", REPORT, "--month", "2023-09"), ("reconcile", PUBLISHED / REPORT)])
def test_without_a_run_both_say_how_to_make_one(elsewhere: Path, command: tuple[object, ...]) -> None:
    answer = call(*command)
    assert answer.code == 2
    assert "No run was made from this folder yet" in sentences(answer)


def test_figures_of_a_report_that_nobody_defined_ask_for_its_name(here: Path) -> None:
    answer = call("reconcile", _figures(GOOD.replace(REPORT, "darlington-2023-9")))
    assert answer.code == 2
    assert "No report says 'published: darlington-2023-9'" in answer.err
    assert "Did you mean 'darlington-2023-09'?" in answer.err
    assert "--report" in sentences(answer)
    assert call("reconcile", "figures.csv", "--report", REPORT).code == 0


# report


def test_the_report_prints_figures_targets_ratings_and_travel_line_by_line(here: Path) -> None:
    answer = call("report", REPORT, "--month", "2023-09", "--csv")
    assert answer.code == 0
    rows = {row["ref"]: row for row in reversed(_rows(answer.out))}  # of a line on several bases the first
    icpc = rows["CSC 178"]
    assert (icpc["this"], icpc["of"], icpc["before"], icpc["travel"]) == (
        "83.9%", "26 of 31", "66.7%", "+17.2 points, better",
    )  # fmt: skip
    late = rows["CSC 040"]  # 61 of 128 assessments, 62 of 100 the month before; 47.7 is under 90 less a tenth
    assert (late["this"], late["travel"], late["target"], late["rating"]) == ("47.7%", "-14.3 points, worse", "90", "R")
    assert rows["CSC 022"]["rating"] == "A"  # 81.3 against 90: 81 is the edge
    assert set(icpc) >= {"section", "title", "basis", "compared with", "maturity", "twelve_month_average"}
    text = call("report", REPORT, "--month", "2023-09")
    assert text.out.startswith("Darlington: children's services performance")
    assert "Initial Child Protection Conferences: timeliness" in text.out
    assert " green, " in text.err
    assert "records are those of" not in text.err


def test_another_authoritys_report_made_from_these_records_says_so(here: Path) -> None:
    answer = call("report", "surrey-2024-09", "--month", "2023-09", "--json")
    assert answer.code == 0
    assert {"ref", "this", "target", "rating", "travel"} <= set(json.loads(answer.out)[0])
    assert "This run's records are those of Darlington; the report is made for Surrey." in answer.err


# definitions of one's own

OWN_REPORT = """title: Ours
authority: ourplace
published: ours-2023-09
sections:
  - title: Plans
    lines:
      - ref: C1
        title: Conferences in time
        indicator: icpc_15wd
        shows: value
"""
OWN_AUTHORITY = "name: Ourplace\ntargets:\n  icpc_15wd:\n    - {from: 2023-04-01, target: 80}\n"


def _own(where: Path, report: str, authority: str) -> Path:
    for folder, text, name in (("reports", report, "ours.yaml"), ("authorities", authority, "ourplace.yaml")):
        (where / "own" / folder).mkdir(parents=True)
        (where / "own" / folder / name).write_text(text)
    return where / "own"


def test_a_report_and_targets_of_ones_own_need_files_alone(elsewhere: Path) -> None:
    definitions = _own(elsewhere, OWN_REPORT, OWN_AUTHORITY)
    (elsewhere / "records").mkdir()
    for table in ("cp_conferences.csv", "s47_enquiries.csv", "strategy_discussions.csv"):
        shutil.copy(RECORDS / table, elsewhere / "records" / table)
    assert call("run", "records", *RUN[2:], "--report", "ours", "--definitions", definitions).code == 0
    row = _rows(call("report", "ours", "--month", "2023-09", "--csv").out)[0]
    assert (row["ref"], row["title"], row["this"]) == ("C1", "Conferences in time", "83.9%")
    assert (row["target"], row["rating"]) == ("80", "G")


@pytest.mark.parametrize(
    ("change", "place", "says"),
    [
        (("indicator: icpc_15wd", "indicator: icpc_15w"), "reports/ours.yaml:9:20", "Did you mean 'icpc_15wd'?"),
        (("shows: value", "shows: remaindr"), "reports/ours.yaml:10:16", "Did you mean 'remainder'?"),
        (("shows: value", "breakdown: {team: teem}"), "reports/ours.yaml:10:20", "'icpc_15wd' is not broken down by 'teem'"),
        (("shows: value", "group: North"), "reports/ours.yaml:10:16", "A group is of a breakdown, and none is named here."),
        (("authority: ourplace", "authority: ourplac"), "reports/ours.yaml:2:12", "Did you mean 'ourplace'?"),
        (("title: Conferences", "titel: Conferences"), "reports/ours.yaml:8:9", "Did you mean 'title'?"),
        (("  icpc_15wd:", "  icpc_15w:"), "authorities/ourplace.yaml:3:3", "Did you mean 'icpc_15wd'?"),
        (("target: 80", "target: eighty"), "authorities/ourplace.yaml:4:34", "A number is expected here."),
        (("target: 80", "low: 80"), "authorities/ourplace.yaml:4:7", "A target is one value ('target') or a range"),
    ],
    ids=lambda part: part[1] if isinstance(part, tuple) else "",
)  # fmt: skip
def test_a_mistake_in_a_report_or_its_targets_ends_with_2_and_underlines_the_place(
    elsewhere: Path, change: tuple[str, str], place: str, says: str
) -> None:
    definitions = _own(elsewhere, OWN_REPORT.replace(*change), OWN_AUTHORITY.replace(*change))
    answer = call(*RUN, "--report", "ours", "--definitions", definitions)
    assert answer.code == 2
    assert sentences(answer).startswith(f"own/{place}")
    assert says in answer.err
    assert "^" in answer.err
    assert [found.name for found in elsewhere.iterdir()] == ["own"]


# indicators diff


def test_diff_says_in_what_two_indicators_differ(elsewhere: Path) -> None:
    answer = call("indicators", "diff", "cp_visits_made_15wd", "cp_visits_made_10wd", "--json")
    told = json.loads(answer.out)
    assert (answer.code, told["alike"]) == (0, False)
    parts = {one["part"]: (one["first"], one["second"]) for one in told["differences"]}
    assert parts["limit cp_visit_working_days"] == ("", "10 working days from 1990-01-01")
    assert "counts" not in parts  # both count the same visits
    text = call("indicators", "diff", "cp_visits_made_15wd", "cp_visits_made_10wd")
    assert "They count differently." in text.err
    assert "10 working days from 1990-01-01" in text.out
    assert "They are the same." in call("indicators", "diff", "icpc_15wd", "icpc_15wd").err


# sample --published


def test_the_records_behind_a_report_are_written_with_the_list_of_what_was_let_go(elsewhere: Path) -> None:
    answer = call("sample", "records", "--published", REPORT, "--seed", 1)
    assert answer.code == 0
    let_go = _rows((elsewhere / "records" / "notes" / "let_go.csv").read_text(encoding="utf-8"))
    assert (
        f"{len(let_go)} printed figures that no records can meet, with the reasons: records/notes/let_go.csv."
        in answer.err
    )
    places = ("ref", "basis", "period", "breakdown")
    printed = {tuple(row[name] for name in places) for row in _rows((PUBLISHED / REPORT / "figures.csv").read_text())}
    assert let_go
    assert {tuple(row[name] for name in places) for row in let_go} <= printed
    assert all(row["why"] for row in let_go)
    held = _rows((elsewhere / "records" / "cp_conferences.csv").read_text(encoding="utf-8"))
    assert sum(row["held_on"].startswith("2023-09") for row in held) == 31  # 26 of 31 are printed for September
