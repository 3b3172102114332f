-- Calls by which each side writes its part of a note, and the school agrees (VIS-3). Whose part it is, is asked here, in words, and again by row
-- security when the row is written.

create function notes.require_author(p_visit visits.visit, p_part text) returns void
language plpgsql stable as $$
declare
  v_partner partners.partner;
begin
  if p_part = 'school' then
    if not p_visit.school_urn = any (auth.urns()) then
      perform errors.refuse(7, 'NOT_YOUR_NOTE', 'The school''s part is the school''s to write.', 'part', 'VIS-3', 'a user of the school as author');
    end if;
    return;
  end if;
  select p.* into strict v_partner from partners.partner p where p.authority_id = p_visit.authority_id and p.partner_id = p_visit.partner_id;
  if v_partner.person_id is null and not auth.has_persona('la_admin', 'officer') or v_partner.person_id <> auth.person_id() then
    perform errors.refuse(7, 'NOT_YOUR_NOTE', format('The partner''s part is %s''s to write.', v_partner.name), 'part', 'VIS-3',
      case when v_partner.person_id is null then 'an officer, for a partner who does not sign in' else 'the visit''s partner as author' end);
  end if;
end $$;
comment on function notes.require_author is 'notes.require_author refuses whoever a part of a note is not: the school''s part is for its users, the partner''s for the visit''s partner, or, while they do not sign in, for an officer.';

create function notes.template_for(p_visit visits.visit, p_template_id text) returns notes.template_version
language plpgsql stable as $$
declare
  v_term text := (select t.term from calendar.term_on(visits.day_of(p_visit.starts_at)) t);
  v_version notes.template_version;
begin
  select l.* into v_version
  from notes.template t
  join notes.template_version l on l.authority_id = t.authority_id and l.template_id = t.template_id and l.number = t.version
  where t.authority_id = auth.authority_id()
    and case when p_template_id is null then t.term is null or t.term = v_term else t.template_id = p_template_id end
  order by t.term is null, t.added_at desc, t.template_id
  limit 1;
  if not found and p_template_id is not null then
    perform errors.not_found('template_id', format('The authority has no template "%s".', left(p_template_id, 40)), 'a reference such as tp-7k2q9mx4td',
      'improve template list shows them.');
  elsif not found then
    perform errors.precondition('NO_TEMPLATE', format('The authority has no template for notes of %s.', coalesce('the ' || v_term || ' term', 'that day')),
      'template_id', 'VIS-3', 'a template of the authority', 'An officer adds one: improve template add.');
  end if;
  return v_version;
end $$;
comment on function notes.template_for is 'notes.template_for is the template for a visit: the one that is named, or else the newest for the term of its day, or for any.';

create function notes.open_note(p_visit visits.visit, p_template_id text) returns notes.template_version
language plpgsql volatile as $$
declare
  v_note notes.note;
  v_template notes.template_version;
begin
  select n.* into v_note from notes.note n where n.authority_id = p_visit.authority_id and n.visit_id = p_visit.visit_id;
  if not found then
    v_template := notes.template_for(p_visit, p_template_id);
    insert into notes.note (authority_id, visit_id, template_id, template_number, phase_group)
    values (p_visit.authority_id, p_visit.visit_id, v_template.template_id, v_template.number, coalesce((
      select s.phase_group from register.establishment_on(p_visit.school_urn, visits.day_of(p_visit.starts_at)) s), 'Other'));
    return v_template;
  elsif v_note.template_id <> p_template_id then
    perform errors.precondition('TEMPLATE_FIXED', 'The note was begun with another template.', 'template_id', 'VIS-3', v_note.template_id);
  end if;
  select l.* into strict v_template from notes.template_version l
  where l.authority_id = v_note.authority_id and l.template_id = v_note.template_id and l.number = v_note.template_number;
  return v_template;
end $$;
comment on function notes.open_note is 'notes.open_note finds a visit''s note, or begins it with the template of now; it gives what the template asks.';

