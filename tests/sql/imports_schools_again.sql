-- A second file of establishments: moves, closures, late news, bad rows, an administrator's rights (SCH-3, C-5).
begin;
\ir ../support/sql/imports.sql
select plan(22);
create temporary table file as select
  'URN;LA (code);LA (name);EstablishmentNumber;EstablishmentName;TypeOfEstablishment (name);EstablishmentStatus (name);OpenDate;PhaseOfEducation (name);Postcode'
  as header, $$
100001;001;Northmoor;2001;Ash Primary;Community school;Open;01-09-1990;Primary;NM1 1AA
100002;001;Northmoor;2002;Beech Primary;Academy converter;Open;;Primary;NM1 1AB
100004;009;Oldshire;4002;Dogwood High;Academy converter;Open;;Secondary;OS1 1AA
100005;009;Oldshire;4003;Elm High;Academy converter;Open;;Secondary;OS1 1AB
100006;009;Oldshire;4004;Fir High;Academy converter;Open;;Secondary;OS1 1AC$$ as first;
grant select on file to improve_exec;
select test.call_as(0, 'operator');
select count(test.import('SCHOOLS', f.header || f.first, '2024-01-01')) from file f;

-- Oldshire (009) is divided: two of its schools come back under 010, one is gone; Beech has gone from 001; Ash is renamed.
create temporary table second as select test.import('SCHOOLS', f.header || $$
100001;001;Northmoor;2001;Ash Tree Primary;Community school;Open;01-09-1990;Primary;NM1 1AA
100004;010;Newshire;4002;Dogwood High;Academy converter;Open;;Secondary;OS1 1AA
100005;010;Newshire;4003;Elm High;Academy converter;Open;;Secondary;OS1 1AB
100007;010;Newshire;4005;Gorse High;Academy converter;Open;;Secondary;OS1 1AD$$, '2025-04-01', true) as tally from file f;
select is(test.counts(s.tally), 'rows 4, added 1, changed 1, unchanged 0, closed 2, moved 2, rejected 0',
  'SCH-3: complete closes what vanished, also in the authority that was replaced') from second s;
select ok(s.tally -> 'changed_by_field' @> '[{"field": "name", "count": 1}, {"field": "authority_id", "count": 2}]', 'changes are counted by field') from second s;
select results_eq($$ select authority_id, successor_id, effective_on from register.authority_successor $$, $$ values (9, 10, '2025-04-01'::date) $$,
  'the replaced authority is noted');
select results_eq($$ select authority_id, valid_from, valid_to from register.establishment_version where urn = 100004 and superseded_at is null order by valid_from $$,
  $$ values (9, '2024-01-01'::date, '2025-04-01'::date), (10, '2025-04-01', null) $$, 'a school moves on that date, and its old authority keeps its history');
select results_eq($$ select status, close_date from register.establishment_version where urn = 100006 and superseded_at is null and valid_to is null $$,
  $$ values ('Closed', '2025-04-01'::date) $$, 'a vanished school closed as of the date');
select results_eq($$ select name from register.schools_on('2024-12-31', null) where urn = 100001 $$, $$ values ('Ash Primary') $$, 'C-5: as of the day before, its old name');
select results_eq($$ select name from register.schools_on('2025-04-01', null) where urn = 100001 $$, $$ values ('Ash Tree Primary') $$, 'and its new one from the day on');
select is(test.counts(test.import('SCHOOLS', f.header || $$
100004;001;Northmoor;4002;Dogwood High;Academy converter;Open;;Secondary;OS1 1AA
100001;001;Northmoor;2001;Ash Tree Primary;Community school;Open;01-09-1990;Primary;NM1 1AA$$, '2025-05-01', true)),
  'rows 2, added 0, changed 0, unchanged 1, closed 0, moved 1, rejected 0', 'one school that changed sides is no replacement of its authority') from file f;

-- A partial file leaves alone what it does not carry.
select is(test.counts(test.import('SCHOOLS', $$URN;LA (code);EstablishmentName;EstablishmentStatus (name)
100001;001;Ash Tree Primary;Open$$, '2025-06-01')), 'rows 1, added 0, changed 0, unchanged 1, closed 0, moved 0, rejected 0', 'a partial file blanks nothing out');

