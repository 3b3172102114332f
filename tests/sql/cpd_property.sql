-- Random commands against a small reference model of a session's places, groups and waiting list (CPD-3 to CPD-5, CPD-7, CPD-8): after each the two agree on what was said and on what is
-- there. CPD_SEQUENCES says how many sequences (200 at a time at full size), CPD_SEED where to begin; each sequence's seed is the first's plus its number. A failure prints
-- its commands and its seed. That the model tells a fault when there is one, tests/sql/cpd_faults.sql holds.
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/cpd.sql
\ir ../support/sql/sequences.sql
\ir ../support/sql/waiting_model.sql
\ir ../support/sql/waiting_sequences.sql
\set sequences 1500
\set seed `date +%s`
\getenv sequences CPD_SEQUENCES
\getenv seed CPD_SEED
set local timezone = 'Europe/London';
set local client_min_messages = warning;
select plan(2);
select test.schools(929, 100001, 3, 'Primary');
grant execute on all functions in schema test to public;
select test.call_as(929, 'la_admin');
select test.call_as(929, 'officer');
select diag(format('%s sequences from CPD_SEED=%s', :sequences, :seed));
select is(test.first_wrong('CPD', 30, :seed, :sequences), null, 'calls and model agree, command by command');
select diag(format('%s commands: %s', sum(n), string_agg(command || ' ' || said || ' ' || n, ', ' order by command, said))) from m_tally;
select is_empty($$ select regexp_replace(w, '[[:space:]]+', ' ') from unnest(string_to_array('book ok,book SESSION_FULL,book BOOKING_CLOSED,group ok,group GROUP_TOO_LARGE,group SESSION_FULL,
  cancel ok,cancel ALREADY_CANCELLED,cancel LAPSED,cancel STALE_VERSION,accept ok,accept LAPSED,decline ok,approve ok,refuse ok,resize ok,resize PLACES_TAKEN,settle ok,rule ok,close ok,substitute ok,
  substitute ALREADY_CANCELLED,move ok,move SESSION_STARTED,call off ok,book SESSION_CANCELLED', ',')) w
  where (select sum(n) from m_tally) > 5000 and not exists (select from m_tally t where t.command || ' ' || t.said = btrim(w, E' \n')) $$,
  'every command was carried out, and the refusals that matter were met');
select * from finish();
rollback;
