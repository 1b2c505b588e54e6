"""Points: what an event is worth under the rules, and the ledger that remembers every one of them."""
