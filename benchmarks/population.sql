-- Who is in a big database, and what happened to them over two years: a query for each table.
--
-- Everything is a function of a row's number and a seed, so that the same numbers give the same database. Ten events
-- make a block: four mails that leave, three opens, a click, a visit, and the form of one new person. Mails go to
-- whoever was there before: to few of them again and again, to most hardly ever (Zipf and Mandelbrot). The same holds
-- for the companies that people belong to. Each block makes one person, so that most people are asleep.
--
-- Whoever runs this defines pg_temp.seed(), pg_temp.until() and pg_temp.blocks() before, and fills the tables in this
-- order. "4 a block" says how many rows there are.

create or replace function pg_temp.mails() returns bigint
language sql immutable parallel safe as $$ select pg_temp.blocks() * 4 $$;

-- The most active of so many have a share that is the same at any size.
create or replace function pg_temp.flat() returns float8
language sql immutable parallel safe as $$ select greatest(1.0, pg_temp.blocks() / 1000.0)::float8 $$;

-- What is declared less stable than it is, PostgreSQL takes apart where it is used; else each row costs a call.

-- A number from 0 to 1; the same for the same row and purpose.
create or replace function pg_temp.chance(number bigint, what bigint) returns float8
language sql immutable parallel safe as $$
    select (hashint8extended(number, pg_temp.seed() * 1000 + what) & 9223372036854775807)::float8 / 9223372036854775808.0
$$;

create or replace function pg_temp.some_id(kind text, number bigint) returns uuid
language sql immutable parallel safe as $$ select md5(kind || pg_temp.seed()::text || ' ' || number::text)::uuid $$;

-- As UUID version 7, so that it lies where it came.
create or replace function pg_temp.timed_id(at timestamptz, number bigint) returns uuid
language sql stable parallel safe as $$
    select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0')
        || overlay(substr(md5(pg_temp.seed()::text || ' ' || number::text), 13) placing '7' from 1 for 1))::uuid
$$;

create or replace function pg_temp.born(block bigint) returns timestamptz
language sql stable parallel safe as $$
    select pg_temp.until() - interval '730 days' * (1 - (block + 0.5) / pg_temp.blocks())
$$;

create or replace function pg_temp.rank_of(chance float8, among bigint) returns bigint
language sql immutable parallel safe as $$
    select least(among - 1,
        floor(pg_temp.flat() * power((among + pg_temp.flat()) / pg_temp.flat(), chance) - pg_temp.flat())::bigint)
$$;

create or replace function pg_temp.addressee(mail bigint) returns bigint
language sql immutable parallel safe as $$ select pg_temp.rank_of(pg_temp.chance(mail, 1), mail / 4 + 1) $$;

create or replace function pg_temp.company(person bigint) returns text
language sql immutable parallel safe as $$
    select case when pg_temp.chance(person, 2) < 0.7 then
        'firma' || pg_temp.rank_of(pg_temp.chance(person, 3), pg_temp.blocks() / 5)::text || '.example' end
$$;

create or replace function pg_temp.browser() returns text
language sql immutable parallel safe as $$ select 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)'
    ' AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36'
$$;

create or replace function pg_temp.words() returns text
language sql immutable parallel safe as $$ select 'Ja, die Beispiel GmbH darf mir per E-Mail Fachinformationen,'
    ' Einladungen und Angebote senden. Ich kann diese Einwilligung jederzeit mit Wirkung für die Zukunft widerrufen,'
    ' zum Beispiel über den Abmeldelink in jeder E-Mail.'
$$;

create or replace function pg_temp.links() returns jsonb
language sql immutable parallel safe as $$ select '[
    {"number": 1, "url": "https://www.example.com/sepa", "label": "SEPA-Checkliste", "topics": ["sepa"]},
    {"number": 2, "url": "https://www.example.com/preise", "label": "Preise", "topics": []}]'::jsonb
$$;

