"""What the processes of `leadbridge up` are made of: loaded once by the nursery from which they are forked."""

import gc

import bridge.app
import bridge.cli.run
import bridge.cli.web
import bridge.store.schema
import bridge.worker.jobs  # noqa: F401 - to be loaded is all that is wanted

gc.collect()
gc.freeze()  # what the collector never looks at stays shared (https://docs.python.org/3/library/gc.html#gc.freeze)
