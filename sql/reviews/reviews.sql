-- A review's way (REV-1): request, hub, reviewer, self-evaluation, review, action plan, follow-up, quality assurance, closed. What the guide's four steps
-- are the source does not say beyond two; these are those that it and the hubs' work name.

create view reviews.transition with (security_invoker = true) as
select t.from_status, t.step, t.to_status, t.whose
from (values
  ('requested', 'reviewer', 'matched', 'officer'),
  ('matched', 'reviewer', 'matched', 'officer'),
  ('self_evaluated', 'reviewer', 'self_evaluated', 'officer'),
  ('matched', 'self_evaluation', 'self_evaluated', 'school'),
  ('self_evaluated', 'review', 'reviewed', 'reviewer'),
  ('reviewed', 'action_plan', 'planned', 'school'),
  ('planned', 'follow_up', 'followed_up', 'reviewer'),
  ('followed_up', 'quality_assurance', 'quality_assured', 'officer'),
  ('quality_assured', 'close', 'closed', 'officer')
) t (from_status, step, to_status, whose);
comment on view reviews.transition is 'Which step of a review follows which, and whose it is: officers may take the school''s and the reviewer''s for them. Quality assurance that is not met sends a review back to self_evaluated.';
comment on column reviews.transition.from_status is 'State it is in.';
comment on column reviews.transition.step is 'The step.';
comment on column reviews.transition.to_status is 'State it comes to.';
comment on column reviews.transition.whose is 'officer, school or reviewer.';
grant select on reviews.transition to improve_exec;

create function reviews.hold(p_review_id text, p_version integer) returns reviews.review
language plpgsql volatile as $$
declare
  v_review reviews.review;
begin
  perform errors.required('review_id', p_review_id, 'a reference such as rw-7k2q9mx4td');
  perform errors.required('version', p_version);
  select r.* into v_review from reviews.review r where r.authority_id = auth.authority_id() and r.review_id = p_review_id for no key update;
  if not found then
    perform errors.not_found('review_id', format('There is no review "%s".', left(p_review_id, 40)), 'a reference such as rw-7k2q9mx4td', 'improve review list shows them.');
  elsif v_review.version <> p_version then
    perform errors.stale('version', p_version, v_review.version);
  end if;
  return v_review;
end $$;
comment on function reviews.hold is 'reviews.hold finds a review and locks it to the end of the transaction; it refuses a stale version.';

create function reviews.take(p_review reviews.review, p_step text, p_on date, p_what text, p_outcome text) returns void
language plpgsql volatile as $$
begin
  insert into reviews.step (authority_id, review_id, nth, step, day, what, outcome, taken_by)
  select p_review.authority_id, p_review.review_id, coalesce(max(s.nth), 0) + 1, p_step, p_on, p_what, p_outcome, auth.person_id()
  from reviews.step s where s.authority_id = p_review.authority_id and s.review_id = p_review.review_id;
end $$;
comment on function reviews.take is 'reviews.take adds a step to a review''s history.';

create function reviews.next_step(p_status text) returns text
language plpgsql stable as $$
begin
  return (select string_agg(t.step, ' or ' order by t.step = 'reviewer', t.step) from reviews.transition t where t.from_status = p_status);
end $$;
comment on function reviews.next_step is 'reviews.next_step names what may follow a state; null for nothing.';

create function reviews.require_day(p_review reviews.review, p_on date) returns void
language plpgsql stable as $$
declare
  v_last date;
begin
  select max(s.day) into v_last from reviews.step s where s.authority_id = p_review.authority_id and s.review_id = p_review.review_id;
  if p_on > base.today() then
    perform errors.invalid('on', format('%s has not come yet.', to_char(p_on, 'FMDD Mon YYYY')), 'REV-1', format('%s or earlier', base.today()));
  elsif p_on < v_last then
    perform errors.invalid('on', format('The step before it was on %s.', to_char(v_last, 'FMDD Mon YYYY')), 'REV-1', format('%s or later', v_last));
  end if;
end $$;
comment on function reviews.require_day is 'reviews.require_day refuses a day that has not come, or that lies before the last step.';
grant execute on function reviews.hold, reviews.take, reviews.next_step, reviews.require_day to improve_exec;

