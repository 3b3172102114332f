-- Contributions, matches, chains of approval, spending, reserves: FUN-2. The figures are those of S2: £0.600m of a reserve matched 1:1 by the council is
-- £1.2m; £5.747m is 2.47 % of the budget, and 2.21 % after it.
begin;
\ir ../support/sql/schools.sql
set local client_min_messages = warning;
select plan(75);
select test.schools(929, 100001, 2, 'Primary'), test.schools(926, 200001, 1, 'Primary');
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
-- How far each contribution is, by a day.
create function test.states(p_on date default null) returns text language sql stable as $$
  select string_agg(name || ': ' || state, '; ' order by name desc) from funds.list_contributions(null, p_on)
$$;
grant execute on all functions in schema test to public;
select test.call_as(926, 'finance'), test.call_as(929, 'officer'), test.call_as(929, 'reporter'), test.call_as(929, 'finance');

-- A reserve, stated.
insert into made select 'ssr', reserve_id from funds.add_reserve('Statutory Schools Reserve', null, null, null, '["Collaborative activity", "Schools in difficulty"]');
select is(test.said($$ select funds.add_reserve('STATUTORY schools reserve', null, null, null, null) $$), '23505', 'a reserve once');
select is(test.said($$ select funds.add_reserve('Other', null, 5, 3, null) $$), '23514', 'a range goes upwards');
select is(test.said($$ select funds.state_reserve(test.ref('ssr'), '2015-04-23', 574700000, null, null, null, null) $$), 'FIELD_REQUIRED', 'a balance is beside its budget');
select is(test.said($$ select funds.state_reserve(test.ref('ssr'), '2015-04-23', 574700000, 23267000000, 2.50, null, null) $$), 'INVALID_FIELD', 'a share that is not that of its figures is refused');
select is(test.said($$ select funds.state_reserve(test.ref('ssr'), '2015-04-23', 574700000, null, 247, null, null) $$), 'INVALID_FIELD', 'a share is a percentage');
select results_eq($$ select budget_pence, budget_is, share, superseded from funds.state_reserve(test.ref('ssr'), '2015-04-23', 574700000, null, 2.47, null, 'Forum paper 5.3') $$,
  $$ values (23267206478::bigint, 'implied', 2.47::double precision, false) $$, 'the share alone implies the budget');
select results_eq($$ select budget_is, share, superseded from funds.state_reserve(test.ref('ssr'), '2015-04-23', 574700000, 23267000000, 2.47, 81800000, 'Forum paper 5.3') $$,
  $$ values ('stated', 2.47::double precision, true) $$, 'S2: £5.747m is 2.47 % of £232.67m; stated anew it supersedes');
select results_eq($$ select as_at, balance_pence from funds.list_reserves() $$, $$ values (date '2015-04-23', 574700000::bigint) $$, 'listed as last stated');
select test.call_as(929, 'officer');
select ok(not has_function_privilege('persona_officer', 'funds.state_reserve(text,date,bigint,bigint,numeric,bigint,text)', 'execute'), 'finance states it');

-- What is put in, and by whom it is agreed.
insert into made select 'fund', fund_id from funds.add_fund('Strategic alliance', null, 'Mathematics', null, null);
select is(test.said($$ select funds.add_contribution(test.ref('fund'), 'reserve', 60000000, null, test.ref('ssr'), 'Salaries', 2015, null, null) $$), 'CATEGORY_NOT_LISTED', 'a reserve is used for what it is listed for');
select is(test.said($$ select funds.add_contribution(test.ref('fund'), 'reserve', 60000000, null, test.ref('ssr'), null, 2015, null, null) $$), 'CATEGORY_NOT_LISTED', 'and nothing unsaid');
select is(test.said($$ select funds.add_contribution(test.ref('fund'), 'reserve', 60000000, null, null, null, 2015, null, null) $$), 'FIELD_REQUIRED', 'it is of a reserve');
select is(test.said($$ select funds.add_contribution(test.ref('fund'), 'magic', 1, 'X', null, null, null, null, null) $$), '23514', 'money comes from somewhere');
select is(test.said($$ select funds.add_contribution(test.ref('fund'), 'council', 0, 'X', null, null, null, null, null) $$), '23514', 'and is some');
insert into made select 'ours', contribution_id from funds.add_contribution(test.ref('fund'), 'reserve', 60000000, null, test.ref('ssr'), 'Collaborative activity', 2015,
  '["Schools Forum", "Executive Board"]', '["Schools Forum"]');
