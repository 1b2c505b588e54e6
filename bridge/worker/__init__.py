"""Processes behind the web: ingest, RQ workers, cron."""
