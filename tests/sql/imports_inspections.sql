-- Ofsted's management information in its three generations, and the report on it (SCH-6, SCH-7).
begin;
\ir ../support/sql/imports.sql
\ir ../support/sql/schools.sql
select plan(22);
select test.schools(2, 100101, 2, 'Primary');
select test.call_as(0, 'operator');
-- 2020: 100002 took over from 100001, whose inspection counts; 100003 is not inspected; 100001 and 100003 are not in the register.
create temporary table old as select test.import('INSPECTIONS', $$Web link;URN;LAESTAB;School name;Ofsted phase;Total number of pupils;Latest section 8 inspection number since last full inspection;URN at time of the section 8 inspection;Date of latest section 8 inspection;Section 8 inspection publication date;Section 8 inspection overall outcome;Inspection number of latest full inspection;Inspection type;Inspection start date;Inspection end date;Publication date;URN at time of latest full inspection;Overall effectiveness;Category of concern;Quality of education;Previous full inspection number;Previous inspection start date;Previous publication date;URN at time of previous full inspection;Previous full inspection overall effectiveness
x;100002;0022002;Ash Academy;Primary;120;;;;;;10001;S5 Inspection;10/09/2018;11/09/2018;05/10/2018;100001;2;;9;9001;01/02/2013;01/03/2013;100001;3
x;100003;0022003;New School;Primary;;;;;;;;;;;;;;;;;;;;
x;100004;0022004;Poor School;Primary;;10010;100004;01/06/2020;10/07/2020;Leaders are taking effective action;10004;S5 Inspection;10/09/2019;11/09/2019;05/10/2019;100004;4;SM;4;;;;;
x;100005;0012005;Elsewhere;Primary;;10012;100005;01/06/2019;10/07/2019;School remains Good;10005;S5 Inspection;10/09/2014;11/09/2014;05/10/2014;100005;1;;;;;;;$$) as tally;
select is(test.counts(o.tally), 'rows 4, added 6, changed 0, unchanged 0, closed 0, moved 0, rejected 0', 'SCH-6: the 2020 columns; each inspection once') from old o;
select is((select max(as_at) from register.inspection_listing), '2020-07-31', 'a file without a date is of the end of its newest month');
select results_eq($$ select inspection_number, kind, framework, effective_action from register.inspection where urn in (100004, 100005) order by inspection_number $$,
  $$ values ('10004', 'graded', 'EIF', null), ('10005', 'graded', 'pre-2015', null), ('10010', 'monitoring', 'EIF', true), ('10012', 'ungraded', 'CIF', null) $$,
  'graded, ungraded and monitoring, their framework, effective action');
select is((select count(*)::integer from register.inspection_grade g join register.inspection i using (inspection_id) where i.inspection_number = '10001'), 1,
  'grade 9 is not applicable, and no grade');
select is((select count(*)::integer from schools.list_schools(null, null, null, null, null, null, null, null)), 2, 'SCH-7: no school is opened');
select is((select count(*)::integer from schools.list_inspections(100002)), 2, 'but the inspections are kept, and listed for the school that continues');
select is(test.counts(test.import('INSPECTIONS', $$URN;LAESTAB;School name;Inspection number of latest full inspection;Inspection start date;Publication date;URN at time of latest full inspection;Overall effectiveness
100002;0022002;Ash Academy;10001;10/09/2018;05/10/2018;100001;2$$)), 'rows 1, added 0, changed 0, unchanged 1, closed 0, moved 0, rejected 0', 'a file that tells less changes nothing');

select test.call_as(2, 'reporter');
select results_eq($$ select authority, good_or_outstanding, less_than_good, not_inspected, base, percent_good_or_outstanding from reports.ofsted_over_time('2014-12-31', null) $$,
  $$ values ('x', 0, 0, 0, 0, 0.0) limit 0 $$, 'before the first list and the first record there is nothing to report');
select test.as_owner();
delete from register.establishment_version where urn in (100101, 100102);
select test.call_as(2, 'reporter');
select results_eq($$ select authority, as_of, good_or_outstanding, less_than_good, not_inspected, base, percent_good_or_outstanding from reports.ofsted_over_time('2020-07-31', null) $$,
  $$ values ('002', '2020-07-31'::date, 1, 1, 1, 2, 50.0) $$, 'SCH-7: a predecessor''s inspection counts; the base is the inspected');
select results_eq($$ select authority, good_or_outstanding, less_than_good from reports.ofsted_over_time('2020-08-31', null) $$, $$ values ('002', 1, 1) $$, 'and so a month later');
select results_eq($$ select as_of, good_or_outstanding, less_than_good, base, percent_good_or_outstanding, percent_less_than_good, national_percent, national_base
    from reports.ofsted_series('["2020-08-31", "2020-07-31", "2014-12-31"]', null) $$,
  $$ values ('2020-07-31'::date, 1, 1, 2, 50.0, 50.0, 66.7, 3), ('2020-08-31', 1, 1, 2, 50.0, 50.0, 66.7, 3) $$, 'SCH-7: a series in one call, by day; a day without schools has no row');
