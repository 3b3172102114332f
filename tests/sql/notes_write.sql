-- Notes: each side writes its own part, versions stay, the school agrees to what it read, late ones are listed: VIS-3.
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/visits.sql
\ir ../support/sql/notes.sql
select plan(65);
select test.schools(929, 100001, 3, 'Primary'), test.schools(926, 200001, 1, 'Primary');
select test.partner(929, 'pt-jo', test.person('partner', 929)), test.partner(929, 'pt-sam'), test.partner(929, 'pt-lee', test.person('lee'));
select test.call_as(926, 'officer');
select test.call_as(929, 'officer');
select n.* from (values ('attendance', 'Attendance'), ('reading', 'Reading')) v (c, l), notes.add_theme(v.c, v.l) n;
create temporary table planned as select test.visit('pt-jo', 100001, test.at(10)) as visit_id;
select test.as_owner();
select test.done(929, 'vi-jo', 'pt-jo', 100001), test.done(929, 'vi-sam', 'pt-sam', 100001, 20), test.done(929, 'vi-lee', 'pt-lee', 100002, 3, 1);
select test.call_as(929, 'partner');
select throws_like($$ select * from notes.write_note('vi-jo', test.answers(), null, 'light', null, null, null) $$, 'The authority has no template for notes of %', 'a note needs a template');
select test.call_as(929, 'officer');
create temporary table form as select test.template() as template_id;

-- The school's part, before.
select test.call_as(929, 'booker', array[100001]);
select throws_ok($$ select w.* from planned p, notes.write_note(p.visit_id, '[{"prompt":"strengths","text":"x"}]', null, null, null, null, null) w $$, 'IM003',
  '"strengths" is for the other side to answer.', 'the school answers its own prompts');
select throws_ok($$ select w.* from planned p, notes.write_note(p.visit_id, '[{"prompt":"wish","text":"x"}]', '["reading"]', 'light', null, null, null) w $$, 'IM003', 'The note has 2 faults.',
  'and chooses neither themes nor support');
select results_eq($$ select w.part, w.version, w.status from planned p, notes.write_note(p.visit_id, '[{"prompt":"wish","text":"Reading in year 3"}]', null, null, null, null, null) w $$,
  $$ values ('school', 1, 'planned') $$, 'the school writes before the visit');
select throws_ok($$ select w.* from planned p, notes.write_note(p.visit_id, '[{"prompt":"wish","text":"Phonics"}]', null, null, null, null, null) w $$, 'IM010', null, 'a correction says what it corrects');
select results_eq($$ select w.version from planned p, notes.write_note(p.visit_id, '[{"prompt":"wish","text":"Phonics"}]', null, null, null, 1, null) w $$, $$ values (2) $$, 'corrected');
select throws_ok($$ select w.* from planned p, notes.write_note(p.visit_id, test.answers(), '["reading"]', 'light', 'partner', null, null) w $$, 'IM007',
  'The partner''s part is pt-jo''s to write.', 'the school does not write for the partner');
select test.call_as(929, 'booker', array[100002]);
select throws_ok($$ select w.* from planned p, notes.write_note(p.visit_id, '[{"prompt":"wish","text":"x"}]', null, null, null, 2, null) w $$, 'IM005', null, 'nor for another school');

-- The partner's part, after.
select test.call_as(929, 'partner');
select throws_ok($$ select w.* from planned p, notes.write_note(p.visit_id, test.answers(), '["reading"]', 'light', null, null, null) w $$, 'IM009',
  'The visit is planned; it cannot become noted.', 'not before the visit');
select throws_ok($$ select w.* from planned p, notes.write_note(p.visit_id, '[{"prompt":"wish","text":"x"}]', null, null, 'school', 2, null) w $$, 'IM007',
  'The school''s part is the school''s to write.', 'the partner does not write for the school');
select throws_ok($$ select * from notes.write_note('vi-lee', test.answers(), null, 'light', null, null, null) $$, 'IM005', null, 'nor to another partner''s note');
select test.call_as(929, 'officer');
select throws_ok($$ select * from notes.write_note('vi-jo', test.answers(), null, 'light', null, null, null) $$, 'IM007', 'The partner''s part is pt-jo''s to write.',
  'nor does an officer, who can see it: a right is not a hidden link');
select throws_ok($$ insert into notes.note (authority_id, visit_id, template_id, template_number, phase_group) select 929, 'vi-jo', template_id, 1, 'Primary' from form;
  insert into notes.part (authority_id, visit_id, part, number, answers, themes, written_by) values (929, 'vi-jo', 'partner', 1, '[]', '{}', auth.person_id()) $$, '42501', null,
  'row security says so, too');
