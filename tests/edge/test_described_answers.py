"""Every answer that the description names is given by somebody, and nobody gets another."""

import base64
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

from werkzeug.test import TestResponse

from bridge.delivery.links import AskTarget, DownloadTarget
from bridge.edge.bounds import Bounds
from bridge.edge.demo_articles import published
from bridge.edge.gate import Gate, Slots
from bridge.store import profiles
from tests.attack.test_s1_forged_tokens import paths
from tests.edge.conftest import Open
from tests.edge.signed import headers
from tests.edge.signing_in import sign_in
from tests.edge.site import READ_SECRET, Site
from tests.edge.test_demo import caught
from tests.house import ANNA, PUBLIC, House

JSON = {"Accept": "application/json"}
BASIC = {"Authorization": "Basic " + base64.b64encode(b"bridge:a-password-of-the-tests").decode()}
HOOKS = {"HOOK_POSTMARK": "bridge:a-password-of-the-tests"}
READERS = {"READ_SECRETS": READ_SECRET}
ROWS = ("profiles", "events", "handovers")
FORM = {"email": ANNA, "last_name": "Berg", "message": "Guten Tag"}
VISIT = '{"visitor": "0123456789abcdef0123456789abcdef", "page_url": "https://leads.example.com/a"}'
OURS = {"Origin": PUBLIC}
LARGE = "a=" + "a" * 70_000


class Witness:
    """Notes who answers what, and speaks up when the description does not know it."""

    def __init__(self, site: Site) -> None:
        content = site.get("/openapi.json").json
        assert content
        self.described = {
            (op["operationId"], int(status)): told
            for methods in content["paths"].values()
            for op in methods.values()
            for status, told in op["responses"].items()
        }
        self.routes = [
            (method.upper(), re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), path, op["operationId"])
            for path, methods in content["paths"].items()
            for method, op in methods.items()
        ]
        self.seen: set[tuple[str, int]] = set()

    def ask(self, site: Site, method: str, path: str, **more: Any) -> TestResponse:
        """One request."""
        answer = site.client.open(path, method=method, buffered=True, **more)
        known = [
            route
            for route in self.routes
            if route[0] == method and route[1].fullmatch(path.partition("?")[0])
        ]
        name = min(known, key=lambda route: route[2].count("{"))[3]
        told = self.described.get((name, answer.status_code))
        assert told is not None, f"{name} answers {answer.status_code}: {answer.text[:300]}"
        content = told.get("content", {})
        assert not content or answer.mimetype in content or "*/*" in content, (name, answer.mimetype)
        always = {name for name, header in told.get("headers", {}).items() if header["required"]}
        assert always <= set(answer.headers.keys()), name
        self.seen.add((name, answer.status_code))
        return answer

    def templates(self, *names: str) -> Iterator[tuple[str, str]]:
        """Method and path of every route whose path has one of these parts."""
        for method, _, path, _ in self.routes:
            if any(f"{{{name}}}" in path for name in names):
                yield method, path


def filled(path: str, tokens: dict[str, str]) -> str:
    """The path with the token that is good there."""
    own = next(token for start, token in tokens.items() if path.startswith(start))
    return path.replace("{token}", own)


def tokens_of(site: Site) -> dict[str, str]:
    """Beginning of a path → a token that we signed, about nobody."""
    return {
        path[: path.rindex("/") + 1]: path.rpartition("/")[2].removesuffix(".gif")
        for path in paths(site).values()
    }


def test_every_described_answer_is_given(site: Site, house: House, open_one: Open, edge: Site) -> None:
    settings = site.services.settings
    known = {
        "clock": house.clock,
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        **HOOKS,
        **READERS,
    }
    demo = open_one(DEMO="1", **known)
    witness = Witness(demo)
    everybody_is_answered(witness, demo)
    made_up(witness, demo)
    nobody_known(witness, demo, house)
    without_servers(witness, open_one(**HOOKS))
    reading(witness, demo, open_one(**READERS), open_one())
    too_many(witness, open_one(RATE_LIMITS="1/minute"))
    programs(witness, demo)
    browsers(witness, demo)
    recipients(witness, demo, house)
    sales(witness, demo, house)
    questions(witness, open_one(RATE_LIMITS="1/minute", **known), house)
    in_front(witness, demo)
    missing = set(witness.described) - witness.seen
    assert missing == set()


def everybody_is_answered(witness: Witness, site: Site) -> None:
    for method, _, path, _ in witness.routes:
        if method == "GET" and "{" not in path:
            answer = witness.ask(site, method, path)
            if "ETag" in answer.headers:
                witness.ask(site, method, path, headers={"If-None-Match": answer.headers["ETag"]})
    witness.ask(site, "GET", "/site.js?v=99999")


def in_front(witness: Witness, site: Site) -> None:
    """What is answered before a route is reached, whichever route it is."""
    app = site.client.application
    site.client.application = Bounds(Gate(app, Slots(0, 0), Slots(0, 0)))
    for method, _, path, name in witness.routes:
        for status, more in ((503, {}), (431, {"headers": {"X-Long": "x" * 5000}})):
            if (name, status) in witness.described:
                asked = re.sub(r"\{\w+\}", "x", path)
                assert witness.ask(site, method, asked, **more).status_code == status
    site.client.application = app


