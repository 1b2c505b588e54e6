"""`leadbridge webhook test`: one signed request, and all that can be said about it."""

import base64
import secrets
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime

import click

from bridge.cli.endpoints import INNER, named, signing
from bridge.cli.environment import services
from bridge.cli.printing import as_json, print_json
from bridge.delivery.webhooks import WebhookRequest, webhook_request
from bridge.ids import new_id
from bridge.program.building import can_sign
from bridge.program.model import Program, Webhook
from connectors.contract import one_line
from connectors.web import NotPublic, Reply, Unreachable

TYPE = "webhook.test"


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of it. error: why there was no answer, or None. advice: what may help, or ""."""

    endpoint: str | None
    url: str
    headers: dict[str, str]
    body: str
    milliseconds: int
    status: int | None = None
    address: str | None = None
    answer: str = ""
    error: str | None = None
    advice: str = ""

    @property
    def taken(self) -> bool:
        """Whether the endpoint took it."""
        return self.status is not None and 200 <= self.status < 300


@click.command("test")
@click.argument("target", metavar="ID-OR-URL")
@click.option("--secret", help="whsec_…, for an address that is not in the programme; made up when left out.")
@as_json
def try_out(target: str, secret: str | None, as_json: bool) -> None:
    """Send a signed event of the type webhook.test, and say what came of it. Exits with 1 when it was not taken."""
    if secret is not None and not can_sign(secret):
        raise click.BadParameter("expected whsec_ and base64", param_hint="--secret")
    bridge = services()
    hook = _endpoint(bridge.program, target, secret)
    trial = _try(bridge.webhooks.try_out, hook, bridge.clock())
    if as_json:
        print_json(asdict(trial) | {"taken": trial.taken})
    else:
        _print(trial, None if hook.id or secret else hook.secrets[0])
    if not trial.taken:
        raise SystemExit(1)


def _endpoint(program: Program, target: str, secret: str | None) -> Webhook:
    """One of the programme by its id or address, else an address of nobody's. Raises UnknownWebhook, NoSecret."""
    if "/" not in target:
        return signing(named(program, target))
    known = next((hook for hook in program.webhooks if hook.url == target), None)
    made_up = f"whsec_{base64.b64encode(secrets.token_bytes(24)).decode()}"
    return signing(known) if known and secret is None else Webhook("", target, (secret or made_up,), ())


def _try(post: Callable[[WebhookRequest], Reply], hook: Webhook, now: datetime) -> Trial:
    content = {
        "type": TYPE,
        "timestamp": now.isoformat(),
        "data": {"message": "Somebody tries out whether webhooks arrive here. Nothing has happened."},
    }
    request = webhook_request(new_id(), hook.url, hook.secrets, content, now)
    started = time.monotonic()
    trial = Trial(hook.id or None, hook.url, dict(request.headers), request.body.decode(), 0)
    try:
        reply = post(request)
    except Unreachable as error:
        return replace(trial, milliseconds=_since(started), error=str(error), advice=_advice(error))
    return replace(
        trial,
        milliseconds=_since(started),
        status=reply.status,
        address=reply.address,
        answer=_readable(reply.body),
        advice=_moved(reply),
    )


def _since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)


def _advice(error: Unreachable) -> str:
    if isinstance(error, NotPublic):
        return INNER
    return ""


def _moved(reply: Reply) -> str:
    to = reply.headers.get("location")
    if not 300 <= reply.status < 400 or not to:
        return ""
    return f"redirects are not followed; it points to {_readable(to.encode())}"


def _readable(body: bytes) -> str:
    """What strangers write may not move the cursor of whoever reads it."""
    return one_line(body.decode("utf-8", "replace"))


def _print(trial: Trial, made_up: str | None) -> None:
    click.echo(f"POST {trial.url}")
    for name, value in trial.headers.items():
        click.echo(f"  {name}: {value}")
    click.echo(f"\n  {trial.body}\n")
    if made_up:
        click.echo(f"signed with a secret made up for this request: {made_up}")
    if trial.error:
        click.echo(f"not taken: {trial.error} ({trial.milliseconds} ms)")
    else:
        verdict = "taken" if trial.taken else "not taken"
        click.echo(f"{verdict}: {trial.status} from {trial.address} after {trial.milliseconds} ms")
    if trial.answer:
        click.echo(f"it said: {trial.answer}")
    if trial.advice:
        click.echo(f"→ {trial.advice}")
