-- Calls that show subscriptions and give notice (SLA-5): a subscription rolls over unless notice is given by the authority's date.

create function sla.list_subscriptions(p_school_urn integer, p_service_id text, p_as_of date, p_include_ended boolean, p_page_size integer,
  p_cursor text)
returns table (subscription_id text, school_urn integer, school text, service text, package text, starts_on date, ends_on date, status text,
  half_days integer, net_pence bigint, vat_pence bigint, gross_pence bigint, end_reason text, version integer, school_status text, notice_by date,
  notice_given_on date, continues text, given_back_pence bigint, row_cursor text)
language sql stable as $$
  select s.subscription_id, s.school_urn, school.name, v.name, p.name, s.starts_on, s.ends_on,
    sla.status(s, coalesce(p_as_of, base.today())), s.half_days, s.net_pence, s.vat_pence, s.gross_pence, s.end_reason,
    s.version, s.school_status, case when s.ends_on = s.ordered_to then sla.notice_by(sla.policy_of(s.policy_number), s.ends_on) end, s.notice_given_on,
    s.continues, -a.gross_pence, jsonb_build_array(s.school_urn, s.subscription_id)::text
  from sla.subscription s
  join sla.service v on v.authority_id = s.authority_id and v.service_id = s.service_id
  join sla.package p on p.authority_id = s.authority_id and p.package_id = s.package_id
  left join sla.adjustment a on a.authority_id = s.authority_id and a.subscription_id = s.subscription_id
  left join lateral register.establishment_on(s.school_urn, s.starts_on) school on true
  where s.authority_id = (select auth.authority_id())
    and (p_school_urn is null or s.school_urn = p_school_urn)
    and (p_service_id is null or s.service_id = p_service_id)
    and (coalesce(p_include_ended, false) or s.ends_on >= coalesce(p_as_of, base.today()) and s.ends_on >= s.starts_on)
    and (p_as_of is null or s.starts_on <= p_as_of)
    and (p_cursor is null or (s.school_urn, s.subscription_id) > ((p_cursor::jsonb ->> 0)::integer, p_cursor::jsonb ->> 1))
  order by s.school_urn, s.subscription_id
  limit greatest(1, least(coalesce(p_page_size, 100), 500))
$$;
comment on function sla.list_subscriptions is 'sla.list_subscriptions lists subscriptions that are active or ordered, or those active on a day; a school sees its own.';
grant execute on function sla.list_subscriptions to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_booker;

create function sla.require_subscription(p_subscription_id text, p_version integer) returns void
language plpgsql stable as $$
begin
  perform errors.required('subscription_id', p_subscription_id, 'a reference such as su-7k2q9mx4td');
  perform errors.required('version', p_version);
  -- Row security leaves a school its own.
  if not exists (select from sla.subscription s where s.authority_id = auth.authority_id() and s.subscription_id = p_subscription_id) then
    perform errors.not_found('subscription_id', format('The authority has no subscription "%s".', left(p_subscription_id, 40)),
      'a reference such as su-7k2q9mx4td', 'improve subscription list shows them.');
  end if;
end $$;
comment on function sla.require_subscription is 'sla.require_subscription refuses a subscription that is not there, or not the caller''s to see: the two are told alike.';

create function sla.hold_subscription(p_subscription_id text, p_version integer) returns sla.subscription
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_subscription sla.subscription;
begin
  select s.* into strict v_subscription from sla.subscription s
  where s.authority_id = auth.authority_id() and s.subscription_id = p_subscription_id
  for no key update;
  if v_subscription.version <> p_version then
    perform errors.stale('version', p_version, v_subscription.version);
  end if;
  return v_subscription;
end $$;
comment on function sla.hold_subscription is 'sla.hold_subscription locks a subscription to the end of the transaction and refuses a stale version. Its caller has asked sla.require_subscription.';

create function sla.continued_by(p_subscription_id text) returns text
language sql stable as $$
  select n.subscription_id from sla.subscription n
  where n.authority_id = (select auth.authority_id()) and n.continues = p_subscription_id and n.ends_on >= n.starts_on
$$;
comment on function sla.continued_by is 'sla.continued_by is the subscription that takes one up; null while none does.';

create function sla.note_notice(p_subscription_id text, p_given_on date, p_reason text) returns sla.subscription
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_subscription sla.subscription;
begin
  update sla.subscription s
  set notice_given_on = p_given_on, notice_reason = p_reason, notice_given_by = case when p_given_on is not null then auth.person_id() end,
    version = s.version + 1
  where s.authority_id = auth.authority_id() and s.subscription_id = p_subscription_id
  returning s.* into v_subscription;
  return v_subscription;
end $$;
comment on function sla.note_notice is 'sla.note_notice writes notice on a subscription, or takes it off (null). Its caller holds the row and has asked what the rules ask.';
grant execute on function sla.require_subscription, sla.hold_subscription, sla.continued_by, sla.note_notice to improve_exec;

create function sla.refuse_notice(p_subscription sla.subscription, p_given_on date, p_by date) returns void
language plpgsql stable as $$
declare
  v_next constant text := sla.continued_by(p_subscription.subscription_id);
  v_late constant integer := sla.days_in(p_by + 1, p_given_on);
