-- Applying links (SCH-4): both directions, many per URN; a link that would make an establishment its own predecessor is refused.

create function imports.told_links(p_file imports.file) returns table (line integer, urn integer, linked_urn integer, link_type text,
  linked_name text, established_on date)
language sql stable as $$
  select r.line, r.urn, (r.facts ->> 'linked_urn')::integer, r.facts ->> 'link_type', r.facts ->> 'linked_name', (r.facts ->> 'established_on')::date
  from imports.good_rows(p_file) r
$$;
comment on function imports.told_links is 'imports.told_links gives the links of a file.';

create function imports.reject_bad_links(p_file imports.file) returns void
language sql volatile as $$
  select imports.reject(p_file, l.line, 'LinkURN', l.linked_urn::text, 'The establishment is linked to itself.')
  from imports.told_links(p_file) l
  where l.urn = l.linked_urn;
  select imports.reject(p_file, l.line, 'LinkType', l.link_type, format('The same link stands on line %s.', l.first_line))
  from (select t.*, min(t.line) over (partition by t.urn, t.linked_urn, t.link_type) as first_line from imports.told_links(p_file) t) l
  where l.line > l.first_line;
  select imports.reject(p_file, l.line, 'URN', l.urn::text,
    format('The register does not hold this school for authority %s; the operator imports links for all.', base.authority_code(p_file.authority_id)))
  from imports.told_links(p_file) l
  where not register.is_operator() and not register.is_own_urn(l.urn)
$$;
comment on function imports.reject_bad_links is 'imports.reject_bad_links rejects links to oneself, repeated ones, and those of schools that an administrator does not write for.';

create function imports.reject_cycles(p_file imports.file) returns void
language sql volatile as $$
  with recursive told as (
    select l.line, l.urn, case when l.link_type like 'Predecessor%' then l.linked_urn else l.urn end as predecessor_urn,
      case when l.link_type like 'Predecessor%' then l.urn else l.linked_urn end as successor_urn
    from imports.told_links(p_file) l
    where (l.link_type like 'Predecessor%' or l.link_type like 'Successor%') and l.link_type not like '%Split%'
  ),
  edge as (
    select t.predecessor_urn, t.successor_urn from told t
    union
    select e.predecessor_urn, e.successor_urn from register.lineage_edge e
  ),
  reached (origin, urn) as (
    select e.successor_urn, e.successor_urn from edge e
    union
    select r.origin, e.successor_urn from reached r join edge e on e.predecessor_urn = r.urn
  )
  select imports.reject(p_file, t.line, 'LinkURN', t.predecessor_urn || ' to ' || t.successor_urn,
    format('A cycle: %s would come before %s, which by other links comes before it.', t.predecessor_urn, t.successor_urn))
  from told t
  where (t.successor_urn, t.predecessor_urn) in (select r.origin, r.urn from reached r)
    and not exists (select from register.lineage_edge held where held.predecessor_urn = t.predecessor_urn and held.successor_urn = t.successor_urn)
$$;
comment on function imports.reject_cycles is 'imports.reject_cycles rejects the links of a file after which an establishment would be its own predecessor, by way of this file and what the register holds. All that close the ring are named: which of them is wrong a file does not tell.';

create function imports.join_lineages() returns integer
language sql volatile as $$
  with recursive neighbour as (
    select e.predecessor_urn as urn, e.successor_urn as other from register.lineage_edge e
    union
    select e.successor_urn, e.predecessor_urn from register.lineage_edge e
  ),
  reached (urn, other) as (
    select n.urn, n.urn from neighbour n
    union
    select r.urn, n.other from reached r join neighbour n on n.urn = r.other
  ),
  school as (select r.urn, min(r.other) as school_id from reached r group by r.urn),
  joined as (
    update register.establishment e set school_id = s.school_id
    from school s
    where e.urn = s.urn and e.school_id <> s.school_id
    returning e.urn
  )
  select count(*)::integer from joined
$$;
comment on function imports.join_lineages is 'imports.join_lineages gives every establishment the lowest URN of its lineage as its school (SCH-1), and tells how many changed. Lineages are small: the largest in England has 13 URNs.';

create function imports.write_links(p_file imports.file) returns jsonb
language sql volatile as $$
  with told as materialized (
    select l.*, held.link_id, held.link_id is null as is_new,
      (held.linked_name, held.established_on) is distinct from (coalesce(l.linked_name, held.linked_name), coalesce(l.established_on, held.established_on)) as differs
    from imports.told_links(p_file) l
    left join register.link held on held.urn = l.urn and held.linked_urn = l.linked_urn and held.link_type = l.link_type and held.superseded_at is null
  ),
  superseded as (
    update register.link k set superseded_at = greatest(now(), k.recorded_at) from told t where k.link_id = t.link_id and t.differs
    returning k.link_id, k.linked_name, k.established_on
  ),
  written as (
    insert into register.link (urn, linked_urn, link_type, linked_name, established_on)
    select t.urn, t.linked_urn, t.link_type, coalesce(t.linked_name, s.linked_name), coalesce(t.established_on, s.established_on)
    from told t
    left join superseded s on s.link_id = t.link_id
    where t.is_new or s.link_id is not null
  )
  select jsonb_build_object('added', count(*) filter (where t.is_new), 'changed', count(*) filter (where not t.is_new and t.differs),
    'unchanged', count(*) filter (where not t.is_new and not t.differs))
  from told t
$$;
comment on function imports.write_links is 'imports.write_links adds the links of a file and supersedes those that it tells otherwise.';

create function imports.apply_links(p_file imports.file) returns jsonb
language plpgsql volatile as $$
declare
  v_tally jsonb;
begin
  perform imports.reject_bad_links(p_file);
  perform imports.reject_cycles(p_file);
  insert into register.establishment (urn, school_id)
  select u.urn, u.urn from imports.told_links(p_file) l cross join lateral (values (l.urn), (l.linked_urn)) u (urn)
  on conflict do nothing;
  v_tally := imports.write_links(p_file);
  return v_tally || jsonb_build_object('linked', imports.join_lineages());
end $$;
comment on function imports.apply_links is 'imports.apply_links applies a file of links and joins the lineages that they make (SCH-4). linked counts the establishments that now belong to another school than before.';

grant execute on function imports.told_links, imports.reject_bad_links, imports.reject_cycles, imports.join_lineages, imports.write_links,
  imports.apply_links to improve_exec;
