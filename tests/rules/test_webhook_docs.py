"""What docs/webhooks.md tells receivers is true: its code verifies what we send, its examples name every type."""

import json
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from marshmallow import RAISE
from standardwebhooks import WebhookVerificationError

from bridge.delivery.pauses import WEBHOOKS
from bridge.delivery.payloads import PAYLOADS
from bridge.delivery.webhooks import WebhookRequest, webhook_request
from bridge.program.schema import WEBHOOK_TYPES
from connectors.web import Limits
from tests.rules.test_webhooks import CONTENT, SECRET

TEXT = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text(encoding="utf-8")
OTHER = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def code(language: str) -> str:
    """The block in that language."""
    found = re.search(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)
    assert found
    return found[1]


def sent() -> WebhookRequest:
    """A message of this moment, while the secret changes."""
    return webhook_request(
        UUID(int=7), "https://crm.example.com", [OTHER, SECRET], CONTENT, datetime.now(UTC)
    )


def test_the_examples_show_every_type() -> None:
    reader, text, types = json.JSONDecoder(), code("json"), []
    while text := text.strip():
        example, end = reader.raw_decode(text)
        assert list(example) == ["type", "timestamp", "data"]
        PAYLOADS[example["type"]]().load(example["data"], unknown=RAISE)
        types.append(example["type"])
        text = text[end:]
    assert types == list(WEBHOOK_TYPES) == list(PAYLOADS)
    assert all(f"| `{one}` |" in TEXT for one in WEBHOOK_TYPES)


def test_the_schedule_in_words_is_the_schedule() -> None:
    hours = [int(pause.total_seconds() // 3600) for pause in WEBHOOKS.pauses[3:]]
    words = f"{', '.join(map(str, hours[:-1]))} and {hours[-1]} hours"
    assert f"after 5 seconds, 5 minutes, 30 minutes, {words}, each" in TEXT
    assert f"within {Limits().seconds:g} seconds" in TEXT


def test_the_python_code_verifies() -> None:
    names: dict[str, Any] = {}
    exec(code("python"), names)  # noqa: S102 - it is ours
    request = sent()
    for secret in (SECRET, OTHER):
        assert names["event_of"](dict(request.headers), request.body, secret) == CONTENT
    with pytest.raises(WebhookVerificationError):
        names["event_of"](dict(request.headers), request.body + b" ", SECRET)


@pytest.mark.skipif(not shutil.which("php"), reason="php is not installed: apt-get install php-cli")
def test_the_php_code_verifies() -> None:
    request = sent()
    asked = json.dumps([dict(request.headers), request.body.decode()])
    program = f"""{code("php")}
    [$headers, $body] = json_decode(stream_get_contents(STDIN), true);
    $late = ['webhook-timestamp' => (string) (time() - 301)] + $headers;
    echo json_encode([
        eventOf($headers, $body, '{SECRET}'), eventOf($headers, $body, '{OTHER}'),
        eventOf($headers, $body . ' ', '{SECRET}'), eventOf($late, $body, '{SECRET}'), eventOf([], $body, '{SECRET}'),
    ]);"""
    done = subprocess.run(
        ["php", "-r", program], input=asked, capture_output=True, text=True, check=True, timeout=30
    )
    assert json.loads(done.stdout) == [CONTENT, CONTENT, None, None, None]