select test.call_as(929, 'partner');
select throws_ok($$ select * from notes.write_note('vi-jo', '[]', null, 'light', null, null, null) $$, 'IM003', 'The note has 3 faults.', 'what is required is answered');
select throws_ok($$ select * from notes.write_note('vi-jo', test.answers(' ', 'green'), null, 'light', null, null, null) $$, 'IM003', '"strengths" wants an answer.', 'in words');
select throws_ok($$ select * from notes.write_note('vi-jo', test.answers('x', null), null, 'light', null, null, null) $$, 'IM003', '"progress" wants a rating.', 'with a rating where one is asked for');
select throws_ok($$ select * from notes.write_note('vi-jo', test.answers('x', 'blue'), null, 'light', null, null, null) $$, 'IM003', '"blue" is no rating.', 'a rating that is one');
select throws_ok($$ select * from notes.write_note('vi-jo', test.answers() || '[{"prompt":"weather","text":"x"}]', null, 'light', null, null, null) $$, 'IM003', 'The template asks nothing as "weather".', 'what is asked');
select throws_ok($$ select * from notes.write_note('vi-jo', test.answers() || '[{"prompt":"strengths","text":"x"}]', null, 'light', null, null, null) $$, 'IM003', '"strengths" is answered twice.', 'once');
select throws_ok($$ select * from notes.write_note('vi-jo', jsonb_set(test.answers(), '{0,rag}', '"red"'), null, 'light', null, null, null) $$, 'IM003', '"strengths" asks for no rating.', 'no rating where none is asked for');
select throws_ok($$ select * from notes.write_note('vi-jo', test.answers(repeat('x', 10001)), null, 'light', null, null, null) $$, 'IM003', 'An answer is too long.', 'of a length that is read');
select throws_ok($$ select * from notes.write_note('vi-jo', test.answers(), '["weather"]', 'light', null, null, null) $$, 'IM003', '"weather" is no theme of the template, or chosen twice.', 'themes of the list');
select throws_ok($$ select * from notes.write_note('vi-jo', test.answers(), null, null, null, null, null) $$, 'IM003', 'A level of support is to be agreed.', 'a level of support');
select throws_ok($$ select * from notes.write_note('vi-jo', test.answers(), null, 'heavy', null, null, null) $$, 'IM003', '"heavy" is no level of support.', 'of the list');
select throws_ok($$ select * from notes.write_note('vi-jo', test.answers(), null, 'light', 'governor', null, null) $$, 'IM003', null, 'and one of two parts');
select throws_ok($$ select * from notes.write_note('vi-jo', test.answers(), null, 'light', null, null, 'tp-none') $$, 'IM005', null, 'by a template that is there');
select results_eq($$ select part, version, status, late from notes.write_note('vi-jo', test.answers(), '["reading"]', 'light', null, null, null) $$, $$ values ('partner', 1, 'noted', false) $$, 'written: the visit is noted');
select throws_ok($$ select * from notes.write_note('vi-jo', test.answers('Better words.'), '["reading"]', 'light', null, null, null) $$, 'IM010', null, 'a correction says what it corrects');

-- Without an identity an officer writes for the partner; with one, only the partner.
select test.call_as(929, 'officer');
select results_eq($$ select version, late from notes.write_note('vi-sam', test.answers(), '["reading","attendance"]', 'intensive', null, null, null) $$, $$ values (1, true) $$,
  'an officer writes for a partner who does not sign in; it comes late');
select test.as_owner();
insert into auth.person (person_id, display_name) values (test.person('sam'), 'Sam') on conflict do nothing;
update partners.partner set person_id = test.person('sam') where partner_id = 'pt-sam';
select test.call_as(929, 'officer');
select throws_ok($$ select * from notes.write_note('vi-sam', test.answers(), null, 'light', null, 1, null) $$, 'IM007', 'The partner''s part is pt-sam''s to write.', 'until they do');

-- The school agrees to what it read; a correction withdraws the agreement.
select test.call_as(929, 'booker', array[100001]);
select throws_ok($$ select * from notes.write_note('vi-jo', '[{"prompt":"wish","text":"x"}]', null, null, null, null, null) $$, 'IM009', 'The visit is noted: the school''s part comes before the partner''s.', 'the school''s part is closed');
select throws_ok($$ select a.* from planned p, notes.agree_note(p.visit_id, 1, null) a $$, 'IM009', 'The visit is planned; it cannot become agreed.', 'nothing to agree to yet');
select throws_ok($$ select * from notes.agree_note('vi-jo', 2, null) $$, 'IM010', null, 'to the version that was read');
select results_eq($$ select version, status from notes.agree_note('vi-jo', 1, 'Thank you.') $$, $$ values (1, 'agreed') $$, 'agreed');
select throws_ok($$ select * from notes.agree_note('vi-jo', 1, null) $$, 'IM009', 'The visit is agreed; it cannot become agreed.', 'once');
select ok(not has_function_privilege('persona_partner', to_regproc('notes.agree_note'), 'execute') and not has_function_privilege('persona_officer', to_regproc('notes.agree_note'), 'execute'),
  'nobody agrees for the school');
select test.call_as(929, 'partner');
select results_eq($$ select version, status from notes.write_note('vi-jo', test.answers('Corrected.'), '["reading"]', 'light', null, 1, null) $$, $$ values (2, 'noted') $$,
  'a gate does not stay open when its cause is withdrawn: a corrected note is not agreed');
