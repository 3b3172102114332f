-- Sequences of random commands for a reference model: \ir this after sequences.sql and the model, which brings test.command(), test.differ() and m_log.
create temporary table m_tally (command text, said text, n integer default 1, primary key (command, said));
grant all on m_tally to public;
create function test.pick(p_n integer) returns integer language sql volatile as $$ select floor(random() * p_n)::integer $$;

-- What each sequence begins with besides what stood before them all: nothing, unless a model says otherwise.
create function test.fresh() returns void language plpgsql as $$ begin end $$;

-- Makes one command, by the call and by the model; tells what the call said. Refusals leave nothing on either side.
create function test.say(p_sql text, p_expected text, p_command text) returns text language plpgsql as $$
declare
  v_detail text;
  v_said text;
begin
  begin
    execute p_sql;
    v_said := 'ok';
  exception when others then
    get stacked diagnostics v_detail = pg_exception_detail;
    v_said := case when v_detail like '{%' then v_detail::jsonb ->> 'reason' else sqlstate || coalesce(' ' || nullif(sqlerrm, ''), '') end;
  end;
  insert into m_log (line) values (format('%s  -- %s', p_sql, v_said));
  insert into m_tally (command, said) values (p_command, split_part(v_said, ' ', 1)) on conflict (command, said) do update set n = m_tally.n + 1;
  return case when split_part(v_said, ' ', 1) is distinct from coalesce(p_expected, 'ok') then format('%s said %s, the model %s', p_command, v_said, coalesce(p_expected, 'ok')) end;
end $$;

-- Runs one sequence of at most so many commands, and undoes it; tells what was wrong.
create function test.sequence(p_name text, p_most integer, p_seed bigint) returns text language plpgsql as $$
declare
  v_wrong text;
  v_told jsonb;
begin
  perform setseed((p_seed % 1000000) / 1000000.0);
  begin
    delete from m_log; delete from m_tally;
    perform test.fresh();
    for i in 1 .. test.length(p_seed, p_most) loop
      v_wrong := coalesce(test.command(), test.differ());
      exit when v_wrong is not null;
    end loop;
    -- The sequence is undone; what it told comes out in the message.
    raise exception using errcode = 'UNDO0', message = jsonb_build_object('wrong', format(E'%s: %s\n', test.again(p_name, p_seed), v_wrong)
      || coalesce((select string_agg(line, E'\n' order by n) from m_log), ''), 'tally', (select coalesce(jsonb_agg(t), '[]') from m_tally t))::text;
  exception when sqlstate 'UNDO0' then
    v_told := sqlerrm::jsonb;
  end;
  insert into m_tally as t select r.* from jsonb_populate_recordset(null::m_tally, v_told -> 'tally') r on conflict (command, said) do update set n = t.n + excluded.n;
  return case when v_wrong is not null then v_told ->> 'wrong' end;
end $$;
create function test.first_wrong(p_name text, p_most integer, p_seed bigint, p_sequences integer) returns text language plpgsql as $$
declare
  v_wrong text;
begin
  for i in 0 .. p_sequences - 1 loop
    v_wrong := test.sequence(p_name, p_most, p_seed + i);
    exit when v_wrong is not null;
  end loop;
  return v_wrong;
end $$;
