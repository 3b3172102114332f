-- Links and groups: lineages, cycles, several groups at once (SCH-1, SCH-4, SCH-5).
begin;
\ir ../support/sql/imports.sql
\ir ../support/sql/schools.sql
select plan(15);
select test.schools(1, 100001, 6, 'Primary'), test.schools(2, 100101, 1, 'Primary');

select test.call_as(0, 'operator');
create temporary table links as select test.import('LINKS', $$URN;LinkURN;LinkName;LinkType;LinkEstablishedDate
100002;100001;Ash;Predecessor;01-09-2016
100001;100002;Ash Academy;Successor;01-09-2016
100003;100002;Ash Academy;Predecessor - merged;01-09-2020
100003;99001;Gone Infants;Predecessor - merged;
100004;100003;Ash Trust;Predecessor - Split School;01-09-2022
100005;100006;Sixth;Sixth Form Centre Link;$$) as tally;
select is(test.counts(l.tally), 'rows 6, added 6, changed 0, unchanged 0, closed 0, moved 0, rejected 0', 'SCH-4: links both ways, many per URN') from links l;
select results_eq($$ select urn, school_id from register.lineage where urn <> 100101 order by urn $$,
  $$ values (99001, 99001), (100001, 99001), (100002, 99001), (100003, 99001), (100004, 100004), (100005, 100005), (100006, 100006) $$,
  'SCH-1: predecessors and successors join a school, also over a URN the register has no version of; a split begins a new one');
select is((select count(*)::integer from schools.list_schools(null, null, null, null, null, null, null, null)), 7, 'a link opens no school');
select is(test.counts(test.import('LINKS', $$URN;LinkURN;LinkName;LinkType;LinkEstablishedDate
100002;100001;Ash;Predecessor;02-09-2016
100001;100003;Ash;Predecessor;
100005;100005;Itself;Successor;$$)), 'rows 3, added 0, changed 1, unchanged 0, closed 0, moved 0, rejected 2', 'a link told otherwise is changed; a cycle and a link to oneself are refused');
select ok(exists (select from imports.problem where line = 3 and reason like 'A cycle: 100003 would come before 100001%'), 'SCH-4: the row of the cycle is named');
select is(test.counts(test.import('LINKS', $$URN;LinkURN;LinkName;LinkType;LinkEstablishedDate
100005;100006;Five;Predecessor;
100006;100005;Six;Predecessor;$$)), 'rows 2, added 0, changed 0, unchanged 0, closed 0, moved 0, rejected 2', 'of a cycle within a file every link is refused');
select results_eq($$ select urn, relation from schools.list_school_history(100002) $$,
  $$ values (99001, 'same lineage'), (100001, 'predecessor'), (100002, 'self'), (100003, 'successor') $$, 'a history is that of the lineage');

select test.call_as(1, 'la_admin');
select is(test.counts(test.import('LINKS', $$URN;LinkURN;LinkName;LinkType;LinkEstablishedDate
100006;100101;Next door;Other;
100101;100006;Here;Other;$$)), 'rows 2, added 1, changed 0, unchanged 0, closed 0, moved 0, rejected 1', 'an administrator links only their own schools');

select test.call_as(0, 'operator');
select is(test.counts(test.import('GROUPS', $$Group UID;Group ID;Group Name;Companies House Number;Group Type (code);Group Type;Closed Date;Open date;Group Status (code);Group Status
1000;TR1;Oak Trust;123;6;Multi-academy trust;;2015-01-01;OPEN;Open
1001;;Hill Federation;;1;Federation;;1900-01-01;OPEN;Open$$)), 'rows 2, added 2, changed 0, unchanged 0, closed 0, moved 0, rejected 0', 'SCH-5: groups');
select is(test.counts(test.import('GROUPS', $$;URN;Group UID;Group ID;Group Name;Group Type;Joined date;LA (code)
1;100001;1000;TR1;Oak Trust;Multi-academy trust;2016-09-01;001
2;100001;1001;;Hill Federation;Federation;2017-09-01;001
3;100101;1000;TR1;Oak Trust;Multi-academy trust;2018-09-01;002$$)), 'rows 3, added 3, changed 0, unchanged 0, closed 0, moved 0, rejected 0',
  'memberships, in a file with a leading index column');
select is((select count(*)::integer from schools.list_school_groups(100001, '2016-12-31')), 1, 'in one group at first');
select is((select count(*)::integer from schools.list_school_groups(100001, '2020-01-01')), 2, 'and in two at once later');
select is(test.counts(test.import('GROUPS', $$Group UID;Group Name;Group Type;Group Status;Closed Date
1000;Oak Learning Trust;Multi-academy trust;Open;
1001;Hill Federation;Federation;Closed;2019-08-31$$)), 'rows 2, added 0, changed 2, unchanged 0, closed 0, moved 0, rejected 0', 'what a group is called now supersedes');
select results_eq($$ select name from schools.list_school_groups(100001, '2020-01-01') $$, $$ values ('Oak Learning Trust') $$, 'a closed group has no members');
select test.call_as(1, 'la_admin');
select is(test.counts(test.import('GROUPS', $$URN;Group UID;Group Name;Group Type;Joined date;LA (code)
100002;1000;Oak Learning Trust;Multi-academy trust;2016-09-01;001
100101;1001;Hill Federation;Federation;2018-09-01;002$$)), 'rows 2, added 1, changed 0, unchanged 0, closed 0, moved 0, rejected 1', 'an administrator''s own memberships only');
select * from finish();
rollback;
