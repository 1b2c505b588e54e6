"""Accounts of the console: who has one, how they sign in, and what admins do with those of others."""
