-- Funds, rounds, interests and bids: FUN-1. The figures are those of S0: round 1 with 6 bids, 3 of them successful, £1,087,600 told for all three.
begin;
\ir ../support/sql/schools.sql
set local client_min_messages = warning;
select plan(77);
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
select test.call_as(926, 'officer'), test.call_as(929, 'booker', array[100001, 100002]), test.call_as(929, 'reporter'), test.call_as(929, 'officer');

-- Organisations and the fund.
insert into made select w, (funds.add_organisation(n, k)).organisation_id from (values ('hethersett', 'Hethersett Teaching School Alliance', 'tsa'),
  ('trust', 'Inspiration Trust', 'MAT'), ('sheringham', 'Sheringham Teaching School Alliance', 'teaching_school_alliance'), ('la', 'Norfolk', 'la'),
  ('school', 'Elm Primary', 'school'), ('nb2b', 'NB2B', 'company'), ('sle', 'Specialist leaders', 'system_leaders')) x (w, n, k);
select results_eq($$ select name, kind from funds.list_organisations('TSA', null, null, null) $$,
  $$ values ('Hethersett Teaching School Alliance', 'teaching_school_alliance'), ('Sheringham Teaching School Alliance', 'teaching_school_alliance') $$, 'organisations by kind');
select is((select array_agg(name) from funds.list_organisations(null, null, 2, (select row_cursor from funds.list_organisations(null, null, 2, null) offset 1))),
  array['Inspiration Trust', 'NB2B'], 'by pages');
select is(test.said($$ select funds.add_organisation('inspiration trust', 'mat') $$), '23505', 'once, whatever the case');
select is(test.said($$ select funds.add_organisation('X', 'club') $$), '23514', 'of a kind of the list');
insert into made select 'fund', fund_id from funds.add_fund('Strategic School Improvement Fund', 'DfE', 'Support between schools', 'School and Early Years Finance Regulations 2014',
  '["Schools and Early Years Finance Regulations 2014", "School and Early Years Finance (England) Regulations 2014"]');
select results_eq($$ select funder, jsonb_array_length(legal_aliases), rounds from funds.list_funds('strategic', null, null) $$, $$ values ('DfE', 2, 0) $$, 'a fund, its law named in three ways');
select is(test.said($$ select funds.add_fund('strategic school improvement fund', null, null, null, null) $$), '23505', 'once');

-- Who speaks for it: one hands over to the next.
insert into made select 'contact', contact_id from funds.set_fund_contact(test.ref('fund'), 'Contact', 'Jo Field', '2017-09-01', null, null, '01603 000000', null);
select results_eq($$ select handed_over_by, starts_on from funds.set_fund_contact(test.ref('fund'), 'Contact', 'Bea Hall', '2017-12-01', null, 'b@x.example', null, 'Sub-regional board') $$,
  $$ values ('Jo Field', date '2017-12-01') $$, 'a contact hands over');
select results_eq($$ select name, ends_on from funds.list_fund_contacts(null, '2017-11-30') $$, $$ values ('Jo Field', date '2017-11-30') $$, 'the day before');
select is(test.said($$ select funds.set_fund_contact(test.ref('fund'), 'Contact', 'X', '2017-10-01', '2017-10-02', null, null, null) $$), '23P01', 'one at a time holds a role');
select is(test.said($$ select funds.set_fund_contact('fu-none', 'Contact', 'X', null, null, null, null, null) $$), 'NOT_FOUND', 'of a fund that is there');

-- Rounds.
insert into made select 'one', round_id from funds.open_round(test.ref('fund'), 1, '2017-04-01', '2017-06-30', null, true, null);
insert into made select 'two', round_id from funds.open_round(test.ref('fund'), 2, base.today() - 30, base.today() + 30, '["TSA", "mat", "la"]', true, true);
select is((select may_lead from funds.list_rounds(test.ref('fund'), '2017-05-01')), '["local_authority", "multi_academy_trust", "teaching_school_alliance"]'::jsonb, 'all three kinds lead unless told');
select is((select array_agg(number) from funds.list_rounds(null, base.today())), array[2], 'which round is open');
select is(test.said($$ select funds.open_round(test.ref('fund'), 2, '2017-04-01', '2017-06-30', null, null, null) $$), '23505', 'a number once');
select is(test.said($$ select funds.open_round(test.ref('fund'), 3, '2017-07-01', '2017-06-30', null, null, null) $$), '23514', 'it closes after it opens');
select is(test.said($$ select funds.open_round(test.ref('fund'), 3, '2017-04-01', '2017-06-30', '["school"]', null, null) $$), '23514', 'no round is for schools alone');
select is((select count(*)::integer from (select funds.add_round_priority(test.ref('two'), n, t, 'Sub-regional board', null, 'last week') from (values (1, 'Reading'), (2, 'Fewer exclusions')) x (n, t)) y), 2, 'priorities');
select is(test.said($$ select funds.add_round_priority(test.ref('two'), 1, 'Again', null, null, null) $$), '23505', 'a number once');

