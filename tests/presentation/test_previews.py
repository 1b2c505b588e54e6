"""Every mail that can be sent, as it will be read: whole, short, and with a line that makes it worth opening."""

import json
import re
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bridge.delivery.jinja import template_folder
from bridge.delivery.letters import Letter
from bridge.delivery.previews import (
    Preview,
    Unwritable,
    find_preview,
    grouped,
    preview_line,
    preview_links,
    previews,
    similar_names,
)
from bridge.delivery.previews.people import Sample
from bridge.delivery.tokens import PURPOSES, Tokens
from bridge.errors import InvalidToken
from bridge.i18n import LANGUAGES, pick
from bridge.program.loading import load_program
from bridge.program.model import MailTemplate
from bridge.qualification.working_hours import SATURDAY
from tests import make
from tests.presentation.conftest import Run, Say

PROGRAM = make.whole_demo_program()
ALL = previews(PROGRAM)
LINKS = preview_links("https://leads.example.com")
everything = pytest.mark.parametrize("preview", ALL, ids=lambda preview: preview.name)
in_each_language = pytest.mark.parametrize("language", LANGUAGES)


def write(preview: Preview, language: str = "de", now: datetime = make.NOON) -> Letter:
    return preview.letter(PROGRAM, LINKS, "Exact <hello@example.com>", language, now)


def test_no_mail_is_forgotten() -> None:
    shown = {preview.name for preview in ALL}
    families = [folder for folder in template_folder().iterdir() if (folder / "frame.txt").exists()]
    assert {folder.name for folder in families} == {"mail", "sales", "operator"}
    for folder in (one for family in families for one in family.iterdir() if one.is_dir()):
        name = f"{folder.parent.name}/{folder.name}"
        assert name in shown or name == "mail/nurture", "what has a template has a preview"
    assert {f"program/{id}" for id in PROGRAM.mails} <= shown
    assert len(shown) == len(ALL)


@everything
@in_each_language
def test_a_mail_is_short_enough_to_arrive_whole(preview: Preview, language: str) -> None:
    letter = write(preview, language)
    assert 5 < len(letter.subject) <= 60
    assert len(letter.html.encode()) < 100_000
    assert letter.language == language


@everything
@in_each_language
def test_an_inbox_shows_more_than_the_subject(preview: Preview, language: str) -> None:
    letter = write(preview, language)
    line = preview_line(letter.html)
    assert 15 < len(line) <= 125
    assert line != letter.subject
    assert not re.search(r"https?://|[{}<>|]|\s…\s", line)
    assert line[-1] in ".?!…"


@everything
@in_each_language
def test_the_plain_text_reads_well(preview: Preview, language: str) -> None:
    text = write(preview, language).text
    head, _, foot = text.partition("\n-- \n")
    greeting, empty, first = head.split("\n")[:3]
    assert greeting.endswith(",")
    assert (empty, bool(first)) == ("", True)
    assert "\n\n\n" not in text
    assert not re.search(r"[^\n]\* |[^\n:]\n[^\n]+:\n\* ", text), (
        "a line for each, apart from what was before"
    )
    assert not re.search(r"[ \t]+$", text.replace("\n-- \n", "\n"), re.MULTILINE)
    assert not re.search(r"</?[a-z]+[ >]|&[a-z]+;|\{[{%]", text)
    assert foot.startswith(f"{PROGRAM.name}\n")
    assert "https://www.example.com/impressum" in foot
    assert "https://www.example.com/datenschutz" in foot


@everything
def test_german_goes_on_small_behind_the_salutation(preview: Preview) -> None:
    first = write(preview, "de").text.split("\n")[2]
    word = re.findall(r"\w+", first)[0]
    names = {person.name.split()[0] for person in PROGRAM.people.values()}
    is_always_great = word in {"Leadbridge", "Ihr", "Sie", "Bestände", "Lea"} | names
    assert word[0].islower() or first.startswith("„") or is_always_great, first


def test_the_operator_reads_why_a_form_is_held_and_what_it_is_called() -> None:
    held = find_preview(PROGRAM, "operator/form_held")
    assert held
    letter = write(held)
    title = PROGRAM.forms["rueckruf"].title["de"]
    assert "too fast" not in letter.text + letter.html
    assert title in letter.subject and f"„{title}“" in letter.text


