"""The list that Joomla's updater reads (https://manual.joomla.org/docs/building-extensions/install-update/update-server/)."""

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from connectors.joomla.package import Package

PAGE = "/connectors/joomla"
ZIP = "/connectors/joomla/leadbridge.zip"
JOOMLA = r"(4\.4|5|6)\."
"""Versions that the plugin runs on. Joomla puts ^ in front of it, hence the brackets."""
PHP = "8.1"


def update_list(package: Package, public_url: str) -> bytes:
    """The update XML that offers this package, at its address under public_url (no slash at its end)."""
    root = Element("updates")
    update = SubElement(root, "update")
    for name, text in _facts(package).items():
        SubElement(update, name).text = text
    SubElement(update, "infourl", title="Leadbridge").text = public_url + PAGE
    full = SubElement(SubElement(update, "downloads"), "downloadurl", type="full", format="zip")
    full.text = public_url + ZIP
    SubElement(SubElement(update, "tags"), "tag").text = "stable"
    SubElement(update, "targetplatform", name="joomla", version=JOOMLA)
    indent(root)
    listed: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return listed + b"\n"


def _facts(package: Package) -> dict[str, str]:
    return {
        "name": "System - Leadbridge",
        "description": "Brings the leads of this website to Leadbridge.",
        "element": "leadbridge",
        "type": "plugin",
        "folder": "system",
        "client": "site",
        "version": package.version,
        "sha256": package.sha256,
        "php_minimum": PHP,
    }
