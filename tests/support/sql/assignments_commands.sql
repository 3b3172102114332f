-- Random commands for assignments_model.sql: each makes a call, says what the model expects of it, and brings the model along.
create function test.some() returns m_assignment language sql volatile as $$
  select * from m_assignment order by p, school, role, s, e, status, half_days, version, follows is null
  offset test.pick(greatest(1, (select count(*)::integer from m_assignment))) limit 1
$$;
create function test.ref(p_p integer) returns text language sql stable as $$ select partner_id from m_partner where p = p_p $$;
create function test.date_of(p_d integer) returns text language sql stable as $$ select coalesce(quote_literal(current_date + p_d) || '::date', 'null') $$;

create function test.new_one(p_call text, p_role text) returns text language plpgsql as $$
declare
  v_p constant integer := 1 + test.pick(3);
  v_school constant integer := 1 + test.pick(3);
  v_half_days constant integer := 1 + test.pick(6);
  v_s constant integer := test.start();
  v_e constant integer := test.finish(v_s);
  v_expected text := test.proposal_refused(v_p, v_school, p_role, v_half_days, v_s, v_e, null);
begin
  if v_expected is null then
    insert into m_assignment values ('new', v_p, v_school, p_role, v_s, v_e, v_half_days, 'proposed', null, false, case p_call when 'assign_partner' then 0 else 1 end);
    if p_call = 'assign_partner' then
      v_expected := test.pass('new', false);
      delete from m_assignment where a = 'new' and v_expected is not null;
    end if;
  end if;
  perform test.be('officer');
  return test.say(format('select * from partners.%s(%s, %L, %s, %L, %s, %s)', p_call, 100000 + v_school, test.ref(v_p), v_half_days, p_role, test.date_of(v_s),
    test.date_of(v_e)), v_expected, p_call);
end $$;

create function test.hand_over() returns text language plpgsql as $$
declare
  x constant m_assignment := test.some();
  v_p constant integer := 1 + test.pick(3);
  v_s constant integer := test.start();
  v_half_days constant integer := case when test.pick(2) = 0 then 1 + test.pick(6) else x.half_days end;
  v_expected text;
begin
  if x.a is null then
    return null;
  end if;
  v_expected := case when x.status <> 'live' then 'NOT_AT_THIS_GATE' when v_p = x.p then 'SAME_PARTNER'
    when v_s <= x.s or v_s > coalesce(x.e, test.far()) then 'OUTSIDE_ASSIGNMENT'
    else test.proposal_refused(v_p, x.school, x.role, v_half_days, v_s, x.e, x.a) end;
  if v_expected is null then
    insert into m_assignment values ('new', v_p, x.school, x.role, v_s, x.e, v_half_days, 'proposed', x.a, false, 0);
    v_expected := test.pass('new', false);
    delete from m_assignment where a = 'new' and v_expected is not null;
  end if;
  perform test.be('officer');
  return test.say(format('select * from partners.hand_over_assignment(%L, %s, %L, %s, %s)', x.a, x.version, test.ref(v_p), test.date_of(v_s), v_half_days),
    v_expected, 'hand_over');
end $$;

create function test.at_a_gate(p_what text) returns text language plpgsql as $$
declare
  x constant m_assignment := test.some();
  v_on constant integer := test.start() - 1;
  v_expected text;
  v_call text;
