"""Files of keys: those that were made and sign nothing yet, and those in use."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from bridge.errors import LeadbridgeError
from bridge.settings import parsing

if TYPE_CHECKING:
    from connectors.smtp.dkim_keys import DkimKey

FOLDER = "dkim"
SETTING = "LEADBRIDGE_DKIM_KEYS"


class UnusableKey(LeadbridgeError):
    """A file of the folder for keys that cannot be used, and why; nothing of the key is quoted."""


def key_files(data: Path) -> list[Path]:
    """Where `leadbridge dkim generate` keeps keys, by name."""
    return sorted((data / FOLDER).glob("*.pem"))


def files_in_use() -> list[Path]:
    """What LEADBRIDGE_DKIM_KEYS names."""
    return [Path(name) for name in parsing.words(os.environ.get(SETTING, ""))]


def made_keys(data: Path) -> "tuple[DkimKey, ...]":
    """Those keys. Raises UnusableKey."""
    from connectors.smtp.dkim_keys import read_keys  # most commands sign nothing, and it loads cryptography

    try:
        return read_keys(key_files(data))
    except ValueError as error:
        raise UnusableKey(str(error)) from error
