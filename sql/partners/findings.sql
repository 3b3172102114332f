-- The automatic part of the conflict check: what speaks against a partner in a school, over a period, and from which day on (PAR-2).

create function partners.spans(p_days datemultirange) returns text
language sql immutable as $$
  select string_agg(case
      when lower_inf(s) and upper_inf(s) then 'always'
      when upper_inf(s) then format('from %s on', partners.day(lower(s)))
      when lower_inf(s) then format('until %s', partners.day(upper(s) - 1))
      else format('%s to %s', partners.day(lower(s)), partners.day(upper(s) - 1)) end, ', ' order by s)
  from unnest(p_days) s
$$;
comment on function partners.spans is 'partners.spans writes periods as people read them: 1 Sep 2026 to 31 Aug 2027, from 1 Jan 2028 on; null for none.';

create function partners.trusts_of(p_school_id integer) returns table (trust_key text, trust text, held daterange)
language sql stable as $$
  select m.group_uid::text, g.name, daterange(m.joined_on, m.left_on, '[]')
  from register.establishment e
  join register.group_membership m on m.urn = e.urn and m.superseded_at is null
  join register.group_ g on g.group_uid = m.group_uid and g.superseded_at is null and g.type ilike '%trust%'
  where e.school_id = p_school_id
  union all
  select lower(v.trust), v.trust, daterange(v.valid_from, v.valid_to)
  from register.establishment e
  join register.establishment_version v on v.urn = e.urn and v.superseded_at is null
  where e.school_id = p_school_id and length(v.trust) > 1
$$;
comment on function partners.trusts_of is 'partners.trusts_of lists the trusts that a school, under any URN of its lineage, belonged to and when: by the register''s groups, and by the name that the school''s own record gives.';

create function partners.held_by(p_partner_id text, p_kind text, p_body text, out kinds datemultirange, out accredited datemultirange)
language plpgsql stable as $$
begin
  select coalesce(range_agg(daterange(k.starts_on, k.ends_on, '[]')), '{}') into kinds
  from partners.kind_held k
  where k.authority_id = auth.authority_id() and k.partner_id = p_partner_id and (p_kind is null or k.kind = p_kind);
  select coalesce(range_agg(daterange(a.starts_on, least(a.ends_on + 1, a.withdrawn_on))), '{}') into accredited
  from partners.accreditation a
  where a.authority_id = auth.authority_id() and a.partner_id = p_partner_id and lower(a.body) = lower(p_body)
    and (a.withdrawn_on is null or a.withdrawn_on > a.starts_on);
end $$;
comment on function partners.held_by is 'partners.held_by is when somebody is a partner of a kind (null: of any), and when a body''s accreditation holds.';

create function partners.findings(p_partner_id text, p_school_urn integer, p_role text, p_starts_on date, p_ends_on date)
returns table (cause text, field text, first_day date, message text, accepted text)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_period constant datemultirange := datemultirange(daterange(p_starts_on, p_ends_on, '[]'));
  v_partner partners.partner;
  v_role partners.role;
  v_held record;
  v_school integer;
  v_base integer;
begin
  select p.* into v_partner from partners.partner p where p.authority_id = auth.authority_id() and p.partner_id = p_partner_id;
  select r.* into v_role from partners.role r where r.authority_id = auth.authority_id() and r.role = p_role;
  select h.* into v_held from partners.held_by(p_partner_id, v_role.kind, v_role.accreditation_body) h;
  select e.school_id into v_school from register.establishment e where e.urn = p_school_urn;
  select e.school_id into v_base from register.establishment e where e.urn = v_partner.base_school_urn;
  if not v_period <@ v_held.kinds then
    return query values ('kind', 'partner_id', lower(v_period - v_held.kinds), format('%s is no %s of the authority on %s.', v_partner.name,
        coalesce(v_role.kind, 'partner'), partners.day(lower(v_period - v_held.kinds))),
      coalesce(partners.spans(v_period * v_held.kinds), format('a partner who is %s on every day', coalesce(v_role.kind, 'of some kind'))));
  end if;
  if v_role.accreditation_body is not null and not v_period <@ v_held.accredited then
    return query values ('accreditation', 'partner_id', lower(v_period - v_held.accredited), format('%s holds no accreditation by %s on %s.',
        v_partner.name, v_role.accreditation_body, partners.day(lower(v_period - v_held.accredited))),
      coalesce(partners.spans(v_period * v_held.accredited), format('a partner whom %s accredits on every day', v_role.accreditation_body)));
  end if;
  if v_school = v_base then
    return query values ('own_school', 'partner_id', p_starts_on, format('%s works from this school.', v_partner.name), 'another partner, or another school');
  end if;
  return query
  select 'own_trust', 'partner_id', min(lower(shared)), format('%s works from a school of the same trust, %s.', v_partner.name, theirs.trust),
    coalesce(partners.spans(v_period - range_agg(shared)), 'another partner, or a school of another trust')
  from partners.trusts_of(v_base) mine
  join partners.trusts_of(v_school) theirs on theirs.trust_key = mine.trust_key
  cross join lateral (select daterange(p_starts_on, p_ends_on, '[]') * mine.held * theirs.held) d (shared)
  where v_base <> v_school and not isempty(shared)
  group by theirs.trust;
  return query
  select 'conflict', 'partner_id', min(lower(shared)), format('%s has declared a conflict with the school%s: %s.', v_partner.name,
      case when c.group_uid is not null then '''s trust' else '' end, replace(c.kind, '_', ' ')),
    coalesce(partners.spans(v_period - range_agg(shared)), 'another partner, or another school')
  from partners.conflict c
  left join register.establishment e on e.urn = c.school_urn
  left join partners.trusts_of(v_school) t on t.trust_key = c.group_uid::text
  cross join lateral (select daterange(p_starts_on, p_ends_on, '[]') * daterange(c.starts_on, c.ends_on, '[]') * coalesce(t.held, '(,)')) d (shared)
  where c.authority_id = auth.authority_id() and c.partner_id = p_partner_id and c.withdrawn_at is null
    and (e.school_id = v_school or t.trust_key is not null) and not isempty(shared)
  group by c.conflict_id, c.kind, c.group_uid;
end $$;
comment on function partners.findings is 'partners.findings lists what speaks against a partner in a school and role over a period, each with the first day on which it does and what would be accepted: no kind, no accreditation that the role asks for on every day, the school they work from, its trust, and conflicts that they have declared. No row: nothing.';

create function partners.refuse_findings(p_partner_id text, p_school_urn integer, p_role text, p_starts_on date, p_ends_on date) returns void
language plpgsql stable as $$
declare
  v_found jsonb;
  v_message text;
begin
  select jsonb_agg(jsonb_build_object('field', f.field, 'description', f.message, 'accepted', f.accepted) order by f.first_day, f.cause),
    string_agg(f.message, ' ' order by f.first_day, f.cause) into v_found, v_message
  from partners.findings(p_partner_id, p_school_urn, p_role, p_starts_on, p_ends_on) f;
  if v_found is not null then
    perform errors.refuse(9, 'CONFLICT_CHECK_FAILED', v_message, p_rule => 'PAR-2', p_violations => v_found,
      p_hint => 'improve partner match shows who could be assigned, and why others could not.');
  end if;
end $$;
comment on function partners.refuse_findings is 'partners.refuse_findings refuses when anything speaks against an assignment, and names all of it (FAILED_PRECONDITION).';
grant execute on function partners.spans, partners.trusts_of, partners.held_by, partners.findings, partners.refuse_findings to improve_exec;
