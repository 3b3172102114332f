-- Random commands against a small reference model of visits, half-days and busy people over two authorities (VIS-1 to VIS-3): after each command
-- the two agree on what was said and on what is there. VISIT_SEQUENCES says how many sequences (200 at a time at full size), VISIT_SEED where to begin; each
-- sequence's seed is the first's plus its number. A failure prints its commands and its seed.
begin;
-- As of a working day, this one or the last: on another none is the last free day before a visit.
select format('create or replace function base.today() returns date language sql stable parallel safe as %L', format('select %L::date', calendar.add_working_days(base.today() + 1, -1)))
\gexec
\ir ../support/sql/schools.sql
\ir ../support/sql/sequences.sql
\ir ../support/sql/visits.sql
\ir ../support/sql/visits_model.sql
\set sequences 4500
\set seed `date +%s`
\getenv sequences VISIT_SEQUENCES
\getenv seed VISIT_SEED
set local timezone = 'Europe/London'; -- today is England's
set local client_min_messages = warning;
select plan(2);
select test.schools(929, 100001, 2, 'Primary'), test.schools(926, 200001, 2, 'Primary');
\ir ../support/sql/commands.sql

create function test.urn(p_a integer, p_school integer) returns integer language sql immutable as $$ select case p_a when 929 then 100000 else 200000 end + p_school $$;
create function test.be(p_a integer, p_persona text) returns void language sql as $$
  select set_config('app.authority_id', p_a::text, true), set_config('app.personas', p_persona || ',person', true),
    set_config('app.person_id', test.person(p_persona, p_a)::text, true),
    set_config('app.urns', case p_persona when 'booker' then test.urn(p_a, 1) || ',' || test.urn(p_a, 2) else '' end, true)
$$;

-- The same two people and a third without an identity are partners of both authorities.
create function test.world() returns void language plpgsql as $$
declare
  v_a integer;
begin
  foreach v_a in array array[929, 926] loop
    insert into m_partner select v_a, p, 'pt-' || v_a || p, case when p < 3 then p end from generate_series(1, 3) p;
    perform test.be(v_a, 'la_admin');
    insert into m_policy select v_a, p.notice_days, p.version from visits.set_visit_policy(0, case v_a when 929 then 1 else 2 end, null, null) p;
    insert into m_entitlement select g.entitlement_id, v_a, w.school, w.source, w.s, w.f, w.n, 1
    from (values (1, 'sla', -10, 20, 4), (1, 'offer', 2, 8, 2), (2, 'sla', -10, 1, 2), (2, 'core', -10, 3, 1)) w (school, source, s, f, n)
    cross join lateral visits.grant_entitlement(test.urn(v_a, w.school), w.source, w.n, test.day(w.s), test.day(w.f), null, null) g;
  end loop;
end $$;

\ir ../support/sql/visits_commands.sql
grant execute on all functions in schema test to public;

create function test.templates() returns void language plpgsql as $$
declare
  v_a integer;
begin
  foreach v_a in array array[929, 926] loop
    perform test.be(v_a, 'officer');
    perform notes.add_template('Any', '[{"key":"all","title":"All","part":"partner","prompts":[{"key":"all","text":"?"}]}]', null, null, null);
  end loop;
end $$;

grant execute on all functions in schema test to public;

insert into auth.person (person_id, display_name) select test.person('model' || p), 'Model ' || p from generate_series(1, 3) p;
select test.partner(a, 'pt-' || a || p, case when p < 3 then test.person('model' || p) end) from unnest(array[929, 926]) a, generate_series(1, 3) p;
select test.call_as(a, p, case p when 'booker' then array[test.urn(a, 1), test.urn(a, 2)] else '{}' end) from unnest(array[929, 926]) a, unnest(array['booker', 'la_admin', 'officer']) p;
select test.templates();
select test.world(); -- each sequence begins with it, and is undone
select diag(format('%s sequences from VISIT_SEED=%s', :sequences, :seed));
select is(test.first_wrong('VISIT', 40, :seed, :sequences), null, 'calls and model agree, command by command');
select diag(format('%s commands: %s', sum(n), string_agg(command || ' ' || said || ' ' || n, ', ' order by command, said))) from m_tally;
select is_empty($$ select regexp_replace(w, '[[:space:]]+', ' ') from unnest(string_to_array('add ok,add BUSY,add PARTNER_BUSY,add NO_ENTITLEMENT,add ENTITLEMENT_EXHAUSTED,add 23P01,
  move ok,move VISIT_STATUS,cancel school ok,cancel partner ok,cancel authority ok,cancel school VISIT_STATUS,confirm ok,
  confirm VISIT_STATUS,done ok,done VISIT_STATUS,done VISIT_TO_COME,note ok,note VISIT_STATUS,note NOT_YOUR_NOTE,agree ok,agree VISIT_STATUS,stale STALE_VERSION,grant ok,grant 23514,
  adjust ok,adjust ENTITLEMENT_EXHAUSTED,policy ok,link ok,move NO_ENTITLEMENT', ',')) w
  where (select sum(n) from m_tally) > 4000 and not exists (select from m_tally t where t.command || ' ' || t.said = btrim(w, E' \n')) $$,
  'every command was carried out, and the refusals that matter were met');
select * from finish();
rollback;
