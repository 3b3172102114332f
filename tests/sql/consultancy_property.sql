-- Random commands on agreements that run both ways, against a small model: half-days left, what is charged, kept, taken back and stated, both copies,
-- both ledgers (CON-2, MON-3). CONSULTANCY_SEQUENCES says how many sequences (10000 at full size),
-- CONSULTANCY_SEED where to begin; each sequence's seed is the first's plus its number.
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/sequences.sql
\ir ../support/sql/visits.sql
\ir ../support/sql/consultancy.sql
\set sequences 1500
\set seed `date +%s`
\getenv sequences CONSULTANCY_SEQUENCES
\getenv seed CONSULTANCY_SEED
set local timezone = 'Europe/London'; -- today is England's
set local client_min_messages = warning;
select plan(2);
select test.working('sold', 30);
select test.call_as(926, 'la_admin');
insert into made select 'bought', a.agreement_id from consultancy.propose_agreement('929', 'Back', test.day(-60), test.day(60),
  '[{"kind":"sip","half_days":30,"half_day_pence":20001}]', '[100001, 100002]', 2.5, 20, 2) a;
select test.call_as(929, 'la_admin');
select a.version from consultancy.answer_agreement(test.ref('bought'), 1, 'accept', null) a;
select test.call_as(926, 'officer');
select p.version from consultancy.place_partner(test.ref('bought'), 'pt-own', 'sip', null, null) p;
select test.call_as(929, 'officer');
insert into made select 'bought ash', p.partner_id from partners.partner p where p.authority_id = 929 and p.person_id = test.person('own', 926);
select test.as_owner();

-- The model: what of each agreement, in which client, at what gross price of one and of two half-days, worked out by hand.
create temporary table deal (what text primary key, client integer, provider integer, urn integer, total integer, gross bigint[]);
insert into deal values ('sold', 926, 929, 200001, 30, '{20125,40250}'), ('bought', 929, 926, 100001, 30, '{24601,49202}');
create temporary table model (visit_id text primary key, what text, day integer, half_days integer, version integer, state text, gross bigint, posted date, stated boolean default false,
  back_posted date, back_stated boolean default false);
create temporary table state (stated_to date, step integer);
insert into state values (null, 0);
create temporary table fault (step integer, command text, what text);
grant all on deal, model, state, fault to public;

create function test.expect_left(p_what text) returns integer language sql stable as $$
  select d.total - coalesce((select sum(m.half_days) from model m where m.what = p_what and m.state in ('planned', 'charged')), 0)::integer from deal d where d.what = p_what
$$;
create function test.found_left(p_what text) returns integer[] language sql stable security definer as $$
  select array_agg(left_half_days) from consultancy.bank where agreement_id = test.ref(p_what)
$$;
create function test.posting(p_day date) returns date language sql stable as $$ select greatest(p_day, (select stated_to + 1 from state)) $$;
create function test.days_of(p_fault text) returns void language sql as $$
  insert into fault select s.step, p_fault, d.what from deal d, state s where test.found_left(d.what) is distinct from array[test.expect_left(d.what), test.expect_left(d.what)]
$$;

-- One command: it is carried out, or refused as the model says.
create function test.step() returns void language plpgsql as $$
declare
  v_deal deal;
  v_day integer;
  v_half integer := 1 + floor(random() * 2)::integer;
  v_model model;
  v_which constant integer := floor(random() * 10)::integer;
  v_side text := (array['school', 'authority', 'partner'])[1 + floor(random() * 3)::integer];
  v_visit text;
  v_given integer;
  v_found bigint;
  v_expected bigint;
