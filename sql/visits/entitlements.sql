-- The half-days that schools have (VIS-2). hold_entitlement locks the row that a visit will draw on, enter writes the ledger and what is left,
-- in one statement each: the only functions that touch either. What is left can never fall below zero, however many draw at once.

create view visits.entitlement_balance with (security_invoker = true) as
select e.authority_id, e.entitlement_id, coalesce(sum(n.half_days) filter (where n.kind in ('granted', 'adjusted')), 0)::integer as granted,
  coalesce(-sum(n.half_days) filter (where n.kind in ('drawn', 'given_back')), 0)::integer as drawn, coalesce(sum(n.half_days), 0)::integer as left_half_days,
  coalesce(-sum(n.half_days) filter (where n.kind = 'lapsed'), 0)::integer as lapsed, coalesce(sum(n.half_days) filter (where n.kind = 'moved'), 0)::integer as moved
from visits.entitlement e
left join visits.entitlement_entry n on n.authority_id = e.authority_id and n.entitlement_id = e.entitlement_id
group by e.authority_id, e.entitlement_id;
comment on view visits.entitlement_balance is 'What the ledger says of each entitlement.';
comment on column visits.entitlement_balance.authority_id is 'The authority that gives.';
comment on column visits.entitlement_balance.entitlement_id is 'The entitlement.';
comment on column visits.entitlement_balance.granted is 'Half-days granted, adjustments included.';
comment on column visits.entitlement_balance.drawn is 'Half-days drawn by visits, less those given back.';
comment on column visits.entitlement_balance.left_half_days is 'Half-days left: granted and moved, less drawn and lapsed.';
comment on column visits.entitlement_balance.lapsed is 'Half-days that lapsed.';
comment on column visits.entitlement_balance.moved is 'Half-days moved here from other entitlements, less those moved away.';
grant select on visits.entitlement_balance to improve_exec;

create function visits.hold_entitlement(p_school_urn integer, p_source text, p_reference text, p_on date, p_half_days integer) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_found text;
begin
  loop
    -- Of several the one that ends first: what would lapse first is used first. When a wait for the lock shows it drawn on, look again.
    select e.entitlement_id into v_found
    from visits.entitlement e
    where e.authority_id = auth.authority_id() and e.school_urn = p_school_urn and e.source = p_source
      and (p_reference is null or e.reference = p_reference)
      and e.starts_on <= p_on and e.ends_on >= p_on and e.left_half_days >= p_half_days
    order by e.ends_on, e.entitlement_id
    limit 1
    for no key update;
    if found then
      return v_found;
    end if;
    exit when not exists (
      select from visits.entitlement e
      where e.authority_id = auth.authority_id() and e.school_urn = p_school_urn and e.source = p_source
        and (p_reference is null or e.reference = p_reference)
        and e.starts_on <= p_on and e.ends_on >= p_on and e.left_half_days >= p_half_days);
  end loop;
  return null;
end $$;
comment on function visits.hold_entitlement is 'visits.hold_entitlement finds an entitlement of a school and source that covers a day and has so many half-days left, and locks it to the end of the transaction; null when there is none.';

create function visits.enter(p_entitlement_id text, p_kind text, p_half_days integer, p_visit_id text, p_reason text) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_left integer;
begin
  insert into visits.entitlement_entry (authority_id, entry_id, entitlement_id, kind, half_days, visit_id, reason, entered_by)
  values (auth.authority_id(), base.new_ref('ee'), p_entitlement_id, p_kind, p_half_days, p_visit_id, p_reason, auth.person_id());
  update visits.entitlement e
  set left_half_days = e.left_half_days + p_half_days, version = e.version + (p_kind = 'adjusted')::integer
  where e.authority_id = auth.authority_id() and e.entitlement_id = p_entitlement_id
  returning e.left_half_days into v_left;
  return v_left;
end $$;
comment on function visits.enter is 'visits.enter writes an entry of the ledger and what is left with it, and tells what is left. The table''s constraint refuses to go below zero.';

