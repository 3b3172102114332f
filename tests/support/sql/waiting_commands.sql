-- Random commands for waiting_model.sql: each makes a call, says what the model expects of it, and brings the model along.
create function test.some() returns m_booking language sql volatile as $$
  select * from m_booking order by t offset test.pick(greatest(1, (select count(*)::integer from m_booking))) limit 1
$$;
-- Of those in a state, so that most answers find something to answer; now and then any.
create function test.some_in(p_state text) returns m_booking language sql volatile as $$
  select * from m_booking where state = p_state or test.pick(20) = 0 order by state = p_state desc, t
  offset test.pick(greatest(1, (select count(*)::integer from m_booking where state = p_state))) limit 1
$$;
create function test.ref(p_t integer) returns text language plpgsql stable security definer as $$
begin
  return (select booking_id from cpd.booking where authority_id = 929 and session_id = 'se-m' and ticket = p_t);
end $$;
create function test.maybe_stale(p_version integer) returns integer language sql volatile as $$ select p_version + case when test.pick(25) = 0 then 1 else 0 end $$;

create function test.m_book(p_n integer, p_grouped boolean, p_school integer) returns text language plpgsql as $$
declare
  s m_session;
  r m_rule;
  v_free integer;
  v_give integer;
  v_first integer;
begin
  select * into s from m_session;
  select * into r from m_rule;
  if s.cancelled then
    return 'SESSION_CANCELLED';
  elsif s.closes_at <= now() then
    return 'BOOKING_CLOSED';
  elsif p_grouped and p_n > s.capacity then
    return 'GROUP_TOO_LARGE';
  end if;
  begin
    perform test.m_settle();
    perform test.m_give_back();
    v_free := test.m_free();
    v_give := case when p_grouped and p_n > v_free then 0 else least(p_n, v_free) end;
    if exists (select from test.m_waiting() u where not u.grouped or not coalesce(u.pass_until > now(), false)) then
      v_give := 0; -- somebody waits who may not be passed
    end if;
    if (select count(*) from m_booking where state = 'waiting') + p_n - v_give > s.waiting_places then
      raise exception using errcode = 'UNDO1';
    end if;
    if v_give > 0 then
      perform test.m_pass(100000);
    end if;
    v_first := 1 + (select count(*) from m_booking);
    insert into m_booking (t, ord, school, grouped, state, respond_by, pass_until, version)
    select v_first + i - 1, v_first, p_school, p_grouped, case when i > v_give then 'waiting' when r.ask then 'requested' else 'confirmed' end,
      case when i <= v_give and r.ask then test.m_hours(16, s.starts_at) end,
      case when p_grouped and r.may_pass then coalesce(test.m_hours(r.passing_hours, 'infinity'), 'infinity') end, 1
    from generate_series(1, p_n) i;
    perform test.m_draw(v_first + i - 1) from generate_series(1, p_n) i;
  exception when sqlstate 'UNDO1' then
    return 'SESSION_FULL';
  end;
  return null;
end $$;
create function test.book(p_most integer, p_grouped boolean) returns text language plpgsql as $$
declare
  v_n constant integer := case when p_grouped then 2 + test.pick(p_most - 1) else 1 + test.pick(p_most) end;
  v_school constant integer := 100001 + test.pick(3);
  v_names constant text := (select string_agg(format('{"name":"D%s"}', i), ',') from generate_series((select count(*) from m_booking) + 1, (select count(*) from m_booking) + v_n) i);
  v_expected constant text := test.m_book(v_n, p_grouped, v_school);
begin
  return test.say(format('select * from cpd.book_places(%L, %s, %L, null, %L)', 'se-m', v_school, '[' || v_names || ']', p_grouped), v_expected, case when p_grouped then 'group' else 'book' end);
end $$;

create function test.m_end(b m_booking, p_as text) returns void language plpgsql as $$
begin
  update m_booking set state = 'cancelled', ended_as = p_as, respond_by = null, version = version + 1
  where t = any (case p_as when 'cancelled' then array[b.t] when 'declined' then test.m_unit(b.t)
    else array(select o.t from m_booking o where o.ord = b.ord and o.state = 'requested' and o.respond_by > now()) end);
  perform test.m_settle();
