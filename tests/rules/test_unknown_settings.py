"""A setting whose name is misspelt has no effect: that is said, and never its value."""

from pathlib import Path

import pytest

from bridge.program.loading import DEMO
from bridge.settings.reading import EXAMPLES
from bridge.settings.unknown import unknown_settings
from tests import make


def said(**names: str) -> list[str]:
    return list(unknown_settings({f"LEADBRIDGE_{name}": value for name, value in names.items()}))


def test_a_misspelt_name_is_said_with_the_one_that_was_meant() -> None:
    assert said(SMPT_URL="smtp://anna:geheim@mail.example.com") == [
        "LEADBRIDGE_SMPT_URL is not known; did you mean LEADBRIDGE_SMTP_URL?"
    ]


def test_a_name_that_resembles_none_has_no_effect() -> None:
    assert said(XYZZY="geheim") == ["LEADBRIDGE_XYZZY is not known and has no effect"]


@pytest.mark.parametrize("name", [*EXAMPLES, "DATA", "PROGRAM", "LOG", "DEMO", "PROOFREAD", "WEB_PART"])
def test_what_is_a_setting_or_ours_is_known(name: str) -> None:
    assert said(**{name: str(DEMO) if name == "PROGRAM" else "x"}) == []


def test_what_others_set_is_not_ours_to_judge() -> None:
    assert list(unknown_settings({"PATH": "/bin", "JOOMLA_LEADBRIDGE_X": "1"})) == []


def test_a_name_that_the_programme_reads_is_known(tmp_path: Path) -> None:
    (tmp_path / "program.toml").write_text(
        make.EXACT + '\n[[webhooks]]\nid = "crm"\nsecret = "env:LEADBRIDGE_CRM"\n', encoding="utf-8"
    )
    assert said(CRM="whsec_x", PROGRAM=str(tmp_path / "program.toml")) == []
    assert said(CRM="whsec_x", PROGRAM=str(tmp_path)) == []
    assert said(CRM="whsec_x", PROGRAM=str(tmp_path / "none.toml")) == [
        "LEADBRIDGE_CRM is not known and has no effect"
    ]
