"""An ingest process that takes over what waits in the journal, and says how long that took: one line of JSON.

What it needs before it begins, it opens before: programme, connections, files.
"""

import json
from time import perf_counter, process_time

from bridge.cli.run import ready_services
from bridge.flow.unit import Unit
from bridge.worker.ingest import Ingest


def main() -> None:
    """Work until nothing waits."""
    services = ready_services()
    with services.unit() as unit:
        _warm_up(unit)
    ingest, taken = Ingest(services), 0
    began, began_at_work = perf_counter(), process_time()
    while count := ingest.once():
        taken += count
    took, worked = perf_counter() - began, process_time() - began_at_work
    print(json.dumps({"records": taken, "seconds": took, "processor_seconds": worked}))


def _warm_up(unit: Unit) -> None:
    assert unit.program.forms


if __name__ == "__main__":
    main()
