"""Nurturing: which mail is due for whom."""
