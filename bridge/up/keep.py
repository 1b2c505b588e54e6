"""What a server keeps beside its data from one start to the next: its password and its port."""

import os
import secrets
from pathlib import Path

from bridge.up.ports import free_port


def kept_password(folder: Path) -> tuple[str, bool]:
    """The password in that folder, made when missing (mode 0600), and whether it is new."""
    path = folder / "password"
    if path.is_file() and (found := path.read_text(encoding="ascii").strip()):
        return found, False
    password = secrets.token_hex(24)
    write_private(path, password)
    return password, True


def kept_port(folder: Path) -> int:
    """A free loopback port: the one of the last start when it is free."""
    path = folder / "port"
    text = path.read_text(encoding="ascii").strip() if path.is_file() else ""
    port = free_port(int(text) if text.isdigit() else None)
    write_private(path, str(port))
    return port


def write_private(path: Path, text: str, mode: int = 0o600) -> None:
    """Put a file in place, whole or not at all."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), mode)
        file.write(text)
    fresh.replace(path)
