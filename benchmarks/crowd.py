"""Fills a database with people who differ as people do, for finding some of them; see `people.sql`."""

import re
from pathlib import Path

import psycopg

from benchmarks.contest import Say

_SCRIPT = Path(__file__).with_name("people.sql")
LATER = tuple(
    f"ix_profiles_{name}" for name in ("words", "created_at", "top_score", "stage", "stage_top_score")
)
"""Indexes that are made when everybody is there."""


def fill_with_people(url: str, people: int, say: Say) -> None:
    """Let so many people live in the migrated and empty database at that URL."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "set maintenance_work_mem = '512MB'; set work_mem = '256MB'; set synchronous_commit = off"
        )
        made = [
            connection.execute("select pg_get_indexdef(%s::regclass)", [name]).fetchone() for name in LATER
        ]
        for name in LATER:
            connection.execute(f"drop index {name}".encode())
        for statement in _SCRIPT.read_text(encoding="utf-8").replace(":people", str(people)).split(";\n"):
            if statement.strip():
                connection.execute(statement.encode())
                say(re.sub(r"\s+", " ", re.sub(r"--.*", "", statement)).strip()[:40])
        for definition in made:
            if definition:
                connection.execute(str(definition[0]).encode())
        connection.execute("vacuum (analyze) profiles, events, handovers, held_leads")
