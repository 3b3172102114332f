-- Charges, credits, documents, payments, journals: MON-1 to MON-3, C-2. Each sum is worked out by hand.
begin;
\ir ../support/sql/schools.sql
select plan(73);
select test.schools(929, 100001, 2, 'Primary'), test.schools(929, 100003, 2, 'Primary', 'Academy converter'), test.schools(926, 200001, 1, 'Primary');
create temporary table made (what text primary key, ref text);
grant all on made to public;
create function test.ref(p_what text) returns text language sql stable as $$ select ref from made where what = p_what $$;
create function test.account(p_account text, p_urn integer default null) returns bigint language sql stable security definer as $$
  select coalesce(sum(pence), 0)::bigint from money.line where authority_id = 929 and account = p_account and (p_urn is null or school_urn = p_urn)
$$;
-- What a domain does in its own transaction.
create function test.charge(p_urn integer, p_ref text, p_net bigint, p_vat bigint default null, p_on date default base.today() - 10, p_cause text default 'test.thing') returns text
language sql as $$
  select money.charge_school(p_urn, p_cause, p_ref, 'SIP ' || p_ref, p_on, p_net, 20, coalesce(p_vat, round(p_net * 0.2)::bigint), '["£5 a pupil, 150 pupils"]')
$$;
grant execute on all functions in schema test to public;
select test.call_as(929, 'officer');
insert into made values ('academy', test.charge(100003, 'su-1', 75001)), ('maintained', test.charge(100001, 'su-2', 50000));
select is(test.charge(100001, 'su-free', 0), null, 'what is free is not charged');
select throws_ok($$ select test.charge(100003, 'su-1', 75001) $$, '23505', null, 'a cause is charged once');
select throws_ok($$ select test.charge(100003, 'su-neg', -5) $$, '23514', null, 'nobody is charged less than nothing');
select results_eq($$ select kind, net_pence, vat_pence, gross_pence, status from money.list_charges(null, null, null, null, null, null, null) order by 2 $$,
  $$ values ('recharge', 50000::bigint, 10000::bigint, 60000::bigint, 'open'), ('invoice', 75001::bigint, 15000::bigint, 90001::bigint, 'open') $$, 'an academy is invoiced, a maintained school recharged');
select results_eq($$ select reasons, cause_ref from money.get_charge(test.ref('academy')) $$, $$ values ('["£5 a pupil, 150 pupils"]'::jsonb, 'su-1') $$, 'with its reasons');
select is(test.account('due_from_school', 100003), 90001::bigint, 'it stands in the ledger, by school');
select is(test.account('other_income'), -125001::bigint, 'as income');
select is(test.account('vat_output'), -25000::bigint, 'and VAT');

-- By hand.
select test.call_as(929, 'finance');
select throws_ok($$ select * from money.add_charge(100003, 'Panel', 0, null, null, 'Agreed') $$, 'IM003', 'A charge is of something.', 'of something');
select throws_ok($$ select * from money.add_charge(100003, 'Panel', 100, null, null, ' ') $$, 'IM003', 'reason is required.', 'with a reason');
select throws_ok($$ select * from money.add_charge(200001, 'Panel', 100, null, null, 'Agreed') $$, 'IM005', null, 'to a school of the authority');
select throws_ok($$ select * from money.add_charge(100003, 'Panel', 100, 101, null, 'Agreed') $$, '23514', null, 'at a rate of VAT');
insert into made select 'hand', a.charge_id from money.add_charge(100003, 'Panel', 333, 17.5, null, 'Agreed by telephone') a;
select results_eq($$ select net_pence, vat_pence, charged_on from money.get_charge(test.ref('hand')) $$, $$ values (333::bigint, 58::bigint, base.today()) $$, '17.5 % of 333 is 58.275');

-- Credits: net and VAT add up to the charge, whatever the parts (C-2).
select throws_ok($$ select * from money.credit_charge(test.ref('hand'), ' ', null) $$, 'IM003', 'reason is required.', 'with a reason');
select throws_ok($$ select * from money.credit_charge(test.ref('hand'), 'x', 334) $$, 'IM009', 'Of £3.33 net, £0.00 are credited: £3.33 are left to credit, not £3.34.', 'not more than was charged');
select throws_ok($$ select * from money.credit_charge(test.ref('hand'), 'x', 0) $$, 'IM009', null, 'nor nothing');
select results_eq($$ select net_pence, vat_pence, gross_pence, left_gross_pence from money.credit_charge(test.ref('hand'), 'Part', 111) $$, $$ values (-111::bigint, -19::bigint, -130::bigint, 261::bigint) $$, 'a third');
select results_eq($$ select net_pence, vat_pence, left_gross_pence from money.credit_charge(test.ref('hand'), 'Part', 111) $$, $$ values (-111::bigint, -20::bigint, 130::bigint) $$, 'a third');
select results_eq($$ select net_pence, vat_pence, left_gross_pence from money.credit_charge(test.ref('hand'), 'Rest', null) $$, $$ values (-111::bigint, -19::bigint, 0::bigint) $$, 'and the rest: 58 of VAT in all');
select throws_ok($$ select * from money.credit_charge(test.ref('hand'), 'x', null) $$, 'IM009', null, 'then no more');
select throws_ok($$ select c.* from money.list_charges(null, null, null, null, null, null, null) l, money.credit_charge(l.charge_id, 'x', null) c where l.credits is not null limit 1 $$, 'IM009', 'That is a credit itself.', 'a credit is not credited');
select throws_ok($$ select * from money.credit_charge('ch-none', 'x', null) $$, 'IM005', null, 'nor what is not there');
select is(money.credit_cause('test.thing', 'su-none', null, null, 'x'), null, 'a cause that was not charged is not credited');
select is_empty('select * from money.check()', 'the books hold');

