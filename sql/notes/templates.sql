-- Calls that keep the authority's templates for notes (VIS-3).

create function notes.hold_template(p_template_id text) returns notes.template
language plpgsql volatile as $$
declare
  v_template notes.template;
begin
  perform errors.required('template_id', p_template_id, 'a reference such as tp-7k2q9mx4td');
  select t.* into v_template from notes.template t where t.authority_id = auth.authority_id() and t.template_id = p_template_id for no key update;
  if not found then
    perform errors.not_found('template_id', format('The authority has no template "%s".', left(p_template_id, 40)), 'a reference such as tp-7k2q9mx4td',
      'improve template list shows them.');
  end if;
  return v_template;
end $$;
comment on function notes.hold_template is 'notes.hold_template finds a template and holds the row to the end of the transaction.';
grant execute on function notes.hold_template to improve_exec;

create function notes.add_template(p_name text, p_sections jsonb, p_term text, p_themes jsonb, p_support_levels jsonb)
returns table (template_id text, name text, term text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_ref constant text := base.new_ref('tp');
begin
  perform errors.required('name', btrim(p_name));
  if lower(p_term) not in ('autumn', 'spring', 'summer') then
    perform errors.invalid('term', 'A template is for a term, or for any.', 'VIS-3', 'autumn, spring or summer; or absent');
  end if;
  perform notes.require_template(p_sections, notes.words(p_themes), notes.words(p_support_levels));
  insert into notes.template (authority_id, template_id, name, term) values (auth.authority_id(), v_ref, btrim(p_name), lower(p_term));
  insert into notes.template_version (authority_id, template_id, number, sections, themes, support_levels, written_by)
  values (auth.authority_id(), v_ref, 1, p_sections, notes.words(p_themes), notes.words(p_support_levels), auth.person_id());
  return query select v_ref, btrim(p_name), lower(p_term), 1;
end $$;
comment on function notes.add_template is 'notes.add_template adds a template for notes of visit, for a term or any; its sections, themes and levels of support are checked (VIS-3).';
grant execute on function notes.add_template to persona_la_admin, persona_officer;

create function notes.revise_template(p_template_id text, p_version integer, p_sections jsonb, p_themes jsonb, p_support_levels jsonb)
returns table (template_id text, name text, term text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_was notes.template;
  v_last notes.template_version;
begin
  v_was := notes.hold_template(p_template_id);
  perform errors.required('version', p_version);
  if v_was.version <> p_version then
    perform errors.stale('version', p_version, v_was.version);
  end if;
  select l.* into strict v_last from notes.template_version l
  where l.authority_id = auth.authority_id() and l.template_id = p_template_id and l.number = p_version;
  v_last.sections := coalesce(p_sections, v_last.sections);
  v_last.themes := case when p_themes is null then v_last.themes else notes.words(p_themes) end;
  v_last.support_levels := case when p_support_levels is null then v_last.support_levels else notes.words(p_support_levels) end;
  perform notes.require_template(v_last.sections, v_last.themes, v_last.support_levels);
  insert into notes.template_version (authority_id, template_id, number, sections, themes, support_levels, written_by)
  values (auth.authority_id(), p_template_id, p_version + 1, v_last.sections, v_last.themes, v_last.support_levels, auth.person_id());
  return query
  update notes.template t set version = p_version + 1
  where t.authority_id = auth.authority_id() and t.template_id = p_template_id
  returning t.template_id, t.name, t.term, t.version;
end $$;
comment on function notes.revise_template is 'notes.revise_template adds a version to a template: notes that were begun keep the one they were begun with (VIS-3).';
grant execute on function notes.revise_template to persona_la_admin, persona_officer;

create function notes.list_templates() returns table (template_id text, name text, term text, sections integer, prompts integer, themes integer, version integer)
language sql stable as $$
  select t.template_id, t.name, t.term, jsonb_array_length(l.sections),
    (select count(*)::integer from jsonb_array_elements(l.sections) s, jsonb_array_elements(s -> 'prompts')), cardinality(l.themes), t.version
  from notes.template t
  join notes.template_version l on l.authority_id = t.authority_id and l.template_id = t.template_id and l.number = t.version
  where t.authority_id = (select auth.authority_id())
  order by t.added_at desc, t.template_id
$$;
comment on function notes.list_templates is 'notes.list_templates lists the authority''s templates, the newest first: of several that fit a visit the first is taken.';
grant execute on function notes.list_templates to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner, persona_booker;

create function notes.get_template(p_template_id text, p_number integer)
returns table (template_id text, name text, term text, number integer, sections jsonb, themes jsonb, support_levels jsonb, written_at timestamptz, version integer)
language plpgsql stable as $$
#variable_conflict use_column
begin
  perform errors.required('template_id', p_template_id, 'a reference such as tp-7k2q9mx4td');
  return query
  select t.template_id, t.name, t.term, l.number, l.sections,
    coalesce((select jsonb_agg(jsonb_build_object('code', h.code, 'label', h.label) order by c.nth)
      from unnest(l.themes) with ordinality c (code, nth) join notes.theme h on h.authority_id = l.authority_id and h.code = c.code), '[]'),
    to_jsonb(l.support_levels), l.written_at, t.version
  from notes.template t
  join notes.template_version l on l.authority_id = t.authority_id and l.template_id = t.template_id and l.number = coalesce(p_number, t.version)
  where t.authority_id = auth.authority_id() and t.template_id = p_template_id;
  if not found then
    perform errors.not_found('template_id', format('The authority has no template "%s"%s.', left(p_template_id, 40), coalesce(' of version ' || p_number, '')),
      'a reference such as tp-7k2q9mx4td', 'improve template list shows them.');
  end if;
end $$;
comment on function notes.get_template is 'notes.get_template shows a version of a template whole, the latest unless another is asked for.';
grant execute on function notes.get_template to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner, persona_booker;
