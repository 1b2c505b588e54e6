"""Every mail of a programme as people receive it: what is wrong with it, and what may be meant otherwise."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from uuid import UUID

from jinja2 import TemplateError

from bridge.delivery.articles import sample_articles
from bridge.delivery.letters import Letter, Recipient
from bridge.delivery.links import Links
from bridge.delivery.markdown import lonely_columns
from bridge.delivery.meetings import sample_meeting
from bridge.delivery.nurture_mails import nurture
from bridge.delivery.previews.reading import preview_line
from bridge.delivery.proofreading import always_has_news
from bridge.delivery.sample_readers import READERS, Reader
from bridge.delivery.tokens import Tokens
from bridge.errors import Mistake
from bridge.program.model import MailTemplate, Program

LONGEST_SUBJECT = 60
"""Characters; more of them are cut off on a telephone."""
_SOMEBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Wording:
    """A mail as a step may send it. path: where its subject stands in the programme."""

    template: MailTemplate
    path: str


@dataclass(frozen=True, slots=True)
class Found:
    """What reading brought to light. mistakes: no such mail may leave. doubts: it may, but perhaps was not meant."""

    mistakes: tuple[Mistake, ...]
    doubts: tuple[Mistake, ...]


def wordings(program: Program) -> Iterator[Wording]:
    """Every mail, and each once more with every other subject that a step gives it."""
    for template in program.mails.values():
        yield Wording(template, f"mails[{template.id}].subject")
    for series in program.sequences.values():
        for step in series.steps:
            for variant in step.variants:
                if variant.subject and step.mail and step.mail in program.mails:
                    place = f"sequences[{series.id}].steps[{step.id}].variants[{variant.id}].subject"
                    yield Wording(replace(program.mails[step.mail], subject=variant.subject), place)


def read_as_received(program: Program) -> Found:
    """Write each wording in each language to each of the sample readers, watched and not, and look at it.

    What cannot be written at all is left to `proofread`.
    """
    links = Links("https://leads.example.com", Tokens(["proofreading-only"]))
    mistakes: dict[Mistake, None] = {}
    doubts = dict.fromkeys([*_missing_languages(program), *_lonely_columns(program)])
    for wording in wordings(program):
        for language in wording.template.text:
            letters = list(_letters(program, links, wording.template, language))
            mistakes |= dict.fromkeys(_no_way_out(wording, language, (one for _, one in letters)))
            doubts |= dict.fromkeys(_in_the_inbox(wording, language, letters))
    return Found(tuple(mistakes), tuple(doubts))


def way_out_fault(letter: Letter) -> str | None:
    """What keeps somebody from unsubscribing by a mail; None when nothing does (RFC 8058, and a link to be seen)."""
    url = letter.list_unsubscribe_url
    if not url:
        return "the mail program is given no address for unsubscribing"
    if url not in letter.text:
        return "the plain text has no link for unsubscribing"
    return None if f'href="{url}"' in letter.html else "the HTML has no link for unsubscribing"


def _letters(
    program: Program, links: Links, template: MailTemplate, language: str
) -> Iterator[tuple[Reader, Letter]]:
    downloads = [form for form in program.forms.values() if form.download]
    articles, needs_news = sample_articles(program, language), always_has_news(program, template)
    event, message = sample_meeting(program, template), "<1@example.com>"
    for reader in READERS:
        for tracked in (False, True):
            to = Recipient(_SOMEBODY, "anna.berg@example.com", reader.fields, language, tracked)
            files, news = (downloads, articles) if reader.fields else ([], articles if needs_news else [])
            try:
                mail = nurture(
                    program, links, to, template, files, _SOMEBODY, message, articles=news, meeting=event
                )
            except TemplateError:
                continue
            yield reader, mail.letter


def _no_way_out(wording: Wording, language: str, letters: Iterable[Letter]) -> Iterator[Mistake]:
    for fault in {fault for letter in letters if (fault := way_out_fault(letter))}:
        place = f"mails[{wording.template.id}].text, “{language}”"
        yield Mistake(place, None, fault, "the frame of mails with its footer", _file(wording, language))


def _in_the_inbox(wording: Wording, language: str, letters: list[tuple[Reader, Letter]]) -> Iterator[Mistake]:
    longest = max(letters, key=lambda one: len(one[1].subject), default=None)
    if longest and len(longest[1].subject) > LONGEST_SUBJECT:
        reader, letter = longest
        said = f"the subject has {len(letter.subject)} characters for {reader.who}"
        place = f"{wording.path}, “{language}”"
        yield Mistake(place, None, said, f"{LONGEST_SUBJECT} at most, or telephones cut it off")
    bare = [reader.who for reader, letter in letters if not preview_line(letter.html)]
    if bare:
        said = f"inboxes show no words beside the subject for {bare[0]}"
        expected = "a sentence behind the salutation, before lists, boxes and links"
        place = f"mails[{wording.template.id}].text, “{language}”"
        yield Mistake(place, None, said, expected, _file(wording, language))


def _missing_languages(program: Program) -> Iterator[Mistake]:
    """Languages that other mails have: whoever reads one gets this mail in the programme's language."""
    known = sorted({language for mail in program.mails.values() for language in mail.text})
    for mail in program.mails.values():
        for language in known:
            if language not in mail.text:
                said = f"there is no “{mail.id}” in “{language}”, which other mails have"
                expected = f"a subject and a text; until then everybody gets it in “{program.language}”"
                yield Mistake(f"mails[{mail.id}].subject", None, said, expected)


def _lonely_columns(program: Program) -> Iterator[Mistake]:
    for mail in program.mails.values():
        for language, text in mail.text.items():
            for line in lonely_columns(text):
                yield Mistake(
                    f"mails[{mail.id}].text, “{language}”",
                    line,
                    "a column has none beside it, so it takes the whole width",
                    "another > [!column] after an empty line",
                    mail.files.get(language, ""),
                )


def _file(wording: Wording, language: str) -> str:
    return wording.template.files.get(language, "")
