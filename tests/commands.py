"""`leadbridge …` as people run it, in a process of its own; this one has loaded the code before it is called.

To load it takes longer than most commands, so a process that does nothing else loads it once and is forked for each.
"""

import multiprocessing
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from subprocess import CompletedProcess, TimeoutExpired

from bridge.cli import main

PATIENCE = 60.0

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["tests.loaded_commands"])


def inherited() -> dict[str, str]:
    """What a process of its own may have of this one's environment: no setting of ours."""
    return {name: value for name, value in os.environ.items() if not name.startswith("LEADBRIDGE_")}


def run_command(*words: str, **settings: str) -> "CompletedProcess[str]":
    """Run `leadbridge …` with these environment variables and none else of Leadbridge's; what it said.

    Raises TimeoutExpired.
    """
    with tempfile.TemporaryDirectory() as folder:
        said = [Path(folder) / name for name in ("stdout", "stderr")]
        process = _forks.Process(target=_run, args=(words, inherited() | settings, said))
        process.start()
        process.join(PATIENCE)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise TimeoutExpired(words, PATIENCE)
        return CompletedProcess(words, process.exitcode, *(path.read_text("utf-8") for path in said))


def _run(words: Sequence[str], environ: Mapping[str, str], said: Sequence[Path]) -> None:
    os.environ.clear()
    os.environ.update(environ)
    for number, path in enumerate(said, start=1):
        file = os.open(path, os.O_WRONLY | os.O_CREAT)
        os.dup2(file, number)
        os.close(file)
    sys.argv = ["leadbridge", *words]
    main()
