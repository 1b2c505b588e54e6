"""What is put into a mail that was made in advance stands there as if it had been written for one person alone."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.delivery.letters import Recipient
from bridge.delivery.links import Links
from bridge.delivery.nurture_mails import NurtureMail, nurture
from bridge.delivery.nurture_moulds import mould_of
from bridge.delivery.tokens import Tokens
from bridge.program.model import MailTemplate
from tests import make

LINKS = Links("https://leads.example.com", Tokens(["a-key-that-only-tests-know"]))
PROGRAM = make.demo_program()
DOWNLOADS = [form for form in PROGRAM.forms.values() if form.download]
SOMEBODY, MAIL = make.some_id(), make.some_id()
NOBODY_SEES_IT = "\n\n[unused]: https://www.example.com/\n"
"""Markdown that shows nothing, and with which nothing is made in advance: what is named here could be a value."""

PEOPLE: tuple[Mapping[str, str], ...] = (
    {},
    {"first_name": "Anna", "last_name": "Berg", "company": "Beispiel GmbH"},
    {"company": "Nordwind"},
    {"first_name": "*Anna*", "last_name": "O’Hara", "company": "Müller & Söhne e.K."},
    {"last_name": "<b>Berg</b>", "company": "„Quote“ 'n' \"Quote\""},
    {"first_name": "2026", "last_name": "1", "company": "4711"},
    {"first_name": "_x_", "last_name": "a_b", "company": "[Nord](https://nord.example)"},
    {"first_name": "  ", "last_name": "-", "company": "- Nord"},
    {"first_name": "\ue000company\ue001", "last_name": "\u202eB", "company": "&amp; Co."},
    {"first_name": "Ἀλέξανδρος", "last_name": "李", "company": "🚀 Start-up \\ Söhne"},
)

TEXTS = (
    "{{ salutation }}\n\nvon {{ company }} zu *{{ company }}*, **{{ first_name }}** und _{{ last_name }}_.\n",
    "Hallo\n\n{% if company %}Bei {{ company }}{% else %}Bei Ihnen{% endif %} ist viel los. {{ company | upper }}\n",
    "{{ salutation }}\n\n# {{ first_name }} liest\n\n{{ company }}. Der Anfang\n{{ last_name }}) Das Ende\n",
    "{{ salutation }}\n\n[Für {{ first_name }}](https://www.example.com/sepa) und `{{ company }}`\n",
    "{{ salutation }}\n\n[Hier](https://www.example.com/?n={{ last_name }}) <https://example.com/{{ company }}>",
    '{{ salutation }}\n\n[{{ company }}](https://www.example.com/a "topics=sepa")\n\n![{{ company }}](https://x.example/b)\n',
    "&{{ first_name }}; &#{{ company }}; \\{{ company }}*{{ first_name }}*{{ last_name }}__{{ company }}__\n",
    "{{ preferences_url }} [Themen]({{ preferences_url }}) <{{ preferences_url }}>\n",
    "Hallo\n\n{% for d in downloads %}- [{{ d.title }}]({{ d.url }})\n{% endfor %}\n[Themen]({{ preferences_url }})",
    "Hallo\n\n> {{ company }}\n> - {{ first_name }}\n\n    {{ last_name }}\n\n{{ company }}\n===\n",
)


def write(
    text: str, fields: Mapping[str, str], subject: str = "Neues", *, tracked: bool = True
) -> NurtureMail:
    """A mail of a sequence with that text."""
    to = Recipient(SOMEBODY, "anna@example.com", fields, "de", tracked=tracked)
    template = MailTemplate("news", {"de": subject}, {"de": text})
    return nurture(PROGRAM, LINKS, to, template, DOWNLOADS, MAIL, "<m@example.com>")


@pytest.mark.parametrize("fields", PEOPLE, ids=range(len(PEOPLE)))
@pytest.mark.parametrize("tracked", [True, False])
def test_a_mail_reads_as_if_it_had_been_written_for_one_alone(
    fields: Mapping[str, str], tracked: bool
) -> None:
    demo = [text for template in PROGRAM.mails.values() for text in template.text.values()]
    for text in (*TEXTS, *demo):
        made, alone = (write(one, fields, tracked=tracked) for one in (text, text + NOBODY_SEES_IT))
        assert made.letter.text == alone.letter.text
        assert made.letter.html == alone.letter.html
        assert made == alone


@settings(max_examples=200, deadline=None)
@given(words=st.lists(st.text(max_size=12), min_size=3, max_size=3), text=st.sampled_from(TEXTS))
def test_whatever_somebody_is_called(words: list[str], text: str) -> None:
    clean = [
        "".join(sign for sign in word if sign != "\0" and not "\ud800" <= sign <= "\udfff") for word in words
    ]
    fields = dict(zip(("first_name", "last_name", "company"), clean, strict=True))
    assert write(text, fields) == write(text + NOBODY_SEES_IT, fields)


def test_people_who_get_the_same_words_share_one_mould() -> None:
    mould_of.cache_clear()
    text = PROGRAM.mails["welcome"].text["de"]
    for name in ("Anna Berg", "Jürgen Groß", "Zoë O’Hara"):
        first, _, last = name.partition(" ")
        letter = write(text, {"first_name": first, "last_name": last}, "Für {{ first_name }}").letter
        assert name in letter.text
        assert letter.subject == f"Für {first}"
    assert mould_of.cache_info().misses == 1


def test_another_frame_is_another_mould() -> None:
    to = Recipient(SOMEBODY, "anna@example.com", {}, "de", tracked=True)
    template = MailTemplate("news", {"de": "Neues"}, {"de": "Hallo"})
    for name in ("Eins", "Zwei"):
        program = replace(PROGRAM, name=name)
        assert f"-- \n{name}\n" in (
            nurture(program, LINKS, to, template, [], MAIL, "<m@example.com>").letter.text
        )
