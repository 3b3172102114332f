-- The call's context, as the gate set it: what policies and calls may ask. Each reads a setting local to the transaction.
-- In a policy, wrap a use in (select …) so that it is evaluated once a statement.

create function auth.authority_id() returns integer
language sql stable parallel safe as $$ select nullif(current_setting('app.authority_id', true), '')::integer $$;
comment on function auth.authority_id is 'auth.authority_id is the authority of this call, 0 for the instance, null outside a call (which matches no row).';

create function auth.person_id() returns uuid
language sql stable parallel safe as $$ select nullif(current_setting('app.person_id', true), '')::uuid $$;
comment on function auth.person_id is 'auth.person_id is who calls; null outside a call.';

create function auth.has_persona(variadic p_personas text[]) returns boolean
language sql stable parallel safe as $$
  select coalesce(string_to_array(current_setting('app.personas', true), ',') && p_personas, false)
$$;
comment on function auth.has_persona is 'auth.has_persona tells whether the caller holds any of these personas in the authority of this call.';

create function auth.is_staff() returns boolean
language sql stable parallel safe as $$ select auth.has_persona('la_admin', 'officer', 'finance', 'reporter') $$;
comment on function auth.is_staff is 'auth.is_staff tells whether the caller works for the authority of this call, and so may read all of it. Partners and bookers are not staff: they read their own rows.';

create function auth.urns() returns integer[]
language sql stable parallel safe as $$
  select coalesce(string_to_array(nullif(current_setting('app.urns', true), ''), ',')::integer[], '{}')
$$;
comment on function auth.urns is 'auth.urns are the schools (URN) that the caller books for in the authority of this call.';

create function auth.request_id() returns uuid
language sql stable parallel safe as $$ select nullif(current_setting('app.request_id', true), '')::uuid $$;
comment on function auth.request_id is 'auth.request_id is the id under which this write is recorded.';

create function auth.is_dry_run() returns boolean
language sql stable parallel safe as $$ select coalesce(current_setting('app.dry_run', true), '') = 'on' $$;
comment on function auth.is_dry_run is 'auth.is_dry_run tells whether this call will be rolled back. For wording only: a dry run does the same work.';

create function base.today() returns date
language sql stable parallel safe as $$ select (now() at time zone 'Europe/London')::date $$;
comment on function base.today is 'base.today is the date in England at the start of the transaction (C-3).';

create function base.new_ref(p_prefix text) returns text
language plpgsql volatile parallel safe as $$
declare
  v_alphabet constant text := '0123456789abcdefghjkmnpqrstvwxyz';
  v_random constant bytea := uuid_send(gen_random_uuid());
  v_ref text := p_prefix || '-';
  i integer;
begin
  foreach i in array array[0, 1, 2, 3, 4, 5, 10, 11, 12, 13] loop -- the bytes of a UUID that are all random
    v_ref := v_ref || substr(v_alphabet, 1 + (get_byte(v_random, i) & 31), 1);
  end loop;
  return v_ref;
end $$;
comment on function base.new_ref is 'base.new_ref makes the short random reference that people see and type, such as bk-7k2q9mx4td: 50 random bits, in an alphabet without look-alikes. Unique within its authority by the table''s primary key.';

create function base.authority_code(p_authority_id integer) returns text
language sql immutable parallel safe as $$ select lpad(p_authority_id::text, 3, '0') $$;
comment on function base.authority_code is 'base.authority_code writes an authority''s number as the DfE code people use: 929, 001.';

grant execute on function auth.authority_id, auth.person_id, auth.has_persona, auth.is_staff, auth.urns, auth.request_id, auth.is_dry_run,
  base.today, base.new_ref, base.authority_code to improve_exec, improve_gate;
