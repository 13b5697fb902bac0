"""Why: what a command prints is decided in one place: tables for people, JSON or CSV for programs, data on stdout only."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl
from rich import box
from rich.console import Console
from rich.table import Table

from casetally.definitions.indicators import Indicator
from casetally.definitions.library import Library
from casetally.definitions.lineage import needs_of
from casetally.definitions.reports import Line, ReportLine, lines_of
from casetally.figures.cases import CaseList
from casetally.figures.diff import Difference
from casetally.figures.examples import ExampleResult
from casetally.figures.explain import Explanation, limits_read, rule_of
from casetally.figures.values import shown
from casetally.reports.run import Run

_SHOWN_ROWS = 40
_MOST_SAID = 5  # warnings of whole files; the findings have all
_QUIET_DAYS = 31  # an export without a record for longer than a month is rarely a current one


def console() -> Console:
    # a pipe gets full lines, whatever the width of the terminal behind it
    return Console(soft_wrap=True) if sys.stdout.isatty() else Console(width=240, soft_wrap=True)


def note(text: str) -> None:
    Console(stderr=True, soft_wrap=True, highlight=False).print(text, markup=False)


def print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, indent=2, default=str) + "\n")


def rich_table(columns: Sequence[str], rows: Iterable[Sequence[object]], right: Sequence[str] = ()) -> Table:
    table = Table(box=box.SIMPLE, show_edge=False, pad_edge=False)
    for name in columns:
        table.add_column(name.replace("_", " "), justify="right" if name in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*("" if value is None else str(value) for value in row))
    return table


def print_frame(
    frame: pl.DataFrame, *, as_json: bool = False, csv: bool = False, limit: int | None = _SHOWN_ROWS
) -> None:
    """A frame as a table, all of it as JSON or CSV; a long table says how many rows it leaves out."""
    if as_json:
        print_json([_plain(row) for row in frame.to_dicts()])
    elif csv:
        sys.stdout.write(frame.write_csv())
    else:
        numeric = [name for name, kind in frame.schema.items() if kind.is_numeric()]
        console().print(rich_table(frame.columns, frame.head(limit or frame.height).iter_rows(), numeric), markup=False)
        if limit and frame.height > limit:
            note(f"{frame.height - limit} more rows: --csv or --json gives all.")


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: int(value) if isinstance(value, float) and value.is_integer() else value for key, value in row.items()}


def print_run(run: Run, *, as_json: bool) -> None:
    """What a run did, in a few lines, and where to look."""
    ledger = run.load.ledger.sum().to_dicts()[0]
    counts = {key: ledger[key] or 0 for key in ("rows", "accepted", "superseded", "not_yet_known", "set_aside")}
    given = run.support.filter(pl.col("indicator").is_in(run.figures["indicator"].unique().implode()))
    missing = given.filter(pl.col("support") == "not available").height
    limited = given.filter(pl.col("told") != "")
    if as_json:
        print_json({"authority": run.name, "as_at": run.request.as_at, "out": str(run.request.out), "figures": run.figures.height,
               "findings": run.findings.height, "not_available": missing, "without": run.without, **counts})  # fmt: skip
        return
    print_headline(run)
    note(f"{run.load.covers} Authority: {run.name}.")
    _note_of_sources(run)
    for said in run.notes:
        note(said)
    note(f"{counts['rows']:,} rows read = {counts['accepted']:,} accepted + {counts['superseded']:,} superseded"
          f" + {counts['not_yet_known']:,} not yet known + {counts['set_aside']:,} set aside.")  # fmt: skip
    note(
        f"{run.findings.height:,} findings, in {run.request.out}/findings.csv; by table, rule and team in scorecard.csv."
    )
    nothing = run.figures.filter(
        (pl.col("status") != "not_available") & (pl.col("period_end") >= run.request.as_at)
    ).is_empty()
    if nothing and limited.height:
        covered = " or ".join(sorted(limited["told"].unique().to_list())[:2])
        note(
            f"No figure can be given for {run.request.as_at:%Y-%m}: what is read covers {covered}. Choose --as-at in it."
        )
    quiet = (run.request.as_at - run.last_record).days if run.last_record else 0
    if quiet > _QUIET_DAYS and not nothing:
        note(
            f"The latest record begins on {run.last_record}, {quiet} days before the as-at date: is the export current?"
        )
    if run.without:
        note("Calculated without some detail that this source does not hold: " + ", ".join(run.without) + ".")
    if missing:
        note(
            f"{missing} of {given.height} indicators are not available from this source: "
            f"{run.request.out}/support.csv says why."
        )
    if limited.height:
        told = limited["told"].mode().sort()[0]
        note(
            f"{limited.height} indicators cover only some dates, most of them {told}: see the column 'told' in support.csv."
        )
    note(f"{run.figures.height:,} figures are in {run.request.out}/figures.parquet and figures.csv.")
    note(
        f"Next: casetally cases INDICATOR --month {run.request.as_at:%Y-%m} (the children behind a figure), explain, due."
    )


def _note_of_sources(run: Run) -> None:
    """What a reader has to say of a whole file (its day, its years, a year missing) is not left to the findings alone."""
    whole = run.load.findings.filter((pl.col("row") == 0) & (pl.col("severity") == "warning"))
    for row in whole.head(_MOST_SAID).iter_rows(named=True):
        note(f"{row['file']}: {row['message']}")
    if whole.height > _MOST_SAID:
        note(f"{whole.height - _MOST_SAID} more warnings of whole files are in the findings.")


def print_headline(run: Run) -> None:
    """The last month's figure of every indicator that has one, in the order of the core report."""
    name = f"{run.request.as_at:%Y-%m}"
    last = run.figures.filter(
        (pl.col("basis") == "month") & (pl.col("period") == name) & (pl.col("breakdown") == "all")
    )
    figures = {row["indicator"]: row for row in last.iter_rows(named=True) if row["status"] != "not_available"}
    lines = lines_of(run.report or run.library.reports["core"])
    lines = list({line.indicator: line for line in reversed(lines)}.values())[::-1]
    named = {line.indicator for line in lines}
    lines += [ReportLine("Others", Line(indicator=one)) for one in figures if one not in named]
    made = rich_table(
        ("indicator", name, "numerator", "denominator", "value", "maturity"), (), ("numerator", "denominator", "value")
    )
    section = ""
    for line in (line for line in lines if line.indicator in figures):
        if line.section != section:
            section = line.section
            made.add_section()
            made.add_row(f"[bold]{section}[/bold]")
        made.add_row(*_headline(line.indicator, figures[line.indicator], run.library))
    console().print(made)


