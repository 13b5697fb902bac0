"""Published figures held against calculated ones, line by line."""

from casetally.figures.reconcile.lines import Reconciliation, reconcile
from casetally.figures.reconcile.outcomes import KINDS, Kind, compare

__all__ = ["KINDS", "Kind", "Reconciliation", "compare", "reconcile"]
