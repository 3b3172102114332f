-- Who is written to for a school's delegates who have no address.

create function cpd.set_school_contact(p_school_urn integer, p_name text, p_email text) returns table (school_urn integer, name text, email text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
begin
  perform people.require_acts_for('school_urn', p_school_urn);
  perform errors.required('name', btrim(p_name), 'who books training for the school');
  perform errors.required('email', btrim(p_email), 'where they are written to');
  if not notices.is_address(btrim(p_email)) then
    perform errors.invalid('email', 'That is no address that mail can be sent to.', 'CPD-3', 'such as office@school.example', 'EMAIL_FORM');
  elsif (register.school_on(p_school_urn, base.today())).name is null then
    perform register.require_open_school('school_urn', p_school_urn, auth.authority_id(), base.today());
  end if;
  return query
  insert into cpd.contact as c (authority_id, school_urn, name, email, set_by)
  values (auth.authority_id(), p_school_urn, btrim(p_name), btrim(p_email), auth.person_id())
  on conflict (authority_id, school_urn) do update set name = excluded.name, email = excluded.email, set_by = excluded.set_by, set_at = now(), version = c.version + 1
  returning c.school_urn, c.name, c.email, c.version;
end $$;
comment on function cpd.set_school_contact is 'cpd.set_school_contact says who books training for a school; notices to delegates without an address go to them.';
grant execute on function cpd.set_school_contact to persona_la_admin, persona_officer, persona_booker;

create function cpd.drop_contact(p_school_urn integer) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_name text;
begin
  delete from cpd.contact c where c.authority_id = auth.authority_id() and c.school_urn = p_school_urn returning c.name into v_name;
  return v_name;
end $$;
comment on function cpd.drop_contact is 'cpd.drop_contact takes a school''s contact away, and tells who it was; its caller has asked whether the caller acts for the school.';
grant execute on function cpd.drop_contact to improve_exec;

create function cpd.remove_school_contact(p_school_urn integer) returns table (school_urn integer, name text)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_name text;
begin
  perform people.require_acts_for('school_urn', p_school_urn);
  v_name := cpd.drop_contact(p_school_urn);
  if v_name is null then
    perform errors.not_found('school_urn', format('School %s has named nobody.', p_school_urn), 'a school with a contact', 'improve school-contact list shows them.');
  end if;
  return query values (p_school_urn, v_name);
end $$;
comment on function cpd.remove_school_contact is 'cpd.remove_school_contact takes back who books training for a school.';
grant execute on function cpd.remove_school_contact to persona_la_admin, persona_officer, persona_booker;

create function cpd.list_school_contacts(p_school_urn integer, p_page_size integer, p_cursor text)
returns table (school_urn integer, school text, name text, email text, version integer, row_cursor text)
language plpgsql stable as $$
#variable_conflict use_column
begin
  return query
  select c.school_urn, (register.school_on(c.school_urn, base.today())).name, c.name, c.email, c.version, c.school_urn::text
  from cpd.contact c
  where c.authority_id = auth.authority_id() and (p_school_urn is null or c.school_urn = p_school_urn) and (p_cursor is null or c.school_urn > p_cursor::integer)
  order by c.school_urn
  limit greatest(1, least(coalesce(p_page_size, 100), 500));
end $$;
comment on function cpd.list_school_contacts is 'cpd.list_school_contacts lists who books training for which school; a school sees its own.';
grant execute on function cpd.list_school_contacts to persona_la_admin, persona_officer, persona_booker;

create function cpd.addressee(p_booking cpd.booking, out name text, out address text, out passes_on_to text)
language plpgsql stable security definer set search_path = '' as $$
begin
  name := p_booking.delegate_name;
  address := p_booking.delegate_email;
  if address is null then
    select c.name, c.email into name, address from cpd.contact c where c.authority_id = p_booking.authority_id and c.school_urn = p_booking.school_urn;
    passes_on_to := p_booking.delegate_name;
  end if;
end $$;
comment on function cpd.addressee is 'cpd.addressee is who is written to about a booking: the delegate, or where they have no address who books for their school, who passes it on; no address where there is neither.';
grant execute on function cpd.addressee to improve_exec;
