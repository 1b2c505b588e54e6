"""Mails to the operator: what needs a hand, and what to do about it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bridge.delivery.jinja import render_mail
from bridge.delivery.letters import Letter
from bridge.program.model import Program


def operator_letter(
    program: Program, template: str, to: str, facts: Mapping[str, Any], message: str, now: datetime
) -> Letter:
    """A mail of the folder `templates/operator/`, in the programme's language. facts: what its words speak of."""
    rendered = render_mail(template, program.language, program=program, now=now, **facts)
    return Letter(
        recipient=to,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        message_id=message,
        language=program.language,
        auto_submitted="auto-generated",
    )