-- Who sees what.
select test.call_as(929, 'booker', array[100003]);
select is((select count(*)::integer from money.list_charges(null, null, null, null, null, null, null)), 5, 'a school sees its own charges');
select throws_ok($$ select * from money.get_charge(test.ref('maintained')) $$, 'IM005', null, 'and no other''s');
select throws_ok($$ select * from reports.school_statement(100001, null, null) $$, 'IM007', null, 'nor another''s account');
select test.call_as(926, 'finance');
select is_empty($$ select * from money.list_charges(null, null, null, null, null, null, null) $$, 'another authority sees nothing');
select throws_ok($$ select * from money.credit_charge(test.ref('academy'), 'x', null) $$, 'IM005', null, 'and credits nothing');

-- Documents.
select test.call_as(929, 'finance');
select throws_ok($$ select * from money.issue_documents(base.today() + 1, null, null) $$, 'IM003', null, 'of days that are past');
select throws_ok($$ select * from money.issue_documents(null, null, 'credit_note') $$, 'IM003', 'Invoices or recharges are issued; credit notes come of themselves.', 'credit notes come of themselves');
create temporary table issued as select * from money.issue_documents(base.today() - 1, null, null);
select results_eq($$ select kind, number, school_urn, lines, net_pence, vat_pence, gross_pence, due_on from issued order by kind $$,
  $$ values ('invoice', 1, 100003, 1, 75001::bigint, 15000::bigint, 90001::bigint, base.today() + 28), ('recharge', 1, 100001, 1, 50000::bigint, 10000::bigint, 60000::bigint, base.today() + 28) $$, 'one a school and kind, due in 28 days');
insert into made select 'invoice', document_id from issued where kind = 'invoice';
select throws_ok($$ select * from money.issue_documents(base.today() - 1, null, null) $$, 'IM009', null, 'each charge stands on one');
select results_eq($$ select lines, gross_pence, number from money.issue_documents(null, 100003, 'invoice') $$, $$ values (4, 0::bigint, 2) $$, 'charge and credits that come to nothing stand on one, too');
select results_eq($$ select status from money.get_charge(test.ref('academy')) $$, $$ values ('payable') $$, 'payable now');
select throws_ok($$ select * from money.get_document(test.ref('invoice'), 'pdf') $$, 'IM003', 'A document is shown as HTML.', 'as HTML');
select matches((select d.document from money.get_document(test.ref('invoice'), 'html') d), '<h1>Invoice 1</h1>', 'the page says what it is');
select matches((select d.document from money.get_document(test.ref('invoice'), 'html') d), '<th scope="row">Total</th><td class="sum">750.01</td><td></td><td class="sum">150.00</td><td class="sum">900.01</td>', 'and its sums');
select lives_ok('select * from money.set_billing_policy(0, 14)', 'other terms');
select throws_ok('select * from money.set_billing_policy(0, 30)', 'IM010', null, 'of the version that was read');
select throws_ok('select * from money.set_billing_policy(1, 0)', '23514', null, 'within reason');
select is((select due_on from money.get_document(test.ref('invoice'), null)), base.today() + 28, 'what was issued keeps its day');

