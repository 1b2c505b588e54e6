-- A million people as different as people are: names and companies of which some are frequent and most are rare,
-- stages, campaigns that came and went, owners, scores of which most are small. number 0 is the oldest.
--
-- What people do is theirs very unequally: of ten events each, the first of all has nine thousand and most have three
-- or four. With it stand the mails, points and answers that belong to it, what waits in the outbox and what failed,
-- forms and leads that are held, a year of figures for the results, and an audit log.
--
-- Whoever runs this puts the number of people in for :people.

create temp table given as select * from unnest(array['Anna', 'Jürgen', 'Sabine', 'Peter', 'Zoë', 'Łukasz', 'Mehmet',
    'Ingrid', 'Thomas', 'Aylin', 'Renée', 'Björn', 'Katharina', 'Øystein', 'Maria', 'Hans-Peter']) with ordinality g(name, place);
create temp table syllables as select * from unnest(array['ber', 'schmi', 'mül', 'wag', 'hof', 'stein', 'kra', 'lin',
    'vo', 'zim', 'ker', 'bau', 'sei', 'fuchs', 'rot', 'gru', 'dor', 'pel', 'han', 'wie', 'lor', 'mar', 'ost', 'ul']) with ordinality s(syllable, place);

insert into profiles (id, email, email_key, company_domain, language, stage, excluded, score, fields, interests,
    shown_interests, first_touch, confirmed_at, created_at, owner)
select md5('person ' || n)::uuid, local || '@' || domain, local || '@' || domain,
    case when domain <> 'gmail.com' then domain end, 'de', stage, n % 211 = 0,
    case stage when 'prospect' then n % 9 - 3 when 'marketing_qualified' then n % 14 - 2 else 10 + n % 90 end,
    jsonb_build_object('first_name', first.name, 'last_name', last, 'company', company,
        'role', case n % 7 when 0 then 'Geschäftsführung' when 1 then 'Einkauf' else 'Fachabteilung' end)
        || case when n % 3 > 0 then jsonb_build_object('phone', '+49 30 ' || 1000000 + n) else '{}' end,
    case n % 5 when 0 then '["sepa"]' when 1 then '["sepa", "finanzbuchhaltung"]' when 2 then '["warenwirtschaft"]' else '[]' end::jsonb,
    case when n % 17 = 0 then '["sepa"]' when n % 4999 = 0 then '["warenwirtschaft"]' else '[]' end::jsonb,
    -- each campaign lasts a twentieth of the time, and each partner brings few
    jsonb_build_object('utm', case n % 3 when 0 then jsonb_build_object('source', 'google', 'medium', 'cpc',
        'campaign', 'sommer ' || n * 20 / :people) when 1 then jsonb_build_object('source', 'partner' || n % 4999,
        'medium', 'referral') else '{}' end),
    case when stage <> 'prospect' or n % 3 = 0 then born end, born,
    case when stage in ('accepted', 'won', 'lost') then (array['mira', 'jonas'])[1 + n % 2] end
from (
    select n, timestamptz '2026-11-01' - interval '700 days' * (1 - n::float8 / :people) as born,
        case when n % 997 = 0 then 'won' when n % 499 = 0 then 'lost' when n % 331 = 0 then 'accepted'
            when n % 211 = 0 then 'sales_qualified' when n % 3 = 0 then 'prospect' else 'marketing_qualified' end as stage,
        (hashint8(n) & 2147483647) as chance
    from generate_series(0, :people - 1) n
) who
join given first on first.place = 1 + chance % 16
cross join lateral (
    select initcap(a.syllable || b.syllable || case when chance % 5 > 1 then c.syllable else 'er' end) as last
    from syllables a, syllables b, syllables c
    where a.place = 1 + chance / 16 % 24 and b.place = 1 + chance / 384 % 24 and c.place = 1 + chance / 9216 % 24
) named
cross join lateral (select floor(power((:people / 10)::float8, (hashint8(n + 7) & 65535) / 65536.0))::int as firm) working
cross join lateral (
    select translate(lower(first.name || '.' || last), 'üöäëéøł -', 'uoaeeol__') || n as local,
        case when n % 4 = 0 then 'gmail.com' else 'firma' || firm || '.example' end as domain,
        (array['Maschinenbau', 'Logistik', 'Steuerberatung', 'Autohaus', 'Klinik'])[1 + firm % 5] || ' '
            || initcap(reverse(last)) || ' ' || (array['GmbH', 'AG', 'KG'])[1 + firm % 3] as company
) addressed
order by n;

create temp table happened as select n, person, md5('person ' || person)::uuid as profile_id, what,
    '2026-11-01'::timestamptz - interval '700 days' * (1 - person::float8 / :people) * (hashint8(n + 3) & 65535) / 65536.0 as at
from (
    select n, n % 10 as what, floor(:people * power(((hashint8(n) & 2147483647) + 0.5) / 2147483648.0, 2))::int as person
    from generate_series(0::bigint, :people * 9 - 1) n
) placed;

insert into events (id, profile_id, kind, at, due_at, scored_at, verdict, organisation, data)
select gen_random_uuid(), profile_id, kind, at, at, at, case when kind = 'mail.opened' and n % 3 = 0 then 'machine' else 'human' end,
    case when kind = 'link.clicked' then 'firma' || person % 5000 || '.example' end,
    jsonb_build_object('subject', 'Drei Fragen vor dem Umstieg', 'user_agent',
        'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)')