insert into made select 'theirs', contribution_id from funds.add_contribution(test.ref('fund'), 'council', 60000000, 'City Council', null, null, 2015, null, null);
select is(test.said($$ select funds.match_contributions(test.ref('ours'), test.ref('theirs'), 2, 1) $$), 'MATCH_UNEVEN', 'sums are in the ratio');
select results_eq($$ select ratio, total_pence from funds.match_contributions(test.ref('ours'), test.ref('theirs'), null, null) $$, $$ values ('1:1', 120000000::bigint) $$, 'S2: £0.600m matched 1:1 is £1.2m');
select is(test.said($$ select funds.match_contributions(test.ref('theirs'), test.ref('ours'), null, null) $$), 'MATCHED_ALREADY', 'once');
select is(test.said($$ select funds.match_contributions(test.ref('ours'), test.ref('ours'), null, null) $$), 'INVALID_FIELD', 'not with itself');
select is(test.states(), 'Statutory Schools Reserve: waits for Schools Forum, then Executive Board; City Council: City Council has not agreed', 'whom each waits for');

-- No draw before both sides are agreed, either side.
select test.call_as(929, 'finance');
select is(test.said($$ select funds.draw_spend(test.ref('ours'), 100, 'Training', null, null, null, null, null) $$), 'NOT_ALLOCATED', 'nothing is drawn that is not agreed');
select results_eq($$ select state from funds.agree_contribution(test.ref('theirs'), 1, '2015-04-01', 'Council minute 7') $$, $$ values ('agreed; waits for £600,000.00 of Statutory Schools Reserve') $$, 'the council agrees');
select is(test.said($$ select funds.agree_contribution(test.ref('theirs'), 2, null, null) $$), 'AGREED_ALREADY', 'once');
select is(test.said($$ select funds.agree_contribution(test.ref('ours'), 1, null, null) $$), 'CHAIN_DECIDES', 'where bodies decide nobody else does');
select throws_ok($$ select funds.draw_spend(test.ref('theirs'), 100, 'Training', null, null, null, null, null) $$, 'IM009',
  '£600,000.00 of City Council is agreed; £600,000.00 of Statutory Schools Reserve, which matches it 1:1, is not: waits for Schools Forum, then Executive Board. Neither is drawn before both are agreed.',
  'FUN-2: a draw before both sides of a match agree is refused with both figures and the reason');

