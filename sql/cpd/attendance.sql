-- Who came (CPD-9): marked date by date, as often as one likes. Staying away is charged by the terms once every date is marked, and put right with the mark.

create function cpd.missed(p_booking_id text) returns integer
language plpgsql stable security definer set search_path = '' as $$
begin
  return (select count(*) from cpd.attendance a where a.authority_id = auth.authority_id() and a.booking_id = p_booking_id and a.mark = 'absent');
end $$;
comment on function cpd.missed is 'cpd.missed counts the dates that a delegate stayed away from.';

create function cpd.attended_of(p_booking_id text, p_parts integer) returns text
language plpgsql stable security definer set search_path = '' as $$
begin
  return (select case when count(*) < p_parts then null when bool_and(a.mark = 'attended') then 'attended' when bool_and(a.mark = 'absent') then 'absent' else 'part' end
    from cpd.attendance a where a.authority_id = auth.authority_id() and a.booking_id = p_booking_id);
end $$;
comment on function cpd.attended_of is 'cpd.attended_of is what the marks of all dates come to; null while one is not marked.';

create function cpd.take_back_absence(p_booking cpd.booking) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_charge cpd.charge;
begin
  select c.* into v_charge from cpd.charge c
  where c.authority_id = p_booking.authority_id and c.booking_id = p_booking.booking_id and c.cause = 'absence' and c.waive_reason is distinct from 'corrected';
  if not found then
    return false;
  end if;
  update cpd.charge c
  set waived_at = coalesce(c.waived_at, now()), waived_by = coalesce(c.waived_by, auth.person_id()), waive_reason = 'corrected', version = c.version + 1
  where c.authority_id = v_charge.authority_id and c.charge_id = v_charge.charge_id;
  perform money.credit_cause('cpd.absence', v_charge.charge_id, null, base.today(), 'The register was put right');
  return true;
end $$;
comment on function cpd.take_back_absence is 'cpd.take_back_absence credits what an absence was charged, for it was none; it tells whether one was.';

create function cpd.charge_absence(p_booking cpd.booking, p_session cpd.session, p_missed integer, p_whole boolean) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_band cpd.terms_band;
begin
  select b.* into v_band from cpd.terms_band b
  where b.authority_id = p_booking.authority_id and b.terms_id = p_booking.terms_id and b.number = p_booking.terms_number and b.place_kind = p_booking.place_kind and b.absent;
  if not found or not p_whole and not v_band.per_part then
    return null;
  end if;
  if p_whole then
    perform cpd.credit_price(p_booking, 'Absent: the terms say what is due instead');
  end if;
  return cpd.charge_for(p_booking, p_session, 'absence', p_missed);
end $$;
comment on function cpd.charge_absence is 'cpd.charge_absence charges what the terms say of absence: of a delegate who came to nothing, in place of the price; of one who missed some dates, what is charged for each. Where the terms say nothing the price stays as it is.';

create function cpd.mark_one(p_session cpd.session, p_booking cpd.booking, p_nth integer, p_mark text, p_parts integer, out change text, out attended text, out charge_id text)
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_was text;
  v_was_missed integer;
  v_missed integer;
begin
  select a.mark into v_was from cpd.attendance a where a.authority_id = p_booking.authority_id and a.booking_id = p_booking.booking_id and a.nth = p_nth;
  change := case when v_was is null then 'marked' when v_was = p_mark then 'unchanged' else 'corrected' end;
  attended := p_booking.attended;
  if change = 'unchanged' then
    return;
  end if;
  v_was_missed := cpd.missed(p_booking.booking_id);
  insert into cpd.attendance as a (authority_id, booking_id, nth, mark, marked_by) values (p_booking.authority_id, p_booking.booking_id, p_nth, p_mark, auth.person_id())
  on conflict (authority_id, booking_id, nth) do update set mark = excluded.mark, marked_by = excluded.marked_by, marked_at = excluded.marked_at;
  v_missed := cpd.missed(p_booking.booking_id);
  attended := cpd.attended_of(p_booking.booking_id, p_parts);
  if attended is distinct from p_booking.attended then
    update cpd.booking b set attended = mark_one.attended, version = b.version + 1 where b.authority_id = p_booking.authority_id and b.booking_id = p_booking.booking_id;
  end if;
  if attended is distinct from p_booking.attended or v_missed <> v_was_missed then
    if cpd.take_back_absence(p_booking) and p_booking.attended = 'absent' then
      perform cpd.charge_price(array[p_booking.booking_id]);
    end if;
    if attended is not null and p_booking.reservation_id is not null then
      perform sla.settle_part(p_booking.reservation_id, null, null);
    end if;
    if attended is not null and v_missed > 0 then
      charge_id := cpd.charge_absence(p_booking, p_session, v_missed, attended = 'absent');
    end if;
  end if;
  if p_booking.attended = 'attended' then
    update cpd.certificate c set withdrawn_on = base.today() where c.authority_id = p_booking.authority_id and c.booking_id = p_booking.booking_id and c.withdrawn_on is null;
  end if;