select is((select agreed_at from notes.get_note('vi-jo', null)), null, 'the new version has no agreement');
select results_eq($$ select version, agreed_at is not null, comment from notes.list_note_versions('vi-jo') $$, $$ values (1, true, 'Thank you.'), (2, false, null) $$, 'the old one keeps its own');
select test.call_as(929, 'booker', array[100001]);
select throws_ok($$ select * from notes.agree_note('vi-jo', 1, null) $$, 'IM010', null, 'nobody agrees to what is no longer there');
select lives_ok($$ select * from notes.agree_note('vi-jo', 2, null) $$, 'but to what is');
select is((select array_agg(kind order by at) from events.event where subject = 'vi-jo'), array['visit.noted', 'visit.agreed', 'visit.noted', 'visit.agreed'], 'watchers are told');

-- What was written stays, for whatever role.
select test.call_as(929, 'partner');
select throws_ok($$ update notes.part set answers = '[]' $$, '42501', null, 'the server cannot change what was written');
select throws_ok($$ delete from notes.part $$, '42501', null, 'nor take it away');
select throws_ok($$ update notes.agreement set agreed_at = now() $$, '42501', null, 'nor an agreement');
select test.as_owner();
select throws_ok($$ update notes.part set answers = '[]' $$, 'IM009', 'What was written is never changed; a correction is a new version.', 'nor can anybody');
select throws_ok($$ delete from notes.part $$, 'IM009', null, 'or take it away during a call');
select set_config('app.erasing', 'Erased p-x', true);
select lives_ok($$ update notes.part set answers = replace(answers::text, 'Corrected', 'Erased p-x')::jsonb $$, 'only the erasure of a person puts a placeholder');
select throws_ok($$ update notes.part set number = 7 $$, 'IM009', null, 'and nothing else');
select set_config('app.erasing', '', true);

-- Late notes.
select test.call_as(929, 'officer');
select results_eq($$ select visit_id, state, late, working_days_late, written_on = base.today() from notes.list_notes(null, null, null, null, null, null, null, null) order by visit_id $$,
  $$ values ('vi-jo', 'agreed', false, null, true), ('vi-lee', 'late', true, calendar.count_working_days(calendar.add_working_days(test.day(-3), 1), base.today()), null),
    ('vi-sam', 'noted', true, calendar.count_working_days(calendar.add_working_days(test.day(-20), 10), base.today()), true) $$, 'each as it stands, with the working days that it is or was late');
select results_eq($$ select visit_id from notes.list_notes(null, null, 'late', null, null, null, null, null) $$, $$ values ('vi-lee') $$, 'late ones');
select results_eq($$ select visit_id, state from notes.list_notes(null, null, 'due', null, null, test.day(-2), null, null) order by 1 $$, $$ values ('vi-jo', 'due'), ('vi-lee', 'due'), ('vi-sam', 'late') $$, 'as it stood on a day');
select results_eq($$ select visit_id from notes.list_notes(100001, 'pt-jo', null, null, null, null, null, null) $$, $$ values ('vi-jo') $$, 'by school and partner');
select throws_ok($$ select * from notes.list_notes(null, null, 'lost', null, null, null, null, null) $$, 'IM003', null, 'a state of the list');
select test.call_as(929, 'partner');
select results_eq($$ select visit_id from notes.list_notes(null, null, null, null, null, null, null, null) $$, $$ values ('vi-jo') $$, 'a partner lists their own');
select is((select count(*)::integer from notes.part where visit_id = 'vi-sam'), 0, 'and reads no other''s');
select test.call_as(929, 'booker', array[100002]);
select throws_ok($$ select * from notes.get_note('vi-jo', null) $$, 'IM005', null, 'a school reads no other''s');
select throws_ok($$ select * from notes.get_note('vi-lee', null) $$, 'IM005', 'Nobody has written to the note of this visit yet.', 'nor what was not written');
select test.call_as(926, 'officer');
select throws_ok($$ select * from notes.get_note('vi-jo', null) $$, 'IM005', null, 'another authority is told there is none');
select is_empty($$ select * from notes.part $$, 'and finds nothing');
select is_empty($$ select * from notes.list_notes(null, null, null, null, null, null, null, null) $$, 'nor lists any');

-- A note keeps the template it was begun with.
select test.call_as(929, 'officer');
select lives_ok($$ select r.* from form f, notes.revise_template(f.template_id, 1, '[{"key":"new","title":"New","part":"partner","prompts":[{"key":"all","text":"Anything?"}]}]', null, null) r $$, 'a further version');
select test.call_as(929, 'booker', array[100001]);
select lives_ok($$ select w.* from planned p, notes.write_note(p.visit_id, '[{"prompt":"wish","text":"Writing"}]', null, null, null, 2, null) w $$, 'what was begun goes on as begun');
select is((select jsonb_path_query_array(g.sections, '$[*].answers[*].text') from planned p, notes.get_note(p.visit_id, null) g), '["Writing"]', 'and shows the last words');
select test.as_owner();
select is((select count(*)::integer from notes.part), 6, 'six versions in all, none lost');
select * from finish();
rollback;
