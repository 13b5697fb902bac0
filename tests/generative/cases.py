"""Why: small authorities, generated from the schemas, whose rows stand as close to the limits of the rules as they can.

A row's later dates are drawn as gaps (10 working days, 3 months, none at all) after days already drawn, so that equal days,
chains and anniversaries are common and not rare. What the run's day does not know yet is masked, as in a run.

Authorities are drawn by seed and made small here: Hypothesis tries many likenesses of one case where a case has hundreds of
values, and it can't take a whole row away at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random
from typing import Any

import polars as pl
from casetally.definitions import Library, load_library
from casetally.periods import Grid, make_grid, month_end
from casetally.schemas import Column, Table
from reference.world import Row, World, make_world

from generative.days import ANCHORS, BIRTHS, CALENDAR, GAPS, GAPS_OF, NUDGES, RUN_DAYS, later

AUTHORITY = "E10000001"

# what each part of the rules reads; children, links and allocations are in every authority
SUBJECTS: dict[str, tuple[str, ...]] = {
    "front_door": ("contacts", "referrals", "assessments", "early_help_episodes", "early_help_assessments"),
    "enquiries": (
        "strategy_discussions", "s47_enquiries", "cp_conferences", "conference_attendances", "missing_episodes",
        "exploitation_risks",
    ),
    "plans": ("cp_plans", "cp_visits", "cp_reviews", "core_groups", "cin_plans", "cin_visits"),
    "placements": ("care_periods", "legal_statuses", "placements", "immigration_statuses"),
    "care_work": ("care_periods", "legal_statuses", "placements", "visit_plans", "care_visits", "care_reviews"),
    "services": (
        "children", "assessments", "cin_plans", "cin_visits", "cin_reviews", "visit_plans", "cp_plans", "care_periods",
        "legal_statuses", "care_leavers", "early_help_episodes", "early_help_visits", "pre_proceedings", "supervisions",
    ),
    "need": ("referrals", "cin_plans", "cp_plans", "care_periods"),
    "workers": ("children", "workers", "allocations", "assessments", "cin_plans", "cp_plans", "care_periods"),
    "health": (
        "care_periods", "legal_statuses", "immigration_statuses", "health_checks", "permanence", "care_leavers",
        "care_leaver_contacts",
    ),
    "care_plans": (
        "children", "care_periods", "care_reviews", "care_plans", "education_plans", "pathway_plans", "care_leavers",
        "care_leaver_contacts",
    ),
}  # fmt: skip
# what a subject's records are held against: made too, but what counts these tables is tried in another subject
BESIDE: dict[str, tuple[str, ...]] = {"enquiries": ("cp_plans", "care_periods", "legal_statuses", "placements")}
# fewest and most rows of a table; others have 1 to 4
ROWS = {
    "children": (1, 3), "child_links": (0, 1), "care_periods": (1, 2), "placements": (3, 9), "legal_statuses": (0, 3),
    "cp_plans": (2, 5), "cp_visits": (2, 7), "cp_reviews": (2, 5), "care_visits": (4, 8), "care_reviews": (2, 5),
    "health_checks": (2, 6), "visit_plans": (1, 3), "allocations": (0, 3), "referrals": (2, 6), "care_leaver_contacts": (2, 4),
    "care_plans": (2, 4), "education_plans": (2, 5), "pathway_plans": (1, 4),
    "core_groups": (2, 5), "conference_attendances": (2, 6), "missing_episodes": (2, 6), "exploitation_risks": (2, 5),
    "supervisions": (2, 5), "workers": (2, 4),
}  # fmt: skip

CODES: dict[str, tuple[str, ...]] = {
    "contact_outcome": ("social_care", "social_care", "no_further_action"),
    "s47_outcome": ("icpc", "child_in_need"),
    "legal_status": ("V4", "V3", "C2", "V2", "E1", "J1"),
    "placement_type": ("U1", "U4", "A3", "A5", "T0", "T4", "K2", "P1", "H5"),
    "health_check_type": ("initial_health", "review_health", "dental", "optical"),
    "health_check_status": ("completed", "refused", "pending"),
    "immigration_status": ("uasc", "uasc", "refugee"),
    "allocation_role": ("social_worker", "social_worker", "social_worker", "reviewing_officer", "early_help"),
    "care_end_reason": ("E11", "E12", "X1", "E4A", "E45", "E5"),
    "care_leaver_in_touch": ("YES", "NO"),
    "care_leaver_activity": ("F1", "P2", "F5", "G4", "G5"),
    "care_leaver_eligibility": ("former_relevant", "former_relevant", "qualifying"),
    "permanence_plan": ("long_term_fostering", "long_term_fostering", "adoption", "none"),
    "agency": ("police", "education", "health", "gp"),
    "exploitation_level": ("emerging", "moderate", "significant"),
    "visit_kind": ("cla", "cla", "cin", "cp"),
}
VALUES: dict[str, tuple[Any, ...]] = {
    "fte": (None, Decimal("0.5"), Decimal(1)),
    "previous_plans": (None, 0, 1),
    "interval_days": (7, 28, 56),
    "distance_miles": (None, Decimal("19.9999"), Decimal(20), Decimal("20.0001"), Decimal("150.5")),
    "population": (1, 20000, 54321),
    "cancelled": (True, False, None, None),
    "intended_to_18": (True, True, False, None),
    "transfer_in": (True, False, None, None),
    "other_authority": (True, False, None, None),
}
TEXTS: dict[str, tuple[str | None, ...]] = {
    "team": ("North", "South", None),
    "carer_id": ("C1", "C1", "C2", None),
    "family_id": ("child-1", "F1", None),  # a family may have the number of a child
    "investigation_id": ("s47_enquiries-1", "I1", None),
}
# those of one child may not overlap: the later-starting one would have been set aside
APART = ("care_periods", "cin_plans", "cp_plans")
_DTYPES: dict[str, Any] = {
    "date": pl.Date, "datetime": pl.Datetime("us"), "boolean": pl.Boolean, "integer": pl.Int64, "number": pl.Decimal(18, 4),
}  # fmt: skip


@dataclass(frozen=True)
class Authority:
    """A made-up authority as a run knows it: its rows by table, the run's day and how many months back it looks."""

    subject: str
    run_as_at: dt.date
    months: int
    rows: Mapping[str, list[Row]]

    def grid(self) -> Grid:
        return make_grid(self.run_as_at, self.months)

    def world(self, library: Library) -> World:
        limits = {name: limit.values for name, limit in library.limits.items()}
        return make_world(self.rows, library.schemas, CALENDAR, limits, self.run_as_at)

    def frames(self, library: Library) -> dict[str, pl.DataFrame]:
        return {name: frame_of(library.schemas.tables[name], rows) for name, rows in self.rows.items()}

    def __repr__(self) -> str:
        """The rows as they would be written in an example of a definition, unknown values left out."""
        lines = [f"subject={self.subject} run_as_at={self.run_as_at} months={self.months}"]
        for name, rows in self.rows.items():
            for row in rows:
                known = ", ".join(f"{column}: {value}" for column, value in row.items() if value is not None)
                lines.append(f"  {name}: {{{known}}}")
        return "\n".join(lines)

    def with_rows(self, table: str, rows: list[Row]) -> Authority:
        """The authority with other rows of one table."""
        return replace(self, rows={**self.rows, table: rows})


