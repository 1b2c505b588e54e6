"""The words by which a person is found, and the score by which the best come first: columns that PostgreSQL keeps.

Whoever changes these expressions writes a migration that makes the columns anew.
"""

from bridge.profiles.folding import folded_sql, has_umlauts_sql, spelt_out_sql
from bridge.program.figures import DIRECT

BETWEEN = r"[\s!-/:-@\[-`{-~]+"
"""What stands between words: white space and the punctuation of ASCII, the same in Python and PostgreSQL."""
LONGEST = 200
"""Characters of a value that is looked at; PostgreSQL takes no word of more than 2,046 bytes."""
TOP_FROM = 8
"""Points from which on people are kept in the order of their scores.

Most people have fewer, and theirs change often: an index that names a column makes each change of it dear.
"""

DIGITS = (6, 7)
"""So many of the last digits of a telephone number tell whose it is: at least, and at most."""


def _each(text: str, mark: str = "") -> str:
    """The words of a text, each behind its mark."""
    return f"' {mark}' || regexp_replace({folded_sql(text)}, '{BETWEEN}', ' {mark}', 'g')"


def _field(name: str, of: str = "fields") -> str:
    return f"left(coalesce({of} ->> '{name}', ''), {LONGEST})"


def _touch(name: str) -> str:
    return _field(name, "first_touch -> 'utm'")


def _topics(column: str, mark: str) -> str:
    """The topics of a list, each behind a mark."""
    words = f"""replace(translate({column}::text, '[]" ', ''), ',', ' {mark}')"""
    return f"case when {column} = '[]' then '' else ' {mark}' || {words} end"


_NAMES = " || ' ' || ".join(
    ["email_key", _field("first_name"), _field("last_name"), _field("company"), _field("role")]
)
_SOURCES = " || ' ' || ".join(
    [_touch("source"), _touch("medium"), _touch("campaign"), _field("referrer", "first_touch")]
)

_DIRECT = f"case when btrim({_touch('source')} || {_touch('medium')}) = '' then ' is:{DIRECT}' else '' end"
"""Whoever came by no channel is found by the word under which the results count them."""

_SPELT_OUT = f"case when {has_umlauts_sql(_NAMES)} then {_each(spelt_out_sql(_NAMES))} else '' end"

_DIGITS = f"regexp_replace({_field('phone')}, '[^0-9]', '', 'g')"
_PHONE = f"coalesce(' phone:' || reverse(substring({_DIGITS}, '[0-9]{{{DIGITS[0]},{DIGITS[1]}}}$')), '')"
"""The last digits of the telephone number from behind, so that fewer of them are the beginning of a word.

What stands before them is written in many ways: +49 30, 0049 30, 030, +49 (0)30.
"""

WORDS = f"""array_to_tsvector(array_remove(string_to_array(
    email_key || ' ' || split_part(email_key, '@', 2) || {_each(_NAMES)} || {_SPELT_OUT}
    || {_each(_SOURCES, "from:")} || {_DIRECT}
    || {_topics("interests", "topic:")} || {_topics("shown_interests", "shown:")}
    || {_PHONE}
    || coalesce(' owner:' || left(owner, {LONGEST}), '')
    || case when excluded then ' is:excluded' else '' end
    || case when objected then ' is:objected' else '' end
    || case when confirmed_at is null then ' is:unconfirmed' else '' end, ' '), ''))"""
"""Words of address, name, company and role; behind a mark what is chosen from a list. Only marks hold a colon."""

TOP_SCORE = f"case when score >= {TOP_FROM} then score else 0 end"