begin
  update state set step = step + 1;
  select * into v_deal from deal order by random() limit 1;
  if v_which < 4 then -- plan
    select d into v_day from generate_series(-25, 25) d where not exists (select from model m where m.what = v_deal.what and m.day = d and m.state = 'planned') order by random() limit 1;
    perform test.call_as(v_deal.client, 'officer');
    begin
      v_visit := test.bought(v_day, v_half, v_deal.urn, v_deal.what);
      insert into model values (v_visit, v_deal.what, v_day, v_half, 1, 'planned');
      if test.expect_left(v_deal.what) < 0 then
        insert into fault select step, 'plan', 'more than there is' from state;
      end if;
    exception when sqlstate 'IM009' then
      if test.expect_left(v_deal.what) >= v_half and sqlerrm not like '%visit at that time%' and sqlerrm <> 'busy' then
        insert into fault select step, 'plan', sqlerrm from state;
      end if;
    end;
  elsif v_which < 6 then -- cancel
    select * into v_model from model where state = 'planned' order by random() limit 1;
    if not found then return; end if;
    select * into v_deal from deal where what = v_model.what;
    perform test.call_as(v_deal.client, 'officer');
    select c.half_days_given_back into v_given from visits.cancel_visit(v_model.visit_id, v_model.version, 'x', v_side) c;
    if (v_given > 0) <> (v_side = 'partner' or calendar.add_working_days(test.day(v_model.day), -2) >= base.today()) then
      insert into fault select step, 'cancel', format('day %s, for the %s: %s given back', v_model.day, v_side, v_given) from state;
    end if;
    if v_side = 'partner' or calendar.add_working_days(test.day(v_model.day), -2) >= base.today() then
      update model set state = 'gone' where visit_id = v_model.visit_id;
    else
      update model set state = 'charged', gross = v_deal.gross[v_model.half_days], posted = test.posting(test.day(v_model.day)) where visit_id = v_model.visit_id;
    end if;
  elsif v_which < 8 then -- deliver
    select * into v_model from model where state = 'planned' and day < 0 order by random() limit 1;
    if not found then return; end if;
    select * into v_deal from deal where what = v_model.what;
    perform test.call_as(v_deal.client, 'officer');
    perform v.version from visits.confirm_visit(v_model.visit_id, v_model.version) v;
    perform v.version from visits.complete_visit(v_model.visit_id, v_model.version + 1) v;
    update model set state = 'charged', gross = v_deal.gross[v_model.half_days], posted = test.posting(test.day(v_model.day)) where visit_id = v_model.visit_id;
  elsif v_which < 9 then -- take back, by either party
    select * into v_model from model where state in ('charged', 'back') order by random() limit 1;
    if not found then return; end if;
    select * into v_deal from deal where what = v_model.what;
    perform test.call_as(case when random() < 0.5 then v_deal.client else v_deal.provider end, 'finance');
    begin
      perform r.version from (select 1 as version from consultancy.reverse_delivery(v_model.visit_id, 'x')) r;
      if v_model.state = 'back' then
        insert into fault select step, 'take back', 'twice' from state;
      end if;
      update model set state = 'back', back_posted = test.posting(v_model.posted) where visit_id = v_model.visit_id;
    exception when unique_violation then
      if v_model.state <> 'back' then
        insert into fault select step, 'take back', sqlerrm from state;
      end if;
    end;
  else -- state
    perform test.call_as(case when random() < 0.5 then 926 else 929 end, 'finance');
    v_day := 1 + floor(random() * 8)::integer;
    select sum(case m.what when 'sold' then 1 else -1 end * (case when m.posted <= base.today() - v_day and not m.stated then m.gross else 0 end
      - case when m.back_posted <= base.today() - v_day and not m.back_stated then m.gross else 0 end)) into v_expected
    from model m where m.state in ('charged', 'back');
    begin
      select s.balance_pence * case auth.authority_id() when 929 then 1 else -1 end into v_found
      from consultancy.issue_statement(case auth.authority_id() when 929 then '926' else '929' end, base.today() - v_day) s;
      if v_found is distinct from v_expected then
        insert into fault select step, 'state', format('%s, not %s', v_found, v_expected) from state;
      end if;
      update model set stated = true where state in ('charged', 'back') and posted <= base.today() - v_day;
      update model set back_stated = true where state = 'back' and back_posted <= base.today() - v_day;
      update state set stated_to = base.today() - v_day;
    exception when sqlstate 'IM009' then
      null; -- nothing to state, or stated already
    end;
  end if;
  perform test.as_owner();
end $$;
create function test.sequence(p_seed integer) returns text language plpgsql as $$
declare
  v_wrong text;
begin
  perform setseed((p_seed % 1000003) / 1000003.0);
  for i in 1 .. test.length(p_seed, 40) loop
    perform test.step();
    perform test.days_of('half-days left');
    exit when exists (select from fault);
  end loop;
  insert into fault select 40, 'owed in all', format('%s, not %s', x.pence, x.due) from (
    select (select coalesce(sum(l.pence), 0) from money.line l where l.authority_id = 929 and l.account in ('due_from_authority', 'due_to_authority')) as pence,
      (select coalesce(sum(case m.what when 'sold' then 1 else -1 end * m.gross), 0) from model m where m.state = 'charged') as due) x where x.pence <> x.due;
  insert into fault select 40, 'sum over both', sum(l.pence)::text from money.line l where l.account in ('due_from_authority', 'due_to_authority') having sum(l.pence) <> 0;
  insert into fault select 40, 'books', c.what from unnest(array[926, 929]) a, lateral test.books_of(a) c;
  select string_agg(format('%s %s: %s', f.step, f.command, f.what), '; ') into v_wrong from fault f;
  raise exception using errcode = 'UNDO0', message = jsonb_build_object('wrong', format('%s: %s', test.again('CONSULTANCY', p_seed), v_wrong),
    'is', v_wrong is not null, 'charged', (select count(*) from model where state = 'charged'), 'back', (select count(*) from model where state = 'back'),
    'stated', (select count(*) from model where stated))::text;
exception when sqlstate 'UNDO0' then
  return sqlerrm;
end $$;
create function test.books_of(p_authority integer) returns table (what text) language plpgsql as $$
begin
  perform test.call_as(p_authority, 'finance');
  return query select c.what from money.check_books() c;
  perform test.as_owner();
end $$;
create temporary table ran as select test.sequence(:seed + n)::jsonb as said from generate_series(0, :sequences - 1) n;
select diag(format('%s sequences from CONSULTANCY_SEED=%s: %s charged, %s taken back, %s stated', count(*), :seed, sum((said ->> 'charged')::integer),
  sum((said ->> 'back')::integer), sum((said ->> 'stated')::integer))) from ran;
select is_empty($$ select said ->> 'wrong' from ran where (said ->> 'is')::boolean $$, 'copies, days and ledgers are what the model says, command by command');
select ok(sum((said ->> 'charged')::integer) > 0 and sum((said ->> 'back')::integer) > 0 and sum((said ->> 'stated')::integer) > 0, 'and it did something') from ran;
select * from finish();
rollback;
