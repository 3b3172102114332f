-- Pupil premium reviews: hubs by area, accredited reviewers, the steps in their order: REV-1.
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/visits.sql
set local timezone = 'Europe/London';
set local client_min_messages = warning;
select plan(66);
select test.schools(926, 100001, 5, 'Primary'), test.schools(929, 200001, 1, 'Primary');
update register.establishment_version set postcode = case urn when 100001 then 'NR7 0XS' when 100002 then 'NR12 8DU' when 100003 then 'RM17 5AB' end, district = case urn when 100004 then 'Thurrock' else 'Norwich' end where urn < 200000;
select test.partner(926, 'pt-jo', test.person('partner', 926)), test.partner(926, 'pt-al'), test.partner(926, 'pt-sam');
insert into partners.kind_held (authority_id, held_id, partner_id, kind) select 926, 'kd-ppr-' || p, p, 'pupil_premium_reviewer' from unnest(array['pt-jo', 'pt-al']) p;
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
create function test.step(p_version integer, p_step text, p_outcome text default null, p_on date default null, p_word text default 'one') returns text language sql as $$
  select test.said(format('select * from reviews.record_review_step(%L, %s, %L, %L, %L, %L)', test.ref(p_word), p_version, p_step, 'As found', p_outcome, p_on))
$$;
grant execute on function test.ref, test.said, test.step to public;
select test.call_as(926, p) from unnest(array['la_admin', 'officer', 'reporter', 'partner']) p;
select test.call_as(926, 'booker', array[100001]);

-- Hubs and areas.
select test.call_as(926, 'officer');
insert into made select w, h.hub_id from (values ('north', 'North hub', 'Teaching and Leadership Centre', 'Ann Lee', null), ('south', 'South hub', 'Teaching School Alliance', 'Bo Reed', '01375 000000')) x (w, n, o, c, p)
cross join lateral reviews.add_review_hub(x.n, x.o, x.c, lower(left(x.c, 3)) || '@hub.example', x.p, null, 'Grays') h;
select throws_ok($$ select * from reviews.add_review_hub('north HUB', 'x', 'y', 'z@hub.example', null, null, null) $$, '23505', null, 'a hub once');
select throws_ok($$ select * from reviews.add_review_hub('Third', 'x', 'y', 'no address', null, null, null) $$, '23514', null, 'with an address');
select throws_ok($$ select * from reviews.add_review_hub('Third', 'x', ' ', 'z@hub.example', null, null, null) $$, 'IM003', null, 'and a coordinator');
select throws_ok($$ select * from reviews.add_review_hub('Third', 'x', 'y', 'z@hub.example', null, 999999, null) $$, 'IM005', null, 'its school one of the register');
select results_eq($$ select coordinator, email, version from reviews.change_review_hub(test.ref('north'), 1, null, null, 'Cy Dale', null, null, null) $$, $$ values ('Cy Dale', 'ann@hub.example', 2) $$, 'changed');
select throws_ok($$ select * from reviews.change_review_hub(test.ref('north'), 1, 'x', null, null, null, null, null) $$, 'IM010', null, 'by version');
select throws_ok($$ select * from reviews.request_review(100001, 'The gap', null, null, null) $$, 'IM009', 'No hub is for the school''s area: postcode NR70XS, district NORWICH.', 'without an area no hub is for a school');
select results_eq($$ select area from reviews.add_review_area(test.ref('north'), 'postcode', 'nr', test.day(-100)) $$, $$ values ('NR') $$, 'by postcodes');
insert into made select 'nr1', area_id from reviews.add_review_area(test.ref('south'), 'postcode', 'NR1', test.day(-100));
select count(*) from reviews.add_review_area(test.ref('south'), 'district', 'thurrock', test.day(-100));
select throws_ok($$ select * from reviews.add_review_area(test.ref('south'), 'postcode', 'NR', null) $$, '23P01', null, 'an area of one hub at a time');
select throws_ok($$ select * from reviews.add_review_area(test.ref('south'), 'county', 'NR', null) $$, '23514', null, 'of postcodes, a district or everywhere');
select throws_ok($$ select * from reviews.add_review_area(test.ref('south'), 'postcode', '', null) $$, 'IM003', null, 'which is named');
select throws_ok($$ select * from reviews.add_review_area('hb-none', 'postcode', 'X', null) $$, 'IM005', null, 'of a hub');
select results_eq($$ select name, coordinator, phone, jsonb_array_length(areas) from reviews.list_review_hubs(null) $$, $$ values ('North hub', 'Cy Dale', null, 1), ('South hub', 'Bo Reed', '01375 000000', 2) $$, 'S1: two hubs with host, coordinator, e-mail; one has no phone');

