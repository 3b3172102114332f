-- Themes and templates: VIS-3; every fault of a template is named.
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/visits.sql
\ir ../support/sql/notes.sql
select plan(37);
-- The fields that a refusal names, and what it says of them.
create function test.faults(p_sections text, p_themes text default '[]', p_levels text default '[]') returns text language plpgsql as $$
declare
  v_detail text;
begin
  perform notes.add_template('T', p_sections::jsonb, null, p_themes::jsonb, p_levels::jsonb);
  return 'added';
exception when sqlstate 'IM003' then
  get stacked diagnostics v_detail = pg_exception_detail;
  return (select string_agg(coalesce(v ->> 'field', '') || ': ' || (v ->> 'description'), '; ' order by v ->> 'field', v ->> 'description') from jsonb_array_elements(v_detail::jsonb -> 'violations') v)
    || case when v_detail::jsonb ->> 'rule' = 'VIS-3' then '' else ' without rule' end;
end $$;
grant execute on function test.faults to public;
select test.call_as(926, 'officer');
select test.call_as(929, 'officer');

select results_eq($$ select code, label, version from notes.add_theme('Attendance ', 'Attendance and punctuality') $$, $$ values ('attendance', 'Attendance and punctuality', 1) $$, 'a theme');
select throws_ok($$ select * from notes.add_theme('attendance', 'Again') $$, 'IM006', 'The authority has a theme "attendance".', 'once');
select throws_ok($$ select * from notes.add_theme('the weather', 'x') $$, '23514', null, 'its code a short word');
select throws_ok($$ select * from notes.add_theme('x', '') $$, 'IM003', null, 'with a label');
select lives_ok($$ select * from notes.add_theme('reading', 'Reading'); select * from notes.add_theme('covid', 'Covid') $$, 'others');
select throws_ok($$ select * from notes.retire_theme('covid', 2) $$, 'IM010', null, 'a stale version');
select throws_ok($$ select * from notes.retire_theme('none', 1) $$, 'IM005', null, 'one of the list');
select is((select retired_at from notes.retire_theme('covid', 1)), now(), 'taken off the list');
select throws_ok($$ select * from notes.retire_theme('covid', 2) $$, 'IM009', null, 'once');
select results_eq('select code from notes.list_themes(null)', $$ values ('attendance'), ('reading') $$, 'it is not listed');
select results_eq('select code from notes.list_themes(true)', $$ values ('attendance'), ('covid'), ('reading') $$, 'unless asked for');

select is(test.faults('[]'), 'sections: A template has sections.', 'a template has sections');
select is(test.faults('[{}]'), 'sections: Nothing is asked of the partner.; sections[0].key: A section has a short key.; sections[0].part: A section is filled in by one side.; sections[0].prompts: A section asks something.; sections[0].title: A section has a title.',
  'every fault at once, each with its field');
select is(test.faults('[{"key":"a","title":"A","part":"governor","prompts":[{"key":"b","text":"?"}]}]'),
  'sections: Nothing is asked of the partner.; sections[0].part: A section is filled in by one side.', 'filled in by school or partner');
select is(test.faults('[{"key":"a","title":"A","part":"partner","prompts":[{"key":"B!","text":"?"},{"key":"c"}]}]'),
  'sections[0].prompts[0].key: A prompt has a short key.; sections[0].prompts[1].text: A prompt asks in words.', 'prompts have keys and words');
select is(test.faults('[{"key":"a","title":"A","part":"partner","prompts":[{"key":"b","text":"?"}]},{"key":"a","title":"A","part":"school","prompts":[{"key":"b","text":"?"}]}]'),
  'sections: The key "a" stands for 2 sections.; sections: The key "b" stands for 2 prompts.', 'each key once');
select is(test.faults('[{"key":"a","title":"A","part":"partner","prompts":[{"key":"b","text":"?"}]}]', '["attendance","covid","weather"]'),
  'themes: The authority''s list has no theme "covid".; themes: The authority''s list has no theme "weather".', 'themes of the list');
select is(test.faults('[{"key":"a","title":"A","part":"partner","prompts":[{"key":"b","text":"?"}]}]', '[]', '["light","light",""]'),
  'support_levels: "" is no level of support, or named twice.; support_levels: "light" is no level of support, or named twice.', 'levels each once');
select throws_ok($$ select * from notes.add_template('T', '[{"key":"a","title":"A","part":"partner","prompts":[{"key":"b","text":"?"}]}]', 'winter', null, null) $$,
  'IM003', 'A template is for a term, or for any.', 'a term of the year');
select throws_ok($$ select * from notes.add_template('', '[]', null, null, null) $$, 'IM003', 'name is required.', 'a name');
select is(test.faults('[{"key":"a","title":"A","part":"partner","prompts":[{"key":"b","text":"?"}]}]'), 'added', 'the least template is accepted');

create temporary table made as select test.template('Autumn visit', 'autumn') as template_id;
select throws_ok($$ select test.template('AUTUMN visit') $$, '23505', null, 'a name once, whatever its case');
select results_eq('select name, term, sections, prompts, themes, version from notes.list_templates() where name = ''Autumn visit''', $$ values ('Autumn visit', 'autumn', 2, 3, 2, 1) $$, 'listed');
select throws_ok($$ select r.* from made m, notes.revise_template(m.template_id, 2, null, '[]', null) r $$, 'IM010', null, 'a stale version');
select throws_ok($$ select r.* from made m, notes.revise_template(m.template_id, 1, null, '["weather"]', null) r $$, 'IM003', 'The authority''s list has no theme "weather".', 'checked again');
select is((select r.version from made m, notes.revise_template(m.template_id, 1, null, '["reading"]', null) r), 2, 'a further version');
select results_eq('select g.number, g.themes, g.support_levels, jsonb_array_length(g.sections) from made m, notes.get_template(m.template_id, null) g',
  $$ values (2, '[{"code":"reading","label":"Reading"}]'::jsonb, '["light","intensive"]'::jsonb, 2) $$, 'what was not given stays');
select results_eq('select g.number, jsonb_array_length(g.themes) from made m, notes.get_template(m.template_id, 1) g', $$ values (1, 2) $$, 'the first is kept');
select throws_ok('select g.* from made m, notes.get_template(m.template_id, 3) g', 'IM005', null, 'there is no third');
select throws_ok($$ select * from notes.get_template('tp-none', null) $$, 'IM005', null, 'nor another');
select throws_ok('update notes.template_version set themes = ''{}''', '42501', null, 'no version is changed by the server');
select test.as_owner();
select throws_ok('update notes.template_version set themes = ''{}''', 'IM009', 'What was written is never changed; a correction is a new version.', 'nor by anybody');
select test.call_as(929, 'partner');
select is((select count(*)::integer from notes.list_templates()), 2, 'partners read templates');
select ok(not has_function_privilege('persona_partner', to_regproc('notes.add_template'), 'execute')
  and not has_function_privilege('persona_booker', to_regproc('notes.add_theme'), 'execute'), 'and make none; nor do schools');
select test.call_as(926, 'officer');
select is_empty('select * from notes.list_templates()', 'another authority sees none');
select is_empty('select * from notes.list_themes(true)', 'nor themes');
select throws_ok('select r.* from made m, notes.revise_template(m.template_id, 2, null, null, null) r', 'IM005', null, 'and revises none');
select * from finish();
rollback;