def frame_of(table: Table, rows: Iterable[Row]) -> pl.DataFrame:
    """Rows as a typed frame."""
    schema = {name: _DTYPES.get(column.type, pl.String) for name, column in table.columns.items()}
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema, orient="row")


def authority_of(subject: str, seed: int) -> Authority:
    """A small authority with rows for one part of the rules: the same one for the same seed."""
    schemas, chance = load_library().schemas, Random(f"{subject} {seed}")  # noqa: S311 - a test wants to be repeated
    run_as_at = chance.choice(RUN_DAYS)
    making = _Making(chance, schemas.tables, {}, run_as_at)
    asked = ("children", "child_links", *BESIDE.get(subject, ()), *SUBJECTS[subject], "allocations", "populations")
    for name in dict.fromkeys(asked):
        making.fill(name)
    rows = {name: as_known(schemas.tables[name], found, run_as_at) for name, found in making.rows.items()}
    return Authority(
        subject, run_as_at, chance.choice((2, 7, 13)), {name: found for name, found in rows.items() if found}
    )


def smallest(authority: Authority, fails: Callable[[Authority], bool]) -> Authority:
    """The authority with every row and value taken away without which it still fails."""
    for smaller in _smaller(authority):
        if fails(smaller):
            return smallest(smaller, fails)
    return authority


