"""Why did it move? The difference between two known states, split exactly by cause and child by child."""

from casetally.figures.revisions.children import ChildChange, Split, split_along, split_children
from casetally.figures.revisions.split import FigureSplit, Part, split_exactly, split_figures
from casetally.figures.revisions.state import KnownState
from casetally.figures.revisions.steps import CAUSES, Telescope, telescope

__all__ = [
    "CAUSES", "ChildChange", "FigureSplit", "KnownState", "Part", "Split", "Telescope", "split_along", "split_children",
    "split_exactly", "split_figures", "telescope",
]  # fmt: skip
