-- Strategic priorities, steps, outputs and comments (PRI-1).

create function programmes.add_priority(p_plan text, p_number integer, p_what text, p_starts_on date, p_ends_on date) returns table (priority_id text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
begin
  perform errors.required('plan', btrim(p_plan), 'the plan or board whose numbers they are');
  perform errors.required('number', p_number);
  perform errors.required('what', btrim(p_what));
  return query
  insert into programmes.priority (authority_id, priority_id, plan, number, what, starts_on, ends_on)
  values (auth.authority_id(), base.new_ref('py'), btrim(p_plan), p_number, btrim(p_what), coalesce(p_starts_on, base.today()), p_ends_on)
  returning priority_id, version;
end $$;
comment on function programmes.add_priority is 'programmes.add_priority adds a strategic priority by the number that it has in a plan; gaps between numbers are kept.';
grant execute on function programmes.add_priority to persona_la_admin, persona_officer;

create function programmes.list_priorities(p_plan text, p_as_of date)
returns table (priority_id text, plan text, number integer, what text, starts_on date, ends_on date, steps integer, steps_done integer, version integer)
language sql stable as $$
  select p.priority_id, p.plan, p.number, p.what, p.starts_on, p.ends_on, s.steps::integer, s.done::integer, p.version
  from programmes.priority p
  cross join lateral (select count(*) as steps, count(*) filter (where x.done_on <= coalesce(p_as_of, base.today())) as done from programmes.step x
    where x.authority_id = p.authority_id and x.priority_id = p.priority_id) s
  where p.authority_id = (select auth.authority_id()) and (p_plan is null or p.plan = btrim(p_plan))
    and p.starts_on <= coalesce(p_as_of, base.today()) and (p.ends_on is null or p.ends_on >= coalesce(p_as_of, base.today()))
  order by p.plan, p.number
$$;
comment on function programmes.list_priorities is 'programmes.list_priorities lists the strategic priorities of a day by their own numbers, with the steps towards them.';
grant execute on function programmes.list_priorities to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner, persona_booker;

create function programmes.add_step(p_source text, p_number integer, p_what text, p_kind text, p_priority_id text, p_dated_on date) returns table (step_id text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
begin
  perform errors.required('source', btrim(p_source), 'the paper');
  perform errors.required('number', p_number);
  perform errors.required('what', btrim(p_what));
  if p_priority_id is not null and not exists (select from programmes.priority p where p.authority_id = auth.authority_id() and p.priority_id = p_priority_id) then
    perform errors.not_found('priority_id', format('The authority has no priority "%s".', left(p_priority_id, 40)), 'a reference such as py-7k2q9mx4td', 'improve priority list shows them.');
  end if;
  return query
  insert into programmes.step (authority_id, step_id, kind, source, number, what, priority_id, dated_on)
  values (auth.authority_id(), base.new_ref('st'), coalesce(lower(nullif(btrim(p_kind), '')), 'next_step'), btrim(p_source), p_number, btrim(p_what), p_priority_id, coalesce(p_dated_on, base.today()))
  returning step_id, version;
end $$;
comment on function programmes.add_step is 'programmes.add_step adds a next step, recommendation or finding of a paper, with its number there and the priority that it serves.';
grant execute on function programmes.add_step to persona_la_admin, persona_officer;

create function programmes.complete_step(p_step_id text, p_version integer, p_done_on date, p_outcome text) returns table (step_id text, done_on date, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_was programmes.step;
begin
  perform errors.required('step_id', p_step_id, 'a reference such as st-7k2q9mx4td');
  perform errors.required('version', p_version);
  select s.* into v_was from programmes.step s where s.authority_id = auth.authority_id() and s.step_id = p_step_id for no key update;
  if not found then
    perform errors.not_found('step_id', format('There is no step "%s".', left(p_step_id, 40)), 'a reference such as st-7k2q9mx4td', 'improve step list shows them.');
  elsif v_was.version <> p_version then
    perform errors.stale('version', p_version, v_was.version);
  elsif v_was.done_on is not null then
    perform errors.precondition('DONE_ALREADY', format('It was done on %s.', to_char(v_was.done_on, 'FMDD Mon YYYY')), 'step_id', 'PRI-1', 'a step that is open');
  end if;
  return query
  update programmes.step s set done_on = coalesce(p_done_on, base.today()), outcome = nullif(btrim(p_outcome), ''), version = s.version + 1
  where s.authority_id = auth.authority_id() and s.step_id = p_step_id
  returning s.step_id, s.done_on, s.version;
end $$;
comment on function programmes.complete_step is 'programmes.complete_step says that a step was done, and what came of it.';
grant execute on function programmes.complete_step to persona_la_admin, persona_officer;

create function programmes.list_steps(p_source text, p_kind text, p_open boolean)
returns table (step_id text, kind text, source text, number integer, what text, priority text, dated_on date, done_on date, outcome text, version integer)
language sql stable as $$
  select s.step_id, s.kind, s.source, s.number, s.what, p.number || ': ' || p.what, s.dated_on, s.done_on, s.outcome, s.version
  from programmes.step s
  left join programmes.priority p on p.authority_id = s.authority_id and p.priority_id = s.priority_id
  where s.authority_id = (select auth.authority_id()) and (p_source is null or strpos(lower(s.source), lower(btrim(p_source))) > 0) and (p_kind is null or s.kind = lower(p_kind))
    and (s.done_on is null or not coalesce(p_open, false))
  order by s.dated_on, s.source, s.kind, s.number
$$;
comment on function programmes.list_steps is 'programmes.list_steps lists next steps, recommendations and findings by paper.';
grant execute on function programmes.list_steps to persona_la_admin, persona_officer, persona_finance, persona_reporter;

create function programmes.add_output(p_what text, p_quantity integer, p_source text, p_at_least boolean, p_starts_on date, p_ends_on date, p_programme_id text) returns table (output_id text)
language plpgsql volatile as $$
#variable_conflict use_column
begin
  perform errors.required('what', btrim(p_what));
  perform errors.required('quantity', p_quantity);
  perform errors.required('source', btrim(p_source), 'where it came from');
  if p_programme_id is not null then
    perform programmes.require_programme(p_programme_id);
  end if;
  return query
  insert into programmes.output (authority_id, output_id, what, quantity, at_least, source, starts_on, ends_on, programme_id)
  values (auth.authority_id(), base.new_ref('ou'), btrim(p_what), p_quantity, coalesce(p_at_least, false), btrim(p_source), p_starts_on, p_ends_on, p_programme_id)
  returning output_id;
end $$;
comment on function programmes.add_output is 'programmes.add_output counts an output with its source; the same output of another source is another lot, and of the same source in the same period it is refused.';
grant execute on function programmes.add_output to persona_la_admin, persona_officer;

create function programmes.list_outputs(p_what text, p_programme_id text)
returns table (output_id text, what text, source text, quantity integer, at_least boolean, lots integer, lots_quantity integer, starts_on date, ends_on date, programme text)
language sql stable as $$
  select o.output_id, o.what, o.source, o.quantity, o.at_least, count(*) over (partition by lower(o.what))::integer, sum(o.quantity) over (partition by lower(o.what))::integer, o.starts_on, o.ends_on, p.title
  from programmes.output o
  left join programmes.programme p on p.authority_id = o.authority_id and p.programme_id = o.programme_id
  where o.authority_id = (select auth.authority_id()) and (p_what is null or strpos(lower(o.what), lower(btrim(p_what))) > 0) and (p_programme_id is null or o.programme_id = p_programme_id)
  order by lower(o.what), o.starts_on, lower(o.source)
$$;
comment on function programmes.list_outputs is 'programmes.list_outputs lists outputs lot by lot, each with its source, and beside it how many lots of the same there are and what they come to.';
grant execute on function programmes.list_outputs to persona_la_admin, persona_officer, persona_finance, persona_reporter;

create function programmes.add_comment(p_words text, p_source_kind text, p_kind text, p_source text, p_phase text, p_said_on date, p_school_urn integer) returns table (comment_id text)
language plpgsql volatile as $$
#variable_conflict use_column
begin
  perform errors.required('words', btrim(p_words));
  perform errors.required('source_kind', btrim(p_source_kind), 'ofsted, school or other');
  perform partners.require_known_school('school_urn', p_school_urn);
  return query
  insert into programmes.comment (authority_id, comment_id, words, source_kind, kind, source, phase, said_on, school_urn, recorded_by)
  values (auth.authority_id(), base.new_ref('cm'), btrim(p_words), lower(btrim(p_source_kind)), coalesce(lower(nullif(btrim(p_kind), '')), 'praise'), nullif(btrim(p_source), ''),
    nullif(btrim(p_phase), ''), p_said_on, p_school_urn, auth.person_id())
  returning comment_id;
end $$;
comment on function programmes.add_comment is 'programmes.add_comment keeps what an inspector, a school or another said, in their words, with source, phase and kind.';
grant execute on function programmes.add_comment to persona_la_admin, persona_officer;

create function programmes.list_comments(p_source_kind text, p_kind text, p_phase text, p_text text)
returns table (comment_id text, words text, source_kind text, source text, phase text, kind text, said_on date, school_urn integer)
language sql stable as $$
  select c.comment_id, c.words, c.source_kind, c.source, c.phase, c.kind, c.said_on, c.school_urn
  from programmes.comment c
  where c.authority_id = (select auth.authority_id()) and (p_source_kind is null or c.source_kind = lower(p_source_kind)) and (p_kind is null or c.kind = lower(p_kind))
    and (p_phase is null or lower(c.phase) = lower(btrim(p_phase))) and (p_text is null or strpos(lower(c.words), lower(btrim(p_text))) > 0)
  order by c.source_kind, c.said_on, c.comment_id
$$;
comment on function programmes.list_comments is 'programmes.list_comments lists what others said.';
grant execute on function programmes.list_comments to persona_la_admin, persona_officer, persona_finance, persona_reporter;
