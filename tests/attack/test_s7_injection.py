"""Promise S7: hostile words in every field, looked at in a real browser, are words and nothing else."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import Engine

from bridge.delivery.links import AskTarget
from bridge.inbox import CaughtMail
from bridge.intake.validation import clean
from bridge.program.loading import DEMO
from bridge.store.tables import profiles, submissions
from tests.attack.hostile import together, values
from tests.browser.conftest import chromium
from tests.conftest import Servers
from tests.house import PUBLIC, Clock
from tests.promise import few_or_many
from tests.promises.travelled import Bridge, travelling

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.promise("S7", "nothing is executed in page, mail, header, CSV, log or SQL; strict CSP"),
]

NUMBER = few_or_many(56, 500)
NAMES = ("first_name", "last_name", "company", "role", "message", "unknown_field")
STRANGE = """() => {
    const found = []
    for (const one of document.querySelectorAll("*")) {
        if (one.matches("#pwned, base, object, embed, meta[http-equiv], script, iframe[srcdoc], style + style"))
            found.push(one.outerHTML.slice(0, 200))
        for (const {name, value} of one.attributes)
            if (name.startsWith("on") || /^\\s*(javascript|data|vbscript):/i.test(value) && name != "src")
                found.push(`${one.localName} ${name}=${value.slice(0, 100)}`)
            else if (["src", "action", "formaction"].includes(name) && value.includes("evil.example"))
                found.push(`${one.localName} ${name}=${value.slice(0, 100)}`)
            else if (name == "href" && !/^(https:\\/\\/(leads|www)\\.example\\.com|[/#?]|mailto:|tel:)/.test(value))
                found.push(`${one.localName} ${name}=${value.slice(0, 100)}`)
    }
    return found
}"""
"""Everything in a page that only an injection could have brought there."""


@dataclass
class Guard:
    """A browser that tells of everything it should not have done."""

    page: Page
    origin: str
    alarms: list[str] = field(default_factory=list)
    looked: int = 0

    def look(self, path: str) -> None:
        """Open a page of ours."""
        self.page.goto(self.origin + path, wait_until="load")
        self.check(path)

    def read(self, mail: CaughtMail) -> None:
        """Look at a mail as a program shows it that protects from nothing."""
        self.page.set_content(mail.html or "", wait_until="load")
        self.check(f"mail “{mail.subject}”")

    def send(self, path: str, typed: dict[str, str]) -> None:
        """Send a form by hand, and look at what comes back."""
        script = """([path, typed]) => {
            const form = document.body.appendChild(document.createElement("form"))
            Object.assign(form, {method: "post", action: path})
            for (const [name, value] of Object.entries(typed)) {
                const box = form.appendChild(document.createElement("textarea"))
                Object.assign(box, {name, value})
            }
            HTMLFormElement.prototype.submit.call(form)
        }"""
        with self.page.expect_navigation():
            self.page.evaluate(script, [path, typed])
        self.check(f"POST {path}")

    def check(self, where: str) -> None:
        """Whether this page is what it should be."""
        self.looked += 1
        assert self.page.evaluate(STRANGE) == [], where
        assert self.alarms == [], where
        assert "777777" not in self.page.content(), f"{where}: nothing typed is a template"


@contextmanager
def guarding(browser: Browser, bridge: Bridge, **more: Any) -> Iterator[Guard]:
    """A browser that asks nobody but us."""
    context = browser.new_context(locale="de-DE", **more)
    origin = f"http://127.0.0.1:{bridge.port}"
    guard = Guard(context.new_page(), origin)
    _watch(context, guard)
    yield guard
    context.close()


def _watch(context: BrowserContext, guard: Guard) -> None:
    context.expose_function("canary", lambda: guard.alarms.append("executed"))
    page = guard.page
    page.on("dialog", lambda dialog: guard.alarms.append(f"dialog {dialog.message}"))
    page.on("console", lambda said: guard.alarms.append(said.text) if is_report(said.text) else None)
    page.on("request", lambda asked: guard.alarms.append(asked.url) if is_foreign(asked.url, guard) else None)


def is_report(text: str) -> bool:
    """Whether a browser's console tells of something that a policy stopped."""
    return bool(re.search(r"Content.Security.Policy|Refused to|Blocked|sandboxed", text, re.IGNORECASE))


def is_foreign(url: str, guard: Guard) -> bool:
    """Whether a browser asks somebody else."""
    return urlsplit(url).scheme in {"http", "https"} and not url.startswith(guard.origin)


@dataclass(frozen=True)
class Eve:
    """Somebody who types such words everywhere."""

    bridge: Bridge
    number: int
    text: str

    @property
    def email(self) -> str:
        """An address of her own, at a domain of her own, so that no pace holds her mails back."""
        return f"eve@haus{self.number}.beispiel.example"

    @property
    def typed(self) -> dict[str, str]:
        """What she types into every field."""
        return dict.fromkeys(NAMES, self.text)

    def write(self) -> None:
        """By a form of a website, by one in a browser, and by one that wants to be confirmed."""
        content = {
            "form": "kontakt",
            "fields": {"email": self.email, **self.typed, self.text[:90]: self.text},
            "consents": {"email": {"given": True, "text": self.text}},
            "context": {
                "page_url": f"https://www.example.com/{self.text}",
                "landing_page": self.text,
                "referrer": self.text,
                "utm": {"source": self.text, self.text[:50]: self.text},
                "user_agent": self.text,
                "language": self.text[:200],
            },
        }
        assert self.bridge.send_signed(content, f"eve-{self.number}").status_code == 202
        words = clean(self.text).replace("\n", " ").encode("ascii", "ignore").decode()
        said = {"User-Agent": words, "Referer": f"https://www.example.com/?utm_source={words}"}
        more = {"utm_campaign": self.text, "page_url": self.text, "_referrer": self.text, "_once": self.text}
        answer = self.bridge.send_form(
            "globe-next-download",
            {"email": self.email} | self.typed | more,
            ("email", "tracking"),
            headers=said,
        )
        assert answer.status_code == 303

    def link(self, path: str, sent: list[CaughtMail]) -> str:
        """The newest address of that kind in a mail to her, or to sales about her. sent: all mails, oldest first."""
        mails = [m for m in sent[::-1] if m.recipient == self.email or self.email in m.text]
        found = next((f for m in mails if (f := re.search(rf"/{path}/[\w.~-]+", m.text))), None)
        assert found, f"no /{path}/ in {[mail.subject for mail in mails]}: {self.text}"
        return found[0]

    @property
    def preferences(self) -> str:
        """The preference centre, which she gets to by confirming."""
        return self.bridge.services.world.links.preferences(self._id).removeprefix(PUBLIC)

    def questions(self, form: str) -> str:
        """The page that asks her what is open, within a form or without."""
        target = AskTarget(self._id, None, form)
        return self.bridge.services.world.links.ask(target, self.bridge.clock()).removeprefix(PUBLIC)

    @property
    def _id(self) -> UUID:
        [row] = [row for row in self.bridge.rows(profiles) if row.email == self.email]
        return UUID(str(row.id))


@pytest.fixture
def bridge(tmp_path: Path, servers: Servers, engine: Engine) -> Iterator[Bridge]:
    """The demo, whose profile pages ask for no code here: the door has tests of its own."""
    del engine  # it is empty now, and that is all
    program = tmp_path / "programme" / "program.toml"
    program.parent.mkdir()
    for folder in ("mails", "files"):
        (program.parent / folder).symlink_to(DEMO.parent / folder)
    words = DEMO.read_text(encoding="utf-8").replace('link = "device"', 'link = "open"')
    if "[profiling]" not in words:
        words += '\n[profiling]\nquestions = ["employees", "product", "quantity"]\n'
    program.write_text(words, encoding="utf-8")
    with travelling(tmp_path, servers, Clock(), DEMO="1", PROGRAM=str(program)) as running:
        assert running.services.program.sales_link == "open"
        yield running


@pytest.fixture
def browser(bridge: Bridge) -> Iterator[Browser]:
    """A browser that is started after the mail server, which wants the thread's event loop for a moment, too."""
    del bridge
    with chromium() as launched:
        yield launched


def test_hostile_words_stay_words(bridge: Bridge, browser: Browser, saw: Callable[..., None]) -> None:
    people = [Eve(bridge, number, text) for number, text in enumerate(together(NUMBER))]
    for eve in people:
        eve.write()
    bridge.settle()
    mails = bridge.mails()
    with guarding(browser, bridge, bypass_csp=True) as guard:
        is_awake(guard)
        for eve in people:
            look_everywhere(guard, eve, mails)
        guard.look("/demo/inbox")
        for mail in mails:
            guard.read(mail)
    headers_are_ours(mails)
    words_are_kept(bridge, people)
    with guarding(browser, bridge) as strict:
        look_everywhere(strict, people[0], mails)
        for mail in mails[:4]:
            strict.look(f"/demo/inbox/{mail.key}")
    saw(values=len(values(NUMBER)), pages=guard.looked + strict.looked, executed=0, reports=0)


def is_awake(guard: Guard) -> None:
    """The guard itself notices what it is there for."""
    for html in (
        "<img src=x onerror=canary()>",
        "<img src=https://evil.example/>",
        "<a href=javascript:x>x</a>",
    ):
        guard.page.set_content(html, wait_until="load")
        with pytest.raises(AssertionError):
            guard.check("an injection")
        guard.alarms.clear()


def look_everywhere(guard: Guard, eve: Eve, mails: list[CaughtMail]) -> None:
    """Every page that shows what somebody typed, and every page that says it back."""
    own, lead, asks = eve.link("me", mails), eve.link("leads", mails), eve.questions("webinar")
    for path in (lead, eve.link("confirm", mails), own, f"{own}/consents", eve.preferences, asks):
        guard.look(path)
    word = quote(eve.text.replace("\x00", ""), safe="")
    for path in ("/forms/kontakt?utm_source={0}&page_url={0}&_language={0}", "/thanks?form={0}&mail={0}"):
        guard.look(path.format(word))
    guard.look(f"{lead}?done={word}")
    guard.look(f"/nothing/{word}")
    guard.look(f"/forms/{word}")
    guard.send(
        "/forms/kontakt", eve.typed | {"email": eve.text, "consent_email": eve.text, "_language": eve.text}
    )
    asked = {"outcome": "won", "amount": eve.text, "note": eve.text, "currency": eve.text, "reason": eve.text}
    guard.send(f"{lead}/outcome", asked)
    guard.send(f"{lead}/outcome", {"outcome": "not_reached", "note": eve.text})
    guard.send(eve.preferences, {"frequency": eve.text, "pause_until": eve.text, "language": eve.text})
    guard.send(own, {"action": eve.text})
    answers = {f"ask_{name}": eve.text for name in eve.bridge.services.program.profiling.questions}
    guard.send(eve.preferences, {"frequency": "normal", "language": "de"} | answers)
    guard.send(eve.questions("bestellung"), eve.typed | answers | {"quantity": eve.text})
    guard.look(f"{eve.questions('')}?thanks={word}&later={word}")


def headers_are_ours(mails: list[CaughtMail]) -> None:
    """No header that somebody typed, and every one in a single line."""
    assert len(mails) > 10
    for mail in mails:
        names = {name.lower() for name, _ in mail.headers}
        assert not names & {"bcc", "x-injected", "cc"}, mail.subject
        assert not any(re.search(r"[\r\n\x00-\x08\x1b]", value) for _, value in mail.headers), mail.subject
        assert mail.recipient.endswith((".beispiel.example", "@example.com"))


def words_are_kept(bridge: Bridge, people: list[Eve]) -> None:
    """What was typed lies in the database as it was typed, and the database lives."""
    rows = [row for row in bridge.rows(submissions) if row.form == "kontakt"]
    assert {row.fields["message"] for row in rows} == {clean(eve.text) for eve in people}


def test_commands_print_no_control_of_a_terminal(bridge: Bridge) -> None:
    """Most controls are gone at the edge; what nobody could read lies among the dead letters as it came."""
    evil = "\x1b[2J\x1b]0;owned\x07\x9b31m\u202e\x08"
    eve = Eve(bridge, 1, evil + "x")
    eve.write()
    bridge.services.journal.append("submission", {"form": evil, evil: evil}, bridge.clock())
    bridge.settle()
    printed = [
        bridge.command(*words)
        for words in (
            ("lead", "show", eve.email),
            ("consent", "show", eve.email),
            ("dead", "list"),
        )
    ]
    assert "owned" in "".join(printed), "it is shown"
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", "".join(printed))
