-- Pupil premium reviews (REV-1): hubs with their areas, and a review's way from its request to its end, step by step.
create schema reviews authorization improve_owner;
comment on schema reviews is 'Pupil premium reviews: hubs by area, accredited reviewers, and the steps of each review.';
grant usage on schema reviews to improve_exec, reporting_owner;

set role improve_owner;

create table reviews.hub (
  authority_id integer not null references auth.authority_scope,
  hub_id text not null,
  name text not null,
  name_key text not null generated always as (lower(name)) stored,
  host text not null,
  host_urn integer references register.establishment (urn),
  town text,
  coordinator text not null,
  email text not null,
  phone text,
  version integer not null default 1,
  primary key (authority_id, hub_id),
  constraint hub_name_once unique (authority_id, name_key),
  constraint hub_name_length check (length(name) between 1 and 200),
  constraint hub_host_length check (length(host) between 1 and 200),
  constraint hub_town_length check (length(town) between 1 and 100),
  constraint hub_coordinator_length check (length(coordinator) between 1 and 200),
  constraint hub_email_form check (length(email) between 3 and 200 and position('@' in email) > 1),
  constraint hub_phone_length check (length(phone) between 3 and 40)
);
comment on table reviews.hub is 'Tenant: who brokers reviews in an area, and answers for their quality (REV-1).';
comment on column reviews.hub.authority_id is 'The authority.';
comment on column reviews.hub.hub_id is 'Short random reference.';
comment on column reviews.hub.name is 'Name as people read it.';
comment on column reviews.hub.name_key is 'The name in lower case: once an authority.';
comment on column reviews.hub.host is 'The organisation that hosts it.';
comment on column reviews.hub.host_urn is 'The school in which it is; null for none.';
comment on column reviews.hub.town is 'Where.';
comment on column reviews.hub.coordinator is 'Who is asked there.';
comment on column reviews.hub.email is 'Where they are written to.';
comment on column reviews.hub.phone is 'Where they are called; null when not told.';
comment on column reviews.hub.version is 'Counts the updates.';
comment on constraint hub_name_once on reviews.hub is
  '{"reason":"HUB_EXISTS","message":"The authority has a hub of this name.","field":"name","rule":"REV-1"}';
comment on constraint hub_name_length on reviews.hub is
  '{"reason":"NAME_LENGTH","message":"A hub needs a name.","field":"name","rule":"REV-1","accepted":"1 to 200 characters"}';
comment on constraint hub_host_length on reviews.hub is
  '{"reason":"HOST_LENGTH","message":"A hub has a host.","field":"host","rule":"REV-1","accepted":"1 to 200 characters"}';
comment on constraint hub_town_length on reviews.hub is
  '{"reason":"TOWN_LENGTH","message":"A town is a name.","field":"town","rule":"REV-1","accepted":"1 to 100 characters"}';
comment on constraint hub_coordinator_length on reviews.hub is
  '{"reason":"COORDINATOR_LENGTH","message":"A hub has a coordinator.","field":"coordinator","rule":"REV-1","accepted":"1 to 200 characters"}';
comment on constraint hub_email_form on reviews.hub is
  '{"reason":"EMAIL_FORM","message":"That is no e-mail address.","field":"email","rule":"REV-1","accepted":"an address with an @, up to 200 characters"}';
comment on constraint hub_phone_length on reviews.hub is
  '{"reason":"PHONE_FORM","message":"That is no telephone number.","field":"phone","rule":"REV-1","accepted":"3 to 40 characters"}';

create table reviews.hub_area (
  authority_id integer not null references auth.authority_scope,
  area_id text not null,
  hub_id text not null,
  kind text not null,
  area text not null,
  starts_on date not null,
  ends_on date,
  version integer not null default 1,
  primary key (authority_id, area_id),
  foreign key (authority_id, hub_id) references reviews.hub,
  constraint hub_area_kind_known check (kind = any (array['postcode', 'district', 'everywhere'])),
  constraint hub_area_form check (length(area) between 1 and 60 and area = upper(area)),
  constraint hub_area_ends_after_start check (ends_on >= starts_on),
  constraint hub_area_once_a_day exclude using gist (authority_id with =, kind with =, area with =, daterange(starts_on, ends_on, '[]') with &&)
);
comment on table reviews.hub_area is 'Tenant: which schools a hub is for, from when to when: those whose postcode begins so, of a district, or all that no other hub is for (REV-1).';
comment on column reviews.hub_area.authority_id is 'The authority.';
comment on column reviews.hub_area.area_id is 'Short random reference.';
comment on column reviews.hub_area.hub_id is 'The hub.';
comment on column reviews.hub_area.kind is 'postcode, district or everywhere.';
comment on column reviews.hub_area.area is 'The beginning of a postcode, or the name of a district, in capitals.';
comment on column reviews.hub_area.starts_on is 'First day.';
comment on column reviews.hub_area.ends_on is 'Last day; null while open.';
comment on column reviews.hub_area.version is 'Counts the updates.';
comment on constraint hub_area_kind_known on reviews.hub_area is
  '{"reason":"KIND_UNKNOWN","message":"An area is of postcodes, a district, or everywhere.","field":"kind","rule":"REV-1","accepted":"postcode, district or everywhere"}';
comment on constraint hub_area_form on reviews.hub_area is
  '{"reason":"AREA_LENGTH","message":"An area is short.","field":"area","rule":"REV-1","accepted":"1 to 60 characters, such as NR or North Norfolk"}';
comment on constraint hub_area_ends_after_start on reviews.hub_area is
  '{"reason":"PERIOD_BACKWARDS","message":"An area cannot end before it starts.","field":"ends_on","rule":"REV-1","accepted":"the first day or a later one"}';
