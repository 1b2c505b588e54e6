"""Settings: what holds when nothing is said, and what is said when something is wrong."""

import base64
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.errors import InvalidSetting
from bridge.program.loading import DEMO
from bridge.settings import Settings
from bridge.settings.reading import EXAMPLES
from connectors.smtp.dkim_keys import DkimKey

EXAMPLE = Path(__file__).parents[2] / "deploy" / "leadbridge.env.example"
KEY = "a-very-secret-key-of-ours"
INTAKE = "whsec_" + base64.b64encode(b"another secret of ours!!").decode()
OPTIONAL = ("BIND", "PUBLIC_URL", "RATE_LIMITS", "SETTLE", "TRUSTED_PROXIES")
READ = "whsec_" + base64.b64encode(b"a third secret, to read!").decode()
NEEDED = {
    "DATABASE_URL": "postgresql://leadbridge:geheim@127.0.0.1:5432/leadbridge",
    "REDIS_URL": "redis://:geheim@127.0.0.1:6379/0",
    "SECRET_KEYS": KEY,
    "INTAKE_SECRETS": INTAKE,
    "SMTP_URL": "smtp://anna:geheim@mail.example.com:587",
    "MAIL_FROM": "Exact <hello@example.com>",
}


def _settings(folder: Path, **values: str) -> Settings:
    return Settings.from_env(_environ({"DATA": str(folder), **NEEDED, **values}))


def _environ(values: Mapping[str, str]) -> dict[str, str]:
    return {f"LEADBRIDGE_{name}": value for name, value in values.items()}


def _wrong(folder: Path, **values: str) -> InvalidSetting:
    with pytest.raises(InvalidSetting) as caught:
        _settings(folder, **values)
    return caught.value


# What holds when nothing is said


def test_the_data_lies_beside_you() -> None:
    settings = Settings.from_env(_environ(NEEDED))
    assert settings.data == Path("var").resolve()
    assert settings.journal == settings.data / "journal"
    assert settings.inbox == settings.data / "inbox"


