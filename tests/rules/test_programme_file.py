"""The programme file: every kind of mistake is named with its line, its place and what was expected."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from bridge.errors import InvalidProgram, Mistake
from bridge.program.loading import DEMO, load_program
from bridge.program.model import Program
from bridge.program.retention import Retention
from tests import make

STAGES = "\n[stages.sales_qualified]\nthreshold = 12\n"
OWN = make.HEAD + STAGES + "\n[scoring]\n"
"""A programme without a preset, to which rules can be added."""


def _mistakes(toml: str, folder: Path, environ: Mapping[str, str] | None = None) -> list[Mistake]:
    path = folder / "program.toml"
    path.write_text(toml, encoding="utf-8")
    with pytest.raises(InvalidProgram) as caught:
        load_program(path, environ)
    return list(caught.value.mistakes)


def _only(toml: str, folder: Path, environ: Mapping[str, str] | None = None) -> Mistake:
    found = _mistakes(toml, folder, environ)
    assert len(found) == 1, found
    return found[0]


def _line(toml: str, words: str) -> int:
    """The line on which these words stand first."""
    return toml[: toml.index(words)].count("\n") + 1


def _rule(lines: str) -> str:
    return f'{OWN}[[scoring.rules]]\nid = "mine"\non = "link.clicked"\n{lines}\n'


def test_the_demo_programme_has_no_mistakes() -> None:
    program = load_program(DEMO, {})
    assert program.name == "Exact Globe Next"
    assert len(program.version) == 12


def test_the_version_changes_whenever_the_file_does() -> None:
    assert make.program(make.EXACT).version == make.program(make.EXACT).version
    assert make.program(make.EXACT).version != make.program(make.EXACT + "# a remark\n").version


def test_a_website_is_named_as_browsers_name_it() -> None:
    named = '[website]\norigins = ["https://WWW.example.com:443", "http://localhost:8080"]\n'
    assert make.program(make.EXACT + named).origins == {"https://www.example.com", "http://localhost:8080"}
    assert make.program(make.EXACT).origins == frozenset()


def test_how_long_people_are_kept_is_said_or_usual() -> None:
    said = "[retention]\nunconfirmed_days = 10\naddress_days = 3\nsilent_months = 12\n"
    assert make.program(make.EXACT + said).retention == Retention(10, 3, 12)
    assert make.program(make.EXACT).retention == Retention(14, 7, 24)


@pytest.mark.parametrize(
    ("origin", "message"),
    [
        ('"https://www.example.com/shop"', "without a path"),
        ('"https://www.example.com/"', "without a path"),
        ('"www.example.com"', "not an origin"),
        ('"https://*.example.com"', "not an origin"),
        ('"https://user@www.example.com"', "not an origin"),
        ('"null"', "not an origin"),
        ("5", "not an origin"),
        ('"http://www.example.com"', "expected https://www.example.com"),
    ],
)
def test_a_website_that_no_browser_would_name_so_is_a_mistake(
    tmp_path: Path, origin: str, message: str
) -> None:
    toml = f"{make.EXACT}[website]\norigins = [{origin}]\n"
    found = _only(toml, tmp_path)
    assert (found.path, found.line) == ("website.origins[0]", _line(toml, "origins ="))
    assert message in found.message


# Keys and values


@pytest.mark.parametrize(
    ("good", "bad", "path", "message"),
    [
        ('name = "Test"', 'nmae = "Test"', "program.nmae", "did you mean “name”?"),
        ('kind = "callback"', 'kid = "callback"', "forms[callback].kid", "did you mean “kind”?"),
        ('kind = "callback"', 'color = "red"', "forms[callback].color", "known keys are"),
        ("[consents.tracking]", "[konsents.tracking]", "konsents", "did you mean “consents”?"),
    ],
)
def test_an_unknown_key_is_named_with_the_nearest_known_one(
    tmp_path: Path, good: str, bad: str, path: str, message: str
) -> None:
    toml = make.EXACT.replace(good, bad)
    found = next(m for m in _mistakes(toml, tmp_path) if "unknown key" in m.message)
    assert (found.path, found.line) == (path, _line(toml, bad))
    assert message in found.message


@pytest.mark.parametrize(
    ("good", "bad", "path", "message"),
    [
        ('kind = "callback"', 'kind = "call"', "forms[callback].kind", "Must be one of"),
        ('kind = "callback"', "kind = 5", "forms[callback].kind", "Not a valid string"),
        ('title = "Rückruf"', "title = 5", "forms[callback].title", "not a text"),
        ('title = "Rückruf"', 'title = {fr = "Rappel"}', "forms[callback].title", "“fr” is no language"),
        ('title = "Rückruf"', 'title = {de = " "}', "forms[callback].title", "not a text"),
        ('fields = ["email!", "phone"]', 'fields = "email!"', "forms[callback].fields", "Not a valid list"),
        ('id = "callback"', 'id = "Call Back"', "forms[Call Back].id", "small letters"),
        ('email = "anna.vertrieb@example.com"', 'email = "anna"', "sales.people[anna].email", "email"),
        (
            'imprint = "https://www.example.com/impressum"',
            'imprint = "www.example.com"',
            "program.imprint",
            "web address",
        ),
        ('name = "Test"', 'name = "Test"\ntimezone = "Berlin"', "program.timezone", "Europe/Berlin"),
        ('name = "Test"', 'name = "Test"\nlanguage = "fr"', "program.language", "Must be one of"),
        ('name = "Test"', 'name = "Test"\nthanks = "//evil.example"', "program.thanks", "web address"),
        ('preset = "exact"', 'preset = "exakt"', "scoring.preset", "Must be one of"),
        ('preset = "exact"', 'preset = ["exact"]', "scoring.preset", "Not a valid string"),
        (
            "[sales]",
            "[retention]\nunconfirmed_days = 0",
            "retention.unconfirmed_days",
            "or equal to 1",
        ),
        (
            "[sales]",
            '[retention]\naddress_days = "7d"',
            "retention.address_days",
            "Not a valid integer",
        ),
        (
            "[sales]",
            "[retention]\nsilent_months = 121",
            "retention.silent_months",
            "or equal to 120",
        ),
        ("[sales]", '[sales]\nlink = "ajar"', "sales.link", "Must be one of: device, open, login"),
        ("[sales]", "[sales]\nlink = false", "sales.link", "Not a valid string"),
        ("[sales]", '[sales]\naddress = ["A 1", " "]', "sales.address[1]", "not a line of an address"),
        ("[sales]", "[sales]\nresponse_hours = 0", "sales.response_hours", "greater than or equal to 1"),
        ("[sales]", '[sales]\nresponse_hours = "8"', "sales.response_hours", "Not a valid integer"),
    ],
)
def test_a_wrong_value_is_named_with_what_was_expected(
    tmp_path: Path, good: str, bad: str, path: str, message: str
) -> None:
    toml = make.EXACT.replace(good, bad, 1)
    found = next(m for m in _mistakes(toml, tmp_path) if m.path == path)
    assert found.line == _line(toml, bad.split("\n")[-1])
    assert message in found.message


@pytest.mark.parametrize(
    ("missing", "path"),
    [
        ('name = "Test"\n', "program.name"),
        ('privacy = "https://www.example.com/datenschutz"\n', "program.privacy"),
        ('title = "Rückruf"\n', "forms[callback].title"),
    ],
)
def test_a_missing_key_is_named_with_the_line_of_its_table(tmp_path: Path, missing: str, path: str) -> None:
    found = _only(make.EXACT.replace(missing, ""), tmp_path)
    assert found.path == path
    assert "Missing" in found.message
    assert found.line is not None


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("www.example.com/feed", "https:// is missing in front"),
        ("mails/feed.xml", "https:// is missing in front"),
        ("example.com:8080/feed", "https:// is missing in front"),
        ("feed://example.com/feed", "it begins with feed://, and its server is asked with https://"),
        ("file:///srv/feed.xml", "it begins with file:, and only http and https can be asked"),
        ("https:/example.com/feed", "it names no host"),
        ("https://", "it names no host"),
        ("https://[::1/feed", "its host or its port is none"),
        ("https://example.com:99999/", "its host or its port is none"),
        ("", "it is empty"),
        ("https://example.com/feed.xml ", "there is a blank in it"),
    ],
)
def test_a_wrong_address_of_a_feed_is_answered_with_what_is_wrong_about_it(
    tmp_path: Path, url: str, fault: str
) -> None:
    toml = f'{make.EXACT}\n[[feeds]]\nid = "blog"\nurl = "{url}"\n'
    found = _only(toml, tmp_path)
    assert (found.path, found.line) == ("feeds[blog].url", _line(toml, "url ="))
    assert found.message.startswith(f"not a web address: {fault}")


def test_without_a_preset_the_threshold_is_required(tmp_path: Path) -> None:
    assert "stages" in {m.path for m in _mistakes(make.HEAD + "\n[scoring]\n", tmp_path)}


@pytest.mark.parametrize(
    ("lines", "path", "message"),
    [
        ("points = 1.5", "points", "not points"),
        ("points = true", "points", "not points"),
        ("points = 99999999999", "points", "at most"),
        ("points = 1\nmax_per_day = 0", "max_per_day", "greater than or equal to 1"),
        ("points = 1\nmax_per_week = -3", "max_per_week", "greater than or equal to 1"),
        ('points = 1\nmax_per_month = "5"', "max_per_month", "integer"),
        ("points = 1\nmax_total = 1.0", "max_total", "integer"),
        ('points = 1\nonce = "week"', "once", "Must be one of"),
        ('points = 1\nexpires = "3 months"', "expires", "length of time"),
        ("points = 1\nexpires = 90", "expires", "length of time"),
    ],
)
def test_a_rule_with_a_wrong_value(tmp_path: Path, lines: str, path: str, message: str) -> None:
    toml = _rule(lines)
    found = _only(toml, tmp_path)
    assert found.path == f"scoring.rules[mine].{path}"
    assert found.line == _line(toml, lines.split("\n")[-1])
    assert message in found.message


def test_an_event_that_does_not_exist(tmp_path: Path) -> None:
    toml = _rule("points = 1").replace('"link.clicked"', '"link.klicked"')
    found = _only(toml, tmp_path)
    assert (found.path, found.line) == ("scoring.rules[mine].on", _line(toml, "link.klicked"))


@pytest.mark.parametrize("lines", ['type = "text"\nchoices = ["a"]', 'type = "choice"'])
def test_choices_go_with_questions_of_that_type(tmp_path: Path, lines: str) -> None:
    found = _only(f'{make.EXACT}\n[[fields]]\nid = "size"\nlabel = "Größe"\n{lines}\n', tmp_path)
    assert found.path == "fields[size].choices"


@pytest.mark.parametrize("value", ["5", '"x"', "[1]", "[[1]]", "{a = 1}", "true", "2026-01-01"])
@pytest.mark.parametrize(
    "table", ["program", "topics", "consents", "fields", "forms", "stages", "scoring", "sales"]
)
def test_a_table_that_is_none_is_a_mistake_and_nothing_worse(tmp_path: Path, table: str, value: str) -> None:
    assert _mistakes(f"{table} = {value}\n", tmp_path)


@pytest.mark.parametrize("value", ["5", '["x"]', "{a = 1}", "true", "1.5"])
def test_an_id_that_is_none_is_a_mistake_and_nothing_worse(tmp_path: Path, value: str) -> None:
    toml = f"{make.EXACT}\n[[scoring.rules]]\nid = {value}\non = 'link.clicked'\npoints = 1\n"
    assert _only(toml, tmp_path).line == _line(toml, f"id = {value}")


# References


@pytest.mark.parametrize(
    ("good", "bad", "path", "name"),
    [
        ('fields = ["email!", "phone"]', 'fields = ["email!", "fax"]', "forms[callback].fields", "fax"),
        ('consents = ["email", "tracking"]', 'consents = ["post"]', "forms[download].consents", "post"),
        ('topics = ["sepa"]', 'topics = ["gardening"]', "forms[download].topics", "gardening"),
    ],
)
def test_a_form_that_names_something_unknown(
    tmp_path: Path, good: str, bad: str, path: str, name: str
) -> None:
    toml = make.EXACT.replace(good, bad)
    found = _only(toml, tmp_path)
    assert (found.path, found.line) == (path, _line(toml, bad))
    assert f"“{name}” is not known" in found.message
    assert found.expected.startswith("one of ")


def test_a_form_must_ask_for_the_address(tmp_path: Path) -> None:
    toml = make.EXACT.replace('fields = ["email!", "phone"]', 'fields = ["email", "phone"]')
    assert _only(toml, tmp_path).expected == '"email!" among the fields'


def test_a_stage_that_requires_an_unknown_field(tmp_path: Path) -> None:
    toml = f'{make.EXACT}\n[stages.marketing_qualified]\nrequires = ["fax"]\n'
    found = _only(toml, tmp_path)
    assert (found.path, found.line) == ("stages.marketing_qualified.requires", _line(toml, "requires ="))


def test_a_sequence_that_sends_an_unknown_mail(tmp_path: Path) -> None:
    toml = make.EXACT + (
        '\n[[sequences]]\nid = "welcome"\nkind = "welcome"\nstarts = "address.confirmed"\n'
        '[[sequences.steps]]\nmail = "hello"\n'
    )
    found = _only(toml, tmp_path)
    assert (found.path, found.line) == ("sequences[welcome].steps[0].mail", _line(toml, 'mail = "hello"'))


@pytest.mark.parametrize(
    "how", ['kind = "follow-up"\ntopic = "sepa"', 'kind = "welcome"\nstarts = "sequence.completed"']
)
def test_a_series_that_would_begin_anew_without_end(tmp_path: Path, how: str) -> None:
    step = '[[sequences.steps]]\nid = "wait"\n'
    toml = f'{make.EXACT}\n[[sequences]]\nid = "tips"\n{how}\nagain = "0d"\n{step}'
    found = _only(toml, tmp_path)
    assert (found.path, found.line) == ("sequences[tips].again", _line(toml, "again ="))
    assert "without end" in found.message


EVENT = '\n[[sequences]]\nid = "fair"\nkind = "event"\nform = "download"\ndate = 2026-12-10T10:00:00\n'


def test_an_event_cannot_take_place_again_after_no_time(tmp_path: Path) -> None:
    toml = f'{make.EXACT}{EVENT}every = "0d"\n[[sequences.steps]]\nid = "wait"\n'
    found = _only(toml, tmp_path)
    assert (found.path, found.line) == ("sequences[fair].every", _line(toml, "every ="))


@pytest.mark.parametrize(
    ("beside", "is_taken"),
    [
        ("", False),
        ("articles = 2", False),
        ("articles = 2\nneeds_articles = true", True),
        ('before_date = "1d"', True),
        ('after_date = "1d"', False),
        ('when = "confirmed"', True),
    ],
)
def test_otherwise_needs_something_that_makes_people_pass_a_step(
    tmp_path: Path, beside: str, is_taken: bool
) -> None:
    step = f'[[sequences.steps]]\nid = "wait"\notherwise = "end"\n{beside}\n'
    toml = make.EXACT + EVENT + step
    if is_taken:
        assert make.program(toml).sequences["fair"].steps[0].otherwise == "end"
    else:
        found = _only(toml, tmp_path)
        assert (found.path, found.line) == ("sequences[fair].steps[wait].otherwise", _line(toml, "otherwise"))


def test_another_subject_is_needed_in_every_language_of_its_mail(tmp_path: Path) -> None:
    (tmp_path / "hello.md").write_text("Hallo", encoding="utf-8")
    variant = '[[sequences.steps.variants]]\nid = "b"\nsubject = {en = "Hi"}\n'
    step = f'[[sequences.steps]]\nmail = "hello"\n{variant}'
    toml = f"{_with_mail('hello.md')}{EVENT}{step}"
    found = _only(toml, tmp_path)
    path = "sequences[fair].steps[0].variants[b].subject"
    assert (found.path, found.line) == (path, _line(toml, "subject = {en"))
    assert "no subject in “de”" in found.message
    (tmp_path / "program.toml").write_text(toml.replace('{en = "Hi"}', '"Hi"'), encoding="utf-8")
    assert load_program(tmp_path / "program.toml")


@pytest.mark.parametrize(
    ("again", "path"),
    [
        ('[[topics]]\nid = "sepa"\ntitle = "S"', "topics[sepa].id"),
        ('[[forms]]\nid = "callback"\ntitle = "C"\nfields = ["email!"]', "forms[callback].id"),
        ('[[sales.people]]\nid = "anna"\nname = "A"\nemail = "a@example.com"', "sales.people[anna].id"),
    ],
)
def test_an_id_that_is_there_twice_is_shown_at_both_places(tmp_path: Path, again: str, path: str) -> None:
    found = _mistakes(f"{make.EXACT}\n{again}\n", tmp_path)
    assert [m.path for m in found] == [path, path]
    assert all("is there 2 times" in m.message for m in found)
    assert len({m.line for m in found}) == 2


def test_a_rule_of_the_preset_overridden_twice_is_there_twice(tmp_path: Path) -> None:
    rule = '\n[[scoring.rules]]\nid = "link-clicked"\non = "link.clicked"\npoints = 3\n'
    found = _mistakes(make.EXACT + rule + rule, tmp_path)
    assert [m.path for m in found] == ["scoring.rules[link-clicked].id"] * 2
    assert len({m.line for m in found}) == 2


# Files


def test_a_download_without_its_file(tmp_path: Path) -> None:
    toml = make.EXACT.replace('kind = "callback"', 'kind = "callback"\ndownload = "price.pdf"')
    found = _only(toml, tmp_path)
    assert (found.path, found.line) == ("forms[callback].download", _line(toml, "download = "))
    assert found.expected.endswith("/files/price.pdf")


def test_a_download_from_elsewhere_is_no_file_of_the_programme(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    toml = make.EXACT.replace('kind = "callback"', 'kind = "callback"\ndownload = "../program.toml"')
    assert _only(toml, tmp_path).path == "forms[callback].download"


def _with_mail(text: str = "mails/hello.{language}.md") -> str:
    return f'{make.EXACT}\n[[mails]]\nid = "hello"\nsubject = "Hallo"\ntext = "{text}"\n'


def test_a_mail_needs_a_text_in_every_language_of_its_subject(tmp_path: Path) -> None:
    (tmp_path / "mails").mkdir()
    (tmp_path / "mails" / "hello.de.md").write_text("Hallo", encoding="utf-8")
    toml = _with_mail()
    found = _only(toml, tmp_path)
    assert (found.path, found.line) == ("mails[hello].text", _line(toml, 'text = "mails/hello'))
    assert "“en”" in found.message
    assert found.expected == str(tmp_path / "mails" / "hello.en.md")


def test_a_mail_that_was_not_saved_as_utf_8(tmp_path: Path) -> None:
    (tmp_path / "hello.md").write_bytes("Grüße".encode("latin-1"))
    assert {m.path for m in _mistakes(_with_mail("hello.md"), tmp_path)} == {"mails[hello].text"}


def test_a_mail_needs_a_subject_in_the_language_of_the_programme(tmp_path: Path) -> None:
    (tmp_path / "hello.md").write_text("Hello", encoding="utf-8")
    toml = _with_mail("hello.md").replace('subject = "Hallo"', 'subject = {en = "Hello"}')
    assert _only(toml, tmp_path).path == "mails[hello].subject"


def test_a_programme_that_is_not_there() -> None:
    with pytest.raises(InvalidProgram) as caught:
        load_program(Path("/nowhere/program.toml"))
    assert "cannot be read" in str(caught.value)


def test_a_programme_that_is_not_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "program.toml"
    path.write_bytes(make.EXACT.encode("latin-1"))
    with pytest.raises(InvalidProgram, match="cannot be read"):
        load_program(path)


def test_an_editor_may_leave_its_mark_at_the_beginning_and_windows_its_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "program.toml"
    path.write_bytes(b"\xef\xbb\xbf" + make.EXACT.replace("\n", "\r\n").encode())
    assert load_program(path).name == "Test"


# Expressions


@pytest.mark.parametrize(
    ("lines", "path", "message"),
    [
        ('points = 1\nwhen = "score >="', "when", "score >="),
        ('points = 1\nwhen = "socre > 5"', "when", "there is no “socre”; did you mean “score”?"),
        ('points = 1\nwhen = "score"', "when", "true or false"),
        (
            "points = 1\nwhen = \"profile.fax == '1'\"",
            "when",
            "“profile” has no “fax”; it has company, email",
        ),
        (
            'points = 1\nwhen = "topics.gardening > 5"',
            "when",
            "“topics” has no “gardening”; it has erp, sepa",
        ),
        ('points = 1\nwhen = "frobnicate(score)"', "when", "frobnicate"),
        ('points = "1.5"', "points", "whole number"),
        ('points = "score / 2.0"', "points", "score / 2.0"),
        ('points = "score > 5"', "points", "whole number"),
        ("points = \"'2'\"", "points", "whole number"),
        ('points = "threshold - socre"', "points", "there is no “socre”; did you mean “score”?"),
        ('points = "score * 1000000000"', "points", "too many points"),
    ],
)
def test_a_wrong_expression_is_named_with_its_rule_and_line(
    tmp_path: Path, lines: str, path: str, message: str
) -> None:
    toml = _rule(lines)
    found = _only(toml, tmp_path)
    assert found.path == f"scoring.rules[mine].{path}"
    assert found.line == _line(toml, lines.split("\n")[-1])
    assert message in found.message
    assert found.expected.startswith("a condition" if path == "when" else "a formula")


@pytest.mark.parametrize(
    ("written", "said", "expected"),
    [
        ("score >= 5 and confirmed", "“and” is written “&&” here", "score >= 5 && confirmed"),
        ("score >= 5 or not confirmed", "“not” is written “!(…)” here", "score >= 5 || !confirmed"),
        ("stage = 'won'", "“=” is written “==” here", "stage == 'won'"),
        ("score => 5 AND confirmed is True", "“=>” is written “>=” here", "score >= 5 && confirmed == true"),
        (
            "event.label == 'this and that' and confirmed",
            "“and” is",
            "event.label == 'this and that' && confirmed",
        ),
        ("profile.company != None", "“None” is written “''” here", "profile.company != ''"),
        ("len(event.topics) > 1", "“len()” is written “size()” here", "size(event.topics) > 1"),
        ("'sepa' not in event.topics", "“x not in y” is written “!(x in y)”", ""),
        ("not score > 5", "“not” is written “!(…)” here", ""),
        (
            "profile.compny != ''",
            "“profile” has no “compny”; did you mean “company”?",
            "profile.company != ''",
        ),
        ("event.fil != ''", "“event” has no “fil”; did you mean “file”?", "event.file != ''"),
        ("topics['spea'] > 2", "did you mean “sepa”?", "topics['sepa'] > 2"),
        ("company != ''", "there is no “company”; did you mean “profile.company”?", ""),
        ("stage == prospect", "A text stands in single quotes: 'prospect'", ""),
        ("event.label.contain('SEPA')", "there is no “contain()”; did you mean “contains()”?", ""),
        ("score >= '5'", "such as a number and a text", ""),
        ("score >=", "something is missing at its end", ""),
        ("score 5", "cannot be read from “5” on", ""),
    ],
)
def test_habits_of_other_languages_and_slips_are_answered_with_what_to_write(
    tmp_path: Path, written: str, said: str, expected: str
) -> None:
    found = _only(_rule(f'points = 1\nwhen = "{written}"'), tmp_path)
    assert found.message.startswith(f"“{written}”: ")
    assert said in found.message
    assert found.expected == (f'"{expected}"' if expected else 'a condition such as "score >= 5"')


@pytest.mark.parametrize("stage", ["marketing_qualified", "sales_qualified"])
def test_a_wrong_condition_of_a_stage(tmp_path: Path, stage: str) -> None:
    toml = f'{make.EXACT}\n[stages.{stage}]\nwhen = "confirmd"\n'
    found = _only(toml, tmp_path)
    assert (found.path, found.line) == (f"stages.{stage}.when", _line(toml, "when ="))


@pytest.mark.parametrize("threshold", [0, -3])
def test_a_threshold_that_everybody_reaches_is_a_mistake(tmp_path: Path, threshold: int) -> None:
    toml = f"{make.EXACT}\n[stages.sales_qualified]\nthreshold = {threshold}\n"
    found = _only(toml, tmp_path)
    assert (found.path, found.line) == ("stages.sales_qualified.threshold", _line(toml, "threshold ="))
    assert "everybody would go to sales" in found.message


# Presets


def _points(program: Program) -> list[tuple[str, object]]:
    return [(rule.id, rule.points) for rule in program.rules if rule.on == "file.downloaded"]


def test_a_rule_with_the_id_of_the_preset_takes_its_place() -> None:
    own = '\n[[scoring.rules]]\nid = "file-downloaded"\non = "file.downloaded"\npoints = 7\n'
    program = make.program(make.EXACT + own)
    assert _points(program) == [("file-downloaded", 7)]
    order = [rule.id for rule in make.program(make.EXACT).rules]
    assert [rule.id for rule in program.rules] == order


def test_a_rule_with_an_id_of_its_own_comes_last() -> None:
    own = '\n[[scoring.rules]]\nid = "mine"\non = "file.downloaded"\npoints = 7\n'
    assert _points(make.program(make.EXACT + own)) == [("file-downloaded", 2), ("mine", 7)]


def test_stages_are_overridden_key_by_key() -> None:
    stages = make.program(f"{make.EXACT}\n[stages.sales_qualified]\nthreshold = 15\n").stages
    assert (stages.threshold, stages.requires) == (15, ("company",))


def test_reasons_are_overridden_by_id() -> None:
    own = '\n[[sales.reasons]]\nid = "no-need"\nlabel = "Später"\nback_after = 3\n'
    reasons = make.program(make.EXACT + own).reasons
    assert reasons["no-need"].back_after == 3
    assert len(reasons) == 14


def test_a_mistake_in_an_overriding_rule_has_its_line_in_the_file(tmp_path: Path) -> None:
    toml = (
        f'{make.EXACT}\n[[scoring.rules]]\nid = "file-downloaded"\non = "file.downloaded"\npoints = "socre"\n'
    )
    found = _only(toml, tmp_path)
    assert (found.path, found.line) == ("scoring.rules[file-downloaded].points", _line(toml, "points ="))


def test_a_mistake_in_an_overriding_reason_has_its_line_in_the_file(tmp_path: Path) -> None:
    toml = f'{make.EXACT}\n[[sales.reasons]]\nid = "no-need"\nlabel = "Nein"\nback_after = 99\n'
    found = _only(toml, tmp_path)
    assert (found.path, found.line) == ("sales.reasons[no-need].back_after", _line(toml, "back_after"))


# Lines


@pytest.mark.parametrize(
    "before",
    [
        '[consents.phone]\ntext = """\nJa,\n[[forms]]\nkind = "x"\nanrufen"""',
        "[consents.phone]\ntext = '''\nJa,\n[[forms]]\nkind = \"x\"\nanrufen'''",
        '[consents.phone]\ntext = """Ja, anrufen"""',
        '[consents.phone]\ntext.de = """\\\n  Ja, \\\n  anrufen"""\ntext.en = """\nYes"""',
        '# Texts over several lines stand between """ and """, or after one """.',
        '[consents.phone]\ntext = "Ja"  # not """ here',
        "[consents.phone]\ntext = \"Ja, 'anrufen' ''' genügt\"",
        "[[forms]]  # one more\nid = 'more'\ntitle = 'Mehr'\nfields = [\n  'email!',\n  'phone',\n]",
    ],
)
def test_texts_and_remarks_before_a_mistake_do_not_shift_its_line(tmp_path: Path, before: str) -> None:
    toml = make.EXACT.replace("[[forms]]", f"{before}\n\n[[forms]]", 1).replace('"callback"', '"call"', 2)
    found = _only(toml, tmp_path)
    assert (found.path, found.line) == ("forms[call].kind", _line(toml, 'kind = "call"'))


