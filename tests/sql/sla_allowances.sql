-- CPD credits and places (SLA-7): granted, reserved, used, lapsed, moved; never below zero; and random commands against a reference model.
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/sla.sql
select plan(53);
select test.schools(929, 100001, 6, 'Primary'), test.schools(926, 200001, 1, 'Primary');
create temporary table d as select base.today() as today, calendar.financial_year_starts(calendar.financial_year(base.today())) as april;
grant select on d to public;
select test.call_as(929, 'la_admin');
create temporary table p as select test.package('Training', 'Package', 0, 24, 5) as package_id;
select test.set_price(package_id, '2015-04-01', 120000) from p;
select results_eq($$ select cpd_credits, cpd_places, half_days from sla.list_packages(null, null, null, null) $$, $$ values (24, 5, 0) $$, 'a package holds credits and places');
select throws_ok($$ select sla.revise_package(package_id, 0, null, null, null, -1, 0) from p $$, '23514', null, 'no fewer than none');

-- Granted with the order, and as the part of a year that it is.
select test.call_as(929, 'booker', array[100001]);
create temporary table o as select test.ordered(package_id, 100001, april) as id from p, d;
select results_eq($$ select unit, granted, units_left, starts_on, subscription_id from sla.list_allowances(null, null, null, null, null, null) order by unit $$,
  $$ select unit, n, n, april, id from d, o, (values ('credit', 24), ('place', 5)) v (unit, n) $$, 'an order grants them, and the school sees its own');
select test.call_as(929, 'officer');
insert into o select test.ordered(package_id, 100002, (april + interval '5 months')::date) from p, d;
select results_eq($$ select unit, granted from sla.list_allowances(100002, null, (select (april + interval '6 months')::date from d), true, null, null) order by unit $$, $$ values ('credit', 14), ('place', 3) $$,
  'seven months: 14 of 24 credits, 3 of 5 places');

-- By hand.
select results_eq($$ select g.unit, g.units, g.starts_on, g.ends_on = (april + interval '1 year')::date - 1 from d, sla.grant_allowance(100003, 'Places', 3, today, null, 'A gift') g $$,
  $$ select 'place', 3, today, true from d $$, 'an officer grants, to the end of the school''s year unless told');
select throws_ok($$ select * from sla.grant_allowance(100003, 'hours', 3, null, null, null) $$, '23514', null, 'credits or places');
select throws_ok($$ select * from sla.grant_allowance(100003, 'place', 0, null, null, null) $$, 'IM003', '0 is no number of credits or places.', 'some');
select throws_ok($$ select * from sla.grant_allowance(999999, 'place', 1, null, null, null) $$, 'IM005', null, 'to a school that is');
create temporary table r as select x.*, n as nth from generate_series(1, 2) n, sla.reserve_allowance(100003, 'place', n, null, 'Phonics in the school') x;
select results_eq($$ select unit, units, units_left from r order by nth $$, $$ values ('place', 1, 2), ('place', 2, 0) $$, 'reserved');
select throws_like($$ select * from sla.reserve_allowance(100003, 'place', 1, null, 'More') $$, 'Wanted: 1 place; left of the school''s on %: 0.', 'never below zero, and what is left is told');
select throws_like($$ select * from sla.reserve_allowance(100003, 'credit', 5, null, 'More') $$, 'School 100003 has no credits on %', 'nor of what it has none');
select throws_ok($$ select * from sla.reserve_allowance(100003, 'hour', 5, null, 'More') $$, 'IM003', null, 'nor of what is no unit');
select throws_ok($$ select * from sla.reserve_allowance(100003, 'place', 1, null, ' ') $$, 'IM003', null, 'for something');
select throws_like($$ select * from d, sla.reserve_allowance(100003, 'place', 1, (april + interval '3 years')::date, 'Later') $$, 'School 100003 has no places on %', 'nor outside its period');
select results_eq($$ select s.outcome, s.units, s.units_left, s.units_reserved from r, sla.settle_allowance(reservation_id, 'used', null) s where nth = 1 $$, $$ values ('used', 1, 0, 2) $$, 'used');
select results_eq($$ select s.outcome, s.units, s.units_left, s.units_reserved from r, sla.settle_allowance(reservation_id, 'released', 'Called off') s where nth = 2 $$,
  $$ values ('released', 2, 2, 0) $$, 'or released');
