"""When marketing hands over to sales: stages, hand-overs, and to whom."""