create function reviews.request_review(p_school_urn integer, p_why text, p_on date, p_hub_id text, p_guide text)
returns table (review_id text, school_urn integer, hub_id text, hub text, coordinator text, email text, status text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_on constant date := coalesce(p_on, base.today());
  v_hub reviews.hub;
  v_review reviews.review;
begin
  perform register.require_open_school('school_urn', p_school_urn, auth.authority_id(), v_on);
  perform errors.required('why', btrim(p_why));
  if not auth.has_persona('la_admin', 'officer') and not p_school_urn = any (auth.urns()) then
    perform errors.refuse(7, 'NOT_YOUR_SCHOOL', 'A school requests its own review.', 'school_urn', 'REV-1', 'a school of yours');
  end if;
  v_hub := reviews.hub_of(coalesce(p_hub_id, reviews.hub_for(p_school_urn, v_on)));
  insert into reviews.review (authority_id, review_id, school_urn, hub_id, why, guide, requested_on)
  values (auth.authority_id(), base.new_ref('rw'), p_school_urn, v_hub.hub_id, btrim(p_why), nullif(btrim(p_guide), ''), v_on)
  returning * into v_review;
  perform reviews.require_day(v_review, v_on);
  perform reviews.take(v_review, 'request', v_on, v_review.why, null);
  return query select v_review.review_id, p_school_urn, v_hub.hub_id, v_hub.name, v_hub.coordinator, v_hub.email, v_review.status, v_review.version;
end $$;
comment on function reviews.request_review is 'reviews.request_review requests a pupil premium review for a school; it goes to the hub of its area, unless an officer names another (REV-1).';
grant execute on function reviews.request_review to persona_la_admin, persona_officer, persona_booker;

create function reviews.assign_reviewer(p_review_id text, p_version integer, p_partner_id text, p_on date)
returns table (review_id text, partner_id text, reviewer text, status text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_on constant date := coalesce(p_on, base.today());
  v_review constant reviews.review := reviews.hold(p_review_id, p_version);
  v_partner partners.partner;
  v_role partners.role;
  v_to text;
begin
  perform errors.required('partner_id', p_partner_id, 'a reference such as pt-7k2q9mx4td');
  select t.to_status into v_to from reviews.transition t where t.from_status = v_review.status and t.step = 'reviewer';
  if not found then
    perform errors.precondition('REVIEW_STATUS', format('The review is %s: its reviewer stays.', replace(v_review.status, '_', ' ')), 'review_id', 'REV-1', 'a review that has not been carried out');
  end if;
  select p.* into v_partner from partners.partner p where p.authority_id = v_review.authority_id and p.partner_id = p_partner_id;
  if not found then
    perform errors.not_found('partner_id', format('The authority has no partner "%s".', left(p_partner_id, 40)), 'a reference such as pt-7k2q9mx4td', 'improve partner list shows them.');
  end if;
  select r.* into v_role from partners.role r where r.authority_id = v_review.authority_id and r.role = 'pupil_premium_reviewer';
  if v_role.accreditation_body is null or v_role.kind is distinct from 'pupil_premium_reviewer' then
    perform errors.precondition('NO_ACCREDITATION_BODY', 'The authority has not said who accredits its reviewers.', 'partner_id', 'REV-1', 'the role pupil_premium_reviewer with an accrediting body',
      'An administrator says so: improve assignment-role set pupil_premium_reviewer --kind pupil_premium_reviewer --accreditation-body "…".');
  end if;
  perform reviews.require_day(v_review, v_on);
  perform partners.refuse_findings(p_partner_id, v_review.school_urn, 'pupil_premium_reviewer', v_on, v_on);
  update reviews.review r set partner_id = p_partner_id, status = v_to, version = r.version + 1 where r.authority_id = v_review.authority_id and r.review_id = p_review_id;
  perform reviews.take(v_review, 'reviewer', v_on, v_partner.name, null);
  return query select p_review_id, p_partner_id, v_partner.name, v_to, v_review.version + 1;
end $$;
comment on function reviews.assign_reviewer is 'reviews.assign_reviewer gives a review its reviewer: one who is a pupil premium reviewer and accredited on the day, without a conflict with the school; the refusal names all that speaks against them (REV-1, PAR-2).';
grant execute on function reviews.assign_reviewer to persona_la_admin, persona_officer;

create function reviews.require_turn(p_review reviews.review, p_by text) returns void
language plpgsql stable as $$
begin
  if auth.has_persona('la_admin', 'officer') or p_by = 'school' and p_review.school_urn = any (register.own_urns())
      or p_by = 'reviewer' and exists (select from partners.partner p where p.authority_id = p_review.authority_id and p.partner_id = p_review.partner_id and p.person_id = auth.person_id()) then
    return;
  end if;
  perform errors.refuse(7, 'NOT_YOUR_STEP', format('This step is the %s''s to take.', p_by), 'step', 'REV-1', format('the %s, or an officer for them', p_by));
end $$;
comment on function reviews.require_turn is 'reviews.require_turn refuses whoever a step is not for.';
grant execute on function reviews.require_turn to improve_exec;

create function reviews.record_review_step(p_review_id text, p_version integer, p_step text, p_what text, p_outcome text, p_on date)
returns table (review_id text, step text, status text, next text, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_on constant date := coalesce(p_on, base.today());
  v_step constant text := lower(btrim(p_step));
  v_outcome constant text := lower(btrim(p_outcome));
  v_review constant reviews.review := reviews.hold(p_review_id, p_version);
  v_turn record;
  v_to text;
begin
  perform errors.required('step', v_step, 'self_evaluation, review, action_plan, follow_up, quality_assurance or close');
  perform errors.required('what', btrim(p_what), 'what was found or decided');
  select t.* into v_turn from reviews.transition t where t.from_status = v_review.status and t.step = v_step and t.step <> 'reviewer';
  if not found then
    perform errors.precondition('REVIEW_STATUS', format('The review is %s.', replace(v_review.status, '_', ' ')), 'step', 'REV-1', coalesce(reviews.next_step(v_review.status), 'nothing more'),
      case when v_step = 'reviewer' then 'improve reviewer assign gives it one.' end);
  end if;
  perform reviews.require_turn(v_review, v_turn.whose);
  perform reviews.require_day(v_review, v_on);
  if (v_step = 'quality_assurance') <> (v_outcome is not null) then
    perform errors.invalid('outcome', 'Quality assurance has an outcome, and no other step.', 'REV-1', 'met or not_met, for quality_assurance');
  elsif v_step = 'quality_assurance' and exists (
      select from partners.partner p where p.authority_id = v_review.authority_id and p.partner_id = v_review.partner_id and p.person_id = auth.person_id()) then
    perform errors.precondition('OWN_REVIEW', 'Nobody assures the quality of their own review.', 'step', 'REV-1', 'another officer');
  elsif v_step = 'review' then -- accredited on the day of the review, too
    perform partners.refuse_findings(v_review.partner_id, v_review.school_urn, 'pupil_premium_reviewer', v_on, v_on);
  end if;
  v_to := case when v_outcome = 'not_met' then 'self_evaluated' else v_turn.to_status end;
  perform reviews.take(v_review, v_step, v_on, btrim(p_what), v_outcome);
  update reviews.review r set status = v_to, ended_on = case when v_to = 'closed' then v_on end, version = r.version + 1
  where r.authority_id = v_review.authority_id and r.review_id = p_review_id;
  return query select p_review_id, v_step, v_to, reviews.next_step(v_to), v_review.version + 1;
end $$;
comment on function reviews.record_review_step is 'reviews.record_review_step records the next step of a review: the school''s self-evaluation and action plan, the reviewer''s review and follow-up, the officer''s quality assurance and end. Any other is refused, naming what is next; quality assurance that is not met sends it back to the review (REV-1).';
grant execute on function reviews.record_review_step to persona_la_admin, persona_officer, persona_partner, persona_booker;

create function reviews.withdraw_review(p_review_id text, p_version integer, p_reason text)
returns table (review_id text, status text, ended_on date, version integer)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_review constant reviews.review := reviews.hold(p_review_id, p_version);
begin
  perform errors.required('reason', btrim(p_reason));
  perform reviews.require_turn(v_review, 'school');
  if v_review.status in ('closed', 'withdrawn') then
    perform errors.precondition('REVIEW_STATUS', format('The review is %s.', v_review.status), 'review_id', 'REV-1', 'a review under way');
  end if;
  perform reviews.take(v_review, 'withdraw', base.today(), btrim(p_reason), null);
  return query
  update reviews.review r set status = 'withdrawn', ended_on = base.today(), version = r.version + 1
  where r.authority_id = v_review.authority_id and r.review_id = p_review_id
  returning r.review_id, r.status, r.ended_on, r.version;
end $$;
comment on function reviews.withdraw_review is 'reviews.withdraw_review ends a review before its time, for the school or by an officer, with the reason (REV-1).';
grant execute on function reviews.withdraw_review to persona_la_admin, persona_officer, persona_booker;

create function reviews.list_reviews(p_status text, p_hub_id text, p_school_urn integer, p_include_ended boolean, p_page_size integer, p_cursor text)
returns table (review_id text, school_urn integer, school text, hub text, reviewer text, status text, next text, requested_on date, last_step_on date, ended_on date, version integer, row_cursor text)
language plpgsql stable as $$
#variable_conflict use_column
begin
  return query
  select r.review_id, r.school_urn, s.name, h.name, p.name, r.status, reviews.next_step(r.status), r.requested_on,
    (select max(x.day) from reviews.step x where x.authority_id = r.authority_id and x.review_id = r.review_id), r.ended_on, r.version, jsonb_build_array(r.requested_on, r.review_id)::text
  from reviews.review r
  join reviews.hub h on h.authority_id = r.authority_id and h.hub_id = r.hub_id
  left join partners.partner p on p.authority_id = r.authority_id and p.partner_id = r.partner_id
  left join lateral register.school_on(r.school_urn, base.today()) s on true
  where r.authority_id = auth.authority_id() and (p_hub_id is null or r.hub_id = p_hub_id) and (p_school_urn is null or r.school_urn = any (register.lineage_of(p_school_urn)))
    and (r.status = lower(p_status) or p_status is null and (coalesce(p_include_ended, false) or r.ended_on is null))
    and (p_cursor is null or (r.requested_on, r.review_id) > ((p_cursor::jsonb ->> 0)::date, p_cursor::jsonb ->> 1))
  order by r.requested_on, r.review_id
  limit greatest(1, least(coalesce(p_page_size, 100), 500));
end $$;
comment on function reviews.list_reviews is 'reviews.list_reviews lists the reviews under way, the earliest requested first, with what is next; where asked those that have ended, too (REV-1).';
grant execute on function reviews.list_reviews to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner, persona_booker;

create function reviews.get_review(p_review_id text)
returns table (review_id text, school_urn integer, school text, hub text, coordinator text, reviewer text, status text, next text, why text, guide text, requested_on date, ended_on date,
  version integer, steps jsonb)
language plpgsql stable as $$
#variable_conflict use_column
begin
  perform errors.required('review_id', p_review_id, 'a reference such as rw-7k2q9mx4td');
  return query
  select r.review_id, r.school_urn, s.name, h.name, h.coordinator, p.name, r.status, reviews.next_step(r.status), r.why, r.guide, r.requested_on, r.ended_on, r.version,
    (select jsonb_agg(jsonb_build_object('step', x.step, 'day', x.day, 'what', x.what, 'outcome', x.outcome) order by x.nth) from reviews.step x
     where x.authority_id = r.authority_id and x.review_id = r.review_id)
  from reviews.review r
  join reviews.hub h on h.authority_id = r.authority_id and h.hub_id = r.hub_id
  left join partners.partner p on p.authority_id = r.authority_id and p.partner_id = r.partner_id
  left join lateral register.school_on(r.school_urn, base.today()) s on true
  where r.authority_id = auth.authority_id() and r.review_id = p_review_id;
  if not found then
    perform errors.not_found('review_id', format('There is no review "%s".', left(p_review_id, 40)), 'a reference such as rw-7k2q9mx4td', 'improve review list shows them.');
  end if;
end $$;
comment on function reviews.get_review is 'reviews.get_review shows a review with its steps, and what is next (REV-1).';
grant execute on function reviews.get_review to persona_la_admin, persona_officer, persona_finance, persona_reporter, persona_partner, persona_booker;
