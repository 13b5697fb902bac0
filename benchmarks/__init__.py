"""Why: the promises about time and memory are measured, beside the same figures made by hand-written queries."""
