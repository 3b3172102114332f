-- Bulletins: written, published, changed, withdrawn (NOT-1).

create function bulletins.require_bulletin(p_bulletin_id text) returns bulletins.bulletin
language plpgsql stable as $$
declare
  v_bulletin bulletins.bulletin;
begin
  perform errors.required('bulletin_id', p_bulletin_id, 'a reference such as bn-7k2q9mx4td');
  select b.* into v_bulletin from bulletins.bulletin b where b.authority_id = auth.authority_id() and b.bulletin_id = p_bulletin_id;
  if not found then
    perform errors.not_found('bulletin_id', format('There is no bulletin "%s".', left(p_bulletin_id, 40)), 'a reference such as bn-7k2q9mx4td', 'improve bulletin list shows them.');
  end if;
  return v_bulletin;
end $$;
comment on function bulletins.require_bulletin is 'bulletins.require_bulletin finds a bulletin that the caller may see, or refuses.';

create function bulletins.lock_bulletin(p_bulletin_id text, p_version integer) returns bulletins.bulletin
language plpgsql volatile as $$
declare
  v_bulletin bulletins.bulletin := bulletins.require_bulletin(p_bulletin_id);
begin
  perform errors.required('version', p_version);
  select b.* into v_bulletin from bulletins.bulletin b where b.authority_id = auth.authority_id() and b.bulletin_id = p_bulletin_id for no key update;
  if v_bulletin.version <> p_version then
    perform errors.stale('version', p_version, v_bulletin.version);
  elsif v_bulletin.withdrawn_at is not null then
    perform errors.precondition('BULLETIN_WITHDRAWN', 'The bulletin was withdrawn.', 'bulletin_id', 'NOT-1', 'a bulletin that stands');
  end if;
  return v_bulletin;
end $$;
comment on function bulletins.lock_bulletin is 'bulletins.lock_bulletin finds a bulletin that stands, at its version, and holds it, or refuses.';

create function bulletins.touch(p_bulletin_id text) returns integer
language plpgsql volatile as $$
declare
  v_version integer;
begin
  update bulletins.bulletin b set version = b.version + 1 where b.authority_id = auth.authority_id() and b.bulletin_id = p_bulletin_id returning b.version into v_version;
  return v_version;
end $$;
comment on function bulletins.touch is 'bulletins.touch counts a change of a bulletin: who read it before has read an earlier version.';
grant execute on function bulletins.require_bulletin, bulletins.lock_bulletin, bulletins.touch to improve_exec;