select throws_like($$ select s.* from r, sla.settle_allowance(reservation_id, 'used', null) s where nth = 2 $$, 'It was released on %: 2 units.', 'once');
select throws_ok($$ select * from sla.settle_allowance('rv-none', 'used', null) $$, 'IM005', 'Nothing is reserved under "rv-none".', 'what was reserved');
select throws_ok($$ select s.* from r, sla.settle_allowance(reservation_id, 'lost', null) s $$, 'IM003', null, 'used or released');
select results_eq($$ select e.kind, e.left_change, e.reserved_change, e.units_left, e.units_reserved from (select distinct allowance_id from r) x, sla.list_allowance_entries(x.allowance_id, null, null) e $$,
  $$ values ('granted', 3, 0, 3, 0), ('reserved', -1, 1, 2, 1), ('reserved', -2, 2, 0, 3), ('used', 0, -1, 0, 2), ('released', 2, -2, 2, 0) $$, 'the ledger, with what was left and reserved then');
select results_eq($$ select granted, reserved, used, lapsed, moved, units_left from sla.list_allowances(100003, null, null, null, null, null) $$, $$ values (3, 0, 1, 0, 0, 2) $$, 'and its sums');
select throws_ok($$ select * from sla.list_allowance_entries('al-none', null, null) $$, 'IM005', null, 'a ledger that is none');

-- Adjusted, moved, lapsed.
create temporary table a as select distinct allowance_id as one from r;
select throws_ok($$ select x.* from a, sla.adjust_allowance(one, 1, -3, 'x') x $$, 'IM009', 'Left: 2 places; 0 more reserved, which stay.', 'no more than is left is taken away');
select throws_ok($$ select x.* from a, sla.adjust_allowance(one, 2, 1, 'x') x $$, 'IM010', null, 'a stale version');
select throws_ok($$ select x.* from a, sla.adjust_allowance(one, 1, 0, 'x') x $$, 'IM003', null, 'by something');
select results_eq($$ select x.units_left, x.version from a, sla.adjust_allowance(one, 1, 2, 'Two more') x $$, $$ values (4, 2) $$, 'adjusted');
alter table a add two text, add other text, add ended text;
update a set two = (select g.allowance_id from d, sla.grant_allowance(100003, 'place', 1, (april + interval '1 year')::date, (april + interval '2 years')::date - 1, null) g),
  other = (select g.allowance_id from sla.grant_allowance(100004, 'place', 1, null, null, null) g),
  ended = (select g.allowance_id from d, sla.grant_allowance(100003, 'credit', 7, today - 100, today - 1, null) g);
select throws_ok($$ select m.* from a, sla.move_entitlement(one, two, 1, 'x') m $$, 'IM009', 'Nothing is moved to another year: the common terms.', 'by the terms nothing moves');
select test.call_as(929, 'la_admin');
select is((select move_weeks from sla.set_subscription_policy(0, '2015-04-01', null, null, null, null, null, null, 6)), 6, 'six weeks before the end (schools.norfolk.gov.uk/article/29356)');
select throws_ok($$ select * from sla.set_subscription_policy(1, null, null, null, null, null, null, null, 53) $$, '23514', null, 'weeks of a year');
select test.call_as(929, 'officer');
select test.as_owner();
update sla.allowance set ends_on = (select today + 43 from d) where allowance_id = (select one from a);
grant select on a to public;
select test.call_as(929, 'officer');
select results_eq($$ select m.unit, m.units, m.left_units, m.left_there from a, sla.move_entitlement(one, two, 1, 'Ill') m $$, $$ values ('place', 1, 3, 2) $$, 'until then what is left moves to the next year');
select throws_ok($$ select m.* from a, sla.move_entitlement(one, two, 4, 'x') m $$, 'IM009', 'Wanted: 4 places; left: 3.', 'as far as there is something left');
select throws_ok($$ select m.* from a, sla.move_entitlement(one, other, 1, 'x') m $$, 'IM009', null, 'not to another school''s');
select throws_ok($$ select m.* from a, sla.move_entitlement(one, ended, 1, 'x') m $$, 'IM009', null, 'nor of another unit');
select throws_ok($$ select m.* from a, sla.move_entitlement(one, one, 1, 'x') m $$, 'IM009', null, 'nor to itself');
select throws_ok($$ select m.* from a, sla.move_entitlement(one, 'al-none', 1, 'x') m $$, 'IM005', null, 'nor nowhere');
select test.as_owner();
update sla.allowance set ends_on = (select today + 40 from d) where allowance_id = (select one from a);
select test.call_as(929, 'officer');
select throws_like($$ select m.* from a, sla.move_entitlement(one, two, 1, 'x') m $$, 'What is left on % could be moved until %, 6 weeks before: 2 days ago.', 'too late is told by days');
create temporary table h as select (visits.grant_entitlement(100003, 'core', 4, today - 10, today + 60, null, null)).entitlement_id as one,
  (visits.grant_entitlement(100003, 'offer', 1, today - 300, today - 1, null, null)).entitlement_id as ended from d;
