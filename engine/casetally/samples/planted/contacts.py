"""Why: contacts are the first that a service hears of a child; some of them become referrals, which take them up.

Each contact is decided in the month in which it is received, or not at all, so that what is printed by day of receipt and by day of
decision agree. Where a report prints a table of contacts by method, source and outcome, its cells give the contacts of that month.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, replace

from casetally.samples.planted.days import group_sizes, pick, some_days
from casetally.samples.planted.making import Making, last_day
from casetally.samples.planted.people import Child
from casetally.samples.planted.referrals import covered, usual_referrals

SOURCES = {
    "6": 32, "2A": 18, "3D": 6, "3A": 4, "3E": 6, "5B": 7, "5D": 5, "1A": 6, "1C": 3, "4": 3, "7": 4, "8": 4, "9": 2,
}  # fmt: skip
METHODS = {"police_notification": 30, "email": 26, "telephone": 18, "referral_form": 16, "online": 8, "letter": 2}
SOCIAL_CARE, EARLY_HELP = "social_care", "early_help"
ELSEWHERE = {"no_further_action": 50, "information_advice": 42, "open_case": 8}
OUTCOMES = (SOCIAL_CARE, EARLY_HELP, "information_advice")  # those whose numbers or timeliness a report may print
TO_SOCIAL_CARE_SHARE = 0.4  # where no contacts are printed, this share of them becomes referrals
TO_EARLY_HELP_SHARE, IN_TIME_SHARE, CONSENT_SHARE = 0.12, 0.85, 0.6
AGAIN, MANY = 0.4, 50  # of the other contacts, how many are about a child of an earlier one, once there are many
TEAM = "Front Door"


@dataclass(frozen=True)
class Contact:
    """What is to be said of one contact; the child and the days follow."""

    outcome: str | None
    decided: bool
    in_time: bool = True
    source: str | None = None
    method: str | None = None
    recommended: str | None = None
    consent: bool = False


def plant(making: Making) -> None:
    """Contacts of each month, received on its days; those that go on to a referral are left under 'contacts'."""
    rng = making.rng("contacts")
    known: list[Child] = []  # children of earlier contacts that led to no referral
    for month in making.facts.months_of("contacts_received") or covered(making):
        wanted = _wanted(making, rng, month)
        onwards = [contact for contact in wanted if contact.outcome == SOCIAL_CARE]
        others = [contact for contact in wanted if contact.outcome != SOCIAL_CARE]
        for contacts, new in ((onwards, True), (others, False)):
            _of_families(making, rng, month, contacts, known, always_new=new)


def _wanted(making: Making, rng: random.Random, month: str) -> list[Contact]:
    """The month's contacts, what is said of each."""
    facts = making.facts
    referred = usual_referrals(making, month)
    new = referred - min(referred, facts.need("rereferrals", month, round(referred * 0.2)))
    onwards = facts.need("contacts_to_social_care", month, new)
    received = facts.need("contacts_received", month, round(onwards / TO_SOCIAL_CARE_SHARE))
    decided = facts.need("contacts_completed", month, received)
    early = facts.need("contacts_to_early_help", month, round((received - onwards) * TO_EARLY_HELP_SHARE))
    found = _from_table(making, rng, month) or _from_numbers(making, rng, month, decided, onwards, early)
    undecided: list[str | None] = [EARLY_HELP] * max(0, early - sum(contact.outcome == EARLY_HELP for contact in found))
    undecided += [None] * (received - len(found) - len(undecided))
    found = _recommend(making, rng, month, _in_time(making, rng, month, found))
    found += [Contact(outcome, decided=False) for outcome in undecided]
    consenting = facts.need("contacts_with_consent", month, round(received * CONSENT_SHARE))
    agreed = set(rng.sample(range(len(found)), min(len(found), consenting)))
    return [replace(contact, consent=at in agreed) for at, contact in enumerate(found)]


def _from_numbers(
    making: Making, rng: random.Random, month: str, decided: int, onwards: int, early: int
) -> list[Contact]:
    """Decided contacts by outcome, as far as their numbers are printed."""
    numbers = {SOCIAL_CARE: onwards, EARLY_HELP: early}
    for outcome in OUTCOMES:
        if (count := making.facts.month(f"contacts_completed_{outcome}", month)) is not None:
            numbers[outcome] = count
    outcomes = [outcome for outcome, count in numbers.items() for _ in range(count)][:decided]
    rest = {outcome: weight for outcome, weight in ELSEWHERE.items() if outcome not in numbers}
    outcomes += [pick(rng, rest) for _ in range(decided - len(outcomes))]
    return [Contact(outcome, decided=True) for outcome in outcomes]