begin
  if x.a is null then
    return null;
  elsif p_what = 'clear' then
    v_expected := case when x.status not in ('proposed', 'checked') then 'NOT_AT_THIS_GATE' else test.pass(x.a, false) end;
    v_call := format('check_assignment(%L, %s, null, null)', x.a, x.version);
  elsif p_what = 'conflict' then
    v_expected := case when x.status not in ('proposed', 'checked') then 'NOT_AT_THIS_GATE' end;
    update m_assignment set status = 'proposed', version = version + 1 where a = x.a and v_expected is null;
    v_call := format('check_assignment(%L, %s, ''conflict'', ''A cousin'')', x.a, x.version);
  elsif p_what = 'accept' then
    v_expected := case when not x.asked then 'NOT_FOUND' when x.status <> 'checked' then 'NOT_AT_THIS_GATE' else test.pass(x.a, true) end;
    v_call := format('answer_assignment(%L, %s, ''accept'', null)', x.a, x.version);
  elsif p_what = 'decline' then
    v_expected := case when not x.asked then 'NOT_FOUND' when x.status = 'live' and x.s <= 0 then 'ALREADY_STARTED'
      when x.status not in ('checked', 'live') then 'NOT_AT_THIS_GATE' end;
    update m_assignment set status = 'declined', version = version + 1 where a = x.a and v_expected is null;
    v_call := format('answer_assignment(%L, %s, ''decline'', ''No'')', x.a, x.version);
  elsif p_what = 'withdraw' then
    v_expected := case when x.status = 'live' and x.s <= 0 then 'ALREADY_STARTED' when x.status not in ('proposed', 'checked', 'live') then 'NOT_AT_THIS_GATE' end;
    update m_assignment set status = 'withdrawn', version = version + 1 where a = x.a and v_expected is null;
    v_call := format('withdraw_assignment(%L, %s, ''No'')', x.a, x.version);
  elsif p_what = 'end' then
    v_expected := case when x.status <> 'live' then 'NOT_AT_THIS_GATE' when x.e < v_on then 'ALREADY_ENDED' when v_on < x.s then 'PERIOD_BACKWARDS' end;
    update m_assignment set e = v_on, version = version + 1 where a = x.a and v_expected is null;
    v_call := format('end_assignment(%L, %s, ''Over'', %s)', x.a, x.version, test.date_of(v_on));
  else
    v_expected := 'STALE_VERSION';
    v_call := format('end_assignment(%L, %s, ''Over'', null)', x.a, x.version + 1);
  end if;
  perform test.be(case when p_what in ('accept', 'decline') then 'booker' else 'officer' end);
  return test.say('select * from partners.' || v_call, v_expected, p_what);
end $$;

create function test.about_partner(p_what text) returns text language plpgsql as $$
declare
  v_p constant integer := 1 + test.pick(3);
  v_school constant integer := 1 + test.pick(3);
  v_s constant integer := test.start();
  v_e constant integer := test.finish(v_s);
  v_wrong text;
begin
  perform test.be('officer');
  if p_what = 'accredit' then
    v_wrong := test.say(format('select * from partners.add_accreditation(%L, ''AEA'', null, %s, %s)', test.ref(v_p), test.date_of(v_s), test.date_of(v_e)),
      (select '23P01' from m_accredited x where x.p = v_p and x.w is null and x.s <= coalesce(v_e, test.far()) and coalesce(x.e, test.far()) >= v_s limit 1), p_what);
    insert into m_accredited select r.accreditation_id, v_p, v_s, v_e, null from partners.accreditation r
    where r.partner_id = test.ref(v_p) and not exists (select from m_accredited x where x.a = r.accreditation_id);
  elsif p_what = 'declare' then
    v_wrong := test.say(format('select * from partners.declare_conflict(%L, ''family'', %s, null, %s, %s, null)', test.ref(v_p), 100000 + v_school, test.date_of(v_s),
      test.date_of(v_e)), null, p_what);
    insert into m_conflict select r.conflict_id, v_p, v_school, v_s, v_e from partners.conflict r
    where r.partner_id = test.ref(v_p) and not exists (select from m_conflict x where x.c = r.conflict_id);
    perform test.sent_back(v_p);
  else
    update m_partner set base = nullif(v_school * test.pick(2), 0) where p = v_p;
    v_wrong := test.say(format('select * from partners.change_partner(%L, (select version from partners.partner where partner_id = %1$L), null, null, %s, null, null)',
      test.ref(v_p), coalesce((select 100000 + base from m_partner where p = v_p), 0)), null, p_what);
    perform test.sent_back(v_p);
  end if;
  return v_wrong;
