-- Courses and sessions with all their settings, what a place costs whom, and what each booking's price is made of (CPD-1, CPD-2).
set role improve_owner;

create table cpd.policy (
  authority_id integer not null references auth.authority_scope,
  vat_percent numeric(4, 1) not null,
  price_day text not null,
  out_of_area boolean not null,
  version integer not null default 1,
  primary key (authority_id),
  constraint policy_vat_a_share check (vat_percent between 0 and 100),
  constraint policy_price_day_known check (price_day in ('booking', 'session'))
);
comment on table cpd.policy is 'Tenant: what an authority decided about training, where it decided otherwise than the common rule.';
comment on column cpd.policy.authority_id is 'The authority.';
comment on column cpd.policy.vat_percent is 'VAT rate of places in per cent, where the course has none of its own.';
comment on column cpd.policy.price_day is 'booking or session: the day whose school type, subscriptions and prices count (CPD-2).';
comment on column cpd.policy.out_of_area is 'Whether schools of other authorities may be booked.';
comment on column cpd.policy.version is 'Counts the updates.';
comment on constraint policy_vat_a_share on cpd.policy is
  '{"reason":"VAT_OUT_OF_RANGE","message":"The VAT rate is not a percentage.","field":"vat_percent","rule":"C-2","accepted":"0 to 100, such as 20"}';
comment on constraint policy_price_day_known on cpd.policy is
  '{"reason":"PRICE_DAY_UNKNOWN","message":"A place is priced by the day of the booking or of the session.","field":"price_day","rule":"CPD-2","accepted":"booking or session"}';

alter table cpd.course
  add column provider text,
  add column prerequisites text,
  add column school_cap integer,
  add column vat_percent numeric(4, 1),
  add constraint course_provider_length check (length(provider) between 1 and 200),
  add constraint course_prerequisites_length check (length(prerequisites) between 1 and 1000),
  add constraint course_school_cap_range check (school_cap between 1 and 10000),
  add constraint course_vat_a_share check (vat_percent between 0 and 100);
comment on column cpd.course.provider is 'Who gives it, such as a Research School or a hub; null for the authority itself.';
comment on column cpd.course.prerequisites is 'What a delegate must bring, in words; null for nothing. Courses that must come before are in cpd.required_course.';
comment on column cpd.course.school_cap is 'Most places of one school on a session; null for no limit. A session may have its own.';
comment on column cpd.course.vat_percent is 'VAT rate of its places in per cent; null for the authority''s.';
comment on constraint course_provider_length on cpd.course is
  '{"reason":"PROVIDER_LENGTH","message":"A provider is a name.","field":"provider","rule":"CPD-1","accepted":"1 to 200 characters"}';
comment on constraint course_prerequisites_length on cpd.course is
  '{"reason":"PREREQUISITES_LENGTH","message":"Prerequisites are a few sentences.","field":"prerequisites","rule":"CPD-1","accepted":"1 to 1000 characters"}';
comment on constraint course_school_cap_range on cpd.course is
  '{"reason":"SCHOOL_CAP_OUT_OF_RANGE","message":"A school may have at least one place.","field":"school_cap","rule":"CPD-1","accepted":"1 to 10000, or 0 for no limit"}';
comment on constraint course_vat_a_share on cpd.course is
  '{"reason":"VAT_OUT_OF_RANGE","message":"The VAT rate is not a percentage.","field":"vat_percent","rule":"C-2","accepted":"0 to 100, such as 20"}';

create table cpd.required_course (
  authority_id integer not null references auth.authority_scope,
  course_id text not null,
  required_course_id text not null,
  primary key (authority_id, course_id, required_course_id),
  foreign key (authority_id, course_id) references cpd.course,
  foreign key (authority_id, required_course_id) references cpd.course,
  constraint required_course_another check (course_id <> required_course_id)
);
comment on table cpd.required_course is 'Tenant: courses that a delegate must have attended before another (CPD-1).';
comment on column cpd.required_course.authority_id is 'The authority that runs both.';
comment on column cpd.required_course.course_id is 'The course that asks for it.';
comment on column cpd.required_course.required_course_id is 'The course that comes before.';
comment on constraint required_course_another on cpd.required_course is
  '{"reason":"REQUIRES_ITSELF","message":"A course cannot come before itself.","field":"required_courses","rule":"CPD-1","accepted":"other courses"}';

