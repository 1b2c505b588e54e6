"""All commands and what they need: to be loaded, nothing more (see commands.py)."""

import importlib

import bridge.wiring  # noqa: F401 - commands load it late
import tests.commands  # noqa: F401 - what the forked process begins with
from bridge.cli import COMMANDS

for place in COMMANDS.values():
    importlib.import_module(place.partition(":")[0])
