-- Commitments (FUN-3): budgets of lines, each a quantity by a rate, two quantities by a rate, or a lump; what was printed of them; and which delivery
-- counts against each line.
set role improve_owner;

create table funds.budget (
  authority_id integer not null references auth.authority_scope,
  budget_id text not null,
  title text not null,
  title_key text not null generated always as (lower(title)) stored,
  fund_id text,
  starts_on date not null,
  ends_on date not null,
  printed_pence bigint,
  printed_reason text,
  source text,
  version integer not null default 1,
  primary key (authority_id, budget_id),
  foreign key (authority_id, fund_id) references funds.fund,
  constraint budget_words_length check (length(title) between 1 and 200 and length(source) <= 300 and length(printed_reason) between 1 and 1000),
  constraint budget_ends_after_start check (ends_on >= starts_on),
  constraint budget_once_a_period exclude using gist (authority_id with =, title_key with =, daterange(starts_on, ends_on, '[]') with &&),
  constraint budget_printed_range check (printed_pence between 0 and 100000000000)
);
comment on table funds.budget is 'Tenant: what an authority commits over a period, line by line (FUN-3).';
comment on column funds.budget.authority_id is 'The authority.';
comment on column funds.budget.budget_id is 'Short random reference.';
comment on column funds.budget.title is 'Title.';
comment on column funds.budget.title_key is 'The title in lower case.';
comment on column funds.budget.fund_id is 'The fund that pays for it; null for none.';
comment on column funds.budget.starts_on is 'First day.';
comment on column funds.budget.ends_on is 'Last day.';
comment on column funds.budget.printed_pence is 'The total that was printed, in pence; null when none was.';
comment on column funds.budget.printed_reason is 'Why the printed total differs from the lines; null where it does not.';
comment on column funds.budget.source is 'Where it is told.';
comment on column funds.budget.version is 'Counts the updates, those of its lines too.';
comment on constraint budget_words_length on funds.budget is
  '{"reason":"TITLE_LENGTH","message":"A budget has a title of at most 200 characters.","field":"title","rule":"FUN-3","accepted":"1 to 200 characters"}';
comment on constraint budget_ends_after_start on funds.budget is
  '{"reason":"PERIOD_BACKWARDS","message":"A budget cannot end before it starts.","field":"ends_on","rule":"FUN-3","accepted":"the first day or a later one"}';
comment on constraint budget_once_a_period on funds.budget is
  '{"reason":"BUDGET_OVERLAPS","message":"There is a budget of this title in that period.","field":"title","rule":"FUN-3","accepted":"another title, or a period after the other one ends"}';
comment on constraint budget_printed_range on funds.budget is
  '{"reason":"SUM_OUT_OF_RANGE","message":"A total is nothing or some pence.","field":"printed_pence","rule":"FUN-3","accepted":"0 to 100000000000 pence"}';