def _smaller(authority: Authority) -> Iterator[Authority]:
    """The authority without each table, then without each row, then with each value unknown that may be."""
    tables = load_library().schemas.tables
    for name in authority.rows:
        yield replace(authority, rows={other: rows for other, rows in authority.rows.items() if other != name})
    for name, rows in authority.rows.items():
        for at in range(len(rows) if len(rows) > 1 else 0):
            yield authority.with_rows(name, [*rows[:at], *rows[at + 1 :]])
    for name, rows in authority.rows.items():
        for at, row in enumerate(rows):
            for column, about in tables[name].columns.items():
                if row[column] is not None and not about.required and column not in tables[name].key:
                    yield authority.with_rows(name, [*rows[:at], {**row, column: None}, *rows[at + 1 :]])


def as_known(table: Table, rows: Iterable[Row], run_as_at: dt.date) -> list[Row]:
    """The rows as the run's day knows them: none that begins later, and later dates unknown unless planned."""
    found = []
    for row in rows:
        begins = row[table.begins] if table.begins else None
        if begins is not None and _day(begins) > run_as_at:
            continue
        hidden = {
            name
            for name, column in table.columns.items()
            if column.type in ("date", "datetime") and not column.planned and row[name] and _day(row[name]) > run_as_at
        }
        found.append({name: None if name in hidden else value for name, value in row.items()})
    return found


def _day(moment: dt.date | dt.datetime) -> dt.date:
    return moment.date() if isinstance(moment, dt.datetime) else moment


@dataclass(frozen=True)
class _Parent:
    """The row that another hangs on, and the days of it and of all that hang on it already."""

    table: str
    key: str
    row: Row
    days: tuple[dt.date, ...]