@pytest.mark.parametrize(
    ("language", "alike"), [("de", "2 Kanäle gleichauf, je 2"), ("en", "2 channels alike, 2 each")]
)
def test_the_weekly_mail_shows_a_form_and_a_reason_of_the_programme_and_a_tie(
    language: str, alike: str
) -> None:
    digest = find_preview(PROGRAM, "operator/digest")
    assert digest
    letter = write(digest, language)
    form, reason = next(iter(PROGRAM.forms.values())), next(iter(PROGRAM.reasons.values()))
    for told in (alike, f"{pick(form.title, language)} · 3", f"{pick(reason.label, language)} · 2"):
        assert told in letter.text


@everything
def test_what_is_said_in_words_is_said_in_both_parts(preview: Preview) -> None:
    letter = write(preview)
    addresses = set(re.findall(r"https://leads\.example\.com/\S+[\w-]", letter.text))
    leads_nowhere = preview.name.startswith(("operator/", "sales/code")) and not preview.name.startswith(
        ("operator/account", "operator/digest")
    )
    assert bool(addresses) == (not leads_nowhere)
    assert {one for one in addresses if one not in letter.html} == set()


@everything
def test_both_languages_differ(preview: Preview) -> None:
    german, english = write(preview, "de"), write(preview, "en")
    assert german.text != english.text
    assert not re.search(r"\b(und|nicht|Sie)\b", english.text.partition("\n-- \n")[0])


@everything
def test_its_headers_say_what_it_is(preview: Preview) -> None:
    letter = write(preview)
    bulk = preview.name.startswith(("program/", "series/"))
    assert bool(letter.list_unsubscribe_url) == bool(letter.list_id) == bulk
    assert letter.auto_submitted == (
        None if bulk else "auto-replied" if preview.name.startswith("mail/") else "auto-generated"
    )
    assert bool(letter.feedback_id) == preview.name.startswith(("program/", "series/", "mail/"))
    assert letter.delivery is not None


def test_what_sales_is_told_adds_up() -> None:
    sample = Sample(PROGRAM, make.NOON)
    lead = sample.lead()
    points, entries = lead.further
    assert lead.score == points + sum(line.points for line in lead.strongest)
    assert (points, entries) == (2, 1)
    friday_evening = make.NOON + timedelta(days=1, hours=9)
    assert Sample(PROGRAM, friday_evening).handover().due_at.weekday() < SATURDAY


def test_its_links_lead_nowhere() -> None:
    real = Tokens(["the-key-of-this-year-000"])
    for preview in ALL:
        for token in re.findall(r"https://leads\.example\.com/[a-z/]+/([\w.-]+)", write(preview).html):
            for purpose in PURPOSES:
                with pytest.raises(InvalidToken):
                    real.open(purpose, token.removesuffix(".gif"), make.NOON)


def test_the_family_may_be_left_out_where_that_is_clear() -> None:
    found = [find_preview(PROGRAM, name) for name in ("welcome", "program/welcome", "nothing")]
    assert [one and one.name for one in found] == ["program/welcome", "program/welcome", None]


def test_a_mail_in_one_language_is_shown_in_that(tmp_path: Path) -> None:
    only = replace(PROGRAM, mails={"news": MailTemplate("news", {"de": "Neues"}, {"de": "Guten Tag,"})})
    found = find_preview(only, "news")
    assert found
    assert found.letter(only, LINKS, "a@example.com", "en", make.NOON).language == "en"


def test_a_mistake_in_a_text_is_named() -> None:
    broken = MailTemplate("news", {"de": "Neues"}, {"de": "{{ nobody }}"})
    found = find_preview(replace(PROGRAM, mails={"news": broken}), "news")
    assert found
    with pytest.raises(Unwritable, match=r"program/news cannot be written: 'nobody'.*leadbridge check"):
        write(found)


def test_words_change_with_the_day() -> None:
    later = make.NOON + timedelta(days=30)
    [reminder] = [preview for preview in ALL if preview.name == "sales/reminder"]
    assert write(reminder).text != write(reminder, now=later).text


# `leadbridge mail`


def test_the_list_names_every_mail(say: Say) -> None:
    facts = json.loads(say("mail", "list", "--json", "--language", "en"))
    assert [one["name"] for one in facts] == [preview.name for preview in ALL]
    assert facts[0]["subject"] == "Please confirm your address"
    assert say("mail", "list").startswith("name ")


