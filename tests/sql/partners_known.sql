-- What is known of a partner (PAR-1): kinds with dates, capacity by academic year, expertise, rates, what they propose themselves; and their code.
begin;
\ir ../support/sql/schools.sql
select plan(66);
set local timezone = 'Europe/London'; -- today is England's
select test.schools(929, 100001, 3, 'Primary');
create function test.sorted(p_list jsonb, p_field text) returns text language sql as $$
  select string_agg(x ->> p_field, ',' order by x ->> p_field) from jsonb_array_elements(p_list) x
$$;
grant execute on all functions in schema test to public;
select test.call_as(929, 'partner');
select test.call_as(926, 'officer');
select test.call_as(929, 'la_admin');

create temporary table jo as select * from partners.add_partner('Jo Field', '["sip"]', 10, test.person('partner', 929), '2026-09-01', 'inspector', 100001,
  'jo@field.example', ' ');
select test.call_as(929, 'officer');
create temporary table al as select * from partners.add_partner('Al Marsh', '["ele", "nle"]', 20, null, null, null, null, null, null);
select results_eq($$ select background, base_school_urn, base_school, email, phone, test.sorted(kinds, 'kind'), kinds #>> '{0,starts_on}' from partners.get_partner((select partner_id from jo)) $$,
  $$ values ('inspector', 100001, 'Primary School 100001', 'jo@field.example', null, 'sip', '2026-09-01') $$, 'a partner is known with background, base school and contact');
select throws_ok($$ select * from partners.add_partner('X', '[]', 1, null, null, null, null, null, null) $$, 'IM003', 'kinds is required.', 'a partner is of some kind');
select throws_ok($$ select * from partners.add_partner('X', '["sip"]', 1, null, null, 'pirate', null, null, null) $$, '23514', null, 'a background is one of the list');
select throws_ok($$ select * from partners.add_partner('X', '["sip"]', 1, null, null, null, 999999, null, null) $$, 'IM005', null, 'a base school is one of the register');
select throws_ok($$ select * from partners.add_partner('X', '["sip"]', 1, null, null, null, null, 'nowhere', null) $$, '23514', null, 'an address has an @');
select throws_ok($$ select * from partners.get_partner('pt-nobody') $$, 'IM005', 'The authority has no partner "pt-nobody".', 'nobody is told as nobody');

-- Change: what is not given stays, what is given empty goes.
select results_eq($$ select name, background, base_school_urn, email, phone, version from partners.change_partner((select partner_id from jo), 1, 'Jo Fielding', null, null, '', '01670 1') $$,
  $$ values ('Jo Fielding', 'inspector', 100001, null, '01670 1', 2) $$, 'what is not given stays');
select results_eq($$ select base_school_urn, background from partners.change_partner((select partner_id from jo), 2, null, '', 0, null, null) $$, $$ values (null::integer, null) $$,
  'and may be taken away');
select throws_ok($$ select * from partners.change_partner((select partner_id from jo), 2, 'X', null, null, null, null) $$, 'IM010', null, 'a stale version is refused');
select throws_ok($$ select * from partners.change_partner((select partner_id from jo), 3, null, null, 999999, null, null) $$, 'IM005', null, 'no school, no base');

-- Kinds have dates.
select throws_ok($$ select * from partners.add_partner_kind((select partner_id from jo), 'sip', '2027-01-01', null) $$, '23P01', null, 'a kind is held once at a time');
select throws_ok($$ select * from partners.add_partner_kind((select partner_id from jo), 'nle', '2027-01-01', '2026-01-01') $$, 'IM003', null, 'in order');
select results_eq($$ select partner, kind, starts_on, ends_on from partners.add_partner_kind((select partner_id from jo), 'NLE', current_date - 20, current_date - 10) $$,
  $$ values ('Jo Fielding', 'nle', current_date - 20, current_date - 10) $$, 'a further kind, for a while');
select results_eq($$ select kinds from partners.list_partners(null, 'jo', null, current_date - 15, null, null) $$, $$ values ('["nle", "sip"]'::jsonb) $$, 'kinds are told as of a day');
select is_empty($$ select * from partners.list_partners('nle', 'jo', null, null, null, null) $$, 'whose kind has ended is not listed under it');
create temporary table held as select k ->> 'held_id' as held_id from partners.get_partner((select partner_id from jo)) g, jsonb_array_elements(g.kinds) k where k ->> 'kind' = 'sip';
create temporary table assigned as select * from partners.assign_partner(100002, (select partner_id from jo), 6, null, current_date - 30, null);
select throws_ok($$ select * from partners.end_partner_kind((select held_id from held), 9, null) $$, 'IM010', null, 'a stale version ends nothing');
select throws_ok($$ select * from partners.end_partner_kind('kd-nothing', 1, null) $$, 'IM005', null, 'nor what is not there');
select results_eq($$ select ends_on, jsonb_array_length(sent_back), sent_back #>> '{0,reason}' from partners.end_partner_kind((select held_id from held), 1, current_date + 100) $$,
  $$ select current_date + 100, 1, format('Jo Fielding is no partner of the authority on %s.', to_char(current_date + 101, 'FMDD Mon YYYY')) $$,
  'who is of no kind any more is no partner: the rest of what they have goes back');
