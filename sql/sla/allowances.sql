-- CPD credits and places (SLA-7). These functions run as the owner and are the only ones that touch either table: each locks the allowance's row,
-- writes the ledger, and what is left and reserved with it. Neither can fall below zero, however many reserve at once.

create view sla.allowance_balance with (security_invoker = true) as
select a.authority_id, a.allowance_id, coalesce(sum(n.left_units) filter (where n.kind in ('granted', 'adjusted')), 0)::integer as granted,
  coalesce(sum(n.reserved_units), 0)::integer as reserved, (coalesce(-sum(n.reserved_units) filter (where n.kind = 'used'), 0) - coalesce(sum(n.left_units) filter (where n.kind = 'returned'), 0))::integer as used,
  coalesce(-sum(n.left_units) filter (where n.kind = 'lapsed'), 0)::integer as lapsed,
  coalesce(sum(n.left_units) filter (where n.kind = 'moved'), 0)::integer as moved, coalesce(sum(n.left_units), 0)::integer as left_units
from sla.allowance a
left join sla.allowance_entry n on n.authority_id = a.authority_id and n.allowance_id = a.allowance_id
group by a.authority_id, a.allowance_id;
comment on view sla.allowance_balance is 'What the ledger says of each allowance: granted + moved = reserved + used + lapsed + left.';
comment on column sla.allowance_balance.authority_id is 'The authority that gives.';
comment on column sla.allowance_balance.allowance_id is 'The allowance.';
comment on column sla.allowance_balance.granted is 'Units granted, adjustments included.';
comment on column sla.allowance_balance.reserved is 'Units reserved and not used yet.';
comment on column sla.allowance_balance.used is 'Units used, less those returned.';
comment on column sla.allowance_balance.lapsed is 'Units that lapsed.';
comment on column sla.allowance_balance.moved is 'Units moved here from other allowances, less those moved away.';
comment on column sla.allowance_balance.left_units is 'Units left.';
grant select on sla.allowance_balance to improve_exec;

create function sla.units_text(p_units integer, p_unit text) returns text
language plpgsql immutable as $$
begin
  return format('%s %s', p_units, p_unit || case when p_units <> 1 then 's' else '' end);
end $$;
comment on function sla.units_text is 'sla.units_text writes a number of credits or places: 1 place, 5 credits.';

create function sla.lock_allowance(p_allowance_id text) returns sla.allowance
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_allowance sla.allowance;
begin
  select a.* into v_allowance from sla.allowance a
  where a.authority_id = auth.authority_id() and a.allowance_id = p_allowance_id
  for no key update;
  if not found then
    perform errors.not_found('allowance_id', format('There is no allowance "%s".', left(p_allowance_id, 40)), 'a reference such as al-7k2q9mx4td',
      'improve allowance list shows them.');
  end if;
  return v_allowance;
end $$;
comment on function sla.lock_allowance is 'sla.lock_allowance finds an allowance and holds the row to the end of the transaction.';

create function sla.enter_units(p_allowance_id text, p_kind text, p_left integer, p_reserved integer, p_reservation_id text, p_other_id text, p_reason text)
returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  insert into sla.allowance_entry (authority_id, entry_id, allowance_id, kind, left_units, reserved_units, reservation_id, other_id, reason, entered_by)
  values (auth.authority_id(), base.new_ref('ae'), p_allowance_id, p_kind, p_left, p_reserved, p_reservation_id, p_other_id, p_reason, auth.person_id());
  update sla.allowance a
  set left_units = a.left_units + p_left, reserved_units = a.reserved_units + p_reserved, version = a.version + (p_kind = 'adjusted')::integer
  where a.authority_id = auth.authority_id() and a.allowance_id = p_allowance_id;
end $$;
comment on function sla.enter_units is 'sla.enter_units writes an entry of the ledger, and what is left and reserved with it. The table''s constraint refuses to go below zero.';

create function sla.open_allowance(p_school_urn integer, p_unit text, p_subscription_id text, p_starts_on date, p_ends_on date, p_units integer,
  p_reason text) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_ref constant text := base.new_ref('al');
