"""Why: month-to-month noise in small numbers must not be read as change.

XmR control charts of single months by the rules of NHS England's Making Data Count: docs/control_charts.md says them, and why.
"""

from casetally.figures.spc.chart import (
    FEWEST_MOVES,
    TRIAL_BELOW,
    Assurance,
    ChartPoint,
    ControlChart,
    Signal,
    Variation,
)
from casetally.figures.spc.reckon import control_chart
from casetally.figures.spc.words import assurance_words, places_of_level, sentence, variation_words

__all__ = [
    "FEWEST_MOVES",
    "TRIAL_BELOW",
    "Assurance",
    "ChartPoint",
    "ControlChart",
    "Signal",
    "Variation",
    "assurance_words",
    "control_chart",
    "places_of_level",
    "sentence",
    "variation_words",
]
