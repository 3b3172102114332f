-- Calls by which an authority turns its notices on, and tries them.

create function notices.policy_of() returns notices.policy
language plpgsql stable as $$
declare
  v_policy notices.policy;
begin
  select p.* into v_policy from notices.policy p where p.authority_id = auth.authority_id();
  if not found then
    v_policy := row(auth.authority_id(), false, null, (select a.name from register.authority a where a.authority_id = auth.authority_id()), null, '{2,10}',
      0)::notices.policy;
  end if;
  return v_policy;
end $$;
comment on function notices.policy_of is 'notices.policy_of is what the authority decided about notices, or, at version 0, that they are off.';
grant execute on function notices.policy_of to improve_exec;

create function notices.get_notice_policy()
returns table (sending boolean, sender text, sender_name text, reply_to text, reminder_days jsonb, own boolean, version integer)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_policy constant notices.policy := notices.policy_of();
begin
  return query select v_policy.sending, v_policy.sender, v_policy.sender_name, v_policy.reply_to, to_jsonb(v_policy.reminder_days), v_policy.version > 0,
    v_policy.version;
end $$;
comment on function notices.get_notice_policy is 'notices.get_notice_policy shows whether the authority sends notices, from which address, and when it reminds.';
grant execute on function notices.get_notice_policy to persona_la_admin, persona_officer;

create function notices.set_notice_policy(p_version integer, p_sending boolean, p_sender text, p_sender_name text, p_reply_to text, p_reminder_days jsonb,
  p_no_reminders boolean)
returns table (sending boolean, sender text, sender_name text, reply_to text, reminder_days jsonb, own boolean, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_policy notices.policy := notices.policy_of();
begin
  perform errors.required('version', p_version, '0 while the authority has decided nothing');
  if v_policy.version <> p_version then
    perform errors.stale('version', p_version, v_policy.version);
  end if;
  v_policy.sending := coalesce(p_sending, v_policy.sending);
  v_policy.sender := case when p_sender is null then v_policy.sender else nullif(btrim(p_sender), '') end;
  v_policy.sender_name := case when p_sender_name is null then v_policy.sender_name else nullif(btrim(p_sender_name), '') end;
  v_policy.reply_to := case when p_reply_to is null then v_policy.reply_to else nullif(btrim(p_reply_to), '') end;
  v_policy.reminder_days := case when p_no_reminders then '{}'
    when jsonb_array_length(p_reminder_days) > 0 then array(select distinct d::integer from jsonb_array_elements_text(p_reminder_days) d order by 1)
    else v_policy.reminder_days end;
  insert into notices.policy as p (authority_id, sending, sender, sender_name, reply_to, reminder_days)
  values (v_policy.authority_id, v_policy.sending, v_policy.sender, v_policy.sender_name, v_policy.reply_to, v_policy.reminder_days)
  on conflict (authority_id) do update
  set sending = excluded.sending, sender = excluded.sender, sender_name = excluded.sender_name, reply_to = excluded.reply_to,
    reminder_days = excluded.reminder_days, version = p.version + 1
  where p.version = p_version;
  if not found then
    perform errors.stale('version', p_version, (notices.policy_of()).version);
  end if;
  return query select g.* from notices.get_notice_policy() g;
end $$;
comment on function notices.set_notice_policy is 'notices.set_notice_policy turns the authority''s notices on or off, and says from which address they come and when people are reminded. Off, nothing is written, and what waits stays where it is.';
grant execute on function notices.set_notice_policy to persona_la_admin;

create function notices.send_test_notice(p_address text) returns table (notice_id text, address text, status text)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_ref text;
begin
  perform errors.required('address', btrim(p_address), 'an e-mail address');
  if not notices.is_address(btrim(p_address)) then
    perform errors.invalid('address', 'That is no address that mail can be sent to.', null, 'such as jo@school.example', 'EMAIL_FORM');
  elsif not notices.are_on() then
    perform errors.precondition('NOTICES_OFF', 'The authority''s notices are off.', null, null, 'an authority whose notices are on',
      'improve notice set-policy --sending --sender ADDRESS turns them on.');
  end if;
  v_ref := notices.queue('notice.test', 'test', 'colleague', btrim(p_address), '{}');
  return query select n.notice_id, n.to_address, n.status from notices.notice n where n.authority_id = auth.authority_id() and n.notice_id = v_ref;
end $$;
comment on function notices.send_test_notice is 'notices.send_test_notice writes a notice that says nothing but that it arrives.';
grant execute on function notices.send_test_notice to persona_la_admin;
