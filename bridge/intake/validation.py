"""What people typed into a form: cleaned, checked field by field, with messages they can act on."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

import phonenumbers
from marshmallow import INCLUDE, Schema, ValidationError, fields
from marshmallow import validate as validators

from bridge import i18n
from bridge.errors import InvalidFields
from bridge.profiles.address import InvalidAddress, parse_address
from bridge.program.model import Field, Form, FormField

LONGEST = {"textarea": 5000}
LONGEST_DEFAULT = 300
MOST_FIELDS = 60
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, overrides of the direction of writing, halves of surrogate pairs."""


Say = Callable[[str], str]


def clean(value: str) -> str:
    """Text without control characters and without blanks around it; line ends become \\n."""
    return _CONTROL.sub("", value.replace("\r\n", "\n").replace("\r", "\n")).strip()


def validate(form: Form, values: Mapping[str, str], language: str) -> dict[str, str]:
    """The cleaned values of a form. Fields that the form does not know are kept as they are.

    Raises InvalidFields with a message for each wrong field, in the language given.
    """
    say = i18n.translations(language).gettext
    cleaned = {name: value for name, typed in values.items() if (value := clean(typed))}
    errors = _unknown_mistakes(form, cleaned, say)
    try:
        _known_schema(form, language).load(cleaned)
    except ValidationError as error:
        errors |= {name: list(messages) for name, messages in error.messages_dict.items()}
    if errors:
        raise InvalidFields(errors)
    return cleaned


def validate_answers(asked: Iterable[FormField], values: Mapping[str, str], language: str) -> dict[str, str]:
    """The cleaned answers to these questions, and to no others; what was left empty is left out.

    Raises InvalidFields with a message for each wrong answer, in the language given.
    """
    say = i18n.translations(language).gettext
    fields_of: dict[str, fields.Field[Any]] = {one.field.id: _schema_field(one, say) for one in asked}
    cleaned = {name: value for name in fields_of if (value := clean(values.get(name, "")))}
    try:
        Schema.from_dict(fields_of)().load(cleaned)
    except ValidationError as error:
        raise InvalidFields({name: list(said) for name, said in error.messages_dict.items()}) from error
    return cleaned


_KNOWN: dict[tuple[str, str], tuple[Form, Schema]] = {}


def _known_schema(form: Form, language: str) -> Schema:
    """The schema of a form, made once for each language: that takes longer than all else about a form."""
    known = _KNOWN.get((form.id, language))
    if known is None or known[0] is not form:
        known = _KNOWN[form.id, language] = form, form_schema(form, i18n.translations(language).gettext)
    return known[1]


def form_schema(form: Form, say: Say) -> Schema:
    """The schema of one form, as its programme describes it; messages are said by `say`."""
    fields_of: dict[str, fields.Field[Any]] = {a.field.id: _schema_field(a, say) for a in form.fields}
    return Schema.from_dict(fields_of)(unknown=INCLUDE)


def _schema_field(asked: FormField, say: Say) -> fields.String:
    longest = LONGEST.get(asked.field.type, LONGEST_DEFAULT)
    rules: list[Callable[[str], object]] = [
        validators.Length(max=longest, error=say("Please shorten this text."))
    ]
    if check := _CHECKS.get(asked.field.type):
        rules.append(_rule(asked.field, check[0], say(check[1])))
    return fields.String(
        required=asked.required,
        validate=rules,
        metadata=_told(asked.field),
        error_messages={"required": say("This field is required.")},
    )


def _told(field: Field) -> dict[str, Any]:
    """What a description of the form says of a field beside its type."""
    formats = {"email": "email", "date": "date"}
    format = {"format": formats[field.type]} if field.type in formats else {}
    choices = {"enum": list(field.choices)} if field.choices else {}
    return {"description": i18n.pick(field.label, "en"), **format, **choices}


def _rule(field: Field, is_right: Callable[[Field, str], bool], message: str) -> Callable[[str], None]:
    def rule(value: str) -> None:
        if not is_right(field, value):
            raise ValidationError(message)

    return rule


def _unknown_mistakes(form: Form, cleaned: Mapping[str, str], say: Say) -> dict[str, list[str]]:
    """What is wrong with fields that the form does not ask for: too many, or too long."""
    known = {asked.field.id for asked in form.fields}
    too_long = [
        name
        for name, value in cleaned.items()
        if name not in known and (len(name) > 100 or len(value) > LONGEST["textarea"])
    ]
    errors = {name[:100]: [say("Please shorten this text.")] for name in too_long}
    if len(cleaned) > MOST_FIELDS:
        errors["form"] = [say("There are too many fields.")]
    return errors


def _is_address(_: Field, value: str) -> bool:
    try:
        parse_address(value)
    except InvalidAddress:
        return False
    return True


def _is_phone(_: Field, value: str) -> bool:
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(value, "DE"))
    except phonenumbers.NumberParseException:
        return False


def _is_number(_: Field, value: str) -> bool:
    return re.fullmatch(r"-?[0-9]{1,12}([.,][0-9]{1,4})?", value) is not None


def _is_date(_: Field, value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_choice(field: Field, value: str) -> bool:
    return value in field.choices


_CHECKS: dict[str, tuple[Callable[[Field, str], bool], str]] = {
    "email": (_is_address, "Please enter a valid e-mail address."),
    "phone": (_is_phone, "Please enter a valid telephone number."),
    "number": (_is_number, "Please enter a number."),
    "date": (_is_date, "Please enter a date."),
    "choice": (_is_choice, "Please choose one of the options."),
}
