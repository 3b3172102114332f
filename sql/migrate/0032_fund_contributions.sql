-- What funds are made of (FUN-2): reserves and their share of a budget, contributions and matches, what was recommended to whom and decided, and
-- what was spent. Allocation, authority to spend and spend are three things; what is agreed is told by decisions and never stored beside them.
set role improve_owner;

create table funds.reserve (
  authority_id integer not null references auth.authority_scope,
  reserve_id text not null,
  name text not null,
  name_key text not null generated always as (lower(name)) stored,
  budget_name text not null,
  range_low numeric(5, 2),
  range_high numeric(5, 2),
  categories text[] not null default '{}',
  version integer not null default 1,
  primary key (authority_id, reserve_id),
  constraint reserve_name_length check (length(name) between 1 and 200 and length(budget_name) between 1 and 200),
  constraint reserve_name_once unique (authority_id, name_key),
  constraint reserve_range check (range_low between 0 and 100 and range_high between 0 and 100 and range_low <= range_high)
);
comment on table funds.reserve is 'Tenant: a reserve that contributions come from (FUN-2).';
comment on column funds.reserve.authority_id is 'The authority.';
comment on column funds.reserve.reserve_id is 'Short random reference.';
comment on column funds.reserve.name is 'Name.';
comment on column funds.reserve.name_key is 'The name in lower case: two reserves may not differ by case alone.';
comment on column funds.reserve.budget_name is 'The budget that its share is told of, such as the Dedicated Schools Grant.';
comment on column funds.reserve.range_low is 'Least share of the budget that is recommended, in per cent; null when not told.';
comment on column funds.reserve.range_high is 'Highest share that is recommended; null when not told.';
comment on column funds.reserve.categories is 'Kinds of expenditure that it may be used for; none listed: any.';
comment on column funds.reserve.version is 'Counts the updates.';
comment on constraint reserve_name_length on funds.reserve is
  '{"reason":"NAME_LENGTH","message":"A reserve and its budget have names of at most 200 characters.","field":"name","rule":"FUN-2","accepted":"1 to 200 characters"}';
comment on constraint reserve_name_once on funds.reserve is
  '{"reason":"RESERVE_EXISTS","message":"The authority has a reserve of this name.","field":"name","rule":"FUN-2"}';
comment on constraint reserve_range on funds.reserve is
  '{"reason":"RANGE_BACKWARDS","message":"A range goes from a lower share to a higher one.","field":"range_high","rule":"FUN-2","accepted":"0 to 100, not below range_low"}';

create table funds.reserve_statement (
  authority_id integer not null references auth.authority_scope,
  statement_id text not null,
  reserve_id text not null,
  as_at date not null,
  balance_pence bigint not null,
  budget_pence bigint not null,
  budget_is text not null check (budget_is in ('stated', 'implied')),
  risks_pence bigint not null default 0,
  source text,
  recorded_by uuid not null references auth.person,
  recorded_at timestamptz not null default now(),
  superseded_at timestamptz,
  primary key (authority_id, statement_id),
  foreign key (authority_id, reserve_id) references funds.reserve,
  constraint reserve_statement_sums check (balance_pence between 0 and 100000000000000 and budget_pence between 1 and 100000000000000 and risks_pence between 0 and 100000000000000),
  constraint reserve_statement_source_length check (length(source) <= 300)
);
comment on table funds.reserve_statement is 'Tenant: what a reserve held on a day, beside its budget; late news supersedes (FUN-2, C-5).';
comment on column funds.reserve_statement.authority_id is 'The authority.';
comment on column funds.reserve_statement.statement_id is 'Short random reference.';
comment on column funds.reserve_statement.reserve_id is 'The reserve.';
comment on column funds.reserve_statement.as_at is 'The day.';
comment on column funds.reserve_statement.balance_pence is 'Its balance, in pence.';
comment on column funds.reserve_statement.budget_pence is 'The budget, in pence.';
comment on column funds.reserve_statement.budget_is is 'stated; or implied by the share that was printed.';
comment on column funds.reserve_statement.risks_pence is 'What the risks against it are valued at, in pence.';
comment on column funds.reserve_statement.source is 'Where that is told.';
comment on column funds.reserve_statement.recorded_by is 'Who recorded it.';
comment on column funds.reserve_statement.recorded_at is 'When we came to know it.';
comment on column funds.reserve_statement.superseded_at is 'When later news replaced it; null while it holds.';
comment on constraint reserve_statement_sums on funds.reserve_statement is
  '{"reason":"SUM_OUT_OF_RANGE","message":"A balance is nothing or some pence, of a budget of some.","field":"balance_pence","rule":"FUN-2","accepted":"0 or more pence, of a budget of 1 or more"}';
