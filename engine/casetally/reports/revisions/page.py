"""Why: whoever printed last night's figures sees on one page which of them are no longer so, and what moved each.

One HTML file: no script, no font, no request, and no child: parts are numbers, and no id or record stands on it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from casetally.definitions.library import Library
from casetally.figures.revisions import CAUSES, FigureSplit, KnownState
from casetally.periods import day_words, period_words
from casetally.reports import page as report_page
from casetally.reports.revisions.drawing import history_svg
from casetally.reports.revisions.words import figure_text, forgotten_words, points_text, rows_of
from casetally.reports.terminal import figure_text as row_text

_TEMPLATES = Path(__file__).parent / "templates"
_STYLE = Path(report_page.__file__).parent / "templates" / "style.css"
_MOST = 400  # figures in full; the table of the summary has all


@dataclass(frozen=True)
class _Figure:
    """One figure as the page shows it."""

    anchor: str
    title: str
    period: str
    before: str
    after: str
    difference: str
    causes: str
    rows: tuple[tuple[str, str, str, str], ...]
    history: tuple[tuple[str, str, str], ...]
    drawing: str


def write_revisions_page(
    path: Path,
    splits: Sequence[FigureSplit],
    before: KnownState,
    after: KnownState,
    figures: pl.DataFrame | None = None,
    nights: pl.DataFrame | None = None,
) -> None:
    """Write the page of all figures that moved, for its owner's eyes. `splits`: as `splits_of` gives them.

    `figures` and `nights`: the figures by edition and the editions (`Editions.figures`, `Editions.nights`), for the histories; none
    are shown where they are left out. Raises OSError where it can't be written; then an earlier page stays as it was.
    """
    beside = path.with_name(f".{path.name}.writing")
    try:
        beside.unlink(missing_ok=True)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(revisions_html(splits, before, after, figures, nights))
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def revisions_html(
    splits: Sequence[FigureSplit],
    before: KnownState,
    after: KnownState,
    figures: pl.DataFrame | None = None,
    nights: pl.DataFrame | None = None,
) -> str:
    """The page as one HTML file; the same splits give the same bytes."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    rooms = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined,
                        trim_blocks=True, lstrip_blocks=True)  # fmt: skip
    rooms.filters["drawn"] = Markup  # our own drawing: numbers, and words of ours
    style = _STYLE.read_text(encoding="utf-8").replace('"RUNNING-TITLE"', '"Why figures moved"')
    ends = (before.label or "before", after.label or "after")
    past = _Past.of(figures, nights)
    day = min(before.store.as_at, after.store.as_at)
    shown = [_figure(one, at, ends, after.library, before.library, past) for at, one in enumerate(splits)]
    return rooms.get_template("revisions.html").render(
        style=Markup(style),  # noqa: S704 - our own
        authority=after.authority, before=ends[0], after=ends[1], figures=shown[:_MOST], more=shown[_MOST:],
        as_at=(day_words(before.store.as_at), day_words(after.store.as_at)), by_cause=_by_cause(splits),
        forgotten=forgotten_words(before, after), over=sum(one.period.end <= day for one in splits), over_by=day_words(day),
    )  # fmt: skip


def _figure(
    split: FigureSplit, at: int, ends: tuple[str, str], library: Library, earlier: Library, past: _Past
) -> _Figure:
    one = library.indicators.get(split.indicator) or earlier.indicators.get(split.indicator)
    lines = past.of_figure(split)
    values = [row["value"] for row in lines if row["value"] is not None]
    words = (
        f"From {number_text_of(values[0])} to {number_text_of(values[-1])} in {len(values)} steps." if values else ""
    )
    unit = split.after.unit
    return _Figure(
        f"figure-{at + 1}",
        one.text.title if one else split.indicator,
        period_words(split.period),
        figure_text(split.before),
        figure_text(split.after),
        points_text(split.difference, unit),
        "; ".join(f"{CAUSES[part.cause]} {points_text(part, unit)}".strip() for part in split.parts) or "not split",
        tuple(rows_of(split, *ends)),
        tuple(
            (f"edition {row['number']}", day_words(row["known_on"]), row_text({**row, "unit": unit})) for row in lines
        ),
        history_svg(values, words),
    )


def number_text_of(value: float) -> str:
    return f"{value:,.1f}".removesuffix(".0")


def _by_cause(splits: Iterable[FigureSplit]) -> list[tuple[str, int]]:
    """How many figures each cause moved, in the order of the causes."""
    found = dict.fromkeys(CAUSES, 0)
    for split in splits:
        for part in split.parts:
            found[part.cause] += 1
    return [(CAUSES[cause], count) for cause, count in found.items() if count]


@dataclass(frozen=True)
class _Past:
    """The histories of figures, looked up by figure."""

    lines: dict[tuple[str, str, str], list[dict[str, Any]]]

    @staticmethod
    def of(figures: pl.DataFrame | None, nights: pl.DataFrame | None) -> _Past:
        if figures is None or nights is None or figures.is_empty():
            return _Past({})
        told = figures.join(nights.select("number", "known_on"), on="number", how="inner").sort("number")
        found: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
        for row in told.iter_rows(named=True):
            found.setdefault((row["indicator"], row["basis"], row["period"]), []).append(row)
        return _Past(found)

    def of_figure(self, split: FigureSplit) -> list[dict[str, Any]]:
        return self.lines.get((split.indicator, split.period.basis, split.period.name), [])