@dataclass
class _Making:
    """Rows in the making. Days already drawn are drawn again, or followed by a gap, more often than new ones."""

    chance: Random
    tables: Mapping[str, Table]
    rows: dict[str, list[Row]]
    run_as_at: dt.date

    def __post_init__(self) -> None:
        self.days: list[dt.date] = [self.pick(ANCHORS)]

    def pick(self, values: Iterable[Any]) -> Any:
        return self.chance.choice(tuple(values))

    def fill(self, name: str) -> None:
        table = self.tables[name]
        fewest, most = ROWS.get(name, (1, 4))
        self.rows[name] = []
        for number in range(1, self.chance.randint(fewest, most) + 1):
            row = self.row(table, number)
            if self.may_stand(table, row):
                self.rows[name].append(row)

    def may_stand(self, table: Table, row: Row) -> bool:
        """Whether a row keeps the key and does not overlap another of its child."""
        others = self.rows[table.table]
        if any(all(one[key] == row[key] for key in table.key) for one in others):
            return False
        if table.table == "child_links" and row["child_id"] == row["linked_child_id"]:
            return False
        return table.table not in APART or not any(
            one["child_id"] == row["child_id"] and _overlap(one, row) for one in others
        )

    def row(self, table: Table, number: int) -> Row:
        parent = self.parent(table)
        start = self.start(table, parent)
        row = {name: self.value(table, name, column, number, start) for name, column in table.columns.items()}
        if parent is None:
            # a visit that names another child's period of care is a mistake of the record that no rule settles
            return (
                {**row, "care_period_id": None}
                if "care_period_id" in table.columns and table.table != "care_periods"
                else row
            )
        row[parent.key] = parent.row[parent.key]
        # what hangs on a plan or a period of care is about its child (a visit to a sibling may hang on a plan)
        follows = parent.table == "care_periods" or self.pick((True, True, True, False))
        if row.get("child_id") is not None and follows:
            row["child_id"] = parent.row["child_id"]
        return row

    def parent(self, table: Table) -> _Parent | None:
        """The plan or period of care that a row hangs on; where it need not name one, sometimes none."""
        for name, key in (("cp_plans", "plan_id"), ("care_periods", "care_period_id")):
            column = table.columns.get(key)
            if column is None or column.references != name or not self.rows.get(name):
                continue
            if column.required or self.pick((True, True, False)):
                row = self.pick(self.rows[name])
                beside = [one for one in self.rows[table.table] if one[key] == row[key]]
                days = [value for one in (row, *beside) for value in one.values() if isinstance(value, dt.date)]
                return _Parent(name, key, row, tuple(day for day in days if not isinstance(day, dt.datetime)))
        return None

    def start(self, table: Table, parent: _Parent | None) -> dt.date:
        """The day on which a row begins: a new one, or one that hangs on a day of its parent or on any drawn before."""
        if parent is not None or self.pick((True, True, False)):
            known = self.pick(parent.days if parent is not None else self.days)
            day = later(known, self.gap(table), self.pick(NUDGES))
            day = known if day > self.run_as_at else day
        else:
            day = self.pick(ANCHORS)
        self.days.append(day)
        return day

    def value(self, table: Table, name: str, column: Column, number: int, start: dt.date) -> Any:
        if table.table == "populations":
            return self.population(name)
        if table.key == (name,):
            return f"{'child' if name == 'child_id' else table.table}-{number}"
        if column.type in ("date", "datetime"):
            return self.date(table, name, column, start)
        return self.pick(self.choices(name, column))

    def choices(self, name: str, column: Column) -> tuple[Any, ...]:
        """What a column without days may hold: None too where it need not be known."""
        optional = () if column.required else (None,)
        if name in TEXTS or name in VALUES:
            return TEXTS[name] if name in TEXTS else VALUES[name]
        if column.references:
            parent = str(column.references)
            ids = [one[self.tables[parent].key[0]] for one in self.rows.get(parent, [])]
            return (*ids, *optional) or ("gone",)
        if column.type == "boolean":
            return (True, False, *optional)
        if column.type == "code":
            codes = CODES.get(str(column.codes)) or tuple(load_library().schemas.codes[str(column.codes)])[:2]
            return (*codes, *optional)
        return optional or ("any",)

    def date(self, table: Table, name: str, column: Column, start: dt.date) -> dt.date | dt.datetime | None:
        if name == "date_of_birth":
            born: dt.date | None = self.pick((*BIRTHS, None))
            return born
        first = name == table.begins or (table.begins is None and name == "held_on")
        if not first and not column.required and self.pick((True, False, False)):
            return None
        day = start if first else self.end(table, start)
        if column.type == "date":
            return day
        return dt.datetime.combine(day, dt.time.fromisoformat(self.pick(("00:00", "12:30", "23:59:59"))))

    def gap(self, table: Table) -> tuple[str, int]:
        """How much later: nearly always a gap at which the table's own rules turn."""
        gap: tuple[str, int] = self.pick((*GAPS_OF.get(table.table, ()) * 8, *GAPS))
        return gap

    def end(self, table: Table, start: dt.date) -> dt.date:
        """A day on or after a start: a gap after a day already drawn or, often, the last day of a month or the day after."""
        if self.pick((True, False, False)):
            return max(start, month_end(later(start, self.gap(table), 0)) + dt.timedelta(self.pick((0, 0, 1))))
        return max(start, later(self.pick((start, start, *self.days)), self.gap(table), self.pick(NUDGES)))

    def population(self, name: str) -> Any:
        choices = {
            "authority": (AUTHORITY, AUTHORITY, "E10000002"),
            "mid_year": (2021, 2022, 2023),
            "vintage": ("2023", "2024", None),
        }
        return self.pick(choices[name] if name in choices else VALUES[name])


def _overlap(one: Row, other: Row) -> bool:
    first, second = sorted((one, other), key=lambda row: row["started_on"])
    return (
        first["ended_on"] is None
        or first["ended_on"] > second["started_on"]
        or first["started_on"] == second["started_on"]
    )