comment on constraint reserve_statement_source_length on funds.reserve_statement is
  '{"reason":"TEXT_LENGTH","message":"A source is a line.","field":"source","rule":"FUN-2","accepted":"at most 300 characters"}';
create unique index reserve_statement_once on funds.reserve_statement (authority_id, reserve_id, as_at) where superseded_at is null;

create table funds.contribution (
  authority_id integer not null references auth.authority_scope,
  contribution_id text not null,
  fund_id text not null,
  name text not null,
  source text not null,
  reserve_id text,
  category text,
  financial_year integer not null,
  pence bigint not null,
  drawn_pence bigint not null default 0,
  allocation_chain text[] not null default '{}',
  authority_chain text[] not null default '{}',
  agreed_on date,
  agreed_reference text,
  version integer not null default 1,
  primary key (authority_id, contribution_id),
  foreign key (authority_id, fund_id) references funds.fund,
  foreign key (authority_id, reserve_id) references funds.reserve,
  check ((source = 'reserve') = (reserve_id is not null)),
  constraint contribution_source_known check (source in ('reserve', 'council', 'grant', 'schools', 'partner')),
  constraint contribution_words_length check (length(name) between 1 and 200 and length(category) <= 200 and length(agreed_reference) <= 300),
  constraint contribution_sum_range check (pence between 1 and 100000000000),
  constraint contribution_year_range check (financial_year between 2000 and 2100),
  constraint contribution_drawn_at_most check (drawn_pence between 0 and pence),
  constraint contribution_agreed_without_chain check (agreed_on is null or cardinality(allocation_chain) = 0)
);
comment on table funds.contribution is 'Tenant: what somebody puts into a fund (FUN-2). Who must approve it, and in which order, stands in its chains.';
comment on column funds.contribution.authority_id is 'The authority.';
comment on column funds.contribution.contribution_id is 'Short random reference.';
comment on column funds.contribution.fund_id is 'The fund.';
comment on column funds.contribution.name is 'Whose money it is: the name of a reserve, the council.';
comment on column funds.contribution.source is 'reserve, council, grant, schools or partner.';
comment on column funds.contribution.reserve_id is 'The reserve that it comes from; null for others.';
comment on column funds.contribution.category is 'Kind of expenditure that it is for, of those its reserve may be used for.';
comment on column funds.contribution.financial_year is 'Year in which the financial year begins: 2015 for 2015/16.';
comment on column funds.contribution.pence is 'What is put in, in pence.';
comment on column funds.contribution.drawn_pence is 'What was spent of it: the sum of its spends, moved only with them.';
comment on column funds.contribution.allocation_chain is 'Bodies that approve the allocation, in order; none: agreed by whoever gives it (agreed_on).';
comment on column funds.contribution.authority_chain is 'Bodies that give authority to spend, in order; none: the allocation gives it.';
comment on column funds.contribution.agreed_on is 'Day on which whoever gives it agreed, where no body decides; null before.';
comment on column funds.contribution.agreed_reference is 'Where that stands.';
comment on column funds.contribution.version is 'Counts the updates.';
comment on constraint contribution_source_known on funds.contribution is
  '{"reason":"SOURCE_UNKNOWN","message":"Money comes from a source of the list.","field":"source","rule":"FUN-2","accepted":"reserve, council, grant, schools or partner"}';
comment on constraint contribution_words_length on funds.contribution is
  '{"reason":"NAME_LENGTH","message":"A contribution says whose money it is.","field":"name","rule":"FUN-2","accepted":"1 to 200 characters"}';
