-- What stands in a notice: text with places, made into one that nobody's name can change the shape of.

create function notices.line(p_text text, p_most integer) returns text
language plpgsql immutable as $$
begin
  return left(btrim(regexp_replace(p_text, '[\u0001-\u0020\u007f-\u00a0\u2028-\u202e\u2066-\u2069]+', ' ', 'g')), p_most);
end $$;
comment on function notices.line is 'notices.line makes one line of a text, of at most so many characters: line ends and whatever else controls how text is shown become a space.';

create function notices.lines(p_text text) returns text
language plpgsql immutable as $$
begin
  return btrim(regexp_replace(regexp_replace(p_text, '\r\n?|[\u0085\u2028\u2029]', E'\n', 'g'),
    '[\u0001-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]+', '', 'g'), E' \n\t');
end $$;
comment on function notices.lines is 'notices.lines keeps the lines of a text, and takes out whatever else controls how it is shown.';

create function notices.render(p_text text, p_facts jsonb) returns text
language plpgsql immutable as $$
declare
  v_parts constant text[] := regexp_split_to_array(p_text, '\{\{|\}\}'); -- a text, a place, a text, a place …
  v_made text := '';
begin
  for i in 1 .. cardinality(v_parts) loop
    v_made := v_made || case when i % 2 = 1 then v_parts[i]
      when v_parts[i] = 'instructions' then coalesce(notices.lines(p_facts ->> v_parts[i]), '')
      else coalesce(notices.line(p_facts ->> v_parts[i], 1000), '') end;
  end loop;
  return v_made;
end $$;
comment on function notices.render is 'notices.render puts facts into the {{places}} of a text, each as one line, but for {{instructions}}, which may have several; a fact that is not there leaves its place empty. What stands in a fact is never read as a place.';

create function notices.is_address(p_address text) returns boolean
language plpgsql immutable as $$
begin
  return coalesce(length(p_address) <= 254
    and p_address ~ '^[A-Za-z0-9.!#$%&''*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?([.][A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$', false);
end $$;
comment on function notices.is_address is 'notices.is_address tells whether mail can be sent to an address: one address and nothing else, in ASCII.';

create function notices.moment(p_at timestamptz) returns text
language plpgsql immutable as $$
begin
  return to_char(p_at at time zone 'Europe/London', 'FMDay FMDD FMMonth YYYY, HH24:MI');
end $$;
comment on function notices.moment is 'notices.moment writes a moment as people in England read it, with its weekday.';

create function notices.time_of(p_at timestamptz) returns text
language plpgsql immutable as $$
begin
  return to_char(p_at at time zone 'Europe/London', 'HH24:MI');
end $$;
comment on function notices.time_of is 'notices.time_of writes the time of day of a moment.';

create function notices.price(p_pence bigint) returns text
language plpgsql immutable as $$
begin
  return case when p_pence = 0 then 'free' else concat('£', to_char(p_pence / 100.0, 'FM999,999,990.00')) end;
end $$;
comment on function notices.price is 'notices.price writes a price: £45.00, or free.';
grant execute on function notices.line, notices.lines, notices.render, notices.is_address, notices.moment, notices.time_of, notices.price to improve_exec;
