"""Why: `python -m casetally.cli` is the command where no script is installed."""

from casetally.cli import main

main()