comment on constraint contribution_sum_range on funds.contribution is
  '{"reason":"SUM_OUT_OF_RANGE","message":"A contribution is of some pence.","field":"pence","rule":"FUN-2","accepted":"1 to 100000000000 pence"}';
comment on constraint contribution_year_range on funds.contribution is
  '{"reason":"YEAR_OUT_OF_RANGE","message":"That is no financial year.","field":"financial_year","rule":"FUN-2","accepted":"2000 to 2100"}';
comment on constraint contribution_drawn_at_most on funds.contribution is
  '{"reason":"OVERDRAWN","message":"Nothing is drawn that was not put in.","field":"pence","rule":"FUN-2","code":9}';
comment on constraint contribution_agreed_without_chain on funds.contribution is
  '{"reason":"CHAIN_DECIDES","message":"Its bodies decide on it.","field":"agreed_on","rule":"FUN-2","accepted":"a decision on a recommendation"}';
create index contribution_by_fund on funds.contribution (authority_id, fund_id);

create table funds.match (
  authority_id integer not null references auth.authority_scope,
  match_id text not null,
  first_id text not null,
  second_id text not null,
  first_parts integer not null default 1,
  second_parts integer not null default 1,
  primary key (authority_id, match_id),
  foreign key (authority_id, first_id) references funds.contribution,
  foreign key (authority_id, second_id) references funds.contribution,
  check (first_id <> second_id),
  constraint match_first_once unique (authority_id, first_id),
  constraint match_second_once unique (authority_id, second_id),
  constraint match_parts_range check (first_parts between 1 and 100 and second_parts between 1 and 100)
);
comment on table funds.match is 'Tenant: two contributions of a fund that match each other: neither is drawn before both are agreed (FUN-2).';
comment on column funds.match.authority_id is 'The authority.';
comment on column funds.match.match_id is 'Short random reference.';
comment on column funds.match.first_id is 'One contribution.';
comment on column funds.match.second_id is 'The other.';
comment on column funds.match.first_parts is 'The first one''s part of the ratio.';
comment on column funds.match.second_parts is 'The second one''s.';
comment on constraint match_first_once on funds.match is
  '{"reason":"MATCHED_ALREADY","message":"This contribution is matched already.","field":"first","rule":"FUN-2"}';
comment on constraint match_second_once on funds.match is
  '{"reason":"MATCHED_ALREADY","message":"This contribution is matched already.","field":"second","rule":"FUN-2"}';
comment on constraint match_parts_range on funds.match is
  '{"reason":"RATIO_OUT_OF_RANGE","message":"A ratio is of whole parts.","field":"first_parts","rule":"FUN-2","accepted":"such as 1 and 1"}';

create table funds.paper (
  authority_id integer not null references auth.authority_scope,
  paper_id text not null,
  title text not null,
  body text not null,
  meeting_on date not null,
  item_type integer,
  authors text,
  version integer not null default 1,
  primary key (authority_id, paper_id),
  constraint paper_words_length check (length(title) between 1 and 300 and length(body) between 1 and 200 and length(authors) <= 1000),
  constraint paper_item_type_range check (item_type between 1 and 4),
  constraint paper_once unique (authority_id, body, meeting_on, title)
);
comment on table funds.paper is 'Tenant: a paper for a meeting of a body: a forum, a board, a committee (FUN-2).';
comment on column funds.paper.authority_id is 'The authority.';
comment on column funds.paper.paper_id is 'Short random reference.';
comment on column funds.paper.title is 'Title.';
comment on column funds.paper.body is 'The body that it is for.';
comment on column funds.paper.meeting_on is 'Day of the meeting.';
comment on column funds.paper.item_type is '1 for approval, 2 consultation where the authority decides, 3 consultation where the DfE decides, 4 for information; null elsewhere than in a schools forum.';
comment on column funds.paper.authors is 'Who wrote it, as the paper says.';
comment on column funds.paper.version is 'Counts the updates.';
comment on constraint paper_words_length on funds.paper is
  '{"reason":"TEXT_LENGTH","message":"A paper has a title, and a body that it is for.","field":"title","rule":"FUN-2","accepted":"1 to 300 characters"}';
