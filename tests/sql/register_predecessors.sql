-- What was begun under a URN goes on under the one that follows it (SCH-1): the case, the review and the award of a school that became an academy are its
-- users' to see, and nobody else's.
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/visits.sql
\ir ../support/sql/cases.sql
\ir ../support/sql/offers.sql
set local timezone = 'Europe/London';
set local client_min_messages = warning;
select plan(19);
select test.schools(929, 100001, 5, 'Primary'), test.schools(929, 100031, 5, 'Primary', 'Academy converter'), test.schools(926, 200001, 1, 'Primary');
select test.graded(u, '2017-03-06', 3) from unnest(array[100001, 100002, 100003, 100004]) u;
select test.partner(929, 'pt-jo', test.person('partner', 929));
select test.call_as(929, p) from unnest(array['la_admin', 'officer', 'reporter', 'partner']) p;
select test.as_owner();

create temporary table made (word text primary key, ref text);
grant all on made to public;
create function test.ref(p_word text) returns text language sql stable as $$ select ref from made where word = p_word $$;
create function test.seen() returns text language sql stable as $$
  select (select coalesce(string_agg(right(c.school_urn::text, 2), ' ' order by c.school_urn), '-') from cases.list_cases(null, null, null, null, true, null, null) c) || ' | '
    || (select coalesce(string_agg(right(r.school_urn::text, 2), ' ' order by r.school_urn), '-') from reviews.list_reviews(null, null, null, true, null, null) r) || ' | '
    || (select coalesce(string_agg(right(a.school_urn::text, 2), ' ' order by a.school_urn), '-') from offers.list_offer_awards(null, null, null, null) a)
$$;
grant execute on function test.ref, test.seen to public;
select test.call_as(929, 'la_admin');
select count(*) from cases.set_case_scheme(0, test.categories(), test.reasons(), '2022-09-01');
insert into made select 'offer', scheme_id from offers.add_offer_scheme('School Improvement Offer', 2019, test.offer_tiers(), null, null, null, null, null, null, null);
select test.call_as(929, 'officer');
insert into made select 'hub', hub_id from reviews.add_review_hub('North hub', 'Centre', 'Ann Lee', 'ann@hub.example', null, null, null);
insert into made select 'case ' || u, case_id from unnest(array[100001, 100002, 100003, 100004, 100005]) u cross join lateral cases.open_case(u, 'red', 'systemic', 'As discussed', base.today() - 30, 'none', null, null, null);
insert into made select 'review ' || u, review_id from unnest(array[100001, 100002, 100003, 100004, 100005]) u cross join lateral reviews.request_review(u, 'The gap has grown', base.today() - 30, test.ref('hub'), null);
select count(*) from offers.recompute_offer(test.ref('offer'), '2020-03-31');
select is(test.seen(), '01 02 03 04 05 | 01 02 03 04 05 | 01 02 03 04', 'staff see all of them');
select test.as_owner();
-- 100031 follows 100001. 100033 follows 100002 and 100003, which merged. 100034 follows 100004, which is open still; 100035 is split off 100005.
insert into register.link (urn, linked_urn, link_type) values (100031, 100001, 'Predecessor'), (100002, 100033, 'Successor - merged'), (100033, 100003, 'Predecessor - merged'),
  (100004, 100034, 'Successor'), (100035, 100005, 'Predecessor - Split School');
update register.establishment set school_id = 100001 where urn = 100031;
update register.establishment set school_id = 100002 where urn in (100003, 100033);
select test.call_as(929, 'booker', array[100031]);
select is(test.seen(), '- | - | -', 'while the school is open, whoever acts for the academy to be sees nothing');
select test.as_owner();
update register.establishment_version set status = 'Closed', close_date = base.today() - 1 where urn in (100001, 100002, 100003);

select test.call_as(929, 'booker', array[100031]);
select is(test.seen(), '01 | 01 | 01', 'after the conversion they see the case, the review and the award');
select is((select school_urn from cases.get_case(test.ref('case 100001'))), 100001, 'which stay under the URN that they began with');
select is((select string_agg(school_urn::text, ' ') from cases.list_cases(null, null, null, 100031, null, null, null)), '100001', 'and are found by the new one');
select is((select string_agg(school_urn::text, ' ') from reviews.list_reviews(null, null, 100031, null, null, null)), '100001', 'the review, too');
select is((select count(*)::integer from offers.list_offer_awards(null, 100031, null, null)), 1, 'and the award');
select is((select count(*)::integer from offers.list_offer_entries((select a.award_id from offers.list_offer_awards(null, null, null, null) a), null, null)), 0, 'with its ledger');
select throws_ok($$ select * from cases.get_case(test.ref('case 100002')) $$, 'IM005', null, 'another school''s they do not');
select test.call_as(929, 'booker', array[100001]);
select is(test.seen(), '01 | 01 | 01', 'who acts for the old URN sees it still');
select test.call_as(929, 'booker', array[100033]);
select is(test.seen(), '02 03 | 02 03 | 02 03', 'a merged school goes on with both');
select test.call_as(929, 'booker', array[100002]);
select is(test.seen(), '02 | 02 | 02', 'but whoever acts for one of the two does not see the other''s');
select test.call_as(929, 'booker', array[100034]);
select is(test.seen(), '- | - | -', 'a predecessor that is open is a school of its own');
select test.call_as(929, 'booker', array[100035]);
select is(test.seen(), '- | - | -', 'and a split begins a new school');
select test.call_as(926, 'booker', array[200001]);
select is(test.seen(), '- | - | -', 'another authority''s see none');

-- A partner who is assigned to the academy; the school's own step.
select test.as_owner();
select test.assigned(929, 'pt-jo', 100031);
select test.call_as(929, 'partner');
select is((select string_agg(school_urn::text, ' ') from cases.list_cases(null, null, null, null, null, null, null)), '100001', 'whoever is assigned to the academy sees the case that it came with');
select test.as_owner();
update reviews.review set status = 'matched', partner_id = 'pt-jo' where review_id = test.ref('review 100001');
select test.call_as(929, 'booker', array[100033]);
select throws_ok($$ select * from reviews.record_review_step(test.ref('review 100001'), 1, 'self_evaluation', 'Phonics is patchy', null, null) $$, 'IM005', null, 'another school does not take the next step');
select test.call_as(929, 'booker', array[100031]);
select is((select status from reviews.record_review_step(test.ref('review 100001'), 1, 'self_evaluation', 'Phonics is patchy', null, null)), 'self_evaluated', 'the academy does');
select throws_ok($$ select * from reviews.request_review(100001, 'Once more', null, test.ref('hub'), null) $$, 'IM009', null, 'a review is requested for a school that is open');
select * from finish();
rollback;