def _headline(indicator: str, row: Mapping[str, Any], library: Library) -> tuple[str, ...]:
    of = f"{row['denominator']:,.0f}" if row["denominator"] is not None else ""
    top = f"{row['numerator']:,.0f}" if row["numerator"] is not None else ""
    return (
        indicator,
        library.indicators[indicator].text.title,
        top,
        of,
        figure_text(row),
        _how_settled(row),
    )


def _how_settled(row: Mapping[str, Any]) -> str:
    """A figure's maturity; of one that is settling, where it usually ends."""
    if row["settles_from"] is None:
        return str(row["maturity"]).replace("_", " ")
    low, high = (shown(end, None, "", 1) for end in (row["settles_from"], row["settles_to"]))
    return f"settling, usually {' to '.join(dict.fromkeys((low, high)))}"


def figure_text(row: Mapping[str, Any]) -> str:
    """A figure as people read it: rounded half up from its whole numbers, or its status in words."""
    if row["status"] != "calculated":
        return str(row["status"]).replace("_", " ")
    if row["numerator"] is None:
        return f"{row['value']:,.1f}"
    return shown(row["numerator"], row["denominator"], row["unit"])


def print_check(run: Run, *, as_json: bool) -> None:
    """What a source holds, what was found in it and what it supports."""
    scorecard = run.load.scorecard
    if as_json:
        print_json({"source": run.load.kind, "ledger": run.load.ledger.to_dicts(), "scorecard": scorecard.to_dicts(),
               "support": run.support.to_dicts()})  # fmt: skip
        return
    to = console()
    note(f"{run.load.covers}")
    _note_of_sources(run)
    for said in run.notes:
        note(said)
    percent = pl.col("share").mul(100).round(1).cast(pl.String) + "%"
    for title, frame in (("Rows by file", run.load.ledger),
                         ("Findings by table, rule and team", scorecard.with_columns(share=percent)),
                         ("Indicators by what this source supports", _by_support(run.support))):  # fmt: skip
        to.print(f"\n{title}", style="bold")
        print_frame(frame, limit=None)
    set_aside = run.load.ledger["set_aside"].sum()
    if set_aside:
        note(f"{set_aside:,} rows are set aside: 'casetally run' writes which, and why, to findings.csv.")
    counts = dict(run.support["support"].value_counts().rows())
    note(
        f"{run.support.height} indicators: {counts.get('calculated', 0)} calculated, {counts.get('partly', 0)} partly (given"
        f" without what would refine them), {counts.get('not available', 0)} not available from this source."
    )


def _by_support(support: pl.DataFrame) -> pl.DataFrame:
    """What the source gives first, then what it gives in part, then what it can't; a column that says nothing is left out."""
    order = pl.col("support").replace_strict({"calculated": 0, "partly": 1, "not available": 2})
    telling = [name for name in support.columns if (support[name] != "").any()]
    return support.sort(order, maintain_order=True).select(telling)


