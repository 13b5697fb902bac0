"""Why: every command that seals or opens takes its key in the same words."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

KeyFile = Annotated[
    Path | None,
    typer.Option("--key", help="The file of your key; else CASETALLY_KEY_FILE, or the key in CASETALLY_KEY."),
]
Recipients = Annotated[
    list[str] | None,
    typer.Option("--recipient", help="Seal for this one (age1...), without a key; may be repeated."),
]
