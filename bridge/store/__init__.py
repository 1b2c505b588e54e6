"""PostgreSQL: tables, queries by what they are about, and the migrations that lead there."""
