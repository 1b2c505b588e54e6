"""`python -m connectors.bounces`: understands messages, line by line; see `reading_apart`."""

from connectors.bounces.reading_apart import main

main()
