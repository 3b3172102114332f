-- Telling partners of their visits, by notices to those who have an identity and an address.

create function visits.notice_facts(p_visit visits.visit) returns jsonb
language plpgsql stable as $$
declare
  v_school constant text := (select e.name from register.establishment_on(p_visit.school_urn, visits.day_of(p_visit.starts_at)) e);
begin
  return jsonb_build_object('purpose', replace(p_visit.purpose, '_', ' '), 'mode', replace(p_visit.mode, '_', ' '),
    'when', notices.moment(p_visit.starts_at), 'ends', notices.time_of(p_visit.ends_at), 'place', coalesce(p_visit.place, v_school),
    'school', v_school, 'reason', p_visit.cancel_reason);
end $$;
comment on function visits.notice_facts is 'visits.notice_facts is what every notice about a visit may say.';

create function visits.tell_partner(p_visit visits.visit, p_what text) returns void
language plpgsql volatile as $$
declare
  v_partner partners.partner;
  v_facts jsonb;
begin
  if p_what not in ('planned', 'moved', 'cancelled') or not notices.are_on() then
    return;
  end if;
  select p.* into v_partner from partners.partner p
  where p.authority_id = p_visit.authority_id and p.partner_id = p_visit.partner_id and p.person_id is not null and p.email is not null;
  if not found then
    return;
  end if;
  v_facts := visits.notice_facts(p_visit);
  perform notices.queue('visit.' || p_what, p_visit.visit_id, v_partner.name, v_partner.email, v_facts,
    case when p_what <> 'cancelled' or notices.was_told(p_visit.visit_id, 'visit.planned') or notices.was_told(p_visit.visit_id, 'visit.moved')
      then notices.entry(p_visit.visit_id, p_visit.version - 1, case p_what when 'cancelled' then 'cancel' else 'request' end, p_visit.starts_at,
        p_visit.ends_at, format('%s: %s (%s)', v_facts ->> 'school', v_facts ->> 'purpose', v_facts ->> 'mode'), v_facts ->> 'place') end,
    p_school_urn => p_visit.school_urn);
end $$;
comment on function visits.tell_partner is 'visits.tell_partner writes a notice to a visit''s partner that it is planned, moved or cancelled, with its calendar entry, which has the UID and sequence of the one in the partner''s diary.';

create function visits.to_remind(p_until date)
returns table (kind text, about text, day date, known_on date, name text, address text, school_urn integer, facts jsonb, passes_on_to text)
language plpgsql stable as $$
#variable_conflict use_column
begin
  return query
  select 'visit.reminder', v.visit_id, visits.day_of(v.starts_at), visits.day_of(v.planned_at), p.name, p.email, v.school_urn, visits.notice_facts(v), null::text
  from visits.visit v
  join partners.partner p on p.authority_id = v.authority_id and p.partner_id = v.partner_id and p.person_id is not null and p.email is not null
  where v.authority_id = auth.authority_id() and v.status in ('planned', 'confirmed') and v.starts_at > now()
    and v.starts_at < ((p_until + 1)::timestamp at time zone 'Europe/London');
end $$;
comment on function visits.to_remind is 'visits.to_remind lists the visits to come up to a day whose partners can be written to.';
grant execute on function visits.notice_facts, visits.tell_partner, visits.to_remind to improve_exec;
