-- Meetings of networks: planned, held with who came and what it cost, or cancelled (NET-1).

create function networks.lock_meeting(p_meeting_id text, p_version integer) returns networks.meeting
language plpgsql volatile as $$
declare
  v_meeting networks.meeting;
begin
  perform errors.required('meeting_id', p_meeting_id, 'a reference such as ng-7k2q9mx4td');
  perform errors.required('version', p_version);
  select m.* into v_meeting from networks.meeting m where m.authority_id = auth.authority_id() and m.meeting_id = p_meeting_id for no key update;
  if not found then
    perform errors.not_found('meeting_id', format('There is no meeting "%s".', left(p_meeting_id, 40)), 'a reference such as ng-7k2q9mx4td',
      'improve network-meeting list shows them.');
  elsif v_meeting.version <> p_version then
    perform errors.stale('version', p_version, v_meeting.version);
  end if;
  return v_meeting;
end $$;
comment on function networks.lock_meeting is 'networks.lock_meeting finds a meeting at its version and holds it, or refuses.';
grant execute on function networks.lock_meeting to improve_exec;

create function networks.plan_network_meeting(p_network_id text, p_starts_at timestamptz, p_ends_at timestamptz, p_place text, p_cost_pence bigint)
returns table (meeting_id text, starts_at timestamptz, ends_at timestamptz, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_network constant networks.network := networks.require_network('network_id', p_network_id);
  v_day date;
begin
  perform errors.required('starts_at', p_starts_at, 'a day and time');
  v_day := (p_starts_at at time zone 'Europe/London')::date;
  if v_day < v_network.starts_on or v_day > v_network.ends_on then
    perform errors.precondition('NETWORK_NOT_THERE', format('%s is not there on %s.', v_network.name, to_char(v_day, 'FMDD Mon YYYY')), 'starts_at', 'NET-1',
      format('a day from %s on%s', v_network.starts_on, coalesce(', up to ' || v_network.ends_on, '')));
  end if;
  return query
  insert into networks.meeting (authority_id, meeting_id, network_id, starts_at, ends_at, place, cost_pence)
  values (auth.authority_id(), base.new_ref('ng'), p_network_id, p_starts_at, coalesce(p_ends_at, p_starts_at + interval '2 hours'), nullif(btrim(p_place), ''), p_cost_pence)
  returning meeting_id, starts_at, ends_at, version;
end $$;
comment on function networks.plan_network_meeting is 'networks.plan_network_meeting plans a meeting of a network, of two hours unless told, with what it is to cost.';
grant execute on function networks.plan_network_meeting to persona_la_admin, persona_officer;

create function networks.hold_network_meeting(p_meeting_id text, p_version integer, p_attendance jsonb, p_cost_pence bigint, p_outcome text)
returns table (meeting_id text, status text, attended integer, expected integer, cost_pence bigint, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_meeting networks.meeting := networks.lock_meeting(p_meeting_id, p_version);
  v_row record;
begin
  if v_meeting.status = 'cancelled' then
    perform errors.precondition('MEETING_CANCELLED', 'The meeting was cancelled.', 'meeting_id', 'NET-1', 'a meeting that is planned or held');
  elsif v_meeting.starts_at > now() then
    perform errors.precondition('MEETING_TO_COME', format('The meeting begins on %s.', to_char(v_meeting.starts_at at time zone 'Europe/London', 'FMDD Mon YYYY HH24:MI')), 'meeting_id',
      'NET-1', 'a meeting that has begun');
  end if;
  for v_row in
    select nullif(btrim(x.member_id), '') as member_id, coalesce(lower(nullif(btrim(x.came), '')), 'attended') as came
    from jsonb_to_recordset(coalesce(p_attendance, '[]')) x (member_id text, came text)
  loop
    if not exists (select from networks.member m where m.authority_id = auth.authority_id() and m.member_id = v_row.member_id and m.network_id = v_meeting.network_id
        and m.starts_on <= (v_meeting.starts_at at time zone 'Europe/London')::date
        and (m.ends_on is null or m.ends_on >= (v_meeting.starts_at at time zone 'Europe/London')::date)) then
      perform errors.not_found('attendance', format('"%s" is no member of the network on that day.', left(v_row.member_id, 40)), 'a member of the network',
        format('improve network-member list --network-id %s shows them.', v_meeting.network_id));
    end if;
    insert into networks.attendance (authority_id, meeting_id, member_id, came) values (auth.authority_id(), p_meeting_id, v_row.member_id, v_row.came)
    on conflict (authority_id, meeting_id, member_id) do update set came = excluded.came;
  end loop;
  update networks.meeting m
  set status = 'held', cost_pence = coalesce(p_cost_pence, m.cost_pence), outcome = coalesce(nullif(btrim(p_outcome), ''), m.outcome), version = m.version + 1
  where m.authority_id = auth.authority_id() and m.meeting_id = p_meeting_id
  returning m.* into v_meeting;
  return query
  select v_meeting.meeting_id, v_meeting.status, a.attended, a.expected, v_meeting.cost_pence, v_meeting.version from networks.attendance_of(v_meeting) a;
end $$;
comment on function networks.hold_network_meeting is 'networks.hold_network_meeting says that a meeting was held, who came, and what it cost. Said again it corrects what was said.';
grant execute on function networks.hold_network_meeting to persona_la_admin, persona_officer;

create function networks.attendance_of(p_meeting networks.meeting, out attended integer, out apologies integer, out expected integer)
language plpgsql stable as $$
begin
  select count(*) filter (where a.came = 'attended'), count(*) filter (where a.came = 'apologies'), count(*) into attended, apologies, expected
  from networks.member m
  left join networks.attendance a on a.authority_id = m.authority_id and a.meeting_id = p_meeting.meeting_id and a.member_id = m.member_id
  where m.authority_id = p_meeting.authority_id and m.network_id = p_meeting.network_id
    and m.starts_on <= (p_meeting.starts_at at time zone 'Europe/London')::date and (m.ends_on is null or m.ends_on >= (p_meeting.starts_at at time zone 'Europe/London')::date);
end $$;
comment on function networks.attendance_of is 'networks.attendance_of counts who came to a meeting, of those who were members on its day.';
grant execute on function networks.attendance_of to improve_exec;

create function networks.cancel_network_meeting(p_meeting_id text, p_version integer, p_reason text) returns table (meeting_id text, status text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_meeting constant networks.meeting := networks.lock_meeting(p_meeting_id, p_version);
begin
  perform errors.required('reason', btrim(p_reason));
  if v_meeting.status <> 'planned' then
    perform errors.precondition('MEETING_STATUS', format('The meeting is %s.', v_meeting.status), 'meeting_id', 'NET-1', 'a meeting that is planned');
  end if;
  return query
  update networks.meeting m set status = 'cancelled', cancel_reason = btrim(p_reason), version = m.version + 1
  where m.authority_id = auth.authority_id() and m.meeting_id = p_meeting_id
  returning m.meeting_id, m.status, m.version;
end $$;
comment on function networks.cancel_network_meeting is 'networks.cancel_network_meeting cancels a meeting that is planned; it is due again.';
grant execute on function networks.cancel_network_meeting to persona_la_admin, persona_officer;

create function networks.list_network_meetings(p_network_id text, p_kind text, p_status text, p_from date, p_to date)
returns table (meeting_id text, network_id text, network text, starts_at timestamptz, ends_at timestamptz, place text, status text, attended integer, expected integer, cost_pence bigint,
  outcome text, version integer)
language plpgsql stable as $$
#variable_conflict use_column
begin
  return query
  select m.meeting_id, m.network_id, n.name, m.starts_at, m.ends_at, m.place, m.status, case when m.status = 'held' then a.attended end, a.expected, m.cost_pence, m.outcome, m.version
  from networks.meeting m
  join networks.network n on n.authority_id = m.authority_id and n.network_id = m.network_id
  cross join lateral networks.attendance_of(m) a
  where m.authority_id = auth.authority_id() and (p_network_id is null or m.network_id = p_network_id) and (p_kind is null or n.kind = lower(p_kind))
    and (p_status is null or m.status = lower(p_status))
    and (p_from is null or m.starts_at >= (p_from::timestamp at time zone 'Europe/London')) and (p_to is null or m.starts_at < ((p_to + 1)::timestamp at time zone 'Europe/London'))
  order by m.starts_at, m.meeting_id;
end $$;
comment on function networks.list_network_meetings is 'networks.list_network_meetings lists meetings by time, with who came of those expected.';
grant execute on function networks.list_network_meetings to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner;
