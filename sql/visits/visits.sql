-- Calls that plan one visit, and lead it through its life (VIS-1, VIS-2).

create function visits.require_time(p_starts_at timestamptz, p_ends_at timestamptz) returns void
language plpgsql stable as $$
declare
  v_first constant date := calendar.academic_year_starts(calendar.academic_year(base.today()) - 1);
  v_last constant date := calendar.academic_year_ends(calendar.academic_year(base.today()) + 2);
begin
  if p_ends_at <= p_starts_at then
    perform errors.invalid('ends_at', 'A visit must end after it begins.', 'VIS-1', format('a time after %s', visits.clock(p_starts_at)), 'PERIOD_BACKWARDS');
  elsif visits.day_of(p_ends_at) <> visits.day_of(p_starts_at) then
    perform errors.invalid('ends_at', 'A visit begins and ends on one day; plan one for each.', 'VIS-1',
      format('a time on %s', to_char(visits.day_of(p_starts_at), 'FMDD Mon YYYY')));
  elsif visits.day_of(p_starts_at) not between v_first and v_last then
    perform errors.invalid('starts_at', format('Visits are planned, or written down afterwards, from %s to %s.', to_char(v_first, 'FMDD Mon YYYY'),
      to_char(v_last, 'FMDD Mon YYYY')), 'VIS-1', format('%s to %s', v_first, v_last), 'DATE_OUT_OF_RANGE');
  elsif not calendar.is_working_day(visits.day_of(p_starts_at)) then
    raise notice using errcode = 'IMNTE', message = format('%s is no working day of the authority.', to_char(visits.day_of(p_starts_at), 'FMDay FMDD Mon YYYY'));
  end if;
end $$;
comment on function visits.require_time is 'visits.require_time refuses times that no visit can have: backwards, over midnight, or further away than the last academic year and the two after this one. A day that is no working day is remarked on.';

create function visits.require_partner(p_partner_id text) returns partners.partner
language plpgsql stable as $$
declare
  v_partner partners.partner;
begin
  select p.* into v_partner from partners.partner p where p.authority_id = auth.authority_id() and p.partner_id = p_partner_id;
  if not found then
    perform errors.not_found('partner_id', format('The authority has no partner "%s".', left(p_partner_id, 40)), 'a reference such as pt-7k2q9mx4td',
      'improve partner list shows them.');
  elsif not auth.has_persona('la_admin', 'officer') and v_partner.person_id is distinct from auth.person_id() then
    perform errors.refuse(7, 'NOT_YOUR_VISIT', 'You may plan your own visits only.', 'partner_id', 'VIS-1', 'yourself as partner');
  end if;
  return v_partner;
end $$;
comment on function visits.require_partner is 'visits.require_partner finds a partner whose visits the caller may plan: an officer any, a partner themselves.';

create function visits.require_assignment(p_assignment_id text, p_partner_id text, p_school_urn integer, p_on date) returns text
language plpgsql stable as $$
declare
  v_found partners.assignment;
begin
  select a.* into v_found from partners.assignment a
  where a.authority_id = auth.authority_id() and a.partner_id = p_partner_id and a.school_urn = p_school_urn and a.status = 'live'
    and (p_assignment_id is null or a.assignment_id = p_assignment_id)
  order by (a.starts_on <= p_on and (a.ends_on is null or a.ends_on >= p_on)) desc, a.starts_on desc, a.assignment_id
  limit 1;
  if v_found.assignment_id is null and p_assignment_id is not null then
    perform errors.not_found('assignment_id', format('The partner has no assignment "%s" to school %s.', left(p_assignment_id, 40), p_school_urn),
      'a reference such as as-7k2q9mx4td', 'improve partner assignments shows them.');
  elsif v_found.starts_on <= p_on and (v_found.ends_on is null or v_found.ends_on >= p_on) then
    return v_found.assignment_id;
  elsif p_assignment_id is not null then
    perform errors.precondition('ASSIGNMENT_NOT_LIVE', format('The assignment runs from %s to %s.', v_found.starts_on, coalesce(v_found.ends_on::text, 'no day yet')),
      'starts_at', 'PAR-2', format('a day from %s to %s', v_found.starts_on, coalesce(v_found.ends_on::text, 'any later one')));
  elsif not auth.has_persona('la_admin', 'officer') then
    perform errors.refuse(7, 'NOT_YOUR_SCHOOL', format('You are not assigned to school %s on %s.', p_school_urn, to_char(p_on, 'FMDD Mon YYYY')),
      'school_urn', 'PAR-2', 'a school and a day of one of your assignments');
  end if;
  return null;
