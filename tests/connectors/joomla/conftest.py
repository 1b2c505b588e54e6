"""A site with the plugin's own logic."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.connectors.joomla.php import MiniSite, php

OpenSite = Callable[[str], MiniSite]


@pytest.fixture
def open_mini_site(tmp_path: Path) -> OpenSite:
    """Opens a site whose bridge has this address."""
    binary = php()

    def opened(address: str) -> MiniSite:
        site = MiniSite(binary, tmp_path / "site.sqlite", address)
        site.do("install")
        return site

    return opened
