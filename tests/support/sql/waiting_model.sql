-- A reference model of one session's places and waiting list, as plain as can be: whoever is next is looked for anew each time, from the first.
-- \ir this within a test's transaction, after schools.sql and cpd.sql. Bookings go by their ticket.
create temporary table m_session (capacity integer, waiting_places integer, closes_at timestamptz, starts_at timestamptz, version integer, cancelled boolean not null default false);
create temporary table m_rule (ask boolean, offer_hours integer, may_pass boolean, passing_hours integer, version integer);
create temporary table m_booking (t integer primary key, ord integer, school integer, grouped boolean, state text, ended_as text, respond_by timestamptz, pass_until timestamptz, version integer,
  passed integer default 0, unit text, units integer default 0, net bigint default 1000);
-- What schools have left of places and credits; a place on the course costs one, or three credits. What was used is gone.
create temporary table m_units (school integer, unit text, units integer, cost integer);
create temporary table m_log (n serial, line text);
grant all on m_session, m_rule, m_booking, m_units, m_log, m_log_n_seq to public;

create function test.m_free() returns integer language plpgsql stable as $$
begin
  return (select s.capacity - (select count(*)::integer from m_booking where state in ('confirmed', 'offered', 'requested')) from m_session s);
end $$;
-- Units that wait: singles, and groups whole, by their first ticket.
create function test.m_waiting() returns table (first integer, size integer, grouped boolean, pass_until timestamptz) language plpgsql stable as $$
#variable_conflict use_column
begin
  return query
  select min(t), count(*)::integer, bool_or(b.grouped), min(b.pass_until) from m_booking b where state = 'waiting'
  group by case when b.grouped then ord else t end order by 1;
end $$;
-- The first who fits, of those before whom nobody must wait.
create function test.m_next() returns integer language plpgsql stable as $$
declare
  u record;
begin
  for u in select * from test.m_waiting() loop
    if u.size <= test.m_free() then
      return u.first;
    elsif not coalesce(u.pass_until > now(), false) then
      return null;
    end if;
  end loop;
  return null;
end $$;
create function test.m_unit(p_first integer) returns integer[] language plpgsql stable as $$
begin
  return (select array(select o.t from m_booking b join m_booking o on o.t = b.t or b.grouped and o.ord = b.ord and o.state = b.state where b.t = p_first order by o.t));
end $$;
-- All groups that wait before a ticket, of which somebody later has what they cannot use.
create function test.m_pass(p_before integer) returns void language plpgsql volatile as $$
begin
  update m_booking set passed = passed + 1 where t in (select u.first from test.m_waiting() u where u.size > test.m_free() and u.first < p_before);
end $$;
create function test.m_hours(p_hours integer, p_latest timestamptz) returns timestamptz language plpgsql stable as $$
begin
  return (select least(calendar.add_working_hours(now(), p_hours), p_latest));
end $$;
create function test.m_settle() returns void language plpgsql as $$
declare
  v_next integer;
  s m_session;
  r m_rule;
begin
  select * into s from m_session;
  select * into r from m_rule;
  update m_booking set state = 'cancelled', ended_as = 'lapsed', respond_by = null, version = version + 1 where state in ('offered', 'requested') and respond_by <= now();
  loop
    v_next := case when s.closes_at > now() then test.m_next() end;
    exit when v_next is null;
    perform test.m_pass(v_next);
    update m_booking
    set state = case when r.offer_hours > 0 then 'offered' when r.ask then 'requested' else 'confirmed' end, version = version + 1,
      respond_by = case when r.offer_hours > 0 then test.m_hours(r.offer_hours, s.closes_at) when r.ask then test.m_hours(16, s.starts_at) end
    where t = any (test.m_unit(v_next));
  end loop;
end $$;

-- Each draws what pays for it whole: a place before credits; or the credits that are left, for their part of £10.
create function test.m_draw(p_t integer) returns void language plpgsql as $$
declare
  u m_units;
  v_school constant integer := (select school from m_booking where t = p_t);
begin
  select * into u from m_units where school = v_school and units > 0 order by units >= cost desc, unit = 'place' desc limit 1;
  if found then
    update m_units set units = u.units - least(u.units, u.cost) where school = v_school and unit = u.unit;
    update m_booking set unit = u.unit, units = least(u.units, u.cost), net = case when u.units >= u.cost then 0 when u.units = 2 then 333 else 667 end where t = p_t;
  end if;
end $$;
create function test.m_give_back() returns void language plpgsql as $$
begin
  update m_units u set units = u.units + g.units from (select school, unit, sum(units) as units from m_booking where state = 'cancelled' and units > 0 group by 1, 2) g
  where u.school = g.school and u.unit = g.unit;
  update m_booking set units = 0 where state = 'cancelled';
end $$;

-- What would be said to a change of a booking; null: nothing.
create function test.m_refused(b m_booking, p_state text, p_version integer) returns text language plpgsql stable as $$
begin
  return (select case when b.version <> p_version then 'STALE_VERSION' when b.respond_by <= now() then 'LAPSED' when b.state = 'cancelled' then 'ALREADY_CANCELLED'
    when p_state <> 'any' and b.state <> p_state then 'BOOKING_STATUS' end);
end $$;

-- What differs between the model and the tables; null: nothing.
create function test.differ() returns text language plpgsql volatile security definer as $$
declare
  v_wrong text;
begin
  select string_agg(format('ticket %s: model %s %s %s v%s, %s passed; there %s', coalesce(m.t, a.ticket), m.state, m.ended_as, m.respond_by, m.version, m.passed,
      a), E'\n' order by coalesce(m.t, a.ticket))
    into v_wrong
  from m_booking m
  full join (
    select b.ticket::integer as ticket, b.status, b.ended_as, b.respond_by, b.version, (select count(*)::integer from cpd.step s
      where s.authority_id = b.authority_id and s.booking_id = b.booking_id and s.kind = 'passed') as passed
    from cpd.booking b where b.authority_id = 929 and b.session_id = 'se-m'
  ) a on a.ticket = m.t
  where (m.state, coalesce(m.ended_as, ''), coalesce(m.respond_by, 'infinity'), m.version, m.passed)
    is distinct from (a.status, coalesce(a.ended_as, ''), coalesce(a.respond_by, 'infinity'), a.version, a.passed);
  perform test.m_give_back();
  return coalesce(v_wrong, (select format('ticket %s: the model says %s %s and %s pence, there is %s and %s', m.t, m.units, m.unit, m.net, n.open, b.price_pence)
      from m_booking m join cpd.booking b on b.authority_id = 929 and b.session_id = 'se-m' and b.ticket = m.t
      cross join lateral (select coalesce(sum(e.reserved_units), 0) as open from sla.allowance_entry e where e.authority_id = 929 and e.reservation_id = b.reservation_id) n
      where (m.units, m.net) <> (n.open, b.price_pence) limit 1),
    (select format('school %s has %s %s left, the model says %s', m.school, a.left_units, m.unit, m.units) from m_units m
      join sla.allowance a on a.authority_id = 929 and a.school_urn = m.school and a.unit = m.unit where a.left_units <> m.units limit 1),
    (select format('the session says %s, its bookings %s', said, counted) from test.miscounted() limit 1),
    (select format('%s is %s and %s pence of its price are charged', m.booking_id, m.status, m.due) from test.mischarged() m limit 1),
    (select 'oversold' from cpd.session where session_id = 'se-m' and confirmed_count + held_count > capacity));
end $$;
