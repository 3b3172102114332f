-- Applying groups (SCH-5): a file of groups describes them, a file of group links tells who belongs to them from when to when.

create function imports.told_groups(p_file imports.file) returns setof register.group_
language sql stable as $$
  select distinct on (g.group_uid) g.*
  from imports.good_rows(p_file) r
  cross join lateral jsonb_populate_record(null::register.group_, r.facts || jsonb_build_object('ukprn', r.facts ->> 'group_ukprn')) g
  order by g.group_uid, r.line
$$;
comment on function imports.told_groups is 'imports.told_groups gives the groups that a file names.';

create function imports.write_groups(p_file imports.file, p_describes boolean) returns jsonb
language sql volatile as $$
  with told as materialized (
    select held as old, held.group_uid is null as is_new,
      jsonb_populate_record(held, jsonb_strip_nulls(to_jsonb(t)) - 'version_id' - 'recorded_at' - 'superseded_at') as new
    from imports.told_groups(p_file) t
    left join register.group_ held on held.group_uid = t.group_uid and held.superseded_at is null
  ),
  judged as materialized (select t.*, not t.is_new and p_describes and t.new is distinct from t.old as differs from told t),
  superseded as (
    update register.group_ g set superseded_at = greatest(now(), g.recorded_at) from judged j where g.version_id = (j.old).version_id and j.differs
    returning g.version_id
  ),
  written as (
    insert into register.group_ overriding user value
    select n.* from judged j
    cross join lateral jsonb_populate_record(j.new, jsonb_build_object('recorded_at', now())) n
    -- Asking what was superseded makes sure that it is, before its place is taken.
    where j.is_new or (j.old).version_id in (select s.version_id from superseded s)
  )
  select jsonb_build_object('added', count(*) filter (where j.is_new), 'changed', count(*) filter (where j.differs),
    'unchanged', count(*) filter (where not j.is_new and not j.differs))
  from judged j
$$;
comment on function imports.write_groups is 'imports.write_groups adds the groups that a file names, and, where the file describes them (and not only who belongs to them), supersedes what it tells otherwise.';

create function imports.write_memberships(p_file imports.file) returns jsonb
language sql volatile as $$
  with told as materialized (
    select distinct on (t.urn, t.group_uid, t.joined_on) t.*, held.membership_id, held.membership_id is null as is_new,
      held.left_on is distinct from coalesce(t.left_on, held.left_on) as differs
    from (
      select r.line, r.urn, (r.facts ->> 'group_uid')::integer as group_uid, (r.facts ->> 'joined_on')::date as joined_on,
        (r.facts ->> 'left_on')::date as left_on
      from imports.good_rows(p_file) r
    ) t
    left join register.group_membership held on held.urn = t.urn and held.group_uid = t.group_uid and held.superseded_at is null
      and held.joined_on is not distinct from t.joined_on
    order by t.urn, t.group_uid, t.joined_on, t.line
  ),
  superseded as (
    update register.group_membership m set superseded_at = greatest(now(), m.recorded_at) from told t where m.membership_id = t.membership_id and t.differs
    returning m.membership_id
  ),
  written as (
    insert into register.group_membership (urn, group_uid, joined_on, left_on)
    select t.urn, t.group_uid, t.joined_on, t.left_on from told t
    where t.is_new or t.membership_id in (select s.membership_id from superseded s)
  )
  select jsonb_build_object('added', count(*) filter (where t.is_new), 'changed', count(*) filter (where not t.is_new and t.differs),
    'unchanged', count(*) filter (where not t.is_new and not t.differs))
  from told t
$$;
comment on function imports.write_memberships is 'imports.write_memberships records who belongs to which group, with the dates that a file of group links gives.';

create function imports.reject_bad_groups(p_file imports.file) returns void
language sql volatile as $$
  select imports.reject(p_file, r.line, 'URN', null, 'URN is missing.')
  from imports.good_rows(p_file) r
  where p_file.fields @> array['urn'] and r.urn is null;
  select imports.reject(p_file, r.line, 'Date left', r.facts ->> 'left_on', 'It left before it joined.')
  from imports.good_rows(p_file) r
  where (r.facts ->> 'left_on')::date < (r.facts ->> 'joined_on')::date;
  select imports.reject(p_file, r.line, 'URN', r.urn::text,
    format('The register does not hold this school for authority %s; the operator imports groups for all.', base.authority_code(p_file.authority_id)))
  from imports.good_rows(p_file) r
  where not register.is_operator() and register.is_own_urn(r.urn) is not true
$$;
comment on function imports.reject_bad_groups is 'imports.reject_bad_groups rejects memberships without a school, with impossible dates, or of schools that an administrator does not write for.';

create function imports.apply_groups(p_file imports.file) returns jsonb
language plpgsql volatile as $$
declare
  v_is_links boolean := p_file.fields @> array['urn'];
  v_groups jsonb;
begin
  perform imports.reject_bad_groups(p_file);
  v_groups := imports.write_groups(p_file, not v_is_links);
  if not v_is_links then
    return v_groups;
  end if;
  insert into register.establishment (urn, school_id) select r.urn, r.urn from imports.good_rows(p_file) r on conflict do nothing;
  return imports.write_memberships(p_file);
end $$;
comment on function imports.apply_groups is 'imports.apply_groups applies a file of groups, or one of group links: then added, changed and unchanged count memberships (SCH-5).';

grant execute on function imports.told_groups, imports.write_groups, imports.write_memberships, imports.reject_bad_groups, imports.apply_groups
  to improve_exec;
