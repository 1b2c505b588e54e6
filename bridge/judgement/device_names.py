"""A browser as people name it: “Chrome unter Windows”."""

from bridge import i18n
from bridge.judgement.agents import agent_of

BRANDS = frozenset(
    {"edge", "opera", "samsung", "vivaldi", "duckduckgo", "firefox", "presto", "ie", "chrome", "safari"}
)
"""Families whose names people know; the others have only a word of ours."""

SYSTEMS = {
    "ios": "iOS",
    "android": "Android",
    "chromeos": "ChromeOS",
    "windows": "Windows",
    "macos": "macOS",
    "linux": "Linux",
}


def device_name(user_agent: str | None, language: str) -> str:
    """Browser and system by a user agent, as far as it tells them. It says nothing of what else stands in there."""
    say = i18n.translations(language).gettext
    agent = agent_of(user_agent)
    browser = agent.name if agent.family in BRANDS else say("an unknown browser")
    if agent.kind in {"machine", "image-proxy", "privacy-proxy"}:
        browser = say("a program")
    system = SYSTEMS.get(agent.system)
    if system is None:
        return browser
    return say("%(browser)s on %(system)s") % {"browser": browser, "system": system}
