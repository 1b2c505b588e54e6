"""How mail providers are understood, and what is fetched to know that they are who they say."""

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from bridge.delivery.message_ids import MessageIds
from bridge.errors import InvalidSignature, ProofUnavailable, UnknownProvider
from bridge.settings import Settings
from bridge.settings.reading import hook_setting
from connectors import web
from connectors.contract import Notice
from connectors.dns import Silent
from connectors.providers.brevo import Brevo
from connectors.providers.familiar import Familiar
from connectors.providers.hook import HookRequest, NotProven, Provider, Report, Unreachable
from connectors.providers.mailgun import Mailgun
from connectors.providers.postmark import Postmark
from connectors.providers.sendgrid import SendGrid
from connectors.providers.ses import Ses
from connectors.providers.smtpeter import LookUp, SmtPeter
from connectors.providers.sns import Fetch
from connectors.providers.words import WITH_LOGIN, WORDS

__all__ = ["HookRequest", "Hooks", "Proof", "Report"]

LONGEST_WAIT = web.Limits(seconds=3, size=64 * 1024)
"""For a certificate, or to confirm a subscription: the provider waits, and a thread does."""

REFUSED, IGNORED, UNREADABLE = "refused", "ignored", "unreadable"


def fetch(address: str) -> tuple[int, bytes]:
    """GET an address of the public internet. Raises Unreachable."""
    try:
        reply = web.ask(
            web.Guard(), "GET", address, headers={"User-Agent": "leadbridge"}, limits=LONGEST_WAIT
        )
    except web.Unreachable as error:
        raise Unreachable(str(error)) from error
    return reply.status, reply.body


def look_up(name: str) -> list[str]:
    """The TXT records of a name. Raises Unreachable."""
    from connectors.dns.resolver import DnsResolver  # it loads slowly, and only SMTPeter's keys need it

    try:
        return DnsResolver().txt(name)
    except Silent as error:
        raise Unreachable(f"the DNS did not answer about {name}") from error


@dataclass(frozen=True, slots=True)
class Proof:
    """scheme: of authentication (RFC 9110). expected: what, and from which setting, in words for an operator."""

    scheme: str
    expected: str


class Hooks:
    """The mail providers that the settings name. Safe to use from several threads."""

    def __init__(self, settings: Settings, fetch: Fetch = fetch, look_up: LookUp = look_up) -> None:
        folder = settings.data / "proofs"
        built: Mapping[str, Callable[[tuple[str, ...]], Provider]] = {
            "postmark": Postmark,
            "ses": lambda arns: Ses(arns, fetch, Familiar(folder / "ses")),
            "mailgun": Mailgun,
            "sendgrid": SendGrid,
            "brevo": Brevo,
            "smtpeter": lambda accounts: SmtPeter(
                accounts, settings.public_url, look_up, Familiar(folder / "smtpeter")
            ),
        }
        self._providers = {name: built[name](words) for name, words in settings.hooks.items()}
        self._message_ids = MessageIds(settings.secret_keys)
        self._told: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()

    @property
    def told(self) -> dict[tuple[str, str], int]:
        """(provider, what) → how many, since this process began. what: a trouble, or one of the words above."""
        with self._lock:
            return dict(self._told)

    def knows(self, provider: str) -> None:
        """Raises UnknownProvider."""
        if provider not in self._providers:
            raise UnknownProvider(provider)

    @staticmethod
    def proof_of(provider: str) -> Proof:
        """What a provider's events have to show."""
        scheme = "Basic" if provider in WITH_LOGIN else "Signature"
        return Proof(scheme, f"{WORDS[provider].proof} from {hook_setting(provider)}")

    def read(self, provider: str, request: HookRequest) -> Report:
        """What a provider tells. Raises UnknownProvider, InvalidSignature, ProofUnavailable."""
        self.knows(provider)
        try:
            return self._proven(self._providers[provider].read(request))
        except NotProven as error:
            self._count({(provider, REFUSED): 1})
            raise InvalidSignature(str(error)) from error
        except Unreachable as error:
            raise ProofUnavailable(str(error)) from error

    def _proven(self, report: Report) -> Report:
        """A Message-ID that we signed names its delivery; of any other nothing is left."""
        return replace(report, notices=tuple(self._with_delivery(notice) for notice in report.notices))

    def _with_delivery(self, notice: Notice) -> Notice:
        signed = self._message_ids.read(notice.message_id) if notice.message_id else None
        return replace(notice, delivery=notice.delivery or signed, message_id=None)

    def count(self, provider: str, report: Report) -> None:
        """Remember how much was told, for the metrics."""
        self._count(Counter((provider, notice.trouble) for notice in report.notices))
        self._count({(provider, IGNORED): report.ignored, (provider, UNREADABLE): len(report.unreadable)})

    def _count(self, more: Mapping[tuple[str, str], int]) -> None:
        with self._lock:
            self._told.update(more)
