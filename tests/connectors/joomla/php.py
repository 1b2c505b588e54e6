"""PHP, where the tests of the Joomla plugin need it; without it they are skipped, in CI they fail."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

JOOMLA = Path(__file__).parents[3] / "connectors" / "joomla"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

# Read before the tests start: they run without the settings of the outside.
REQUIRED = os.environ.get("CI") == "true" or os.environ.get("PHP_TESTS") == "required"
MODULES = {"curl", "mbstring", "pdo_sqlite", "xml"}


def contract(file: str) -> dict[str, Any]:
    """One of the golden files that PHPUnit reads, too."""
    found: dict[str, Any] = json.loads((JOOMLA / "contract" / file).read_text(encoding="utf-8"))
    return found


def program(name: str) -> str:
    """Where `php` or `phpunit` is."""
    found = shutil.which(name)
    if found is None:
        _missing(f"no {name} is installed")
    assert found is not None
    return found


def php() -> str:
    """A PHP with everything that the plugin's tests need."""
    found = program("php")
    known = subprocess.run([found, "-m"], capture_output=True, text=True, check=True).stdout.lower().split()
    if missing := MODULES - set(known):
        _missing(f"PHP lacks {', '.join(sorted(missing))}")
    return found


def _missing(reason: str) -> None:
    told = f"{reason}: apt-get install php-cli php-curl php-mbstring php-sqlite3 php-xml phpunit"
    if REQUIRED:
        pytest.fail(told)
    pytest.skip(told)


@dataclass(frozen=True)
class MiniSite:
    """A site with the plugin's own logic on SQLite, each deed a PHP process (connectors/joomla/tests/site.php)."""

    php: str
    database: Path
    address: str
    secret: str = SECRET

    def do(self, *deed: str) -> Any:
        """Run one deed and return what it prints."""
        script = str(JOOMLA / "tests" / "site.php")
        done = subprocess.run(
            [self.php, script, str(self.database), self.address, self.secret, *deed],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)

    def submit(self, number: int, **fields: str | dict[str, str]) -> list[int]:
        """Visitors fill in the contact form; milliseconds that each of them waited for the plugin."""
        waited: list[int] = self.do(
            "submit", str(number), json.dumps(fields or {"contact_subject": "Frage"})
        )["milliseconds"]
        return waited

    def drain(self) -> dict[str, int]:
        """What the Scheduler does once a minute."""
        done: dict[str, int] = self.do("drain", "50000")
        return done

    def counts(self) -> dict[str, int]:
        """How many rows wait, are parked, were sent."""
        shown = self.do("show")
        return {name: shown[name] for name in ("waiting", "parked", "sent")}