def made_up(witness: Witness, site: Site) -> None:
    for method, path in witness.templates("token", "form_id", "provider", "key", "name"):
        witness.ask(site, method, re.sub(r"\{\w+\}", "x.y", path))


def nobody_known(witness: Witness, site: Site, house: House) -> None:
    """Tokens of ours, about somebody who is gone or a link that is closed, or too old."""
    tokens = tokens_of(site)
    gone = DownloadTarget(uuid4(), None, "nothing")
    path = site.services.world.links.download(gone).removeprefix(PUBLIC)
    witness.ask(site, "GET", path)
    witness.ask(site, "POST", path.replace("/d/", "/downloads/"))
    house.clock.now += timedelta(days=200)
    for method, path in witness.templates("token"):
        witness.ask(site, method, filled(path, tokens), data={"frequency": "normal", "action": "object"})
    house.clock.now -= timedelta(days=200)


def without_servers(witness: Witness, site: Site) -> None:
    tokens = tokens_of(site)
    for method, path in witness.templates("token"):
        witness.ask(site, method, filled(path, tokens))
    witness.ask(site, "GET", "/readyz")
    site.break_journal()
    send_to_journal(witness, site, tokens)


def send_to_journal(witness: Witness, site: Site, tokens: dict[str, str]) -> None:
    """Everything that writes to the journal before it answers."""
    body = b'{"form": "kontakt", "fields": {"email": "a@b.example", "last_name": "B", "message": "x"}}'
    signed = {"content_type": "application/json", "headers": headers(body)}
    witness.ask(site, "POST", "/api/v1/submissions", data=body, **signed)
    witness.ask(site, "POST", "/forms/kontakt", data=FORM)
    witness.ask(site, "POST", "/t/p", data=VISIT, headers=OURS)
    witness.ask(site, "POST", filled("/unsubscribe/{token}", tokens))
    bounce = '{"RecordType": "Bounce", "ID": 1, "Type": "HardBounce", "Email": "a@b.example"}'
    witness.ask(site, "POST", "/hooks/postmark", data=bounce, content_type="application/json", headers=BASIC)


def reading(witness: Witness, site: Site, away: Site, closed: Site) -> None:
    for path in (f"/api/v1/{what}" for what in ROWS):
        asked = (f"GET {path}{query}".encode() for query in ("", "?unknown=1"))
        signed, wrong = (headers(one, secret=READ_SECRET) for one in asked)
        witness.ask(site, "GET", path, headers=signed)
        witness.ask(site, "GET", f"{path}?unknown=1", headers=wrong)
        witness.ask(away, "GET", path, headers=signed)
        witness.ask(closed, "GET", path, headers=signed)


def too_many(witness: Witness, site: Site) -> None:
    for _ in range(11):
        witness.ask(site, "POST", "/forms/kontakt", data=FORM)
    for _ in range(301):
        witness.ask(site, "POST", "/t/p", data=VISIT, headers=OURS)


def programs(witness: Witness, site: Site) -> None:
    send_to_journal(witness, site, tokens_of(site))
    for body in (b'{"form": "kontakt", "fields": {}, "test": true}', b'{"form": "x", "fields": {}}', b"{}"):
        signed = {"content_type": "application/json", "headers": headers(body, str(body))}
        witness.ask(site, "POST", "/api/v1/submissions", data=body, **signed)
    witness.ask(site, "POST", "/api/v1/submissions", data=b"{}", content_type="application/json")
    witness.ask(site, "POST", "/api/v1/submissions", data=b"{}", content_type="text/plain")
    witness.ask(site, "POST", "/api/v1/submissions", data=LARGE, content_type="application/json")
    witness.ask(site, "POST", "/hooks/postmark", data="{}", content_type="application/json")
    witness.ask(site, "POST", "/hooks/postmark", data=LARGE * 16, headers=BASIC)
    for data, origin in (("x", OURS), (VISIT, {}), ("x" * 5000, OURS)):
        witness.ask(site, "POST", "/t/p", data=data, headers=origin)


def browsers(witness: Witness, site: Site) -> None:
    for form in ("embed", "fragment"):
        witness.ask(site, "GET", f"/forms/kontakt/{form}")
    witness.ask(site, "GET", "/forms/kontakt")
    for data, wants in ((FORM, JSON), ({}, {}), ({}, JSON), (LARGE, {})):
        kind = {"content_type": "application/x-www-form-urlencoded"}
        witness.ask(site, "POST", "/forms/kontakt", data=data, headers=wants, **kind)
    key = caught(site)
    for page in ("mails/mail/confirm", "mails/mail/confirm/de", f"inbox/{key}", f"inbox/{key}/html"):
        witness.ask(site, "GET", f"/demo/{page}")
    mark = site.get("/demo/feeds/sepa.xml").headers["ETag"]
    for known in ({}, {"If-None-Match": mark}):
        witness.ask(site, "GET", "/demo/feeds/sepa.xml", headers=known)
    newest = next(published("sepa", site.services.clock()))
    for path in ("/demo/feeds/unknown.xml", newest.path, "/demo/articles/unknown-2026-01-05"):
        witness.ask(site, "GET", path)