select results_eq($$ select l.unit, l.lapsed from sla.lapse_entitlements(null) l order by unit $$, $$ values ('credit', 7), ('half-day', 1) $$, 'what has ended lapses, half-days too');
select is_empty($$ select * from sla.lapse_entitlements(null) $$, 'once');
select throws_ok($$ select l.* from d, sla.lapse_entitlements(today) l $$, 'IM003', null, 'not what has not ended');
create temporary table h2 as select (visits.grant_entitlement(100003, 'offer', 1, today, today + 400, null, null)).entitlement_id as two from d;
select results_eq($$ select m.unit, m.left_units, m.left_there from h, h2, sla.move_entitlement(one, two, 2, 'Ill') m $$, $$ values ('half-day', 2, 3) $$, 'half-days move by the same rule');

-- An early end, a cancelled order.
select sla.end_subscription(id, 1, 'Closes', (select today from d), null) from o where id in (select subscription_id from sla.list_allowances(100001, null, null, true, null, null));
select results_eq($$ select unit, lapsed, units_left, ends_on from sla.list_allowances(100001, null, null, true, null, null) order by unit $$, $$ select u, n, 0, today from d, (values ('credit', 24), ('place', 5)) v (u, n) $$,
  'an early end lets what is left lapse');
create temporary table n as select test.ordered(package_id, 100004, today + 20) as id from p, d;
select sla.cancel_subscription(id, 1, 'Twice') from n;
select is((select sum(units_left)::integer from sla.list_allowances(100004, 'credits', null, true, null, null)), 0, 'so does a cancelled order');

-- A booking reserves as whoever books it.
select test.call_as(929, 'booker', array[100002]);
select lives_ok($$ select sla.reserve_units(100002, 'place', (select (april + interval '6 months')::date from d), 2, 'bk-1', null) $$, 'a school''s booking reserves its places');
select throws_ok($$ select sla.reserve_units(100002, 'place', (select (april + interval '6 months')::date from d), 1, 'bk-1', null) $$, '23505', null, 'a booking reserves once');
select throws_like($$ select sla.reserve_units(100002, 'place', (select (april + interval '6 months')::date from d), 2, 'bk-2', null) $$, 'Wanted: 2 places; left of the school''s on %: 1.', 'while there are some');
select results_eq($$ select units from sla.settle_units('bk-1', 'released', 'Cancelled') $$, $$ values (2) $$, 'and releases them');
select is((select units from sla.settle_units('bk-none', 'released', null)), null, 'a booking that reserved nothing releases nothing');
select is_empty($$ select * from sla.list_allowances(100003, null, null, true, null, null) $$, 'another school''s are not told');
select throws_ok($$ update sla.allowance set left_units = 100 $$, '42501', null, 'and nobody writes but the ledger');
select ok(not has_function_privilege('persona_booker', to_regproc('sla.grant_allowance'), 'execute'), 'a school grants itself nothing');

-- Random commands: whatever is done, the rows are what the model says, and the ledger too.
select test.as_owner();
create function test.drive(p_seed double precision, p_steps integer) returns text language plpgsql as $$
declare
  v_ids text[]; v_left integer[] := '{0,0,0}'; v_reserved integer[] := '{0,0,0}'; v_open jsonb := '{}';
  v_a integer; v_b integer; v_n integer; v_key text; v_ok boolean; v_expected boolean; v_row record;
