"""People: how they are known, what they allowed, and everything known about one of them."""
