-- Random news about inspections, in any order and computed in between on any day: what is posted in the end is what computing once from scratch gives,
-- and what a small model of its own says (OFF-2). OFFER_SEQUENCES says how many sequences, OFFER_SEED where to begin; each sequence's seed is the first's
-- plus its number. A failure prints its commands and its seed.
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/sequences.sql
\ir ../support/sql/offers.sql
\set sequences 300
\set seed `date +%s`
\getenv sequences OFFER_SEQUENCES
\getenv seed OFFER_SEED
set local timezone = 'Europe/London';
set local client_min_messages = warning;
select plan(2);
select test.schools(881, 115001, 2, 'Primary');
create temporary table m_news (urn integer, day date, news date, grade integer);
create temporary table m_log (n integer generated always as identity, line text);
create temporary table m_tally (what text primary key, n integer default 1);
grant all on m_news, m_log, m_tally to public;
create function test.pick(p_n integer) returns integer language sql volatile as $$ select floor(random() * p_n)::integer $$;

-- News: an inspection of some day, published some weeks later. One that is corrected is superseded, and told anew with another grade.
create function test.news() returns void language plpgsql as $$
declare
  v_urn constant integer := 115001 + test.pick(2);
  v_day constant date := date '2008-09-15' + 30 * test.pick(148);
  v_published constant date := v_day + 20 + test.pick(60);
  v_grade constant integer := (array[1, 2, 3, 3, 3, 4])[1 + test.pick(6)];
begin
  insert into m_log (line) values (format('%s inspected %s, published %s: %s', v_urn, v_day, v_published, v_grade));
  update register.inspection set superseded_at = clock_timestamp() where inspection_number = v_urn || '-' || v_day and superseded_at is null;
  delete from m_news m where m.urn = v_urn and m.day = v_day;
  perform test.graded(v_urn, v_day, v_grade, v_published);
  insert into m_news values (v_urn, v_day, v_published, v_grade);
end $$;

-- The model: walks every day of the year, and knows no rules but S1's.
create function test.model(p_urn integer, p_on date, p_moving_down text, p_top_up text) returns bigint language plpgsql as $$
declare
  v_gives constant bigint[] := array[0, 1600000, 2400000];
  v_grades integer[];
  v_days date[];
  v_was integer;
  v_now integer;
  v_has bigint := 0;
  v_since date;
  d date;
begin
  for d in select distinct x from (select date '2019-09-01' as x union select m.news from m_news m where m.urn = p_urn
      union select (m.day + interval '10 years')::date from m_news m where m.urn = p_urn) y where x between '2019-09-01' and p_on order by x loop
    select array_agg(m.grade order by m.day desc), array_agg(m.day order by m.day desc) into v_grades, v_days from m_news m where m.urn = p_urn and m.news <= d;
    v_since := null;
    for i in 1 .. coalesce(cardinality(v_grades), 0) loop
      exit when v_grades[i] < 3;
      v_since := v_days[i];
    end loop;
    v_now := case when v_grades[1] is distinct from 3 then null when d >= v_since + interval '10 years' then 3 when v_grades[2] = 3 then 2 else 1 end;
    if v_now > coalesce(v_was, 0) then
      v_has := v_has + case when v_was is null and v_has = 0 or p_top_up = 'full' then v_gives[v_now] when p_top_up = 'none' then 0 else greatest(0, v_gives[v_now] - v_has) end;
    elsif coalesce(v_now, 0) < v_was and p_moving_down = 'take_back' then
      v_has := least(v_has, coalesce(v_gives[v_now], 0));
    end if;
    v_was := v_now;
  end loop;
  return v_has;
end $$;

create function test.scheme(p_name text, p_moving_down text, p_top_up text) returns text language sql as $$
  select scheme_id from offers.add_offer_scheme(p_name, 2019, test.offer_tiers(), null, null, null, p_moving_down, p_top_up, null, null)
$$;
-- What is posted of an offer: moves, awards, days.
create function test.state(p_scheme_id text) returns jsonb language sql stable as $$
  select jsonb_build_object(
    'moves', (select jsonb_agg(jsonb_build_array(a.school_urn, m.effective_on, m.from_nth, m.to_nth, m.cause, m.inspection_number, m.pence, m.half_days) order by a.school_urn, m.effective_on)
      from offers.move m join offers.award a using (authority_id, award_id) where m.scheme_id = p_scheme_id and m.superseded_at is null),
    'awards', (select jsonb_agg(jsonb_build_array(a.school_urn, a.awarded_pence, a.half_days) order by a.school_urn) from offers.award a where a.scheme_id = p_scheme_id
      and (a.awarded_pence <> 0 or a.half_days <> 0 or exists (select from offers.move m where m.award_id = a.award_id and m.superseded_at is null))))
