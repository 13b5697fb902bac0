"""Why: a reader who follows the README or a page of docs/ must find that it is so."""

from __future__ import annotations

import csv
import re
import shlex
from pathlib import Path

import pytest
from casetally.cli import app
from casetally.definitions import load_library
from casetally.definitions.authorities import find_authority
from casetally.definitions.reports import lines_of
from casetally.figures.examples import run_examples
from casetally.reports.reference_pages import reference_pages
from typer.main import get_command

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "sample_data").glob("*.md")])


@pytest.mark.parametrize("name", sorted(reference_pages(load_library())))
def test_generated_pages_are_current(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8") == reference_pages(load_library())[name], "run `make docs`"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    broken = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert not broken


def _commands() -> list[tuple[str, str]]:
    line = re.compile(r"^(?:\.venv\S*[/\\])?casetally (?!turns)(.+)$", re.MULTILINE)
    found = [(page.name, text) for page in PAGES for text in line.findall(page.read_text(encoding="utf-8"))]
    return [(page, text.split("#")[0].split(">")[0].strip()) for page, text in found]  # without the remark beside it


@pytest.mark.parametrize(("page", "line"), _commands())
def test_commands_in_the_docs_are_commands(page: str, line: str) -> None:
    """Each word after casetally is a command, and each option is one of that command's."""
    words = [word for word in shlex.split(line) if word != "…"]
    command = get_command(app)
    while hasattr(command, "commands") and words:
        command = command.commands[words.pop(0)]
    options = {option for parameter in command.params for option in parameter.opts}
    unknown = [word for word in words if word.startswith("--") and word not in options]
    assert not unknown, f"{page}: {line}"


def test_the_indicator_in_the_walk_through_works(tmp_path: Path) -> None:
    """docs/definitions.md tells an analyst to save its example and test it: do that."""
    text = (ROOT / "docs" / "definitions.md").read_text(encoding="utf-8")
    example = next(block for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL) if "examples:" in block)
    (tmp_path / "indicators").mkdir()
    (tmp_path / "indicators" / "ours.yaml").write_text(example, encoding="utf-8")
    library = load_library(tmp_path)
    results = list(run_examples(library, [library.indicator("cp_visit_8wd")]))
    assert [result.found for result in results] == ["1 of 1"]
    assert all(result.passed for result in results)


def test_the_limit_in_the_walk_through_works(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "definitions.md").read_text(encoding="utf-8")
    example = next(block for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL) if "values:" in block)
    (tmp_path / "limits").mkdir()
    (tmp_path / "limits" / "ours.yaml").write_text(example, encoding="utf-8")
    assert [value for _, value in load_library(tmp_path).limits["cp_visit_working_days"].values] == [10, 8]


def test_the_report_in_the_walk_through_works(tmp_path: Path) -> None:
    """docs/reports.md tells an analyst to save two files: six lines, and targets for three of them."""
    text = (ROOT / "docs" / "reports.md").read_text(encoding="utf-8")
    for name, example in re.findall(r"```yaml\n# mine/(\S+)\n(.*?)```", text, re.DOTALL):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(example, encoding="utf-8")
    library = load_library(tmp_path)
    lines = [one.line.indicator for one in lines_of(library.report("monthly"))]
    assert len(lines) == len(set(lines)) == 6
    authority = find_authority(library.folders, library.report("monthly").authority, library.indicators)
    assert authority is not None
    assert authority.name == "Ourplace"
    assert set(authority.targets) == {"assessment_45wd", "icpc_15wd", "rereferrals_12m"}
    assert set(authority.targets) < set(lines)


def test_the_core_report_holds_every_core_indicator(shared: Path) -> None:
    with (shared / "core_indicators.csv").open(encoding="utf-8", newline="") as file:
        core = [row["id"] for row in csv.DictReader(file)]
    lines = [name for section in load_library().reports["core"].sections for name in section.lines]
    assert sorted(lines) == sorted(core)


def test_the_record_set_in_the_walk_through_works(tmp_path: Path) -> None:
    """The SQL and YAML of docs/definitions.md, with an indicator made of them, on one young person with two plans."""
    text = (ROOT / "docs" / "definitions.md").read_text(encoding="utf-8")
    (tmp_path / "records").mkdir()
    (tmp_path / "indicators").mkdir()
    for kind in ("sql", "yaml"):
        block = next(b for b in re.findall(rf"```{kind}\n(.*?)```", text, re.DOTALL) if "care_leavers_with_plan" in b)
        (tmp_path / "records" / f"care_leavers_with_plan.{kind}").write_text(block, encoding="utf-8")
    (tmp_path / "indicators" / "ours.yaml").write_text(
        "care_leavers_plan_6m:\n  title: Plans in time\n  meaning: Plans in time.\n  source: ours\n"
        "  count: care_leavers_with_plan\n  open: [started_on, ended_on]\n  clock: plan_6m\n  examples:\n"
        "    - rows:\n        care_leavers: [{started_on: 2023-01-01}]\n"
        "        pathway_plans: [{authorised_on: 2022-01-01}, {authorised_on: 2023-03-31}]\n"
        "      as_at: 2023-09-30\n      expect: 1 of 1\n",
        encoding="utf-8",
    )
    library = load_library(tmp_path)
    assert [one.found for one in run_examples(library, [library.indicator("care_leavers_plan_6m")])] == ["1 of 1"]
