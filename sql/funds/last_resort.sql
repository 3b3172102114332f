-- The authority as bidder of last resort: it leads a bid only where no partner does, and stands down when one comes (FUN-1).

create function funds.partner_leads(p_round_id text, p_priority integer) returns text
language plpgsql stable as $$
begin
  return (
    select x.name from (
      select 1 as nth, o.name from funds.bid b
      join funds.organisation o on o.authority_id = b.authority_id and o.organisation_id = b.lead_id
      where b.authority_id = auth.authority_id() and b.round_id = p_round_id and b.priority_number is not distinct from p_priority
        and o.kind <> 'local_authority' and b.status in ('intended', 'submitted', 'successful')
      union all
      select 2, o.name from funds.interest i
      join funds.organisation o on o.authority_id = i.authority_id and o.organisation_id = i.organisation_id
      where i.authority_id = auth.authority_id() and i.round_id = p_round_id and i.priority_number is not distinct from p_priority
        and o.kind <> 'local_authority' and i.withdrawn_at is null and 'lead' = any (i.wants)
    ) x order by x.nth, x.name limit 1);
end $$;
comment on function funds.partner_leads is 'funds.partner_leads names the partner that leads a bid of a round for a priority, or says that it would; null when none does.';

create function funds.require_no_partner(p_round funds.round, p_priority integer) returns void
language plpgsql stable as $$
declare
  v_partner constant text := case when p_round.last_resort then funds.partner_leads(p_round.round_id, p_priority) end;
begin
  if v_partner is not null then
    perform errors.precondition('LAST_RESORT', format('%s leads here; the authority bids in this round as a last resort only.', v_partner), 'lead', 'FUN-1',
      'a priority for which no partner leads');
  end if;
end $$;
comment on function funds.require_no_partner is 'funds.require_no_partner refuses a bid of the authority where a partner leads, in a round in which it bids as a last resort.';

create function funds.stand_down(p_round funds.round, p_priority integer, p_partner text) returns jsonb
language plpgsql volatile as $$
declare
  v_bids jsonb := '[]';
begin
  if p_round.last_resort then
    with stood as (
      update funds.bid b set status = 'stood_down', ended_on = base.today(), reason = format('%s leads.', p_partner), version = b.version + 1
      from funds.organisation o
      where b.authority_id = auth.authority_id() and b.round_id = p_round.round_id and b.priority_number is not distinct from p_priority
        and b.status in ('intended', 'submitted') and o.authority_id = b.authority_id and o.organisation_id = b.lead_id and o.kind = 'local_authority'
      returning b.bid_id, b.title
    )
    select coalesce(jsonb_agg(s.title order by s.title), '[]') into v_bids from stood s;
  end if;
  return v_bids;
end $$;
comment on function funds.stand_down is 'funds.stand_down takes the authority''s own bids for a priority back, as a partner leads, and names them. What was decided stays.';
grant execute on function funds.partner_leads, funds.require_no_partner, funds.stand_down to improve_exec;
