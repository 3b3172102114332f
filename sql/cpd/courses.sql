-- Calls that keep the programme's courses (CPD-1).

create function cpd.require_course(p_field text, p_course_id text) returns void
language plpgsql stable as $$
begin
  perform errors.required(p_field, p_course_id, 'a reference such as co-7k2q9mx4td');
  if not exists (select from cpd.course c where c.authority_id = auth.authority_id() and c.course_id = p_course_id) then
    perform errors.not_found(p_field, format('The authority has no course "%s".', left(p_course_id, 40)), 'a reference such as co-7k2q9mx4td',
      'improve course list shows them.');
  end if;
end $$;
comment on function cpd.require_course is 'cpd.require_course refuses a course that is not there.';

create function cpd.changed(p_new text, p_old text) returns text
language plpgsql immutable as $$
begin
  return case when p_new is null then p_old else nullif(btrim(p_new), '') end;
end $$;
comment on function cpd.changed is 'cpd.changed is what a value becomes: what it was when nothing is given, null when empty text is.';

create function cpd.set_required(p_course_id text, p_required jsonb) returns void
language plpgsql volatile as $$
declare
  v_ref text;
begin
  if p_required is null or jsonb_array_length(p_required) = 0 then
    return;
  end if;
  delete from cpd.required_course r where r.authority_id = auth.authority_id() and r.course_id = p_course_id;
  for v_ref in select distinct btrim(x) from jsonb_array_elements_text(p_required) x where btrim(x) <> '' loop
    perform cpd.require_course('required_courses', v_ref);
    insert into cpd.required_course (authority_id, course_id, required_course_id) values (auth.authority_id(), p_course_id, v_ref);
  end loop;
end $$;
comment on function cpd.set_required is 'cpd.set_required says which courses come before one; a list of one empty text takes them away, an absent or empty one leaves them.';
grant execute on function cpd.require_course, cpd.changed, cpd.set_required to improve_exec;

create function cpd.add_course(p_title text, p_description text, p_audience text, p_provider text, p_prerequisites text, p_required_courses jsonb,
  p_school_cap integer, p_vat_percent numeric, p_terms_id text)
returns table (course_id text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_ref constant text := base.new_ref('co');
begin
  perform errors.required('title', btrim(p_title));
  if btrim(p_terms_id) <> '' then
    perform cpd.see_terms(p_terms_id);
  end if;
  insert into cpd.course (authority_id, course_id, title, description, audience, provider, prerequisites, school_cap, vat_percent, terms_id)
  values (auth.authority_id(), v_ref, btrim(p_title), p_description, p_audience, nullif(btrim(p_provider), ''), nullif(btrim(p_prerequisites), ''),
    nullif(p_school_cap, 0), p_vat_percent, nullif(btrim(p_terms_id), ''));
  perform cpd.set_required(v_ref, p_required_courses);
  return query values (v_ref, 1);
end $$;
comment on function cpd.add_course is 'cpd.add_course adds a course to the programme.';
grant execute on function cpd.add_course to persona_la_admin, persona_officer;

create function cpd.change_course(p_course_id text, p_version integer, p_title text, p_description text, p_audience text, p_provider text,
  p_prerequisites text, p_required_courses jsonb, p_school_cap integer, p_vat_percent numeric, p_terms_id text)
returns table (course_id text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_was cpd.course;
begin
  perform cpd.require_course('course_id', p_course_id);
  perform errors.required('version', p_version);
  select c.* into v_was from cpd.course c
  where c.authority_id = auth.authority_id() and c.course_id = p_course_id
  for no key update;
  if v_was.version <> p_version then
    perform errors.stale('version', p_version, v_was.version);
  end if;
  perform cpd.set_required(p_course_id, p_required_courses);
  if btrim(p_terms_id) <> '' then
    perform cpd.see_terms(p_terms_id);
  end if;
  return query
  update cpd.course c
  set title = coalesce(nullif(btrim(p_title), ''), c.title), description = cpd.changed(p_description, c.description),
    audience = cpd.changed(p_audience, c.audience), provider = cpd.changed(p_provider, c.provider),
    prerequisites = cpd.changed(p_prerequisites, c.prerequisites), school_cap = nullif(coalesce(p_school_cap, c.school_cap), 0),
    vat_percent = coalesce(p_vat_percent, c.vat_percent), terms_id = cpd.changed(p_terms_id, c.terms_id), version = c.version + 1
  where c.authority_id = auth.authority_id() and c.course_id = p_course_id
  returning c.course_id, c.version;
end $$;
comment on function cpd.change_course is 'cpd.change_course changes what is given of a course and leaves the rest; empty text, or a cap of 0, takes a value away. Bookings made before keep their price, sessions made before their cap, and both the terms of cancellation they were made under.';
grant execute on function cpd.change_course to persona_la_admin, persona_officer;

create function cpd.set_course_credits(p_course_id text, p_version integer, p_credits integer, p_takes_places boolean)
returns table (course_id text, credits integer, takes_places boolean, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_version integer;
begin
  perform cpd.require_course('course_id', p_course_id);
  perform errors.required('version', p_version);
  if p_credits is null and p_takes_places is null then
    perform errors.required('credits', p_credits, 'credits that a place costs, 0 to take none; or takes_places');
  end if;
  select c.version into v_version from cpd.course c where c.authority_id = auth.authority_id() and c.course_id = p_course_id for no key update;
  if v_version <> p_version then
    perform errors.stale('version', p_version, v_version);
  end if;
  return query
  update cpd.course c
  set credits = nullif(coalesce(p_credits, c.credits), 0), takes_places = coalesce(p_takes_places, c.takes_places), version = c.version + 1
  where c.authority_id = auth.authority_id() and c.course_id = p_course_id
  returning c.course_id, c.credits, c.takes_places, c.version;
end $$;
comment on function cpd.set_course_credits is 'cpd.set_course_credits says what a place on a course costs in CPD credits, and whether the places of packages are taken for it; bookings made before keep what they drew (SLA-7).';
grant execute on function cpd.set_course_credits to persona_la_admin, persona_officer;

create function cpd.list_courses(p_title text, p_page_size integer, p_cursor text)
returns table (course_id text, title text, description text, audience text, provider text, prerequisites text, required_courses jsonb, school_cap integer,
  vat_percent numeric, sessions_to_come integer, version integer, terms text, credits integer, takes_places boolean, row_cursor text)
language sql stable as $$
  select c.course_id, c.title, c.description, c.audience, c.provider, c.prerequisites,
    coalesce((select jsonb_agg(o.title order by o.title_key) from cpd.required_course r
      join cpd.course o on o.authority_id = r.authority_id and o.course_id = r.required_course_id
      where r.authority_id = c.authority_id and r.course_id = c.course_id), '[]'),
    c.school_cap, c.vat_percent,
    (select count(*)::integer from cpd.session s where s.authority_id = c.authority_id and s.course_id = c.course_id and s.starts_at > now() and s.status <> 'cancelled'),
    c.version, (select t.name from cpd.terms t where t.authority_id = c.authority_id and t.terms_id = c.terms_id), c.credits, c.takes_places, c.title_key
  from cpd.course c
  where c.authority_id = (select auth.authority_id())
    and (p_title is null or strpos(c.title_key, lower(btrim(p_title))) > 0)
    and (p_cursor is null or c.title_key > p_cursor)
  order by c.title_key
  limit greatest(1, least(coalesce(p_page_size, 100), 500))
$$;
comment on function cpd.list_courses is 'cpd.list_courses lists the programme by title, with the sessions to come that the caller may see.';
grant execute on function cpd.list_courses to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner, persona_booker;
