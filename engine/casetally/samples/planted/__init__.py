"""Why: a published report can be checked only against records, and real ones are not to be had; so some are planted behind it.

Each table holds dated events of made-up children, and no figures: a program that counts them rightly finds what was printed.
"""

from casetally.samples.planted.plant import Planted, write_planted

__all__ = ["Planted", "write_planted"]