comment on constraint hub_area_once_a_day on reviews.hub_area is
  '{"reason":"AREA_TAKEN","message":"A hub is for this area in that period already.","field":"area","rule":"REV-1","accepted":"another area, or a period after the other one ends","code":9}';

create table reviews.review (
  authority_id integer not null references auth.authority_scope,
  review_id text not null,
  school_urn integer not null references register.establishment (urn),
  hub_id text not null,
  partner_id text,
  why text not null,
  guide text,
  status text not null default 'requested' check (status in ('requested', 'matched', 'self_evaluated', 'reviewed', 'planned', 'followed_up', 'quality_assured', 'closed', 'withdrawn')),
  requested_on date not null,
  ended_on date,
  version integer not null default 1,
  primary key (authority_id, review_id),
  foreign key (authority_id, hub_id) references reviews.hub,
  foreign key (authority_id, partner_id) references partners.partner,
  check ((status in ('closed', 'withdrawn')) = (ended_on is not null)),
  check (partner_id is not null or status in ('requested', 'withdrawn')),
  constraint review_why_length check (length(why) between 1 and 1000),
  constraint review_guide_length check (length(guide) between 1 and 200),
  constraint review_once_a_school exclude using gist (authority_id with =, school_urn with =) where (status not in ('closed', 'withdrawn'))
);
comment on table reviews.review is 'Tenant: a review of how a school uses its pupil premium, from the request to its end (REV-1). A school has one at a time.';
comment on column reviews.review.authority_id is 'The authority.';
comment on column reviews.review.review_id is 'Short random reference.';
comment on column reviews.review.school_urn is 'The school, by the URN it had then.';
comment on column reviews.review.hub_id is 'The hub that brokers it.';
comment on column reviews.review.partner_id is 'The reviewer; null before one is assigned.';
comment on column reviews.review.why is 'Why it was requested.';
comment on column reviews.review.guide is 'The edition of the guide that it follows.';
comment on column reviews.review.status is 'requested, matched, self_evaluated, reviewed, planned, followed_up, quality_assured, closed or withdrawn; reviews.transition says what follows what.';
comment on column reviews.review.requested_on is 'Day of the request.';
comment on column reviews.review.ended_on is 'Day on which it was closed or withdrawn; null before.';
comment on column reviews.review.version is 'Counts the updates.';
comment on constraint review_why_length on reviews.review is
  '{"reason":"WHY_LENGTH","message":"Why a review is requested is said in a few sentences.","field":"why","rule":"REV-1","accepted":"1 to 1000 characters"}';
comment on constraint review_guide_length on reviews.review is
  '{"reason":"GUIDE_LENGTH","message":"A guide is named with its edition.","field":"guide","rule":"REV-1","accepted":"1 to 200 characters"}';
comment on constraint review_once_a_school on reviews.review is
  '{"reason":"REVIEW_UNDER_WAY","message":"The school has a review under way.","field":"school_urn","rule":"REV-1","accepted":"a school without one","code":9}';
create index review_by_partner on reviews.review (authority_id, partner_id);

create table reviews.step (
  authority_id integer not null references auth.authority_scope,
  review_id text not null,
  nth integer not null check (nth > 0),
  step text not null check (step in ('request', 'reviewer', 'self_evaluation', 'review', 'action_plan', 'follow_up', 'quality_assurance', 'close', 'withdraw')),
  day date not null,
  what text not null,
  outcome text,
  taken_by uuid not null references auth.person,
  taken_at timestamptz not null default now(),
  primary key (authority_id, review_id, nth),
  foreign key (authority_id, review_id) references reviews.review,
  check ((step = 'quality_assurance') = (outcome is not null)),
  constraint step_what_length check (length(what) between 1 and 4000),
  constraint step_outcome_known check (outcome = any (array['met', 'not_met']))
);
comment on table reviews.step is 'Tenant: what was done in a review, step by step; added to, never changed (REV-1).';
comment on column reviews.step.authority_id is 'The authority.';
comment on column reviews.step.review_id is 'The review.';
comment on column reviews.step.nth is 'From 1.';
comment on column reviews.step.step is 'request, reviewer, self_evaluation, review, action_plan, follow_up, quality_assurance, close or withdraw.';
comment on column reviews.step.day is 'The day on which it was done.';
comment on column reviews.step.what is 'What was found or decided.';
comment on column reviews.step.outcome is 'Of quality assurance: met, or not_met, which sends it back to the review.';
comment on column reviews.step.taken_by is 'Who recorded it.';
comment on column reviews.step.taken_at is 'When.';
comment on constraint step_what_length on reviews.step is
  '{"reason":"WHAT_LENGTH","message":"A step says what was found or decided.","field":"what","rule":"REV-1","accepted":"1 to 4000 characters"}';
comment on constraint step_outcome_known on reviews.step is
  '{"reason":"OUTCOME_UNKNOWN","message":"Quality assurance is met or not.","field":"outcome","rule":"REV-1","accepted":"met or not_met"}';

do $$
declare
  t record;
begin
  for t in select c.oid::regclass as name from pg_class c where c.relnamespace = 'reviews'::regnamespace and c.relkind = 'r'
  loop
    execute format('alter table %s enable row level security, force row level security', t.name);
    execute format('grant select, insert on %s to improve_exec', t.name);
  end loop;
end $$;
grant update (name, host, host_urn, town, coordinator, email, phone, version) on reviews.hub to improve_exec;
grant update (ends_on, version) on reviews.hub_area to improve_exec;
grant update (partner_id, status, ended_on, version) on reviews.review to improve_exec;
grant select on reviews.hub, reviews.review, reviews.step to reporting_owner;
reset role;