def print_indicators(library: Library, *, as_json: bool) -> None:
    rows = [
        {"indicator": one.id, "kind": one.kind, "counts": one.text.count, "title": one.text.title}
        for one in library.indicators.values()
    ]
    print_frame(pl.DataFrame(rows), as_json=as_json, limit=None)


def print_definition(library: Library, indicator: Indicator, *, as_json: bool) -> None:
    rule = rule_of(indicator)
    needs = sorted(f"{table}.{column}" for table, column in needs_of(library, indicator) if column != "*")
    limits = {
        name: [f"{value} {library.limits[name].unit} from {since}" for since, value in library.limits[name].values]
        for name in limits_read(library, indicator)
    }
    examples = [{"why": x.why, "expect": x.expect} for x in indicator.text.examples]
    if as_json:
        print_json({"indicator": indicator.id, **rule, "limits": limits, "needs": needs, "examples": examples})
        return
    rows = [("indicator", indicator.id), *rule.items(), *((f"limit {name}", "; ".join(values)) for name, values in limits.items()),
            ("needs", ", ".join(needs)), ("examples", str(len(examples)))]  # fmt: skip
    console().print(rich_table(("definition", "says"), rows), markup=False)


def print_diff(first: str, second: str, found: Sequence[Difference], *, alike: bool, as_json: bool) -> None:
    """In what two definitions differ, part by part."""
    if as_json:
        print_json({"first": first, "second": second, "alike": alike, "differences": [vars(one) for one in found]})
        return
    rows = [("indicator", first, second), *((one.part, one.first, one.second) for one in found)]
    console().print(rich_table(("part", "first", "second"), rows), markup=False)
    if not found:
        note("They are the same.")
    else:
        note("They differ in words alone: the same rows count in the same way." if alike else "They count differently.")


def print_examples(results: Iterable[ExampleResult]) -> int:
    """Prints each failure and the totals; gives the number of failures."""
    failed = passed = 0
    for result in results:
        if result.passed:
            passed += 1
        else:
            failed += 1
            why = f" ({result.why})" if result.why else ""
            sys.stdout.write(
                f"{result.indicator}, example {result.number}{why}: expected {result.expected}, found {result.found}\n"
            )
    sys.stdout.write(f"{passed} examples hold, {failed} do not.\n")
    return failed


def print_cases(cases: CaseList, *, as_json: bool, csv: bool) -> None:
    """The case list: on a terminal what tells the child and why it counts, in full as JSON or CSV."""
    if as_json or csv:
        print_frame(cases.rows, as_json=as_json, csv=csv)
        return
    record_set = cases.indicator.record_set
    ids = [*record_set.text.id, "child_id"] if record_set else ["child_id"]
    brief = [*dict.fromkeys(ids), "why", "team_group", "file", "row"]
    print_frame(cases.rows.select(name for name in brief if name in cases.rows.columns))
    top = "" if cases.numerator is None else f"{cases.numerator:,.0f}"
    of = f" of {cases.denominator:,}" if cases.denominator is not None else ""
    note(f"{cases.indicator.text.title}, {cases.period.name}: {top}{of} from {cases.rows.height:,} rows.")
    note("--csv and --json give every column: dates, due day, bank holidays between, groups.")


def print_due(rows: pl.DataFrame, day: object, within: int, *, as_json: bool, csv: bool) -> None:
    print_frame(rows, as_json=as_json, csv=csv)
    if not as_json and not csv:
        overdue = rows.filter(pl.col("state") == "overdue").height
        note(f"On {day}: {overdue:,} overdue, {rows.height - overdue:,} due within {within} working days.")


def print_explanation(found: Explanation) -> None:
    """Rule, limits, steps and SQL, in the order in which a figure comes about."""
    to = console()
    to.print(f"{found.indicator.id}, {found.period.name}", style="bold", markup=False)
    to.print(rich_table(("the rule", " "), found.rule), markup=False)
    for one in found.limits:
        held = f"{one.value} {one.limit.unit} since {one.since}" if one.value is not None else "no value on this day"
        to.print(
            f"\nlimit {one.limit.name}: {held}\n  {one.limit.title}\n  source: {one.limit.sources[-1]}",
            markup=False,
            highlight=False,
        )
    to.print("\nfrom rows to figure", style="bold")
    to.print(
        rich_table(("step", "rows"), [(step, f"{count:,.0f}") for step, count in found.steps], ("rows",)), markup=False
    )
    record_set = found.cases.indicator.text.count
    for title, sql in (
        (f"the rows it counts: definitions/records/{record_set}.sql", found.record_sql),
        ("how they are summed", found.sums_sql),
    ):
        to.print(f"\n{title}", style="bold")
        to.print(sql.strip(), markup=False, highlight=False)
