-- Calls that move and cancel a visit, and what becomes of its half-days (VIS-2).

create function visits.redraw(p_visit visits.visit, p_on date) returns text
language plpgsql volatile as $$
declare
  v_new text;
begin
  if p_visit.funding = 'consultancy' then
    perform consultancy.give_back(p_visit);
    perform consultancy.draw(p_visit.funding_ref, p_visit.partner_id, p_visit.school_urn, p_on, p_visit.half_days);
    return null;
  elsif exists (select from visits.left_on(p_visit.school_urn, p_on) e where e.entitlement_id = p_visit.entitlement_id) then
    return p_visit.entitlement_id;
  end if;
  v_new := visits.draw_on(p_visit.school_urn, p_visit.funding, p_visit.funding_ref, p_on, p_visit.half_days);
  if p_visit.entitlement_id is not null then
    perform visits.enter(p_visit.entitlement_id, 'given_back', p_visit.half_days, p_visit.visit_id, 'Moved out of the period.');
  end if;
  if v_new is not null then
    perform visits.enter(v_new, 'drawn', -p_visit.half_days, p_visit.visit_id, 'Moved into the period.');
  end if;
  return v_new;
end $$;
comment on function visits.redraw is 'visits.redraw tells which entitlement a visit draws on when it is moved to a day: the same while its period lasts, else another of the same funding, which is drawn on as the first gets its half-days back.';
grant execute on function visits.redraw to improve_exec;

