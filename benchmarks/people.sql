-- A million people as different as people are: names and companies of which some are frequent and most are rare,
-- stages, campaigns that came and went, owners, scores of which most are small. number 0 is the oldest.
--
-- Whoever runs this puts the number of people in for :people.

create temp table given as select * from unnest(array['Anna', 'Jürgen', 'Sabine', 'Peter', 'Zoë', 'Łukasz', 'Mehmet',
    'Ingrid', 'Thomas', 'Aylin', 'Renée', 'Björn', 'Katharina', 'Øystein', 'Maria', 'Hans-Peter']) with ordinality g(name, place);
create temp table syllables as select * from unnest(array['ber', 'schmi', 'mül', 'wag', 'hof', 'stein', 'kra', 'lin',
    'vo', 'zim', 'ker', 'bau', 'sei', 'fuchs', 'rot', 'gru', 'dor', 'pel', 'han', 'wie', 'lor', 'mar', 'ost', 'ul']) with ordinality s(syllable, place);

insert into profiles (id, email, email_key, company_domain, language, stage, excluded, score, fields, interests,
    first_touch, confirmed_at, created_at, owner)
select md5('person ' || n)::uuid, local || '@' || domain, local || '@' || domain,
    case when domain <> 'gmail.com' then domain end, 'de', stage, n % 211 = 0,
    case stage when 'prospect' then n % 9 - 3 when 'marketing_qualified' then n % 14 - 2 else 10 + n % 90 end,
    jsonb_build_object('first_name', first.name, 'last_name', last, 'company', company,
        'role', case n % 7 when 0 then 'Geschäftsführung' when 1 then 'Einkauf' else 'Fachabteilung' end),
    case n % 5 when 0 then '["sepa"]' when 1 then '["sepa", "finanzbuchhaltung"]' when 2 then '["warenwirtschaft"]' else '[]' end::jsonb,
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
) addressed;

insert into events (id, profile_id, kind, at, due_at, scored_at, verdict, data)
select gen_random_uuid(), id, kind, at, at, at, 'human', '{}'
from profiles, lateral (values ('form.submitted', created_at), ('link.clicked', created_at + interval '1 day'),
    ('mail.sent', created_at + interval '2 days')) e(kind, at)
where hashtext(id::text) % 3 = 0;

insert into handovers (id, profile_id, crossing, state, cause, sales_person, score, at, begun_at, due_at)
select gen_random_uuid(), id, 1, case stage when 'sales_qualified' then 'open' else stage end, 'points',
    coalesce(owner, 'mira'), score, created_at, created_at, created_at
from profiles where stage in ('sales_qualified', 'accepted', 'won', 'lost');

insert into held_leads (id, profile_id, why, rule, cause, because_of, score, at)
select gen_random_uuid(), id, 'filter', 'competitor', 'points', gen_random_uuid(), score, created_at
from profiles where stage = 'marketing_qualified' and hashtext(id::text) % 500 = 0;
