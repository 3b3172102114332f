-- What a place costs a school, and why (CPD-2): by what the school is on the day, what it subscribes to, and a discount code.

create function cpd.terms_of(p_session_id text, out session_id text, out course_id text, out status text, out starts_at timestamptz, out session_pence bigint,
  out school_cap integer, out vat_percent numeric, out price_day text, out out_of_area boolean, out prerequisites text, out requires_courses boolean, out asks boolean, out may_be_passed boolean, out passing_hours integer,
  out approval_hours integer, out terms_id text, out terms_number integer)
language plpgsql stable as $$
begin
  select s.session_id, s.course_id, s.status, s.starts_at, s.price_pence, s.school_cap, coalesce(c.vat_percent, p.vat_percent, 20),
      coalesce(p.price_day, 'booking'), coalesce(p.out_of_area, false), c.prerequisites,
      exists (select from cpd.required_course r where r.authority_id = c.authority_id and r.course_id = c.course_id),
      p.approval <> 'never', coalesce(p.smaller_may_pass, true), case when p.version is null then 40 else p.passing_hours end, p.approval_hours,
      t.terms_id, t.number
    into session_id, course_id, status, starts_at, session_pence, school_cap, vat_percent, price_day, out_of_area, prerequisites, requires_courses,
      asks, may_be_passed, passing_hours, approval_hours, terms_id, terms_number
  from cpd.session s
  join cpd.course c on c.authority_id = s.authority_id and c.course_id = s.course_id
  left join cpd.policy p on p.authority_id = s.authority_id
  left join cpd.terms t on t.authority_id = c.authority_id and case when c.terms_id is null then t.is_default else t.terms_id = c.terms_id end
  where s.authority_id = auth.authority_id() and s.session_id = p_session_id;
end $$;
comment on function cpd.terms_of is 'cpd.terms_of reads what a booking of a session turns on besides its places, in one query: the course''s settings, the authority''s, and its own. Nulls when the caller sees no such session.';

create function cpd.kind_of(p_school record) returns text
language plpgsql stable as $$
begin
  return case when p_school.authority_id <> auth.authority_id() then 'out_of_area' when p_school.is_maintained then 'maintained'
    when p_school.type_group in ('Academies', 'Free Schools') then 'academy' else 'other' end;
end $$;
comment on function cpd.kind_of is 'cpd.kind_of is what a school of register.school_on is to the call''s authority when places are priced: out_of_area, maintained, academy or other.';

create function cpd.kind_words(p_kind text) returns text
language plpgsql immutable as $$
begin
  return case p_kind when 'maintained' then 'a maintained school' when 'academy' then 'an academy' when 'out_of_area' then 'a school out of area'
    else 'a school neither maintained nor an academy' end;
end $$;
comment on function cpd.kind_words is 'cpd.kind_words writes a kind of school as words.';

create function cpd.bookable_kind(p_urn integer, p_out_of_area boolean) returns text
language plpgsql stable as $$
declare
  v_school constant record := register.school_on(p_urn, base.today());
begin
  if v_school.authority_id is null or v_school.authority_id <> auth.authority_id() and not p_out_of_area or not v_school.is_open then
    perform register.require_open_school('school_urn', p_urn, case when p_out_of_area and v_school.authority_id is not null then v_school.authority_id
      else auth.authority_id() end, base.today());
  end if;
  return cpd.kind_of(v_school);
end $$;
comment on function cpd.bookable_kind is 'cpd.bookable_kind is the kind of a school today. It refuses one that is not open, or not the authority''s where that books none out of area.';

create function cpd.code_for(p_code text, p_course_id text) returns cpd.discount_code
language plpgsql stable as $$
declare
  v_code cpd.discount_code;