-- Requests go to the hub of the area.
select test.call_as(926, 'booker', array[100001]);
select results_eq($$ select hub, coordinator, status from reviews.request_review(100001, 'The gap has grown', test.day(-50), null, 'Guide, 2nd edition') $$, $$ values ('North hub', 'Cy Dale', 'requested') $$, 'REV-1: a school''s request goes to the hub of its area');
select throws_ok($$ select * from reviews.request_review(100002, 'Theirs', null, null, null) $$, 'IM007', null, 'for itself');
select throws_ok($$ select * from reviews.request_review(100001, 'Again', null, null, null) $$, '23P01', null, 'one at a time');
insert into made select 'one', review_id from reviews.list_reviews(null, null, null, null, null, null);
select test.call_as(926, 'officer');
select results_eq($$ select h.hub from (values (100002), (100004)) x (urn), reviews.request_review(x.urn, 'Asked', test.day(-20), null, null) h $$, $$ values ('South hub'), ('South hub') $$, 'by the longest beginning of a postcode; else by its district');
select throws_ok($$ select * from reviews.request_review(100003, 'Asked', null, null, null) $$, 'IM009', null, 'no hub');
select count(*) from reviews.add_review_area(test.ref('north'), 'everywhere', null, null);
select is((select hub from reviews.request_review(100003, 'Asked', null, null, null)), 'North hub', 'else the one that is for everywhere');
select is((select hub from reviews.request_review(100005, 'Asked', null, test.ref('south'), null)), 'South hub', 'or the one that an officer names');
select is((select ends_on from reviews.end_review_area(test.ref('nr1'), 1, test.day(-1))), test.day(-1), 'an area ends');
select throws_ok($$ select * from reviews.end_review_area(test.ref('nr1'), 1, null) $$, 'IM010', null, 'by version');
select throws_ok($$ select * from reviews.end_review_area('ha-none', 1, null) $$, 'IM005', null, 'one that there is');
select throws_ok($$ select * from reviews.request_review(200001, 'Asked', null, null, null) $$, 'IM005', null, 'a school of the authority');

-- The reviewer is accredited.
select throws_ok($$ select * from reviews.assign_reviewer(test.ref('one'), 1, 'pt-jo', null) $$, 'IM009', 'The authority has not said who accredits its reviewers.', 'the authority says who accredits');
select test.call_as(926, 'la_admin');
select count(*) from partners.set_assignment_role('pupil_premium_reviewer', 'pupil_premium_reviewer', 'Thurrock TSA', null);
select test.call_as(926, 'officer');
select throws_like($$ select * from reviews.assign_reviewer(test.ref('one'), 1, 'pt-jo', null) $$, '%holds no accreditation by Thurrock TSA%', 'REV-1: who is not accredited reviews nothing');
select throws_like($$ select * from reviews.assign_reviewer(test.ref('one'), 1, 'pt-sam', null) $$, '%is no pupil_premium_reviewer%', 'nor who is none');
insert into made select 'accredited ' || p, a.accreditation_id from unnest(array['pt-jo', 'pt-al']) p, partners.add_accreditation(p, 'Thurrock TSA', null, test.day(-40), test.day(-2)) a;
select throws_ok($$ select * from reviews.assign_reviewer(test.ref('one'), 1, 'pt-jo', test.day(-45)) $$, 'IM009', null, 'nor before they were');
select throws_ok($$ select * from reviews.assign_reviewer(test.ref('one'), 1, 'pt-jo', test.day(-51)) $$, 'IM003', null, 'nor before the request');
select throws_ok($$ select * from reviews.assign_reviewer(test.ref('one'), 2, 'pt-jo', test.day(-40)) $$, 'IM010', null, 'by version');
select throws_ok($$ select * from reviews.assign_reviewer(test.ref('one'), 1, 'pt-none', test.day(-40)) $$, 'IM005', null, 'a partner of the authority');
select results_eq($$ select reviewer, status, version from reviews.assign_reviewer(test.ref('one'), 1, 'pt-al', test.day(-40)) $$, $$ values ('pt-al', 'matched', 2) $$, 'accredited');
select results_eq($$ select reviewer, version from reviews.assign_reviewer(test.ref('one'), 2, 'pt-jo', test.day(-39)) $$, $$ values ('pt-jo', 3) $$, 'and another one');