end $$;
comment on function cpd.mark_one is 'cpd.mark_one marks a delegate on one date, and brings charges and certificate to what the marks now say. The same mark again changes nothing.';

create function cpd.mark_session(p_session_id text, p_nth integer, p_ids text[], p_marks text[], p_others text)
returns table (booking_id text, mark text, change text, attended text, charge_id text)
language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_session cpd.session;
  v_booking cpd.booking;
  v_parts constant integer := cpd.parts_of(p_session_id);
  v_mark text;
  v_one record;
begin
  select s.* into strict v_session from cpd.session s where s.authority_id = auth.authority_id() and s.session_id = p_session_id for no key update;
  for v_booking in
    select b.* from cpd.booking b
    where b.authority_id = v_session.authority_id and b.session_id = p_session_id and b.status = 'confirmed'
      and (b.booking_id = any (p_ids) or p_others is not null and not exists (
        select from cpd.attendance a where a.authority_id = b.authority_id and a.booking_id = b.booking_id and a.nth = p_nth))
    order by b.ticket
  loop
    v_mark := coalesce(p_marks[array_position(p_ids, v_booking.booking_id)], p_others);
    v_one := cpd.mark_one(v_session, v_booking, p_nth, v_mark, v_parts);
    return query select v_booking.booking_id, v_mark, v_one.change, v_one.attended, v_one.charge_id;
  end loop;
end $$;
comment on function cpd.mark_session is 'cpd.mark_session marks delegates on one date of a session, holding its row; those who are not named and not marked yet as p_others says.';
grant execute on function cpd.mark_session to improve_exec;

create function cpd.require_marks(p_session_id text, p_ids text[], p_marks text[], p_others text) returns void
language plpgsql stable as $$
declare
  v_wrong text;
begin
  if cardinality(p_ids) = 0 and p_others is null then
    perform errors.invalid('marks', 'Nobody is marked.', 'CPD-9', 'marks, each of a booking, or others: what all the rest are');
  end if;
  select m into v_wrong from unnest(p_marks || p_others) m where m is not null and m not in ('attended', 'part', 'absent') limit 1;
  if found or array_position(p_marks, null) is not null then
    perform errors.invalid('marks', format('"%s" is no mark.', left(coalesce(v_wrong, ''), 40)), 'CPD-9', 'attended, part or absent', 'MARK_UNKNOWN');
  end if;
  select u into v_wrong from unnest(p_ids) u group by u having count(*) > 1 limit 1;
  if found then
    perform errors.invalid('marks', format('%s is marked twice.', v_wrong), 'CPD-9', 'each booking once');
  end if;
  select u into v_wrong from unnest(p_ids) u
  where not exists (select from cpd.booking b where b.authority_id = auth.authority_id() and b.session_id = p_session_id and b.booking_id = u and b.status = 'confirmed')
  limit 1;
  if found then
    perform errors.precondition('NO_PLACE', format('"%s" has no place on the session.', left(v_wrong, 40)), 'marks', 'CPD-9', 'confirmed bookings of the session',
      format('improve booking list --session-id %s shows them.', p_session_id));
  end if;
end $$;
comment on function cpd.require_marks is 'cpd.require_marks refuses marks of nobody, of none who has a place, twice of one, or other words.';

create function cpd.require_date(p_session cpd.session, p_part integer) returns integer
language plpgsql stable as $$
declare
  v_parts constant integer := cpd.parts_of(p_session.session_id);
  v_starts_at timestamptz := p_session.starts_at;
