"""Why: a workbook is held against rows whose every figure is known, so the tests make theirs by hand or from a fixed seed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

from casetally.definitions.authorities import Compared, Target
from casetally.definitions.reports import View
from casetally.figures.ratings import period_before, rating_of, travel_of
from casetally.figures.spc import control_chart
from casetally.figures.views import NOT_THERE, Seen
from casetally.periods import Period, month, period_of
from casetally.reports.document import Definition, Headline, LineShown, OwnWords, ReportDocument, Section, Summary
from casetally.reports.lines import ReportRow
from casetally.reports.workbook import write_workbook

LAST = month(dt.date(2023, 9, 1))
HIDDEN = Seen(None, None, None, "percent", "suppressed")


def share(top: int, below: int, maturity: str = "final") -> Seen:
    """A percentage, as a figure gives it."""
    status = "calculated" if below else "not_applicable"
    value = Fraction(top * 100, below) if below else None
    return Seen(Fraction(top), Fraction(below), value, "percent", status, maturity)


def count(number: int, maturity: str = "final") -> Seen:
    return Seen(Fraction(number), None, Fraction(number), "number", "calculated", maturity)


def periods(basis: str, number: int) -> list[Period]:
    found = [period_of(basis, LAST.start)]
    while len(found) < number:
        found.append(period_before(found[-1]))
    return found[::-1]


def row(
    values: Sequence[Seen],
    *,
    basis: str = "month",
    places: int = 1,
    good: Any = "higher",
    target: Target | None = None,
    **more: Any,
) -> ReportRow:
    """A row of these figures, the oldest first; what stands beside them is worked out as a report does."""
    series = dict(zip(periods(basis, len(values)), values, strict=True))
    now, before = values[-1], values[-2] if len(values) > 1 else NOT_THERE
    is_rated = target is not None and now.value is not None
    monthly = series if basis == "month" else {}
    filled: dict[str, Any] = {
        "section": "Front door", "ref": "", "title": "Referrals decided in a day", "group": "", "is_main": True,
        "indicator": "referral_decision_1wd", "view": View("referral_decision_1wd", "value"), "monthly": monthly,
        "monthly_targets": dict.fromkeys(monthly, target) if target else {},
        "rating": rating_of(now.value, target, good, LAST.end) if is_rated else None,  # type: ignore[arg-type]
        "travel": travel_of(now, before, good), "a_year_before": values[0] if len(values) == 13 else None,
        "averages": {}, "compared": (),
    }  # fmt: skip
    return ReportRow(series=series, basis=basis, places=places, good=good, target=target, **{**filled, **more})


def line(*rows: ReportRow, ref: str = "", title: str | None = None, anchor: str = "", **more: Any) -> LineShown:
    """A line with its rows, each under its code and title."""
    main = rows[0]
    named = tuple(replace(one, ref=ref, title=title if title is not None else main.title) for one in rows)
    title = named[0].title
    return LineShown(
        main.section, anchor or f"line-{ref or title}".lower().replace(" ", "-"), ref, title, named,
        Definition(main.indicator, "Referrals decided in time", "Decided on the first day.", "Working Together 2023", "higher"),
        control_chart(main.monthly, main.monthly_targets, main.good), **more,
    )  # fmt: skip


def document(*lines: LineShown, edition: Any = "internal", **more: Any) -> ReportDocument:
    """A report of these lines, in the sections that they name."""
    titles = dict.fromkeys(one.section for one in lines)
    sections = tuple(
        Section(title, f"s-{n}", tuple(one for one in lines if one.section == title)) for n, title in enumerate(titles)
    )
    filled: dict[str, Any] = {
        "name": "quarterly", "title": "Quarterly report", "authority": "Sampleshire", "month": LAST,
        "as_at": dt.date(2023, 9, 30), "edition": edition, "sections": sections, "records": "ab12cd34", "version": "2.0",
        "summary": Summary(
            {"green": 1, "amber": 0, "red": 0, "not rated": 2}, tuple(Headline(one, "On target.") for one in lines[:1]), (), (),
        ),
    }  # fmt: skip
    return ReportDocument(**{**filled, **more})


def target(value: float, **more: Any) -> Target:
    return Target.model_validate({"from": dt.date(2022, 4, 1), "target": value, **more})


def compared(value: float, comparator: str = "england", **more: Any) -> Compared:
    return Compared.model_validate(
        {"comparator": comparator, "value": value, "period": "2022-23", "source": "DfE", **more}
    )


def a_report(edition: Any = "internal") -> ReportDocument:
    """A small report that has something for every worksheet: 13 months, groups, a quarter, comparators, words, gaps."""
    shares = [share(top, 80) for top in (60, 61, 62, 63, 64, 65, 60, 61, 62, 63, 64, 65)]
    main = row([*shares, share(65, 80, "provisional")], target=target(90), compared=(compared(84.5), compared(84.5)),
               averages={"three_month_average": share(129, 160)})  # fmt: skip
    teams = [
        replace(
            row([share(3, 8)] * 12 + [HIDDEN]),
            group=name,
            is_main=False,
            view=View("referral_decision_1wd", "value", "team", (name,)),
        )
        for name in ("Duty", "Early help")
    ]
    quarter = replace(row([share(189, 240)], basis="quarter", target=target(75)), is_main=False)
    counts = row(
        [count(number) for number in (4, 5, 6, 4, 5, 6, 4, 5, 6, 4, 5, 0, 7)],
        places=0,
        good="neither",
        section="Care leavers",
    )
    gaps = row([NOT_THERE] * 11 + [share(0, 0), share(1, 2500)], section="Care leavers")
    return document(
        line(main, *teams, quarter, ref="CSC 022", drafted=("September 2023: 81.3% (65 of 80).", "Up 0.0."),
             own_words=OwnWords("**Busy** month.\n\n- two staff left\n- see [the plan](https://example.org/plan)", "a.md")),
        line(counts, ref="N01", title="Care leavers"),
        line(gaps, ref="N02", title="Care leavers in touch"),
        edition=edition, notes=("Neighbours: 9 of 10 publish it.",), introduction=OwnWords("A quiet quarter.", "intro.md"),
    )  # fmt: skip


def a_random_report(seed: int, lines: int) -> ReportDocument:
    """A report of many lines with figures of every kind and gaps of every kind, the same for the same seed."""
    random = Random(seed)  # noqa: S311

    def seen(unit: str) -> Seen:
        kind = random.random()
        if kind < 0.1:
            return Seen(None, None, None, unit, random.choice(["not_available", "suppressed"]))
        if unit == "number":
            return count(random.randrange(3000))
        below = random.choice([0, 3, 7, 16, 160, 2400])
        found = share(random.randint(0, below), below)
        return found if unit == "percent" else replace(found, unit=unit, value=found.value and found.value * 100)

    made = []
    for number in range(lines):
        unit, basis = (
            random.choice(["percent", "number", "per_10000"]),
            random.choice(["month", "month", "year_to_date", "rolling_12_months"]),
        )
        places = random.choice([0, 1, 2])
        main = row([seen(unit) for _ in range(13)], basis=basis, places=places, section=f"Section {number // 7}",
                   good=random.choice(["higher", "lower", "neither"]))  # fmt: skip
        others = [
            replace(row([seen(unit)], basis=other, places=places), is_main=False, section=main.section)
            for other in ("quarter", "year")
        ]
        made.append(line(main, *others, ref=f"R{number:03}", title=f"Measure {number}, of its kind"))
    return document(*made)


def written(report: ReportDocument, folder: Path, name: str = "report.xlsx") -> Path:
    path = folder / name
    write_workbook(report, path)
    return path


Table = list[dict[str, Any]]


def tables(path: Path) -> dict[str, Table]:
    """Every table of a workbook as rows by header, read by another library than the one that wrote it."""
    from openpyxl import load_workbook

    found = {}
    for sheet in load_workbook(path).worksheets:
        for table in sheet.tables.values():
            head, *rows = [[cell.value for cell in cells] for cells in sheet[table.ref]]
            found[sheet.title] = [dict(zip(head, cells, strict=True)) for cells in rows]
    return found


def only(table: Table, **wanted: Any) -> Mapping[str, Any]:
    """The one row that has these cells."""
    (found,) = [one for one in table if all(one[name.replace("_", " ")] == value for name, value in wanted.items())]
    return found
