"""The plugin's own tests, and the syntax of all its files, by the PHP of this machine."""

import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.connectors.joomla.php import JOOMLA, php, program


def test_every_php_file_can_be_parsed() -> None:
    binary = php()

    def complaint(path: Path) -> str:
        done = subprocess.run([binary, "-l", str(path)], capture_output=True, text=True, check=False)
        return "" if done.returncode == 0 else done.stdout + done.stderr

    files = sorted(JOOMLA.rglob("*.php"))
    with ThreadPoolExecutor(4) as threads:
        complaints = [found for found in threads.map(complaint, files) if found]
    assert len(files) > 40
    assert complaints == []


def test_phpunit_is_content() -> None:
    php()
    done = subprocess.run(
        [program("phpunit"), "-c", str(JOOMLA / "tests")],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "OK (" in done.stdout
