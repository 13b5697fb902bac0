"""Why: a rating, a change beyond chance and whether a target can be met are seen at a glance, on a grey print as well.

Each icon says it three times: by shape, by letter and by colour. Shapes are those of the points of a control chart: a square is for
the better, a triangle for the worse, a diamond neither, a circle no change. A filled one is about the target.
"""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax.saxutils import quoteattr

from casetally.figures.ratings import Rating
from casetally.figures.spc import ControlChart, assurance_words, variation_words
from casetally.reports.charts.look import BLUE, INK, ORANGE, PAPER, PURPLE, QUIET

_SHAPES: Mapping[str, str] = {
    "circle": '<circle cx="16" cy="16" r="13"{}/>',
    "square": '<path d="M4,4H28V28H4Z"{}/>',
    "triangle": '<path d="M16,2L31,29H1Z"{}/>',
    "diamond": '<path d="M16,1L31,16L16,31L1,16Z"{}/>',
    "octagon": '<path d="M11,3H21L29,11V21L21,29H11L3,21V11Z"{}/>',
}
_WAVE = "M7,18L11,13L16,19L21,13L25,18"
_LOW_LETTER = {"triangle": 25.5}
_KINDS: Mapping[str, tuple[str, str]] = {
    "improving": ("square", BLUE), "concerning": ("triangle", ORANGE), "neither": ("diamond", PURPLE),
}  # fmt: skip
_ASSURANCES: Mapping[str, tuple[str, str, str]] = {
    "passes": ("square", BLUE, "P"), "fails": ("triangle", ORANGE, "F"), "hit_or_miss": ("circle", QUIET, "?"),
}  # fmt: skip
_RATINGS: Mapping[str, tuple[str, str, str, str]] = {
    "green": ("circle", "#00703c", PAPER, "G"), "amber": ("triangle", "#ffbf00", INK, "A"),
    "red": ("octagon", "#b10e1e", PAPER, "R"),
}  # fmt: skip


def icon_rating(rating: Rating | None) -> str:
    """A circle with G, a triangle with A, an octagon with R; a broken circle where there is no rating."""
    if rating is None:
        broken = _shape("circle", PAPER, QUIET, ' stroke-dasharray="4 3"')
        return _icon("rating", "Not rated", broken + _stroke("M11,16H21", QUIET))
    shape, fill, ink, letter = _RATINGS[rating]
    return _icon("rating", rating.capitalize(), _shape(shape, fill, INK) + _letter(letter, ink, shape))


def icon_variation(chart: ControlChart) -> str:
    """What the latest month says: H or L for a change upwards or downwards, a wave for common variation; '' without limits."""
    if chart.variation == "no_chart":
        return ""
    if chart.variation == "common_cause":
        return _icon("variation", variation_words(chart), _shape("circle", PAPER, QUIET) + _stroke(_WAVE, QUIET))
    kind, _, way = chart.variation.partition("_")
    shape, colour = _KINDS[kind]
    drawn = _shape(shape, PAPER, colour) + _letter("H" if way == "high" else "L", colour, shape)
    return _icon("variation", variation_words(chart), drawn)


def icon_assurance(chart: ControlChart) -> str:
    """Whether the target can be expected to be met: P passes, F fails, ? met in some months; '' where there is none to meet."""
    if chart.assurance == "none":
        return ""
    shape, colour, letter = _ASSURANCES[chart.assurance]
    return _icon("assurance", assurance_words(chart), _shape(shape, colour, colour) + _letter(letter, PAPER, shape))


def _icon(name: str, words: str, drawn: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="icon icon-{name}" role="img" aria-label={quoteattr(words)} '
        f'viewBox="0 0 32 32" width="32" height="32">{drawn}</svg>'
    )


def _shape(shape: str, fill: str, stroke: str, more: str = "") -> str:
    return _SHAPES[shape].format(f' fill="{fill}" stroke="{stroke}" stroke-width="2"{more}')


def _stroke(path: str, colour: str) -> str:
    return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'


def _letter(letter: str, ink: str, shape: str) -> str:
    y = _LOW_LETTER.get(shape, 22)
    return f'<text x="16" y="{y}" text-anchor="middle" font-size="17" font-weight="700" fill="{ink}">{letter}</text>'
