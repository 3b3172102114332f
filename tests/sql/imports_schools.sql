-- A file of establishments: read, compared, applied; bad rows named, nothing lost (SCH-2, SCH-3).
begin;
\ir ../support/sql/imports.sql
select plan(5);
create temporary table file as select
  'URN;LA (code);LA (name);EstablishmentNumber;EstablishmentName;TypeOfEstablishment (name);EstablishmentStatus (name);OpenDate;PhaseOfEducation (name);Postcode'
  as header, $$
100001;001;Northmoor;2001;Ash Primary;Community school;Open;01-09-1990;Primary;NM1 1AA
100002;001;Northmoor;2002;Beech Primary;Academy converter;Open;;Primary;NM1 1AB
100003;002;Southmoor;4001;Cedar High;Foundation school;Open, but proposed to close;01-01-1900;Secondary;SM1 1AA
100004;009;Oldshire;4002;Dogwood High;Academy converter;Open;;Secondary;OS1 1AA
100005;009;Oldshire;4003;Elm High;Academy converter;Open;;Secondary;OS1 1AB
100006;009;Oldshire;4004;Fir High;Academy converter;Open;;Secondary;OS1 1AC$$ as first;
grant select on file to improve_exec;

select test.call_as(0, 'operator');
select is(test.counts(test.import('SCHOOLS', f.header || f.first, '2024-01-01')), 'rows 6, added 6, changed 0, unchanged 0, closed 0, moved 0, rejected 0',
  'SCH-2: a file is taken in') from file f;
select is(test.counts(test.import('schools', f.header || f.first, '2024-01-01')), 'rows 6, added 0, changed 0, unchanged 6, closed 0, moved 0, rejected 0',
  'SCH-3: the same file again changes nothing') from file f;
select is(test.import('SCHOOLS', f.header || replace(f.first, '009;Oldshire', '010;Newshire'), '2024-06-01') ->> 'authorities_added', '1',
  'the operator''s file adds the authorities it names') from file f;
select is((select count(*)::integer from register.authority_successor), 0, 'without complete no authority is taken for replaced');
select results_eq($$ select urn, name, open_date, type_group from register.establishment_version where urn in (100001, 100003) and superseded_at is null order by urn $$,
  $$ values (100001, 'Ash Primary', '1990-09-01'::date, 'Local authority maintained schools'),
    (100003, 'Cedar High', null, 'Local authority maintained schools') $$, '1 Jan 1900 is unknown; the type group comes from the type');
select * from finish();
rollback;
