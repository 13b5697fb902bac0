"""Why: a made-up authority, so that anyone can try the program, and tests and timings need nobody's records."""

from casetally.samples.authority import SampleSummary, make_records, write_sample

__all__ = ["SampleSummary", "make_records", "write_sample"]
