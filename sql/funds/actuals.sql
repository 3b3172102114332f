-- What was delivered against the lines of budgets (FUN-3): visits by purpose, meetings by kind of
-- network, spends that say their line.

create function funds.actual_of(p_budget funds.budget, p_line funds.budget_line, p_on date, out units integer, out planned integer, out pence bigint, out without_sum integer)
language plpgsql stable as $$
declare
  v_to constant timestamptz := (least(p_budget.ends_on, p_on) + 1)::timestamp at time zone 'Europe/London';
  v_from constant timestamptz := p_budget.starts_on::timestamp at time zone 'Europe/London';
begin
  if p_line.delivered_by = 'visits' then
    select count(*) filter (where d.is_done), count(*) filter (where not d.is_done), coalesce(sum(v.fee_pence) filter (where d.is_done), 0),
        count(*) filter (where d.is_done and v.fee_pence is null)
      into units, planned, pence, without_sum
    from visits.visit v
    cross join lateral (select v.status in ('done', 'noted', 'agreed') and v.starts_at < v_to as is_done) d
    where v.authority_id = p_budget.authority_id and v.purpose = p_line.delivered_key and v.status <> 'cancelled' and v.starts_at >= v_from
      and v.starts_at < (p_budget.ends_on + 1)::timestamp at time zone 'Europe/London';
  elsif p_line.delivered_by = 'meetings' then
    select count(*) filter (where d.is_done), count(*) filter (where not d.is_done), coalesce(sum(m.cost_pence) filter (where d.is_done), 0),
        count(*) filter (where d.is_done and m.cost_pence is null)
      into units, planned, pence, without_sum
    from networks.meeting m
    join networks.network n on n.authority_id = m.authority_id and n.network_id = m.network_id
    cross join lateral (select m.status = 'held' and m.starts_at < v_to as is_done) d
    where m.authority_id = p_budget.authority_id and n.kind = p_line.delivered_key and m.status <> 'cancelled' and m.starts_at >= v_from
      and m.starts_at < (p_budget.ends_on + 1)::timestamp at time zone 'Europe/London';
  elsif p_line.delivered_by = 'spend' then
    select coalesce(sum(s.pence), 0) into pence
    from funds.spend s
    where s.authority_id = p_budget.authority_id and s.budget_id = p_budget.budget_id and s.line_number = p_line.number and s.spent_on <= p_on;
  end if;
end $$;
comment on function funds.actual_of is 'funds.actual_of is what was delivered against a line of a budget by a day: visits of its purpose that were done within the budget''s period, with those planned and those without a fee; meetings of its kind of network; or the spends that say this line.';
grant execute on function funds.actual_of to improve_exec;
