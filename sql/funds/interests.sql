-- Expressions of interest (FUN-1): schools as givers and receivers of support, organisations as leads and givers.

create function funds.express_interest(p_round_id text, p_wants jsonb, p_school_urn integer, p_organisation_id text, p_priority integer, p_note text)
returns table (interest_id text, stood_down jsonb, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_round constant funds.round := funds.require_round(p_round_id);
  v_wants constant text[] := array(select lower(w) from unnest(funds.words(p_wants)) w);
  v_ref constant text := base.new_ref('ei');
  v_organisation funds.organisation;
  v_stood jsonb := '[]';
begin
  if cardinality(v_wants) = 0 then
    perform errors.required('wants', null::text, 'giver, receiver; for an organisation lead, giver');
  end if;
  if (p_school_urn is null) = (p_organisation_id is null) then
    perform errors.required('school_urn', null::text, 'the URN of a school, or an organisation, and not both');
  end if;
  perform funds.require_priority(p_round_id, p_priority);
  if base.today() > v_round.closes_on then
    perform errors.precondition('ROUND_CLOSED', format('The round closed on %s.', to_char(v_round.closes_on, 'FMDD Mon YYYY')), 'round_id', 'FUN-1', 'a round that is open');
  end if;
  if p_school_urn is not null then
    perform people.require_acts_for('school_urn', p_school_urn);
    perform register.require_open_school('school_urn', p_school_urn, auth.authority_id(), base.today());
  else
    if not auth.has_persona('la_admin', 'officer') then
      perform errors.refuse(7, 'NOT_YOUR_SCHOOL', 'You may speak for your own schools only.', 'organisation_id', 'FUN-1', 'the URN of a school of yours');
    end if;
    v_organisation := funds.require_organisation('organisation_id', p_organisation_id);
    if 'lead' = any (v_wants) then
      perform funds.require_may_lead(v_round, v_organisation);
    end if;
  end if;
  insert into funds.interest (authority_id, interest_id, round_id, school_urn, organisation_id, wants, priority_number, note, expressed_by)
  values (auth.authority_id(), v_ref, p_round_id, p_school_urn, p_organisation_id, v_wants, p_priority, nullif(btrim(p_note), ''), auth.person_id());
  if 'lead' = any (v_wants) and v_organisation.kind <> 'local_authority' then
    v_stood := funds.stand_down(v_round, p_priority, v_organisation.name);
  end if;
  return query values (v_ref, v_stood, 1);
exception when unique_violation then
  perform errors.exists('INTEREST_EXISTS', 'This interest was expressed already.', 'school_urn', 'FUN-1', 'improve interest list shows it.');
end $$;
comment on function funds.express_interest is 'funds.express_interest notes who would be part of a bid: a school as giver or receiver, said by itself or by an officer, or an organisation. Where a partner would lead, the authority''s own bids stand down (stood_down names them).';
grant execute on function funds.express_interest to persona_la_admin, persona_officer, persona_booker;

create function funds.withdraw_interest(p_interest_id text, p_version integer) returns table (interest_id text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_was funds.interest;
begin
  perform errors.required('interest_id', p_interest_id, 'a reference such as ei-7k2q9mx4td');
  perform errors.required('version', p_version);
  select i.* into v_was from funds.interest i where i.authority_id = auth.authority_id() and i.interest_id = p_interest_id for no key update;
  if not found then
    perform errors.not_found('interest_id', format('There is no interest "%s".', left(p_interest_id, 40)), 'a reference such as ei-7k2q9mx4td',
      'improve interest list shows them.');
  elsif v_was.version <> p_version then
    perform errors.stale('version', p_version, v_was.version);
  elsif v_was.withdrawn_at is not null then
    perform errors.precondition('INTEREST_WITHDRAWN', 'It was withdrawn before.', 'interest_id', 'FUN-1', 'an interest that stands');
  end if;
  return query
  update funds.interest i set withdrawn_at = now(), version = i.version + 1
  where i.authority_id = auth.authority_id() and i.interest_id = p_interest_id
  returning i.interest_id, i.version;
end $$;
comment on function funds.withdraw_interest is 'funds.withdraw_interest takes an interest back; a school its own.';
grant execute on function funds.withdraw_interest to persona_la_admin, persona_officer, persona_booker;

create function funds.list_interests(p_round_id text, p_wants text, p_include_withdrawn boolean)
returns table (interest_id text, round_id text, school_urn integer, name text, wants jsonb, priority integer, note text, expressed_at timestamptz,
  withdrawn_at timestamptz, version integer)
language sql stable as $$
  select i.interest_id, i.round_id, i.school_urn, coalesce(o.name, school.name), to_jsonb(i.wants), i.priority_number, i.note, i.expressed_at, i.withdrawn_at, i.version
  from funds.interest i
  left join funds.organisation o on o.authority_id = i.authority_id and o.organisation_id = i.organisation_id
  left join lateral register.establishment_on(i.school_urn, (i.expressed_at at time zone 'Europe/London')::date) school on true
  where i.authority_id = (select auth.authority_id()) and (p_round_id is null or i.round_id = p_round_id)
    and (p_wants is null or lower(p_wants) = any (i.wants)) and (i.withdrawn_at is null or coalesce(p_include_withdrawn, false))
  order by i.round_id, coalesce(o.name, school.name), i.interest_id
$$;
comment on function funds.list_interests is 'funds.list_interests lists who would be part of bids; a school sees its own.';
grant execute on function funds.list_interests to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_booker;
