"""The plugin as a zip that Joomla's installer takes.

The same plugin, address and script give the same bytes: on every machine, from a checkout as from an installed
wheel. So its hash can stand in the update list of any node that serves it.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from connectors.joomla.manifest import version_of, with_bridge

PLUGIN = Path(__file__).parent / "plugin"
MANIFEST = "leadbridge.xml"
SITE_SCRIPT = "media/site.js"
_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip can hold."""
_UNIX = 3
_PLAIN_FILE = 0o100644 << 16


@dataclass(frozen=True, slots=True)
class Package:
    """An installable plugin. content: the zip."""

    version: str
    content: bytes

    @property
    def name(self) -> str:
        """A file name for it."""
        return f"plg_system_leadbridge-{self.version}.zip"

    @property
    def sha256(self) -> str:
        """The hash of the zip, in hexadecimal."""
        return sha256(self.content).hexdigest()


def build_package(public_url: str, site_script: bytes, plugin: Path = PLUGIN) -> Package:
    """The plugin of a bridge that is reached at public_url (no slash at its end).

    site_script: what the plugin delivers to browsers. plugin: the folder with the manifest in it.
    Raises UnfitManifest, OSError.
    """
    manifest = (plugin / MANIFEST).read_bytes()
    files = {path.relative_to(plugin).as_posix(): path.read_bytes() for path in _sources(plugin)}
    files |= {MANIFEST: with_bridge(manifest, public_url), SITE_SCRIPT: site_script}
    return Package(version_of(manifest), _zipped(files))


def _sources(plugin: Path) -> list[Path]:
    """The plugin's files, without what editors and file managers leave behind."""
    found = [path for path in plugin.rglob("*") if path.is_file() and not path.name.endswith("~")]
    return [path for path in found if not any(p.startswith(".") for p in path.relative_to(plugin).parts)]


def _zipped(files: Mapping[str, bytes]) -> bytes:
    """Stored, not compressed: what a compressor makes of a file depends on its version."""
    whole = io.BytesIO()
    with ZipFile(whole, "w", ZIP_STORED) as archive:
        for name in sorted(files):
            entry = ZipInfo(name, _EARLIEST)
            entry.create_system, entry.external_attr = _UNIX, _PLAIN_FILE
            archive.writestr(entry, files[name])
    return whole.getvalue()
