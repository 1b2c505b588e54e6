"""What loading the code costs, as `python -X importtime` tells it.

https://docs.python.org/3/using/cmdline.html#cmdoption-X
"""

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator

from benchmarks.contest import Say
from benchmarks.outcomes import Finding, Spread

LOADED = {
    "bridge.cli": "leadbridge --help",
    "bridge.cli.up": "leadbridge up",
    "bridge.cli.preloaded": "servers",
}
"""Module → who loads it."""
DEAREST = 6
"""So many packages are named."""
_LINE = re.compile(r"import time: +(?P<own>\d+) \| +(?P<whole>\d+) \| *(?P<module>[\w.]+)")


def measure(rounds: int, say: Say) -> Iterator[Finding]:
    """Seconds for each of LOADED, in fresh processes; says which packages take most of the servers' time."""
    for module, who in LOADED.items():
        runs = [own_times(module) for _ in range(rounds)]
        yield Finding("P10", f"loading of {who}", "s", Spread.of([sum(run.values()) / 1e6 for run in runs]))
    dearest = ", ".join(
        f"{package} {micros / 1000:.0f} ms" for package, micros in runs[-1].most_common(DEAREST)
    )
    say(f"P10 of the servers' loading: {dearest}")


def own_times(module: str) -> Counter[str]:
    """Package → microseconds that its modules took while `module` was loaded, without what they loaded in turn."""
    argv = [sys.executable, "-X", "importtime", "-c", f"import {module}"]
    told = subprocess.run(argv, capture_output=True, text=True, check=True).stderr
    spent: Counter[str] = Counter()
    for line in _LINE.finditer(told):
        spent[line["module"].partition(".")[0]] += int(line["own"])
    return spent
