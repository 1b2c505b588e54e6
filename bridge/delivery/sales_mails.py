"""Mails to sales: what sales needs to act, in one screen."""

from datetime import datetime, timedelta

from bridge.delivery.letters import Letter, staff_letter
from bridge.profiles.overview import HandoverLine, Profile360, SubmissionLine
from bridge.program.model import Program, SalesPerson


def sales_letter(
    program: Program,
    template: str,
    to: SalesPerson,
    lead: Profile360,
    handover: HandoverLine,
    submission: SubmissionLine | None,
    profile_url: str | None,
    message: str,
    now: datetime,
    about: str = "",
) -> Letter:
    """A mail about a lead. template: such as "sales/handover". about: the name of whoever passed it on or has it.

    profile_url: None where nothing opens any more; only mails that say that a lead is gone can do without.
    """
    facts = {
        "person": to,
        "lead": lead,
        "handover": handover,
        "submission": submission,
        "profile_url": profile_url,
        "threshold": program.stages.threshold,
        "due_at": handover.due_at,
        "about": about,
    }
    reply_to = lead.email if program.reply_to_lead else None
    return staff_letter(program, template, to.email, facts, message, now, reply_to)


def code_letter(
    program: Program, to: SalesPerson, code: str, device: str, lives: timedelta, message: str, now: datetime
) -> Letter:
    """The mail with the code that lets a device in. device: the browser that asked for it, in words."""
    facts = {"person": to, "code": code, "device": device, "minutes": int(lives.total_seconds() // 60)}
    return staff_letter(program, "sales/code", to.email, facts, message, now)
