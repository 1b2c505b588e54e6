"""What happened, as it is counted by day: one statement that reads a day whole, or all the days of some people.

It gives rows of figure, dimension, day, key, count and amount. Whatever is counted belongs to one person, or to one
browser of nobody: so a day is the sum of what its people count, and what somebody counted can be kept when they go.
"""

# ruff: noqa: S608 - the statement is made of words of ours alone

from collections.abc import Iterable
from dataclasses import dataclass

from bridge.program.figures import DIRECT, EUROS

_LONGEST_KEY = 80
WITHIN_DAYS = 120
"""A hand-over belongs to the month in which its person became marketing-qualified if it came so soon after that."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose facts are read: a condition on the moment and the owner of a fact, and one on visits of browsers."""

    condition: str
    visits: str

    def of(self, table: str, at: str = "at", owner: str = "profile_id") -> str:
        """The condition for a table."""
        return self.condition.replace("<at>", f"{table}.{at}").replace("<owner>", f"{table}.{owner}")


OF_A_DAY = Scope("<at> >= :since and <at> < :until", "visits.at >= :since and visits.at < :until")
"""Parameters: since, until, zone; wake_ups, the ids of series that wake sleepers."""

OF_PEOPLE = Scope("<owner> = any(cast(:people as uuid[]))", "false")
"""Parameters: people, zone, wake_ups."""


def facts(scope: Scope) -> str:
    """The statement for that scope, whose parameters it takes."""
    return f"""
        with happened as materialized ({_happened(scope)}),
        of_people as ({_OF_PEOPLE}), of_mails as ({_of_mails(scope)}), of_visitors as ({_of_visitors(scope)})
        {_told_apart("of_people", _BY_PERSON, _IN_EUROS)}
        union all {_told_apart("of_mails", ("mail", "sequence"))}
        union all {_told_apart("of_visitors", ("channel", "campaign"))}
    """


_BY_PERSON = (
    "form",
    "channel",
    "campaign",
    "mail",
    "sequence",
    "team",
    "person",
    "reason",
    "currency",
    "cohort",
)


_IN_EUROS = f"case when told.dimension = 'currency' or currency = '{EUROS}' then amount else 0 end"
"""Amounts of several currencies are never added."""


def _told_apart(table: str, dimensions: Iterable[str], amount: str = "0") -> str:
    """All together, and by each dimension that a figure has: where it has none, its column is null."""
    pairs = ", ".join(["('', '')", *(f"('{name}', {table}.{name})" for name in dimensions)])
    return f"""
        select figure, told.dimension, day, told.key, sum(count) as count, sum({amount}) as amount
        from {table} cross join lateral (values {pairs}) as told (dimension, key)
        where told.key is not null and count > 0
        group by figure, told.dimension, day, told.key
    """


def _day(moment: str) -> str:
    return f"cast({moment} at time zone :zone as date)"


def _word(value: str) -> str:
    return f"nullif(left(lower(btrim({value})), {_LONGEST_KEY}), '')"


def _channel(utm: str) -> str:
    """“google / cpc”, as far as it is known."""
    source, medium = _word(f"{utm} ->> 'source'"), _word(f"{utm} ->> 'medium'")
    return f"coalesce(nullif(concat_ws(' / ', {source}, {medium}), ''), '{DIRECT}')"


def _campaign(utm: str) -> str:
    return "coalesce(" + _word(f"{utm} ->> 'campaign'") + ", '')"


_TOUCH = "(profiles.first_touch -> 'utm')"


def _began(changes: str = "stage_changes") -> str:
    """Whether somebody became marketing-qualified, and did not just come back from sales."""
    was = f"coalesce({changes}.was, '') in ('', 'visitor', 'prospect')"
    return f"({changes}.became = 'marketing_qualified' and {was})"


WENT_ON = """exists (
    select from handovers as next where next.profile_id = handovers.profile_id
    and next.crossing = handovers.crossing + 1 and next.cause = 'rerouted'
)"""
"""Whether a colleague got the lead instead: then only theirs is counted."""

