"""Why: whoever must say why a figure is not the one that was printed gets the answer as a table, as data or as a page."""
