"""Why: a home of nights in which contacts come late by a plan, so that what is said of it can be worked out by hand.

In each month from February to July 2023 ten contacts of the 10th are typed in at once; two of the 20th come 6 days after the month
and one more 20 days after it. Those of the 10th are decided on the day, the others on the 27th,
too late. Nights fall 1, 6 and 20 days after each month's end, the last on 1 August.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
from casetally.calendar import Calendar
from casetally.definitions.library import load_library
from casetally.figures import calculate_figures
from casetally.figures.settling import settling_profile
from casetally.periods import make_grid
from casetally.records.load import load_of
from casetally.records.validate import check_records
from casetally.reports.known_at import keep_definitions
from casetally.sources.recognise import read_source
from casetally.store import store_of_frames
from casetally.store.editions import Edition, writing

LIBRARY = load_library()
CALENDAR = Calendar.england()
INDICATOR, DECIDED = "contacts_received", "contact_decision_1wd"
ENDS = [dt.date(2023, month, day) for month, day in ((2, 28), (3, 31), (4, 30), (5, 31), (6, 30), (7, 31))]
LAST = dt.date(2023, 8, 1)
NIGHTS = sorted({day for end in ENDS for far in (1, 6, 20) if (day := end + dt.timedelta(far)) <= LAST})


def contacts_known(night: dt.date) -> list[tuple[str, dt.date]]:
    """(number, day received) of what has been typed in by a night."""
    found = []
    for end in ENDS:
        tenth, twentieth = end.replace(day=10), end.replace(day=20)
        late = [(end + dt.timedelta(6), "11"), (end + dt.timedelta(6), "12"), (end + dt.timedelta(20), "13")]
        found += [(f"{end:%m}-{number}", tenth) for number in range(1, 11) if tenth < night]
        found += [(f"{end:%m}-{number}", twentieth) for day, number in late if day <= night]
    return found


def export(folder: Path, night: dt.date) -> Path:
    folder.mkdir()
    (folder / "children.csv").write_text("child_id,date_of_birth,sex\nC1,2015-05-05,F\n", encoding="utf-8")
    rows = [
        f"{number},C1,{day},{day if day.day == 10 else day.replace(day=27)}" for number, day in contacts_known(night)
    ]
    text = "\n".join(["contact_id,child_id,received_on,completed_on", *rows]) + "\n"
    (folder / "contacts.csv").write_text(text, encoding="utf-8")
    return folder


def home(folder: Path) -> Path:
    """The file of editions, as nights would have made it: each with the profile of those before it and its figures."""
    path = folder / "editions.duckdb"
    for night in NIGHTS:
        delivery = read_source(export(folder / f"{night}", night))
        as_at = night - dt.timedelta(1)
        load = load_of(delivery, check_records(delivery, as_at, CALENDAR, LIBRARY.schemas))
        store = store_of_frames(load.tables, LIBRARY.schemas, CALENDAR, as_at, present=load.present, reach=load.reach)
        figures = calculate_figures(
            store, LIBRARY, make_grid(as_at, 6), authority="Anytown", indicators=[INDICATOR, DECIDED]
        )
        with writing(path, LIBRARY.schemas) as book:
            profile = settling_profile(book.figures(), book.nights(), LIBRARY.rates())
            about = Edition(
                number=0, known_on=night, as_at=as_at, inputs=f"night-{night}", version="0", months=6, authority=None,
                report="core", rows=0, source="", definitions=keep_definitions(book, LIBRARY, None),
                calendar=book.keep_json(CALENDAR.kept()), settling=book.keep_json(profile), facts="", despite="",
            )  # fmt: skip
            book.add_figures(book.add(load, about), figures)
    return path


def months(figures: pl.DataFrame) -> pl.DataFrame:
    """The single months of the whole authority."""
    return figures.filter(pl.col("basis") == "month", pl.col("breakdown") == "all")
