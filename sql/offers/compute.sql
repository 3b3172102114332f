-- Recomputing an offer (OFF-2): what should be is compared with what was posted, and the difference is posted. Posted moves are never changed: late
-- news supersedes them and adds others, and the ledger gets one adjusting entry with what that comes to.

create function offers.award_of(p_scheme_id text, p_urn integer, p_school_id integer) returns offers.award
language plpgsql volatile as $$
declare
  v_award offers.award;
begin
  -- Its own, or that of a URN of its lineage that is open no more.
  select a.* into v_award
  from offers.award a
  join register.establishment e on e.urn = a.school_urn
  where a.authority_id = auth.authority_id() and a.scheme_id = p_scheme_id and e.school_id = p_school_id
    and (a.school_urn = p_urn or not (select s.is_open from register.school_on(a.school_urn, base.today()) s))
  order by a.school_urn = p_urn desc, a.award_id limit 1
  for no key update of a;
  return v_award;
end $$;
comment on function offers.award_of is 'offers.award_of finds a school''s award of an offer, and locks it; null when it has none.';

create function offers.enter(p_award_id text, p_kind text, p_pence bigint, p_on date, p_what text, p_commitment_id text) returns void
language plpgsql volatile as $$
begin
  if p_pence = 0 then
    return;
  end if;
  insert into offers.entry (authority_id, entry_id, award_id, kind, pence, effective_on, commitment_id, what, entered_by)
  values (auth.authority_id(), base.new_ref('oe'), p_award_id, p_kind, p_pence, p_on, p_commitment_id, p_what, auth.person_id());
  update offers.award a
  set awarded_pence = a.awarded_pence + case when p_kind in ('awarded', 'adjusted', 'carried_in', 'carried_out') then p_pence else 0 end,
    committed_pence = a.committed_pence + case when p_kind in ('committed', 'released') then p_pence else 0 end,
    spent_pence = a.spent_pence + case when p_kind = 'spent' then p_pence else 0 end
  where a.authority_id = auth.authority_id() and a.award_id = p_award_id;
end $$;
comment on function offers.enter is 'offers.enter writes an entry of the ledger and the award with it. The table''s constraint refuses to go below what is committed.';

create function offers.post_half_days(p_award offers.award, p_scheme offers.scheme, p_wanted integer, p_on date, p_what text) returns integer
language plpgsql volatile as $$
declare
  v_left integer;
  v_change integer := p_wanted - p_award.half_days;
  v_ref text;
begin
  if p_award.entitlement_id is not null then
    perform visits.begin_entitlement(p_award.entitlement_id, p_on); -- late news may have moved the day on which the school joined
  end if;
  if v_change = 0 then
    return p_award.half_days;
  elsif p_award.entitlement_id is null then
    v_ref := visits.open_entitlement(p_award.school_urn, 'offer', p_award.award_id, p_on, p_scheme.ends_on, v_change, p_what);
    update offers.award a set entitlement_id = v_ref where a.authority_id = p_award.authority_id and a.award_id = p_award.award_id;
  else
    if v_change < 0 then
      v_left := (visits.lock_entitlement(p_award.entitlement_id)).left_half_days;
      v_change := greatest(v_change, -v_left);
    end if;
    if v_change <> 0 then
      perform visits.enter(p_award.entitlement_id, 'adjusted', v_change, null, p_what);
    end if;
  end if;
  update offers.award a set half_days = a.half_days + v_change where a.authority_id = p_award.authority_id and a.award_id = p_award.award_id;
  return p_award.half_days + v_change;
end $$;
comment on function offers.post_half_days is 'offers.post_half_days gives a school the half-days that its tier has from the day on which it joined, through its entitlement of visits, or takes back what visits have not drawn.';

create function offers.move_text(p_scheme_id text, p_move jsonb) returns text
language plpgsql stable as $$
begin
  return format('%s to %s on %s: %s', coalesce((select t.name from offers.tier t where t.authority_id = auth.authority_id() and t.scheme_id = p_scheme_id and t.nth = (p_move ->> 'from')::integer), 'no tier'),
    coalesce((select t.name from offers.tier t where t.authority_id = auth.authority_id() and t.scheme_id = p_scheme_id and t.nth = (p_move ->> 'to')::integer), 'no tier'),
    to_char((p_move ->> 'on')::date, 'FMDD Mon YYYY'), case p_move ->> 'cause' when 'start' then 'the offer begins' when 'news' then format('inspection %s is published', p_move ->> 'number')
      else 'so many years are over' end);
