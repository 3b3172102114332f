-- What is wrong with a template (VIS-3): every fault at once, each with its field and what would be accepted.

create function notes.fault(p_field text, p_description text, p_accepted text) returns jsonb
language plpgsql immutable as $$
begin
  return jsonb_build_object('field', p_field, 'description', p_description, 'accepted', p_accepted);
end $$;
comment on function notes.fault is 'notes.fault is one thing that is wrong with a template or a note, and where.';

create function notes.refuse_faults(p_reason text, p_what text, p_faults jsonb) returns void
language plpgsql stable as $$
begin
  if jsonb_array_length(p_faults) = 1 then
    perform errors.refuse(3, p_reason, p_faults -> 0 ->> 'description', p_rule => 'VIS-3', p_violations => p_faults);
  elsif p_faults is not null then
    perform errors.refuse(3, p_reason, format('%s has %s faults.', p_what, jsonb_array_length(p_faults)), p_rule => 'VIS-3', p_violations => p_faults);
  end if;
end $$;
comment on function notes.refuse_faults is 'notes.refuse_faults refuses what has faults, naming all of them; it does nothing when there is none (null).';

create function notes.section_faults(p_sections jsonb) returns setof jsonb
language plpgsql immutable as $$
declare
  v_word constant text := '1 to 40 lower-case letters, digits, - and _';
  v_form constant text := '^[a-z][a-z0-9_-]{0,39}$';
begin
  return query
  select notes.fault(format('sections[%s].%s', s.nth - 1, f.field), f.description, f.accepted)
  from jsonb_array_elements(p_sections) with ordinality s (section, nth)
  cross join lateral (values
    ('key', (s.section ->> 'key' ~ v_form) is not true, 'A section has a short key.', v_word),
    ('title', (length(s.section ->> 'title') between 1 and 200) is not true, 'A section has a title.', '1 to 200 characters'),
    ('part', (s.section ->> 'part' in ('school', 'partner')) is not true, 'A section is filled in by one side.', 'school or partner'),
    ('prompts', coalesce(jsonb_array_length(s.section -> 'prompts'), 0) not between 1 and 20, 'A section asks something.', '1 to 20 prompts')
  ) f (field, wrong, description, accepted)
  where f.wrong;
  return query
  select notes.fault(format('sections[%s].prompts[%s].%s', s.nth - 1, p.nth - 1, f.field), f.description, f.accepted)
  from jsonb_array_elements(p_sections) with ordinality s (section, nth)
  cross join lateral jsonb_array_elements(coalesce(s.section -> 'prompts', '[]')) with ordinality p (prompt, nth)
  cross join lateral (values
    ('key', (p.prompt ->> 'key' ~ v_form) is not true, 'A prompt has a short key.', v_word),
    ('text', (length(p.prompt ->> 'text') between 1 and 500) is not true, 'A prompt asks in words.', '1 to 500 characters')
  ) f (field, wrong, description, accepted)
  where f.wrong;
  return query
  select notes.fault('sections', format('The key "%s" stands for %s %s.', k.key, k.times, k.what), 'each key once')
  from (
    select 'sections' as what, s.section ->> 'key' as key, count(*) as times from jsonb_array_elements(p_sections) s (section) group by 2
    union all
    select 'prompts', p.prompt ->> 'key', count(*)
    from jsonb_array_elements(p_sections) s (section) cross join lateral jsonb_array_elements(coalesce(s.section -> 'prompts', '[]')) p (prompt) group by 2
  ) k
  where k.times > 1 and k.key is not null;
end $$;
comment on function notes.section_faults is 'notes.section_faults lists what is wrong with a template''s sections, field by field.';

create function notes.require_template(p_sections jsonb, p_themes text[], p_support_levels text[]) returns void
language plpgsql stable as $$
declare
  v_faults jsonb;
begin
  if p_sections is null or jsonb_array_length(p_sections) not between 1 and 20 then
    perform errors.invalid('sections', 'A template has sections.', 'VIS-3', '1 to 20 sections', 'TEMPLATE_INVALID');
  end if;
  select jsonb_agg(x.fault) into v_faults
  from (
    select f as fault from notes.section_faults(p_sections) f
    union all
    select notes.fault('sections', 'Nothing is asked of the partner.', 'at least one section with part partner')
    where not exists (select from jsonb_array_elements(p_sections) s where s ->> 'part' = 'partner')
    union all
    select notes.fault('themes', format('The authority''s list has no theme "%s".', left(c, 40)), 'codes from: improve theme list')
    from unnest(p_themes) c
    where not exists (select from notes.theme t where t.authority_id = auth.authority_id() and t.code = c and t.retired_at is null)
    union all
    select notes.fault('support_levels', format('"%s" is no level of support, or named twice.', left(l, 60)), 'each once, of 1 to 60 characters')
    from unnest(p_support_levels) l
    group by l
    having count(*) > 1 or length(l) not between 1 and 60
  ) x;
  perform notes.refuse_faults('TEMPLATE_INVALID', 'The template', v_faults);
end $$;
comment on function notes.require_template is 'notes.require_template refuses a template that is wrong, naming every fault.';

create function notes.words(p_list jsonb) returns text[]
language plpgsql immutable as $$
begin
  return array(select btrim(w) from jsonb_array_elements_text(coalesce(p_list, '[]')) with ordinality l (w, nth) order by nth);
end $$;
comment on function notes.words is 'notes.words reads a list of words of a request.';
grant execute on function notes.fault, notes.refuse_faults, notes.section_faults, notes.require_template, notes.words to improve_exec;
