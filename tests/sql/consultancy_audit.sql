-- A call that writes into both parties' books leaves an audit row with each, of that party's rows alone (C-8, CON-2).
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/visits.sql
\ir ../support/sql/consultancy.sql
select plan(9);
select test.agreed();
select test.call_as(929, 'officer');
select lives_ok($$ select * from consultancy.place_partner(test.ref('agreement'), 'pt-ash', 'sle', null, null) $$, 'a call of the provider''s');
select lives_ok($$ select rpc.record('[]', '\x00', '{"title":"Maths"}') $$, 'is recorded');
select test.as_owner();
-- Whose rows an entry tells of.
create temporary view told as
select e.authority_id, e.personas, e.request, e.person_id, c ->> 'table' as name, (c #>> '{key,authority_id}')::integer as row_of
from audit.entry e cross join jsonb_array_elements(e.changes) c;
select results_eq($$ select distinct authority_id, row_of from told where row_of is not null order by 1 $$, $$ values (926, 926), (929, 929) $$, 'each party is told of its own rows');
select bag_eq($$ select distinct name from told where authority_id = 926 and name !~ 'agreement|bank|school' $$, $$ values ('consultancy.placement'), ('partners.partner'), ('partners.kind_held'), ('auth.membership') $$,
  'the client of the partner and member it has now');
select results_eq($$ select distinct personas, request, person_id from told where authority_id = 926 $$, $$ values ('other_party', '{"party":"929"}'::jsonb, '00000000-0000-0000-0000-000000000000'::uuid) $$,
  'by which authority, not by whom nor with what request');
select results_eq($$ select distinct personas, request from told where authority_id = 929 $$, $$ values ('officer,person', '{"title":"Maths"}'::jsonb) $$, 'the provider has the call whole');
select is(audit.seal(100), 2, 'both are numbered');
select test.call_as(926, 'la_admin');
select results_eq($$ select person, personas from audit.list_entries(null, null, null, null, null, null) $$, $$ values ('Authority 929', 'other_party') $$, 'and read by the client''s administrator');
select results_eq($$ select entries, first_broken from audit.verify_chain() $$, $$ values (1::bigint, null::bigint) $$, 'in whose chain it stands');
select * from finish();
rollback;