-- submissions: 1 a block
select pg_temp.some_id('form', n) as id, pg_temp.some_id('person', n) as profile_id,
    'globe-next-download'::text as form, 'browser'::text as source, 'key ' || n as key,
    md5('content ' || n) as content_hash, 'accepted'::text as state,
    pg_temp.born(n) as received_at, pg_temp.born(n) as at,
    jsonb_build_object('email', 'person' || n || '@' || coalesce(pg_temp.company(n), 'post.example'),
        'last_name', 'Beispiel', 'company', 'Firma ' || n % 977) as fields,
    '{"email": true, "tracking": true}'::jsonb as consents,
    '{"page_url": "https://www.example.com/sepa"}'::jsonb as context
from generate_series(0::bigint, pg_temp.blocks() - 1) n;

-- mails: 4 a block
select pg_temp.some_id('mail', n) as id, pg_temp.some_id('person', pg_temp.addressee(n)) as profile_id,
    'first-questions'::text as template, 'Drei Fragen vor dem Umstieg'::text as subject, 'de'::text as language,
    'campaign ' || n / 4 as sequence, (n % 4)::int as step, true as tracked,
    pg_temp.links() as links,
    '<' || n || '.abcdefghijklmnop@example.com>' as message_id, pg_temp.born(n / 4) as created_at,
    pg_temp.born(n / 4) as handed_at, pg_temp.born(n / 4) as sent_at
from generate_series(0::bigint, pg_temp.mails() - 1) n;

-- outbox: 5 a block
select pg_temp.some_id(case when n < pg_temp.mails() then 'mail' else 'answer' end, n) as id,
    pg_temp.some_id('person', case when n < pg_temp.mails() then pg_temp.addressee(n) else n - pg_temp.mails() end)
        as profile_id,
    'mail'::text as kind, case when n < pg_temp.mails() then 'mail/nurture' else 'mail/confirm' end as template,
    case when n < pg_temp.mails() then 'consent' else 'request' end as ground, 'once ' || n as dedupe_key,
    '{}'::jsonb as payload, 'sent'::text as state, 1 as attempts, born.at as due_at, born.at as created_at,
    born.at as finished_at
from generate_series(0::bigint, pg_temp.mails() + pg_temp.blocks() - 1) n,
    lateral (select pg_temp.born(case when n < pg_temp.mails() then n / 4 else n - pg_temp.mails() end) as at) born;

-- events: 10 a block
select id, profile_id, kind, at, at as due_at, at + interval '20 seconds' as scored_at, 'human'::text as verdict,
    mail_id, case when what between 4 and 7 then organisation end as organisation,
    case when what < 4 then '{"subject": "Drei Fragen vor dem Umstieg"}'::jsonb
        when what < 7 then jsonb_build_object('method', 'GET', 'user_agent', pg_temp.browser(),
            'subject', 'Drei Fragen vor dem Umstieg')
        when what = 7 then jsonb_build_object('method', 'GET', 'user_agent', pg_temp.browser(),
            'link', 'https://www.example.com/sepa', 'subject', 'SEPA-Checkliste', 'label', 'SEPA-Checkliste',
            'topics', jsonb_build_array('sepa'))
        when what = 8 then jsonb_build_object('method', 'POST', 'user_agent', pg_temp.browser(),
            'page', '/seite-' || block, 'site', 'https://www.example.com', 'subject', 'Seite ' || block)
        else jsonb_build_object('form', 'globe-next-download', 'form_kind', 'download',
            'channel', 'marketing', 'subject', 'Globe Next im Überblick (PDF)',
            'submission', pg_temp.some_id('form', block)) end as data
