"""Why: what a careless or hostile hand does to a home of nights must end in a sentence, lose nothing and show no secret."""
