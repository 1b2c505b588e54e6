"""Fills a database with people who differ as people do, and with all that they did; see `people.sql`."""

import re
from contextlib import closing
from pathlib import Path

import psycopg

from benchmarks.contest import Say
from benchmarks.generator import bare

_SCRIPT = Path(__file__).with_name("people.sql")
TABLES = (
    *("profiles", "events", "ledger", "mails", "outbox", "submissions", "dead_letters", "stage_changes"),
    *("day_figures", "handovers", "held_leads"),
)


def fill_with_people(url: str, people: int, say: Say) -> None:
    """Let so many people live in the migrated database at that URL, with ten events each; what it held is lost."""
    script = re.sub(r"--.*", "", _SCRIPT.read_text(encoding="utf-8")).replace(":people", f"{people}::bigint")
    with closing(psycopg.connect(url, autocommit=True)) as connection:
        connection.execute(
            "set maintenance_work_mem = '512MB'; set work_mem = '256MB'; set synchronous_commit = off"
        )
        connection.execute(  # the figures of those days are there
            "alter table handovers disable trigger mark_days; alter table stage_changes disable trigger mark_day"
        )
        with bare(connection, list(TABLES), say):
            for statement in filter(str.strip, script.split(";\n")):
                say(" ".join(statement.split())[:40])
                connection.execute(statement.encode())
        say("the planner's statistics")
        connection.execute(f"vacuum (analyze) {', '.join(TABLES)}, audit_log".encode())
