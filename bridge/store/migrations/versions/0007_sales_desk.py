"""The sales desk, the console and the results: leads that are held, accounts and what they did, figures by day."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"


# What the code says of these is written out here: a migration stays as it was when the code goes on.
_NAMES = """email_key || ' ' || left(coalesce(fields ->> 'first_name', ''), 200)
    || ' ' || left(coalesce(fields ->> 'last_name', ''), 200)
    || ' ' || left(coalesce(fields ->> 'company', ''), 200) || ' ' || left(coalesce(fields ->> 'role', ''), 200)"""
_SPELT_OUT = f"""replace(replace(replace(replace(replace(replace(normalize({_NAMES}, NFC),
    'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue'), 'Ä', 'ae'), 'Ö', 'oe'), 'Ü', 'ue')"""
_CHANNEL = """left(coalesce(first_touch -> 'utm' ->> 'source', ''), 200)
    || ' ' || left(coalesce(first_touch -> 'utm' ->> 'medium', ''), 200)
    || ' ' || left(coalesce(first_touch -> 'utm' ->> 'campaign', ''), 200)
    || ' ' || left(coalesce(first_touch ->> 'referrer', ''), 200)"""
_EACH = r"""' {mark}' || regexp_replace(lower(regexp_replace(normalize(translate(
    replace(replace(replace(replace(replace(replace({text},
    'ß', 'ss'), 'ẞ', 'ss'), 'æ', 'ae'), 'Æ', 'ae'), 'œ', 'oe'), 'Œ', 'oe'),
    'ØøĐđŁłĦħŦŧı', 'ooddllhhtti'), NFD), '[\u0300-\u036f]', '', 'g')), '[\s!-/:-@\[-`{{-~]+', ' {mark}', 'g')"""
_WORDS = rf"""array_to_tsvector(array_remove(string_to_array(
    email_key || ' ' || split_part(email_key, '@', 2) || {_EACH.format(mark="", text=_NAMES)}
    || case when normalize({_NAMES}, NFC) ~ '[äöüÄÖÜ]' then {_EACH.format(mark="", text=_SPELT_OUT)} else '' end
    || {_EACH.format(mark="from:", text=_CHANNEL)}
    || case when btrim(left(coalesce(first_touch -> 'utm' ->> 'source', ''), 200)
        || left(coalesce(first_touch -> 'utm' ->> 'medium', ''), 200)) = '' then ' is:direct' else '' end
    || case when interests = '[]' then ''
        else ' topic:' || replace(translate(interests::text, '[]" ', ''), ',', ' topic:') end
    || case when shown_interests = '[]' then ''
        else ' shown:' || replace(translate(shown_interests::text, '[]" ', ''), ',', ' shown:') end
    || coalesce(' phone:' || reverse(substring(
        regexp_replace(left(coalesce(fields ->> 'phone', ''), 200), '[^0-9]', '', 'g'),
        '[0-9]{{6,7}}$')), '')
    || coalesce(' owner:' || left(owner, 200), '')
    || case when excluded then ' is:excluded' else '' end
    || case when objected then ' is:objected' else '' end
    || case when confirmed_at is null then ' is:unconfirmed' else '' end, ' '), ''))"""
_TOP_SCORE = "case when score >= 8 then score else 0 end"
_SIGNS = """verdict = 'human' and kind not in (
    'mail.bounced', 'mail.ignored', 'mail.sent', 'own-page.opened', 'sequence.completed', 'sales.expired',
    'sales.accepted', 'sales.rejected', 'sales.won', 'sales.lost', 'lead.handed_over', 'lead.withdrawn',
    'lead.held', 'lead.released', 'lead.returned', 'lead.excluded', 'lead.lapsed', 'sales.not_reached',
    'sales.come_back', 'sales.forwarded', 'sales.taken_up')"""

# Whoever forgets what is old says so in their transaction; an address may be forgotten, and no other word changes.
_ONLY_ADDED = """
create function audit_log_only_added() returns trigger language plpgsql as $$
begin
    if current_setting('leadbridge.retention', true) = 'on' then
        if tg_op = 'DELETE' then
            return old;
        end if;
        if tg_op = 'UPDATE' and new.ip is null and to_jsonb(new) - 'ip' = to_jsonb(old) - 'ip' then
            return new;
        end if;
    end if;
    raise exception 'rows of audit_log are added, and never changed' using errcode = 'insufficient_privilege';
end
$$
"""


def upgrade() -> None:
    _people()
    _handovers()
    _held_leads()
    _outbox()
    _console()
    _figures()


def _people() -> None:
    """People are found by words, and by score; both columns in one go, for each rewrites the table."""
    _shown_interests()
    op.execute(
        f"alter table profiles add column words tsvector generated always as ({_WORDS}) stored,"
        f" add column top_score integer generated always as ({_TOP_SCORE}) stored"
    )
    op.execute("alter table profiles alter column words set statistics 0")  # as of all that people write
    op.create_index("ix_events_signs", "events", ["at", "profile_id"], postgresql_where=sa.text(_SIGNS))
    op.drop_index("ix_profiles_created_at", "profiles")
    op.drop_index("ix_profiles_stage", "profiles")
    op.drop_index("ix_profiles_company_domain", "profiles")
    newest, best = ["created_at", "id"], ["top_score", "created_at", "id"]
    op.create_index("ix_profiles_created_at", "profiles", newest)
    op.create_index("ix_profiles_top_score", "profiles", best)
    op.create_index("ix_profiles_company_domain", "profiles", ["company_domain", *best])
    op.create_index("ix_profiles_stage", "profiles", ["stage", *newest])
    op.create_index("ix_profiles_stage_top_score", "profiles", ["stage", *best])
    op.create_index("ix_profiles_words", "profiles", ["words"], postgresql_using="gin")


def _shown_interests() -> None:
    """What the ledger tells of people's interests is kept with them."""
    op.execute("alter table profiles add column shown_interests jsonb not null default '[]'::jsonb")
    op.execute(
        """
        update profiles set shown_interests = topics from (
            select profile_id, jsonb_agg(topic order by topic) as topics from (
                select profile_id, topic from ledger where topic <> '' group by profile_id, topic
                having sum(points) > 0
            ) shown group by profile_id
        ) theirs where id = profile_id
        """
    )


def _handovers() -> None:
    for column in (
        sa.Column("team", sa.Text),
        sa.Column("measure", sa.Text),
        sa.Column("route", postgresql.JSONB, nullable=False, server_default=sa.text("'[]'::jsonb")),
        _moment("begun_at", server_default=sa.text("now()")),
        _moment("reacted_at", nullable=True),
        _moment("touched_at", nullable=True),
        _moment("reminded_at", nullable=True),
        _moment("escalated_at", nullable=True),
        _moment("asked_at", nullable=True),
        sa.Column("passed_by", sa.Text),
        sa.Column("agreed_on", sa.Date),
        sa.Column("accepted_by", sa.Text),
        sa.Column("accepted_team", sa.Text),
        sa.Column("reacted_team", sa.Text),
        _moment("team_since", nullable=True),
    ):
        op.add_column("handovers", column)
    op.create_index("ix_handovers_at", "handovers", ["at", "id"])
    op.create_index("ix_handovers_sales_person", "handovers", ["sales_person", "state", "at"])
    unanswered = sa.text("state in ('open', 'accepted') and touched_at is null")
    op.create_index("ix_handovers_unanswered", "handovers", ["begun_at"], postgresql_where=unanswered)
    unasked = sa.text("state in ('open', 'accepted') and asked_at is null")
    op.create_index("ix_handovers_unasked", "handovers", ["due_at"], postgresql_where=unasked)

    for name, columns, states in (
        ("due", ["due_at", "id"], "state = 'open' or state = 'accepted' and touched_at is null"),
        ("accepted", ["decided_at", "id"], "state = 'accepted' and touched_at is not null"),
        ("decided", ["decided_at", "id"], "state in ('won', 'lost')"),
        ("returned", ["decided_at", "id"], "state in ('rejected', 'expired')"),
    ):
        op.create_index(f"ix_handovers_{name}", "handovers", columns, postgresql_where=sa.text(states))
    # whoever has answered is not reminded, and nobody of what was handed over before there were reminders; an open
    # one has a note when somebody was not reached, and when that was stands nowhere else
    op.execute(
        """
        update handovers set begun_at = at, reacted_at = decided_at,
            touched_at = coalesce(decided_at, case when note is not null then now() end),
            accepted_by = case when state in ('accepted', 'won', 'lost') then sales_person end
        """
    )
    op.execute("update handovers set reminded_at = now(), escalated_at = now() where state = 'open'")
    op.execute("update handovers set asked_at = now() where state = 'accepted'")


def _held_leads() -> None:
    op.create_table(
        "held_leads",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column(
            "profile_id",
            sa.Uuid,
            sa.ForeignKey("profiles.id", ondelete="CASCADE", name="fk_held_leads_profile_id"),
            nullable=False,
        ),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("rule", sa.Text),
        sa.Column("sales_person", sa.Text),
        sa.Column("team", sa.Text),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("because_of", sa.Uuid, nullable=False),
        sa.Column("submission_id", sa.Uuid),
        sa.Column("score", sa.Integer, nullable=False),
        _moment("at"),
        _moment("decided_at", nullable=True),
        sa.Column("decision", sa.Text),
        sa.Column("decided_by", sa.Text),
        sa.Column("note", sa.Text),
        sa.Column("waits_for", postgresql.JSONB, nullable=False, server_default=sa.text("'[]'::jsonb")),
        sa.Column("looked_by", sa.Text, nullable=False, server_default=""),
    )
    waiting = sa.text("decided_at is null")
    op.create_index("ix_held_leads_profile_id", "held_leads", ["profile_id"])
    op.create_index(
        "uq_held_leads_waiting", "held_leads", ["profile_id"], unique=True, postgresql_where=waiting
    )
    op.create_index("ix_held_leads_at", "held_leads", ["why", "at"], postgresql_where=waiting)
    op.create_index("ix_held_leads_rules", "held_leads", ["at", "why", "rule", "decision"])
    by_form, held = ["form", "received_at", "id"], sa.text("state = 'held'")
    op.create_index("ix_submissions_held_form", "submissions", by_form, postgresql_where=held)
    op.create_index(
        "ix_submissions_suspected",
        "submissions",
        ["received_at", "held_because", "state"],
        postgresql_where=sa.text("held_because is not null"),
    )


def _outbox() -> None:
    """Lists of it are read page by page, of all kinds or of one; so are dead letters."""
    op.drop_index("ix_outbox_waiting", "outbox")
    op.drop_index("ix_outbox_failed", "outbox")
    waits, failed = sa.text("state in ('due', 'deferred', 'leased')"), sa.text("state in ('refused', 'dead')")
    for name, columns, where in (
        ("waiting", ["due_at", "id"], waits),
        ("waiting_of_kind", ["kind", "due_at", "id"], waits),
        ("failed", ["state", "created_at", "id"], failed),
        ("failed_of_kind", ["state", "kind", "created_at", "id"], failed),
    ):
        op.create_index(f"ix_outbox_{name}", "outbox", columns, postgresql_where=where)
    op.create_index("ix_dead_letters_at", "dead_letters", ["at", "id"])


def _console() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("email_key", sa.Text, nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("role_from", sa.Text, nullable=False, server_default="here"),
        sa.Column("password_hash", sa.Text),
        sa.Column("totp_secret", sa.Text),
        _moment("totp_since", nullable=True),
        sa.Column("totp_step", sa.BigInteger),
        sa.Column("recovery", postgresql.JSONB, nullable=False, server_default=sa.text("'[]'::jsonb")),
        sa.Column("oidc_subject", sa.Text, unique=True),
        sa.Column("language", sa.Text),
        sa.Column("sales_person", sa.Text),
        _moment("created_at"),
        _moment("seen_at", nullable=True),
        _moment("closed_at", nullable=True),
    )
    op.create_table(
        "console_sessions",
        sa.Column("secret_hash", sa.Text, primary_key=True),
        sa.Column(
            "account_id",
            sa.Uuid,
            sa.ForeignKey("accounts.id", ondelete="CASCADE", name="fk_console_sessions_account_id"),
            nullable=False,
        ),
        _moment("created_at"),
        _moment("seen_at"),
        _moment("expires_at"),
        _moment("proved_at", nullable=True),
        sa.Column("user_agent", sa.Text),
    )
    op.create_index("ix_console_sessions_account_id", "console_sessions", ["account_id"])
    op.create_index("ix_console_sessions_expires_at", "console_sessions", ["expires_at"])
    _audit_log()


def _audit_log() -> None:
    op.create_table(
        "audit_log",
        sa.Column("id", sa.Uuid, primary_key=True),
        _moment("at"),
        sa.Column("account_id", sa.Uuid),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("kind", sa.Text),
        sa.Column("subject", sa.Text),
        sa.Column("details", postgresql.JSONB, nullable=False, server_default=sa.text("'{}'::jsonb")),
        sa.Column("ip", sa.Text),
    )
    op.create_index("ix_audit_log_at", "audit_log", ["at"])
    op.create_index("ix_audit_log_subject", "audit_log", ["subject", "at"])
    op.create_index("ix_audit_log_who", "audit_log", ["who", "at"])
    op.create_index("ix_audit_log_what", "audit_log", ["what", "at"])
    op.execute(_ONLY_ADDED)
    for what, when in (("row", "update or delete"), ("statement", "truncate")):
        op.execute(
            f"create trigger audit_log_only_added_{what} before {when} on audit_log"
            f" for each {what} execute function audit_log_only_added()"
        )


def _figures() -> None:
    numbers = ["count", "amount"]
    for table in ("day_figures", "gone_figures"):
        op.create_table(
            table,
            sa.Column("figure", sa.Text, nullable=False),
            sa.Column("dimension", sa.Text, nullable=False),
            sa.Column("day", sa.Date, nullable=False),
            sa.Column("key", sa.Text, nullable=False),
            sa.Column("count", sa.BigInteger, nullable=False),
            sa.Column("amount", sa.Numeric(16, 2), nullable=False, server_default="0"),
            sa.PrimaryKeyConstraint("figure", "dimension", "day", "key", postgresql_include=numbers),
        )
        op.create_index(op.f(f"ix_{table}_day"), table, ["day"])
    op.create_table(
        "stale_days",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        _moment("at"),
    )
    op.create_index("ix_events_at", "events", ["at", "id"])
    op.create_index("ix_events_kind", "events", ["kind", "at", "id"])
    op.create_index(op.f("ix_stage_changes_at"), "stage_changes", ["at"])
    decided = sa.text("decided_at is not null")
    op.create_index("ix_handovers_decided_at", "handovers", ["decided_at"], postgresql_where=decided)
    rerouted = sa.text("cause = 'rerouted'")
    op.create_index(
        "ix_handovers_rerouted", "handovers", ["profile_id", "crossing"], postgresql_where=rerouted
    )
    _marks()
    _days_of_before()


def _marks() -> None:
    """Whoever changes a hand-over or a stage, in whatever way, marks the days whose figures that changes.

    Only what is added or changed: when people go, what they counted is kept apart.
    """
    op.execute(
        """
        create function mark_days_of_handover() returns trigger language plpgsql as $$
        begin
            insert into stale_days (at) select distinct at from (values (new.at), (new.decided_at)) days (at)
            where at is not null;
            if tg_op = 'UPDATE' then
                insert into stale_days (at)
                select distinct at from (values (old.at), (old.decided_at)) days (at)
                where at is not null and at is distinct from new.at and at is distinct from new.decided_at;
            end if;
            return null;
        end $$;
        create trigger mark_days after insert or update of
            at, decided_at, state, sales_person, team, reason, amount, currency on handovers
            for each row execute function mark_days_of_handover();
        create function mark_day_of_stage() returns trigger language plpgsql as $$
        begin
            insert into stale_days (at) values (new.at);
            return null;
        end $$;
        create trigger mark_day after insert on stage_changes
            for each row when (new.became = 'marketing_qualified') execute function mark_day_of_stage();
        """
    )


def _days_of_before() -> None:
    """Every day of which anything may be known waits to be counted.

    Which days there are is for the programme's time zone to say: with a mark every twelve hours none is left out.
    """
    op.execute(
        """
        insert into stale_days (at)
        select days.at from (select least(
            (select min(created_at) from profiles), (select min(at) from visits), (select min(at) from events),
            (select min(at) from handovers), (select min(at) from stage_changes)
        ) as first) as oldest cross join lateral (
            select generate_series(first, now(), interval '12 hours') union select now()
        ) as days (at)
        where first is not null
        """
    )


def _moment(
    name: str, *, nullable: bool = False, server_default: sa.TextClause | None = None
) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable, server_default=server_default)
