-- Programmes, what they are made of, and the schools they work with (FUN-4).

create function programmes.require_programme(p_programme_id text) returns programmes.programme
language plpgsql stable as $$
declare
  v_programme programmes.programme;
begin
  perform errors.required('programme_id', p_programme_id, 'a reference such as pg-7k2q9mx4td');
  select p.* into v_programme from programmes.programme p where p.authority_id = auth.authority_id() and p.programme_id = p_programme_id;
  if not found then
    perform errors.not_found('programme_id', format('The authority has no programme "%s".', left(p_programme_id, 40)), 'a reference such as pg-7k2q9mx4td',
      'improve programme list shows them.');
  end if;
  return v_programme;
end $$;
comment on function programmes.require_programme is 'programmes.require_programme finds a programme, or refuses.';
grant execute on function programmes.require_programme to improve_exec;

create function programmes.add_programme(p_title text, p_focus text, p_fund_id text, p_board_id text, p_starts_on date, p_ends_on date) returns table (programme_id text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
begin
  perform errors.required('title', btrim(p_title));
  if p_fund_id is not null then
    perform funds.require_fund(p_fund_id);
  end if;
  if p_board_id is not null then
    perform networks.require_network('board_id', p_board_id);
  end if;
  return query
  insert into programmes.programme (authority_id, programme_id, title, focus, fund_id, board_id, starts_on, ends_on)
  values (auth.authority_id(), base.new_ref('pg'), btrim(p_title), nullif(btrim(p_focus), ''), p_fund_id, p_board_id, coalesce(p_starts_on, base.today()), p_ends_on)
  returning programme_id, version;
end $$;
comment on function programmes.add_programme is 'programmes.add_programme adds a programme, with the fund that pays for it and the board that governs it.';
grant execute on function programmes.add_programme to persona_la_admin, persona_officer;

create function programmes.set_programme_part(p_programme_id text, p_kind text, p_number integer, p_what text, p_due_on date, p_delivered_on date)
returns table (programme_id text, kind text, number integer, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
begin
  perform programmes.require_programme(p_programme_id);
  perform errors.required('kind', btrim(p_kind), 'strand, objective, means, accountability, method or deliverable');
  perform errors.required('number', p_number);
  perform errors.required('what', btrim(p_what));
  return query
  insert into programmes.part (authority_id, programme_id, kind, number, what, due_on, delivered_on)
  values (auth.authority_id(), p_programme_id, lower(btrim(p_kind)), p_number, btrim(p_what), p_due_on, p_delivered_on)
  on conflict (authority_id, programme_id, kind, number) do update
  set what = excluded.what, due_on = coalesce(excluded.due_on, part.due_on), delivered_on = coalesce(excluded.delivered_on, part.delivered_on), version = part.version + 1
  returning programme_id, kind, number, version;
end $$;
comment on function programmes.set_programme_part is 'programmes.set_programme_part adds a strand, objective, means, theme of accountability, method of evaluation or deliverable, or says anew what that of this number is.';
grant execute on function programmes.set_programme_part to persona_la_admin, persona_officer;

create function programmes.add_programme_schools(p_programme_id text, p_school_urns jsonb, p_starts_on date, p_ends_on date) returns table (programme_id text, added integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_programme constant programmes.programme := programmes.require_programme(p_programme_id);
  v_starts_on constant date := coalesce(p_starts_on, v_programme.starts_on);
  v_urn integer;
  v_count integer := 0;
begin
  if coalesce(jsonb_array_length(p_school_urns), 0) = 0 then
    perform errors.required('school_urns', null::text, 'URNs of schools, six digits');
  end if;
  for v_urn in select distinct u::integer from jsonb_array_elements_text(p_school_urns) u loop
    perform register.require_open_school('school_urns', v_urn, auth.authority_id(), v_starts_on);
    insert into programmes.school (authority_id, programme_school_id, programme_id, school_urn, starts_on, ends_on)
    values (auth.authority_id(), base.new_ref('ps'), p_programme_id, v_urn, v_starts_on, coalesce(p_ends_on, v_programme.ends_on));
    v_count := v_count + 1;
  end loop;
  return query values (p_programme_id, v_count);
end $$;
comment on function programmes.add_programme_schools is 'programmes.add_programme_schools says which schools a programme works with, all of them or none; for as long as it runs unless told.';
grant execute on function programmes.add_programme_schools to persona_la_admin, persona_officer;

create function programmes.end_programme_school(p_programme_id text, p_school_urn integer, p_ends_on date) returns table (programme_id text, school_urn integer, ends_on date)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_on constant date := coalesce(p_ends_on, base.today());
begin
  perform programmes.require_programme(p_programme_id);
  perform errors.required('school_urn', p_school_urn);
  return query
  update programmes.school s set ends_on = v_on
  where s.authority_id = auth.authority_id() and s.programme_id = p_programme_id and s.school_urn = p_school_urn and (s.ends_on is null or s.ends_on > v_on)
  returning s.programme_id, s.school_urn, s.ends_on;
  if not found then
    perform errors.not_found('school_urn', format('School %s is not in the programme after %s.', p_school_urn, v_on), 'a school of the programme');
  end if;
end $$;
comment on function programmes.end_programme_school is 'programmes.end_programme_school says that a school leaves a programme.';
grant execute on function programmes.end_programme_school to persona_la_admin, persona_officer;

create function programmes.list_programmes(p_as_of date)
returns table (programme_id text, title text, focus text, fund text, board text, starts_on date, ends_on date, schools integer, strands integer, objectives integer, deliverables_due integer,
  evidence integer, version integer)
language sql stable as $$
  select p.programme_id, p.title, p.focus, f.name, b.name, p.starts_on, p.ends_on,
    (select count(distinct s.school_urn)::integer from programmes.school s where s.authority_id = p.authority_id and s.programme_id = p.programme_id
      and s.starts_on <= coalesce(p_as_of, base.today()) and (s.ends_on is null or s.ends_on >= coalesce(p_as_of, base.today()))),
    x.strands::integer, x.objectives::integer, x.due::integer,
    (select count(*)::integer from programmes.evidence e where e.authority_id = p.authority_id and e.programme_id = p.programme_id), p.version
  from programmes.programme p
  left join funds.fund f on f.authority_id = p.authority_id and f.fund_id = p.fund_id
  left join networks.network b on b.authority_id = p.authority_id and b.network_id = p.board_id
  cross join lateral (select count(*) filter (where y.kind = 'strand') as strands, count(*) filter (where y.kind = 'objective') as objectives,
      count(*) filter (where y.due_on <= coalesce(p_as_of, base.today()) and y.delivered_on is null) as due
    from programmes.part y where y.authority_id = p.authority_id and y.programme_id = p.programme_id) x
  where p.authority_id = (select auth.authority_id()) and (p_as_of is null or p.starts_on <= p_as_of and (p.ends_on is null or p.ends_on >= p_as_of))
  order by p.starts_on, p.title_key
$$;
comment on function programmes.list_programmes is 'programmes.list_programmes lists programmes, with what of their deliverables is due and not delivered.';
grant execute on function programmes.list_programmes to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner;

create function programmes.get_programme(p_programme_id text)
returns table (programme_id text, title text, focus text, fund text, board text, starts_on date, ends_on date, parts jsonb, schools jsonb, version integer)
language plpgsql stable as $$
#variable_conflict use_column
begin
  perform programmes.require_programme(p_programme_id);
  return query
  select p.programme_id, p.title, p.focus, f.name, b.name, p.starts_on, p.ends_on,
    (select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('kind', x.kind, 'number', x.number, 'what', x.what, 'due_on', x.due_on, 'delivered_on', x.delivered_on,
        'evidence', (select count(*) from programmes.evidence e where e.authority_id = x.authority_id and e.programme_id = x.programme_id and e.part_kind = x.kind
          and e.part_number = x.number)))
      order by array_position(array['objective', 'strand', 'means', 'deliverable', 'accountability', 'method'], x.kind), x.number), '[]')
      from programmes.part x where x.authority_id = p.authority_id and x.programme_id = p.programme_id),
    (select coalesce(jsonb_agg(format('%s %s', s.school_urn, school.name) order by s.school_urn), '[]') from programmes.school s
      left join lateral register.establishment_on(s.school_urn, s.starts_on) school on true
      where s.authority_id = p.authority_id and s.programme_id = p.programme_id), p.version
  from programmes.programme p
  left join funds.fund f on f.authority_id = p.authority_id and f.fund_id = p.fund_id
  left join networks.network b on b.authority_id = p.authority_id and b.network_id = p.board_id
  where p.authority_id = auth.authority_id() and p.programme_id = p_programme_id;