end $$;

create function test.taken_away(p_what text) returns text language plpgsql as $$
declare
  x m_accredited;
  c m_conflict;
  v_on constant integer := test.start();
  v_expected text;
begin
  perform test.be('officer');
  if p_what = 'unaccredit' then
    select * into x from m_accredited order by p, s, e, w offset test.pick((select count(*)::integer from m_accredited)) limit 1;
    v_expected := case when x.w is not null then 'ALREADY_WITHDRAWN' when x.e < v_on then 'ALREADY_ENDED' end;
    update m_accredited set w = v_on where a = x.a and v_expected is null;
    perform test.sent_back(x.p) where v_expected is null;
    return case when x.a is not null then test.say(format('select * from partners.withdraw_accreditation(%L, %s, ''Lapsed'', %s)', x.a,
      case when x.w is null then 1 else 2 end, test.date_of(v_on)), v_expected, p_what) end;
  end if;
  select * into c from m_conflict order by p, school, s, e, withdrawn offset test.pick((select count(*)::integer from m_conflict)) limit 1;
  update m_conflict set withdrawn = true where m_conflict.c = c.c;
  return case when c.c is not null then test.say(format('select * from partners.withdraw_conflict(%L, %s, ''Not so'')', c.c, 1 + c.withdrawn::integer),
    case when c.withdrawn then 'ALREADY_WITHDRAWN' end, p_what) end;
end $$;

create function test.capacity() returns text language plpgsql as $$
declare
  v_p constant integer := 1 + test.pick(3);
  v_year constant integer := calendar.academic_year(current_date) + test.pick(4);
  v_half_days constant integer := test.pick(25);
  v_from constant integer := calendar.academic_year_starts(v_year) - current_date;
  v_version constant integer := (select version from m_capacity where p = v_p and year = v_year);
  v_expected text;
begin
  select 'CAPACITY_TAKEN' into v_expected from m_day
  where d >= v_from and d < coalesce((select min(from_day) from m_capacity where p = v_p and from_day > v_from), test.far() + 1)
    and test.load_on(v_p, d) > v_half_days limit 1;
  insert into m_capacity select v_p, v_year, v_half_days, v_from, 1 where v_expected is null
  on conflict (p, year) do update set half_days = v_half_days, version = m_capacity.version + 1;
  perform test.be('officer');
  return test.say(format('select * from partners.set_partner_capacity(%L, %s, %s, %s)', test.ref(v_p), v_year, v_half_days, coalesce(v_version::text, 'null')),
    v_expected, 'capacity');
end $$;

create function test.rules(p_what text) returns text language plpgsql as $$
declare
  v_version integer;
begin
  perform test.be('la_admin');
  if p_what = 'policy' then
    select policy_version into v_version from m_rule;
    update m_rule set school_answers = not school_answers, policy_version = coalesce(policy_version, 0) + 1;
    return test.say(format('select * from partners.set_assignment_policy(%s, %s)', (select school_answers::text from m_rule), coalesce(v_version::text, 'null')), null, p_what);
  elsif p_what = 'role' then
    select role_version into v_version from m_rule;
    update m_rule set accredited = not accredited, role_version = coalesce(role_version, 0) + 1;
    perform test.sent_back(p) from m_partner;
    return test.say(format('select * from partners.set_assignment_role(''sip'', ''sip'', %L, %s)', (select case when accredited then 'AEA' end from m_rule),
      coalesce(v_version::text, 'null')), null, p_what);
  end if;
  return test.say('select * from partners.recheck_assignments(null)', null, p_what);
end $$;

