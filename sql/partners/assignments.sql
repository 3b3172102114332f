-- Calls that assign partners to schools (PAR-2).

create function partners.peak_half_days(p_partner_id text, p_starts_on date, p_ends_on date) returns integer
language sql stable as $$
  with during as (
    select a.starts_on, a.ends_on, a.half_days
    from partners.assignment a
    where a.authority_id = (select auth.authority_id()) and a.partner_id = p_partner_id
      and (p_ends_on is null or a.starts_on <= p_ends_on) and (a.ends_on is null or a.ends_on >= p_starts_on)
  ), days as (
    -- The load only rises on a day on which something starts.
    select distinct greatest(d.starts_on, p_starts_on) as day from during d
  )
  select coalesce(max(load.half_days), 0)::integer
  from days
  cross join lateral (
    select sum(d.half_days) as half_days from during d
    where d.starts_on <= days.day and (d.ends_on is null or d.ends_on >= days.day)
  ) load
$$;
comment on function partners.peak_half_days is 'partners.peak_half_days is the most half-days a year that the partner''s assignments take on any day of a period.';
grant execute on function partners.peak_half_days to improve_exec;

create function partners.lock_partner(p_partner_id text) returns partners.partner
language plpgsql volatile as $$
declare
  v_partner partners.partner;
begin
  select p.* into v_partner from partners.partner p
  where p.authority_id = auth.authority_id() and p.partner_id = p_partner_id
  for no key update;
  if not found then
    perform errors.not_found('partner_id', format('The authority has no partner "%s".', left(p_partner_id, 40)),
      'a reference such as pt-7k2q9mx4td', 'improve partner list shows them.');
  end if;
  return v_partner;
end $$;
comment on function partners.lock_partner is 'partners.lock_partner finds a partner and holds the row, so that two assignments made at once cannot exceed the capacity together.';
grant execute on function partners.lock_partner to improve_exec;

create function partners.assign_partner(p_school_urn integer, p_partner_id text, p_half_days integer, p_role text, p_starts_on date,
  p_ends_on date)
returns table (assignment_id text, partner text, school_urn integer, role text, starts_on date, ends_on date, half_days integer,
  half_days_left integer, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_starts_on date := coalesce(p_starts_on, base.today());
  v_partner partners.partner;
  v_left integer;
begin
  perform errors.required('school_urn', p_school_urn, 'a URN');
  perform errors.required('partner_id', p_partner_id, 'a reference such as pt-7k2q9mx4td');
  perform errors.required('half_days', p_half_days, 'half-days a year; six for three days');
  perform register.require_open_school('school_urn', p_school_urn, auth.authority_id(), v_starts_on);
  v_partner := partners.lock_partner(p_partner_id);
  v_left := v_partner.capacity_half_days - partners.peak_half_days(p_partner_id, v_starts_on, p_ends_on);
  if p_half_days > v_left then
    perform errors.precondition('CAPACITY_EXCEEDED', format('%s has %s of %s half-days a year left in that period.', v_partner.name, v_left,
      v_partner.capacity_half_days), 'half_days', 'PAR-2', format('%s or fewer', v_left));
  end if;
  return query
  insert into partners.assignment (authority_id, assignment_id, partner_id, school_urn, role, starts_on, ends_on, half_days)
  values (auth.authority_id(), base.new_ref('as'), p_partner_id, p_school_urn, coalesce(lower(btrim(p_role)), 'sip'), v_starts_on, p_ends_on,
    p_half_days)
  returning assignment_id, v_partner.name, school_urn, role, starts_on, ends_on, half_days, v_left - half_days, version;
end $$;
comment on function partners.assign_partner is 'partners.assign_partner assigns a partner to a school of the authority within the partner''s capacity; the constraint of the table refuses a second live one in the role (PAR-2).';
grant execute on function partners.assign_partner to persona_la_admin, persona_officer;

create function partners.list_assignments(p_school_urn integer, p_partner_id text, p_as_of date, p_include_ended boolean, p_page_size integer,
  p_cursor text)
returns table (assignment_id text, school_urn integer, school text, partner_id text, partner text, role text, starts_on date, ends_on date,
  half_days integer, end_reason text, version integer, row_cursor text)
language sql stable as $$
  select a.assignment_id, a.school_urn, school.name, a.partner_id, p.name, a.role, a.starts_on, a.ends_on, a.half_days, a.end_reason, a.version,
    jsonb_build_array(a.school_urn, a.assignment_id)::text
  from partners.assignment a
  join partners.partner p on p.authority_id = a.authority_id and p.partner_id = a.partner_id
  left join lateral register.establishment_on(a.school_urn, greatest(a.starts_on, coalesce(p_as_of, base.today()))) school on true
  where a.authority_id = (select auth.authority_id())
    and (p_school_urn is null or a.school_urn = p_school_urn)
    and (p_partner_id is null or a.partner_id = p_partner_id)
    and (coalesce(p_include_ended, false) or a.ends_on is null or a.ends_on >= coalesce(p_as_of, base.today()))
    and (p_as_of is null or a.starts_on <= p_as_of)
    and (p_cursor is null or (a.school_urn, a.assignment_id) > ((p_cursor::jsonb ->> 0)::integer, p_cursor::jsonb ->> 1))
  order by a.school_urn, a.assignment_id
  limit greatest(1, least(coalesce(p_page_size, 100), 500))
$$;
comment on function partners.list_assignments is 'partners.list_assignments lists assignments that are live or to come, or those live on a date; row security leaves a partner their own and a school its own.';
grant execute on function partners.list_assignments to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner,
  persona_booker;

create function partners.end_assignment(p_assignment_id text, p_version integer, p_reason text, p_ends_on date)
returns table (assignment_id text, partner_id text, school_urn integer, role text, starts_on date, ends_on date, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_ends_on date := coalesce(p_ends_on, base.today());
  v_was partners.assignment;
begin
  perform errors.required('assignment_id', p_assignment_id);
  perform errors.required('version', p_version);
  perform errors.required('reason', btrim(p_reason));
  select a.* into v_was from partners.assignment a
  where a.authority_id = auth.authority_id() and a.assignment_id = p_assignment_id
  for no key update;
  if not found then
    perform errors.not_found('assignment_id', format('The authority has no assignment "%s".', left(p_assignment_id, 40)),
      'a reference such as as-7k2q9mx4td', 'improve partner assignments shows them.');
  elsif v_was.version <> p_version then
    perform errors.stale('version', p_version, v_was.version);
  elsif v_was.ends_on < v_ends_on then
    perform errors.precondition('ALREADY_ENDED', format('The assignment ends on %s; ending it cannot make it longer.', v_was.ends_on), 'ends_on',
      'PAR-2', format('%s to %s', v_was.starts_on, v_was.ends_on));
  end if;
  return query
  update partners.assignment a
  set ends_on = v_ends_on, end_reason = btrim(p_reason), version = a.version + 1
  where a.authority_id = auth.authority_id() and a.assignment_id = p_assignment_id
  returning a.assignment_id, a.partner_id, a.school_urn, a.role, a.starts_on, a.ends_on, a.version;
end $$;
comment on function partners.end_assignment is 'partners.end_assignment sets the last day of an assignment, with the reason; what was before it stays.';
grant execute on function partners.end_assignment to persona_la_admin, persona_officer;
