-- What it costs to cancel or to stay away, with the count of days that it turns on (CPD-6).

create function cpd.count_notice(p_given_on date, p_starts_on date, p_counting text, p_most integer, out days integer, out counted jsonb)
language plpgsql stable as $$
declare
  v_first date := p_starts_on;
begin
  days := 0;
  counted := '[]';
  if p_most = 0 or p_given_on >= p_starts_on then
    return;
  end if;
  -- No further back than the longest notice that anybody asks for.
  v_first := greatest(p_given_on, calendar.move_days(p_starts_on, -p_most, p_counting, null));
  select count(*) filter (where d.counts), jsonb_agg(jsonb_strip_nulls(jsonb_build_object('day', d.day, 'weekday', to_char(d.day, 'FMDay'), 'counts', d.counts,
      'number', case when d.counts then d.number end, 'reason', d.reason)) order by d.day desc)
    into days, counted
  from (
    select c.*, count(*) filter (where c.counts) over (order by c.day desc) as number
    from calendar.days(v_first, p_starts_on - 1, p_counting, null) c
  ) d;
end $$;
comment on function cpd.count_notice is 'cpd.count_notice counts the notice that was given of a day: the days from that of the notice to the last one before, back from the session, and no more than somebody asks for (C-4). So four working days before a Tuesday are given on the Wednesday of the week before.';

create function cpd.parts_of(p_session_id text) returns integer
language plpgsql stable security definer set search_path = '' as $$
begin
  return greatest(1, (select count(*) from cpd.session_part p where p.authority_id = auth.authority_id() and p.session_id = p_session_id));
end $$;
comment on function cpd.parts_of is 'cpd.parts_of is the number of dates of a session.';

create function cpd.band_for(p_booking cpd.booking, p_absent boolean, p_given_on date, p_starts_on date, out band cpd.terms_band, out words text, out days integer, out counted jsonb)
language plpgsql stable security definer set search_path = '' as $$
declare
  v_before text;
  v_longest integer;
begin
  for band in
    select b.* from cpd.terms_band b
    where b.authority_id = p_booking.authority_id and b.terms_id = p_booking.terms_id and b.number = p_booking.terms_number
      and b.place_kind = p_booking.place_kind and b.absent = p_absent
    order by b.nth
  loop
    if not p_absent then
      select max(b.at_least_days) into v_longest from cpd.terms_band b
      where b.authority_id = band.authority_id and b.terms_id = band.terms_id and b.number = band.number and b.place_kind = band.place_kind and not b.absent
        and b.counting = band.counting;
      select c.days, c.counted into days, counted from cpd.count_notice(p_given_on, p_starts_on, band.counting, v_longest) c;
    end if;
    if p_absent or days >= band.at_least_days then
      words := cpd.band_words(band, v_before);
      return;
    end if;
    v_before := format('%s %s', band.at_least_days, band.counting);
  end loop;
  band := null;
end $$;
comment on function cpd.band_for is 'cpd.band_for is the first band of a booking''s terms whose notice was given, in words, with the count; nulls where its terms say nothing of its kind of place.';

create function cpd.substitute_pence(p_booking cpd.booking) returns bigint
language plpgsql stable security definer set search_path = '' as $$
begin
  return (select v.substitute_pence from cpd.terms_version v
    where v.authority_id = p_booking.authority_id and v.terms_id = p_booking.terms_id and v.number = p_booking.terms_number);
end $$;
comment on function cpd.substitute_pence is 'cpd.substitute_pence is what another delegate on a booking costs by its terms, net.';

create function cpd.cost_lines(p_booking cpd.booking, p_vat_pence bigint) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return case when p_vat_pence > 0 then jsonb_build_array(jsonb_build_object('clause', 'vat', 'pence', p_vat_pence, 'text', format('VAT at %s%%', trim_scale(p_booking.vat_percent))))
      else '[]' end
    || jsonb_build_object('clause', 'terms', 'pence', 0, 'text', format('%s, version %s, as booked on %s',
      (select t.name from cpd.terms t where t.authority_id = p_booking.authority_id and t.terms_id = p_booking.terms_id), p_booking.terms_number, cpd.clock(p_booking.booked_at)));
end $$;
comment on function cpd.cost_lines is 'cpd.cost_lines are the last reasons of every cost: its VAT, and the terms it was booked under.';

create function cpd.cost_of(p_booking cpd.booking, p_session cpd.session, p_cause text, p_given_on date, p_parts integer, out net_pence bigint, out vat_pence bigint,
  out notice_days integer, out counted jsonb, out reasons jsonb)
language plpgsql stable security definer set search_path = '' as $$
declare
  v_band record;
