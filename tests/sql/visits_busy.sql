-- A person is in one place, over all their authorities (VIS-1), and another authority learns "busy" and nothing else.
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/visits.sql
select plan(36);
select test.schools(929, 100001, 2, 'Primary'), test.schools(926, 200001, 2, 'Primary');
-- One person is a partner of both; Lee is another, whom nobody has given an identity, and bears the same name in both.
select test.partner(929, 'pt-jo', test.person('partner', 929)), test.partner(926, 'pt-josephine', test.person('partner', 929));
select test.partner(929, 'pt-lee'), test.partner(926, 'pt-lee');

-- What a call is refused with, whole.
create function test.refusal(p_partner text, p_urn integer, p_at timestamptz) returns text language plpgsql as $$
declare
  v_detail text;
  v_hint text;
begin
  perform test.visit(p_partner, p_urn, p_at);
  return 'planned';
exception when others then
  get stacked diagnostics v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  return concat_ws('|', sqlstate, sqlerrm, v_detail, v_hint);
end $$;
grant execute on function test.refusal to public;

select test.call_as(929, 'officer');
create temporary table ours as select test.visit('pt-jo', 100001, test.at(10)) as visit_id;
select test.call_as(926, 'officer');
create temporary table told as select test.refusal('pt-josephine', 200001, test.at(10, '10:30')) as words;
select is((select words from told),
  'IM009|busy|{"rule": "VIS-1", "reason": "BUSY", "violations": [{"field": "starts_at", "accepted": "another time", "description": "busy"}]}|',
  'another authority is told "busy", by rule VIS-1, and nothing about who, where or for whom');
select throws_ok($$ select test.visit('pt-josephine', 200002, test.at(10, '12:29')) $$, 'IM009', 'busy', 'to the last minute');
select is(test.refusal('pt-josephine', 200001, test.at(10, '08:00')), (select words from told), 'in the same words');
select lives_ok($$ select test.visit('pt-josephine', 200001, test.at(10, '12:30')) $$, 'and may have the time after');
select throws_like($$ select test.visit('pt-josephine', 200001, test.at(10, '13:00')) $$, 'The partner has another visit at that time: vi-%', 'its own visits it may know');
select is_empty($$ select * from visits.busy $$, 'it reads nobody''s busy times');
select is((select count(*)::integer from visits.list_visits(null, null, null, null, null, null, null, null, null)), 1, 'it sees its own visit only');
select is((select count(*)::integer from visits.list_visits(null, 'pt-jo', null, null, null, null, true, null, null)), 0, 'and none by the other''s name of the partner');
select test.call_as(929, 'officer');
select is(test.refusal('pt-jo', 100002, test.at(10, '13:00')), (select words from told), 'the other way round, in the same words');
select ok((select words from told) !~ (select visit_id from ours), 'no reference is in them');

-- The person reads when they are busy, in which authority; in whichever call.
select test.call_as(929, 'partner');
select results_eq($$ select authority_id, during from visits.busy order by during $$,
  $$ values (929, tstzrange(test.at(10), test.at(10, '12:30'))), (926, tstzrange(test.at(10, '12:30'), test.at(10, '15:30'))) $$, 'the person reads their own times');
select throws_ok($$ delete from visits.busy $$, '42501', null, 'which only visits make');
select throws_ok($$ update visits.busy set during = 'empty' $$, '42501', null, 'or change');

-- Moved and cancelled, the time goes with the visit.
select test.call_as(929, 'officer');
select throws_ok($$ select m.* from ours, visits.move_visit(ours.visit_id, 1, test.at(10, '13:00'), null) m $$, 'IM009', 'busy', 'a visit is not moved to where they are busy');
select is((select g.starts_at from ours, visits.get_visit(ours.visit_id) g), test.at(10), 'and stays where it was');
select lives_ok($$ select m.* from ours, visits.move_visit(ours.visit_id, 1, test.at(10, '09:00'), null) m $$, 'over its own time it may move');
select lives_ok($$ select m.* from ours, visits.move_visit(ours.visit_id, 2, test.at(11), null) m $$, 'or to another day');
select test.call_as(926, 'officer');
select lives_ok($$ select test.visit('pt-josephine', 200001, test.at(10, '09:00')) $$, 'then the other may have the old time');
select is(test.refusal('pt-josephine', 200001, test.at(11)), (select words from told), 'and not the new one');
select test.call_as(929, 'officer');
select is((select c.status from ours, visits.cancel_visit(ours.visit_id, 3, 'Snow', null) c), 'cancelled', 'cancelled');
select test.call_as(926, 'officer');
select lives_ok($$ select test.visit('pt-josephine', 200001, test.at(11)) $$, 'it is free for all');