_CAME_BACK = f"""(exists (
    select from handovers as earlier where earlier.profile_id = handovers.profile_id
    and earlier.crossing < handovers.crossing and earlier.state in ('rejected', 'lost', 'expired')
    and not {WENT_ON.replace("handovers.", "earlier.")}
) or exists (
    select from mails where mails.profile_id = handovers.profile_id and mails.sequence = any(:wake_ups)
    and mails.sent_at <= handovers.at
))"""


def _happened(scope: Scope) -> str:
    """A row for each person and figure that it counts: figure, at, person, handover, mail."""
    nothing = "cast(null as uuid)"
    return f"""
        select 'leads' as figure, created_at as at, id as person, {nothing} as handover, {nothing} as mail
        from profiles where {scope.of("profiles", "created_at", "id")}
        union all
        select 'confirmed', at, profile_id, null, null
        from events where kind = 'address.confirmed' and {scope.of("events")} and not exists (
            select from events as before where before.profile_id = events.profile_id
            and before.kind = 'address.confirmed' and (before.at, before.id) < (events.at, events.id)
        )
        union all
        select 'marketing_qualified', at, profile_id, null, null
        from stage_changes where {_began()} and {scope.of("stage_changes")} and not exists (
            select from stage_changes as before where before.profile_id = stage_changes.profile_id
            and {_began("before")}
            and (before.at, before.id) < (stage_changes.at, stage_changes.id)
        )
        union all
        select named.figure, at, profile_id, id, null
        from handovers cross join lateral (
            values ('handed_over'), (case when {_CAME_BACK} then 'reactivated' end)
        ) as named (figure)
        where {scope.of("handovers")} and state <> 'withdrawn' and not {WENT_ON} and named.figure is not null
        union all
        select 'accepted', events.at, events.profile_id, handovers.id, null
        from events join handovers on handovers.profile_id = events.profile_id
        and cast(handovers.id as text) = events.data ->> 'handover'
        where events.kind = 'sales.accepted' and {scope.of("events")} and not {WENT_ON}
        union all
        select state, decided_at, profile_id, id, null
        from handovers where state in ('rejected', 'expired', 'won', 'lost')
        and {scope.of("handovers", "decided_at")} and not {WENT_ON}
        union all
        (select distinct on (profile_id, {_day("at")}) 'unsubscribed', at, profile_id, {nothing}, mail_id
        from events where kind = 'unsubscribed' and {scope.of("events")}
        order by profile_id, {_day("at")}, at, id)
    """


_CURRENCY = f"case when handovers.amount is null then '' else coalesce(handovers.currency, '{EUROS}') end"

_ACCEPTED = (
    "(happened.figure in ('handed_over', 'reactivated', 'accepted') and handovers.accepted_by is not null)"
)
"""Whether it counts for who accepted the lead, and not for who has it now, or had it when it ended."""

