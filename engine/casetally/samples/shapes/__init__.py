"""Why: authorities have their records in other shapes than ours; the same made-up authority in each shows that all are read alike.

Each shape is written from its published specification, by its own rules and codes, knowing nothing of the reader.
"""

from casetally.samples.shapes.making import SHAPES, write_shape
from casetally.samples.shapes.records import Records, made_up, read_plain

__all__ = ["SHAPES", "Records", "made_up", "read_plain", "write_shape"]
