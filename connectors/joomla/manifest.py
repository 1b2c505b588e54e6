"""The plugin's manifest, `leadbridge.xml`: which version it names, and where it is told its bridge's address."""

import re
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

UPDATES = "/connectors/joomla/updates.xml"
_DEFAULT = re.compile(r"\sdefault\s*=\s*(\"[^\"]*\"|'[^']*')")


class UnfitManifest(ValueError):
    """A manifest without a version, or without a place for the bridge's address."""


def version_of(manifest: bytes) -> str:
    """The version it names. Raises UnfitManifest."""
    version = (_read(manifest).findtext("version") or "").strip()
    if not version:
        raise UnfitManifest("the manifest names no version")
    return version


def with_bridge(manifest: bytes, public_url: str) -> bytes:
    """The manifest of a plugin that knows its bridge: its update server, and the default of its setting `bridge_url`.

    public_url: where the bridge is reached, without a slash at its end. Everything else stays as it was, byte for
    byte. Raises UnfitManifest when there is no such update server or setting.
    """
    filled = "".join(_filled(_pieces(manifest), public_url)).encode()
    root = _read(filled)
    servers = [(server.text or "").strip() for server in root.iterfind("updateservers/server")]
    defaults = [field.get("default") for field in root.iter("field") if field.get("name") == "bridge_url"]
    if (servers, defaults) != ([public_url + UPDATES], [public_url]):
        raise UnfitManifest("the manifest needs one update server and one field bridge_url with a default")
    return filled


def _read(manifest: bytes) -> ElementTree.Element:
    try:
        return ElementTree.fromstring(manifest)  # noqa: S314 – our own file
    except ElementTree.ParseError as error:
        raise UnfitManifest(f"the manifest is no XML: {error}") from error


def _pieces(manifest: bytes) -> list[str]:
    """The manifest cut into tags, comments and text, nothing left out."""
    pieces: list[str] = []
    parser = expat.ParserCreate()
    parser.DefaultHandler = pieces.append
    try:
        parser.Parse(manifest, True)
    except expat.ExpatError as error:
        raise UnfitManifest(f"the manifest is no XML: {error}") from error
    return pieces


def _filled(pieces: list[str], public_url: str) -> Iterator[str]:
    inside_server = False
    for piece in pieces:
        if re.match(r"<server[\s>]", piece):
            inside_server = True
            yield piece + escape(public_url + UPDATES)
        elif piece == "</server>":
            inside_server = False
            yield piece
        elif re.match(r"<field\s", piece) and _read(_alone(piece)).get("name") == "bridge_url":
            yield _DEFAULT.sub(lambda _: f" default={quoteattr(public_url)}", piece)
        elif not inside_server:
            yield piece


def _alone(tag: str) -> bytes:
    """A start tag as a document of its own."""
    return (tag if tag.endswith("/>") else tag[:-1] + "/>").encode()
