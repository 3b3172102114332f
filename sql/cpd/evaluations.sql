-- What delegates make of it, in three stages (CPD-9): before, on the day, and its impact later. Confidence is asked each time, so that it can be compared.

create function cpd.keep_evaluation(p_booking cpd.booking, p_stage text, p_confidence integer, p_rating integer, p_comment text, out change text, out certificate_id text)
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform from cpd.session s where s.authority_id = p_booking.authority_id and s.session_id = p_booking.session_id for no key update;
  change := case when exists (select from cpd.evaluation e where e.authority_id = p_booking.authority_id and e.booking_id = p_booking.booking_id and e.stage = p_stage)
    then 'changed' else 'recorded' end;
  insert into cpd.evaluation as e (authority_id, booking_id, stage, confidence, rating, comment, written_by)
  values (p_booking.authority_id, p_booking.booking_id, p_stage, p_confidence, p_rating, p_comment, auth.person_id())
  on conflict (authority_id, booking_id, stage) do update
  set confidence = excluded.confidence, rating = excluded.rating, comment = excluded.comment, written_by = excluded.written_by, written_at = excluded.written_at;
  -- Where the certificate waited for this, it is there now.
  if p_stage = 'day' and cpd.lacks(p_booking) is null and (select c.certificate_after from cpd.session s join cpd.course c using (authority_id, course_id)
      where s.authority_id = p_booking.authority_id and s.session_id = p_booking.session_id) = 'evaluation' and not exists (
      select from cpd.certificate c where c.authority_id = p_booking.authority_id and c.booking_id = p_booking.booking_id and c.withdrawn_on is null) then
    certificate_id := cpd.certify(p_booking);
  end if;
end $$;
comment on function cpd.keep_evaluation is 'cpd.keep_evaluation keeps an answer, in place of an earlier one, and issues the certificate that waited for it.';
grant execute on function cpd.keep_evaluation to improve_exec;

create function cpd.require_stage(p_booking cpd.booking, p_session cpd.session, p_stage text) returns void
language plpgsql stable as $$
begin
  if coalesce(p_stage, '') not in ('before', 'day', 'impact') then
    perform errors.invalid('stage', format('"%s" is no stage.', left(coalesce(p_stage, ''), 40)), 'CPD-9', 'before, day or impact', 'STAGE_UNKNOWN');
  elsif p_booking.status <> 'confirmed' then
    perform errors.precondition('NO_PLACE', format('The booking is %s: there is nothing to evaluate.', p_booking.status), 'booking_id', 'CPD-9', 'a confirmed booking');
  elsif p_stage = 'before' and p_session.starts_at <= now() then
    perform errors.precondition('SESSION_STARTED', format('The session began on %s.', cpd.clock(p_session.starts_at)), 'stage', 'CPD-9', 'day, or impact');
  elsif p_stage <> 'before' and coalesce(p_booking.attended, 'unmarked') not in ('attended', 'part') then
    perform errors.precondition('NOT_ATTENDED', case when p_booking.attended = 'absent' then 'The delegate did not come.' else 'It is not marked yet that the delegate came.' end,
      'booking_id', 'CPD-9', 'a delegate who came');
  end if;
end $$;
comment on function cpd.require_stage is 'cpd.require_stage refuses a stage before its time, or of a delegate who did not come.';
grant execute on function cpd.require_stage to improve_exec;

create function cpd.record_evaluation(p_booking_id text, p_stage text, p_confidence integer, p_rating integer, p_comment text)
returns table (booking_id text, stage text, change text, certificate_id text)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_stage constant text := lower(btrim(p_stage));
  v_booking cpd.booking;
  v_kept record;
begin
  perform cpd.require_visible(p_booking_id);
  perform errors.required('stage', v_stage, 'before, day or impact');
  perform errors.required('confidence', p_confidence, '1 to 5');
  select b.* into v_booking from cpd.booking b where b.authority_id = auth.authority_id() and b.booking_id = p_booking_id;
  perform cpd.require_stage(v_booking, s, v_stage) from cpd.session s where s.authority_id = v_booking.authority_id and s.session_id = v_booking.session_id;
  if (v_stage = 'before') = (p_rating is not null) then
    perform errors.invalid('rating', case when v_stage = 'before' then 'Before it there is nothing to rate.' else 'How good was it, or what difference did it make?' end, 'CPD-9',
      case when v_stage = 'before' then 'confidence alone' else '1 to 5' end);
  end if;
  v_kept := cpd.keep_evaluation(v_booking, v_stage, p_confidence, p_rating, nullif(btrim(p_comment), ''));
  if v_kept.certificate_id is not null then
    perform cpd.tell_certificate(p_booking_id, v_kept.certificate_id);
  end if;
  return query values (p_booking_id, v_stage, v_kept.change, v_kept.certificate_id);
end $$;
comment on function cpd.record_evaluation is 'cpd.record_evaluation writes down what a delegate made of a session at one of the three stages; again, it takes the place of what there was. Where the certificate waits for it, it is issued (CPD-9).';
grant execute on function cpd.record_evaluation to persona_la_admin, persona_officer, persona_booker;

create function cpd.list_evaluations(p_session_id text, p_course_id text, p_page_size integer, p_cursor text)
returns table (booking_id text, session_id text, course text, delegate text, school_urn integer, stage text, confidence integer, rating integer, comment text, written_at timestamptz,
  row_cursor text)
language plpgsql stable as $$
#variable_conflict use_column
begin
  return query
  select e.booking_id, b.session_id, c.title, b.delegate_name, b.school_urn, e.stage, e.confidence, e.rating, e.comment, e.written_at, jsonb_build_array(e.booking_id, e.stage)::text
  from cpd.evaluation e
  join cpd.booking b on b.authority_id = e.authority_id and b.booking_id = e.booking_id
  join cpd.session s on s.authority_id = b.authority_id and s.session_id = b.session_id
  join cpd.course c on c.authority_id = s.authority_id and c.course_id = s.course_id
  where e.authority_id = auth.authority_id()
    and (p_session_id is null or b.session_id = p_session_id) and (p_course_id is null or s.course_id = p_course_id)
    and (p_cursor is null or (e.booking_id, e.stage) > (p_cursor::jsonb ->> 0, p_cursor::jsonb ->> 1))
  order by e.booking_id, e.stage
  limit greatest(1, least(coalesce(p_page_size, 100), 500));
end $$;
comment on function cpd.list_evaluations is 'cpd.list_evaluations lists what delegates wrote, stage by stage; a school sees its own. Figures stand in the report cpd-evaluation.';
grant execute on function cpd.list_evaluations to persona_la_admin, persona_officer, persona_booker;
