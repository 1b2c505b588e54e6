"""What nobody remembers every time, so that forgetting it fails here."""

import ast
import importlib
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from itertools import product
from pathlib import Path
from typing import get_args

import click
import pytest

from bridge.app import create_app
from bridge.cli import cli
from bridge.cli.up import CHILDREN
from bridge.delivery.jinja import template_folder
from bridge.delivery.sample_readers import READERS
from bridge.delivery.titles import TITLES
from bridge.edge.console import deeds, reasons, remarks
from bridge.edge.console.dead_letters import RULES, SOURCES
from bridge.edge.console.reasons import in_words
from bridge.edge.console.roles import MAY
from bridge.edge.leads import MESSAGES
from bridge.flow.sending.deliver import ITS_WORKERS_DIED
from bridge.flow.sending.keep_back import AFTER_SALES, WITH_SALES
from bridge.flow.sending.keep_order import ANOTHER_ONE
from bridge.flow.sending.keep_quiet import NEXT_WEEK, TOMORROW
from bridge.flow.sending.obstacle import because_suppressed
from bridge.flow.sending.webhook_endpoints import OFF
from bridge.i18n import translations
from bridge.program import doubting_words
from bridge.program.events import ALL_KINDS
from bridge.program.schema import WEBHOOK_TYPES
from bridge.settings import Settings
from bridge.store import given_up, suppressions
from bridge.store.unanswered import Step
from bridge.wiring import Services
from bridge.wiring.queues import JOBS
from bridge.worker.lane import STOPPED, TOO_LATE
from bridge.worker.lanes import FOUND_NO_LANE
from tests.edge.site import environment
from tests.presentation.test_words import messages_of_templates
from tests.promise import PROMISES

ROOT = Path(__file__).parents[1]

PUBLIC = {
    # For anybody: what a visitor's browser needs
    "GET /forms/<form_id>": "a form is there to be filled in",
    "POST /forms/<form_id>": "rate-limited, with honeypot and time stamp; it writes to the journal only",
    "GET /forms/<form_id>/embed": "what a website admin copies; it says nothing that the form does not",
    "GET /forms/<form_id>/fragment": "the form for websites that the programme names",
    "GET /connectors/joomla": "where a website admin gets the plugin",
    "GET /connectors/joomla/updates.xml": "Joomla's updater knows no secret; it names a version and a hash",
    "GET /connectors/joomla/leadbridge.zip": "free software, and this bridge's public address in it",
    "GET /thanks": "says thank you",
    "GET /demo/danke": "the same under the address that the demo programme names",
    "GET /static/leadbridge.css": "the stylesheet",
    "GET /static/console.css": "the console's own one",
    "GET /static/leadbridge.svg": "the icon",
    "GET /site.js": "the script that websites include",
    "POST /t/p": "for browsers on websites that the programme names; limited, and it writes to the journal only",
    # Behind a token that we signed for this purpose; tests/attack/test_s1_forged_tokens.py
    "GET /confirm/<token>": "token in the confirmation mail; shows a masked address",
    "POST /confirm/<token>": "the same token",
    "GET /preferences/<token>": "token in mails to that person",
    "POST /preferences/<token>": "the same token",
    "GET /ask/<token>": "token in mails to that person; expires; shows no value that is known",
    "POST /ask/<token>": "the same token; fills empty fields only, and a form goes the way of all forms",
    "GET /me/<token>": "token in mails to that person",
    "POST /me/<token>": "the same token; it objects, or sends a mail to that person, and erases nothing",
    "GET /me/<token>/data.json": "the same token",
    "GET /me/<token>/consents": "the same token",
    "GET /erase/<token>": "token in the mail that asks whether to erase; expires; shows a masked address",
    "POST /erase/<token>": "the same token",
    "GET /unsubscribe/<token>": "token in mails to that person",
    "POST /unsubscribe/<token>": "the same token; mail programs post here without a cookie (RFC 8058)",
    "GET /d/<token>": "token in mails to that person",
    "GET /downloads/<token>": "the same token; says that the link has expired, and nothing about the person",
    "POST /downloads/<token>": "the same token; it sends a mail to that person, so many and no more",
    "GET /leads/<token>": "token in the mail to one sales person; expires, can be revoked; a new device needs a code",
    "GET /leads/<token>/letter": "the same token, on a device that proved whose it is",
    "GET /leads/<token>/appointment.ics": "likewise; what it links to opens nothing by itself",
    "POST /leads/<token>/outcome": "the same token, on a device that proved whose it is",
    "POST /leads/<token>/fields": "likewise",
    "POST /leads/<token>/close": "likewise",
    "POST /leads/<token>/code": "the same token; a code goes to its addressee, so many and no more",
    "POST /leads/<token>/device": "the same token, and that code",
    "POST /leads/<token>/sign-out": "the same token; forgets the device that asks",
    # Behind a token that a command prints for whoever works with the programme; expires after seven days
    "GET /reports/<token>": "numbers of series; names nobody",
    "GET /reports/<token>/sequences.csv": "the same numbers",
    # Signed by one of LEADBRIDGE_INTAKE_SECRETS; tests/edge/test_submissions.py
    "POST /api/v1/submissions": "signed as in Standard Webhooks",
    # Signed by one of LEADBRIDGE_READ_SECRETS; tests/edge/test_reading.py
    "GET /api/v1/profiles": "signed as in Standard Webhooks; there only where the setting is; noted in the audit log",
    "GET /api/v1/events": "likewise",
    "GET /api/v1/handovers": "likewise",
    # Proven by the provider's signature or login; tests/edge/test_hooks.py
    "POST /hooks/<provider>": "events of mail providers; of those only that a setting names",
    # Operations: nothing about people; a reverse proxy keeps strangers out
    # How one comes in; all else of the console is behind a right
    "GET /console/sign-in": "asks for address and password",
    "POST /console/sign-in": "counted by address and network; both kinds of mistake get the same answer",
    "GET /console/sign-in/code": "for a browser that has shown a password, and nobody else",
    "POST /console/sign-in/code": "the same; counted by account and network",
    "GET /console/sign-in/elsewhere": "sends people to the provider that a setting names",
    "GET /console/sign-in/callback": "what the provider says; state, nonce, PKCE and signature are proved",
    "GET /console/password": "asks whose password it is",
    "POST /console/password": "a mail to that address, if it has an account; the answer is the same; counted",
    "GET /console/password/<token>": "token in that mail; expires, and is good for one password",
    "POST /console/password/<token>": "the same token",
    "POST /console/sign-out": "ends the session of the browser that asks",
    "GET /healthz": "whether this process answers",
    "GET /readyz": "whether database and Redis answer",
    "GET /metrics": "numbers",
    "GET /openapi.json": "what stands in the documentation; the names of the programme's forms, no person",
    "GET /docs": "the same as a page",
}
"""Every route that answers without signing in, and why it may."""

