-- Commitments and what was delivered against them: FUN-3. The six lines are S4's: they sum to £153,950, which its paper does not print.
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/visits.sql
set local client_min_messages = warning;
select plan(42);
select test.schools(929, 100001, 4, 'Primary'), test.partner(929, 'pt-jo'), test.partner(929, 'pt-al');
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
create function test.version() returns integer language sql stable as $$ select version from funds.budget where budget_id = test.ref('budget') $$;
-- A line, by what matters of it here.
create function test.line(p_n integer, p_what text, p_quantity integer, p_unit text, p_second integer, p_second_unit text, p_rate bigint, p_lump bigint default null,
  p_by text default null, p_key text default null, p_note text default null, p_printed bigint default null, p_reason text default null)
returns table (workings text, pence bigint, differs text, total bigint) language sql as $$
  select workings, pence, differs, total_pence from funds.set_budget_line(test.ref('budget'), test.version(), p_n, p_what, p_quantity, p_unit, p_second, p_second_unit, p_rate,
    p_lump, p_by, p_key, p_note, p_printed, p_reason)
$$;
grant execute on all functions in schema test to public;
select test.call_as(926, 'finance'), test.call_as(929, 'reporter'), test.call_as(929, 'finance'), test.call_as(929, 'officer');

select is(test.said($$ select funds.add_budget('X', '2024-04-01', '2023-04-01', null, null) $$), '23514', 'a budget ends after it starts');
insert into made select 'budget', budget_id from funds.add_budget('School improvement', base.today() - 100, base.today() + 100, null, 'Forum paper 1.2');
select is(test.said($$ select funds.add_budget('school improvement', base.today() + 100, base.today() + 200, null, null) $$), '23P01', 'one of a title at a time');
select is(test.said($$ select funds.add_budget('X', base.today(), base.today(), 'fu-none', null) $$), 'NOT_FOUND', 'of a fund that is there');

-- S4's six lines, of every arithmetic kind.
select results_eq($$ select * from test.line(1, 'Keeping in touch', 66, 'visits', null, null, 25000, null, 'visits', 'kit') $$, $$ values ('66 visits × £250.00', 1650000::bigint, null::text, 1650000::bigint) $$, 'S4: 66 × £250 = £16,500');
select results_eq($$ select workings, pence from test.line(2, 'Partner meetings', 6, 'meetings', null, null, 45000, null, 'meetings', 'partners') $$, $$ values ('6 meetings × £450.00', 270000::bigint) $$, '6 × £450 = £2,700');
select results_eq($$ select workings, pence from test.line(3, 'SIG groups', 5, 'facilitators', 6, 'meetings', 47500) $$, $$ values ('5 facilitators × 6 meetings × £475.00', 1425000::bigint) $$, 'two quantities: 5 × 6 × £475 = £14,250');
select results_eq($$ select workings, pence from test.line(4, 'CPD group', null, null, null, null, null, 2200000, null, null, 'Subsidised training, projects') $$, $$ values ('Subsidised training, projects', 2200000::bigint) $$, 'a lump: £22,000');
select is((select pence from test.line(5, 'Research School', 3, 'terms', null, null, 2000000)), 6000000::bigint, '3 × £20,000 = £60,000');
select is((select total from test.line(6, 'Schools Causing Concern', null, null, null, null, null, 3850000, null, null, 'Delegated as appropriate')), 15395000::bigint, 'S4: £153,950 in all');
select is(test.said($$ select * from test.line(7, 'Both', 2, 'x', null, null, 100, 200) $$), '23514', 'a line is one or the other');
select is(test.said($$ select * from test.line(7, 'Neither', null, null, null, null, null) $$), '23514', 'and not neither');
select is(test.said($$ select * from test.line(7, 'None', 0, 'x', null, null, 100) $$), '23514', 'of some');
select is(test.said($$ select * from test.line(7, 'X', 1, 'x', null, null, 100, null, 'visits', 'tea') $$), 'INVALID_FIELD', 'visits have a purpose');
select is(test.said($$ select * from test.line(7, 'X', 1, 'x', null, null, 100, null, 'visits') $$), '23514', 'which the line says');
select is(test.said($$ select funds.set_budget_line(test.ref('budget'), 1, 7, 'X', 1, 'x', null, null, 1, null, null, null, null, null, null) $$), 'STALE_VERSION', 'by version');

-- What was printed.
select throws_ok($$ select * from test.line(1, 'Keeping in touch', 66, 'visits', null, null, 25000, null, 'visits', 'kit', null, 1600000) $$, 'IM009', '£16,000.00 is printed; the lines come to £16,500.00.',
  'a printed sum that differs is refused with both figures');
select is((select differs from test.line(1, 'Keeping in touch', 66, 'visits', null, null, 25000, null, 'visits', 'kit', null, 1600000, 'Rounded')), 'Printed £16,000.00, computed £16,500.00: Rounded',
  'FUN-3: and kept with the reason');
select is((select differs from test.line(1, 'Keeping in touch', 66, 'visits', null, null, 25000, null, 'visits', 'kit', null, 1650000)), null, 'agreeing it needs none');
select is(test.said($$ select funds.set_printed_total(test.ref('budget'), test.version(), 15400000, ' ') $$), 'TOTAL_DIFFERS', 'so with the total');
select results_eq($$ select printed_pence, computed_pence, differs from funds.set_printed_total(test.ref('budget'), test.version(), 15400000, 'Printed in thousands') $$,
  $$ values (15400000::bigint, 15395000::bigint, 'Printed £154,000.00, computed £153,950.00: Printed in thousands') $$, 'kept with both figures and the reason');