begin
  insert into sla.allowance (authority_id, allowance_id, school_urn, unit, subscription_id, starts_on, ends_on)
  values (auth.authority_id(), v_ref, p_school_urn, p_unit, p_subscription_id, p_starts_on, p_ends_on);
  perform sla.enter_units(v_ref, 'granted', p_units, 0, null, null, p_reason);
  return v_ref;
end $$;
comment on function sla.open_allowance is 'sla.open_allowance opens an allowance with its first entry.';

create function sla.hold_allowance(p_school_urn integer, p_unit text, p_on date, p_units integer) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_found text;
begin
  loop
    -- Of several the one that ends first: what would lapse first is used first. When a wait for the lock shows it reserved, look again.
    select a.allowance_id into v_found from sla.allowance a
    where a.authority_id = auth.authority_id() and a.school_urn = p_school_urn and a.unit = p_unit and a.starts_on <= p_on and a.ends_on >= p_on
      and a.left_units >= p_units
    order by a.ends_on, a.allowance_id
    limit 1
    for no key update;
    exit when found or not exists (
      select from sla.allowance a
      where a.authority_id = auth.authority_id() and a.school_urn = p_school_urn and a.unit = p_unit and a.starts_on <= p_on and a.ends_on >= p_on
        and a.left_units >= p_units);
  end loop;
  return v_found;
end $$;
comment on function sla.hold_allowance is 'sla.hold_allowance finds an allowance of a school that covers a day and has so many units left, and locks it; null when there is none.';

create function sla.units_on(p_school_urn integer, p_unit text, p_on date, out allowances integer, out most integer)
language plpgsql stable security definer set search_path = '' as $$
begin
  select count(*), max(a.left_units) into allowances, most from sla.allowance a
  where a.authority_id = auth.authority_id() and a.school_urn = p_school_urn and a.unit = p_unit and a.starts_on <= p_on and a.ends_on >= p_on;
end $$;
comment on function sla.units_on is 'sla.units_on tells how many allowances a school has on a day, and the most that is left of one.';

create function sla.reserve_units(p_school_urn integer, p_unit text, p_on date, p_units integer, p_reservation_id text, p_reason text) returns text
language plpgsql volatile as $$
declare
  v_found constant text := sla.hold_allowance(p_school_urn, p_unit, p_on, p_units);
  v_has record;
begin
  if v_found is null then
    v_has := sla.units_on(p_school_urn, p_unit, p_on);
    perform errors.precondition(case v_has.allowances when 0 then 'NO_ALLOWANCE' else 'ALLOWANCE_EXHAUSTED' end, case v_has.allowances
        when 0 then format('School %s has no %ss on %s.', p_school_urn, p_unit, sla.day(p_on))
        else format('Wanted: %s; left of the school''s on %s: %s.', sla.units_text(p_units, p_unit), sla.day(p_on), v_has.most) end, 'units', 'SLA-7',
      case when v_has.most > 0 then format('%s or fewer', v_has.most) else 'a subscription that has them, or a grant by an officer' end,
      'improve allowance list shows what a school has.');
  end if;
  perform sla.enter_units(v_found, 'reserved', -p_units, p_units, p_reservation_id, null, p_reason);
  return v_found;
end $$;
comment on function sla.reserve_units is 'sla.reserve_units reserves credits or places of a school for a day under a reference, such as a booking''s, or refuses, telling what is left. A reference reserves once.';

create function sla.settle_part(p_reservation_id text, p_used integer, p_reason text, out allowance_id text, out used integer, out released integer)
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_open integer;
begin
  select n.allowance_id into allowance_id from sla.allowance_entry n
  where n.authority_id = auth.authority_id() and n.reservation_id = p_reservation_id and n.kind = 'reserved';
  if not found then
    return;
  end if;
  perform sla.lock_allowance(allowance_id);
  select sum(n.reserved_units) into v_open from sla.allowance_entry n where n.authority_id = auth.authority_id() and n.reservation_id = p_reservation_id;
  used := least(coalesce(p_used, v_open), v_open);
  released := v_open - used;
  if used > 0 then
    perform sla.enter_units(allowance_id, 'used', 0, -used, p_reservation_id, null, p_reason);
  end if;
  if released > 0 then
    perform sla.enter_units(allowance_id, 'released', released, -released, p_reservation_id, null, p_reason);
  end if;
