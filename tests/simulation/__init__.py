"""Months of an invented market in seconds, checked against a calculation by hand."""
