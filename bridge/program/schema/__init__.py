"""The form of `program.toml`, key by key. What refers to what is checked afterwards, in `checking`."""

from marshmallow import fields, validate

from bridge.program.schema.desk import ResultsTable
from bridge.program.schema.feeds import FeedTable
from bridge.program.schema.keys import Strict
from bridge.program.schema.nurture import MailingTable, MailTable, SequenceTable
from bridge.program.schema.profiling import FitTable, ProfilingTable
from bridge.program.schema.sales import WEBHOOK_TYPES, SalesTable, WebhookTable
from bridge.program.schema.scoring import RetentionTable, ScoringTable, StagesTable, VerdictsTable
from bridge.program.schema.website import (
    ConsentTable,
    FieldTable,
    FormTable,
    ProgramTable,
    TopicTable,
    WebsiteTable,
)

__all__ = ["WEBHOOK_TYPES", "ProgramFile"]


class ProgramFile(Strict):
    """The whole file."""

    program = fields.Nested(ProgramTable, required=True)
    website = fields.Nested(WebsiteTable, load_default=lambda: WebsiteTable().load({}))
    topics = fields.List(fields.Nested(TopicTable), load_default=list)
    consents = fields.Dict(fields.String(), fields.Nested(ConsentTable), load_default=dict)
    fields_ = fields.List(fields.Nested(FieldTable), data_key="fields", load_default=list)
    forms = fields.List(fields.Nested(FormTable), required=True, validate=validate.Length(min=1))
    profiling = fields.Nested(ProfilingTable, load_default=lambda: ProfilingTable().load({}))
    fit = fields.List(fields.Nested(FitTable), load_default=list)
    stages = fields.Nested(StagesTable, required=True)
    verdicts = fields.Nested(VerdictsTable, load_default=lambda: VerdictsTable().load({}))
    mailing = fields.Nested(MailingTable, load_default=lambda: MailingTable().load({}))
    retention = fields.Nested(RetentionTable, load_default=lambda: RetentionTable().load({}))
    scoring = fields.Nested(ScoringTable, required=True)
    feeds = fields.List(fields.Nested(FeedTable), load_default=list)
    mails = fields.List(fields.Nested(MailTable), load_default=list)
    sequences = fields.List(fields.Nested(SequenceTable), load_default=list)
    sales = fields.Nested(SalesTable, required=True)
    results = fields.Nested(ResultsTable, load_default=lambda: ResultsTable().load({}))
    webhooks = fields.List(fields.Nested(WebhookTable), load_default=list)
