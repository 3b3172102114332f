-- The money of training (MON-1, MON-3, CPD-6): a school's account follows its bookings, in the transaction of each.
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/cpd.sql
set local timezone = 'Europe/London';
select plan(41);
select test.schools(929, 100001, 2, 'Primary'), test.schools(929, 100003, 1, 'Primary', 'Academy converter'), test.schools(929, 100005, 1, 'Primary'), test.schools(926, 200001, 1, 'Primary');
select test.session(929, 'se-a', 2, 10000), test.session(929, 'se-free', 2, 0), test.session(929, 'se-pack', 2, 10000), test.session(929, 'se-soon', 9, 10000, now() + interval '1 day'),
  test.session(929, 'se-ask', 2, 10000), test.session(929, 'se-odd', 5, 3333);
create function pg_temp.b(p_name text) returns cpd.booking language sql security definer as $$ select b from cpd.booking b where delegate_name = p_name order by booked_at desc, ticket desc limit 1 $$;
create function pg_temp.cancel(p_name text) returns void language sql as $$ select from cpd.cancel_booking((pg_temp.b(p_name)).booking_id, (pg_temp.b(p_name)).version, 'ill') $$;
create function pg_temp.account(p_urn integer) returns text language sql as $$
  select string_agg(format('%s%s %s', case when c.credits is not null then 'credit of ' end, split_part(c.cause, '.', 2), c.gross_pence), ', ' order by e.posted_at)
  from money.charge c join money.entry e on e.authority_id = c.authority_id and e.entry_id = c.entry_id where c.school_urn = p_urn
$$;
grant execute on all functions in schema test to public;
select test.call_as(929, 'booker', array[100001]), test.call_as(929, 'booker', array[100002]), test.call_as(929, 'booker', array[100003]);
select test.call_as(929, 'finance'), test.call_as(929, 'officer');
select test.call_as(929, 'la_admin');
select from cpd.add_cancellation_terms('Common', '[{"place_kind":"paid","at_least_days":4},{"place_kind":"paid","percent":50},{"place_kind":"free","at_least_days":4},{"place_kind":"free","pence":5000}]', true, null, null, null);

-- Charged when it is confirmed: what waits is not.
select test.call_as(929, 'booker', array[100001]);
select from cpd.book_places('se-a', 100001, test.people('Ann', 'Bo', 'Cy'), null, null);
select test.call_as(929, 'officer');
select is(pg_temp.account(100001), 'booking 12000, booking 12000', 'the two that are confirmed are charged, the third waits');
select results_eq($$ select c.kind, c.cause_ref = (pg_temp.b('Ann')).booking_id, c.what, c.reasons = (pg_temp.b('Ann')).reasons from money.charge c where c.cause_ref = (pg_temp.b('Ann')).booking_id $$,
  $$ values ('recharge', true, format('Course se-a on %s, booking %s', to_char(now() + interval '60 days', 'FMDD Mon YYYY'), (pg_temp.b('Ann')).booking_id), true) $$,
  'a maintained school by recharge, once for the booking, for the reasons of its price; no name is on it');
select pg_temp.cancel('Ann');
select is(pg_temp.account(100001), 'booking 12000, booking 12000, credit of booking -12000', 'cancelled in time it is credited whole; who is offered the place is not charged');
select test.call_as(929, 'booker', array[100001]);
select from cpd.accept_offer((pg_temp.b('Cy')).booking_id, 2);
select test.call_as(929, 'officer');
select is(pg_temp.account(100001), 'booking 12000, booking 12000, credit of booking -12000, booking 12000', 'who accepts is');
select is_empty('select * from test.mischarged()', 'every confirmed place is charged, no other');
select is_empty('select * from money.check()', 'the books hold');

-- Cancelled late: the price is credited, and the terms' charge stands for itself.
select test.call_as(929, 'booker', array[100003]);
select from cpd.book_places('se-soon', 100003, test.people('Di', 'Ed'), null, null);
select pg_temp.cancel('Di');
select test.call_as(929, 'officer');
select is(pg_temp.account(100003), 'booking 12000, booking 12000, credit of booking -12000, cancellation 6000', 'an academy: booking, credit, charge');
select results_eq($$ select kind, cause_ref = (select charge_id from cpd.charge where booking_id = (pg_temp.b('Di')).booking_id), net_pence, vat_pence from money.charge where cause = 'cpd.cancellation' $$,
  $$ values ('invoice', true, 5000::bigint, 1000::bigint) $$, 'by invoice, and caused by the charge that holds the count of days');
