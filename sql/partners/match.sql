-- Matching (PAR-4): who could be assigned, in order, each with what counts for them; and why each other one could not.

create function partners.distance_km(p_from_urn integer, p_to_urn integer) returns numeric
language plpgsql stable as $$
begin
  return (
    select round((sqrt((f.easting - t.easting)::numeric ^ 2 + (f.northing - t.northing)::numeric ^ 2) / 1000), 1)
    from register.establishment_version f, register.establishment_version t
    where f.urn = p_from_urn and f.superseded_at is null and f.valid_to is null and f.easting > 0 and f.northing > 0
      and t.urn = p_to_urn and t.superseded_at is null and t.valid_to is null and t.easting > 0 and t.northing > 0);
end $$;
comment on function partners.distance_km is 'partners.distance_km is how far one school is from another as the crow flies, by the register''s eastings and northings; null where it has none.';

create function partners.rule_out(p_partner partners.partner, p_school_urn integer, p_phase_group text, p_role text, p_half_days integer, p_starts_on date,
  p_ends_on date, p_expertise text)
returns table (criterion text, why text, accepted text)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_full record;
  v_phases text;
begin
  return query
  select case when f.cause in ('kind', 'accreditation') then f.cause else 'conflict' end, f.message, f.accepted
  from partners.findings(p_partner.partner_id, p_school_urn, p_role, p_starts_on, p_ends_on) f;
  select f.* into v_full from partners.fullest_day(p_partner.partner_id, p_starts_on, p_ends_on) f;
  if v_full.half_days_left < p_half_days then
    return query values ('capacity', format('%s of %s half-days a year left on %s, %s wanted.', v_full.half_days_left, v_full.capacity,
      partners.day(v_full.fullest_on), p_half_days), format('%s or fewer', v_full.half_days_left));
  end if;
  select string_agg(distinct h.phase_group, ', ') into v_phases
  from partners.partner_expertise h
  where h.authority_id = p_partner.authority_id and h.partner_id = p_partner.partner_id and (p_expertise is null or h.code = p_expertise);
  if p_expertise is not null and v_phases is null then
    return query values ('expertise', format('No expertise in %s.', p_expertise), format('a partner with %s', p_expertise));
  elsif not exists (select from partners.partner_expertise h where h.authority_id = p_partner.authority_id and h.partner_id = p_partner.partner_id
      and (p_expertise is null or h.code = p_expertise) and h.phase_group in (p_phase_group, 'Any')) and v_phases is not null then
    return query values ('phase', format('Works in %s%s, and not in %s.', v_phases, coalesce(' with ' || p_expertise, ''), p_phase_group),
      format('a partner for %s', p_phase_group));
  end if;
end $$;
comment on function partners.rule_out is 'partners.rule_out lists why a partner could not be assigned, each reason with what would be accepted: kind, accreditation, conflict, capacity, expertise, phase. No row: they could.';

create function partners.past_rating(p_partner_id text, out notes integer, out met integer, out in_part integer)
language plpgsql stable as $$
begin
  select count(*), count(*) filter (where r.outcome = 'met'), count(*) filter (where r.outcome = 'partly_met') into notes, met, in_part
  from visits.visit v
  join notes.rating r on r.authority_id = v.authority_id and r.visit_id = v.visit_id
  where v.authority_id = auth.authority_id() and v.partner_id = p_partner_id;
end $$;
comment on function partners.past_rating is 'partners.past_rating counts what raters made of a partner''s notes of visit: how many they rated, how many met the standard, and how many in part (VIS-4).';

create function partners.weigh(p_partner partners.partner, p_school_urn integer, p_phase_group text, p_role text, p_half_days integer, p_starts_on date,
  p_ends_on date, p_expertise text)
returns table (nth integer, criterion text, points integer, most integer, why text)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_full record;
  v_km numeric := partners.distance_km(p_partner.base_school_urn, p_school_urn);
  v_in_phase boolean;
  v_pence bigint;
  v_left numeric;
  v_rated record;
begin
  if p_expertise is not null then
    select bool_or(h.phase_group = p_phase_group) into v_in_phase from partners.partner_expertise h
    where h.authority_id = p_partner.authority_id and h.partner_id = p_partner.partner_id and h.code = p_expertise;
    return query values (1, 'expertise', case when v_in_phase then 30 else 20 end, 30,
      format('%s in %s.', p_expertise, case when v_in_phase then p_phase_group else 'any phase' end));
  end if;
  select bool_or(h.phase_group = p_phase_group) into v_in_phase from partners.partner_expertise h
  where h.authority_id = p_partner.authority_id and h.partner_id = p_partner.partner_id;
  return query values (2, 'phase', case when v_in_phase then 20 when not v_in_phase then 15 else 5 end, 20,
    case when v_in_phase then format('Works in %s.', p_phase_group) when not v_in_phase then 'Works in any phase.' else 'No phase is recorded.' end);
  select f.* into v_full from partners.fullest_day(p_partner.partner_id, p_starts_on, p_ends_on) f;
  v_left := (v_full.half_days_left - p_half_days)::numeric / greatest(v_full.capacity, 1);
  return query values (3, 'capacity', round(20 * v_left)::integer, 20,
    format('%s of %s half-days a year would be left.', v_full.half_days_left - p_half_days, v_full.capacity));
  return query values (4, 'distance', coalesce(round(15 * greatest(0, 1 - v_km / 60)), 0)::integer, 15,
    coalesce(v_km || ' km from the base school.', case when p_partner.base_school_urn is null then 'No base school.' else 'The distance is not known.' end));
  v_pence := partners.rate_for(p_partner.partner_id, p_role, 'in_person', p_starts_on);
  return query values (5, 'cost', coalesce(round(15 * greatest(0, 1 - v_pence / 60000.0)), 0)::integer, 15,
    coalesce('£' || to_char(v_pence / 100.0, 'FM999,990.00') || ' a half-day, £' || to_char(v_pence * p_half_days / 100.0, 'FM9,999,990.00') || ' a year.',
      'No rate is known.'));
  select r.* into v_rated from partners.past_rating(p_partner.partner_id) r;
  if v_rated.notes > 0 then
    return query values (6, 'rating', round(10 * (v_rated.met + v_rated.in_part / 2.0) / v_rated.notes)::integer, 10,
      format('Notes that were rated: %s; met the standard: %s, in part: %s.', v_rated.notes, v_rated.met, v_rated.in_part));
  end if;
