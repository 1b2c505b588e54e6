"""What a form gives in return: a file of the programme's folder, or one that lies at an address."""

from pathlib import Path
from posixpath import basename
from urllib.parse import unquote, urlsplit


def is_address(download: str) -> bool:
    """Whether it lies elsewhere, so that the bridge fetches it and keeps a copy."""
    return "://" in download


def file_in(folder: Path, download: str) -> Path | None:
    """The file of a programme in that folder; None when there is none, or a link leads out of `files/`."""
    files = (folder / "files").resolve()
    path = (files / download).resolve()
    return path if path.is_relative_to(files) and path.is_file() else None


def name_of(download: str) -> str:
    """What people save it as: the last part of its path; "download" where an address has none."""
    if not is_address(download):
        return basename(download)
    return basename(unquote(urlsplit(download).path)).strip() or "download"


def known_as(download: str) -> str:
    """What the ledger and the events call it: an address without its query, which may hold a key."""
    return download.partition("?")[0] if is_address(download) else download