select test.call_as(929, 'booker', array[100003]);
select results_eq($$ select regexp_replace(what, '( on .*|, booking.*)$', ''), charged_pence, balance_pence from reports.school_statement(100003, base.today(), null) $$,
  $$ values ('Balance before', null::bigint, 0::bigint), ('Course se-soon', 12000, 12000), ('Course se-soon', 12000, 24000), ('Credit: Course se-soon', -12000, 12000),
    ('Cancellation: Course se-soon', 6000, 18000) $$, 'the school reads it in this order');
select test.call_as(929, 'finance');
select lives_ok($$ select from cpd.charge h, cpd.waive_cancellation_charge(h.charge_id, 1, 'illness', 'Fit note of Mrs Lee') where h.net_pence > 0 $$, 'waived');
select is(pg_temp.account(100003), 'booking 12000, booking 12000, credit of booking -12000, cancellation 6000, credit of cancellation -6000', 'and credited');
select is((select credit_reason from money.charge where credits is not null and cause = 'cpd.cancellation'), 'Waived: illness', 'for the reason, without its note');
select throws_ok($$ select from cpd.charge h, cpd.waive_cancellation_charge(h.charge_id, 2, 'illness', null) where h.net_pence > 0 $$, 'IM009', null, 'once');
select is_empty('select * from test.mischarged()', 'places and charges agree');
select is_empty('select * from money.check()', 'the books hold');

-- What is free is not charged, but for cancelling late.
select test.call_as(929, 'booker', array[100002]);
select from cpd.book_places('se-free', 100002, test.people('Flo'), null, null);
reset role;
select test.subscribed(929, 'pk-full', 100002, current_date - 100, current_date + 200);
select test.call_as(929, 'la_admin');
select from cpd.set_benefit('pk-full', 'free', null, null, null, null);
select test.call_as(929, 'booker', array[100002]);
select from cpd.book_places('se-pack', 100002, test.people('Gus'), null, null);
select is((pg_temp.b('Gus')).place_kind, 'package', 'paid for by a package');
select test.call_as(929, 'officer');
select is(pg_temp.account(100002), null, 'free places and those of a package post nothing');
select is_empty($$ select from money.entry where what like '%100002' $$, 'not even an entry of nothing');
reset role;
update cpd.session set starts_at = now() + interval '1 day', ends_at = now() + interval '30 hours', booking_closes_at = now() + interval '1 hour' where session_id in ('se-free', 'se-pack');
select test.call_as(929, 'booker', array[100002]);
select pg_temp.cancel('Flo');
select pg_temp.cancel('Gus');
select test.call_as(929, 'officer');
select is(pg_temp.account(100002), 'cancellation 6000', 'a free course that is cancelled late is charged; of packages the terms say nothing');

-- Approval: charged when the budget holder says yes.
select test.call_as(929, 'la_admin');
select from cpd.set_cpd_policy(0, null, null, null, 'always', null, null, null, null, null);
select test.call_as(929, 'officer');
create temporary table before as select pg_temp.account(100001) as account;
grant select on before to public;
select from cpd.book_places('se-ask', 100001, test.people('Hal', 'Ida'), null, null);
select is(pg_temp.account(100001), (select account from before), 'what awaits approval is not charged');
select from cpd.approve_booking((pg_temp.b('Hal')).booking_id, 1, 'Mrs Lee');
select is(pg_temp.account(100001), (select account from before) || ', booking 12000, booking 12000', 'approved, the whole order is');
select from cpd.book_places('se-ask', 100002, test.people('Jo'), null, null);
select pg_temp.cancel('Hal');
select from cpd.accept_offer((pg_temp.b('Jo')).booking_id, 2);
select is((pg_temp.b('Jo')).status, 'requested', 'an accepted offer asks, too');
select is(pg_temp.account(100002), 'cancellation 6000', 'and is not charged yet');
select from cpd.refuse_booking((pg_temp.b('Jo')).booking_id, 3, 'No');
select is(pg_temp.account(100002), 'cancellation 6000', 'refused, nothing is');
select is_empty('select * from test.mischarged()', 'places and charges agree');

