-- What the server asks to send notices (server/mail): one is taken, sent, and marked. Taken, it is due again after the lease, whatever became of
-- the server that took it: it leaves at least once, and whoever gets it twice finds the same Message-ID. These functions work for all authorities.

create function notices.claim(p_after integer, p_lease_ms integer, p_attempts integer)
returns table (authority_id integer, notice_id text, claim uuid, kind text, message_id text, sender text, sender_name text, reply_to text,
  to_address text, to_name text, subject text, body text, attempts integer, queued_at bigint, uid text, sequence integer, method text, starts_at bigint,
  ends_at bigint, summary text, location text)
language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_policy notices.policy;
  v_notice notices.notice;
begin
  -- By turns: the authority after the one served last comes first, so that a long outbox delays no other.
  for v_policy in select p.* from notices.policy p where p.sending order by p.authority_id <= p_after, p.authority_id loop
    select n.* into v_notice from notices.notice n
    where n.authority_id = v_policy.authority_id and n.status = 'waiting' and n.due_at <= pg_catalog.now()
    order by n.due_at, n.notice_id
    limit 1
    for update skip locked;
    continue when not found;
    if v_notice.attempts >= p_attempts then
      update notices.notice n
      set status = 'dead', claim = null, finished_at = pg_catalog.now(), version = n.version + 1,
        failure = pg_catalog.format('Taken %s times, and the last time nobody said what became of it.', v_notice.attempts)
      where n.authority_id = v_notice.authority_id and n.notice_id = v_notice.notice_id;
      continue;
    end if;
    return query
    update notices.notice n
    set claim = pg_catalog.gen_random_uuid(), attempts = n.attempts + 1, version = n.version + 1,
      due_at = pg_catalog.now() + p_lease_ms * interval '1 millisecond'
    where n.authority_id = v_notice.authority_id and n.notice_id = v_notice.notice_id
    returning n.authority_id, n.notice_id, n.claim, n.kind, n.message_id, v_policy.sender, v_policy.sender_name, v_policy.reply_to, n.to_address, n.to_name,
      n.subject, n.body, n.attempts, extract(epoch from n.queued_at)::bigint, n.event ->> 'uid', (n.event ->> 'sequence')::integer, n.event ->> 'method',
      extract(epoch from (n.event ->> 'starts_at')::timestamptz)::bigint, extract(epoch from (n.event ->> 'ends_at')::timestamptz)::bigint,
      n.event ->> 'summary', n.event ->> 'location';
    return;
  end loop;
end $$;
alter function notices.claim owner to improve_sender;
comment on function notices.claim is 'notices.claim takes the notice that has been due longest, of the first authority after p_after that has one, for p_lease_ms: whole, to be sent. No row when none is due. What was taken p_attempts times without an answer is a dead letter: it may be what stops the servers.';

create function notices.finish(p_authority integer, p_notice_id text, p_claim uuid, p_outcome text, p_failure text, p_retry_ms integer, p_attempts integer)
returns text
language sql volatile security definer set search_path = '' as $$
  update notices.notice n
  set status = next.status, claim = null, version = n.version + 1, failure = pg_catalog.left(p_failure, 500),
    finished_at = case when next.status <> 'waiting' then pg_catalog.now() end,
    -- Twice as long each time, up to four hours, and a quarter more or less, so that what failed together does not come again together.
    due_at = case when next.status = 'waiting' then pg_catalog.now() + (0.75 + pg_catalog.random() / 2)
      * least(p_retry_ms * 2 ^ (least(n.attempts, 20) - 1), 14400000) * interval '1 millisecond' else n.due_at end
  from (
    select was.attempts, case when p_outcome = 'sent' then 'sent' when p_outcome = 'refused' or was.attempts >= p_attempts then 'dead' else 'waiting' end as status
    from notices.notice was where was.authority_id = p_authority and was.notice_id = p_notice_id
  ) next
  where n.authority_id = p_authority and n.notice_id = p_notice_id and n.claim = p_claim
  returning n.status
$$;
alter function notices.finish owner to improve_sender;
comment on function notices.finish is 'notices.finish marks a notice that was taken: sent; refused, for good; or later, to be tried again when p_retry_ms, doubled with each attempt, have passed, up to p_attempts attempts. It tells the notice''s status then; null when the claim was lost to another, or the notice is gone.';

create function notices.totals(p_authority integer) returns table (status text, notices bigint, oldest timestamptz)
language sql stable security definer set search_path = '' as $$
  select n.status, count(*), min(n.queued_at) from notices.notice n where p_authority is null or n.authority_id = p_authority group by n.status
$$;
alter function notices.totals owner to improve_sender;
comment on function notices.totals is 'notices.totals counts an authority''s notices by status; without one, all authorities'' together.';

create function notices.senders() returns table (authority_id integer)
language sql stable security definer set search_path = '' as $$
  select p.authority_id from notices.policy p where p.sending order by 1
$$;
alter function notices.senders owner to improve_sender;
comment on function notices.senders is 'notices.senders lists the authorities that send notices, for the server to look where somebody is to be reminded.';
grant execute on function notices.claim, notices.finish, notices.totals, notices.senders to improve_exec;