end $$;
comment on function programmes.get_programme is 'programmes.get_programme shows a programme whole: its objectives, strands, means, deliverables, themes of accountability and methods, each with how much evidence there is, and its schools.';
grant execute on function programmes.get_programme to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner;

create function programmes.add_evidence(p_programme_id text, p_part_kind text, p_part_number integer, p_form text, p_title text, p_dated_on date, p_link text, p_school_urn integer,
  p_finding text)
returns table (evidence_id text)
language plpgsql volatile as $$
#variable_conflict use_column
begin
  perform programmes.require_programme(p_programme_id);
  perform errors.required('part_kind', btrim(p_part_kind), 'the kind of the part that it serves');
  perform errors.required('part_number', p_part_number);
  perform errors.required('form', btrim(p_form), 'review, data, survey, interview, case_study, document or observation');
  perform errors.required('title', btrim(p_title));
  if not exists (select from programmes.part x where x.authority_id = auth.authority_id() and x.programme_id = p_programme_id and x.kind = lower(btrim(p_part_kind))
      and x.number = p_part_number) then
    perform errors.not_found('part_number', format('The programme has no %s %s.', left(lower(btrim(p_part_kind)), 40), p_part_number), 'a part of the programme',
      'improve programme show shows them.');
  end if;
  perform partners.require_known_school('school_urn', p_school_urn);
  return query
  insert into programmes.evidence (authority_id, evidence_id, programme_id, part_kind, part_number, form, title, link, dated_on, school_urn, finding)
  values (auth.authority_id(), base.new_ref('ed'), p_programme_id, lower(btrim(p_part_kind)), p_part_number, lower(btrim(p_form)), btrim(p_title), nullif(btrim(p_link), ''),
    coalesce(p_dated_on, base.today()), p_school_urn, nullif(btrim(p_finding), ''))
  returning evidence_id;
