-- Calls that make, answer and end agreements (CON-1).

create function consultancy.require_client(p_client text) returns integer
language plpgsql stable as $$
begin
  perform errors.required('client', p_client, 'the code of an authority, such as 929');
  if p_client !~ '^[0-9]{3}$' or p_client::integer = auth.authority_id()
      or not exists (select from auth.authority_scope s where s.authority_id = p_client::integer and s.authority_id > 0) then
    perform errors.not_found('client', format('There is no other authority "%s" to sell to.', left(p_client, 20)), 'the code of another authority, such as 929');
  end if;
  return p_client::integer;
end $$;
comment on function consultancy.require_client is 'consultancy.require_client refuses a client that is no other authority of the instance.';

create function consultancy.require_lines(p_lines jsonb) returns void
language plpgsql stable as $$
declare
  v_line record;
begin
  if coalesce(jsonb_array_length(p_lines), 0) = 0 then
    perform errors.required('lines', null::text, 'kind=sle,half_days=20,half_day_pence=17500');
  end if;
  for v_line in
    select l.nth, lower(l.line ->> 'kind') as kind, l.line ->> 'half_days' as half_days, l.line ->> 'half_day_pence' as pence,
      count(*) over (partition by lower(l.line ->> 'kind')) as times
    from jsonb_array_elements(p_lines) with ordinality l (line, nth) order by l.nth
  loop
    if v_line.kind is null or v_line.half_days is null or v_line.pence is null then
      perform errors.invalid(format('lines[%s]', v_line.nth - 1), 'A line says whose half-days, how many, and what each costs.', 'CON-1',
        'kind=sle,half_days=20,half_day_pence=17500');
    elsif v_line.times > 1 then
      perform errors.invalid(format('lines[%s].kind', v_line.nth - 1), format('%s stands in several lines.', v_line.kind), 'CON-1', 'one line a kind');
    end if;
  end loop;
end $$;
comment on function consultancy.require_lines is 'consultancy.require_lines refuses lines that do not say what is sold; what a half-day may cost and who works it, the table says.';

create function consultancy.write_agreement(p_agreement consultancy.agreement, p_lines jsonb) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_caller constant integer := auth.authority_id();
  v_party integer;
begin
  foreach v_party in array consultancy.parties(p_agreement) loop
    perform consultancy.in_books_of(v_party);
    insert into consultancy.agreement (authority_id, agreement_id, side, other_id, title, starts_on, ends_on, brokerage_percent, vat_percent, notice_days)
    values (v_party, p_agreement.agreement_id, case v_party when p_agreement.authority_id then p_agreement.side else 'client' end,
      case v_party when p_agreement.authority_id then p_agreement.other_id else p_agreement.authority_id end,
      p_agreement.title, p_agreement.starts_on, p_agreement.ends_on, p_agreement.brokerage_percent, p_agreement.vat_percent, p_agreement.notice_days);
    insert into consultancy.bank (authority_id, agreement_id, kind, half_days, half_day_pence, left_half_days)
    select v_party, p_agreement.agreement_id, lower(l ->> 'kind'), (l ->> 'half_days')::integer, (l ->> 'half_day_pence')::bigint, (l ->> 'half_days')::integer
    from jsonb_array_elements(p_lines) l;
  end loop;
  perform consultancy.in_books_of(v_caller);
end $$;
comment on function consultancy.write_agreement is 'consultancy.write_agreement writes a proposed agreement and what it sells into both parties'' copies.';

create function consultancy.propose_agreement(p_client text, p_title text, p_starts_on date, p_ends_on date, p_lines jsonb, p_school_urns jsonb,
  p_brokerage_percent numeric, p_vat_percent numeric, p_notice_days integer)
