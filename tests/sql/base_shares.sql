-- Exact shares (C-2): whatever is divided among whatever, the parts are whole and add up to it.
begin;
select plan(15);
select test.call_as(929, 'officer');

select is(base.shares(100, '{1,1,1}'), '{34,33,33}', 'the first of equal remainders gets what is left over');
select is(base.shares(100, '{5,7}'), '{42,58}', '5/12 and 7/12 of a pound');
select is(base.shares(6, '{5,7}'), '{3,3}', 'a tie goes to the first: 2.5 and 3.5');
select is(base.shares(-100, '{1,1,1}'), '{-34,-33,-33}', 'below zero as above it');
select is(base.shares(0, '{1,0}'), '{0,0}', 'nothing');
select is(base.shares(10, '{0,1,0}'), '{0,10,0}', 'who weighs nothing gets nothing');
select is(base.shares(9223372036854775807, '{1,1,1}'), '{3074457345618258603,3074457345618258602,3074457345618258602}', 'the largest whole there is');
select is(base.part_between(75000, 0, 5, 12) + base.part_between(75000, 5, 12, 12), 75000::bigint, 'a year cut into 5 and 7 months');
select throws_ok($$ select base.shares(1, '{0,0}') $$, 'P0001', null, 'some weight there must be');
select throws_ok($$ select base.shares(1, '{2,-1}') $$, 'P0001', null, 'and none below zero');

-- Properties, over cases drawn from a fixed seed.
select setseed(0.2022);
create temporary table drawn as
select n, (random() * 10 ^ (n % 9 + 1))::bigint * (1 - 2 * (n % 5 = 0)::integer) as whole, w.weights
from generate_series(1, 2000) n
cross join lateral (select array_agg(round((random() * 1000)::numeric, n % 4) + (i = 1)::integer) as weights from generate_series(1, 1 + n % 17) i) w;
create temporary table share as
select d.n, d.whole, s.nth, s.share, d.weights[s.nth] as weight, d.whole * d.weights[s.nth] / (select sum(w) from unnest(d.weights) w) as quota
from drawn d cross join lateral unnest(base.shares(d.whole, d.weights)) with ordinality s (share, nth);
select is((select count(*)::integer from (select n from share group by n, whole having sum(share) <> whole) x), 0, 'shares add up to the whole, 2,000 times');
select is((select count(*)::integer from share where abs(share - quota) >= 1), 0, 'none is a penny or more away from what is exact');
select is((select count(*)::integer from share a join share b on b.n = a.n and a.weight > b.weight and abs(a.share) < abs(b.share)), 0,
  'who weighs more never gets less');
-- A year cut anywhere, into any number of parts.
create temporary table cut as
select n, whole, base.part_between(whole, lag(day, 1, 0) over w, day, 365) as part
from (
  select d.n, d.whole, c.day from drawn d
  cross join lateral (select 365 as day union select (random() * 364)::integer from generate_series(1, 1 + d.n % 7)) c
) x window w as (partition by n order by day);
select is((select count(*)::integer from (select n from cut group by n, whole having sum(part) <> whole) x), 0, 'however a year is cut, its parts add up to it');
select is((select count(*)::integer from cut where sign(part) = -sign(whole) and part <> 0), 0, 'and no part has the other sign');
select * from finish();
rollback;
