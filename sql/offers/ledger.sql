-- Calls on what schools have of an offer (OFF-3): commit, spend, release, carry over; and what they have.

create function offers.hold_award(p_award_id text) returns offers.award
language plpgsql volatile as $$
declare
  v_award offers.award;
begin
  perform errors.required('award_id', p_award_id, 'a reference such as oa-7k2q9mx4td');
  select a.* into v_award from offers.award a where a.authority_id = auth.authority_id() and a.award_id = p_award_id for no key update;
  if not found then
    perform errors.not_found('award_id', format('There is no award "%s".', left(p_award_id, 40)), 'a reference such as oa-7k2q9mx4td', 'improve offer-award list shows them.');
  end if;
  return v_award;
end $$;
comment on function offers.hold_award is 'offers.hold_award finds an award and locks it to the end of the transaction.';

create function offers.hold_commitment(p_commitment_id text, p_version integer) returns offers.commitment
language plpgsql volatile as $$
declare
  v_commitment offers.commitment;
begin
  perform errors.required('commitment_id', p_commitment_id, 'a reference such as oc-7k2q9mx4td');
  perform errors.required('version', p_version);
  perform offers.hold_award(c.award_id) from offers.commitment c where c.authority_id = auth.authority_id() and c.commitment_id = p_commitment_id;
  select c.* into v_commitment from offers.commitment c where c.authority_id = auth.authority_id() and c.commitment_id = p_commitment_id;
  if not found then
    perform errors.not_found('commitment_id', format('There is no commitment "%s".', left(p_commitment_id, 40)), 'a reference such as oc-7k2q9mx4td', 'improve offer-award entries shows them.');
  elsif v_commitment.version <> p_version then
    perform errors.stale('version', p_version, v_commitment.version);
  elsif v_commitment.status = 'closed' then
    perform errors.precondition('COMMITMENT_CLOSED', 'The commitment is closed.', 'commitment_id', 'OFF-3', 'a commitment that is open');
  end if;
  return v_commitment;
end $$;
comment on function offers.hold_commitment is 'offers.hold_commitment finds a commitment that is open, and locks its award; it refuses a stale version.';
grant execute on function offers.hold_award, offers.hold_commitment to improve_exec;

