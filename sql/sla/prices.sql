-- Calls that set and show what packages cost (SLA-2).

create function sla.require_clauses(p_clauses sla.price_clause[], p_said jsonb, p_has_flat boolean) returns void
language plpgsql stable as $$
declare
  v_faults jsonb;
begin
  if cardinality(p_clauses) > 100 then
    perform errors.invalid('clauses', format('%s clauses are more than a price has.', cardinality(p_clauses)), 'SLA-2', '100 or fewer');
  elsif coalesce(jsonb_array_length(p_said), 0) = 0 and not p_has_flat then
    perform errors.invalid('flat_pence', 'A price has a flat part, a part by pupil, or both, or clauses.', 'SLA-2',
      'flat_pence, pupil_pence or both, 0 for free; or clauses', 'FIELD_REQUIRED');
  elsif coalesce(jsonb_array_length(p_said), 0) > 0 and p_has_flat then
    perform errors.invalid('clauses', 'A price is told by its clauses or by one flat part and part by pupil, not by both.', 'SLA-2', 'clauses alone');
  end if;
  select jsonb_agg(jsonb_build_object('field', f.field, 'description', f.description, 'accepted', f.accepted)) into v_faults
  from sla.clause_faults(p_clauses) f;
  if v_faults is not null then
    perform errors.refuse(3, 'CLAUSES_WRONG', case when jsonb_array_length(v_faults) = 1 then v_faults #>> '{0,description}'
      else format('The clauses have %s faults: %s', jsonb_array_length(v_faults),
        (select string_agg(f ->> 'description', ' ' order by nth) from jsonb_array_elements(v_faults) with ordinality x (f, nth))) end,
      p_rule => 'SLA-2', p_violations => v_faults);
  end if;
end $$;
comment on function sla.require_clauses is 'sla.require_clauses refuses clauses that are too many, none, or wrong, and tells everything that is.';

create function sla.insert_price(p_package_id text, p_valid_from date, p_valid_to date, p_vat_percent numeric, p_roll_count text, p_freeze_years integer,
  p_clauses sla.price_clause[]) returns text
language plpgsql volatile as $$
declare
  v_price_id constant text := base.new_ref('pr');
begin
  insert into sla.price (authority_id, price_id, package_id, valid_from, valid_to, vat_percent, roll_count, freeze_years)
  values (auth.authority_id(), v_price_id, p_package_id, p_valid_from, p_valid_to, p_vat_percent, p_roll_count, p_freeze_years);
  insert into sla.price_clause (authority_id, price_id, nth, phase_group, status, school_type, setting, counted, band_from, band_to, flat_pence,
    unit_pence, minimum_pence, maximum_pence, whole_year, settles)
  select auth.authority_id(), v_price_id, c.nth, c.phase_group, c.status, c.school_type, c.setting, c.counted, c.band_from, c.band_to, c.flat_pence,
    c.unit_pence, c.minimum_pence, c.maximum_pence, c.whole_year, c.settles
  from unnest(p_clauses) c;
  return v_price_id;
end $$;
comment on function sla.insert_price is 'sla.insert_price writes a price with its clauses under a new reference.';

create function sla.clauses_of(p_price_id text) returns sla.price_clause[]
language sql stable as $$
  select array_agg(c order by c.nth) from sla.price_clause c where c.authority_id = (select auth.authority_id()) and c.price_id = p_price_id
$$;
comment on function sla.clauses_of is 'sla.clauses_of is the clauses of a price, in order.';

create function sla.supersede_prices(p_package_id text, p_from date, p_to date) returns void
language plpgsql volatile as $$
declare
  v_gone sla.price;
  v_kept record;
begin
  for v_gone in
    update sla.price p set superseded_at = now()
    where p.authority_id = auth.authority_id() and p.package_id = p_package_id and p.superseded_at is null
      and (p.valid_to is null or p.valid_to > p_from) and (p_to is null or p.valid_from < p_to)
    returning p.*
  loop
    for v_kept in
      select k.* from (values (v_gone.valid_from, p_from), (p_to, v_gone.valid_to)) k (valid_from, valid_to)
      where k.valid_from < k.valid_to or k.valid_from is not null and k.valid_to is null
    loop
      perform sla.insert_price(p_package_id, v_kept.valid_from, v_kept.valid_to, v_gone.vat_percent, v_gone.roll_count, v_gone.freeze_years,
        sla.clauses_of(v_gone.price_id));
    end loop;
  end loop;