select results_eq($$ select pence, printed_pence, why from reports.commitments(test.ref('budget'), null) where line = 'Total' $$,
  $$ values (15395000::bigint, 15400000::bigint, 'Printed £154,000.00, computed £153,950.00: Printed in thousands') $$, 'and printed so');
select is((select differs from funds.set_printed_total(test.ref('budget'), test.version(), 15395000, 'No matter')), null, 'a total that agrees keeps no reason');
select throws_ok($$ select * from test.line(5, 'Research School', 2, 'terms', null, null, 2000000) $$, 'IM009', '£153,950.00 is printed; the lines come to £133,950.00.', 'no line is changed unseen under a printed total');
select is((select printed_pence from funds.set_printed_total(test.ref('budget'), test.version(), 0, null)), null, 'taken away');
select is((select total from test.line(5, 'Research School', 2, 'terms', null, null, 2000000)), 13395000::bigint, 'one row changed: £20,000 less');
select is((select total from test.line(5, 'Research School', 3, 'terms', null, null, 2000000)), 15395000::bigint, 'and back');
select results_eq($$ select lines, pence, source from funds.list_budgets(base.today()) $$, $$ values (6, 15395000::bigint, 'Forum paper 1.2') $$, 'listed');
select is_empty($$ select * from funds.list_budgets(base.today() + 101) $$, 'for its days');
select is((select array_agg(number order by number) from reports.commitments(null, null)), array[1, 2, 3, 4, 5, 6, null], 'every line, and the total');
select is(test.said($$ select * from reports.commitments('bu-none', null) $$), 'NOT_FOUND', 'of a budget that is there');

-- Against it: visits done at their fees, spends that name their line.
select test.as_owner();
insert into visits.visit (authority_id, visit_id, school_urn, partner_id, purpose, mode, starts_at, ends_at, half_days, funding, fee_pence, notice_days, planned_by, status, done_at, note_due_on)
select 929, 'vi-' || n, 100000 + n, p, 'kit', 'in_person', t, t + interval '1 hour', 1, 'core', fee, 0, test.person('officer', 929), s, case when s = 'done' then t end, case when s = 'done' then t::date end
from (values (1, 'pt-jo', -20, 25000, 'done'), (2, 'pt-jo', -10, 25000, 'done'), (3, 'pt-al', -10, null, 'done'), (4, 'pt-al', 10, 25000, 'planned')) v (n, p, d, fee, s)
cross join lateral (select now() + make_interval(days => d)) x (t);
select test.call_as(929, 'finance');
select test.call_as(929, 'officer');
insert into made select 'fund', fund_id from funds.add_fund('School improvement', null, null, null, null);
insert into made select 'money', contribution_id from funds.add_contribution(test.ref('fund'), 'council', 15395000, 'Council', null, null, null, null, null);
select test.call_as(929, 'finance');
select is((select state from funds.agree_contribution(test.ref('money'), 1, null, null)), 'agreed', 'the money is there');
insert into made select 'spend', spend_id from funds.draw_spend(test.ref('money'), 2000000, 'Autumn term', base.today() - 5, null, null, test.ref('budget'), 5);
select is(test.said($$ select funds.draw_spend(test.ref('money'), 1, 'X', null, null, null, test.ref('budget'), 9) $$), 'NOT_FOUND', 'against a line that is there');
select is(test.said($$ select funds.draw_spend(test.ref('money'), 1, 'X', null, null, null, test.ref('budget'), null) $$), 'NOT_FOUND', 'a line, not a budget');
create function pg_temp.actual(p_line text, p_on date default null) returns text language sql as $$
  select concat_ws(' ', budget_pence, actual_pence, left_pence, percent_spent, units, delivered, planned, why) from reports.budget_against_actual(test.ref('budget'), p_on) where line = p_line $$;
select is(pg_temp.actual('Keeping in touch'), '1650000 50000 1600000 3.0 66 3 1 Without a sum that is known: 1.', 'three visits done of 66, two at £250, one planned');
select is(pg_temp.actual('Research School'), '6000000 2000000 4000000 33.3', 'a term of three is spent');
select is(pg_temp.actual('Total'), '15395000 2050000 13345000 13.3', 'in all');
select is(pg_temp.actual('Keeping in touch', base.today() - 15), '1650000 25000 1625000 1.5 66 1 3', 'as of an earlier day');
select lives_ok($$ select funds.reverse_spend(test.ref('spend'), 'Wrong term') $$, 'a spend is taken back');
select is(pg_temp.actual('Research School', base.today()), '6000000 0 6000000 0.0', 'and counts no more');
select test.as_owner();
update visits.visit set status = 'confirmed' where visit_id = 'vi-4';
update visits.visit set status = 'done', done_at = now(), note_due_on = base.today(), starts_at = now() - interval '2 hours', ends_at = now() - interval '1 hour' where visit_id = 'vi-4';
select test.call_as(929, 'reporter');
select is(pg_temp.actual('Keeping in touch'), '1650000 75000 1575000 4.5 66 4 0 Without a sum that is known: 1.', 'one row changed: another visit is done');
select test.call_as(926, 'finance');
select is_empty($$ select * from funds.list_budgets(null) $$, 'another authority sees none');
select is(test.said($$ select * from reports.commitments((select ref from made where word = 'budget'), null) $$), 'NOT_FOUND', 'by no name');
select * from finish();
rollback;
