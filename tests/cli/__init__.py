"""Why: the command line is a contract: what stands on stdout, what on stderr, and how a command ends."""
