"""Figures: the sums of evidence become a dense table of figures, each with its status, maturity and definition."""

from casetally.figures.calculate import calculate_figures

__all__ = ["calculate_figures"]
