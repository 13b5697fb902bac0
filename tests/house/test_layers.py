"""Why: data walks through the rooms in one direction, and a room that reaches up the list would let a figure go another way."""

from __future__ import annotations

import ast
from pathlib import Path

import casetally
import pytest

PACKAGE = Path(casetally.__file__).parent
GROUND = "the ground floor"
GROUND_FLOOR = {
    "calendar",
    "duckdb_closed",
    "errors",
    "owner_only",
    "periods",
    "schemas",
    "sealed",
    "shipped",
    "yaml_files",
}
# from the top down: each may import what stands below it
ROOMS = [
    "cli", "nights", "reports", "figures", "engines", "evidence", "definitions", "store", "records", "sources", "language",
    GROUND,
]  # fmt: skip
# the samples stand beside the rooms: they know what a record is, and nothing of how it is counted
ONLY = {"samples": {GROUND, "samples"}}


def room_of(module: str) -> str:
    first = module.split(".", maxsplit=1)[0]
    return GROUND if first in GROUND_FLOOR or first == "" else first


def imports_of(path: Path) -> set[str]:
    """The modules of this package that a file imports, inside functions and for type checking too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: imports name the whole path"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            found |= {name if (PACKAGE.parent / name.replace(".", "/")).with_suffix(".py").is_file() else node.module or ""
                      for name in names}  # fmt: skip
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {name.partition(".")[2] for name in found if name.split(".")[0] == "casetally"}


def may_import(importer: str, imported: str) -> bool:
    here, there = room_of(importer), room_of(imported)
    if here in ONLY:
        return there in ONLY[here] or imported in ONLY[here]
    if there not in ROOMS:
        return here == "cli" and there in ONLY
    return here == there or ROOMS.index(there) > ROOMS.index(here)


def modules() -> dict[str, Path]:
    names = {path: path.relative_to(PACKAGE).with_suffix("") for path in sorted(PACKAGE.rglob("*.py"))}
    return {".".join(part for part in name.parts if part != "__init__"): path for path, name in names.items()}


MODULES = modules()


@pytest.mark.parametrize("module", [module for module in MODULES if module])
def test_imports_only_point_down(module: str) -> None:
    assert room_of(module) in {*ROOMS, *ONLY}, f"{module} stands in a room that is not on the list"
    assert [name for name in sorted(imports_of(MODULES[module])) if not may_import(module, name)] == []


@pytest.mark.parametrize(
    ("importer", "imported", "allowed"),
    [
        ("figures.values", "engines.duckdb", True),
        ("engines.duckdb.rows", "figures.values", False),
        ("evidence.plan", "definitions.library", True),
        ("definitions.library", "store.layout", True),
        ("store.database", "schemas", True),
        ("sources.plain", "schemas", True),
        ("sources.plain", "records.validate", False),
        ("language.render", "records.validate", False),
        ("language.catalogue", "calendar", True),
        ("calendar", "language.catalogue", False),
        ("periods", "errors", True),
        ("samples.write", "schemas", True),
        ("samples.write", "records.validate", False),
        ("samples.write", "definitions.library", False),
        ("cli", "samples", True),
        ("reports.run", "samples", False),
        ("reports.run", "cli", False),
        ("reports.run", "nights.home", False),
        ("nights.steps", "reports.run", True),
    ],
)
def test_the_rule_itself(importer: str, imported: str, allowed: bool) -> None:
    assert may_import(importer, imported) is allowed


def test_an_import_is_seen_wherever_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text(
        "import casetally.periods\nfrom casetally import calendar\n"
        "def f():\n    from casetally.store.layout import create_tables\n    import polars\n"
    )
    assert imports_of(path) == {"periods", "calendar", "store.layout"}