begin
  perform setseed(p_seed);
  for i in 1..3 loop
    v_ids[i] := sla.open_allowance(100005, 'credit', null, date '2026-04-01' + i, '2027-03-31', 10 * i, null);
    v_left[i] := 10 * i;
  end loop;
  for s in 1..p_steps loop
    v_a := 1 + floor(random() * 3); v_b := 1 + (v_a + floor(random() * 2)::integer) % 3; v_n := 1 + floor(random() * 6);
    select k into v_key from jsonb_object_keys(v_open) k order by random() limit 1;
    v_ok := true;
    begin
      case floor(random() * 6)::integer
        when 0 then v_expected := v_left[v_a] >= v_n; v_key := format('%s-%s', p_seed, s);
          perform sla.enter_units(v_ids[v_a], 'reserved', -v_n, v_n, v_key, null, null);
          v_left[v_a] := v_left[v_a] - v_n; v_reserved[v_a] := v_reserved[v_a] + v_n; v_open := v_open || jsonb_build_object(v_key, jsonb_build_array(v_a, v_n));
        when 1 then continue when v_key is null; v_expected := true; v_a := v_open -> v_key -> 0; v_n := v_open -> v_key -> 1;
          perform sla.settle_units(v_key, 'used', null); v_reserved[v_a] := v_reserved[v_a] - v_n; v_open := v_open - v_key;
        when 2 then continue when v_key is null; v_expected := true; v_a := v_open -> v_key -> 0; v_n := v_open -> v_key -> 1;
          perform sla.settle_units(v_key, 'released', null); v_reserved[v_a] := v_reserved[v_a] - v_n; v_left[v_a] := v_left[v_a] + v_n; v_open := v_open - v_key;
        when 3 then v_expected := v_left[v_a] >= v_n and v_a <> v_b; continue when v_a = v_b;
          perform sla.move_units(v_ids[v_a], v_ids[v_b], v_n, null); v_left[v_a] := v_left[v_a] - v_n; v_left[v_b] := v_left[v_b] + v_n;
        when 4 then v_n := v_n - 3; continue when v_n = 0; v_expected := v_left[v_a] + v_n >= 0;
          perform sla.enter_units(v_ids[v_a], 'adjusted', v_n, 0, null, null, 'x'); v_left[v_a] := v_left[v_a] + v_n;
        else continue when random() > 0.1; v_expected := true;
          perform sla.close_allowance(v_ids[v_a], '2027-03-31', 'x'); v_left[v_a] := 0;
      end case;
    exception when check_violation then v_ok := false;
    end;
    if v_ok <> v_expected then return format('step %s: %s, the model says %s', s, v_ok, v_expected); end if;
    for v_row in select a.*, b.left_units as ledger_left, b.reserved as ledger_reserved from sla.allowance a join sla.allowance_balance b using (authority_id, allowance_id)
      where a.allowance_id = any (v_ids) loop
      v_a := array_position(v_ids, v_row.allowance_id);
      if (v_row.left_units, v_row.reserved_units, v_row.ledger_left, v_row.ledger_reserved) <> (v_left[v_a], v_reserved[v_a], v_left[v_a], v_reserved[v_a]) then
        return format('step %s: %s', s, row(v_row.left_units, v_row.reserved_units, v_row.ledger_left, v_row.ledger_reserved, v_left[v_a], v_reserved[v_a]));
      end if;
    end loop;
  end loop;
  return 'agrees';
end $$;
grant execute on function test.drive to public;
select test.call_as(929, 'officer');
select is(test.drive(0.29, 400), 'agrees', '400 random commands');
select is(test.drive(0.92, 400), 'agrees', 'and 400 others');
select test.as_owner();
select is((select count(*)::integer from sla.allowance a join sla.allowance_balance b using (authority_id, allowance_id)
  where a.left_units <> b.left_units or a.reserved_units <> b.reserved or b.granted + b.moved <> b.reserved + b.used + b.lapsed + b.left_units), 0,
  'granted + moved = reserved + used + lapsed + left, everywhere');
select * from finish();
rollback;
