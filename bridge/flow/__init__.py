"""One file per use case: each calls the stages in order and commits facts with their consequences."""
