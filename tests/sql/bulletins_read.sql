-- Bulletins to schools: NOT-1. The one published here is S0's: number 132/17, documents with versions, briefings past and to come.
begin;
\ir ../support/sql/schools.sql
set local client_min_messages = warning;
select plan(43);
select test.schools(929, 100001, 4, 'Primary'), test.schools(926, 200001, 1, 'Primary');
create temporary table made (word text primary key, ref text);
grant all on made to public;
create function test.ref(p_word text) returns text language sql stable as $$ select ref from made where word = p_word $$;
create function test.said(p_sql text) returns text language plpgsql as $$
declare
  v_detail text;
begin
  execute p_sql;
  return 'ok';
exception when others then
  get stacked diagnostics v_detail = pg_exception_detail;
  return case when v_detail like '{%' then v_detail::jsonb ->> 'reason' else sqlstate end;
end $$;
grant execute on all functions in schema test to public;
select test.call_as(926, 'officer'), test.call_as(929, 'booker', array[100001, 100002]), test.call_as(929, 'partner'), test.call_as(929, 'reporter'), test.call_as(929, 'officer');

insert into made select 'ssif', bulletin_id from bulletins.add_bulletin('132/17', 'Strategic School Improvement Fund', 'Bids for round 2 need to be submitted by 20th October.', '["Headteachers", "CEOs", "Trusts", "Teaching Schools"]',
  null, 'Jo Field', 'jo@field.example', '01603 000000');
insert into made select 'draft', bulletin_id from bulletins.add_bulletin('133/17', 'Next', 'Later.', '["Headteachers"]', 'Event', null, null, null);
select is(test.said($$ select bulletins.add_bulletin('132/17', 'X', 'X', '["All"]', null, null, null, null) $$), '23505', 'a number once');
select is(test.said($$ select bulletins.add_bulletin('1', 'X', 'X', '["All"]', 'gossip', null, null, null) $$), '23514', 'of a kind of the list');
select is(test.said($$ select bulletins.add_bulletin('1', 'X', 'X', '[]', null, null, null, null) $$), '23514', 'for somebody');
select is(test.said($$ select bulletins.add_bulletin('1', 'X', 'X', '["All"]', null, null, 'no', null) $$), '23514', 'an e-mail address is one');
select is(test.said($$ select bulletins.add_bulletin('1', 'X', ' ', '["All"]', null, null, null, null) $$), 'FIELD_REQUIRED', 'saying something');

-- Documents with versions, events.
select results_eq($$ select number, version from bulletins.add_bulletin_document(test.ref('ssif'), 1, 'SSIF Needs analysis', 'https://x.example/v1.pdf', '2017-09-22', 'Further versions will follow') $$, $$ values (1, 2) $$, 'version 1');
select results_eq($$ select number, version from bulletins.add_bulletin_document(test.ref('ssif'), 2, 'SSIF needs ANALYSIS', 'https://x.example/v2.pdf', '2017-11-01', null) $$, $$ values (2, 3) $$, 'the same title again: version 2');
select is((select version from bulletins.add_bulletin_document(test.ref('ssif'), 3, 'SSIF Info DfE', 'https://x.example/info', null, null)), 4, 'another document');
select is(test.said($$ select bulletins.add_bulletin_document(test.ref('ssif'), 1, 'X', 'x', null, null) $$), 'STALE_VERSION', 'by version');
select is((select version from bulletins.add_bulletin_event(test.ref('ssif'), 4, 'Briefing', '2017-09-19', 'Duxford')), 5, 'a briefing that was');
select is((select version from bulletins.add_bulletin_event(test.ref('ssif'), 5, 'Briefing', base.today() + 5, 'Ipswich')), 6, 'and one to come');
select results_eq($$ select d ->> 'title', (d ->> 'number')::integer from bulletins.get_bulletin(test.ref('ssif')) b, jsonb_array_elements(b.documents) with ordinality x (d, n) order by n $$,
  $$ values ('SSIF Info DfE', 1), ('SSIF Needs analysis', 2), ('SSIF Needs analysis', 1) $$, 'the latest version first, the earlier ones kept');

