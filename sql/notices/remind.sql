-- Reminders: looked for by the server at intervals and by whoever asks, each written once.

create function notices.remind() returns table (kind text, about text, recipient text, due_at timestamptz)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_policy constant notices.policy := notices.policy_of();
  v_days integer[] := v_policy.reminder_days; -- the nearest first
  v_until date[];
  v_due_at timestamptz;
  v_thing record;
  v_nth integer;
begin
  if not v_policy.sending or cardinality(v_days) = 0 then
    return;
  end if;
  v_until := array(select calendar.add_working_days(base.today(), d) from unnest(v_days) with ordinality x (d, nth) order by nth);
  v_due_at := greatest(now(), (calendar.office_hours(base.today())).opens_at);
  for v_thing in
    select t.* from cpd.to_remind(v_until[cardinality(v_until)]) t
    union all
    select t.* from visits.to_remind(v_until[cardinality(v_until)]) t
    order by day, about
  loop
    select n into strict v_nth from generate_subscripts(v_until, 1) n where v_thing.day <= v_until[n] order by n limit 1;
    -- Whoever learned of it after the day of the reminder has it fresh in mind.
    continue when v_thing.known_on >= calendar.add_working_days(v_thing.day, -v_days[v_nth]);
    if notices.queue(v_thing.kind, v_thing.about, v_thing.name, v_thing.address, v_thing.facts, p_school_urn => v_thing.school_urn,
        p_once_key => format('%s %s %s %s', v_thing.kind, v_thing.about, v_thing.day, v_days[v_nth]), p_due_at => v_due_at, p_passes_on_to => v_thing.passes_on_to) is not null then
      return query values (v_thing.kind, v_thing.about, v_thing.name, v_due_at);
    end if;
  end loop;
  for v_thing in select t.* from cpd.to_ask() t loop
    if notices.queue(v_thing.kind, v_thing.about, v_thing.name, v_thing.address, v_thing.facts, p_school_urn => v_thing.school_urn,
        p_once_key => format('%s %s %s', v_thing.kind, v_thing.about, v_thing.stage), p_due_at => v_due_at, p_passes_on_to => v_thing.passes_on_to) is not null then
      return query values (v_thing.kind, v_thing.about, v_thing.name, v_due_at);
    end if;
  end loop;
end $$;
comment on function notices.remind is 'notices.remind writes the reminders that are due today: of each place on a course and each visit the nearest of the policy''s days that has come, once, and only to those who knew of it before that day; and asks delegates at each stage of the evaluation, once. They leave when the office opens. An authority that reminds nobody asks nobody.';

create function notices.run_reminders() returns table (kind text, about text, recipient text, due_at timestamptz)
language plpgsql volatile cost 10000 as $$
#variable_conflict use_column
begin
  if not notices.are_on() then
    perform errors.precondition('NOTICES_OFF', 'The authority''s notices are off.', null, null, 'an authority whose notices are on',
      'improve notice set-policy --sending --sender ADDRESS turns them on.');
  end if;
  return query select r.* from notices.remind() r;
end $$;
comment on function notices.run_reminders is 'notices.run_reminders writes the reminders that are due and were not written yet; the server does so by itself at intervals.';
grant execute on function notices.run_reminders to persona_la_admin, persona_officer;

create function notices.remind_in(p_authority integer) returns bigint
language plpgsql volatile as $$
begin
  perform set_config('app.authority_id', p_authority::text, true), set_config('app.personas', 'officer', true);
  return (select count(*) from notices.remind());
end $$;
comment on function notices.remind_in is 'notices.remind_in writes the reminders that are due in an authority, outside a call: the server does it as an officer of the authority would, under the same row security. It tells how many.';
grant execute on function notices.remind, notices.remind_in to improve_exec;
