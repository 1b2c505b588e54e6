"""Feeds that mails take news from."""

from marshmallow import fields

from bridge.program.schema.keys import ID, LANGUAGES, OneOf, Strict, feed_address


class FeedTable(Strict):
    id = fields.String(required=True, validate=ID)
    url = fields.String(required=True, validate=feed_address)
    topics = fields.List(fields.String(), load_default=list)
    language = fields.String(load_default=None, validate=OneOf(LANGUAGES))
