-- Calls about expertise: the authority's list of codes, and who has what in which phase (PAR-1, PAR-4).

create function partners.set_expertise(p_code text, p_name text, p_retired boolean, p_version integer)
returns table (code text, name text, retired boolean, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_was partners.expertise;
begin
  perform errors.required('code', btrim(p_code), 'a short word, such as phonics');
  select x.* into v_was from partners.expertise x where x.authority_id = auth.authority_id() and x.code = lower(btrim(p_code)) for no key update;
  if v_was.version is distinct from p_version and v_was.version is not null then
    perform errors.stale('version', p_version, v_was.version);
  end if;
  perform errors.required('name', coalesce(btrim(p_name), v_was.name), 'what the code stands for');
  return query
  insert into partners.expertise as x (authority_id, code, name, retired)
  values (auth.authority_id(), lower(btrim(p_code)), coalesce(btrim(p_name), v_was.name), coalesce(p_retired, false))
  on conflict (authority_id, code) do update set name = excluded.name, retired = excluded.retired, version = x.version + 1
  returning x.code, x.name, x.retired, x.version;
end $$;
comment on function partners.set_expertise is 'partners.set_expertise adds a code to what partners may be expert in, or says anew what it stands for and whether it is retired.';
grant execute on function partners.set_expertise to persona_la_admin, persona_officer;

create function partners.list_expertise(p_include_retired boolean)
returns table (code text, name text, retired boolean, partners integer, version integer)
language sql stable as $$
  select x.code, x.name, x.retired, (select count(distinct h.partner_id) from partners.partner_expertise h
      where h.authority_id = x.authority_id and h.code = x.code)::integer, x.version
  from partners.expertise x
  where x.authority_id = (select auth.authority_id()) and (not x.retired or coalesce(p_include_retired, false))
  order by x.code
$$;
comment on function partners.list_expertise is 'partners.list_expertise lists the codes with how many partners have each; a partner counts only themselves.';
grant execute on function partners.list_expertise to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner;

create function partners.read_expertise(p_expertise jsonb) returns table (code text, phase_group text)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_bad record;
begin
  for v_bad in
    select lower(btrim(x ->> 'code')) as code, x ->> 'phase_group' as phase_group, e.code as known, g.phase_group as group_known
    from jsonb_array_elements(coalesce(p_expertise, '[]')) x
    left join partners.expertise e on e.authority_id = auth.authority_id() and e.code = lower(btrim(x ->> 'code')) and not e.retired
    left join (select distinct d.phase_group from register.phase_grouping d where d.authority_id = auth.authority_id()
      union select 'Any') g on lower(g.phase_group) = lower(coalesce(nullif(btrim(x ->> 'phase_group'), ''), 'Any'))
  loop
    if v_bad.known is null then
      perform errors.invalid('expertise', format('"%s" is not on the authority''s list.', left(coalesce(v_bad.code, ''), 40)), 'PAR-1', coalesce((
        select string_agg(e.code, ', ' order by e.code) from partners.expertise e where e.authority_id = auth.authority_id() and not e.retired),
        'a code that improve expertise set has added'), 'EXPERTISE_UNKNOWN');
    elsif v_bad.group_known is null then
      perform errors.invalid('expertise', format('"%s" is no phase group of the authority.', left(v_bad.phase_group, 40)), 'C-7', (
        select string_agg(distinct d.phase_group, ', ') || ', Any' from register.phase_grouping d where d.authority_id = auth.authority_id()),
        'PHASE_UNKNOWN');
    end if;
    code := v_bad.code;
    phase_group := v_bad.group_known;
    return next;
  end loop;
end $$;
comment on function partners.read_expertise is 'partners.read_expertise reads the expertise of a request, [{"code","phase_group"}], and refuses what the authority''s lists do not have.';

create function partners.put_expertise(p_partner_id text, p_expertise jsonb) returns void
language plpgsql volatile as $$
begin
  delete from partners.partner_expertise h where h.authority_id = auth.authority_id() and h.partner_id = p_partner_id;
  insert into partners.partner_expertise (authority_id, partner_id, code, phase_group)
  select distinct auth.authority_id(), p_partner_id, x.code, x.phase_group from partners.read_expertise(p_expertise) x;
end $$;
comment on function partners.put_expertise is 'partners.put_expertise puts a list in place of all that a partner was expert in.';

create function partners.expertise_of(p_partner_id text) returns jsonb
language plpgsql stable as $$
begin
  return (select coalesce(jsonb_agg(jsonb_build_object('code', h.code, 'phase_group', h.phase_group) order by h.code, h.phase_group), '[]')
    from partners.partner_expertise h where h.authority_id = auth.authority_id() and h.partner_id = p_partner_id);
end $$;
comment on function partners.expertise_of is 'partners.expertise_of lists what a partner is expert in.';
grant execute on function partners.read_expertise, partners.put_expertise, partners.expertise_of to improve_exec;

create function partners.set_partner_expertise(p_partner_id text, p_version integer, p_expertise jsonb)
returns table (partner_id text, partner text, expertise jsonb, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_partner partners.partner;
begin
  perform errors.required('partner_id', p_partner_id, 'a reference such as pt-7k2q9mx4td');
  perform errors.required('version', p_version);
  v_partner := partners.lock_partner(p_partner_id);
  if v_partner.version <> p_version then
    perform errors.stale('version', p_version, v_partner.version);
  end if;
  perform partners.put_expertise(p_partner_id, p_expertise);
  update partners.partner p set version = p.version + 1 where p.authority_id = auth.authority_id() and p.partner_id = p_partner_id
  returning p.* into v_partner;
  return query values (v_partner.partner_id, v_partner.name, partners.expertise_of(p_partner_id), v_partner.version);
end $$;
comment on function partners.set_partner_expertise is 'partners.set_partner_expertise says all that a partner is expert in, and in which phases.';
grant execute on function partners.set_partner_expertise to persona_la_admin, persona_officer;
