"""Why: what nobody may ever find in an output is looked for by tests that plant it first."""
