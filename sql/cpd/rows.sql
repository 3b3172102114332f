-- Booking many rows at once, such as those of a file: each with its result, all of them or, where one says so, those that can be.

create function cpd.read_yes(p_text text) returns boolean
language plpgsql stable as $$
begin
  if lower(btrim(coalesce(p_text, ''))) in ('', 'no', 'n', 'false', '0') then
    return false;
  elsif lower(btrim(p_text)) in ('yes', 'y', 'true', '1') then
    return true;
  end if;
  perform errors.invalid('meets_prerequisites', format('"%s" is neither yes nor no.', left(p_text, 40)), 'CPD-1', 'yes, no, or nothing');
end $$;
comment on function cpd.read_yes is 'cpd.read_yes reads yes or no as people write it in a file; nothing is no.';

create function cpd.refusal_of(p_detail text, p_message text, p_constraint text, p_schema text) returns jsonb
language plpgsql stable as $$
declare
  v_refused jsonb;
begin
  if p_detail like '{%' then
    v_refused := p_detail::jsonb;
    v_refused := jsonb_build_object('reason', v_refused ->> 'reason', 'message', p_message, 'field', v_refused #>> '{violations,0,field}', 'accepted', v_refused #>> '{violations,0,accepted}');
  else
    select jsonb_build_object('reason', m.refusal::jsonb ->> 'reason', 'message', m.refusal::jsonb ->> 'message', 'field', m.refusal::jsonb ->> 'field', 'accepted', m.refusal::jsonb ->> 'accepted')
      into v_refused
    from errors.constraint_message m where m.constraint_name = p_constraint and m.table_schema = p_schema;
  end if;
  -- In a file the delegate is a name, an address, and whether they bring what is asked.
  return v_refused || case when v_refused ->> 'field' = 'delegates' then jsonb_build_object('field', case when v_refused ->> 'reason' = 'EMAIL_FORM' then 'email'
    when v_refused ->> 'reason' like 'PREREQUISITE%' then 'meets_prerequisites' else 'name' end) else '{}' end;
end $$;
comment on function cpd.refusal_of is 'cpd.refusal_of tells a refusal by the column of the row that is at fault; null for what is a fault of ours.';

create function cpd.read_row(p_row jsonb, out session_id text, out school_urn integer, out delegate jsonb, out code text)
language plpgsql stable as $$
declare
  v_urn constant text := btrim(p_row ->> 'school_urn');
begin
  if p_row ->> 'bad' <> '' then
    perform errors.invalid(null, p_row ->> 'bad', 'CPD-3');
  end if;
  session_id := btrim(p_row ->> 'session_id');
  perform errors.required('session_id', session_id, 'a reference such as se-7k2q9mx4td');
  perform errors.required('name', btrim(p_row ->> 'name'), 'who comes');
  if v_urn is null or v_urn !~ '^[0-9]{5,7}$' then
    perform errors.invalid('school_urn', format('"%s" is no URN.', left(coalesce(v_urn, ''), 40)), 'CPD-3', 'the URN of a school, six digits');
  end if;
  school_urn := v_urn;
  delegate := jsonb_build_object('name', p_row ->> 'name', 'email', p_row ->> 'email', 'meets_prerequisites', cpd.read_yes(p_row ->> 'meets_prerequisites'));
  code := nullif(btrim(p_row ->> 'discount_code'), '');
end $$;
comment on function cpd.read_row is 'cpd.read_row reads a row of a file, or refuses what it says.';

create function cpd.book_unit(p_rows jsonb, p_together boolean, p_order_id text, p_asked boolean, p_keep boolean) returns jsonb[]
language plpgsql volatile as $$
declare
  v_read record;
  v_delegates jsonb := '[]';
  v_row jsonb;
  v_results jsonb[];
  v_detail text;
  v_constraint text;
  v_schema text;
  v_message text;
begin
  for v_row in select r from jsonb_array_elements(p_rows) r loop
    v_read := cpd.read_row(v_row);
    v_delegates := v_delegates || v_read.delegate;
  end loop;
  select array_agg(to_jsonb(b)) into v_results from cpd.book_part(v_read.session_id, v_read.school_urn, v_delegates, v_read.code, p_together, p_order_id, p_asked) b;
  if not p_keep then
    raise exception using errcode = 'UNDO1';
  end if;
  return v_results;
exception when sqlstate 'UNDO1' then
  return v_results;
when sqlstate 'IM003' or sqlstate 'IM005' or sqlstate 'IM006' or sqlstate 'IM007' or sqlstate 'IM009' or integrity_constraint_violation then
  get stacked diagnostics v_detail = pg_exception_detail, v_message = message_text, v_constraint = constraint_name, v_schema = schema_name;
  v_row := cpd.refusal_of(v_detail, v_message, v_constraint, v_schema);
  if v_row is null then
    raise;
  end if;
  return array_fill(v_row, array[jsonb_array_length(p_rows)]);
end $$;
comment on function cpd.book_unit is 'cpd.book_unit books rows of one school on one session, one or a group, or tells of each why not, and then nothing of it is kept; nor is it where that is only tried (p_keep false).';

create function cpd.book_all(p_rows jsonb, p_together boolean, p_asked jsonb) returns jsonb[]
language plpgsql volatile as $$
declare
  v_unit record;
  v_came jsonb[];
  v_alone jsonb[];
  v_orders jsonb := '{}';
  v_results jsonb[];
begin
  -- Sessions in the order of their references, as everywhere; within one, rows stand in the order given. A group stands where its first row does.
  for v_unit in
    select jsonb_agg(r order by nth) as rows, min(btrim(r ->> 'school_urn')) as urn
    from jsonb_array_elements(p_rows) with ordinality x (r, nth)
    group by btrim(r ->> 'session_id'), case when p_together and coalesce(r ->> 'bad', '') = '' then concat_ws(' ', btrim(r ->> 'school_urn'), btrim(r ->> 'discount_code')) else nth::text end
    order by btrim(min(r ->> 'session_id')), min(nth)
  loop
    v_came := cpd.book_unit(v_unit.rows, p_together, v_orders ->> v_unit.urn, coalesce((p_asked ->> v_unit.urn)::boolean, false), true);
    if v_came[1] ? 'reason' and cardinality(v_came) > 1 then
      -- Whose fault it is: who could not be booked alone either; if all could, it is the group's.
      v_alone := array(select (cpd.book_unit(jsonb_build_array(r), false, null, false, false))[1] from jsonb_array_elements(v_unit.rows) with ordinality x (r, nth) order by nth);
      v_came := case when not exists (select from unnest(v_alone) a where a ? 'reason') then v_came
        else array(select case when a ? 'reason' then a else jsonb_build_object('reason', 'GROUP_REFUSED', 'message', 'Another of the group cannot be booked.', 'field', 'name') end
          from unnest(v_alone) with ordinality x (a, nth) order by nth) end;
    elsif not v_came[1] ? 'reason' and not v_orders ? v_unit.urn then
      v_orders := v_orders || jsonb_build_object(v_unit.urn, v_came[1] ->> 'order_id');
    end if;
    v_results := v_results || array(
      select jsonb_strip_nulls(jsonb_build_object('line', r -> 'line', 'session_id', r ->> 'session_id', 'school_urn', r ->> 'school_urn', 'delegate', r ->> 'name',
        'outcome', case when v_came[nth] ? 'reason' then 'refused' else 'booked' end) || (v_came[nth] - 'delegate'))
      from jsonb_array_elements(v_unit.rows) with ordinality x (r, nth) order by nth);
  end loop;
  return v_results;
end $$;
comment on function cpd.book_all is 'cpd.book_all books rows, of each school as one order; p_asked says of which schools the budget holder is asked.';

create function cpd.ask_whom(p_results jsonb[]) returns jsonb
language plpgsql stable as $$
declare
  v_policy constant cpd.policy := cpd.policy_of();
begin
  return (select jsonb_object_agg(s.urn, true) from (
      select r ->> 'school_urn' as urn, sum((r ->> 'gross_pence')::bigint)::bigint as gross from unnest(p_results) r where r ->> 'outcome' = 'booked' group by 1
    ) s
    where cpd.approval_is_due(v_policy, s.gross) and not cpd.is_budget_holder(btrim(s.urn)::integer));
end $$;
comment on function cpd.ask_whom is 'cpd.ask_whom tells of which schools the budget holder is asked about what was booked for them, by what all of it comes to; null for none.';
grant execute on function cpd.read_yes, cpd.refusal_of, cpd.read_row, cpd.book_unit, cpd.book_all, cpd.ask_whom to improve_exec;

create function cpd.refuse_rows(p_results jsonb) returns void
language plpgsql stable as $$
declare
  v_bad constant integer := (select count(*) from jsonb_array_elements(p_results) r where r ? 'reason');
begin
  if v_bad = 0 then
    return;
  end if;
  perform errors.refuse(9, 'ROWS_REFUSED', format('%s of %s rows cannot be booked; none was.', v_bad, jsonb_array_length(p_results)), null, 'CPD-3', null,
    'Put them right, or take --keep-going to book the others.', (
      select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('field', concat_ws(', ', 'line ' || (r ->> 'line'), r ->> 'field'), 'description', r ->> 'message', 'accepted', r ->> 'accepted'))
        order by (r ->> 'line')::integer)
      from (select r from jsonb_array_elements(p_results) r where r ? 'reason' order by (r ->> 'line')::integer limit 100) x));