def _from_table(making: Making, rng: random.Random, month: str) -> list[Contact]:
    """Decided contacts from the printed tables of the month: by source, each method met with some outcome at random."""
    tables = making.facts.setting("contact_tables", {}).get(month)
    if not tables:
        return []
    by_source: dict[str, dict[str, list[str]]] = {}
    for part in ("method", "outcome"):
        codes: dict[str, str] = tables[part]["codes"]
        for cut, count in making.facts.table(tables[part]["ref"], month).items():
            named = dict(piece.split("=", 1) for piece in cut.split(";"))
            if named[part] in codes and named["source"] in tables["source"]:
                by_source.setdefault(named["source"], {"method": [], "outcome": []})[part] += [
                    codes[named[part]]
                ] * count
    found = []
    for source, parts in sorted(by_source.items()):
        rng.shuffle(parts["outcome"])
        for method, outcome in zip(parts["method"], parts["outcome"], strict=True):
            found.append(Contact(outcome, True, source=rng.choice(tables["source"][source]), method=method))
    return found


def _in_time(making: Making, rng: random.Random, month: str, contacts: list[Contact]) -> list[Contact]:
    """Which contacts are decided within a working day: so many of each outcome that is printed, so many of all."""
    facts = making.facts
    late: set[int] = set()
    free: list[int] = []
    for outcome in sorted({contact.outcome or "" for contact in contacts}):
        places = [at for at, contact in enumerate(contacts) if contact.outcome == outcome]
        in_time = facts.month(f"contacts_1wd_{outcome}", month)
        if in_time is None:
            free += places
        else:
            late |= set(rng.sample(places, max(0, len(places) - in_time)))
    all_in_time = facts.need("contacts_decided_1wd", month, round(len(contacts) * IN_TIME_SHARE))
    late |= set(rng.sample(free, min(len(free), max(0, len(contacts) - all_in_time - len(late)))))
    return [replace(contact, in_time=at not in late) for at, contact in enumerate(contacts)]


def _recommend(making: Making, rng: random.Random, month: str, contacts: list[Contact]) -> list[Contact]:
    """What was recommended, where a report prints how often another outcome was decided; else nothing is recorded."""
    differing = making.facts.month("contacts_decided_otherwise", month)
    if differing is None:
        return contacts
    told = making.facts.need("contacts_recommended", month, len(contacts))
    order = rng.sample(range(len(contacts)), min(told, len(contacts)))
    out = list(contacts)
    for place, at in enumerate(order):
        decided = contacts[at].outcome
        other = rng.choice([outcome for outcome in (*OUTCOMES, "no_further_action") if outcome != decided])
        out[at] = replace(contacts[at], recommended=other if place < differing else decided)
    return out


def _of_families(
    making: Making, rng: random.Random, month: str, contacts: list[Contact], known: list[Child], *, always_new: bool
) -> None:
    """Give the contacts to families, brothers and sisters on the same day; the late ones early enough in the month."""
    order = rng.sample(contacts, len(contacts))
    order.sort(key=lambda contact: contact.decided and not contact.in_time, reverse=True)
    at = 0
    for size in group_sizes(rng, len(order)):
        group = order[at : at + size]
        day = _day(making, rng, month, late=any(contact.decided and not contact.in_time for contact in group))
        again = not always_new and len(known) > MANY and rng.random() < AGAIN
        family = rng.sample(known, size) if again else making.people.family(rng, size, day)
        if not always_new and not again:
            known += family
        for child, contact in zip(family, group, strict=True):
            _write(making, rng, child, day, contact)
        at += size


def _day(making: Making, rng: random.Random, month: str, *, late: bool) -> dt.date:
    end = last_day(month)
    while True:
        day = some_days(rng, making, month, 1)[0]
        if not late or making.calendar.add_working_days(day, 2) <= end:
            return day


def _write(making: Making, rng: random.Random, child: Child, day: dt.date, contact: Contact) -> None:
    end = last_day(f"{day:%Y-%m}")
    completed = making.calendar.add_working_days(day, rng.choice((0, 1) if contact.in_time else (2, 2, 3, 4, 5)))
    if completed > end:
        completed = day if contact.in_time else making.calendar.add_working_days(day, 2)
    contact_id = making.rows.new_id("contacts")
    making.rows.add(
        "contacts",
        contact_id=contact_id,
        child_id=child.child_id,
        received_on=day,
        completed_on=completed if contact.decided else None,
        source=contact.source or pick(rng, SOURCES),
        method=contact.method or pick(rng, METHODS),
        outcome=contact.outcome,
        recommended_outcome=contact.recommended,
        consent=contact.consent,
        team=TEAM,
    )
    if contact.outcome == SOCIAL_CARE:
        making.people.leave("contacts", (child, day, contact_id))
