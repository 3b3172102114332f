-- The reference model of the waiting list tells a fault when there is one: faults are planted into the calls, and random sequences find them.
begin;
\ir ../support/sql/schools.sql
\ir ../support/sql/cpd.sql
\ir ../support/sql/sequences.sql
select set_config('test.long', 'on', true);
\ir ../support/sql/waiting_model.sql
\ir ../support/sql/waiting_sequences.sql
\set seed `date +%s`
\getenv seed CPD_SEED
set local timezone = 'Europe/London';
set local client_min_messages = warning;
select plan(8);
select test.schools(929, 100001, 3, 'Primary');
-- The calls with a fault: one piece of a function's text is another, as long as the sequences last.
create function test.found(p_function text, p_piece text, p_fault text, p_seed bigint) returns boolean language plpgsql as $$
declare
  v_good text;
  v_found boolean;
begin
  reset role;
  v_good := pg_get_functiondef(p_function::regproc);
  if strpos(v_good, p_piece) = 0 then
    raise exception '% has no piece "%"', p_function, p_piece;
  end if;
  execute replace(v_good, p_piece, p_fault);
  set local role improve_exec;
  v_found := test.first_wrong('CPD', 30, p_seed, 100) is not null;
  reset role;
  execute v_good;
  set local role improve_exec;
  return v_found;
end $$;
grant execute on all functions in schema test to public;
select test.call_as(929, 'la_admin');
select test.call_as(929, 'officer');
select diag(format('from CPD_SEED=%s', :seed));
select ok(test.found('cpd.advance', 'order by b.ticket', 'order by b.ticket desc', :seed), 'a fault is found: the last who waits comes first');
select ok(test.found('cpd.advance', 'exit when coalesce(v_head.pass_until <= now(), true);', '', :seed), 'a fault is found: a group is passed for ever');
select ok(test.found('cpd.lapse', 'b.respond_by <= now()', 'b.respond_by < now() - interval ''10 days''', :seed), 'a fault is found: what is over is held still');
select ok(test.found('cpd.take_places', 's.waiting_count = 0 or', 'true or', :seed), 'a fault is found: who comes passes who waits');
select ok(test.found('cpd.release_places', 'perform cpd.credit_price(v_booking, ''The booking was cancelled'');', '', :seed), 'a fault is found: a place is given up, and stays charged');
select ok(test.found('cpd.close_session', 'held_count = 0, waiting_count = 0,', '', :seed), 'a fault is found: a cancelled session holds places still');
select ok(test.found('cpd.free_units', 'b.reservation_id is not null', 'b.status = ''confirmed''', :seed), 'a fault is found: who gives up waiting has no credits back');
select ok(not test.found('cpd.may_have', 'b.together and', 'true and', :seed), 'and a change that changes nothing is none: who waits singly may never be passed');
select * from finish();
rollback;
