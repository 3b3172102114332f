-- Reading cells: a file's text into the register's values. Every function here gives null for what cannot be read; reading is told apart
-- from blank by the one that asks (imports.stage_rows).

create function imports.tidy(p_cell text) returns text
language sql immutable parallel safe as $$
  select nullif(nullif(btrim(p_cell, U&' \00A0\0009\000D\000A'), ''), 'NULL')
$$;
comment on function imports.tidy is 'imports.tidy trims a cell (GIAS has no-break spaces at the ends of some) and makes null of a blank and of Ofsted''s literal NULL.';

create function imports.iso_date(p_text text) returns text
language plpgsql immutable parallel safe as $$
declare
  v_part text[];
  v_month date;
begin
  if p_text is null then
    return null;
  end if;
  v_part := regexp_match(p_text, '^(\d\d?)[-/](\d\d?)[-/](\d{4})(?: 00:00(?::00)?)?$');
  v_part := array[v_part[3], v_part[2], v_part[1]];
  if v_part[1] is null then
    v_part := regexp_match(p_text, '^(\d{4})-(\d\d)-(\d\d)(?:[ T]00:00:00)?$');
  end if;
  if v_part[1] is null or v_part[2]::integer not between 1 and 12 or v_part[1] < '1600' then
    return null;
  end if;
  v_month := make_date(v_part[1]::integer, v_part[2]::integer, 1);
  if v_part[3]::integer not between 1 and extract(day from v_month + interval '1 month - 1 day') then
    return null;
  end if;
  return nullif(v_part[1] || '-' || lpad(v_part[2], 2, '0') || '-' || lpad(v_part[3], 2, '0'), '1900-01-01');
end $$;
comment on function imports.iso_date is 'imports.iso_date reads a date as dd-mm-yyyy, dd/mm/yyyy or ISO (SCH-2), and writes it as ISO. Null for one that is not in the calendar, and for 1 Jan 1900, which stands for unknown.';

create function imports.value_of(p_holds text, p_text text) returns text
language sql immutable parallel safe as $$
  select case p_holds
    when 'date' then imports.iso_date(p_text)
    when 'number' then substring(p_text from '^(\d{1,9})(?:\.0+)?$')
    when 'urn' then substring(p_text from '^0*([1-9]\d{0,6})$')
    when 'authority' then substring(p_text from '^0{0,2}([1-9]\d{0,2})$')
    else p_text
  end
$$;
comment on function imports.value_of is 'imports.value_of reads a cell as what its column holds: a date becomes ISO, numbers lose their leading zeros. Null when it cannot be read.';

create function imports.cell_problem(p_holds text, p_text text) returns text
language sql immutable parallel safe as $$
  select case p_holds
    when 'date' then case when p_text !~ '^0?1[-/]0?1[-/]1900|^1900-01-01' then 'There is no such date; dates are dd-mm-yyyy or yyyy-mm-dd.' end
    when 'number' then 'This is not a whole number.'
    when 'urn' then 'This is not a URN, which is a number of up to seven digits.'
    when 'authority' then 'This is not the code of a local authority, which is 001 to 999.'
  end
$$;
comment on function imports.cell_problem is 'imports.cell_problem says what is wrong with a cell that imports.value_of could not read; null for the date that stands for unknown.';
grant execute on function imports.tidy, imports.iso_date, imports.value_of, imports.cell_problem to improve_exec;