end $$;
comment on function cpd.refuse_rows is 'cpd.refuse_rows refuses all rows where one cannot be booked, and names each of these, a hundred at most, by its line and column.';
grant execute on function cpd.refuse_rows to improve_exec;

create function cpd.book_orders(p_rows jsonb, p_together boolean, p_keep_going boolean) returns jsonb[]
language plpgsql volatile as $$
declare
  v_results jsonb[];
  v_asked jsonb;
begin
  begin
    v_results := cpd.book_all(p_rows, p_together, null);
    if not p_keep_going then
      perform cpd.refuse_rows(to_jsonb(v_results));
    end if;
    v_asked := case when (cpd.policy_of()).approval <> 'never' then cpd.ask_whom(v_results) end;
    if v_asked is null then
      return v_results;
    end if;
    raise exception using errcode = 'UNDO1';
  exception when sqlstate 'UNDO1' then
    null; -- booked again below, held for those who are asked
  end;
  return cpd.book_all(p_rows, p_together, v_asked);
end $$;
comment on function cpd.book_orders is 'cpd.book_orders books rows, each school''s as one order: what all of it comes to decides whether the budget holder is asked about all of it (CPD-3).';
grant execute on function cpd.book_orders to improve_exec;

create function cpd.book_rows(p_rows jsonb, p_keep_going boolean, p_together boolean)
returns table (line integer, session_id text, school_urn text, delegate text, outcome text, booking_id text, status text, waiting_position integer, gross_pence bigint, field text,
  reason text, message text, accepted text, order_id text, respond_by timestamptz)
