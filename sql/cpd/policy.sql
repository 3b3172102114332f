-- What an authority decided about training, and the common rule where it decided nothing.

create function cpd.policy_of() returns cpd.policy
language plpgsql stable as $$
declare
  v_policy cpd.policy;
begin
  select p.* into v_policy from cpd.policy p where p.authority_id = auth.authority_id();
  if not found then
    v_policy.authority_id := auth.authority_id();
    v_policy.vat_percent := 20;
    v_policy.price_day := 'booking';
    v_policy.out_of_area := false;
    v_policy.version := 0;
    v_policy.approval := 'never';
    v_policy.approval_above_pence := 0;
    v_policy.approval_hours := 40;
    v_policy.offer_hours := 24;
    v_policy.smaller_may_pass := true;
    v_policy.passing_hours := 40;
  end if;
  return v_policy;
end $$;
comment on function cpd.policy_of is 'cpd.policy_of is what the authority decided about training, or the common rule, at version 0: VAT at 20%, priced on the day of the booking, schools of its own only, nobody asked for approval, a freed place offered for 24 working hours, a group passed for 40.';
grant execute on function cpd.policy_of to improve_exec;

create function cpd.get_cpd_policy() returns table (vat_percent numeric, price_day text, out_of_area boolean, own boolean, version integer, approval text,
  approval_above_pence bigint, approval_hours integer, offer_hours integer, smaller_may_pass boolean, passing_hours integer)
language plpgsql stable as $$
declare
  v_policy constant cpd.policy := cpd.policy_of();
begin
  return query select v_policy.vat_percent, v_policy.price_day, v_policy.out_of_area, v_policy.version > 0, v_policy.version, v_policy.approval,
    v_policy.approval_above_pence, v_policy.approval_hours, v_policy.offer_hours, v_policy.smaller_may_pass, v_policy.passing_hours;
end $$;
comment on function cpd.get_cpd_policy is 'cpd.get_cpd_policy shows what the authority decided about training, or the common rule.';
grant execute on function cpd.get_cpd_policy to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_booker;

create function cpd.set_cpd_policy(p_version integer, p_vat_percent numeric, p_price_day text, p_out_of_area boolean, p_approval text,
  p_approval_above_pence bigint, p_approval_hours integer, p_offer_hours integer, p_smaller_may_pass boolean, p_passing_hours integer)
returns table (vat_percent numeric, price_day text, out_of_area boolean, own boolean, version integer, approval text,
  approval_above_pence bigint, approval_hours integer, offer_hours integer, smaller_may_pass boolean, passing_hours integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_new cpd.policy;
begin
  perform errors.required('version', p_version, '0 while it is the common rule');
  v_new := cpd.policy_of();
  if v_new.version <> p_version then
    perform errors.stale('version', p_version, v_new.version);
  end if;
  v_new.vat_percent := coalesce(p_vat_percent, v_new.vat_percent);
  v_new.price_day := coalesce(lower(p_price_day), v_new.price_day);
  v_new.out_of_area := coalesce(p_out_of_area, v_new.out_of_area);
  v_new.version := p_version + 1;
  v_new.approval := coalesce(lower(p_approval), v_new.approval);
  v_new.approval_above_pence := coalesce(p_approval_above_pence, v_new.approval_above_pence);
  v_new.approval_hours := coalesce(p_approval_hours, v_new.approval_hours);
  v_new.offer_hours := coalesce(p_offer_hours, v_new.offer_hours);
  v_new.smaller_may_pass := coalesce(p_smaller_may_pass, v_new.smaller_may_pass);
  v_new.passing_hours := nullif(coalesce(p_passing_hours, v_new.passing_hours), -1);
  insert into cpd.policy values (v_new.*)
  on conflict (authority_id) do update
  set vat_percent = excluded.vat_percent, price_day = excluded.price_day, out_of_area = excluded.out_of_area, version = excluded.version,
    approval = excluded.approval, approval_above_pence = excluded.approval_above_pence, approval_hours = excluded.approval_hours,
    offer_hours = excluded.offer_hours, smaller_may_pass = excluded.smaller_may_pass, passing_hours = excluded.passing_hours
  where policy.version = p_version;
  if not found then
    perform errors.stale('version', p_version, (cpd.policy_of()).version);
  end if;
  return query select g.* from cpd.get_cpd_policy() g;
end $$;
comment on function cpd.set_cpd_policy is 'cpd.set_cpd_policy decides what is given about training and leaves the rest. Bookings made before keep the price they were made at, offers and groups that wait the times they were told.';
grant execute on function cpd.set_cpd_policy to persona_la_admin;
