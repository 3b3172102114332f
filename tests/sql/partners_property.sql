-- Random commands against a small reference model of assignments, capacity and gates (PAR-2, PAR-3): after each command the two agree on what was said and
-- on what is there. PARTNER_SEQUENCES says how many sequences (10000 at full size), PARTNER_SEED where to begin; each sequence's seed is the first's plus its number.
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/sequences.sql
\ir ../support/sql/assignments_model.sql
\set sequences 2500
\set seed `date +%s`
\getenv sequences PARTNER_SEQUENCES
\getenv seed PARTNER_SEED
set local timezone = 'Europe/London'; -- today is England's
set local client_min_messages = warning;
select plan(2);
select test.schools(929, 100001, 3, 'Primary');
\ir ../support/sql/commands.sql

create function test.be(p_persona text) returns void language sql as $$
  select set_config('app.personas', p_persona || ',person', true), set_config('app.person_id', test.person(p_persona, 929)::text, true),
    set_config('app.urns', case p_persona when 'booker' then '100001,100002,100003' else '' end, true)
$$;
create function test.day(p_d integer) returns date language sql stable as $$ select current_date + p_d $$;
-- A start on the grid; an end is the day before a later start, or none.
create function test.start() returns integer language sql volatile as $$ select 40 * (test.pick(16) - 3) $$;
create function test.finish(p_s integer) returns integer language sql volatile as $$ select case when test.pick(4) > 0 then p_s + 40 * (1 + test.pick(9)) - 1 end $$;

create function test.world() returns void language plpgsql as $$
declare
  i integer;
begin
  insert into m_day select 40 * g from generate_series(-3, 22) g union select test.far()
    union select calendar.academic_year_starts(calendar.academic_year(current_date) + y) - current_date from generate_series(0, 3) y;
  insert into m_rule values (false, null, false, null);
  perform test.be('la_admin');
  for i in 1 .. 3 loop
    insert into m_partner select i, a.partner_id, 6 * i, null
    from partners.add_partner('Partner ' || i, '["sip"]', 6 * i, null, null, null, null, null, null) a;
  end loop;
end $$;

\ir ../support/sql/assignments_commands.sql
grant execute on all functions in schema test to public;

grant execute on all functions in schema test to public;
select test.call_as(929, 'booker', array[100001, 100002, 100003]);
select test.call_as(929, 'officer');
select test.call_as(929, 'la_admin');
select test.world(); -- each sequence begins with it, and is undone
select diag(format('%s sequences from PARTNER_SEED=%s', :sequences, :seed));
select is(test.first_wrong('PARTNER', 30, :seed, :sequences), null, 'calls and model agree, command by command');
select diag(format('%s commands: %s', sum(n), string_agg(command || ' ' || said || ' ' || n, ', ' order by command, said))) from m_tally;
select is_empty($$ select regexp_replace(w, '[[:space:]]+', ' ') from unnest(string_to_array('assign_partner ok,assign_partner ASSIGNMENT_OVERLAPS,assign_partner CAPACITY_EXCEEDED,
  assign_partner CONFLICT_CHECK_FAILED,propose_assignment ok,hand_over ok,hand_over OUTSIDE_ASSIGNMENT,hand_over SAME_PARTNER,clear ok,clear CONFLICT_CHECK_FAILED,
  clear NOT_AT_THIS_GATE,conflict ok,accept ok,accept NOT_FOUND,decline ok,withdraw ok,withdraw ALREADY_STARTED,end ok,end PERIOD_BACKWARDS,stale STALE_VERSION,accredit ok,
  accredit 23P01,unaccredit ok,declare ok,undeclare ok,base ok,capacity ok,capacity CAPACITY_TAKEN,policy ok,role ok,recheck ok', ',')) w
  where (select sum(n) from m_tally) > 4000 and not exists (select from m_tally t where t.command || ' ' || t.said = btrim(w, E' \n')) $$,
  'every command was carried out, and the refusals that matter were met');
select * from finish();
rollback;