-- The steps in their order, each by whose it is.
select is(test.step(3, 'review'), 'REVIEW_STATUS', 'no review before the self-evaluation');
select test.call_as(926, 'partner');
select is(test.step(3, 'self_evaluation'), 'NOT_YOUR_STEP', 'which is the school''s');
select test.call_as(926, 'booker', array[100001]);
select is(test.step(3, 'self_evaluation', null, base.today() + 1), 'INVALID_FIELD', 'not before its day');
select is(test.step(3, 'self_evaluation', 'met', test.day(-30)), 'INVALID_FIELD', 'without an outcome');
select is(test.step(3, 'self_evaluation', null, test.day(-30)), 'ok', 'the school evaluates itself');
select is(test.step(4, 'review', null, test.day(-20)), 'NOT_YOUR_STEP', 'and does not review itself');
select test.call_as(926, 'partner');
select is(test.step(4, 'review', null, test.day(-1)), 'CONFLICT_CHECK_FAILED', 'REV-1: the reviewer is accredited on the day of the review, too');
select is(test.step(4, 'review', null, test.day(-20)), 'ok', 'reviewed');
select is(test.step(5, 'action_plan'), 'NOT_YOUR_STEP', 'the plan is the school''s');
select test.call_as(926, 'officer');
select is(test.step(5, 'action_plan', null, test.day(-15)), 'ok', 'or an officer''s for it');
select throws_ok($$ select * from reviews.assign_reviewer(test.ref('one'), 6, 'pt-al', test.day(-15)) $$, 'IM009', null, 'the reviewer stays');
select is(test.step(6, 'quality_assurance', 'met', test.day(-10)), 'REVIEW_STATUS', 'follow-up comes first');
select test.call_as(926, 'partner');
select is(test.step(6, 'follow_up', null, test.day(-12)), 'ok', 'the reviewer follows up');
select is(test.step(7, 'quality_assurance', 'met', test.day(-10)), 'NOT_YOUR_STEP', 'and does not assure their own quality');
select test.call_as(926, 'officer');
select is(test.step(7, 'quality_assurance', null, test.day(-10)), 'INVALID_FIELD', 'which has an outcome');
select is(test.step(7, 'quality_assurance', 'good', test.day(-10)), '23514', 'of two');
select is(test.step(7, 'quality_assurance', 'not_met', test.day(-10)), 'ok', 'not met');
select results_eq($$ select status, next from reviews.list_reviews(null, null, 100001, null, null, null) $$, $$ values ('self_evaluated', 'review or reviewer') $$, 'it goes back to the review');
select is((select string_agg(test.step(v, s, o, test.day(-5)), ' ' order by v) from (values (8, 'review', null), (9, 'action_plan', null), (10, 'follow_up', null), (11, 'quality_assurance', 'met')) x (v, s, o)), 'ok ok ok ok', 'and again');
select is(test.step(12, 'close', null, test.day(-5)), 'ok', 'closed');
select is(test.step(13, 'close'), 'REVIEW_STATUS', 'once');
select is((select string_agg(s ->> 'step', ' ') from reviews.get_review(test.ref('one')) g, jsonb_array_elements(g.steps) s),
  'request reviewer reviewer self_evaluation review action_plan follow_up quality_assurance review action_plan follow_up quality_assurance close', 'its steps are kept');
insert into made select 'two', review_id from reviews.list_reviews(null, null, 100002, null, null, null);
select throws_ok($$ select * from reviews.withdraw_review(test.ref('two'), 1, null) $$, 'IM003', null, 'withdrawn with a reason');
select is((select status from reviews.withdraw_review(test.ref('two'), 1, 'School has closed')), 'withdrawn', 'withdrawn');
select throws_ok($$ select * from reviews.withdraw_review(test.ref('two'), 2, 'Again') $$, 'IM009', null, 'once');
select results_eq($$ select count(*)::integer, count(ended_on)::integer from reviews.list_reviews(null, null, null, true, null, null) $$, $$ values (5, 2) $$, 'what has ended is listed where asked for');

-- The report.
select test.call_as(926, 'reporter');
select results_eq($$ select hub, coordinator, base, requested, closed, withdrawn, sent_back, average_days from reports.reviews(null, null, null) $$, $$ values
  ('North hub', 'Cy Dale', 2, 1, 1, 0, 1, round((test.day(-5) - test.day(-50))::numeric, 1)), ('South hub', 'Bo Reed', 3, 2, 0, 1, 0, null), ('Total', null, 5, 3, 1, 1, 1, round((test.day(-5) - test.day(-50))::numeric, 1)) $$, 'REV-1: by hub and where they stand');
select results_eq($$ select hub, reviewed from reports.reviews(null, null, test.day(-20)) where base > 0 $$, $$ values ('North hub', 1), ('South hub', 0), ('Total', 1) $$, 'as of a day before');
select throws_ok($$ select * from reports.reviews(base.today(), base.today() - 1, null) $$, 'IM003', null, 'a period is not backwards');
-- Who sees it.
select test.call_as(926, 'booker', array[100001]);
select is((select count(*)::integer from reviews.list_reviews(null, null, null, true, null, null)), 1, 'a school sees its own');
select throws_ok($$ select * from reviews.get_review(test.ref('two')) $$, 'IM005', null, 'and no other');
select test.call_as(926, 'partner');
select is((select count(*)::integer from reviews.list_reviews(null, null, null, true, null, null)), 1, 'a reviewer theirs');
select test.as_owner();
select test.call_as(929, 'officer');
select is_empty($$ select review_id from reviews.list_reviews(null, null, null, true, null, null) union all select hub_id from reviews.list_review_hubs(null) $$, 'another authority none');
select * from finish();
rollback;
