-- For whom a caller may order: officers for any school of the authority, a school's user for their own.

create function people.require_acts_for(p_field text, p_urn integer) returns void
language plpgsql stable as $$
begin
  perform errors.required(p_field, p_urn, 'the URN of a school, six digits');
  if not auth.has_persona('la_admin', 'officer') and not p_urn = any (auth.urns()) then
    perform errors.refuse(7, 'NOT_YOUR_SCHOOL', format('You may not act for school %s.', p_urn), p_field, null,
      coalesce('one of your schools: ' || nullif(array_to_string(auth.urns(), ', '), ''), 'no school'));
  end if;
end $$;
comment on function people.require_acts_for is 'people.require_acts_for refuses unless the caller may act for this school: an officer or administrator for any, a school''s user for their own (PERMISSION_DENIED).';
grant execute on function people.require_acts_for to improve_exec;
