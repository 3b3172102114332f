-- Visits under an agreement draw its days; delivered ones are charged to both ledgers; statements net and settle them to zero: CON-2, VIS-2, MON-3.
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/visits.sql
\ir ../support/sql/consultancy.sql
select plan(70);
-- What stands on an account of an authority.
create function test.on_account(p_authority integer, p_account text) returns bigint language sql stable security definer as $$
  select coalesce(sum(pence), 0)::bigint from money.line where authority_id = p_authority and account = p_account
$$;
create function test.left_(p_what text default 'agreement') returns integer[] language sql stable security definer as $$
  select array_agg(left_half_days order by authority_id desc) from consultancy.bank where agreement_id = test.ref(p_what)
$$;
grant execute on all functions in schema test to public;
select test.working();
select test.agreed('idle');

-- Planned: by the client's officer or by Ash; what the agreement does not cover is refused with what would be.
select test.call_as(926, 'officer');
select throws_ok($$ select * from visits.add_visit(200001, test.ref('agreement ash'), test.at(5), null, 'core', null, null, null, 2, 'consultancy', null, null) $$, 'IM003',
  'funding_ref is required: the agreement that pays.', 'consultancy is some agreement''s');
select throws_ok($$ select test.bought(5, 2, 200001, 'none') $$, 'IM003', null, 'which one is said');
select throws_ok($$ select * from visits.add_visit(200001, test.ref('agreement ash'), test.at(5), null, 'core', null, null, null, 2, 'consultancy', 'ag-none', null) $$, 'IM005',
  'The authority buys nothing under an agreement "ag-none".', 'one that there is');
select throws_like($$ select test.bought(5, 2, 200003) $$, 'Agreement % does not name school 200003 on %', 'a school that it names');
select throws_like($$ select test.bought(61) $$, 'Agreement % runs from %', 'a day on which it runs');
select throws_like($$ select * from visits.add_visit(200001, 'pt-own', test.at(5), null, 'core', null, null, null, 2, 'consultancy', test.ref('agreement'), null) $$,
  'The partner does not work under agreement %', 'a partner who is placed');
select throws_like($$ select * from visits.add_visit(200001, test.ref('agreement ash'), test.at(5), null, 'core', null, null, null, 2, 'consultancy', test.ref('idle'), null) $$,
  'The partner does not work under agreement %', 'under this one');
insert into made values ('first', test.bought(5));
select is(test.left_(), array[18, 18], 'a visit of a day holds two half-days, in both copies');
select test.call_as_ash(926);
insert into made values ('second', test.bought(-20));
select throws_ok($$ select test.bought(6, 2, 200003) $$, 'IM009', null, 'Ash plans within the agreement only');
select throws_ok($$ select * from visits.add_visit(200001, test.ref('agreement ash'), test.at(6), null, 'core', null, null, null, null, null, null, null) $$, 'IM007',
  null, 'and nothing on the client''s account');
-- Ash is busy at home too.
select test.call_as(929, 'officer');
select throws_ok($$ select * from visits.add_visit(100001, 'pt-ash', test.at(5), null, 'core', null, null, null, null, null, null, null) $$, 'IM009', 'busy', 'at home Ash is busy then, and no more is told');
select throws_ok($$ select * from visits.get_visit(test.ref('first')) $$, 'IM005', null, 'the provider has no way to the visit but by the agreement');

-- Never below zero.
select test.working('small', 3);
select test.call_as(926, 'officer');
insert into made values ('small one', test.bought(7, 2, 200001, 'small'));
select throws_ok($$ select test.bought(8, 2, 200001, 'small') $$, 'IM009', 'Half-days wanted: 2; left of the agreement''s sle half-days: 1.', 'exhausted days are refused, with what is left');
select is(test.left_('small'), array[1, 1], 'and nothing was taken');
-- Moved: within the agreement, and not beyond it.
select throws_like($$ select * from visits.move_visit(test.ref('small one'), 1, test.at(61), null) $$, 'Agreement % runs from %', 'not moved out of the agreement');
select lives_ok($$ select * from visits.move_visit(test.ref('small one'), 1, test.at(9), null) $$, 'but within it');
select is(test.left_('small'), array[1, 1], 'which takes nothing more');
-- Cancelled in time, the days return; too late, they are kept and charged; by the partner, they always return.
select results_eq($$ select half_days_given_back, explanation like 'Given back: the last free day is %, 2 working days before the visit.' from visits.cancel_visit(test.ref('small one'), 2, 'Clash', null) $$,
  $$ values (2, true) $$, 'cancelled in time by the client');
