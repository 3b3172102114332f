-- Calls that give schools half-days, and tell what became of them (VIS-2).

create function visits.grant_entitlement(p_school_urn integer, p_source text, p_half_days integer, p_starts_on date, p_ends_on date,
  p_reference text, p_reason text)
returns table (entitlement_id text, school_urn integer, source text, reference text, starts_on date, ends_on date, half_days integer, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_source text := lower(btrim(p_source));
  v_subscription sla.subscription;
  v_ref text;
begin
  perform errors.required('school_urn', p_school_urn, 'the URN of a school, six digits');
  perform errors.required('source', v_source, 'sla, offer or core');
  if v_source = 'sla' and p_reference is not null then
    v_subscription := visits.subscription_of(p_school_urn, p_reference);
  end if;
  perform errors.required('half_days', coalesce(p_half_days, v_subscription.half_days), 'a number of half-days; six for three days');
  perform errors.required('starts_on', coalesce(p_starts_on, v_subscription.starts_on), 'a day');
  perform errors.required('ends_on', coalesce(p_ends_on, v_subscription.ends_on), 'a day');
  if coalesce(p_half_days, v_subscription.half_days) not between 1 and 730 then
    perform errors.invalid('half_days', 'An entitlement has at least one half-day.', 'VIS-2', '1 to 730');
  end if;
  perform register.require_open_school('school_urn', p_school_urn, auth.authority_id(), coalesce(p_starts_on, v_subscription.starts_on));
  v_ref := visits.open_entitlement(p_school_urn, v_source, nullif(btrim(p_reference), ''), coalesce(p_starts_on, v_subscription.starts_on),
    coalesce(p_ends_on, v_subscription.ends_on), coalesce(p_half_days, v_subscription.half_days), nullif(btrim(p_reason), ''));
  return query
  select e.entitlement_id, e.school_urn, e.source, e.reference, e.starts_on, e.ends_on, e.left_half_days, e.version
  from visits.entitlement e
  where e.authority_id = auth.authority_id() and e.entitlement_id = v_ref;
end $$;
comment on function visits.grant_entitlement is 'visits.grant_entitlement gives a school half-days over a period; from a subscription, days and period are the subscription''s unless given (VIS-2).';
grant execute on function visits.grant_entitlement to persona_la_admin, persona_officer;

create function visits.subscription_of(p_school_urn integer, p_reference text) returns sla.subscription
language plpgsql stable as $$
declare
  v_subscription sla.subscription;
begin
  select s.* into v_subscription from sla.subscription s
  where s.authority_id = auth.authority_id() and s.subscription_id = p_reference and s.school_urn = p_school_urn;
  if not found then
    perform errors.not_found('reference', format('School %s has no subscription "%s".', p_school_urn, left(p_reference, 40)),
      'a reference such as su-7k2q9mx4td', format('improve subscription list --school-urn %s shows them.', p_school_urn));
  end if;
  return v_subscription;
end $$;
comment on function visits.subscription_of is 'visits.subscription_of finds the subscription of a school that gives it half-days.';
grant execute on function visits.subscription_of to improve_exec;

create function visits.grant_subscribed(p_as_of date)
returns table (entitlement_id text, school_urn integer, source text, reference text, starts_on date, ends_on date, half_days integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_subscription record;
begin
  for v_subscription in
    select s.subscription_id, s.school_urn, s.starts_on, s.ends_on, s.half_days
    from sla.subscription s
    where s.authority_id = auth.authority_id() and s.half_days > 0 and s.ends_on >= coalesce(p_as_of, base.today())
      and s.starts_on <= coalesce(p_as_of, 'infinity')
      and not exists (select from visits.entitlement e
        where e.authority_id = s.authority_id and e.source = 'sla' and e.reference = s.subscription_id)
    order by s.school_urn, s.subscription_id
  loop
    entitlement_id := visits.open_entitlement(v_subscription.school_urn, 'sla', v_subscription.subscription_id, v_subscription.starts_on,
      v_subscription.ends_on, v_subscription.half_days, null);
    school_urn := v_subscription.school_urn;
    source := 'sla';
    reference := v_subscription.subscription_id;
    starts_on := v_subscription.starts_on;
    ends_on := v_subscription.ends_on;
    half_days := v_subscription.half_days;
    return next;
  end loop;
end $$;
comment on function visits.grant_subscribed is 'visits.grant_subscribed gives every school the half-days of its subscriptions that have not been granted yet: those that run on a day, or that have not ended (VIS-2, SLA-7). All of them or none.';
grant execute on function visits.grant_subscribed to persona_la_admin, persona_officer;

create function visits.adjust_entitlement(p_entitlement_id text, p_version integer, p_half_days integer, p_reason text)
returns table (entitlement_id text, school_urn integer, half_days_left integer, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_was visits.entitlement;
begin
  perform errors.required('entitlement_id', p_entitlement_id, 'a reference such as en-7k2q9mx4td');
  perform errors.required('version', p_version);
  perform errors.required('half_days', p_half_days, 'half-days to add; below zero to take away');
  perform errors.required('reason', btrim(p_reason));
  v_was := visits.lock_entitlement(p_entitlement_id);
  if v_was.version <> p_version then
    perform errors.stale('version', p_version, v_was.version);
  elsif p_half_days = 0 or p_half_days > 730 then
    perform errors.invalid('half_days', 'An adjustment adds or takes away half-days.', 'VIS-2', format('%s to 730, not 0', -v_was.left_half_days));
  elsif v_was.left_half_days + p_half_days < 0 then
    perform errors.precondition('ENTITLEMENT_EXHAUSTED', format('Half-days left: %s; what visits have drawn stays.', v_was.left_half_days),
      'half_days', 'VIS-2', format('%s or more', -v_was.left_half_days));
  end if;
  perform visits.enter(p_entitlement_id, 'adjusted', p_half_days, null, btrim(p_reason));
  return query
  select e.entitlement_id, e.school_urn, e.left_half_days, e.version
  from visits.entitlement e
  where e.authority_id = auth.authority_id() and e.entitlement_id = p_entitlement_id;
end $$;
comment on function visits.adjust_entitlement is 'visits.adjust_entitlement adds half-days to an entitlement or takes away what is left, with the reason (VIS-2).';
grant execute on function visits.adjust_entitlement to persona_la_admin, persona_officer;

create function visits.lock_entitlement(p_entitlement_id text) returns visits.entitlement
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_entitlement visits.entitlement;
begin
  select e.* into v_entitlement from visits.entitlement e
  where e.authority_id = auth.authority_id() and e.entitlement_id = p_entitlement_id
  for no key update;
  if not found then
    perform errors.not_found('entitlement_id', format('There is no entitlement "%s".', left(p_entitlement_id, 40)), 'a reference such as en-7k2q9mx4td',
      'improve entitlement list shows them.');
  end if;
  return v_entitlement;
end $$;
comment on function visits.lock_entitlement is 'visits.lock_entitlement finds an entitlement and holds the row to the end of the transaction.';
grant execute on function visits.lock_entitlement to improve_exec;

create function visits.list_entitlements(p_school_urn integer, p_source text, p_as_of date, p_include_ended boolean, p_page_size integer, p_cursor text)
returns table (entitlement_id text, school_urn integer, school text, source text, reference text, starts_on date, ends_on date, granted integer,
  drawn integer, half_days_left integer, version integer, row_cursor text)
language sql stable as $$
  select e.entitlement_id, e.school_urn, school.name, e.source, e.reference, e.starts_on, e.ends_on, b.granted, b.drawn, b.left_half_days, e.version,
    jsonb_build_array(e.school_urn, e.ends_on, e.entitlement_id)::text
  from visits.entitlement e
  cross join lateral (
    select l.* from visits.entitlement_balance l where l.authority_id = e.authority_id and l.entitlement_id = e.entitlement_id
  ) b
  left join lateral register.establishment_on(e.school_urn, greatest(e.starts_on, coalesce(p_as_of, base.today()))) school on true
  where e.authority_id = (select auth.authority_id())
    and (p_school_urn is null or e.school_urn = p_school_urn)
    and (p_source is null or e.source = lower(p_source))
    and (coalesce(p_include_ended, false) or e.ends_on >= coalesce(p_as_of, base.today()))
    and (p_as_of is null or e.starts_on <= p_as_of)
    and (p_cursor is null
      or (e.school_urn, e.ends_on, e.entitlement_id) > ((p_cursor::jsonb ->> 0)::integer, (p_cursor::jsonb ->> 1)::date, p_cursor::jsonb ->> 2))
  order by e.school_urn, e.ends_on, e.entitlement_id
  limit greatest(1, least(coalesce(p_page_size, 100), 500))
$$;
comment on function visits.list_entitlements is 'visits.list_entitlements lists entitlements that run or are to come, or those that run on a day, with what the ledger says of each; a school sees its own, a partner those of the schools they are assigned to.';
grant execute on function visits.list_entitlements to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner,
  persona_booker;

create function visits.list_entitlement_entries(p_entitlement_id text, p_page_size integer, p_cursor text)
returns table (entered_at timestamptz, kind text, half_days integer, half_days_left integer, visit_id text, reason text, row_cursor text)
language plpgsql stable as $$
#variable_conflict use_column
begin
  perform errors.required('entitlement_id', p_entitlement_id, 'a reference such as en-7k2q9mx4td');
  if not exists (select from visits.entitlement e where e.authority_id = auth.authority_id() and e.entitlement_id = p_entitlement_id) then
    perform errors.not_found('entitlement_id', format('There is no entitlement "%s".', left(p_entitlement_id, 40)), 'a reference such as en-7k2q9mx4td',
      'improve entitlement list shows them.');
  end if;
  return query
  select n.entered_at, n.kind, n.half_days, n.left_then::integer, n.visit_id, n.reason, jsonb_build_array(n.entered_at, n.entry_id)::text
  from (
    select r.*, sum(r.half_days) over (order by r.entered_at, r.entry_id) as left_then
    from visits.entitlement_entry r
    where r.authority_id = auth.authority_id() and r.entitlement_id = p_entitlement_id
  ) n
  where p_cursor is null or (n.entered_at, n.entry_id) > ((p_cursor::jsonb ->> 0)::timestamptz, p_cursor::jsonb ->> 1)
  order by n.entered_at, n.entry_id
  limit greatest(1, least(coalesce(p_page_size, 100), 500));
end $$;
comment on function visits.list_entitlement_entries is 'visits.list_entitlement_entries lists the ledger of an entitlement, with what was left after each entry (VIS-2).';
grant execute on function visits.list_entitlement_entries to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner,
  persona_booker;
