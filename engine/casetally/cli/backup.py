"""Why: what was known on each night is kept nowhere else, so it goes to another disk, sealed, and comes back whole."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from casetally.cli.options import must_lie_within
from casetally.cli.sealing import KeyFile, Recipients
from casetally.errors import CallError

_MOST_KEPT = 10_000


def backup(
    home: Annotated[Path, typer.Argument(help="The folder that keeps your nights.")],
    to: Annotated[Path, typer.Option("--to", help="The folder for backups of this home, best on another disk.")],
    keep: Annotated[int | None, typer.Option("--keep", help="Delete all backups there but the newest so many.")] = None,
    key: KeyFile = None,
    recipient: Recipients = None,
) -> None:
    """Seal all that a home of nights keeps into one new file, and read it back."""
    from casetally.nights.clock import now
    from casetally.nights.home import keep_for_backups_of, must_be_for_backups_of
    from casetally.nights.keeping.backup import make_backup, thin_out
    from casetally.nights.lock import held
    from casetally.sealed import recipients_needed

    if keep is not None:
        must_lie_within(keep, 1, _MOST_KEPT, f"--keep {keep}")
    seal_for = recipients_needed(key, recipient or (), "Backups")
    if not home.is_dir():
        raise CallError(f"There is no folder '{home}'.", hint="Name the one that 'home' names in your configuration.")
    with held(home, "A backup"):
        must_be_for_backups_of(home, to)
        path = make_backup(home, to, seal_for, now())
        keep_for_backups_of(home, to)
    typer.echo(str(path))
    typer.echo(f"{path.stat().st_size:,} bytes, read back and found whole.", err=True)
    gone = thin_out(to, keep) if keep is not None else ()
    if gone:
        typer.echo(f"Earlier backups deleted: {len(gone)}.", err=True)


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE.zip.age", help="A backup.")],
    to: Annotated[Path, typer.Option("--to", metavar="HOME", help="The folder to put the home in.")],
    replace: Annotated[bool, typer.Option("--replace", help="Also where there is one, which stays beside.")] = False,
    key: KeyFile = None,
) -> None:
    """Open a backup, hold every file against its hash, and put the home in place."""
    from casetally.nights.keeping.restore import restore as restored
    from casetally.sealed import key_needed

    done = restored(file, to, key_needed(key, "Opening a backup"), replace=replace)
    count = len(done.manifest.files)
    typer.echo(f"{count:,} files as they were on {done.manifest.when:%Y-%m-%d at %H:%M} (UTC) are in {to}.")
    if done.earlier is not None:
        typer.echo(f"What was there is in {done.earlier}: delete it when you have seen that all is well.", err=True)
    for name in done.manifest.left_out:
        typer.echo(f"{name!r} was a link or a key, and is not in the backup.", err=True)