select is(test.left_('small'), array[3, 3], 'all are left');
insert into made values ('late', test.bought(1, 1, 200002, 'small')), ('ill', test.bought(2, 1, 200002, 'small'));
select results_eq($$ select half_days_given_back, explanation like 'Not given back: the last free day was %' from visits.cancel_visit(test.ref('late'), 1, 'Clash', 'authority') $$,
  $$ values (0, true) $$, 'cancelled too late by the client, be it the authority');
select results_eq($$ select half_days_given_back, explanation from visits.cancel_visit(test.ref('ill'), 1, 'Ill', 'partner') $$,
  $$ values (1, 'Given back: it was not the client that cancelled.') $$, 'by the partner, as late as they like');
select is(test.left_('small'), array[2, 2], 'one is kept');
select results_eq($$ select cause, half_days, gross_pence from consultancy.list_deliveries(test.ref('small'), null, null, null, null, null) $$,
  $$ values ('cancelled_late', 1, 20125::bigint) $$, 'and charged: £175 and 15 %');

-- Delivered: provider income, client cost, in one transaction.
select lives_ok($$ select * from visits.confirm_visit(test.ref('second'), 1); select * from visits.complete_visit(test.ref('second'), 2) $$, 'done');
select throws_ok($$ select * from visits.complete_visit(test.ref('second'), 3) $$, 'IM009', null, 'once');
select results_eq($$ select other, side, cause, kind, half_days, net_pence, brokerage_pence, vat_pence, gross_pence, posted_on from consultancy.list_deliveries(test.ref('agreement'), '929', null, null, null, null) $$,
  $$ values ('929', 'client', 'delivered', 'sle', 2, 35000::bigint, 5250::bigint, 0::bigint, 40250::bigint, test.day(-20)) $$, 'a day of an SLE: £350 and £52.50, on the day of the visit');
select is(test.on_account(929, 'consultancy_income') + test.on_account(929, 'brokerage_income'), -60375::bigint, 'the provider has earned it');
select is(test.on_account(926, 'consultancy_cost'), 60375::bigint, 'the client has spent it');
select is(test.on_account(929, 'due_from_authority') + test.on_account(926, 'due_to_authority'), 0::bigint, 'what one is owed the other owes');
select is_empty($$ select * from money.check_books() $$, 'the client''s books hold');
select test.call_as(929, 'finance');
select results_eq($$ select side, partner, gross_pence from consultancy.list_deliveries(test.ref('agreement'), null, null, null, null, null) $$, $$ values ('provider', 'pt-ash', 40250::bigint) $$, 'the provider reads the same');
select is_empty($$ select * from money.check_books() $$, 'its books hold');
select test.call_as(892, 'finance');
select is_empty($$ select * from consultancy.list_deliveries(null, null, null, null, null, null) $$, 'a third authority reads nothing');

-- Taken back, by either party.
select test.call_as(926, 'officer');
insert into made values ('third', test.delivered(-15, 1)), ('fourth', test.delivered(-10, 4, 200002));
select throws_ok($$ select * from consultancy.reverse_delivery(test.ref('first'), 'x') $$, 'IM005', null, 'what was not charged');
select throws_ok($$ select * from consultancy.reverse_delivery(test.ref('third'), ' ') $$, 'IM003', 'reason is required.', 'without a reason');
select is(test.left_(), array[11, 11], 'before');
select results_eq($$ select half_days, gross_pence, posted_on, visit_status from consultancy.reverse_delivery(test.ref('third'), 'The school was closed') $$,
  $$ values (-1, -20125::bigint, test.day(-15), 'cancelled') $$, 'the charge is taken back, and the visit with it');
