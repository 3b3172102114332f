-- Offers of support by the history of inspections (OFF-1 to OFF-3): schemes with tiers whose rules are rows, the moves of schools between tiers, and
-- what each school was awarded, committed and spent. Days stand in visits.entitlement; money stands in the award's own row, and the ledger says how.
create schema offers authorization improve_owner;
comment on schema offers is 'Offers of support: schemes of tiers by rules over the inspection history, the moves of schools, and their ledgers.';
grant usage on schema offers to improve_exec, reporting_owner;

set role improve_owner;

create table offers.scheme (
  authority_id integer not null references auth.authority_scope,
  scheme_id text not null,
  name text not null,
  name_key text not null generated always as (lower(name)) stored,
  academic_year integer not null,
  starts_on date not null,
  ends_on date not null,
  predecessors boolean not null,
  moving_down text not null,
  top_up text not null,
  carry_over text not null,
  source text,
  computed_to date,
  added_by uuid not null references auth.person,
  version integer not null default 1,
  primary key (authority_id, scheme_id),
  constraint scheme_name_length check (length(name) between 1 and 200),
  constraint scheme_name_once unique (authority_id, name_key, academic_year),
  constraint scheme_year_range check (academic_year between 2000 and 2100),
  constraint scheme_period check (ends_on >= starts_on),
  constraint scheme_moving_down_known check (moving_down = any (array['keep', 'take_back'])),
  constraint scheme_top_up_known check (top_up = any (array['difference', 'full', 'none'])),
  constraint scheme_carry_over_known check (carry_over = any (array['lapse', 'carry'])),
  constraint scheme_source_length check (length(source) between 1 and 500)
);
comment on table offers.scheme is 'Tenant: an edition of an offer, for one year (OFF-1). Its tiers and rules are rows of their own.';
comment on column offers.scheme.authority_id is 'The authority.';
comment on column offers.scheme.scheme_id is 'Short random reference.';
comment on column offers.scheme.name is 'Name as people read it.';
comment on column offers.scheme.name_key is 'The name in lower case: once a year.';
comment on column offers.scheme.academic_year is 'Calendar year in which its academic year begins.';
comment on column offers.scheme.starts_on is 'First day: schools are in tiers from then on.';
comment on column offers.scheme.ends_on is 'Last day.';
comment on column offers.scheme.predecessors is 'Whether inspections of a school''s predecessors count.';
comment on column offers.scheme.moving_down is 'What a school that moves down or leaves keeps: keep (what it was awarded) or take_back (what is above the lower tier and not committed).';
comment on column offers.scheme.top_up is 'What a school that moves up gets: difference (up to the new tier''s sum), full (the whole of it besides) or none.';
comment on column offers.scheme.carry_over is 'What becomes of money that is left at the end: lapse or carry, to the next year''s scheme.';
comment on column offers.scheme.source is 'Where it is published, and what it builds on.';
comment on column offers.scheme.computed_to is 'Day up to which the tiers have been computed; null before.';
comment on column offers.scheme.added_by is 'Who added it.';
comment on column offers.scheme.version is 'Counts the computations.';
comment on constraint scheme_name_length on offers.scheme is
  '{"reason":"NAME_LENGTH","message":"An offer needs a name of at most 200 characters.","field":"name","rule":"OFF-1","accepted":"1 to 200 characters"}';
comment on constraint scheme_name_once on offers.scheme is
  '{"reason":"SCHEME_EXISTS","message":"The authority has an offer of this name in that year.","field":"name","rule":"OFF-1"}';
comment on constraint scheme_year_range on offers.scheme is
  '{"reason":"YEAR_OUT_OF_RANGE","message":"An offer is for an academic year.","field":"academic_year","rule":"OFF-1","accepted":"2000 to 2100"}';
comment on constraint scheme_period on offers.scheme is
  '{"reason":"PERIOD_BACKWARDS","message":"An offer cannot end before it starts.","field":"ends_on","rule":"OFF-1","accepted":"the first day or a later one"}';
comment on constraint scheme_moving_down_known on offers.scheme is
  '{"reason":"SETTING_UNKNOWN","message":"Who moves down keeps what it has, or it is taken back.","field":"moving_down","rule":"OFF-2","accepted":"keep or take_back"}';
comment on constraint scheme_top_up_known on offers.scheme is
  '{"reason":"SETTING_UNKNOWN","message":"Who moves up gets the difference, the full sum besides, or nothing.","field":"top_up","rule":"OFF-2","accepted":"difference, full or none"}';
