-- Random commands for visits_model.sql: each makes a call, says what the model expects of it, and brings the model along.
-- Any visit, or, mostly, one in the state that a command wants and whose day has been, so that life goes on; or one ahead that holds half-days.
create function test.some(p_wanted text default null) returns m_visit language sql volatile as $$
  with wanted as materialized (select case when test.pick(3) > 0 then p_wanted end as status),
  fits as (
    select m.*, case w.status when 'ahead' then m.status in ('planned', 'confirmed') and m.d > 0 and m.e is not null
      else m.status = w.status and (m.status not in ('planned', 'confirmed') or m.d < 0) end as fit, w.status is null as any
    from m_visit m, wanted w),
  best as materialized (select f.* from fits f where f.fit or f.any or not exists (select from fits x where x.fit))
  select v, a, p, school, d, h, hours, status, half_days, funding, e, notice, late, purpose, timed, version, note from best
  order by a, p, d, h, hours, school, status, version, half_days, funding, purpose, notice, late, note, e is null
  offset test.pick(greatest(1, (select count(*)::integer from best))) limit 1
$$;
create function test.hour(p_d integer, p_h integer) returns text language sql stable as $$ select quote_literal(test.at(p_d, make_time(9 + p_h, 0, 0))) || '::timestamptz' $$;
-- A day of the grid, and an hour.
create function test.grid() returns integer language sql volatile as $$ select (array[-2, -2, -1, -1, 1, 2, 8])[1 + test.pick(7)] $$;

create function test.add() returns text language plpgsql as $$
declare
  v_a constant integer := (array[929, 926])[1 + test.pick(2)];
  v_p constant integer := (array[1, 1, 1, 2, 3])[1 + test.pick(5)];
  v_school constant integer := 1 + test.pick(2);
  v_d constant integer := test.grid();
  v_h constant integer := test.pick(2);
  v_hours constant integer := 1 + test.pick(2);
  v_n constant integer := 1 + test.pick(2);
  v_source constant text := (array['core', 'core', 'core', 'sla', 'sla', 'offer'])[1 + test.pick(6)];
  v_purpose constant text := (array['core', 'core', 'core', 'kit'])[1 + test.pick(4)];
  v_draws constant record := test.draws(v_a, v_school, v_source, v_d, v_n);
  v_expected text;
begin
  v_expected := case when test.busy_here(v_a, v_p, v_d, v_h, v_hours, '') then 'PARTNER_BUSY' when v_draws.refused is not null then v_draws.refused
    when v_purpose = 'kit' and exists (select from m_visit m where m.a = v_a and m.school = v_school and m.purpose = 'kit' and m.status <> 'cancelled'
      and calendar.academic_year(test.day(m.d)) = calendar.academic_year(test.day(v_d))) then '23P01'
    when test.busy_there(v_a, v_p, v_d, v_h, v_hours, '') then 'BUSY' end;
  if v_expected is null then
    insert into m_visit values ('new', v_a, v_p, v_school, v_d, v_h, v_hours, 'planned', v_n, v_source, v_draws.e, (select notice from m_policy where a = v_a), false, v_purpose,
      (select person is not null from m_partner where a = v_a and p = v_p), 1, 0);
    update m_entitlement set left_ = left_ - v_n where e = v_draws.e;
  end if;
  perform test.be(v_a, 'officer');
  return test.say(format('select * from visits.add_visit(%s, %L, %s, %s, %L, null, null, null, %s, %L, null, null)', test.urn(v_a, v_school),
    (select partner_id from m_partner where a = v_a and p = v_p), test.hour(v_d, v_h), test.hour(v_d, v_h + v_hours), v_purpose, v_n, v_source), v_expected, 'add');
end $$;

create function test.move() returns text language plpgsql as $$
declare
  x constant m_visit := test.some();
  v_d constant integer := test.grid();
  v_h constant integer := test.pick(2);
  v_stays constant boolean := exists (select from m_entitlement m where m.e = x.e and v_d between m.s and m.f);
  v_draws constant record := test.draws(x.a, x.school, x.funding, v_d, x.half_days);
  v_expected text;
