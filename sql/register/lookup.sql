-- What other domains ask of the register: which schools there are on a day, and whether this one is open here.

create function register.is_open(p_status text, p_close_date date, p_on date) returns boolean
language sql immutable parallel safe as $$
  select p_status in ('Open', 'Open, but proposed to close') and (p_close_date is null or p_close_date > p_on)
$$;
comment on function register.is_open is 'register.is_open tells whether a status of GIAS means open on a day; a school that is proposed to close is open until its close date.';

create function register.schools_on(p_on date, p_known_at timestamptz) returns table (urn integer, school_id integer, authority_id integer,
  establishment_number text, name text, phase text, type text, type_group text, status text, is_open boolean, is_special boolean,
  is_maintained boolean, phase_group text, trust text, town text, postcode text, version_id bigint, low_age integer, high_age integer, open_date date,
  close_date date, ukprn text, street text, website text, valid_from date, valid_to date, recorded_at timestamptz)
language sql stable as $$
  select v.urn, e.school_id, v.authority_id, v.establishment_number, v.name, v.phase, v.type, v.type_group, v.status,
    register.is_open(v.status, v.close_date, p_on), coalesce(t.is_special, v.type_group = 'Special schools', false),
    coalesce(t.is_maintained, v.type_group = 'Local authority maintained schools', false),
    coalesce(g.phase_group, 'Other'), v.trust, v.town, v.postcode, v.version_id, v.low_age, v.high_age, v.open_date, v.close_date, v.ukprn, v.street,
    v.website, v.valid_from, v.valid_to, v.recorded_at
  from register.establishment_version v
  join register.establishment e on e.urn = v.urn
  left join register.establishment_type t on t.type = v.type
  left join register.phase_grouping g on g.authority_id = v.authority_id
    and g.phase = case when coalesce(t.is_special, v.type_group = 'Special schools') then 'Special' else v.phase end
  where v.valid_from <= p_on and (v.valid_to is null or v.valid_to > p_on)
    and case when p_known_at is null then v.superseded_at is null
      else v.recorded_at <= p_known_at and (v.superseded_at is null or v.superseded_at > p_known_at) end
$$;
comment on function register.schools_on is 'register.schools_on gives the establishments as they were on a day, by what we knew at a moment (null: by what we know now) (C-5).';

create function register.establishment_on(p_urn integer, p_on date) returns table (urn integer, authority_id integer, name text, phase text,
  status text, is_open boolean, is_maintained boolean, phase_group text, roll integer, type text, type_group text, is_special boolean)
language sql stable as $$
  with told as (
    select v.* from register.establishment_version v
    where v.urn = p_urn and v.superseded_at is null and (v.valid_to is null or v.valid_to > p_on)
    order by v.valid_from
    limit 1
  )
  select v.urn, v.authority_id, v.name, v.phase, v.status, register.is_open(v.status, v.close_date, p_on),
    coalesce(t.is_maintained, v.type_group = 'Local authority maintained schools', false), coalesce(g.phase_group, 'Other'),
    (select r.number_on_roll from register.roll_count r
     where r.urn = p_urn and r.superseded_at is null and r.counted_on <= p_on
     order by r.counted_on desc, r.recorded_at desc limit 1),
    v.type, coalesce(t.type_group, v.type_group), coalesce(t.is_special, v.type_group = 'Special schools', false)
  from told v
  left join register.establishment_type t on t.type = v.type
  left join register.phase_grouping g on g.authority_id = v.authority_id
    and g.phase = case when coalesce(t.is_special, v.type_group = 'Special schools') then 'Special' else v.phase end
  where v.valid_from <= p_on or v.open_date is null or v.open_date <= p_on
$$;
comment on function register.establishment_on is 'register.establishment_on gives an establishment as it was on a day, by what we know now; no row when there was none. On days before the register''s first record of it that record speaks, from its open date on: a register loaded today can serve last year''s bookings. roll is the latest count by that day.';

create function register.school_on(p_urn integer, p_on date, out name text, out authority_id integer, out is_open boolean, out is_maintained boolean,
  out type_group text)
language plpgsql stable as $$
begin
  select v.name, v.authority_id, register.is_open(v.status, v.close_date, p_on),
      coalesce(t.is_maintained, v.type_group = 'Local authority maintained schools', false), coalesce(t.type_group, v.type_group)
    into name, authority_id, is_open, is_maintained, type_group
  from register.establishment_version v
  left join register.establishment_type t on t.type = v.type
  where v.urn = p_urn and v.superseded_at is null and (v.valid_to is null or v.valid_to > p_on)
    and (v.valid_from <= p_on or v.open_date is null or v.open_date <= p_on)
  order by v.valid_from
  limit 1;
end $$;
comment on function register.school_on is 'register.school_on gives the little of register.establishment_on that bookings ask for, by the same rules and in a fraction of its time; nulls when there is no such school.';

create function register.nearest_schools(p_urn integer, p_authority integer, p_on date) returns text
language sql stable as $$
  select string_agg(format('%s %s', s.urn, s.name), ', ' order by s.agreeing desc, s.urn)
  from (
    select v.urn, v.name, (select count(*) from generate_series(1, 7) i where substr(v.urn::text, i, 1) = substr(p_urn::text, i, 1)) as agreeing
    from register.establishment_version v
    where v.authority_id = p_authority and v.superseded_at is null and v.valid_to is null and register.is_open(v.status, v.close_date, p_on)
    order by agreeing desc, v.urn
    limit 3
  ) s
$$;
comment on function register.nearest_schools is 'register.nearest_schools names the three open schools of an authority whose URN agrees with the given one in most digits, for "did you mean".';

create function register.require_open_school(p_field text, p_urn integer, p_authority integer, p_on date) returns void
language plpgsql stable as $$
declare
  v_school record;
begin
  perform errors.required(p_field, p_urn, 'the URN of a school, six digits');
  select e.* into v_school from register.establishment_on(p_urn, p_on) e where e.authority_id = p_authority;
  if v_school.urn is null then
    perform errors.not_found(p_field, format('Authority %s has no school with URN %s on %s.', base.authority_code(p_authority), p_urn,
        to_char(p_on, 'FMDD Mon YYYY')), 'a school of this authority', 'Did you mean '
        || register.nearest_schools(p_urn, p_authority, p_on) || '?');
  elsif not v_school.is_open then
    perform errors.precondition('SCHOOL_NOT_OPEN', format('%s (%s) is not open on %s: its status is %s.', v_school.name, p_urn,
        to_char(p_on, 'FMDD Mon YYYY'), v_school.status), p_field, 'SCH-1', 'a school that is open on that day', register.successor_hint(p_urn, p_on));
  end if;
end $$;
comment on function register.require_open_school is 'register.require_open_school refuses unless this URN is a school of the authority on that day (NOT_FOUND, with the nearest) and open (FAILED_PRECONDITION, with what it became). Another authority''s school is told like none.';

create function register.successor_hint(p_urn integer, p_on date) returns text
language sql stable as $$
  select 'It became ' || string_agg(format('%s %s', v.urn, v.name), ', ' order by v.urn) || '.'
  from register.establishment e
  join register.establishment s on s.school_id = e.school_id and s.urn <> e.urn
  join register.establishment_version v on v.urn = s.urn and v.superseded_at is null and v.valid_to is null
  where e.urn = p_urn and register.is_open(v.status, v.close_date, p_on)
$$;
comment on function register.successor_hint is 'register.successor_hint names the open establishments of the same lineage.';

grant execute on function register.is_open, register.schools_on, register.establishment_on, register.school_on, register.nearest_schools, register.require_open_school,
  register.successor_hint to improve_exec;
