-- Calls that keep the catalogue: services, packages and what is in them (SLA-1).

create function sla.add_service(p_name text) returns table (service_id text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
begin
  perform errors.required('name', btrim(p_name));
  return query
  insert into sla.service (authority_id, service_id, name)
  values (auth.authority_id(), base.new_ref('sv'), btrim(p_name))
  returning service_id, version;
end $$;
comment on function sla.add_service is 'sla.add_service adds a service to the catalogue.';
grant execute on function sla.add_service to persona_la_admin;

create function sla.add_package(p_service_id text, p_name text, p_half_days integer, p_summary text, p_valid_from date, p_cpd_credits integer,
  p_cpd_places integer)
returns table (package_id text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_package_id text := base.new_ref('pk');
begin
  perform errors.required('service_id', p_service_id, 'a reference such as sv-7k2q9mx4td');
  perform errors.required('name', btrim(p_name));
  if not exists (select from sla.service s where s.authority_id = auth.authority_id() and s.service_id = p_service_id) then
    perform errors.not_found('service_id', format('The authority has no service "%s".', left(p_service_id, 40)),
      'a reference such as sv-7k2q9mx4td', 'improve package list shows services with their packages.');
  end if;
  return query
  insert into sla.package (authority_id, package_id, service_id, name)
  values (auth.authority_id(), v_package_id, p_service_id, btrim(p_name))
  returning package_id, version;
  insert into sla.package_version (authority_id, package_version_id, package_id, valid_from, summary, half_days, cpd_credits, cpd_places)
  values (auth.authority_id(), base.new_ref('pv'), v_package_id, coalesce(p_valid_from, base.today()), coalesce(p_summary, ''),
    coalesce(p_half_days, 0), coalesce(p_cpd_credits, 0), coalesce(p_cpd_places, 0));
end $$;
comment on function sla.add_package is 'sla.add_package adds a package to a service, with what is in it from a day on. It can be sold once it has a price.';
grant execute on function sla.add_package to persona_la_admin;

create function sla.lock_package(p_package_id text) returns void
language plpgsql volatile as $$
begin
  perform from sla.package p where p.authority_id = auth.authority_id() and p.package_id = p_package_id for no key update;
  if not found then
    perform sla.refuse_package(p_package_id);
  end if;
end $$;
comment on function sla.lock_package is 'sla.lock_package holds a package''s row, so that two changes of its dated rows come one after the other.';

create function sla.refuse_package(p_package_id text) returns void
language sql stable as $$
  select errors.not_found('package_id', format('The authority has no package "%s".', left(p_package_id, 40)),
    'a reference such as pk-7k2q9mx4td', 'improve package list shows them.')
$$;
comment on function sla.refuse_package is 'sla.refuse_package refuses a package that is not there.';
grant execute on function sla.lock_package, sla.refuse_package to improve_exec;

create function sla.revise_package(p_package_id text, p_half_days integer, p_summary text, p_valid_from date, p_valid_to date, p_cpd_credits integer,
  p_cpd_places integer)
returns table (package_version_id text, valid_from date, valid_to date)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_from date := coalesce(p_valid_from, base.today());
  v_gone sla.package_version[];
begin
  perform errors.required('package_id', p_package_id, 'a reference such as pk-7k2q9mx4td');
  perform errors.required('half_days', p_half_days, 'half-days of a partner');
  perform sla.lock_package(p_package_id);
  if p_valid_to <= v_from then
    perform errors.invalid('valid_to', 'A version must hold for at least one day.', 'SLA-1', 'a day after valid_from');
  end if;
  with gone as (
    update sla.package_version v set superseded_at = now()
    where v.authority_id = auth.authority_id() and v.package_id = p_package_id and v.superseded_at is null
      and (v.valid_to is null or v.valid_to > v_from) and (p_valid_to is null or v.valid_from < p_valid_to)
    returning v.*
  )
  select array_agg(gone::sla.package_version) into v_gone from gone;
  insert into sla.package_version (authority_id, package_version_id, package_id, valid_from, valid_to, summary, half_days, cpd_credits, cpd_places)
  select g.authority_id, base.new_ref('pv'), g.package_id, kept.valid_from, kept.valid_to, g.summary, g.half_days, g.cpd_credits, g.cpd_places
  from unnest(v_gone) g
  cross join lateral (values (g.valid_from, v_from), (p_valid_to, g.valid_to)) kept (valid_from, valid_to)
  where kept.valid_from < kept.valid_to or kept.valid_from is not null and kept.valid_to is null;
  return query
  insert into sla.package_version (authority_id, package_version_id, package_id, valid_from, valid_to, summary, half_days, cpd_credits, cpd_places)
  values (auth.authority_id(), base.new_ref('pv'), p_package_id, v_from, p_valid_to, coalesce(p_summary, ''), p_half_days, coalesce(p_cpd_credits, 0),
    coalesce(p_cpd_places, 0))
  returning package_version_id, valid_from, valid_to;
end $$;
comment on function sla.revise_package is 'sla.revise_package says what is in a package from a day on; what was said of other days stays, and what was said of these is superseded (C-5).';
grant execute on function sla.revise_package to persona_la_admin;

create function sla.list_packages(p_as_of date, p_service_id text, p_page_size integer, p_cursor text)
returns table (service_id text, service text, package_id text, package text, summary text, half_days integer, flat_pence bigint,
  pupil_pence bigint, minimum_pence bigint, maximum_pence bigint, vat_percent numeric, price_from date, price text, cpd_credits integer,
  cpd_places integer, row_cursor text)
language sql stable as $$
  select s.service_id, s.name, p.package_id, p.name, v.summary, v.half_days, c.flat_pence, c.pupil_pence, c.minimum_pence, c.maximum_pence, pr.vat_percent,
    pr.valid_from, c.price, nullif(v.cpd_credits, 0), nullif(v.cpd_places, 0), jsonb_build_array(s.name_key, coalesce(p.name_key, ''))::text
  from sla.service s
  left join sla.package p on p.authority_id = s.authority_id and p.service_id = s.service_id
  left join sla.package_version v on v.authority_id = p.authority_id and v.package_id = p.package_id and v.superseded_at is null
    and v.valid_from <= coalesce(p_as_of, base.today()) and (v.valid_to is null or v.valid_to > coalesce(p_as_of, base.today()))
  left join sla.price pr on pr.authority_id = p.authority_id and pr.package_id = p.package_id and pr.superseded_at is null
    and pr.valid_from <= coalesce(p_as_of, base.today()) and (pr.valid_to is null or pr.valid_to > coalesce(p_as_of, base.today()))
  left join lateral (
    -- The amounts of a price with one clause; of several, each stands in the text.
    select case when count(*) = 1 then min(c.flat_pence) end as flat_pence,
      case when count(*) = 1 then min(nullif(c.unit_pence, 0)) filter (where c.counted = 'pupil') end as pupil_pence,
      case when count(*) = 1 then min(c.minimum_pence) end as minimum_pence, case when count(*) = 1 then min(c.maximum_pence) end as maximum_pence,
      string_agg(case when sla.applies_to(c) <> 'all schools' then sla.applies_to(c) || ': ' else '' end || sla.amount_text(c), '; ' order by c.nth) as price
    from sla.price_clause c
    where c.authority_id = pr.authority_id and c.price_id = pr.price_id
  ) c on true
  where s.authority_id = (select auth.authority_id())
    and (p_service_id is null or s.service_id = p_service_id)
    and (p_cursor is null or (s.name_key, coalesce(p.name_key, '')) > (p_cursor::jsonb ->> 0, p_cursor::jsonb ->> 1))
  order by s.name_key, coalesce(p.name_key, '')
  limit greatest(1, least(coalesce(p_page_size, 100), 500))
$$;
comment on function sla.list_packages is 'sla.list_packages lists the services with their packages, what is in them and what they cost on a day.';
grant execute on function sla.list_packages to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner, persona_booker;
