"""`python -m bridge.cli` is `leadbridge`."""

from bridge.cli import main

main()