end $$;
comment on function offers.move_text is 'offers.move_text says a move as people read it.';

create function offers.posted_moves(p_award_id text) returns jsonb
language plpgsql stable as $$
begin
  return (select coalesce(jsonb_agg(jsonb_build_object('on', m.effective_on, 'from', m.from_nth, 'to', m.to_nth, 'cause', m.cause, 'number', m.inspection_number, 'pence', m.pence,
      'half_days', m.half_days) order by m.effective_on), '[]')
    from offers.move m where m.authority_id = auth.authority_id() and m.award_id = p_award_id and m.superseded_at is null);
end $$;
comment on function offers.posted_moves is 'offers.posted_moves is the moves of a school that hold, in their order.';

create function offers.post_school(p_scheme offers.scheme, p_urn integer, p_school_id integer, p_moves jsonb)
returns table (move jsonb, late boolean, pence bigint, half_days integer, awarded_pence bigint)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_award offers.award := offers.award_of(p_scheme.scheme_id, p_urn, p_school_id);
  v_posted jsonb;
  v_same integer := 0;
  v_move jsonb;
  v_on date;
  v_gained integer;
  v_pence bigint;
  v_target bigint := (select coalesce(sum((m ->> 'pence')::bigint), 0) from jsonb_array_elements(p_moves) m);
  v_half_days constant integer := (select coalesce(sum((m ->> 'half_days')::integer), 0) from jsonb_array_elements(p_moves) m);
begin
  if v_award.award_id is null then
    if p_moves = '[]' then
      return;
    end if;
    insert into offers.award (authority_id, award_id, scheme_id, school_urn) values (p_scheme.authority_id, base.new_ref('oa'), p_scheme.scheme_id, p_urn) returning * into v_award;
  end if;
  v_posted := offers.posted_moves(v_award.award_id);
  while v_same < least(jsonb_array_length(v_posted), jsonb_array_length(p_moves)) and v_posted -> v_same = p_moves -> v_same loop
    v_same := v_same + 1;
  end loop;
  late := v_same < jsonb_array_length(v_posted);
  if late then
    update offers.move m set superseded_at = now()
    where m.authority_id = v_award.authority_id and m.award_id = v_award.award_id and m.superseded_at is null and m.effective_on >= (v_posted -> v_same ->> 'on')::date;
  end if;
  insert into offers.move (authority_id, move_id, award_id, scheme_id, effective_on, from_nth, to_nth, cause, inspection_number, pence, half_days, recorded_by)
  select v_award.authority_id, base.new_ref('om'), v_award.award_id, p_scheme.scheme_id, (m.move ->> 'on')::date, (m.move ->> 'from')::integer, (m.move ->> 'to')::integer, m.move ->> 'cause',
    m.move ->> 'number', (m.move ->> 'pence')::bigint, (m.move ->> 'half_days')::integer, auth.person_id()
  from jsonb_array_elements(p_moves) with ordinality m (move, n) where m.n > v_same;
  v_on := coalesce(least((v_posted -> v_same ->> 'on')::date, (p_moves -> v_same ->> 'on')::date), (p_moves -> -1 ->> 'on')::date, p_scheme.starts_on);
  v_gained := offers.post_half_days(v_award, p_scheme, v_half_days, coalesce((select min((m ->> 'on')::date) from jsonb_array_elements(p_moves) m where (m ->> 'half_days')::integer > 0), v_on),
    'Half-days of the tier.') - v_award.half_days;
  -- Moves that are new at the end have an entry each; what late news, or money released since, comes to has one.
  if not late then
    for v_move in select m.move from jsonb_array_elements(p_moves) with ordinality m (move, n) where m.n > v_same order by m.n loop
      v_pence := greatest((v_move ->> 'pence')::bigint, -(select a.awarded_pence - a.committed_pence from offers.award a
        where a.authority_id = v_award.authority_id and a.award_id = v_award.award_id));
      perform offers.enter(v_award.award_id, case when v_posted = '[]' and v_move -> 'from' = 'null' then 'awarded' else 'adjusted' end, v_pence, (v_move ->> 'on')::date,
        offers.move_text(p_scheme.scheme_id, v_move), null);
      return query select v_move, false, v_pence, case when v_move = p_moves -> -1 then v_gained else 0 end, a.awarded_pence
      from offers.award a where a.authority_id = v_award.authority_id and a.award_id = v_award.award_id;
    end loop;
  end if;
  select greatest(v_target - coalesce(sum(e.pence), 0), -(select a.awarded_pence - a.committed_pence from offers.award a
      where a.authority_id = v_award.authority_id and a.award_id = v_award.award_id)) into v_pence
  from offers.entry e where e.authority_id = v_award.authority_id and e.award_id = v_award.award_id and e.kind in ('awarded', 'adjusted');
  if late or v_pence <> 0 then
    perform offers.enter(v_award.award_id, 'adjusted', v_pence, v_on, case when late then 'Late news: ' || coalesce(
      (select string_agg(offers.move_text(p_scheme.scheme_id, m.move), '; ' order by m.n) from jsonb_array_elements(p_moves) with ordinality m (move, n) where m.n > v_same),
      'no tier from ' || to_char(v_on, 'FMDD Mon YYYY')) else 'Taken back, now that it is not committed.' end, null);
    return query select coalesce(p_moves -> -1, jsonb_build_object('on', v_on, 'from', v_posted -> -1 -> 'to')), true, v_pence, v_gained, a.awarded_pence
    from offers.award a where a.authority_id = v_award.authority_id and a.award_id = v_award.award_id;
  end if;
