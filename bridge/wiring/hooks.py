"""How mail providers are understood."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from bridge.errors import InvalidSignature, ProofUnavailable, UnknownProvider
from bridge.settings import Settings
from connectors.providers.hook import HookRequest, NotProven, Provider, Report, Unreachable
from connectors.providers.postmark import Postmark

__all__ = ["HookRequest", "Hooks", "Report"]


class Hooks:
    """The mail providers that the settings name. Safe to use from several threads.

    told: (provider, what) → how many, since this process began. what: a trouble, or "ignored", "unreadable",
    "refused".
    """

    def __init__(self, settings: Settings) -> None:
        self._providers = {name: _BUILT[name](words) for name, words in settings.hooks.items()}
        self.told: Counter[tuple[str, str]] = Counter()

    def knows(self, provider: str) -> None:
        """Raises UnknownProvider."""
        if provider not in self._providers:
            raise UnknownProvider(provider)

    def read(self, provider: str, request: HookRequest) -> Report:
        """What a provider tells. Raises UnknownProvider, InvalidSignature, ProofUnavailable."""
        self.knows(provider)
        try:
            return self._providers[provider].read(request)
        except NotProven as error:
            self.told[provider, "refused"] += 1
            raise InvalidSignature(str(error)) from error
        except Unreachable as error:
            raise ProofUnavailable(str(error)) from error

    def count(self, provider: str, report: Report) -> None:
        """Remember how much was told, for the metrics."""
        self.told.update((provider, notice.trouble) for notice in report.notices)
        self.told[provider, "ignored"] += report.ignored
        self.told[provider, "unreadable"] += len(report.unreadable)


_BUILT: Mapping[str, Callable[[Sequence[str]], Provider]] = {"postmark": Postmark}