begin
  if x.v is null then
    return null;
  end if;
  v_expected := case when x.status not in ('planned', 'confirmed') then 'VISIT_STATUS' when test.busy_here(x.a, x.p, v_d, v_h, x.hours, x.v) then 'PARTNER_BUSY'
    when not v_stays then v_draws.refused end;
  v_expected := coalesce(v_expected, case when x.purpose = 'kit' and exists (select from m_visit m where m.a = x.a and m.school = x.school and m.purpose = 'kit'
      and m.status <> 'cancelled' and m.v <> x.v and calendar.academic_year(test.day(m.d)) = calendar.academic_year(test.day(v_d))) then '23P01'
    when (v_d, v_h) <> (x.d, x.h) and test.busy_there(x.a, x.p, v_d, v_h, x.hours, x.v) then 'BUSY' end);
  if v_expected is null then
    if not v_stays then
      update m_entitlement set left_ = left_ + x.half_days where e = x.e;
      update m_entitlement set left_ = left_ - x.half_days where e = v_draws.e;
    end if;
    update m_visit set d = v_d, h = v_h, status = 'planned', late = late or test.is_late(x.d, x.notice), version = version + 1,
      e = case when v_stays then x.e else v_draws.e end, timed = timed or (v_d, v_h) <> (x.d, x.h) and (select person is not null from m_partner p where p.a = x.a and p.p = x.p)
    where v = x.v;
  end if;
  perform test.be(x.a, 'officer');
  return test.say(format('select * from visits.move_visit(%L, %s, %s, null)', x.v, x.version, test.hour(v_d, v_h)), v_expected, 'move');
end $$;

create function test.cancel() returns text language plpgsql as $$
declare
  x constant m_visit := test.some('ahead');
  v_side constant text := (array['school', 'school', 'partner', 'authority'])[1 + test.pick(4)];
  v_persona constant text := case when v_side = 'school' then (array['booker', 'officer'])[1 + test.pick(2)] else 'officer' end;
  v_expected constant text := case when x.status not in ('planned', 'confirmed') then 'VISIT_STATUS' end;
begin
  if x.v is null then
    return null;
  elsif v_expected is null then
    update m_entitlement set left_ = left_ + x.half_days where e = x.e and (v_side <> 'school' or not x.late and x.d > 0 and not test.is_late(x.d, x.notice));
    update m_visit set status = 'cancelled', timed = false, version = version + 1 where v = x.v;
  end if;
  perform test.be(x.a, v_persona);
  return test.say(format('select * from visits.cancel_visit(%L, %s, ''Random'', %L)', x.v, x.version, v_side), v_expected, 'cancel ' || v_side);
end $$;

create function test.lead(p_what text) returns text language plpgsql as $$
declare
  x constant m_visit := test.some(case p_what when 'confirm' then 'planned' when 'done' then 'confirmed' when 'note' then 'done' when 'agree' then 'noted' end);
  v_person constant integer := (select person from m_partner where a = x.a and p = x.p);
  v_persona constant text := case when p_what = 'agree' or p_what = 'confirm' and x.version % 2 = 0 then 'booker'
    when p_what = 'note' and v_person is not null and test.pick(3) > 0 then 'partner' else 'officer' end;
  v_expected text;
  v_call text;