-- Interests: schools for themselves, officers for any.
select test.call_as(929, 'booker', array[100001, 100002]);
insert into made select 'interest', interest_id from funds.express_interest(test.ref('two'), '["receiver", "GIVER"]', 100001, null, 1, 'Phonics');
select is(test.said($$ select funds.express_interest(test.ref('two'), '["giver","receiver"]', 100001, null, 1, null) $$), 'INTEREST_EXISTS', 'said once');
select is(test.said($$ select funds.express_interest(test.ref('two'), '["lead"]', 100001, null, 2, null) $$), '23514', 'a school does not lead');
select is(test.said($$ select funds.express_interest(test.ref('two'), '["receiver"]', 100003, null, null, null) $$), 'NOT_YOUR_SCHOOL', 'for its own schools only');
select is(test.said($$ select funds.express_interest(test.ref('two'), '["lead"]', null, test.ref('trust'), null, null) $$), 'NOT_YOUR_SCHOOL', 'nor for an organisation');
select is(test.said($$ select funds.express_interest(test.ref('one'), '["receiver"]', 100002, null, null, null) $$), 'ROUND_CLOSED', 'while the round is open');
select is(test.said($$ select funds.express_interest(test.ref('two'), '["receiver"]', 100002, null, 7, null) $$), 'NOT_FOUND', 'for a priority that is there');
select is(test.said($$ select funds.express_interest(test.ref('two'), '[]', 100002, null, null, null) $$), 'FIELD_REQUIRED', 'it says what it wants');
select is(test.said($$ select funds.withdraw_interest(test.ref('interest'), 2) $$), 'STALE_VERSION', 'by version');
select is((select version from funds.withdraw_interest(test.ref('interest'), 1)), 2, 'taken back');
select is(test.said($$ select funds.withdraw_interest(test.ref('interest'), 2) $$), 'INTEREST_WITHDRAWN', 'once');
select lives_ok($$ select funds.express_interest(test.ref('two'), '["receiver"]', 100001, null, 1, null) $$, 'and said anew');
select test.call_as(929, 'officer');
select lives_ok($$ select funds.express_interest(test.ref('two'), '["giver"]', 100003, null, null, null) $$, 'an officer for any school');
select results_eq($$ select receivers, givers, bids, led_by from funds.list_round_priorities(test.ref('two')) order by number $$,
  $$ values (1, 1, 0, null::text), (0, 1, 0, null) $$, 'counted by priority, those for any priority under each');

-- Bids: a school alone does not lead.
select is(test.said($$ select funds.add_bid(test.ref('two'), 'Ours', test.ref('school'), null, null, null, null, null) $$), 'SCHOOL_ALONE', 'FUN-1: a bid led by a school alone is refused');
select is(test.said($$ select funds.add_bid(test.ref('two'), 'Ours', '100001', null, null, null, null, null) $$), 'SCHOOL_ALONE', 'by its URN too');
select is(test.said($$ select funds.add_bid(test.ref('two'), 'Theirs', test.ref('nb2b'), null, null, null, null, null) $$), 'LEAD_KIND', 'nor does a company');
-- The authority as last resort.
insert into made select 'exclusions', bid_id from funds.add_bid(test.ref('two'), 'Exclusions', test.ref('la'), 2, null, null, null, null);
select results_eq($$ select stood_down, lacks from funds.add_bid(test.ref('two'), 'Reading', test.ref('hethersett'), 1, 36253333, null, null,
  ('[{"role":"receiver","school_urn":100001},{"role":"giver","school_urn":100001},{"role":"provider","organisation_id":"' || test.ref('nb2b') || '"}]')::jsonb) $$,
  $$ select '[]'::jsonb, 'evidence of impact, analysis' $$, 'a partner leads elsewhere: the authority''s bid stands');