end $$;
comment on function offers.post_school is 'offers.post_school brings what is posted of a school to what it should be, and tells each move with what was posted for it: new moves one by one, what late news changes as one difference.';
grant execute on function offers.award_of, offers.enter, offers.post_half_days, offers.move_text, offers.posted_moves, offers.post_school to improve_exec;

create function offers.recompute_offer(p_scheme_id text, p_as_of date)
returns table (school_urn integer, school text, effective_on date, from_tier text, to_tier text, cause text, late boolean, pence bigint, half_days integer, awarded_pence bigint)
language plpgsql volatile cost 10000 set jit = off as $$
#variable_conflict use_column
declare
  v_scheme offers.scheme;
  v_on date := coalesce(p_as_of, base.today());
  v_moves integer := 0;
  v_pence bigint := 0;
begin
  perform errors.required('scheme_id', p_scheme_id, 'a reference such as os-7k2q9mx4td');
  select s.* into v_scheme from offers.scheme s where s.authority_id = auth.authority_id() and s.scheme_id = p_scheme_id for no key update;
  if not found then
    v_scheme := offers.scheme_of(p_scheme_id);
  elsif v_on > base.today() then
    perform errors.invalid('as_of', 'Tiers are computed by what has been published.', 'OFF-2', format('%s or earlier', base.today()));
  elsif v_on < v_scheme.starts_on then
    perform errors.precondition('NOT_BEGUN', format('The offer begins on %s.', to_char(v_scheme.starts_on, 'FMDD Mon YYYY')), 'as_of', 'OFF-2', format('%s or later', v_scheme.starts_on));
  end if;
  v_on := least(greatest(v_on, v_scheme.computed_to), v_scheme.ends_on);
  return query
  select t.urn, n.name, (p.move ->> 'on')::date, was.name, now_.name, p.move ->> 'cause', p.late, p.pence, p.half_days, p.awarded_pence
  from offers.timeline(v_scheme, v_on) t
  cross join lateral offers.post_school(v_scheme, t.urn, t.school_id, t.moves) p
  left join register.school_on(t.urn, v_on) n on true
  left join offers.tier was on was.authority_id = v_scheme.authority_id and was.scheme_id = p_scheme_id and was.nth = (p.move ->> 'from')::integer
  left join offers.tier now_ on now_.authority_id = v_scheme.authority_id and now_.scheme_id = p_scheme_id and now_.nth = (p.move ->> 'to')::integer;
  update offers.scheme s set computed_to = v_on, version = s.version + 1 where s.authority_id = v_scheme.authority_id and s.scheme_id = p_scheme_id;
  raise notice using errcode = 'IMNTE', message = format('Computed to %s, by the inspections published by then and known now.', to_char(v_on, 'FMDD Mon YYYY'));
end $$;
comment on function offers.recompute_offer is 'offers.recompute_offer brings the tiers of an offer to a day, today unless given, never back: schools join and move as their inspections are published and years go by, and what that gives or takes is posted. Late news is posted as the difference from the day on which it was published (OFF-2). A dry run shows the moves.';
grant execute on function offers.recompute_offer to persona_la_admin, persona_officer;