create function notes.answer_faults(p_template notes.template_version, p_part text, p_answers jsonb) returns setof jsonb
language plpgsql immutable as $$
begin
  return query
  with prompt as (
    select p.prompt ->> 'key' as key, s.section ->> 'part' as part, coalesce((p.prompt ->> 'rag')::boolean, false) as rag,
      coalesce((p.prompt ->> 'required')::boolean, false) as required
    from jsonb_array_elements(p_template.sections) s (section)
    cross join lateral jsonb_array_elements(s.section -> 'prompts') p (prompt)
  ), answer as (
    select a.nth - 1 as nth, a.answer ->> 'prompt' as key, coalesce(btrim(a.answer ->> 'text'), '') as words, a.answer ->> 'rag' as rag
    from jsonb_array_elements(p_answers) with ordinality a (answer, nth)
  ), told as (
    select a.*, p.part, p.rag as asks_rag, p.key is not null as known, row_number() over (partition by a.key order by a.nth) as times
    from answer a left join prompt p on p.key = a.key
  )
  select notes.fault(format('answers[%s].%s', t.nth, f.field), f.description, f.accepted)
  from told t
  cross join lateral (values
    ('prompt', not t.known, format('The template asks nothing as "%s".', left(t.key, 40)),
      (select string_agg(p.key, ', ') from prompt p where p.part = p_part)),
    ('prompt', t.known and t.part <> p_part, format('"%s" is for the other side to answer.', t.key), (select string_agg(p.key, ', ') from prompt p where p.part = p_part)),
    ('prompt', t.times > 1, format('"%s" is answered twice.', t.key), 'each prompt once'),
    ('text', length(t.words) > 10000, 'An answer is too long.', 'at most 10000 characters'),
    ('rag', t.rag is not null and t.known and not t.asks_rag, format('"%s" asks for no rating.', t.key), 'no rating'),
    ('rag', t.rag is not null and t.rag not in ('red', 'amber', 'green'), format('"%s" is no rating.', left(t.rag, 20)), 'red, amber or green')
  ) f (field, wrong, description, accepted)
  where f.wrong;
  return query
  select notes.fault('answers', format('"%s" wants %s.', p.key, w.what), w.what)
  from (
    select p.prompt ->> 'key' as key, coalesce((p.prompt ->> 'rag')::boolean, false) as rag
    from jsonb_array_elements(p_template.sections) s (section)
    cross join lateral jsonb_array_elements(s.section -> 'prompts') p (prompt)
    where s.section ->> 'part' = p_part and (p.prompt ->> 'required')::boolean
  ) p
  left join jsonb_array_elements(p_answers) a on a ->> 'prompt' = p.key
  cross join lateral (values ('an answer', coalesce(btrim(a ->> 'text'), '') = ''), ('a rating', p.rag and a ->> 'rag' is null)) w (what, wanting)
  where w.wanting;
end $$;
comment on function notes.answer_faults is 'notes.answer_faults lists what is wrong with answers, and what a template wants that they lack.';

create function notes.require_answers(p_template notes.template_version, p_part text, p_answers jsonb, p_themes text[], p_support_level text) returns void
language plpgsql stable as $$
declare
  v_faults jsonb;
begin
  select jsonb_agg(x.fault) into v_faults
  from (
    select f as fault from notes.answer_faults(p_template, p_part, p_answers) f
    union all
    select notes.fault('themes', format('"%s" is no theme of the template, or chosen twice.', left(c, 40)), array_to_string(p_template.themes, ', '))
    from unnest(p_themes) c
    group by c
    having count(*) > 1 or c <> all (p_template.themes)
    union all
    select notes.fault('themes', 'Themes are for the partner to choose.', 'no theme') where p_part = 'school' and cardinality(p_themes) > 0
    union all
    select notes.fault('support_level', 'A level of support is for the partner''s part.', 'no level') where p_part = 'school' and p_support_level is not null
    union all
    select notes.fault('support_level', coalesce('"' || left(p_support_level, 60) || '" is no level of support.', 'A level of support is to be agreed.'),
      coalesce(nullif(array_to_string(p_template.support_levels, ', '), ''), 'no level: the template names none'))
    where p_part = 'partner' and case when p_support_level is null then cardinality(p_template.support_levels) > 0
      else p_support_level <> all (p_template.support_levels) end
  ) x;
  perform notes.refuse_faults('NOTE_INVALID', 'The note', v_faults);
end $$;
comment on function notes.require_answers is 'notes.require_answers refuses a part of a note that is wrong or wants something, naming every fault.';
grant execute on function notes.require_author, notes.template_for, notes.open_note, notes.answer_faults, notes.require_answers to improve_exec;

