"""Why: the arithmetic of a published report can be checked from its figures alone, by whoever prints it, before it is printed.

`table` holds the figures by line and period, `terms` makes series of them, one module an idea turns an identity and its series
into tests (`shares`, `sums`, `stocks`, `rates`, `twice`, `run_of_figures`, `letters`), and `evaluate` runs them all.
"""