def test_mistakes_come_in_the_order_of_the_file(tmp_path: Path) -> None:
    toml = make.EXACT.replace('name = "Test"', 'nmae = "Test"').replace('kind = "callback"', 'kind = "x"')
    lines = [m.line for m in _mistakes(toml, tmp_path)]
    assert len(lines) == 3
    assert lines == sorted(line or 0 for line in lines)


@pytest.mark.parametrize(
    ("mark", "broken"),
    [
        ("broken", "broken = "),
        ("half", 'half = "open'),
        ("[[forms", "[[forms\n"),
        ("twice = 2", "twice = 1\ntwice = 2"),
    ],
)
def test_what_is_not_toml_at_all_is_named_by_its_line(tmp_path: Path, mark: str, broken: str) -> None:
    toml = make.EXACT.replace("[program]", f"[program]\n{broken}", 1)
    found = _only(toml, tmp_path)
    assert found.line == _line(toml, mark)
    assert "toml.io" in found.expected


@pytest.mark.parametrize(
    "date",
    [
        "2027-02-30",
        "2027-02-30T10:00:00",
        "2027-3-15",
        "15.03.2027",
        "15/03/2027",
        "15. März 2027",
        "2027-03-15T10",
        "2027-03-15 10:00 Uhr",
        "2027-13-15T10:00:00  # thirteen",
    ],
)
def test_what_was_meant_as_a_date_is_named_with_its_key_and_how_dates_are_written(
    tmp_path: Path, date: str
) -> None:
    toml = f'{make.EXACT}\n[[sequences]]\nid = "fair"\ndate = {date}\n'
    found = _only(toml, tmp_path)
    assert (found.path, found.line) == ("date", _line(toml, "date ="))
    assert found.message.startswith(f"“{date.partition('  #')[0]}” is no date")
    assert found.expected == "a date such as 2027-03-15, with a time 2027-03-15T10:00:00"


