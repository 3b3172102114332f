-- Calls about what was sent, what waits, and what could not be delivered.

create function notices.list_notices(p_status text, p_kind text, p_about text, p_page_size integer, p_cursor text)
returns table (notice_id text, kind text, about text, recipient text, address text, status text, attempts integer, due_at timestamptz, failure text,
  queued_at timestamptz, finished_at timestamptz, version integer, row_cursor text)
language plpgsql stable as $$
#variable_conflict use_column
begin
  if p_status not in ('waiting', 'sent', 'dead', 'discarded') then
    perform errors.invalid('status', format('Notices are not "%s".', left(p_status, 40)), null, 'waiting, sent, dead or discarded');
  end if;
  return query
  select n.notice_id, n.kind, n.about, n.to_name, n.to_address, n.status, n.attempts, case when n.status = 'waiting' then n.due_at end, n.failure,
    n.queued_at, n.finished_at, n.version, jsonb_build_array(n.queued_at, n.notice_id)::text
  from notices.notice n
  where n.authority_id = auth.authority_id()
    and (p_status is null or n.status = p_status)
    and (p_kind is null or n.kind = lower(p_kind))
    and (p_about is null or n.about = p_about)
    and (p_cursor is null or (n.queued_at, n.notice_id) < ((p_cursor::jsonb ->> 0)::timestamptz, p_cursor::jsonb ->> 1))
  order by n.queued_at desc, n.notice_id desc
  limit greatest(1, least(coalesce(p_page_size, 100), 500));
end $$;
comment on function notices.list_notices is 'notices.list_notices lists the authority''s notices, the latest first; status dead gives the dead letters.';

create function notices.hold(p_notice_id text) returns notices.notice
language plpgsql volatile as $$
declare
  v_notice notices.notice;
begin
  perform errors.required('notice_id', p_notice_id, 'a reference such as no-7k2q9mx4td');
  select n.* into v_notice from notices.notice n where n.authority_id = auth.authority_id() and n.notice_id = p_notice_id for no key update;
  if not found then
    perform notices.refuse_unknown(p_notice_id);
  elsif v_notice.claim is not null and v_notice.due_at > now() then
    perform errors.precondition('BEING_SENT', 'The notice is being sent at this moment.', 'notice_id', null, 'a notice that is not on its way',
      'Look again in a minute.');
  end if;
  return v_notice;
end $$;
comment on function notices.hold is 'notices.hold finds a notice of the authority that is not on its way, and holds the row to the end of the transaction.';

create function notices.refuse_unknown(p_notice_id text) returns void
language plpgsql stable as $$
begin
  perform errors.not_found('notice_id', format('There is no notice "%s".', left(p_notice_id, 40)), 'a reference such as no-7k2q9mx4td',
    'improve notice list shows them.');
end $$;
comment on function notices.refuse_unknown is 'notices.refuse_unknown says that there is no such notice. Never returns.';
grant execute on function notices.hold, notices.refuse_unknown to improve_exec;

create function notices.get_notice(p_notice_id text)
returns table (notice_id text, kind text, about text, school_urn integer, recipient text, address text, subject text, body text, calendar_entry text,
  template_version integer, message_id text, status text, attempts integer, due_at timestamptz, failure text, queued_at timestamptz,
  finished_at timestamptz, version integer)
language plpgsql stable as $$
#variable_conflict use_column
begin
  perform errors.required('notice_id', p_notice_id, 'a reference such as no-7k2q9mx4td');
  return query
  select n.notice_id, n.kind, n.about, n.school_urn, n.to_name, n.to_address, n.subject, n.body,
    case when n.event is not null then format('%s: %s, %s to %s', n.event ->> 'method', n.event ->> 'summary',
      notices.moment((n.event ->> 'starts_at')::timestamptz), notices.time_of((n.event ->> 'ends_at')::timestamptz)) end,
    n.template_number, n.message_id, n.status, n.attempts, case when n.status = 'waiting' then n.due_at end, n.failure, n.queued_at, n.finished_at, n.version
  from notices.notice n
  where n.authority_id = auth.authority_id() and n.notice_id = p_notice_id;
  if not found then
    perform notices.refuse_unknown(p_notice_id);
  end if;
end $$;
comment on function notices.get_notice is 'notices.get_notice shows a notice whole, as it was or will be sent.';

create function notices.retry_notice(p_notice_id text, p_version integer) returns table (notice_id text, status text, due_at timestamptz, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_was notices.notice;
begin
  v_was := notices.hold(p_notice_id);
  perform errors.required('version', p_version);
  if v_was.version <> p_version then
    perform errors.stale('version', p_version, v_was.version);
  elsif v_was.status not in ('waiting', 'dead') then
    perform errors.precondition('NOTICE_STATUS', format('The notice is %s; it is not sent again.', v_was.status), 'notice_id', null, 'a notice that waits or is dead');
  elsif not notices.is_address(v_was.to_address) then
    perform errors.precondition('EMAIL_FORM', 'Its address is none that mail can be sent to.', 'notice_id', null, 'a notice to an address such as jo@school.example',
      'Correct the address where it was given, and cause the notice anew.');
  end if;
  return query
  update notices.notice n
  set status = 'waiting', attempts = 0, due_at = now(), finished_at = null, version = n.version + 1
  where n.authority_id = v_was.authority_id and n.notice_id = p_notice_id
  returning n.notice_id, n.status, n.due_at, n.version;
end $$;
comment on function notices.retry_notice is 'notices.retry_notice has a dead letter, or a notice that waits for its next attempt, sent now, with all its attempts before it.';

create function notices.discard_notice(p_notice_id text, p_version integer, p_reason text) returns table (notice_id text, status text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_was notices.notice;
begin
  v_was := notices.hold(p_notice_id);
  perform errors.required('version', p_version);
  perform errors.required('reason', btrim(p_reason));
  if v_was.version <> p_version then
    perform errors.stale('version', p_version, v_was.version);
  elsif v_was.status not in ('waiting', 'dead') then
    perform errors.precondition('NOTICE_STATUS', format('The notice is %s.', v_was.status), 'notice_id', null, 'a notice that waits or is dead');
  end if;
  return query
  update notices.notice n
  set status = 'discarded', finished_at = now(), version = n.version + 1
  where n.authority_id = v_was.authority_id and n.notice_id = p_notice_id
  returning n.notice_id, n.status, n.version;
end $$;
comment on function notices.discard_notice is 'notices.discard_notice has a notice that waits, or a dead letter, not sent any more; the audit trail keeps who decided it and why.';

create function notices.count_notices() returns table (status text, notices bigint, oldest timestamptz)
language sql stable as $$
  select t.status, t.notices, t.oldest from notices.totals(nullif(auth.authority_id(), 0)) t order by t.status
$$;
comment on function notices.count_notices is 'notices.count_notices counts the authority''s notices by status; for the operator, all authorities'' together.';
grant execute on function notices.list_notices, notices.get_notice, notices.retry_notice, notices.discard_notice to persona_la_admin, persona_officer;
grant execute on function notices.count_notices to persona_la_admin, persona_officer, persona_operator;
