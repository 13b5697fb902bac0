"""Why: anything that takes over a second says what it does and how far it is, and is silent where nobody watches.

It speaks on stderr alone, and only to a terminal: a pipe, a file and a night's batch see nothing. What is done in a moment says
nothing either.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar, cast

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.live import Live
    from rich.text import Text

T = TypeVar("T")

PATIENCE = 0.7  # seconds before anything is shown
_REFRESHED = 8  # times a second


class Progress:
    """What a long piece of work tells of itself: this one says nothing to anybody. A step can also be told by calling it."""

    def step(self, name: str) -> None:
        """A step begins."""

    def of(self, done: int, total: int) -> None:
        """So many of the step's parts are done."""

    def __call__(self, name: str) -> None:
        self.step(name)

    def through(self, items: Sequence[T]) -> Iterator[T]:
        """The items one by one, telling how far it is."""
        for number, item in enumerate(items):
            self.of(number, len(items))
            yield item


SILENT = Progress()


class Told(Progress):
    """How far the work is, as a line: '3 of 6: checking the records, 12 of 37 (8 s)'.

    Steps that are not among those known beforehand have no number.
    """

    def __init__(self, steps: Iterable[str] = ()) -> None:
        self.steps = tuple(steps)
        self.began = time.monotonic()
        self.name, self.parts = "starting", ""

    def step(self, name: str) -> None:
        self.name, self.parts = name, ""

    def of(self, done: int, total: int) -> None:
        self.parts = f"{done:,} of {total:,}" if total > 1 else ""

    def what(self) -> str:
        """The step, with its number where it is known."""
        if self.name in self.steps:
            return f"{self.steps.index(self.name) + 1} of {len(self.steps)}: {self.name}"
        return self.name

    def line(self) -> str:
        """What is shown now."""
        parts = f", {self.parts}" if self.parts else ""
        return f"{self.what()}{parts} ({_elapsed(time.monotonic() - self.began)})"


class _LineByLine(Told):
    """For a terminal that can't take a line back: each step on a line of its own, once it has taken long enough."""

    def __init__(self, steps: Iterable[str], console: Console) -> None:
        super().__init__(steps)
        self._console, self._patient, self._said = console, True, ""

    def step(self, name: str) -> None:
        super().step(name)
        if not self._patient:
            self.say()

    def say(self) -> None:
        self._patient = False
        if self.what() != self._said:
            self._said = self.what()
            self._console.print(self._said, markup=False, highlight=False)


@contextmanager
def telling(steps: Iterable[str] = (), *, patience: float = PATIENCE) -> Iterator[Progress]:
    """Something to tell steps to; on a terminal it shows them on stderr after `patience` seconds, elsewhere nothing.

    `steps`: the names of those known beforehand, in order, so that each is shown as one of so many.
    """
    if not (sys.stderr and sys.stderr.isatty()):
        yield SILENT
        return
    from rich.console import Console

    console = Console(stderr=True, force_terminal=True)
    if console.is_dumb_terminal:
        plain = _LineByLine(steps, console)
        with _after(patience, plain.say):
            yield plain
        return
    told = Told(steps)
    live = _live(told, console)
    try:
        with _after(patience, live.start):
            yield told
    finally:
        live.stop()


def _live(told: Told, console: Console) -> Live:
    from rich.live import Live
    from rich.spinner import Spinner
    from rich.text import Text

    in_full = console.encoding.startswith("utf")
    spinner = Spinner("dots" if in_full else "line")

    def drawn() -> RenderableType:
        turning = cast("Text", spinner.render(console.get_time()))
        return Text.assemble(turning, " ", told.line(), no_wrap=True, overflow="ellipsis" if in_full else "crop")

    return Live(
        get_renderable=drawn, console=console, refresh_per_second=_REFRESHED, transient=True,
        redirect_stdout=False, redirect_stderr=False,
    )  # fmt: skip


@contextmanager
def _after(seconds: float, begin: Callable[[], None]) -> Iterator[None]:
    """Begin something after so many seconds, unless what runs meanwhile is over by then; it has begun or never will at the end."""
    over, lock = False, threading.Lock()

    def begin_unless_over() -> None:
        with lock:
            if not over:
                begin()

    timer = threading.Timer(seconds, begin_unless_over)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        with lock:
            over = True


def _elapsed(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60:02} s"
