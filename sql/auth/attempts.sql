-- Wrong sign-ins: told alike, counted by a call of their own, and slowed. What is right is never made to wait for what others got wrong:
-- a key or code waits only for its own wrong attempts from the same source, and a source's waiting holds up only what is wrong anyway.

create function auth.attempt_subject(p_kind text, p_value bytea) returns bytea
language sql stable as $$
  select sha256(convert_to(p_kind || ':' || coalesce(current_setting('app.source', true), '') || ':', 'UTF8') || coalesce(p_value, ''))
$$;
comment on function auth.attempt_subject is 'auth.attempt_subject names what attempts are counted for: a key or code, as it comes from one source.';

create function auth.refuse_sign_in(p_subject bytea) returns void
language plpgsql stable as $$
begin
  raise exception using errcode = 'IM016', message = 'Sign-in refused: the code is unknown, used or out of date, or the device is not enrolled.',
    hint = 'Ask your administrator for a new code: improve member invite.',
    detail = jsonb_build_object('reason', 'SIGN_IN_REFUSED', 'attempt', encode(p_subject, 'hex'))::text;
end $$;
comment on function auth.refuse_sign_in is 'auth.refuse_sign_in ends a wrong sign-in, whatever is wrong about it, in the same words; the server then counts it (auth.note_attempt). Never returns.';

create function auth.require_no_back_off(p_subject bytea) returns void
language plpgsql stable security definer set search_path = '' as $$
declare
  v_wait timestamptz;
begin
  select w.wait_until into v_wait from auth.wrong_attempt w where w.subject = p_subject;
  if v_wait > pg_catalog.now() then
    raise exception using errcode = 'IM008', message = 'Too many wrong sign-ins: wait before the next.',
      detail = pg_catalog.jsonb_build_object('reason', 'SIGN_IN_BACK_OFF',
        'retry_ms', ceil(extract(epoch from v_wait - pg_catalog.now()) * 1000)::integer)::text;
  end if;
end $$;
alter function auth.require_no_back_off owner to improve_gate;
comment on function auth.require_no_back_off is 'auth.require_no_back_off refuses while this key or code has to wait (RESOURCE_EXHAUSTED), without looking whether it exists.';

create function auth.count_attempt(p_subject bytea) returns timestamptz
language sql volatile security definer set search_path = '' as $$
  insert into auth.wrong_attempt as w (subject, attempts, last_at, wait_until)
  values (p_subject, 1, pg_catalog.now(), pg_catalog.now())
  on conflict (subject) do update set attempts = w.attempts + 1, last_at = pg_catalog.now(),
    wait_until = (select case when w.attempts + 1 < p.free_attempts then pg_catalog.now()
      else pg_catalog.now() + least(p.back_off_most, p.back_off_first * power(2, least(w.attempts + 1 - p.free_attempts, 30))) end
      from auth.sign_in_policy p)
  returning wait_until
$$;
alter function auth.count_attempt owner to improve_gate;
comment on function auth.count_attempt is 'auth.count_attempt counts one wrong attempt and gives the time before which the next is not looked at: now for the first few, then doubling.';

create function auth.note_attempt(p_subject bytea, p_source text) returns table (wait_ms integer, held boolean)
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_source constant bytea := pg_catalog.sha256(pg_catalog.convert_to('source:' || coalesce(p_source, ''), 'UTF8'));
  v_wait timestamptz;
begin
  delete from auth.wrong_attempt w using auth.sign_in_policy p where w.last_at < pg_catalog.now() - p.back_off_most and w.wait_until < pg_catalog.now();
  select w.wait_until into v_wait from auth.wrong_attempt w where w.subject = v_source;
  held := coalesce(v_wait > pg_catalog.now(), false);
  if not held then -- else nothing is written: a flood of wrong sign-ins costs the database no row each
    v_wait := greatest(auth.count_attempt(v_source), auth.count_attempt(p_subject));
  end if;
  wait_ms := greatest(0, ceil(extract(epoch from v_wait - pg_catalog.now()) * 1000));
  return next;
end $$;
alter function auth.note_attempt owner to improve_gate;
comment on function auth.note_attempt is 'auth.note_attempt counts a wrong sign-in for its key or code and for its source, in a transaction of its own, as the refusal undid all else. It tells the milliseconds to wait, and whether the source was waiting already: the attempt is then answered as one that came too early, and not counted.';

grant execute on function auth.attempt_subject, auth.refuse_sign_in, auth.require_no_back_off to improve_exec, improve_gate;
grant execute on function auth.note_attempt to improve_exec;