alter table cpd.session
  add column minimum integer,
  add column school_cap integer,
  add constraint session_minimum_range check (minimum between 1 and capacity),
  add constraint session_school_cap_range check (school_cap between 1 and 10000);
comment on column cpd.session.minimum is 'Fewest delegates with whom it takes place; null for any number.';
comment on column cpd.session.school_cap is 'Most places of one school, the waiting list included; null for no limit.';
comment on constraint session_minimum_range on cpd.session is
  '{"reason":"MINIMUM_OUT_OF_RANGE","message":"A session''s minimum is some of its places.","field":"minimum","rule":"CPD-1","accepted":"1 to the capacity, or 0 for none"}';
comment on constraint session_school_cap_range on cpd.session is
  '{"reason":"SCHOOL_CAP_OUT_OF_RANGE","message":"A school may have at least one place.","field":"school_cap","rule":"CPD-1","accepted":"1 to 10000, or 0 for no limit"}';

create table cpd.session_part (
  authority_id integer not null references auth.authority_scope,
  session_id text not null,
  nth integer not null check (nth between 1 and 50),
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  venue text,
  primary key (authority_id, session_id, nth),
  foreign key (authority_id, session_id) references cpd.session,
  constraint session_part_ends_after_start check (ends_at > starts_at),
  constraint session_part_within_a_day check (ends_at <= starts_at + interval '24 hours'),
  constraint session_part_venue_length check (length(venue) between 1 and 300),
  constraint session_part_once_a_time exclude using gist (authority_id with =, session_id with =, tstzrange(starts_at, ends_at) with &&)
);
comment on table cpd.session_part is 'Tenant: the dates of a session, one or several (CPD-1): whoever books comes to all. The session begins with the first and ends with the last.';
comment on column cpd.session_part.authority_id is 'The authority that runs it.';
comment on column cpd.session_part.session_id is 'The session.';
comment on column cpd.session_part.nth is 'Its number within the session, by time, from 1.';
comment on column cpd.session_part.starts_at is 'When it begins.';
comment on column cpd.session_part.ends_at is 'When it ends.';
comment on column cpd.session_part.venue is 'Where, when elsewhere than the session.';
comment on constraint session_part_ends_after_start on cpd.session_part is
  '{"reason":"PERIOD_BACKWARDS","message":"A part of a session must end after it begins.","field":"more_parts","rule":"CPD-1","accepted":"ends_at after starts_at"}';
comment on constraint session_part_within_a_day on cpd.session_part is
  '{"reason":"PART_TOO_LONG","message":"A part of a session takes a day at most; give each day as a part.","field":"more_parts","rule":"CPD-1","accepted":"24 hours at most"}';
comment on constraint session_part_venue_length on cpd.session_part is
  '{"reason":"VENUE_LENGTH","message":"A venue is an address or a link.","field":"more_parts","rule":"CPD-1","accepted":"1 to 300 characters"}';
comment on constraint session_part_once_a_time on cpd.session_part is
  '{"reason":"PARTS_OVERLAP","message":"Two parts of the session share some time.","field":"more_parts","rule":"CPD-1","accepted":"parts one after the other","code":3}';
-- Row security would hide every authority's rows from here.
alter table cpd.session no force row level security;
insert into cpd.session_part (authority_id, session_id, nth, starts_at, ends_at)
select s.authority_id, s.session_id, n, s.starts_at + make_interval(days => n - 1), least(s.ends_at, s.starts_at + make_interval(days => n))
from cpd.session s cross join generate_series(1, least(50, ceil(extract(epoch from s.ends_at - s.starts_at) / 86400))::integer) n;
alter table cpd.session force row level security;

