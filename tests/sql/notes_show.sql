-- A note as people read it: structured, as Markdown, as HTML; what was written is shown as it is and does nothing else (VIS-3).
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/visits.sql
\ir ../support/sql/notes.sql
select plan(24);
select test.schools(929, 100001, 1, 'Primary');
select test.partner(929, 'pt-jo', test.person('partner', 929));
select test.call_as(929, 'officer');
select n.* from (values ('attendance', 'Attendance & <punctuality>'), ('reading', 'Reading')) v (c, l), notes.add_theme(v.c, v.l) n;
select test.template();
select test.as_owner();
select test.done(929, 'vi-jo', 'pt-jo', 100001);
select test.call_as(929, 'booker', array[100001]);
select lives_ok($$ select * from notes.write_note('vi-jo', '[{"prompt":"wish","text":"Phonics"}]', null, null, null, null, null) $$, 'the school''s part');
select results_eq($$ select status, version, school_version, support_level, jsonb_array_length(themes) from notes.get_note('vi-jo', null) $$, $$ values ('done', null::integer, 1, null, 0) $$,
  'half a note is shown as such');
select matches((select document from notes.get_note('vi-jo', 'markdown')), E'### What works well\\?\n\nNot answered\\.', 'what is not answered says so');
select test.call_as(929, 'partner');
select lives_ok($$ select * from notes.write_note('vi-jo', test.answers(E'# Not a heading\n1. nor a list\n- nor this\n<script>alert("1")</script> & *stars* [link](x)\n\nA second paragraph.', 'amber'),
  '["attendance"]', 'light', null, null, null) $$, 'the partner''s part');

select is((select jsonb_path_query_array(sections, '$[*].answers[*] ? (@.prompt == "progress")') from notes.get_note('vi-jo', null)),
  '[{"prompt":"progress","question":"How far has the plan come?","text":"On the way.","rag":"amber"}]', 'answers stand under their questions');
select results_eq($$ select school, partner, visited_on, template, version, document from notes.get_note('vi-jo', null) $$,
  $$ values ('Primary School 100001', 'pt-jo', test.day(-2), 'Visit', 1, null) $$, 'with what it is about');
select throws_ok($$ select * from notes.get_note('vi-jo', 'pdf') $$, 'IM003', 'A note is shown as Markdown or HTML.', 'in two formats');

create temporary table shown as select m.document as md, h.document as html from notes.get_note('vi-jo', 'Markdown') m, notes.get_note('vi-jo', 'html') h;
select matches((select md from shown), E'^# Note of visit: Primary School 100001, ', 'Markdown begins with its heading');
select is((select array_agg(x[1]) from shown, regexp_matches(md, '^#+ .*$', 'gn') x), array['# Note of visit: Primary School 100001, ' || to_char(test.day(-2), 'FMDD FMMonth YYYY'),
  '## Before the visit (school)', '### What should the visit look at?', '## The day (partner)', '### What works well?', '### How far has the plan come?', '## Themes', '## Support', '## Agreement'],
  'its headings are those of the template: none comes from what was written');
select matches((select md from shown), E'\n\\\\# Not a heading\n1\\\\\\. nor a list\n', 'a text''s # is shown, and its number');
select matches((select md from shown), E'\n\\\\- nor this\n', 'nor is it a list');
select matches((select md from shown), E'\\\\<script\\\\>alert\\("1"\\)\\\\</script\\\\> \\\\& \\\\\\*stars\\\\\\* \\\\\\[link\\\\\\]', 'nor HTML, nor a link');
select matches((select md from shown), E'Rating: \\*\\*Amber\\*\\*', 'a rating is a word');
select matches((select html from shown), E'^<!DOCTYPE html>\n<html lang="en-GB">', 'HTML says its language');
select matches((select html from shown), E'<title>Note of visit: Primary School 100001, [^<]*</title>', 'and its title');
select matches((select html from shown), E'<h3>What works well\\?</h3>\n<p># Not a heading<br>\n1\\. nor a list<br>\n- nor this<br>\n&lt;script&gt;alert\\(&quot;1&quot;\\)&lt;/script&gt; &amp; \\*stars\\* \\[link\\]\\(x\\)</p>\n<p>A second paragraph\\.</p>',
  'what was written is escaped, its lines and paragraphs kept');
select matches((select html from shown), '<li>Attendance &amp; &lt;punctuality&gt;</li>', 'themes too');
select is((select count(*)::integer from shown, regexp_matches(html, '<h1>', 'g')), 1, 'one heading for the page');
select is((select count(*)::integer from shown, regexp_matches(html, '<section aria-labelledby="(\w+)">\n<h2 id="\1">', 'g')), 5, 'every section is labelled by its heading');
select ok((select xmlparse(document regexp_replace(replace(replace(html, '<!DOCTYPE html>', ''), '<br>', '<br/>'), '<meta ([^>]*)>', '<meta \1/>', 'g')) is not null from shown), 'every element is closed');
select matches((select html from shown), 'Rating: <strong>Amber</strong>', 'a rating is a word there, too');
select matches((select html from shown), 'Not agreed yet', 'not agreed');
select test.call_as(929, 'booker', array[100001]);
select lives_ok($$ select * from notes.agree_note('vi-jo', 1, 'Fair & "square"') $$, 'until the school agrees');
select matches((select document from notes.get_note('vi-jo', 'html')), E'<p>Agreed by the school on [^<]*</p>\n<p>Fair &amp; &quot;square&quot;</p>', 'whose words are escaped as well');
select * from finish();
rollback;
