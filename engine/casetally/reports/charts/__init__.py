"""Why: a trend or a break is seen sooner than read, on any screen and on paper, so every line gets its charts as plain SVG.

The charts stand in the page itself: nothing is fetched, nothing is run, and they hold what the document holds and nothing else.
"""

from casetally.reports.charts.draw import LineCharts, draw
from casetally.reports.charts.icons import icon_assurance, icon_rating, icon_variation
from casetally.reports.charts.template import warm_up

__all__ = ["LineCharts", "draw", "icon_assurance", "icon_rating", "icon_variation", "warm_up"]