end $$;
comment on function programmes.add_evidence is 'programmes.add_evidence adds evidence for a part of a programme: an objective, a method of evaluation, a deliverable.';
grant execute on function programmes.add_evidence to persona_la_admin, persona_officer;

create function programmes.list_evidence(p_programme_id text, p_part_kind text, p_school_urn integer)
returns table (evidence_id text, programme text, part_kind text, part_number integer, part text, form text, title text, link text, dated_on date, school_urn integer, finding text)
language sql stable as $$
  select e.evidence_id, p.title, e.part_kind, e.part_number, x.what, e.form, e.title, e.link, e.dated_on, e.school_urn, e.finding
  from programmes.evidence e
  join programmes.programme p on p.authority_id = e.authority_id and p.programme_id = e.programme_id
  join programmes.part x on x.authority_id = e.authority_id and x.programme_id = e.programme_id and x.kind = e.part_kind and x.number = e.part_number
  where e.authority_id = (select auth.authority_id()) and (p_programme_id is null or e.programme_id = p_programme_id)
    and (p_part_kind is null or e.part_kind = lower(p_part_kind)) and (p_school_urn is null or e.school_urn = p_school_urn)
  order by p.title_key, e.part_kind, e.part_number, e.dated_on, e.evidence_id
$$;
comment on function programmes.list_evidence is 'programmes.list_evidence lists evidence by the part of a programme that it serves.';
grant execute on function programmes.list_evidence to persona_la_admin, persona_officer, persona_finance, persona_reporter;
