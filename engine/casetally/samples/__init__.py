"""Why: a made-up authority, so that anyone can try the program, and tests and timings need nobody's records."""

from casetally.samples.authority import SampleSummary, write_sample

__all__ = ["SampleSummary", "write_sample"]