$$;
create function test.wrong_books(p_scheme_id text) returns text language sql stable as $$
  select format('the ledger of %s says %s, its award %s, its entitlement %s of %s', a.school_urn, (select sum(e.pence) from offers.entry e where e.award_id = a.award_id), a.awarded_pence, b.granted, a.half_days)
  from offers.award a left join visits.entitlement_balance b on b.authority_id = a.authority_id and b.entitlement_id = a.entitlement_id
  where a.scheme_id = p_scheme_id and (a.awarded_pence <> (select coalesce(sum(e.pence), 0) from offers.entry e where e.award_id = a.award_id) or coalesce(b.granted, 0) <> a.half_days) limit 1
$$;

create function test.sequence(p_seed bigint) returns text language plpgsql as $$
declare
  v_down text;
  v_up text;
  v_id text;
  v_scratch text;
  v_on date;
  v_last date := '2019-09-01';
  v_wrong text;
  v_told jsonb;
begin
  perform setseed((p_seed % 1000000) / 1000000.0);
  begin
    delete from m_news; delete from m_log; delete from m_tally;
    v_down := (array['keep', 'take_back'])[1 + test.pick(2)];
    v_up := (array['difference', 'full', 'none'])[1 + test.pick(3)];
    insert into m_log (line) values (v_down || ' ' || v_up);
    v_id := test.scheme('In steps', v_down, v_up);
    for i in 1 .. test.length(p_seed, 30) + 2 loop
      if test.pick(3) < 2 then
        perform test.news();
      else
        v_on := date '2019-09-01' + test.pick(366);
        v_last := greatest(v_last, v_on);
        insert into m_log (line) values (format('computed as of %s', v_on));
        insert into m_tally select case when r.late then 'late' else r.cause || ' ' || case when r.from_tier is null then 'joins' when r.to_tier is null then 'leaves' when r.to_tier > r.from_tier then 'up' else 'down' end end, count(*)
        from offers.recompute_offer(v_id, v_on) r group by 1 on conflict (what) do update set n = m_tally.n + excluded.n;
        v_wrong := test.wrong_books(v_id);
      end if;
      exit when v_wrong is not null;
    end loop;
    perform count(*) from offers.recompute_offer(v_id, v_last);
    v_scratch := test.scheme('From scratch', v_down, v_up);
    perform count(*) from offers.recompute_offer(v_scratch, v_last);
    v_wrong := coalesce(v_wrong, test.wrong_books(v_id), case when test.state(v_id) <> test.state(v_scratch)
      then format('in steps %s, from scratch %s', test.state(v_id), test.state(v_scratch)) end,
      (select format('%s has %s, the model says %s', u, coalesce(a.awarded_pence, 0), test.model(u, v_last, v_down, v_up)) from generate_series(115001, 115002) u
       left join offers.award a on a.scheme_id = v_id and a.school_urn = u where coalesce(a.awarded_pence, 0) <> test.model(u, v_last, v_down, v_up) limit 1));
    raise exception using errcode = 'UNDO0', message = jsonb_build_object('wrong', format(E'%s: %s\n', test.again('OFFER', p_seed), v_wrong)
      || coalesce((select string_agg(line, E'\n' order by n) from m_log), ''), 'tally', (select coalesce(jsonb_agg(t), '[]') from m_tally t))::text;
  exception when sqlstate 'UNDO0' then
    v_told := sqlerrm::jsonb;
  end;
  insert into m_tally as t select r.* from jsonb_populate_recordset(null::m_tally, v_told -> 'tally') r on conflict (what) do update set n = t.n + excluded.n;
  return case when v_wrong is not null then v_told ->> 'wrong' end;
end $$;
grant execute on all functions in schema test to public;
select test.call_as(881, 'la_admin');
select test.as_owner();
select set_config('app.authority_id', '881', true), set_config('app.personas', 'la_admin,officer,person', true), set_config('app.person_id', test.person('la_admin', 881)::text, true);
select diag(format('%s sequences from OFFER_SEED=%s', :sequences, :seed));
select is_empty(format('select w.wrong from generate_series(0, %s - 1) i cross join lateral test.sequence(%s + i) w (wrong) where w.wrong is not null limit 1', :sequences, :seed),
  'in any order of news, what is posted is what computing from scratch gives, and what the model says');
select diag(format('%s', string_agg(what || ' ' || n, ', ' order by what))) from m_tally;
select is_empty($$ select w from unnest(array['start joins', 'news joins', 'news up', 'news leaves', 'late', 'anniversary up']) w
  where (select sum(n) from m_tally) > 400 and not exists (select from m_tally t where t.what = w) $$, 'every kind of move was met');
select * from finish();
rollback;
