-- Schemes of categories (CAS-1): each authority's own, dated, in order, and each category mapped to the scale that all share.

create view cases.common_scale with (security_invoker = true) as
select l.rank, l.level, l.meaning
from (values
  (1, 'intervention', 'The authority or others use, or are about to use, their powers.'),
  (2, 'intensive', 'Support and challenge above what other schools get, watched closely.'),
  (3, 'support', 'Support above what other schools get.'),
  (4, 'watch', 'No more support yet; the school is watched.')
) l (rank, level, meaning);
comment on view cases.common_scale is 'The scale to which every authority maps its categories, so that authorities can be read side by side (CAS-1).';
comment on column cases.common_scale.rank is 'From 1, the gravest.';
comment on column cases.common_scale.level is 'The word.';
comment on column cases.common_scale.meaning is 'What it means.';
grant select on cases.common_scale to improve_exec;

create function cases.day(p_day date) returns text
language plpgsql immutable as $$
begin
  return to_char(p_day, 'FMDD Mon YYYY');
end $$;
comment on function cases.day is 'cases.day writes a day as people in England read it.';

create function cases.require_past(p_field text, p_on date) returns void
language plpgsql stable as $$
begin
  if p_on > base.today() then
    perform errors.invalid(p_field, format('%s has not come yet.', cases.day(p_on)), 'CAS-1', format('%s or earlier', base.today()));
  end if;
end $$;
comment on function cases.require_past is 'cases.require_past refuses a day that has not come: what is told of a case has happened.';

create function cases.scheme_on(p_on date) returns integer
language plpgsql stable as $$
declare
  v_number integer;
begin
  select s.number into v_number from cases.scheme s
  where s.authority_id = auth.authority_id() and s.valid_from <= p_on
  order by s.number desc limit 1;
  if not found then
    perform errors.precondition('NO_SCHEME', format('The authority has no scheme of categories on %s.', cases.day(p_on)), 'on', 'CAS-1',
      coalesce((select min(s.valid_from) || ' or later' from cases.scheme s where s.authority_id = auth.authority_id()), 'a scheme'),
      'An administrator sets one: improve case-scheme set.');
  end if;
  return v_number;
end $$;
comment on function cases.scheme_on is 'cases.scheme_on is the number of the authority''s scheme on a day; it refuses a day without one.';

create function cases.category_of(p_number integer, p_code text) returns cases.category
language plpgsql stable as $$
declare
  v_category cases.category;
begin
  perform errors.required('category', p_code, 'a category of the scheme');
  select c.* into v_category from cases.category c
  where c.authority_id = auth.authority_id() and c.number = p_number and c.code = lower(btrim(p_code));
  if not found then
    perform errors.invalid('category', format('The authority''s scheme has no category "%s".', left(p_code, 40)), 'CAS-1', (
      select string_agg(c.code, ', ' order by c.nth) from cases.category c where c.authority_id = auth.authority_id() and c.number = p_number), 'CATEGORY_UNKNOWN');
  end if;
  return v_category;
end $$;
comment on function cases.category_of is 'cases.category_of is a category of a scheme by its code; it refuses one that is not there, naming those that are.';

create function cases.reason_of(p_number integer, p_code text) returns text
language plpgsql stable as $$
begin
  perform errors.required('reason', p_code, 'a reason of the scheme');
  if not exists (select from cases.reason r where r.authority_id = auth.authority_id() and r.number = p_number and r.code = lower(btrim(p_code))) then
    perform errors.invalid('reason', format('The authority''s scheme has no reason "%s".', left(p_code, 40)), 'CAS-1', (
      select string_agg(r.code, ', ' order by r.code) from cases.reason r where r.authority_id = auth.authority_id() and r.number = p_number), 'REASON_UNKNOWN');
  end if;
  return lower(btrim(p_code));
end $$;
comment on function cases.reason_of is 'cases.reason_of is the code of a reason of a scheme; it refuses one that is not there, naming those that are.';

create function cases.require_scheme(p_categories jsonb, p_reasons jsonb) returns void
language plpgsql stable as $$
declare
  v_faults jsonb;
begin
  with category as (
    select c.nth, lower(btrim(c.category ->> 'code')) as code, c.category ->> 'label' as label, lower(btrim(c.category ->> 'level')) as level
    from jsonb_array_elements(p_categories) with ordinality c (category, nth)
  ), ranked as (
    select c.*, s.rank, lag(s.rank) over (order by c.nth) as rank_before, lag(c.code) over (order by c.nth) as code_before, lag(c.level) over (order by c.nth) as level_before,
      row_number() over (partition by c.code order by c.nth) as times
    from category c left join cases.common_scale s on s.level = c.level
  ), reason as (
    select r.nth, lower(btrim(r.reason ->> 'code')) as code, row_number() over (partition by lower(btrim(r.reason ->> 'code')) order by r.nth) as times
    from jsonb_array_elements(p_reasons) with ordinality r (reason, nth)
  )
  select jsonb_agg(jsonb_build_object('field', f.field, 'description', f.description, 'accepted', f.accepted) order by f.field, f.description) into v_faults
  from (
    select format('categories[%s].level', r.nth - 1) as field, case when r.level is null then 'A category stands on the common scale.'
      else format('"%s" is no level of the common scale.', left(r.level, 40)) end as description, 'intervention, intensive, support or watch' as accepted
    from ranked r where r.rank is null
    union all
    select format('categories[%s].level', r.nth - 1), format('%s (%s) comes after %s (%s), and is graver on the common scale.', r.code, r.level, r.code_before, r.level_before),
      'categories in order, the gravest first'
    from ranked r where r.rank < r.rank_before
    union all
    select format('categories[%s].code', r.nth - 1), format('There is a category "%s" already.', r.code), 'each code once' from ranked r where r.times > 1
    union all
    select format('reasons[%s].code', r.nth - 1), format('There is a reason "%s" already.', r.code), 'each code once' from reason r where r.times > 1
  ) f;
  if v_faults is not null then
    perform errors.refuse(3, 'SCHEME_WRONG', case when jsonb_array_length(v_faults) = 1 then v_faults #>> '{0,description}'
      else format('The scheme has %s faults.', jsonb_array_length(v_faults)) end, p_rule => 'CAS-1', p_violations => v_faults);
  end if;
