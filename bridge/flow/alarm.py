"""Something needs a hand: the log says so at once, and a mail tells the operator once."""

import logging
from typing import Any

from bridge.flow.unit import Unit

log = logging.getLogger(__name__)


def alarm(unit: Unit, template: str, dedupe_key: str, **payload: Any) -> None:
    """Log an error, and queue a mail of the folder `templates/operator/` when the settings name an operator.

    template: such as "operator/mail_refused". dedupe_key: alarms with the same one are one mail, so it holds the
    day or the thing that it is about, and no personal data: it stands in the log. payload: JSON values for the
    template, which should name nobody: what is written to the operator belongs to no profile, and is kept 30 days.
    """
    log.error("something needs a hand", extra={"alarm": template, "about": dedupe_key})
    if unit.world.operator:
        key = f"alarm:{dedupe_key}"
        unit.send([unit.delivery("operator", template, "staff", key, profile=None, payload=payload)])