begin
  net_pence := 0;
  vat_pence := 0;
  counted := '[]';
  if p_booking.terms_id is null then
    reasons := '[{"clause":"terms","text":"Booked when the authority had no terms of cancellation","pence":0}]' || cpd.units_lines(p_booking, p_session, p_given_on);
    return;
  elsif p_booking.moved_at is not null and p_cause <> 'absence' then
    reasons := jsonb_build_array(jsonb_build_object('clause', 'moved', 'pence', 0, 'text', format('The organiser moved it on %s: nothing is charged', cpd.clock(p_booking.moved_at))))
      || case when p_cause = 'cancellation' then cpd.units_lines(p_booking, p_session, p_given_on) else '[]' end;
    return;
  elsif p_cause = 'substitution' then
    net_pence := cpd.substitute_pence(p_booking);
    vat_pence := sla.vat_on(net_pence, p_booking.vat_percent);
    reasons := jsonb_build_array(jsonb_build_object('clause', 'substitute', 'pence', net_pence, 'text', 'Another delegate on the booking')) || cpd.cost_lines(p_booking, vat_pence);
    return;
  end if;
  v_band := cpd.band_for(p_booking, p_cause = 'absence', p_given_on, (p_session.starts_at at time zone 'Europe/London')::date);
  if v_band.words is null then
    reasons := jsonb_build_array(jsonb_build_object('clause', 'band', 'pence', 0, 'text', format('The terms charge nothing for %s places', p_booking.place_kind)));
  else
    notice_days := v_band.days;
    counted := coalesce(v_band.counted, '[]');
    net_pence := case (v_band.band).charge when 'nothing' then 0 when 'percent' then round(p_booking.price_pence * (v_band.band).percent / 100)
      else (v_band.band).pence end * case when (v_band.band).per_part then p_parts else 1 end;
    vat_pence := sla.vat_on(net_pence, p_booking.vat_percent);
    reasons := jsonb_build_array(jsonb_build_object('clause', 'band', 'pence', net_pence, 'text', concat(v_band.words,
      case when p_cause <> 'absence' then format(' (%s given)', v_band.days) end, case when (v_band.band).charge = 'percent' then format(', %s', sla.pounds(p_booking.price_pence)) end,
      case when (v_band.band).per_part then format(', %s', p_parts) end)));
  end if;
  reasons := reasons || case when p_cause = 'cancellation' then cpd.units_lines(p_booking, p_session, p_given_on) else '[]' end || cpd.cost_lines(p_booking, vat_pence);
end $$;
comment on function cpd.cost_of is 'cpd.cost_of is what a confirmed booking costs that is cancelled on a day, or whose delegate missed so many dates, by the terms it was made under: net, VAT, the count of days and the reasons, whose pence add up to the gross (CPD-6).';

grant execute on function cpd.count_notice, cpd.parts_of, cpd.cost_of to improve_exec;

create function cpd.last_days(p_booking cpd.booking, p_starts_on date) returns jsonb
language plpgsql stable as $$
begin
  return (select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('band', b.words,
      'until', case when b.at_least_days > 0 then calendar.move_days(p_starts_on, -b.at_least_days, b.counting, null) end)) order by b.nth), '[]')
    from (
      select cpd.band_words(x, lag(format('%s %s', x.at_least_days, x.counting)) over (order by x.nth)) as words, x.nth, x.at_least_days, x.counting from cpd.terms_band x
      where x.authority_id = p_booking.authority_id and x.terms_id = p_booking.terms_id and x.number = p_booking.terms_number
        and x.place_kind = p_booking.place_kind and not x.absent
    ) b);
end $$;
comment on function cpd.last_days is 'cpd.last_days lists the bands of a booking with the last day on which each still holds.';
grant execute on function cpd.last_days to improve_exec;

create function cpd.quote_cancellation(p_booking_id text, p_on date)
returns table (booking_id text, delegate text, status text, starts_at timestamptz, cancelled_on date, notice_days integer, counted jsonb, net_pence bigint, vat_pence bigint,
  gross_pence bigint, reasons jsonb, bands jsonb)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_booking cpd.booking;
  v_session cpd.session;
  v_cost record;
  v_on constant date := coalesce(p_on, base.today());
begin
  perform cpd.require_visible(p_booking_id);
  select b.* into v_booking from cpd.booking b where b.authority_id = auth.authority_id() and b.booking_id = p_booking_id;
  perform cpd.require_in(v_booking, '{requested,waiting,offered,confirmed}', 'cancel');
  select s.* into v_session from cpd.session s where s.authority_id = auth.authority_id() and s.session_id = v_booking.session_id;
  if v_booking.status <> 'confirmed' then
    return query values (p_booking_id, v_booking.delegate_name, v_booking.status, v_session.starts_at, v_on, null::integer, '[]'::jsonb, 0::bigint, 0::bigint, 0::bigint,
      jsonb_build_array(jsonb_build_object('clause', 'band', 'pence', 0, 'text', 'Not confirmed: nothing is charged')), '[]'::jsonb);
    return;
  end if;
  v_cost := cpd.cost_of(v_booking, v_session, 'cancellation', v_on, cpd.parts_of(v_session.session_id));
  return query values (p_booking_id, v_booking.delegate_name, v_booking.status, v_session.starts_at, v_on, v_cost.notice_days, v_cost.counted, v_cost.net_pence, v_cost.vat_pence,
    v_cost.net_pence + v_cost.vat_pence, v_cost.reasons, cpd.last_days(v_booking, (v_session.starts_at at time zone 'Europe/London')::date));
end $$;
comment on function cpd.quote_cancellation is 'cpd.quote_cancellation tells what cancelling a booking would cost on a day, today unless given, with the count of days, and the last day of each band of its terms (CPD-6).';
grant execute on function cpd.quote_cancellation to persona_la_admin, persona_officer, persona_finance, persona_booker;
