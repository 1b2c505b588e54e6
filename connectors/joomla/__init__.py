"""Joomla: the plugin for websites, and how it becomes a zip that Joomla installs and updates."""

from connectors.joomla.package import PLUGIN, Package, build_package
from connectors.joomla.updates import update_list

__all__ = ["PLUGIN", "Package", "build_package", "update_list"]
