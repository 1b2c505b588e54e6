"""What a website shows and asks: the programme itself, topics, consents, fields and forms."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from marshmallow import ValidationError, fields, validate, validates_schema

from bridge.program.downloads import is_address
from bridge.program.schema.keys import (
    ID,
    LANGUAGES,
    Duration,
    OneOf,
    Strict,
    Words,
    Zone,
    web_address,
    web_address_or_path,
)

ON_THIS_MACHINE = ("localhost", "127.0.0.1")
_ORIGIN = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::(?P<port>[0-9]{1,5}))?"
)
_OWN_PORT = {"http": "80", "https": "443"}


class ProgramTable(Strict):
    name = fields.String(required=True, validate=validate.Length(1, 200))
    language = fields.String(load_default="de", validate=OneOf(LANGUAGES))
    timezone = Zone(load_default=ZoneInfo("Europe/Berlin"))
    imprint = fields.String(required=True, validate=web_address)
    privacy = fields.String(required=True, validate=web_address)
    thanks = fields.String(load_default="/thanks", validate=web_address_or_path)


class Origin(fields.Field[str]):
    """Where a website is: scheme, host and perhaps port, as a browser names it in the header `Origin`."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> str:
        match = _ORIGIN.fullmatch(value.lower()) if isinstance(value, str) else None
        if not match:
            raise ValidationError(
                "not an origin; expected scheme and host without a path, such as https://www.example.com"
            )
        scheme, host, port = match["scheme"], match["host"], match["port"]
        if scheme == "http" and host not in ON_THIS_MACHINE:
            raise ValidationError(f"http is for localhost and 127.0.0.1 only; expected https://{host}")
        return f"{scheme}://{host}" + ("" if port in {None, _OWN_PORT[scheme]} else f":{port}")


class WebsiteTable(Strict):
    origins = fields.List(Origin(), load_default=list)


class TopicTable(Strict):
    id = fields.String(required=True, validate=ID)
    title = Words(required=True)


class ConsentTable(Strict):
    text = Words(required=True)


class FieldTable(Strict):
    id = fields.String(required=True, validate=validate.Regexp(r"^[a-z][a-z0-9_]{0,62}\Z"))
    type = fields.String(
        required=True,
        validate=OneOf(("text", "choice", "number", "date", "phone", "email", "textarea")),
    )
    label = Words(required=True)
    choices = fields.List(fields.String(), load_default=list)

    @validates_schema
    def _choices_for_choice(self, data: dict[str, Any], **_: Any) -> None:
        if (data.get("type") == "choice") != bool(data.get("choices")):
            raise ValidationError({"choices": ['given for type = "choice", and only there']})


def file_or_address(value: str) -> None:
    """A file of the programme's folder, or an address at which one lies."""
    if not value.strip() or not value.isprintable():
        raise ValidationError("not the name of a file")
    if not is_address(value):
        return
    url = urlsplit(value)
    if not url.hostname or url.scheme not in ("https", "http"):
        raise ValidationError("not an address of a file; expected https://… or the name of a file in files/")
    if url.scheme == "http" and url.hostname not in ON_THIS_MACHINE:
        raise ValidationError("http is for localhost and 127.0.0.1 only; expected https://…")


class FormTable(Strict):
    id = fields.String(required=True, validate=ID)
    kind = fields.String(
        load_default="other",
        validate=OneOf(("download", "event", "contact", "callback", "order", "other")),
    )
    channel = fields.String(load_default="marketing", validate=OneOf(("marketing", "sales")))
    title = Words(required=True)
    fields_ = fields.List(fields.String(), data_key="fields", required=True, validate=validate.Length(min=1))
    consents = fields.List(fields.String(), load_default=list)
    topics = fields.List(fields.String(), load_default=list)
    download = fields.String(load_default=None, validate=file_or_address)
    link_expires = Duration(load_default=None)
    thanks = fields.String(load_default=None, validate=web_address_or_path)

    @validates_schema
    def _link_of_a_download(self, data: dict[str, Any], **_: Any) -> None:
        expires = data.get("link_expires")
        if expires is not None and not data.get("download"):
            raise ValidationError({"link_expires": ["there is no “download” whose link could expire"]})
        if expires == timedelta(0):
            raise ValidationError({"link_expires": ['a link has to work for a while, such as "30d"']})