select throws_ok($$ select * from consultancy.reverse_delivery(test.ref('third'), 'Again') $$, '23505', null, 'once');
select is(test.left_(), array[12, 12], 'the half-day is back');
select test.call_as(929, 'officer');
select results_eq($$ select visit_status, gross_pence from consultancy.reverse_delivery(test.ref('late'), 'Goodwill') $$, $$ values ('cancelled', -20125::bigint) $$, 'the provider waives a late cancellation');
select is(test.on_account(929, 'due_from_authority'), 120750::bigint, 'what is owed follows: £402.50 and £805');
select is_empty($$ select * from money.check_books() $$, 'and the books hold');
-- Agreed notes are of visits that took place.
select test.as_owner();
update visits.visit set status = 'noted' where visit_id = test.ref('fourth');
update visits.visit set status = 'agreed' where visit_id = test.ref('fourth');
select test.call_as(926, 'finance');
select throws_like($$ select * from consultancy.reverse_delivery(test.ref('fourth'), 'x') $$, 'The school agreed to the note of visit %', 'a visit whose note the school agreed to took place');

-- The other way round too: 926 sells to 929.
select test.call_as(926, 'la_admin');
insert into made select 'back', a.agreement_id from consultancy.propose_agreement('929', 'Phonics', test.day(-60), test.day(60),
  '[{"kind":"sip","half_days":6,"half_day_pence":10001}]', '[100001]', 0.5, 20, null) a;
select test.call_as(929, 'la_admin');
select lives_ok($$ select * from consultancy.answer_agreement(test.ref('back'), 1, 'accept', null) $$, 'an agreement the other way');
select test.call_as(926, 'officer');
select lives_ok($$ select * from consultancy.place_partner(test.ref('back'), 'pt-own', 'sip', null, null) $$, 'with somebody placed');
select test.call_as(929, 'officer');
insert into made select 'back ash', p.partner_id from partners.partner p where p.authority_id = 929 and p.person_id = test.person('own', 926);
select test.delivered(-12, 3, 100001, 'back');
select results_eq($$ select net_pence, brokerage_pence, vat_pence, gross_pence from consultancy.list_deliveries(test.ref('back'), null, null, null, null, null) $$,
  $$ values (30003::bigint, 150::bigint, 6031::bigint, 36184::bigint) $$, 'odd pence add up: 30,003 and 150.015 and 20 % of 30,153');

-- Statements.
select test.call_as(929, 'finance');
select throws_ok($$ select * from consultancy.issue_statement('892', null) $$, 'IM005', null, 'with whom there is an agreement');
select throws_ok($$ select * from consultancy.issue_statement('926', base.today()) $$, 'IM003', 'A statement covers days that are past: no visit can come to them any more unseen.', 'of days that are past');
select throws_ok($$ select * from consultancy.issue_statement('926', test.day(-50)) $$, 'IM009', null, 'with something on it');
insert into made select 'statement', s.statement_id from consultancy.issue_statement('926', test.day(-11)) s;
select results_eq($$ select number, starts_on, ends_on, sold_pence, bought_pence, balance_pence from consultancy.list_statements('926', true) $$,
  $$ values (1, test.day(-20), test.day(-11), 40250::bigint, 36184::bigint, 4066::bigint) $$, 'both directions, netted: £402.50 less £361.84');
select throws_ok($$ select * from consultancy.issue_statement('926', test.day(-11)) $$, 'IM009', null, 'no day is stated twice');
select test.call_as(926, 'finance');
select results_eq($$ select sold_pence, bought_pence, balance_pence, version from consultancy.list_statements('929', null) $$,
  $$ values (36184::bigint, 40250::bigint, -4066::bigint, 1) $$, 'the other copy has the opposite sign: they sum to zero');
select throws_like($$ select * from consultancy.settle_statement(test.ref('statement'), 1, 'BACS 1', null) $$, 'The authority owes this balance; 929 says when it has come.', 'who owes does not say that it has come');
-- What is reported late stands in the next one.
select test.call_as(926, 'officer');
insert into made values ('told late', test.delivered(-19, 1));
select results_eq($$ select visited_on, posted_on from consultancy.list_deliveries(test.ref('agreement'), null, null, null, null, null) where visit_id = test.ref('told late') $$,
  $$ values (test.day(-19), test.day(-11) + 1) $$, 'a visit told after its days were stated stands in the next period');
