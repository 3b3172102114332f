-- The terms of an authority (SLA-4, SLA-5): when a school's year begins, how a part of one is counted, notice, early ends.

create function sla.pounds(p_pence bigint) returns text
language plpgsql immutable as $$
begin
  return case when p_pence < 0 then '-' else '' end || '£' || to_char(abs(p_pence) / 100.0, 'FM999,999,999,990.00');
end $$;
comment on function sla.pounds is 'sla.pounds writes pence as £1,234.50.';

create function sla.day(p_day date) returns text
language plpgsql immutable as $$
begin
  return to_char(p_day, 'FMDD Mon YYYY');
end $$;
comment on function sla.day is 'sla.day writes a day as people in England read it.';

create function sla.policy_on(p_on date) returns sla.policy
language plpgsql stable as $$
declare
  v_policy sla.policy;
begin
  select p.* into v_policy from sla.policy p
  where p.authority_id = auth.authority_id() and p.valid_from <= p_on
  order by p.number desc limit 1;
  return case when found then v_policy else sla.policy_of(0) end;
end $$;
comment on function sla.policy_on is 'sla.policy_on is the terms of the call''s authority on a day: its own, or the common ones with number 0.';

create function sla.policy_of(p_number integer) returns sla.policy
language plpgsql stable as $$
declare
  v_policy sla.policy;
begin
  select p.* into v_policy from sla.policy p where p.authority_id = auth.authority_id() and p.number = p_number;
  if not found then
    v_policy := row(auth.authority_id(), 0, date '1900-01-01', 4, 9, 'days', 3, 'nothing', 0, null, null, null)::sla.policy;
  end if;
  return v_policy;
end $$;
comment on function sla.policy_of is 'sla.policy_of is the terms of a number, as an order keeps it; 0 is the common ones.';

create function sla.terms_text(p_policy sla.policy) returns text
language plpgsql immutable as $$
begin
  return case when p_policy.number = 0 then 'the common terms' else format('terms %s, in force from %s', p_policy.number, sla.day(p_policy.valid_from)) end;
end $$;
comment on function sla.terms_text is 'sla.terms_text names terms as reasons do.';

create function sla.year_of(p_policy sla.policy, p_is_maintained boolean, p_on date, out year_starts date, out year_ends date)
language plpgsql immutable as $$
declare
  v_month constant integer := case when p_is_maintained then p_policy.maintained_month else p_policy.academy_month end;
begin
  year_starts := case v_month
    when 0 then p_on
    when 4 then calendar.financial_year_starts(calendar.financial_year(p_on))
    when 9 then calendar.academic_year_starts(calendar.academic_year(p_on))
    else make_date(extract(year from p_on)::integer - (extract(month from p_on) < v_month)::integer, v_month, 1) end;
  year_ends := (year_starts + interval '1 year')::date - 1;
end $$;
comment on function sla.year_of is 'sla.year_of is the subscription year that a day lies in, by whether the school is maintained (SLA-4): from April and from September unless the terms say otherwise.';

create function sla.notice_by(p_policy sla.policy, p_ends_on date) returns date
language plpgsql immutable as $$
begin
  return (p_ends_on + 1 - make_interval(months => p_policy.notice_months))::date - 1;
end $$;
comment on function sla.notice_by is 'sla.notice_by is the last day on which notice may be given for an end: 31 December for 31 March with three months (SLA-5).';
grant execute on function sla.pounds, sla.day, sla.policy_on, sla.policy_of, sla.terms_text, sla.year_of, sla.notice_by to improve_exec;

create function sla.set_subscription_policy(p_version integer, p_valid_from date, p_maintained_month integer, p_academy_month integer, p_pro_rata text,
  p_notice_months integer, p_early_end text, p_early_end_fee_pence bigint, p_move_weeks integer)
returns table (number integer, valid_from date, maintained_month integer, academy_month integer, pro_rata text, notice_months integer, early_end text,
  early_end_fee_pence bigint, move_weeks integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_newest constant integer := coalesce((select max(p.number) from sla.policy p where p.authority_id = auth.authority_id()), 0);
  v_was constant sla.policy := sla.policy_of(v_newest);
  v_number integer;
begin
  perform errors.required('version', p_version, '0 while the common terms hold');
  if p_version <> v_newest then
    perform errors.stale('version', p_version, v_newest);
  end if;
  insert into sla.policy as p (authority_id, number, valid_from, maintained_month, academy_month, pro_rata, notice_months, early_end,
    early_end_fee_pence, recorded_by, move_weeks)
  values (auth.authority_id(), v_newest + 1, coalesce(p_valid_from, base.today()), coalesce(p_maintained_month, v_was.maintained_month),
    coalesce(p_academy_month, v_was.academy_month), coalesce(lower(btrim(p_pro_rata)), v_was.pro_rata), coalesce(p_notice_months, v_was.notice_months),
    coalesce(lower(btrim(p_early_end)), v_was.early_end), coalesce(p_early_end_fee_pence, v_was.early_end_fee_pence), auth.person_id(),
    coalesce(p_move_weeks, v_was.move_weeks))
  on conflict do nothing
  returning p.number into v_number;
  if v_number is null then -- somebody else set them at the same time
    perform errors.stale('version', p_version, v_newest + 1);
  end if;
  return query select l.number, l.valid_from, l.maintained_month, l.academy_month, l.pro_rata, l.notice_months, l.early_end, l.early_end_fee_pence,
    l.move_weeks
  from sla.policy_of(v_number) l;
end $$;
comment on function sla.set_subscription_policy is 'sla.set_subscription_policy sets the terms from a day on; what is not told stays as it was. Orders made keep the terms of their day (C-5).';
grant execute on function sla.set_subscription_policy to persona_la_admin;

create function sla.list_subscription_policies()
returns table (number integer, valid_from date, maintained_month integer, academy_month integer, pro_rata text, notice_months integer, early_end text,
  early_end_fee_pence bigint, recorded_at timestamptz, move_weeks integer)
language sql stable as $$
  select p.number, p.valid_from, p.maintained_month, p.academy_month, p.pro_rata, p.notice_months, p.early_end, p.early_end_fee_pence, p.recorded_at,
    p.move_weeks
  from sla.policy p
  where p.authority_id = (select auth.authority_id())
  union all
  select c.number, c.valid_from, c.maintained_month, c.academy_month, c.pro_rata, c.notice_months, c.early_end, c.early_end_fee_pence, null,
    c.move_weeks
  from sla.policy_of(0) c
  where not exists (select from sla.policy p where p.authority_id = (select auth.authority_id()))
  order by 1
$$;
comment on function sla.list_subscription_policies is 'sla.list_subscription_policies lists the terms that the authority has set, or the common ones: of those that hold on a day the highest number counts.';
grant execute on function sla.list_subscription_policies to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_booker;
