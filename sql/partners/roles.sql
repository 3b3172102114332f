-- How an authority assigns (PAR-3), what its roles ask of partners (PAR-2), and looking at all assignments again.

create function partners.get_assignment_policy() returns table (school_answers boolean, own boolean, version integer)
language plpgsql stable as $$
#variable_conflict use_column
begin
  return query select p.school_answers, true, p.version from partners.policy p where p.authority_id = auth.authority_id();
  if not found then
    return query values (false, false, 0);
  end if;
end $$;
comment on function partners.get_assignment_policy is 'partners.get_assignment_policy tells whether schools are asked before an assignment is live.';
grant execute on function partners.get_assignment_policy to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner,
  persona_booker;

create function partners.set_assignment_policy(p_school_answers boolean, p_version integer) returns table (school_answers boolean, own boolean, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_version integer;
begin
  perform errors.required('school_answers', p_school_answers, 'true or false');
  select p.version into v_version from partners.policy p where p.authority_id = auth.authority_id() for no key update;
  if v_version is not null and v_version is distinct from p_version then
    perform errors.stale('version', p_version, v_version);
  end if;
  return query
  insert into partners.policy as p (authority_id, school_answers) values (auth.authority_id(), p_school_answers)
  on conflict (authority_id) do update set school_answers = excluded.school_answers, version = p.version + 1
  returning p.school_answers, true, p.version;
end $$;
comment on function partners.set_assignment_policy is 'partners.set_assignment_policy says whether schools are asked from now on; what is live stays, and what waits for a school still does, until its check is made anew.';
grant execute on function partners.set_assignment_policy to persona_la_admin;

create function partners.list_assignment_roles() returns table (role text, kind text, accreditation_body text, live_assignments integer, version integer)
language sql stable as $$
  select r.role, r.kind, r.accreditation_body, (select count(*) from partners.assignment a
      where a.authority_id = r.authority_id and a.role = r.role and a.status = 'live' and a.starts_on <= base.today()
        and (a.ends_on is null or a.ends_on >= base.today()))::integer, r.version
  from partners.role r where r.authority_id = (select auth.authority_id()) order by r.role
$$;
comment on function partners.list_assignment_roles is 'partners.list_assignment_roles lists what roles ask of the partners who take them, with the assignments that are live today.';
grant execute on function partners.list_assignment_roles to persona_la_admin, persona_officer, persona_finance, persona_reporter;

create function partners.recheck(p_partner_id text) returns jsonb
language plpgsql volatile as $$
declare
  v_partner text;
  v_all jsonb := '[]';
begin
  for v_partner in
    select p.partner_id from partners.partner p
    where p.authority_id = auth.authority_id() and (p_partner_id is null or p.partner_id = p_partner_id) order by p.partner_id
  loop
    perform partners.lock_partner(v_partner);
    v_all := v_all || partners.send_back(v_partner);
  end loop;
  return v_all;
end $$;
comment on function partners.recheck is 'partners.recheck looks at the assignments of one partner, or of all in the order of their references, again, and tells what went back.';
grant execute on function partners.recheck to improve_exec;

create function partners.set_assignment_role(p_role text, p_kind text, p_accreditation_body text, p_version integer)
returns table (role text, kind text, accreditation_body text, version integer, sent_back jsonb)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_was partners.role;
begin
  perform errors.required('role', btrim(p_role), 'a short word, such as sip');
  -- Every partner is held before the rule changes: no gate is passed by the old one while the new one is looked at.
  perform partners.lock_partner(p.partner_id) from (
    select p.partner_id from partners.partner p where p.authority_id = auth.authority_id() order by p.partner_id) p;
  select r.* into v_was from partners.role r where r.authority_id = auth.authority_id() and r.role = lower(btrim(p_role)) for no key update;
  if v_was.version is not null and v_was.version is distinct from p_version then
    perform errors.stale('version', p_version, v_was.version);
  end if;
  insert into partners.role as r (authority_id, role, kind, accreditation_body)
  values (auth.authority_id(), lower(btrim(p_role)), lower(nullif(btrim(p_kind), '')), nullif(btrim(p_accreditation_body), ''))
  on conflict (authority_id, role) do update
    set kind = excluded.kind, accreditation_body = excluded.accreditation_body, version = r.version + 1
  returning r.* into v_was;
  return query values (v_was.role, v_was.kind, v_was.accreditation_body, v_was.version, partners.recheck(null));
end $$;
comment on function partners.set_assignment_role is 'partners.set_assignment_role says all that a role asks of its partner on every day; assignments that do not meet it go back to proposed.';
grant execute on function partners.set_assignment_role to persona_la_admin;

create function partners.recheck_assignments(p_partner_id text)
returns table (assignment_id text, school_urn integer, role text, goes_back_on date, proposal_id text, reason text, visits_ahead integer)
language plpgsql volatile as $$
#variable_conflict use_column
begin
  if p_partner_id is not null then
    perform partners.see_partner(p_partner_id);
  end if;
  return query
  select x.* from jsonb_to_recordset(partners.recheck(p_partner_id))
    x (assignment_id text, school_urn integer, role text, goes_back_on date, proposal_id text, reason text, visits_ahead integer);
end $$;
comment on function partners.recheck_assignments is 'partners.recheck_assignments makes the automatic conflict check again, for one partner or all: after schools joined trusts in the register, for one. What no longer passes goes back to proposed.';
grant execute on function partners.recheck_assignments to persona_la_admin, persona_officer;
