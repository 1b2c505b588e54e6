"""What the processes of `leadbridge up` are made of: loaded once by the nursery from which they are forked."""

import bridge.app
import bridge.cli.run
import bridge.cli.web
import bridge.store.schema
import bridge.worker.jobs  # noqa: F401 - to be loaded is all that is wanted
from bridge.wiring.garbage import keep_what_is_loaded

keep_what_is_loaded()