select throws_ok($$ select * from partners.end_partner_kind((select held_id from held), 2, current_date + 200) $$, 'IM009', null, 'ending does not make longer');

-- Accreditations.
select throws_ok($$ select * from partners.add_accreditation((select partner_id from jo), 'AEA', null, null, null) $$, 'IM003', null, 'an accreditation has a first day');
select lives_ok($$ select * from partners.add_accreditation((select partner_id from jo), 'AEA', 'A-1', '2026-01-01', '2026-12-31') $$, 'one that runs out');
select lives_ok($$ select * from partners.add_accreditation((select partner_id from al), 'Ofsted', null, '2020-01-01', null) $$, 'and one that does not');
select results_eq($$ select partner, body from partners.list_accreditations(null, null, null, '2026-12-31', null, null) $$, $$ values ('Jo Fielding', 'AEA') $$, 'those that run out');
select results_eq($$ select partner from partners.list_accreditations(null, null, '2027-01-01', null, null, null) $$, $$ values ('Al Marsh') $$, 'those held on a day');
select is((select count(*)::integer from partners.list_accreditations(null, 'aea', null, null, null, null)), 1, 'or by a body');
select throws_ok($$ select * from partners.withdraw_accreditation((select accreditation_id from partners.accreditation where body = 'AEA'), 1, 'Late', '2027-02-01') $$, 'IM009', null,
  'what ran out is not withdrawn after');

-- Capacity by academic year.
select throws_ok($$ select * from partners.set_partner_capacity((select partner_id from al), 1990, 5, null) $$, '23514', null, 'a year is one there is');
select results_eq($$ select academic_year, half_days, assigned, version from partners.set_partner_capacity((select partner_id from al), 2031, 30, null) $$, $$ values (2031, 30, 0, 1) $$,
  'more from 2031/32 on');
select lives_ok($$ select * from partners.set_partner_capacity((select partner_id from al), 2033, 8, null) $$, 'less from 2033/34 on');
select throws_ok($$ select * from partners.assign_partner(100001, (select partner_id from al), 25, 'maths', '2031-01-01', '2032-01-01') $$, 'IM009',
  'Al Marsh has 20 of 20 half-days a year left in that period.', 'the year before has what it had');
select lives_ok($$ select * from partners.assign_partner(100001, (select partner_id from al), 25, 'maths', '2031-09-01', '2033-08-31') $$, 'in its years there is room');
select throws_ok($$ select * from partners.assign_partner(100002, (select partner_id from al), 9, 'maths', '2033-06-01', null) $$, 'IM009',
  'Al Marsh has 5 of 30 half-days a year left in that period.', 'the fullest day decides');
select throws_ok($$ select * from partners.assign_partner(100002, (select partner_id from al), 9, 'maths', '2033-09-01', null) $$, 'IM009',
  'Al Marsh has 8 of 8 half-days a year left in that period.', 'and the year with less');
select throws_ok($$ select * from partners.set_partner_capacity((select partner_id from al), 2031, 24, 1) $$, 'IM009',
  'Assignments take 25 half-days a year of Al Marsh on 1 Sep 2031.', 'capacity is not lowered below what is taken');
select throws_ok($$ select * from partners.set_partner_capacity((select partner_id from al), 2031, 40, null) $$, 'IM010', null, 'nor changed without the version');
select results_eq($$ select half_days, assigned, version from partners.set_partner_capacity((select partner_id from al), 2031, 25, 1) $$, $$ values (25, 25, 2) $$, 'down to what is taken it is');
select results_eq($$ select capacity_half_days from partners.list_partners(null, 'al', null, '2032-05-01', null, null) $$, $$ values (25) $$, 'lists tell the day''s');
select results_eq($$ select x ->> 'academic_year', x ->> 'half_days', x ->> 'half_days_left' from partners.get_partner((select partner_id from al)) g, jsonb_array_elements(g.capacity) x
  where (x ->> 'academic_year')::integer > 2030 $$, $$ values ('2031', '25', '0'), ('2033', '8', '8') $$, 'year by year');

-- Expertise: the authority's codes, by phase.
select throws_ok($$ select * from partners.set_expertise('phonics', null, null, null) $$, 'IM003', null, 'a new code stands for something');
select throws_ok($$ select * from partners.set_expertise('Early reading', 'x', null, null) $$, '23514', null, 'a code is a short word');
select lives_ok($$ select partners.set_expertise(c, n, null, null) from (values ('phonics', 'Early reading'), ('send', 'Special needs'), ('ict', 'Computers')) v (c, n) $$, 'codes are added');
select results_eq($$ select retired, version from partners.set_expertise('ICT', null, true, 1) $$, $$ values (true, 2) $$, 'and retired');
select throws_ok($$ select * from partners.set_expertise('ict', null, false, 1) $$, 'IM010', null, 'by version');
select throws_ok($$ select * from partners.set_partner_expertise((select partner_id from jo), 3, '[{"code":"ict"}]') $$, 'IM003', '"ict" is not on the authority''s list.', 'a retired code is not given');
select throws_ok($$ select * from partners.set_partner_expertise((select partner_id from jo), 3, '[{"code":"send","phase_group":"Kindergarten"}]') $$, 'IM003', null, 'a phase is one of the authority''s');
select results_eq($$ select expertise, version from partners.set_partner_expertise((select partner_id from jo), 3, '[{"code":"Send"},{"code":"phonics","phase_group":"primary"}]') $$,
  $$ values ('[{"code": "phonics", "phase_group": "Primary"}, {"code": "send", "phase_group": "Any"}]'::jsonb, 4) $$, 'what a partner is expert in, and where');