end $$;
comment on function visits.require_assignment is 'visits.require_assignment finds the assignment that a visit belongs to, live on its day: the one that is named, or else the partner''s to that school. An officer may plan a visit outside any (null), a partner may not.';

create function visits.insert_visit(p_school_urn integer, p_partner_id text, p_assignment_id text, p_starts_at timestamptz, p_ends_at timestamptz,
  p_purpose text, p_mode text, p_place text, p_half_days integer, p_funding text, p_funding_ref text, p_fee_pence bigint) returns visits.visit
language plpgsql volatile as $$
declare
  v_other text;
  v_entitlement text;
  v_notice integer := (visits.policy_of()).notice_days;
  v_ref constant text := base.new_ref('vi');
  v_visit visits.visit;
begin
  -- The visits of one's own authority may be named; what stands elsewhere is known to the constraint alone.
  select v.visit_id into v_other from visits.visit v
  where v.authority_id = auth.authority_id() and v.partner_id = p_partner_id and v.status <> 'cancelled'
    and v.starts_at < p_ends_at and v.ends_at > p_starts_at
  limit 1;
  if found then
    perform errors.precondition('PARTNER_BUSY', format('The partner has another visit at that time: %s.', v_other), 'starts_at', 'VIS-1', 'another time');
  end if;
  if p_funding = 'consultancy' then
    v_notice := consultancy.draw(p_funding_ref, p_partner_id, p_school_urn, visits.day_of(p_starts_at), p_half_days);
  else
    v_entitlement := visits.draw_on(p_school_urn, p_funding, p_funding_ref, visits.day_of(p_starts_at), p_half_days);
  end if;
  insert into visits.visit (authority_id, visit_id, school_urn, partner_id, assignment_id, purpose, mode, place, starts_at, ends_at, half_days,
    funding, funding_ref, entitlement_id, fee_pence, notice_days, planned_by)
  values (auth.authority_id(), v_ref, p_school_urn, p_partner_id, p_assignment_id, p_purpose, p_mode, p_place, p_starts_at, p_ends_at, p_half_days,
    p_funding, p_funding_ref, v_entitlement, p_fee_pence, v_notice, auth.person_id())
  returning * into v_visit;
  if v_entitlement is not null then
    perform visits.enter(v_entitlement, 'drawn', -p_half_days, v_ref, null);
  end if;
  perform visits.tell(v_visit, 'planned');
  return v_visit;
end $$;
comment on function visits.insert_visit is 'visits.insert_visit puts a visit into the diary and draws its half-days, from an entitlement of the school or from an agreement (CON-2). Its caller holds the partner''s row.';

create function visits.add_visit(p_school_urn integer, p_partner_id text, p_starts_at timestamptz, p_ends_at timestamptz, p_purpose text,
  p_assignment_id text, p_mode text, p_place text, p_half_days integer, p_funding text, p_funding_ref text, p_fee_pence bigint)