begin
  if p_subscription.ends_on <> p_subscription.ordered_to or p_subscription.ends_on < base.today() then
    perform errors.precondition('ALREADY_ENDED', format('The subscription %s on %s: there is nothing to give notice of.',
      case when p_subscription.ends_on < base.today() then 'ended' else 'ends early' end, sla.day(p_subscription.ends_on)), 'subscription_id', 'SLA-5',
      'one that rolls over');
  elsif p_subscription.notice_given_on is not null then
    perform errors.precondition('NOTICE_GIVEN', format('Notice was given on %s for the end on %s.', sla.day(p_subscription.notice_given_on),
      sla.day(p_subscription.ends_on)), 'subscription_id', 'SLA-5', 'one without notice');
  elsif v_next is not null then
    perform errors.precondition('ROLLED_OVER', format('The subscription has rolled over into %s.', v_next), 'subscription_id', 'SLA-5', v_next);
  elsif p_given_on > p_by then
    perform errors.precondition('NOTICE_LATE', format('Notice for the end on %s was due by %s, %s %s earlier.', sla.day(p_subscription.ends_on),
      sla.day(p_by), v_late, case v_late when 1 then 'day' else 'days' end), 'given_on', 'SLA-5',
      format('%s or earlier; or notice of the next year, once it has rolled over', sla.day(p_by)));
  end if;
end $$;
comment on function sla.refuse_notice is 'sla.refuse_notice refuses notice of what has ended, has notice, has rolled over, or is too late, and tells by how many days.';
grant execute on function sla.refuse_notice to improve_exec;

create function sla.give_notice(p_subscription_id text, p_version integer, p_reason text, p_given_on date)
returns table (subscription_id text, school_urn integer, ends_on date, notice_by date, notice_given_on date, status text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_given_on constant date := coalesce(p_given_on, base.today());
  v_was sla.subscription;
  v_by date;
begin
  perform sla.require_subscription(p_subscription_id, p_version);
  v_was := sla.hold_subscription(p_subscription_id, p_version);
  perform people.require_acts_for('subscription_id', v_was.school_urn);
  if v_given_on > base.today() then
    perform errors.invalid('given_on', 'Notice is given by today.', 'SLA-5', sla.day(base.today()) || ' or earlier');
  elsif v_given_on < base.today() and not auth.has_persona('la_admin', 'officer') then
    perform errors.refuse(7, 'NOT_YOUR_DAY', 'The authority says when an earlier notice came.', 'given_on', 'SLA-5', 'no day: notice is given today');
  end if;
  v_by := sla.notice_by(sla.policy_of(v_was.policy_number), v_was.ends_on);
  perform sla.refuse_notice(v_was, v_given_on, v_by);
  v_was := sla.note_notice(p_subscription_id, v_given_on, nullif(btrim(p_reason), ''));
  return query select v_was.subscription_id, v_was.school_urn, v_was.ends_on, v_by, v_was.notice_given_on, sla.status(v_was, base.today()), v_was.version;
end $$;
comment on function sla.give_notice is 'sla.give_notice gives notice: the subscription ends on its last day and does not roll over (SLA-5). An officer may tell the day on which it came.';
grant execute on function sla.give_notice to persona_la_admin, persona_officer, persona_booker;

create function sla.withdraw_notice(p_subscription_id text, p_version integer)
returns table (subscription_id text, school_urn integer, ends_on date, notice_by date, status text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_was sla.subscription;
  v_by date;
begin
  perform sla.require_subscription(p_subscription_id, p_version);
  v_was := sla.hold_subscription(p_subscription_id, p_version);
  perform people.require_acts_for('subscription_id', v_was.school_urn);
  v_by := sla.notice_by(sla.policy_of(v_was.policy_number), v_was.ends_on);
  if v_was.notice_given_on is null then
    perform errors.precondition('NO_NOTICE', 'No notice was given.', 'subscription_id', 'SLA-5', 'one with notice');
  elsif v_was.ends_on < base.today() then
    perform errors.precondition('ALREADY_ENDED', format('The subscription ended on %s.', sla.day(v_was.ends_on)), 'subscription_id', 'SLA-5',
      'one that runs', 'improve sla subscribe orders another.');
  elsif base.today() > v_by and not auth.has_persona('la_admin', 'officer') then
    perform errors.refuse(7, 'NOTICE_STANDS', format('Notice could be withdrawn until %s; now the authority decides.', sla.day(v_by)), 'subscription_id', 'SLA-5',
      'an officer of the authority');
  end if;
  v_was := sla.note_notice(p_subscription_id, null, null);
  return query select v_was.subscription_id, v_was.school_urn, v_was.ends_on, v_by, sla.status(v_was, base.today()), v_was.version;
end $$;
comment on function sla.withdraw_notice is 'sla.withdraw_notice takes notice back, so that the subscription rolls over after all: a school until the last day for notice, an officer until the end (SLA-5).';
grant execute on function sla.withdraw_notice to persona_la_admin, persona_officer, persona_booker;