end $$;
comment on function sla.settle_part is 'sla.settle_part uses so many units of what is still reserved under a reference, all of them unless told, and releases the rest; nulls where it reserved nothing.';

create function sla.settle_units(p_reservation_id text, p_kind text, p_reason text, out allowance_id text, out units integer)
language plpgsql volatile as $$
begin
  select s.allowance_id, s.used + s.released into allowance_id, units
  from sla.settle_part(p_reservation_id, case p_kind when 'released' then 0 end, p_reason) s;
end $$;
comment on function sla.settle_units is 'sla.settle_units uses what a reference reserved, or releases it, once; nulls where it reserved nothing.';

create function sla.return_units(p_reservation_id text, p_reason text) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_allowance text;
  v_used integer;
begin
  select n.allowance_id into v_allowance from sla.allowance_entry n
  where n.authority_id = auth.authority_id() and n.reservation_id = p_reservation_id and n.kind = 'used';
  if not found then
    return 0;
  end if;
  perform sla.lock_allowance(v_allowance);
  select -sum(n.reserved_units) filter (where n.kind = 'used') - coalesce(sum(n.left_units) filter (where n.kind = 'returned'), 0) into v_used
  from sla.allowance_entry n where n.authority_id = auth.authority_id() and n.reservation_id = p_reservation_id;
  if v_used > 0 then
    perform sla.enter_units(v_allowance, 'returned', v_used, 0, p_reservation_id, null, p_reason);
  end if;
  return v_used;
end $$;
comment on function sla.return_units is 'sla.return_units gives back what was used under a reference, once, and tells how much that was.';

create function sla.hold_allowances(p_school_urn integer, p_on date) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  -- Several rows are held, always in the order of their references.
  perform from sla.allowance a
  where a.authority_id = auth.authority_id() and a.school_urn = p_school_urn and a.starts_on <= p_on and a.ends_on >= p_on and a.left_units > 0
  order by a.allowance_id for no key update;
end $$;
comment on function sla.hold_allowances is 'sla.hold_allowances holds all credits and places of a school that cover a day to the end of the transaction.';

create function sla.close_allowance(p_allowance_id text, p_ends_on date, p_reason text) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_was constant sla.allowance := sla.lock_allowance(p_allowance_id);
begin
  if v_was.left_units > 0 then
    perform sla.enter_units(p_allowance_id, 'lapsed', -v_was.left_units, 0, null, null, p_reason);
  end if;
  update sla.allowance a set ends_on = greatest(a.starts_on, p_ends_on), version = a.version + 1
  where a.authority_id = auth.authority_id() and a.allowance_id = p_allowance_id and a.ends_on > p_ends_on;
  return v_was.left_units;
end $$;
comment on function sla.close_allowance is 'sla.close_allowance lets what is left of an allowance lapse, gives it an earlier last day where that is one, and tells how many lapsed; what is reserved stays reserved.';

create function sla.move_units(p_from text, p_to text, p_units integer, p_reason text) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  -- Two rows are held, always in the order of their references.
  perform sla.lock_allowance(least(p_from, p_to)), sla.lock_allowance(greatest(p_from, p_to));
  perform sla.enter_units(p_from, 'moved', -p_units, 0, null, p_to, p_reason), sla.enter_units(p_to, 'moved', p_units, 0, null, p_from, p_reason);
end $$;
comment on function sla.move_units is 'sla.move_units moves credits or places from one allowance to another.';

create function sla.carry_allowance(p_allowance_id text, p_school_urn integer) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  update sla.allowance a set school_urn = p_school_urn, version = a.version + 1
  where a.authority_id = auth.authority_id() and a.allowance_id = p_allowance_id;
end $$;
comment on function sla.carry_allowance is 'sla.carry_allowance gives an allowance with its ledger to the URN that follows its school''s.';

grant execute on function sla.units_text, sla.lock_allowance, sla.enter_units, sla.open_allowance, sla.hold_allowance, sla.units_on, sla.reserve_units,
  sla.settle_part, sla.settle_units, sla.return_units, sla.hold_allowances, sla.close_allowance, sla.move_units, sla.carry_allowance to improve_exec;
