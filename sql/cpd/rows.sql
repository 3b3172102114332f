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

create function cpd.book_row(p_row jsonb, out booked jsonb, out refused jsonb)
language plpgsql volatile as $$
declare
  v_urn constant text := btrim(p_row ->> 'school_urn');
  v_detail text;
  v_constraint text;
  v_schema text;
  v_message text;
begin
  if p_row ->> 'bad' <> '' then
    perform errors.invalid(null, p_row ->> 'bad', 'CPD-3');
  end if;
  perform errors.required('session_id', btrim(p_row ->> 'session_id'), 'a reference such as se-7k2q9mx4td');
  perform errors.required('name', btrim(p_row ->> 'name'), 'who comes');
  if v_urn is null or v_urn !~ '^[0-9]{5,7}$' then
    perform errors.invalid('school_urn', format('"%s" is no URN.', left(coalesce(v_urn, ''), 40)), 'CPD-3', 'the URN of a school, six digits');
  end if;
  select to_jsonb(b) into booked
  from cpd.book_places(btrim(p_row ->> 'session_id'), v_urn::integer, jsonb_build_array(jsonb_build_object('name', p_row ->> 'name', 'email', p_row ->> 'email',
    'meets_prerequisites', cpd.read_yes(p_row ->> 'meets_prerequisites'))), nullif(btrim(p_row ->> 'discount_code'), ''), false) b;
exception when sqlstate 'IM003' or sqlstate 'IM005' or sqlstate 'IM006' or sqlstate 'IM007' or sqlstate 'IM009' or integrity_constraint_violation then
  get stacked diagnostics v_detail = pg_exception_detail, v_message = message_text, v_constraint = constraint_name, v_schema = schema_name;
  if v_detail like '{%' then
    refused := v_detail::jsonb;
    refused := jsonb_build_object('reason', refused ->> 'reason', 'message', v_message, 'field', refused #>> '{violations,0,field}', 'accepted', refused #>> '{violations,0,accepted}');
  else
    select jsonb_build_object('reason', m.refusal::jsonb ->> 'reason', 'message', m.refusal::jsonb ->> 'message', 'field', m.refusal::jsonb ->> 'field', 'accepted', m.refusal::jsonb ->> 'accepted')
      into refused
    from errors.constraint_message m where m.constraint_name = v_constraint and m.table_schema = v_schema;
    if not found then
      raise;
    end if;
  end if;
  -- In a file the delegate is a name, an address, and whether they bring what is asked.
  if refused ->> 'field' = 'delegates' then
    refused := refused || jsonb_build_object('field', case when refused ->> 'reason' = 'EMAIL_FORM' then 'email' when refused ->> 'reason' like 'PREREQUISITE%' then 'meets_prerequisites' else 'name' end);
  end if;
end $$;
comment on function cpd.book_row is 'cpd.book_row books one row, or tells why it cannot be, by the column at fault; then nothing of it is kept.';
grant execute on function cpd.read_yes, cpd.book_row to improve_exec;

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

create function cpd.book_rows(p_rows jsonb, p_keep_going boolean)
returns table (line integer, session_id text, school_urn text, delegate text, outcome text, booking_id text, status text, waiting_position integer, gross_pence bigint, field text,
  reason text, message text, accepted text)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_row jsonb;
  v_one record;
  v_results jsonb := '[]';
begin
  if coalesce(jsonb_array_length(p_rows), 0) not between 1 and 500 then
    perform errors.invalid('rows', 'Rows are booked some at a time.', 'CPD-3', '1 to 500 rows');
  end if;
  -- Sessions are held in the order of their references, as everywhere; within one, rows stand in the order given.
  for v_row in select r from jsonb_array_elements(p_rows) with ordinality x (r, nth) order by btrim(r ->> 'session_id'), nth loop
    v_one := cpd.book_row(v_row);
    v_results := v_results || jsonb_strip_nulls(jsonb_build_object('line', v_row -> 'line', 'session_id', v_row ->> 'session_id', 'school_urn', v_row ->> 'school_urn', 'delegate', v_row ->> 'name')
      || coalesce(v_one.refused || '{"outcome":"refused"}', jsonb_build_object('outcome', 'booked', 'booking_id', v_one.booked -> 'booking_id', 'status', v_one.booked -> 'status',
        'waiting_position', v_one.booked -> 'waiting_position', 'gross_pence', v_one.booked -> 'gross_pence')));
  end loop;
  if not coalesce(p_keep_going, false) then
    perform cpd.refuse_rows(v_results);
  end if;
  return query
  select r.line, r.session_id, r.school_urn, r.delegate, r.outcome, r.booking_id, r.status, r.waiting_position, r.gross_pence, r.field, r.reason, r.message, r.accepted
  from jsonb_to_recordset(v_results) r (line integer, session_id text, school_urn text, delegate text, outcome text, booking_id text, status text, waiting_position integer,
    gross_pence bigint, field text, reason text, message text, accepted text)
  order by r.line;
end $$;
comment on function cpd.book_rows is 'cpd.book_rows books rows, each one delegate of a school on a session, as book_places does. All of them or none, unless it is to keep going: then those that can be, and of each other one why not.';
grant execute on function cpd.book_rows to persona_la_admin, persona_officer, persona_booker;
