"""Why: an analyst who misspells a line or an option must be shown the place and the nearest name."""

from __future__ import annotations

from pathlib import Path

import pytest
from casetally.errors import DefinitionError

from audit.made_up import audited

FIGURES = "CSC 201#count|month|2023-04||||1\nCSC 209|month|2023-04||||1\nN22|month|2023-04|destination=Adopted|||1"
BENCHMARKS = "r,CSC 209,baseline,Apr 2023,1,1,\n"


def refused(folder: Path, identities: str) -> DefinitionError:
    with pytest.raises(DefinitionError) as mistake:
        audited(folder, FIGURES, identities, BENCHMARKS)
    return mistake.value


@pytest.mark.parametrize(
    ("identities", "line", "column", "says", "hint"),
    [
        ("x:\n  kind: sum\n  title: x\n  parts: [CSC 290]\n  total: CSC 209\n", 4, 11, "prints no line 'CSC 290'", "'CSC 209'"),
        ("x:\n  kind: sum\n  title: x\n  parts: CSC 209\n  total: CSC 299\n", 5, 10, "prints no line 'CSC 299'", "'CSC 209'"),
        ("x:\n  kind: sum\n  title: x\n  parts: [{less: CSC 201}]\n  total: CSC 209\n", 4, 18, "no line 'CSC 201'", "CSC 20"),
        ("x:\n  kind: sums\n  title: x\n", 2, 9, "no kind of identity 'sums'", "'sum'"),
        ("x:\n  title: x\n", 2, 3, "'kind' is missing", "stock_flow"),
        ("x:\n  kind: sum\n  title: x\n  part: CSC 209\n  total: CSC 209\n", 4, 3, "'part' is not known here", "'parts'"),
        ("x:\n  kind: sum\n  title: x\n  parts: {reff: CSC 209}\n  total: CSC 209\n", 4, 11, "'reff' is not known", "'ref'"),
        ("x:\n  kind: sum\n  title: x\n  total: CSC 209\n", 2, 3, "'parts' is missing here", ""),
        ("x:\n  kind: sum\n  title: x\n  parts: 4.2\n  total: CSC 209\n", 4, 10, "needs quotes", ""),
        ("x:\n  kind: groups\n  title: x\n  of: N22\n  over: destination\n", 2, 3, "Either 'total' or 'total_group'", ""),
        ("x:\n  kind: sum\n  title: x\n  parts: {ref: N22, group: destination=Adoptd}\n  total: CSC 209\n", 4, 28,
         "N22 has no group 'destination=Adoptd'", "'destination=Adopted'"),
        ("x:\n  kind: same\n  title: x\n  figures: [{ref: CSC 209, comparator: basline}]\n", 4, 40,
         "benchmarks.csv has no 'basline'", "'baseline'"),
        ("x:\n  kind: sum\n  title: x\n  parts: {ref: CSC 209, as_percent: CSC 999}\n  total: CSC 209\n", 4, 37,
         "no line 'CSC 999'", ""),
        ("x:\n  kind: rag\n  title: x\n  lower_is_better: [CSC 208]\n", 4, 21, "no line 'CSC 208'", "'CSC 20"),
        ("x:\n  kind: from_months\n  title: x\n  figures: CSC 209\n  is: total\n", 5, 7, "Expected here", ""),
        ("x: sum\n", 1, 4, "'kind' is missing", ""),
        ("- x\n", 1, 1, "names with something under each", ""),
        ("x: [\n", 2, 1, "not YAML", ""),
    ],
)  # fmt: skip
def test_a_mistake_is_shown_where_it_stands(
    tmp_path: Path, identities: str, line: int, column: int, says: str, hint: str
) -> None:
    mistake = refused(tmp_path, identities)
    assert mistake.place is not None
    assert (mistake.place.file, mistake.place.line, mistake.place.column) == (str(tmp_path / "own.yaml"), line, column)
    assert says in mistake.says
    assert hint in mistake.hint


def test_an_identity_without_anything_to_test_is_told(tmp_path: Path) -> None:
    done = audited(tmp_path, FIGURES, "x: {kind: sum, title: x, parts: CSC 209, total: CSC 209, periods: [2023-05]}")
    assert done.untested == ("x",)
    assert not done.holds
