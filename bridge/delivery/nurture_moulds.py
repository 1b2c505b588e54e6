"""What is the same in a mail of a sequence for all who get the same words: Markdown, frame and styles."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from textwrap import shorten

from bridge.delivery.jinja import RenderedMail, render_mail
from bridge.delivery.markdown import EDGE, MarketerLink, MarketerText, stands_in_words, write
from bridge.delivery.moulds import OPENS, Mould, as_html, is_readable, stand_in
from bridge.program.model import Program

_PREVIEW_LENGTH = 120
"""Characters: more than any inbox shows beside a subject."""

_APART = ("–", EDGE, ">")
"""How paragraphs begin in plain text that are no running words: lists, boxes, quotations."""

_AROUND = ("subject", "preheader", "preferences", "unsubscribe", "own-data")
PIXEL, HIDDEN = "pixel", "hidden"
MOST_MOULDS = 1024
"""In a process, 30 kB each: a mail with articles is another one for each choice of them that many people share."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds the words, as far as it is the programme's.

    hides: whether a link that only machines follow belongs to it. public_url: where our own pages begin.
    """

    name: str
    imprint: str
    privacy: str
    hides: bool
    public_url: str

    @classmethod
    def of(cls, program: Program, public_url: str) -> "Frame":
        """That of a programme."""
        hides = program.verdicts.hidden_link
        return cls(program.name, program.imprint, program.privacy, hides, public_url)

    def is_content(self, url: str) -> bool:
        """Whether a link says something about interest: not our own pages, nor imprint and privacy.

        The demo's website lies on our own address, in place of a company's.
        """
        is_ours = url.startswith(f"{self.public_url}/") and not url.startswith(f"{self.public_url}/demo/")
        if not url.startswith("http") or is_ours:
            return False
        page, legal = _page(url), (_page(self.imprint), _page(self.privacy))
        return page not in legal and not page.startswith(
            tuple(f"{one}{query}" for one in legal for query in ("?", "/?"))
        )

    def address_for(self, name: str) -> str:
        """The address of our own that stands in Markdown for one that is put in afterwards."""
        return f"{self.public_url}/stands/for/{name}"

    def stand_ins(self, *, tracked: bool) -> dict[str, str]:
        """What surrounds the words of one mail, each with its stand-in."""
        names = (*_AROUND, *((PIXEL,) if tracked else ()), *((HIDDEN,) if tracked and self.hides else ()))
        return {name: stand_in(name) for name in names}


@dataclass(frozen=True, slots=True)
class NurtureMould:
    """A mail without what is personal. preview: its preview line, None where that depends on who gets it.

    links: those that count, by number; their labels are moulds, too.
    """

    words: Mould
    preview: str | None
    text: Mould
    html: Mould
    links: tuple[tuple[MarketerLink, Mould], ...]

    def cast(self, values: Mapping[str, str]) -> RenderedMail:
        """The mail with the values of one person."""
        preview = preview_line(self.words.cast(values)) if self.preview is None else self.preview
        known = {**values, "preheader": preview}
        return RenderedMail(values["subject"], self.text.cast(known), self.html.cast(as_html(known)))


def link_name(link: MarketerLink) -> str:
    """What stands in for the tracked address of a link."""
    return f"link-{link.number}"


@lru_cache(maxsize=MOST_MOULDS)
def mould_of(
    frame: Frame, language: str, tracked: bool, markdown: str, names: frozenset[str]
) -> NurtureMould | None:
    """The mould of Markdown with stand-ins for values with these names, and of what surrounds it.

    None where a stand-in could be read otherwise than what it stands for.
    """
    if not is_readable(markdown) or not stands_in_words(markdown, OPENS):
        return None
    counted: list[MarketerLink] = []

    def rewrite(link: MarketerLink) -> str:
        begins, _, ours = link.url.partition(frame.address_for(""))
        if ours and not begins:
            return stand_in(ours)
        if not tracked or not frame.is_content(link.url):
            return link.url
        counted.append(link)
        return stand_in(link_name(link))

    words = write(markdown, rewrite)
    if frame.address_for("") in words.text + words.html:
        return None
    around = frame.stand_ins(tracked=tracked)
    rendered = _render(frame, language, words, around)
    made = NurtureMould(
        Mould.of(words.text),
        _common_preview(words.text),
        Mould.of(rendered.text),
        Mould.of(rendered.html),
        tuple((link, Mould.of(link.label)) for link in counted),
    )
    known = names.union(around, map(link_name, counted))
    return made if made.text.is_of(known) and made.html.is_of(known) else None


def render_whole(frame: Frame, language: str, words: MarketerText, values: Mapping[str, str]) -> RenderedMail:
    """A mail of which nothing can be made in advance."""
    return _render(frame, language, words, {**values, "preheader": preview_line(words.text)})


def _render(frame: Frame, language: str, words: MarketerText, known: Mapping[str, str]) -> RenderedMail:
    return render_mail(
        "mail/nurture",
        language,
        program=frame,
        subject=known["subject"],
        text=words.text,
        html=words.html,
        preheader=known["preheader"],
        pixel_url=known.get(PIXEL),
        hidden_url=known.get(HIDDEN),
        preferences_url=known["preferences"],
        unsubscribe_url=known["unsubscribe"],
        own_data_url=known["own-data"],
    )


def preview_line(text: str) -> str:
    """The first sentences behind the salutation, without headings, lists, boxes and addresses; whole words only."""
    return shorten(_first_words(text), _PREVIEW_LENGTH, placeholder=" …")


def _first_words(text: str) -> str:
    paragraphs = text.split("\n\n")[1:]
    plain = (one for one in paragraphs if "\n" not in one and "://" not in one and not one.startswith(_APART))
    return next(plain, "")


def _common_preview(text: str) -> str | None:
    """The preview line, where neither it nor what it was chosen before depends on who gets the mail."""
    first = _first_words(text)
    behind = text.partition("\n\n")[2]
    looked_at = behind[: behind.index(first) + len(first)] if first else behind
    return None if OPENS in looked_at else preview_line(text)


def _page(url: str) -> str:
    return url.partition("#")[0].rstrip("/")
