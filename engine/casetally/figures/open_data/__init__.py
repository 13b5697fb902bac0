"""Why: what is published about every authority serves as comparator, as figures to reconcile with, and as the form of ours.

`published` reads figures of ours out of a table, `comparators` and `neighbours` set them beside an authority, `printed` hands
them to `reconcile`, `export` turns our own figures into such a table with what is hidden and rounded.
"""
