-- What a subscription costs, and why (SLA-2, SLA-3).

create function sla.pounds(p_pence bigint) returns text
language sql immutable as $$ select '£' || to_char(p_pence / 100.0, 'FM999,999,999,990.00') $$;
comment on function sla.pounds is 'sla.pounds writes pence as £1,234.50.';

create function sla.day(p_day date) returns text
language sql immutable as $$ select to_char(p_day, 'FMDD Mon YYYY') $$;
comment on function sla.day is 'sla.day writes a day as people in England read it.';

create function sla.vat_on(p_net_pence bigint, p_vat_percent numeric) returns bigint
language sql immutable as $$ select round(p_net_pence * p_vat_percent / 100)::bigint $$;
comment on function sla.vat_on is 'sla.vat_on is the VAT on a net charge, halves of a penny up (C-2).';

create function sla.net_lines(p_price sla.price, p_roll integer, p_counted_on date)
returns table (nth integer, clause text, line text, pence bigint)
language sql immutable as $$
  with whole as (
    select p_price.flat_pence + p_price.pupil_pence * coalesce(p_roll, 0) as pence
  )
  select 1, 'flat', 'Flat charge', p_price.flat_pence
  where p_price.flat_pence > 0 or p_price.pupil_pence = 0
  union all
  select 2, 'per-pupil', format('%s pupils on roll, counted on %s, at %s', p_roll, sla.day(p_counted_on), sla.pounds(p_price.pupil_pence)),
    p_price.pupil_pence * p_roll
  where p_price.pupil_pence > 0
  union all
  select 3, 'minimum', format('Up to the minimum of %s', sla.pounds(p_price.minimum_pence)), p_price.minimum_pence - whole.pence
  from whole where whole.pence < p_price.minimum_pence
  union all
  select 4, 'maximum', format('Down to the maximum of %s', sla.pounds(p_price.maximum_pence)), p_price.maximum_pence - whole.pence
  from whole where whole.pence > p_price.maximum_pence
$$;
comment on function sla.net_lines is 'sla.net_lines takes a price rule apart for a roll: lines whose pence add up to the net charge.';

create function sla.priced_days(p_package_id text) returns text
language sql stable as $$
  select 'a first day from '
    || string_agg(sla.day(p.valid_from) || coalesce(' to ' || sla.day(p.valid_to - 1), ''), ', or from ' order by p.valid_from)
  from sla.price p
  where p.authority_id = (select auth.authority_id()) and p.package_id = p_package_id and p.superseded_at is null
$$;
comment on function sla.priced_days is 'sla.priced_days tells the days on which a package has a price; null when it never had one.';

create function sla.price_on(p_package_id text, p_on date) returns sla.price
language plpgsql stable as $$
declare
  v_price sla.price;
begin
  select p.* into v_price from sla.price p
  where p.authority_id = auth.authority_id() and p.package_id = p_package_id and p.superseded_at is null
    and p.valid_from <= p_on and (p.valid_to is null or p.valid_to > p_on);
  if not found then
    perform errors.precondition('NO_PRICE', format('The package has no price for a subscription that starts on %s.', sla.day(p_on)),
      'starts_on', 'SLA-2', sla.priced_days(p_package_id));
  end if;
  return v_price;
end $$;
comment on function sla.price_on is 'sla.price_on is the price rule of a package on a day, or a refusal that tells the days that have one.';

create function sla.require_roll_fields(p_roll integer, p_roll_counted_on date) returns void
language plpgsql stable as $$
begin
  if (p_roll is null) <> (p_roll_counted_on is null) then
    perform errors.invalid(case when p_roll is null then 'roll' else 'roll_counted_on' end, 'A roll is told with the day of its count.', 'SLA-3',
      'both roll and roll_counted_on, or neither');
  elsif p_roll < 0 or p_roll > 100000 then
    perform errors.invalid('roll', 'That is no number of pupils.', 'SLA-3', '0 to 100000');
  elsif p_roll is not null and not auth.has_persona('la_admin', 'officer') then
    perform errors.refuse(7, 'ROLL_NOT_YOURS', 'The authority says which roll a price uses.', 'roll', 'SLA-3',
      'no roll: the register''s latest count is used');
  end if;
end $$;
comment on function sla.require_roll_fields is 'sla.require_roll_fields refuses a roll without its day, and one given by a school.';

create function sla.roll_on(p_school_urn integer, p_on date, p_roll integer, p_roll_counted_on date, out roll integer, out counted_on date)
language plpgsql stable as $$
begin
  if p_roll is not null then
    roll := p_roll;
    counted_on := p_roll_counted_on;
    return;
  end if;
  select r.number_on_roll, r.counted_on into roll, counted_on
  from register.roll_count r
  where r.urn = p_school_urn and r.superseded_at is null and r.counted_on <= p_on
  order by r.counted_on desc, r.recorded_at desc
  limit 1;
  if roll is null then
    perform errors.precondition('ROLL_UNKNOWN', format('The price is by pupil, and no roll of school %s is known up to %s.', p_school_urn,
      sla.day(p_on)), 'roll', 'SLA-3', 'roll and roll_counted_on from an officer, or a register import with the count');
  end if;
end $$;
comment on function sla.roll_on is 'sla.roll_on is the number on roll that a price uses: the one an officer gave, or else the register''s latest count by that day.';

create function sla.charge(p_package_id text, p_school_urn integer, p_starts_on date, p_ends_on date, p_roll integer, p_roll_counted_on date)
returns table (price_id text, roll integer, roll_counted_on date, net_pence bigint, vat_percent numeric, vat_pence bigint, gross_pence bigint,
  reasons jsonb)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_price sla.price := sla.price_on(p_package_id, p_starts_on);
  v_roll integer;
  v_counted_on date;
  v_net bigint;
  v_vat bigint;
  v_lines jsonb;
begin
  perform sla.require_roll_fields(p_roll, p_roll_counted_on);
  if v_price.pupil_pence > 0 then
    select r.roll, r.counted_on into v_roll, v_counted_on from sla.roll_on(p_school_urn, p_starts_on, p_roll, p_roll_counted_on) r;
  end if;
  select sum(l.pence), jsonb_agg(jsonb_build_object('clause', l.clause, 'text', l.line, 'pence', l.pence) order by l.nth)
    into v_net, v_lines
  from sla.net_lines(v_price, v_roll, v_counted_on) l;
  v_vat := sla.vat_on(v_net, v_price.vat_percent);
  return query
  select v_price.price_id, v_roll, v_counted_on, v_net, v_price.vat_percent, v_vat, v_net + v_vat,
    v_lines || jsonb_build_array(
      jsonb_build_object('clause', 'vat', 'text', format('VAT at %s%%', trim_scale(v_price.vat_percent)), 'pence', v_vat),
      jsonb_build_object('clause', 'policy', 'text', format('Price %s, in force from %s; for the whole of %s to %s', v_price.price_id,
        sla.day(v_price.valid_from), sla.day(p_starts_on), sla.day(p_ends_on)), 'pence', 0));
end $$;
comment on function sla.charge is 'sla.charge prices a package for a school and a period by the rule in force on the first day, and says why, line by line (SLA-3); the lines'' pence add up to the gross.';

grant execute on function sla.pounds, sla.day, sla.vat_on, sla.net_lines, sla.priced_days, sla.price_on, sla.require_roll_fields, sla.roll_on,
  sla.charge to improve_exec;
