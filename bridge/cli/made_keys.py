"""Files of keys: those that were made and sign nothing yet, and those in use."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from bridge.settings import parsing

if TYPE_CHECKING:
    from connectors.smtp.dkim_keys import DkimKey

FOLDER = "dkim"
SETTING = "LEADBRIDGE_DKIM_KEYS"


def key_files(data: Path) -> list[Path]:
    """Where `leadbridge dkim generate` keeps keys, by name."""
    return sorted((data / FOLDER).glob("*.pem"))


def files_in_use() -> list[Path]:
    """What LEADBRIDGE_DKIM_KEYS names."""
    return [Path(name) for name in parsing.words(os.environ.get(SETTING, ""))]


def made_keys(data: Path) -> "tuple[DkimKey, ...]":
    """Those keys. Raises ValueError for a file that holds none."""
    return parsing.dkim_keys(",".join(map(str, key_files(data))))