create table funds.budget_line (
  authority_id integer not null references auth.authority_scope,
  budget_id text not null,
  number integer not null,
  what text not null,
  quantity integer,
  unit text,
  second_quantity integer,
  second_unit text,
  rate_pence bigint,
  lump_pence bigint,
  pence bigint generated always as (case when lump_pence is null then rate_pence * quantity * coalesce(second_quantity, 1) else lump_pence end) stored,
  printed_pence bigint,
  printed_reason text,
  delivered_by text not null default 'spend',
  delivered_key text,
  note text,
  primary key (authority_id, budget_id, number),
  foreign key (authority_id, budget_id) references funds.budget,
  constraint budget_line_kind check (lump_pence is not null and quantity is null and second_quantity is null and rate_pence is null or lump_pence is null and quantity is not null and rate_pence is not null),
  constraint budget_line_range check (number between 1 and 1000 and quantity between 1 and 100000 and second_quantity between 1 and 100000 and rate_pence between 1 and 10000000000 and lump_pence between 1 and 100000000000),
  constraint budget_line_words_length check (length(what) between 1 and 300 and length(unit) <= 60 and length(second_unit) <= 60 and length(note) <= 1000 and length(printed_reason) between 1 and 1000),
  constraint budget_line_delivered_by_known check (delivered_by in ('visits', 'meetings', 'spend')),
  constraint budget_line_delivered_key check ((delivered_by = 'spend') = (delivered_key is null))
);
comment on table funds.budget_line is 'Tenant: a line of a budget, with how its sum comes about (FUN-3).';
comment on column funds.budget_line.authority_id is 'The authority.';
comment on column funds.budget_line.budget_id is 'The budget.';
comment on column funds.budget_line.number is 'Its number.';
comment on column funds.budget_line.what is 'What it pays for.';
comment on column funds.budget_line.quantity is 'How many; null for a lump.';
comment on column funds.budget_line.unit is 'Of what: visits, meetings, terms; null for a lump.';
comment on column funds.budget_line.second_quantity is 'How many of each: meetings of each facilitator; null for none.';
comment on column funds.budget_line.second_unit is 'Of what; null for none.';
comment on column funds.budget_line.rate_pence is 'What one costs, in pence; null for a lump.';
comment on column funds.budget_line.lump_pence is 'The sum itself, in pence, where nothing is multiplied; null else.';
comment on column funds.budget_line.pence is 'Its sum, in pence.';
comment on column funds.budget_line.printed_pence is 'The sum that was printed; null when none was.';
comment on column funds.budget_line.printed_reason is 'Why it differs; null where it does not.';
comment on column funds.budget_line.delivered_by is 'visits, meetings or spend: what counts against it.';
comment on column funds.budget_line.delivered_key is 'Purpose of the visits, or kind of network whose meetings count; null for spend.';
comment on column funds.budget_line.note is 'What is said beside it, such as "Delegated as appropriate".';
comment on constraint budget_line_kind on funds.budget_line is
  '{"reason":"LINE_KIND","message":"A line is quantities by a rate, or a lump.","field":"lump_pence","rule":"FUN-3","accepted":"quantity and rate_pence, also second_quantity; or lump_pence"}';
comment on constraint budget_line_range on funds.budget_line is
  '{"reason":"QUANTITY_OUT_OF_RANGE","message":"Numbers, quantities and sums are whole and above zero.","field":"quantity","rule":"FUN-3","accepted":"1 or more"}';
comment on constraint budget_line_words_length on funds.budget_line is
  '{"reason":"TEXT_LENGTH","message":"A line says what it pays for.","field":"what","rule":"FUN-3","accepted":"1 to 300 characters"}';
comment on constraint budget_line_delivered_by_known on funds.budget_line is
  '{"reason":"DELIVERED_BY_UNKNOWN","message":"Visits, meetings or spend count against a line.","field":"delivered_by","rule":"FUN-3","accepted":"visits, meetings or spend"}';
comment on constraint budget_line_delivered_key on funds.budget_line is
  '{"reason":"DELIVERED_KEY","message":"Visits count by their purpose, meetings by the kind of network.","field":"delivered_key","rule":"FUN-3","accepted":"a purpose such as kit, or a kind of network"}';

alter table funds.spend
  add column budget_id text,
  add column line_number integer,
  add foreign key (authority_id, budget_id, line_number) references funds.budget_line,
  add check ((budget_id is null) = (line_number is null)),
  alter constraint spend_authority_id_reverses_fkey deferrable initially deferred; -- so that an archive's rows may come in any order
comment on column funds.spend.budget_id is 'The budget whose line it counts against; null for none.';
comment on column funds.spend.line_number is 'The line of that budget; null for none.';
create index spend_by_line on funds.spend (authority_id, budget_id, line_number) where budget_id is not null;

do $$
declare
  t regclass;
begin
  foreach t in array array['funds.budget', 'funds.budget_line']::regclass[]
  loop
    execute format('alter table %s enable row level security, force row level security', t);
  end loop;
end $$;
grant select, insert, update on funds.budget, funds.budget_line to improve_exec;
grant select on funds.budget, funds.budget_line to reporting_owner;
reset role;
