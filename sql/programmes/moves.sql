-- How inspection outcomes moved: as a paper states it (FUN-4). The register's own moves are computed by the report.

create function programmes.outcome_of(p_grade integer) returns text
language plpgsql immutable as $$
begin
  return coalesce((array['outstanding', 'good', 'requires_improvement', 'inadequate'])[p_grade], 'not_inspected');
end $$;
comment on function programmes.outcome_of is 'programmes.outcome_of writes a grade of 1 to 4 as a word; none is not_inspected.';

create function programmes.less_change(p_from text, p_to text) returns integer
language plpgsql immutable as $$
begin
  return (p_to in ('requires_improvement', 'inadequate'))::integer - (p_from in ('requires_improvement', 'inadequate'))::integer;
end $$;
comment on function programmes.less_change is 'programmes.less_change is by how many schools less than good one move changes the count.';

create function programmes.good_change(p_from text, p_to text) returns integer
language plpgsql immutable as $$
begin
  return (p_to in ('outstanding', 'good'))::integer - (p_from in ('outstanding', 'good'))::integer;
end $$;
comment on function programmes.good_change is 'programmes.good_change is by how many good or outstanding schools one move changes the count.';

create function programmes.movement(p_from text, p_to text) returns text
language plpgsql immutable as $$
declare
  v_ladder constant text[] := array['outstanding', 'good', 'requires_improvement', 'inadequate'];
  v_from constant integer := array_position(v_ladder, p_from);
  v_to constant integer := array_position(v_ladder, p_to);
begin
  return case when p_from is null and p_to is null then 'not graded' when p_from = 'not_there' then 'opened' when p_to = 'not_there' then 'closed'
    when v_to is null then case when v_from is null then 'not inspected' else 'no longer graded' end when v_from is null then 'first graded'
    when v_to < v_from then 'improved' when v_to > v_from then 'declined' else 'retained' end;
end $$;
comment on function programmes.movement is 'programmes.movement names a move from one outcome to another: improved, retained, declined, first graded, opened, closed.';
grant execute on function programmes.outcome_of, programmes.less_change, programmes.good_change, programmes.movement to improve_exec;

create function programmes.state_moves(p_title text, p_from_on date, p_to_on date, p_less_before integer, p_less_after integer, p_good_before integer, p_good_after integer, p_lines jsonb,
  p_residual_reason text, p_source text)
returns table (statement_id text, lines integer, schools integer, less_residual integer, good_residual integer, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_ref constant text := base.new_ref('ms');
  v_reason constant text := nullif(btrim(p_residual_reason), '');
  v_sum record;
begin
  perform errors.required('title', btrim(p_title));
  perform errors.required('from_on', p_from_on, 'a day');
  perform errors.required('to_on', p_to_on, 'a day');
  perform errors.required('less_before', p_less_before);
  perform errors.required('less_after', p_less_after);
  perform errors.required('good_before', p_good_before);
  perform errors.required('good_after', p_good_after);
  if coalesce(jsonb_array_length(p_lines), 0) = 0 then
    perform errors.required('lines', null::text, 'what="…",schools=2,from_outcome=inadequate,to_outcome=requires_improvement');
  end if;
  insert into programmes.move_statement (authority_id, statement_id, title, from_on, to_on, less_before, less_after, good_before, good_after, residual_reason, source)
  values (auth.authority_id(), v_ref, btrim(p_title), p_from_on, p_to_on, p_less_before, p_less_after, p_good_before, p_good_after, v_reason, nullif(btrim(p_source), ''));
  insert into programmes.move_line (authority_id, statement_id, number, what, schools, from_outcome, to_outcome)
  select auth.authority_id(), v_ref, l.nth, btrim(l.x ->> 'what'), (l.x ->> 'schools')::integer, lower(nullif(btrim(l.x ->> 'from_outcome'), '')), lower(nullif(btrim(l.x ->> 'to_outcome'), ''))
  from jsonb_array_elements(p_lines) with ordinality l (x, nth);
  select count(*)::integer as lines, sum(l.schools)::integer as schools, p_less_after - p_less_before - coalesce(sum(l.schools * programmes.less_change(l.from_outcome, l.to_outcome)), 0)::integer as less,
      p_good_after - p_good_before - coalesce(sum(l.schools * programmes.good_change(l.from_outcome, l.to_outcome)), 0)::integer as good into v_sum
  from programmes.move_line l where l.authority_id = auth.authority_id() and l.statement_id = v_ref;
  if (v_sum.less <> 0 or v_sum.good <> 0) and v_reason is null then
    perform errors.precondition('MOVES_DO_NOT_RECONCILE', format('The table changes by %s less than good and %s good or outstanding; the moves change it by %s and %s.',
      to_char(p_less_after - p_less_before, 'FMSG990'), to_char(p_good_after - p_good_before, 'FMSG990'), to_char(p_less_after - p_less_before - v_sum.less, 'FMSG990'),
      to_char(p_good_after - p_good_before - v_sum.good, 'FMSG990')), 'residual_reason', 'FUN-4', 'lines that explain the table, or a reason why they do not');
  end if;
  return query values (v_ref, v_sum.lines, v_sum.schools, v_sum.less, v_sum.good, 1);
end $$;
comment on function programmes.state_moves is 'programmes.state_moves keeps what a paper says about how inspection outcomes moved, line by line, beside its table of the same; where the lines do not explain the table, what is left over is kept with its reason, and refused without.';
grant execute on function programmes.state_moves to persona_la_admin, persona_officer;

create function programmes.list_move_statements()
returns table (statement_id text, title text, from_on date, to_on date, less_before integer, less_after integer, good_before integer, good_after integer, residual_reason text, source text)
language sql stable as $$
  select s.statement_id, s.title, s.from_on, s.to_on, s.less_before, s.less_after, s.good_before, s.good_after, s.residual_reason, s.source
  from programmes.move_statement s
  where s.authority_id = (select auth.authority_id())
  order by s.to_on, s.title
$$;
comment on function programmes.list_move_statements is 'programmes.list_move_statements lists what papers say about how inspection outcomes moved.';
grant execute on function programmes.list_move_statements to persona_la_admin, persona_officer, persona_finance, persona_reporter;