comment on constraint scheme_carry_over_known on offers.scheme is
  '{"reason":"SETTING_UNKNOWN","message":"What is left lapses, or is carried over.","field":"carry_over","rule":"OFF-2","accepted":"lapse or carry"}';
comment on constraint scheme_source_length on offers.scheme is
  '{"reason":"SOURCE_LENGTH","message":"A source is a sentence or two.","field":"source","rule":"OFF-1","accepted":"1 to 500 characters"}';

create table offers.tier (
  authority_id integer not null references auth.authority_scope,
  scheme_id text not null,
  nth integer not null check (nth > 0),
  rank integer not null,
  name text not null,
  half_days integer not null,
  pence bigint not null,
  up_to boolean not null,
  wording text,
  primary key (authority_id, scheme_id, nth),
  foreign key (authority_id, scheme_id) references offers.scheme,
  constraint tier_name_once unique (authority_id, scheme_id, name),
  constraint tier_name_length check (length(name) between 1 and 100),
  constraint tier_rank_range check (rank between 1 and 100),
  constraint tier_half_days_range check (half_days between 0 and 730),
  constraint tier_pence_range check (pence between 0 and 100000000),
  constraint tier_wording_length check (length(wording) between 1 and 1000)
);
comment on table offers.tier is 'Tenant: a tier of an offer, with what it gives (OFF-1). A school that fits several is in the one of the highest rank.';
comment on column offers.tier.authority_id is 'The authority.';
comment on column offers.tier.scheme_id is 'The offer.';
comment on column offers.tier.nth is 'Its place in the list, from 1.';
comment on column offers.tier.rank is 'The higher goes before; two of one rank may have no school in common.';
comment on column offers.tier.name is 'Name as people read it.';
comment on column offers.tier.half_days is 'Half-days of support; six are three days.';
comment on column offers.tier.pence is 'Pence to fund a programme of support.';
comment on column offers.tier.up_to is 'Whether that sum is a ceiling, as editions say "up to".';
comment on column offers.tier.wording is 'What the source says, word by word.';
comment on constraint tier_name_once on offers.tier is
  '{"reason":"TIER_EXISTS","message":"Two tiers of an offer have one name.","field":"tiers","rule":"OFF-1","accepted":"each name once"}';
comment on constraint tier_name_length on offers.tier is
  '{"reason":"NAME_LENGTH","message":"A tier needs a name.","field":"tiers","rule":"OFF-1","accepted":"1 to 100 characters"}';
comment on constraint tier_rank_range on offers.tier is
  '{"reason":"RANK_OUT_OF_RANGE","message":"A tier has a rank.","field":"tiers","rule":"OFF-1","accepted":"1 to 100"}';
comment on constraint tier_half_days_range on offers.tier is
  '{"reason":"HALF_DAYS_OUT_OF_RANGE","message":"A tier gives no or some half-days.","field":"tiers","rule":"OFF-1","accepted":"0 to 730"}';
comment on constraint tier_pence_range on offers.tier is
  '{"reason":"PENCE_OUT_OF_RANGE","message":"A tier gives no or some pence.","field":"tiers","rule":"OFF-1","accepted":"0 to 100000000 pence"}';
comment on constraint tier_wording_length on offers.tier is
  '{"reason":"WORDING_LENGTH","message":"A wording is a sentence or two.","field":"tiers","rule":"OFF-1","accepted":"1 to 1000 characters"}';

create table offers.rule (
  authority_id integer not null references auth.authority_scope,
  scheme_id text not null,
  nth integer not null,
  rule_nth integer not null,
  test text not null,
  grades integer[] not null,
  at_least integer,
  at_most integer,
  in_row boolean not null,
  primary key (authority_id, scheme_id, nth, rule_nth),
  foreign key (authority_id, scheme_id, nth) references offers.tier,
  constraint rule_test_known check (test = any (array['latest_grade', 'first_grade', 'times_at_grade', 'years_at_or_below', 'never_above', 'inspections']))
);
comment on table offers.rule is 'Tenant: what a school''s history of graded inspections must be for a tier (OFF-1); all the rules of a tier must hold. A closed language: offers.rule_faults says what is well formed.';
comment on column offers.rule.authority_id is 'The authority.';
comment on column offers.rule.scheme_id is 'The offer.';
comment on column offers.rule.nth is 'The tier.';
comment on column offers.rule.rule_nth is 'From 1.';
comment on column offers.rule.test is 'latest_grade, first_grade (among grades), times_at_grade (how often, in all or in a row up to now), years_at_or_below (how long without a break), never_above (no better grade ever) or inspections (how many).';
comment on column offers.rule.grades is 'Overall grades, 1 outstanding to 4 inadequate; one for years_at_or_below and never_above.';
comment on column offers.rule.at_least is 'At least so many times, years or inspections.';
comment on column offers.rule.at_most is 'At most so many.';
comment on column offers.rule.in_row is 'Of times_at_grade: the latest inspections without a break, not all that there were.';

