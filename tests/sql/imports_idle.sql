-- An import that was begun and then rested for 24 hours goes when the next begins, with its rows; others stay.
begin;
select plan(8);
create function pg_temp.open() returns text language sql as $$
  select import_id from imports.open_import('SCHOOLS', 'test.csv', '["URN", "LA (code)", "EstablishmentName", "EstablishmentStatus (name)"]', null, null, null)
$$;
create function pg_temp.stage(p_id text, p_urn text) returns void language sql as $$
  select imports.stage_rows(p_id, (select jsonb_build_array(jsonb_build_object('line', 2, 'width', 4, 'cells', jsonb_build_array(
    case when f.fields[1] = 'urn' then p_urn else '1' end, '929', 'Ash', 'Open')))) ) from imports.file f where f.import_id = p_id
$$;
create temporary table made (name text, id text);
grant all on made to improve_exec;

select test.call_as(926, 'la_admin');
insert into made values ('of another authority', pg_temp.open());
select test.call_as(929, 'la_admin');
insert into made select n, pg_temp.open() from unnest(array['at rest', 'under way', 'applied', 'of today']) n;
select pg_temp.stage(id, 'no number') from made where name in ('at rest', 'under way');
select test.as_owner();
update imports.file f set opened_at = now() - interval '25 hours' from made m where m.id = f.import_id and m.name <> 'of today';
update imports.file f set applied_at = now() - interval '25 hours' from made m where m.id = f.import_id and m.name = 'applied';
update imports.staged_row s set staged_at = now() - interval '25 hours' from made m where m.id = s.import_id and m.name = 'at rest';
select is((select count(*)::integer from imports.staged_row), 2, 'two have rows');
select is((select count(*)::integer from imports.problem), 2, 'in which something is wrong');

select test.call_as(929, 'la_admin');
select lives_ok('select pg_temp.open()', 'the next begins');
select test.as_owner();
select results_eq('select m.name from made m join imports.file f on f.import_id = m.id order by 1',
  $$ values ('applied'), ('of another authority'), ('of today'), ('under way') $$, 'the one at rest is gone, and no other');
select is_empty($$ select from imports.staged_row s join made m on m.id = s.import_id and m.name = 'at rest' $$, 'with its rows');
select is_empty($$ select from imports.problem p join made m on m.id = p.import_id and m.name = 'at rest' $$, 'and what was wrong with them');
select is((select count(*)::integer from imports.staged_row), 1, 'the others'' rows stay');
select test.call_as(929, 'la_admin');
select throws_ok($$ select imports.stage_rows((select id from made where name = 'at rest'), '[]') $$, 'IM005', null, 'nothing more is staged for it');
select * from finish();
rollback;
