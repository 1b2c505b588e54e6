"""The tables. Facts are rows that are added; only states and derived sums change."""

from bridge.store.tables.columns import metadata
from bridge.store.tables.console import accounts, audit_log, console_sessions
from bridge.store.tables.journal import (
    counted_hits,
    events,
    ledger,
    proofs_of_humanity,
    stage_changes,
    watermarks,
)
from bridge.store.tables.mailing import (
    dead_letters,
    mail_counts,
    mail_domains,
    mails,
    notices,
    outbox,
    webhook_attempts,
    webhook_endpoints,
)
from bridge.store.tables.nurturing import articles, enrolments, feeds, sent_articles, variant_choices
from bridge.store.tables.people import (
    consent_proofs,
    consents,
    erasures,
    identities,
    installation,
    profiles,
    submissions,
    suppressions,
    visits,
)
from bridge.store.tables.results import day_figures, gone_figures, stale_days
from bridge.store.tables.sales import (
    handovers,
    held_leads,
    link_codes,
    link_openings,
    profile_links,
    sales_devices,
)

__all__ = [
    "accounts",
    "articles",
    "audit_log",
    "consent_proofs",
    "consents",
    "console_sessions",
    "counted_hits",
    "day_figures",
    "dead_letters",
    "enrolments",
    "erasures",
    "events",
    "feeds",
    "gone_figures",
    "handovers",
    "held_leads",
    "identities",
    "installation",
    "ledger",
    "link_codes",
    "link_openings",
    "mail_counts",
    "mail_domains",
    "mails",
    "metadata",
    "notices",
    "outbox",
    "profile_links",
    "profiles",
    "proofs_of_humanity",
    "sales_devices",
    "sent_articles",
    "stage_changes",
    "stale_days",
    "submissions",
    "suppressions",
    "variant_choices",
    "visits",
    "watermarks",
    "webhook_attempts",
    "webhook_endpoints",
]
