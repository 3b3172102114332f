-- What a price asks of a school on a day: its status, phase and setting, its pupils at a named count, its staff (SLA-2, SCH-9).

create function sla.school_on(p_school_urn integer, p_on date, out name text, out authority_id integer, out status text, out is_maintained boolean,
  out phase_group text, out school_type text, out setting text)
language plpgsql stable as $$
begin
  select e.name, e.authority_id, case
      when e.authority_id <> auth.authority_id() then 'out_of_area'
      when e.is_maintained then 'maintained'
      when e.type_group in ('Academies', 'Free Schools') then 'academy'
      else 'other' end,
    e.is_maintained, e.phase_group, e.type,
    case when e.is_special or e.type = 'Pupil referral unit' or e.type ilike '%alternative provision%' then 'special' else 'mainstream' end
    into name, authority_id, status, is_maintained, phase_group, school_type, setting
  from register.establishment_on(p_school_urn, p_on) e;
end $$;
comment on function sla.school_on is 'sla.school_on is what prices ask of a school as it was on a day: maintained, academy, out_of_area (another authority''s) or other; its phase group; its type; special (special schools, pupil referral units, alternative provision) or mainstream. All null where the register has none.';

create function sla.require_roll_fields(p_roll integer, p_roll_counted_on date) returns void
language plpgsql stable as $$
begin
  if (p_roll is null) <> (p_roll_counted_on is null) then
    perform errors.invalid(case when p_roll is null then 'roll' else 'roll_counted_on' end, 'A roll is told with the day of its count.', 'SLA-3',
      'both roll and roll_counted_on, or neither');
  elsif p_roll < 0 or p_roll > 100000 then
    perform errors.invalid('roll', 'That is no number of pupils.', 'SLA-3', '0 to 100000');
  elsif p_roll is not null and not auth.has_persona('la_admin', 'officer') then
    perform errors.refuse(7, 'ROLL_NOT_YOURS', 'The authority says which roll a price uses.', 'roll', 'SLA-3',
      'no roll: the register''s count is used');
  end if;
end $$;
comment on function sla.require_roll_fields is 'sla.require_roll_fields refuses a roll without its day, and one given by a school.';

-- A new URN is often too young for a count: that of the one URN it came from serves.
create function sla.roll_counted(p_school_urn integer, p_on date, p_roll_count text, out roll integer, out counted_on date, out counted_urn integer)
language plpgsql stable as $$
begin
  select r.number_on_roll, r.counted_on, r.urn into roll, counted_on, counted_urn
  from register.establishment me
  join register.establishment e on e.school_id = me.school_id
  join register.roll_count r on r.urn = e.urn
  where me.urn = p_school_urn and r.superseded_at is null and r.counted_on <= p_on
    and extract(month from r.counted_on) = coalesce((array[1, 5, 10])[array_position(array['january', 'may', 'october'], p_roll_count)],
      extract(month from r.counted_on))
    and (e.urn = p_school_urn or not exists (
      select from register.establishment o join register.roll_count x on x.urn = o.urn
      where o.school_id = me.school_id and o.urn not in (p_school_urn, e.urn) and x.counted_on = r.counted_on and x.superseded_at is null))
  order by r.urn = p_school_urn desc, r.counted_on desc, r.recorded_at desc
  limit 1;
end $$;
comment on function sla.roll_counted is 'sla.roll_counted is the latest count of a school''s pupils by a day, of any month or of the January, May or October counts; its own, or else that of the one school it came from. All null where there is none.';

create function sla.roll_on(p_school_urn integer, p_on date, p_roll_count text, p_roll integer, p_roll_counted_on date, out units integer,
  out counted_on date, out counted_urn integer)
language plpgsql stable as $$
declare
  v_any record;
begin
  if p_roll is not null then
    units := p_roll;
    counted_on := p_roll_counted_on;
    counted_urn := p_school_urn;
    return;
  end if;
  select r.roll, r.counted_on, r.counted_urn into units, counted_on, counted_urn from sla.roll_counted(p_school_urn, p_on, p_roll_count) r;
  if units is null then
    v_any := sla.roll_counted(p_school_urn, p_on, 'latest');
    perform errors.precondition('ROLL_UNKNOWN', format('The price is by pupil, and no %sroll of school %s is known up to %s%s.',
        case when p_roll_count <> 'latest' then initcap(p_roll_count) || ' ' else '' end, p_school_urn, sla.day(p_on),
        case when v_any.roll is not null then format('; the latest of all is %s, counted on %s', v_any.roll, sla.day(v_any.counted_on)) else '' end),
      'roll', 'SLA-3', 'roll and roll_counted_on from an officer, or a register import with the count');
  end if;