create table offers.award (
  authority_id integer not null references auth.authority_scope,
  award_id text not null,
  scheme_id text not null,
  school_urn integer not null references register.establishment (urn),
  entitlement_id text,
  half_days integer not null default 0,
  awarded_pence bigint not null default 0,
  committed_pence bigint not null default 0,
  spent_pence bigint not null default 0,
  primary key (authority_id, award_id),
  foreign key (authority_id, scheme_id) references offers.scheme,
  foreign key (authority_id, entitlement_id) references visits.entitlement,
  constraint award_once_a_school unique (authority_id, scheme_id, school_urn),
  constraint award_never_overdrawn check (committed_pence <= awarded_pence and spent_pence <= committed_pence and spent_pence >= 0 and half_days >= 0)
) with (fillfactor = 70);
comment on table offers.award is 'Tenant: what a school has of an offer (OFF-3): days through its entitlement, money here. The ledger offers.entry says how it came to that.';
comment on column offers.award.authority_id is 'The authority.';
comment on column offers.award.award_id is 'Short random reference; its entitlement''s reference too.';
comment on column offers.award.scheme_id is 'The offer.';
comment on column offers.award.school_urn is 'The school, by the URN it had when it joined.';
comment on column offers.award.entitlement_id is 'Its entitlement to half-days; null while it has none.';
comment on column offers.award.half_days is 'Half-days granted.';
comment on column offers.award.awarded_pence is 'Pence awarded: the sum of the ledger.';
comment on column offers.award.committed_pence is 'Of these, pence committed, what was spent of it included.';
comment on column offers.award.spent_pence is 'Of these, pence spent.';
comment on constraint award_never_overdrawn on offers.award is
  '{"reason":"AWARD_EXHAUSTED","message":"The school has not so much left of the offer.","field":"pence","rule":"OFF-3","code":9}';

create table offers.move (
  authority_id integer not null references auth.authority_scope,
  move_id text not null,
  award_id text not null,
  scheme_id text not null,
  effective_on date not null,
  from_nth integer,
  to_nth integer,
  cause text not null,
  inspection_number text,
  pence bigint not null,
  half_days integer not null,
  recorded_by uuid not null references auth.person,
  recorded_at timestamptz not null default now(),
  superseded_at timestamptz,
  primary key (authority_id, move_id),
  foreign key (authority_id, award_id) references offers.award,
  foreign key (authority_id, scheme_id, from_nth) references offers.tier (authority_id, scheme_id, nth),
  foreign key (authority_id, scheme_id, to_nth) references offers.tier (authority_id, scheme_id, nth),
  check (from_nth is distinct from to_nth),
  constraint move_cause_known check (cause = any (array['start', 'news', 'anniversary']))
);
create unique index move_once_a_day on offers.move (authority_id, award_id, effective_on) where superseded_at is null;
comment on table offers.move is 'Tenant: a school joins an offer, moves between its tiers or leaves it, on which day, and when we knew it (OFF-2, C-5). Late news supersedes moves and adds others.';
comment on column offers.move.authority_id is 'The authority.';
comment on column offers.move.move_id is 'Short random reference.';
comment on column offers.move.award_id is 'The school''s award.';
comment on column offers.move.scheme_id is 'The offer.';
comment on column offers.move.effective_on is 'First day in the new tier.';
comment on column offers.move.from_nth is 'The tier before; null for none.';
comment on column offers.move.to_nth is 'The tier from then on; null for none.';
comment on column offers.move.cause is 'start (of the offer), news (an inspection was published) or anniversary (so many years are over).';
comment on column offers.move.inspection_number is 'The inspection that was published; null otherwise.';
comment on column offers.move.pence is 'Pence that it gives or takes.';
comment on column offers.move.half_days is 'Half-days that it gives or takes.';
comment on column offers.move.recorded_by is 'Who computed it.';
comment on column offers.move.recorded_at is 'When.';
comment on column offers.move.superseded_at is 'When later news told otherwise; null while it holds.';

