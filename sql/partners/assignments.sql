-- Calls that assign partners to schools, hand assignments over and end them (PAR-2).

create function partners.assign_partner(p_school_urn integer, p_partner_id text, p_half_days integer, p_role text, p_starts_on date,
  p_ends_on date)
returns table (assignment_id text, partner text, school_urn integer, role text, starts_on date, ends_on date, half_days integer,
  half_days_left integer, version integer, status text)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_made constant partners.assignment := partners.make_proposal(p_school_urn, p_partner_id, p_half_days, p_role, p_starts_on, p_ends_on, null, 0);
  v_now constant partners.assignment := partners.pass_check(v_made, 'Checked when assigned.');
begin
  return query
  select v_now.assignment_id, p.name, v_now.school_urn, v_now.role, v_now.starts_on, v_now.ends_on, v_now.half_days, left_.half_days_left, v_now.version,
    v_now.status
  from partners.partner p
  cross join partners.fullest_day(p_partner_id, v_now.starts_on, v_now.ends_on) left_
  where p.authority_id = v_now.authority_id and p.partner_id = v_now.partner_id;
end $$;
comment on function partners.assign_partner is 'partners.assign_partner proposes and checks in one: live at once where nothing speaks against it and the authority asks no school, else for the school to answer (PAR-2, PAR-3).';
grant execute on function partners.assign_partner to persona_la_admin, persona_officer;

