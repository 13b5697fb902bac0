"""Why: a child's case is discussed in supervision, and reports print by service how many were within 4 weeks at the month's end.

A supervision belongs to the child, whatever service the child is open to; so the services are laid in turn, and a child laid for
one stays as it is for the next.
"""

from __future__ import annotations

from casetally.samples.planted.caseloads import merged
from casetally.samples.planted.days import ONE, Spell
from casetally.samples.planted.last_events import LastEvents
from casetally.samples.planted.making import Making, last_day
from casetally.samples.planted.open_to_service import OPEN, counted

WITHIN = 28
USUAL = 0.85  # where nothing is printed
# service, its table, the columns of start and end, and whether only the disabled children's plans are meant
SERVICES: tuple[tuple[str, str, str, str, bool | None], ...] = (
    ("plan", "cp_plans", "started_on", "ended_on", None),
    ("looked_after", "care_periods", "started_on", "ended_on", None),
    ("cin", "cin_plans", "started_on", "ended_on", False),
    ("cin_disabled", "cin_plans", "started_on", "ended_on", True),
    ("assessment", "assessments", "started_on", "completed_on", None),
    ("care_leaver", "care_leavers", "started_on", "ended_on", None),
    ("early_help", "early_help_episodes", "started_on", "ended_on", None),
)
QUIET = ("early_help", "care_leaver")  # supervised only where a report says how many


def plant(making: Making) -> None:
    """Supervisions of every child open to a service, so many at each month's end within 4 weeks as printed."""
    rng = making.rng("supervisions")
    last = LastEvents(rng, making, WITHIN)
    if making.facts.decimal("supervised_open", making.months[-1]) is not None:
        _everyone(making, last)
    else:
        _by_service(making, last)
    holder = {row["child_id"]: row["worker_id"] for row in making.rows.of("allocations")}
    for who, day in last.events:
        making.rows.add(
            "supervisions",
            supervision_id=making.rows.new_id("supervisions"),
            child_id=who,
            worker_id=holder.get(who),
            held_on=day,
        )


def _everyone(making: Making, last: LastEvents) -> None:
    """Everyone open to any service, each once; in the last month nobody of the teams that are wholly in time is late."""
    spells: dict[str, list[Spell]] = {}
    for table, ends in OPEN:
        for row in counted(making, table):
            spells.setdefault(row["child_id"], []).append(Spell(row["started_on"], row[ends]))
    whole = [(who, spell) for who, own in sorted(spells.items()) for spell in merged(own)]
    _before(making, last, whole)
    best = set(making.facts.setting("teams", [])[: making.facts.setting("teams_all_supervised", 0)])
    for month in making.months:
        end = last_day(month)
        open_now = [(who, spell.start) for who, spell in whole if spell.open_on(end)]
        wanted = making.facts.part("supervised_open", month, len(open_now))
        if month == making.months[-1]:
            of_best = {
                row["child_id"]
                for row in making.rows.of("allocations")
                if row["team"] in best and Spell(row["started_on"], row["ended_on"]).open_on(end)
            }
            last.all_in_time(month, [item for item in open_now if item[0] in of_best])
        last.in_month(month, open_now, (round(len(open_now) * USUAL) if wanted is None else wanted,))


def _before(making: Making, last: LastEvents, spells: list[tuple[str, Spell]]) -> None:
    for who, spell in spells:
        if spell.start < making.first and (spell.end is None or spell.end > making.first):
            last.began_before(who, max(spell.start, making.first - 120 * ONE), making.first)


def _by_service(making: Making, last: LastEvents) -> None:
    """The children of each service."""
    groups = {name: _spells(making, name) for name, *_ in SERVICES if _is_told(making, name)}
    for spells in groups.values():
        _before(making, last, spells)
    for month in making.months:
        end = last_day(month)
        for name, spells in groups.items():
            open_now = [(who, spell.start) for who, spell in spells if spell.open_on(end)]
            wanted = making.facts.month(f"supervised_{name}", month)
            if wanted is None:
                wanted = making.facts.part(f"supervised_{name}", month, len(open_now))
            last.in_month(month, open_now, (round(len(open_now) * USUAL) if wanted is None else wanted,))


def _is_told(making: Making, name: str) -> bool:
    return name not in QUIET or any(
        making.facts.month(f"supervised_{name}", month) is not None
        or making.facts.decimal(f"supervised_{name}", month) is not None
        for month in making.months
    )


def _spells(making: Making, name: str) -> list[tuple[str, Spell]]:
    _, table, begins, ends, disabled = next(service for service in SERVICES if service[0] == name)
    return [
        (row["child_id"], Spell(row[begins], row[ends]))
        for row in counted(making, table)
        if disabled is None or row["disabled_children_team"] == disabled
    ]