end $$;
comment on function sla.roll_on is 'sla.roll_on is the number on roll that a price uses: the one an officer gave, or else the register''s count of the name that the price asks for, by that day.';

create function sla.staff_on(p_school_urn integer, p_on date, out units integer, out counted_on date, out counted_urn integer)
language plpgsql stable as $$
begin
  select c.staff, c.counted_on, c.school_urn into units, counted_on, counted_urn
  from register.establishment me
  join register.establishment e on e.school_id = me.school_id
  join sla.staff_count c on c.authority_id = auth.authority_id() and c.school_urn = e.urn
  where me.urn = p_school_urn and c.superseded_at is null and c.counted_on <= p_on
  order by c.school_urn = p_school_urn desc, c.counted_on desc
  limit 1;
  if units is null then
    perform errors.precondition('STAFF_UNKNOWN', format('The price is by staff, and no count of the staff of school %s is known up to %s.', p_school_urn,
      sla.day(p_on)), 'school_urn', 'SLA-2', 'a count from an officer', format('improve staff-count set %s 40 --counted-on %s', p_school_urn, p_on));
  end if;
end $$;
comment on function sla.staff_on is 'sla.staff_on is the number of staff that a price uses: the latest told by that day.';
grant execute on function sla.school_on, sla.require_roll_fields, sla.roll_counted, sla.roll_on, sla.staff_on to improve_exec;

create function sla.set_staff_count(p_school_urn integer, p_staff integer, p_counted_on date)
returns table (staff_count_id text, school_urn integer, counted_on date, staff integer, was integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_counted_on constant date := coalesce(p_counted_on, base.today());
  v_was integer;
begin
  perform errors.required('school_urn', p_school_urn, 'the URN of a school, six digits');
  perform errors.required('staff', p_staff, 'a number of people');
  if v_counted_on > base.today() then
    perform errors.invalid('counted_on', format('Staff are counted by today, %s.', sla.day(base.today())), 'SLA-2', sla.day(base.today()) || ' or earlier');
  elsif (sla.school_on(p_school_urn, v_counted_on)).name is null then
    perform register.require_open_school('school_urn', p_school_urn, auth.authority_id(), v_counted_on);
  end if;
  update sla.staff_count c set superseded_at = now()
  where c.authority_id = auth.authority_id() and c.school_urn = p_school_urn and c.counted_on = v_counted_on and c.superseded_at is null
  returning c.staff into v_was;
  return query
  insert into sla.staff_count as c (authority_id, staff_count_id, school_urn, counted_on, staff, recorded_by)
  values (auth.authority_id(), base.new_ref('sf'), p_school_urn, v_counted_on, p_staff, auth.person_id())
  returning c.staff_count_id, c.school_urn, c.counted_on, c.staff, v_was;
end $$;
comment on function sla.set_staff_count is 'sla.set_staff_count records the staff of a school on a day, for prices by staff; told again for the same day it supersedes (SLA-2, C-5).';
grant execute on function sla.set_staff_count to persona_la_admin, persona_officer;

create function sla.list_staff_counts(p_school_urn integer, p_page_size integer, p_cursor text)
returns table (school_urn integer, school text, counted_on date, staff integer, row_cursor text)
language sql stable as $$
  select c.school_urn, school.name, c.counted_on, c.staff, jsonb_build_array(c.school_urn, c.counted_on)::text
  from sla.staff_count c
  left join lateral register.establishment_on(c.school_urn, c.counted_on) school on true
  where c.authority_id = (select auth.authority_id()) and c.superseded_at is null and (p_school_urn is null or c.school_urn = p_school_urn)
    and (p_cursor is null or (c.school_urn, c.counted_on) > ((p_cursor::jsonb ->> 0)::integer, (p_cursor::jsonb ->> 1)::date))
  order by c.school_urn, c.counted_on
  limit greatest(1, least(coalesce(p_page_size, 100), 500))
$$;
comment on function sla.list_staff_counts is 'sla.list_staff_counts lists what is known of schools'' staff; a school sees its own.';
grant execute on function sla.list_staff_counts to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_booker;