language plpgsql volatile as $$
#variable_conflict use_column
begin
  if coalesce(jsonb_array_length(p_rows), 0) not between 1 and 1000 then
    perform errors.invalid('rows', 'Rows are booked some at a time.', 'CPD-3', '1 to 1000 rows');
  end if;
  perform cpd.hold_all(array_agg(distinct btrim(r ->> 'session_id')), array_agg(distinct (btrim(r ->> 'school_urn'))::integer) filter (where btrim(r ->> 'school_urn') ~ '^[0-9]{5,7}$'))
  from jsonb_array_elements(p_rows) r;
  return query
  select r.line, r.session_id, r.school_urn, r.delegate, r.outcome, r.booking_id, r.status, r.waiting_position, r.gross_pence, r.field, r.reason, r.message, r.accepted, r.order_id, r.respond_by
  from jsonb_to_recordset(to_jsonb(cpd.book_orders(p_rows, coalesce(p_together, false), coalesce(p_keep_going, false)))) r (line integer, session_id text, school_urn text,
    delegate text, outcome text, booking_id text, status text, waiting_position integer, gross_pence bigint, field text, reason text, message text, accepted text, order_id text,
    respond_by timestamptz)
  order by r.line;
end $$;
comment on function cpd.book_rows is 'cpd.book_rows books rows, each one delegate of a school on a session, as book_places does; those of a school are one order, whatever its sessions, and together those on one session a group. All of them or none, unless it is to keep going: then those that can be, and of each other one why not.';
grant execute on function cpd.book_rows to persona_la_admin, persona_officer, persona_booker;
