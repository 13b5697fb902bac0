"""Settling: how late records arrive, how far past figures moved after their period, and which figures still move now."""

from casetally.figures.settling.lateness import HORIZONS, lateness
from casetally.figures.settling.mark import with_settling
from casetally.figures.settling.profile import AGES, settling_profile

__all__ = ["AGES", "HORIZONS", "lateness", "settling_profile", "with_settling"]