def test_a_mail_can_be_looked_at_and_kept(say: Say, tmp_path: Path) -> None:
    whole = say("mail", "preview", "confirm")
    assert whole.startswith(
        "To: anna.berg@beispiel.example\nSubject: Bitte bestätigen Sie Ihre Adresse\nPreview: "
    )
    out = tmp_path / "mail.html"
    assert say("mail", "preview", "mail/confirm", "--language", "en", "--out", str(out)) == f"wrote {out}\n"
    assert out.read_text(encoding="utf-8").lstrip().startswith("<!DOCTYPE html>")
    assert say("mail", "preview", "confirm", "--text").startswith("Guten Tag,\n")


def test_an_unknown_mail_is_one_line(fail: Say) -> None:
    assert fail("mail", "preview", "nothing") == (
        "there is no mail “nothing”; “leadbridge mail list” names them all\n"
    )


def test_a_mistyped_name_is_answered_with_the_likeliest(run: Run) -> None:
    done = run("mail", "preview", "new-request")
    assert (done.returncode, done.stdout) == (1, "")
    assert (
        "there is no mail “new-request”; did you mean sales/new_request? “leadbridge mail list”"
        in done.stderr
    )
    assert similar_names(PROGRAM, "welcom") == ["program/welcome"]
    assert similar_names(PROGRAM, "xyz") == []


def test_one_part_alone_is_asked_for_at_a_time(run: Run) -> None:
    done = run("mail", "preview", "welcome", "--html", "--text")
    assert done.returncode == 2
    assert "exclude each other" in done.stderr


# All mails as pages


def test_all_mails_are_written_as_pages_that_need_no_server(say: Say, tmp_path: Path) -> None:
    out = tmp_path / "all mails" / "here"
    said = say("mail", "previews", "--out", str(out), "--language", "en")
    assert said.startswith(f"wrote {len(ALL)} mails, ")
    assert said.endswith(f"open {out / 'index.html'}\n")
    index = out / "index.html"
    assert "Every mail of this programme" in index.read_text(encoding="utf-8")
    links = leads_to(index)
    assert {link for link in links if link.parent.parent == out} == {
        out / f"{preview.name}.html" for group in grouped(PROGRAM) for preview in group.previews
    }
    for page in [index, *links]:
        if page.suffix == ".html":
            assert [found for found in leads_to(page) if not found.is_file()] == [], page
    assert (out / "program" / "welcome.en.txt").read_text(encoding="utf-8").startswith("Hello Anna Berg,")


def leads_to(page: Path) -> list[Path]:
    """The files that a page names: pages, frames, styles."""
    names = re.findall(r'(?:href|src)="([^"]*)"', page.read_text(encoding="utf-8"))
    outside = ("http", "mailto:", "tel:", "#")
    return [
        (page.parent / name.partition("#")[0]).resolve() for name in names if not name.startswith(outside)
    ]


def test_a_folder_that_cannot_be_written_is_one_line(fail: Say, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("x")
    assert "cannot be written" in fail("mail", "previews", "--out", str(tmp_path / "taken" / "out"))


SERIES = """
[[mails]]
id = "news"
subject = {de = "Neues", en = "News"}
text = "news.md"
[[mails]]
id = "short"
subject = {de = "Kurz", en = "In short"}
text = "news.md"
[[sequences]]
id = "monthly"
kind = "welcome"
starts = "address.confirmed"
[[sequences.steps]]
mail = "news"
articles = 2
[[sequences.steps.variants]]
id = "other"
mail = "short"
[[sequences.steps.variants]]
id = "words"
subject = {de = "Das ist neu", en = "What is new"}
[[sequences.steps]]
id = "waits"
after = "7d"
[[sequences.steps]]
mail = "short"
"""
NEWS = (
    "{{ salutation }}\n\nNeues.\n\n{% for one in articles %}- [{{ one.title }}]({{ one.url }})\n{% endfor %}"
)


def test_each_step_is_shown_in_each_wording_with_as_many_articles_as_it_takes(tmp_path: Path) -> None:
    (tmp_path / "news.md").write_text(NEWS)
    (tmp_path / "program.toml").write_text(make.EXACT + SERIES)
    program = load_program(tmp_path)
    steps = {one.name: one for one in previews(program) if one.name.startswith("series/")}
    assert list(steps) == [
        "series/monthly.news.a",
        "series/monthly.news.other",
        "series/monthly.news.words",
        "series/monthly.short",
    ]
    letters = {
        name: one.letter(program, LINKS, "a@example.com", "en", make.NOON) for name, one in steps.items()
    }
    assert [letter.subject for letter in letters.values()] == ["News", "In short", "What is new", "In short"]
    shown = [len(re.findall(r"^–", letter.text, re.MULTILINE)) for letter in letters.values()]
    assert shown == [2, 2, 2, 0]
