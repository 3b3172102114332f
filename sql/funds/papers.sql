-- Papers for bodies, what they recommend, what was decided, and what is due back (FUN-2).

create function funds.require_paper(p_field text, p_paper_id text) returns funds.paper
language plpgsql stable as $$
declare
  v_paper funds.paper;
begin
  perform errors.required(p_field, p_paper_id, 'a reference such as pp-7k2q9mx4td');
  select p.* into v_paper from funds.paper p where p.authority_id = auth.authority_id() and p.paper_id = p_paper_id;
  if not found then
    perform errors.not_found(p_field, format('The authority has no paper "%s".', left(p_paper_id, 40)), 'a reference such as pp-7k2q9mx4td',
      'improve paper list shows them.');
  end if;
  return v_paper;
end $$;
comment on function funds.require_paper is 'funds.require_paper finds a paper, or refuses.';
grant execute on function funds.require_paper to improve_exec;

create function funds.add_paper(p_title text, p_body text, p_meeting_on date, p_item_type integer, p_authors text) returns table (paper_id text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
begin
  perform errors.required('title', btrim(p_title));
  perform errors.required('body', btrim(p_body), 'such as "Schools Forum"');
  perform errors.required('meeting_on', p_meeting_on, 'a day');
  return query
  insert into funds.paper (authority_id, paper_id, title, body, meeting_on, item_type, authors)
  values (auth.authority_id(), base.new_ref('pp'), btrim(p_title), btrim(p_body), p_meeting_on, p_item_type, nullif(btrim(p_authors), ''))
  returning paper_id, version;
end $$;
comment on function funds.add_paper is 'funds.add_paper adds a paper for a meeting of a body, with its type of item in a schools forum.';
grant execute on function funds.add_paper to persona_la_admin, persona_officer, persona_finance;

create function funds.list_papers(p_body text, p_from date, p_to date)
returns table (paper_id text, title text, body text, meeting_on date, item_type integer, authors text, recommendations integer, undecided integer, version integer)
language sql stable as $$
  select p.paper_id, p.title, p.body, p.meeting_on, p.item_type, p.authors, r.all_::integer, r.undecided::integer, p.version
  from funds.paper p
  cross join lateral (select count(*) as all_, count(*) filter (where r.outcome is null) as undecided from funds.recommendation r
    where r.authority_id = p.authority_id and r.paper_id = p.paper_id) r
  where p.authority_id = (select auth.authority_id()) and (p_body is null or lower(p.body) = lower(btrim(p_body)))
    and (p_from is null or p.meeting_on >= p_from) and (p_to is null or p.meeting_on <= p_to)
  order by p.meeting_on, p.body, p.title
$$;
comment on function funds.list_papers is 'funds.list_papers lists papers by meeting, with what they recommend.';
grant execute on function funds.list_papers to persona_la_admin, persona_officer, persona_finance, persona_reporter;

create function funds.add_recommendation(p_paper_id text, p_number integer, p_what text, p_contribution_id text, p_gives text, p_pence bigint)
returns table (paper_id text, number integer, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_paper constant funds.paper := funds.require_paper('paper_id', p_paper_id);
  v_gives constant text := lower(nullif(btrim(p_gives), ''));
  v_contribution funds.contribution;
  v_chain text[];
begin
  perform errors.required('number', p_number);
  perform errors.required('what', btrim(p_what));
  if v_paper.item_type = 4 then
    perform errors.precondition('ITEM_FOR_INFORMATION', 'An item for information (4) has no recommendation.', 'paper_id', 'FUN-2', 'a paper of item type 1, 2 or 3');
  elsif v_gives not in ('allocation', 'authority') then
    perform errors.invalid('gives', 'A recommendation gives an allocation, or authority to spend.', 'FUN-2', 'allocation or authority');
  end if;
  if v_gives is not null or p_contribution_id is not null then
    v_contribution := funds.require_contribution('contribution_id', p_contribution_id);
    v_chain := case v_gives when 'allocation' then v_contribution.allocation_chain when 'authority' then v_contribution.authority_chain end;
    if v_gives is not null and v_paper.body <> all (v_chain) then
      perform errors.precondition('BODY_NOT_IN_CHAIN', format('%s does not decide on that.', v_paper.body), 'gives', 'FUN-2',
        coalesce(nullif(array_to_string(v_chain, ', then '), ''), 'nobody: there is no chain'));
    end if;
  end if;
  insert into funds.recommendation (authority_id, paper_id, number, what, contribution_id, gives, pence)
  values (auth.authority_id(), p_paper_id, p_number, btrim(p_what), p_contribution_id, v_gives, p_pence);
  return query values (p_paper_id, p_number, 1);
end $$;
comment on function funds.add_recommendation is 'funds.add_recommendation adds what a paper recommends: where it is about a contribution, whether it gives the allocation or authority to spend, of how much. A paper for information recommends nothing.';
grant execute on function funds.add_recommendation to persona_la_admin, persona_officer, persona_finance;

create function funds.require_turn(p_recommendation funds.recommendation, p_body text, p_on date) returns void
language plpgsql stable as $$
declare
  v_contribution constant funds.contribution := funds.require_contribution('contribution_id', p_recommendation.contribution_id);
  v_chain constant text[] := case p_recommendation.gives when 'allocation' then v_contribution.allocation_chain else v_contribution.authority_chain end;
  v_before text;
begin
  if p_recommendation.gives = 'authority' and not funds.is_allocated(v_contribution, p_on) then
    perform errors.precondition('ALLOCATION_FIRST', format('%s of %s is not allocated: %s.', funds.pounds(v_contribution.pence), v_contribution.name,
      funds.state_of(v_contribution, p_on)), 'outcome', 'FUN-2', 'authority to spend once the allocation is agreed');
  end if;
  select m.body into v_before from unnest(funds.missing_bodies(v_contribution, p_recommendation.gives, p_on)) with ordinality m (body, nth)
  where array_position(v_chain, m.body) < array_position(v_chain, p_body) order by m.nth limit 1;
  if v_before is not null then
    perform errors.precondition('CHAIN_ORDER', format('%s decides before %s, and has not.', v_before, p_body), 'outcome', 'FUN-2', array_to_string(v_chain, ', then '));
  end if;
end $$;
comment on function funds.require_turn is 'funds.require_turn refuses an approval that comes before its turn: authority to spend before the allocation, or a body of the chain before the one in front of it.';
grant execute on function funds.require_turn to improve_exec;

create function funds.decide_recommendation(p_paper_id text, p_number integer, p_version integer, p_outcome text, p_decided_on date, p_note text)
returns table (paper_id text, number integer, outcome text, decided_on date, state text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_paper constant funds.paper := funds.require_paper('paper_id', p_paper_id);
  v_outcome constant text := lower(btrim(p_outcome));
  v_was funds.recommendation;
begin
  perform errors.required('number', p_number);
  perform errors.required('version', p_version);
  perform errors.required('outcome', v_outcome, 'approved, refused, deferred, noted or rescinded');
  select r.* into v_was from funds.recommendation r where r.authority_id = auth.authority_id() and r.paper_id = p_paper_id and r.number = p_number for no key update;
  if not found then
    perform errors.not_found('number', format('The paper has no recommendation %s.', p_number), 'a number of improve recommendation list');
  elsif v_was.version <> p_version then
    perform errors.stale('version', p_version, v_was.version);
  elsif v_was.outcome in ('approved', 'refused', 'noted') and v_outcome <> 'rescinded' or v_was.outcome = 'rescinded' then
    perform errors.precondition('DECIDED_ALREADY', format('It was %s on %s.', v_was.outcome, to_char(v_was.decided_on, 'FMDD Mon YYYY')), 'outcome', 'FUN-2',
      case v_was.outcome when 'rescinded' then 'another recommendation' else 'rescinded' end);
  elsif v_outcome = 'rescinded' and v_was.outcome is distinct from 'approved' then
    perform errors.precondition('NOT_APPROVED', 'What was not approved is not rescinded.', 'outcome', 'FUN-2', 'approved, refused, deferred or noted');
  end if;
  if v_was.gives is not null then -- decisions and draws on one contribution come one after the other
    perform 1 from funds.contribution c where c.authority_id = auth.authority_id() and c.contribution_id = v_was.contribution_id for no key update;
  end if;
  if v_was.gives is not null and v_outcome = 'approved' then
    perform funds.require_turn(v_was, v_paper.body, null);
  end if;
  update funds.recommendation r
  set outcome = v_outcome, decided_on = coalesce(p_decided_on, v_paper.meeting_on), note = nullif(btrim(p_note), ''), version = r.version + 1
  where r.authority_id = auth.authority_id() and r.paper_id = p_paper_id and r.number = p_number
  returning r.* into v_was;
  return query
  select v_was.paper_id, v_was.number, v_was.outcome, v_was.decided_on, funds.state_of(c, null), v_was.version
  from (select 1) x left join funds.contribution c on c.authority_id = auth.authority_id() and c.contribution_id = v_was.contribution_id;
end $$;
comment on function funds.decide_recommendation is 'funds.decide_recommendation says what a body decided, on the day of its meeting unless told. Bodies approve in the order of the chain, and authority to spend after the allocation. An approval that is rescinded gives nothing any more: what was drawn stays, and no more can be.';
grant execute on function funds.decide_recommendation to persona_la_admin, persona_officer, persona_finance;

create function funds.list_recommendations(p_paper_id text, p_contribution_id text, p_undecided boolean)
returns table (paper_id text, body text, meeting_on date, item_type integer, number integer, what text, contribution text, gives text, pence bigint, outcome text,
  decided_on date, note text, version integer)
language sql stable as $$
  select r.paper_id, p.body, p.meeting_on, p.item_type, r.number, r.what, c.name, r.gives, coalesce(r.pence, case when r.gives is not null then c.pence end), r.outcome,
    r.decided_on, r.note, r.version
  from funds.recommendation r
  join funds.paper p on p.authority_id = r.authority_id and p.paper_id = r.paper_id
  left join funds.contribution c on c.authority_id = r.authority_id and c.contribution_id = r.contribution_id
  where r.authority_id = (select auth.authority_id()) and (p_paper_id is null or r.paper_id = p_paper_id)
    and (p_contribution_id is null or r.contribution_id = p_contribution_id) and (r.outcome is null or not coalesce(p_undecided, false))
  order by p.meeting_on, p.body, r.paper_id, r.number
$$;
comment on function funds.list_recommendations is 'funds.list_recommendations lists what was recommended to whom, and what was decided when.';
grant execute on function funds.list_recommendations to persona_la_admin, persona_officer, persona_finance, persona_reporter;

create function funds.add_update_due(p_paper_id text, p_what text, p_due_on date) returns table (update_id text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
begin
  perform funds.require_paper('paper_id', p_paper_id);
  perform errors.required('what', btrim(p_what));
  perform errors.required('due_on', p_due_on, 'a day');
  return query
  insert into funds.update_due (authority_id, update_id, paper_id, what, due_on) values (auth.authority_id(), base.new_ref('ud'), p_paper_id, btrim(p_what), p_due_on)
  returning update_id, version;
end $$;
comment on function funds.add_update_due is 'funds.add_update_due notes that a paper promises its body a report back, on what and by when.';
grant execute on function funds.add_update_due to persona_la_admin, persona_officer, persona_finance;

create function funds.deliver_update(p_update_id text, p_version integer, p_paper_id text) returns table (update_id text, late_days integer, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_paper constant funds.paper := funds.require_paper('paper_id', p_paper_id);
  v_was funds.update_due;
begin
  perform errors.required('update_id', p_update_id, 'a reference such as ud-7k2q9mx4td');
  perform errors.required('version', p_version);
  select u.* into v_was from funds.update_due u where u.authority_id = auth.authority_id() and u.update_id = p_update_id for no key update;
  if not found then
    perform errors.not_found('update_id', format('There is no update "%s".', left(p_update_id, 40)), 'a reference such as ud-7k2q9mx4td', 'improve update-due list shows them.');
  elsif v_was.version <> p_version then
    perform errors.stale('version', p_version, v_was.version);
  elsif v_was.paper_id = p_paper_id then
    perform errors.invalid('paper_id', 'The paper that promised it does not bring it.', 'FUN-2', 'a later paper');
  end if;
  return query
  update funds.update_due u set delivered_paper_id = p_paper_id, version = u.version + 1
  where u.authority_id = auth.authority_id() and u.update_id = p_update_id
  returning u.update_id, greatest(v_paper.meeting_on - u.due_on, 0), u.version;
end $$;
comment on function funds.deliver_update is 'funds.deliver_update says which paper brought what was due back, and how many days late.';
grant execute on function funds.deliver_update to persona_la_admin, persona_officer, persona_finance;

create function funds.list_updates_due(p_as_of date, p_include_delivered boolean)
returns table (update_id text, paper_id text, body text, what text, due_on date, late_days integer, delivered_paper_id text, version integer)
language sql stable as $$
  select u.update_id, u.paper_id, p.body, u.what, u.due_on, case when d.paper_id is null then greatest(coalesce(p_as_of, base.today()) - u.due_on, 0) end,
    d.paper_id, u.version
  from funds.update_due u
  join funds.paper p on p.authority_id = u.authority_id and p.paper_id = u.paper_id
  left join funds.paper d on d.authority_id = u.authority_id and d.paper_id = u.delivered_paper_id and d.meeting_on <= coalesce(p_as_of, base.today())
  where u.authority_id = (select auth.authority_id()) and (d.paper_id is null or coalesce(p_include_delivered, false))
  order by u.due_on, u.update_id
$$;
comment on function funds.list_updates_due is 'funds.list_updates_due lists the reports that are due back to bodies, the earliest first, with the days that they are late.';
grant execute on function funds.list_updates_due to persona_la_admin, persona_officer, persona_finance, persona_reporter;
