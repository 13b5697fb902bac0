"""Why: what keeps this code readable by a stranger is easily lost a line at a time, so it is counted."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import casetally
import pytest

PACKAGE = Path(casetally.__file__).parent
ROOT = Path(__file__).parents[2]
MODULES = {str(path.relative_to(PACKAGE)): path for path in sorted(PACKAGE.rglob("*.py"))}
LONGEST_FILE, LONGEST_FUNCTION = 400, 60
MAY_PRINT = {"reports/terminal.py"}


def tree(name: str) -> ast.Module:
    return ast.parse(MODULES[name].read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", MODULES)
def test_a_module_opens_by_saying_why_it_exists(name: str) -> None:
    says = ast.get_docstring(tree(name)) or ""
    assert len(says.split()) >= 5
    assert says.split("\n\n")[0].rstrip().endswith((".", ":"))


@pytest.mark.parametrize("name", MODULES)
def test_a_file_and_its_functions_are_short(name: str) -> None:
    assert len(MODULES[name].read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE
    functions = [node for node in ast.walk(tree(name)) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    lengths = {one.name: (one.end_lineno or 0) - one.lineno + 1 for one in functions}
    assert {function: lines for function, lines in lengths.items() if lines > LONGEST_FUNCTION} == {}


@pytest.mark.parametrize("name", [name for name in MODULES if name not in MAY_PRINT])
def test_nothing_is_printed_but_by_the_terminal(name: str) -> None:
    calls = [node for node in ast.walk(tree(name)) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    assert [call.lineno for call in calls if call.func.id == "print"] == []  # type: ignore[attr-defined]


def project_texts() -> list[Path]:
    """What the project is made of: the files that git keeps or would keep, as text."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],  # noqa: S607
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode != 0:
        pytest.skip("NOT RUN: this is no git checkout")
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [path for path in paths if path.is_file() and b"\0" not in path.read_bytes()[:1000]]


# put together here, so that this file does not name them itself
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX|NotImplemented" + r"Error)\b")
OF_A_MACHINE = re.compile(r"(?<![\w.])/(home|Users|work|root|tmp|mnt)" + r"/\w|[A-Z]:\\\\?Users")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see /ho" + "me/anna/x.csv", True),
        ("/wo" + "rk/main", True),
        ("C:\\Us" + "ers\\anna", True),
        ("social/worker/x", False),
        ("a/tmp/x", False),
        ("https://www.gov.uk/root", False),
    ],
)
def test_what_counts_as_a_path_of_a_machine(text: str, found: bool) -> None:
    assert bool(OF_A_MACHINE.search(text)) is found


def test_nothing_is_left_unfinished_and_no_machine_is_named() -> None:
    found = []
    for path in project_texts():
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if UNFINISHED.search(line) or OF_A_MACHINE.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}")
    assert found == []


def modules_loaded_by(*arguments: str) -> set[str]:
    """What is imported by the time the command line has answered."""
    code = (
        "import sys\nfrom casetally.cli import app\n"
        f"try:\n    app({list(arguments)!r})\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        "print('loaded:', *sorted({name.split('.')[0] for name in sys.modules}))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    return set(done.stdout.splitlines()[-1].split()[1:])


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["indicators", "--help"]])
def test_help_answers_without_the_heavy_libraries(arguments: list[str]) -> None:
    loaded = modules_loaded_by(*arguments)
    assert "casetally" in loaded
    assert loaded & {"polars", "duckdb", "pandera", "numpy", "pyarrow", "holidays", "sqlglot", "pandas"} == set()