-- Late news: what was true in between.
select count(test.import('SCHOOLS', f.header || $$
100001;001;Northmoor;2001;Ash Interim;Community school;Open;01-09-1990;Primary;NM1 1AA$$, '2024-09-01')) from file f;
select results_eq($$ select name, valid_from, valid_to from register.establishment_version where urn = 100001 and superseded_at is null order by valid_from $$,
  $$ values ('Ash Primary', '2024-01-01'::date, '2024-09-01'::date), ('Ash Interim', '2024-09-01', '2025-04-01'), ('Ash Tree Primary', '2025-04-01', null) $$,
  'C-5: late news adds between what is known, and rewrites nothing');

-- Bad rows.
create temporary table bad as select test.import('SCHOOLS', f.header || $$
100001;001;Northmoor;2001;Ash Tree Primary;Community school;Open;31-02-2020;Primary;NM1 1AA
;001;Northmoor;2001;No Number;Community school;Open;;Primary;NM1 1AA
100020;000;Does not apply;2001;Nowhere;Community school;Open;;Primary;NM1 1AA
100021;001;Northmoor;2001;Twice;Community school;Open;;Primary;NM1 1AA
100021;001;Northmoor;2001;Twice;Community school;Open;;Primary;NM1 1AA
100022;001;Northmoor;2001;Ragged;Community school;Open;;Primary;NM1 1AA;too;many
100023;001;Northmoor;2001;;Community school;Open;;Primary;NM1 1AA$$, '2025-07-01') as tally from file f;
select is(test.counts(b.tally), 'rows 7, added 1, changed 0, unchanged 0, closed 0, moved 0, rejected 6', 'bad rows are left out, a ragged one is taken') from bad b;
select is((select string_agg(p ->> 'line' || ' ' || coalesce(nullif(p ->> 'field', ''), '-') || ' ' || (p ->> 'severity'), ', ' order by (p ->> 'line')::integer)
  from jsonb_array_elements(b.tally -> 'problems') p), '2 OpenDate error, 3 URN error, 4 LA (code) error, 5 URN error, 6 URN error, 7 - warning, 8 EstablishmentName error',
  'each bad row is named with its line and column') from bad b;
select ok(b.tally -> 'problems' @> '[{"line": 5, "reason": "This URN stands on lines 5, 6: which of them holds?"}]', 'both lines of a duplicate are named') from bad b;
select is((select count(*)::integer from bad b, imports.list_import_problems(b.tally ->> 'import_id', null, null)), 7, 'and stay listed');
select throws_like($$ select test.import('SCHOOLS', (select header from file) || E'\n1x;001;N;1;Name;T;Open;;Primary;X', null, false, true) $$,
  '%1 of 1 rows are bad%line 2: This is not a URN%', '--strict refuses the file, naming the row');
select throws_like($$ select * from imports.open_import('SCHOOLS', 'f', '["URN", "LA code", "EstablishmentName", "EstablishmentStatus (name)"]', null, null, null) $$,
  '%"LA (code)" is missing%', 'a header without a needed column is refused');
select is(imports.missing_columns('schools', '["URN", "LA code", "EstablishmentName", "EstablishmentStatus (name)"]') -> 0 ->> 'accepted', 'is it "LA code"?',
  'with the nearest name');
select throws_ok($$ select imports.apply_import((select o.import_id from imports.open_import('SCHOOLS', 'f',
  to_jsonb(string_to_array((select header from file), ';')), null, null, null) o), 5) $$, 'IM009', 'The file has 5 rows, but 0 were staged.', 'a lost chunk refuses the import');
select throws_ok($$ select imports.apply_import((select b.tally ->> 'import_id' from bad b), 7) $$, 'IM009', null, 'an import is applied once');

-- An administrator's file.
select test.call_as(1, 'la_admin');
create temporary table own as select test.import('SCHOOLS', f.header || $$
100001;001;Northmoor;2001;Ash Renamed;Community school;Open;01-09-1990;Primary;NM1 1AA
100030;010;Newshire;2001;Foreign;Community school;Open;;Primary;NM1 1AA
100005;001;Northmoor;4003;Elm High;Academy converter;Open;;Secondary;OS1 1AB$$, '2025-08-01') as tally from file f;
select is(test.counts(o.tally), 'rows 3, added 0, changed 1, unchanged 0, closed 0, moved 0, rejected 2',
  'an administrator writes only their own schools: neither another''s row nor another''s school') from own o;
select throws_ok($$ insert into register.establishment_version (urn, authority_id, valid_from, name, status) values (100005, 10, '2030-01-01', 'x', 'Open') $$,
  '42501', null, 'and row security would refuse it anyway');
select test.call_as(1, 'officer');
select is((select count(*)::integer from imports.file), 0, 'an officer sees no imports');
select * from finish();
rollback;