def test_the_server_is_on_this_machine_only(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.public_url == "http://127.0.0.1:8000"


def test_the_programme_is_the_demo(tmp_path: Path) -> None:
    assert _settings(tmp_path).program == DEMO


def test_the_limits_of_forms(tmp_path: Path) -> None:
    assert _settings(tmp_path).rate_limits == "20/minute;200/hour"


def test_how_long_a_click_rests(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    assert (settings.settle_counts, settings.settle_hands_over) == (
        timedelta(seconds=20),
        timedelta(seconds=120),
    )
    demo = _settings(tmp_path, DEMO="1")
    assert (demo.settle_counts, demo.settle_hands_over) == (timedelta(seconds=5), timedelta(seconds=5))


def test_no_proxy_is_trusted_and_nothing_is_a_demo(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    assert (settings.trusted_proxies, settings.demo) == (0, False)


def test_an_empty_setting_is_one_not_given(tmp_path: Path) -> None:
    assert _settings(tmp_path, BIND="", RATE_LIMITS="").port == 8000


def test_only_the_demo_has_a_sender_of_its_own(tmp_path: Path) -> None:
    assert _settings(tmp_path, DEMO="1", MAIL_FROM="").mail_from == "Exact <hello@example.com>"


@pytest.mark.parametrize("name", NEEDED)
def test_what_is_missing_is_named_with_an_example(tmp_path: Path, name: str) -> None:
    message = str(_wrong(tmp_path, **{name: ""}))
    assert message.startswith(f"LEADBRIDGE_{name} is missing. Example: LEADBRIDGE_{name}=")
    assert len(message.split("=")[-1]) > 5


def test_every_example_works_that_is_no_secret(tmp_path: Path) -> None:
    for name in [*NEEDED.keys() - {"SECRET_KEYS", "INTAKE_SECRETS"}, *OPTIONAL]:
        example = _wrong(tmp_path, **{name: "?"}).example
        _settings(tmp_path, **{name: example})


# What can be said


@pytest.mark.parametrize(
    ("bind", "host", "port", "url"),
    [
        ("192.0.2.1:80", "192.0.2.1", 80, "http://192.0.2.1:80"),
        ("[::1]:8000", "::1", 8000, "http://[::1]:8000"),
        ("localhost:65535", "localhost", 65535, "http://localhost:65535"),
    ],
)
def test_the_public_address_follows_the_bind(
    tmp_path: Path, bind: str, host: str, port: int, url: str
) -> None:
    settings = _settings(tmp_path, BIND=bind)
    assert (settings.host, settings.port, settings.public_url) == (host, port, url)


def test_the_public_address_has_no_slash_at_its_end(tmp_path: Path) -> None:
    assert (
        _settings(tmp_path, PUBLIC_URL="https://leads.example.com/b/").public_url
        == "https://leads.example.com/b"
    )


def test_keys_are_a_list_newest_first(tmp_path: Path) -> None:
    settings = _settings(tmp_path, SECRET_KEYS=f"{KEY}-new, {KEY}", INTAKE_SECRETS=f"{INTAKE},{INTAKE}")
    assert settings.secret_keys == (f"{KEY}-new", KEY)
    assert settings.intake_secrets == (INTAKE, INTAKE)


def test_a_short_form_of_the_database_address_is_understood(tmp_path: Path) -> None:
    assert _settings(tmp_path, DATABASE_URL="postgres://a@b/c").database_url == "postgresql://a@b/c"


@pytest.mark.parametrize("url", ["redis://a", "rediss://a", "unix:///run/valkey.sock"])
def test_three_ways_to_the_queue(tmp_path: Path, url: str) -> None:
    assert _settings(tmp_path, REDIS_URL=url).redis_url == url


def test_limits_can_be_switched_off(tmp_path: Path) -> None:
    assert _settings(tmp_path, RATE_LIMITS="off").rate_limits is None
    assert _settings(tmp_path, RATE_LIMITS="5/second").rate_limits == "5/second"


@pytest.mark.parametrize(
    ("settle", "counts", "hands_over"),
    [("1s,2m", 1, 120), ("500ms, 1h", 0.5, 3600), ("0s,0s", 0, 0), ("30s,10s", 30, 30)],
)
def test_nothing_hands_over_before_it_counts(
    tmp_path: Path, settle: str, counts: float, hands_over: float
) -> None:
    settings = _settings(tmp_path, SETTLE=settle)
    assert settings.settle_counts == timedelta(seconds=counts)
    assert settings.settle_hands_over == timedelta(seconds=hands_over)


@pytest.mark.parametrize(
    "sender", ["hello@example.com", "Exact <hello@example.com>", "Müller & Söhne <a@b.de>"]
)
def test_a_sender_may_have_a_name(tmp_path: Path, sender: str) -> None:
    assert _settings(tmp_path, MAIL_FROM=sender).mail_from == sender


def test_keys_that_sign_mails_are_read_at_the_start(tmp_path: Path) -> None:
    assert _settings(tmp_path).outgoing.dkim_keys == ()
    files = [tmp_path / "lb2026.pem", tmp_path / "lb2026-ed.pem"]
    files[0].write_bytes(DkimKey.generate("lb2026", "rsa").pem)
    files[1].write_bytes(DkimKey.generate("lb2026-ed", "ed25519").pem)
    keys = _settings(tmp_path, DKIM_KEYS=", ".join(map(str, files))).outgoing.dkim_keys
    assert [key.selector for key in keys] == ["lb2026", "lb2026-ed"]


@pytest.mark.parametrize("local", ["bounces", "bounces+today", "b" * 23])
def test_a_return_path_leaves_room_for_what_names_the_mail(tmp_path: Path, local: str) -> None:
    assert (
        _settings(tmp_path, RETURN_PATH=f"{local}@example.com").outgoing.return_path == f"{local}@example.com"
    )


# What is wrong


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BIND", "8000"),
        ("BIND", "127.0.0.1"),
        ("BIND", ":8000"),
        ("BIND", "127.0.0.1:0"),
        ("BIND", "127.0.0.1:65536"),
        ("BIND", "127.0.0.1:80²"),
        ("PUBLIC_URL", "leads.example.com"),
        ("PUBLIC_URL", "ftp://leads.example.com"),
        ("PUBLIC_URL", "https://"),
        ("PUBLIC_URL", "https://leads.example.com/?a=b"),
        ("PUBLIC_URL", "https://[::1"),
        ("DATABASE_URL", "mysql://127.0.0.1/leadbridge"),
        ("DATABASE_URL", "leadbridge"),
        ("REDIS_URL", "http://127.0.0.1:6379"),
        ("SECRET_KEYS", "short"),
        ("SECRET_KEYS", f"{KEY},short"),
        ("SECRET_KEYS", ","),
        ("SECRET_KEYS", "x" * 43),
        ("SECRET_KEYS", f"{KEY},abcabcabcabcabcabc"),
        ("INTAKE_SECRETS", KEY),
        ("INTAKE_SECRETS", "whsec_short"),
        ("INTAKE_SECRETS", "whsec_abcdefghijklmnopq"),
        ("INTAKE_SECRETS", "whsec_================"),
        ("READ_SECRETS", "whsec_short"),
        ("READ_SECRETS", f"Das Lager:{READ}"),
        ("READ_SECRETS", f"warehouse:{READ},crm:"),
        ("SMTP_URL", "mail.example.com"),
        ("SMTP_URL", "smtp://"),
        ("SMTP_URL", "smtp://mail.example.com?starttls=perhaps"),
        ("MAIL_FROM", "Exact"),
        ("MAIL_FROM", "Exact <hello>"),
        ("MAIL_FROM", "Exact <a@b.de>\r\nBcc: <c@d.de>"),
        ("RATE_LIMITS", "20"),
        ("RATE_LIMITS", "20/fortnight"),
        ("RATE_LIMITS", "many/minute"),
        ("SETTLE", "20s"),
        ("SETTLE", "20,120"),
        ("SETTLE", "20s,120s,300s"),
        ("SETTLE", "-1s,5s"),
        ("SETTLE", "9999999999999h,5s"),
        ("TRUSTED_PROXIES", "-1"),
        ("TRUSTED_PROXIES", "one"),
        ("TRUSTED_PROXIES", "²"),
        ("DKIM_KEYS", "/no/such/lb2026.pem"),
        ("DKIM_KEYS", str(Path(__file__))),
        ("RETURN_PATH", "bounces"),
        ("RETURN_PATH", "Exact <bounces@example.com>"),
        ("RETURN_PATH", "rückläufer@example.com"),
        ("RETURN_PATH", "the-mails-that-came-back@example.com"),
    ],
)
def test_a_wrong_value_stops_the_start_by_name_and_with_an_example(
    tmp_path: Path, name: str, value: str
) -> None:
    error = _wrong(tmp_path, **{name: value})
    assert error.name == f"LEADBRIDGE_{name}"
    assert str(error).startswith(f"LEADBRIDGE_{name} is wrong: ")
    assert f"Example: LEADBRIDGE_{name}=" in str(error)
    assert "expected" in error.expected or name == "SMTP_URL"


def test_an_address_of_the_mail_server_is_explained_once(tmp_path: Path) -> None:
    assert str(_wrong(tmp_path, SMTP_URL="mail.example.com")) == (
        "LEADBRIDGE_SMTP_URL is wrong: it must begin with smtp:// or smtps://."
        " Example: LEADBRIDGE_SMTP_URL=smtp://user:password@mail.example.com:587"
    )


def test_a_port_that_is_too_large_is_told_how_far_ports_go(tmp_path: Path) -> None:
    assert "expected a port from 1 to 65535" in str(_wrong(tmp_path, BIND="127.0.0.1:80000"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://a:geheim@b"),
        ("REDIS_URL", "http://:geheim@b"),
        ("SECRET_KEYS", "geheim"),
        ("INTAKE_SECRETS", "geheim"),
        ("READ_SECRETS", "warehouse:geheim"),
        ("SMTP_URL", "smtp://a:ge/heim@b"),
        ("SMTP_URL", "smtp://a:geheim@mail.example.com?starttls=perhaps"),
    ],
)
def test_what_is_wrong_with_a_secret_is_said_without_the_secret(
    tmp_path: Path, name: str, value: str
) -> None:
    message = str(_wrong(tmp_path, **{name: value}))
    assert "geheim" not in message
    assert "heim@" not in message


def test_secrets_do_not_appear_when_settings_are_printed(tmp_path: Path) -> None:
    printed = repr(_settings(tmp_path, READ_SECRETS=f"warehouse:{READ}"))
    assert "mail.example.com" in printed
    for secret in ("geheim", KEY, INTAKE, READ):
        assert secret not in printed


@pytest.mark.parametrize("same", [INTAKE, INTAKE + "=="])
def test_whoever_sends_forms_reads_nothing_by_the_same_secret(tmp_path: Path, same: str) -> None:
    message = str(_wrong(tmp_path, READ_SECRETS=f"crm:{READ},warehouse:{same}"))
    assert message.startswith("LEADBRIDGE_READ_SECRETS is wrong: ")
    assert "LEADBRIDGE_INTAKE_SECRETS" in message
    assert same not in message


@pytest.mark.parametrize(
    "name", ["SECRET_KEYS", "INTAKE_SECRETS", "READ_SECRETS", "HOOK_POSTMARK", "HOOK_BREVO", "HOOK_MAILGUN"]
)
def test_an_example_that_everybody_can_read_is_no_secret(tmp_path: Path, name: str) -> None:
    assert _wrong(tmp_path, **{name: EXAMPLES[name]}).name == f"LEADBRIDGE_{name}"


def test_neither_is_it_beside_a_key_that_is_one(tmp_path: Path) -> None:
    message = str(_wrong(tmp_path, SECRET_KEYS=f"{KEY}, {EXAMPLES['SECRET_KEYS']}"))
    assert "expected a secret of your own, not the example" in message
    assert KEY not in message


def test_the_example_of_an_environment_has_no_secret_that_works(tmp_path: Path) -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    said = dict(line.lstrip("#").split("=", 1) for line in lines if re.match("#?LEADBRIDGE_", line))
    for name in ("SECRET_KEYS", "INTAKE_SECRETS", "READ_SECRETS", "HOOK_POSTMARK"):
        assert _wrong(tmp_path, **{name: said[f"LEADBRIDGE_{name}"]}).name == f"LEADBRIDGE_{name}"


# Secrets of the embedded system


def test_the_embedded_system_makes_its_secrets_once_and_keeps_them_to_itself(tmp_path: Path) -> None:
    data = tmp_path / "var"
    first = _settings(data, EMBEDDED="1", SECRET_KEYS="", INTAKE_SECRETS="")
    again = _settings(data, SECRET_KEYS="", INTAKE_SECRETS="")
    assert (again.secret_keys, again.intake_secrets) == (first.secret_keys, first.intake_secrets)
    assert [oct((data / name).stat().st_mode & 0o777) for name in ("secret_keys", "intake_secrets")] == [
        "0o600"
    ] * 2


def test_what_is_said_goes_before_what_is_kept(tmp_path: Path) -> None:
    _settings(tmp_path, EMBEDDED="1", SECRET_KEYS="")
    assert _settings(tmp_path, EMBEDDED="1").secret_keys == (KEY,)


def test_two_systems_make_different_secrets(tmp_path: Path) -> None:
    one, two = (_settings(tmp_path / name, EMBEDDED="1", SECRET_KEYS="") for name in ("one", "two"))
    assert one.secret_keys != two.secret_keys
