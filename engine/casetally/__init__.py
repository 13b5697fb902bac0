"""casetally: child-level records in; indicators, the children behind them and the proof of each figure out."""

__version__ = "0.1.0"