begin
  select d.* into v_code from cpd.discount_code d where d.authority_id = auth.authority_id() and d.code_key = lower(btrim(p_code));
  if not found then
    perform errors.refuse(5, 'CODE_UNKNOWN', format('There is no discount code "%s".', left(p_code, 40)), 'discount_code', 'CPD-2',
      'a code that the authority gave out, or none');
  elsif v_code.valid_from > base.today() or v_code.valid_to <= base.today() then
    perform errors.precondition('CODE_NOT_VALID', format('The discount code %s is good from %s%s.', v_code.code, sla.day(v_code.valid_from),
      coalesce(' to ' || sla.day(v_code.valid_to - 1), '')), 'discount_code', 'CPD-2', 'a code that is good today, or none');
  elsif v_code.course_id <> p_course_id then
    perform errors.precondition('CODE_OTHER_COURSE', format('The discount code %s is for another course.', v_code.code), 'discount_code', 'CPD-2',
      'a code for this course, or none');
  end if;
  return v_code;
end $$;
comment on function cpd.code_for is 'cpd.code_for finds a discount code that is good today for a course, or refuses, naming it: no other text gives a discount.';

create function cpd.benefit_for(p_course_id text, p_urn integer, p_on date, out benefit_id text, out benefit text, out percent numeric, out package text,
  out subscription_id text)
language plpgsql stable as $$
begin
  select b.benefit_id, b.benefit, b.percent, k.name, s.subscription_id into benefit_id, benefit, percent, package, subscription_id
  from cpd.benefit b
  join sla.subscription s on s.authority_id = b.authority_id and s.package_id = b.package_id
  join sla.package k on k.authority_id = b.authority_id and k.package_id = b.package_id
  where b.authority_id = auth.authority_id() and b.superseded_at is null and b.valid_from <= p_on and (b.valid_to is null or b.valid_to > p_on)
    and (b.course_id is null or b.course_id = p_course_id)
    and s.school_urn = p_urn and s.starts_on <= p_on and s.ends_on >= p_on
  order by b.benefit = 'free' desc, b.percent desc, b.benefit_id
  limit 1;
end $$;
comment on function cpd.benefit_for is 'cpd.benefit_for is the best that the school''s subscriptions of a day make of a place on a course: free, or the greatest discount; nulls for nothing.';

create function cpd.price_place(p_terms record, p_urn integer, p_kind text, p_code text, p_further boolean, out net_pence bigint, out vat_percent numeric,
  out vat_pence bigint, out place_kind text, out reasons jsonb, out code_id text, out further_differs boolean)
language plpgsql stable as $$
declare
  v_on constant date := case when p_terms.price_day = 'session' then (p_terms.starts_at at time zone 'Europe/London')::date else base.today() end;
  v_kind constant text := case when p_terms.price_day = 'session' then cpd.kind_of(register.school_on(p_urn, v_on)) else p_kind end;
  v_price cpd.price;
  v_benefit record;
  v_code cpd.discount_code;
  v_off bigint;
