"""Why: what a reconciliation found is told totals first, then what differs and who would have to move, so that an analyst can
stop reading as soon as it is enough.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import polars as pl

from casetally.definitions.authorities import Compared
from casetally.figures.ratings import AVERAGES, LETTERS, Travel
from casetally.figures.reconcile import KINDS, Reconciliation
from casetally.figures.reconcile.outcomes import half_up
from casetally.reports.lines import ReportRow, ends_shown, shown, summary, usually_ends
from casetally.reports.terminal import console, note, print_json, rich_table

WORDS = {
    "equal": "equal", "equal_but_for_rounding": "equal but for rounding", "differs": "differs",
    "not_attainable": "not attainable", "not_comparable": "not comparable",
}  # fmt: skip
_FAULTS_TOLD = 20
_TITLE_WIDTH = 28  # on a narrow terminal the comparators give way first
_NAMED = 5  # on a terminal; all of them are in --json
_ARROWS = {"better": "better", "worse": "worse", "same": "no change", "up": "up", "down": "down"}


def print_reconciliation(found: Reconciliation, *, as_json: bool, csv: bool) -> None:
    """Totals, then what differs, with its cause and the records nearest to moving; every row as CSV or JSON."""
    if csv:
        sys.stdout.write(found.rows.write_csv())
    elif as_json:
        print_json({"totals": totals_of(found), "rows": found.rows.to_dicts(), "children": found.children,
                    "findings": [vars(one) for one in found.findings]})  # fmt: skip
    else:
        _print_text(found)
    told = found.findings if csv else found.findings[:_FAULTS_TOLD]  # of CSV alone no other form has them all
    for one in told:
        note(f"{one}")
    if len(found.findings) > len(told):
        note(f"{len(found.findings) - len(told):,} more faults in the file: --json gives all.")


def totals_of(found: Reconciliation) -> dict[str, int]:
    """How many figures ended as what, and how many of those that differ have no cause."""
    counts = dict(found.rows.group_by("outcome").len().iter_rows())
    return {**{kind: int(counts.get(kind, 0)) for kind in KINDS}, "unexplained": found.unexplained.height}


def _print_text(found: Reconciliation) -> None:
    totals = totals_of(found)
    compared = sum(totals[kind] for kind in KINDS if kind != "not_comparable")
    rows = [(WORDS[kind], f"{totals[kind]:,}") for kind in KINDS]
    console().print(rich_table(("outcome", "figures"), rows, ("figures",)))
    note(f"{found.rows.height:,} published figures; {compared:,} compared; {totals['unexplained']} unexplained.")
    if not compared:
        note("Nothing could be compared: the months of a run (--months) are those its records are taken to cover.")
    reasons = (
        found.rows.filter(pl.col("outcome") == "not_comparable")
        .group_by("says")
        .len()
        .sort("len", "says", descending=[True, False])
    )
    if reasons.height:
        console().print("\nnot comparable, by reason", style="bold")
        console().print(
            rich_table(
                ("reason", "figures"), [(says, f"{count:,}") for says, count in reasons.iter_rows()], ("figures",)
            )
        )
    for kind in ("differs", "not_attainable", "equal_but_for_rounding"):
        _print_lines(found, kind)


def _print_lines(found: Reconciliation, kind: str) -> None:
    rows = found.rows.filter(pl.col("outcome") == kind)
    if rows.is_empty():
        return
    console().print(f"\n{WORDS[kind]}", style="bold")
    columns = ("line", "ref", "basis", "period", "group", "printed", "calculated", "what", "cause")
    cells = [
        (row["file_row"], row["ref"], row["basis"], row["period"], row["breakdown"], row["printed"], row["calculated"],
         row["says"], row["cause"] or ("unexplained" if kind != "equal_but_for_rounding" else ""))
        for row in rows.iter_rows(named=True)
    ]  # fmt: skip
    console().print(rich_table(columns, cells, ("line",)), markup=False)
    if kind == "differs":
        for row in rows.filter(pl.col("file_row").is_in(list(found.children))).iter_rows(named=True):
            _print_children(row["ref"], row["period"], row["moves"], found.children[row["file_row"]])


def _print_children(ref: str, period: str, moves: int, named: Sequence[str]) -> None:
    way = "in" if moves > 0 else "out"
    console().print(f"\n{ref}, {period}: {abs(moves)} would have to move {way}; nearest first", markup=False)
    for one in named[:_NAMED]:
        console().print(f"  {one}", markup=False, highlight=False)


def print_report(title: str, period: str, rows: Sequence[ReportRow], *, as_json: bool, csv: bool) -> None:
    """A report's rows for a month: the last figures, the one before, target, rating, travel and comparators."""
    if as_json or csv:
        in_sections = [{"section": row.section, **_cells(row), **_averages(row), **_ends(row)} for row in rows]
        frame = pl.DataFrame(in_sections, infer_schema_length=None)
        if as_json:
            print_json(frame.to_dicts())
        else:
            sys.stdout.write(frame.write_csv())
        return
    console().print(f"{title}: {period}", style="bold", markup=False)
    main = [row for row in rows if row.is_main]
    made, section = rich_table(tuple(_cells(main[0])) if main else (), (), ("this", "before")), ""
    if made.columns:
        made.columns[1].min_width = _TITLE_WIDTH
    for row in main:
        if row.section != section:
            section = row.section
            made.add_section()
            made.add_row("", section)
        made.add_row(*{**_cells(row), "maturity": _how_settled(row)}.values())
    console().print(made, markup=False)
    totals = summary(
        {(row.section, row.ref, row.title): row for row in reversed(main)}.values()
    )  # a line by its first row
    note((", ".join(f"{count} {name}" for name, count in totals.items() if count) or "This report has no lines") + ".")
    note(
        "--csv and --json give every basis of each line, and the averages of 3 and 12 months, the quarter and 3 years."
    )


