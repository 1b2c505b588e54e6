"""Mail providers: one file for each knows how it proves itself, and what it calls what became of a mail."""
