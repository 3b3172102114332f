-- Bulletins as they are read, and who has read them (NOT-1).

create function bulletins.state_of(p_bulletin bulletins.bulletin) returns text
language plpgsql stable as $$
begin
  return case when p_bulletin.withdrawn_at is not null then 'withdrawn' when p_bulletin.published_at <= now() then 'published' when p_bulletin.published_at is not null then 'to come' else 'draft' end;
end $$;
comment on function bulletins.state_of is 'bulletins.state_of is draft, to come, published or withdrawn.';
grant execute on function bulletins.state_of to improve_exec;

create function bulletins.list_bulletins(p_kind text, p_audience text, p_text text, p_unread boolean, p_page_size integer, p_cursor text)
returns table (bulletin_id text, number text, kind text, title text, audience jsonb, state text, published_at timestamptz, documents integer, next_event_on date, i_read text, version integer,
  row_cursor text)
language sql stable as $$
  select b.bulletin_id, b.number, b.kind, b.title, to_jsonb(b.audience), bulletins.state_of(b), b.published_at,
    (select count(distinct d.title)::integer from bulletins.document d where d.authority_id = b.authority_id and d.bulletin_id = b.bulletin_id),
    (select min(e.held_on) from bulletins.event e where e.authority_id = b.authority_id and e.bulletin_id = b.bulletin_id and e.held_on >= base.today()),
    case when r.version_read is null then 'no' when r.version_read < b.version then 'an earlier version' else 'yes' end, b.version,
    jsonb_build_array(coalesce(b.published_at, 'infinity'), b.bulletin_id)::text
  from bulletins.bulletin b
  left join lateral (select max(x.version_read) as version_read from bulletins.reading x
    where x.authority_id = b.authority_id and x.bulletin_id = b.bulletin_id and x.person_id = (select auth.person_id())) r on true
  where b.authority_id = (select auth.authority_id()) and (p_kind is null or b.kind = lower(p_kind)) and (p_audience is null or lower(p_audience) = any (select lower(a) from unnest(b.audience) a))
    and (p_text is null or strpos(lower(b.title || ' ' || b.body || ' ' || b.number), lower(btrim(p_text))) > 0)
    and (not coalesce(p_unread, false) or r.version_read is distinct from b.version)
    and (p_cursor is null or (coalesce(b.published_at, 'infinity'), b.bulletin_id) < ((p_cursor::jsonb ->> 0)::timestamptz, p_cursor::jsonb ->> 1))
  order by coalesce(b.published_at, 'infinity') desc, b.bulletin_id desc
  limit greatest(1, least(coalesce(p_page_size, 100), 500))
$$;
comment on function bulletins.list_bulletins is 'bulletins.list_bulletins lists bulletins, drafts and the latest first, and whether the caller has read each; schools and partners see those that are published.';
grant execute on function bulletins.list_bulletins to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner, persona_booker;

create function bulletins.get_bulletin(p_bulletin_id text)
returns table (bulletin_id text, number text, kind text, title text, body text, audience jsonb, state text, published_at timestamptz, contact_name text, contact_email text, contact_phone text,
  documents jsonb, events jsonb, withdrawn_reason text, version integer)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_bulletin constant bulletins.bulletin := bulletins.require_bulletin(p_bulletin_id);
begin
  return query
  select v_bulletin.bulletin_id, v_bulletin.number, v_bulletin.kind, v_bulletin.title, v_bulletin.body, to_jsonb(v_bulletin.audience), bulletins.state_of(v_bulletin), v_bulletin.published_at,
    v_bulletin.contact_name, v_bulletin.contact_email, v_bulletin.contact_phone,
    (select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('title', d.title, 'number', d.number, 'link', d.link, 'issued_on', d.issued_on, 'note', d.note))
        order by lower(d.title), d.number desc), '[]') from bulletins.document d where d.authority_id = v_bulletin.authority_id and d.bulletin_id = v_bulletin.bulletin_id),
    (select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('title', e.title, 'place', e.place, 'held_on', e.held_on)) order by e.held_on), '[]') from bulletins.event e
      where e.authority_id = v_bulletin.authority_id and e.bulletin_id = v_bulletin.bulletin_id), v_bulletin.withdrawn_reason, v_bulletin.version;
