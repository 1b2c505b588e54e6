"""Answers that several routes give, and the shape of those that are for programs."""

from collections.abc import Mapping

from marshmallow import Schema, fields

from bridge.edge.gate import ALWAYS
from bridge.edge.openapi.operations import FILE, HTML, JSON, TEXT, WORDS, Answer

LOCATION = {"Location": "where to go on"}
RETRY_AFTER = {"Retry-After": "seconds until it is worth trying again"}


class ProblemSchema(Schema):
    """Why a request was not answered as wished."""

    error = fields.String(required=True)
    status = fields.Integer(required=True)


class MistakesOfFieldsSchema(Schema):
    """Messages by the name of the field."""

    fields_ = fields.Dict(fields.String(), fields.List(fields.String()), data_key="fields", required=True)


class MistakesSchema(Schema):
    """What has to be put right before it is sent again."""

    errors = fields.Nested(MistakesOfFieldsSchema, required=True)


class AcceptedSchema(Schema):
    """A submission is on disk."""

    id = fields.UUID(required=True)


class AskedFormSchema(Schema):
    """What a form asks for."""

    id = fields.String(required=True)
    title = fields.String(required=True)
    fields_ = fields.List(fields.String(), data_key="fields", required=True)
    required = fields.List(fields.String(), required=True)
    consents = fields.List(fields.String(), required=True)


class TestedSchema(Schema):
    """A submission with `"test": true` would arrive; nothing was kept."""

    id = fields.UUID(required=True, allow_none=True)
    test = fields.Boolean(required=True)
    form = fields.Nested(AskedFormSchema, required=True)


class ThankedSchema(Schema):
    """A browser's form is on disk, for a script that asked for JSON."""

    id = fields.UUID(required=True)
    thanks = fields.String(required=True, metadata={"description": "the thank-you page"})


class TakenSchema(Schema):
    """How many events of a provider were taken, how many were none of our business, how many nobody can read."""

    taken = fields.Integer(required=True)
    ignored = fields.Integer(required=True)
    unreadable = fields.Integer(required=True)


class AliveSchema(Schema):
    """This process answers."""

    status = fields.String(required=True)


class ReadySchema(Schema):
    """What can be reached."""

    status = fields.String(required=True)
    database = fields.String(required=True)
    redis = fields.String(required=True)


def problem(words: str, headers: dict[str, str] | None = None) -> Answer:
    """A problem: a page for people, JSON for whoever asks for JSON."""
    return Answer(words, {HTML: WORDS, JSON: ProblemSchema}, headers or {})


def plain_problem(words: str, headers: dict[str, str] | None = None) -> Answer:
    """A problem on a route that only programs ask."""
    return Answer(words, {JSON: ProblemSchema}, headers or {})


def redirect(words: str) -> Answer:
    """Somewhere else; the body says nothing."""
    return Answer(words, {HTML: WORDS}, LOCATION)


def file(media: str, words: str = "The file.") -> Answer:
    """Something to keep."""
    return Answer(words, {media: FILE})


PAGE = Answer("The page.", {HTML: WORDS})
CORRECTABLE = Answer("Something is not as expected; the page says what.", {HTML: WORDS})
NO_TOKEN = problem("No token that we signed for this purpose.")
NO_FORM = problem("The programme has no such form.")
GONE = Answer("The link is too old, used up or closed, or whom it is about is gone.", {HTML: WORDS})
TOO_LARGE = problem("The body is too large, or has too many parts.")
MISTAKES = Answer("What is wrong, by field.", {HTML: WORDS, JSON: MistakesSchema})
ONLY_MISTAKES = Answer("What is wrong, by field.", {JSON: MistakesSchema})
NO_DATABASE = problem("The database is away.", RETRY_AFTER)
NO_JOURNAL = problem("Nothing can be written down at the moment, so nothing was.", RETRY_AFTER)
TOO_MANY = problem("Far too many from this network.", RETRY_AFTER)
UNCHANGED = Answer("What the browser keeps is still good.")
BUSY = Answer(
    "Too many others at the moment: a page that says so, or a line.", {HTML: WORDS, TEXT: WORDS}, RETRY_AFTER
)
LONG_HEADERS = Answer(
    "A header is longer than 4 KiB (cookies: 8 KiB), or all together are longer than 16 KiB.", {TEXT: WORDS}
)


def with_those_in_front(path: str, answers: Mapping[int, Answer]) -> dict[int, Answer]:
    """The answers of a route, and those that it gets before it is reached: see bounds.py and gate.py."""
    known = {**answers, 431: LONG_HEADERS}
    if path.startswith(ALWAYS):
        return known
    own = answers.get(503)
    return known | {503: _either(own, BUSY) if own else BUSY}


def _either(one: Answer, other: Answer) -> Answer:
    return Answer(
        f"{one.words} Or: {other.words}",
        {**one.media, **other.media},
        {**one.headers, **other.headers},
        {**one.perhaps, **other.perhaps},
    )