-- Papers, recommendations, decisions in order.
insert into made select 'forum', paper_id from funds.add_paper('Strategic alliance: activity funding', 'Schools Forum', '2015-04-23', 1, 'Director for Children and Adults');
insert into made select 'board', paper_id from funds.add_paper('Strategic alliance', 'Executive Board', '2015-06-16', null, null);
insert into made select 'later', paper_id from funds.add_paper('Spending of the alliance', 'Schools Forum', '2015-10-15', 1, null);
insert into made select 'info', paper_id from funds.add_paper('Work of School Improvement', 'Schools Forum', '2024-01-15', 4, null);
select is(test.said($$ select funds.add_paper('Strategic alliance', 'Executive Board', '2015-06-16', null, null) $$), '23505', 'a paper once a meeting');
select is(test.said($$ select funds.add_paper('X', 'Schools Forum', '2015-06-16', 5, null) $$), '23514', 'four types of item');
select is(test.said($$ select funds.add_recommendation(test.ref('info'), 1, 'Approve', null, null, null) $$), 'ITEM_FOR_INFORMATION', 'S4: an item for information recommends nothing');
select is((select version from funds.add_recommendation(test.ref('forum'), 1, 'Approve the allocation of £0.600m', test.ref('ours'), 'allocation', null)), 1, 'recommendation 1');
select lives_ok($$ select funds.add_recommendation(test.ref('forum'), 2, 'Receive update reports', null, null, null) $$, 'recommendation 2');
select lives_ok($$ select funds.add_recommendation(test.ref('board'), 1, 'Approve the allocation', test.ref('ours'), 'allocation', null) $$, 'the next body');
select lives_ok($$ select funds.add_recommendation(test.ref('later'), 1, 'Approve spending of £0.250m', test.ref('ours'), 'authority', 25000000) $$, 'and authority to spend, in a separate report');
select is(test.said($$ select funds.add_recommendation(test.ref('board'), 2, 'Spend', test.ref('ours'), 'authority', null) $$), 'BODY_NOT_IN_CHAIN', 'by whom it is asked');
select is(test.said($$ select funds.add_recommendation(test.ref('forum'), 1, 'Again', null, null, null) $$), '23505', 'a number once');
select is(test.said($$ select funds.add_recommendation(test.ref('forum'), 3, 'Spend', null, 'authority', null) $$), 'FIELD_REQUIRED', 'of what');
select is(test.said($$ select funds.decide_recommendation(test.ref('board'), 1, 1, 'approved', null, null) $$), 'CHAIN_ORDER', 'the Executive Board decides after the Forum');
select is(test.said($$ select funds.decide_recommendation(test.ref('later'), 1, 1, 'approved', null, null) $$), 'ALLOCATION_FIRST', 'spending is authorised after the allocation');
select is(test.said($$ select funds.decide_recommendation(test.ref('forum'), 1, 1, 'liked', null, null) $$), '23514', 'in a way of the list');
select is(test.said($$ select funds.decide_recommendation(test.ref('forum'), 1, 2, 'approved', null, null) $$), 'STALE_VERSION', 'by version');
select results_eq($$ select decided_on, state from funds.decide_recommendation(test.ref('forum'), 1, 1, 'approved', null, null) $$, $$ values (date '2015-04-23', 'waits for Executive Board') $$, 'the Forum approves on the day of its meeting');
select is(test.said($$ select funds.decide_recommendation(test.ref('forum'), 1, 2, 'refused', null, null) $$), 'DECIDED_ALREADY', 'once');
select is((select state from funds.decide_recommendation(test.ref('board'), 1, 1, 'deferred', '2015-05-19', 'More detail')), 'waits for Executive Board', 'the Board defers');
select is((select state from funds.decide_recommendation(test.ref('board'), 1, 2, 'approved', null, null)), 'agreed; authority to spend waits for Schools Forum', 'and approves: allocated, and not to be spent yet');
select is((select array_agg(number order by number) from funds.list_recommendations(null, null, true)), array[1, 2], 'what is undecided');
select is((select array_agg(undecided order by meeting_on) from funds.list_papers('schools forum', null, null)), array[1, 1, 0], 'by paper');

-- Allocation, authority, spend are three things.
create function pg_temp.totals(p_on date default null) returns bigint[] language sql as $$
  select array[pence, agreed_pence, authorised_pence, drawn_pence, left_pence] from reports.match_funding(test.ref('fund'), p_on) where contribution = 'Total' $$;
select is(pg_temp.totals(), array[120000000, 120000000, 60000000, 0, 60000000]::bigint[], 'allocated is £1.2m, to be spent the council''s half');
select is(pg_temp.totals('2015-04-30'), array[120000000, 60000000, 60000000, 0, 60000000]::bigint[], 'as of a day before the Board');
select throws_ok($$ select funds.draw_spend(test.ref('ours'), 100, 'Training', null, null, null, null, null) $$, 'IM009', '£0.00 of £600,000.00 may be spent, £0.00 were; £1.00 more may not: authority waits for Schools Forum.',
  'allocated is not authorised');