-- Without an identity there is nothing that two authorities share.
select test.call_as(929, 'officer');
select lives_ok($$ select test.visit('pt-lee', 100001, test.at(10)) $$, 'a partner without an identity');
select test.call_as(926, 'officer');
select lives_ok($$ select test.visit('pt-lee', 200001, test.at(10)) $$, 'is not busy elsewhere');
select throws_like($$ select test.visit('pt-lee', 200002, test.at(10)) $$, 'The partner has another visit at that time: vi-%', 'but within the authority');

-- An identity given later brings the visits' times with it. Where another authority has a time, the visit stays without it: to refuse would tell.
select test.as_owner();
insert into auth.person (person_id, display_name) values (test.person('lee'), 'Lee');
update partners.partner set person_id = test.person('lee') where partner_id = 'pt-lee' and authority_id = 929;
select is((select during from visits.busy where person_id = test.person('lee')), tstzrange(test.at(10), test.at(10, '12:30')), 'linked: the time is taken');
select lives_ok($$ update partners.partner set person_id = test.person('lee') where partner_id = 'pt-lee' and authority_id = 926 $$, 'in the other too');
select is((select count(*)::integer from visits.busy where person_id = test.person('lee')), 1, 'where they are in two places already, the first has it');
select test.call_as(926, 'officer');
select throws_ok($$ select test.visit('pt-lee', 200002, test.at(10, '12:29')) $$, 'IM009', null, 'from now on they collide');
select test.as_owner();
update partners.partner set person_id = null where partner_id = 'pt-lee' and authority_id = 929;
select is_empty($$ select * from visits.busy where person_id = test.person('lee') $$, 'unlinked: the time is free again');

-- Import of an authority, and the constraint itself.
select throws_ok($$ insert into visits.busy (authority_id, visit_id, person_id, during)
  select 926, v.visit_id, b.person_id, b.during from visits.visit v, visits.busy b where v.partner_id = 'pt-lee' and v.authority_id = 926 limit 1 $$, '23P01', null,
  'whatever writes it: one person, one place');
select is((select count(*)::integer from visits.visit where authority_id = 926 and partner_id = 'pt-josephine' and status <> 'cancelled'),
  (select count(*)::integer from visits.busy where authority_id = 926), 'every visit that stands has its time');
create temporary table kept as select * from visits.visit where authority_id = 926 and partner_id = 'pt-josephine';
delete from visits.visit where authority_id = 926 and partner_id = 'pt-josephine';
select is_empty('select * from visits.busy where authority_id = 926', 'deleted with the visits');
set local session_replication_role = origin;
select set_config('app.authority_id', '', true), set_config('app.method', '', true), set_config('app.importing', 'on', true);
insert into visits.visit (authority_id, visit_id, school_urn, partner_id, purpose, mode, starts_at, ends_at, half_days, funding, notice_days, planned_by)
select authority_id, visit_id, school_urn, partner_id, purpose, mode, starts_at, ends_at, half_days, funding, notice_days, planned_by from kept;
select is((select count(*)::integer from visits.busy where authority_id = 926), (select count(*)::integer from kept), 'and back with them, when an authority is imported');
select is(current_setting('app.authority_id', true), '', 'whose import is no call');

-- The plan of a query tells no more: the server's role finds no row of another's visit by its reference.
select test.call_as(926, 'la_admin');
select throws_ok($$ select g.* from ours, visits.get_visit(ours.visit_id) g $$, 'IM005', null, 'another''s reference is told like none');
select throws_ok($$ select m.* from ours, visits.move_visit(ours.visit_id, 1, test.at(20), null) m $$, 'IM005', null, 'to whatever call');
select * from finish();
rollback;