create table cpd.price (
  authority_id integer not null references auth.authority_scope,
  price_id text not null,
  course_id text not null,
  school_kind text not null,
  place_pence bigint not null,
  further_pence bigint,
  valid_from date not null,
  valid_to date,
  recorded_at timestamptz not null default now(),
  superseded_at timestamptz,
  primary key (authority_id, price_id),
  foreign key (authority_id, course_id) references cpd.course,
  constraint price_kind_known check (school_kind in ('maintained', 'academy', 'other', 'out_of_area')),
  constraint price_range check (place_pence between 0 and 10000000 and further_pence between 0 and 10000000),
  constraint price_not_empty check (valid_to > valid_from),
  constraint price_once_a_day exclude using gist (
    authority_id with =, course_id with =, school_kind with =, daterange(valid_from, valid_to) with &&) where (superseded_at is null)
);
comment on table cpd.price is 'Tenant: what a place on a course costs a kind of school, dated (CPD-2, C-5). For a kind without a row the price of the session holds.';
comment on column cpd.price.authority_id is 'The authority that sells.';
comment on column cpd.price.price_id is 'Short random reference; the reasons of a booking''s price name it.';
comment on column cpd.price.course_id is 'The course.';
comment on column cpd.price.school_kind is 'maintained, academy (free schools too), other, or out_of_area: a school of another authority.';
comment on column cpd.price.place_pence is 'Net price of a place, in pence.';
comment on column cpd.price.further_pence is 'Net price of the second and each later place of a school on a session; null when they cost the same.';
comment on column cpd.price.valid_from is 'First day on which it holds.';
comment on column cpd.price.valid_to is 'First day on which it no longer does; null while open.';
comment on column cpd.price.recorded_at is 'When it was recorded.';
comment on column cpd.price.superseded_at is 'When another row took its place; null while it is what we know.';
comment on constraint price_kind_known on cpd.price is
  '{"reason":"SCHOOL_KIND_UNKNOWN","message":"Prices are by kind of school.","field":"school_kind","rule":"CPD-2","accepted":"maintained, academy, other or out_of_area"}';
comment on constraint price_range on cpd.price is
  '{"reason":"PRICE_OUT_OF_RANGE","message":"A place costs nothing or some pence.","field":"place_pence","rule":"CPD-2","accepted":"0 to 10000000 pence"}';
comment on constraint price_not_empty on cpd.price is
  '{"reason":"PERIOD_BACKWARDS","message":"A price must hold for at least one day.","field":"valid_to","rule":"CPD-2","accepted":"a day after valid_from"}';

create index price_by_course on cpd.price (authority_id, course_id, school_kind, valid_from) where superseded_at is null;

create table cpd.benefit (
  authority_id integer not null references auth.authority_scope,
  benefit_id text not null,
  package_id text not null,
  course_id text,
  benefit text not null,
  percent numeric(4, 1),
  valid_from date not null,
  valid_to date,
  recorded_at timestamptz not null default now(),
  superseded_at timestamptz,
  primary key (authority_id, benefit_id),
  foreign key (authority_id, package_id) references sla.package,
  foreign key (authority_id, course_id) references cpd.course,
  constraint benefit_known check (benefit in ('free', 'discount')),
  constraint benefit_percent check ((benefit = 'discount') = (percent is not null)),
  constraint benefit_percent_range check (percent > 0 and percent < 100),
  constraint benefit_not_empty check (valid_to > valid_from),
  constraint benefit_once_a_day exclude using gist (
    authority_id with =, package_id with =, (coalesce(course_id, '')) with =, daterange(valid_from, valid_to) with &&) where (superseded_at is null)
);
comment on table cpd.benefit is 'Tenant: what a subscription to a package makes of the price of a place, dated (CPD-2, C-5).';
comment on column cpd.benefit.authority_id is 'The authority that sells.';
comment on column cpd.benefit.benefit_id is 'Short random reference; the reasons of a booking''s price name it.';
comment on column cpd.benefit.package_id is 'The package of the SLA.';
comment on column cpd.benefit.course_id is 'The course it is for; null for all courses.';
comment on column cpd.benefit.benefit is 'free, or discount.';
comment on column cpd.benefit.percent is 'Per cent off, for a discount.';
comment on column cpd.benefit.valid_from is 'First day on which it holds.';
comment on column cpd.benefit.valid_to is 'First day on which it no longer does; null while open.';
comment on column cpd.benefit.recorded_at is 'When it was recorded.';
comment on column cpd.benefit.superseded_at is 'When another row took its place; null while it is what we know.';
comment on constraint benefit_known on cpd.benefit is
  '{"reason":"BENEFIT_UNKNOWN","message":"A subscription makes places free, or gives a discount.","field":"benefit","rule":"CPD-2","accepted":"free or discount"}';
