"""What goes through nginx as deploy/nginx.conf sets it up: a form, a tracked link, the console, exports."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from uuid import UUID

import pytest
import requests
from redis import Redis
from sqlalchemy import Engine, text
from werkzeug.test import Client

from bridge.delivery.links import ClickTarget
from bridge.flow.accounts.console_accounts import add_account
from bridge.settings import Settings
from bridge.wiring import Services
from tests.conftest import Servers, empty
from tests.edge.site import Outline, Site, environment
from tests.proxy.nginx import NAME, NGINX, Proxy, running_proxy
from tests.together import eventually

FORM = {"email": "anna@beispiel.example", "first_name": "Anna", "company": "Beispiel GmbH"}
KIM = {"email": "kim@example.com", "password": "a long and quiet sentence"}
MAIL = UUID("018f2d6e-0000-7000-8000-000000000001")
TARGET = "https://www.example.com/sepa?a=1"
FORGED = {"X-Forwarded-For": "198.51.100.7"}

pytestmark = pytest.mark.xdist_group("nginx")


@dataclass(frozen=True)
class Node:
    """A web node: nginx, with the edge and the pages behind it; and what they have written down."""

    proxy: Proxy
    site: Site

    def records(self) -> list[tuple[str, str | None]]:
        """Kind and asking address of what stands in the journal."""
        return [(one["kind_of_record"], one["request"]["ip"]) for one in self.site.journalled()]


@pytest.fixture(scope="module")
def node(servers: Servers, one_engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node over an empty database."""
    empty(one_engine)
    with Redis.from_url(servers.redis_url) as redis:
        redis.flushall()
    settings = environment(
        tmp_path_factory.mktemp("node"),
        DATABASE_URL=servers.database_url,
        REDIS_URL=servers.redis_url,
        PUBLIC_URL=f"https://{NAME}",
        TRUSTED_PROXIES="1",
        HOOK_POSTMARK="leadbridge:a-password-of-the-tests",
    )
    services = Services(Settings.from_env(settings))
    with services.unit() as unit:
        add_account(unit, KIM["email"], "Kim", "admin", KIM["password"])
    with running_proxy(settings) as proxy:
        yield Node(proxy, Site(services, Client(lambda *_: [])))
    services.engine.dispose()


