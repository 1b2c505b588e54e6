"""A letter on paper to a lead, for sales to sign: in words, and as a page that is ready to be printed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bridge import i18n
from bridge.profiles.overview import Profile360
from bridge.profiles.postal import postal_address
from bridge.program.model import Program, SalesPerson

MARGIN, ADDRESS_AT, BODY_AT = 25, 45, 98
"""Millimetres: DIN 5008 B, so that the address shows in the window of an envelope."""
LINE = 5.5


class Unprintable(ValueError):
    """A letter with signs that the fonts of every PDF reader do not have; as text it can be written."""


@dataclass(frozen=True, slots=True)
class Paper:
    """What stands in the letter. sender, address: lines. closing: the last line above the signature.

    back_to: where the letter goes when it finds nobody, as one line for an envelope's window; empty when unknown.
    """

    sender: tuple[str, ...]
    back_to: str
    address: tuple[str, ...]
    day: str
    subject: str
    paragraphs: tuple[str, ...]
    closing: str
    signature: tuple[str, ...]
    language: str


def letter_to(program: Program, person: SalesPerson, lead: Profile360, now: datetime) -> Paper:
    """The letter of somebody in sales to a lead of whom an address is known, in the lead's language."""
    say = i18n.translations(lead.language).gettext
    name = {"name": lead.name}
    reach = ", ".join(part for part in (person.phone, person.email) if part)
    return Paper(
        sender=(person.name, program.name, *program.desk.address, reach),
        back_to=" · ".join((program.name, *program.desk.address)) if program.desk.address else "",
        address=postal_address(lead.fields),
        day=i18n.format_day(now.astimezone(program.timezone).date(), lead.language),
        subject=_subject(program, lead),
        paragraphs=(
            say("Hello %(name)s,") % name if lead.name else say("Hello,"),
            _thanks(program, lead),
            say("I would like to find out with you what is worthwhile in your case, and what is not."),
            say("Just call me or write to me. I look forward to hearing from you.")
            if person.phone
            else say("Just write to me. I look forward to hearing from you."),
        ),
        closing=say("Kind regards"),
        signature=(person.name, program.name),
        language=lead.language,
    )


def as_text(paper: Paper) -> str:
    """The letter as plain text."""
    parts = (paper.sender, paper.address, (paper.day,), (paper.subject,))
    blocks = ["\n".join(lines) for lines in parts]
    return (
        "\n\n".join([*blocks, *paper.paragraphs, f"{paper.closing}\n\n", "\n".join(paper.signature)]) + "\n"
    )


def as_pdf(paper: Paper, now: datetime) -> bytes:
    """The letter as a page. now: the moment that the document names. Raises Unprintable."""
    # Imported here: it brings 40 MB along, and few processes ever print a letter.
    from fpdf import FPDF
    from fpdf.errors import FPDFUnicodeEncodingException

    pdf = FPDF(format="A4")
    pdf.core_fonts_encoding = "cp1252"
    pdf.set_creation_date(now)
    pdf.set_title(paper.subject)
    pdf.set_author(paper.sender[0])
    pdf.set_lang(paper.language)
    pdf.set_margins(MARGIN, 20, 20)
    pdf.add_page()

    def write(lines: Sequence[str], size: float = 11, style: str = "", align: str = "L") -> None:
        pdf.set_font("helvetica", style, size)
        for line in lines:
            pdf.multi_cell(0, LINE * size / 11, line, align=align, new_x="LMARGIN", new_y="NEXT")

    try:
        write(paper.sender, size=9, align="R")
        pdf.set_y(max(pdf.get_y(), ADDRESS_AT))
        if paper.back_to:
            write((paper.back_to,), size=7)
            pdf.ln(1)
        write(paper.address)
        pdf.set_y(max(pdf.get_y() + LINE, BODY_AT))
        write((paper.day,), align="R")
        write((paper.subject,), style="B")
        for paragraph in (*paper.paragraphs, paper.closing):
            pdf.ln(LINE)
            write((paragraph,))
        pdf.ln(4 * LINE)
        write(paper.signature)
    except FPDFUnicodeEncodingException as error:
        raise Unprintable(str(error)) from error
    return bytes(pdf.output())


def _topics(program: Program, lead: Profile360) -> str:
    """What they are interested in, the most first, in their language."""
    liked = [program.topics[one.topic].title for one in lead.topics if one.score > 0]
    return ", ".join(i18n.pick(title, lead.language) for title in liked)


def _subject(program: Program, lead: Profile360) -> str:
    say = i18n.translations(lead.language).gettext
    return say("Your interest in %(topics)s") % {"topics": _topics(program, lead) or program.name}


def _thanks(program: Program, lead: Profile360) -> str:
    """For the form that they sent last, by its title and day; nothing that somebody typed stands in a letter."""
    say = i18n.translations(lead.language).gettext
    latest = next((one for one in lead.submissions if one.form in program.forms), None)
    if latest is None:
        return say("thank you for your interest.")
    day = latest.at.astimezone(program.timezone).date()
    facts = {
        "day": i18n.format_day(day, lead.language),
        "title": i18n.pick(program.forms[latest.form].title, lead.language),
    }
    return say("thank you for your request of %(day)s: “%(title)s”.") % facts
