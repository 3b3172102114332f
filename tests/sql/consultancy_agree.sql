-- Agreements between authorities: proposed, answered, ended; which schools, who works under them: CON-1.
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/visits.sql
\ir ../support/sql/consultancy.sql
select plan(73);

-- Proposed by the provider.
create function test.propose(p_client text default '926', p_lines text default '[{"kind":"sle","half_days":20,"half_day_pence":17500}]', p_urns text default '[200001]',
  p_starts_on date default test.day(-60), p_ends_on date default test.day(60), p_percent numeric default 15) returns setof record language sql as $$
  select * from consultancy.propose_agreement(p_client, 'Maths', p_starts_on, p_ends_on, p_lines::jsonb, p_urns::jsonb, p_percent, null, 2)
$$;
grant execute on all functions in schema test to public;
select test.call_as(929, 'la_admin');
select throws_ok($$ select test.propose(p_client => '929') $$, 'IM005', 'There is no other authority "929" to sell to.', 'not to oneself');
select throws_ok($$ select test.propose(p_client => '001') $$, 'IM005', null, 'nor to one that is not here');
select throws_ok($$ select test.propose(p_client => '000') $$, 'IM005', null, 'nor to the instance');
select throws_ok($$ select test.propose(p_lines => '[]') $$, 'IM003', 'lines is required.', 'something is sold');
select throws_ok($$ select test.propose(p_lines => '[{"kind":"sle","half_days":20}]') $$, 'IM003', 'A line says whose half-days, how many, and what each costs.', 'at a rate');
select throws_ok($$ select test.propose(p_lines => '[{"kind":"sle","half_days":2,"half_day_pence":1},{"kind":"SLE","half_days":2,"half_day_pence":1}]') $$, 'IM003', 'sle stands in several lines.', 'one line a kind');
select throws_ok($$ select test.propose(p_lines => '[{"kind":"wizard","half_days":20,"half_day_pence":17500}]') $$, '23514', null, 'of a kind there is');
select throws_ok($$ select test.propose(p_lines => '[{"kind":"sle","half_days":0,"half_day_pence":17500}]') $$, '23514', null, 'more than none');
select throws_ok($$ select test.propose(p_lines => '[{"kind":"sle","half_days":20,"half_day_pence":0}]') $$, '23514', null, 'for more than nothing');
select throws_ok($$ select test.propose(p_urns => '[100001]') $$, 'IM005', null, 'the client''s schools, not one''s own');
select throws_ok($$ select test.propose(p_ends_on => test.day(-61)) $$, '23514', null, 'not backwards');
select throws_ok($$ select test.propose(p_ends_on => test.day(-1)) $$, 'IM003', 'The whole period is past.', 'nor past');
select throws_ok($$ select test.propose(p_percent => 51) $$, '23514', null, 'brokerage is a share');
select test.as_owner();
select is_empty('select from consultancy.agreement', 'nothing of all that is left');
-- The published rates: an SLE at £350 a day, an LLE at £450, an NLE at £550, 15 % brokerage: £52.50, £67.50, £82.50 (Fairfields, peers.md part 3).
select test.call_as(929, 'la_admin');
select results_eq($$ select half_days, net_pence, brokerage_pence, vat_pence, gross_pence from consultancy.propose_agreement('926', 'Published', test.day(1), test.day(60),
  '[{"kind":"sle","half_days":2,"half_day_pence":17500},{"kind":"lle","half_days":2,"half_day_pence":22500},{"kind":"nle","half_days":2,"half_day_pence":27500}]', null, 15, 20, null) $$,
  $$ values (6, 135000::bigint, 20250::bigint, 31050::bigint, 186300::bigint) $$, 'a day of each: £1,350 and £202.50 of brokerage, and VAT on both');
select is((c).brokerage, p::bigint, format('brokerage on a day at £%s', n / 100)) from (values (35000, 5250), (45000, 6750), (55000, 8250)) x (n, p),
  lateral consultancy.charge((select a from consultancy.agreement a limit 1), n) c;
