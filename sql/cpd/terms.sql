-- Calls that write terms of cancellation (CPD-6): a version is never changed, so a booking can keep the one it was made under.

create function cpd.require_bands(p_bands jsonb) returns void
language plpgsql stable as $$
declare
  v_band record;
begin
  if coalesce(jsonb_array_length(p_bands), 0) not between 1 and 40 then
    perform errors.invalid('bands', 'Terms have bands.', 'CPD-6', '1 to 40 bands, each with place_kind, at_least_days and what it charges');
  end if;
  for v_band in
    select b.*, lag(b.at_least_days) over w as before, lag(b.counting) over w as counted_before, lead(b.nth) over w is null as is_last
    from cpd.read_bands(p_bands) b
    window w as (partition by b.place_kind, b.absent order by b.nth)
  loop
    if v_band.place_kind is null then
      perform errors.invalid('bands', 'Each band says for which places it is.', 'CPD-6', 'place_kind: paid, free or package');
    elsif v_band.charge is null then
      perform errors.invalid('bands', 'A band charges a per cent or an amount, not both.', 'CPD-6', 'percent, or pence');
    elsif v_band.per_part and v_band.charge not in ('fixed', 'administrative') then
      perform errors.invalid('bands', 'Only an amount is charged for each date: a per cent is of the whole price.', 'CPD-6', 'per_part with pence');
    elsif v_band.absent and (v_band.at_least_days > 0 or not v_band.is_last) then
      perform errors.invalid('bands', 'Absence has no notice: one band for each kind of place.', 'CPD-6', 'absent without at_least_days');
    elsif v_band.counting = v_band.counted_before and v_band.at_least_days >= v_band.before then
      perform errors.invalid('bands', format('Bands go from the longest notice to the shortest: %s days come after %s.', v_band.at_least_days, v_band.before), 'CPD-6',
        format('fewer than %s days', v_band.before));
    elsif v_band.is_last and v_band.at_least_days > 0 then
      perform errors.invalid('bands', format('The last band of %s places must hold for any notice.', v_band.place_kind), 'CPD-6', 'a last band with at_least_days 0');
    end if;
  end loop;
end $$;
comment on function cpd.require_bands is 'cpd.require_bands refuses bands that leave a gap: each kind of place goes from the longest notice down to none.';

create function cpd.read_bands(p_bands jsonb)
returns table (place_kind text, absent boolean, nth integer, at_least_days integer, counting text, charge text, percent numeric, pence bigint, per_part boolean)
language plpgsql stable as $$
#variable_conflict use_column
begin
  return query
  select lower(b ->> 'place_kind'), coalesce((b ->> 'absent')::boolean, false),
    (row_number() over (partition by lower(b ->> 'place_kind'), coalesce((b ->> 'absent')::boolean, false) order by o))::integer,
    coalesce((b ->> 'at_least_days')::integer, 0), lower(coalesce(b ->> 'counting', 'working')),
    case when b ? 'percent' and b ? 'pence' then null when coalesce((b ->> 'percent')::numeric, 0) <> 0 then 'percent'
      when coalesce((b ->> 'pence')::bigint, 0) = 0 then 'nothing' when (b ->> 'administrative')::boolean then 'administrative' else 'fixed' end,
    nullif((b ->> 'percent')::numeric, 0), nullif((b ->> 'pence')::bigint, 0), coalesce((b ->> 'per_part')::boolean, false)
  from jsonb_array_elements(p_bands) with ordinality x (b, o);
end $$;
comment on function cpd.read_bands is 'cpd.read_bands reads the bands of a request and numbers them for each kind of place, cancellation and absence apart.';

create function cpd.write_terms(p_terms_id text, p_number integer, p_bands jsonb, p_substitute_pence bigint, p_substitute_days integer, p_source text) returns void
language plpgsql volatile as $$
begin
  perform cpd.require_bands(p_bands);
  insert into cpd.terms_version (authority_id, terms_id, number, substitute_pence, substitute_days, source, written_by)
  values (auth.authority_id(), p_terms_id, p_number, coalesce(p_substitute_pence, 0), coalesce(p_substitute_days, 0), nullif(btrim(p_source), ''), auth.person_id());
  insert into cpd.terms_band (authority_id, terms_id, number, place_kind, absent, nth, at_least_days, counting, charge, percent, pence, per_part)
  select auth.authority_id(), p_terms_id, p_number, b.* from cpd.read_bands(p_bands) b;
end $$;
comment on function cpd.write_terms is 'cpd.write_terms adds a version to terms of cancellation.';

create function cpd.see_terms(p_terms_id text) returns cpd.terms
language plpgsql stable as $$
declare
  v_terms cpd.terms;
begin
  perform errors.required('terms_id', p_terms_id, 'a reference such as tc-7k2q9mx4td');
  select t.* into v_terms from cpd.terms t where t.authority_id = auth.authority_id() and t.terms_id = p_terms_id;
  if not found then
    perform errors.not_found('terms_id', format('The authority has no terms "%s".', left(p_terms_id, 40)), 'a reference such as tc-7k2q9mx4td',
      'improve cancellation-term list shows them.');
  end if;
  return v_terms;
end $$;
comment on function cpd.see_terms is 'cpd.see_terms finds terms of cancellation, or refuses.';
grant execute on function cpd.require_bands, cpd.read_bands, cpd.write_terms, cpd.see_terms to improve_exec;