ONLY_IN_THE_DEMO = {
    "GET /": "leads to the sample website",
    "GET /demo": "the sample website",
    "GET /demo/preise": "its second page",
    "GET /demo/consent.js": "asks for consent there",
    "GET /demo/feeds/<name>.xml": "news of the sample website, for its own mails",
    "GET /demo/articles/<name>": "what they tell of; all of it is invented",
    "GET /demo/inbox": "invented people's mails, on the machine of whoever tries Leadbridge",
    "GET /demo/inbox/<key>": "one of them",
    "GET /demo/inbox/<key>/html": "the same in HTML",
    "GET /demo/reports": "what happened in the series, to invented people",
    "GET /demo/reports/sequences.csv": "the same numbers",
    "GET /demo/mails": "every mail there is, to invented people",
    "GET /demo/mails/<family>/<name>": "one of them; its links lead nowhere",
    "GET /demo/mails/<family>/<name>/<language>": "the same in HTML",
}

SET_BY_UP = {"LEADBRIDGE_DEMO", "LEADBRIDGE_EMBEDDED", "LEADBRIDGE_MAILS_LEAVE"}
"""`leadbridge up` tells its children by these; nobody sets them by hand."""


def routes(folder: Path, **settings: str) -> set[str]:
    """Method and path of every route that asks for no right of the console."""
    app = create_app(Services(Settings.from_env(environment(folder, **settings))))
    return {
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        if not hasattr(app.view_functions[rule.endpoint], "needs")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


DOCS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\((?!\w+:)([^)\s#]*)#?([^)\s]*)\)")
PATH = re.compile(r"`((?:[\w.-]+/)+[\w-]+\.(?:py|md|sql|toml))`")


def documentation() -> str:
    """All that is written for people."""
    return "\n".join(file.read_text(encoding="utf-8") for file in DOCS)


def headings(file: Path) -> set[str]:
    """What a link may name behind `#`."""
    found = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in found}


def astray(file: Path) -> Iterator[str]:
    """Links that lead nowhere, and files that are not there. Paths begin at the top, in `bridge/` or in `tests/`."""
    text = file.read_text(encoding="utf-8")
    for path, heading in LINK.findall(text):
        to = file.parent / path if path else file
        if not to.exists() or (heading and heading not in headings(to)):
            yield f"{file.name}: {path}#{heading}"
    for path in PATH.findall(text):
        if not any((top / path).exists() for top in (ROOT, ROOT / "bridge", ROOT / "tests")):
            yield f"{file.name}: {path}"


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The words of every command."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name)


def written_deeds() -> Iterator[str]:
    """What each call that writes into the audit log says was done; what is known only as it runs is a star."""
    for file in (ROOT / "bridge").rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        if "bridge.store.audit import" in text or "bridge.edge.console.frame import" in text:
            yield from (word for node in ast.walk(ast.parse(text)) for word in deeds_in(node))


def said_by_code() -> set[str]:
    """Every text that stands in our code: some of them are messages."""
    trees = (ast.parse(file.read_text(encoding="utf-8")) for file in (ROOT / "bridge").rglob("*.py"))
    nodes = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return {node.value for node in nodes if isinstance(node.value, str)}


def deeds_in(node: ast.AST) -> Iterator[str]:
    """Whatever is written like a deed, and whatever is given to be noted however it is written."""
    match node:
        case ast.Constant(value=str(word)) if re.fullmatch(r"[a-z_]+\.[a-z_]+", word):
            yield word
        case ast.JoinedStr(values=values):
            word = "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in values)
            yield from [word] if re.fullmatch(r"[a-z_*]+\.[a-z_*]+", word) else []
        case ast.Call(
            func=ast.Attribute(value=ast.Name("on"), attr="note"), args=[ast.Constant(value=word), *_]
        ):
            yield str(word)


class Asked(dict[str, str]):
    """An environment that remembers what it was asked for."""

    def __init__(self, known: dict[str, str]) -> None:
        super().__init__(known)
        self.names: set[str] = set()

    def get(self, name: str, default: str | None = None) -> str | None:  # type: ignore[override]
        """A variable."""
        self.names.add(name)
        return super().get(name, default)


def test_every_page_of_the_console_asks_for_a_right_or_is_how_one_comes_in(tmp_path: Path) -> None:
    app = create_app(Services(Settings.from_env(environment(tmp_path))))
    of_the_console = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/console")]
    assert all(rule.endpoint.startswith("console_") for rule in of_the_console)
    rights = {getattr(app.view_functions[rule.endpoint], "needs", None) for rule in of_the_console}
    assert rights - {None} <= set(MAY["admin"])


def test_every_route_is_on_the_list_of_public_ones(tmp_path: Path) -> None:
    assert routes(tmp_path) == set(PUBLIC)


def test_the_demo_adds_its_own_routes_and_no_other(tmp_path: Path) -> None:
    assert routes(tmp_path, DEMO="1") - routes(tmp_path) == set(ONLY_IN_THE_DEMO)


def test_every_queue_has_a_worker_and_a_job() -> None:
    worker = cli.get_command(click.Context(cli), "worker")
    assert worker is not None
    [queue] = [one for one in worker.params if one.name == "queue"]
    assert isinstance(queue.type, click.Choice)
    assert set(queue.type.choices) == set(JOBS)
    assert {queue for _, queue in (c for c in CHILDREN.values() if c[0] == "worker")} == set(JOBS)
    for place in JOBS.values():
        module, _, name = place.rpartition(".")
        assert callable(getattr(importlib.import_module(module), name))


@pytest.mark.parametrize("family", ["mail", "sales", "operator"])
def test_every_mail_has_its_three_files(family: str) -> None:
    folders = [path for path in (template_folder() / family).iterdir() if path.is_dir()]
    assert folders
    for folder in folders:
        assert {file.name for file in folder.iterdir()} == {"subject.txt", "body.txt", "body.html"}, (
            folder.name
        )


def test_every_setting_stands_in_the_docs(tmp_path: Path) -> None:
    asked = Asked(environment(tmp_path))
    Settings.from_env(asked)
    assert len(asked.names) > 10
    text = documentation()
    missing = {name for name in asked.names - SET_BY_UP if name not in text}
    assert not missing


@pytest.mark.parametrize("file", DOCS, ids=lambda file: file.stem)
def test_every_link_and_path_in_the_docs_leads_somewhere(file: Path) -> None:
    assert not list(astray(file))


def test_every_command_stands_in_the_docs() -> None:
    text = documentation()
    missing = [
        " ".join(words)
        for words in commands(cli)
        if not re.search(r"leadbridge " + r"\b[^\n]*\b".join(map(re.escape, words)), text)
    ]
    assert not missing


def test_every_cookie_is_kept_and_taken_back_in_one_way() -> None:
    files = (ROOT / "bridge").rglob("*.py")
    found = [file.name for file in files if re.search(r"\.(set|delete)_cookie\(", file.read_text("utf-8"))]
    assert found == ["cookies.py"]


def test_security_says_in_words_what_each_number_promises() -> None:
    text = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    named = set(re.findall(r"\b[RST]\d+\b", text))
    assert {f"S{number}" for number in range(1, 13)} <= named
    assert all(f"| {name} | {PROMISES[name]} |" in text for name in named)


@pytest.mark.xdist_group("guards")
def test_tests_of_a_group_stay_together(request: pytest.FixtureRequest) -> None:
    """Each process that gets one of them would start the servers of them all."""
    is_one_of_several = hasattr(request.config, "workerinput")
    assert not is_one_of_several or request.node.nodeid.endswith("@guards")


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_every_kind_of_event_stands_in_the_docs_and_has_words(kind: str) -> None:
    assert f"`{kind}`" in (ROOT / "docs" / "programme.md").read_text(encoding="utf-8")
    assert f'"{kind}": _("' in (template_folder() / "sales" / "words.html").read_text(encoding="utf-8")


def test_every_deed_of_the_audit_log_has_its_words_in_both_languages() -> None:
    """A deed that is missing here gets a line in bridge/edge/console/deeds.py, and its words one in de.po."""
    written = set(written_deeds())
    assert len(written) > 30
    assert [one for one in written if not any(fnmatchcase(known, one) for known in deeds.WORDS)] == []
    assert [known for known in deeds.WORDS if not any(fnmatchcase(known, one) for one in written)] == []
    answers = {f"handover.{became}" for became in MESSAGES} - {"handover.taken"}
    assert answers <= set(deeds.WORDS)
    german = translations("de").words
    values = [words for named in deeds.VALUES.values() for words in named.values()]
    assert [
        words
        for words in (*deeds.WORDS.values(), *deeds.THINGS.values(), *deeds.DETAILS.values(), *values)
        if words not in german
    ] == []


class Reasons:
    """Every reason that something does not leave, with 7 wherever a sentence has a gap."""

    RAISED = frozenset(
        {
            *("NotToBeSent", "Refused", "Deferred", "Unreachable", "Forbidden", "NotPublic"),
            *("Unavailable", "NoFeed"),
        }
    )

    def __init__(self, files: list[Path]) -> None:
        self._files = [ast.parse(file.read_text(encoding="utf-8")) for file in files]

    def said(self) -> Iterator[str]:
        """What is said in words here, and by functions of the same file or one of the others."""
        elsewhere = self._functions(self._files)
        for file in self._files:
            known = elsewhere | self._functions([file])
            for function in self._functions([file]).values():
                for node in ast.walk(function):
                    match node:
                        case ast.Call(func=ast.Name(id=name), args=[said, *_]) if name in self.RAISED:
                            yield from self._words(said, function, known)
                        case ast.Call(func=ast.Name(id="NotYet"), args=[_, said, *_]):
                            yield from self._words(said, function, known)

    def remarked(self) -> Iterator[str]:
        """What is wrong by these files, and what they expect."""
        known = self._functions(self._files)
        for function in known.values():
            for node in ast.walk(function):
                match node:
                    case ast.Call(func=ast.Name(id="Mistake"), args=[_, _, *said]):
                        yield from (
                            words
                            for one in said[:2]
                            for words in self._words(one, function, known)
                            if re.search("[a-z]", words)
                        )

    def _functions(self, files: list[ast.Module]) -> dict[str, ast.FunctionDef]:
        nodes = (node for file in files for node in ast.walk(file))
        return {node.name: node for node in nodes if isinstance(node, ast.FunctionDef)}

    def _words(
        self, said: ast.expr | None, within: ast.FunctionDef, known: dict[str, ast.FunctionDef]
    ) -> list[str]:
        """What an expression may come to, whose names are given values in that function."""
        match said:
            case ast.Constant(value=str(words)):
                return [words or "7"]
            case ast.FormattedValue(value=value):
                return self._words(value, within, known)
            case ast.JoinedStr(values=values):
                parts = [self._words(part, within, known) for part in values]
                return ["".join(one) for one in product(*parts)]
            case ast.IfExp(body=one, orelse=other):
                return [*self._words(one, within, known), *self._words(other, within, known)]
            case ast.BoolOp(values=values):
                return [words for value in values for words in self._words(value, within, known)]
            case ast.Name(id=name):
                given = [
                    node.value
                    for node in ast.walk(within)
                    if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name
                ]
                return [words for one in given for words in self._words(one, within, known)] or ["7"]
            case ast.Call(func=ast.Name(id=name)) if name in known and known[name] is not within:
                returns = [node.value for node in ast.walk(known[name]) if isinstance(node, ast.Return)]
                return [words for one in returns for words in self._words(one, known[name], known)]
        return ["7"]


def test_why_something_does_not_leave_is_said_in_german_as_well() -> None:
    """A reason that is missing here gets a line in bridge/edge/console/reasons.py, and its words one in de.po."""
    folders = (
        "bridge/flow/sending",
        "bridge/worker",
        "connectors/smtp",
        "connectors/web",
        "connectors/feeds",
    )
    files = [file for folder in folders for file in (ROOT / folder).rglob("*.py")]
    named = (
        *(ITS_WORKERS_DIED, STOPPED, TOO_LATE, FOUND_NO_LANE, ANOTHER_ONE),
        *(TOMORROW, NEXT_WEEK, WITH_SALES, AFTER_SALES, OFF.format(endpoint="crm"), given_up.DROPPED),
        *(because_suppressed(reason) for reason in (*suppressions.HARD, "unsubscribed")),
    )
    said = {words for words in Reasons(files).said() if re.search("[a-z]", words)}
    assert len(said) > 60
    german = translations("de")
    assert [words for words in (*said, *named) if not in_words(words, str).ours] == []
    assert [words for words in said if re.search("[a-z]", in_words(words, str).theirs)] == []
    asked = [
        *reasons.SENTENCES,
        reasons.DROPPED,
        *(w for named in reasons.VALUES.values() for w in named.values()),
    ]
    assert [words for words in asked if words not in german.words] == []


def test_what_check_says_on_the_console_is_said_in_german_as_well() -> None:
    """What is missing here gets a line in bridge/edge/console/remarks.py, and its words one in de.po."""
    files = [*(ROOT / "bridge/program").glob("doubting*.py"), ROOT / "bridge/delivery/as_received.py"]
    said = list(Reasons(files).remarked())
    german = translations("de")
    assert len(said) > 20
    whole = [one.removesuffix("7") if one.endswith("”7") else one for one in said]  # without a hint behind it
    assert [one for one in whole if not remarks.in_words(one, str).ours] == []
    asked = [*remarks.SENTENCES, *(w for named in remarks.VALUES.values() for w in named.values())]
    assert [words for words in asked if words not in german.words] == []
    assert {one.who for one in READERS} <= {*remarks.VALUES["reader"]}
    assert {*doubting_words.READERS.values()} <= {*remarks.VALUES["readers"]}


def test_every_step_that_can_fail_has_a_name_in_both_languages() -> None:
    """A step that is missing here gets a line in bridge/edge/console/dead_letters.py, and its name one in de.po."""
    steps = {word for word in said_by_code() if re.fullmatch(r"step [a-z_]+", word)}
    assert {*steps, *(f"step {step}" for step in get_args(Step))} <= set(SOURCES)
    names = [*SOURCES.values(), *RULES.values()]
    assert [name for name in names if name not in translations("de").words] == []


def test_everything_that_leaves_has_a_title_in_both_languages() -> None:
    """What is missing here gets a line in bridge/delivery/titles.py, and its title one in de.po."""
    folders = [
        f"{family}/{folder.name}"
        for family in ("mail", "sales", "operator")
        for folder in (ROOT / "templates" / family).iterdir()
        if folder.is_dir()
    ]
    assert sorted(TITLES) == sorted([*folders, *WEBHOOK_TYPES])
    assert [title for title in TITLES.values() if title not in translations("de").words] == []


def test_there_is_no_german_for_what_nobody_says() -> None:
    said = messages_of_templates() | said_by_code()
    assert [message for message in translations("de").words if message not in said] == []