select is((select state from funds.decide_recommendation(test.ref('later'), 1, 1, 'approved', null, null)), 'agreed', 'authority for £0.250m');
select is(pg_temp.totals(), array[120000000, 120000000, 85000000, 0, 85000000]::bigint[], 'so much more may be spent');
insert into made select 'spend', spend_id from funds.draw_spend(test.ref('ours'), 20000000, 'Mastery training', '2015-11-02', null, 100001, null, null);
select is(test.said($$ select funds.draw_spend(test.ref('ours'), 5000001, 'More', null, null, null, null, null) $$), 'SPEND_NOT_AUTHORISED', 'no penny beyond the authority');
select results_eq($$ select drawn_pence, may_spend_pence from funds.draw_spend(test.ref('ours'), 5000000, 'More', '2015-12-01', null, null, null, null) $$, $$ values (25000000::bigint, 0::bigint) $$, 'up to it');
select is(test.said($$ select funds.draw_spend(test.ref('ours'), -5, 'Back', null, null, null, null, null) $$), 'SUM_OUT_OF_RANGE', 'a spend is above zero');
select is(test.said($$ select funds.draw_spend(test.ref('ours'), 5, 'X', null, 'Salaries', null, null, null) $$), 'CATEGORY_NOT_LISTED', 'for what the reserve is listed');
select results_eq($$ select pence, drawn_pence from funds.reverse_spend(test.ref('spend'), 'Paid twice') $$, $$ values (-20000000::bigint, 5000000::bigint) $$, 'taken back');
select is(test.said($$ select funds.reverse_spend(test.ref('spend'), 'Again') $$), '23505', 'once');
select is((select sum(pence) from funds.list_spends(test.ref('fund'), null, null, null, null, null, null)), 5000000::numeric, 'the spends sum to what was drawn');
select is((select sum(pence) from funds.list_spends(null, null, 100001, null, null, null, null)), 0::numeric, 'by school');
select is((select count(*)::integer from funds.list_spends(null, null, null, null, null, 1, (select row_cursor from funds.list_spends(null, null, null, null, null, 1, null)))), 1, 'by pages');
select is(test.said($$ update funds.contribution set drawn_pence = 0 $$), '42501', 'nobody moves what was drawn past the calls');
select is(test.said($$ insert into funds.spend (authority_id, spend_id, contribution_id, pence, spent_on, what, spent_by) select 929, 'sd-x', test.ref('ours'), 1, base.today(), 'x', auth.person_id() $$), '42501', 'nor spends');
-- A decision that is rescinded: the gate closes.
select is((select state from funds.decide_recommendation(test.ref('board'), 1, 3, 'rescinded', base.today(), 'Called in')), 'waits for Executive Board', 'rescinded');
select is(test.said($$ select funds.draw_spend(test.ref('theirs'), 100, 'Training', null, null, null, null, null) $$), 'MATCH_NOT_AGREED', 'nothing more is drawn, on either side');

-- The reserve after it.
create function pg_temp.reserve(p_line text) returns text language sql as $$ select concat_ws(' ', pence, share, in_range) from reports.reserve(test.ref('ssr'), '2015-06-30') where line = p_line $$;
select is(pg_temp.reserve('Balance on 23 Apr 2015'), '574700000 2.47 the range is not told', 'S2: £5.747m, 2.47 %; the range is not given');
select is(pg_temp.reserve('After contributions'), '514700000 2.21 the range is not told', 'S2: £5.147m, 2.21 %');
select is(pg_temp.reserve('After contributions and risks'), '432900000 1.86 the range is not told', '£4.329m after the risks, too');
select test.as_owner();
update funds.contribution set pence = 100000000 where contribution_id = test.ref('ours');
update funds.reserve set range_low = 2.1, range_high = 3;
select test.call_as(929, 'reporter');
select is(pg_temp.reserve('After contributions'), '474700000 2.04 below 2.10 %', 'one row changed: another share, below the range');
select is(pg_temp.reserve('Balance on 23 Apr 2015'), '574700000 2.47 within the range', 'where it was within it');

select test.as_owner();
update funds.reserve_statement set as_at = '2015-12-31' where superseded_at is null;
select test.call_as(929, 'reporter');
select is((select pence from reports.reserve(test.ref('ssr'), '2016-01-31') where line = 'After contributions'), 574700000::bigint - 100000000 + 5000000 + 20000000, 'what was spent before the balance was told is out of it already');

-- What is due back.
select test.call_as(929, 'officer');
insert into made select 'update', update_id from funds.add_update_due(test.ref('forum'), 'Spending streams and their impacts', '2015-10-01');
select results_eq($$ select body, late_days from funds.list_updates_due('2015-10-05', null) $$, $$ values ('Schools Forum', 4) $$, 'S2: update reports are due back');
select is(test.said($$ select funds.deliver_update(test.ref('update'), 1, test.ref('forum')) $$), 'INVALID_FIELD', 'by a later paper');
select is((select late_days from funds.deliver_update(test.ref('update'), 1, test.ref('later'))), 14, 'delivered, 14 days late');
select is_empty($$ select * from funds.list_updates_due(null, null) $$, 'nothing is due');
select is((select count(*)::integer from funds.list_updates_due('2015-10-10', false)), 1, 'as of a day before it was');
select test.call_as(926, 'finance');
select is_empty($$ select name from funds.list_contributions(null, null) union all select name from funds.list_reserves() union all select title from funds.list_papers(null, null, null) $$, 'another authority sees none');
select is(test.said($$ select funds.draw_spend((select ref from made where word = 'ours'), 1, 'X', null, null, null, null, null) $$), 'NOT_FOUND', 'nor draws');
select * from finish();
rollback;
