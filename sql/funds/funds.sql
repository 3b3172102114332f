-- Funds, and who speaks for them (FUN-1).

create function funds.require_fund(p_fund_id text) returns funds.fund
language plpgsql stable as $$
declare
  v_fund funds.fund;
begin
  perform errors.required('fund_id', p_fund_id, 'a reference such as fu-7k2q9mx4td');
  select f.* into v_fund from funds.fund f where f.authority_id = auth.authority_id() and f.fund_id = p_fund_id;
  if not found then
    perform errors.not_found('fund_id', format('The authority has no fund "%s".', left(p_fund_id, 40)), 'a reference such as fu-7k2q9mx4td',
      'improve fund list shows them.');
  end if;
  return v_fund;
end $$;
comment on function funds.require_fund is 'funds.require_fund finds a fund, or refuses.';

create function funds.words(p_list jsonb) returns text[]
language plpgsql immutable as $$
begin
  return coalesce((select array_agg(distinct btrim(x) order by btrim(x)) from jsonb_array_elements_text(p_list) x where btrim(x) <> ''), '{}');
end $$;
comment on function funds.words is 'funds.words makes an array of a list of words, each once, without empty ones.';

create function funds.pounds(p_pence bigint) returns text
language plpgsql immutable as $$
begin
  return case when p_pence < 0 then '-' else '' end || '£' || to_char(abs(p_pence) / 100.0, 'FM999,999,999,990.00');
end $$;
comment on function funds.pounds is 'funds.pounds writes pence as messages and remarks do: £1,087,600.00.';
grant execute on function funds.require_fund, funds.words, funds.pounds to improve_exec;

create function funds.add_fund(p_name text, p_funder text, p_purpose text, p_legal_basis text, p_legal_aliases jsonb) returns table (fund_id text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
begin
  perform errors.required('name', btrim(p_name));
  return query
  insert into funds.fund (authority_id, fund_id, name, funder, purpose, legal_basis, legal_aliases)
  values (auth.authority_id(), base.new_ref('fu'), btrim(p_name), nullif(btrim(p_funder), ''), nullif(btrim(p_purpose), ''), nullif(btrim(p_legal_basis), ''),
    funds.words(p_legal_aliases))
  returning fund_id, version;
end $$;
comment on function funds.add_fund is 'funds.add_fund adds a fund.';
grant execute on function funds.add_fund to persona_la_admin, persona_officer;

create function funds.list_funds(p_name text, p_page_size integer, p_cursor text)
returns table (fund_id text, name text, funder text, purpose text, legal_basis text, legal_aliases jsonb, rounds integer, version integer, row_cursor text)
language sql stable as $$
  select f.fund_id, f.name, f.funder, f.purpose, f.legal_basis, to_jsonb(f.legal_aliases),
    (select count(*)::integer from funds.round r where r.authority_id = f.authority_id and r.fund_id = f.fund_id), f.version, f.name_key
  from funds.fund f
  where f.authority_id = (select auth.authority_id())
    and (p_name is null or strpos(f.name_key, lower(btrim(p_name))) > 0)
    and (p_cursor is null or f.name_key > p_cursor)
  order by f.name_key
  limit greatest(1, least(coalesce(p_page_size, 100), 500))
$$;
comment on function funds.list_funds is 'funds.list_funds lists the authority''s funds by name.';
grant execute on function funds.list_funds to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner, persona_booker;

create function funds.set_fund_contact(p_fund_id text, p_role text, p_name text, p_starts_on date, p_ends_on date, p_email text, p_phone text, p_under text)
returns table (contact_id text, starts_on date, ends_on date, handed_over_by text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_starts_on constant date := coalesce(p_starts_on, base.today());
  v_before text;
begin
  perform funds.require_fund(p_fund_id);
  perform errors.required('role', btrim(p_role), 'such as "point of contact"');
  perform errors.required('name', btrim(p_name));
  update funds.contact c set ends_on = v_starts_on - 1, version = c.version + 1
  where c.authority_id = auth.authority_id() and c.fund_id = p_fund_id and c.role = btrim(p_role) and c.ends_on is null and c.starts_on < v_starts_on
  returning c.name into v_before;
  return query
  insert into funds.contact (authority_id, contact_id, fund_id, role, name, email, phone, under, starts_on, ends_on)
  values (auth.authority_id(), base.new_ref('ct'), p_fund_id, btrim(p_role), btrim(p_name), nullif(btrim(p_email), ''), nullif(btrim(p_phone), ''),
    nullif(btrim(p_under), ''), v_starts_on, p_ends_on)
  returning contact_id, starts_on, ends_on, v_before, version;
end $$;
comment on function funds.set_fund_contact is 'funds.set_fund_contact says who speaks for a fund in a role from a day on; whoever did so without an end hands over the day before.';
grant execute on function funds.set_fund_contact to persona_la_admin, persona_officer;

create function funds.list_fund_contacts(p_fund_id text, p_as_of date)
returns table (contact_id text, fund_id text, fund text, role text, name text, email text, phone text, under text, starts_on date, ends_on date, version integer)
language sql stable as $$
  select c.contact_id, c.fund_id, f.name, c.role, c.name, c.email, c.phone, c.under, c.starts_on, c.ends_on, c.version
  from funds.contact c
  join funds.fund f on f.authority_id = c.authority_id and f.fund_id = c.fund_id
  where c.authority_id = (select auth.authority_id()) and (p_fund_id is null or c.fund_id = p_fund_id)
    and (p_as_of is null or c.starts_on <= p_as_of and (c.ends_on is null or c.ends_on >= p_as_of))
  order by f.name_key, c.role, c.starts_on
$$;
comment on function funds.list_fund_contacts is 'funds.list_fund_contacts lists who speaks for funds, on a day or ever.';
grant execute on function funds.list_fund_contacts to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner, persona_booker;
