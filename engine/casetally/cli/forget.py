"""Why: a child's right to be forgotten is one command, which says what it did and what it can't reach."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from casetally.cli.sealing import KeyFile
from casetally.errors import CallError

if TYPE_CHECKING:
    from casetally.nights.keeping.forget import Done


def forget(
    child: Annotated[str, typer.Argument(metavar="CHILD_ID", help="The child's id, as the records have it.")],
    home: Annotated[Path, typer.Option("--home", help="The folder that keeps your nights.")],
    also: Annotated[
        list[Path] | None, typer.Option("--also", help="A further folder of a run to delete; may be repeated.")
    ] = None,
    sure: Annotated[bool, typer.Option("--yes", help="Really: it can't be undone.")] = False,
    key: KeyFile = None,
) -> None:
    """Remove a child from every night, output and case list that a home knows of, and keep no note of who it was."""
    from casetally.nights.clock import now
    from casetally.nights.keeping.forget import forget_child
    from casetally.nights.lock import held
    from casetally.nights.log import FORGET, begin_log
    from casetally.reports.case_lists.audit_log import whoever_asks
    from casetally.reports.outputs import RUN_FILE
    from casetally.sealed import key_named
    from casetally.store.editions import holds_editions

    if not home.is_dir() or not holds_editions(home):
        raise CallError(f"'{home}' keeps no nights.", hint="Name the one that 'home' names in your configuration.")
    for folder in also or ():
        if not (folder / RUN_FILE).is_file():
            raise CallError(f"'{folder}' is no folder of a run.", hint="--also deletes such a folder whole.")
    if not sure:
        raise CallError("To forget a child can't be undone.", hint="Add --yes, and delete older backups afterwards.")
    with held(home, "A child is being forgotten"):
        done = forget_child(home, child, key_named(key), also or ())
        begin_log(home, now().date()).write(
            FORGET, "done", editions=done.of_editions.editions, rows=sum(done.of_editions.rows.values()),
            findings=done.findings, deleted=len(done.deleted), left=len(done.left), who=whoever_asks()["who"],
        )  # fmt: skip
    _say(done)


def _say(done: Done) -> None:
    found = done.of_editions
    many = "" if len(found.ids) == 1 else f", under {len(found.ids)} linked ids"
    typer.echo(
        f"The child is gone from {found.editions} editions{many}: {sum(found.rows.values()):,} rows in {len(found.rows)} tables, "
        f"{done.findings} findings of the outputs."
    )
    for path in done.deleted:
        typer.echo(f"Deleted: {path}", err=True)
    for says in done.left:
        typer.echo(says, err=True)
    typer.echo("Figures stay as they were: they name nobody. Backups made before today still hold the child: delete them, "
               "and make a new one.", err=True)  # fmt: skip
    typer.echo(
        "If the source still has the child, the next night brings it back: have it deleted there first.", err=True
    )
