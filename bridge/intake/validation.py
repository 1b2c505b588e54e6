"""What people typed into a form: cleaned, checked field by field, with messages they can act on."""

import re
from collections.abc import Callable, Mapping
from datetime import date

import phonenumbers

from bridge import i18n
from bridge.errors import InvalidFields
from bridge.profiles.address import InvalidAddress, parse_address
from bridge.program.model import Field, Form

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
    cleaned = {name: clean(value) for name, value in values.items()}
    errors: dict[str, list[str]] = {}
    for asked in form.fields:
        value = cleaned.get(asked.field.id, "")
        message = _wrong(asked.field, value, asked.required, say)
        if message:
            errors[asked.field.id] = [message]
    known = {asked.field.id for asked in form.fields}
    for name in [name for name in cleaned if name not in known]:
        if len(name) > 100 or len(cleaned[name]) > LONGEST["textarea"]:
            errors[name[:100]] = [say("Please shorten this text.")]
    if len(cleaned) > MOST_FIELDS:
        errors["form"] = [say("There are too many fields.")]
    if errors:
        raise InvalidFields(errors)
    return {name: value for name, value in cleaned.items() if value}


def _wrong(field: Field, value: str, required: bool, say: Say) -> str | None:
    if not value:
        return say("This field is required.") if required else None
    if len(value) > LONGEST.get(field.type, LONGEST_DEFAULT):
        return say("Please shorten this text.")
    check = _CHECKS.get(field.type)
    return say(check[1]) if check and not check[0](field, value) else None


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
