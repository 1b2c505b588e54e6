"""Mails to sales: what sales needs to act, in one screen."""

from datetime import datetime, timedelta

from bridge.delivery.jinja import render_mail
from bridge.delivery.letters import Letter
from bridge.profiles.overview import HandoverLine, Profile360, SubmissionLine
from bridge.program.model import Program, SalesPerson


def sales_letter(
    program: Program,
    template: str,
    to: SalesPerson,
    lead: Profile360,
    handover: HandoverLine,
    submission: SubmissionLine | None,
    profile_url: str,
    message: str,
    now: datetime,
) -> Letter:
    """A mail of the folder `templates/sales/`, in the programme's language."""
    rendered = render_mail(
        template,
        program.language,
        program=program,
        now=now,
        lead=lead,
        handover=handover,
        submission=submission,
        profile_url=profile_url,
        threshold=program.stages.threshold,
        due_at=handover.due_at,
        person=to,
    )
    return Letter(
        recipient=to.email,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        message_id=message,
        language=program.language,
        auto_submitted="auto-generated",
        reply_to=lead.email if program.reply_to_lead else None,
    )


def code_letter(
    program: Program, to: SalesPerson, code: str, device: str, lives: timedelta, message: str, now: datetime
) -> Letter:
    """The mail with the code that lets a device in. device: the browser that asked for it, in words."""
    rendered = render_mail(
        "sales/code",
        program.language,
        program=program,
        now=now,
        person=to,
        code=code,
        device=device,
        minutes=int(lives.total_seconds() // 60),
    )
    return Letter(
        recipient=to.email,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        message_id=message,
        language=program.language,
        auto_submitted="auto-generated",
    )
