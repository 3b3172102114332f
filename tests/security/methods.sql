-- Who may make which call: every call × every persona, through the gate, against rights.expected, which people read and review. Each refusal is
-- paired with a persona that the gate admits to the same call.
begin;
create temporary table expected_line (line text);
\copy expected_line from 'tests/security/rights.expected'
create temporary table expected as
select split_part(line, ' ', 1) as call, regexp_split_to_table(regexp_replace(line, '^\S+\s+', ''), '\s+') as persona
from expected_line where line !~ '^(#|\s*$)';
create temporary table granted as
select p.oid::regproc::text as call, substr(r.rolname, 9) as persona
from pg_proc p join pg_namespace n on n.oid = p.pronamespace cross join aclexplode(p.proacl) a join pg_roles r on r.oid = a.grantee
where pg_get_userbyid(n.nspowner) = 'improve_owner' and r.rolname like 'persona\_%';

-- A caller of each persona in authority 1, and the operator; `person` is a member of nothing, `anonymous` has no token.
create temporary table caller as select substr(rolname, 9) as persona from pg_roles where rolname like 'persona\_%';
insert into auth.authority_scope values (1) on conflict do nothing;
insert into auth.person (person_id, display_name) select md5(persona)::uuid, persona from caller;
insert into auth.membership (authority_id, membership_id, person_id, persona, school_urn, starts_on)
select case persona when 'operator' then 0 else 1 end, 'm-' || persona, md5(persona)::uuid, persona, case persona when 'booker' then 100001 end, '2026-01-01'
from caller where persona not in ('person', 'anonymous');
insert into auth.token (token_hash, person_id, label, expires_at)
select sha256(persona::bytea), md5(persona)::uuid, persona, now() + interval '1 day' from caller;

-- The gate's answer: admitted, or refused for want of a right. Its parameters are given by name, those not named here as null.
create function pg_temp.gate(p_call text, p_persona text) returns text language plpgsql as $$
declare
  v_arguments text;
begin
  select string_agg(format('%I => %L', a, case a
    when 'p_token_hash' then case when p_persona <> 'anonymous' then sha256(p_persona::bytea)::text end
    when 'p_authority' then case when p_persona not in ('operator', 'person', 'anonymous') then '001' else '' end
    when 'p_method' then p_call when 'p_function' then p_call when 'p_write' then 'f' when 'p_timeout_ms' then '60000' when 'p_dry_run' then 'f' end), ', ')
    into v_arguments from pg_proc p, unnest(p.proargnames) a where p.oid = 'auth.begin_call'::regproc;
  begin
    execute format('select auth.begin_call(%s)', v_arguments);
    raise exception using errcode = 'UNDO0';
  exception
    when sqlstate 'UNDO0' then return 'admitted';
    when sqlstate 'IM007' or sqlstate 'IM016' then return 'refused';
    when others then return sqlstate || ' ' || sqlerrm;
  end;
end $$;

create temporary table outcome as
select m.call, c.persona, pg_temp.gate(m.call, c.persona) as outcome,
  exists (select from expected e where e.call = m.call and (e.persona = c.persona or e.persona = 'person' and c.persona <> 'anonymous')) as may
from (select distinct call from granted) m cross join caller c;

select plan(7);
select is_empty('select call, persona from granted except select call, persona from expected', 'no right is granted that rights.expected does not name');
select is_empty('select call, persona from expected except select call, persona from granted', 'and none is missing');
select is_empty($$ select call, persona, outcome from outcome where outcome not in ('admitted', 'refused') $$, 'the gate answers by rights');
select is_empty($$ select call, persona from outcome where outcome = 'admitted' and not may $$, 'the gate admits nobody else');
select is_empty($$ select call, persona from outcome where outcome = 'refused' and may $$, 'and refuses nobody who may');
select is_empty($$ select call from outcome group by call having not bool_or(outcome = 'admitted') $$, 'positive control: somebody is admitted to each call');
select is_empty($$ select persona from outcome group by persona having not bool_or(outcome = 'admitted') $$, 'positive control: everybody is admitted to some call');
select diag(format('%s calls × %s personas: %s admitted, %s refused, each with one who is admitted', count(distinct call), count(distinct persona),
  count(*) filter (where outcome = 'admitted'), count(*) filter (where outcome = 'refused'))) from outcome;
select * from finish();
rollback;
