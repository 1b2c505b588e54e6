"""From any earlier schema to the newest: Alembic's scripts, run by `leadbridge migrate` and `leadbridge up`."""