begin
  if x.v is null then
    return null;
  elsif p_what = 'confirm' then
    v_expected := case when x.status <> 'planned' then 'VISIT_STATUS' end;
    update m_visit set status = 'confirmed', version = version + 1 where v = x.v and v_expected is null;
    v_call := format('visits.confirm_visit(%L, %s)', x.v, x.version);
  elsif p_what = 'done' then
    v_expected := case when x.status <> 'confirmed' then 'VISIT_STATUS' when x.d > 0 then 'VISIT_TO_COME' end;
    update m_visit set status = 'done', version = version + 1 where v = x.v and v_expected is null;
    v_call := format('visits.complete_visit(%L, %s)', x.v, x.version);
  elsif p_what = 'note' then
    v_expected := case when v_person is not null and v_persona = 'officer' then 'NOT_YOUR_NOTE' when x.status not in ('done', 'noted', 'agreed') then 'VISIT_STATUS' end;
    update m_visit set status = 'noted', note = note + 1, version = version + 1 where v = x.v and v_expected is null;
    v_call := format('notes.write_note(%L, ''[{"prompt":"all","text":"x"}]'', null, null, null, %s, null)', x.v, x.note);
  elsif p_what = 'agree' then
    v_expected := case when x.status <> 'noted' then 'VISIT_STATUS' end;
    update m_visit set status = 'agreed', version = version + 1 where v = x.v and v_expected is null;
    v_call := format('notes.agree_note(%L, %s, null)', x.v, greatest(x.note, 1));
  else
    v_expected := 'STALE_VERSION';
    v_call := format('visits.confirm_visit(%L, %s)', x.v, x.version + 1);
  end if;
  perform test.be(x.a, v_persona);
  perform set_config('app.person_id', test.person('model' || v_person)::text, true) where v_persona = 'partner';
  return test.say('select * from ' || v_call, v_expected, p_what);
end $$;

create function test.give(p_what text) returns text language plpgsql as $$
declare
  v_a constant integer := (array[929, 926])[1 + test.pick(2)];
  v_school constant integer := 1 + test.pick(2);
  v_source constant text := (array['sla', 'sla', 'offer', 'core'])[1 + test.pick(4)];
  v_s constant integer := (array[-10, 2, 5])[1 + test.pick(3)];
  v_f constant integer := (array[1, 2, 3, 4, 6, 8, 12, 20])[1 + test.pick(8)];
  v_n constant integer := 1 + test.pick(3);
  v_notice constant integer := test.pick(4);
  m m_entitlement;
  v_expected text;
begin
  perform test.be(v_a, 'la_admin');
  if p_what = 'policy' then
    update m_policy set notice = v_notice, version = version + 1 where a = v_a;
    return test.say(format('select * from visits.set_visit_policy(%s, %s, null, null)', (select version - 1 from m_policy where a = v_a), v_notice), null, p_what);
  elsif p_what = 'adjust' then
    select * into m from m_entitlement order by a, school, source, s, f, left_, version offset test.pick(greatest(1, (select count(*)::integer from m_entitlement))) limit 1;
    if m.e is null then
      return null;
    end if;
    v_expected := case when m.left_ < 2 and v_n <> 3 then 'ENTITLEMENT_EXHAUSTED' end;
    update m_entitlement set left_ = left_ + case v_n when 3 then 2 else -2 end, version = version + 1 where e = m.e and v_expected is null;
    perform test.be(m.a, 'officer');
    return test.say(format('select * from visits.adjust_entitlement(%L, %s, %s, ''Random'')', m.e, m.version, case v_n when 3 then 2 else -2 end), v_expected, p_what);
  end if;
  -- Of two that end on one day the reference would decide, which no seed does.
  if exists (select from m_entitlement x where x.a = v_a and x.school = v_school and x.source = v_source and x.f = v_f) then
    return null;
  end if;
  v_expected := case when test.day(v_f) < test.day(v_s) then '23514' end;
  insert into m_entitlement select 'new', v_a, v_school, v_source, v_s, v_f, v_n, 1 where v_expected is null;
  return test.say(format('select * from visits.grant_entitlement(%s, %L, %s, %L, %L, null, null)', test.urn(v_a, v_school), v_source, v_n, test.day(v_s), test.day(v_f)),
    v_expected, p_what);
end $$;

-- A partner without an identity gets one, or loses it.
create function test.link() returns text language plpgsql as $$
declare
  v_a constant integer := (array[929, 926])[1 + test.pick(2)];