create function cpd.add_cancellation_terms(p_name text, p_bands jsonb, p_is_default boolean, p_substitute_pence bigint, p_substitute_days integer, p_source text)
returns table (terms_id text, number integer, is_default boolean, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_ref constant text := base.new_ref('tc');
begin
  perform errors.required('name', btrim(p_name));
  if coalesce(p_is_default, false) then
    update cpd.terms t set is_default = false, version = t.version + 1 where t.authority_id = auth.authority_id() and t.is_default;
  end if;
  insert into cpd.terms (authority_id, terms_id, name, is_default) values (auth.authority_id(), v_ref, btrim(p_name), coalesce(p_is_default, false));
  perform cpd.write_terms(v_ref, 1, p_bands, p_substitute_pence, p_substitute_days, p_source);
  return query values (v_ref, 1, coalesce(p_is_default, false), 1);
end $$;
comment on function cpd.add_cancellation_terms is 'cpd.add_cancellation_terms writes terms of cancellation; is_default: they hold for all courses that name no others, from now on.';
grant execute on function cpd.add_cancellation_terms to persona_la_admin;

create function cpd.revise_cancellation_terms(p_terms_id text, p_version integer, p_bands jsonb, p_is_default boolean, p_substitute_pence bigint,
  p_substitute_days integer, p_source text)
returns table (terms_id text, number integer, is_default boolean, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_was cpd.terms;
  v_last cpd.terms_version;
begin
  perform errors.required('version', p_version);
  perform cpd.see_terms(p_terms_id);
  select t.* into v_was from cpd.terms t where t.authority_id = auth.authority_id() and t.terms_id = p_terms_id for no key update;
  if v_was.version <> p_version then
    perform errors.stale('version', p_version, v_was.version);
  end if;
  if p_is_default then
    update cpd.terms t set is_default = false, version = t.version + 1 where t.authority_id = auth.authority_id() and t.is_default and t.terms_id <> p_terms_id;
  end if;
  if coalesce(jsonb_array_length(p_bands), 0) > 0 or p_substitute_pence is not null or p_substitute_days is not null then
    select v.* into strict v_last from cpd.terms_version v where v.authority_id = v_was.authority_id and v.terms_id = p_terms_id and v.number = v_was.number;
    v_was.number := v_was.number + 1;
    perform cpd.write_terms(p_terms_id, v_was.number, case when coalesce(jsonb_array_length(p_bands), 0) > 0 then p_bands
        else (select jsonb_agg((to_jsonb(b) || jsonb_build_object('administrative', b.charge = 'administrative')) - case when b.percent is null then 'percent' else 'pence' end
            order by b.place_kind, b.absent, b.nth)
          from cpd.terms_band b where b.authority_id = v_was.authority_id and b.terms_id = p_terms_id and b.number = v_was.number - 1) end,
      coalesce(p_substitute_pence, v_last.substitute_pence), coalesce(p_substitute_days, v_last.substitute_days), coalesce(p_source, v_last.source));
  end if;
  return query
  update cpd.terms t set number = v_was.number, is_default = coalesce(p_is_default, t.is_default), version = t.version + 1
  where t.authority_id = v_was.authority_id and t.terms_id = p_terms_id
  returning t.terms_id, t.number, t.is_default, t.version;
end $$;
comment on function cpd.revise_cancellation_terms is 'cpd.revise_cancellation_terms adds a version to terms of cancellation, with all bands or with those there were, and makes them the authority''s common ones or no longer. Bookings made before keep their version.';
grant execute on function cpd.revise_cancellation_terms to persona_la_admin;

create function cpd.band_words(p_band cpd.terms_band, p_before text) returns text
language plpgsql stable as $$
begin
  return concat_ws(' ',
    case when p_band.absent then 'Absent:'
      when p_band.at_least_days = 0 and p_before is null then 'Whenever:'
      when p_band.at_least_days = 0 then format('With less than %s days'' notice:', p_before)
      else format('With %s or more %s days'' notice:', p_band.at_least_days, p_band.counting) end,
    case p_band.charge when 'nothing' then 'nothing' when 'percent' then trim_scale(p_band.percent) || '% of the price'
      when 'administrative' then sla.pounds(p_band.pence) || ' for administration' else sla.pounds(p_band.pence) end || case when p_band.per_part then ' for each date' else '' end);
end $$;
comment on function cpd.band_words is 'cpd.band_words writes a band as a sentence; p_before are the days of the band before it, such as 4 working.';
grant execute on function cpd.band_words to improve_exec;

create function cpd.list_cancellation_terms(p_terms_id text, p_number integer)
returns table (terms_id text, name text, number integer, is_default boolean, place_kind text, band text, substitute_pence bigint, substitute_days integer, source text,
  version integer)
language plpgsql stable as $$
#variable_conflict use_column
begin
  if p_terms_id is not null then
    perform cpd.see_terms(p_terms_id);
  end if;
  return query
  select t.terms_id, t.name, v.number, t.is_default, b.place_kind,
    cpd.band_words(b, lag(format('%s %s', b.at_least_days, b.counting)) over (partition by b.terms_id, b.place_kind, b.absent order by b.nth)), v.substitute_pence, v.substitute_days, v.source, t.version
  from cpd.terms t
  join cpd.terms_version v on v.authority_id = t.authority_id and v.terms_id = t.terms_id and v.number = coalesce(p_number, t.number)
  join cpd.terms_band b on b.authority_id = t.authority_id and b.terms_id = t.terms_id and b.number = v.number
  where t.authority_id = auth.authority_id() and (p_terms_id is null or t.terms_id = p_terms_id)
  order by t.is_default desc, t.name_key, b.place_kind = 'paid' desc, b.place_kind, b.absent, b.nth;
end $$;
comment on function cpd.list_cancellation_terms is 'cpd.list_cancellation_terms lists terms of cancellation band by band, as bookings are made under them now, or in an earlier version.';
grant execute on function cpd.list_cancellation_terms to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_booker;