end $$;
comment on function partners.weigh is 'partners.weigh says what counts for a partner in a school: points out of the most there are, by expertise (30, where one is asked for), phase (20), capacity left (20), distance (15, none from 60 km on) cost (15, none from £600 a half-day on), and past rating (10, where there is one).';
grant execute on function partners.distance_km, partners.rule_out, partners.past_rating, partners.weigh to improve_exec;

create function partners.match_partners(p_school_urn integer, p_role text, p_half_days integer, p_starts_on date, p_ends_on date, p_expertise text)
returns table (rank integer, partner_id text, partner text, score integer, criterion text, points integer, why text, accepted text)
language plpgsql stable cost 10000 as $$
#variable_conflict use_column
declare
  v_starts_on constant date := coalesce(p_starts_on, base.today());
  v_half_days constant integer := coalesce(p_half_days, 6);
  v_role constant text := coalesce(lower(btrim(p_role)), 'sip');
  v_expertise constant text := lower(nullif(btrim(p_expertise), ''));
  v_school record;
  v_other record;
begin
  perform errors.required('school_urn', p_school_urn, 'a URN');
  perform partners.require_in_order(v_starts_on, p_ends_on, 'PAR-4');
  perform register.require_open_school('school_urn', p_school_urn, auth.authority_id(), v_starts_on);
  if v_expertise is not null then
    perform partners.read_expertise(jsonb_build_array(jsonb_build_object('code', v_expertise)));
  end if;
  select s.* into v_school from register.establishment_on(p_school_urn, v_starts_on) s;
  select a.assignment_id, a.starts_on, a.ends_on, p.name into v_other
  from partners.assignment a
  join partners.partner p on p.authority_id = a.authority_id and p.partner_id = a.partner_id
  where a.authority_id = auth.authority_id() and a.school_urn = p_school_urn and a.role = v_role and a.status = 'live'
    and (p_ends_on is null or a.starts_on <= p_ends_on) and (a.ends_on is null or a.ends_on >= v_starts_on)
  limit 1;
  if found then
    raise notice using errcode = 'IMNTE', message = format('%s is %s of %s, %s (%s): another partner would take it by a hand-over.', v_other.name, v_role,
      v_school.name, partners.spans(datemultirange(daterange(v_other.starts_on, v_other.ends_on, '[]'))), v_other.assignment_id);
  end if;
  return query
  with judged as materialized (
    select p.partner_id, p.name, o.criterion, o.why, o.accepted, p
    from partners.partner p
    left join lateral partners.rule_out(p, p_school_urn, v_school.phase_group, v_role, v_half_days, v_starts_on, p_ends_on, v_expertise) o on true
    where p.authority_id = auth.authority_id()
  ), weighed as materialized (
    select j.partner_id, j.name, w.*, sum(w.points) over whole as got, sum(w.most) over whole as most_of_all
    from judged j
    cross join lateral partners.weigh(j.p, p_school_urn, v_school.phase_group, v_role, v_half_days, v_starts_on, p_ends_on, v_expertise) w
    where j.criterion is null
    window whole as (partition by j.partner_id)
  ), ranked as (
    select w.*, round(100.0 * w.got / w.most_of_all)::integer as score,
      dense_rank() over (order by w.got desc, w.name, w.partner_id)::integer as rank
    from weighed w
  )
  select r.rank, r.partner_id, r.name, r.score, r.criterion, r.points, r.why, r.accepted
  from (
    select r.rank, r.partner_id, r.name, r.score, r.criterion, r.points, r.why, r.nth, null::text as accepted from ranked r
    union all
    select null, j.partner_id, j.name, null, j.criterion, null, j.why, 0, j.accepted from judged j where j.criterion is not null
  ) r
  order by r.rank nulls last, r.name, r.partner_id, r.nth, r.criterion;
end $$;
comment on function partners.match_partners is 'partners.match_partners ranks the partners who could take a school, with what counts for each line by line, and lists every other one with each reason that rules them out and what would be accepted (PAR-4). It writes nothing.';
grant execute on function partners.match_partners to persona_la_admin, persona_officer;
