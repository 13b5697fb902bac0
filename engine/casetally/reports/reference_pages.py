"""Why: pages that repeat what the definitions and schemas say are made from them, and the tests hold them current.

`python -m casetally.reports.reference_pages` writes `docs/indicators.md`, `docs/data_dictionary.md`, `docs/functions.md`, the JSON
Schemas that editors use for definition files, and the compiled charts.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path

from casetally.definitions.authorities import Authority
from casetally.definitions.indicators import Indicator
from casetally.definitions.library import Library, load_library
from casetally.definitions.lineage import needs_of
from casetally.definitions.models import IndicatorFile, LimitFile, RecordSetText
from casetally.definitions.reports import Report
from casetally.figures.explain import rule_of
from casetally.language import CATALOGUE
from casetally.reports.charts.template import compiled_templates
from casetally.schemas import Table

_MADE = "<!-- Made by `make docs` from the definitions and schemas: change those, not this page. -->\n"


def reference_pages(library: Library) -> dict[str, str]:
    """Every generated file by its path from the project's root."""
    return {
        "docs/indicators.md": indicators_page(library),
        "docs/data_dictionary.md": data_dictionary(library),
        "docs/functions.md": functions_page(),
        "engine/casetally/reports/charts/compiled.json": compiled_templates(),
        "definitions/json_schema/indicators.json": _schema(IndicatorFile.model_json_schema()),
        "definitions/json_schema/authorities.json": _schema(Authority.model_json_schema()),
        "definitions/json_schema/reports.json": _schema(Report.model_json_schema()),
        "definitions/json_schema/limits.json": _schema(LimitFile.model_json_schema()),
        "definitions/json_schema/records.json": _schema(RecordSetText.model_json_schema()),
    }


def indicators_page(library: Library) -> str:
    """The catalogue of indicators: a table to find one, then each with its rule, limits and what it needs."""
    lines = [_MADE, "# Indicators\n", f"{len(library.indicators)} indicators ship with casetally. "
             "`casetally indicators show ID` prints one.\n",
             "| indicator | title | kind | counts |", "| --- | --- | --- | --- |"]  # fmt: skip
    lines += [
        f"| [{one.id}](#{one.id}) | {one.text.title} | {one.kind} | {one.text.count or ''} |"
        for one in library.indicators.values()
    ]
    for one in library.indicators.values():
        lines += ["", *_indicator(library, one)]
    lines += ["", "## Limits\n", "| limit | value | from | source |", "| --- | --- | --- | --- |"]
    for limit in library.limits.values():
        for (since, value), source in zip(limit.values, limit.sources, strict=True):
            lines.append(f"| {limit.name} | {value} {limit.unit} | {since} | {source} |")
    return "\n".join(lines) + "\n"


def _indicator(library: Library, one: Indicator) -> Iterable[str]:
    rule = rule_of(one)
    yield f"### {one.id}\n"
    yield f"**{one.text.title}.** {rule['meaning']}\n"
    yield f"*Source: {rule['source']}.*\n"
    for name, value in rule.items():
        if name not in ("title", "meaning", "source"):
            code = name in (
                "dated by",
                "open from and until",
                "where",
                "numerator",
                "clock starts",
                "due",
                "met",
                "average of",
                "counts",
            )
            yield f"- {name}: {f'`{value}`' if code else value}"
    yield f"- broken down by: {', '.join(one.breakdowns) or 'nothing'}"
    needs = sorted({f"{table}.{column}" for table, column in needs_of(library, one) if column != "*"})
    yield f"- needs: {', '.join(f'`{need}`' for need in needs)}"
    for example in one.text.examples:
        if example.why:
            yield f"- example: {example.why}: {example.expect}"


def data_dictionary(library: Library) -> str:
    """Every table with its columns, code lists and checks."""
    lines = [_MADE, "# Data dictionary\n",
             "The tables of the data model: names of plain CSV and Parquet files and of their columns. "
             "Required columns are marked `!`, key columns `*`.\n"]  # fmt: skip
    for table in library.schemas.tables.values():
        lines += ["", *_table(table)]
    lines += ["", "## Code lists\n"]
    for name, codes in library.schemas.codes.items():
        lines += [
            f"### {name}\n",
            "| code | label |",
            "| --- | --- |",
            *(f"| {code} | {label} |" for code, label in codes.items()),
            "",
        ]
    return "\n".join(lines).rstrip() + "\n"


def _table(table: Table) -> Iterable[str]:
    yield f"## {table.table}\n"
    dated = f" Dated by `{table.begins}`." if table.begins else ""
    ssd = f" Standard Safeguarding Dataset: `{table.ssd_table}`." if table.ssd_table else ""
    yield f"One row is {table.one_row_is}.{dated}{ssd}\n"
    yield "| column | type | what it holds | codes | references | SSD |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for name, column in table.columns.items():
        marks = ("!" if column.required else "") + ("*" if name in table.key else "")
        codes = f"[{column.codes}](#{column.codes})" if column.codes else ""
        yield f"| {name}{marks} | {column.type} | {column.about} | {codes} | {column.references or ''} | {column.ssd or ''} |"
    if table.checks:
        yield "\n| check | severity | must hold | says |"
        yield "| --- | --- | --- | --- |"
        for check_name, check in table.checks.items():
            yield f"| {check_name} | {check.severity} | `{check.expect}` | {check.says} |"


def functions_page() -> str:
    """Every function of the language with its meaning and examples."""
    lines = [_MADE, "# Functions\n", "All functions that a definition, a check or a record set may use. One gives null where an "
             "argument is null, unless it says that nulls are passed over.\n"]  # fmt: skip
    for function in CATALOGUE.values():
        nulls = " Nulls are passed over." if function.skips_nulls else ""
        lines += [f"## {function.name}\n", f"`{function.signature}`\n", f"{function.about}{nulls}\n"]
        lines += [f"- `{text}` is `{value}`" for text, value in function.examples]
        lines += [""] if function.examples else []
    return "\n".join(lines).rstrip() + "\n"


def _schema(schema: object) -> str:
    return json.dumps(schema, indent=2, sort_keys=True) + "\n"


def main() -> None:
    """Write every page below the folder named, else below the working folder."""
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path.cwd()
    for name, text in reference_pages(load_library()).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
