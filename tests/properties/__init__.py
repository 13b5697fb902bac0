"""Why: what must be true of every indicator whatever the records, so that a new definition is held to it on its first day."""
