"""Why: made-up authorities, crowded with the days on which rules go wrong, on which the engine must equal the reference."""