end $$;
comment on function bulletins.get_bulletin is 'bulletins.get_bulletin shows a bulletin whole, with its documents, the latest version of each first, and its events.';
grant execute on function bulletins.get_bulletin to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner, persona_booker;

create function bulletins.read_bulletin(p_bulletin_id text) returns table (bulletin_id text, version_read integer, schools integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_bulletin constant bulletins.bulletin := bulletins.require_bulletin(p_bulletin_id);
  v_urns constant integer[] := case when cardinality(auth.urns()) > 0 then auth.urns() else array[null::integer] end;
  v_urn integer;
begin
  if bulletins.state_of(v_bulletin) <> 'published' then
    perform errors.precondition('NOT_PUBLISHED', format('The bulletin is %s.', bulletins.state_of(v_bulletin)), 'bulletin_id', 'NOT-1', 'a bulletin that is published');
  end if;
  foreach v_urn in array v_urns loop
    update bulletins.reading r set version_read = v_bulletin.version, read_at = now()
    where r.authority_id = auth.authority_id() and r.bulletin_id = p_bulletin_id and r.person_id = auth.person_id() and r.school_urn is not distinct from v_urn;
    if not found then
      insert into bulletins.reading (authority_id, reading_id, bulletin_id, person_id, school_urn, version_read)
      values (auth.authority_id(), base.new_ref('rd'), p_bulletin_id, auth.person_id(), v_urn, v_bulletin.version);
    end if;
  end loop;
  return query values (p_bulletin_id, v_bulletin.version, cardinality(auth.urns()));
end $$;
comment on function bulletins.read_bulletin is 'bulletins.read_bulletin says that the caller has read a bulletin as it is now, for each of their schools.';
grant execute on function bulletins.read_bulletin to persona_la_admin, persona_officer, persona_finance, persona_partner, persona_booker;

create function bulletins.list_bulletin_readers(p_bulletin_id text, p_unread boolean)
returns table (school_urn integer, school text, phase_group text, readers integer, read text, first_read_at timestamptz)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_bulletin constant bulletins.bulletin := bulletins.require_bulletin(p_bulletin_id);
  v_on constant date := coalesce((v_bulletin.withdrawn_at at time zone 'Europe/London')::date, base.today());
  v_read record;
begin
  select count(*) as schools, count(*) filter (where x.urn is not null) as read into v_read
  from register.schools_on(v_on, null) s
  left join lateral (select r.school_urn as urn from bulletins.reading r where r.authority_id = v_bulletin.authority_id and r.bulletin_id = v_bulletin.bulletin_id and r.school_urn = s.urn limit 1) x on true
  where s.authority_id = v_bulletin.authority_id and s.is_open;
  raise notice using errcode = 'IMNTE', message = format('Read by %s of %s schools.', v_read.read, v_read.schools);
  return query
  select s.urn, s.name, s.phase_group, r.readers::integer, case when r.readers = 0 then 'no' when r.version_read < v_bulletin.version then 'an earlier version' else 'yes' end, r.first_read_at
  from register.schools_on(v_on, null) s
  cross join lateral (select count(*) as readers, max(x.version_read) as version_read, min(x.read_at) as first_read_at from bulletins.reading x
    where x.authority_id = v_bulletin.authority_id and x.bulletin_id = v_bulletin.bulletin_id and x.school_urn = s.urn) r
  where s.authority_id = v_bulletin.authority_id and s.is_open and (not coalesce(p_unread, false) or r.version_read is distinct from v_bulletin.version)
  order by r.readers > 0, s.name, s.urn;
end $$;
comment on function bulletins.list_bulletin_readers is 'bulletins.list_bulletin_readers tells of each open school whether it has read a bulletin, as it is now or an earlier version, those that have not first; remarked with how many of how many have.';
grant execute on function bulletins.list_bulletin_readers to persona_la_admin, persona_officer, persona_finance, persona_reporter;
