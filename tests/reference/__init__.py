"""Why: a second, slow and obvious calculation of every figure, written from the rules, that the engine is held against.

It has no plan, no spells and no sums over time: for every period it asks which rows count on that day, and counts them.
"""