create function offers.commit_offer(p_award_id text, p_pence bigint, p_what text, p_on date)
returns table (commitment_id text, award_id text, pence bigint, awarded_pence bigint, committed_pence bigint, left_pence bigint, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_award constant offers.award := offers.hold_award(p_award_id);
  v_id constant text := base.new_ref('oc');
begin
  perform errors.required('pence', p_pence, 'pence to commit');
  perform errors.required('what', btrim(p_what));
  if p_pence < 1 then
    perform errors.invalid('pence', 'A commitment is of some pence.', 'OFF-3', '1 or more');
  elsif v_award.committed_pence + p_pence > v_award.awarded_pence then
    perform errors.precondition('AWARD_EXHAUSTED', format('Awarded: %s; committed: %s; wanted: %s.', sla.pounds(v_award.awarded_pence), sla.pounds(v_award.committed_pence), sla.pounds(p_pence)),
      'pence', 'OFF-3', format('%s pence or fewer', v_award.awarded_pence - v_award.committed_pence));
  end if;
  insert into offers.commitment (authority_id, commitment_id, award_id, what, pence, committed_on)
  values (v_award.authority_id, v_id, p_award_id, btrim(p_what), p_pence, coalesce(p_on, base.today()));
  perform offers.enter(p_award_id, 'committed', p_pence, coalesce(p_on, base.today()), btrim(p_what), v_id);
  return query select v_id, p_award_id, p_pence, v_award.awarded_pence, v_award.committed_pence + p_pence, v_award.awarded_pence - v_award.committed_pence - p_pence, 1;
end $$;
comment on function offers.commit_offer is 'offers.commit_offer commits a school''s money of an offer to something, never more than is left (OFF-3).';
grant execute on function offers.commit_offer to persona_la_admin, persona_officer;

create function offers.spend_offer(p_commitment_id text, p_version integer, p_pence bigint, p_what text, p_on date)
returns table (commitment_id text, award_id text, pence bigint, spent_pence bigint, left_pence bigint, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_was constant offers.commitment := offers.hold_commitment(p_commitment_id, p_version);
begin
  perform errors.required('pence', p_pence, 'pence that were spent');
  if p_pence < 1 or p_pence > v_was.pence - v_was.spent_pence then
    perform errors.precondition('COMMITMENT_EXHAUSTED', format('Committed: %s; spent: %s; wanted: %s.', sla.pounds(v_was.pence), sla.pounds(v_was.spent_pence), sla.pounds(p_pence)), 'pence',
      'OFF-3', format('1 to %s pence', v_was.pence - v_was.spent_pence));
  end if;
  update offers.commitment c set spent_pence = c.spent_pence + p_pence, version = c.version + 1 where c.authority_id = v_was.authority_id and c.commitment_id = p_commitment_id;
  perform offers.enter(v_was.award_id, 'spent', p_pence, coalesce(p_on, base.today()), coalesce(nullif(btrim(p_what), ''), v_was.what), p_commitment_id);
  return query select p_commitment_id, v_was.award_id, v_was.pence, v_was.spent_pence + p_pence, v_was.pence - v_was.spent_pence - p_pence, v_was.version + 1;
end $$;
comment on function offers.spend_offer is 'offers.spend_offer records what was spent of a commitment, never more than was committed (OFF-3).';
grant execute on function offers.spend_offer to persona_la_admin, persona_officer, persona_finance;

create function offers.release_offer(p_commitment_id text, p_version integer, p_reason text)
returns table (commitment_id text, award_id text, released_pence bigint, spent_pence bigint, left_pence bigint, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_was constant offers.commitment := offers.hold_commitment(p_commitment_id, p_version);
begin
  perform errors.required('reason', btrim(p_reason));
  update offers.commitment c set pence = c.spent_pence, status = 'closed', version = c.version + 1 where c.authority_id = v_was.authority_id and c.commitment_id = p_commitment_id;
  perform offers.enter(v_was.award_id, 'released', v_was.spent_pence - v_was.pence, base.today(), btrim(p_reason), p_commitment_id);
  return query select p_commitment_id, v_was.award_id, v_was.pence - v_was.spent_pence, v_was.spent_pence, a.awarded_pence - a.committed_pence, v_was.version + 1
  from offers.award a where a.authority_id = v_was.authority_id and a.award_id = v_was.award_id;
end $$;
comment on function offers.release_offer is 'offers.release_offer closes a commitment: what was not spent of it is the school''s to commit again (OFF-3).';
grant execute on function offers.release_offer to persona_la_admin, persona_officer;

create function offers.carry_offer(p_scheme_id text, p_to text)
returns table (school_urn integer, award_id text, to_award_id text, pence bigint)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_from constant offers.scheme := offers.scheme_of(p_scheme_id);
  v_to offers.scheme;
  v_award offers.award;
  v_other offers.award;
  v_text text;
begin
  perform errors.required('to', p_to, 'the offer of a later year');
  v_to := offers.scheme_of(p_to);
  if v_from.carry_over = 'lapse' then
    perform errors.precondition('NOTHING_CARRIES', format('What is left of %s %s lapses.', v_from.name, calendar.year_text(v_from.academic_year)), 'scheme_id', 'OFF-2', 'an offer whose money carries over');
  elsif v_to.starts_on <= v_from.ends_on or v_from.ends_on >= base.today() then
    perform errors.precondition('NOT_OVER', format('%s ends on %s, %s begins on %s.', v_from.name, to_char(v_from.ends_on, 'FMDD Mon YYYY'), v_to.name, to_char(v_to.starts_on, 'FMDD Mon YYYY')),
      'to', 'OFF-2', 'from an offer that is over to one that begins after it');
  end if;
  v_text := format('From %s %s to %s %s.', v_from.name, calendar.year_text(v_from.academic_year), v_to.name, calendar.year_text(v_to.academic_year));
  for v_award in
    select a.* from offers.award a where a.authority_id = v_from.authority_id and a.scheme_id = p_scheme_id and a.awarded_pence > a.committed_pence order by a.school_urn for no key update
  loop
    v_other := offers.award_of(p_to, v_award.school_urn, (select e.school_id from register.establishment e where e.urn = v_award.school_urn));
    if v_other.award_id is null then
      insert into offers.award (authority_id, award_id, scheme_id, school_urn) values (v_award.authority_id, base.new_ref('oa'), p_to, v_award.school_urn) returning * into v_other;
    end if;
    school_urn := v_award.school_urn;
    award_id := v_award.award_id;
    to_award_id := v_other.award_id;
    pence := v_award.awarded_pence - v_award.committed_pence;
    perform offers.enter(v_award.award_id, 'carried_out', -pence, v_from.ends_on, v_text, null);
    perform offers.enter(v_other.award_id, 'carried_in', pence, v_to.starts_on, v_text, null);
    return next;
  end loop;
end $$;
comment on function offers.carry_offer is 'offers.carry_offer carries what schools have left of an offer that is over to a later one, where its settings say so (OFF-2). Made again it carries nothing more.';
grant execute on function offers.carry_offer to persona_la_admin, persona_officer;

create function offers.list_offer_awards(p_scheme_id text, p_school_urn integer, p_page_size integer, p_cursor text)
returns table (award_id text, offer text, academic_year text, school_urn integer, school text, tier text, since date, half_days integer, drawn integer, half_days_left integer,
  awarded_pence bigint, committed_pence bigint, spent_pence bigint, left_pence bigint, row_cursor text)
language plpgsql stable as $$
#variable_conflict use_column
begin
  return query
  select a.award_id, s.name, calendar.year_text(s.academic_year), a.school_urn, n.name, t.name, m.effective_on, a.half_days, coalesce(b.drawn, 0), coalesce(b.left_half_days, 0),
    a.awarded_pence, a.committed_pence, a.spent_pence, a.awarded_pence - a.committed_pence, jsonb_build_array(s.academic_year, a.school_urn, a.award_id)::text
  from offers.award a
  join offers.scheme s on s.authority_id = a.authority_id and s.scheme_id = a.scheme_id
  left join lateral (
    select x.* from offers.move x where x.authority_id = a.authority_id and x.award_id = a.award_id and x.superseded_at is null order by x.effective_on desc limit 1
  ) m on true
  left join offers.tier t on t.authority_id = m.authority_id and t.scheme_id = m.scheme_id and t.nth = m.to_nth
  left join visits.entitlement_balance b on b.authority_id = a.authority_id and b.entitlement_id = a.entitlement_id
  left join lateral register.school_on(a.school_urn, base.today()) n on true
  where a.authority_id = auth.authority_id() and (p_scheme_id is null or a.scheme_id = p_scheme_id) and (p_school_urn is null or a.school_urn = any (register.lineage_of(p_school_urn)))
    and (p_cursor is null or (-s.academic_year, a.school_urn, a.award_id) > (-(p_cursor::jsonb ->> 0)::integer, (p_cursor::jsonb ->> 1)::integer, p_cursor::jsonb ->> 2))
  order by -s.academic_year, a.school_urn, a.award_id
  limit greatest(1, least(coalesce(p_page_size, 100), 500));
end $$;
comment on function offers.list_offer_awards is 'offers.list_offer_awards lists what schools have of offers: tier, days granted, drawn and left, money awarded, committed, spent and left (OFF-3); a school sees its own.';
grant execute on function offers.list_offer_awards to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_booker;

create function offers.list_offer_entries(p_award_id text, p_page_size integer, p_cursor text)
returns table (entered_at timestamptz, effective_on date, kind text, pence bigint, awarded_pence bigint, committed_pence bigint, spent_pence bigint, commitment_id text, what text, row_cursor text)
language plpgsql stable as $$
#variable_conflict use_column
begin
  perform errors.required('award_id', p_award_id, 'a reference such as oa-7k2q9mx4td');
  if not exists (select from offers.award a where a.authority_id = auth.authority_id() and a.award_id = p_award_id) then
    perform errors.not_found('award_id', format('There is no award "%s".', left(p_award_id, 40)), 'a reference such as oa-7k2q9mx4td', 'improve offer-award list shows them.');
  end if;
  return query
  select n.entered_at, n.effective_on, n.kind, n.pence, n.awarded::bigint, n.committed::bigint, n.spent::bigint, n.commitment_id, n.what, jsonb_build_array(n.entered_at, n.entry_id)::text
  from (
    select e.*, sum(e.pence) filter (where e.kind in ('awarded', 'adjusted', 'carried_in', 'carried_out')) over w as awarded,
      coalesce(sum(e.pence) filter (where e.kind in ('committed', 'released')) over w, 0) as committed, coalesce(sum(e.pence) filter (where e.kind = 'spent') over w, 0) as spent
    from offers.entry e where e.authority_id = auth.authority_id() and e.award_id = p_award_id
    window w as (order by e.entered_at, e.entry_id)
  ) n
  where p_cursor is null or (n.entered_at, n.entry_id) > ((p_cursor::jsonb ->> 0)::timestamptz, p_cursor::jsonb ->> 1)
  order by n.entered_at, n.entry_id
  limit greatest(1, least(coalesce(p_page_size, 100), 500));
end $$;
comment on function offers.list_offer_entries is 'offers.list_offer_entries lists the ledger of a school''s money of an offer, with what was awarded, committed and spent after each entry (OFF-3).';
grant execute on function offers.list_offer_entries to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_booker;

create function offers.explain_offer(p_scheme_id text, p_school_urn integer, p_as_of date)
returns table (tier text, rule text, holds boolean, because text)
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_scheme constant offers.scheme := offers.scheme_of(p_scheme_id);
  v_on constant date := coalesce(p_as_of, base.today());
  h record;
begin
  perform errors.required('school_urn', p_school_urn, 'the URN of a school, six digits');
  select x.* into h from offers.histories(v_scheme, v_on) x where x.urn = p_school_urn;
  if not found then
    perform errors.not_found('school_urn', format('The authority has no open school %s on %s.', p_school_urn, to_char(v_on, 'FMDD Mon YYYY')), 'the URN of an open school');
  end if;
  raise notice using errcode = 'IMNTE', message = format('Graded inspections published by %s%s: %s.', to_char(v_on, 'FMDD Mon YYYY'),
    case when v_scheme.predecessors then ', predecessors'' included' else '' end,
    coalesce((select string_agg(format('%s on %s', h.grades[i], to_char(h.days[i], 'FMDD Mon YYYY')), ', ' order by i) from generate_subscripts(h.grades, 1) i), 'none'));
  return query
  select t.name, offers.rule_text(r.rule), coalesce(offers.fits(jsonb_build_array(r.rule), h.grades, h.days, v_on), false),
    case when cardinality(h.grades) = 0 then 'No graded inspection.'
      when r.rule ->> 'test' = 'years_at_or_below' then coalesce(format('Since %s.', to_char(h.days[offers.run_from(h.grades, (r.rule #>> '{grades,0}')::integer)], 'FMDD Mon YYYY')), 'The latest is better.')
      else format('Grades: %s.', array_to_string(h.grades, ', ')) end
  from offers.tier t
  cross join lateral jsonb_array_elements(offers.rules_of(t.scheme_id, t.nth)) with ordinality r (rule, n)
  where t.authority_id = v_scheme.authority_id and t.scheme_id = p_scheme_id
  order by t.rank desc, t.nth, r.n;
end $$;
comment on function offers.explain_offer is 'offers.explain_offer tells of each rule of each tier, the highest first, whether it holds for a school on a day, and on what that rests (OFF-1).';
grant execute on function offers.explain_offer to persona_la_admin, persona_officer, persona_finance, persona_reporter;