comment on constraint benefit_percent on cpd.benefit is
  '{"reason":"BENEFIT_PERCENT","message":"A discount has its per cent, and nothing else has.","field":"percent","rule":"CPD-2","accepted":"a per cent with discount only"}';
comment on constraint benefit_percent_range on cpd.benefit is
  '{"reason":"BENEFIT_PERCENT","message":"A discount takes a part off; a whole one is free.","field":"percent","rule":"CPD-2","accepted":"above 0, below 100"}';
comment on constraint benefit_not_empty on cpd.benefit is
  '{"reason":"PERIOD_BACKWARDS","message":"A benefit must hold for at least one day.","field":"valid_to","rule":"CPD-2","accepted":"a day after valid_from"}';

create table cpd.discount_code (
  authority_id integer not null references auth.authority_scope,
  code_id text not null,
  code text not null,
  code_key text not null generated always as (lower(code)) stored,
  course_id text,
  percent numeric(4, 1),
  pence bigint,
  valid_from date not null,
  valid_to date,
  uses_most integer,
  uses integer not null default 0,
  version integer not null default 1,
  primary key (authority_id, code_id),
  foreign key (authority_id, course_id) references cpd.course,
  constraint discount_code_once unique (authority_id, code_key),
  constraint discount_code_form check (code ~ '^[A-Za-z0-9][A-Za-z0-9-]{2,39}$'),
  constraint discount_code_percent_or_pence check ((percent is null) <> (pence is null)),
  constraint discount_code_range check (percent > 0 and percent <= 100 and pence between 1 and 10000000),
  constraint discount_code_not_empty check (valid_to > valid_from),
  constraint discount_code_uses_range check (uses_most between 1 and 1000000),
  constraint discount_code_used_up check (uses between 0 and uses_most)
);
comment on table cpd.discount_code is 'Tenant: codes that take something off the price of a place (CPD-2). Any other text gives nothing.';
comment on column cpd.discount_code.authority_id is 'The authority that sells.';
comment on column cpd.discount_code.code_id is 'Short random reference.';
comment on column cpd.discount_code.code is 'What a school types.';
comment on column cpd.discount_code.code_key is 'The code in lower case: case does not matter.';
comment on column cpd.discount_code.course_id is 'The course it is for; null for all courses.';
comment on column cpd.discount_code.percent is 'Per cent off each place; null when it takes off pence.';
comment on column cpd.discount_code.pence is 'Pence off each place, net, at most its price; null when it takes off per cent.';
comment on column cpd.discount_code.valid_from is 'First day on which it can be used.';
comment on column cpd.discount_code.valid_to is 'First day on which it no longer can; null while open.';
comment on column cpd.discount_code.uses_most is 'For how many places it can be used; null for no limit.';
comment on column cpd.discount_code.uses is 'Places it was used for. Cancelling gives no use back.';
comment on column cpd.discount_code.version is 'Counts the updates people make; uses do not count.';
comment on constraint discount_code_once on cpd.discount_code is
  '{"reason":"CODE_EXISTS","message":"The authority has this discount code.","field":"code","rule":"CPD-2"}';
