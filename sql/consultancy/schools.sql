-- Which schools of the client an agreement names (CON-1): the client's to say.

create function consultancy.name_school(p_agreement_id text, p_school_urn integer, p_starts_on date, p_ends_on date) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_caller constant integer := auth.authority_id();
  v_agreement constant consultancy.agreement := consultancy.hold(p_agreement_id);
  v_party integer;
begin
  foreach v_party in array consultancy.parties(v_agreement) loop
    perform consultancy.in_books_of(v_party);
    insert into consultancy.school (authority_id, agreement_id, school_urn, starts_on, ends_on)
    values (v_party, p_agreement_id, p_school_urn, p_starts_on, p_ends_on);
  end loop;
  perform consultancy.in_books_of(v_caller);
end $$;
comment on function consultancy.name_school is 'consultancy.name_school writes a school and its period into both copies of an agreement.';

create function consultancy.end_school(p_agreement_id text, p_school_urn integer, p_starts_on date, p_ends_on date) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_caller constant integer := auth.authority_id();
  v_agreement constant consultancy.agreement := consultancy.hold(p_agreement_id);
  v_party integer;
begin
  foreach v_party in array consultancy.parties(v_agreement) loop
    perform consultancy.in_books_of(v_party);
    update consultancy.school s set ends_on = p_ends_on
    where s.authority_id = v_party and s.agreement_id = p_agreement_id and s.school_urn = p_school_urn and s.starts_on = p_starts_on;
  end loop;
  perform consultancy.in_books_of(v_caller);
end $$;
comment on function consultancy.end_school is 'consultancy.end_school sets a school''s last day in both copies of an agreement.';

create function consultancy.add_agreement_school(p_agreement_id text, p_school_urn integer, p_starts_on date, p_ends_on date)
returns table (agreement_id text, school_urn integer, starts_on date, ends_on date)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_agreement consultancy.agreement := consultancy.see(p_agreement_id, 'client');
  v_starts_on date;
  v_ends_on date;
begin
  v_agreement := consultancy.hold(p_agreement_id);
  v_starts_on := coalesce(p_starts_on, greatest(base.today(), v_agreement.starts_on));
  v_ends_on := coalesce(p_ends_on, v_agreement.ends_on);
  perform consultancy.require_running(v_agreement, 'starts_on', v_starts_on);
  if v_ends_on > v_agreement.ends_on then
    perform consultancy.require_running(v_agreement, 'ends_on', v_ends_on);
  end if;
  perform register.require_open_school('school_urn', p_school_urn, auth.authority_id(), v_starts_on);
  perform consultancy.name_school(p_agreement_id, p_school_urn, v_starts_on, v_ends_on);
  return query values (p_agreement_id, p_school_urn, v_starts_on, v_ends_on);
end $$;
comment on function consultancy.add_agreement_school is 'consultancy.add_agreement_school names a further school of the client in an agreement, from a day on.';
grant execute on function consultancy.add_agreement_school to persona_la_admin, persona_officer;

create function consultancy.end_agreement_school(p_agreement_id text, p_school_urn integer, p_ends_on date)
returns table (agreement_id text, school_urn integer, starts_on date, ends_on date)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_agreement consultancy.agreement := consultancy.see(p_agreement_id, 'client');
  v_last constant date := coalesce(p_ends_on, base.today());
  v_school consultancy.school;
begin
  v_agreement := consultancy.hold(p_agreement_id);
  select s.* into v_school from consultancy.school s
  where s.authority_id = auth.authority_id() and s.agreement_id = p_agreement_id and s.school_urn = p_school_urn and s.ends_on >= base.today()
  order by s.starts_on limit 1;
  if not found then
    perform errors.not_found('school_urn', format('The agreement does not name school %s, or not any longer.', p_school_urn), 'a school that it names',
      'improve agreement show tells which.');
  elsif v_last not between greatest(base.today() - 1, v_school.starts_on) and v_school.ends_on then
    perform errors.invalid('ends_on', 'A school leaves an agreement early, not late, and not in the past.', 'CON-1',
      format('%s, for access that ends now, to %s', greatest(base.today() - 1, v_school.starts_on), v_school.ends_on), 'DATE_OUT_OF_RANGE');
  end if;
  perform consultancy.require_no_visits_after(v_agreement, v_last, p_school_urn, null);
  perform consultancy.end_school(p_agreement_id, p_school_urn, v_school.starts_on, v_last);
  return query values (p_agreement_id, p_school_urn, v_school.starts_on, v_last);
end $$;
comment on function consultancy.end_agreement_school is 'consultancy.end_agreement_school takes a school out of an agreement; the provider''s access to it ends with its last day.';
grant execute on function consultancy.end_agreement_school to persona_la_admin, persona_officer;
grant execute on function consultancy.name_school, consultancy.end_school to improve_exec;