select is((select count(*)::integer from reports.ofsted_series(null, null)), 6, 'unless told: the ends of five years, and today');
select throws_ok($$ select * from reports.ofsted_series((select jsonb_agg(d::date) from generate_series('2020-01-01'::date, '2020-01-25', '1 day') d), null) $$, 'IM003', null, 'of 24 days at most');
select test.call_as(0, 'operator');
select is(test.counts(test.import('INSPECTIONS', $$URN;LAESTAB;School name;Inspection number of latest full inspection;Inspection start date;Publication date;URN at time of latest full inspection;Overall effectiveness
100002;0022002;Ash Academy;10001;10/09/2018;05/10/2018;100001;3$$, '2020-07-31')), 'rows 1, added 0, changed 1, unchanged 0, closed 0, moved 0, rejected 0', 'a grade corrected');
select test.call_as(2, 'reporter');
select results_eq($$ select good_or_outstanding, less_than_good, percent_good_or_outstanding from reports.ofsted_over_time('2020-07-31', null) $$,
  $$ values (0, 2, 0.0) $$, 'one corrected row changes the printed figure');

-- 2023 and 2026.
select test.call_as(0, 'operator');
select is(test.counts(test.import('INSPECTIONS', $$Web Link;URN;LAESTAB;School name;Latest ungraded inspection number since last graded inspection;URN at time of the ungraded inspection;Date of latest ungraded inspection;Ungraded inspection publication date;Ungraded inspection overall outcome;Inspection number of latest graded inspection;Inspection start date;Publication date;URN at time of latest graded inspection;Overall effectiveness;Previous graded inspection number;Previous inspection start date;Previous publication date;Previous graded inspection overall effectiveness
x;100003;0022003;New School;10301;100003;01/03/2023;01/04/2023;School remains Good;10300;01/02/2021;01/03/2021;100003;2;NULL;NULL;NULL;NULL$$)),
  'rows 1, added 2, changed 0, unchanged 0, closed 0, moved 0, rejected 0', 'the 2023 columns');
select is(test.counts(test.import('INSPECTIONS', $$Web Link (opens in new window);URN;LAESTAB;School name;Inspection number of latest full inspection;Inspection start date;Publication date;Category of concern;Safeguarding standards;Inclusion;Achievement;Early years (where applicable);Inspection number of latest OEIF graded inspection;Inspection start date of latest OEIF graded inspection;Publication date of latest OEIF graded inspection;URN at time of latest OEIF graded inspection;Latest OEIF overall effectiveness;Latest OEIF quality of education;Latest OEIF  safeguarding is effective?;Latest ungraded inspection number
x;100003;0022003;New School;10400;13/01/2026;09/02/2026;NULL;Met;Strong standard;Needs attention;Not applicable;10350;01/10/2024;01/11/2024;100003;Not judged;2;Yes;NULL$$)),
  'rows 1, added 2, changed 0, unchanged 0, closed 0, moved 0, rejected 0', 'the 2026 columns, with NULL and a double blank');
select results_eq($$ select i.framework, g.area, g.scale, g.grade from register.inspection i join register.inspection_grade g using (inspection_id)
  where i.inspection_number in ('10350', '10400') order by 1, 2 $$, $$ values ('EIF', 'Quality of education', '1-4', '2'), ('EIF', 'Safeguarding', 'yes-no', 'Yes'),
    ('report card', 'Achievement', 'report card', 'Needs attention'), ('report card', 'Inclusion', 'report card', 'Strong standard'),
    ('report card', 'Safeguarding standards', 'met', 'Met') $$, 'report cards by area; Not judged and not applicable are no grades');
select is((select overall from schools.list_inspections(100003) limit 1), null, 'a report card has no overall grade');
select test.call_as(2, 'reporter');
select is((select good_or_outstanding from reports.ofsted_over_time('2026-03-01', null)), 1, 'the last overall grade stands where none was given since');

select test.call_as(2, 'la_admin');
select is(test.counts(test.import('INSPECTIONS', $$URN;LAESTAB;School name;Inspection number of latest full inspection;Inspection start date;Publication date;Overall effectiveness
100003;0022003;New School;10500;13/01/2026;09/02/2026;2
100005;0012005;Elsewhere;10501;13/01/2026;09/02/2026;2$$)), 'rows 2, added 1, changed 0, unchanged 0, closed 0, moved 0, rejected 1', 'an administrator imports their own authority''s rows');
select test.call_as(2, 'officer');
select throws_ok($$ insert into register.inspection (inspection_number, urn, kind, framework) values ('1', 100003, 'graded', 'EIF') $$, '42501', null, 'an officer writes none');
select * from finish();
rollback;
