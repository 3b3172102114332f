-- Who may touch which row: every table × select, insert, update, delete × every persona and role, on a row of authority 1 and one of
-- authority 2, all made from the catalogue. What is expected is not: it is the table `may` below, by kind of table. Whatever is refused, or
-- finds no row, is paired with the same statement of one who may, which must find the row.
begin;
\ir matrix_rows.sql
\ir matrix_actors.sql

-- Who may, at most: the kind of a table, whose row it is to the caller (own authority's, or another's), the command, and which actors.
-- An actor not named here must be refused or find nothing. A name is a persona, or a role as matrix_actors.sql names it.
create temporary table may (kind text, whose text, command text, actors text[]);
insert into may values
  ('Tenant', 'own', 'select', '{la_admin,officer,finance,reporter,partner,booker,person,views}'),
  ('Tenant', 'own', 'insert', '{la_admin,officer,finance,partner,booker}'),
  ('Tenant', 'own', 'update', '{la_admin,officer,finance,partner,booker}'),
  ('Tenant', 'own', 'delete', '{la_admin,officer,finance}'),
  ('Shared register', 'own', 'select', '{la_admin,officer,finance,reporter,partner,booker,person,operator,anonymous,nobody,views,reporting_owner,improve_owner}'),
  ('Shared register', 'own', 'insert', '{la_admin,operator}'),
  ('Shared register', 'own', 'update', '{la_admin,operator}'),
  ('Shared register', 'other', 'select', '{la_admin,officer,finance,reporter,partner,booker,person,operator,anonymous,nobody,views,reporting_owner,improve_owner}'),
  ('Shared register', 'other', 'insert', '{operator}'),
  ('Shared register', 'other', 'update', '{operator}'),
  ('Cross-LA', 'own', 'select', '{la_admin,officer,finance,reporter,partner,booker,person,operator}'),
  ('Cross-LA', 'own', 'insert', '{la_admin,operator}'),
  ('Cross-LA', 'own', 'update', '{la_admin,officer,finance,reporter,partner,booker,person,operator}');
-- Exceptions, table by table, each with its reason.
create temporary table may_also (name text, whose text, command text, actors text[], because text);
insert into may_also values
  ('rpc.request', 'own', 'insert', '{reporter,person}', 'everyone records their own writes'),
  ('audit.entry', 'own', 'insert', '{reporter,person}', 'everyone records their own writes'),
  ('audit.pending', 'own', 'insert', '{reporter,person}', 'everyone records their own writes'),
  ('register.establishment', 'other', 'insert', '{la_admin}', 'a link across a border names a school beyond it'),
  ('register.establishment', 'other', 'update', '{la_admin}', 'a link across a border joins lineages'),
  ('register.group_', 'other', 'insert', '{la_admin}', 'a trust is of no authority'),
  ('register.inspection', 'other', 'insert', '{la_admin}', 'an inspection may be of a predecessor that lay elsewhere'),
  ('register.inspection_grade', 'other', 'insert', '{la_admin}', 'with its inspection'),
  ('register.inspection_attribution', 'other', 'insert', '{la_admin}', 'with its inspection'),
  ('auth.person', 'other', 'insert', '{la_admin}', 'who makes a new member makes a person, who is of no authority'),
  ('auth.reporter', 'own', 'select', '{reporter_maker}', 'it drops logins'),
  ('auth.reporter', 'own', 'delete', '{reporter_maker}', 'it drops logins');

create temporary table outcome as
select t.name, t.kind, c.command, r.n, a.actor, a.authority, case when a.authority = r.n then 'own' else 'other' end as whose,
  pg_temp.try(a.actor, a.authority, t.oid, c.command, r.n) as outcome
from pg_temp.target t
cross join unnest(array['select', 'insert', 'update', 'delete']) c (command)
cross join (values (1), (2)) r (n)
cross join pg_temp.actor a
where a.actor <> 'superuser' and not (a.actor in ('improve_gate', 'improve_owner') and t.name ~ '^(auth|rpc|audit|events|notices)\.'); -- what gate, sealer and sender see, their own tests tell
create temporary table control as
select t.name, c.command, r.n, pg_temp.try('superuser', 0, t.oid, c.command, r.n) as outcome
from pg_temp.target t cross join unnest(array['select', 'insert', 'update', 'delete']) c (command) cross join (values (1), (2)) r (n);

select plan(9);
select is_empty($$ select name, command, actor, outcome from outcome where outcome not in ('rows', 'none', 'denied') $$, 'every statement is answered by rights, not by an accident');
select is_empty($$ select name, command, n, outcome from control where outcome <> 'rows' $$,
  'positive control: each statement finds its row when nothing stands in its way');
select is_empty($$
  select o.name, o.whose, o.command, o.actor, o.outcome from outcome o
  where o.outcome = 'rows'
    and not exists (select from may m where m.kind = o.kind and m.whose = o.whose and m.command = o.command and o.actor = any (m.actors))
    and not exists (select from may_also m where m.name = o.name and m.whose = o.whose and m.command = o.command and o.actor = any (m.actors))
$$, 'nobody touches more than the table says');
select is_empty($$ select name, command, actor from outcome where kind = 'Tenant' and whose = 'other' and outcome = 'rows' $$,
  'no row of a tenant is touched by another authority, nor by nobody');
select is_empty($$ select distinct name from outcome o where kind = 'Tenant' and outcome = 'rows' and command = 'select'
  and actor in ('operator', 'nobody', 'anonymous', 'login', 'reporting_reader', 'reporting_owner') $$, 'no tenant''s row is read without a right to it');
select is_empty($$ select name from pg_temp.target t where t.kind = 'Tenant' and t.name not in ('auth.invitation', 'rpc.request', 'audit.entry')
  and not exists (select from outcome o where o.name = t.name and o.outcome = 'rows' and o.command = 'select' and o.n = 2 and o.authority = 2)
  and has_table_privilege('improve_exec', t.oid, 'select') $$, 'positive control: somebody of authority 2 reads its row in each table that calls read');
select is_empty($$ select m.name, m.whose, m.command, a from may_also m, unnest(m.actors) a where not exists (
  select from outcome o where o.name = m.name and o.whose = m.whose and o.command = m.command and o.actor = a and o.outcome = 'rows') $$,
  'every exception is one');
select is_empty($$ select name, command from outcome where actor = 'login' and outcome <> 'denied' $$, 'a reporter''s login has no right on any table');
select is_empty($$ select name, command from outcome where (actor like 'persona\_%' or actor = 'reporting_reader') and outcome <> 'denied' $$,
  'nor have the groups');
select diag(format('%s statements of %s actors on %s tables: %s refused or finding nothing, each with its control; %s carried out', count(*),
  count(distinct actor || authority), count(distinct name), count(*) filter (where outcome <> 'rows'), count(*) filter (where outcome = 'rows')))
from outcome;
select * from finish();
rollback;