def test_nginx_takes_the_example(node: Node) -> None:
    assert NGINX
    checked = subprocess.run(
        [NGINX, "-t", "-c", str(node.proxy.folder / "nginx.conf")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0
    assert "[warn]" not in checked.stderr


def test_a_form_goes_to_the_edge_with_the_address_of_who_sent_it(node: Node) -> None:
    before = node.records()
    answer = node.proxy.ask("POST", "/forms/globe-next-download", data=FORM, headers=FORGED)
    assert answer.status_code == 303
    assert node.records()[len(before) :] == [("submission", "127.0.0.1")], (
        "whom a browser says it is does not count"
    )
    thanks = node.proxy.ask("GET", answer.headers["Location"])
    assert (thanks.status_code, "Content-Security-Policy" in thanks.headers) == (200, True)
    assert node.proxy.ask("GET", "/forms/globe-next-download").status_code == 200


def test_a_tracked_link_leads_on_and_leaves_no_token_in_a_log(node: Node) -> None:
    click = node.site.services.world.links.click(ClickTarget(MAIL, 3, TARGET)).removeprefix(f"https://{NAME}")
    answer = node.proxy.ask("GET", click)
    assert (answer.status_code, answer.headers["Location"]) == (302, TARGET)
    assert ("hit", "127.0.0.1") in node.records()
    node.proxy.ask("GET", "/preferences/a-token-of-somebody")
    lines = ("GET /t 302", "GET /preferences ")
    assert eventually(lambda: all(one in node.proxy.said for one in lines)), "it is written after the answer"
    assert click.rpartition("/")[2] not in node.proxy.said
    assert "a-token-of-somebody" not in node.proxy.said


def sign_in(proxy: Proxy) -> str:
    """The cookie of somebody who signed in, as browsers send forms."""
    answer = proxy.ask("POST", "/console/sign-in", data=KIM, headers={"Origin": f"https://{NAME}"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/console")
    kept = [one for one in answer.headers["Set-Cookie"].split("__Host-") if one.startswith("leadbridge=")]
    return "__Host-" + kept[0].partition(";")[0]


def test_the_console_opens_and_takes_a_form(node: Node) -> None:
    cookie = {"Cookie": sign_in(node.proxy)}
    page = node.proxy.ask("GET", "/console/account", headers=cookie)
    assert page.status_code == 200
    sheets = [one["href"] for one in Outline(page.text).all("link") if one.get("rel") == "stylesheet"]
    assert sheets
    assert [node.proxy.ask("GET", one).status_code for one in sheets] == [200] * len(sheets)
    fields = {"_token": Outline(page.text).value("_token") or "", "language": "de"}
    sent = node.proxy.ask(
        "POST", "/console/account", data=fields, headers=cookie | {"Origin": f"https://{NAME}"}
    )
    assert (sent.status_code, sent.headers["Location"]) == (303, "/console/account?done=language")
    stolen = node.proxy.ask(
        "POST", "/console/account", data=fields, headers=cookie | {"Origin": "https://evil.example"}
    )
    assert stolen.status_code == 403


@pytest.mark.parametrize("path", ["export/file?what=profiles&format=csv", "audit.csv"])
def test_files_of_any_length_come_through(node: Node, path: str) -> None:
    answer = node.proxy.ask("GET", f"/console/{path}", headers={"Cookie": sign_in(node.proxy)})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert answer.text


CUT_OFF = 60
"""Seconds after which nginx ends what nobody takes."""
LINES = text(
    """
    insert into audit_log (id, at, who, what, details)
    select gen_random_uuid(), now(), 'a test', 'events.read', jsonb_build_object('asked', repeat('x', 1000))
    from generate_series(1, 12000)
    """
)


def test_whoever_stops_taking_a_file_keeps_no_place_of_the_pages(node: Node) -> None:
    with node.site.services.engine.begin() as connection:
        connection.execute(LINES)
    cookie = sign_in(node.proxy)
    asked = f"GET /console/audit.csv HTTP/1.1\r\nHost: {NAME}\r\nCookie: {cookie}\r\n\r\n".encode()
    with ExitStack() as stalled:
        for _ in range(2):
            stalled.enter_context(node.proxy.stall(asked))
        since = time.monotonic()
        assert eventually(lambda: node.proxy.ask("GET", "/console/audit.csv", headers={"Cookie": cookie}).ok)
        assert time.monotonic() - since < CUT_OFF / 2, "nginx has taken the files, and need cut nobody off"


def test_what_is_too_long_ends_at_the_proxy_and_reports_of_providers_may_be_longer(node: Node) -> None:
    assert node.proxy.ask("POST", "/forms/webinar", data=b"x" * 70_000).status_code == 413
    assert node.proxy.ask("POST", "/hooks/postmark", data=b"x" * 900_000).status_code == 401
    told = [node.proxy.ask("POST", "/hooks/brevo", data=b"x" * 900_000).status_code for _ in range(10)]
    assert told == [404] * 10, "it is not set up"


def test_what_is_refused_before_it_is_read_is_told_so(node: Node) -> None:
    for length in (1_000, 64_000):
        for path, status in (("/console/sign-in", 403), ("/forms/no-such-form", 404)):
            told = [
                node.proxy.ask("POST", path, data=b"x" * length, headers={"Origin": "https://evil.example"})
                for _ in range(10)
            ]
            assert [one.status_code for one in told] == [status] * 10, (path, length)


def test_health_and_metrics_are_there_for_this_machine(node: Node) -> None:
    for path in ("/healthz", "/metrics"):
        assert node.proxy.ask("GET", path).status_code == 200, path


def test_without_https_one_is_led_there(node: Node) -> None:
    address = f"http://127.0.0.1:{node.proxy.plain_port}/console?per=year"
    answer = requests.get(address, headers={"Host": NAME}, allow_redirects=False, timeout=10)
    assert (answer.status_code, answer.headers["Location"]) == (301, f"https://{NAME}/console?per=year")


def test_while_the_pages_are_gone_links_lead_on_and_no_log_tells_a_token(node: Node) -> None:
    os.killpg(node.proxy.pages.pid, 9)
    node.proxy.pages.wait(10)
    click = node.site.services.world.links.click(ClickTarget(MAIL, 4, TARGET)).removeprefix(f"https://{NAME}")
    assert node.proxy.ask("GET", "/preferences/another-token-of-somebody").status_code == 502
    assert node.proxy.ask("GET", click).status_code == 302
    assert node.proxy.ask("POST", "/forms/globe-next-download", data=FORM).status_code == 303
    assert eventually(lambda: "GET /preferences 502" in node.proxy.said)
    assert "another-token-of-somebody" not in node.proxy.said
