-- How a notice comes to be: notices.queue, in the transaction of what it tells.

create function notices.are_on() returns boolean
language plpgsql stable as $$
begin
  return exists (select from notices.policy p where p.authority_id = auth.authority_id() and p.sending);
end $$;
comment on function notices.are_on is 'notices.are_on tells whether the call''s authority sends notices. A caller asks it before it reads what a notice would say.';

create function notices.entry(p_about text, p_sequence integer, p_method text, p_starts_at timestamptz, p_ends_at timestamptz, p_summary text,
  p_location text) returns jsonb
language plpgsql stable as $$
begin
  return jsonb_build_object('uid', format('%s-%s@improve', base.authority_code(auth.authority_id()), p_about), 'sequence', p_sequence,
    'method', p_method, 'starts_at', p_starts_at, 'ends_at', p_ends_at, 'summary', notices.line(p_summary, 200),
    'location', notices.line(p_location, 300));
end $$;
comment on function notices.entry is 'notices.entry is the calendar entry that goes with a notice. What it is about has one entry for ever, whose sequence must rise with each change; the method is request, for a new entry or a changed one, or cancel.';

create function notices.queue(p_kind text, p_about text, p_to_name text, p_to_address text, p_facts jsonb, p_entry jsonb default null,
  p_school_urn integer default null, p_once_key text default null, p_due_at timestamptz default null, p_passes_on_to text default null) returns text
language plpgsql volatile as $$
declare
  v_authority constant integer := auth.authority_id();
  v_address constant text := btrim(coalesce(p_to_address, ''));
  v_ref constant text := base.new_ref('no');
  v_policy notices.policy;
  v_kind notices.kind;
  v_template notices.template;
  v_facts jsonb;
  v_good boolean;
begin
  select p.* into v_policy from notices.policy p where p.authority_id = v_authority and p.sending;
  if not found or v_address = '' then
    return null;
  end if;
  select k.* into strict v_kind from notices.kind k where k.kind = p_kind;
  select t.* into v_template from notices.template t where t.authority_id = v_authority and t.kind = p_kind order by t.number desc limit 1;
  v_facts := p_facts || jsonb_build_object('name', coalesce(p_passes_on_to, p_to_name), 'reference', p_about,
    'authority', (select a.name from register.authority a where a.authority_id = v_authority));
  v_good := notices.is_address(v_address);
  -- No columns are named for the conflict, and none returned: whoever causes a notice may not read the outbox.
  insert into notices.notice (authority_id, notice_id, kind, about, school_urn, once_key, to_name, to_address, subject, body, event, template_number,
    message_id, status, due_at, failure, finished_at)
  values (v_authority, v_ref, p_kind, p_about, p_school_urn, p_once_key, notices.line(p_to_name, 200), v_address,
    notices.line(concat('For ' || p_passes_on_to || ': ', notices.render(coalesce(v_template.subject, v_kind.subject), v_facts)), 250),
    notices.lines(concat('Please pass this on to ' || notices.line(p_passes_on_to, 200) || E', whose address we do not have.\n\n',
      notices.render(coalesce(v_template.body, v_kind.body), v_facts))), p_entry, coalesce(v_template.number, 0),
    format('<%s.%s@%s>', v_ref, base.authority_code(v_authority), split_part(v_policy.sender, '@', 2)),
    case when v_good then 'waiting' else 'dead' end, coalesce(p_due_at, now()),
    case when not v_good then 'That is no address that mail can be sent to.' end, case when not v_good then now() end)
  on conflict do nothing;
  return case when found then v_ref end;
end $$;
comment on function notices.queue is 'notices.queue writes a notice to one person into the outbox, in the words of the authority''s template of its kind. It tells the notice''s reference, or null: notices are off, the person has no address, or there is one of this once_key already. An address that mail cannot be sent to makes a dead letter. p_passes_on_to is whom it is for, where it goes to somebody else. Facts fill the {{places}} of notices.kind; the calendar entry is notices.entry.';

create function notices.was_told(p_about text, p_kind text) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return exists (select from notices.notice n where n.authority_id = auth.authority_id() and n.about = p_about and n.kind = p_kind);
end $$;
comment on function notices.was_told is 'notices.was_told tells whether a notice of this kind was written about a thing: only what somebody has in their calendar is cancelled there. Whoever causes a notice may not read the outbox itself.';
grant execute on function notices.are_on, notices.entry, notices.queue, notices.was_told to improve_exec;
