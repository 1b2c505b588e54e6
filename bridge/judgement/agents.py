"""Who is behind a user agent: a person's browser, a mail program, a proxy that stands for a person, or a machine."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Literal

from bridge.judgement import ages, browsers, known_agents

AgentKind = Literal["none", "machine", "image-proxy", "privacy-proxy", "mail", "browser", "other"]
MOST_CHARACTERS = 1000
"""Real agents have at most a few hundred; what follows is not looked at."""


@dataclass(frozen=True, slots=True)
class Agent:
    """What a user agent says about who asks.

    kind: "none" (there is no agent, or a blank one), "machine" (a crawler, library, link preview or mail scanner),
    "image-proxy" (fetches pictures when a person opens the mail: Gmail's, Yahoo's …), "privacy-proxy" (Apple's Mail
    Privacy Protection, which fetches pictures whether or not somebody reads), "mail" (a mail program: loads pictures,
    follows no link itself), "browser" (also a page inside an app, and Apple Mail, which looks the same), "other".

    name: what it is, in words for reasons; "" when nobody knows. system: "windows", "macos", "ios", "android",
    "linux", "chromeos" or "". family and major: the browser and its version, "" and None when unknown. chromium: the
    version of Chromium that it is built on, whatever it calls itself.
    """

    kind: AgentKind
    name: str = ""
    system: str = ""
    family: str = ""
    major: int | None = None
    chromium: int | None = None


@lru_cache(maxsize=4096)
def agent_of(user_agent: str | None) -> Agent:
    """Say who is behind a user agent. It never fails, whatever is in it."""
    text = (user_agent or "").strip()[:MOST_CHARACTERS]
    if not text:
        return Agent("none", "no user agent")
    if text == "Mozilla/5.0":
        return Agent("privacy-proxy", "Apple Mail Privacy Protection")
    browser = browsers.browser_of(text)
    kind, name = _kind_and_name(text, browser)
    system = browsers.system_of(text)
    if browser is None:
        return Agent(kind, name, system)
    return Agent(kind, name, system, browser.family, browser.major, browser.chromium)


def _kind_and_name(text: str, browser: browsers.Browser | None) -> tuple[AgentKind, str]:
    known = known_agents.kind_of(text, poses_as_browser=browser is not None)
    if known:
        return known
    return ("browser", browser.name) if browser else ("other", "")


def is_outdated(agent: Agent, at: datetime) -> bool:
    """Whether hardly anybody surfs with that browser any more at that moment: older than about four years.

    Scanners like to pretend ancient browsers, but somebody's old computer is one, too: a weak sign. The formula
    stands at `ages.is_outdated`. False for what is no browser.
    """
    return agent.kind == "browser" and ages.is_outdated(
        agent.family, agent.major, agent.chromium, agent.system, at
    )
