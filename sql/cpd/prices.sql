-- Calls that say what places cost whom: prices by kind of school, what a subscription makes of them, discount codes (CPD-2).

create function cpd.set_course_price(p_course_id text, p_school_kind text, p_place_pence bigint, p_further_pence bigint, p_valid_from date, p_valid_to date)
returns table (price_id text, school_kind text, valid_from date, valid_to date)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_from constant date := coalesce(p_valid_from, base.today());
  v_kind constant text := lower(btrim(p_school_kind));
  v_gone cpd.price[];
begin
  perform errors.required('school_kind', v_kind, 'maintained, academy, other or out_of_area');
  perform errors.required('place_pence', p_place_pence, 'whole pence; 0 for free');
  perform cpd.require_course('course_id', p_course_id);
  if p_valid_to <= v_from then
    perform errors.invalid('valid_to', 'A price must hold for at least one day.', 'CPD-2', 'a day after valid_from');
  end if;
  perform from cpd.course c where c.authority_id = auth.authority_id() and c.course_id = p_course_id for no key update;
  with gone as (
    update cpd.price p set superseded_at = now()
    where p.authority_id = auth.authority_id() and p.course_id = p_course_id and p.school_kind = v_kind and p.superseded_at is null
      and (p.valid_to is null or p.valid_to > v_from) and (p_valid_to is null or p.valid_from < p_valid_to)
    returning p.*
  )
  select array_agg(gone::cpd.price) into v_gone from gone;
  insert into cpd.price (authority_id, price_id, course_id, school_kind, place_pence, further_pence, valid_from, valid_to)
  select g.authority_id, base.new_ref('cp'), g.course_id, g.school_kind, g.place_pence, g.further_pence, kept.valid_from, kept.valid_to
  from unnest(v_gone) g
  cross join lateral (values (g.valid_from, v_from), (p_valid_to, g.valid_to)) kept (valid_from, valid_to)
  where kept.valid_from < kept.valid_to or kept.valid_from is not null and kept.valid_to is null;
  return query
  insert into cpd.price (authority_id, price_id, course_id, school_kind, place_pence, further_pence, valid_from, valid_to)
  values (auth.authority_id(), base.new_ref('cp'), p_course_id, v_kind, p_place_pence, p_further_pence, v_from, p_valid_to)
  returning price_id, school_kind, valid_from, valid_to;
end $$;
comment on function cpd.set_course_price is 'cpd.set_course_price says from a day on what a place on a course costs a kind of school, and each further one of the school; what was said of other days stays, and what was said of these is superseded (C-5). Bookings keep their price.';
grant execute on function cpd.set_course_price to persona_la_admin, persona_officer;

create function cpd.list_course_prices(p_course_id text, p_as_of date)
returns table (course_id text, course text, school_kind text, place_pence bigint, further_pence bigint, valid_from date, valid_to date, price_id text)
language plpgsql stable as $$
#variable_conflict use_column
begin
  return query
  select c.course_id, c.title, p.school_kind, p.place_pence, p.further_pence, p.valid_from, p.valid_to, p.price_id
  from cpd.price p
  join cpd.course c on c.authority_id = p.authority_id and c.course_id = p.course_id
  where p.authority_id = auth.authority_id() and p.superseded_at is null and (p_course_id is null or p.course_id = p_course_id)
    and (p.valid_to is null or p.valid_to > coalesce(p_as_of, base.today())) and (p_as_of is null or p.valid_from <= p_as_of)
  order by c.title_key, p.school_kind, p.valid_from;
end $$;
comment on function cpd.list_course_prices is 'cpd.list_course_prices lists what places cost each kind of school, now and to come, or on a day. For a kind that is not listed the price of the session holds.';
grant execute on function cpd.list_course_prices to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_booker;

create function cpd.set_benefit(p_package_id text, p_benefit text, p_percent numeric, p_course_id text, p_valid_from date, p_valid_to date)
returns table (benefit_id text, benefit text, percent numeric, valid_from date, valid_to date)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_from constant date := coalesce(p_valid_from, base.today());
  v_gone cpd.benefit[];
begin
  perform errors.required('package_id', p_package_id, 'a reference such as pk-7k2q9mx4td');
  perform errors.required('benefit', btrim(p_benefit), 'free, discount or none');
  perform sla.lock_package(p_package_id);
  if p_course_id is not null then
    perform cpd.require_course('course_id', p_course_id);
  end if;
  if p_valid_to <= v_from then
    perform errors.invalid('valid_to', 'A benefit must hold for at least one day.', 'CPD-2', 'a day after valid_from');
  end if;
  with gone as (
    update cpd.benefit b set superseded_at = now()
    where b.authority_id = auth.authority_id() and b.package_id = p_package_id and b.course_id is not distinct from p_course_id and b.superseded_at is null
      and (b.valid_to is null or b.valid_to > v_from) and (p_valid_to is null or b.valid_from < p_valid_to)
    returning b.*
  )
  select array_agg(gone::cpd.benefit) into v_gone from gone;
  insert into cpd.benefit (authority_id, benefit_id, package_id, course_id, benefit, percent, valid_from, valid_to)
  select g.authority_id, base.new_ref('be'), g.package_id, g.course_id, g.benefit, g.percent, kept.valid_from, kept.valid_to
  from unnest(v_gone) g
  cross join lateral (values (g.valid_from, v_from), (p_valid_to, g.valid_to)) kept (valid_from, valid_to)
  where kept.valid_from < kept.valid_to or kept.valid_from is not null and kept.valid_to is null;
  if lower(btrim(p_benefit)) = 'none' then
    return query values (null::text, 'none', null::numeric, v_from, p_valid_to);
    return;
  end if;
  return query
  insert into cpd.benefit (authority_id, benefit_id, package_id, course_id, benefit, percent, valid_from, valid_to)
  values (auth.authority_id(), base.new_ref('be'), p_package_id, p_course_id, lower(btrim(p_benefit)), p_percent, v_from, p_valid_to)
  returning benefit_id, benefit, percent, valid_from, valid_to;
