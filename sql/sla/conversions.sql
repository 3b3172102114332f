-- Conversions that are known ahead (SLA-6): the register has the academy often only on its day. Held until then, and carried out by whoever asks, such as a timer.

create function sla.plan_conversion(p_school_urn integer, p_converts_on date, p_new_urn integer)
returns table (conversion_id text, school_urn integer, converts_on date, new_urn integer, status text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_last constant date := base.today() + 366;
  v_school record;
  v_was sla.conversion;
begin
  perform errors.required('school_urn', p_school_urn, 'the URN of a school, six digits');
  perform errors.required('converts_on', p_converts_on, 'the first day as an academy');
  if p_converts_on not between base.today() + 1 and v_last then
    perform errors.invalid('converts_on', 'A conversion is planned for a day to come.', 'SLA-6', format('%s to %s', base.today() + 1, v_last), 'DATE_OUT_OF_RANGE');
  end if;
  perform register.require_open_school('school_urn', p_school_urn, auth.authority_id(), base.today());
  v_school := sla.school_on(p_school_urn, base.today());
  if v_school.status <> 'maintained' then
    perform errors.precondition('NOT_MAINTAINED', format('%s (%s) is %s: %s.', v_school.name, p_school_urn, v_school.status, v_school.school_type), 'school_urn', 'SLA-6', 'a maintained school');
  elsif p_new_urn = p_school_urn then
    perform errors.invalid('new_urn', 'An academy has a URN of its own.', 'SLA-6', 'another URN, or none: the one that the register will link');
  end if;
  select c.* into v_was from sla.conversion c where c.authority_id = auth.authority_id() and c.school_urn = p_school_urn and c.status = 'planned';
  if found then
    perform errors.exists('PLANNED_ALREADY', format('Its conversion on %s is planned already (%s).', sla.day(v_was.converts_on), v_was.conversion_id), 'school_urn', 'SLA-6',
      format('improve conversion withdraw %s %s takes it back.', v_was.conversion_id, v_was.version));
  end if;
  return query
  insert into sla.conversion (authority_id, conversion_id, school_urn, converts_on, new_urn, planned_by)
  values (auth.authority_id(), base.new_ref('cv'), p_school_urn, p_converts_on, p_new_urn, auth.person_id())
  returning conversion_id, school_urn, converts_on, new_urn, status, version;
end $$;
comment on function sla.plan_conversion is 'sla.plan_conversion holds a conversion to an academy that is to come, whether the register has the academy yet or not; carry_out_conversions does it on its day (SLA-6).';
grant execute on function sla.plan_conversion to persona_la_admin, persona_officer;

create function sla.withdraw_conversion(p_conversion_id text, p_version integer) returns table (conversion_id text, school_urn integer, status text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_was sla.conversion;
begin
  perform errors.required('conversion_id', p_conversion_id, 'a reference such as cv-7k2q9mx4td');
  perform errors.required('version', p_version);
  select c.* into v_was from sla.conversion c where c.authority_id = auth.authority_id() and c.conversion_id = p_conversion_id for no key update;
  if not found then
    perform errors.not_found('conversion_id', format('There is no conversion "%s".', left(p_conversion_id, 40)), 'a reference such as cv-7k2q9mx4td', 'improve conversion list shows them.');
  elsif v_was.version <> p_version then
    perform errors.stale('version', p_version, v_was.version);
  elsif v_was.status <> 'planned' then
    perform errors.precondition('CONVERSION_OVER', format('It is %s.', v_was.status), 'conversion_id', 'SLA-6', 'one that is planned');
  end if;
  return query
  update sla.conversion c set status = 'withdrawn', ended_at = now(), version = c.version + 1
  where c.authority_id = v_was.authority_id and c.conversion_id = p_conversion_id
  returning c.conversion_id, c.school_urn, c.status, c.version;
end $$;
comment on function sla.withdraw_conversion is 'sla.withdraw_conversion takes back a conversion that is planned.';
grant execute on function sla.withdraw_conversion to persona_la_admin, persona_officer;

create function sla.list_conversions(p_include_ended boolean, p_page_size integer, p_cursor text)
returns table (conversion_id text, school_urn integer, school text, converts_on date, new_urn integer, status text, version integer, row_cursor text)
language plpgsql stable as $$
#variable_conflict use_column
begin
  return query
  select c.conversion_id, c.school_urn, (sla.school_on(c.school_urn, least(c.converts_on - 1, base.today()))).name, c.converts_on, c.new_urn, c.status, c.version,
    jsonb_build_array(c.converts_on, c.conversion_id)::text
  from sla.conversion c
  where c.authority_id = auth.authority_id() and (coalesce(p_include_ended, false) or c.status = 'planned')
    and (p_cursor is null or (c.converts_on, c.conversion_id) > ((p_cursor::jsonb ->> 0)::date, p_cursor::jsonb ->> 1))
  order by c.converts_on, c.conversion_id
  limit greatest(1, least(coalesce(p_page_size, 100), 500));
end $$;
comment on function sla.list_conversions is 'sla.list_conversions lists the conversions to academies that are planned, by their day, or all there were.';
grant execute on function sla.list_conversions to persona_la_admin, persona_officer, persona_finance, persona_reporter;

create function sla.try_conversion(p_conversion sla.conversion, out outcome text, out steps integer, out detail text)
language plpgsql volatile as $$
begin
  select 'done', count(*)::integer, min(s.detail) filter (where s.step = 1) into outcome, steps, detail
  from sla.convert_school(p_conversion.school_urn, p_conversion.converts_on, p_conversion.new_urn) s;
exception when sqlstate 'IM005' or sqlstate 'IM009' then
  outcome := 'waits';
  steps := 0;
  detail := sqlerrm;
end $$;
comment on function sla.try_conversion is 'sla.try_conversion carries out a planned conversion, or tells why it still waits; then nothing of it is done.';
grant execute on function sla.try_conversion to improve_exec;

create function sla.carry_out_conversions()
returns table (conversion_id text, school_urn integer, converts_on date, outcome text, steps integer, detail text)
language plpgsql volatile cost 10000 as $$
#variable_conflict use_column
declare
  v_one sla.conversion;
  v_came record;
begin
  for v_one in
    select c.* from sla.conversion c
    where c.authority_id = auth.authority_id() and c.status = 'planned' and c.converts_on <= base.today()
    order by c.converts_on, c.conversion_id for no key update
  loop
    v_came := sla.try_conversion(v_one);
    return query values (v_one.conversion_id, v_one.school_urn, v_one.converts_on, v_came.outcome, v_came.steps, v_came.detail);
  end loop;
end $$;
comment on function sla.carry_out_conversions is 'sla.carry_out_conversions carries out the planned conversions whose day has come, each whole or not at all; one whose academy the register does not have yet waits, and is told.';
grant execute on function sla.carry_out_conversions to persona_la_admin, persona_officer;
