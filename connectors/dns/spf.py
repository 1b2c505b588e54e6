"""Who may send for a domain (RFC 7208), as far as it can be told without a mail."""

import re
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Literal

from connectors.dns.answers import Resolver

Verdict = Literal["pass", "fail", "softfail", "neutral", "none", "broken", "unknown"]
"""broken: receivers give up on it (permerror). unknown: it has a term that only a mail could decide."""

MOST_QUESTIONS = 10  # RFC 7208 4.6.4
_QUALIFIERS: dict[str, Verdict] = {"+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}
_TERM = re.compile(
    r"([+?~-]?)(all|include|a|mx|ptr|ip4|ip6|exists)(?::([^/\s]+))?((?:/\d{1,3})?(?://\d{1,3})?)",
    re.IGNORECASE,
)


def spf_records(resolver: Resolver, domain: str) -> list[str]:
    """The SPF records of a domain; exactly one is right. Raises Silent."""
    return [text for text in resolver.txt(domain) if re.match(r"v=spf1(?: |$)", text, re.IGNORECASE)]


def permits(resolver: Resolver, domain: str, address: str) -> Verdict:
    """Whether the domain lets this address send for it. Raises Silent."""
    return _Check(resolver, ip_address(address)).host(domain)


@dataclass
class _Check:
    resolver: Resolver
    address: IPv4Address | IPv6Address
    questions: int = field(default=0)

    def host(self, domain: str) -> Verdict:
        records = spf_records(self.resolver, domain)
        if len(records) != 1:
            return "broken" if records else "none"
        terms = records[0].split()[1:]
        for term in terms:
            verdict = self._term(term, domain)
            if verdict:
                return verdict
        return self._redirected(terms)

    def _redirected(self, terms: list[str]) -> Verdict:
        target = next((term[9:] for term in terms if term.lower().startswith("redirect=")), None)
        if target is None:
            return "neutral"
        if not self._may_ask():
            return "broken"
        verdict = self.host(target)
        return "broken" if verdict == "none" else verdict

    def _term(self, term: str, domain: str) -> Verdict | None:
        """What a term decides; None when it does not match, or is a modifier."""
        if "%" in term:
            return "unknown"
        if "=" in term.partition(":")[0]:
            return None
        found = _TERM.fullmatch(term)
        if not found:
            return "broken"
        kind, value, prefix = found[2].lower(), found[3] or "", found[4]
        if kind not in ("all", "ip4", "ip6") and not self._may_ask():
            return "broken"
        matched = self._matches(kind, value, prefix, domain)
        return _QUALIFIERS[found[1] or "+"] if matched is True else matched or None

    def _matches(self, kind: str, value: str, prefix: str, domain: str) -> bool | Verdict:
        """Whether it matches, or what follows from it at once."""
        match kind:
            case "all":
                return True
            case "ip4" | "ip6":
                return self._in(value, prefix)
            case "include":
                return self._included(value)
            case "a":
                return self._among(self.resolver.addresses(value or domain), prefix)
            case "mx":
                hosts = self.resolver.mx(value or domain)
                return any(self._among(self.resolver.addresses(host), prefix) for host in hosts if host)
            case _:
                return "unknown"

    def _included(self, domain: str) -> bool | Verdict:
        verdict = self.host(domain)
        if verdict in ("none", "broken"):
            return "broken"
        return "unknown" if verdict == "unknown" else verdict == "pass"

    def _in(self, value: str, prefix: str) -> bool | Verdict:
        try:
            network = ip_network(value + prefix, strict=False)
        except ValueError:
            return "broken"
        return self.address.version == network.version and self.address in network

    def _among(self, addresses: list[str], prefix: str) -> bool:
        """prefix: `/24`, `//64` or both, for IPv4 and IPv6."""
        four, _, six = prefix.partition("//")
        length = {4: four.strip("/") or "32", 6: six or "128"}[self.address.version]
        return any(
            self._in(one, f"/{length}") is True
            for one in addresses
            if (":" in one) == (self.address.version == 6)
        )

    def _may_ask(self) -> bool:
        self.questions += 1
        return self.questions <= MOST_QUESTIONS
