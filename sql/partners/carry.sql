-- An assignment goes on under the URN that follows its school's (SLA-6): the old one ends, a new one takes it up, through the same gates.

create function partners.ahead_of(p_school_urn integer, p_on date) returns setof partners.assignment
language sql stable security definer set search_path = '' as $$
  select a.* from partners.assignment a
  where a.authority_id = auth.authority_id() and a.school_urn = p_school_urn and a.status in ('proposed', 'checked', 'live')
    and (a.ends_on is null or a.ends_on >= p_on)
  order by a.assignment_id
$$;
comment on function partners.ahead_of is 'partners.ahead_of lists the assignments to a school that are proposed, checked or live on a day or later.';

create function partners.leave_assignment(p_assignment partners.assignment, p_on date, p_reason text) returns text
language plpgsql volatile security definer set search_path = '' as $$
begin
  if p_assignment.status = 'live' and p_assignment.starts_on < p_on then
    update partners.assignment a
    set ends_on = p_on - 1, end_reason = p_reason, version = a.version + 1
    where a.authority_id = p_assignment.authority_id and a.assignment_id = p_assignment.assignment_id;
    perform partners.record_gate(p_assignment.assignment_id, 'live', 'ended', format('%s Last day: %s.', p_reason, partners.day(p_on - 1)));
    return 'ended';
  end if;
  perform partners.move(p_assignment.assignment_id, 'withdrawn', case p_assignment.status when 'live' then 'live' else 'proposal' end, 'withdrawn', p_reason);
  return 'withdrawn';
end $$;
comment on function partners.leave_assignment is 'partners.leave_assignment ends a live assignment the day before, or withdraws what has not started.';

create function partners.take_up_assignment(p_assignment partners.assignment, p_school_urn integer, p_on date, p_reason text, out made partners.assignment,
  out why text)
language plpgsql volatile security definer set search_path = '' as $$
begin
  made := partners.make_proposal(p_school_urn, p_assignment.partner_id, p_assignment.half_days, p_assignment.role, greatest(p_on, p_assignment.starts_on),
    p_assignment.ends_on, p_assignment.assignment_id, 0);
  if p_assignment.status = 'live' then
    made := partners.go_live(made, 'conflict_check', p_reason);
  end if;
exception
  -- What speaks against one partner in the new school, such as its trust, does not stop the rest.
  when sqlstate 'IM009' then
    made := null;
    why := sqlerrm;
end $$;
comment on function partners.take_up_assignment is 'partners.take_up_assignment takes an assignment up under another URN of its school: live where it was live, else proposed; or tells what speaks against it.';
grant execute on function partners.ahead_of, partners.leave_assignment, partners.take_up_assignment to improve_exec;