begin
  if p_session.status <> 'published' then
    perform errors.precondition('SESSION_CANCELLED', format('The session is %s: nobody comes.', case p_session.status when 'draft' then 'a draft' else 'cancelled' end), 'session_id', 'CPD-9',
      'a session that took place');
  elsif p_part not between 1 and v_parts or p_part is null and v_parts > 1 then
    perform errors.invalid('part', format('The session has %s date%s.', v_parts, case when v_parts > 1 then 's' else '' end), 'CPD-9', format('1 to %s', v_parts));
  end if;
  select coalesce(max(p.starts_at), v_starts_at) into v_starts_at from cpd.session_part p
  where p.authority_id = p_session.authority_id and p.session_id = p_session.session_id and p.nth = coalesce(p_part, 1);
  if v_starts_at > now() then
    perform errors.precondition('NOT_BEGUN', format('It begins on %s.', cpd.clock(v_starts_at)), 'part', 'CPD-9', 'a date that has begun');
  end if;
  return coalesce(p_part, 1);
end $$;
comment on function cpd.require_date is 'cpd.require_date is the number of the date that is marked; it refuses one that there is not, or that has not begun.';
grant execute on function cpd.require_marks, cpd.require_date to improve_exec;

create function cpd.record_attendance(p_session_id text, p_marks jsonb, p_others text, p_part integer)
returns table (booking_id text, delegate text, school_urn integer, mark text, change text, attended text, charge_id text, gross_pence bigint)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_session cpd.session;
  v_ids text[];
  v_marks text[];
  v_marked jsonb;
  v_nth integer;
begin
  perform errors.required('session_id', p_session_id, 'a reference such as se-7k2q9mx4td');
  select s.* into v_session from cpd.session s where s.authority_id = auth.authority_id() and s.session_id = p_session_id;
  if not found then
    perform cpd.refuse_session(p_session_id);
  end if;
  v_nth := cpd.require_date(v_session, p_part);
  select coalesce(array_agg(m ->> 'booking_id' order by o), '{}'), coalesce(array_agg(lower(btrim(m ->> 'mark')) order by o), '{}') into v_ids, v_marks
  from jsonb_array_elements(coalesce(p_marks, '[]')) with ordinality x (m, o);
  perform cpd.require_marks(p_session_id, v_ids, v_marks, nullif(lower(btrim(p_others)), ''));
  select jsonb_agg(to_jsonb(x)) into v_marked from cpd.mark_session(p_session_id, v_nth, v_ids, v_marks, nullif(lower(btrim(p_others)), '')) x;
  return query
  select x.booking_id, b.delegate_name, b.school_urn, x.mark, x.change, x.attended, x.charge_id, c.gross_pence
  from jsonb_to_recordset(v_marked) x (booking_id text, mark text, change text, attended text, charge_id text)
  join cpd.booking b on b.authority_id = auth.authority_id() and b.booking_id = x.booking_id
  left join cpd.charge c on c.authority_id = auth.authority_id() and c.charge_id = x.charge_id
  order by b.ticket;
end $$;
comment on function cpd.record_attendance is 'cpd.record_attendance marks who came to a date of a session; marked again, the same changes nothing and another puts it right, with the charge and the certificate that hang on it (CPD-9).';
grant execute on function cpd.record_attendance to persona_la_admin, persona_officer;

create function cpd.list_attendance(p_session_id text)
returns table (booking_id text, delegate text, school_urn integer, school text, marks jsonb, attended text, certificate_id text)
language plpgsql stable as $$
#variable_conflict use_column
begin
  perform errors.required('session_id', p_session_id, 'a reference such as se-7k2q9mx4td');
  if not exists (select from cpd.session s where s.authority_id = auth.authority_id() and s.session_id = p_session_id) then
    perform cpd.refuse_session(p_session_id);
  end if;
  return query
  select b.booking_id, b.delegate_name, b.school_urn, (register.school_on(b.school_urn, base.today())).name,
    (select coalesce(jsonb_agg(coalesce(a.mark, '-') order by n), '[]') from generate_series(1, cpd.parts_of(p_session_id)) n
      left join cpd.attendance a on a.authority_id = b.authority_id and a.booking_id = b.booking_id and a.nth = n),
    b.attended, c.certificate_id
  from cpd.booking b
  left join cpd.certificate c on c.authority_id = b.authority_id and c.booking_id = b.booking_id and c.withdrawn_on is null
  where b.authority_id = auth.authority_id() and b.session_id = p_session_id and b.status = 'confirmed'
  order by 4, lower(b.delegate_name), b.booking_id;
end $$;
comment on function cpd.list_attendance is 'cpd.list_attendance is the register of a session, by school: who has a place, who came to which date, who has a certificate. A school sees its own.';
grant execute on function cpd.list_attendance to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_booker;