def recipients(witness: Witness, site: Site, house: House) -> None:
    letter = house.subscriber()
    links, lead = site.services.world.links, house.lead().id
    for url in (links.preferences(lead), links.unsubscribe(lead, None), links.own_data(lead)):
        path = url.removeprefix(PUBLIC)
        witness.ask(site, "GET", path)
        for data in ({"frequency": "nonsense", "action": "x"}, {"frequency": "normal", "action": "object"}):
            witness.ask(site, "POST", path, data=data)
        witness.ask(site, "POST", path, data=LARGE, content_type="application/x-www-form-urlencoded")
    for more in ("data.json", "consents"):
        witness.ask(site, "GET", f"{links.own_data(lead).removeprefix(PUBLIC)}/{more}")
    house.submit(email="ben@beispiel.example", form="webinar")
    confirm = f"/confirm/{house.token(house.mails_to('ben@beispiel.example')[-1], 'confirm')}"
    for method in ("GET", "POST"):
        witness.ask(site, method, confirm)
    downloads(witness, site, f"/d/{house.token(letter, 'd')}")
    tracked(witness, site)
    erase = links.erase(lead, house.clock()).removeprefix(PUBLIC)
    for method in ("GET", "POST"):
        witness.ask(site, method, erase)
    for path in (links.preferences(lead), links.own_data(lead)):
        for method in ("GET", "POST"):
            witness.ask(site, method, path.removeprefix(PUBLIC))


def questions(witness: Witness, site: Site, house: House) -> None:
    lead = house.lead("carla@beispiel.example").id
    path = site.services.world.links.ask(AskTarget(lead, None, "webinar"), house.clock()).removeprefix(PUBLIC)
    witness.ask(site, "GET", path)
    witness.ask(site, "POST", path, data={"first_name": "Carla", "role": "Leitung", "_wanted": "1"})
    witness.ask(site, "POST", path, data=LARGE, content_type="application/x-www-form-urlencoded")
    for _ in range(11):
        witness.ask(site, "POST", path, data={"role": "x" * 400})


def downloads(witness: Witness, site: Site, path: str) -> None:
    mark = witness.ask(site, "GET", path).headers["ETag"]
    for said in (
        {"If-None-Match": mark},
        {"Range": "bytes=0-9"},
        {"Range": "bytes=99999999-"},
        {"If-Match": '"x"'},
    ):
        witness.ask(site, "GET", path, headers=said)
    witness.ask(site, "GET", f"{path.replace('/d/', '/downloads/')}?asked=1")


def tracked(witness: Witness, site: Site) -> None:
    for kind in ("click", "open", "reports"):
        witness.ask(site, "GET", paths(site)[kind])
    witness.ask(site, "GET", f"{paths(site)['reports']}/sequences.csv")


def sales(witness: Witness, site: Site, house: House) -> None:
    path = f"/leads/{house.token(house.lead_by_form('carla@beispiel.example'), 'leads')}"
    kind = {"content_type": "application/x-www-form-urlencoded"}
    witness.ask(site, "GET", path)
    for deed in ("outcome", "fields", "close"):
        witness.ask(site, "POST", f"{path}/{deed}")
    witness.ask(site, "POST", f"{path}/device", data={"code": "x"})
    witness.ask(site, "POST", f"{path}/device", data=LARGE, **kind)
    witness.ask(site, "POST", f"{path}/code")
    sign_in(site, house, path)
    witness.ask(site, "POST", f"{path}/device")
    with house.unit() as unit:
        carla = house.lead("carla@beispiel.example")
        home = {**carla.fields, "street": "Am Markt 3", "city": "Berlin"}
        profiles.change(unit.connection, carla.id, fields=home)
    for name in ("letter", "letter?as=text", "appointment.ics", "appointment.ics?on=soon"):
        witness.ask(site, "GET", f"{path}/{name}")
    for data in (
        {"outcome": "won", "amount": "x"},
        {"outcome": "rejected", "reason": "no-budget"},
        {"outcome": "won"},
    ):
        witness.ask(site, "POST", f"{path}/outcome", data=data)
    for deed in ("outcome", "fields"):
        witness.ask(site, "POST", f"{path}/{deed}", data=LARGE, **kind)
    witness.ask(site, "POST", f"{path}/fields")
    witness.ask(site, "POST", f"{path}/sign-out")
    sent = [witness.ask(site, "POST", f"{path}/code").status_code for _ in range(4)]
    assert sent[-1] == 429
    house.tick(minutes=30)
    closed(witness, site, house)


def closed(witness: Witness, site: Site, house: House) -> None:
    path = f"/leads/{house.token(house.lead_by_form('dora@firma.example'), 'leads')}"
    sign_in(site, house, path)
    witness.ask(site, "POST", f"{path}/close")
    witness.ask(site, "GET", path)
