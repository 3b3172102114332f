-- Report on pupil premium reviews (REV-1): how many of each hub have come how far.

create function reports.reviews(p_from date, p_to date, p_as_of date)
returns table (authority text, as_of date, hub text, coordinator text, base integer, requested integer, matched integer, self_evaluated integer, reviewed integer, planned integer,
  followed_up integer, quality_assured integer, closed integer, withdrawn integer, sent_back integer, average_days numeric)
language plpgsql stable cost 10000 set jit = off as $$
#variable_conflict use_column
declare
  v_on constant date := coalesce(p_as_of, base.today());
begin
  if p_to < p_from then
    perform errors.invalid('to', 'A period cannot end before it starts.', 'REV-1', format('%s or later', p_from));
  end if;
  raise notice using errcode = 'IMNTE', message = 'base counts the reviews requested in the period, by where they stand on the day; average_days is from request to close.';
  return query
  with stood as (
    -- Where a review stood on the day: what its last step by then came to.
    select r.hub_id, r.requested_on, l.day, case when l.step = 'quality_assurance' and l.outcome = 'not_met' then 'self_evaluated' when l.step = 'request' then 'requested' when l.step = 'withdraw' then 'withdrawn'
        when l.step = 'reviewer' then case when exists (select from reviews.step e where e.authority_id = r.authority_id and e.review_id = r.review_id and e.step = 'self_evaluation' and e.nth < l.nth)
          then 'self_evaluated' else 'matched' end
        else (select t.to_status from reviews.transition t where t.step = l.step) end as status,
      (select count(*) from reviews.step b where b.authority_id = r.authority_id and b.review_id = r.review_id and b.outcome = 'not_met' and b.day <= v_on)::integer as sent_back
    from reviews.review r
    join lateral (
      select s.* from reviews.step s where s.authority_id = r.authority_id and s.review_id = r.review_id and s.day <= v_on order by s.nth desc limit 1
    ) l on true
    where r.authority_id = auth.authority_id() and (p_from is null or r.requested_on >= p_from) and (p_to is null or r.requested_on <= p_to)
  )
  select base.authority_code(auth.authority_id()), v_on, case when grouping(h.hub_id) = 1 then 'Total' else min(h.name) end, case when grouping(h.hub_id) = 0 then min(h.coordinator) end,
    count(s.status)::integer, count(*) filter (where s.status = 'requested')::integer, count(*) filter (where s.status = 'matched')::integer, count(*) filter (where s.status = 'self_evaluated')::integer,
    count(*) filter (where s.status = 'reviewed')::integer, count(*) filter (where s.status = 'planned')::integer, count(*) filter (where s.status = 'followed_up')::integer,
    count(*) filter (where s.status = 'quality_assured')::integer, count(*) filter (where s.status = 'closed')::integer, count(*) filter (where s.status = 'withdrawn')::integer,
    coalesce(sum(s.sent_back), 0)::integer, round(avg(s.day - s.requested_on) filter (where s.status = 'closed'), 1)
  from reviews.hub h
  left join stood s on s.hub_id = h.hub_id
  where h.authority_id = auth.authority_id()
  group by rollup (h.hub_id)
  order by grouping(h.hub_id), min(h.name_key);
end $$;
comment on function reports.reviews is 'reports.reviews counts the pupil premium reviews of each hub by where they stand on a day, with how many quality assurance sent back and how long those closed took (REV-1).';
grant execute on function reports.reviews to persona_la_admin, persona_officer, persona_finance, persona_reporter;
