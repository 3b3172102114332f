-- What the provider sees of the client's work, by persona, before, during and after an agreement: CON-1. Each denial stands beside what is allowed.
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/visits.sql
\ir ../support/sql/consultancy.sql
\ir ../support/sql/notes.sql
select plan(40);
-- Which visits the caller sees through an agreement, by the words they are kept under.
create function test.sees(p_what text default 'agreement') returns text language plpgsql as $$
begin
  return (select coalesce(string_agg(m.what, ', ' order by m.what), '') from consultancy.list_agreement_visits(test.ref(p_what), null, null) v join made m on m.ref = v.visit_id);
exception when sqlstate 'IM005' then
  return 'no agreement';
end $$;
create function test.reads(p_visit text, p_what text default 'agreement') returns text language plpgsql as $$
begin
  return (select n.document like '# Note of visit: %' from consultancy.get_agreement_note(test.ref(p_what), test.ref(p_visit), 'markdown') n)::text;
exception when sqlstate 'IM005' then
  return 'none';
end $$;
grant execute on all functions in schema test to public;
-- A note, written as the owner: what is read matters here.
create function test.noted(p_visit text) returns void language plpgsql as $$
begin
  insert into notes.template (authority_id, template_id, name) values (926, 'tp-x', 'Any') on conflict do nothing;
  insert into notes.template_version (authority_id, template_id, number, sections, themes, support_levels, written_by)
  values (926, 'tp-x', 1, '[{"key":"day","title":"The day","part":"partner","prompts":[{"key":"strengths","text":"What works?"}]}]', '{}', '{light}', test.person('officer', 926))
  on conflict do nothing;
  insert into notes.note (authority_id, visit_id, template_id, template_number, phase_group) values (926, test.ref(p_visit), 'tp-x', 1, 'Primary');
  insert into notes.part (authority_id, visit_id, part, number, answers, themes, support_level, written_by)
  values (926, test.ref(p_visit), 'partner', 1, '[{"prompt":"strengths","text":"Secret of the school"}]', '{}', 'light', test.person('officer', 926));
end $$;

-- Before it is accepted.
select test.call_as(926, 'officer');
insert into made values ('a own visit named', (select v.visit_id from visits.add_visit(200001, 'pt-own', test.at(-8), null, 'core', null, null, null, 2, null, null, null) v)),
  ('b own visit elsewhere', (select v.visit_id from visits.add_visit(200004, 'pt-own', test.at(-7), null, 'core', null, null, null, 2, null, null, null) v));
select test.proposed();
select test.call_as(929, 'officer');
select is(test.sees(), '', 'proposed, it shows nothing');
select test.call_as(926, 'la_admin');
select lives_ok($$ select * from consultancy.answer_agreement(test.ref('agreement'), 1, 'accept', null) $$, 'accepted');

-- While it runs.
select test.call_as(929, 'officer');
select is(test.sees(), 'a own visit named', 'an officer of the provider sees the visits to the schools that it names, and no other');
insert into made select 'placement', p.placement_id from consultancy.place_partner(test.ref('agreement'), 'pt-ash', 'sle', null, null) p;
select test.call_as(926, 'officer');
insert into made select 'agreement ash', p.partner_id from partners.partner p where p.authority_id = 926 and p.person_id = test.person('partner', 929);
insert into made values ('c ours', test.delivered(-6)), ('d ours at another', test.delivered(-5, 2, 200002)), ('e to come', test.bought(5));
select test.as_owner();
select test.noted('a own visit named'), test.noted('b own visit elsewhere'), test.noted('c ours');
select test.call_as(929, 'officer');
select is(test.sees(), 'a own visit named, c ours, d ours at another, e to come', 'and those of its own partner');
select is(test.reads('a own visit named'), 'true', 'it reads a note of the client''s own partner, of a school it names');
select is(test.reads('c ours'), 'true', 'and its own');
select is(test.reads('b own visit elsewhere'), 'none', 'not of a school it does not name');
select is(test.reads('d ours at another'), 'none', 'nor where there is none');
select results_eq($$ select under_agreement, noted from consultancy.list_agreement_visits(test.ref('agreement'), test.day(-6), test.day(-6)) $$, $$ values (true, true) $$, 'by day');
select test.call_as(929, 'la_admin');
select is(test.sees(), 'a own visit named, c ours, d ours at another, e to come', 'so does an administrator');
select test.call_as_ash(929);
select is(test.sees(), 'a own visit named, c ours, d ours at another, e to come', 'so does the partner who is placed');
select is(test.reads('a own visit named'), 'true', 'who reads what was written before');
select test.call_as(929, 'partner');
select set_config('app.person_id', test.person('other', 929)::text, true);
select is(test.sees(), 'no agreement', 'a partner who is not placed sees nothing');
select is(test.reads('c ours'), 'none', 'nor any note');
select test.call_as(892, 'officer');
select is(test.sees(), 'no agreement', 'nor does a third authority');
select test.call_as(926, 'officer');
select throws_ok($$ select * from consultancy.list_agreement_visits(test.ref('agreement'), null, null) $$, 'IM009', null, 'the client has its own diary for that');
select is((select count(*)::integer from visits.list_visits(null, null, null, null, null, null, null, null, null)), 5, 'in which all stand');
-- Reading through the other's calls is not possible with the provider's authority, whatever reference is given.
select test.call_as(929, 'la_admin');
select is_empty($$ select * from visits.list_visits(null, null, null, null, null, null, null, null, null) $$, 'the provider''s own diary has none of them');
select throws_ok($$ select * from notes.get_note(test.ref('c ours'), null) $$, 'IM005', null, 'nor are the client''s notes among its notes');
-- The school and the client's own partner.
select test.call_as(926, 'booker', array[200001]);
select results_eq($$ select partner, funding from visits.list_visits(200001, null, null, null, test.day(-6), test.day(-6), null, null, null) $$, $$ values ('pt-ash', 'consultancy') $$, 'the school sees who came');
select is((select v.fee_pence from visits.get_visit(test.ref('c ours')) v), null, 'not what it cost');
select throws_like($$ select * from consultancy.get_agreement(test.ref('agreement')) $$, 'There is no agreement %', 'nor the agreement');
select test.call_as(926, 'partner');
select set_config('app.person_id', test.person('own', 926)::text, true);
select is_empty($$ select * from consultancy.list_agreements(null, null, null) $$, 'nor does the client''s own partner');