select test.proposed();
select results_eq($$ select side, other, state, half_days, half_days_left, schools from consultancy.list_agreements('926', null, 200001) $$,
  $$ values ('provider', '926', 'proposed', 20, 20, 2) $$, 'the provider sees its offer');
select test.call_as(926, 'officer');
select results_eq($$ select side, other, state, half_days from consultancy.list_agreements(null, null, 200001) $$, $$ values ('client', '929', 'proposed', 20) $$, 'and the client, from its side');
select throws_ok($$ select * from consultancy.list_agreements(null, 'lost', null) $$, 'IM003', 'There is no such state of an agreement.', 'by a state there is');
select test.call_as(892, 'la_admin');
select is_empty($$ select * from consultancy.list_agreements(null, null, null) $$, 'a third authority sees nothing of it');
select throws_ok(format($$ select * from consultancy.get_agreement(%L) $$, test.ref('agreement')), 'IM005', null, 'not by its reference either');
select throws_ok(format($$ select * from consultancy.answer_agreement(%L, 1, 'accept', null) $$, test.ref('agreement')), 'IM005', null, 'nor can it answer');

-- Answered by the client.
select test.call_as(929, 'la_admin');
select throws_ok(format($$ select * from consultancy.answer_agreement(%L, 1, 'accept', null) $$, test.ref('agreement')), 'IM009',
  'The authority is the provider of this agreement; this is for the client.', 'nobody answers their own offer');
select throws_ok(format($$ select * from consultancy.place_partner(%L, 'pt-ash', 'sle', null, null) $$, test.ref('agreement')), 'IM009', null, 'nobody works under it before');
select throws_ok(format($$ select * from consultancy.withdraw_agreement(%L, 2, null) $$, test.ref('agreement')), 'IM010', null, 'a stale version withdraws nothing');
select test.call_as(926, 'la_admin');
select throws_ok(format($$ select * from consultancy.answer_agreement(%L, 1, 'perhaps', null) $$, test.ref('agreement')), 'IM003', 'An agreement is accepted or declined.', 'yes or no');
select throws_ok(format($$ select * from consultancy.withdraw_agreement(%L, 1, null) $$, test.ref('agreement')), 'IM009', null, 'the client withdraws nothing');
select throws_ok(format($$ select * from consultancy.add_agreement_school(%L, 200003, null, null) $$, test.ref('agreement')), 'IM009', format('Agreement %s is proposed.', test.ref('agreement')), 'nor adds a school yet');
select results_eq(format($$ select status, state, version from consultancy.answer_agreement(%L, 1, 'accept', 'Gladly') $$, test.ref('agreement')),
  $$ values ('accepted', 'running', 2) $$, 'accepted, it runs');
select throws_ok(format($$ select * from consultancy.answer_agreement(%L, 2, 'decline', null) $$, test.ref('agreement')), 'IM009', 'The agreement is accepted.', 'once');
select test.call_as(929, 'la_admin');
select throws_ok(format($$ select * from consultancy.withdraw_agreement(%L, 2, null) $$, test.ref('agreement')), 'IM009', 'The agreement is accepted.', 'what is accepted is not withdrawn');
select results_eq(format($$ select state, answer_note, version from consultancy.get_agreement(%L) $$, test.ref('agreement')), $$ values ('running', 'Gladly', 2) $$, 'both copies say so');
select test.proposed('second');
select results_eq(format($$ select status, version from consultancy.withdraw_agreement(%L, 1, 'Nobody is free') $$, test.ref('second')), $$ values ('withdrawn', 2) $$, 'the provider withdraws what is open');

