"""Why: merged, adopted and formerly unborn identities are one child for look-backs and distinct counts (rules: Counting)."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl


def person_ids(links: Iterable[tuple[str, str]]) -> pl.DataFrame:
    """`child_id` and `person_id` of every linked child: the smallest id of all that are linked, directly or through others."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            parent[name] = parent[parent[name]]  # shorten the path for those who ask later
            name = parent[name]
        return name

    for left, right in links:
        low, high = sorted((root(left), root(right)))
        parent[high] = low
    rows = [(name, root(name)) for name in sorted(parent)]
    return pl.DataFrame(rows, schema={"child_id": pl.String, "person_id": pl.String}, orient="row")
