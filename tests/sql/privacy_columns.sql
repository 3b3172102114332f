-- No column that can hold words is left unjudged, and what is judged is there; retention; who may ask.
begin;
\ir ../support/sql/schools.sql
select plan(14);

select is_empty($$
  select c.oid::regclass || '.' || a.attname
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  where n.nspowner = 'improve_owner'::regrole and c.relkind in ('r', 'p') and obj_description(c.oid, 'pg_class') ~ '^(Tenant|Cross-LA): '
    and n.nspname not in ('audit', 'privacy') and format_type(a.atttypid, null) in ('text', 'jsonb', 'json', 'inet', 'name', 'character varying')
    -- References and words from a list are about nobody.
    and not exists (select from pg_constraint k where k.conrelid = c.oid and k.contype in ('p', 'f', 'u') and a.attnum = any (k.conkey) and a.attname like '%\_id')
    and a.attname not like '%\_id' and a.attname not in ('method')
    and not exists (select from pg_constraint k where k.conrelid = c.oid and k.contype = 'c' and k.conkey = array[a.attnum] and pg_get_constraintdef(k.oid) like '%= ANY (ARRAY[%')
    and not exists (select from privacy.column_rule r where r.table_name = c.oid::regclass::text and r.column_name = a.attname)
    and c.oid::regclass::text || '.' || a.attname <> 'imports.file.counts'
  order by 1 $$, 'every column with words is in privacy.column_rule, or a reference, or a word from a list');
select is_empty($$
  select c.oid::regclass || '.' || a.attname
  from pg_constraint k
  join pg_class c on c.oid = k.conrelid
  join pg_namespace n on n.oid = c.relnamespace
  join pg_attribute a on a.attrelid = c.oid and a.attnum = any (k.conkey)
  where k.contype = 'f' and k.confrelid = 'auth.person'::regclass
    and not exists (select from privacy.column_rule r where r.table_name = c.oid::regclass::text and r.column_name = a.attname and r.kind in ('subject', 'actor')) $$,
  'every column that names a person says as what');
select is_empty($$
  select r.table_name || '.' || r.column_name from privacy.column_rule r
  where r.column_name <> '*' and not exists (select from pg_attribute a where a.attrelid = to_regclass(r.table_name) and a.attname = r.column_name) $$,
  'what is judged is there');
select is_empty($$
  select r.table_name || '.' || r.column_name from privacy.column_rule r
  join pg_index i on i.indrelid = r.table_name::regclass and i.indisprimary
  join pg_attribute a on a.attrelid = i.indrelid and a.attname = r.column_name and a.attnum = any (i.indkey)
  where r.kind in ('name', 'email', 'text') $$, 'no key tells of a person');
select is_empty($$
  select c.oid::regclass from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  where n.nspowner = 'improve_owner'::regrole and c.relkind in ('r', 'p') and c.relpersistence = 'p'
    and obj_description(c.oid, 'pg_class') ~ '^(Tenant|Cross-LA): ' and n.nspname not in ('audit', 'rpc', 'events') and c.oid not in ('imports.problem'::regclass, 'notices.notice'::regclass)
    and not exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgname = 'audit_row_changed') $$, 'every tenant table says what was before and after');

select test.schools(929, 100001, 2, 'Primary');
select test.call_as(929, 'la_admin');
select results_eq($$ select kind, keep_days, own from privacy.list_retention() where kind = 'imports' $$, $$ values ('imports', 1096, false) $$, 'a common rule');
select results_eq($$ select keep_days, version from privacy.set_retention('imports', 60, null) $$, $$ values (60, 1) $$, 'and a decision');
select throws_ok($$ select * from privacy.set_retention('imports', 60, null) $$, 'IM010', null, 'by version');
select throws_ok($$ select * from privacy.set_retention('imports', 5, 1) $$, '23514', null, 'within bounds');
select test.as_owner();
insert into imports.file (authority_id, import_id, kind, file_name, fields, header_width, effective_on, is_dated, is_complete, is_strict, opened_by, opened_at)
  select 929, 'im-' || d, 'schools', 'x.csv', '{}', 1, current_date, false, false, false, test.person('la_admin', 929), now() - make_interval(days => d)
  from unnest(array[10, 61]) d;
select test.call_as(929, 'la_admin');
select results_eq($$ select kind, rows from privacy.run_retention() order by kind $$,
  $$ values ('delegates', 0), ('former_users', 0), ('imports', 1), ('notices', 0), ('requests', 0) $$, 'retention takes what is old');
select results_eq($$ select keep_days, version from privacy.set_retention('imports', 90, 1) $$, $$ values (90, 2) $$, 'and may be changed');
select throws_ok($$ select * from privacy.erase_person(test.person('la_admin', 929)::text) $$, 'IM009', null, 'who administers is not erased');
select is((select count(*)::integer from privacy.export_self() where place = 'auth.membership'), 1, 'a caller is told what is held on them');
select is_empty($$ select * from privacy.list_erasures(null, null) $$, 'nobody was erased');
-- privacy.export_person, privacy.erase_person and privacy.erase_self are tried with real data in tests/cli/privacy.bats.
select * from finish();
rollback;
