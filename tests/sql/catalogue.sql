-- What must hold of every table, view and function, whoever adds it: row security, keys, comments, grants (T1). Each query lists offenders.
begin;
select plan(27);

create view pg_temp.our_schema as
select oid, nspname from pg_namespace where pg_get_userbyid(nspowner) = 'improve_owner';
create view pg_temp.our_table as
select c.oid, c.oid::regclass::text as name, c.relkind, c.relrowsecurity, c.relforcerowsecurity, c.reloptions,
  c.relowner::regrole::text as owner, obj_description(c.oid, 'pg_class') as comment
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
select is_empty($$select name from pg_temp.our_table where relkind = 'v' and not coalesce('security_invoker=true' = any (reloptions), false)
  and not (owner = 'reporting_owner' and name like 'reporting.%')$$,
  'every view reads with its caller''s rights, or is one of reporting and belongs to reporting_owner');
select is_empty($$select name from pg_temp.our_table where name like 'reporting.%' and not (relkind = 'v' and owner = 'reporting_owner' and reloptions is null)$$,
  'reporting holds views of reporting_owner and nothing else');
select is_empty($$select name from pg_temp.our_table where relkind = 'm'$$, 'there is no materialised view, which row security would not bind');
select is_empty($$select name from pg_temp.our_function where prosecdef and (owner not in ('improve_owner', 'improve_gate', 'improve_sealer', 'improve_sender', 'reporter_maker')
  or not coalesce(exists (select from unnest(proconfig) c where c like 'search_path=%'), false))$$,
  'every definer function has its search_path pinned and an owner that row security binds');
select is_empty($$select f.name from pg_temp.our_function f, aclexplode(coalesce(f.proacl, acldefault('f', 0))) a where a.grantee = 0$$,
  'no function may be executed by PUBLIC');
select is_empty($$select grantee || ' on ' || table_schema || '.' || table_name || ': ' || privilege_type from information_schema.table_privileges
  where table_schema in (select nspname from pg_temp.our_schema) and privilege_type in ('TRUNCATE', 'REFERENCES', 'TRIGGER')
    and grantee not in ('improve_owner', 'reporting_owner')$$,
  'nobody is granted TRUNCATE, REFERENCES or TRIGGER, which row security does not bind');
select is_empty($$select i.indexrelid::regclass from pg_temp.our_table t join pg_index i on i.indrelid = t.oid
  where t.comment like 'Tenant: %' and i.indisunique
    and coalesce((select attname from pg_attribute where attrelid = t.oid and attnum = i.indkey[0]), '') <> 'authority_id'$$,
  'every unique index of a tenant table begins with authority_id');

-- Policies: which settings or logins they ask, and for whom they are.
create view pg_temp.our_policy as
select p.polname || ' on ' || t.name as name, t.comment, r.role, coalesce(pg_get_expr(p.polqual, p.polrelid), '') || ' '
    || coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '') as asks,
  exists (select from pg_depend d join pg_temp.our_function f on f.oid = d.refobjid
    where d.classid = 'pg_policy'::regclass and d.objid = p.oid and d.refclassid = 'pg_proc'::regclass) as calls_ours
from pg_policy p join pg_temp.our_table t on t.oid = p.polrelid,
  lateral (select case x when 0 then 'public' else pg_get_userbyid(x) end as role from unnest(p.polroles) x) r;
select is_empty($$select name from pg_temp.our_policy where (calls_ours or asks like '%current_setting%')
  and role not in ('improve_exec', 'improve_owner', 'improve_gate', 'improve_sealer', 'improve_sender', 'reporter_maker')$$,
  'policies that ask settings are for the server, and for owners of its definer functions');
select is_empty($$select name from pg_temp.our_policy where role = 'reporting_owner' and asks !~* 'session_user'
  and not (asks ~ '^true ' and comment like 'Shared register: %')$$,
  'what a reporter reads is keyed on its login, or public data');
select is_empty($$select name || ' to ' || role from pg_temp.our_policy where role not in ('improve_exec', 'improve_owner', 'improve_gate', 'improve_sealer', 'improve_sender', 'reporter_maker', 'reporting_owner')$$,
  'no policy is for anybody else');
select is_empty($$select name from pg_temp.our_policy where comment like 'Tenant: %' and asks !~* 'authority_id|person_id|session_user' and role not in ('improve_gate', 'improve_sealer', 'improve_sender') and not (role = 'improve_owner' and name like 'seals on audit.%')$$,
  'every policy of a tenant table asks whose row it is, but for the gate, the sealer and the sender, who work for all');

-- Reporters: what they reach, and what ODBC brings whole.
select is_empty($$select distinct d.objid::regclass, f.name from pg_depend v join pg_depend d on d.objid = v.objid and d.classid = 'pg_rewrite'::regclass
  join pg_rewrite w on w.oid = v.objid join pg_temp.our_table t on t.oid = w.ev_class and t.name like 'reporting.%'
  join pg_temp.our_function f on f.oid = d.refobjid and d.refclassid = 'pg_proc'::regclass$$,
  'no view of reporting calls a function of ours, which would run with the reader''s rights');
select is_empty($$select t.name || '.' || a.attname from pg_temp.our_table t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0
  where t.name like 'reporting.%' and format_type(a.atttypid, a.atttypmod) !~
    '^(character varying\([0-9]+\)|integer|bigint|date|numeric\([0-9]+,[0-9]+\)|timestamp\(0\) without time zone)$'$$,
  'every column of reporting is of a type that ODBC brings whole');
select is_empty($$select t.name, a.privilege_type from pg_temp.our_table t, pg_class c, aclexplode(c.relacl) a
  where c.oid = t.oid and a.grantee in ('reporting_reader'::regrole, 0) and not (t.name like 'reporting.%' and a.privilege_type = 'SELECT')$$,
  'readers may read the views of reporting, and nothing else; PUBLIC nothing');
select is_empty($$select t.name from pg_temp.our_table t where t.name like 'reporting.%' and not has_table_privilege('reporting_reader', t.oid, 'select')$$,
  'readers may read every view of reporting');
select is_empty($$select distinct p.oid::regprocedure from pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
  where a.grantee = 0 and p.pronamespace = 'pg_catalog'::regnamespace
    and p.proname ~ '^(pg_sleep|pg_advisory|pg_try_advisory|lo_|loread|lowrite|pg_stat_get_|pg_lock_status|pg_read_|pg_ls_|pg_relation_size|pg_database_size|txid_|pg_current_wal)'
    and p.prorettype <> 'trigger'::regtype$$,
  'PUBLIC may not wait, lock, keep large objects, read files, or look at what all do together');
select is_empty($$select rolname from pg_roles where (rolname like 'improve\_%' or rolname like 'persona\_%' or rolname like 'report%' or rolname like 'la\_%')
  and (rolsuper or rolbypassrls or rolreplication or rolcreatedb or rolcreaterole <> (rolname = 'reporter_maker')
    or rolcanlogin <> (rolname = 'improve_exec' or rolname like 'la\_%'))$$,
  'no role of ours is a superuser or passes row security; one makes logins; the server and reporters sign in');
select is_empty($$select m.member::regrole || ' in ' || m.roleid::regrole from pg_auth_members m
  where m.roleid in ('reporter_maker'::regrole, 'reporting_owner'::regrole, 'improve_owner'::regrole, 'improve_gate'::regrole)
    and m.member <> 'improve_owner'::regrole$$, 'no login is a member of an owner');
select ok(not has_language_privilege('reporting_reader', 'plpgsql', 'usage'), 'readers run no procedural code');
select * from finish();
rollback;