create function visits.open_entitlement(p_school_urn integer, p_source text, p_reference text, p_starts_on date, p_ends_on date, p_half_days integer,
  p_reason text) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_ref constant text := base.new_ref('en');
begin
  insert into visits.entitlement (authority_id, entitlement_id, school_urn, source, reference, starts_on, ends_on)
  values (auth.authority_id(), v_ref, p_school_urn, p_source, p_reference, p_starts_on, p_ends_on);
  perform visits.enter(v_ref, 'granted', p_half_days, null, p_reason);
  return v_ref;
end $$;
comment on function visits.open_entitlement is 'visits.open_entitlement opens an entitlement with its first entry.';

create function visits.begin_entitlement(p_entitlement_id text, p_starts_on date) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_first constant date := least(p_starts_on, (select min(visits.day_of(v.starts_at)) from visits.visit v
    where v.authority_id = auth.authority_id() and v.entitlement_id = p_entitlement_id and v.status <> 'cancelled'));
begin
  update visits.entitlement e set starts_on = v_first, version = e.version + 1
  where e.authority_id = auth.authority_id() and e.entitlement_id = p_entitlement_id and e.starts_on <> v_first;
end $$;
comment on function visits.begin_entitlement is 'visits.begin_entitlement moves the first day of an entitlement, but not past a visit that draws on it.';

create function visits.left_on(p_school_urn integer, p_on date) returns table (entitlement_id text, source text, reference text, ends_on date, left_half_days integer)
language sql stable security definer set search_path = '' as $$
  select e.entitlement_id, e.source, e.reference, e.ends_on, e.left_half_days
  from visits.entitlement e
  where e.authority_id = auth.authority_id() and e.school_urn = p_school_urn and e.starts_on <= p_on and e.ends_on >= p_on
$$;
comment on function visits.left_on is 'visits.left_on lists the entitlements of a school on a day, with what is left.';

create function visits.draw_on(p_school_urn integer, p_funding text, p_funding_ref text, p_on date, p_half_days integer) returns text
language plpgsql volatile as $$
declare
  v_found text := visits.hold_entitlement(p_school_urn, p_funding, p_funding_ref, p_on, p_half_days);
  v_left integer;
  v_others text;
begin
  if v_found is not null then
    return v_found;
  end if;
  select max(e.left_half_days) filter (where e.source = p_funding and (p_funding_ref is null or e.reference = p_funding_ref)),
    string_agg(format('%s half-days of %s to %s', e.left_half_days, e.source, to_char(e.ends_on, 'FMDD Mon YYYY')), ', ' order by e.ends_on)
      filter (where e.left_half_days >= p_half_days)
    into v_left, v_others
  from visits.left_on(p_school_urn, p_on) e;
  if v_left is null and p_funding = 'core' and p_funding_ref is null then
    return null; -- the authority's own visit, to a school that was granted no number of them
  elsif v_left is null then
    perform errors.precondition('NO_ENTITLEMENT', format('School %s has no %s entitlement%s on %s.', p_school_urn, p_funding,
        coalesce(' under ' || p_funding_ref, ''), to_char(p_on, 'FMDD Mon YYYY')), 'funding', 'VIS-2',
      coalesce(v_others, 'core, or an entitlement that an officer grants'), 'improve entitlement list shows what a school has.');
  end if;
  perform errors.precondition('ENTITLEMENT_EXHAUSTED', format('Half-days wanted: %s; left of the school''s %s entitlement on %s: %s.',
      p_half_days, p_funding, to_char(p_on, 'FMDD Mon YYYY'), v_left), 'half_days', 'VIS-2',
    coalesce(v_others, case when v_left > 0 then format('%s or fewer half-days', v_left) end, 'core, or an entitlement that an officer grants'),
    'improve entitlement entries shows what took them.');
end $$;
comment on function visits.draw_on is 'visits.draw_on finds and holds what a visit will draw on, or refuses, telling what is left and what else the school has. A core visit of a school that was granted no core half-days draws on nothing (null).';

grant execute on function visits.hold_entitlement, visits.left_on, visits.enter, visits.open_entitlement, visits.begin_entitlement, visits.draw_on to improve_exec;
