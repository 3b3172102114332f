-- Events and who sees them: numbered when they are committed, each authority's from 1, shown to those whom they concern.
begin;
select plan(19);
select test.call_as(929, 'officer');
select test.call_as(929, 'partner');
select test.call_as(926, 'la_admin');
select events.note('visit.planned', 'vi-926', null, null, test.person('partner', 929), '{"status":"planned"}');
select test.call_as(929, 'booker');
select test.call_as(929, 'la_admin');
select events.note('visit.planned', 'vi-1', null, 'pt-1', test.person('partner', 929), '{"status":"planned","starts_at":"2026-11-23T09:30:00Z","ends_at":null}');
select events.note('visit.cancelled', 'vi-2', 900001, 'pt-2', null, '{"status":"cancelled"}');
select events.note('case.opened', 'ca-1', 900001, null, null, '{"category":"red","on":"2026-11-02"}');
select events.note('case.category', 'ca-1', 900001, null, null, '{"was":"red","category":"amber","on":"2026-11-16"}');
select is((select row_cursor from events.watch_visits(null, null, null, null)), '0', 'nothing is shown before it has a number');
select test.as_owner();
select is(audit.seal(500), 5, 'the sealer numbers events');
select results_eq($$ select authority_id, number from events.newest() where authority_id in (926, 929) order by 1 $$,
  $$ values (926, 1::bigint), (929, 4) $$, 'from 1 in each authority');
select is((select count(*)::integer from audit.seal where stream = 'event'), 0, 'and not in the audit chain');

select test.call_as(929, 'officer');
select results_eq($$ select kind, visit_id, status, row_cursor from events.watch_visits(null, null, null, '0') $$,
  $$ values ('planned', 'vi-1', 'planned', '1'), ('cancelled', 'vi-2', 'cancelled', '2') $$, 'staff see the authority''s, in order');
select is_empty($$ select from events.watch_visits(null, null, null, '2') $$, 'nothing comes twice');
select results_eq($$ select visit_id, row_cursor from events.watch_visits(null, null, 1, '0') $$, $$ select visit_id, '1' from events.watch_visits(null, null, null, '0') limit 1 $$,
  'as much at once as is asked for: the cursor is that of the last');
select results_eq($$ select kind, row_cursor from events.watch_visits(null, null, null, null) $$, $$ values ('from', '4') $$,
  'without a cursor: where to begin');
select results_eq($$ select visit_id from events.watch_visits(null, 'pt-2', null, '0') $$, $$ values ('vi-2') $$, 'of one partner');
select results_eq($$ select visit_id from events.watch_visits(900001, null, null, '0') $$, $$ values ('vi-2') $$, 'of one school');
select throws_ok($$ select * from events.watch_visits(null, null, null, '0; drop') $$, 'IM003', null, 'a cursor that is none');
select results_eq($$ select kind, case_id, was, category, effective_on, row_cursor from events.watch_cases(null, null, '0') $$, $$ values
  ('opened', 'ca-1', null, 'red', '2026-11-02'::date, '3'), ('category', 'ca-1', 'red', 'amber', '2026-11-16', '4') $$, 'schools causing concern have a watch of their own');
select results_eq($$ select kind, row_cursor from events.watch_cases(null, null, null) union all select kind, row_cursor from events.watch_cases(900002, null, '0') $$, $$ values ('from', '4') $$,
  'which begins where it is, and tells of one school only where asked');
select throws_ok($$ select * from events.watch_cases(null, null, '-1') $$, 'IM003', null, 'by its own cursor');

select test.call_as(929, 'partner');
select results_eq($$ select visit_id from events.watch_visits(null, null, null, '0') $$, $$ values ('vi-1') $$, 'a partner sees their own');
select results_eq($$ select authority, visit_id, row_cursor from self.watch_diary(null, '{}') $$,
  $$ values ('926', 'vi-926', '{"926": 1}'), ('929', 'vi-1', '{"926": 1, "929": 1}') $$, 'the diary is over all authorities, and its cursor too');
select results_eq($$ select authority, visit_id from self.watch_diary(null, '{"926": 1}') $$, $$ values ('929', 'vi-1') $$, 'and goes on in each');
select is_empty($$ select from self.list_diary('2020-01-01', null, null, null) $$, 'a diary is of visits, and there are none');
select test.call_as(926, 'la_admin');
select is_empty($$ select from events.event where authority_id = 929 $$, 'a neighbour sees none');
select * from finish();
rollback;
