"""Where a command finds its settings: the environment, `.env`, and a running `leadbridge up` of this folder."""

import logging
import os
from datetime import UTC, tzinfo
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click
from dotenv import load_dotenv

from bridge.errors import LeadbridgeError
from bridge.observe.logs import set_up_logging
from bridge.up.state import running_state

if TYPE_CHECKING:
    from bridge.wiring import Services

NOTHING_RUNS = (
    "no database: neither is LEADBRIDGE_DATABASE_URL set nor does “leadbridge up” run on {data}.\n"
    "Start “leadbridge up” first, or name a database: "
    "LEADBRIDGE_DATABASE_URL=postgresql://leadbridge:secret@127.0.0.1:5432/leadbridge"
)


def load_environment() -> None:
    """Read `.env` of this folder; what is set already wins."""
    load_dotenv(Path.cwd() / ".env", override=False)
    set_up_logging(plain=os.environ.get("LEADBRIDGE_LOG") == "plain")


def data_folder() -> Path:
    """The data folder, whether or not the other settings are complete."""
    return Path(os.environ.get("LEADBRIDGE_DATA") or "./var").resolve()


@cache
def services() -> "Services":
    """The services for one command, which needs none of the secrets that the programme names.

    It says by itself what it did; of the log only what went wrong is shown.
    """
    from bridge.settings import Settings  # `leadbridge --help` does not need all this
    from bridge.wiring import Services

    join_running_system()
    set_up_logging(plain=True, level=logging.WARNING)
    return Services(Settings.from_env(os.environ), signs=False)


def time_zone() -> tzinfo:
    """In which commands print times: the programme's, or UTC as long as the programme cannot be read."""
    try:
        return services().program.timezone
    except LeadbridgeError:
        return UTC


def join_running_system() -> None:
    """Take over what a running `leadbridge up` of the same data folder says about itself."""
    if not take_over_running_system() and not os.environ.get("LEADBRIDGE_DATABASE_URL"):
        raise click.ClickException(NOTHING_RUNS.format(data=data_folder()))


def public_address() -> str:
    """Where people reach this service; no database is needed to know. Raises InvalidSetting."""
    from bridge.settings import public_url

    take_over_running_system()
    return public_url(os.environ)


def take_over_running_system() -> bool:
    """Whether something runs here; its settings are taken over, where nothing else is said."""
    state = running_state(data_folder())
    for name, value in (state.settings if state else {}).items():
        os.environ.setdefault(name, value)
    return state is not None