-- Given at once, and by more places.
select test.call_as(929, 'la_admin');
select from cpd.set_cpd_policy(1, null, null, null, 'never', null, null, 0, null, null);
select test.call_as(929, 'officer');
select from cpd.book_places('se-a', 100005, test.people('Kay', 'Lee'), null, null);
select pg_temp.cancel('Bo');
select is(pg_temp.account(100005), 'booking 12000', 'a place that is given at once is charged at once');
select from cpd.change_session('se-a', 1, null, 3, null, null, null, null, null, null);
select is(pg_temp.account(100005), 'booking 12000, booking 12000', 'so is one of more places');

-- Odd pence: VAT of price, credit and charge are each exact, and what is left is nothing (C-2).
select from cpd.book_places('se-odd', 100003, test.people('Max'), null, null);
select results_eq($$ select net_pence, vat_pence, gross_pence from money.charge where cause_ref = (pg_temp.b('Max')).booking_id $$, $$ values (3333::bigint, 667::bigint, 4000::bigint) $$, 'rounded once');
select pg_temp.cancel('Max');
select results_eq($$ select sum(net_pence)::bigint, sum(vat_pence)::bigint, sum(gross_pence)::bigint from money.charge where cause_ref = (pg_temp.b('Max')).booking_id $$, $$ values (0::bigint, 0::bigint, 0::bigint) $$, 'and taken back whole');
select from cpd.book_places('se-odd', 100003, test.people('Max'), null, null);
select is_empty('select * from test.mischarged()', 'booked again it is another booking, and charged for itself');

-- A refusal leaves no money, nor does what is undone.
select is((select count(*) from money.charge where school_urn = 100003), 8::bigint, 'so far');
select throws_ok($$ select from cpd.book_places('se-odd', 100003, test.people('Ned', 'Max'), null, null) $$, 'IM006', null, 'refused as a whole');
select throws_ok($$ select pg_temp.cancel('Di') $$, 'IM009', null, 'cancelled twice');
select is((select count(*) from money.charge where school_urn = 100003), 8::bigint, 'nothing was posted');
-- Billed, paid, cancelled: owed back by a credit note.
select test.call_as(929, 'finance');
select results_eq($$ select i.kind, i.gross_pence from money.issue_documents(null, 100003, null) i $$, $$ values ('invoice', 16000::bigint) $$, 'one invoice: two places, what was cancelled with its credit');
select test.call_as(929, 'officer');
select pg_temp.cancel('Max');
select test.call_as(929, 'finance');
select results_eq($$ select i.kind, i.gross_pence from money.issue_documents(null, 100003, null) i $$, $$ values ('credit_note', -4000::bigint) $$, 'cancelled afterwards: a credit note');
select is_empty('select * from money.check()', 'the books hold');

-- The check finds a place that is charged and that nobody has, and a waiver that was not credited.
reset role;
insert into money.charge select authority_id, 'ch-x', school_urn, kind, cause, (pg_temp.b('Flo')).booking_id, what, charged_on, net_pence, vat_percent, vat_pence, gross_pence, reasons, null, null, 0, 0, null, entry_id, charged_by
  from money.charge where cause_ref = (pg_temp.b('Ed')).booking_id;
select test.call_as(929, 'finance');
select results_eq('select reference, what from cpd.check_money()', $$ select 'ch-x', format('charges %s, which is cancelled', (pg_temp.b('Flo')).booking_id) $$, 'MON-3: a charge without its cause is found');
select isnt_empty($$ select from money.check() where reference = 'ch-x' $$, 'by the check of the books');
reset role;
delete from money.charge where charge_id = 'ch-x';
update cpd.charge set waived_at = now(), waived_by = charged_by, waive_reason = 'illness' where booking_id = (pg_temp.b('Flo')).booking_id;
select test.call_as(929, 'finance');
select is((select count(*) from cpd.check_money()), 1::bigint, 'so is what was waived and not credited');
select test.call_as(926, 'finance');
select is_empty('select * from cpd.check_money()', 'another authority has its own books');
select * from finish();
rollback;
