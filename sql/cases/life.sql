-- What every call on a case begins with: is it there, is it open, lock it. All that changes a case or what belongs to it holds the case's row first,
-- so that nothing is added to a case while it is closed.

create function cases.hold(p_case_id text, p_version integer, p_open boolean) returns cases.case_
language plpgsql volatile as $$
declare
  v_case cases.case_;
begin
  perform errors.required('case_id', p_case_id, 'a reference such as ca-7k2q9mx4td');
  select c.* into v_case from cases.case_ c
  where c.authority_id = auth.authority_id() and c.case_id = p_case_id
  for no key update;
  if not found then
    perform cases.refuse_unknown(p_case_id);
  elsif v_case.version <> p_version then
    perform errors.stale('version', p_version, v_case.version);
  elsif p_open and v_case.status = 'closed' then
    perform errors.precondition('CASE_CLOSED', format('The case was closed on %s: %s', cases.day(v_case.closed_on), v_case.close_reason), 'case_id', 'CAS-3',
      'a case that is open', format('improve case reopen %s opens it again.', p_case_id));
  end if;
  return v_case;
end $$;
comment on function cases.hold is 'cases.hold finds a case and locks it to the end of the transaction; it refuses one that is not there, a stale version unless null, and, where asked, one that is closed.';

create function cases.refuse_unknown(p_case_id text) returns void
language plpgsql stable as $$
begin
  perform errors.not_found('case_id', format('There is no case "%s".', left(p_case_id, 40)), 'a reference such as ca-7k2q9mx4td', 'improve case list shows them.');
end $$;
comment on function cases.refuse_unknown is 'cases.refuse_unknown refuses a case that is not there, or not the caller''s to see: the two are told alike. Never returns.';

create function cases.rating_on(p_case_id text, p_on date) returns cases.rating
language plpgsql stable as $$
declare
  v_rating cases.rating;
begin
  select r.* into v_rating from cases.rating r
  where r.authority_id = auth.authority_id() and r.case_id = p_case_id and r.superseded_at is null
    and r.valid_from <= p_on and (r.valid_to is null or r.valid_to > p_on);
  return v_rating;
end $$;
comment on function cases.rating_on is 'cases.rating_on is what holds of a case''s category on a day, by what we know now; null when the school was off the scheme.';

create function cases.put_rating(p_case cases.case_, p_number integer, p_category text, p_rationale text, p_from date, p_to date) returns void
language plpgsql volatile as $$
begin
  insert into cases.rating (authority_id, rating_id, case_id, school_urn, number, category, rationale, valid_from, valid_to, recorded_by)
  values (p_case.authority_id, base.new_ref('cr'), p_case.case_id, p_case.school_urn, p_number, p_category, p_rationale, p_from, p_to, auth.person_id());
end $$;
comment on function cases.put_rating is 'cases.put_rating writes a category of a case over a period; the table refuses an overlap.';

create function cases.cut_rating(p_case cases.case_, p_was cases.rating, p_on date) returns void
language plpgsql volatile as $$
begin
  update cases.rating r set superseded_at = now() where r.authority_id = p_was.authority_id and r.rating_id = p_was.rating_id;
  if p_was.valid_from < p_on then
    perform cases.put_rating(p_case, p_was.number, p_was.category, p_was.rationale, p_was.valid_from, p_on);
  end if;
end $$;
comment on function cases.cut_rating is 'cases.cut_rating lets a category end before a day: the row is superseded, and another says how long it held (C-5). One that began on that day is gone.';

create function cases.require_free(p_school_urn integer, p_case_id text) returns void
language plpgsql stable as $$
declare
  v_other cases.case_;
begin
  select c.* into v_other
  from register.establishment e
  join register.establishment o on o.school_id = e.school_id
  join cases.case_ c on c.authority_id = auth.authority_id() and c.school_urn = o.urn
  where e.urn = p_school_urn and c.status = 'open' and c.case_id is distinct from p_case_id
  limit 1;
  if found then
    perform errors.precondition('CASE_OPEN', format('School %s has an open case: %s, since %s%s.', p_school_urn, v_other.case_id, cases.day(v_other.opened_on),
        case when v_other.school_urn <> p_school_urn then format(', under URN %s', v_other.school_urn) else '' end), 'school_urn', 'CAS-1',
      'a school without an open case', format('improve case change-category %s changes its category.', v_other.case_id));
  end if;
end $$;
comment on function cases.require_free is 'cases.require_free refuses a school that has another open case, under whichever URN of its lineage.';
grant execute on function cases.hold, cases.refuse_unknown, cases.rating_on, cases.put_rating, cases.cut_rating, cases.require_free to improve_exec;
