"""Records: what a record is (the schemas), whether it may count (checks, run through pandera), and what was set
aside.
"""