from (
    select pg_temp.timed_id(moment.at, n) as id, what, block, moment.at,
        pg_temp.some_id('person', whose.person) as profile_id, pg_temp.company(whose.person) as organisation,
        (array['mail.sent', 'mail.sent', 'mail.sent', 'mail.sent', 'mail.opened', 'mail.opened', 'mail.opened',
            'link.clicked', 'page.visited', 'form.submitted'])[what + 1] as kind,
        case when what < 8 then pg_temp.some_id('mail', mail) end as mail_id
    from (
        select n, n / 10 as block, (n % 10)::int as what, 4 * (n / 10)
            + case when n % 10 < 4 then n % 10 else floor(4 * pg_temp.chance(n, 4))::bigint end as mail
        from generate_series(0::bigint, pg_temp.blocks() * 10 - 1) n
    ) placed,
    lateral (select case when what = 9 then block else pg_temp.addressee(mail) end as person offset 0) whose,
    lateral (select least(pg_temp.until(), pg_temp.born(block) + case when what between 4 and 8
        then interval '2 hours' * pg_temp.chance(n, 5) else interval '0' end) as at offset 0) moment
) happened;

-- ledger: 6 a block
select pg_temp.some_id('entry', n) as id, pg_temp.some_id('person', whose.person) as profile_id, n + 1 as seq,
    pg_temp.some_id('cause', n / 6) as event_id,
    (array['mail-sent', 'mail-opened', 'link-clicked', 'link-clicked', 'page-visited', 'form-submitted']
        )[n % 6 + 1] as rule,
    (array[-1, 1, 2, 2, 2, 2])[n % 6 + 1] as points, case when n % 6 = 3 then 'sepa' else '' end as topic,
    case n % 6 when 4 then '/seite-' || n / 6 || '|2026-01-01' when 5 then 'globe-next-download'
        else pg_temp.some_id('mail', 4 * (n / 6)) || '|https://www.example.com/sepa' end as once_key,
    0 as turn, (array['„Drei Fragen“ gesendet', '„Drei Fragen“ geöffnet', 'Klick auf „SEPA-Checkliste“',
        'Klick auf „SEPA-Checkliste“', 'Seite besucht', 'Formular gesendet'])[n % 6 + 1] as reason,
    pg_temp.born(n / 6) as at, '4f1d2a7b9c3e'::text as program_version,
    case when n % 6 = 1 and pg_temp.born(n / 6) + interval '180 days' > pg_temp.until()
        then pg_temp.born(n / 6) + interval '180 days' end as expires_at
from generate_series(0::bigint, pg_temp.blocks() * 6 - 1) n,
    lateral (select case when n % 6 = 5 then n / 6 else pg_temp.addressee(4 * (n / 6)) end as person offset 0) whose;

-- profiles: 1 a block
select pg_temp.some_id('person', n) as id,
    'person' || n || '@' || coalesce(pg_temp.company(n), 'post.example') as email,
    'person' || n || '@' || coalesce(pg_temp.company(n), 'post.example') as email_key,
    pg_temp.company(n) as company_domain, 'de'::text as language,
    case when n % 100 = 0 then 'sales_qualified' else 'marketing_qualified' end as stage,
    coalesce(scores.score, 0)::int as score, 50 as fit,
    jsonb_build_object('last_name', 'Beispiel', 'first_name', 'Anna', 'company', 'Firma ' || n % 977) as fields,
    '["sepa"]'::jsonb as interests, '{"page_url": "https://www.example.com/sepa"}'::jsonb as first_touch,
    '{"page_url": "https://www.example.com/sepa"}'::jsonb as last_touch,
    pg_temp.born(n) + interval '1 minute' as confirmed_at, pg_temp.born(n) as created_at
from generate_series(0::bigint, pg_temp.blocks() - 1) n
left join (select profile_id, sum(points) filter (where topic = '') as score from ledger group by 1) scores
    on scores.profile_id = pg_temp.some_id('person', n);

