"""How somebody in sales gets to a profile page on a device that is not known yet: by the code in the mailbox."""

import re

from bridge.delivery.letters import Letter
from tests.edge.site import Site
from tests.house import House


def ask_for_code(site: Site, house: House, path: str) -> str:
    """Press the button and look into the mailbox; returns the code."""
    asked = site.post(f"{path}/code")
    assert (asked.status_code, asked.location) == (303, path), asked.text
    house.tick(seconds=10)
    return code_in(house.to_sales()[-1])


def code_in(letter: Letter) -> str:
    """The code of a mail."""
    found = re.fullmatch(r"(\d{6}) ist Ihr Code", letter.subject)
    assert found, letter.subject
    assert f"\n    {found[1]}\n" in letter.text
    return found[1]


def sign_in(site: Site, house: House, path: str) -> None:
    """Let this browser in."""
    shown = site.post(f"{path}/device", {"code": ask_for_code(site, house, path)})
    assert (shown.status_code, shown.location) == (303, path), shown.text
