"""Pages for marketers, sales and operators who are signed in."""
