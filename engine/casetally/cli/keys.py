"""Why: whoever seals needs a key of their own, and whoever was given a sealed file must come to what is in it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from casetally.cli.sealing import KeyFile
from casetally.errors import CallError
from casetally.owner_only import permissions_hold


def make_key(
    file: Annotated[Path, typer.Argument(metavar="NEW_FILE", help="The file to make, for your eyes alone.")],
) -> None:
    """Make a key into a new file and print its public half, the recipient, which seals and can't open."""
    from casetally.reports.case_lists.private_folder import git_work_tree
    from casetally.sealed import Key, new_for_owner

    key = Key.made()
    with new_for_owner(file) as written:
        written.write(key.as_file().encode())
    typer.echo(key.recipient)
    typer.echo(f"The key is in {file}. Name it with --key {file}, or in CASETALLY_KEY_FILE.", err=True)
    typer.echo("Keep a copy in another place: without it nobody can open what is sealed for it.", err=True)
    if (tree := git_work_tree(file)) is not None:
        typer.echo(f"{file} lies in the git work tree {tree}: keep it out of every commit.", err=True)
    if not permissions_hold():
        typer.echo("This system has no permissions by owner: see to it that nobody else can read the key.", err=True)


def open_sealed(
    file: Annotated[Path, typer.Argument(metavar="FILE.age", help="The sealed file.")],
    to: Annotated[Path | None, typer.Option("--to", help="The file or folder to write to; else beside it.")] = None,
    key: KeyFile = None,
) -> None:
    """Open a sealed file into a new one that only you can read."""
    from casetally.reports.outputs import in_no_run
    from casetally.sealed import key_needed, unseal_file

    if not file.is_file():
        raise CallError(f"There is no file '{file}'.", hint="Name one that casetally or age sealed; it ends in .age.")
    opened = _opened_name(file, to)
    in_no_run(opened.parent, "--to")
    unseal_file(file, opened, key_needed(key, "Opening a sealed file"))
    typer.echo(str(opened))
    typer.echo("It is no longer sealed: keep it where only you can read it, and delete it when you are done.", err=True)


def _opened_name(file: Path, to: Path | None) -> Path:
    from casetally.sealed import SEALED

    if to is not None and not to.is_dir():
        return to
    if file.suffix != SEALED:
        raise CallError(
            f"'{file}' does not end in {SEALED}, so its opened name is not known.", hint="Give it with --to."
        )
    return (to or file.parent) / file.stem
