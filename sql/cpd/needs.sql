-- The audit of need (CPD-10): schools state what they need training in, courses say what they help with, and the programme is held against it.

create function cpd.topic_of(p_text text) returns text
language plpgsql immutable as $$
begin
  return lower(btrim(regexp_replace(p_text, '\s+', ' ', 'g')));
end $$;
comment on function cpd.topic_of is 'cpd.topic_of writes a topic as topics are compared: in lower case, single blanks.';
grant execute on function cpd.topic_of to improve_exec;

create function cpd.set_course_topics(p_course_id text, p_version integer, p_topics jsonb) returns table (course_id text, topics jsonb, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_version integer;
begin
  perform cpd.require_course('course_id', p_course_id);
  perform errors.required('version', p_version);
  if coalesce(jsonb_array_length(p_topics), 0) > 20 then
    perform errors.invalid('topics', 'A course helps with twenty things at most.', 'CPD-10', '20 or fewer');
  end if;
  select c.version into v_version from cpd.course c where c.authority_id = auth.authority_id() and c.course_id = p_course_id for no key update;
  if v_version <> p_version then
    perform errors.stale('version', p_version, v_version);
  end if;
  delete from cpd.course_topic t where t.authority_id = auth.authority_id() and t.course_id = p_course_id;
  insert into cpd.course_topic (authority_id, course_id, topic)
  select distinct auth.authority_id(), p_course_id, cpd.topic_of(t) from jsonb_array_elements_text(coalesce(p_topics, '[]')) t;
  update cpd.course c set version = c.version + 1 where c.authority_id = auth.authority_id() and c.course_id = p_course_id;
  return query
  select c.course_id, (select coalesce(jsonb_agg(t.topic order by t.topic), '[]') from cpd.course_topic t where t.authority_id = c.authority_id and t.course_id = c.course_id), c.version
  from cpd.course c where c.authority_id = auth.authority_id() and c.course_id = p_course_id;
end $$;
comment on function cpd.set_course_topics is 'cpd.set_course_topics says what a course helps with, all of it; none takes it away (CPD-10).';
grant execute on function cpd.set_course_topics to persona_la_admin, persona_officer;

create function cpd.state_training_need(p_school_urn integer, p_topic text, p_people integer, p_priority integer, p_academic_year integer, p_note text)
returns table (need_id text, school_urn integer, academic_year integer, topic text, people integer, priority integer, courses integer, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_topic constant text := cpd.topic_of(p_topic);
  v_year constant integer := coalesce(p_academic_year, calendar.academic_year(base.today()));
  v_is record;
begin
  perform people.require_acts_for('school_urn', p_school_urn);
  perform register.require_open_school('school_urn', p_school_urn, auth.authority_id(), base.today());
  perform errors.required('topic', v_topic, 'a few plain words, such as phonics');
  perform errors.required('people', p_people, 'how many are to be trained');
  select n.need_id, n.people, n.version into v_is from cpd.need n
  where n.authority_id = auth.authority_id() and n.school_urn = p_school_urn and n.academic_year = v_year and n.topic = v_topic and n.withdrawn_at is null;
  if found then
    perform errors.exists('NEED_STATED', format('The school has stated %s for %s already.', v_topic, calendar.year_text(v_year)), 'topic', 'CPD-10',
      format('improve training-need withdraw %s %s takes it back.', v_is.need_id, v_is.version));
  end if;
  return query
  insert into cpd.need (authority_id, need_id, school_urn, academic_year, topic, people, priority, note, stated_by)
  values (auth.authority_id(), base.new_ref('nd'), p_school_urn, v_year, v_topic, p_people, coalesce(p_priority, 2), nullif(btrim(p_note), ''), auth.person_id())
  returning need_id, school_urn, academic_year, topic, people, priority,
    (select count(*)::integer from cpd.course_topic t where t.authority_id = auth.authority_id() and t.topic = v_topic), version;
end $$;
comment on function cpd.state_training_need is 'cpd.state_training_need states what a school needs training in, for how many, in an academic year, this one unless told; and tells how many courses help with it (CPD-10).';
grant execute on function cpd.state_training_need to persona_la_admin, persona_officer, persona_booker;

create function cpd.withdraw_training_need(p_need_id text, p_version integer) returns table (need_id text, topic text, withdrawn_at timestamptz, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_was cpd.need;
begin
  perform errors.required('need_id', p_need_id, 'a reference such as nd-7k2q9mx4td');
  perform errors.required('version', p_version);
  select n.* into v_was from cpd.need n where n.authority_id = auth.authority_id() and n.need_id = p_need_id for no key update;
  if not found then
    perform errors.not_found('need_id', format('There is no need "%s".', left(p_need_id, 40)), 'a reference such as nd-7k2q9mx4td', 'improve training-need list shows them.');
  elsif v_was.version <> p_version then
    perform errors.stale('version', p_version, v_was.version);
  elsif v_was.withdrawn_at is not null then
    perform errors.precondition('ALREADY_WITHDRAWN', format('It was taken back on %s.', cpd.clock(v_was.withdrawn_at)), 'need_id', 'CPD-10', 'a need that stands');
  end if;
  return query
  update cpd.need n set withdrawn_at = now(), version = n.version + 1
  where n.authority_id = auth.authority_id() and n.need_id = p_need_id
  returning n.need_id, n.topic, n.withdrawn_at, n.version;
end $$;
comment on function cpd.withdraw_training_need is 'cpd.withdraw_training_need takes back what a school stated that it needs.';
grant execute on function cpd.withdraw_training_need to persona_la_admin, persona_officer, persona_booker;

create function cpd.list_training_needs(p_school_urn integer, p_academic_year integer, p_topic text, p_page_size integer, p_cursor text)
returns table (need_id text, school_urn integer, school text, academic_year integer, topic text, people integer, priority integer, note text, booked integer, version integer,
  row_cursor text)
language plpgsql stable as $$
#variable_conflict use_column
begin
  return query
  select n.need_id, n.school_urn, (register.school_on(n.school_urn, base.today())).name, n.academic_year, n.topic, n.people, n.priority, n.note,
    cpd.trained(n.school_urn, n.topic, n.academic_year), n.version, jsonb_build_array(n.academic_year, n.topic, n.need_id)::text
  from cpd.need n
  where n.authority_id = auth.authority_id() and n.withdrawn_at is null
    and (p_school_urn is null or n.school_urn = p_school_urn) and n.academic_year = coalesce(p_academic_year, calendar.academic_year(base.today()))
    and (p_topic is null or n.topic = cpd.topic_of(p_topic))
    and (p_cursor is null or (n.academic_year, n.topic, n.need_id) > ((p_cursor::jsonb ->> 0)::integer, p_cursor::jsonb ->> 1, p_cursor::jsonb ->> 2))
  order by n.academic_year, n.topic, n.need_id
  limit greatest(1, least(coalesce(p_page_size, 100), 500));
end $$;
comment on function cpd.list_training_needs is 'cpd.list_training_needs lists what schools need in an academic year, with how many of theirs have a place on a course that helps; a school sees its own.';

create function cpd.trained(p_school_urn integer, p_topic text, p_academic_year integer) returns integer
language plpgsql stable as $$
begin
  return (select count(distinct b.booking_id)::integer
    from cpd.course_topic t
    join cpd.session s on s.authority_id = t.authority_id and s.course_id = t.course_id
    join cpd.booking b on b.authority_id = s.authority_id and b.session_id = s.session_id
    where t.authority_id = auth.authority_id() and t.topic = p_topic and b.school_urn = p_school_urn and b.status = 'confirmed' and b.attended is distinct from 'absent'
      and calendar.academic_year((s.starts_at at time zone 'Europe/London')::date) = p_academic_year);
end $$;
comment on function cpd.trained is 'cpd.trained counts a school''s places, in an academic year, on courses that help with a topic; who stayed away is not counted.';
grant execute on function cpd.trained to improve_exec;
grant execute on function cpd.list_training_needs to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_booker;

create function cpd.match_training_needs(p_academic_year integer)
returns table (topic text, schools integer, people integer, pressing integer, courses integer, sessions integer, places integer, places_left integer, met integer, unmet integer,
  percent_met numeric, says text)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_year constant integer := coalesce(p_academic_year, calendar.academic_year(base.today()));
begin
  return query
  with needed as (
    select n.topic, count(*)::integer as schools, sum(n.people)::integer as people, coalesce(sum(n.people) filter (where n.priority = 1), 0)::integer as pressing,
      sum(least(n.people, cpd.trained(n.school_urn, n.topic, v_year)))::integer as met
    from cpd.need n where n.authority_id = auth.authority_id() and n.academic_year = v_year and n.withdrawn_at is null
    group by n.topic
  ), offered as (
    select t.topic, count(distinct t.course_id)::integer as courses, count(s.session_id)::integer as sessions, coalesce(sum(s.capacity), 0)::integer as places,
      coalesce(sum(s.free_places) filter (where s.booking_closes_at > now()), 0)::integer as places_left
    from cpd.course_topic t
    left join cpd.session s on s.authority_id = t.authority_id and s.course_id = t.course_id and s.status = 'published'
      and calendar.academic_year((s.starts_at at time zone 'Europe/London')::date) = v_year
    where t.authority_id = auth.authority_id()
    group by t.topic
  )
  select topic, coalesce(n.schools, 0), coalesce(n.people, 0), coalesce(n.pressing, 0), coalesce(o.courses, 0), coalesce(o.sessions, 0), coalesce(o.places, 0), coalesce(o.places_left, 0),
    coalesce(n.met, 0), coalesce(n.people - n.met, 0), round(100.0 * n.met / n.people, 1),
    case when n.people is null then 'nobody has stated it' when n.people = n.met then 'met' when o.courses is null then 'no course helps with it' when o.sessions = 0 then 'no session this year'
      when o.places_left < n.people - n.met then format('%s places more are wanted than are left', n.people - n.met - o.places_left) else 'places are left' end
  from needed n full join offered o using (topic)
  order by coalesce(n.people - n.met, 0) desc, coalesce(n.pressing, 0) desc, topic;
end $$;
comment on function cpd.match_training_needs is 'cpd.match_training_needs holds the programme of an academic year against what schools need: by topic the people, the base, how many of them have a place, and whether the places that are left would do (CPD-10).';
grant execute on function cpd.match_training_needs to persona_la_admin, persona_officer, persona_reporter;
