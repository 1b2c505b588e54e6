"""Endpoints of webhooks: whether they can be signed for from here, and which take nothing."""

from collections.abc import Iterator

from bridge.cli.diagnosis.finding import Finding
from bridge.cli.endpoints import INNER, out_of_reach
from bridge.cli.printing import short
from bridge.errors import LeadbridgeError
from bridge.store.database import Unavailable
from bridge.store.webhooks import endpoint_rows
from bridge.wiring import Services
from connectors.web import Forbidden, NotPublic


def secrets(services: Services) -> Iterator[Finding]:
    """One finding for each endpoint with secrets that this shell does not have. The workers may have them."""
    try:
        hooks = services.program.webhooks
    except LeadbridgeError:
        return
    for hook in hooks:
        if hook.unset:
            them = " and ".join(hook.unset)
            advice = f"only “leadbridge webhook test {hook.id}” and the processes of Leadbridge need it"
            yield Finding(f"webhook {hook.id}", None, f"{them} is not set in this shell", advice)


def addresses(services: Services) -> Iterator[Finding]:
    """One finding for each endpoint that nobody may ask, or whose name is not found. Names are looked up."""
    try:
        program = services.program
    except LeadbridgeError:
        return
    for hook, error in out_of_reach(program, services.settings.outgoing.private_targets, by_name=True):
        name = f"webhook {hook.id}"
        if isinstance(error, NotPublic):
            yield Finding(name, False, str(error), INNER)
        elif isinstance(error, Forbidden):
            yield Finding(name, False, str(error), "correct its address in the programme")
        else:
            yield Finding(name, None, str(error), "correct its address, or try again later")


def endpoints(services: Services) -> Iterator[Finding]:
    """One finding for each that fails or is off, or one for all. Whether the database answers is another look's."""
    try:
        hooks = services.program.webhooks
        with services.engine.connect() as connection:
            rows = endpoint_rows(connection, hooks)
    except (LeadbridgeError, *Unavailable):
        return
    zone = services.program.timezone
    for row in rows.values():
        name = f"webhook {row.id}"
        if row.disabled_at:
            advice = f"mend it, then run “leadbridge webhook enable {row.id} --resend”"
            yield Finding(
                name, False, f"off since {short(row.disabled_at, zone)}: {row.disabled_because}", advice
            )
        else:
            advice = f"run “leadbridge webhook attempts {row.id}” and “leadbridge webhook test {row.id}”"
            yield Finding(name, False, f"takes nothing since {short(row.failing_since, zone)}", advice)
    if hooks and not rows:
        yield Finding("webhooks", True, f"{len(hooks)} endpoint(s), none of which fails")
