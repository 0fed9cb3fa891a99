"""`python -m assistant.cli`, where the command `footnote` is not at hand."""

from assistant.cli import main

main()
