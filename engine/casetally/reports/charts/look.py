"""Why: what a colour, a shape or a margin of a chart is, is said once, so that chart, key and icon can't differ.

Every colour that tells something stands out from white by 3 to 1 or more, and never tells it alone: the shape says the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["common", "improving", "concerning", "neither", "short_history"]

INK = "#0b0c0c"
LINE = "#3d4752"
QUIET = "#5b6670"  # mean, limits, axis words
GRID = "#dfe3e6"  # tells nothing that the words beside it don't
PAPER = "#ffffff"
BLUE = "#005eb8"
ORANGE = "#b85500"
PURPLE = "#6a3d9a"

FONT_SIZE = 12
KEY_HEIGHT = 21


@dataclass(frozen=True)
class Mark:
    """How a point looks: its colour, its shape (a symbol of Vega), its area in square units, and its name in the key."""

    colour: str
    shape: str
    area: float
    name: str


MARKS: Mapping[Kind, Mark] = {
    "common": Mark(QUIET, "circle", 28, ""),
    "improving": Mark(BLUE, "square", 56, "improving"),
    "concerning": Mark(ORANGE, "triangle-up", 62, "concerning"),
    "neither": Mark(PURPLE, "diamond", 68, "unusual"),
    "short_history": Mark(QUIET, "circle", 12, "short history"),
}
HIDDEN = Mark(LINE, "M-1,-1L1,1M1,-1L-1,1", 42, "suppressed")
PROVISIONAL = Mark(QUIET, "circle", 28, "provisional")
SETTLING = Mark(QUIET, "circle", 28, "settling")
# a shape with a dot in it, larger, as a dot needs room: neither filled nor hollow
_DOT = "M0.2,0A0.2,0.2,0,1,1,-0.2,0A0.2,0.2,0,1,1,0.2,0"
DOTTED: Mapping[str, str] = {
    "circle": f"M1,0A1,1,0,1,1,-1,0A1,1,0,1,1,1,0{_DOT}",
    "square": f"M-1,-1L1,-1L1,1L-1,1L-1,-1{_DOT}",
    "triangle-up": f"M0,-0.9L-1,0.9L1,0.9L0,-0.9{_DOT}",
    "diamond": f"M-1,0L0,-1L1,0L0,1L-1,0{_DOT}",
}
ROOM_FOR_A_DOT = 2.2  # times the area


@dataclass(frozen=True)
class Box:
    """A chart and the plot within it, in units of its view box."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float

    @property
    def below(self) -> float:
        """Just below the plot, where what has no figure is marked."""
        return self.bottom + 5

    @property
    def plot_height(self) -> float:
        return self.bottom - self.top


CONTROL = Box(width=440, height=242, left=52, right=336, top=22, bottom=182)
SMALL = Box(width=160, height=40, left=5, right=155, top=5, bottom=32)
