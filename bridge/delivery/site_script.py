"""The script that websites include, in every version that was ever released: old snippets go on working."""

import base64
from functools import cache
from hashlib import sha384
from pathlib import Path

from bridge.delivery.jinja import template_folder


def folder() -> Path:
    """Where the versions lie: 1.js, 2.js, …"""
    return template_folder() / "static" / "site"


@cache
def newest_version() -> int:
    """The number of the newest version."""
    return max((int(file.stem) for file in folder().glob("*.js") if file.stem.isdecimal()), default=0)


@cache
def site_script(version: int) -> bytes:
    """A version of the script as it is served. Raises FileNotFoundError."""
    return (folder() / f"{version}.js").read_bytes()


def site_script_url() -> str:
    """The path of the newest version."""
    return f"/site.js?v={newest_version()}"


@cache
def integrity(version: int) -> str:
    """What a browser compares a version with (https://www.w3.org/TR/sri/)."""
    return "sha384-" + base64.b64encode(sha384(site_script(version)).digest()).decode()