select is(test.said($$ select funds.add_bid(test.ref('two'), 'Reading too', test.ref('la'), 1, null, null, null, null) $$), 'LAST_RESORT', 'where a partner leads the authority does not bid');
select is((select stood_down from funds.express_interest(test.ref('two'), '["lead"]', null, test.ref('trust'), 2, null)), '["Exclusions"]'::jsonb, 'it stands down when one would lead');
select results_eq($$ select status, reason from funds.get_bid(test.ref('exclusions')) $$, $$ values ('stood_down', 'Inspiration Trust leads.') $$, 'and says why');
select is(test.said($$ select funds.submit_bid(test.ref('exclusions'), 2, null, null, 'Impact', 'Analysis v1') $$), 'LAST_RESORT', 'while that stands it cannot be submitted');
select is((select i.version from funds.list_interests(test.ref('two'), 'lead', null) l, funds.withdraw_interest(l.interest_id, 1) i), 2, 'the partner does not lead after all');
select is(test.said($$ select funds.submit_bid(test.ref('exclusions'), 2, null, null, null, 'Analysis v1') $$), 'EVIDENCE_MISSING', 'the round asks for evidence');
select is(test.said($$ select funds.submit_bid(test.ref('exclusions'), 2, base.today() + 31, null, 'Impact', 'Analysis v1') $$), 'ROUND_CLOSED', 'and is open for so long');
select results_eq($$ select status, lacks from funds.submit_bid(test.ref('exclusions'), 2, null, null, 'Impact', 'Analysis v1') $$, $$ values ('submitted', null::text) $$, 'it is submitted');
select is((select s.stood_down from funds.add_bid(test.ref('two'), 'Exclusions together', test.ref('trust'), 2, null, 'Impact', 'Analysis v1', null) s), '["Exclusions"]'::jsonb, 'a partner''s bid makes a submitted one stand down too');

-- Parties.
insert into made select 'reading', bid_id from funds.list_bids(test.ref('two'), null, test.ref('hethersett'), null);
select results_eq($$ select givers, receivers, providers from funds.list_bids(null, null, null, 100001) $$, $$ values (1, 1, 1) $$, 'a school gives and receives');
select results_eq($$ select added, version from funds.add_bid_parties(test.ref('reading'), 1, '[{"role":"receiver","school_urn":100001},{"role":"receiver","school_urn":100002}]') $$, $$ values (1, 2) $$, 'each once');
select is(test.said($$ select funds.add_bid_parties(test.ref('reading'), 2, ('[{"role":"receiver","organisation_id":"' || test.ref('nb2b') || '"}]')::jsonb) $$), '23514', 'schools receive');
select is(test.said($$ select funds.add_bid_parties(test.ref('reading'), 2, '[{"role":"watcher","school_urn":100001}]') $$), '23514', 'in a role');
select is(test.said($$ select funds.add_bid_parties(test.ref('reading'), 2, '[{"role":"giver"}]') $$), 'INVALID_FIELD', 'somebody');
select test.call_as(929, 'booker', array[100002]);
select is((select jsonb_path_query_array(parties, '$[*].school_urn') from funds.get_bid(test.ref('reading'))), '[100002]'::jsonb, 'a school sees the bid that it is in, and itself');
select is(test.said($$ select funds.get_bid(test.ref('exclusions')) $$), 'NOT_FOUND', 'and no other');
select test.call_as(926, 'officer');
select is_empty($$ select * from funds.list_bids(null, null, null, null) $$, 'another authority none');
select is(test.said($$ select funds.withdraw_bid((select ref from made where word = 'reading'), 2, 'x') $$), 'NOT_FOUND', 'nor touches one');

-- S0's round 1: 6 bids, 3 successful, their sum told for all three.
select test.call_as(929, 'officer');
insert into made select 'bid' || n, (funds.add_bid(test.ref('one'), 'Bid ' || n, test.ref(l), null, null, null, null, null)).bid_id
from (values (1, 'hethersett'), (2, 'trust'), (3, 'sheringham'), (4, 'hethersett'), (5, 'trust'), (6, 'sheringham')) x (n, l);
select is(test.said($$ select funds.decide_bid(test.ref('bid1'), 1, 'successful', null, null, null) $$), 'BID_STATUS', 'what was not submitted is not decided');
select is((select count(*)::integer from (select funds.submit_bid(ref, 1, '2017-06-20', null, null, null) from made where word ~ '^bid[1-6]') x), 6, 'six submitted');
select is((select count(*)::integer from (select funds.decide_bid(ref, 2, case when word <= 'bid3' then 'Successful' else 'unsuccessful' end, '2017-09-05', null, null) from made where word ~ '^bid[1-6]') x), 6, 'and decided');
create function pg_temp.bids(p_on date default null) returns table (round integer, kind text, base integer, successful integer, percent numeric, total bigint, mean bigint, why text)
language sql as $$ select round, lead_kind, base, successful, percent, total_pence, mean_pence, why from reports.bids(test.ref('fund'), p_on) $$;
select results_eq($$ select base, successful, percent, total, why from pg_temp.bids() where round = 1 and kind = 'Total' $$,
  $$ values (6, 3, 50.0, null::bigint, 'The sums of 3 successful bids are not known.') $$, 'S0: 3 of 6 is 50 %; without a sum none is made up');