-- Drafts are nobody's; published they are everybody's.
select test.call_as(929, 'booker', array[100001, 100002]);
select is_empty($$ select * from bulletins.list_bulletins(null, null, null, null, null, null) $$, 'a draft is not there for schools');
select is(test.said($$ select bulletins.get_bulletin(test.ref('ssif')) $$), 'NOT_FOUND', 'by its reference either');
select is_empty($$ select link from bulletins.document union all select title from bulletins.event $$, 'nor are its documents and events');
select test.call_as(929, 'officer');
select is(test.said($$ select bulletins.read_bulletin(test.ref('ssif')) $$), 'NOT_PUBLISHED', 'a draft is not read');
select is((select published_at from bulletins.publish_bulletin(test.ref('ssif'), 6, '2017-09-22 12:00 Europe/London')), '2017-09-22 12:00 Europe/London'::timestamptz, 'S0: published on 22 September 2017 at 12:00');
select is(test.said($$ select bulletins.publish_bulletin(test.ref('ssif'), 7, null) $$), 'PUBLISHED_ALREADY', 'once');
select is((select version from bulletins.publish_bulletin(test.ref('draft'), 1, now() + interval '1 day')), 2, 'another tomorrow');
select is((select string_agg(number || ' ' || state, ', ') from bulletins.list_bulletins(null, null, null, null, null, null)), '133/17 to come, 132/17 published', 'the latest first');
select is((select string_agg(number, ', ') from bulletins.list_bulletins(null, 'trusts', 'ROUND 2', null, null, null)), '132/17', 'by audience and text');
select is((select number from bulletins.list_bulletins(null, null, null, null, 1, (select row_cursor from bulletins.list_bulletins(null, null, null, null, 1, null)))), '132/17', 'by pages');
select test.call_as(929, 'booker', array[100001, 100002]);
select results_eq($$ select number, state, documents, next_event_on, i_read from bulletins.list_bulletins(null, null, null, true, null, null) $$, $$ select '132/17', 'published', 2, base.today() + 5, 'no' $$, 'a school sees it, unread, with what is to come');
select results_eq($$ select contact_phone, jsonb_array_length(audience), jsonb_array_length(events) from bulletins.get_bulletin(test.ref('ssif')) $$, $$ values ('01603 000000', 4, 2) $$, 'whole');

-- Who has read it.
select results_eq($$ select version_read, schools from bulletins.read_bulletin(test.ref('ssif')) $$, $$ values (7, 2) $$, 'read, for both schools');
select is((select schools from bulletins.read_bulletin(test.ref('ssif'))), 2, 'again');
select is((select i_read from bulletins.list_bulletins(null, null, null, null, null, null)), 'yes', 'and told so');
select is(test.said($$ select bulletins.read_bulletin(test.ref('draft')) $$), 'NOT_FOUND', 'what is to come is not there yet');
select is(test.said(format($$ insert into bulletins.reading (authority_id, reading_id, bulletin_id, person_id, version_read) values (929, 'rd-x', %L, %L, 1) $$, test.ref('ssif'), test.person('partner', 929))), '42501', 'nobody reads for another');
select test.call_as(929, 'partner');
select is((select schools from bulletins.read_bulletin(test.ref('ssif'))), 0, 'a partner reads for no school');
select test.call_as(929, 'officer');
create function pg_temp.readers(p_unread boolean default null) returns text language sql as $$ select string_agg(school_urn || ' ' || readers || ' ' || read, ', ') from bulletins.list_bulletin_readers(test.ref('ssif'), p_unread) $$;
select is(pg_temp.readers(), '100003 0 no, 100004 0 no, 100001 1 yes, 100002 1 yes', 'two of four schools have read it');
select is((select version from bulletins.change_bulletin(test.ref('ssif'), 7, null, 'Bids need to be submitted by 27th October.', null, null, '', null)), 8, 'changed');
select is(pg_temp.readers(true), '100003 0 no, 100004 0 no, 100001 1 an earlier version, 100002 1 an earlier version', 'who read it before has read an earlier version');
select test.call_as(929, 'booker', array[100001, 100002]);
select is((select i_read from bulletins.list_bulletins(null, null, null, true, null, null)), 'an earlier version', 'it is among what is unread again');
select test.call_as(929, 'booker', array[100002]);
select is((select version_read from bulletins.read_bulletin(test.ref('ssif'))), 8, 'read again, for one school');
select test.call_as(929, 'reporter');
select is(pg_temp.readers(true), '100003 0 no, 100004 0 no, 100001 1 an earlier version', 'one row changed');

-- Withdrawn.
select test.call_as(929, 'officer');
select is(test.said($$ select bulletins.withdraw_bulletin(test.ref('ssif'), 8, ' ') $$), 'FIELD_REQUIRED', 'with a reason');
select is((select version from bulletins.withdraw_bulletin(test.ref('ssif'), 8, 'The date was wrong')), 9, 'withdrawn');
select is(test.said($$ select bulletins.change_bulletin(test.ref('ssif'), 9, 'X', null, null, null, null, null) $$), 'BULLETIN_WITHDRAWN', 'it is changed no more');
select test.call_as(929, 'booker', array[100001]);
select is_empty($$ select * from bulletins.list_bulletins(null, null, null, null, null, null) $$, 'and schools see it no more');
select test.call_as(929, 'officer');
select is((select count(*)::integer from bulletins.list_bulletin_readers(test.ref('ssif'), null) where readers > 0), 2, 'who had read it is known');
select ok(not has_function_privilege('persona_booker', 'bulletins.list_bulletin_readers(text,boolean)', 'execute') and not has_function_privilege('persona_reporter', 'bulletins.read_bulletin(text)', 'execute'), 'readers are the authority''s affair');
select test.call_as(926, 'officer');
select is_empty($$ select number from bulletins.list_bulletins(null, null, null, null, null, null) $$, 'another authority sees none');
select * from finish();
rollback;