comment on constraint paper_item_type_range on funds.paper is
  '{"reason":"ITEM_TYPE","message":"An item of a schools forum is of one of four types.","field":"item_type","rule":"FUN-2","accepted":"1 to 4"}';
comment on constraint paper_once on funds.paper is
  '{"reason":"PAPER_EXISTS","message":"The meeting has a paper of this title.","field":"title","rule":"FUN-2"}';

create table funds.recommendation (
  authority_id integer not null references auth.authority_scope,
  paper_id text not null,
  number integer not null,
  what text not null,
  contribution_id text,
  gives text check (gives in ('allocation', 'authority')),
  pence bigint,
  outcome text,
  decided_on date,
  note text,
  version integer not null default 1,
  primary key (authority_id, paper_id, number),
  foreign key (authority_id, paper_id) references funds.paper,
  foreign key (authority_id, contribution_id) references funds.contribution,
  check ((outcome is null) = (decided_on is null) and (gives is null or contribution_id is not null)),
  constraint recommendation_outcome_known check (outcome in ('approved', 'refused', 'deferred', 'noted', 'rescinded')),
  constraint recommendation_words_length check (length(what) between 1 and 2000 and length(note) <= 2000),
  constraint recommendation_number_range check (number between 1 and 1000),
  constraint recommendation_sum_range check (pence between 1 and 100000000000)
);
comment on table funds.recommendation is 'Tenant: what a paper recommends, and what was decided (FUN-2).';
comment on column funds.recommendation.authority_id is 'The authority.';
comment on column funds.recommendation.paper_id is 'The paper.';
comment on column funds.recommendation.number is 'Its number in the paper.';
comment on column funds.recommendation.what is 'What is recommended.';
comment on column funds.recommendation.contribution_id is 'The contribution that it is about; null for none.';
comment on column funds.recommendation.gives is 'What it gives when approved: allocation, or authority to spend; null for neither.';
comment on column funds.recommendation.pence is 'How much, in pence; null for the whole contribution.';
comment on column funds.recommendation.outcome is 'approved, refused, deferred, noted or rescinded; null before it was decided.';
comment on column funds.recommendation.decided_on is 'When; null before.';
comment on column funds.recommendation.note is 'What was said about it.';
comment on column funds.recommendation.version is 'Counts the updates.';
comment on constraint recommendation_outcome_known on funds.recommendation is
  '{"reason":"OUTCOME_UNKNOWN","message":"A recommendation is decided in a way of the list.","field":"outcome","rule":"FUN-2","accepted":"approved, refused, deferred, noted or rescinded"}';
comment on constraint recommendation_words_length on funds.recommendation is
  '{"reason":"TEXT_LENGTH","message":"A recommendation says what.","field":"what","rule":"FUN-2","accepted":"1 to 2000 characters"}';
comment on constraint recommendation_number_range on funds.recommendation is
  '{"reason":"NUMBER_OUT_OF_RANGE","message":"Recommendations are counted from 1.","field":"number","rule":"FUN-2","accepted":"1 to 1000"}';
comment on constraint recommendation_sum_range on funds.recommendation is
  '{"reason":"SUM_OUT_OF_RANGE","message":"It is about some pence.","field":"pence","rule":"FUN-2","accepted":"1 to 100000000000 pence"}';
create index recommendation_by_contribution on funds.recommendation (authority_id, contribution_id) where contribution_id is not null;

create table funds.update_due (
  authority_id integer not null references auth.authority_scope,
  update_id text not null,
  paper_id text not null,
  what text not null,
  due_on date not null,
  delivered_paper_id text,
  version integer not null default 1,
  primary key (authority_id, update_id),
  foreign key (authority_id, paper_id) references funds.paper,
  foreign key (authority_id, delivered_paper_id) references funds.paper,
  constraint update_due_what_length check (length(what) between 1 and 1000)
);
comment on table funds.update_due is 'Tenant: update reports that are due back to a body (FUN-2).';
comment on column funds.update_due.authority_id is 'The authority.';
comment on column funds.update_due.update_id is 'Short random reference.';
comment on column funds.update_due.paper_id is 'The paper that promises it.';
comment on column funds.update_due.what is 'What it is to report on.';
comment on column funds.update_due.due_on is 'When it is due.';
comment on column funds.update_due.delivered_paper_id is 'The paper that brought it; null while it is due.';
comment on column funds.update_due.version is 'Counts the updates.';
comment on constraint update_due_what_length on funds.update_due is
  '{"reason":"TEXT_LENGTH","message":"An update says what it is to report on.","field":"what","rule":"FUN-2","accepted":"1 to 1000 characters"}';