end $$;
create function test.answer(p_what text) returns text language plpgsql as $$
declare
  v_state constant text := case when p_what in ('accept', 'decline') then 'offered' when p_what in ('approve', 'refuse') then 'requested' else 'any' end;
  b constant m_booking := case when v_state = 'any' then test.some() else test.some_in(v_state) end;
  v_version integer;
  v_expected text;
  s m_session;
  r m_rule;
begin
  if b.t is null then
    return null;
  end if;
  select * into s from m_session;
  select * into r from m_rule;
  v_version := test.maybe_stale(b.version);
  v_expected := coalesce(test.m_refused(b, v_state, v_version), case when p_what in ('cancel', 'decline', 'refuse') and s.starts_at <= now() then 'SESSION_STARTED' end);
  if v_expected is null and p_what = 'accept' then
    update m_booking set state = case when r.ask then 'requested' else 'confirmed' end, respond_by = case when r.ask then test.m_hours(16, s.starts_at) end, version = version + 1
    where t = any (test.m_unit(b.t));
    perform test.m_settle();
  elsif v_expected is null and p_what = 'approve' then
    update m_booking set state = 'confirmed', respond_by = null, version = version + 1 where ord = b.ord and state = 'requested' and respond_by > now();
    perform test.m_settle();
  elsif v_expected is null then
    perform test.m_end(b, case p_what when 'cancel' then 'cancelled' when 'decline' then 'declined' else 'refused' end);
  end if;
  return test.say(format(case p_what when 'accept' then 'select * from cpd.accept_offer(%L, %s)' when 'decline' then 'select * from cpd.decline_offer(%L, %s, null)'
    when 'approve' then 'select * from cpd.approve_booking(%L, %s, ''Mrs Lee'')' when 'refuse' then 'select * from cpd.refuse_booking(%L, %s, ''No'')'
    else 'select * from cpd.cancel_booking(%L, %s, ''ill'')' end, test.ref(b.t), v_version), v_expected, p_what);
end $$;

create function test.resize() returns text language plpgsql as $$
declare
  v_capacity constant integer := 1 + test.pick(8);
  v_expected text := (select case when m.cancelled then 'SESSION_CANCELLED' when m.starts_at + interval '3 hours' <= now() then 'SESSION_ENDED' end from m_session m);
  s m_session;
begin
  begin
    select * into s from m_session;
    if v_expected is null then
      perform test.m_settle();
      if v_capacity < (select capacity from m_session) - test.m_free() then
        raise exception using errcode = 'UNDO1';
      end if;
      update m_session set capacity = v_capacity, version = version + 1;
      perform test.m_settle();
    end if;
  exception when sqlstate 'UNDO1' then
    v_expected := 'PLACES_TAKEN';
  end;
  return test.say(format('select * from cpd.change_session(%L, %s, null, %s, null, null, null, null, null, null)', 'se-m', s.version, v_capacity), v_expected, 'resize');
end $$;
create function test.close_booking() returns text language plpgsql as $$
declare
  s m_session;
begin
  select * into s from m_session;
  if s.starts_at <= now() then
    return null;
  end if;
  if not s.cancelled then
    update m_session set closes_at = now() - interval '1 second', version = version + 1;
  end if;
  return test.say(format('select * from cpd.change_session(%L, %s, null, null, null, null, null, null, %L, null)', 'se-m', s.version, now() - interval '1 second'),
    case when s.cancelled then 'SESSION_CANCELLED' end, 'close');
end $$;
-- The organiser: the session to another time, or off.
create function test.move() returns text language plpgsql as $$
declare
  s m_session;
  v_by constant interval := (array[interval '3 days', '-3 days', '20 days'])[1 + test.pick(3)];
  v_expected text;
begin
  select * into s from m_session;
  v_expected := case when s.cancelled then 'SESSION_CANCELLED' when least(s.starts_at, s.starts_at + v_by) <= now() then 'SESSION_STARTED' end;
  if v_expected is null then
    update m_session set starts_at = starts_at + v_by, closes_at = closes_at + v_by, version = version + 1;
    update m_booking b set version = b.version + 1, respond_by = least(b.respond_by, case b.state when 'offered' then m.closes_at else m.starts_at end) from m_session m
    where b.state in ('offered', 'requested');
    update m_booking set version = version + 1 where state in ('confirmed', 'waiting');
  end if;
  return test.say(format('select * from cpd.move_session(%L, %s, %L, %L, null, null, null)', 'se-m', s.version, s.starts_at + v_by, s.starts_at + v_by + interval '3 hours'), v_expected, 'move');