returns table (agreement_id text, client text, starts_on date, ends_on date, half_days integer, net_pence bigint, brokerage_pence bigint, vat_pence bigint,
  gross_pence bigint, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_client constant integer := consultancy.require_client(p_client);
  v_new consultancy.agreement;
  v_urn integer;
begin
  perform errors.required('title', btrim(p_title));
  perform errors.required('starts_on', p_starts_on, 'a day');
  perform errors.required('ends_on', p_ends_on, 'a day');
  perform consultancy.require_lines(p_lines);
  if p_ends_on < base.today() and p_ends_on >= p_starts_on then
    perform errors.invalid('ends_on', 'The whole period is past.', 'CON-1', format('%s or later', base.today()), 'DATE_OUT_OF_RANGE');
  end if;
  for v_urn in select u::integer from jsonb_array_elements_text(coalesce(p_school_urns, '[]')) u loop
    perform register.require_open_school('school_urns', v_urn, v_client, p_starts_on);
  end loop;
  v_new.authority_id := auth.authority_id();
  v_new.agreement_id := base.new_ref('ag');
  v_new.side := 'provider';
  v_new.other_id := v_client;
  v_new.title := btrim(p_title);
  v_new.starts_on := p_starts_on;
  v_new.ends_on := p_ends_on;
  v_new.brokerage_percent := coalesce(p_brokerage_percent, 0);
  v_new.vat_percent := coalesce(p_vat_percent, 0);
  v_new.notice_days := coalesce(p_notice_days, 0);
  perform consultancy.write_agreement(v_new, p_lines);
  perform consultancy.name_school(v_new.agreement_id, u.urn, p_starts_on, p_ends_on)
  from (select distinct x::integer as urn from jsonb_array_elements_text(coalesce(p_school_urns, '[]')) x order by 1) u;
  return query
  select v_new.agreement_id, p_client, p_starts_on, p_ends_on, b.half_days, b.net, x.brokerage, x.vat, b.net + x.brokerage + x.vat, 1
  from (select sum(b.half_days)::integer as half_days, sum(b.half_days * b.half_day_pence)::bigint as net from consultancy.bank b
    where b.authority_id = auth.authority_id() and b.agreement_id = v_new.agreement_id) b
  cross join lateral consultancy.charge(v_new, b.net) x;
end $$;
comment on function consultancy.propose_agreement is 'consultancy.propose_agreement offers days to another authority: who works how many half-days at what rate, in which of its schools, over which period. The answer is what they would cost in all (CON-1).';
grant execute on function consultancy.propose_agreement to persona_la_admin;

create function consultancy.answer_agreement(p_agreement_id text, p_version integer, p_answer text, p_note text)
returns table (agreement_id text, status text, state text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_agreement consultancy.agreement := consultancy.see(p_agreement_id, 'client');
begin
  perform errors.required('answer', p_answer, 'accept or decline');
  if lower(p_answer) not in ('accept', 'decline') then
    perform errors.invalid('answer', 'An agreement is accepted or declined.', 'CON-1', 'accept or decline');
  end if;
  v_agreement := consultancy.hold_version(p_agreement_id, p_version);
  perform consultancy.require_proposed(v_agreement);
  v_agreement.status := case lower(p_answer) when 'accept' then 'accepted' else 'declined' end;
  v_agreement.answered_at := now();
  v_agreement.answer_note := nullif(btrim(p_note), '');
  v_agreement := consultancy.save(v_agreement);
  return query values (v_agreement.agreement_id, v_agreement.status, consultancy.state_of(v_agreement), v_agreement.version);
end $$;
comment on function consultancy.answer_agreement is 'consultancy.answer_agreement accepts or declines what another authority offers. From acceptance, within its period, the provider''s partners and officers see the schools it names (CON-1).';
grant execute on function consultancy.answer_agreement to persona_la_admin;

create function consultancy.require_proposed(p_agreement consultancy.agreement) returns void
language plpgsql stable as $$
begin
  if p_agreement.status <> 'proposed' then
    perform errors.precondition('AGREEMENT_ANSWERED', format('The agreement is %s.', p_agreement.status), 'agreement_id', 'CON-1', 'one that is proposed');
  end if;
end $$;
comment on function consultancy.require_proposed is 'consultancy.require_proposed refuses an agreement that was answered or withdrawn.';

create function consultancy.withdraw_agreement(p_agreement_id text, p_version integer, p_note text)
returns table (agreement_id text, status text, state text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_agreement consultancy.agreement := consultancy.see(p_agreement_id, 'provider');
begin
  v_agreement := consultancy.hold_version(p_agreement_id, p_version);
  perform consultancy.require_proposed(v_agreement);
  v_agreement.status := 'withdrawn';
  v_agreement.answered_at := now();
  v_agreement.answer_note := nullif(btrim(p_note), '');
  v_agreement := consultancy.save(v_agreement);
  return query values (v_agreement.agreement_id, v_agreement.status, v_agreement.status, v_agreement.version);
end $$;
comment on function consultancy.withdraw_agreement is 'consultancy.withdraw_agreement takes an offer back that the client has not answered.';
grant execute on function consultancy.withdraw_agreement to persona_la_admin;

create function consultancy.visits_after(p_agreement consultancy.agreement, p_last date, p_school_urn integer, p_placement_id text) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_caller constant integer := auth.authority_id();
  v_found text;
begin
  perform consultancy.in_books_of((consultancy.parties(p_agreement))[2]);
  select string_agg(v.visit_id || ' on ' || to_char(v.starts_at at time zone 'Europe/London', 'FMDD Mon YYYY'), ', ' order by v.starts_at) into v_found
  from visits.visit v
  where v.authority_id = auth.authority_id() and v.funding = 'consultancy' and v.funding_ref = p_agreement.agreement_id
    and v.status in ('planned', 'confirmed') and v.starts_at >= (p_last + 1)::timestamp at time zone 'Europe/London'
    and (p_school_urn is null or v.school_urn = p_school_urn)
    and (p_placement_id is null or v.partner_id = (select p.partner_id from consultancy.placement p
      where p.authority_id = auth.authority_id() and p.placement_id = p_placement_id));
  perform consultancy.in_books_of(v_caller);
  return v_found;
end $$;
comment on function consultancy.visits_after is 'consultancy.visits_after lists the visits under an agreement that are planned after a day: all, or a school''s, or a placed partner''s; null when there are none.';

create function consultancy.require_no_visits_after(p_agreement consultancy.agreement, p_last date, p_school_urn integer, p_placement_id text) returns void
language plpgsql volatile as $$
declare
  v_visits constant text := consultancy.visits_after(p_agreement, p_last, p_school_urn, p_placement_id);
begin
  if v_visits is not null then
    perform errors.precondition('VISITS_PLANNED', format('Visits are planned after %s: %s.', to_char(p_last, 'FMDD Mon YYYY'), v_visits), 'ends_on', 'CON-1',
      'a day after the last of them', 'Cancel or move them first: improve visit cancel, improve visit move.');
  end if;
end $$;
comment on function consultancy.require_no_visits_after is 'consultancy.require_no_visits_after refuses an end that would leave planned visits behind, and names them.';

create function consultancy.end_agreement(p_agreement_id text, p_version integer, p_reason text, p_ends_on date)
returns table (agreement_id text, state text, ends_on date, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_agreement consultancy.agreement := consultancy.see(p_agreement_id);
  v_last constant date := coalesce(p_ends_on, base.today());
begin
  perform errors.required('reason', btrim(p_reason));
  v_agreement := consultancy.hold_version(p_agreement_id, p_version);
  if v_agreement.status <> 'accepted' then
    perform consultancy.require_running(v_agreement, 'agreement_id', v_last);
  elsif v_agreement.ends_on < base.today() then
    perform errors.precondition('AGREEMENT_ENDED', format('The agreement ended on %s.', to_char(v_agreement.ends_on, 'FMDD Mon YYYY')), 'agreement_id', 'CON-1');
  elsif v_last not between greatest(base.today() - 1, v_agreement.starts_on) and v_agreement.ends_on then
    perform errors.invalid('ends_on', 'An agreement ends early, not late, and not in the past.', 'CON-1',
      format('%s, for access that ends now, to %s', greatest(base.today() - 1, v_agreement.starts_on), v_agreement.ends_on), 'DATE_OUT_OF_RANGE');
  end if;
  perform consultancy.require_no_visits_after(v_agreement, v_last, null, null);
  v_agreement.ends_on := v_last;
  v_agreement.end_reason := btrim(p_reason);
  v_agreement := consultancy.save(v_agreement);
  perform consultancy.cut_short(v_agreement);
  return query values (v_agreement.agreement_id, consultancy.state_of(v_agreement), v_agreement.ends_on, v_agreement.version);
end $$;
comment on function consultancy.end_agreement is 'consultancy.end_agreement ends an agreement before its time, by either party. The provider''s access ends with it: what its partners wrote they can still read, the rest they cannot (CON-1).';
grant execute on function consultancy.end_agreement to persona_la_admin;
grant execute on function consultancy.require_client, consultancy.require_lines, consultancy.write_agreement, consultancy.require_proposed,
  consultancy.visits_after, consultancy.require_no_visits_after to improve_exec;
