-- Calls that keep the list of themes by which notes are coded (VIS-3, VIS-4).

create function notes.add_theme(p_code text, p_label text) returns table (code text, label text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
begin
  perform errors.required('code', btrim(p_code), 'a short word, such as attendance');
  perform errors.required('label', btrim(p_label));
  if exists (select from notes.theme t where t.authority_id = auth.authority_id() and t.code = lower(btrim(p_code))) then
    perform errors.exists('THEME_EXISTS', format('The authority has a theme "%s".', lower(btrim(p_code))), 'code', 'VIS-3', 'improve theme list shows them.');
  end if;
  return query
  insert into notes.theme (authority_id, code, label) values (auth.authority_id(), lower(btrim(p_code)), btrim(p_label))
  returning code, label, version;
end $$;
comment on function notes.add_theme is 'notes.add_theme puts a theme on the authority''s list (VIS-3).';
grant execute on function notes.add_theme to persona_la_admin, persona_officer;

create function notes.retire_theme(p_code text, p_version integer) returns table (code text, label text, retired_at timestamptz, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_was notes.theme;
begin
  perform errors.required('code', p_code);
  perform errors.required('version', p_version);
  select t.* into v_was from notes.theme t where t.authority_id = auth.authority_id() and t.code = lower(p_code) for no key update;
  if not found then
    perform errors.not_found('code', format('The authority has no theme "%s".', left(p_code, 40)), 'a code of the list', 'improve theme list shows them.');
  elsif v_was.version <> p_version then
    perform errors.stale('version', p_version, v_was.version);
  elsif v_was.retired_at is not null then
    perform errors.precondition('RETIRED', 'The theme is off the list already.', 'code', 'VIS-3', 'a theme that is on it');
  end if;
  return query
  update notes.theme t set retired_at = now(), version = t.version + 1
  where t.authority_id = auth.authority_id() and t.code = v_was.code
  returning t.code, t.label, t.retired_at, t.version;
end $$;
comment on function notes.retire_theme is 'notes.retire_theme takes a theme off the list: new versions of templates cannot offer it; notes that bear it keep it (VIS-3).';
grant execute on function notes.retire_theme to persona_la_admin, persona_officer;

create function notes.list_themes(p_include_retired boolean) returns table (code text, label text, retired_at timestamptz, version integer)
language sql stable as $$
  select t.code, t.label, t.retired_at, t.version
  from notes.theme t
  where t.authority_id = (select auth.authority_id()) and (t.retired_at is null or coalesce(p_include_retired, false))
  order by t.code
$$;
comment on function notes.list_themes is 'notes.list_themes lists the themes by which notes are coded.';
grant execute on function notes.list_themes to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner, persona_booker;