returns table (visit_id text, school_urn integer, partner text, status text, starts_at timestamptz, ends_at timestamptz, half_days integer,
  funding text, entitlement_id text, half_days_left integer, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_half_days integer := coalesce(p_half_days, 1);
  v_ends_at timestamptz := coalesce(p_ends_at, p_starts_at + make_interval(hours => 3 * least(v_half_days, 2)));
  v_partner partners.partner;
  v_assignment text;
  v_visit visits.visit;
begin
  perform errors.required('school_urn', p_school_urn, 'the URN of a school, six digits');
  perform errors.required('partner_id', p_partner_id, 'a reference such as pt-7k2q9mx4td');
  perform errors.required('starts_at', p_starts_at, 'a day and a time');
  perform errors.required('purpose', btrim(p_purpose), 'kit, core, challenge, moderation, headteacher_performance_management or review');
  perform visits.require_time(p_starts_at, v_ends_at);
  v_partner := visits.require_partner(p_partner_id);
  perform register.require_open_school('school_urn', p_school_urn, auth.authority_id(), visits.day_of(p_starts_at));
  if p_assignment_id is not null or lower(p_funding) is distinct from 'consultancy' then -- for which an agreement stands
    v_assignment := visits.require_assignment(p_assignment_id, p_partner_id, p_school_urn, visits.day_of(p_starts_at));
  end if;
  perform visits.hold_partner(p_partner_id);
  v_visit := visits.insert_visit(p_school_urn, p_partner_id, v_assignment, p_starts_at, v_ends_at, lower(btrim(p_purpose)),
    coalesce(lower(p_mode), 'in_person'), nullif(btrim(p_place), ''), v_half_days, coalesce(lower(p_funding), 'core'),
    nullif(btrim(p_funding_ref), ''), p_fee_pence);
  return query
  select v_visit.visit_id, v_visit.school_urn, v_partner.name, v_visit.status, v_visit.starts_at, v_visit.ends_at, v_visit.half_days, v_visit.funding,
    v_visit.entitlement_id, (select e.left_half_days from visits.entitlement e
      where e.authority_id = v_visit.authority_id and e.entitlement_id = v_visit.entitlement_id), v_visit.version;
end $$;
comment on function visits.add_visit is 'visits.add_visit plans a visit of a partner to a school and draws its half-days; a partner who is on another visit then, in any authority, is busy (VIS-1, VIS-2).';
grant execute on function visits.add_visit to persona_la_admin, persona_officer, persona_partner;

create function visits.hold_partner(p_partner_id text) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform from partners.partner p where p.authority_id = auth.authority_id() and p.partner_id = p_partner_id for no key update;
end $$;
comment on function visits.hold_partner is 'visits.hold_partner locks a partner''s row to the end of the transaction: their visits are planned one after the other.';

grant execute on function visits.require_time, visits.require_partner, visits.require_assignment, visits.insert_visit, visits.hold_partner to improve_exec;

create function visits.confirm_visit(p_visit_id text, p_version integer)
returns table (visit_id text, status text, starts_at timestamptz, ends_at timestamptz, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_visit visits.visit;
begin
  perform visits.require_visible(p_visit_id);
  perform errors.required('version', p_version);
  v_visit := visits.hold(p_visit_id, p_version);
  if v_visit.status = 'planned' and v_visit.assignment_id is not null then
    perform visits.require_assignment(v_visit.assignment_id, v_visit.partner_id, v_visit.school_urn, visits.day_of(v_visit.starts_at));
  end if;
  v_visit := visits.move_status(v_visit, 'confirmed');
  perform visits.tell(v_visit, 'confirmed');
  return query select v_visit.visit_id, v_visit.status, v_visit.starts_at, v_visit.ends_at, v_visit.version;
end $$;
comment on function visits.confirm_visit is 'visits.confirm_visit says that a planned visit takes place as planned. The assignment it belongs to must still be live on its day (VIS-1, PAR-2).';
grant execute on function visits.confirm_visit to persona_la_admin, persona_officer, persona_partner, persona_booker;

create function visits.complete_visit(p_visit_id text, p_version integer)
returns table (visit_id text, status text, note_due_on date, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_visit visits.visit;
begin
  perform visits.require_visible(p_visit_id);
  perform errors.required('version', p_version);
  v_visit := visits.hold(p_visit_id, p_version);
  if v_visit.status = 'confirmed' and v_visit.starts_at > now() then
    perform errors.precondition('VISIT_TO_COME', format('The visit is on %s.', visits.clock(v_visit.starts_at)), 'visit_id', 'VIS-1',
      'a visit that has begun');
  elsif v_visit.status = 'confirmed' and v_visit.assignment_id is not null then
    perform visits.require_assignment(v_visit.assignment_id, v_visit.partner_id, v_visit.school_urn, visits.day_of(v_visit.starts_at));
  end if;
  v_visit.note_due_on := calendar.add_working_days(visits.day_of(v_visit.starts_at), (visits.policy_of()).note_due_days);
  v_visit := visits.move_status(v_visit, 'done');
  if v_visit.funding = 'consultancy' then
    perform consultancy.deliver(v_visit, 'delivered');
  end if;
  perform visits.tell(v_visit, 'done');
  return query select v_visit.visit_id, v_visit.status, v_visit.note_due_on, v_visit.version;
end $$;
comment on function visits.complete_visit is 'visits.complete_visit says that a confirmed visit took place; its note is due so many working days after it as the authority decided (VIS-1, VIS-3).';
grant execute on function visits.complete_visit to persona_la_admin, persona_officer, persona_partner;
