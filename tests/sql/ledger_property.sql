-- Random commands on an authority's money, against a small model of it: subscriptions ordered, ended, cancelled and rolled over, charges and credits by
-- hand, documents, payments and claw-backs, journals, statements (MON-1 to MON-3, C-2). LEDGER_SEQUENCES says how many sequences (2,500 of 40 commands
-- each, 100,000 in all, at full size), LEDGER_SEED where to begin; each sequence's seed is the first's plus its number.
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/sla.sql
\ir ../support/sql/sequences.sql
\ir ../support/sql/ledger_model.sql
\ir ../support/sql/ledger_commands.sql
\set sequences 300
\set seed `date +%s`
\getenv sequences LEDGER_SEQUENCES
\getenv seed LEDGER_SEED
set local timezone = 'Europe/London'; -- today is England's
set local client_min_messages = warning;
select plan(3);
select test.schools(929, 100001, 2, 'Primary'), test.schools(929, 100031, 1, 'Primary', 'Academy converter');
select test.call_as(929, 'la_admin');
insert into kit
select p.package_id, p.service, p.net from (values (test.package('Partner', 'Three days', 0), 'Partner', 75001::bigint), (test.package('Governors', 'Core', 0), 'Governors', 33333),
  (test.package('Newsletter', 'Free', 0), 'Newsletter', 0)) p (package_id, service, net);
select test.set_price(package_id, '2015-04-01', net) from kit;
-- Years from the day of joining; three months' notice; what is unused less £50.
select sla.set_subscription_policy(0, '2015-04-01', 0, 0, 'days', 3, 'unused_time', 5000, null);
select test.as_owner();
insert into state values (0);
grant execute on all functions in schema test to public;

create function test.sequence(p_seed integer) returns text language plpgsql as $$
declare
  v_did jsonb := '{}';
  v_word text;
  v_wrong text;
begin
  perform setseed((p_seed % 1000003) / 1000003.0);
  for i in 1 .. test.length(p_seed, 40) loop
    v_word := test.step();
    v_did := v_did || jsonb_build_object(v_word, coalesce((v_did ->> v_word)::integer, 0) + 1);
    perform test.compare_books(v_word);
    exit when exists (select from fault);
  end loop;
  perform test.do_read();
  insert into fault select 40, 'books', format('%s: %s', c.reference, c.what) from money.check_books() c;
  perform test.as_owner();
  select string_agg(format('%s %s: %s', f.step, f.command, f.what), '; ') into v_wrong from fault f;
  raise exception using errcode = 'UNDO0', message = jsonb_build_object('wrong', format('%s: %s', test.again('LEDGER', p_seed), v_wrong), 'is', v_wrong is not null, 'did', v_did,
    'clawed back', (select count(*) from m_document where paid < 0), 'credited', (select count(*) from m_charge where credits is not null and cause is not null))::text;
exception when sqlstate 'UNDO0' then
  return sqlerrm;
end $$;
create temporary table ran as select test.sequence(:seed + n)::jsonb as said from generate_series(0, :sequences - 1) n;
create temporary table did as select d.key as word, sum(d.value::integer) as n from ran, jsonb_each_text(said -> 'did') d group by 1;
create temporary table sums as
select count(*) as sequences, (select sum(n) from did) as commands, sum((said ->> 'credited')::integer) as credited, sum((said ->> 'clawed back')::integer) as paid_back from ran;
select diag(format('%s sequences from LEDGER_SEED=%s, %s commands: %s; %s subscriptions credited, %s credit notes paid back', sequences, :seed, commands,
  (select string_agg(format('%s %s', word, n), ', ' order by n desc) from did), credited, paid_back)) from sums;
select is_empty($$ select said ->> 'wrong' from ran where (said ->> 'is')::boolean $$, 'every account is what the model says, command by command, and the books hold');
-- A few sequences alone need not have met everything.
select ok(commands < 500 or (select count(*) from did) = 10 and credited > 0, 'every kind of command was carried out, and subscriptions were credited') from sums;
select ok(commands < 5000 or paid_back > 0, 'money was paid back') from sums;
select * from finish();
rollback;
