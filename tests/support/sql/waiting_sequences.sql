-- Sequences of random commands for waiting_model.sql: \ir this after it and sequences.sql.
\ir commands.sql

create or replace function test.fresh() returns void language plpgsql security definer as $$
begin
  delete from m_session; delete from m_rule; delete from m_booking; delete from m_units;
  insert into m_session values (2 + test.pick(5), case when test.pick(3) = 0 then 4 end, now() + interval '40 days', now() + interval '42 days', 1);
  insert into m_rule values (false, 24, true, 40, 0);
  perform test.session(929, 'se-m', (select capacity from m_session), 1000, (select starts_at from m_session));
  update cpd.session set booking_closes_at = m.closes_at, waiting_places = m.waiting_places from m_session m where session_id = 'se-m';
  update cpd.course set credits = 3 where course_id = 'co-se-m';
  insert into m_units values (100001, 'place', 1 + test.pick(4), 1), (100001, 'credit', 1 + test.pick(8), 3), (100002, 'credit', 1 + test.pick(12), 3);
  perform sla.open_allowance(u.school, u.unit, null, base.today() - 100, base.today() + 400, u.units, null) from m_units u;
end $$;

\ir waiting_commands.sql