end $$;
create function test.call_off() returns text language plpgsql as $$
declare
  s m_session;
  v_expected text;
begin
  select * into s from m_session;
  v_expected := case when s.cancelled then 'SESSION_CANCELLED' when s.starts_at <= now() then 'SESSION_STARTED' end;
  if v_expected is null then
    update m_session set cancelled = true, version = version + 1;
    update m_booking set state = 'cancelled', ended_as = case when respond_by <= now() then 'lapsed' else 'session_cancelled' end, respond_by = null, version = version + 1 where state <> 'cancelled';
  end if;
  return test.say(format('select * from cpd.cancel_session(%L, %s, ''Off'', null)', 'se-m', s.version), v_expected, 'call off');
end $$;
create function test.substitute() returns text language plpgsql as $$
declare
  b constant m_booking := test.some();
  v_version constant integer := test.maybe_stale(b.version);
  v_expected text;
begin
  if b.t is null then
    return null;
  end if;
  v_expected := case when (select starts_at + interval '3 hours' from m_session) <= now() then 'SESSION_ENDED' else test.m_refused(b, 'any', v_version) end;
  if v_expected is null then
    update m_booking set version = version + 1 where t = b.t;
  end if;
  return test.say(format('select * from cpd.substitute_booking(%L, %s, %L, null, null)', test.ref(b.t), v_version, format('S%s of %s', v_version, b.t)), v_expected, 'substitute');
end $$;
create function test.settle() returns text language plpgsql as $$
begin
  perform test.m_settle();
  return test.say('select * from cpd.settle_sessions(null)', null, 'settle');
end $$;
create function test.rule() returns text language plpgsql as $$
declare
  v_ask constant boolean := test.pick(3) = 0;
  v_offer constant integer := (array[0, 8, 24])[1 + test.pick(3)];
  v_pass constant boolean := test.pick(4) > 0;
  v_hours constant integer := (array[-1, 8, 40])[1 + test.pick(3)];
  r m_rule;
begin
  update m_rule set ask = v_ask, offer_hours = v_offer, may_pass = v_pass, passing_hours = nullif(v_hours, -1), version = version + 1 returning * into r;
  perform set_config('app.personas', 'la_admin,person', true);
  return test.say(format('select * from cpd.set_cpd_policy(%s, null, null, null, %L, null, 16, %s, %L, %s)', r.version - 1, case when v_ask then 'always' else 'never' end, v_offer, v_pass, v_hours),
    null, 'rule');
end $$;
-- Time goes by for both.
create function test.wait() returns text language plpgsql security definer as $$
declare
  v_by constant interval := (array[interval '2 hours', '1 day', '2 days', '5 days'])[1 + test.pick(4)];
begin
  perform test.later(929, v_by);
  update m_session set closes_at = closes_at - v_by, starts_at = starts_at - v_by;
  update m_booking set respond_by = respond_by - v_by, pass_until = pass_until - v_by;
  insert into m_log (line) values ('-- ' || v_by || ' later');
  return null;
end $$;

create function test.command() returns text language plpgsql as $$
declare
  v_dice constant integer := test.pick(100);
begin
  perform set_config('app.personas', 'officer,person', true);
  return case when v_dice < 20 then test.book(3, false) when v_dice < 33 then test.book(4, true) when v_dice < 48 then test.answer('cancel')
    when v_dice < 60 then test.answer('accept') when v_dice < 66 then test.answer('decline') when v_dice < 71 then test.answer('approve') when v_dice < 74 then test.answer('refuse')
    when v_dice < 77 then test.substitute() when v_dice < 83 then test.resize() when v_dice < 86 then test.settle() when v_dice < 89 then test.rule() when v_dice < 92 then test.move()
    when v_dice < 98 then test.wait() when v_dice < 99 then test.call_off() else test.close_booking() end;
end $$;
