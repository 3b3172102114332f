-- When a person is busy, over all their authorities (VIS-1). Written by triggers in the visit's own transaction, so that no visit is without it,
-- whoever writes it: a call, or an import of an authority. Who collides learns "busy", from this function alone: nothing is read first.

create function visits.set_busy(p_visit visits.visit, p_person_id uuid) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
begin
  delete from visits.busy b where b.authority_id = p_visit.authority_id and b.visit_id = p_visit.visit_id;
  if p_visit.status = 'cancelled' or p_person_id is null then
    return true;
  end if;
  -- "on conflict" waits for whoever is writing the same time, and never deadlocks with them.
  insert into visits.busy (authority_id, visit_id, person_id, during)
  values (p_visit.authority_id, p_visit.visit_id, p_person_id, tstzrange(p_visit.starts_at, p_visit.ends_at))
  on conflict do nothing;
  return found;
end $$;
comment on function visits.set_busy is 'visits.set_busy makes a person''s busy time that of a visit as it is now, and tells whether it could: another visit of theirs, in any authority, may have the time.';

create function visits.visit_takes_time() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_caller constant text := coalesce(current_setting('app.authority_id', true), '');
  v_free boolean;
begin
  perform set_config('app.authority_id', new.authority_id::text, true); -- an import is no call of the authority
  select visits.set_busy(new, p.person_id) into v_free
  from partners.partner p
  where p.authority_id = new.authority_id and p.partner_id = new.partner_id;
  perform set_config('app.authority_id', v_caller, true);
  if v_free is not true and coalesce(current_setting('app.importing', true), '') <> 'on' then
    perform errors.precondition('BUSY', 'busy', 'starts_at', 'VIS-1', 'another time');
  end if;
  return null;
end $$;
comment on function visits.visit_takes_time is 'visits.visit_takes_time writes the partner''s busy time beside a visit, or refuses the visit with "busy" and nothing about who, where or which authority.';
create trigger visit_takes_time after insert on visits.visit for each row execute function visits.visit_takes_time();
create trigger visit_moves after update on visits.visit for each row
  when (old.starts_at <> new.starts_at or old.ends_at <> new.ends_at or old.partner_id <> new.partner_id or old.status <> 'cancelled' and new.status = 'cancelled')
  execute function visits.visit_takes_time();

create function visits.partner_is_linked() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_caller constant text := coalesce(current_setting('app.authority_id', true), '');
begin
  perform set_config('app.authority_id', new.authority_id::text, true);
  perform visits.set_busy(v, new.person_id)
  from visits.visit v
  where v.authority_id = new.authority_id and v.partner_id = new.partner_id
  order by v.starts_at;
  perform set_config('app.authority_id', v_caller, true);
  return null;
end $$;
comment on function visits.partner_is_linked is 'visits.partner_is_linked writes the busy times of a partner''s visits when the partner gets an identity. Where another authority has the time, the visit stays without: to refuse the identity would tell.';
create trigger partner_is_linked after update of person_id on partners.partner
  for each row when (old.person_id is distinct from new.person_id) execute function visits.partner_is_linked();
