"""What leaves, when and how often: written, sent under a lease, and what became of it."""
