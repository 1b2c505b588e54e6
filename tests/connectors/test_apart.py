"""What strangers send is read by a process that knows nothing worth knowing."""

import os
import sys
from contextlib import closing

import pytest

from connectors.apart import Apart, Unreadable

SAYS_WHAT_IT_KNOWS = "import json, os; input(); print(json.dumps(dict(os.environ)), flush=True)"


def test_it_knows_no_setting_and_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LEADBRIDGE_SECRET_KEYS", "LEADBRIDGE_DATABASE_URL", "CRM_SECRET"):
        monkeypatch.setenv(name, "hush")
    with closing(Apart(10, (sys.executable, "-c", SAYS_WHAT_IT_KNOWS))) as apart:
        known = apart.read(b"x")
    assert "hush" not in str(known)
    assert known["PATH"] == os.environ["PATH"]


def test_a_process_that_cannot_be_asked_is_a_reason_and_not_an_end() -> None:
    with (
        closing(Apart(10, (sys.executable, "-c", "raise SystemExit"))) as apart,
        pytest.raises(Unreadable, match="ended the process"),
    ):
        apart.read(b"x")
