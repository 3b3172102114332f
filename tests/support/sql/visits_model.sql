-- A reference model of visits, half-days and busy people over two authorities, as plain as can be: lists that are looked through. A time is a
-- working day from today (never 0: whether an hour of today has passed is not the question here) and an hour. \ir this after visits.sql.
create temporary table m_partner (a integer, p integer, partner_id text, person integer, primary key (a, p));
create temporary table m_visit (v text primary key, a integer, p integer, school integer, d integer, h integer, hours integer, status text, half_days integer,
  funding text, e text, notice integer, late boolean, purpose text, timed boolean, version integer, note integer);
create temporary table m_entitlement (e text primary key, a integer, school integer, source text, s integer, f integer, left_ integer, version integer);
create temporary table m_policy (a integer primary key, notice integer, version integer);
create temporary table m_log (n serial, line text);
-- Days are counted by the calendar once: here visits are in question, and counting takes longer.
create temporary table m_day as select d, test.day(d) as day from generate_series(-10, 20) d;
create temporary table m_last_free as select d.d, n, calendar.add_working_days(d.day, -n) as day from m_day d cross join generate_series(0, 3) n;
create or replace function test.day(p_days integer) returns date language plpgsql stable as $$ begin return (select day from m_day where d = p_days); end $$;
grant all on m_partner, m_visit, m_entitlement, m_policy, m_log, m_log_n_seq, m_day, m_last_free to public;

create function test.clash(p_d1 integer, p_h1 integer, p_n1 integer, p_d2 integer, p_h2 integer, p_n2 integer) returns boolean language sql immutable as $$
  select p_d1 = p_d2 and p_h1 < p_h2 + p_n2 and p_h2 < p_h1 + p_n1
$$;
-- The authority's own visits, whichever; and what the person's other authorities have taken.
create function test.busy_here(p_a integer, p_p integer, p_d integer, p_h integer, p_hours integer, p_except text) returns boolean language plpgsql stable as $$ begin return exists (
  select from m_visit m where m.a = p_a and m.p = p_p and m.status <> 'cancelled' and m.v <> p_except and test.clash(m.d, m.h, m.hours, p_d, p_h, p_hours)
); end $$;
create function test.busy_there(p_a integer, p_p integer, p_d integer, p_h integer, p_hours integer, p_except text) returns boolean language plpgsql stable as $$ begin return exists (
  select from m_partner me join m_partner x on x.person = me.person join m_visit m on m.a = x.a and m.p = x.p
  where me.a = p_a and me.p = p_p and m.status <> 'cancelled' and m.timed and m.v <> p_except and test.clash(m.d, m.h, m.hours, p_d, p_h, p_hours)
); end $$;
-- What a visit would draw on: the first to end that has enough; or why not.
create function test.draws(p_a integer, p_school integer, p_source text, p_d integer, p_n integer, out e text, out refused text) language plpgsql stable as $$
begin
  select m.e into e from m_entitlement m
  where m.a = p_a and m.school = p_school and m.source = p_source and p_d between m.s and m.f and m.left_ >= p_n order by m.f, m.e limit 1;
  if e is null then
    refused := case when exists (select from m_entitlement m where m.a = p_a and m.school = p_school and m.source = p_source and p_d between m.s and m.f)
      then 'ENTITLEMENT_EXHAUSTED' when p_source <> 'core' then 'NO_ENTITLEMENT' end;
  end if;
end $$;
-- The last free day has passed.
create function test.is_late(p_d integer, p_notice integer) returns boolean language plpgsql stable as $$ begin return (
  select day < base.today() from m_last_free where d = p_d and n = p_notice
); end $$;
-- Does a partner's identity come, their visits take its time one after the other, where it is free.
create function test.take_times(p_a integer, p_p integer) returns void language plpgsql as $$
declare
  x m_visit;
begin
  update m_visit set timed = false where a = p_a and p = p_p;
  for x in select * from m_visit where a = p_a and p = p_p and status <> 'cancelled' order by d, h loop
    update m_visit set timed = (select person is not null from m_partner where a = p_a and p = p_p) and not test.busy_there(p_a, p_p, x.d, x.h, x.hours, x.v)
    where v = x.v;
  end loop;
end $$;