create function bulletins.add_bulletin(p_number text, p_title text, p_body text, p_audience jsonb, p_kind text, p_contact_name text, p_contact_email text, p_contact_phone text)
returns table (bulletin_id text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
begin
  perform errors.required('number', btrim(p_number), 'such as 132/17');
  perform errors.required('title', btrim(p_title));
  perform errors.required('body', btrim(p_body));
  return query
  insert into bulletins.bulletin (authority_id, bulletin_id, number, kind, title, body, audience, contact_name, contact_email, contact_phone)
  values (auth.authority_id(), base.new_ref('bn'), btrim(p_number), coalesce(lower(nullif(btrim(p_kind), '')), 'information'), btrim(p_title), btrim(p_body), funds.words(p_audience),
    nullif(btrim(p_contact_name), ''), nullif(btrim(p_contact_email), ''), nullif(btrim(p_contact_phone), ''))
  returning bulletin_id, version;
end $$;
comment on function bulletins.add_bulletin is 'bulletins.add_bulletin writes a bulletin, as a draft that schools do not see.';
grant execute on function bulletins.add_bulletin to persona_la_admin, persona_officer;

create function bulletins.change_bulletin(p_bulletin_id text, p_version integer, p_title text, p_body text, p_audience jsonb, p_contact_name text, p_contact_email text, p_contact_phone text)
returns table (bulletin_id text, published_at timestamptz, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
begin
  perform bulletins.lock_bulletin(p_bulletin_id, p_version);
  return query
  update bulletins.bulletin b
  set title = coalesce(nullif(btrim(p_title), ''), b.title), body = coalesce(nullif(btrim(p_body), ''), b.body),
    audience = case when coalesce(jsonb_array_length(p_audience), 0) = 0 then b.audience else funds.words(p_audience) end, contact_name = partners.changed(p_contact_name, b.contact_name),
    contact_email = partners.changed(p_contact_email, b.contact_email), contact_phone = partners.changed(p_contact_phone, b.contact_phone), version = b.version + 1
  where b.authority_id = auth.authority_id() and b.bulletin_id = p_bulletin_id
  returning b.bulletin_id, b.published_at, b.version;
end $$;
comment on function bulletins.change_bulletin is 'bulletins.change_bulletin changes what is given of a bulletin and leaves the rest; whoever read it before has read an earlier version.';
grant execute on function bulletins.change_bulletin to persona_la_admin, persona_officer;

create function bulletins.publish_bulletin(p_bulletin_id text, p_version integer, p_published_at timestamptz) returns table (bulletin_id text, published_at timestamptz, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_was constant bulletins.bulletin := bulletins.lock_bulletin(p_bulletin_id, p_version);
begin
  if v_was.published_at <= now() then
    perform errors.precondition('PUBLISHED_ALREADY', format('It was published on %s.', to_char(v_was.published_at at time zone 'Europe/London', 'FMDD Mon YYYY HH24:MI')), 'bulletin_id', 'NOT-1',
      'a draft; improve bulletin change changes one that is published');
  end if;
  return query
  update bulletins.bulletin b set published_at = coalesce(p_published_at, now()), version = b.version + 1
  where b.authority_id = auth.authority_id() and b.bulletin_id = p_bulletin_id
  returning b.bulletin_id, b.published_at, b.version;
end $$;
comment on function bulletins.publish_bulletin is 'bulletins.publish_bulletin lets schools and partners see a bulletin, now or from a moment on.';
grant execute on function bulletins.publish_bulletin to persona_la_admin, persona_officer;

create function bulletins.withdraw_bulletin(p_bulletin_id text, p_version integer, p_reason text) returns table (bulletin_id text, withdrawn_at timestamptz, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_was constant bulletins.bulletin := bulletins.lock_bulletin(p_bulletin_id, p_version);
begin
  perform errors.required('reason', btrim(p_reason));
  if v_was.published_at is null then
    perform errors.precondition('NOT_PUBLISHED', 'The bulletin is a draft.', 'bulletin_id', 'NOT-1', 'a bulletin that is published');
  end if;
  return query
  update bulletins.bulletin b set withdrawn_at = now(), withdrawn_reason = btrim(p_reason), version = b.version + 1
  where b.authority_id = auth.authority_id() and b.bulletin_id = p_bulletin_id
  returning b.bulletin_id, b.withdrawn_at, b.version;
end $$;
comment on function bulletins.withdraw_bulletin is 'bulletins.withdraw_bulletin takes a bulletin back: schools and partners see it no more; who had read it stays known.';
grant execute on function bulletins.withdraw_bulletin to persona_la_admin, persona_officer;

create function bulletins.add_bulletin_document(p_bulletin_id text, p_version integer, p_title text, p_link text, p_issued_on date, p_note text)
returns table (bulletin_id text, title text, number integer, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_number integer;
begin
  perform bulletins.lock_bulletin(p_bulletin_id, p_version);
  perform errors.required('title', btrim(p_title));
  perform errors.required('link', btrim(p_link));
  select coalesce(max(d.number), 0) + 1 into v_number from bulletins.document d
  where d.authority_id = auth.authority_id() and d.bulletin_id = p_bulletin_id and lower(d.title) = lower(btrim(p_title));
  insert into bulletins.document (authority_id, bulletin_id, title, number, link, issued_on, note)
  values (auth.authority_id(), p_bulletin_id, coalesce((select d.title from bulletins.document d where d.authority_id = auth.authority_id() and d.bulletin_id = p_bulletin_id
    and lower(d.title) = lower(btrim(p_title)) limit 1), btrim(p_title)), v_number, btrim(p_link), coalesce(p_issued_on, base.today()), nullif(btrim(p_note), ''));
  return query values (p_bulletin_id, btrim(p_title), v_number, bulletins.touch(p_bulletin_id));
end $$;
comment on function bulletins.add_bulletin_document is 'bulletins.add_bulletin_document links a document to a bulletin; one of the same title is its next version, and the earlier ones are kept.';
grant execute on function bulletins.add_bulletin_document to persona_la_admin, persona_officer;

create function bulletins.add_bulletin_event(p_bulletin_id text, p_version integer, p_title text, p_held_on date, p_place text) returns table (bulletin_id text, event_id text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_ref constant text := base.new_ref('bv');
begin
  perform bulletins.lock_bulletin(p_bulletin_id, p_version);
  perform errors.required('title', btrim(p_title));
  perform errors.required('held_on', p_held_on, 'a day');
  insert into bulletins.event (authority_id, bulletin_id, event_id, title, place, held_on) values (auth.authority_id(), p_bulletin_id, v_ref, btrim(p_title), nullif(btrim(p_place), ''), p_held_on);
  return query values (p_bulletin_id, v_ref, bulletins.touch(p_bulletin_id));
end $$;
comment on function bulletins.add_bulletin_event is 'bulletins.add_bulletin_event adds a briefing or event that a bulletin tells of.';
grant execute on function bulletins.add_bulletin_event to persona_la_admin, persona_officer;
