"""What was written down for something, as an operator reads it."""

import json
from collections.abc import Mapping
from typing import Any

from bridge.observe.visible import visible


def readable(content: Mapping[str, Any]) -> str:
    """As JSON with its letters as they are; what does something to a page's writing is written out. To be escaped."""
    return visible(json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True, default=str))
