-- What a visit under an agreement asks (CON-1, CON-2): that the agreement runs on its day and names the school, that the partner is placed, and that
-- half-days of their kind are left. Called by the functions of sql/visits, for the client, whose visit it is.

create function consultancy.cover(p_agreement_id text, p_partner_id text, p_school_urn integer, p_on date) returns consultancy.placement
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_agreement consultancy.agreement;
  v_placement consultancy.placement;
begin
  if p_agreement_id is null then
    perform errors.refuse(3, 'FIELD_REQUIRED', 'funding_ref is required: the agreement that pays.', 'funding_ref', 'CON-1', 'a reference such as ag-7k2q9mx4td');
  elsif not exists (select from consultancy.agreement a where a.authority_id = auth.authority_id() and a.agreement_id = p_agreement_id and a.side = 'client') then
    perform errors.not_found('funding_ref', format('The authority buys nothing under an agreement "%s".', left(p_agreement_id, 40)),
      'a reference such as ag-7k2q9mx4td', 'improve agreement list shows them.');
  end if;
  v_agreement := consultancy.hold(p_agreement_id);
  perform consultancy.require_running(v_agreement, 'starts_at', p_on);
  if not exists (select from consultancy.school s
      where s.authority_id = auth.authority_id() and s.agreement_id = p_agreement_id and s.school_urn = p_school_urn and p_on between s.starts_on and s.ends_on) then
    perform errors.precondition('SCHOOL_NOT_NAMED', format('Agreement %s does not name school %s on %s.', p_agreement_id, p_school_urn,
        to_char(p_on, 'FMDD Mon YYYY')), 'school_urn', 'CON-1', 'a school that the agreement names', 'improve agreement add-school names one.');
  end if;
  select p.* into v_placement from consultancy.placement p
  where p.authority_id = auth.authority_id() and p.agreement_id = p_agreement_id and p.partner_id = p_partner_id and p_on between p.starts_on and p.ends_on;
  if not found then
    perform errors.precondition('PARTNER_NOT_PLACED', format('The partner does not work under agreement %s on %s.', p_agreement_id,
        to_char(p_on, 'FMDD Mon YYYY')), 'partner_id', 'CON-1', 'a partner whom the provider has placed for that day', 'improve agreement show tells whom.');
  end if;
  return v_placement;
end $$;
comment on function consultancy.cover is 'consultancy.cover finds the placement under which a partner visits a school of the client on a day, or refuses, and locks the agreement.';

create function consultancy.move_bank(p_placement consultancy.placement, p_half_days integer) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_caller constant integer := auth.authority_id();
  v_agreement constant consultancy.agreement := consultancy.hold(p_placement.agreement_id);
  v_party integer;
  v_left integer;
begin
  foreach v_party in array consultancy.parties(v_agreement) loop
    perform consultancy.in_books_of(v_party);
    update consultancy.bank b set left_half_days = b.left_half_days + p_half_days
    where b.authority_id = v_party and b.agreement_id = p_placement.agreement_id and b.kind = p_placement.kind
    returning b.left_half_days into v_left;
  end loop;
  perform consultancy.in_books_of(v_caller);
  return v_left;
end $$;
comment on function consultancy.move_bank is 'consultancy.move_bank adds half-days to what is left of a kind in both copies, or takes them, below zero, away. The table''s constraint refuses to take more than there are.';

create function consultancy.draw(p_agreement_id text, p_partner_id text, p_school_urn integer, p_on date, p_half_days integer) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_placement constant consultancy.placement := consultancy.cover(p_agreement_id, p_partner_id, p_school_urn, p_on);
  v_left integer;
begin
  select b.left_half_days into v_left from consultancy.bank b
  where b.authority_id = auth.authority_id() and b.agreement_id = p_agreement_id and b.kind = v_placement.kind;
  if v_left < p_half_days then
    perform errors.precondition('DAYS_EXHAUSTED', format('Half-days wanted: %s; left of the agreement''s %s half-days: %s.', p_half_days, v_placement.kind, v_left),
      'half_days', 'CON-2', case when v_left > 0 then format('%s or fewer half-days', v_left) else 'a visit of another funding, or a further agreement' end,
      'improve agreement show tells what took them.');
  end if;
  perform consultancy.move_bank(v_placement, -p_half_days);
  return (select a.notice_days from consultancy.agreement a where a.authority_id = auth.authority_id() and a.agreement_id = p_agreement_id);
end $$;
comment on function consultancy.draw is 'consultancy.draw takes the half-days of a visit from an agreement, or refuses, telling what is left; the answer is the notice, in working days, that the agreement asks for.';

create function consultancy.give_back(p_visit visits.visit) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform consultancy.move_bank(p, p_visit.half_days)
  from consultancy.placement p
  where p.authority_id = auth.authority_id() and p.agreement_id = p_visit.funding_ref and p.partner_id = p_visit.partner_id
    and visits.day_of(p_visit.starts_at) between p.starts_on and p.ends_on;
end $$;
comment on function consultancy.give_back is 'consultancy.give_back gives the half-days of a visit back to its agreement.';
grant execute on function consultancy.cover, consultancy.draw, consultancy.give_back to improve_exec;
