"""T1: a sandbox that opens what a mail leads to, ticks boxes and presses buttons hands nobody over to sales."""

from collections.abc import Callable
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import Engine

from bridge.judgement.traces import Step, Trace
from tests.conftest import Servers
from tests.house import Clock
from tests.make import A_BROWSER
from tests.promises.replay import Stage, served

pytestmark = pytest.mark.promise("T1", "recorded traces of machines")

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
CHROME, HEADLESS = (WINDOWS + f"{name}/148.0.0.0 Safari/537.36" for name in ("Chrome", "HeadlessChrome"))
HOME, EXCHANGE_ONLINE = "198.51.100.7", "40.107.22.81"
SANDBOXES = {
    "from a scanner's network": (EXCHANGE_ONLINE, CHROME),
    "a browser without a window": (HOME, HEADLESS),
    "a script": (HOME, "python-requests/2.32"),
    "without a name": (HOME, None),
}
BUTTON: dict[str, str] = {"_once": "1"}
TICKED = BUTTON | {"_wanted": "1"}


def after_the_mail(stage: Stage, network: str, agent: str | None) -> Step:
    """Somebody has followed the mail's links; the next step of the same browser, half a minute later."""
    links = tuple(Step(after=90.0 + n, link=str(n), network=network, agent=agent) for n in range(3))
    stage.play(Trace(title="", by="machine", hits=links, links=3))
    return Step(after=130.0, network=network, agent=agent)


@pytest.mark.parametrize("sandbox", SANDBOXES)
def test_a_sandbox_that_presses_and_ticks_asks_sales_for_nothing(
    sandbox: str,
    servers: Servers,
    engine: Engine,
    redis: Redis,
    tmp_path: Path,
    saw: Callable[..., None],
) -> None:
    del engine, redis  # both are empty now
    with served(tmp_path, servers, Clock()) as stage:
        step = after_the_mail(stage, *SANDBOXES[sandbox])
        assert stage.press(step, "callback", BUTTON) == 422
        assert stage.press(step, "callback", TICKED) == 303
        assert stage.handovers("anna") == []
        assert all(stage.points("anna", row.id) == 0 for row in stage.hits("anna"))
    saw(traces=1, hits=3, of_people=0)


def test_the_button_alone_hands_nobody_over_whoever_presses_it(
    servers: Servers, engine: Engine, redis: Redis, tmp_path: Path
) -> None:
    del engine, redis
    with served(tmp_path, servers, Clock()) as stage:
        step = after_the_mail(stage, HOME, A_BROWSER)
        assert stage.press(step, "callback", BUTTON) == 422
        assert stage.handovers("anna") == []


def test_a_person_who_ticks_it_is_called_and_a_sweep_of_all_links_is_not_cleared_by_that(
    servers: Servers, engine: Engine, redis: Redis, tmp_path: Path
) -> None:
    del engine, redis
    with served(tmp_path, servers, Clock()) as stage:
        step = after_the_mail(stage, HOME, A_BROWSER)
        assert stage.press(step, "callback", TICKED) == 303
        assert len(stage.handovers("anna")) == 1
        assert all(stage.points("anna", row.id) == 0 for row in stage.hits("anna")), "nothing was typed"
