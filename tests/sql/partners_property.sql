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
create temporary table m_tally (command text, said text, n integer default 1, primary key (command, said));
grant all on m_tally to public;

create function test.be(p_persona text) returns void language sql as $$
  select set_config('app.personas', p_persona || ',person', true), set_config('app.person_id', test.person(p_persona, 929)::text, true),
    set_config('app.urns', case p_persona when 'booker' then '100001,100002,100003' else '' end, true)
$$;
create function test.pick(p_n integer) returns integer language sql volatile as $$ select floor(random() * p_n)::integer $$;
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

-- Makes one command, by the call and by the model; tells what the call said. Refusals leave nothing on either side.
create function test.say(p_sql text, p_expected text, p_command text) returns text language plpgsql as $$
declare
  v_detail text;
  v_said text;
begin
  begin
    execute p_sql;
    v_said := 'ok';
  exception when others then
    get stacked diagnostics v_detail = pg_exception_detail;
    v_said := case when v_detail like '{%' then v_detail::jsonb ->> 'reason' else sqlstate || coalesce(' ' || nullif(sqlerrm, ''), '') end;
  end;
  insert into m_log (line) values (format('%s  -- %s', p_sql, v_said));
  insert into m_tally (command, said) values (p_command, split_part(v_said, ' ', 1)) on conflict (command, said) do update set n = m_tally.n + 1;
  return case when split_part(v_said, ' ', 1) is distinct from coalesce(p_expected, 'ok') then format('%s said %s, the model %s', p_command, v_said, coalesce(p_expected, 'ok')) end;
end $$;
\ir ../support/sql/assignments_commands.sql
grant execute on all functions in schema test to public;

create function test.sequence(p_seed bigint) returns text language plpgsql as $$
declare
  v_wrong text;
  v_told jsonb;
  i integer;
begin
  perform setseed((p_seed % 1000000) / 1000000.0);
  begin
    delete from m_log; delete from m_tally;
    for i in 1 .. test.length(p_seed, 30) loop
      v_wrong := coalesce(test.command(), test.differ());
      exit when v_wrong is not null;
    end loop;
    -- The sequence is undone; what it told comes out in the message.
    raise exception using errcode = 'UNDO0', message = jsonb_build_object('wrong', format(E'%s: %s\n', test.again('PARTNER', p_seed), v_wrong)
      || (select string_agg(line, E'\n' order by n) from m_log), 'tally', (select coalesce(jsonb_agg(t), '[]') from m_tally t))::text;
  exception when sqlstate 'UNDO0' then
    v_told := sqlerrm::jsonb;
  end;
  insert into m_tally as t select r.* from jsonb_populate_recordset(null::m_tally, v_told -> 'tally') r on conflict (command, said) do update set n = t.n + excluded.n;
  return case when v_wrong is not null then v_told ->> 'wrong' end;
end $$;
grant execute on all functions in schema test to public;
select test.call_as(929, 'booker', array[100001, 100002, 100003]);
select test.call_as(929, 'officer');
select test.call_as(929, 'la_admin');
select test.world(); -- each sequence begins with it, and is undone
select diag(format('%s sequences from PARTNER_SEED=%s', :sequences, :seed));
select is_empty(format('select w.wrong from generate_series(0, %s - 1) i cross join lateral test.sequence(%s + i) w (wrong) where w.wrong is not null limit 1', :sequences, :seed),
  'calls and model agree, command by command');
select diag(format('%s commands: %s', sum(n), string_agg(command || ' ' || said || ' ' || n, ', ' order by command, said))) from m_tally;
select is_empty($$ select regexp_replace(w, '[[:space:]]+', ' ') from unnest(string_to_array('assign_partner ok,assign_partner ASSIGNMENT_OVERLAPS,assign_partner CAPACITY_EXCEEDED,
  assign_partner CONFLICT_CHECK_FAILED,propose_assignment ok,hand_over ok,hand_over OUTSIDE_ASSIGNMENT,hand_over SAME_PARTNER,clear ok,clear CONFLICT_CHECK_FAILED,
  clear NOT_AT_THIS_GATE,conflict ok,accept ok,accept NOT_FOUND,decline ok,withdraw ok,withdraw ALREADY_STARTED,end ok,end PERIOD_BACKWARDS,stale STALE_VERSION,accredit ok,
  accredit 23P01,unaccredit ok,declare ok,undeclare ok,base ok,capacity ok,capacity CAPACITY_TAKEN,policy ok,role ok,recheck ok', ',')) w
  where (select sum(n) from m_tally) > 4000 and not exists (select from m_tally t where t.command || ' ' || t.said = btrim(w, E' \n')) $$,
  'every command was carried out, and the refusals that matter were met');
select * from finish();
rollback;