@pytest.mark.parametrize("words", ["7d", "welcome", "follow-up", "Hallo Welt"])
def test_a_text_without_quotation_marks_is_named_with_its_key(tmp_path: Path, words: str) -> None:
    toml = f'{make.EXACT}\n[[sequences]]\nid = "fair"\nkind = {words}  # bare\n'
    found = _only(toml, tmp_path)
    assert (found.path, found.line) == ("kind", _line(toml, "kind = " + words))
    assert found.expected == f'kind = "{words}", in quotation marks'


def test_a_file_that_ends_too_early_says_so(tmp_path: Path) -> None:
    assert "end of document" in _only("[program]\nname = [1,", tmp_path).message


def test_a_mistake_that_is_a_question_ends_as_one(tmp_path: Path) -> None:
    found = _only(make.EXACT.replace('title = "Rückruf"', 'title = "Rückruf"\nthank = "/"'), tmp_path)
    assert str(found).endswith("unknown key; did you mean “thanks”?")


def test_a_mistake_reads_as_a_sentence(tmp_path: Path) -> None:
    found = _only(make.EXACT.replace('topics = ["sepa"]', 'topics = ["spea"]'), tmp_path)
    assert (
        str(found) == f"line {found.line}, forms[download].topics: “spea” is not known; did you mean “sepa”? "
        "Expected: one of erp, sepa."
    )


def test_a_name_that_nothing_has_is_told_which_one_was_meant(tmp_path: Path) -> None:
    kind = _only(make.EXACT.replace('kind = "callback"', 'kind = "calback"'), tmp_path)
    assert "did you mean “callback”?" in kind.message
    event = _only(_rule("points = 1").replace('"link.clicked"', '"link.klicked"'), tmp_path)
    assert "did you mean “link.clicked”?" in event.message
    assert event.message.endswith("… and 12 more"), "not all nineteen"


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        (
            make.EXACT.replace('title = "Rückruf"', 'title = {de = "Rückruf", fr = "Rappel"}'),
            "“fr” is no language",
        ),
        (
            make.EXACT + '\n[[topics]]\nid = "x"\ntitle = {de = "X", en = "Y"\n',
            'in “title = {de = "X", en = "Y"”',
        ),
    ],
)
def test_a_mistake_names_what_is_written(tmp_path: Path, toml: str, said: str) -> None:
    assert said in _only(toml, tmp_path).message


def test_a_folder_that_is_not_there_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(InvalidProgram, match="there is no such file or folder"):
        load_program(tmp_path / "nix")