create function partners.end_assignment(p_assignment_id text, p_version integer, p_reason text, p_ends_on date)
returns table (assignment_id text, partner_id text, school_urn integer, role text, starts_on date, ends_on date, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_ends_on constant date := coalesce(p_ends_on, base.today());
  v_was constant partners.assignment := partners.see_assignment(p_assignment_id, p_version);
begin
  perform errors.required('reason', btrim(p_reason));
  perform partners.require_status(v_was, array['live'], 'one that is live');
  if v_was.ends_on < v_ends_on then
    perform errors.precondition('ALREADY_ENDED', format('The assignment ends on %s; ending it cannot make it longer.', v_was.ends_on), 'ends_on',
      'PAR-2', format('%s to %s', v_was.starts_on, v_was.ends_on));
  elsif v_ends_on < v_was.starts_on then
    perform errors.invalid('ends_on', 'An assignment cannot end before it starts.', 'PAR-2', partners.day(v_was.starts_on) || ' or a later day',
      'PERIOD_BACKWARDS');
  end if;
  perform partners.record_gate(p_assignment_id, 'live', 'ended', format('%s Last day: %s.', btrim(p_reason), partners.day(v_ends_on)));
  return query
  update partners.assignment a
  set ends_on = v_ends_on, end_reason = btrim(p_reason), version = a.version + 1
  where a.authority_id = auth.authority_id() and a.assignment_id = p_assignment_id
  returning a.assignment_id, a.partner_id, a.school_urn, a.role, a.starts_on, a.ends_on, a.version;
end $$;
comment on function partners.end_assignment is 'partners.end_assignment ends an assignment on a day, with the reason. It never makes one longer.';
grant execute on function partners.end_assignment to persona_la_admin, persona_officer;

create function partners.hand_over_assignment(p_assignment_id text, p_version integer, p_partner_id text, p_starts_on date, p_half_days integer)
returns table (assignment_id text, follows_id text, partner text, school_urn integer, role text, starts_on date, ends_on date, half_days integer,
  status text, version integer, old_ends_on date, visits_ahead integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_old partners.assignment;
  v_new partners.assignment;
begin
  perform errors.required('partner_id', p_partner_id, 'a reference such as pt-7k2q9mx4td');
  perform errors.required('starts_on', p_starts_on, 'the first day of the new partner');
  -- Two partners are held, always in the order of their references.
  perform partners.lock_partner(p.partner_id) from (
    select p.partner_id from partners.partner p
    where p.authority_id = auth.authority_id() and (p.partner_id = p_partner_id or p.partner_id = (
      select a.partner_id from partners.assignment a where a.authority_id = auth.authority_id() and a.assignment_id = p_assignment_id))
    order by p.partner_id) p;
  v_old := partners.see_assignment(p_assignment_id, p_version);
  perform partners.require_status(v_old, array['live'], 'one that is live');
  if p_partner_id = v_old.partner_id then
    perform errors.precondition('SAME_PARTNER', 'The partner has this assignment already.', 'partner_id', 'PAR-2', 'another partner');
  elsif p_starts_on <= v_old.starts_on or p_starts_on > v_old.ends_on then
    perform errors.precondition('OUTSIDE_ASSIGNMENT', format('The assignment is %s.', partners.spans(datemultirange(daterange(v_old.starts_on, v_old.ends_on,
      '[]')))), 'starts_on', 'PAR-2', partners.spans(datemultirange(daterange(v_old.starts_on + 1, v_old.ends_on, '[]'))));
  end if;
  v_new := partners.make_proposal(v_old.school_urn, p_partner_id, coalesce(p_half_days, v_old.half_days), v_old.role, p_starts_on, v_old.ends_on,
    v_old.assignment_id, 0);
  v_new := partners.pass_check(v_new, 'Checked when handed over.');
  return query
  select v_new.assignment_id, v_new.follows_id, p.name, v_new.school_urn, v_new.role, v_new.starts_on, v_new.ends_on, v_new.half_days, v_new.status,
    v_new.version, o.ends_on, partners.visits_ahead(v_old.assignment_id, p_starts_on)
  from partners.partner p
  join partners.assignment o on o.authority_id = p.authority_id and o.assignment_id = v_old.assignment_id
  where p.authority_id = auth.authority_id() and p.partner_id = p_partner_id;
end $$;
comment on function partners.hand_over_assignment is 'partners.hand_over_assignment gives a live assignment to another partner from a day on: the new one refers to the old, which ends the day before as soon as the new one is live.';
grant execute on function partners.hand_over_assignment to persona_la_admin, persona_officer;

create function partners.list_assignments(p_school_urn integer, p_partner_id text, p_as_of date, p_include_ended boolean, p_page_size integer,
  p_status text, p_cursor text)
returns table (assignment_id text, school_urn integer, school text, partner_id text, partner text, role text, starts_on date, ends_on date,
  half_days integer, end_reason text, version integer, status text, follows_id text, row_cursor text)
language sql stable as $$
  select a.assignment_id, a.school_urn, school.name, a.partner_id, p.name, a.role, a.starts_on, a.ends_on, a.half_days, a.end_reason, a.version,
    a.status, a.follows_id, jsonb_build_array(a.school_urn, a.assignment_id)::text
  from partners.assignment a
  join partners.partner p on p.authority_id = a.authority_id and p.partner_id = a.partner_id
  left join lateral register.establishment_on(a.school_urn, greatest(a.starts_on, coalesce(p_as_of, base.today()))) school on true
  where a.authority_id = (select auth.authority_id())
    and (p_school_urn is null or a.school_urn = p_school_urn)
    and (p_partner_id is null or a.partner_id = p_partner_id)
    and (a.status = lower(p_status) or p_status is null and (partners.holds(a.status) or coalesce(p_include_ended, false)))
    and (coalesce(p_include_ended, false) or a.ends_on is null or a.ends_on >= coalesce(p_as_of, base.today()))
    and (p_as_of is null or a.starts_on <= p_as_of and (p_status is not null or a.status = 'live'))
    and (p_cursor is null or (a.school_urn, a.assignment_id) > ((p_cursor::jsonb ->> 0)::integer, p_cursor::jsonb ->> 1))
  order by a.school_urn, a.assignment_id
  limit greatest(1, least(coalesce(p_page_size, 100), 500))
$$;
comment on function partners.list_assignments is 'partners.list_assignments lists assignments that are proposed, live or to come, or those live on a date; row security leaves a partner their own and a school its own.';
grant execute on function partners.list_assignments to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner,
  persona_booker;
