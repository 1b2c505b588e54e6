"""`python -m connectors.feeds`: reads feeds, line by line; see `reading_apart`."""

from connectors.feeds.reading_apart import main

main()
