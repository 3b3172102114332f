-- What a school was before: a conversion or merger ends a URN, and whoever acts for the new one goes on with what there is of the old (SCH-1).

create function register.with_predecessors(p_urns integer[]) returns integer[]
language plpgsql stable as $$
begin
  return array(
    with recursive known (urn) as (
      select unnest(p_urns)
      union
      select b.urn
      from known k
      cross join lateral (
        select l.linked_urn as urn from register.link l
        where l.urn = k.urn and l.superseded_at is null and l.link_type like 'Predecessor%' and l.link_type not like '%Split%'
        union
        select l.urn from register.link l
        where l.linked_urn = k.urn and l.superseded_at is null and l.link_type like 'Successor%' and l.link_type not like '%Split%'
      ) b
      where not coalesce((select s.is_open from register.school_on(b.urn, base.today()) s), false)
    )
    select k.urn from known k);
end $$;
comment on function register.with_predecessors is 'register.with_predecessors adds to URNs those that they follow and that are open no more: what was begun under these goes on. A predecessor that is open is a school of its own, and so is a school beside it that another followed.';

create function register.own_urns() returns integer[]
language plpgsql stable as $$
begin
  return case when auth.urns() = '{}' then '{}' else register.with_predecessors(auth.urns()) end;
end $$;
comment on function register.own_urns is 'register.own_urns are the schools that the caller acts for, with those that they follow (SCH-1).';

create function register.lineage_of(p_urn integer) returns integer[]
language plpgsql stable as $$
begin
  return array(select o.urn from register.establishment e join register.establishment o on o.school_id = e.school_id where e.urn = p_urn);
end $$;
comment on function register.lineage_of is 'register.lineage_of are all URNs of the school that a URN belongs to.';
grant execute on function register.with_predecessors, register.own_urns, register.lineage_of to improve_exec;
