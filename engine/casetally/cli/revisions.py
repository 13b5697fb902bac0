"""Why: an analyst asks why a figure is not the one printed, and gets its history, the parts and the children behind them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from casetally.cli.options import YEARS, AsCsv, AsJson, StoreAt, must_be_known, must_lie_within
from casetally.errors import CallError, did_you_mean

if TYPE_CHECKING:
    from casetally.periods import Period
    from casetally.reports.progress import Progress
    from casetally.reports.revisions.known import Pair
    from casetally.store.editions import Editions

_STEPS = ("opening the editions", "comparing the records", "splitting the difference")


def revisions(
    indicator: Annotated[
        str | None, typer.Argument(help="An indicator; every figure that moved if left out.", show_default=False)
    ] = None,
    month: Annotated[str | None, typer.Option("--month", help="The month, as 2023-09.")] = None,
    basis: Annotated[
        str, typer.Option("--basis", help="month, quarter, year, year_to_date, rolling_12_months or week.")
    ] = "month",
    store: StoreAt = None,
    first: Annotated[
        str | None, typer.Option("--from", help="The earlier edition: its number, or the day it was known.")
    ] = None,
    second: Annotated[str | None, typer.Option("--to", help="The later one; the last if left out.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Without INDICATOR: write a page, FILE.html.")] = None,
    csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """Why a figure moved between two nights: its history, and the difference split exactly, by cause and child by child."""
    from casetally.periods import BASES
    from casetally.reports.outputs import last_store
    from casetally.reports.progress import telling
    from casetally.reports.revisions.known import editions_at

    must_be_known(basis, BASES, "basis")
    if indicator is None and basis == "week":
        raise CallError(
            "Of weeks no figures are kept with the editions.",
            hint="Ask for one indicator and a --month, or another --basis.",
        )
    if indicator is not None and month is None:
        raise CallError("A month is missing.", hint="Add --month 2023-09.")
    if indicator is not None and out is not None:
        raise CallError("--out writes the page of all figures.", hint="Leave INDICATOR out, or leave --out out.")
    with telling(_STEPS) as tell:
        tell(_STEPS[0])
        with editions_at(store or last_store()) as editions:
            ends = (first, second)
            if indicator is None:
                _all(
                    tell, editions, _period(basis, month) if month else None, basis, ends, out, csv=csv, as_json=as_json
                )
            else:
                _one(tell, editions, indicator, _period(basis, str(month)), ends, csv=csv, as_json=as_json)


def _period(basis: str, month: str) -> Period:
    from casetally.periods import period_of, read_month

    must_lie_within(int(month[:4]) if month[:4].isdecimal() else YEARS[0], *YEARS, f"The year of '{month}'")
    return period_of(basis, read_month(month))


def _one(
    tell: Progress, editions: Editions, indicator: str, period: Period, ends: tuple[str | None, str | None], *,
    csv: bool, as_json: bool,
) -> None:  # fmt: skip
    from casetally.figures.revisions import split_along, telescope
    from casetally.reports.revisions.known import edition_named, first_for, history, last_of, pair_of
    from casetally.reports.revisions.text import show_split

    first = edition_named(editions, ends[0]) if ends[0] else first_for(editions, period)
    second = edition_named(editions, ends[1]) if ends[1] else last_of(editions)
    pair = pair_of(editions, first, second)
    _must_be_defined(pair, indicator)
    past = history(editions, indicator, period)
    tell(_STEPS[1])
    way = telescope(pair.before, pair.after, [indicator])
    tell(_STEPS[2])
    found = split_along(way, indicator, period, pair.after)
    pair.close()
    show_split(past, found, pair.before, pair.after, as_json=as_json, csv=csv)


def _all(
    tell: Progress, editions: Editions, period: Period | None, basis: str, ends: tuple[str | None, str | None],
    out: Path | None, *, csv: bool, as_json: bool,
) -> None:  # fmt: skip
    from casetally.reports.revisions.known import edition_named, last_of, moved_between, one_before_last, pair_of
    from casetally.reports.revisions.page import write_revisions_page
    from casetally.reports.revisions.splits import splits_of
    from casetally.reports.revisions.text import show_all

    first = edition_named(editions, ends[0]) if ends[0] else one_before_last(editions)
    second = edition_named(editions, ends[1]) if ends[1] else last_of(editions)
    pair = pair_of(editions, first, second)
    moved = [one for one in moved_between(editions, pair.first, pair.second, basis) if period in (None, one[1])]
    tell(_STEPS[1])
    splits = splits_of(pair.before, pair.after, moved, lambda: tell(_STEPS[2]))
    if out is None:
        show_all(splits, pair.before, pair.after, as_json=as_json, csv=csv)
    else:
        past = editions.figures({one.indicator for one in splits}, until=pair.second.number + 1)
        write_revisions_page(out, splits, pair.before, pair.after, past, editions.nights())
        typer.echo(f"{len(splits)} figures that moved are in {out}.", err=True)
    pair.close()


def _must_be_defined(pair: Pair, indicator: str) -> None:
    """Refuse a name that neither edition's definitions have, with the nearest."""
    known = {**pair.before.library.indicators, **pair.after.library.indicators}
    if indicator not in known:
        hint = did_you_mean(indicator, known, else_say="'casetally indicators list' shows all.")
        raise CallError(f"There is no indicator '{indicator}' in either edition.", hint=hint)