select test.call_as(929, 'finance');
insert into made select 'next statement', s.statement_id from consultancy.issue_statement('926', base.today() - 1) s;
select results_eq($$ select number, starts_on, balance_pence from consultancy.list_statements(null, true) order by 1 $$,
  $$ values (1, test.day(-20), 4066::bigint), (2, test.day(-11) + 1, 100625::bigint) $$, 'the next begins where the last ended');
-- Reversing what is stated.
select lives_ok($$ select * from consultancy.reverse_delivery(test.ref('second'), 'Disputed') $$, 'what was stated is taken back');
select results_eq($$ select posted_on, statement_id from consultancy.list_deliveries(test.ref('agreement'), null, null, null, null, null) where reason = 'Disputed' $$,
  $$ values (base.today(), null::text) $$, 'in days that are not stated');
-- Settled.
select throws_ok($$ select * from consultancy.settle_statement(test.ref('statement'), 2, 'BACS 1', null) $$, 'IM010', null, 'a stale version settles nothing');
select throws_ok($$ select * from consultancy.settle_statement(test.ref('statement'), 1, 'BACS 1', test.day(-11)) $$, 'IM003', null, 'nor a day within the period');
select throws_ok($$ select * from consultancy.settle_statement('cs-none', 1, 'BACS 1', null) $$, 'IM005', null, 'nor what is not there');
select results_eq($$ select number, balance_pence, settled_on from consultancy.settle_statement(test.ref('statement'), 1, 'BACS 1', null) $$, $$ values (1, 4066::bigint, base.today()) $$, 'its balance has come');
select throws_ok($$ select * from consultancy.settle_statement(test.ref('statement'), 2, 'BACS 1', null) $$, 'IM009', null, 'once');
select results_eq($$ select test.on_account(929, 'bank'), test.on_account(926, 'bank') $$, $$ values (4066::bigint, -4066::bigint) $$, 'what one got the other paid');
select lives_ok($$ select * from consultancy.settle_statement(test.ref('next statement'), 1, 'BACS 2', null) $$, 'the next');
select is(test.on_account(929, 'due_from_authority') + test.on_account(929, 'due_to_authority'), -40250::bigint, 'what is left is the reversal that is not stated yet');
-- Sum over all authorities of what stands between them.
select test.as_owner();
select is((select sum(pence) from money.line where account in ('due_from_authority', 'due_to_authority', 'bank')), 0::numeric, 'over all authorities it is zero');

-- The report: each line, and the balance; both authorities print the same.
select test.call_as(929, 'reporter');
create temporary table ours as select * from reports.consultancy_statement('926', null, null, test.ref('statement'));
grant all on ours to public;
select results_eq($$ select direction, half_days, gross_pence, owed_pence from ours $$, $$ values ('sold', 2, 40250::bigint, 40250::bigint),
  ('sold', 1, 20125::bigint, 20125::bigint), ('sold', -1, -20125::bigint, -20125::bigint), ('bought', 3, 36184::bigint, -36184::bigint), ('Total sold', 2, 40250::bigint, 40250::bigint),
  ('Total bought', 3, 36184::bigint, -36184::bigint), ('Balance', null::integer, null::bigint, 4066::bigint) $$, 'as stated');
select test.call_as(926, 'reporter');
select is_empty($$ select posted_on, visit_id, gross_pence, -owed_pence from ours where visit_id is not null
  except select posted_on, visit_id, gross_pence, owed_pence from reports.consultancy_statement('929', null, null, test.ref('statement')) $$, 'the other prints the same lines with the opposite sign');
select results_eq($$ select school, source, entitled, delivered, planned, kept, half_days_left from reports.delivered_against_entitled(null, 'consultancy') where school is not null order by entitled, delivered desc $$,
  $$ values ('Maths', 'consultancy', 3, 0, 0, 0, 3), ('Maths', 'consultancy', 20, 5, 2, 0, 13), ('Maths', 'consultancy', 20, 0, 0, 0, 20) $$, 'days delivered against those bought');
select is_empty($$ select * from money.check_books() $$, 'all holds');
select * from finish();
rollback;