begin
  select p.* into v_price from cpd.price p
  where p.authority_id = auth.authority_id() and p.course_id = p_terms.course_id and p.school_kind = v_kind and p.superseded_at is null
    and p.valid_from <= v_on and (p.valid_to is null or p.valid_to > v_on);
  net_pence := coalesce(v_price.place_pence, p_terms.session_pence);
  reasons := jsonb_build_array(jsonb_build_object('clause', 'place', 'pence', net_pence, 'text', case when v_price.price_id is null
    then 'Price of the session' else format('Price %s for %s, in force from %s', v_price.price_id, cpd.kind_words(v_kind), to_char(v_price.valid_from, 'FMDD Mon YYYY')) end));
  further_differs := v_price.further_pence <> v_price.place_pence;
  if p_further and further_differs then
    reasons := reasons || jsonb_build_object('clause', 'further', 'pence', v_price.further_pence - net_pence, 'text', 'Second or later place of the school on the session');
    net_pence := v_price.further_pence;
  end if;
  place_kind := case when net_pence > 0 then 'paid' else 'free' end;

  v_benefit := cpd.benefit_for(p_terms.course_id, p_urn, v_on);
  if v_benefit.benefit_id is not null and net_pence > 0 then
    v_off := case v_benefit.benefit when 'free' then net_pence else round(net_pence * v_benefit.percent / 100)::bigint end;
    reasons := reasons || jsonb_build_object('clause', 'sla', 'pence', -v_off, 'text', format('%s under %s (subscription %s, benefit %s)',
      case v_benefit.benefit when 'free' then 'Free' else trim_scale(v_benefit.percent) || '% off' end, v_benefit.package, v_benefit.subscription_id, v_benefit.benefit_id));
    net_pence := net_pence - v_off;
    place_kind := case when net_pence > 0 then 'paid' else 'package' end;
  end if;

  if btrim(p_code) <> '' then
    v_code := cpd.code_for(p_code, p_terms.course_id);
    v_off := least(net_pence, coalesce(v_code.pence, round(net_pence * v_code.percent / 100)::bigint));
    reasons := reasons || jsonb_build_object('clause', 'code', 'pence', -v_off, 'text', format('Discount code %s: %s off', v_code.code,
      coalesce(trim_scale(v_code.percent) || '%', sla.pounds(v_code.pence))));
    net_pence := net_pence - v_off;
    code_id := v_code.code_id;
    place_kind := case when net_pence = 0 and place_kind = 'paid' then 'free' else place_kind end;
  end if;

  vat_percent := p_terms.vat_percent;
  vat_pence := sla.vat_on(net_pence, vat_percent);
  if vat_pence > 0 then
    reasons := reasons || jsonb_build_object('clause', 'vat', 'pence', vat_pence, 'text', format('VAT at %s%%', trim_scale(vat_percent)));
  end if;
  reasons := reasons || jsonb_build_object('clause', 'policy', 'pence', 0, 'text', format('Priced as on %s, the day of the %s, for %s', to_char(v_on, 'FMDD Mon YYYY'),
    p_terms.price_day, cpd.kind_words(v_kind)));
end $$;
comment on function cpd.price_place is 'cpd.price_place prices a place of a session for a school, of that kind today, and says why, line by line: the lines'' pence add up to the gross. p_further: as the second or a later place of the school; further_differs tells whether that makes a difference.';

grant execute on function cpd.terms_of, cpd.kind_of, cpd.kind_words, cpd.bookable_kind, cpd.code_for, cpd.benefit_for, cpd.price_place
  to improve_exec;

create function cpd.quote_places(p_session_id text, p_school_urn integer, p_places integer, p_discount_code text)
returns table (place integer, price_pence bigint, vat_percent numeric, vat_pence bigint, gross_pence bigint, place_kind text, reasons jsonb, unit text, units integer,
  units_left integer)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_terms record;
begin
  perform errors.required('session_id', p_session_id, 'a reference such as se-7k2q9mx4td');
  perform people.require_acts_for('school_urn', p_school_urn);
  if p_places not between 1 and 50 then
    perform errors.invalid('places', 'A booking is for some places.', 'CPD-3', '1 to 50');
  end if;
  v_terms := cpd.terms_of(p_session_id);
  if v_terms.session_id is null then
    perform cpd.refuse_session(p_session_id);
  end if;
  return query
  select p.nth, p.price_pence, p.vat_percent, p.vat_pence, p.gross_pence, p.place_kind, p.reasons, p.unit, p.units, p.units_left
  from jsonb_to_recordset(cpd.price_places(v_terms, p_school_urn, cpd.bookable_kind(p_school_urn, v_terms.out_of_area), p_discount_code,
    cpd.places_of(p_session_id, p_school_urn), coalesce(p_places, 1))) p (nth integer, price_pence bigint, vat_percent numeric, vat_pence bigint, gross_pence bigint,
    place_kind text, reasons jsonb, unit text, units integer, units_left integer);
end $$;
comment on function cpd.quote_places is 'cpd.quote_places tells what places on a session would cost a school today, the first and each further one, and why, and which places and credits it would draw; it books nothing (CPD-2, SLA-7).';
grant execute on function cpd.quote_places to persona_la_admin, persona_officer, persona_finance, persona_booker;
