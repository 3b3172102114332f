-- A template and notes for pgTAP files: \ir this after visits.sql.
create function test.template(p_name text default 'Visit', p_term text default null) returns text language sql as $$
  select t.template_id from notes.add_template(p_name, $j$[
    {"key":"before","title":"Before the visit","part":"school","prompts":[{"key":"wish","text":"What should the visit look at?"}]},
    {"key":"day","title":"The day","part":"partner","prompts":[{"key":"strengths","text":"What works well?","required":true},
      {"key":"progress","text":"How far has the plan come?","rag":true,"required":true}]}]$j$, p_term, '["attendance","reading"]', '["light","intensive"]') t
$$;
create function test.answers(p_words text default 'Calm and orderly.', p_rag text default 'green') returns jsonb language sql as $$
  select jsonb_build_array(jsonb_build_object('prompt', 'strengths', 'text', p_words),
    jsonb_build_object('prompt', 'progress', 'text', 'On the way.', 'rag', p_rag))
$$;
-- A visit that took place so many working days ago, written as the owner.
create function test.done(p_authority integer, p_visit text, p_partner text, p_urn integer, p_days_ago integer default 2, p_due_days integer default 10)
returns text language plpgsql as $$
begin
  insert into visits.visit (authority_id, visit_id, school_urn, partner_id, purpose, mode, starts_at, ends_at, half_days, funding, notice_days, planned_by,
    status, done_at, note_due_on)
  values (p_authority, p_visit, p_urn, p_partner, 'core', 'in_person', test.at(-p_days_ago), test.at(-p_days_ago, '12:00'), 1, 'core', 0,
    test.person('officer', p_authority), 'done', test.at(-p_days_ago, '12:00'), calendar.add_working_days(test.day(-p_days_ago), p_due_days));
  return p_visit;
end $$;
grant execute on all functions in schema test to public;
