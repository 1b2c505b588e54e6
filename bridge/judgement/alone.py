"""What a hit says of itself, without its neighbours."""

from collections.abc import Iterable, Mapping

from bridge.judgement import signs
from bridge.judgement.agents import Agent, agent_of, is_outdated
from bridge.judgement.networks import Networks
from bridge.judgement.sightings import CLICK, FOLLOWED, OPEN, Sighting

HIDDEN = "hidden"
"""How the link that people do not see is called."""
_PEOPLES_PROXIES = frozenset({"image-proxy", "privacy-proxy"})


def prefetched(hit: Sighting, agent: Agent) -> str | None:
    """The sign that somebody fetched it in advance: neither a person's deed nor a scanner's."""
    if hit.purpose and any(word in hit.purpose.lower() for word in ("prefetch", "prerender", "preview")):
        return signs.PREFETCH
    if hit.kind == OPEN and agent.kind == "privacy-proxy":
        return signs.PRIVACY_PROXY
    if hit.kind in FOLLOWED and agent.kind == "mail":
        return signs.LOOKED_UP
    return None


def strong_signs(hit: Sighting, agent: Agent, networks: Networks) -> Iterable[str]:
    """Signs that decide by themselves."""
    if hit.method == "HEAD":
        yield signs.HEAD
    if agent.kind == "none":
        yield signs.NO_AGENT
    elif agent.kind == "machine":
        yield signs.named(signs.KNOWN_AGENT, agent.name)
    elif hit.kind in FOLLOWED and agent.kind not in {"browser", "mail"}:
        yield signs.NO_BROWSER
    network = networks.of(hit.ip)
    if network is not None and network.kind == "scanner":
        yield signs.named(signs.KNOWN_NETWORK, network.name)
    if hit.kind == CLICK and hit.link == HIDDEN:
        yield signs.HIDDEN_LINK


def hints(hit: Sighting, agent: Agent, networks: Networks) -> Iterable[str]:
    """Signs that happen to people as well."""
    if agent.kind in _PEOPLES_PROXIES:
        return
    network = networks.of(hit.ip)
    if network is not None and network.kind == "cloud":
        yield signs.named(signs.CLOUD, network.name)
    if is_outdated(agent, hit.at):
        yield signs.OUTDATED
    if hit.headers is not None and hit.kind in FOLLOWED and agent.kind == "browser":
        yield from _told_by_headers(hit.headers, agent)


def _told_by_headers(headers: Mapping[str, str], agent: Agent) -> Iterable[str]:
    """Browsers name a language and ask for a page when a person follows a link (Fetch Metadata, W3C)."""
    if not headers.get("accept-language"):
        yield signs.NO_LANGUAGE
    accept, mode = headers.get("accept", ""), headers.get("sec-fetch-mode", "")
    if (accept and "html" not in accept) or (mode and mode != "navigate"):
        yield signs.NO_PAGE
    platform = _SYSTEMS.get(headers.get("sec-ch-ua-platform", "").strip('" ').lower(), "")
    if platform and agent.system and platform != agent.system:
        yield signs.CONTRADICTION


_SYSTEMS = {
    "windows": "windows",
    "macos": "macos",
    "linux": "linux",
    "android": "android",
    "ios": "ios",
    "chrome os": "chromeos",
    "chromium os": "chromeos",
}


def agent_behind(hit: Sighting) -> Agent:
    """What the hit's browser says it is; headers of a headless one tell more than its name."""
    if "headless" in (hit.headers or {}).get("sec-ch-ua", "").lower():
        return agent_of(f"HeadlessChrome {hit.user_agent}")
    return agent_of(hit.user_agent)
