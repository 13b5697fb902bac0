"""The DuckDB engine: record sets become tables in memory, a pass becomes one query."""

from casetally.engines.duckdb.prepare import Workspace, at_once, prepare
from casetally.engines.duckdb.rows import evidence_rows
from casetally.engines.duckdb.sums import PassSums, sum_pass

__all__ = ["PassSums", "Workspace", "at_once", "evidence_rows", "prepare", "sum_pass"]
