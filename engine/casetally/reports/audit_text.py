"""Why: whoever publishes a report should see at once how much of it adds up, and then each figure that does not, with its line."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence

import polars as pl

from casetally.figures.audit.checks import Check
from casetally.figures.audit.evaluate import Audit
from casetally.reports.terminal import print_frame


def print_audit(done: Audit, *, as_json: bool) -> None:
    """Totals by kind of identity, then what does not hold and what is wrong with the file; everything tested as JSON."""
    if as_json:
        sys.stdout.write(json.dumps(audit_as_data(done), indent=2, ensure_ascii=False) + "\n")
        return
    print_frame(totals(done.checks), limit=None)
    if done.implied:
        sys.stdout.write("\nWhat the figures imply\n" + "".join(f"  {one}\n" for one in done.implied))
    if done.failures:
        sys.stdout.write("\nWhat does not hold\n")
        print_frame(_failures(done.failures), limit=None)
    if done.findings:
        sys.stdout.write("\nWhat is wrong with the file\n" + "".join(f"  {one}\n" for one in done.findings))
    if done.untested:
        sys.stdout.write("\nIdentities that found nothing to test\n" + "".join(f"  {one}\n" for one in done.untested))
    _say_what_was_read(done)


def totals(checks: Sequence[Check]) -> pl.DataFrame:
    """One row a kind: identities, those that hold throughout, tests, those that hold; and one row for all."""
    by_kind: dict[str, list[Check]] = {}
    for one in checks:
        by_kind.setdefault(one.kind, []).append(one)
    rows = [_total(kind, by_kind[kind]) for kind in sorted(by_kind)]
    return pl.DataFrame([*rows, _total("all", checks)])


def _total(kind: str, checks: Sequence[Check]) -> Mapping[str, object]:
    names = {one.identity for one in checks}
    failing = {one.identity for one in checks if not one.holds}
    return {"kind": kind, "identities": len(names), "hold_throughout": len(names - failing), "tests": len(checks),
            "hold": sum(one.holds for one in checks)}  # fmt: skip


def _failures(failures: Sequence[Check]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {"identity": one.identity, "line": one.name, "period": one.period, "expected": one.expected,
             "printed": one.printed, "stands_in": one.stands_in}
            for one in failures
        ]
    )  # fmt: skip


def audit_as_data(done: Audit) -> dict[str, object]:
    """Everything that was tested, for programs."""
    return {
        "file": str(done.published.path),
        "figures": done.published.frame.height,
        "identities": str(done.source) if done.source else None,
        "holds": done.holds,
        "totals": totals(done.checks).to_dicts(),
        "implied": list(done.implied),
        "checks": [_check_as_data(one) for one in done.checks],
        "findings": [
            {"file": one.file, "line": one.line, "rule": one.rule, "ref": one.ref, "says": one.says} for one in done.findings
        ],
        "untested": list(done.untested),
    }  # fmt: skip


def _check_as_data(one: Check) -> dict[str, object]:
    return {
        "identity": one.identity, "kind": one.kind, "title": one.title, "line": one.name, "period": one.period,
        "expected": one.expected, "printed": one.printed, "holds": one.holds, "stands_in": one.stands_in,
        "figures_lines": list(one.lines), "benchmarks_lines": list(one.beside),
    }  # fmt: skip


def _say_what_was_read(done: Audit) -> None:
    failing = len(done.failures)
    source = (
        f"the {len(done.identities)} identities of {done.source.name}" if done.source else "no identities of its own"
    )
    sys.stderr.write(f"{done.published.frame.height:,} figures of {done.published.path}, with {source}.\n")
    if not done.source:
        sys.stderr.write("Only what holds in any report was tested: docs/audit.md says how to write identities.\n")
    what = (
        f"{failing:,} of {len(done.checks):,} tests do not hold" if failing else f"All {len(done.checks):,} tests hold"
    )
    found = f" Faults in the file: {len(done.findings):,}." if done.findings else ""
    sys.stderr.write(f"{what}.{found}\n")
