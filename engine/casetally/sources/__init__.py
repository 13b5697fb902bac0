"""Sources: exports as authorities have them become frames of the data model, each value still the text that was written."""
