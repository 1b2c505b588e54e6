"""Leads and sales: to whom they go, what is said of them, and what follows from it or from silence."""
