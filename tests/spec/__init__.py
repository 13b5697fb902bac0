"""Why: what each part of a definition means, as a reader would want to see it: small tables in, figures out."""
