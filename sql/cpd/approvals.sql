-- Budget holders, and what they say to what others of their school book (CPD-3).

create function cpd.is_budget_holder(p_school_urn integer) returns boolean
language plpgsql stable as $$
begin
  return p_school_urn = any (auth.urns()) and cpd.holds_budget(p_school_urn, auth.person_id());
end $$;
comment on function cpd.is_budget_holder is 'cpd.is_budget_holder tells whether the caller holds the budget of a school they book for.';
grant execute on function cpd.is_budget_holder to improve_exec;

create function cpd.name_budget_holder(p_school_urn integer, p_membership_id text) returns table (holder_id text, school_urn integer, name text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_member auth.membership;
begin
  perform errors.required('school_urn', p_school_urn, 'the URN of a school, six digits');
  perform errors.required('membership_id', p_membership_id, 'a reference such as me-7k2q9mx4td');
  select m.* into v_member from auth.membership m
  where m.authority_id = auth.authority_id() and m.membership_id = p_membership_id and m.persona = 'booker' and m.school_urn = p_school_urn
    and m.revoked_at is null and (m.ends_on is null or m.ends_on >= base.today());
  if not found then
    perform errors.not_found('membership_id', format('School %s has no booker "%s".', p_school_urn, left(p_membership_id, 40)), 'the membership of a booker of the school',
      format('improve member list --school-urn %s shows them.', p_school_urn));
  elsif exists (select from cpd.budget_holder h
      where h.authority_id = auth.authority_id() and h.school_urn = p_school_urn and h.person_id = v_member.person_id and h.ended_at is null) then
    perform errors.exists('HOLDER_EXISTS', 'They hold the school''s budget already.', 'membership_id', 'CPD-3');
  end if;
  return query
  insert into cpd.budget_holder (authority_id, holder_id, school_urn, person_id, named_by)
  values (auth.authority_id(), base.new_ref('bh'), p_school_urn, v_member.person_id, auth.person_id())
  returning holder_id, school_urn, (select p.display_name from auth.person p where p.person_id = v_member.person_id), version;
end $$;
comment on function cpd.name_budget_holder is 'cpd.name_budget_holder lets one of a school''s bookers approve what the others book, and book without being asked.';
grant execute on function cpd.name_budget_holder to persona_la_admin;

create function cpd.end_budget_holder(p_holder_id text, p_version integer) returns table (holder_id text, school_urn integer, ended_at timestamptz, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_was cpd.budget_holder;
begin
  perform errors.required('holder_id', p_holder_id, 'a reference such as bh-7k2q9mx4td');
  perform errors.required('version', p_version);
  select h.* into v_was from cpd.budget_holder h where h.authority_id = auth.authority_id() and h.holder_id = p_holder_id for no key update;
  if not found then
    perform errors.not_found('holder_id', format('The authority has no budget holder "%s".', left(p_holder_id, 40)), 'a reference such as bh-7k2q9mx4td',
      'improve budget-holder list shows them.');
  elsif v_was.version <> p_version then
    perform errors.stale('version', p_version, v_was.version);
  elsif v_was.ended_at is not null then
    perform errors.precondition('HOLDER_ENDED', format('They ceased to hold the budget on %s.', cpd.clock(v_was.ended_at)), 'holder_id', 'CPD-3', 'one who holds it');
  end if;
  return query
  update cpd.budget_holder h set ended_at = now(), version = h.version + 1
  where h.authority_id = auth.authority_id() and h.holder_id = p_holder_id
  returning h.holder_id, h.school_urn, h.ended_at, h.version;
end $$;
comment on function cpd.end_budget_holder is 'cpd.end_budget_holder takes a school''s budget out of somebody''s hands; what they approved stays.';
grant execute on function cpd.end_budget_holder to persona_la_admin;

create function cpd.list_budget_holders(p_school_urn integer)
returns table (holder_id text, school_urn integer, school text, person_id uuid, name text, named_at timestamptz, version integer)
language plpgsql stable as $$
#variable_conflict use_column
begin
  return query
  select h.holder_id, h.school_urn, (register.school_on(h.school_urn, base.today())).name, h.person_id,
    (select p.display_name from auth.person p where p.person_id = h.person_id), h.named_at, h.version
  from cpd.budget_holder h
  where h.authority_id = auth.authority_id() and h.ended_at is null and (p_school_urn is null or h.school_urn = p_school_urn)
  order by h.school_urn, h.named_at, h.holder_id;
end $$;
comment on function cpd.list_budget_holders is 'cpd.list_budget_holders lists who holds schools'' budgets; a school sees its own.';
grant execute on function cpd.list_budget_holders to persona_la_admin, persona_officer, persona_finance, persona_booker;

create function cpd.confirm_held(p_booking_id text, p_version integer, p_note text) returns table (booking_id text, change text)
language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_booking cpd.booking;
  v_unit text[];
begin
  v_booking := cpd.hold(p_booking_id, p_version);
  perform cpd.require_in(v_booking, '{requested}', 'approve');
  v_unit := cpd.unit_of(v_booking);
  update cpd.booking b set status = 'confirmed', respond_by = null, version = b.version + 1
  where b.authority_id = v_booking.authority_id and b.booking_id = any (v_unit);
  perform cpd.note_step(u, 'approved', auth.person_id(), null, p_note) from unnest(v_unit) u;
  perform cpd.charge_price(v_unit);
  update cpd.session s
  set confirmed_count = s.confirmed_count + cardinality(v_unit), held_count = s.held_count - cardinality(v_unit), next_due_at = cpd.next_due(s.session_id)
  where s.authority_id = v_booking.authority_id and s.session_id = v_booking.session_id;
  return query select u, 'approved' from unnest(v_unit) u;
  return query select x.* from cpd.settle(v_booking.session_id) x;
end $$;
comment on function cpd.confirm_held is 'cpd.confirm_held confirms all bookings of an order that await approval, and brings the session up to now; it tells which bookings moved.';
grant execute on function cpd.confirm_held to improve_exec;

create function cpd.require_may_decide(p_booking_id text, p_note text) returns void
language plpgsql stable as $$
declare
  v_urn integer;
begin
  perform cpd.require_visible(p_booking_id);
  select b.school_urn into v_urn from cpd.booking b where b.authority_id = auth.authority_id() and b.booking_id = p_booking_id;
  if cpd.is_budget_holder(v_urn) then
    return;
  elsif auth.has_persona('la_admin', 'officer') then
    -- On the school's word: that is what the note tells.
    perform errors.required('note', btrim(p_note), 'on whose word, such as "By telephone, Mrs Lee"');
  else
    perform errors.refuse(7, 'NOT_BUDGET_HOLDER', format('You do not hold the budget of school %s.', v_urn), 'booking_id', 'CPD-3',
      coalesce('the answer of ' || (select string_agg(coalesce(l.name, 'a budget holder'), ' or ') from cpd.list_budget_holders(v_urn) l), 'an officer''s call: the school has no budget holder'));
  end if;
end $$;
comment on function cpd.require_may_decide is 'cpd.require_may_decide refuses unless the caller holds the budget of the booking''s school, or is an officer who says on whose word they act.';
grant execute on function cpd.require_may_decide to improve_exec;

create function cpd.approve_booking(p_booking_id text, p_version integer, p_note text)
returns table (booking_id text, delegate text, school_urn integer, change text, status text)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_head record;
  v_ids text[];
  v_changes text[];
begin
  perform errors.required('version', p_version);
  perform cpd.require_may_decide(p_booking_id, p_note);
  for v_head in select * from cpd.order_heads(p_booking_id, p_version) loop
    select v_ids || array_agg(x.booking_id), v_changes || array_agg(x.change) into v_ids, v_changes from cpd.confirm_held(v_head.booking_id, v_head.version, nullif(btrim(p_note), '')) x;
  end loop;
  return query select c.* from cpd.changes(v_ids, v_changes) c;
end $$;
comment on function cpd.approve_booking is 'cpd.approve_booking confirms an order that awaits the budget holder''s approval, every place of it that is held, on all its sessions (CPD-3).';
grant execute on function cpd.approve_booking to persona_la_admin, persona_officer, persona_booker;

create function cpd.refuse_booking(p_booking_id text, p_version integer, p_note text)
returns table (booking_id text, delegate text, school_urn integer, change text, status text)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_head record;
  v_ids text[];
  v_changes text[];
begin
  perform errors.required('version', p_version);
  perform errors.required('note', btrim(p_note), 'why');
  perform cpd.require_may_decide(p_booking_id, p_note);
  for v_head in select * from cpd.order_heads(p_booking_id, p_version) loop
    select v_ids || array_agg(x.booking_id), v_changes || array_agg(x.change) into v_ids, v_changes from cpd.release_places(v_head.booking_id, v_head.version, 'refused', btrim(p_note)) x;
  end loop;
  return query select c.* from cpd.changes(v_ids, v_changes) c;
end $$;
comment on function cpd.refuse_booking is 'cpd.refuse_booking refuses an order that awaits the budget holder''s approval, with the reason; its places, on all its sessions, go to who waits (CPD-3).';
grant execute on function cpd.refuse_booking to persona_la_admin, persona_officer, persona_booker;
