-- A small model of an authority's money, worked out apart from the ledger, and what is compared with it: \ir this after schools.sql and sla.sql.
create temporary table kit (package_id text primary key, service text, net bigint); -- what is sold, at flat prices and 20% VAT
create temporary table m_order (id text primary key, urn integer, package text, service text, starts date, ordered_to date, ends date, net bigint, version integer, continues text,
  given boolean default false);
create temporary table m_charge (id text primary key, urn integer, income text, day date, net bigint, vat bigint, cause text, credits text, credited bigint default 0, credited_vat bigint default 0,
  document text, journal integer);
create temporary table m_document (id text primary key, urn integer, gross bigint, paid bigint default 0, version integer default 1);
create temporary table m_journal (number integer primary key, entries integer, debit bigint);
create temporary table state (step integer);
create temporary table fault (step integer, command text, what text);
grant all on kit, m_order, m_charge, m_document, m_journal, state, fault to public;

create function test.fault(p_command text, p_what text) returns void language sql as $$ insert into fault select step, p_command, p_what from state $$;
-- A command was carried out or refused: is that what the model says?
create function test.went(p_command text, p_done boolean, p_expected boolean, p_said text default null) returns void language plpgsql as $$
begin
  if p_done <> p_expected then
    perform test.fault(p_command, case when p_done then 'was not refused' else p_said end);
  end if;
end $$;
create function test.same(p_command text, p_found anyelement, p_expected anyelement) returns void language plpgsql as $$
begin
  if p_found is distinct from p_expected then
    perform test.fault(p_command, format('%s, not %s', p_found, p_expected));
  end if;
end $$;

-- What a credit of so much net takes of the charge's VAT: all credits together have their share, to the penny (C-2).
create function test.credit_in_model(p_id text, p_charge text, p_net bigint, p_day date) returns void language plpgsql as $$
declare
  c m_charge;
  v_vat bigint;
begin
  select * into c from m_charge where id = p_charge;
  v_vat := round(c.vat * (c.credited + p_net)::numeric / c.net) - c.credited_vat;
  update m_charge set credited = credited + p_net, credited_vat = credited_vat + v_vat where id = p_charge;
  insert into m_charge (id, urn, income, day, net, vat, cause, credits) values (p_id, c.urn, c.income, p_day, -p_net, -v_vat, c.cause, p_charge);
end $$;
create function test.charge_of(p_order text) returns m_charge language sql stable as $$ select c.* from m_charge c where c.cause = p_order and c.credits is null $$;
-- Days of a year that nobody uses, rounded as half a penny up of what is used; £50 is kept; what was credited before is not given back.
create function test.gives_back(p_order m_order, p_ends date) returns bigint language sql stable as $$
  select least(greatest(0, p_order.net - floor((p_order.net * (p_ends - p_order.starts + 1) * 2 + d.days) / (2.0 * d.days))::bigint - 5000),
    coalesce((select c.net - c.credited from test.charge_of(p_order.id) c), 0))
  from (select p_order.ordered_to - p_order.starts + 1 as days) d
$$;
create function test.order_in_model(p_id text, p_urn integer, p_package text, p_starts date, p_continues text, p_charge text) returns void language plpgsql as $$
declare
  v_net constant bigint := (select k.net from kit k where k.package_id = p_package);
begin
  insert into m_order (id, urn, package, service, starts, ordered_to, ends, net, version, continues)
  select p_id, p_urn, p_package, k.service, p_starts, (p_starts + interval '1 year')::date - 1, (p_starts + interval '1 year')::date - 1, v_net, 1, p_continues from kit k where k.package_id = p_package;
  if v_net > 0 then
    insert into m_charge (id, urn, income, day, net, vat, cause) values (p_charge, p_urn, 'sla_income', p_starts, v_net, round(v_net / 5.0), p_id);
  end if;
  perform test.same('order', p_charge is not null, v_net > 0);
end $$;

-- What the books should say, and what they say, account by account.
create function test.expected_books() returns table (account text, urn integer, pence bigint) language sql stable as $$
  select case when x.urn > 100030 then 'due_from_school' else 'recharge_to_school' end, x.urn, sum(x.pence)::bigint
  from (select urn, net + vat as pence from m_charge union all select urn, -paid from m_document) x group by 1, 2 having sum(x.pence) <> 0
  union all
  select income, null, -sum(net)::bigint from m_charge group by 1 having sum(net) <> 0
  union all
  select 'vat_output', null, -sum(vat)::bigint from m_charge having sum(vat) <> 0
  union all
  select 'bank', null, sum(paid)::bigint from m_document having sum(paid) <> 0
$$;
create function test.found_books() returns table (account text, urn integer, pence bigint) language sql stable security definer as $$
  select l.account, l.school_urn, sum(l.pence)::bigint from money.line l where l.authority_id = 929 group by 1, 2 having sum(l.pence) <> 0
$$;
create function test.compare_books(p_after text) returns void language plpgsql as $$
begin
  insert into fault select s.step, p_after, format('%s %s: %s pence, not %s', coalesce(f.account, e.account), coalesce(f.urn, e.urn), f.pence, e.pence)
  from state s, test.found_books() f full join test.expected_books() e on e.account = f.account and e.urn is not distinct from f.urn
  where f.pence is distinct from e.pence;
end $$;
-- What a school owes today: what is charged by now, less what was paid.
create function test.owes(p_urn integer) returns bigint language sql stable as $$
  select (coalesce((select sum(net + vat) from m_charge where urn = p_urn and day <= base.today()), 0) - coalesce((select sum(paid) from m_document where urn = p_urn), 0))::bigint
$$;
