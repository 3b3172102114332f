-- What is agreed of a contribution, by a day, told by decisions (FUN-2): its allocation, and how much of it may be spent.

create function funds.missing_bodies(p_contribution funds.contribution, p_gives text, p_on date) returns text[]
language plpgsql stable as $$
begin
  return array(
    select b.body
    from unnest(case p_gives when 'allocation' then p_contribution.allocation_chain else p_contribution.authority_chain end) with ordinality b (body, nth)
    where not exists (
      select from funds.recommendation r
      join funds.paper p on p.authority_id = r.authority_id and p.paper_id = r.paper_id
      where r.authority_id = p_contribution.authority_id and r.contribution_id = p_contribution.contribution_id and r.gives = p_gives and p.body = b.body
        and r.outcome = 'approved' and (p_on is null or r.decided_on <= p_on) and (p_gives = 'authority' or coalesce(r.pence, p_contribution.pence) >= p_contribution.pence))
    order by b.nth);
end $$;
comment on function funds.missing_bodies is 'funds.missing_bodies lists the bodies of a chain that have not approved by a day, in order; none: all have.';

create function funds.is_allocated(p_contribution funds.contribution, p_on date) returns boolean
language plpgsql stable as $$
begin
  return case when cardinality(p_contribution.allocation_chain) > 0 then cardinality(funds.missing_bodies(p_contribution, 'allocation', p_on)) = 0
    else p_contribution.agreed_on is not null and (p_on is null or p_contribution.agreed_on <= p_on) end;
end $$;
comment on function funds.is_allocated is 'funds.is_allocated tells whether a contribution is agreed by a day: by each body of its chain, or by whoever gives it.';

create function funds.authorised_pence(p_contribution funds.contribution, p_on date) returns bigint
language plpgsql stable as $$
begin
  if not funds.is_allocated(p_contribution, p_on) then
    return 0;
  elsif cardinality(p_contribution.authority_chain) = 0 then
    return p_contribution.pence;
  end if;
  return (
    select least(min(x.pence), p_contribution.pence) from (
      select b.body, coalesce(sum(case when r.paper_id is not null then coalesce(r.pence, p_contribution.pence) end), 0)::bigint as pence
      from unnest(p_contribution.authority_chain) b (body)
      left join (funds.recommendation r join funds.paper p on p.authority_id = r.authority_id and p.paper_id = r.paper_id)
        on r.authority_id = p_contribution.authority_id and r.contribution_id = p_contribution.contribution_id and r.gives = 'authority' and r.outcome = 'approved'
          and p.body = b.body and (p_on is null or r.decided_on <= p_on)
      group by b.body
    ) x);
end $$;
comment on function funds.authorised_pence is 'funds.authorised_pence is how much of a contribution may be spent by a day: nothing before its allocation; then what every body of the chain has given authority for, and all of it where there is no chain.';

create function funds.matching(p_contribution_id text, out contribution_id text, out ratio text)
language plpgsql stable as $$
begin
  select case m.first_id when p_contribution_id then m.second_id else m.first_id end,
      case m.first_id when p_contribution_id then m.first_parts || ':' || m.second_parts else m.second_parts || ':' || m.first_parts end
    into contribution_id, ratio
  from funds.match m
  where m.authority_id = auth.authority_id() and p_contribution_id in (m.first_id, m.second_id);
end $$;
comment on function funds.matching is 'funds.matching finds the contribution that matches another, and their ratio; null for none.';

create function funds.state_of(p_contribution funds.contribution, p_on date) returns text
language plpgsql stable as $$
declare
  v_other funds.contribution;
  v_missing text[];
begin
  if not funds.is_allocated(p_contribution, p_on) then
    v_missing := funds.missing_bodies(p_contribution, 'allocation', p_on);
    return case when cardinality(v_missing) > 0 then format('waits for %s', array_to_string(v_missing, ', then ')) else format('%s has not agreed', p_contribution.name) end;
  end if;
  select c.* into v_other from funds.contribution c, funds.matching(p_contribution.contribution_id) m
  where c.authority_id = p_contribution.authority_id and c.contribution_id = m.contribution_id;
  if found and not funds.is_allocated(v_other, p_on) then
    return format('agreed; waits for %s of %s', funds.pounds(v_other.pence), v_other.name);
  elsif funds.authorised_pence(p_contribution, p_on) = 0 then
    return format('agreed; authority to spend waits for %s', array_to_string(funds.missing_bodies(p_contribution, 'authority', p_on), ', then '));
  end if;
  return 'agreed';
end $$;
comment on function funds.state_of is 'funds.state_of says in words how far a contribution is: which body it waits for, whether its match is agreed, whether it may be spent.';
grant execute on function funds.missing_bodies, funds.is_allocated, funds.authorised_pence, funds.matching, funds.state_of to improve_exec;
