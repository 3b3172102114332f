-- What must hold of every table, view and function, whoever adds it: row security, keys, comments, grants (T1). Each query lists offenders.
begin;
select plan(12);

create view pg_temp.our_schema as
select oid, nspname from pg_namespace where pg_get_userbyid(nspowner) = 'improve_owner';
create view pg_temp.our_table as
select c.oid, c.oid::regclass::text as name, c.relkind, c.relrowsecurity, c.relforcerowsecurity, c.reloptions, obj_description(c.oid, 'pg_class') as comment
from pg_class c join pg_temp.our_schema s on s.oid = c.relnamespace where c.relkind in ('r', 'p', 'v', 'm');
create view pg_temp.our_function as
select p.oid, p.oid::regprocedure::text as name, p.prosecdef, p.proconfig, p.proowner::regrole::text as owner, p.prosrc, p.proacl
from pg_proc p join pg_temp.our_schema s on s.oid = p.pronamespace;

select isnt_empty('select from pg_temp.our_table', 'there are tables to look at');
select is_empty($$select name from pg_temp.our_table where relkind in ('r', 'p') and not (relrowsecurity and relforcerowsecurity)$$,
  'row security is enabled and forced on every table');
select is_empty($$select name from pg_temp.our_table where relkind in ('r', 'p') and coalesce(comment, '') !~ '^(Shared register|Tenant|Cross-LA): '$$,
  'every table says whether it is shared register, tenant or cross-LA');
select is_empty($$select name from pg_temp.our_table where comment is null$$, 'every table and view has a comment');
select is_empty($$select t.name || '.' || a.attname from pg_temp.our_table t join pg_attribute a on a.attrelid = t.oid
  where a.attnum > 0 and not a.attisdropped and col_description(t.oid, a.attnum) is null$$, 'every column has a comment');
select is_empty($$select name from pg_temp.our_function where obj_description(oid, 'pg_proc') is null$$, 'every function has a comment');
select is_empty($$select c.conname || ' on ' || t.name from pg_temp.our_table t join pg_constraint c on c.conrelid = t.oid
  where t.comment like 'Tenant: %' and c.contype in ('p', 'u', 'x')
    and (select attname from pg_attribute where attrelid = t.oid and attnum = c.conkey[1]) <> 'authority_id'$$,
  'every key of a tenant table begins with authority_id');
select is_empty($$select c.conname || ' on ' || t.name from pg_temp.our_table t join pg_constraint c on c.conrelid = t.oid
  join pg_temp.our_table f on f.oid = c.confrelid
  where t.comment like 'Tenant: %' and f.comment like 'Tenant: %' and c.contype = 'f'
    and (select attname from pg_attribute where attrelid = t.oid and attnum = c.conkey[1]) <> 'authority_id'$$,
  'every reference inside a tenant begins with authority_id');
select is_empty($$select name from pg_temp.our_table where relkind = 'v' and not coalesce('security_invoker=true' = any (reloptions), false)$$,
  'every view reads with its caller''s rights');
select is_empty($$select name from pg_temp.our_function where prosecdef and (owner not in ('improve_owner', 'improve_gate')
  or not coalesce(exists (select from unnest(proconfig) c where c like 'search_path=%'), false))$$,
  'every definer function has its search_path pinned and an owner that row security binds');
select is_empty($$select f.name from pg_temp.our_function f, aclexplode(coalesce(f.proacl, acldefault('f', 0))) a where a.grantee = 0$$,
  'no function may be executed by PUBLIC');
select is_empty($$select grantee || ' on ' || table_schema || '.' || table_name || ': ' || privilege_type from information_schema.table_privileges
  where table_schema in (select nspname from pg_temp.our_schema) and privilege_type in ('TRUNCATE', 'REFERENCES', 'TRIGGER')
    and grantee <> 'improve_owner'$$,
  'nobody is granted TRUNCATE, REFERENCES or TRIGGER, which row security does not bind');
select * from finish();
rollback;
