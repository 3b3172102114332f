-- How long a random sequence is: \ir this in a property test. Most are short, so that many different ones fit a change (10,000 over all property tests);
-- every twentieth goes on as all do at full size, with SEQUENCES_LONG=on (tests/full). Call it after setseed: a seed means one length.
\set long off
\getenv long SEQUENCES_LONG
select set_config('test.long', :'long', true) as long \gset
create function test.length(p_seed bigint, p_most integer) returns integer language sql volatile as $$
  select case when current_setting('test.long') = 'on' or p_seed % 20 = 0 then p_most else 1 + floor(random() * 6)::integer end
$$;
-- What makes a sequence run again alone.
create function test.again(p_name text, p_seed bigint) returns text language sql stable as $$
  select format('SEQUENCES_LONG=%s %s_SEED=%s %2$s_SEQUENCES=1', current_setting('test.long'), p_name, p_seed)
$$;