-- consents: 2 a block
select pg_temp.some_id('consent', n) as id, pg_temp.some_id('person', n / 2) as profile_id,
    (array['email', 'tracking'])[n % 2 + 1] as purpose, 'given'::text as state, pg_temp.words() as text,
    md5('words') as text_hash, 'de'::text as language, pg_temp.born(n / 2) as at, 'confirmation'::text as how,
    'globe-next-download'::text as place, '4f1d2a7b9c3e'::text as program_version,
    pg_temp.some_id('form', n / 2) as submission_id
from generate_series(0::bigint, pg_temp.blocks() * 2 - 1) n;

-- consent_proofs: 2 a block
select pg_temp.some_id('consent', n) as id, md5('address ' || n / 2) || md5('address ' || n / 2) as address_hash,
    (array['email', 'tracking'])[n % 2 + 1] as purpose, 'given'::text as state, pg_temp.words() as text,
    md5('words') as text_hash, 'de'::text as language, pg_temp.born(n / 2) as at, 'confirmation'::text as how,
    'globe-next-download'::text as place, '4f1d2a7b9c3e'::text as program_version,
    pg_temp.some_id('form', n / 2) as submission_id
from generate_series(0::bigint, pg_temp.blocks() * 2 - 1) n;

-- enrolments: 1 a block
select pg_temp.some_id('place', n) as id, pg_temp.some_id('person', n) as profile_id,
    'welcome'::text as sequence, case when n % 10 = 0 then 'active' else 'completed' end as state,
    1 as next_step, pg_temp.born(n) as started_at,
    case when n % 10 = 0 then pg_temp.until() + interval '30 days' * (0.1 + pg_temp.chance(n, 6)) end as due_at
from generate_series(0::bigint, pg_temp.blocks() - 1) n;

-- identities: 1 a block
select 'visitor'::text as kind, md5('browser ' || n) as value, pg_temp.some_id('person', n) as profile_id,
    pg_temp.born(n) as at, 'form'::text as how
from generate_series(0::bigint, pg_temp.blocks() - 1) n;

-- stage_changes: 0.33 a block
select pg_temp.some_id('move', n) as id, pg_temp.some_id('person', n) as profile_id, 'prospect'::text as was,
    'marketing_qualified'::text as became, pg_temp.born(n) as at, 'confirmed'::text as cause
from generate_series(0::bigint, pg_temp.blocks() - 1, 3) n;

-- handovers: 0.01 a block
select pg_temp.some_id('handover', n) as id, pg_temp.some_id('person', n) as profile_id, 1 as crossing,
    (array['open', 'accepted', 'lost', 'won'])[1 + (n / 100) % 4] as state, 'points'::text as cause,
    (array['mira', 'jonas'])[1 + (n / 100) % 2] as sales_person, 14 as score, pg_temp.born(n) as at,
    pg_temp.born(n) as begun_at, pg_temp.born(n) as due_at
from generate_series(0::bigint, pg_temp.blocks() - 1, 100) n;

-- profile_links: 0.01 a block
select pg_temp.some_id('link', n) as id, pg_temp.some_id('person', n) as profile_id,
    pg_temp.some_id('handover', n) as handover_id, (array['mira', 'jonas'])[1 + (n / 100) % 2] as sales_person,
    pg_temp.born(n) as created_at, pg_temp.until() + interval '30 days' as expires_at
from generate_series(0::bigint, pg_temp.blocks() - 1, 100) n;

-- link_openings: 0.03 a block
select pg_temp.some_id('opening', n) as id, pg_temp.some_id('link', 100 * (n / 3)) as link_id,
    pg_temp.born(100 * (n / 3)) as at
from generate_series(0::bigint, pg_temp.blocks() * 3 / 100 - 1) n;

-- visits: 0.5 a block
select pg_temp.timed_id(moment.at, n) as id, md5('stranger ' || n / 4) as visitor, moment.at,
    'https://www.example.com/seite-' || n % 499 as page, 'Seite'::text as title
from generate_series(0::bigint, pg_temp.blocks() / 2 - 1) n,
    lateral (select pg_temp.until() - interval '30 days' * pg_temp.chance(n, 7) as at) moment;