from (select *, case when what < 4 then 'mail.sent' when what < 7 then 'mail.opened' when what = 7 then 'link.clicked'
    else 'page.visited' end as kind from happened) named
union all
select gen_random_uuid(), id, 'form.submitted', created_at, created_at, created_at, 'human', null,
    '{"subject": "Globe Next im Überblick (PDF)", "form": "globe-next-download"}' from profiles;

insert into ledger (id, profile_id, event_id, rule, points, topic, once_key, reason, at, program_version)
select gen_random_uuid(), profile_id, gen_random_uuid(), 'link-clicked', 2, topic, n::text,
    'Klick auf „SEPA-Checkliste“', at, '4f1d2a7b9c3e'
from happened, (values (''), ('sepa')) topics(topic) where what in (5, 7);

insert into mails (id, profile_id, template, subject, language, tracked, message_id, created_at, sent_at)
select md5('mail ' || n)::uuid, profile_id, 'first-questions', 'Drei Fragen vor dem Umstieg', 'de', true, '<' || n || '@example.com>', at, at
from happened where what = 0;

insert into outbox (id, profile_id, kind, template, ground, dedupe_key, state, due_at, created_at, finished_at, error)
select md5('mail ' || n)::uuid, case when kind = 'mail' then profile_id end, kind, 'mail/nurture', 'consent', 'once ' || n, state, at,
    at, case when state in ('sent', 'refused', 'dead') then at end, case when state in ('refused', 'dead') then '554 no' end
from (select *, case when n % 100000 = 0 then 'operator' when n % 1000 = 0 then 'sales' else 'mail' end as kind,
    case n / 10 % 9 when 0 then 'due' when 1 then 'refused' when 2 then case when n % 7 = 0 then 'dead' else 'sent' end
    else 'sent' end as state from happened where what = 0) leaving;

insert into submissions (id, profile_id, form, source, key, content_hash, state, held_because, received_at, at, fields)
select gen_random_uuid(), case when n % 300 > 0 then md5('person ' || n)::uuid end, 'globe-next-download', 'browser', n::text, md5(n::text),
    case when n % 300 = 0 then 'held' else 'accepted' end, case when n % 300 = 0 then 'honeypot' end, born, born,
    jsonb_build_object('email', 'person' || n || '@firma1.example', 'message', 'Bitte rufen Sie mich an.')
from (select n, timestamptz '2026-11-01' - interval '700 days' * (1 - n::float8 / :people) as born
    from generate_series(0, :people - 1) n) sent;

insert into dead_letters (id, source, payload, error, at)
select gen_random_uuid(), 'rule click', '{"event": "7"}', 'it broke', now() - n * interval '1 minute' from generate_series(1, 20000) n;

insert into stage_changes (id, profile_id, became, at, cause)
select gen_random_uuid(), id, 'marketing_qualified', created_at, '' from profiles where stage <> 'prospect';

insert into day_figures (figure, dimension, day, key, count, amount)
select figure, dimension, current_date - back, case dimension when '' then '' else dimension || ' ' || key end, 1 + (back + key) % 50, 1000
from unnest(array['visitors', 'leads', 'confirmed', 'marketing_qualified', 'handed_over', 'accepted', 'rejected', 'won',
    'mails_sent', 'mails_tracked', 'mails_opened', 'mails_clicked']) figure,
    (values ('', 1), ('form', 12), ('channel', 12), ('campaign', 25), ('mail', 30), ('reason', 8)) told(dimension, keys),
    generate_series(0, 400) back, generate_series(0, 29) key
where key < keys and case dimension when '' then true when 'mail' then figure like 'mails%'
    when 'reason' then figure = 'rejected' else figure not like 'mails%' end;

insert into audit_log (id, at, who, what, kind, subject)
select gen_random_uuid(), now() - n * interval '1 minute', 'person' || n % 40 || '@example.com',
    (array['person.seen', 'people.listed', 'person.excluded'])[1 + n % 3], 'profile', md5('person ' || n % 5000) from generate_series(1, 100000) n;

insert into handovers (id, profile_id, crossing, state, cause, sales_person, score, at, begun_at, due_at,
    decided_at)
select gen_random_uuid(), id, 1, case stage when 'sales_qualified' then 'open' else stage end, 'points',
    coalesce(owner, 'mira'), score, created_at, created_at, created_at,
    case when stage <> 'sales_qualified' then created_at + interval '3 days' end
from profiles where stage in ('sales_qualified', 'accepted', 'won', 'lost');

insert into held_leads (id, profile_id, why, rule, cause, because_of, score, at)
select gen_random_uuid(), id, 'filter', 'competitor', 'points', gen_random_uuid(), score, created_at
from profiles where stage = 'marketing_qualified' and hashtext(id::text) % 500 = 0;

insert into handovers (id, profile_id, crossing, state, cause, sales_person, score, at, begun_at, due_at,
    decided_at, reason)
select gen_random_uuid(), id, 1, case hashtext(id::text) % 4 when 0 then 'expired' else 'rejected' end, 'points',
    coalesce(owner, 'mira'), score, created_at, created_at, created_at, created_at + interval '3 days', 'no-budget'
from profiles where stage = 'marketing_qualified' and hashtext(id::text) % 307 = 0;
