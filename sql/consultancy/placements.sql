-- Who works for the client (CON-1). A placement makes the provider's partner a partner of the client too, as a person with one identity: their busy
-- times are shared, the client's visits, templates and notes are theirs to work with, and their membership ends with the placement.

create function consultancy.join_client(p_agreement consultancy.agreement, p_partner partners.partner, p_kind text, p_placement_id text, p_starts_on date,
  p_ends_on date, out partner_id text, out membership_id text)
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_client constant integer := (consultancy.parties(p_agreement))[2];
  v_from date;
begin
  select p.partner_id into join_client.partner_id from partners.partner p where p.authority_id = v_client and p.person_id = p_partner.person_id;
  if not found then
    partner_id := base.new_ref('pt');
    insert into partners.partner (authority_id, partner_id, person_id, name, capacity_half_days)
    select v_client, partner_id, p_partner.person_id, p_partner.name, least(730, b.half_days)
    from consultancy.bank b where b.authority_id = v_client and b.agreement_id = p_agreement.agreement_id and b.kind = p_kind;
    insert into partners.kind_held (authority_id, held_id, partner_id, kind, starts_on, ends_on)
    values (v_client, base.new_ref('kd'), partner_id, p_kind, p_starts_on, p_ends_on);
  end if;
  -- Memberships that the client gave are its own affair; one is opened for the days of the placement that they leave over.
  select greatest(base.today(), p_starts_on, max(case when m.ends_on is null then 'infinity' else m.ends_on + 1 end)) into v_from
  from auth.membership m
  where m.authority_id = v_client and m.person_id = p_partner.person_id and m.persona = 'partner' and m.revoked_at is null
    and m.starts_on <= p_ends_on and (m.ends_on is null or m.ends_on >= base.today());
  if v_from <= p_ends_on then
    membership_id := base.new_ref('me');
    insert into auth.membership (authority_id, membership_id, person_id, persona, starts_on, ends_on)
    values (v_client, membership_id, p_partner.person_id, 'partner', v_from, p_ends_on);
  end if;
end $$;
comment on function consultancy.join_client is 'consultancy.join_client makes a placed partner a partner and member of the client, where they are not: within the client''s books. Whether they were is not told to the provider.';

create function consultancy.write_placement(p_agreement consultancy.agreement, p_partner partners.partner, p_kind text, p_starts_on date, p_ends_on date)
returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_ref constant text := base.new_ref('pl');
  v_joined record;
begin
  insert into consultancy.placement (authority_id, placement_id, agreement_id, kind, partner_id, starts_on, ends_on)
  values (p_agreement.authority_id, v_ref, p_agreement.agreement_id, p_kind, p_partner.partner_id, p_starts_on, p_ends_on);
  perform consultancy.in_books_of(p_agreement.other_id);
  v_joined := consultancy.join_client(p_agreement, p_partner, p_kind, v_ref, p_starts_on, p_ends_on);
  insert into consultancy.placement (authority_id, placement_id, agreement_id, kind, partner_id, starts_on, ends_on, membership_id)
  values (p_agreement.other_id, v_ref, p_agreement.agreement_id, p_kind, v_joined.partner_id, p_starts_on, p_ends_on, v_joined.membership_id);
  perform consultancy.in_books_of(p_agreement.authority_id);
  return v_ref;
end $$;
comment on function consultancy.write_placement is 'consultancy.write_placement writes a placement into both copies, the client''s with the partner that its visits will name.';