end $$;
comment on function sla.supersede_prices is 'sla.supersede_prices supersedes a package''s prices over a period, and keeps what they said of the days before and after (C-5).';
grant execute on function sla.require_clauses, sla.insert_price, sla.clauses_of, sla.supersede_prices to improve_exec;

create function sla.set_price(p_package_id text, p_flat_pence bigint, p_pupil_pence bigint, p_minimum_pence bigint, p_maximum_pence bigint,
  p_vat_percent numeric, p_valid_from date, p_valid_to date, p_clauses jsonb, p_roll_count text, p_freeze_years integer)
returns table (price_id text, valid_from date, valid_to date, clauses integer, price text)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_from constant date := coalesce(p_valid_from, base.today());
  v_clauses constant sla.price_clause[] := array(select c::sla.price_clause
    from sla.read_clauses(p_clauses, p_flat_pence, p_pupil_pence, p_minimum_pence, p_maximum_pence) c order by c.nth);
  v_ref text;
begin
  perform errors.required('package_id', p_package_id, 'a reference such as pk-7k2q9mx4td');
  perform sla.lock_package(p_package_id);
  perform sla.require_clauses(v_clauses, p_clauses, num_nonnulls(p_flat_pence, p_pupil_pence) > 0);
  if p_valid_to <= v_from then
    perform errors.invalid('valid_to', 'A price must hold for at least one day.', 'SLA-2', 'a day after valid_from');
  end if;
  perform sla.supersede_prices(p_package_id, v_from, p_valid_to);
  v_ref := sla.insert_price(p_package_id, v_from, p_valid_to, coalesce(p_vat_percent, 20), coalesce(lower(btrim(p_roll_count)), 'latest'),
    coalesce(p_freeze_years, 0), v_clauses);
  return query
  select p.price_id, p.valid_from, p.valid_to, cardinality(v_clauses), (select string_agg(format('%s: %s', sla.applies_to(c), sla.amount_text(c)), '; ' order by c.nth)
    from unnest(v_clauses) c)
  from sla.price p
  where p.authority_id = auth.authority_id() and p.price_id = v_ref;
end $$;
comment on function sla.set_price is 'sla.set_price prices a package from a day on (SLA-2), by one clause or by several; what was said of other days stays, and what was said of these is superseded (C-5). Orders made keep their price.';
grant execute on function sla.set_price to persona_la_admin;

create function sla.list_prices(p_package_id text, p_as_of date, p_page_size integer, p_cursor text)
returns table (price_id text, valid_from date, valid_to date, nth integer, applies_to text, flat_pence bigint, unit_pence bigint, counted text,
  minimum_pence bigint, maximum_pence bigint, vat_percent numeric, roll_count text, freeze_years integer, row_cursor text)
language plpgsql stable as $$
#variable_conflict use_column
begin
  perform errors.required('package_id', p_package_id, 'a reference such as pk-7k2q9mx4td');
  if not exists (select from sla.package p where p.authority_id = auth.authority_id() and p.package_id = p_package_id) then
    perform sla.refuse_package(p_package_id);
  end if;
  return query
  select p.price_id, p.valid_from, p.valid_to, c.nth, sla.applies_to(c), c.flat_pence, nullif(c.unit_pence, 0), case when c.unit_pence > 0 then c.counted end,
    c.minimum_pence, c.maximum_pence, p.vat_percent, p.roll_count, p.freeze_years, jsonb_build_array(p.valid_from, c.nth)::text
  from sla.price p
  join sla.price_clause c on c.authority_id = p.authority_id and c.price_id = p.price_id
  where p.authority_id = auth.authority_id() and p.package_id = p_package_id and p.superseded_at is null
    and (p_as_of is null or p.valid_from <= p_as_of and (p.valid_to is null or p.valid_to > p_as_of))
    and (p_cursor is null or (p.valid_from, c.nth) > ((p_cursor::jsonb ->> 0)::date, (p_cursor::jsonb ->> 1)::integer))
  order by p.valid_from, c.nth
  limit greatest(1, least(coalesce(p_page_size, 100), 500));
end $$;
comment on function sla.list_prices is 'sla.list_prices lists the prices of a package, each with its clauses: those that hold now and later or did before, or those of a day (SLA-2).';
grant execute on function sla.list_prices to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner, persona_booker;