end $$;
comment on function cases.require_scheme is 'cases.require_scheme refuses a scheme that is wrong, naming every fault: categories out of the order of the common scale, codes twice.';
grant execute on function cases.day, cases.require_past, cases.scheme_on, cases.category_of, cases.reason_of, cases.require_scheme to improve_exec;

create function cases.set_case_scheme(p_version integer, p_categories jsonb, p_reasons jsonb, p_valid_from date)
returns table (version integer, valid_from date, categories jsonb, reasons jsonb)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_newest constant integer := coalesce((select max(s.number) from cases.scheme s where s.authority_id = auth.authority_id()), 0);
  v_valid_from constant date := coalesce(p_valid_from, base.today());
  v_left text;
begin
  perform errors.required('version', p_version, '0 while the authority has none');
  if p_version <> v_newest then
    perform errors.stale('version', p_version, v_newest);
  elsif coalesce(jsonb_array_length(p_categories), 0) not between 1 and 12 then
    perform errors.invalid('categories', 'A scheme has categories.', 'CAS-1', '1 to 12, the gravest first', 'SCHEME_WRONG');
  elsif v_newest = 0 and coalesce(jsonb_array_length(p_reasons), 0) = 0 or jsonb_array_length(p_reasons) > 30 then
    perform errors.invalid('reasons', 'A scheme has reasons for which a school may be put on it.', 'CAS-1', '1 to 30', 'SCHEME_WRONG');
  end if;
  perform cases.require_scheme(p_categories, coalesce(p_reasons, '[]'));
  insert into cases.scheme (authority_id, number, valid_from, recorded_by) values (auth.authority_id(), v_newest + 1, v_valid_from, auth.person_id());
  insert into cases.category (authority_id, number, code, label, nth, level)
  select auth.authority_id(), v_newest + 1, coalesce(lower(btrim(c.category ->> 'code')), ''), coalesce(btrim(c.category ->> 'label'), ''), c.nth,
    lower(btrim(c.category ->> 'level'))
  from jsonb_array_elements(p_categories) with ordinality c (category, nth);
  if coalesce(jsonb_array_length(p_reasons), 0) > 0 then
    insert into cases.reason (authority_id, number, code, label)
    select auth.authority_id(), v_newest + 1, coalesce(lower(btrim(r ->> 'code')), ''), coalesce(btrim(r ->> 'label'), '') from jsonb_array_elements(p_reasons) r;
  else
    insert into cases.reason (authority_id, number, code, label)
    select r.authority_id, v_newest + 1, r.code, r.label from cases.reason r where r.authority_id = auth.authority_id() and r.number = v_newest;
  end if;
  select string_agg(distinct r.category, ', ') into v_left from cases.rating r
  where r.authority_id = auth.authority_id() and r.superseded_at is null and r.valid_to is null
    and not exists (select from cases.category c where c.authority_id = r.authority_id and c.number = v_newest + 1 and c.code = r.category);
  if v_left is not null then
    raise notice using errcode = 'IMNTE', message = format('Schools stay in categories that this scheme does not have, until theirs is changed: %s.', v_left);
  end if;
  return query select l.version, l.valid_from, l.categories, l.reasons from cases.list_case_schemes() l where l.version = v_newest + 1;
end $$;
comment on function cases.set_case_scheme is 'cases.set_case_scheme sets the authority''s scheme from a day on: categories in order, the gravest first, each on the common scale, and reasons; those of before unless given (CAS-1). What was given under an earlier scheme stays.';
grant execute on function cases.set_case_scheme to persona_la_admin;

create function cases.list_case_schemes() returns table (version integer, valid_from date, categories jsonb, reasons jsonb)
language plpgsql stable as $$
#variable_conflict use_column
begin
  return query
  select s.number, s.valid_from,
    (select jsonb_agg(jsonb_build_object('code', c.code, 'label', c.label, 'level', c.level) order by c.nth) from cases.category c
     where c.authority_id = s.authority_id and c.number = s.number),
    (select jsonb_agg(jsonb_build_object('code', r.code, 'label', r.label) order by r.code) from cases.reason r
     where r.authority_id = s.authority_id and r.number = s.number)
  from cases.scheme s
  where s.authority_id = auth.authority_id()
  order by s.number desc;
end $$;
comment on function cases.list_case_schemes is 'cases.list_case_schemes lists the authority''s schemes, the newest first (CAS-1).';
grant execute on function cases.list_case_schemes to improve_exec, persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner, persona_booker;
