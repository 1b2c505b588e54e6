"""A mailbox in a folder of this machine (Maildir), as a mail server delivers into it."""

from pathlib import Path

MOST_OCTETS = 1_048_576


class MaildirMailbox:
    """One Maildir. Messages are known by their paths below it. Everything raises OSError."""

    def __init__(self, path: Path) -> None:
        self._path = path
        if not (path / "new").is_dir():
            raise FileNotFoundError(
                "it is no Maildir, having no folder “new”; "
                "run maildirmake, or let the mail server deliver a first message"
            )

    def waiting(self, limit: int) -> list[str]:
        """What was delivered, read or not, the oldest first."""
        found = [one for part in ("new", "cur") if (self._path / part).is_dir() for one in self._files(part)]
        return [name for _, name in sorted(found)[:limit]]

    def read(self, name: str) -> bytes:
        """The first mebibyte of a message; b"" when somebody else took it meanwhile."""
        try:
            with (self._path / name).open("rb") as file:
                return file.read(MOST_OCTETS)
        except FileNotFoundError:
            return b""

    def remove(self, name: str) -> None:
        """Delete a message for good."""
        (self._path / name).unlink(missing_ok=True)

    def set_aside(self, name: str, folder: str) -> None:
        """Move a message into a folder beside (Maildir++), as one that was seen."""
        place = self._path / f".{folder}"
        for part in ("tmp", "new", "cur"):
            (place / part).mkdir(parents=True, exist_ok=True, mode=0o700)
        file = self._path / name
        if file.exists():
            file.rename(place / "cur" / f"{file.name.partition(':')[0]}:2,S")

    def _files(self, part: str) -> list[tuple[float, str]]:
        return [
            (file.stat().st_mtime, f"{part}/{file.name}")
            for file in (self._path / part).iterdir()
            if file.is_file() and not file.name.startswith(".")
        ]
