"""Promise S2: keys are changed while requests flow, and none of them fails for it."""

import json
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import pytest

from bridge.delivery.links import ClickTarget
from tests.edge.signed import ANNA, PATH, headers
from tests.edge.site import SECRET, Outline, Site, open_site
from tests.house import PUBLIC
from tests.promise import few_or_many

pytestmark = pytest.mark.promise(
    "S2", "old keys verify until they are removed; changing them fails no request"
)

OLD, NEW = "the-old-key-of-this-bridge", "the-new-key-of-this-bridge"
OLD_SECRET, NEW_SECRET = SECRET, "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
STEPS = (
    (OLD, OLD_SECRET),
    (f"{OLD},{NEW}", f"{OLD_SECRET},{NEW_SECRET}"),
    (f"{NEW},{OLD}", f"{NEW_SECRET},{OLD_SECRET}"),
)
"""As docs/operator.md says: first every process learns the new key, then it signs, then the old one goes."""
BETWEEN = few_or_many(1, 10) * 0.15


@dataclass
class Bridge:
    """Two nodes behind one address: a request goes to either of them, and one is changed after the other."""

    folder: Path
    nodes: list[Site] = field(default_factory=list)
    done: list[Site] = field(default_factory=list)

    def change(self, place: int, keys: str, secrets: str) -> None:
        """Replace one node; what it is answering is answered."""
        site = open_site(self.folder / str(place), SECRET_KEYS=keys, INTAKE_SECRETS=secrets)
        if place < len(self.nodes):
            self.done.append(self.nodes[place])
            self.nodes[place] = site
        else:
            self.nodes.append(site)

    def close(self) -> None:
        """End all nodes."""
        for site in [*self.nodes, *self.done]:
            site.close()


@dataclass
class People:
    """Everybody who asks while keys are changed: whatever one node gives them, they take to any other."""

    bridge: Bridge
    asked: int = 0
    wrong: list[str] = field(default_factory=list)

    def come(self, chance: random.Random) -> None:
        """One person with a mail of before, one with a mail of now, one with a form, and a website's server."""
        given, taken = chance.choice(self.bridge.nodes), chance.choice(self.bridge.nodes)
        links = given.services.world.links
        for url in (
            links.unsubscribe(uuid4(), None),
            links.click(ClickTarget(uuid4(), 1, "https://www.example.com/")),
        ):
            self._see(taken.get(url.removeprefix(PUBLIC)).status_code, {200, 302}, "a link")
        stamp = Outline(given.get("/forms/kontakt").text).value("_stamp")
        answer = taken.post(
            "/forms/kontakt",
            {"email": "anna@beispiel.example", "last_name": "B", "message": "Guten Tag", "_stamp": stamp},
        )
        self._see(answer.status_code, {303}, "a form")
        body = json.dumps(ANNA).encode()
        secret = given.services.settings.intake_secrets[0]
        signed = headers(body, uuid4().hex, secret=secret)
        answer = taken.post(PATH, body, content_type="application/json", headers=signed)
        self._see(answer.status_code, {202}, "a submission")

    def _see(self, status: int, wanted: set[int], what: str) -> None:
        self.asked += 1
        if status not in wanted:
            self.wrong.append(f"{what}: {status}")


@contextmanager
def coming(people: People, number: int = 3) -> Iterator[None]:
    """People come, in several threads, until the block ends."""
    over = threading.Event()

    def come(seed: int) -> None:
        chance = random.Random(seed)
        while not over.is_set():
            people.come(chance)

    threads = [threading.Thread(target=come, args=(seed,)) for seed in range(number)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


@pytest.fixture
def bridge(tmp_path: Path) -> Iterator[Bridge]:
    """Two nodes with the old key."""
    made = Bridge(tmp_path)
    for place in (0, 1):
        made.change(place, *STEPS[0])
    yield made
    made.close()


def test_keys_are_changed_while_requests_flow(bridge: Bridge, saw: Callable[..., None]) -> None:
    people = People(bridge)
    with coming(people):
        for keys, secrets in STEPS[1:]:
            for place in (0, 1):
                time.sleep(BETWEEN)
                bridge.change(place, keys, secrets)
        time.sleep(BETWEEN)
    assert people.wrong == []
    held = [
        one for site in [*bridge.nodes, *bridge.done] for one in site.journalled() if one.get("suspicion")
    ]
    assert {one["suspicion"] for one in held} <= {"too fast"}, "no stamp looked forged"
    saw(requests=people.asked, failed=len(people.wrong))


def test_the_old_key_is_good_until_it_is_removed(bridge: Bridge) -> None:
    link = bridge.nodes[0].services.world.links.unsubscribe(uuid4(), None).removeprefix(PUBLIC)
    statuses = []
    for keys, secrets in (*STEPS, (NEW, NEW_SECRET)):
        bridge.change(0, keys, secrets)
        statuses.append(bridge.nodes[0].get(link).status_code)
    assert statuses == [200, 200, 200, 404]
