"""What values may look like: a table that knows its keys, words per language, times, addresses."""

import difflib
import re
from collections.abc import Mapping
from datetime import time, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate, validates_schema

from bridge.program.expressions import MOST_POINTS
from bridge.program.mailing import QuietHours
from bridge.program.names import listed, not_known
from bridge.program.verdicts import Burst

LANGUAGES = ("de", "en")
ID = validate.Regexp(
    r"^[a-z0-9][a-z0-9_-]{0,62}\Z", error="Use small letters, digits, “-” and “_”, at most 63."
)
CLOCK = "(?:[01]?[0-9]|2[0-3]):[0-5][0-9]"
_SHORT_UNITS = {"s": "seconds", "m": "minutes", "h": "hours"}
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class Strict(Schema):
    """A table that knows its keys: an unknown one is a mistake, with the nearest known one named."""

    class Meta:
        unknown = EXCLUDE

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def _no_unknown_keys(self, data: Any, original: Any, **_: Any) -> None:
        known = {field.data_key or name for name, field in self.load_fields.items()}
        unknown = set(original) - known if isinstance(original, Mapping) else set()
        if unknown:
            raise ValidationError({key: [_unknown(key, known)] for key in sorted(unknown)})


def _unknown(key: str, known: set[str]) -> str:
    near = difflib.get_close_matches(key, known, n=1)
    hint = f"did you mean “{near[0]}”?" if near else f"known keys are {', '.join(sorted(known))}"
    return f"unknown key; {hint}"


class OneOf(validate.OneOf):
    """One of several values; of another one it is said which was perhaps meant."""

    def __call__(self, value: Any) -> Any:
        """The value itself. Raises ValidationError."""
        known = [str(choice) for choice in self.choices]
        if not isinstance(value, str) or value not in known:
            said = not_known(str(value), known)
            end = "" if said.endswith("?") else "."
            raise ValidationError(f"{said}{end} Must be one of: {listed(str(value), known)}")
        return value


class Words(fields.Field[dict[str, str]]):
    """A text: one string, or one per language as {de = "…", en = "…"}."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> dict[str, str]:
        if isinstance(value, str) and value.strip():
            return dict.fromkeys(LANGUAGES, value)
        if isinstance(value, dict) and value and all(_is_text(k, v) for k, v in value.items()):
            return {str(k): str(v) for k, v in value.items()}
        if isinstance(value, dict) and (others := [one for one in value if one not in LANGUAGES]):
            raise ValidationError(f"“{others[0]}” is no language here; expected {' or '.join(LANGUAGES)}")
        raise ValidationError('not a text; expected "…" or {de = "…", en = "…"}')


def _is_text(language: object, words: object) -> bool:
    return language in LANGUAGES and isinstance(words, str) and bool(words.strip())


class Duration(fields.Field[timedelta]):
    """A length of time such as "0d", "36h", "90d"."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> timedelta:
        match = re.fullmatch(r"(\d{1,5})([mhdw])", value) if isinstance(value, str) else None
        if not match:
            raise ValidationError('not a length of time; expected a number and m, h, d or w, such as "90d"')
        return timedelta(**{_UNITS[match[2]]: int(match[1])})


class Seconds(fields.Field[timedelta]):
    """A short length of time such as "20s", "2m"."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> timedelta:
        match = re.fullmatch(r"(\d{1,5})([smh])", value) if isinstance(value, str) else None
        if not match:
            raise ValidationError('not a length of time; expected a number and s, m or h, such as "10s"')
        return timedelta(**{_SHORT_UNITS[match[2]]: int(match[1])})


class BurstField(fields.Field[Burst]):
    """So many within a time, such as "3 in 10s"."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> Burst:
        match = re.fullmatch(r"(\d{1,3}) in (\d{1,4})([sm])", value) if isinstance(value, str) else None
        if not match or int(match[1]) < 2 or not int(match[2]):
            raise ValidationError(
                'not a burst; expected two or more within some seconds (s) or minutes (m), such as "3 in 10s"'
            )
        return Burst(int(match[1]), timedelta(**{_SHORT_UNITS[match[3]]: int(match[2])}))


def clock_times(value: object) -> list[time]:
    """The two times of the day in a text such as "21:00-07:00"; none of anything else."""
    match = re.fullmatch(f"({CLOCK})-({CLOCK})", value) if isinstance(value, str) else None
    return [time.fromisoformat(text.zfill(5)) for text in match.groups()] if match else []


class QuietHoursField(fields.Field[QuietHours]):
    """From one time of the day to another one, such as "21:00-07:00"."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> QuietHours:
        times = clock_times(value)
        if len(set(times)) < 2:
            raise ValidationError('not quiet hours; expected two different times such as "21:00-07:00"')
        return QuietHours(*times)


class Points(fields.Field[int | str]):
    """An integer, or a formula in CEL."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> int | str:
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise ValidationError(
                'not points; expected a whole number or a formula such as "threshold - score"'
            )
        if isinstance(value, int) and abs(value) > MOST_POINTS:
            raise ValidationError(f"too many points; at most {MOST_POINTS} either way")
        return value


class Zone(fields.Field[ZoneInfo]):
    """A time zone of the IANA database."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> ZoneInfo:
        try:
            return ZoneInfo(str(value))
        except (KeyError, ValueError, OSError) as error:
            raise ValidationError('unknown time zone; expected one such as "Europe/Berlin"') from error


def web_address(value: str) -> None:
    if fault := _fault_of_address(value):
        raise ValidationError(f"not a web address: {fault}; expected https://…")


def feed_address(value: str) -> None:
    web_address(value)
    if value != "".join(value.split()):
        raise ValidationError("not a web address: there is a blank in it")


def _fault_of_address(value: str) -> str:
    """What keeps it from being one, "" for nothing."""
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        return "its host or its port is none"
    if parts.scheme in {"http", "https"}:
        return "" if parts.netloc else "it names no host"
    if not value.strip():
        return "it is empty"
    if parts.scheme in {"feed", "rss"} and parts.netloc:
        return f"it begins with {parts.scheme}://, and its server is asked with https://"
    if "://" in value or parts.scheme in {"mailto", "tel", "file"}:
        return f"it begins with {parts.scheme}:, and only http and https can be asked"
    return "https:// is missing in front"


def web_address_or_path(value: str) -> None:
    if not re.match(r"^/(?![/\\])", value):
        web_address(value)
