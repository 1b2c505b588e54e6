"""What somebody waits for at each command loads nothing that it does not need."""

import subprocess
import sys

import pytest

HEAVY = {"alembic", "flask", "psycopg", "redis", "requests", "rq", "sqlalchemy", "werkzeug"}


@pytest.mark.parametrize("module", ["bridge.cli", "bridge.cli.up"])
def test_commands_begin_without_what_only_servers_need(module: str) -> None:
    code = f"import sys, {module}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not HEAVY & set(loaded.split())
