"""Why: a test of the command line sees what a shell sees: the exit code, stdout and stderr, and nothing else."""

from __future__ import annotations

import contextlib
import io
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from casetally import cli

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "sample_data" / "authority"
AS_AT = "2024-03-31"


@dataclass(frozen=True)
class Answer:
    """What a command gave back."""

    code: int
    out: str
    err: str


def call(*arguments: object) -> Answer:
    """Call `casetally ARGUMENTS` through its own entry point, in this process and the current folder."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    with (
        mock.patch("sys.argv", ["casetally", *map(str, arguments)]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            cli.main()
        except SystemExit as end:
            code = int(end.code or 0)
    return Answer(code, out.getvalue(), err.getvalue())


def sentences(answer: Answer) -> str:
    """The message of a command that refused: nothing on stdout, a short text without a traceback on stderr."""
    assert answer.out == ""
    assert "Traceback" not in answer.err
    assert "fault of its own" not in answer.err
    assert 1 <= len(answer.err.strip().splitlines()) <= 4  # a definition shows the line and underlines it
    return answer.err
