"""Evidence: definitions become dated evidence rows, planned as one pass over each record set."""

from casetally.evidence.plan import Measure, Pass, plan_passes

__all__ = ["Measure", "Pass", "plan_passes"]