create function test.command() returns text language plpgsql as $$
declare
  v_command constant text := (array['assign', 'assign', 'assign', 'propose', 'propose', 'other role', 'hand over', 'hand over', 'clear', 'clear', 'clear', 'conflict',
    'accept', 'accept', 'decline', 'withdraw', 'end', 'stale', 'accredit', 'accredit', 'accredit', 'unaccredit', 'declare', 'undeclare', 'base', 'capacity',
    'capacity', 'policy', 'role', 'recheck'])[1 + test.pick(30)];
begin
  return case
    when v_command = 'assign' then test.new_one('assign_partner', 'sip')
    when v_command = 'propose' then test.new_one('propose_assignment', 'sip')
    when v_command = 'other role' then test.new_one('assign_partner', 'reading')
    when v_command = 'hand over' then test.hand_over()
    when v_command in ('accredit', 'declare', 'base') then test.about_partner(v_command)
    when v_command in ('unaccredit', 'undeclare') then test.taken_away(v_command)
    when v_command = 'capacity' then test.capacity()
    when v_command in ('policy', 'role', 'recheck') then test.rules(v_command)
    else test.at_a_gate(v_command) end;
end $$;

-- What differs between the model and the tables, or does not hold in either; null: nothing.
create function test.differ() returns text language plpgsql as $$
declare
  v_wrong text;
begin
  perform test.be('la_admin');
  update m_assignment m set a = r.assignment_id
  from partners.assignment r
  where m.a like 'new%' and r.partner_id = test.ref(m.p) and r.school_urn = 100000 + m.school and r.role = m.role and r.starts_on - current_date = m.s
    and r.ends_on - current_date is not distinct from m.e and r.half_days = m.half_days and r.follows_id is not distinct from m.follows
    and not exists (select from m_assignment k where k.a = r.assignment_id);
  select format('the call left %s, the model %s', x.there, m.here) into v_wrong
  from (select a.assignment_id as a, concat_ws(' ', a.assignment_id, a.school_urn - 100000, a.role, a.starts_on - current_date, coalesce((a.ends_on - current_date)::text, 'open'),
      a.half_days, a.status, a.version, a.follows_id) as there
    from partners.assignment a join m_partner p on p.partner_id = a.partner_id) x
  full join (select m.a, concat_ws(' ', m.a, m.school, m.role, m.s, coalesce(m.e::text, 'open'), m.half_days, m.status, m.version, m.follows) as here from m_assignment m) m on m.a = x.a
  where x.there is distinct from m.here limit 1;
  select coalesce(v_wrong, format('%s is over capacity on day %s', x.p, x.d)) into v_wrong
  from (select x.p, d, sum(x.half_days) as taken from m_assignment x join m_day on test.within(d, x.s, x.e)
    where x.status in ('proposed', 'checked', 'live') group by x.p, d) x
  where x.taken > test.capacity_on(x.p, x.d) limit 1;
  select coalesce(v_wrong, format('%s is past its check, and bad on day %s', x.a, x.bad)) into v_wrong
  from (select m.a, test.first_bad(m.p, m.school, m.role, greatest(m.s, 0), m.e) as bad from m_assignment m
    where m.status in ('checked', 'live') and coalesce(m.e, test.far()) >= 0) x where x.bad is not null limit 1;
  select coalesce(v_wrong, format('the gates of %s do not say that it is %s', x.a, x.status)) into v_wrong
  from (select m.a, m.status, (select g.outcome from partners.gate g where g.assignment_id = m.a and g.gate = 'live' order by g.nth desc limit 1) as live,
      (select g.outcome from partners.gate g where g.assignment_id = m.a and g.gate = 'conflict_check' order by g.nth desc limit 1) as checked,
      (select count(*) = max(g.nth) from partners.gate g where g.assignment_id = m.a) as numbered
    from m_assignment m) x
  where not numbered or case x.status when 'live' then coalesce(x.live, '') not in ('passed', 'ended') when 'proposed' then x.live = 'passed' or x.checked = 'passed'
    when 'checked' then x.checked <> 'passed' else false end limit 1;
  return v_wrong;
end $$;
