-- Pupil premium reviews for SQL reporters.
set role reporting_owner;

create view reporting.premium_review as
select lpad(r.authority_id::text, 3, '0')::varchar(3) as authority, r.review_id::varchar(20) as review_id, r.school_urn as urn, h.name::varchar(200) as hub, h.host::varchar(200) as host,
  r.partner_id::varchar(20) as partner_id, r.status::varchar(20) as status, r.requested_on, r.ended_on, r.guide::varchar(200) as guide
from reviews.review r
join reviews.hub h on h.authority_id = r.authority_id and h.hub_id = r.hub_id;
comment on view reporting.premium_review is 'Pupil premium reviews, ended ones too (REV-1).';
comment on column reporting.premium_review.authority is 'DfE code of the authority, three digits.';
comment on column reporting.premium_review.review_id is 'Reference of the review.';
comment on column reporting.premium_review.urn is 'URN of the school, the one it had then.';
comment on column reporting.premium_review.hub is 'Name of the hub that brokers it.';
comment on column reporting.premium_review.host is 'The organisation that hosts the hub.';
comment on column reporting.premium_review.partner_id is 'Reference of the reviewer; null before one is assigned.';
comment on column reporting.premium_review.status is 'requested, matched, self_evaluated, reviewed, planned, followed_up, quality_assured, closed or withdrawn.';
comment on column reporting.premium_review.requested_on is 'Day of the request.';
comment on column reporting.premium_review.ended_on is 'Day on which it was closed or withdrawn; null before.';
comment on column reporting.premium_review.guide is 'The edition of the guide that it follows; null when not told.';

create view reporting.premium_review_step as
select lpad(s.authority_id::text, 3, '0')::varchar(3) as authority, s.review_id::varchar(20) as review_id, s.nth as step_number, s.step::varchar(20) as step, s.day as step_on,
  s.outcome::varchar(20) as outcome
from reviews.step s;
comment on view reporting.premium_review_step is 'The steps of pupil premium reviews (REV-1).';
comment on column reporting.premium_review_step.authority is 'DfE code of the authority, three digits.';
comment on column reporting.premium_review_step.review_id is 'Reference of the review.';
comment on column reporting.premium_review_step.step_number is 'From 1.';
comment on column reporting.premium_review_step.step is 'request, reviewer, self_evaluation, review, action_plan, follow_up, quality_assurance, close or withdraw.';
comment on column reporting.premium_review_step.step_on is 'The day on which it was done.';
comment on column reporting.premium_review_step.outcome is 'Of quality assurance: met or not_met; null otherwise.';

grant select on reporting.premium_review, reporting.premium_review_step to reporting_reader;
