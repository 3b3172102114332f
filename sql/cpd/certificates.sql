-- Certificates (CPD-9): for who came to all of it, and where the course asks it has said what they made of it.

create function cpd.certify(p_booking cpd.booking) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_ref text;
begin
  select c.certificate_id into v_ref from cpd.certificate c
  where c.authority_id = p_booking.authority_id and c.booking_id = p_booking.booking_id and c.withdrawn_on is null;
  if found then
    return v_ref;
  end if;
  v_ref := base.new_ref('ce');
  insert into cpd.certificate (authority_id, certificate_id, booking_id, course, provider, minutes, dates, issued_on, issued_by)
  select s.authority_id, v_ref, p_booking.booking_id, c.title, c.provider, d.minutes, d.dates, base.today(), auth.person_id()
  from cpd.session s
  join cpd.course c on c.authority_id = s.authority_id and c.course_id = s.course_id
  cross join lateral (
    select coalesce(sum(extract(epoch from p.ends_at - p.starts_at) / 60)::integer, extract(epoch from s.ends_at - s.starts_at)::integer / 60) as minutes,
      coalesce(array_agg((p.starts_at at time zone 'Europe/London')::date order by p.nth), array[(s.starts_at at time zone 'Europe/London')::date]) as dates
    from cpd.session_part p where p.authority_id = s.authority_id and p.session_id = s.session_id
  ) d
  where s.authority_id = p_booking.authority_id and s.session_id = p_booking.session_id;
  return v_ref;
end $$;
comment on function cpd.certify is 'cpd.certify gives a delegate their certificate, once; it tells its number.';

create function cpd.lacks(p_booking cpd.booking) returns text
language plpgsql stable security definer set search_path = '' as $$
begin
  return (select case when p_booking.attended is distinct from 'attended' then 'attendance'
      when c.certificate_after = 'evaluation' and not exists (
        select from cpd.evaluation e where e.authority_id = p_booking.authority_id and e.booking_id = p_booking.booking_id and e.stage = 'day') then 'evaluation' end
    from cpd.session s join cpd.course c on c.authority_id = s.authority_id and c.course_id = s.course_id
    where s.authority_id = p_booking.authority_id and s.session_id = p_booking.session_id);
end $$;
comment on function cpd.lacks is 'cpd.lacks is what a delegate still lacks for a certificate: attendance or evaluation; null for nothing.';

create function cpd.certify_session(p_session_id text) returns table (booking_id text, certificate_id text, outcome text)
language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_booking cpd.booking;
  v_had text;
  v_lacks text;
begin
  perform from cpd.session s where s.authority_id = auth.authority_id() and s.session_id = p_session_id for no key update;
  for v_booking in
    select b.* from cpd.booking b where b.authority_id = auth.authority_id() and b.session_id = p_session_id and b.status = 'confirmed' order by b.ticket
  loop
    v_lacks := cpd.lacks(v_booking);
    select c.certificate_id into v_had from cpd.certificate c where c.authority_id = v_booking.authority_id and c.booking_id = v_booking.booking_id and c.withdrawn_on is null;
    return query select v_booking.booking_id, case when v_lacks is null then cpd.certify(v_booking) end,
      case when v_lacks is not null then 'lacks ' || v_lacks when v_had is null then 'issued' else 'had' end;
  end loop;
end $$;
comment on function cpd.certify_session is 'cpd.certify_session gives the delegates of a session the certificates that they have earned, and tells of each what came of it.';
grant execute on function cpd.certify_session to improve_exec;

create function cpd.tell_certificate(p_booking_id text, p_certificate_id text) returns void
language plpgsql volatile as $$
begin
  perform cpd.tell(array[p_booking_id], 'booking.certificate', jsonb_build_object('certificate', p_certificate_id, 'how', 'Your school can print it, and asks for it by this number.'));
end $$;
comment on function cpd.tell_certificate is 'cpd.tell_certificate writes a delegate that they have a certificate.';
grant execute on function cpd.tell_certificate to improve_exec;

