-- Calls by which an authority writes its own texts.

create function notices.require_kind(p_kind text) returns notices.kind
language plpgsql stable as $$
declare
  v_kind notices.kind;
begin
  perform errors.required('kind', p_kind, 'a kind such as booking.confirmed');
  select k.* into v_kind from notices.kind k where k.kind = lower(btrim(p_kind));
  if not found then
    perform errors.not_found('kind', format('There is no kind of notice "%s".', left(p_kind, 40)),
      (select string_agg(k.kind, ', ' order by k.kind) from notices.kind k), 'improve notice templates shows them.');
  end if;
  return v_kind;
end $$;
comment on function notices.require_kind is 'notices.require_kind finds a kind of notice, or refuses it.';

create function notices.require_text(p_field text, p_text text, p_kind notices.kind) returns void
language plpgsql stable as $$
declare
  v_rest constant text := regexp_replace(p_text, '\{\{[a-z_]+\}\}', '', 'g');
  v_unknown text;
begin
  if v_rest ~ '\{\{|\}\}' then
    perform errors.invalid(p_field, 'A place is a word between {{ and }}, and nothing else is.', null, 'places such as {{name}}', 'PLACE_FORM');
  end if;
  select string_agg(distinct m[1], ', ') into v_unknown from regexp_matches(p_text, '\{\{([a-z_]+)\}\}', 'g') m where m[1] <> all (p_kind.places);
  if v_unknown is not null then
    perform errors.invalid(p_field, format('A notice of kind %s has no place for: %s.', p_kind.kind, v_unknown), null,
      array_to_string(p_kind.places, ', '), 'PLACE_UNKNOWN');
  end if;
end $$;
comment on function notices.require_text is 'notices.require_text refuses a text with places that its kind does not have.';

create function notices.template_of(p_kind text, p_number integer) returns notices.template
language plpgsql stable as $$
declare
  v_template notices.template;
begin
  select t.* into v_template from notices.template t
  where t.authority_id = auth.authority_id() and t.kind = p_kind and (p_number is null or t.number = p_number)
  order by t.number desc
  limit 1;
  if not found and coalesce(p_number, 0) <> 0 then
    perform errors.not_found('number', format('There is no version %s of that text.', p_number), 'a version that was written, or 0 for the program''s own');
  end if;
  return v_template;
end $$;
comment on function notices.template_of is 'notices.template_of is a version of the authority''s text of a kind, the latest unless one is asked for; null where it has none.';
grant execute on function notices.require_kind, notices.require_text, notices.template_of to improve_exec;

create function notices.list_notice_templates() returns table (kind text, tells text, subject text, own boolean, version integer)
language sql stable as $$
  select k.kind, k.tells, coalesce(t.subject, k.subject), t.subject is not null, coalesce(t.number, 0)
  from notices.kind k
  left join lateral (
    select t.subject, t.number from notices.template t
    where t.authority_id = (select auth.authority_id()) and t.kind = k.kind order by t.number desc limit 1
  ) t on true
  order by k.kind
$$;
comment on function notices.list_notice_templates is 'notices.list_notice_templates lists the kinds of notice with their subjects, and whether the text is the authority''s own.';

create function notices.get_notice_template(p_kind text, p_number integer)
returns table (kind text, tells text, places jsonb, subject text, body text, example text, own boolean, number integer, version integer)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_kind constant notices.kind := notices.require_kind(p_kind);
  v_template constant notices.template := notices.template_of(v_kind.kind, p_number);
  v_facts constant jsonb := v_kind.example || jsonb_build_object('name', 'Jo Field', 'reference', 'bk-7k2q9mx4td',
    'authority', (select a.name from register.authority a where a.authority_id = auth.authority_id()));
begin
  return query
  select v_kind.kind, v_kind.tells, to_jsonb(v_kind.places), w.subject, w.body,
    concat(notices.line(notices.render(w.subject, v_facts), 250), E'\n\n', notices.lines(notices.render(w.body, v_facts))),
    v_template.subject is not null, coalesce(v_template.number, 0), coalesce((notices.template_of(v_kind.kind, null)).number, 0)
  from (select coalesce(v_template.subject, v_kind.subject) as subject, coalesce(v_template.body, v_kind.body) as body) w;
end $$;
comment on function notices.get_notice_template is 'notices.get_notice_template shows a version of a text whole, the latest unless another is asked for, with the places it may have, and as it would read.';
grant execute on function notices.list_notice_templates, notices.get_notice_template to persona_la_admin, persona_officer;

create function notices.set_notice_template(p_kind text, p_version integer, p_subject text, p_body text)
returns table (kind text, subject text, example text, own boolean, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_kind constant notices.kind := notices.require_kind(p_kind);
  v_was constant notices.template := notices.template_of(v_kind.kind, null);
  v_subject text := nullif(btrim(p_subject), '');
  v_body text := nullif(btrim(p_body, E' \r\n\t'), '');
begin
  perform errors.required('version', p_version, '0 while the text is the program''s own');
  if coalesce(v_was.number, 0) <> p_version then
    perform errors.stale('version', p_version, coalesce(v_was.number, 0));
  end if;
  if v_subject is not null or v_body is not null then
    v_subject := notices.line(coalesce(v_subject, v_was.subject, v_kind.subject), 1000);
    v_body := notices.lines(coalesce(v_body, v_was.body, v_kind.body));
    perform notices.require_text('subject', v_subject, v_kind);
    perform notices.require_text('body', v_body, v_kind);
  end if;
  insert into notices.template (authority_id, kind, number, subject, body, written_by)
  values (auth.authority_id(), v_kind.kind, p_version + 1, v_subject, v_body, auth.person_id());
  return query select g.kind, g.subject, g.example, g.own, g.version from notices.get_notice_template(v_kind.kind, null) g;
exception when unique_violation then
  perform errors.stale('version', p_version, p_version + 1);
end $$;
comment on function notices.set_notice_template is 'notices.set_notice_template writes a version of the authority''s text of a kind; what is not given stays. With neither subject nor body the program''s own text is back. Notices that were written keep theirs.';
grant execute on function notices.set_notice_template to persona_la_admin;