def _cells(row: ReportRow) -> dict[str, str]:
    series = list(row.series.values())
    as_fraction = row.view.shows == "fraction"
    return {
        "ref": row.ref, "title": f"{row.title}, {row.group}" if row.group else row.title, "basis": row.basis.replace("_", " "),
        "this": shown(row.now, row.places, fraction=as_fraction), "of": _of(row),
        "before": shown(series[-2], row.places, fraction=as_fraction) if len(series) > 1 else "",
        "travel": _travel(row.travel, row.places), "target": _target(row),
        "rating": LETTERS[row.rating] if row.rating else "", "compared with": "; ".join(_compared(row)),
        "maturity": row.now.maturity.replace("_", " "),
    }  # fmt: skip


def _how_settled(row: ReportRow) -> str:
    """A figure's maturity, and of one that is settling where it usually ends."""
    return ", ".join(part for part in (row.now.maturity.replace("_", " "), usually_ends(row.now, row.places)) if part)


def _ends(row: ReportRow) -> dict[str, str]:
    low, high = ends_shown(row.now, row.places) or ("", "")
    return {"settles_from": low, "settles_to": high}


def _of(row: ReportRow) -> str:
    now = row.now
    if now.numerator is None or now.denominator is None or now.scale > 100:
        return ""
    return f"{int(now.numerator):,} of {int(now.denominator):,}"


def _travel(travel: Travel | None, places: int) -> str:
    if travel is None:
        return ""
    shown_change = half_up(travel.change, places)
    if not shown_change:
        return "no change"
    unit = " points" if travel.unit == "percentage points" else ""
    return f"{shown_change:+,}{unit}, {_ARROWS[travel.verdict]}"


def _target(row: ReportRow) -> str:
    target = row.target
    if target is None:
        return ""
    if target.low is not None and target.high is not None:
        return f"{target.low:g} to {target.high:g}"
    value = target.on(list(row.series)[-1].end)
    return f"{float(value):g}" if value is not None else ""


def _compared(row: ReportRow) -> list[str]:
    before = [f"a year before {shown(row.a_year_before, row.places)}"] if row.a_year_before is not None else []
    stated = dict.fromkeys(_stated(one) for one in row.compared)  # a report may state one twice
    return [*before, *stated]


def _stated(one: Compared) -> str:
    of = ", ".join(part for part in (one.period, one.made_of) if part)
    return f"{one.comparator.replace('_', ' ')} {one.value:.10g}" + (f" ({of})" if of else "")


def _averages(row: ReportRow) -> dict[str, str]:
    return {name: shown(row.averages[name], row.places) if name in row.averages else "" for name in AVERAGES}
