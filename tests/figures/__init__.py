"""Why: what a run writes and how a figure reads: rounding, populations, folders whole or not at all, and what run.json says."""
