-- How a call refuses. SQLSTATE IM0nn carries gRPC status nn; DETAIL carries reason, rule and field as JSON. C maps both and adds nothing.

create function errors.refuse(p_code integer, p_reason text, p_message text, p_field text default null, p_rule text default null,
  p_accepted text default null, p_hint text default null, p_violations jsonb default null) returns void
language plpgsql stable as $$
begin
  raise exception using
    errcode = 'IM' || lpad(p_code::text, 3, '0'),
    message = p_message,
    detail = jsonb_strip_nulls(jsonb_build_object('reason', p_reason, 'rule', p_rule, 'violations',
      coalesce(p_violations, case when p_field is not null then jsonb_build_array(jsonb_strip_nulls(jsonb_build_object(
        'field', p_field, 'description', p_message, 'accepted', p_accepted))) end)))::text,
    hint = coalesce(p_hint, '');
end $$;
comment on function errors.refuse is 'errors.refuse ends the call with a gRPC status (3 INVALID_ARGUMENT … 16 UNAUTHENTICATED), a stable UPPER_SNAKE reason, a message for people, and, where one field is at fault, its name, the rule of the domain and what would be accepted. Give p_violations instead of p_field for several: [{"field","description","accepted"}]. Never returns.';

create function errors.invalid(p_field text, p_message text, p_rule text default null, p_accepted text default null,
  p_reason text default 'INVALID_FIELD') returns void
language sql stable as $$
  select errors.refuse(3, p_reason, p_message, p_field, p_rule, p_accepted)
$$;
comment on function errors.invalid is 'errors.invalid refuses a field whose value is wrong whatever the state of the data (INVALID_ARGUMENT).';

create function errors.not_found(p_field text, p_message text, p_accepted text default null, p_hint text default null) returns void
language sql stable as $$
  select errors.refuse(5, 'NOT_FOUND', p_message, p_field, null, p_accepted, p_hint)
$$;
comment on function errors.not_found is 'errors.not_found refuses a reference to a thing that is not there, or not the caller''s: the two are told alike (NOT_FOUND).';

create function errors.precondition(p_reason text, p_message text, p_field text default null, p_rule text default null,
  p_accepted text default null, p_hint text default null) returns void
language sql stable as $$
  select errors.refuse(9, p_reason, p_message, p_field, p_rule, p_accepted, p_hint)
$$;
comment on function errors.precondition is 'errors.precondition refuses what the state of the data does not allow now (FAILED_PRECONDITION).';

create function errors.exists(p_reason text, p_message text, p_field text default null, p_rule text default null,
  p_hint text default null) returns void
language sql stable as $$
  select errors.refuse(6, p_reason, p_message, p_field, p_rule, null, p_hint)
$$;
comment on function errors.exists is 'errors.exists refuses to make what is there already (ALREADY_EXISTS).';

create function errors.stale(p_field text, p_given integer, p_current integer) returns void
language sql stable as $$
  select errors.refuse(10, 'STALE_VERSION', format('The record changed since it was read: you have version %s, it is at %s.', p_given, p_current),
    p_field, 'C-8', p_current::text, 'Read it again and repeat the change on what you find.')
$$;
comment on function errors.stale is 'errors.stale refuses an update made from an outdated version (ABORTED).';

create function errors.required(p_field text, p_value anyelement, p_accepted text default null) returns void
language plpgsql immutable as $$
begin
  if p_value is null or p_value::text = '' then
    perform errors.refuse(3, 'FIELD_REQUIRED', format('%s is required.', p_field), p_field, null, p_accepted);
  end if;
end $$;
comment on function errors.required is 'errors.required refuses the call when a field it cannot do without is absent or empty (INVALID_ARGUMENT).';

create view errors.constraint_message with (security_invoker = true) as
select n.nspname::text as table_schema, c.conname::text as constraint_name, d.description as refusal
from pg_catalog.pg_constraint c
join pg_catalog.pg_class t on t.oid = c.conrelid
join pg_catalog.pg_namespace n on n.oid = t.relnamespace
join pg_catalog.pg_description d on d.objoid = c.oid and d.classoid = 'pg_catalog.pg_constraint'::regclass
where d.description like '{%';
comment on view errors.constraint_message is 'What a broken constraint says to people: the JSON in its COMMENT, {"reason","message","field","rule","accepted","code"}. The server reads it at start.';
comment on column errors.constraint_message.table_schema is 'Schema of the constraint''s table.';
comment on column errors.constraint_message.constraint_name is 'Name of the constraint.';
comment on column errors.constraint_message.refusal is 'Its comment: a JSON object.';
grant select on errors.constraint_message to improve_exec;
grant execute on function errors.refuse, errors.invalid, errors.not_found, errors.precondition, errors.exists, errors.stale, errors.required
  to improve_exec, improve_gate;