create function cpd.issue_certificates(p_session_id text)
returns table (booking_id text, delegate text, school_urn integer, outcome text, certificate_id text)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_session cpd.session;
  v_issued record;
begin
  perform errors.required('session_id', p_session_id, 'a reference such as se-7k2q9mx4td');
  select s.* into v_session from cpd.session s where s.authority_id = auth.authority_id() and s.session_id = p_session_id;
  if not found then
    perform cpd.refuse_session(p_session_id);
  elsif v_session.ends_at > now() or v_session.status <> 'published' then
    perform errors.precondition('SESSION_NOT_OVER', format('The session %s.', case when v_session.status = 'published' then 'ends on ' || cpd.clock(v_session.ends_at) else 'did not take place' end),
      'session_id', 'CPD-9', 'a session that is over');
  end if;
  for booking_id, delegate, school_urn, outcome, certificate_id in
    select x.booking_id, b.delegate_name, b.school_urn, x.outcome, x.certificate_id
    from cpd.certify_session(p_session_id) x
    join cpd.booking b on b.authority_id = auth.authority_id() and b.booking_id = x.booking_id
    order by b.ticket
  loop
    if outcome = 'issued' then
      perform cpd.tell_certificate(booking_id, certificate_id);
    end if;
    return next;
  end loop;
end $$;
comment on function cpd.issue_certificates is 'cpd.issue_certificates gives everybody who came to all of a session, and has evaluated it where the course asks that, a certificate with its number, once, and tells them (CPD-9).';
grant execute on function cpd.issue_certificates to persona_la_admin, persona_officer;

create function cpd.get_certificate(p_certificate_id text)
returns table (certificate_id text, delegate text, school text, course text, provider text, dates jsonb, minutes integer, issued_on date, issued_by text, booking_id text,
  withdrawn_on date)
language plpgsql stable as $$
#variable_conflict use_column
begin
  perform errors.required('certificate_id', p_certificate_id, 'a number such as ce-7k2q9mx4td');
  return query
  select c.certificate_id, b.delegate_name, (register.school_on(b.school_urn, c.dates[1])).name, c.course, coalesce(c.provider, a.name), to_jsonb(c.dates), c.minutes, c.issued_on, a.name,
    c.booking_id, c.withdrawn_on
  from cpd.certificate c
  join cpd.booking b on b.authority_id = c.authority_id and b.booking_id = c.booking_id
  join register.authority a on a.authority_id = c.authority_id
  where c.authority_id = auth.authority_id() and c.certificate_id = p_certificate_id;
  if not found then
    perform errors.not_found('certificate_id', format('There is no certificate "%s".', left(p_certificate_id, 40)), 'a number such as ce-7k2q9mx4td',
      'improve attendance list SESSION shows them.');
  end if;
end $$;
comment on function cpd.get_certificate is 'cpd.get_certificate shows what stands on a certificate, and whether it still holds; a school sees those of its delegates.';
grant execute on function cpd.get_certificate to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_booker;

create function cpd.set_certificate_rule(p_course_id text, p_version integer, p_after text) returns table (course_id text, certificate_after text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_version integer;
begin
  perform cpd.require_course('course_id', p_course_id);
  perform errors.required('version', p_version);
  perform errors.required('after', btrim(p_after), 'attendance or evaluation');
  select c.version into v_version from cpd.course c where c.authority_id = auth.authority_id() and c.course_id = p_course_id for no key update;
  if v_version <> p_version then
    perform errors.stale('version', p_version, v_version);
  end if;
  return query
  update cpd.course c set certificate_after = lower(btrim(p_after)), version = c.version + 1
  where c.authority_id = auth.authority_id() and c.course_id = p_course_id
  returning c.course_id, c.certificate_after, c.version;
end $$;
comment on function cpd.set_certificate_rule is 'cpd.set_certificate_rule says whether certificates of a course come after attendance, or only after the evaluation, too.';
grant execute on function cpd.set_certificate_rule to persona_la_admin, persona_officer;
