-- Exact shares of money and days (C-2): parts always add up to the whole.

create function base.shares(p_whole bigint, p_weights numeric[]) returns bigint[]
language plpgsql immutable parallel safe as $$
declare
  v_sum constant numeric := (select sum(w) from unnest(p_weights) w);
  v_shares bigint[];
begin
  if v_sum is null or v_sum <= 0 or exists (select from unnest(p_weights) w where w is null or w < 0) then
    raise exception 'shares are by weights of nothing or more, not all of them nothing: %', p_weights;
  end if;
  -- Whole parts by division without a fraction, so that nothing is rounded; what is left over goes to the largest remainders.
  select array_agg((case when p_whole < 0 then -1 else 1 end * (s.part + (s.rank <= s.left_over)::integer))::bigint order by s.nth) into v_shares
  from (
    select p.nth, p.part, row_number() over (order by p.remainder desc, p.nth) as rank, abs(p_whole) - sum(p.part) over () as left_over
    from (
      select w.nth, div(abs(p_whole) * w.weight, v_sum) as part, abs(p_whole) * w.weight - div(abs(p_whole) * w.weight, v_sum) * v_sum as remainder
      from unnest(p_weights) with ordinality w (weight, nth)
    ) p
  ) s;
  return v_shares;
end $$;
comment on function base.shares is 'base.shares divides a whole among weights by the largest remainder, the first of equal ones first: the shares are whole pence or half-days, and add up to the whole (C-2). A whole below zero is divided as above it.';

create function base.part_between(p_whole bigint, p_from numeric, p_to numeric, p_of numeric) returns bigint
language plpgsql immutable parallel safe as $$
begin
  return (base.shares(p_whole, array[p_to, p_of - p_to]))[1] - (base.shares(p_whole, array[p_from, p_of - p_from]))[1];
end $$;
comment on function base.part_between is 'base.part_between is the part of a whole that lies between two points of its length, such as days 153 to 365 of 365: what is due up to the second less what is due up to the first. However a length is cut, its parts add up to the whole (C-2).';

grant execute on function base.shares, base.part_between to improve_exec;