create table offers.commitment (
  authority_id integer not null references auth.authority_scope,
  commitment_id text not null,
  award_id text not null,
  what text not null,
  pence bigint not null,
  spent_pence bigint not null default 0,
  status text not null default 'open' check (status in ('open', 'closed')),
  committed_on date not null,
  version integer not null default 1,
  primary key (authority_id, commitment_id),
  foreign key (authority_id, award_id) references offers.award,
  constraint commitment_what_length check (length(what) between 1 and 500),
  constraint commitment_pence_range check (pence between 0 and 100000000),
  constraint commitment_never_overspent check (spent_pence between 0 and pence)
);
comment on table offers.commitment is 'Tenant: what a school''s money of an offer is committed to (OFF-3).';
comment on column offers.commitment.authority_id is 'The authority.';
comment on column offers.commitment.commitment_id is 'Short random reference.';
comment on column offers.commitment.award_id is 'The award.';
comment on column offers.commitment.what is 'What it is for.';
comment on column offers.commitment.pence is 'Pence committed.';
comment on column offers.commitment.spent_pence is 'Pence spent of them.';
comment on column offers.commitment.status is 'open, or closed: what was not spent went back.';
comment on column offers.commitment.committed_on is 'Day of the commitment.';
comment on column offers.commitment.version is 'Counts the updates.';
comment on constraint commitment_what_length on offers.commitment is
  '{"reason":"WHAT_LENGTH","message":"What money is committed to is said in a sentence.","field":"what","rule":"OFF-3","accepted":"1 to 500 characters"}';
comment on constraint commitment_pence_range on offers.commitment is
  '{"reason":"PENCE_OUT_OF_RANGE","message":"A commitment is of some pence.","field":"pence","rule":"OFF-3","accepted":"0 to 100000000 pence"}';
comment on constraint commitment_never_overspent on offers.commitment is
  '{"reason":"COMMITMENT_EXHAUSTED","message":"The commitment has not so much left.","field":"pence","rule":"OFF-3","code":9}';
create index commitment_by_award on offers.commitment (authority_id, award_id);

create table offers.entry (
  authority_id integer not null references auth.authority_scope,
  entry_id text not null,
  award_id text not null,
  kind text not null check (kind in ('awarded', 'adjusted', 'carried_in', 'carried_out', 'committed', 'released', 'spent')),
  pence bigint not null check (pence <> 0),
  effective_on date not null,
  commitment_id text,
  what text not null,
  entered_by uuid not null references auth.person,
  entered_at timestamptz not null default clock_timestamp(),
  primary key (authority_id, entry_id),
  foreign key (authority_id, award_id) references offers.award,
  foreign key (authority_id, commitment_id) references offers.commitment,
  check ((kind in ('committed', 'released', 'spent')) = (commitment_id is not null)),
  constraint entry_what_length check (length(what) between 1 and 1000)
);
comment on table offers.entry is 'Tenant: the ledger of a school''s money of an offer, append-only (OFF-3).';
comment on column offers.entry.authority_id is 'The authority.';
comment on column offers.entry.entry_id is 'Short random reference.';
comment on column offers.entry.award_id is 'The award.';
comment on column offers.entry.kind is 'awarded, adjusted, carried_in or carried_out; committed, released or spent of a commitment.';
comment on column offers.entry.pence is 'Pence: below zero takes from what was awarded, or from what is committed.';
comment on column offers.entry.effective_on is 'Day for which it stands.';
comment on column offers.entry.commitment_id is 'The commitment; null for what is awarded.';
comment on column offers.entry.what is 'Why.';
comment on column offers.entry.entered_by is 'Who.';
comment on column offers.entry.entered_at is 'When.';
comment on constraint entry_what_length on offers.entry is
  '{"reason":"REASON_LENGTH","message":"A reason is a sentence or two.","field":"what","rule":"OFF-3","accepted":"1 to 1000 characters"}';
create index entry_by_award on offers.entry (authority_id, award_id, entered_at);

do $$
declare
  t record;
begin
  for t in select c.oid::regclass as name from pg_class c where c.relnamespace = 'offers'::regnamespace and c.relkind = 'r'
  loop
    execute format('alter table %s enable row level security, force row level security', t.name);
    execute format('grant select, insert on %s to improve_exec', t.name);
  end loop;
end $$;
grant update (computed_to, version) on offers.scheme to improve_exec;
grant update (entitlement_id, half_days, awarded_pence, committed_pence, spent_pence) on offers.award to improve_exec;
grant update (superseded_at) on offers.move to improve_exec;
grant update (pence, spent_pence, status, version) on offers.commitment to improve_exec;
grant select on offers.scheme, offers.tier, offers.award, offers.move, offers.entry to reporting_owner;
reset role;