select results_eq($$ select code, partners from partners.list_expertise(true) $$, $$ values ('ict', 0), ('phonics', 1), ('send', 1) $$, 'how many are');
select results_eq($$ select name from partners.list_partners(null, null, 'phonics', null, null, null) $$, $$ values ('Jo Fielding') $$, 'partners are found by it');

-- Rates by kind, mode and date.
select throws_ok($$ select * from partners.set_partner_rate('sip', 'by_post', 1, null, null, null) $$, '23514', null, 'a mode is one of three');
select throws_ok($$ select * from partners.set_partner_rate('sip', 'virtual', -1, null, null, null) $$, '23514', null, 'a rate is no less than nothing');
select throws_ok($$ select * from partners.set_partner_rate('sip', 'virtual', 1, null, '2027-01-01', '2027-01-01') $$, 'IM003', null, 'and holds for a day at least');
select lives_ok($$ select * from partners.set_partner_rate('sip', 'in_person', 25000, null, '2026-09-01', null) $$, 'the authority''s card: S4''s £250');
select lives_ok($$ select * from partners.set_partner_rate('sip', 'in_person', 27500, null, '2027-09-01', null) $$, 'and from the next year');
select lives_ok($$ select * from partners.set_partner_rate('sip', 'in_person', 30000, (select partner_id from jo), '2027-01-01', '2027-07-01') $$, 'and a partner''s own, for a while');
select results_eq($$ select partners.rate_on((select partner_id from jo), 'sip', 'in_person', d) from unnest('{2026-08-31,2026-09-01,2027-01-01,2027-07-01,2027-09-01}'::date[]) d $$,
  $$ values (null::bigint), (25000), (30000), (25000), (27500) $$, 'each day has one rate, the partner''s own first');
select results_eq($$ select partner, valid_from, valid_to, half_day_pence from partners.list_partner_rates(null, '2027-02-01', null, null) $$,
  $$ values (null::text, '2026-09-01'::date, '2027-09-01'::date, 25000::bigint), ('Jo Fielding', '2027-01-01', '2027-07-01', 30000) $$, 'rates are listed as of a day');
select throws_ok($$ insert into partners.rate (authority_id, rate_id, kind, mode, valid_from, half_day_pence) values (929, 'rt-x', 'sip', 'in_person', '2027-02-01', 1) $$, '23P01', null,
  'no two rates on one day, whoever writes them');

-- The partner reads their own row, and proposes what to change of it.
select test.call_as(929, 'partner');
select results_eq($$ select name, jsonb_array_length(expertise) from partners.get_partner(null) $$, $$ values ('Jo Fielding', 2) $$, 'a partner reads their own row');
select throws_ok($$ select * from partners.get_partner((select partner_id from al)) $$, 'IM005', null, 'and no other');
select throws_ok($$ select * from partners.propose_details(null, ' ', null, 'please') $$, 'IM003', 'Nothing is proposed.', 'a proposal proposes something');
create temporary table proposed as select * from partners.propose_details('jo@new.example', null, '[{"code":"send","phase_group":"Primary"}]', 'I moved');
select test.call_as(929, 'officer');
select throws_ok($$ select * from partners.decide_details((select details_id from proposed), 1, false, null) $$, 'IM003', null, 'a refusal has a reason');
select results_eq($$ select state, email, expertise from partners.decide_details((select details_id from proposed), 1, true, null) $$,
  $$ values ('accepted', 'jo@new.example', '[{"code": "send", "phase_group": "Primary"}]'::jsonb) $$, 'accepted, it is in the partner''s row');
select throws_ok($$ select * from partners.decide_details((select details_id from proposed), 2, false, 'No') $$, 'IM009', null, 'once');
select results_eq($$ select state, email from partners.list_details('all', null, null, null) $$, $$ values ('accepted', 'jo@new.example') $$, 'and on record');

-- The code by which a partner signs in.
select test.call_as(929, 'la_admin');
select throws_ok($$ select * from partners.invite_partner((select partner_id from jo), null, sha256('x')) $$, 'IM009', 'Jo Fielding signs in already.', 'who signs in is not invited again');
select lives_ok($$ select * from partners.invite_partner((select partner_id from al), null, sha256('x')) $$, 'who does not is: tests/cli/partners.bats redeems it');
select * from finish();
rollback;