-- Payments.
select throws_ok($$ select * from money.record_payment(test.ref('invoice'), 2, 'BACS 1', null, null) $$, 'IM010', null, 'of the version that was read');
select throws_ok($$ select * from money.record_payment(test.ref('invoice'), 1, 'BACS 1', 90002, null) $$, 'IM009', '£900.01 are due of it, not £900.02.', 'not more than is due');
select throws_ok($$ select * from money.record_payment(test.ref('invoice'), 1, 'BACS 1', -1, null) $$, 'IM009', null, 'nor less than nothing');
select throws_ok($$ select * from money.record_payment(test.ref('invoice'), 1, 'BACS 1', null, base.today() + 1) $$, 'IM003', null, 'nor in the future');
select results_eq($$ select pence, due_pence, version from money.record_payment(test.ref('invoice'), 1, 'BACS 1', 40000, null) $$, $$ values (40000::bigint, 50001::bigint, 2) $$, 'a part');
select throws_ok($$ select * from money.record_payment(test.ref('invoice'), 2, 'BACS 1', 100, null) $$, '23505', null, 'each payment once');
select results_eq($$ select pence, due_pence from money.record_payment(test.ref('invoice'), 2, 'BACS 2', null, null) $$, $$ values (50001::bigint, 0::bigint) $$, 'and the rest');
select throws_ok($$ select * from money.record_payment(test.ref('invoice'), 3, 'BACS 3', null, null) $$, 'IM009', 'Nothing is due of it any more.', 'then nothing is due');
select results_eq($$ select status from money.get_charge(test.ref('academy')) $$, $$ values ('paid') $$, 'the charge is paid');
select is(test.account('due_from_school', 100003), 0::bigint, 'the school owes nothing');
select is(test.account('bank'), 90001::bigint, 'the bank has it');
-- Claw-back: credited after it was paid, a credit note, paid back.
select results_eq($$ select left_gross_pence from money.credit_charge(test.ref('academy'), 'Ended early', 25000) $$, $$ values (60001::bigint) $$, 'credited after it was paid');
insert into made select 'note', d.document_id from money.issue_documents(null, 100003, null) d;
select results_eq($$ select kind, number, gross_pence, due_pence from money.list_documents(100003, 'credit_note', true, null, null) $$, $$ values ('credit_note', 1, -30000::bigint, -30000::bigint) $$, 'a credit note');
select results_eq($$ select pence, due_pence from money.record_payment(test.ref('note'), 1, 'Refund 1', null, null) $$, $$ values (-30000::bigint, 0::bigint) $$, 'paid back');
select is(test.account('bank'), 60001::bigint, 'from the bank');
select is_empty('select * from money.check()', 'the books hold');

-- The school's account, and what is outstanding.
select test.call_as(929, 'booker', array[100003]);
select is((select array_agg(balance_pence) from reports.school_statement(100003, base.today() - 10, null) where day < base.today()), array[0, 90001]::bigint[], 'what it owed before, and after the charge');
select is((select balance_pence from (select balance_pence, row_number() over () as n from reports.school_statement(100003, null, null)) s order by n desc limit 1), 0::bigint, 'and in the end nothing');
select test.call_as(929, 'reporter');
select results_eq($$ select school_urn, kind, open_pence, not_due_pence, outstanding_pence from reports.charges_outstanding(null) $$,
  $$ values (100001, 'recharge', 0::bigint, 60000::bigint, 60000::bigint), (null::integer, null::text, 0::bigint, 60000::bigint, 60000::bigint) $$, 'one school owes a recharge that is not due yet');
select results_eq($$ select overdue_30_pence, overdue_90_pence, older_pence from reports.charges_outstanding(base.today() + 60) where school_urn = 100001 $$, $$ values (0::bigint, 60000::bigint, 0::bigint) $$, 'in 60 days it is overdue by 32');

-- Journals.
select test.call_as(929, 'finance');
select throws_ok('select * from money.make_journal(base.today())', 'IM003', null, 'of days that are past');
select results_eq('select number, entries, lines, debit_pence from money.make_journal(null)', $$ values (1, 2, 6, 150001::bigint) $$, 'the two charges of ten days ago');
select throws_ok('select * from money.make_journal(null)', 'IM009', null, 'each entry once');
create temporary table exported as select * from money.export_journal(1, null, null);
select is((select sum(debit_pence) - sum(credit_pence) from exported), 0::numeric, 'its debits are its credits');
select lives_ok($$ select money.charge_school(100004, 'test.thing', 'su-late', 'Late', base.today() - 9, 1000, 20, 200, null) $$, 'what is posted late');
select results_eq($$ select journal, entry_id, line, account, debit_pence, credit_pence from money.export_journal(1, null, null) $$, $$ select journal, entry_id, line, account, debit_pence, credit_pence from exported $$, 'exported again it is the same');
select results_eq('select number, entries from money.make_journal(null)', $$ values (2, 1) $$, 'what came late stands in the next');
select throws_ok('select * from money.export_journal(3, null, null)', 'IM005', null, 'there is no third');
select results_eq('select number, lines from money.list_journals()', $$ values (2, 3), (1, 6) $$, 'both are listed');
select is_empty('select * from money.check()', 'the books hold');
-- And the check finds what does not hold.
select test.as_owner();
update money.line set pence = pence + 1 where entry_id = (select entry_id from money.charge where charge_id = test.ref('academy')) and account = 'due_from_school';
update money.document set paid_pence = 1 where kind = 'recharge';
select test.call_as(929, 'finance');
select results_eq('select rule, count(*)::integer from money.check() group by 1 order by 1', $$ values ('MON-2', 1), ('MON-3', 3) $$, 'a pence too much is found in its entry, its charge and its journal; a payment that there is not, too');
select * from finish();
rollback;