create function consultancy.place_partner(p_agreement_id text, p_partner_id text, p_kind text, p_starts_on date, p_ends_on date)
returns table (placement_id text, partner text, kind text, starts_on date, ends_on date, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_agreement consultancy.agreement := consultancy.see(p_agreement_id, 'provider');
  v_partner partners.partner;
  v_starts_on date;
  v_ends_on date;
  v_kinds text;
begin
  v_agreement := consultancy.hold(p_agreement_id);
  v_starts_on := coalesce(p_starts_on, v_agreement.starts_on);
  v_ends_on := coalesce(p_ends_on, v_agreement.ends_on);
  perform consultancy.require_running(v_agreement, 'starts_on', v_starts_on);
  perform consultancy.require_running(v_agreement, 'ends_on', v_ends_on);
  perform errors.required('partner_id', p_partner_id, 'a reference such as pt-7k2q9mx4td');
  v_partner := partners.see_partner(p_partner_id);
  if v_partner.person_id is null then
    perform errors.precondition('NO_IDENTITY', format('%s has not signed in yet, and could not be shown busy elsewhere.', v_partner.name), 'partner_id', 'CON-1',
      'a partner who has', format('improve partner invite %s', p_partner_id));
  end if;
  select string_agg(b.kind, ' or ' order by b.kind) into v_kinds from consultancy.bank b
  where b.authority_id = auth.authority_id() and b.agreement_id = p_agreement_id;
  perform errors.required('kind', p_kind, v_kinds);
  if not exists (select from consultancy.bank b
      where b.authority_id = auth.authority_id() and b.agreement_id = p_agreement_id and b.kind = lower(p_kind)) then
    perform errors.invalid('kind', format('The agreement sells no half-days of %s.', left(p_kind, 40)), 'CON-1', v_kinds, 'KIND_NOT_SOLD');
  elsif not exists (select from partners.kind_held k
      where k.authority_id = auth.authority_id() and k.partner_id = p_partner_id and k.kind = lower(p_kind)
        and (k.starts_on is null or k.starts_on <= v_starts_on) and (k.ends_on is null or k.ends_on >= v_ends_on)) then
    perform errors.precondition('KIND_NOT_HELD', format('%s is no %s on every day from %s to %s.', v_partner.name, lower(p_kind), v_starts_on, v_ends_on),
      'kind', 'PAR-2', 'a kind that the partner holds throughout', 'improve partner show tells which.');
  end if;
  return query
  select w.ref, v_partner.name, lower(p_kind), v_starts_on, v_ends_on, 1
  from consultancy.write_placement(v_agreement, v_partner, lower(p_kind), v_starts_on, v_ends_on) w (ref);
end $$;
comment on function consultancy.place_partner is 'consultancy.place_partner says which of the provider''s partners works under an agreement, and as what: they may then sign in for the client with the device they have, plan visits to the schools it names, and write their notes (CON-1).';
grant execute on function consultancy.place_partner to persona_la_admin, persona_officer;

create function consultancy.cut_placement(p_agreement consultancy.agreement, p_placement_id text, p_ends_on date) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_caller constant integer := auth.authority_id();
  v_party integer;
begin
  foreach v_party in array consultancy.parties(p_agreement) loop
    perform consultancy.in_books_of(v_party);
    update auth.membership m set ends_on = greatest(p_ends_on, m.starts_on), version = m.version + 1,
      revoked_at = case when p_ends_on < m.starts_on or p_ends_on < base.today() then coalesce(m.revoked_at, now()) else m.revoked_at end
    from consultancy.placement p
    where p.authority_id = v_party and p.placement_id = p_placement_id and m.authority_id = v_party and m.membership_id = p.membership_id
      and m.ends_on > p_ends_on;
    update consultancy.placement p set ends_on = greatest(p_ends_on, p.starts_on), version = p.version + 1
    where p.authority_id = v_party and p.placement_id = p_placement_id;
  end loop;
  perform consultancy.in_books_of(v_caller);
end $$;
comment on function consultancy.cut_placement is 'consultancy.cut_placement sets the last day of a placement in both copies, and of the membership that it opened.';

create function consultancy.end_placement(p_placement_id text, p_version integer, p_ends_on date)
returns table (placement_id text, ends_on date, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_last constant date := coalesce(p_ends_on, base.today());
  v_agreement consultancy.agreement;
  v_placement consultancy.placement;
begin
  perform errors.required('placement_id', p_placement_id, 'a reference such as pl-7k2q9mx4td');
  perform errors.required('version', p_version);
  select p.* into v_placement from consultancy.placement p where p.authority_id = auth.authority_id() and p.placement_id = p_placement_id;
  if not found then
    perform errors.not_found('placement_id', format('There is no placement "%s".', left(p_placement_id, 40)), 'a reference such as pl-7k2q9mx4td',
      'improve agreement show tells them.');
  end if;
  v_agreement := consultancy.hold(v_placement.agreement_id);
  select p.* into v_placement from consultancy.placement p where p.authority_id = auth.authority_id() and p.placement_id = p_placement_id;
  if v_placement.version <> p_version then
    perform errors.stale('version', p_version, v_placement.version);
  elsif v_last not between greatest(base.today() - 1, v_placement.starts_on) and v_placement.ends_on then
    perform errors.invalid('ends_on', 'A placement ends early, not late, and not in the past.', 'CON-1',
      format('%s, for access that ends now, to %s', greatest(base.today() - 1, v_placement.starts_on), v_placement.ends_on), 'DATE_OUT_OF_RANGE');
  end if;
  perform consultancy.require_no_visits_after(v_agreement, v_last, null, p_placement_id);
  perform consultancy.cut_placement(v_agreement, p_placement_id, v_last);
  return query values (p_placement_id, v_last, p_version + 1);
end $$;
comment on function consultancy.end_placement is 'consultancy.end_placement ends a partner''s work under an agreement, by either party.';
grant execute on function consultancy.end_placement to persona_la_admin, persona_officer;

create function consultancy.cut_short(p_agreement consultancy.agreement) returns void
language plpgsql volatile as $$
begin
  perform consultancy.cut_placement(p_agreement, p.placement_id, p_agreement.ends_on)
  from consultancy.placement p
  where p.authority_id = auth.authority_id() and p.agreement_id = p_agreement.agreement_id and p.ends_on > p_agreement.ends_on;
  perform consultancy.end_school(s.agreement_id, s.school_urn, s.starts_on, greatest(p_agreement.ends_on, s.starts_on))
  from consultancy.school s
  where s.authority_id = auth.authority_id() and s.agreement_id = p_agreement.agreement_id and s.ends_on > p_agreement.ends_on;
end $$;
comment on function consultancy.cut_short is 'consultancy.cut_short ends what an agreement opened with it: placements, memberships, schools.';
grant execute on function consultancy.write_placement, consultancy.cut_placement, consultancy.cut_short to improve_exec;
