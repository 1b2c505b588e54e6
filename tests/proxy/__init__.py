"""The example of a reverse proxy, in front of the processes that an operator runs."""
