"""Why: docs/audit.md shows an audit from beginning to end, and its numbers of the five reports: both must be so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from casetally.figures.audit.evaluate import audit

from audit.test_audit_command import call

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "audit.md").read_text(encoding="utf-8")


def block(kind: str, holding: str) -> str:
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    return next(text for of, text in blocks if of == kind and holding in text)


def test_the_example_prints_what_the_page_shows(tmp_path: Path) -> None:
    (tmp_path / "figures.csv").write_text(block("csv", "A-MONTH"), encoding="utf-8")
    (tmp_path / "own.yaml").write_text(block("yaml", "A-MONTH"), encoding="utf-8")
    printed = call(tmp_path, "--identities", tmp_path / "own.yaml").stdout
    shown = block("", "What does not hold")
    assert [line.rstrip() for line in printed.strip().splitlines()] == [
        line.rstrip() for line in shown.strip().splitlines()
    ]


ROWS = re.findall(r"^\| `(\S+-\d{4}-\d\d)` \| (.*) \|$", PAGE, re.MULTILINE)


@pytest.mark.parametrize(("report", "numbers"), ROWS, ids=[report for report, _ in ROWS])
def test_the_numbers_of_the_five_reports(report: str, numbers: str) -> None:
    done = audit(ROOT / "sample_data" / "published" / report)
    names = {one.identity for one in done.checks}
    whole = names - {one.identity for one in done.failures}
    held = len(done.checks) - len(done.failures)
    assert numbers == " | ".join(
        map(str, (done.published.frame.height, len(names), len(whole), len(done.checks), held))
    )


def test_all_five_are_listed() -> None:
    assert [report for report, _ in ROWS] == sorted(
        path.name for path in (ROOT / "sample_data" / "published").iterdir()
    )


def test_every_kind_is_told() -> None:
    from casetally.definitions.identities import KINDS

    told = PAGE.partition("## What is tested")[2].partition("## Writing")[0]
    assert sorted(re.findall(r"^\| `(\w+)` \|", told, re.MULTILINE)) == sorted(KINDS)