comment on constraint discount_code_form on cpd.discount_code is
  '{"reason":"CODE_FORM","message":"A discount code is one short word.","field":"code","rule":"CPD-2","accepted":"3 to 40 letters, digits and hyphens"}';
comment on constraint discount_code_percent_or_pence on cpd.discount_code is
  '{"reason":"CODE_VALUE","message":"A discount code takes off per cent or pence.","field":"percent","rule":"CPD-2","accepted":"percent or pence, not both"}';
comment on constraint discount_code_range on cpd.discount_code is
  '{"reason":"CODE_VALUE","message":"A discount code takes something off.","field":"percent","rule":"CPD-2","accepted":"above 0 and up to 100 per cent, or 1 to 10000000 pence"}';
comment on constraint discount_code_not_empty on cpd.discount_code is
  '{"reason":"PERIOD_BACKWARDS","message":"A code must be good for at least one day.","field":"valid_to","rule":"CPD-2","accepted":"a day after valid_from"}';
comment on constraint discount_code_uses_range on cpd.discount_code is
  '{"reason":"CODE_USES","message":"A code can be used for at least one place.","field":"uses_most","rule":"CPD-2","accepted":"1 to 1000000, or absent for no limit"}';
comment on constraint discount_code_used_up on cpd.discount_code is
  '{"reason":"CODE_USED_UP","message":"The discount code has been used as often as it can be.","field":"discount_code","rule":"CPD-2","code":9}';

alter table cpd.booking
  add column place_kind text,
  add column vat_percent numeric(4, 1) not null default 0,
  add column vat_pence bigint not null default 0,
  add column gross_pence bigint not null generated always as (price_pence + vat_pence) stored,
  add column reasons jsonb not null default '[]',
  add column order_id text;
alter table cpd.booking no force row level security;
update cpd.booking set place_kind = case when price_pence = 0 then 'free' else 'paid' end, order_id = booking_id,
  reasons = jsonb_build_array(jsonb_build_object('clause', 'place', 'text', 'As booked, before prices had reasons', 'pence', price_pence));
alter table cpd.booking force row level security;
alter table cpd.booking
  alter column place_kind set not null,
  alter column order_id set not null,
  add check (place_kind in ('paid', 'free', 'package')),
  add check (vat_pence >= 0 and vat_percent between 0 and 100);
comment on column cpd.booking.place_kind is 'paid, free, or package: free under a subscription. Cancelling may cost differently (CPD-6).';
comment on column cpd.booking.vat_percent is 'VAT rate in per cent.';
comment on column cpd.booking.vat_pence is 'VAT in pence.';
comment on column cpd.booking.gross_pence is 'Net and VAT in pence.';
comment on column cpd.booking.reasons is 'Why this price, line by line: [{"clause","text","pence"}]; the pence of all lines add up to the gross (CPD-2).';
comment on column cpd.booking.order_id is 'The booking that was made first in the same call: those of one order have it in common.';

do $$
declare
  t regclass;
begin
  foreach t in array array['cpd.policy', 'cpd.required_course', 'cpd.session_part', 'cpd.price', 'cpd.benefit', 'cpd.discount_code']::regclass[]
  loop
    execute format('alter table %s enable row level security, force row level security', t);
  end loop;
end $$;

grant select, insert, update on cpd.policy to improve_exec;
grant select, insert, delete on cpd.required_course to improve_exec;
grant select, insert on cpd.session_part, cpd.price, cpd.benefit, cpd.discount_code to improve_exec;
grant update (superseded_at) on cpd.price, cpd.benefit to improve_exec;
grant update (valid_to, uses_most, version) on cpd.discount_code to improve_exec;
grant update (title, description, audience, provider, prerequisites, school_cap, vat_percent, version) on cpd.course to improve_exec;
grant insert (minimum, school_cap) on cpd.session to improve_exec;
grant update (venue, minimum, school_cap, waiting_places, booking_opens_at, booking_closes_at, price_pence) on cpd.session to improve_exec;
grant select (place_kind, vat_percent, vat_pence, gross_pence) on cpd.booking to reporting_owner;
reset role;
