"""Why: a manager who asks whether last month's figure can be relied on is told how late its records usually come."""

from __future__ import annotations

from typing import Annotated

import typer

from casetally.cli.options import AsCsv, AsJson, KnownAt, StoreAt, read_day
from casetally.errors import CallError


def settling(
    indicator: Annotated[
        str | None, typer.Argument(help="An indicator; all of them if left out.", show_default=False)
    ] = None,
    records: Annotated[bool, typer.Option("--records", help="Only how late each kind of record arrives.")] = False,
    store: StoreAt = None,
    known_at: KnownAt = None,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """How late records arrive, and how long and how far figures usually still move after their period."""
    from casetally.reports.known_at import database_of
    from casetally.reports.outputs import last_store
    from casetally.reports.settling import settling_of
    from casetally.reports.settling_text import print_settling
    from casetally.store.editions import holds_editions

    path = database_of(store or last_store())
    if path.exists() and not holds_editions(path):
        raise CallError(f"'{path}' keeps one run and no nights, so nothing can be said of what changed from night to night.",
                        hint="Name the editions.duckdb of a nightly home with --store.")  # fmt: skip
    found = settling_of(path, indicator, read_day(known_at) if known_at else None)
    print_settling(found, records_only=records, as_json=as_json, csv=as_csv)
