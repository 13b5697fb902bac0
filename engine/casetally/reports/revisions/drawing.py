"""Why: a figure's history is seen faster than read: a line of steps, one for each edition, that needs no script and no request."""

from __future__ import annotations

from collections.abc import Sequence

_WIDTH, _HEIGHT, _EDGE = 160.0, 36.0, 4.0
_INK = "#174a8c"


def history_svg(values: Sequence[float], words: str) -> str:
    """The values of a figure by edition as steps, the last one as a dot; nothing where fewer than two are known.

    `words` stands in its place for whoever can't see it; it is text of ours and numbers, never of the data.
    """
    if len(values) < 2:
        return ""
    low, high = min(values), max(values)
    across = (_WIDTH - 2 * _EDGE) / len(values)
    heights = [
        _HEIGHT - _EDGE - (_HEIGHT - 2 * _EDGE) * ((one - low) / (high - low) if high > low else 0.5) for one in values
    ]
    places = [(_EDGE + at * across, _EDGE + (at + 1) * across, height) for at, height in enumerate(heights)]
    path = "M" + " L".join(f"{x:.1f},{y:.1f}" for left, right, y in places for x in (left, right))
    _, right, last = places[-1]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" aria-label="{words}" '
        f'viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}" width="{_WIDTH:g}" height="{_HEIGHT:g}">'
        f'<path d="{path}" fill="none" stroke="{_INK}" stroke-width="2"/>'
        f'<circle cx="{right:.1f}" cy="{last:.1f}" r="3" fill="{_INK}"/></svg>'
    )
