"""`leadbridge up`: everything on this machine."""

import os
import shlex
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import click

from bridge.catcher import MailCatcher
from bridge.cli import errors_in_a_line, main
from bridge.cli.environment import data_folder
from bridge.clock import Clock, faster, utc_now
from bridge.settings import COURSE, Settings
from bridge.settings.unknown import unknown_settings
from bridge.up.child import Child, Process
from bridge.up.course import noting, set_course
from bridge.up.errors import ServerFailed, StopRequested
from bridge.up.nursery import Call, open_nursery
from bridge.up.ports import check_bind
from bridge.up.postgres import prepare_postgres
from bridge.up.state import EmbeddedState, only_one_up, remove_state, write_state
from bridge.up.supervisor import Supervisor
from bridge.up.valkey import prepare_valkey

PREFIX = "LEADBRIDGE_"
READY_WITHIN = 30.0
FASTEST = 10_080
"""A week a minute; cron looks once a second at most, which is nearly three hours then."""
USUAL = ("Configuration allows spawning up to", "Spawning worker-", "Started worker-", "see ya!")
PROOFREAD = PREFIX + "PROOFREAD"
"""The programme that was proofread here, by its fingerprint: no child needs to read it once more."""

STAND_INS = {"DATABASE_URL": "postgresql://embedded", "REDIS_URL": "redis://embedded"}
LOADED = ["bridge.cli.preloaded"]

CHILDREN = {
    "web": ["web"],
    "ingest": ["ingest"],
    "score": ["worker", "score"],
    "deliver": ["worker", "deliver"],
    "cron": ["cron"],
}
AFTER_WEB = "cron"
"""It reads the demo's feeds from the sample website, once it has begun."""


@click.command()
@click.option("--demo", is_flag=True, help="With a sample website and an inbox that catches every mail.")
@click.option(
    "--speed",
    type=click.IntRange(1, FASTEST),
    metavar="TIMES",
    help="With --demo: let time run so many times as fast; 1440 is a day a minute.",
)
def up(demo: bool, speed: int | None) -> None:
    """Run everything on this machine: database, queue, web, ingest, workers, cron. Ctrl-C stops it."""
    data = data_folder()
    _refuse_haste(demo, speed, data)
    data.mkdir(mode=0o755, parents=True, exist_ok=True)
    with only_one_up(data), Supervisor() as supervisor:
        supervisor.closing.callback(remove_state, data)
        course = set_course(data, speed, demo=demo)
        with noting(data, course):
            _run(supervisor, data, demo, faster(course) if course else utc_now)


def _refuse_haste(demo: bool, speed: int | None, data: Path) -> None:
    """Time runs faster where nothing is real only."""
    if not demo:
        if speed and speed > 1:
            raise click.UsageError("--speed needs --demo: only invented people may live faster")
        return
    is_own = bool(speed and speed > 1) or (data / COURSE).is_file()
    if is_own and os.environ.get(PREFIX + "SMTP_URL"):
        raise click.UsageError(
            f"{PREFIX}SMTP_URL is set: in a demo with a clock of its own, people would get months of mails in minutes"
        )


def _run(supervisor: Supervisor, data: Path, demo: bool, clock: Clock) -> None:
    started = time.monotonic()
    _name(data, demo)
    for warning in unknown_settings(os.environ):
        supervisor.say(warning)
    open_nursery(LOADED)
    if demo and os.environ.get(PREFIX + "SMTP_URL"):
        os.environ[PREFIX + "MAILS_LEAVE"] = "1"
    elif demo:
        os.environ[PREFIX + "SMTP_URL"] = supervisor.closing.enter_context(
            MailCatcher(data / "inbox", clock=clock)
        ).url
    embedded = {name for name in ("DATABASE_URL", "REDIS_URL") if not os.environ.get(PREFIX + name)}
    settings = Settings.from_env({**os.environ, **{PREFIX + name: STAND_INS[name] for name in embedded}})
    check_bind(f"{settings.host}:{settings.port}", patience=5.0)
    _start_servers(supervisor, data, embedded)
    *sign_in, os.environ[PROOFREAD] = _done(supervisor, prepare)
    settings = Settings.from_env(os.environ)
    for name, words in CHILDREN.items():
        if name == AFTER_WEB:
            _wait_for_web(supervisor, settings)
        supervisor.start(Child(name, call=partial(main, words), env=dict(os.environ), usual=USUAL))
    _write_state(settings, data)
    _greet(supervisor, settings, time.monotonic() - started, sign_in)
    supervisor.run()


