"""Why: how things stand is read by people in the morning and by programs all day, so it is said once in words and once as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from casetally.figures.reconcile.outcomes import half_up
from casetally.nights.status import Status
from casetally.nights.summary import columns, plain


def status_text(status: Status) -> str:
    """The status in words."""
    return "\n\n".join("\n".join(part) for make in _PARTS if (part := list(make(status)))) + "\n"


def status_json(status: Status) -> dict[str, Any]:
    """The same for programs; `good` is what the exit code says."""
    last = status.last
    return {
        "good": not status.problems, "problems": list(status.problems), "home": str(status.home),
        "last_good": {"edition": last.number, "night": last.known_on, "as_at": last.as_at, "ended_at": status.ended_at,
                      "accepted_despite": last.accepted_despite} if last else None,
        "since": [{"night": run.night, "at": run.at, "outcome": run.outcome, "says": run.says.get("says") or run.says.get("doubts")}
                  for run in status.since],
        "tables": [vars(one) for one in status.tables], "usual_untold": status.usual_untold, "outputs": status.outputs,
        "protection": dict(status.protection), "backup": status.backup, "space": dict(status.space),
    }  # fmt: skip


def _head(status: Status) -> Iterator[str]:
    yield f"{'Good.' if not status.problems else 'Not good:'} {status.home}"
    yield from (f"- {plain(problem)}" for problem in status.problems)


def _last(status: Status) -> Iterator[str]:
    if status.last is None:
        return
    ended = f", ended at {status.ended_at}" if status.ended_at else ""
    yield f"Last good night: {status.last.known_on}, edition {status.last.number}, as at {status.last.as_at}{ended}."
    if despite := status.last.accepted_despite:
        yield f"It was accepted by {plain(str(despite.get('who', '')))} although:"
        yield from (f"- {plain(str(doubt))}" for doubt in despite.get("doubts", ()))


def _since(status: Status) -> Iterator[str]:
    if not status.since:
        return
    yield "Since then"
    for run in status.since:
        said = run.says.get("doubts") or [run.says.get("says", "")]
        yield f"{run.at}  night of {run.night}: {run.outcome.replace('_', ' ')}"
        yield from (f"- {plain(str(one))}" for one in said if one)


def _tables(status: Status) -> Iterator[str]:
    if not status.tables:
        return
    yield "How fresh each table is"
    rows = [("table", "rows", "latest record", "days before the night", "usually known within 5 days")]
    for one in status.tables:
        latest, days = one.latest.isoformat() if one.latest else "", "" if one.days is None else str(one.days)
        rows.append(
            (
                one.table,
                f"{one.rows:,}",
                latest,
                days,
                "" if one.usual is None else f"{half_up(100 * Fraction(one.usual), 0)}%",
            )
        )
    yield from columns(rows)
    if status.usual_untold:
        yield f"What is usually known within 5 days: {status.usual_untold}"


def _rest(status: Status) -> Iterator[str]:
    yield "Outputs, protection, space"
    yield from columns([("outputs", status.outputs), ("last backup", status.backup), *status.protection.items()])
    yield ", ".join(f"{name} {_megabytes(size)}" for name, size in status.space.items())


_PARTS = (_head, _last, _since, _tables, _rest)


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:,.1f} MB"