-- A school that leaves is seen no longer; what was done there by the provider stays.
select test.call_as(926, 'officer');
select lives_ok($$ select * from consultancy.end_agreement_school(test.ref('agreement'), 200002, base.today() - 1) $$, 'the second school leaves');
insert into made values ('f own visit there', (select v.visit_id from visits.add_visit(200002, 'pt-own', test.at(-4), null, 'core', null, null, null, 2, null, null, null) v));
select test.call_as(929, 'officer');
select is(test.sees(), 'a own visit named, c ours, d ours at another, e to come', 'the client''s later visits there are not seen');

-- After its end.
select test.call_as(929, 'la_admin');
select throws_like($$ select * from consultancy.end_agreement(test.ref('agreement'), 2, 'Done', base.today() - 1) $$, 'Visits are planned after %', 'not while visits are planned, which are named');
select test.call_as(926, 'officer');
select lives_ok($$ select * from visits.cancel_visit(test.ref('e to come'), 1, 'Agreement ends', null) $$, 'cancelled');
select test.call_as(929, 'la_admin');
select lives_ok($$ select * from consultancy.end_agreement(test.ref('agreement'), 2, 'Done', base.today() - 1) $$, 'it ends');
select test.call_as(929, 'officer');
select is(test.sees(), 'c ours, d ours at another, e to come', 'afterwards only what was made under it is seen');
select is(test.reads('c ours'), 'true', 'what its partners wrote can be read');
select is(test.reads('a own visit named'), 'none', 'the rest cannot');
select test.call_as_ash(929);
select is(test.sees(), 'c ours, d ours at another, e to come', 'the same for the partner');
select is(test.reads('c ours'), 'true', 'who reads what they wrote');
select is(test.reads('a own visit named'), 'none', 'and nothing else');
select test.call_as(926, 'la_admin');
select is_empty($$ select * from people.list_members('partner', null, null, null, null) where person_id = test.person('partner', 929) $$, 'the partner is no member of the client any longer');
select test.call_as(926, 'officer');
select throws_like($$ select test.bought(5) $$, 'Agreement % runs from %', 'and no visit is planned under it');
-- One whose data were taken out is no party to write for.
select test.as_owner();
select set_config('app.method', '', true);
set local session_replication_role = replica;
delete from consultancy.agreement where authority_id = 926;
set local session_replication_role = origin;
select test.call_as(929, 'la_admin');
select throws_ok($$ select * from consultancy.end_agreement(test.ref('agreement'), 3, 'Done', null) $$, 'IM009', 'The other party is not here any longer: its data were taken out.', 'with one party gone nothing is written');
select is(test.sees(), '', 'and nothing of it is seen');
select results_eq($$ select state from consultancy.get_agreement(test.ref('agreement')) $$, $$ values ('ended') $$, 'one''s own copy is there');
select is_empty($$ select * from money.check_books() $$, 'and holds');
select * from finish();
rollback;
