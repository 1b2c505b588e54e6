"""How long pages about people take among very many: each kind of question again and again, over HTTP.

`python -m benchmarks.console` fills a database of its own with a million people and asks each question in each order.
"""

from collections.abc import Iterator, Mapping
from contextlib import closing
from http.client import HTTPConnection
from itertools import islice
from time import perf_counter
from urllib.parse import urlencode
from uuid import uuid4

import click

from benchmarks.crowd import fill_with_people
from benchmarks.ground import Ground, fresh_ground
from bridge.flow.console_accounts import add_account, open_session
from bridge.flow.unit import unit_of_work
from bridge.profiles.finding import ORDERS

QUESTIONS: Mapping[str, Mapping[str, str]] = {
    "everybody": {},
    "a first name, one of sixteen": {"q": "anna"},
    "two letters": {"q": "an"},
    "a rare name": {"q": "hofsteinker"},
    "first name and name": {"q": "anna hofstein"},
    "two words that are both frequent": {"q": "klinik mehmet"},
    "an address": {"q": "bjorn.steindorer2997@firma4.example"},
    "a company's domain": {"q": "@firma17.example"},
    "a big provider": {"q": "gmail.com"},
    "nobody": {"q": "xyzxyz"},
    "stage": {"stage": "won"},
    "stage and topic": {"stage": "won", "topic": "sepa"},
    "stage and owner, nobody": {"stage": "prospect", "owner": "mira"},
    "a campaign of two years ago": {"source": "sommer 3"},
    "a partner who brings few": {"source": "partner77"},
    "two channels, nobody": {"source": "google referral"},
    "excluded": {"state": "excluded"},
    "held": {"state": "held"},
    "many points": {"from": "95"},
    "so many points exactly": {"from": "5", "to": "5"},
    "points that nobody has": {"to": "-100"},
    "all at once": {
        "q": "gmail klinik",
        "stage": "prospect",
        "topic": "sepa",
        "source": "google",
        "from": "1",
    },
}


@click.command()
@click.option("--people", default=1_000_000, show_default=True)
@click.option("--times", default=40, show_default=True, help="How often each question is asked.")
def main(people: int, times: int) -> None:
    """Print what 50 and 95 of 100 answers do not exceed, in milliseconds."""
    with fresh_ground() as ground:
        fill_with_people(
            ground.services.settings.database_url, people, lambda words: click.echo(words, err=True)
        )
        cookie = _signed_in(ground)
        with ground.web("pages") as port, closing(HTTPConnection("127.0.0.1", port, timeout=30)) as web:
            for what, url in _urls(ground):
                took = sorted(_asked(web, url, cookie) for _ in range(times))
                middle, slow = took[len(took) // 2], took[int(len(took) * 0.95)]
                click.echo(f"{what:45} p50 {middle:6.0f} ms   p95 {slow:6.0f} ms")


def _signed_in(ground: Ground) -> str:
    services = ground.services
    with unit_of_work(services.engine, services.world, services.clock, lambda kind, ids: None) as unit:
        account = add_account(unit, "kim@example.com", "Kim", "admin", uuid4().hex)
        return f"leadbridge-console={open_session(unit, account, None)}"


def _urls(ground: Ground) -> Iterator[tuple[str, str]]:
    for what, asked in QUESTIONS.items():
        for order in ORDERS:
            yield f"{what}, {order}", "/console/profiles?" + urlencode({**asked, "order": order})
    with ground.services.engine.connect() as connection:
        ids = connection.exec_driver_sql("select id from profiles where stage = 'won' limit 1").scalars()
        for one in islice(ids, 1):
            yield "a person", f"/console/profiles/{one}"
    yield "a company with a hundred people", "/console/companies/firma17.example"
    yield "the company with the most people", "/console/companies/firma1.example"


def _asked(web: HTTPConnection, url: str, cookie: str) -> float:
    began = perf_counter()
    web.request("GET", url, headers={"Cookie": cookie})
    answer = web.getresponse()
    answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{answer.status} for {url}")
    return (perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