begin
  update m_partner set person = case when person is null then 3 end where a = v_a and p = 3;
  perform test.take_times(v_a, 3);
  perform test.be(v_a, 'officer');
  return test.say(format('update partners.partner set person_id = %L where partner_id = %L', (select case when person is not null then test.person('model3') end from m_partner where a = v_a and p = 3),
    (select partner_id from m_partner where a = v_a and p = 3)), null, 'link');
end $$;

create function test.command() returns text language plpgsql as $$
declare
  v_command constant text := (array['add', 'add', 'add', 'add', 'add', 'add', 'add', 'add', 'move', 'move', 'move', 'move', 'cancel', 'cancel', 'cancel', 'confirm', 'confirm',
    'confirm', 'confirm', 'done', 'done', 'done', 'done', 'note', 'note', 'note', 'agree', 'agree', 'stale', 'grant', 'adjust', 'policy', 'link'])[1 + test.pick(33)];
begin
  return case v_command when 'add' then test.add() when 'move' then test.move() when 'cancel' then test.cancel() when 'link' then test.link()
    when 'grant' then test.give('grant') when 'adjust' then test.give('adjust') when 'policy' then test.give('policy') else test.lead(v_command) end;
end $$;

-- What differs between the model and the tables, or does not hold in either; null: nothing.
create function test.differ() returns text language plpgsql security definer as $$
declare
  v_wrong text;
begin
  update m_visit m set v = r.visit_id from visits.visit r
  where m.v = 'new' and r.authority_id = m.a and r.partner_id = (select partner_id from m_partner p where p.a = m.a and p.p = m.p) and r.starts_at = test.at(m.d, make_time(9 + m.h, 0, 0))
    and r.status = 'planned' and not exists (select from m_visit k where k.v = r.visit_id);
  update m_entitlement m set e = r.entitlement_id from visits.entitlement r
  where m.e = 'new' and r.authority_id = m.a and not exists (select from m_entitlement k where k.e = r.entitlement_id);
  select format('the call left %s, the model %s', x.there, m.here) into v_wrong
  from (select v.visit_id as v, concat_ws(' ', v.authority_id, v.visit_id, v.status, v.starts_at, v.ends_at, v.half_days, coalesce(v.entitlement_id, '-'), v.moved_late, v.version,
      coalesce(b.during::text, '-')) as there
    from visits.visit v left join visits.busy b using (authority_id, visit_id)) x
  full join (select m.v, concat_ws(' ', m.a, m.v, m.status, test.at(m.d, make_time(9 + m.h, 0, 0)), test.at(m.d, make_time(9 + m.h + m.hours, 0, 0)), m.half_days, coalesce(m.e, '-'), m.late,
      m.version, case when m.timed then tstzrange(test.at(m.d, make_time(9 + m.h, 0, 0)), test.at(m.d, make_time(9 + m.h + m.hours, 0, 0)))::text else '-' end) as here from m_visit m) m on m.v = x.v
  where x.there is distinct from m.here limit 1;
  if v_wrong is not null then
    return v_wrong;
  end if;
  select format('of %s %s half-days are left, the ledger says %s, the model %s', e.entitlement_id, e.left_half_days, l.left_, m.left_) into v_wrong
  from visits.entitlement e
  full join m_entitlement m on m.e = e.entitlement_id
  left join lateral (select coalesce(sum(n.half_days), 0) as left_ from visits.entitlement_entry n where n.authority_id = e.authority_id and n.entitlement_id = e.entitlement_id) l on true
  where e.left_half_days is distinct from m.left_ or e.left_half_days <> l.left_ or e.left_half_days < 0 or e.version <> m.version limit 1;
  if v_wrong is not null then
    return v_wrong;
  end if;
  select format('visit %s holds %s half-days of the ledger', v.visit_id, n.held) into v_wrong
  from visits.visit v
  left join lateral (select coalesce(-sum(n.half_days), 0) as held from visits.entitlement_entry n where n.authority_id = v.authority_id and n.visit_id = v.visit_id) n on true
  where n.held <> case when v.entitlement_id is null then 0 when v.status = 'cancelled' then n.held else v.half_days end or n.held not in (0, v.half_days) limit 1;
  return v_wrong;
end $$;