create function visits.move_visit(p_visit_id text, p_version integer, p_starts_at timestamptz, p_ends_at timestamptz)
returns table (visit_id text, status text, starts_at timestamptz, ends_at timestamptz, moved_late boolean, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_visit visits.visit;
  v_ends_at timestamptz;
  v_other text;
begin
  perform visits.require_visible(p_visit_id);
  perform errors.required('version', p_version);
  perform errors.required('starts_at', p_starts_at, 'a day and a time');
  v_visit := visits.hold(p_visit_id, p_version);
  if v_visit.status not in ('planned', 'confirmed') then
    perform visits.refuse_move(v_visit.status, 'planned');
  end if;
  v_ends_at := coalesce(p_ends_at, p_starts_at + (v_visit.ends_at - v_visit.starts_at));
  perform visits.require_time(p_starts_at, v_ends_at);
  perform register.require_open_school('starts_at', v_visit.school_urn, auth.authority_id(), visits.day_of(p_starts_at));
  if v_visit.assignment_id is not null then
    perform visits.require_assignment(v_visit.assignment_id, v_visit.partner_id, v_visit.school_urn, visits.day_of(p_starts_at));
  end if;
  select v.visit_id into v_other from visits.visit v
  where v.authority_id = auth.authority_id() and v.partner_id = v_visit.partner_id and v.status <> 'cancelled' and v.visit_id <> p_visit_id
    and v.starts_at < v_ends_at and v.ends_at > p_starts_at
  limit 1;
  if found then
    perform errors.precondition('PARTNER_BUSY', format('The partner has another visit at that time: %s.', v_other), 'starts_at', 'VIS-1', 'another time');
  end if;
  v_visit.moved_late := v_visit.moved_late or base.today() > visits.last_free_day(v_visit);
  v_visit.entitlement_id := visits.redraw(v_visit, visits.day_of(p_starts_at));
  v_visit.starts_at := p_starts_at;
  v_visit.ends_at := v_ends_at;
  v_visit := visits.move_status(v_visit, 'planned');
  perform visits.tell(v_visit, 'moved');
  return query select v_visit.visit_id, v_visit.status, v_visit.starts_at, v_visit.ends_at, v_visit.moved_late, v_visit.version;
end $$;
comment on function visits.move_visit is 'visits.move_visit gives a visit a new time. A confirmation is withdrawn with the time it was for. Moved when the notice has passed, it gives nothing back to a school that cancels it later (VIS-1, VIS-2).';
grant execute on function visits.move_visit to persona_la_admin, persona_officer, persona_partner;

create function visits.cancelling_side(p_cancelled_for text) returns text
language plpgsql stable as $$
declare
  v_staff constant boolean := auth.has_persona('la_admin', 'officer');
  v_partner constant boolean := auth.has_persona('partner');
  v_side constant text := coalesce(lower(btrim(p_cancelled_for)), case when v_staff then 'authority' when v_partner then 'partner' else 'school' end);
begin
  if v_side not in ('school', 'partner', 'authority') then
    perform errors.invalid('cancelled_for', 'A visit is cancelled on one side.', 'VIS-2', 'school, partner or authority', 'SIDE_UNKNOWN');
  elsif not v_staff and not (v_partner and v_side <> 'authority') and v_side <> 'school' then
    perform errors.invalid('cancelled_for', format('You cannot cancel for the %s.', v_side), 'VIS-2', case when v_partner then 'partner or school' else 'school' end,
      'NOT_YOUR_SIDE');
  end if;
  return v_side;
end $$;
comment on function visits.cancelling_side is 'visits.cancelling_side tells on whose side a visit is cancelled: the caller''s unless said otherwise. Only an officer speaks for the authority, and a school for itself.';
grant execute on function visits.cancelling_side to improve_exec;

create function visits.gives_back(p_visit visits.visit, p_side text, out given boolean, out why text)
language plpgsql stable as $$
declare
  v_last constant date := visits.last_free_day(p_visit);
  v_rule constant text := format('the last free day %s %s, %s working days before the visit', case when v_last < base.today() then 'was' else 'is' end,
    to_char(v_last, 'FMDD Mon YYYY'), p_visit.notice_days);
begin
  given := p_visit.entitlement_id is not null or p_visit.funding = 'consultancy';
  if not given then
    why := 'It drew on no entitlement.';
  elsif p_side = 'partner' or p_side = 'authority' and p_visit.funding <> 'consultancy' then -- of an agreement the authority is the client
    why := format('Given back: it was not the %s that cancelled.', case p_visit.funding when 'consultancy' then 'client' else 'school' end);
  elsif p_visit.moved_late then
    given := false;
    why := 'Not given back: it was moved after its last free day.';
  elsif p_visit.starts_at <= now() or base.today() > v_last then
    given := false;
    why := format('Not given back: %s.', v_rule);
  else
    why := format('Given back: %s.', v_rule);
  end if;
end $$;
comment on function visits.gives_back is 'visits.gives_back tells whether a visit that is cancelled now gives its half-days back, and why: the school''s cancelling counts working days of notice, and under an agreement the authority''s too, which is charged when it comes too late; anybody else''s always gives back (VIS-2, CON-2, C-4).';
grant execute on function visits.gives_back to improve_exec;

create function visits.cancel_visit(p_visit_id text, p_version integer, p_reason text, p_cancelled_for text)
returns table (visit_id text, status text, cancelled_for text, half_days_given_back integer, explanation text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_side text;
  v_visit visits.visit;
  v_back record;
begin
  perform visits.require_visible(p_visit_id);
  perform errors.required('version', p_version);
  perform errors.required('reason', btrim(p_reason));
  v_side := visits.cancelling_side(p_cancelled_for);
  v_visit := visits.hold(p_visit_id, p_version);
  if v_visit.status not in ('planned', 'confirmed') then
    perform visits.refuse_move(v_visit.status, 'cancelled');
  end if;
  v_back := visits.gives_back(v_visit, v_side);
  if v_visit.funding = 'consultancy' then
    perform case when v_back.given then consultancy.give_back(v_visit) else consultancy.deliver(v_visit, 'cancelled_late') end;
  elsif v_back.given then
    perform visits.enter(v_visit.entitlement_id, 'given_back', v_visit.half_days, p_visit_id, v_back.why);
  end if;
  v_visit.cancelled_for := v_side;
  v_visit.cancel_reason := btrim(p_reason);
  v_visit := visits.move_status(v_visit, 'cancelled');
  perform visits.tell(v_visit, 'cancelled');
  return query select v_visit.visit_id, v_visit.status, v_visit.cancelled_for, v_visit.half_days * v_back.given::integer, v_back.why, v_visit.version;
end $$;
comment on function visits.cancel_visit is 'visits.cancel_visit cancels a visit with the reason, frees the partner''s time, and gives its half-days back as the policy of the day it was planned says (VIS-1, VIS-2).';
grant execute on function visits.cancel_visit to persona_la_admin, persona_officer, persona_partner, persona_booker;
