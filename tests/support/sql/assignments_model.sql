-- A reference model of assignments, as plain as can be: what is true is looked up day by day, on every day on which anything could change.
-- \ir this within a test's transaction, after schools.sql. Days are counted from today; "far" stands for all days that nothing ends before.
create temporary table m_day (d integer primary key);
create temporary table m_partner (p integer primary key, partner_id text, capacity integer, base integer);
create temporary table m_capacity (p integer, year integer, half_days integer, from_day integer, version integer, primary key (p, year));
create temporary table m_accredited (a text primary key, p integer, s integer, e integer, w integer);
create temporary table m_conflict (c text primary key, p integer, school integer, s integer, e integer, withdrawn boolean default false);
create temporary table m_assignment (a text primary key, p integer, school integer, role text, s integer, e integer, half_days integer, status text,
  follows text, asked boolean, version integer);
create temporary table m_rule (school_answers boolean, policy_version integer, accredited boolean, role_version integer);
create temporary table m_log (n serial, line text);
grant all on m_day, m_partner, m_capacity, m_accredited, m_conflict, m_assignment, m_rule, m_log, m_log_n_seq to public;

create function test.far() returns integer language sql immutable as $$ select 9000 $$;
create function test.within(p_d integer, p_s integer, p_e integer) returns boolean language sql immutable as $$
  select p_d >= p_s and p_d <= coalesce(p_e, test.far())
$$;
create function test.good_on(p_p integer, p_school integer, p_role text, p_d integer) returns boolean language plpgsql stable as $$ begin return (
  select not ((select accredited from m_rule) and p_role = 'sip' and not exists (
      select from m_accredited x where x.p = p_p and test.within(p_d, x.s, x.e) and (x.w is null or p_d < x.w)))
    and not exists (select from m_conflict c where c.p = p_p and c.school = p_school and not c.withdrawn and test.within(p_d, c.s, c.e))
    and (select base is distinct from p_school from m_partner where p = p_p)
); end $$;
create function test.first_bad(p_p integer, p_school integer, p_role text, p_s integer, p_e integer) returns integer language plpgsql stable as $$ begin return (
  select min(d) from m_day where test.within(d, p_s, p_e) and not test.good_on(p_p, p_school, p_role, d)
); end $$;
create function test.capacity_on(p_p integer, p_d integer) returns integer language plpgsql stable as $$ begin return (
  select coalesce((select c.half_days from m_capacity c where c.p = p_p and c.from_day <= p_d order by c.from_day desc limit 1),
    (select capacity from m_partner where p = p_p))
); end $$;
create function test.load_on(p_p integer, p_d integer) returns integer language plpgsql stable as $$ begin return (
  select coalesce(sum(half_days), 0)::integer from m_assignment where p = p_p and status in ('proposed', 'checked', 'live') and test.within(p_d, s, e)
); end $$;
create function test.fits(p_p integer, p_half_days integer, p_s integer, p_e integer) returns boolean language plpgsql stable as $$ begin return (
  select bool_and(test.load_on(p_p, d) + p_half_days <= test.capacity_on(p_p, d)) from m_day where test.within(d, p_s, p_e)
); end $$;
create function test.taken(p_school integer, p_role text, p_s integer, p_e integer, p_except text) returns boolean language plpgsql stable as $$ begin return (
  select exists (select from m_assignment x join m_day on test.within(d, x.s, x.e) and test.within(d, p_s, p_e)
    where x.school = p_school and x.role = p_role and x.status = 'live' and x.a is distinct from p_except)
); end $$;

-- What would be said to a proposal; null: nothing.
create function test.proposal_refused(p_p integer, p_school integer, p_role text, p_half_days integer, p_s integer, p_e integer, p_follows text)
returns text language sql stable as $$
  select case when test.taken(p_school, p_role, p_s, p_e, p_follows) then 'ASSIGNMENT_OVERLAPS'
    when not test.fits(p_p, p_half_days, p_s, p_e) then 'CAPACITY_EXCEEDED' end
$$;
-- Checked and, where no school is asked, live: tells the refusal and writes nothing, or the status.
create function test.pass(p_a text, p_answered boolean) returns text language plpgsql as $$
declare
  x m_assignment;
begin
  select * into x from m_assignment where a = p_a;
  if test.first_bad(x.p, x.school, x.role, x.s, x.e) is not null then
    return 'CONFLICT_CHECK_FAILED';
  elsif (select school_answers from m_rule) and not p_answered then
    update m_assignment set status = 'checked', asked = true, version = version + 1 where a = p_a;
    return null;
  end if;
  if test.taken(x.school, x.role, x.s, x.e, (select o.a from m_assignment o where o.a = x.follows and o.s < x.s)) then
    return 'ASSIGNMENT_OVERLAPS';
  end if;
  update m_assignment set e = x.s - 1, version = version + 1 where a = x.follows and status = 'live' and s < x.s and coalesce(e, test.far()) >= x.s;
  update m_assignment set status = 'live', asked = true, version = version + 1 where a = p_a;
  return null;
end $$;
-- What the partner's assignments become after something about them changed. New rows have no reference yet.
create function test.sent_back(p_p integer) returns void language plpgsql as $$
declare
  x m_assignment;
  v_from integer;
begin
  for x in select * from m_assignment where p = p_p and status in ('checked', 'live') and coalesce(e, test.far()) >= 0 loop
    v_from := test.first_bad(x.p, x.school, x.role, greatest(x.s, 0), x.e);
    if v_from is null then
      continue;
    elsif x.status = 'live' and v_from > x.s then
      update m_assignment set e = v_from - 1, version = version + 1 where a = x.a;
      insert into m_assignment values ('new ' || gen_random_uuid(), x.p, x.school, x.role, v_from, x.e, x.half_days, 'proposed', x.a, x.asked, 1);
    else
      update m_assignment set status = 'proposed', version = version + 1 where a = x.a;
    end if;
  end loop;
end $$;
grant execute on all functions in schema test to public;