create function notes.write_note(p_visit_id text, p_answers jsonb, p_themes jsonb, p_support_level text, p_part text, p_version integer, p_template_id text)
returns table (visit_id text, part text, version integer, status text, note_due_on date, late boolean)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_part constant text := coalesce(lower(btrim(p_part)), case when auth.has_persona('booker') then 'school' else 'partner' end);
  v_visit visits.visit;
  v_template notes.template_version;
  v_last integer;
begin
  perform visits.require_visible(p_visit_id);
  perform errors.required('answers', p_answers, 'answers, each with its prompt');
  if v_part not in ('school', 'partner') then
    perform errors.invalid('part', 'A note has two parts.', 'VIS-3', 'school or partner');
  end if;
  v_visit := visits.hold(p_visit_id, null);
  perform notes.require_author(v_visit, v_part);
  if v_part = 'school' and v_visit.status not in ('planned', 'confirmed', 'done') then
    perform errors.precondition('SCHOOL_PART_CLOSED', format('The visit is %s: the school''s part comes before the partner''s.', v_visit.status), 'visit_id',
      'VIS-3', 'a visit that is planned, confirmed or done');
  elsif v_part = 'partner' and not exists (select from visits.transition t where t.from_status = v_visit.status and t.to_status = 'noted') then
    perform visits.refuse_move(v_visit.status, 'noted');
  end if;
  select coalesce(max(p.number), 0) into v_last from notes.part p
  where p.authority_id = v_visit.authority_id and p.visit_id = p_visit_id and p.part = v_part;
  if coalesce(p_version, 0) <> v_last then
    perform errors.stale('version', coalesce(p_version, 0), v_last);
  end if;
  v_template := notes.open_note(v_visit, p_template_id);
  perform notes.require_answers(v_template, v_part, p_answers, notes.words(p_themes), nullif(btrim(p_support_level), ''));
  insert into notes.part (authority_id, visit_id, part, number, answers, themes, support_level, written_by)
  values (v_visit.authority_id, p_visit_id, v_part, v_last + 1, p_answers, notes.words(p_themes), nullif(btrim(p_support_level), ''), auth.person_id());
  if v_part = 'partner' then
    v_visit := visits.move_status(v_visit, 'noted');
    perform visits.tell(v_visit, 'noted');
  end if;
  return query select v_visit.visit_id, v_part, v_last + 1, v_visit.status, v_visit.note_due_on, v_part = 'partner' and v_last = 0 and base.today() > v_visit.note_due_on;
end $$;
comment on function notes.write_note is 'notes.write_note writes a version of the school''s or the partner''s part of a note. The partner''s makes the visit noted; a correction is a further version, and withdraws the school''s agreement to the one before (VIS-3).';
grant execute on function notes.write_note to persona_la_admin, persona_officer, persona_partner, persona_booker;

create function notes.agree_note(p_visit_id text, p_version integer, p_comment text)
returns table (visit_id text, version integer, status text, agreed_at timestamptz)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_visit visits.visit;
  v_last integer;
begin
  perform visits.require_visible(p_visit_id);
  perform errors.required('version', p_version, 'the version of the partner''s part that was read');
  v_visit := visits.hold(p_visit_id, null);
  if not v_visit.school_urn = any (auth.urns()) then
    perform errors.refuse(7, 'NOT_YOUR_SCHOOL', 'The school agrees to its notes itself.', 'visit_id', 'VIS-3', 'a user of the school');
  elsif v_visit.status <> 'noted' then
    perform visits.refuse_move(v_visit.status, 'agreed');
  end if;
  select max(p.number) into v_last from notes.part p
  where p.authority_id = v_visit.authority_id and p.visit_id = p_visit_id and p.part = 'partner';
  if p_version <> v_last then
    perform errors.stale('version', p_version, v_last);
  end if;
  insert into notes.agreement (authority_id, visit_id, number, comment, agreed_by)
  values (v_visit.authority_id, p_visit_id, v_last, nullif(btrim(p_comment), ''), auth.person_id());
  v_visit := visits.move_status(v_visit, 'agreed');
  perform visits.tell(v_visit, 'agreed');
  return query select v_visit.visit_id, v_last, v_visit.status, now();
end $$;
comment on function notes.agree_note is 'notes.agree_note says that the school agrees to the version of the note that it read (VIS-3).';
grant execute on function notes.agree_note to persona_booker;