select results_eq($$ select told_pence, differs from funds.change_round(test.ref('one'), 1, null, null, null, 108760000, 'MI sheet 132/17') $$, $$ values (0::bigint, null::text) $$, 'the sum of the round');
select results_eq($$ select * from pg_temp.bids() where round = 1 and kind = 'Total' $$, $$ values (1, 'Total', 6, 3, 50.0, 108760000::bigint, 36253333::bigint, null::text) $$, 'S0: £1,087,600 in all, £362,533.33 each');
select results_eq($$ select kind, base, successful from pg_temp.bids() where round = 1 $$, $$ values ('multi_academy_trust', 2, 1), ('teaching_school_alliance', 4, 2), ('Total', 6, 3) $$, 'by who led: the authority won none itself');
select results_eq($$ select base, successful, total from pg_temp.bids('2017-07-01') where kind = 'Total' $$, $$ values (6, 0, null::bigint) $$, 'as of a day before the decision');
select test.as_owner();
update funds.bid set pence = 40000000 where bid_id = test.ref('bid1');
update funds.bid set status = 'unsuccessful' where bid_id = test.ref('bid3');
select test.call_as(929, 'reporter');
select results_eq($$ select successful, percent, mean from pg_temp.bids() where round = 1 and kind = 'Total' $$, $$ values (2, 33.3, 54380000::bigint) $$, 'one row changed: one fewer successful, and another mean');
select test.as_owner();
update funds.bid set pence = 90000000 where bid_id = test.ref('bid2');
select test.call_as(929, 'officer');
select is((select why from pg_temp.bids() where round = 1 and kind = 'Total'), 'The round''s total is £1,087,600.00; its bids'' own sums are £1,300,000.00.', 'what does not agree is said, with both figures');
select is((select r.version from funds.change_round(test.ref('one'), 2, null, null, null, 0, null) r), 3, 'the sum taken away');
select is((select total from pg_temp.bids() where round = 1 and kind = 'Total'), 130000000::bigint, 'the bids'' own count');
select is(test.said($$ select funds.change_round(test.ref('one'), 1, null, null, null, null, null) $$), 'STALE_VERSION', 'changes go by version');
select is(test.said($$ select * from reports.bids('fu-none', null) $$), 'NOT_FOUND', 'of a fund that is there');
select results_eq($$ select base, total from pg_temp.bids() where round = 2 $$, $$ values (0, null::bigint) $$, 'a round without a submitted bid has no share');
-- Among others (S0): the place by successful bids, and by what they were given.
select test.call_as(929, 'officer');
select is((select string_agg(r.version::text, ' ') from (values ('Southshire', 4, 1, 'East'), ('Fenland', 3, 2, 'East'), ('Northshire', 9, 8, 'North')) x (o, b, s, g)
  cross join lateral funds.set_round_result(test.ref('one'), x.o, x.b, x.s, 'The funder''s list', x.g, x.s * 10000000, null) r), '1 1 1', 'results of other authorities are told');
select is(test.said($$ select * from funds.set_round_result(test.ref('one'), 'Elsewhere', 2, 3, 'x', null, null, null) $$), '23514', 'no more successful than submitted');
select is(test.said($$ select * from funds.set_round_result(test.ref('one'), 'SOUTHSHIRE', 4, 2, 'x', null, null, null) $$), 'STALE_VERSION', 'told anew by version');
select is(test.said($$ select * from funds.set_round_result('ro-none', 'Southshire', 4, 2, 'x', null, null, null) $$), 'NOT_FOUND', 'of a round that is there');
select is(test.said($$ select * from funds.set_round_result(test.ref('one'), 'Southshire', 4, 2, ' ', null, null, 1) $$), 'FIELD_REQUIRED', 'with its source');
select test.call_as(929, 'reporter');
create function pg_temp.ranks(p_region text) returns text language sql as $$
  select string_agg(concat_ws(' ', rank, rank_by_pence, case when own then 'own' else other end, base, successful, percent), ', ' order by rank, other) from reports.round_rank(test.ref('one'), p_region, null) $$;
select is(pg_temp.ranks('east'), '1 1 own 6 2 33.3, 1 2 Fenland 3 2 66.7, 3 3 Southshire 4 1 25.0', 'S0: the place in the region, shared by as many successful bids');
select is((select rank from reports.round_rank(test.ref('one'), null, null) where own), 2, 'and in all of them');
select test.call_as(929, 'officer');
select is((select version from funds.set_round_result(test.ref('one'), 'southshire', 9, 9, 'The funder''s second list', null, null, 1)), 2, 'told anew');
select is((select other from reports.round_rank(test.ref('one'), 'East', null) order by rank limit 1), 'Southshire', 'one row changed: another is first');
select ok(not has_function_privilege('persona_booker', 'funds.add_bid(text,text,text,integer,bigint,text,text,jsonb)', 'execute')
  and not has_function_privilege('persona_finance', 'funds.decide_bid(text,integer,text,date,bigint,text)', 'execute'), 'officers bid and decide');
select * from finish();
rollback;