-- Schools, by the client.
select throws_ok(format($$ select * from consultancy.add_agreement_school(%L, 200003, null, null) $$, test.ref('agreement')), 'IM009', null, 'the provider names no school');
select test.call_as(926, 'officer');
select throws_ok(format($$ select * from consultancy.add_agreement_school(%L, 100001, null, null) $$, test.ref('agreement')), 'IM005', null, 'nor the client one that is not its own');
select throws_ok(format($$ select * from consultancy.add_agreement_school(%L, 200003, null, %L) $$, test.ref('agreement'), test.day(61)), 'IM009', null, 'not beyond the agreement');
select throws_ok(format($$ select * from consultancy.add_agreement_school(%L, 200001, null, null) $$, test.ref('agreement')), '23P01', null, 'not twice');
select lives_ok(format($$ select * from consultancy.add_agreement_school(%L, 200003, null, null) $$, test.ref('agreement')), 'a third');
select throws_ok(format($$ select * from consultancy.end_agreement_school(%L, 200004, null) $$, test.ref('agreement')), 'IM005', null, 'what is not named cannot leave');
select throws_ok(format($$ select * from consultancy.end_agreement_school(%L, 200003, %L) $$, test.ref('agreement'), test.day(61)), 'IM003', null, 'it leaves early, not late');
select results_eq(format($$ select ends_on from consultancy.end_agreement_school(%L, 200003, %L) $$, test.ref('agreement'), test.day(10)), $$ values (test.day(10)) $$, 'and leaves on a day');
select test.call_as(929, 'reporter');
select is((select jsonb_array_length(g.schools) from consultancy.get_agreement(test.ref('agreement')) g), 3, 'the provider''s copy names it too');

-- Placements, by the provider.
select throws_ok(format($$ select * from consultancy.place_partner(%L, 'pt-new', 'sle', null, null) $$, test.ref('agreement')), 'IM009', 'pt-new has not signed in yet, and could not be shown busy elsewhere.', 'a partner with an identity');
select throws_ok(format($$ select * from consultancy.place_partner(%L, 'pt-ash', 'nle', null, null) $$, test.ref('agreement')), 'IM003', 'The agreement sells no half-days of nle.', 'as what is sold');
select test.as_owner();
update partners.kind_held set ends_on = test.day(30) where held_id = 'kd-ash-sle';
select test.call_as(929, 'officer');
select throws_like(format($$ select * from consultancy.place_partner(%L, 'pt-ash', 'sle', null, null) $$, test.ref('agreement')), 'pt-ash is no sle on every day from %', 'as what they are throughout');
select test.as_owner();
update partners.kind_held set ends_on = null where held_id = 'kd-ash-sle';
select test.call_as(926, 'officer');
select throws_ok(format($$ select * from consultancy.place_partner(%L, 'pt-own', 'sle', null, null) $$, test.ref('agreement')), 'IM009', null, 'the client places nobody');
select test.call_as(929, 'officer');
insert into made select 'placement', p.placement_id from consultancy.place_partner(test.ref('agreement'), 'pt-ash', 'sle', null, null) p;
select throws_ok(format($$ select * from consultancy.place_partner(%L, 'pt-ash', 'sle', null, null) $$, test.ref('agreement')), '23P01', null, 'once at a time');
select test.call_as(926, 'officer');
select results_eq($$ select name, kinds, person_id from partners.list_partners(null, 'ash', null, null, null, null) $$,
  $$ values ('pt-ash', '["sle"]'::jsonb, test.person('partner', 929)) $$, 'Ash is a partner of the client now');
select test.call_as(926, 'la_admin');
select results_eq($$ select persona, starts_on, ends_on from people.list_members('partner', null, null, null, null) where person_id = test.person('partner', 929) $$,
  $$ values ('partner', base.today(), test.day(60)) $$, 'and a member for as long as the agreement runs');
select is((select g.placements -> 0 ->> 'partner_id' from consultancy.get_agreement(test.ref('agreement')) g),
  (select p.partner_id from partners.partner p where p.authority_id = 926 and p.person_id = test.person('partner', 929)), 'shown by the client''s own reference');
select test.call_as_ash(929);
select results_eq($$ select agreement_id, half_days from consultancy.list_agreements(null, null, null) $$, $$ values (test.ref('agreement'), null::integer) $$, 'Ash sees the agreement, not what it sells');
select results_eq($$ select lines, brokerage_percent, jsonb_array_length(schools), jsonb_array_length(placements) from consultancy.get_agreement(test.ref('agreement')) $$,
  $$ values ('[]'::jsonb, null::numeric, 3, 1) $$, 'nor the rates');
