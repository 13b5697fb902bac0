"""Why: the command line is how a night's batch and an analyst both reach the engine: data on stdout, notes on stderr.

Each command is thin: it finds what it needs, calls one function and prints. Exit codes stand in `docs/cli.md`. Heavy modules are
imported inside the commands, so that help answers at once.
"""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import typer

from casetally.cli import (
    answers,
    audit,
    backup,
    case_lists,
    definitions,
    export_annex_a,
    export_open_data,
    forget,
    impact,
    keys,
    map_folder,
    nightly,
    published,
    report,
    revisions,
    runs,
    settling,
    status,
)
from casetally.errors import DONE, FAULT_OF_OURS, MISTAKE_IN_CALL_OR_DEFINITION, STOPPED, CasetallyError

_OBJECTS_BETWEEN_COLLECTIONS = 1_000_000

app = typer.Typer(
    name="casetally", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None,
    help="Children's social care indicators from child-level records: every figure, and the children behind it.",
)  # fmt: skip
indicators_app = typer.Typer(no_args_is_help=True, help="What each indicator means: list, show, test, diff.")
export_app = typer.Typer(no_args_is_help=True, help="What goes out to others: annex-a, open-data.")

app.command(short_help="Read, check, calculate and write everything.")(runs.run)
app.command(short_help="A whole night: read, doubt, keep, publish.")(nightly.nightly)
app.command(short_help="How nights stand: the last good one, what failed since.")(status.status)
app.command(short_help="Read and check only: what was found, what is supported.")(runs.check)
app.command("map", short_help="Propose a mapping for files of your own shape.")(map_folder.map_folder)
app.command(short_help="Make a report for a month.")(report.report)
app.command(short_help="Hold published figures against the records.")(published.reconcile)
app.command(short_help="Check the arithmetic of a published report.")(audit.audit)
app.command(short_help="The children behind a figure.")(answers.cases)
app.command(short_help="How a figure comes about.")(answers.explain)
app.command(short_help="What is overdue and what falls due next.")(answers.due)
app.command("case-lists", short_help="A team's children behind red lines, and due work.")(case_lists.case_lists)
app.command("key", short_help="Make a key, for what is sealed.")(keys.make_key)
app.command("open", short_help="Open a sealed file.")(keys.open_sealed)
app.command(short_help="Seal a home of nights into one file.")(backup.backup)
app.command(short_help="Put a home of nights back from a backup.")(backup.restore)
app.command(short_help="How late records arrive, how long figures still move.")(settling.settling)
app.command(short_help="Why a figure moved between two nights.")(revisions.revisions)
app.command(short_help="What proposed definitions would change.")(impact.impact)
app.command(short_help="Remove a child from every night, for good.")(forget.forget)
app.command(short_help="Make up an authority's records.")(runs.sample)
app.add_typer(export_app, name="export")
export_app.command("annex-a")(export_annex_a.annex_a)
export_app.command("open-data")(export_open_data.open_data)
app.add_typer(indicators_app, name="indicators")
indicators_app.command("list")(definitions.indicators_list)
indicators_app.command("show")(definitions.indicators_show)
indicators_app.command("test")(definitions.indicators_test)
indicators_app.command("diff")(definitions.indicators_diff)


def main() -> None:
    """Entry point: every mistake becomes a sentence and an exit code, never a traceback."""
    _where_nothing_listens()
    _collect_seldom()
    try:
        stoppable(app)
    except CasetallyError as wrong:
        typer.echo(wrong.render(), err=True)
        sys.exit(wrong.exit_code)
    except BrokenPipeError:  # the reader of our output has gone
        sys.exit(DONE)
    except OSError as fault:  # a folder that can't be made, a disk that is full
        typer.echo(f"{fault.filename or 'A file'} can't be written or read: {fault.strerror}.", err=True)
        sys.exit(MISTAKE_IN_CALL_OR_DEFINITION)
    except MemoryError:
        _no_memory()
    except BaseException as fault:  # a fault of ours: say where, and nothing that might hold a record's contents
        if not isinstance(fault, Exception) and type(fault).__name__ != "PanicException":  # a library's in Rust
            raise
        if type(fault).__name__ == "OutOfMemoryException":  # the database's own word for it
            _no_memory()
        import traceback

        last = traceback.extract_tb(fault.__traceback__)[-1]
        where = f"{Path(last.filename).name}:{last.lineno}"
        typer.echo(
            f"casetally failed by a fault of its own ({type(fault).__name__} at {where}). Please report it.", err=True
        )
        sys.exit(FAULT_OF_OURS)


def _no_memory() -> NoReturn:
    says = "There is not enough memory for these records: nothing was kept. Close other programs, or ask for fewer --months."
    typer.echo(says, err=True)
    sys.exit(MISTAKE_IN_CALL_OR_DEFINITION)


def stoppable(call: Callable[[], object]) -> None:
    """Ctrl-C ends a call with its own exit code, whatever it turns into on its way up: the database calls it a failed query."""
    asked_to_stop = []

    def stop(number: int, _: object) -> None:
        asked_to_stop.append(number)
        raise KeyboardInterrupt

    watching = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGINT, stop) if watching else None
    try:
        call()
    except BaseException:
        if asked_to_stop:
            sys.exit(STOPPED)
        raise
    finally:
        if watching:
            signal.signal(signal.SIGINT, before)


def _collect_seldom() -> None:
    """Nearly all that a command makes stays until it ends: to look among it for garbage hundreds of times takes a sixth of the time
    of a report, and finds next to nothing. The bound is for a command that makes far more than a report does.
    """
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    atexit.register(gc.disable)  # what is left then goes with the process


def _where_nothing_listens() -> None:
    """A shell can close a stream (`>&-`): what would be written there goes nowhere."""
    if sys.stdout is None or sys.stderr is None:
        nowhere = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 (open until the process ends)
        sys.stdout, sys.stderr = sys.stdout or nowhere, sys.stderr or nowhere
