"""Every mail as a receiving server gets it: signed, returned to a path of its own, and saying what it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import dkim
import pytest

from bridge.delivery.previews import Preview, previews
from bridge.delivery.previews.people import MAIL
from bridge.i18n import LANGUAGES
from bridge.settings import Settings
from bridge.wiring import Services
from bridge.wiring.mails import Mails
from connectors.contract import Receipt
from connectors.smtp.dkim_keys import DkimKey
from tests import make
from tests.connectors.test_smtp_mailer import Script, Server
from tests.edge.site import environment

KEYS = DkimKey.generate("lb", "rsa"), DkimKey.generate("lb-ed", "ed25519")
ZONE = {f"{key.selector}._domainkey.example.com.": key.record.encode() for key in KEYS}
ALL = previews(make.demo_program())
everything = pytest.mark.parametrize("preview", ALL, ids=lambda preview: preview.name)


@dataclass
class Post:
    """The way from a preview to the other side."""

    services: Services
    mails: Mails
    arrived: Script

    def carry(self, preview: Preview, language: str = "de") -> tuple[str, bytes]:
        """The return path and the bytes that arrive."""
        world = self.services.world
        letter = preview.letter(world.program, world.links, world.sender, language, make.NOON)
        assert isinstance(self.mails.send(letter), Receipt)
        sender, _, content = self.arrived.mails[-1]
        return sender, content


@pytest.fixture(scope="module")
def post(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Post]:
    folder, arrived = tmp_path_factory.mktemp("post"), Script()
    for key in KEYS:
        (folder / f"{key.selector}.pem").write_bytes(key.pem)
    server = Server(arrived)
    services = Services(
        Settings.from_env(
            environment(
                folder,
                SMTP_URL=f"smtp://127.0.0.1:{server.port}",
                DKIM_KEYS=",".join(str(folder / f"{key.selector}.pem") for key in KEYS),
                RETURN_PATH="bounces@mail.example.com",
            )
        )
    )
    yield Post(services, services.mails, arrived)
    services.mails.mailer.close()
    server.stop()


def read(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=policy.default)


@everything
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_signed_twice(post: Post, preview: Preview, language: str) -> None:
    _, content = post.carry(preview, language)
    for signature in range(2):
        assert dkim.DKIM(content).verify(signature, dnsfunc=lambda name, timeout=5: ZONE[name.decode()])


@everything
def test_its_return_path_and_its_message_id_name_the_delivery(post: Post, preview: Preview) -> None:
    path, content = post.carry(preview)
    assert path.startswith("bounces+")
    assert path.endswith("@mail.example.com")
    assert post.mails.return_paths.read(path) == MAIL
    assert post.services.tokens.message_ids.read(read(content)["Message-ID"]) == MAIL


@everything
def test_a_list_says_how_to_leave_it_and_nothing_else_does(post: Post, preview: Preview) -> None:
    message = read(post.carry(preview)[1])
    names = ("List-Unsubscribe", "List-Unsubscribe-Post", "List-Id")
    if not preview.name.startswith(("program/", "series/")):
        assert [message[name] for name in names] == [None] * 3
        return
    assert message["List-Unsubscribe"].startswith("<https://leads.example.com/unsubscribe/")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Id"] == "<leadbridge.example.com>"
    assert message["Auto-Submitted"] is None


@everything
def test_any_old_relay_can_carry_it(post: Post, preview: Preview) -> None:
    _, content = post.carry(preview)
    assert content.isascii()
    assert max(map(len, content.split(b"\r\n"))) <= 998
    message = read(content)
    assert message.get_content_type() == "multipart/alternative"
    assert message["Content-Language"] == "de"


def test_without_keys_and_return_path_the_sender_stands_for_everything(post: Post, tmp_path: Path) -> None:
    url = f"smtp://127.0.0.1:{post.services.settings.smtp.port}"
    mails = Services(Settings.from_env(environment(tmp_path, SMTP_URL=url))).mails
    path, content = Post(post.services, mails, post.arrived).carry(ALL[0])
    mails.mailer.close()
    assert path == "hello@example.com"
    assert read(content)["DKIM-Signature"] is None