end $$;
comment on function cpd.set_benefit is 'cpd.set_benefit says from a day on what a subscription to a package makes of the price of places, on one course or all: free, a discount, or none; what was said of other days stays (C-5). Bookings keep their price.';
grant execute on function cpd.set_benefit to persona_la_admin;

create function cpd.list_benefits(p_package_id text, p_as_of date)
returns table (package_id text, package text, course text, benefit text, percent numeric, valid_from date, valid_to date, benefit_id text)
language plpgsql stable as $$
#variable_conflict use_column
begin
  return query
  select k.package_id, k.name, c.title, b.benefit, b.percent, b.valid_from, b.valid_to, b.benefit_id
  from cpd.benefit b
  join sla.package k on k.authority_id = b.authority_id and k.package_id = b.package_id
  left join cpd.course c on c.authority_id = b.authority_id and c.course_id = b.course_id
  where b.authority_id = auth.authority_id() and b.superseded_at is null and (p_package_id is null or b.package_id = p_package_id)
    and (b.valid_to is null or b.valid_to > coalesce(p_as_of, base.today())) and (p_as_of is null or b.valid_from <= p_as_of)
  order by k.name_key, c.title_key nulls first, b.valid_from;
end $$;
comment on function cpd.list_benefits is 'cpd.list_benefits lists what subscriptions make of the price of places, now and to come, or on a day.';
grant execute on function cpd.list_benefits to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_booker;

create function cpd.add_discount_code(p_code text, p_percent numeric, p_pence bigint, p_course_id text, p_valid_from date, p_valid_to date,
  p_uses_most integer)
returns table (code_id text, code text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
begin
  perform errors.required('code', btrim(p_code));
  if p_course_id is not null then
    perform cpd.require_course('course_id', p_course_id);
  end if;
  return query
  insert into cpd.discount_code (authority_id, code_id, code, course_id, percent, pence, valid_from, valid_to, uses_most)
  values (auth.authority_id(), base.new_ref('dc'), btrim(p_code), p_course_id, p_percent, p_pence, coalesce(p_valid_from, base.today()), p_valid_to, p_uses_most)
  returning code_id, code, version;
end $$;
comment on function cpd.add_discount_code is 'cpd.add_discount_code makes a code that takes per cent or pence off each place, on one course or all, for a time and a number of places.';
grant execute on function cpd.add_discount_code to persona_la_admin, persona_officer;

create function cpd.end_discount_code(p_code_id text, p_version integer, p_valid_to date) returns table (code_id text, code text, valid_to date, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_was cpd.discount_code;
begin
  perform errors.required('code_id', p_code_id, 'a reference such as dc-7k2q9mx4td');
  perform errors.required('version', p_version);
  select d.* into v_was from cpd.discount_code d where d.authority_id = auth.authority_id() and d.code_id = p_code_id for no key update;
  if not found then
    perform errors.not_found('code_id', format('The authority has no discount code "%s".', left(p_code_id, 40)), 'a reference such as dc-7k2q9mx4td',
      'improve discount-code list shows them.');
  elsif v_was.version <> p_version then
    perform errors.stale('version', p_version, v_was.version);
  elsif coalesce(p_valid_to, base.today()) <= v_was.valid_from then
    perform errors.invalid('valid_to', 'A code must be good for at least one day.', 'CPD-2', format('%s or later', v_was.valid_from + 1));
  end if;
  return query
  update cpd.discount_code d set valid_to = coalesce(p_valid_to, base.today()), version = d.version + 1
  where d.authority_id = auth.authority_id() and d.code_id = p_code_id
  returning d.code_id, d.code, d.valid_to, d.version;
end $$;
comment on function cpd.end_discount_code is 'cpd.end_discount_code says from which day on a code is no longer good, today unless given; bookings made with it keep their price.';
grant execute on function cpd.end_discount_code to persona_la_admin, persona_officer;

create function cpd.list_discount_codes(p_include_ended boolean)
returns table (code_id text, code text, percent numeric, pence bigint, course text, valid_from date, valid_to date, uses integer, uses_most integer, version integer)
language plpgsql stable as $$
#variable_conflict use_column
begin
  return query
  select d.code_id, d.code, d.percent, d.pence, c.title, d.valid_from, d.valid_to, d.uses, d.uses_most, d.version
  from cpd.discount_code d
  left join cpd.course c on c.authority_id = d.authority_id and c.course_id = d.course_id
  where d.authority_id = auth.authority_id() and (coalesce(p_include_ended, false) or d.valid_to is null or d.valid_to > base.today())
  order by d.code_key;
end $$;
comment on function cpd.list_discount_codes is 'cpd.list_discount_codes lists the discount codes that are good or to be, with how often each was used.';
grant execute on function cpd.list_discount_codes to persona_la_admin, persona_officer, persona_finance;