create table funds.spend (
  authority_id integer not null references auth.authority_scope,
  spend_id text not null,
  contribution_id text not null,
  pence bigint not null check (pence <> 0),
  spent_on date not null,
  what text not null,
  category text,
  school_urn integer references register.establishment (urn),
  reverses text,
  reason text,
  spent_by uuid not null references auth.person,
  recorded_at timestamptz not null default now(),
  primary key (authority_id, spend_id),
  foreign key (authority_id, contribution_id) references funds.contribution,
  foreign key (authority_id, reverses) references funds.spend,
  check ((pence < 0) = (reverses is not null) and (reverses is null) = (reason is null)),
  constraint spend_words_length check (length(what) between 1 and 300 and length(category) <= 200 and length(reason) between 1 and 500),
  constraint spend_reversed_once unique (authority_id, reverses)
);
comment on table funds.spend is 'Tenant: what was spent of a contribution, append-only; a correction is a spend below zero (FUN-2).';
comment on column funds.spend.authority_id is 'The authority.';
comment on column funds.spend.spend_id is 'Short random reference.';
comment on column funds.spend.contribution_id is 'The contribution.';
comment on column funds.spend.pence is 'How much, in pence; below zero where it takes another back.';
comment on column funds.spend.spent_on is 'When.';
comment on column funds.spend.what is 'What for.';
comment on column funds.spend.category is 'Kind of expenditure; null where none is asked.';
comment on column funds.spend.school_urn is 'The school that it was spent on; null for none.';
comment on column funds.spend.reverses is 'The spend that it takes back; null for one that does not.';
comment on column funds.spend.reason is 'Why it was taken back; null for one that does not.';
comment on column funds.spend.spent_by is 'Who recorded it.';
comment on column funds.spend.recorded_at is 'When it was recorded.';
comment on constraint spend_words_length on funds.spend is
  '{"reason":"TEXT_LENGTH","message":"A spend says what it was for.","field":"what","rule":"FUN-2","accepted":"1 to 300 characters"}';
comment on constraint spend_reversed_once on funds.spend is
  '{"reason":"REVERSED_ALREADY","message":"It was taken back before.","field":"spend_id","rule":"FUN-2"}';
create index spend_by_contribution on funds.spend (authority_id, contribution_id, spent_on);
create index spend_by_school on funds.spend (authority_id, school_urn) where school_urn is not null;

do $$
declare
  t regclass;
begin
  foreach t in array array['funds.reserve', 'funds.reserve_statement', 'funds.contribution', 'funds.match', 'funds.paper', 'funds.recommendation', 'funds.update_due', 'funds.spend']::regclass[]
  loop
    execute format('alter table %s enable row level security, force row level security', t);
  end loop;
end $$;
-- The server may not touch what was drawn, nor a spend: the functions of sql/funds/spend.sql do, as the owner.
grant select, insert on funds.reserve, funds.match, funds.paper to improve_exec;
grant select, insert, update on funds.reserve_statement, funds.recommendation, funds.update_due to improve_exec;
grant select on funds.contribution, funds.spend to improve_exec;
grant insert (authority_id, contribution_id, fund_id, name, source, reserve_id, category, financial_year, pence, allocation_chain, authority_chain, agreed_on,
  agreed_reference) on funds.contribution to improve_exec;
grant update (agreed_on, agreed_reference, version) on funds.contribution to improve_exec;
grant select on funds.reserve, funds.reserve_statement, funds.contribution, funds.match, funds.paper, funds.recommendation, funds.spend to reporting_owner;
reset role;
