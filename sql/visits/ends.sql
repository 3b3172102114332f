-- How half-days end: they lapse, or move to another entitlement (SLA-7). Written as the owner, like all of the ledger; the entitlement's row is locked.

create function visits.lapse(p_entitlement_id text, p_reason text) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_left constant integer := (visits.lock_entitlement(p_entitlement_id)).left_half_days;
begin
  if v_left > 0 then
    perform visits.enter(p_entitlement_id, 'lapsed', -v_left, null, p_reason);
  end if;
  return v_left;
end $$;
comment on function visits.lapse is 'visits.lapse lets what is left of an entitlement lapse, and tells how many half-days.';

create function visits.close_entitlement(p_entitlement_id text, p_ends_on date, p_reason text) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_lapsed constant integer := visits.lapse(p_entitlement_id, p_reason);
begin
  update visits.entitlement e set ends_on = greatest(e.starts_on, p_ends_on), version = e.version + 1
  where e.authority_id = auth.authority_id() and e.entitlement_id = p_entitlement_id and e.ends_on > p_ends_on;
  return v_lapsed;
end $$;
comment on function visits.close_entitlement is 'visits.close_entitlement gives an entitlement an earlier last day and lets what is left lapse; it tells how many half-days.';

create function visits.move_half_days(p_from text, p_to text, p_half_days integer, p_reason text) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  -- Two rows are held, always in the order of their references.
  perform visits.lock_entitlement(least(p_from, p_to)), visits.lock_entitlement(greatest(p_from, p_to));
  insert into visits.entitlement_entry (authority_id, entry_id, entitlement_id, kind, half_days, other_id, reason, entered_by)
  values (auth.authority_id(), base.new_ref('ee'), p_from, 'moved', -p_half_days, p_to, p_reason, auth.person_id()),
    (auth.authority_id(), base.new_ref('ee'), p_to, 'moved', p_half_days, p_from, p_reason, auth.person_id());
  update visits.entitlement e
  set left_half_days = e.left_half_days + case when e.entitlement_id = p_from then -p_half_days else p_half_days end
  where e.authority_id = auth.authority_id() and e.entitlement_id in (p_from, p_to);
end $$;
comment on function visits.move_half_days is 'visits.move_half_days moves half-days from one entitlement to another: an entry in the ledger of each. The table''s constraint refuses to go below zero.';

create function visits.drawn_after(p_entitlement_id text, p_on date, out visits integer, out half_days integer, out named text)
language plpgsql stable security definer set search_path = '' as $$
begin
  select count(*), coalesce(sum(v.half_days), 0), string_agg(v.visit_id, ', ' order by v.starts_at) into visits, half_days, named
  from visits.visit v
  where v.authority_id = auth.authority_id() and v.entitlement_id = p_entitlement_id and v.status in ('planned', 'confirmed')
    and v.starts_at >= (p_on + 1)::timestamp at time zone 'Europe/London';
end $$;
comment on function visits.drawn_after is 'visits.drawn_after tells the visits ahead that draw on an entitlement after a day.';
grant execute on function visits.lapse, visits.close_entitlement, visits.move_half_days, visits.drawn_after to improve_exec;
