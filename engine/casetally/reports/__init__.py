"""Reports: what people get: a run's outputs, tables on a terminal, and the pages generated from the definitions."""