def _name(data: Path, demo: bool) -> None:
    """Say to every child what was said to us."""
    environ = os.environ
    environ[PREFIX + "DATA"] = str(data)
    environ.setdefault(PREFIX + "LOG", "plain")
    if demo:
        environ[PREFIX + "DEMO"] = "1"
    if demo or not environ.get(PREFIX + "DATABASE_URL"):
        environ[PREFIX + "EMBEDDED"] = "1"


def _start_servers(supervisor: Supervisor, data: Path, embedded: set[str]) -> None:
    """Start those servers that nobody named, and name them to the children."""
    for name, prepare in {"DATABASE_URL": prepare_postgres, "REDIS_URL": prepare_valkey}.items():
        if name in embedded:
            server = prepare(data, supervisor.say)
            supervisor.start(server.child)
            os.environ[PREFIX + name] = server.url


def prepare() -> None:
    """Find mistakes in the programme, and bring the schema up to date, before anybody works with them.

    Prints how one signs in to the console of a demo, and last the fingerprint of the programme. It needs nearly all
    of our code, which the nursery has loaded.
    """
    from bridge.cli.demo_accounts import how_to_sign_in, open_demo_accounts
    from bridge.cli.run import ready_services
    from bridge.delivery.proofreading import fingerprint
    from bridge.store.schema import migrate

    with errors_in_a_line():
        services = ready_services()
        migrate(services.engine)
        if services.settings.demo:
            open_demo_accounts(services)
            click.echo("\n".join(how_to_sign_in(services)))
        click.echo(fingerprint(services.program))


def _done(supervisor: Supervisor, call: Call) -> list[str]:
    """Have something done by the nursery; the lines that it printed. Ends as it did when it failed."""
    printed: list[str] = []
    process = Process(Child("up", call=call, env=dict(os.environ)), printed.append)
    while not process.wait(0.02):
        if supervisor.stopping():
            process.kill()
            raise StopRequested("stopped while starting")
    process.finish()
    if process.status:
        click.echo("\n".join(printed), err=True)
        click.get_current_context().exit(process.status)
    return printed


def _wait_for_web(supervisor: Supervisor, settings: Settings) -> None:
    """Until the web server answers. Raises ServerFailed; its own lines above say why."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    until = time.monotonic() + READY_WITHIN
    while not supervisor.stopping():
        try:
            with direct.open(f"http://{host}:{settings.port}/healthz", timeout=1):
                return
        except (urllib.error.URLError, OSError):
            if time.monotonic() > until:
                raise ServerFailed("web", f"no answer within {READY_WITHIN:.0f} seconds") from None
            time.sleep(0.05)


def _write_state(settings: Settings, data: Path) -> None:
    state = EmbeddedState(
        database_url=settings.database_url,
        redis_url=settings.redis_url,
        smtp_url=os.environ.get(PREFIX + "SMTP_URL"),
        bind=f"{settings.host}:{settings.port}",
        demo=settings.demo,
        pid=os.getpid(),
        settings={name: value for name, value in os.environ.items() if name.startswith(PREFIX)},
    )
    write_state(data, state)


def _greet(supervisor: Supervisor, settings: Settings, seconds: float, sign_in: Sequence[str]) -> None:
    supervisor.say(f"ready after {seconds:.1f} s")
    for line in greeting(settings, sign_in):
        supervisor.say(f"  {line}")


def greeting(settings: Settings, sign_in: Sequence[str] = ()) -> list[str]:
    """Where to look, now that everything runs. sign_in: where the console is, and how one signs in."""
    address, smtp = settings.public_url, settings.smtp
    if not settings.demo:
        return [f"listening on {settings.host}:{settings.port}, public address {address}"]
    sent = f"{address}/demo/inbox" if settings.keeps_mails else f"leave through {smtp.host}:{smtp.port}"
    return [
        f"sample website   {address}/demo",
        f"mails sent       {sent}",
        f"all mails        {address}/demo/mails",
        f"series           {address}/demo/reports",
        *(f"{'' if number else 'console':<17}{line}" for number, line in enumerate(sign_in)),
        f"health, metrics  {address}/readyz  {address}/metrics",
        *_time(settings),
        f"eighty invented profiles, in a second shell:  {_where(settings.data)}{sys.argv[0]} demo seed",
    ]


def _time(settings: Settings) -> list[str]:
    """How time runs, where it does not as in the world."""
    course = settings.course
    if course is None:
        return []
    shown = f"{course.shown_at(utc_now()):%Y-%m-%d %H:%M} UTC"
    pace = f"runs {course.speed} times as fast" if course.speed > 1 else "goes on as fast as anywhere"
    return [f"time             {shown}, {pace}"]


def _where(data: Path) -> str:
    """What a second shell of this folder must say to find the data."""
    return "" if data == Path("./var").resolve() else f"{PREFIX}DATA={shlex.quote(str(data))} "
