"""Where feeds may be read."""

from collections.abc import Iterable, Mapping
from ipaddress import ip_network
from urllib.parse import urlsplit

from bridge.settings import demo_address, private_targets
from connectors.web import Guard, system_resolver
from connectors.web.guard import Resolve
from connectors.web.public import Network

OWN_NAMES = ("127.0.0.1", "localhost")
DEMO = "/demo/"


class Reach:
    """Where feeds may be read: at public addresses, at inner ones that are allowed, and in the demo at its own.

    demo: host and port on which the demo listens, None where it does not run.
    """

    def __init__(
        self,
        allowed: Iterable[Network],
        demo: tuple[str, int] | None = None,
        resolve: Resolve = system_resolver,
    ) -> None:
        self._allowed = tuple(allowed)
        self._demo = demo
        self._resolve = resolve
        self.guard = Guard(self._allowed, resolve)

    @classmethod
    def from_env(cls, environ: Mapping[str, str], resolve: Resolve = system_resolver) -> "Reach":
        """As these settings allow. Raises InvalidSetting."""
        return cls(private_targets(environ), demo_address(environ), resolve)

    def way_to(self, url: str) -> tuple[Guard, str]:
        """Who decides about an address, and where it is.

        In the demo, feeds below /demo/ of this machine are its own, wherever it listens, and may be read.
        """
        parts = urlsplit(url)
        if self._demo is None or parts.hostname not in OWN_NAMES or not parts.path.startswith(DEMO):
            return self.guard, url
        named, port = self._demo
        host = "127.0.0.1" if named in ("0.0.0.0", "::", "localhost") else named  # noqa: S104
        place = f"[{host}]" if ":" in host else host
        guard = Guard((*self._allowed, ip_network(host)), self._resolve)
        return guard, f"http://{place}:{port}{parts.path}"