select test.call_as(929, 'partner');
select set_config('app.person_id', test.person('other', 929)::text, true);
select is_empty($$ select * from consultancy.list_agreements(null, null, null) $$, 'another partner sees none');

-- A member already, Ash stays so when the agreement ends; whether they were one, the provider is not told.
select test.agreed('third');
select test.call_as(929, 'officer');
insert into made select 'third placement', p.placement_id from consultancy.place_partner(test.ref('third'), 'pt-ash', 'sle', null, null) p;
select test.as_owner();
select is((select count(*)::integer from partners.partner where authority_id = 926 and person_id = test.person('partner', 929)), 1, 'one partner, however many agreements');
select results_eq($$ select placement_id = test.ref('placement') from consultancy.placement where authority_id = 926 and membership_id is not null $$, $$ values (true) $$, 'the first placement opened the membership');

-- Ended early, with what it opened.
select test.call_as(929, 'la_admin');
select throws_ok(format($$ select * from consultancy.end_agreement(%L, 2, null, null) $$, test.ref('third')), 'IM003', 'reason is required.', 'with a reason');
select throws_ok(format($$ select * from consultancy.end_agreement(%L, 1, 'x', null) $$, test.ref('third')), 'IM010', null, 'of the version that was read');
select throws_ok(format($$ select * from consultancy.end_agreement(%L, 2, 'x', %L) $$, test.ref('third'), test.day(61)), 'IM003', 'An agreement ends early, not late, and not in the past.', 'not late');
select throws_ok(format($$ select * from consultancy.end_agreement(%L, 2, 'x', %L) $$, test.ref('third'), base.today() - 2), 'IM003', null, 'nor in the past');
select results_eq(format($$ select state, ends_on from consultancy.end_agreement(%L, 2, 'Done', %L) $$, test.ref('third'), test.day(20)), $$ values ('running', test.day(20)) $$, 'ended on a day to come');
select test.call_as(926, 'la_admin');
select throws_ok(format($$ select * from consultancy.end_agreement(%L, 3, 'x', %L) $$, test.ref('third'), test.day(30)), 'IM003', null, 'nobody makes it longer');
select results_eq(format($$ select state, ends_on from consultancy.end_agreement(%L, 3, 'Now', %L) $$, test.ref('third'), base.today() - 1), $$ values ('ended', base.today() - 1) $$, 'or the other party ends it now');
select throws_ok(format($$ select * from consultancy.end_agreement(%L, 4, 'x', null) $$, test.ref('third')), 'IM009', null, 'once');
select results_eq($$ select placements -> 0 ->> 'ends_on' from consultancy.get_agreement(test.ref('third')) $$, $$ values ((base.today() - 1)::text) $$, 'its placements with it');
select results_eq($$ select ends_on from people.list_members('partner', null, null, null, null) where person_id = test.person('partner', 929) $$, $$ values (test.day(60)) $$, 'not the membership that the other one opened');
select throws_ok(format($$ select * from consultancy.end_placement(%L, 2, null) $$, test.ref('placement')), 'IM010', null, 'a stale version ends no placement');
select throws_ok($$ select * from consultancy.end_placement('pl-none', 1, null) $$, 'IM005', null, 'nor is there any other');
select results_eq(format($$ select ends_on, version from consultancy.end_placement(%L, 1, %L) $$, test.ref('placement'), base.today() - 1), $$ values (base.today() - 1, 2) $$, 'the client ends a placement');
select is_empty($$ select * from people.list_members('partner', null, null, null, null) where person_id = test.person('partner', 929) $$, 'and its membership ends at once');
select is_empty($$ select * from money.check_books() $$, 'both copies agree');
select test.call_as(929, 'la_admin');
select is_empty($$ select * from money.check_books() $$, 'from either side');
select * from finish();
rollback;