_OF_PEOPLE = f"""
    select happened.figure, {_day("happened.at")} as day, 1 as count,
        case when happened.figure = 'won' then coalesce(handovers.amount, 0) else 0 end as amount,
        coalesce(first.form, '') as form, {_channel(_TOUCH)} as channel, {_campaign(_TOUCH)} as campaign,
        case when handovers.id is not null then coalesce(owed.template, '')
            when happened.figure = 'unsubscribed' then coalesce(read.template, '') end as mail,
        case when handovers.id is not null then coalesce(owed.sequence, '')
            when happened.figure = 'unsubscribed' then coalesce(read.sequence, '') end as sequence,
        case when {_ACCEPTED} then coalesce(handovers.accepted_team, '')
            when handovers.id is not null then coalesce(handovers.team, '') end as team,
        case when {_ACCEPTED} then handovers.accepted_by else handovers.sales_person end as person,
        case when happened.figure in ('rejected', 'lost') then coalesce(handovers.reason, '') end as reason,
        case when happened.figure = 'won' then {_CURRENCY} end as currency,
        case when happened.figure = 'handed_over' then coalesce(cohort.month, '') end as cohort
    from happened
    join profiles on profiles.id = happened.person
    left join handovers on handovers.id = happened.handover
    left join lateral (select template, sequence from mails where id = happened.mail limit 1) as read on true
    left join lateral (
        select submissions.form from submissions
        where submissions.profile_id = profiles.id and submissions.state = 'accepted'
        order by submissions.received_at, submissions.id limit 1
    ) as first on true
    left join lateral (
        select mails.template, mails.sequence from mails
        where mails.profile_id = handovers.profile_id and mails.sequence is not null
        and mails.sent_at <= handovers.at and mails.sent_at > handovers.at - interval '30 days'
        order by mails.sent_at desc, mails.id limit 1
    ) as owed on true
    left join lateral (
        select to_char(min(stage_changes.at) at time zone :zone, 'YYYY-MM') as month
        from stage_changes
        where happened.figure = 'handed_over' and stage_changes.profile_id = profiles.id
        and {_began()}
        having min(stage_changes.at) <= handovers.at
        and min(stage_changes.at) > handovers.at - interval '{WITHIN_DAYS} days'
        and not exists (
            select from handovers as earlier where earlier.profile_id = profiles.id
            and earlier.crossing < handovers.crossing and earlier.state <> 'withdrawn'
            and not {WENT_ON.replace("handovers.", "earlier.")}
            and earlier.at >= (
                select min(began.at) from stage_changes as began
                where began.profile_id = profiles.id and {_began("began")}
            )
        )
    ) as cohort on true
"""
"""Each with all that it is told apart by. A hand-over is owed to the newest mail of a series before it."""


def _of_mails(scope: Scope) -> str:
    """Mails by the day on which they were sent, with what people did with them since.

    That is sought for all mails together: whether mail by mail or in one go is the planner's choice.
    """
    return f"""
        with sent as materialized (
            select events.profile_id, events.mail_id, {_day("events.at")} as day, mails.template as mail,
                coalesce(mails.sequence, '') as sequence, mails.tracked
            from events join mails on mails.id = events.mail_id
            where events.kind = 'mail.sent' and {scope.of("events")}
        ), read as (
            select hit.mail_id,
                bool_or(hit.kind = 'mail.opened') as opened, bool_or(hit.kind = 'link.clicked') as clicked
            from sent join events as hit on hit.profile_id = sent.profile_id and hit.mail_id = sent.mail_id
            where hit.kind in ('mail.opened', 'link.clicked') and hit.verdict = 'human'
            group by hit.mail_id
        )
        select named.figure, day, named.count, mail, sequence
        from (
            select day, mail, sequence, count(*) as sent, count(*) filter (where tracked) as tracked,
                count(*) filter (where opened) as opened, count(*) filter (where clicked) as clicked
            from sent left join read using (mail_id)
            group by day, mail, sequence
        ) as counted
        cross join lateral (values
            ('mails_sent', sent), ('mails_tracked', tracked), ('mails_opened', opened), ('mails_clicked', clicked)
        ) as named (figure, count)
    """


def _of_visitors(scope: Scope) -> str:
    """Browsers of nobody by where they came from that day; known people by where they came from at first."""
    return f"""
        select 'visitors' as figure, day, count(*) as count, channel, campaign
        from (
            select day, {_channel("utm")} as channel, {_campaign("utm")} as campaign
            from (
                select distinct on (visitor, {_day("at")}) {_day("at")} as day, utm
                from visits where {scope.visits}
                order by visitor, {_day("at")}, utm = '{{}}'::jsonb, at, id
            ) as of_nobody
            union all
            select day, {_channel(_TOUCH)}, {_campaign(_TOUCH)}
            from (
                select distinct profile_id, {_day("at")} as day
                from events where kind = 'page.visited' and {scope.of("events")}
            ) as known join profiles on profiles.id = known.profile_id
        ) as seen
        group by day, channel, campaign
    """
